import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { get, post } from '@/api/http';
import { asProblem } from '@/api/problem';
import { useScope } from '@/api/queries';
import type { BulkHit, BulkRun, Page as Listing } from '@/api/types';
import { Button } from '@/shared/controls/Button';
import { Select, TextField } from '@/shared/controls/fields';
import { Card, Pages } from '@/shared/data/data';
import { MarkingChips, SourceChip } from '@/shared/identity/chips';
import { Empty, ErrorPanel, Skeleton, Status } from '@/shared/states/states';
import { count, day, schemaWord } from '@/state/words';
import { COMPARED, VERDICTS, type Compared, type Verdict } from './view';
import css from './bulk.module.css';

const LIMIT = 50;

function Judge({ hit }: { hit: BulkHit }) {
  const [verdict, setVerdict] = useState<Verdict>('confirmed');
  const [compared, setCompared] = useState<Compared>('identifier');
  const [reason, setReason] = useState('');
  const client = useQueryClient();
  const scope = useScope();
  const judge = useMutation({
    mutationFn: () => post(`/bulk/hits/${hit.hit}`, { verdict, compared: [compared], reason }),
    onSuccess: () => client.invalidateQueries({ queryKey: [...scope, 'bulk'] }),
  });
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault();
        judge.mutate();
      }}>
      <TextField label={`What agrees or differs, line ${hit.place}`} value={reason} onChange={setReason} error={judge.error ? asProblem(judge.error).detail : null} />
      <Select label="Compared" small choices={COMPARED} value={compared} onChange={setCompared} />
      <Select label="Verdict" small choices={VERDICTS} value={verdict} onChange={setVerdict} />
      <Button type="submit" size="small" blocked={reason.trim().length < 10} pending={judge.isPending}>
        Judge
      </Button>
    </form>
  );
}

function Verdicts({ hit }: { hit: BulkHit }) {
  if (!hit.verdict) return <Status kind="waiting" bare>{`Open until ${day(hit.expires)}`}</Status>;
  return (
    <Status kind={hit.verdict === 'confirmed' ? 'done' : hit.verdict === 'wrong' ? 'danger' : 'waiting'} bare>
      {hit.verdict === 'confirmed' && !hit.actionable ? 'Confirmed, no action' : hit.verdict}
    </Status>
  );
}

function Row({ hit, judging }: { hit: BulkHit; judging: boolean }) {
  const [again, setAgain] = useState(false);
  return (
    <li>
      <div className={css.row}>
        <div>
          <strong>
            <Link to="/r/$id" params={{ id: hit.id }}>
              {hit.caption || hit.id}
            </Link>
          </strong>
          <p>
            Line {count(hit.place)}
            {hit.query && `: ${hit.query}`}
            {hit.born && `, ${hit.born}`}. {schemaWord(hit.schema)}; matched by {hit.matched.join(', ').replaceAll('_', ' ')}.{hit.sample && ' In the sample.'}
          </p>
          {hit.reason && (
            <p>
              {hit.judge}: {hit.reason} Compared: {hit.compared.join(', ').replaceAll('_', ' ') || 'nothing'}.
            </p>
          )}
          <p>
            <SourceChip name={hit.source} /> {hit.marking && <MarkingChips markings={[hit.marking]} />}
          </p>
        </div>
        <Verdicts hit={hit} />
        {judging && hit.verdict && (
          <Button size="small" label={`Judge line ${hit.place} again`} onPress={() => setAgain(!again)}>
            Again
          </Button>
        )}
      </div>
      {judging && (!hit.verdict || again) && <Judge hit={hit} />}
    </li>
  );
}

/** What was found, line by line. An unjudged match disappears; a match by name and birth date carries no action. */
export function Hits({ run }: { run: BulkRun }) {
  const [offset, setOffset] = useState(0);
  const scope = useScope();
  const answer = useQuery({
    queryKey: [...scope, 'bulk', run.bulk, 'hits', offset],
    queryFn: () => get<Listing<BulkHit> & { open: number }>(`/bulk/${run.bulk}/hits`, { limit: LIMIT, offset }),
    retry: false,
  });
  const judging = ['sampled', 'running', 'done'].includes(run.state);
  return (
    <Card title="Matches" note={answer.data ? `${count(answer.data.total)}, ${count(answer.data.open)} open` : null}>
      {answer.isPending && <Skeleton rows={4} />}
      {answer.error && (
        <div className={css.pad}>
          <ErrorPanel problem={asProblem(answer.error)} onRetry={() => void answer.refetch()} />
        </div>
      )}
      {answer.data?.items.length === 0 && <Empty title="No matches">Nothing that this purpose sees matches, or what matched has expired unjudged.</Empty>}
      <ul className={css.rows}>
        {answer.data?.items.map((hit) => (
          <Row key={hit.hit} hit={hit} judging={judging} />
        ))}
      </ul>
      {answer.data && <Pages offset={offset} limit={LIMIT} total={answer.data.total} more={answer.data.more} onMove={setOffset} />}
    </Card>
  );
}
