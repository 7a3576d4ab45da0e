import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Plus, RefreshCw, RotateCcw } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { every, get, post } from '@/api/http';
import { asProblem } from '@/api/problem';
import { useScope } from '@/api/queries';
import type { Feed, FeedFull, Page as Listing, Quarantined, Run, Source } from '@/api/types';
import { Button } from '@/shared/controls/Button';
import { Dialog } from '@/shared/controls/Dialog';
import { TextField } from '@/shared/controls/fields';
import { Card, DataTable, KeyValue, Pages, Stats } from '@/shared/data/data';
import { useParts } from '@/shared/data/useParts';
import { Page } from '@/shared/frame/Page';
import { RegimeChip, SourceChip } from '@/shared/identity/chips';
import { Empty, ErrorPanel, Skeleton, Status } from '@/shared/states/states';
import { useToasts } from '@/shared/states/toasts';
import { count, day, moment, plural, shortHash } from '@/state/words';
import { DroppedRows, MendValue, MendedValues, mendable } from './Mended';
import { fresh, runKind, totals } from './view';
import css from './feeds.module.css';

function FeedTable({ rows }: { rows: readonly Feed[] }) {
  return (
    <DataTable
      label="Feeds"
      rows={rows}
      rowKey={(one) => one.name}
      columns={[
        {
          id: 'name',
          head: 'Feed',
          cell: (one) => (
            <Link to="/feeds/$name" params={{ name: one.name }}>
              {one.title || one.name}
            </Link>
          ),
        },
        { id: 'source', head: 'Source', cell: (one) => <SourceChip name={one.source ?? one.name} /> },
        { id: 'how', head: 'Format', cell: (one) => [one.format, one.mode].filter(Boolean).join(', ') || '–' },
        { id: 'state', head: 'Last run', cell: (one) => (one.last_run ? <Status kind={runKind(one.last_run.state)}>{one.last_run.state}</Status> : <Status kind="plain">never</Status>) },
        { id: 'looked', head: 'Looked at', cell: (one) => moment(one.looked) },
        { id: 'changed', head: 'Data changed', cell: (one) => moment(one.data_changed) },
        { id: 'records', head: 'Records', num: true, cell: (one) => count(one.records) },
        { id: 'aspects', head: 'Aspects', num: true, cell: (one) => count(one.aspects) },
        { id: 'quarantine', head: 'Quarantine', num: true, cell: (one) => (one.quarantine ? <Status kind="waiting">{count(one.quarantine)}</Status> : '0') },
      ]}
    />
  );
}

function SourceTable({ rows }: { rows: readonly Source[] }) {
  return (
    <DataTable
      label="Sources"
      rows={rows}
      rowKey={(one) => one.name}
      columns={[
        { id: 'name', head: 'Source', cell: (one) => <SourceChip name={one.name} /> },
        { id: 'title', head: 'Title', cell: (one) => one.title },
        { id: 'regime', head: 'Collected under', cell: (one) => one.regime && <RegimeChip regime={one.regime} /> },
        { id: 'who', head: 'May use it', cell: (one) => one.agreement?.regimes.join(', ') ?? 'nobody: no agreement' },
        { id: 'tier', head: 'Pointer tier', num: true, cell: (one) => one.pointer_tier ?? '–' },
        { id: 'grade', head: 'Reliability', cell: (one) => one.reliability ?? '–' },
        { id: 'until', head: 'Agreement until', num: true, cell: (one) => day(one.agreement?.expires) },
      ]}
    />
  );
}

function AddFeed({ onClose }: { onClose: () => void }) {
  const [folder, setFolder] = useState('');
  const client = useQueryClient();
  const scope = useScope();
  const add = useMutation({
    mutationFn: () => post<Feed>('/feeds', { folder }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [...scope, 'feeds'] });
      onClose();
    },
  });
  const problem = add.error ? asProblem(add.error) : null;
  return (
    <Dialog
      title="Add a feed"
      open
      onClose={onClose}
      foot={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button look="primary" pending={add.isPending} blocked={!folder.trim()} onPress={() => add.mutate()}>
            Add the feed
          </Button>
        </>
      }>
      <TextField label="Folder on the server" note="holds feed.yml" value={folder} onChange={setFolder} autoFocus error={problem?.field === 'folder' ? problem.detail : null} />
      {problem && problem.field !== 'folder' && <ErrorPanel problem={problem} />}
    </Dialog>
  );
}

export function FeedsPage() {
  const scope = useScope();
  const [adding, setAdding] = useState(false);
  const feeds = useQuery({ queryKey: [...scope, 'feeds'], queryFn: () => every<Feed>('/feeds'), retry: false });
  const sources = useQuery({ queryKey: [...scope, 'sources'], queryFn: () => every<Source>('/sources'), retry: false });
  const rows = feeds.data?.items ?? [];
  const sum = totals(rows);
  return (
    <Page title="Feeds">
      {feeds.data && (
        <Stats
          figures={[
            { name: 'Feeds current', value: `${sum.current} of ${rows.length}`, note: 'last run published' },
            { name: 'Records', value: count(sum.records), note: 'current versions' },
            { name: 'Aspects', value: count(sum.aspects), note: 'what they say of entities' },
            sum.quarantine > 0
              ? { name: 'In quarantine', value: count(sum.quarantine), note: 'each with its reason', kind: 'danger' as const }
              : { name: 'In quarantine', value: '0', note: 'nothing was turned away' },
          ]}
        />
      )}
      <Card
        title="Feeds"
        note={feeds.data ? count(rows.length) : null}
        actions={
          <Button size="small" onPress={() => setAdding(true)}>
            <Plus size={13} aria-hidden />
            Add a feed
          </Button>
        }>
        {feeds.isPending && <Skeleton rows={5} />}
        {feeds.error && <ErrorPanel problem={asProblem(feeds.error)} onRetry={() => void feeds.refetch()} />}
        {feeds.data && rows.length === 0 && <Empty title="No feeds yet">A feed is a folder with a feed.yml, a sample and its expectations.</Empty>}
        {rows.length > 0 && <FeedTable rows={rows} />}
      </Card>
      <Card title="Sources and agreements" note={sources.data ? count(sources.data.items.length) : null}>
        {sources.isPending && <Skeleton rows={4} />}
        {sources.error && <ErrorPanel problem={asProblem(sources.error)} onRetry={() => void sources.refetch()} />}
        {sources.data && <SourceTable rows={sources.data.items} />}
      </Card>
      {adding && <AddFeed onClose={() => setAdding(false)} />}
    </Page>
  );
}

function ReleaseRun({ run, name, onClose }: { run: Run; name: string; onClose: () => void }) {
  const [reason, setReason] = useState('');
  const client = useQueryClient();
  const scope = useScope();
  const release = useMutation({
    mutationFn: () => post<Run>(`/runs/${run.run}/release`, { reason }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [...scope, 'feed', name] });
      onClose();
    },
  });
  const problem = release.error ? asProblem(release.error) : null;
  return (
    <Dialog
      title="Release a held run"
      open
      onClose={onClose}
      note={run.message ?? undefined}
      foot={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button look="primary" pending={release.isPending} blocked={reason.trim().length < 20} onPress={() => release.mutate()}>
            Release the run
          </Button>
        </>
      }>
      <TextField
        label="How you know that the source did change so"
        note="20 characters or more; whoever started the run can't release it"
        rows={3}
        value={reason}
        onChange={setReason}
        autoFocus
        error={problem?.field === 'reason' ? problem.detail : null}
      />
      {problem && problem.field !== 'reason' && <ErrorPanel problem={problem} />}
    </Dialog>
  );
}

function HeldRun({ run, name }: { run: Run; name: string }) {
  const [open, setOpen] = useState(false);
  return (
    <Card
      title="This run is held"
      note={run.code}
      actions={
        <Button size="small" onPress={() => setOpen(true)}>
          Release
        </Button>
      }
      padded>
      <p>{run.message}</p>
      {open && <ReleaseRun run={run} name={name} onClose={() => setOpen(false)} />}
    </Card>
  );
}

/** A run that hangs, or was begun by mistake: it fails with the reason, and the feed can be refreshed again. */
function EndRun({ run, name, onClose }: { run: Run; name: string; onClose: () => void }) {
  const [reason, setReason] = useState('');
  const client = useQueryClient();
  const scope = useScope();
  const end = useMutation({
    mutationFn: () => post<Run>(`/runs/${run.run}/end`, { reason }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [...scope, 'feed', name] });
      onClose();
    },
  });
  const problem = end.error ? asProblem(end.error) : null;
  return (
    <Dialog
      title="End the run"
      open
      onClose={onClose}
      note="What was published before stays."
      foot={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button look="danger" pending={end.isPending} blocked={reason.trim().length < 20} onPress={() => end.mutate()}>
            End the run
          </Button>
        </>
      }>
      <TextField label="Reason" note="20 characters or more" rows={3} value={reason} onChange={setReason} autoFocus error={problem?.field === 'reason' ? problem.detail : null} />
      {problem && problem.field !== 'reason' && <ErrorPanel problem={problem} />}
    </Dialog>
  );
}

function Runs({ name }: { name: string }) {
  const [ending, setEnding] = useState<Run | null>(null);
  const [gone, setGone] = useState<Run | null>(null);
  const { answer, pages } = useParts<Listing<Run>>(['feed', name, 'runs'], `/feeds/${name}/runs`, {}, { limit: 20 });
  return (
    <Card title="Runs" note={answer.data ? count(answer.data.total ?? answer.data.items.length) : null}>
      {answer.isPending && <Skeleton rows={4} />}
      {answer.error && <ErrorPanel problem={asProblem(answer.error)} onRetry={() => void answer.refetch()} />}
      {answer.data?.items.length === 0 && <Empty title="It never ran" />}
      {answer.data && answer.data.items.length > 0 && <RunTable rows={answer.data.items} onEnd={setEnding} onGone={setGone} />}
      {pages}
      {ending && <EndRun run={ending} name={name} onClose={() => setEnding(null)} />}
      {gone && <DroppedRows key={gone.run} run={gone.run} at={gone.started} />}
    </Card>
  );
}

function RunTable({ rows, onEnd, onGone }: { rows: readonly Run[]; onEnd: (run: Run) => void; onGone: (run: Run) => void }) {
  return (
    <DataTable
      label="Runs"
      rows={rows}
      rowKey={(one) => one.run}
      columns={[
        { id: 'run', head: 'Run', cell: (one) => <code>{shortHash(one.run)}</code> },
        { id: 'state', head: 'State', cell: (one) => <Status kind={runKind(one.state)}>{one.state}</Status> },
        { id: 'at', head: 'Started', cell: (one) => moment(one.started) },
        { id: 'rows', head: 'Rows', num: true, cell: (one) => count(one.rows) },
        { id: 'new', head: 'New', num: true, cell: (one) => count(one.new) },
        { id: 'changed', head: 'Changed', num: true, cell: (one) => count(one.changed) },
        { id: 'same', head: 'Unchanged', num: true, cell: (one) => count(one.unchanged) },
        {
          id: 'deleted',
          head: 'Gone',
          num: true,
          cell: (one) =>
            one.deleted ? (
              <Button size="small" onPress={() => onGone(one)}>
                {count(one.deleted)}
              </Button>
            ) : (
              '0'
            ),
        },
        { id: 'rejected', head: 'Rejected', num: true, cell: (one) => count((one.rejected_rows ?? 0) + (one.rejected_values ?? 0)) },
        { id: 'seconds', head: 'Seconds', num: true, cell: (one) => one.seconds?.toFixed(1) ?? '–' },
        {
          id: 'end',
          head: 'End',
          tight: true,
          cell: (one) =>
            one.state === 'queued' || one.state === 'running' ? (
              <Button size="small" label={`End the run ${shortHash(one.run)}`} onPress={() => onEnd(one)}>
                End the run
              </Button>
            ) : (
              '–'
            ),
        },
      ]}
    />
  );
}

function useFeedAct(name: string, act: 'refresh' | 'replay') {
  const client = useQueryClient();
  const scope = useScope();
  const toast = useToasts((state) => state.show);
  return useMutation({
    mutationFn: () => post<Run>(`/feeds/${name}/${act}`, {}),
    onSuccess: async (run) => {
      toast(run.state === 'published' ? `${name}: ${plural(run.new ?? 0, 'new record')}, ${plural(run.changed ?? 0, 'changed one')}` : `${name}: the run is ${run.state}`);
      await client.invalidateQueries({ queryKey: [...scope, 'feed', name] });
      await client.invalidateQueries({ queryKey: [...scope, 'quarantine', name] });
    },
  });
}

function Quarantine({ name }: { name: string }) {
  const scope = useScope();
  const [offset, setOffset] = useState(0);
  const [mending, setMending] = useState<Quarantined | null>(null);
  const replay = useFeedAct(name, 'replay');
  const answer = useQuery({ queryKey: [...scope, 'quarantine', name, offset], queryFn: () => get<Listing<Quarantined>>(`/feeds/${name}/quarantine`, { limit: 50, offset }), retry: false });
  const rows = answer.data?.items ?? [];
  return (
    <Card
      title="Quarantine"
      note={answer.data ? count(answer.data.total ?? rows.length) : null}
      actions={
        rows.length > 0 && (
          <Button size="small" pending={replay.isPending} onPress={() => replay.mutate()}>
            <RotateCcw size={13} aria-hidden />
            Replay
          </Button>
        )
      }>
      {answer.isPending && <Skeleton rows={3} />}
      {answer.error && <ErrorPanel problem={asProblem(answer.error)} onRetry={() => void answer.refetch()} />}
      {replay.error && <ErrorPanel problem={asProblem(replay.error)} />}
      {answer.data && rows.length === 0 && <Empty title="Nothing is held back">A row or value that can't be taken waits here with its reason, and can be fixed and replayed.</Empty>}
      {rows.length > 0 && (
        <DataTable
          label="Quarantine"
          rows={rows}
          rowKey={(one) => one.id}
          columns={[
            { id: 'row', head: 'Row', num: true, cell: (one) => one.row ?? '–' },
            { id: 'column', head: 'Column', cell: (one) => <code>{one.column ?? '–'}</code> },
            { id: 'reason', head: 'Reason', cell: (one) => <Status kind="waiting">{one.reason}</Status> },
            { id: 'text', head: 'What is wrong', cell: (one) => one.text ?? '–' },
            { id: 'value', head: 'Value', cell: (one) => <code>{one.value ?? '–'}</code> },
            { id: 'at', head: 'Since', num: true, cell: (one) => moment(one.at) },
            {
              id: 'state',
              head: 'State',
              cell: (one) =>
                mendable(one) ? (
                  <Button size="small" onPress={() => setMending(one)}>
                    Mend
                  </Button>
                ) : (
                  one.state
                ),
            },
          ]}
        />
      )}
      {answer.data && <Pages offset={offset} limit={50} total={answer.data.total} more={answer.data.more} onMove={setOffset} />}
      {mending && <MendValue name={name} one={mending} onClose={() => setMending(null)} />}
    </Card>
  );
}

function underWay(feed: FeedFull | undefined): boolean {
  return ['queued', 'running'].includes(feed?.runs[0]?.state ?? '');
}

export function FeedPage() {
  const { name } = useParams({ from: '/shell/feeds/$name' });
  const scope = useScope();
  const key = JSON.stringify(scope);
  const refresh = useFeedAct(name, 'refresh');
  const feed = useQuery({ queryKey: [...scope, 'feed', name], queryFn: () => get<FeedFull>(`/feeds/${name}`), retry: false, refetchInterval: (query) => (underWay(query.state.data) ? 3_000 : false) });
  const one = feed.data;
  const state = one ? fresh(one, new Date()) : null;
  const client = useQueryClient();
  const ran = one?.runs[0]?.state;
  // What the worker did since this page was drawn: the lists below say it without a reload.
  const before = useRef(ran);
  useEffect(() => {
    if (before.current && before.current !== ran) {
      for (const list of [
        ['feed', name, 'runs'],
        ['quarantine', name],
        ['mended', name],
      ])
        void client.invalidateQueries({ queryKey: [...(JSON.parse(key) as string[]), ...list] });
    }
    before.current = ran;
  }, [client, key, name, ran]);
  return (
    <Page title={one?.title || name} crumbs={[{ text: 'Feeds', node: <Link to="/feeds">Feeds</Link> }]} extra={state && <Status kind={state.kind}>{state.word}</Status>}>
      {feed.isPending && <Skeleton rows={6} />}
      {feed.error && <ErrorPanel problem={asProblem(feed.error)} onRetry={() => void feed.refetch()} />}
      {refresh.error && <ErrorPanel problem={asProblem(refresh.error)} onRetry={() => refresh.mutate()} />}
      {one && (
        <>
          <Card
            title={one.name}
            actions={
              <Button look="primary" size="small" pending={refresh.isPending} onPress={() => refresh.mutate()}>
                <RefreshCw size={13} aria-hidden />
                Refresh now
              </Button>
            }
            padded>
            <div className={css.facts}>
              <KeyValue
                pairs={[
                  ['Source', <SourceChip key="s" name={one.source ?? one.name} />],
                  ['Format', one.format ?? '–'],
                  ['Mode', one.mode ?? '–'],
                  ['Schedule', one.schedule ?? 'by hand'],
                  ['Records', count(one.records)],
                  ['Aspects', count(one.aspects)],
                  ['Looked at', moment(one.looked)],
                  ['Data changed', moment(one.data_changed)],
                ]}
              />
            </div>
          </Card>
          {one.runs[0]?.held && <HeldRun run={one.runs[0]} name={name} />}
          <Runs name={name} />
          <Quarantine name={name} />
          <MendedValues name={name} />
        </>
      )}
    </Page>
  );
}
