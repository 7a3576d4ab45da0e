import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { ListChecks } from 'lucide-react';
import { useState } from 'react';
import { get, post } from '@/api/http';
import { asProblem } from '@/api/problem';
import { usePurpose, useScope } from '@/api/queries';
import type { BulkRun, Page as Listing } from '@/api/types';
import { Button } from '@/shared/controls/Button';
import { Dialog } from '@/shared/controls/Dialog';
import { Segmented, TextField } from '@/shared/controls/fields';
import { useKept } from '@/shared/controls/useKept';
import { Card, DataTable, KeyValue } from '@/shared/data/data';
import { useParts } from '@/shared/data/useParts';
import { Page } from '@/shared/frame/Page';
import { Empty, ErrorPanel, Skeleton, Status } from '@/shared/states/states';
import { count, moment } from '@/state/words';
import { Hits } from './Hits';
import { asked, EMPTY, lacks, nextStep, percent, STATE, type Draft } from './view';
import css from './bulk.module.css';

const FILTERS = [
  { id: 'all', text: 'All' },
  { id: 'sampled', text: 'To judge' },
  { id: 'measured', text: 'To approve' },
  { id: 'done', text: 'Done' },
] as const;

function Rows({ rows }: { rows: readonly BulkRun[] }) {
  return (
    <DataTable
      label="Bulk runs"
      rows={rows}
      rowKey={(one) => one.bulk}
      columns={[
        {
          id: 'number',
          head: 'Run',
          tight: true,
          cell: (one) => (
            <Link to="/bulk/$n" params={{ n: one.bulk }}>
              {one.bulk}
            </Link>
          ),
        },
        { id: 'state', head: 'State', cell: (one) => <Status kind={STATE[one.state].kind}>{STATE[one.state].word}</Status> },
        { id: 'who', head: 'Who is on it', long: (one) => one.population, cell: (one) => one.population },
        { id: 'size', head: 'People', num: true, cell: (one) => count(one.size) },
        { id: 'error', head: 'Not confirmed', num: true, cell: (one) => percent(one.error_rate) },
        { id: 'found', head: 'Matches', num: true, cell: (one) => count(one.found) },
        { id: 'case', head: 'Case', tight: true, cell: (one) => one.case },
        { id: 'by', head: 'By', tight: true, cell: (one) => one.by_title },
        { id: 'at', head: 'Asked', num: true, cell: (one) => moment(one.made) },
      ]}
    />
  );
}

export function BulkList() {
  const [state, setState] = useState<(typeof FILTERS)[number]['id']>('all');
  const [drafting, setDrafting] = useState(false);
  const purpose = usePurpose();
  const { answer, pages } = useParts<Listing<BulkRun>>(['bulk', 'list'], '/bulk', { state: state === 'all' ? undefined : state });
  return (
    <Page title="Bulk runs">
      <div className={css.bar}>
        <Segmented label="State" hideLabel choices={FILTERS} value={state} onChange={setState} />
        {purpose?.kind === 'case' && (
          <Button look="primary" onPress={() => setDrafting(true)}>
            <ListChecks size={14} aria-hidden />
            Ask for a bulk run
          </Button>
        )}
      </div>
      <Card title="Bulk runs" note={answer.data ? count(answer.data.total ?? answer.data.items.length) : null}>
        {answer.isPending && <Skeleton rows={4} />}
        {answer.error && <ErrorPanel problem={asProblem(answer.error)} onRetry={() => void answer.refetch()} />}
        {answer.data?.items.length === 0 && (
          <Empty title="No list was asked for">More people than the threshold are looked up only after somebody else approved it, by the error rate of a sample.</Empty>
        )}
        {answer.data && answer.data.items.length > 0 && <Rows rows={answer.data.items} />}
        {pages}
      </Card>
      {drafting && <AskDialog onClose={() => setDrafting(false)} />}
    </Page>
  );
}

function AskDialog({ onClose }: { onClose: () => void }) {
  const [draft, setDraft, forget] = useKept<Draft>('bulk', EMPTY);
  const go = useNavigate();
  const set = (name: keyof Draft) => (value: string) => setDraft({ ...draft, [name]: value });
  const missing = lacks(draft);
  const send = useMutation({
    mutationFn: () => post<BulkRun>('/bulk', asked(draft)),
    onSuccess: async (made) => {
      forget();
      onClose();
      await go({ to: '/bulk/$n', params: { n: made.bulk } });
    },
  });
  return (
    <Dialog
      title="Ask for a bulk run"
      icon={<ListChecks size={18} aria-hidden />}
      open
      onClose={onClose}
      size="wide"
      note={missing.length > 0 ? `Still missing: ${missing.join('; ')}.` : 'Nothing is looked up yet. Next: a random sample, judged match by match.'}
      foot={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button look="primary" blocked={missing.length > 0} pending={send.isPending} onPress={() => send.mutate()}>
            Ask
          </Button>
        </>
      }>
      <TextField label="List" note="one person a line: name; birth date" rows={6} value={draft.list} onChange={set('list')} autoFocus />
      <TextField label="Who is on it" note="and from where it comes" rows={2} value={draft.population} onChange={set('population')} />
      <div className={css.two}>
        <TextField label="What for" note="and what follows from a match" rows={2} value={draft.aim} onChange={set('aim')} />
        <TextField label="Matches expected" type="number" value={draft.expected} onChange={set('expected')} />
      </div>
      {send.error && <ErrorPanel problem={asProblem(send.error)} />}
    </Dialog>
  );
}

type Decision = 'approve' | 'deny';

function DecideDialog({ run, act, onClose }: { run: BulkRun; act: Decision; onClose: () => void }) {
  const [reason, setReason] = useState('');
  const client = useQueryClient();
  const scope = useScope();
  const send = useMutation({
    mutationFn: () => post(`/bulk/${run.bulk}/${act}`, { reason }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [...scope, 'bulk'] });
      onClose();
    },
  });
  return (
    <Dialog
      title={act === 'approve' ? 'Approve the bulk run' : 'Deny the bulk run'}
      open
      onClose={onClose}
      note={`${count(run.size)} people; of ${count(run.sample_hits)} sampled matches ${percent(run.error_rate)} weren’t confirmed.`}
      foot={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button look="primary" pending={send.isPending} blocked={reason.trim().length < 20} onPress={() => send.mutate()}>
            {act === 'approve' ? 'Approve' : 'Deny'}
          </Button>
        </>
      }>
      <TextField label="Reason" note="20 characters or more" rows={4} value={reason} onChange={setReason} autoFocus />
      {send.error && <ErrorPanel problem={asProblem(send.error)} />}
    </Dialog>
  );
}

/** An approved run goes on call by call until every line was looked up. */
async function runThrough(number: string): Promise<BulkRun> {
  const made = await post<BulkRun>(`/bulk/${number}/run`);
  return made.state === 'running' ? runThrough(number) : made;
}

function Acts({ run, own, desk }: { run: BulkRun; own: boolean; desk: boolean }) {
  const [deciding, setDeciding] = useState<Decision | null>(null);
  const client = useQueryClient();
  const scope = useScope();
  const act = useMutation({
    mutationFn: (name: 'sample' | 'withdraw' | 'run') => (name === 'run' ? runThrough(run.bulk) : post<BulkRun>(`/bulk/${run.bulk}/${name}`)),
    onSettled: () => client.invalidateQueries({ queryKey: [...scope, 'bulk'] }),
  });
  const can = (name: string) => run.acts.includes(name);
  return (
    <>
      <div className={css.acts}>
        {own && can('sample') && (
          <Button look="primary" pending={act.isPending} onPress={() => act.mutate('sample')}>
            Draw the sample
          </Button>
        )}
        {own && can('run') && (
          <Button look="primary" pending={act.isPending} onPress={() => act.mutate('run')}>
            Run the list
          </Button>
        )}
        {own && can('withdraw') && (
          <Button pending={act.isPending} onPress={() => act.mutate('withdraw')}>
            Withdraw
          </Button>
        )}
        {desk && can('approve') && (
          <Button look="primary" onPress={() => setDeciding('approve')}>
            Approve
          </Button>
        )}
        {desk && can('deny') && <Button onPress={() => setDeciding('deny')}>Deny</Button>}
      </div>
      {act.error && (
        <div className={css.pad}>
          <ErrorPanel problem={asProblem(act.error)} />
        </div>
      )}
      {deciding && <DecideDialog run={run} act={deciding} onClose={() => setDeciding(null)} />}
    </>
  );
}

export function BulkPage() {
  const { n } = useParams({ from: '/shell/bulk/$n' });
  const scope = useScope();
  const purpose = usePurpose();
  const answer = useQuery({ queryKey: [...scope, 'bulk', n], queryFn: () => get<BulkRun>(`/bulk/${n}`), retry: false });
  const run = answer.data;
  const own = purpose?.kind === 'case';
  return (
    <Page title={n} crumbs={[{ text: 'Bulk runs', node: <Link to="/bulk">Bulk runs</Link> }]}>
      {answer.isPending && <Skeleton rows={6} />}
      {answer.error && <ErrorPanel problem={asProblem(answer.error)} onRetry={() => void answer.refetch()} />}
      {run && (
        <div className={css.page}>
          <div className={css.stack}>
            <Card title="Request" note={<Status kind={STATE[run.state].kind}>{STATE[run.state].word}</Status>}>
              <p className={css.next}>{nextStep(run, own)}</p>
              <Acts run={run} own={own} desk={purpose?.kind === 'desk' && purpose.role === 'supervisor'} />
            </Card>
            {own && run.sample !== null && <Hits run={run} />}
          </div>
          <div className={css.stack}>
            <Card title="What was asked" padded>
              <KeyValue
                pairs={[
                  ['Who', run.population],
                  ['What for', run.aim],
                  ['People', count(run.size)],
                  ['Expected', count(run.expected)],
                  ['Asked before', count(run.earlier)],
                  ['By', run.by_title ?? run.by],
                  ['Case', run.case],
                  ['When', moment(run.made)],
                ]}
              />
            </Card>
            <Card title="The sample" padded>
              <KeyValue
                pairs={[
                  ['Lines', count(run.sample)],
                  ['Matches', count(run.sample_hits)],
                  ['Confirmed', count(run.confirmed)],
                  ['Wrong', count(run.wrong)],
                  ['Unsure', count(run.unsure)],
                  ['Not confirmed', percent(run.error_rate)],
                  ['At most, 95 % sure', percent(run.error_high)],
                ]}
              />
            </Card>
            {run.decision && (
              <Card title="The decision" padded>
                <KeyValue
                  pairs={[
                    ['By', run.decider],
                    ['When', moment(run.decided)],
                    ['Why', run.decision],
                    ['Run by', moment(run.run_by)],
                    ['Looked up', count(run.searched)],
                    ['Matches', count(run.found)],
                  ]}
                />
              </Card>
            )}
          </div>
        </div>
      )}
    </Page>
  );
}
