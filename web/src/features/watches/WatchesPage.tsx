import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { post } from '@/api/http';
import { asProblem } from '@/api/problem';
import { useScope } from '@/api/queries';
import type { Page as Listing, Watch, WatchHit, WatchHits } from '@/api/types';
import { Button, ButtonLink } from '@/shared/controls/Button';
import { Card, DataTable } from '@/shared/data/data';
import { useParts } from '@/shared/data/useParts';
import { Page } from '@/shared/frame/Page';
import { MarkingChips, SourceChip } from '@/shared/identity/chips';
import { Empty, ErrorPanel, Skeleton } from '@/shared/states/states';
import { searchId } from '@/state/searches';
import { useWorking } from '@/state/working';
import { moment, plural, schemaWord } from '@/state/words';
import { ACTS, STATE_WORDS } from './view';

function useWatches() {
  const scope = useScope();
  const { answer: list, pages } = useParts<Listing<Watch>>(['watches'], '/watches');
  const { answer: hits, pages: hitPages } = useParts<WatchHits>(['watch-hits'], '/watches/hits');
  const client = useQueryClient();
  const set = useMutation({
    mutationFn: ({ id, act }: { id: string; act: string }) => post<Watch>(`/watches/${id}`, { act }),
    onSettled: () => client.invalidateQueries({ queryKey: [...scope, 'watches'] }),
  });
  return { list, pages, hits, hitPages, set };
}

/** One's saved searches under this purpose, and what refreshes have brought for them. */
export function WatchesPage() {
  const { list, pages, hits, hitPages, set } = useWatches();
  const navigate = useNavigate();
  // A link would carry the words in its address.
  const again = (q: string) => void navigate({ to: '/search', search: { s: searchId(useWorking.getState().inquiry?.id, { q }) } });
  const problem = list.error ?? hits.error ?? set.error;
  const watches = list.data?.items ?? [];
  return (
    <Page title="Watches" crumbs={[{ text: 'Search', node: <Link to="/search">Search</Link> }]}>
      {problem && (
        <ErrorPanel
          problem={asProblem(problem)}
          onRetry={() => {
            void list.refetch();
            void hits.refetch();
            set.reset();
          }}
        />
      )}
      {list.isPending && <Skeleton rows={4} />}
      {list.isSuccess && watches.length === 0 && (
        <Empty
          title="No watches"
          actions={
            <ButtonLink to="/search" look="primary">
              Search
            </ButtonLink>
          }>
          Search for a name or a number and choose Watch: what a refresh brings anew is told here.
        </Empty>
      )}
      {watches.length > 0 && (
        <Card title="Watches" note="they end with this purpose">
          <DataTable<Watch>
            label="Watches"
            rows={watches}
            rowKey={(one) => one.watch}
            columns={[
              {
                id: 'query',
                head: 'Looks for',
                cell: (one) => (
                  <Button size="small" look="quiet" label={`Search for ${one.query}`} onPress={() => again(one.query)}>
                    {one.query}
                  </Button>
                ),
              },
              { id: 'state', head: 'State', cell: (one) => STATE_WORDS[one.state] },
              { id: 'hits', head: 'Matches', num: true, cell: (one) => one.hits },
              { id: 'looked', head: 'Last looked', cell: (one) => moment(one.evaluated) },
              { id: 'until', head: 'Ends', cell: (one) => moment(one.until) },
              {
                id: 'acts',
                head: 'Do',
                cell: (one) =>
                  ACTS[one.state].map(({ act, word }) => (
                    <Button key={act} size="small" pending={set.isPending} label={`${word} the watch for ${one.query}`} onPress={() => set.mutate({ id: one.watch, act })}>
                      {word}
                    </Button>
                  )),
              },
            ]}
          />
          {pages}
        </Card>
      )}
      {hits.data && watches.length > 0 && (
        <Card title="What they found" note={plural(hits.data.total ?? hits.data.hits.length, 'match', 'matches')}>
          <DataTable<WatchHit>
            label="Matches"
            rows={hits.data.hits}
            rowKey={(one) => `${one.watch} ${one.id} ${one.at}`}
            columns={[
              { id: 'at', head: 'When', tight: true, cell: (one) => moment(one.at) },
              {
                id: 'who',
                head: 'Record',
                cell: (one) => (
                  <Link to="/r/$id" params={{ id: one.id }}>
                    {one.caption || one.id}
                  </Link>
                ),
              },
              { id: 'kind', head: 'Kind', cell: (one) => schemaWord(one.schema) },
              { id: 'query', head: 'Watch', cell: (one) => one.query },
              { id: 'source', head: 'Source', cell: (one) => <SourceChip name={one.source} /> },
              { id: 'marking', head: 'Marking', cell: (one) => one.marking && <MarkingChips markings={[one.marking]} /> },
            ]}
          />
          {hitPages}
        </Card>
      )}
    </Page>
  );
}
