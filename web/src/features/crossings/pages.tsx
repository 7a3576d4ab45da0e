import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { ArrowLeftRight } from 'lucide-react';
import { useState } from 'react';
import { get, post } from '@/api/http';
import { asProblem, isRefusal } from '@/api/problem';
import { usePurpose, useScope } from '@/api/queries';
import type { Crossing, CrossingLine, CrossingPreview, Page as Listing } from '@/api/types';
import { Button } from '@/shared/controls/Button';
import { Dialog } from '@/shared/controls/Dialog';
import { Segmented, TextField } from '@/shared/controls/fields';
import { Card, DataTable, KeyValue } from '@/shared/data/data';
import { Page } from '@/shared/frame/Page';
import { RegimeChip, SourceChip } from '@/shared/identity/chips';
import { Empty, ErrorPanel, Notice, Skeleton, Status } from '@/shared/states/states';
import { Withheld } from '@/shared/states/Withheld';
import { useUi } from '@/state/ui';
import { count, day, moment, plural } from '@/state/words';
import { daysLeft, standing, STATE } from './view';
import css from './crossings.module.css';

const FILTERS = [{ id: 'all', text: 'All' }, { id: 'requested', text: 'Waiting' }, { id: 'approved', text: 'Approved' }, { id: 'denied', text: 'Denied' }] as const;

function Rows({ rows }: { rows: readonly CrossingLine[] }) {
  return (
    <DataTable label="Crossings" rows={rows} rowKey={(one) => one.number} columns={[
      { id: 'number', head: 'Crossing', cell: (one) => <Link to="/crossing/$n" params={{ n: one.number }}>{one.number}</Link> },
      { id: 'to', head: 'For', cell: (one) => <>{one.to_regime && <RegimeChip regime={one.to_regime} />} {one.purpose}</> },
      { id: 'state', head: 'State', cell: (one) => <Status kind={STATE[one.state].kind}>{STATE[one.state].word}</Status> },
      { id: 'what', head: 'What', cell: (one) => `${plural(one.fields.length, 'field')} of ${plural(one.item_count, 'record')}` },
      { id: 'basis', head: 'Rule', cell: (one) => one.basis_title || one.basis },
      { id: 'by', head: 'Asked by', cell: (one) => one.requester_title ?? one.requester },
      { id: 'at', head: 'Asked', num: true, cell: (one) => moment(one.requested_at) },
      { id: 'expires', head: 'Until', num: true, cell: (one) => day(one.expires) },
    ]} />
  );
}

export function CrossingList() {
  const [state, setState] = useState<(typeof FILTERS)[number]['id']>('all');
  const scope = useScope();
  const purpose = usePurpose();
  const show = useUi((ui) => ui.show);
  const answer = useQuery({ queryKey: [...scope, 'crossings', state], queryFn: () => get<Listing<CrossingLine>>('/crossings', { state: state === 'all' ? undefined : state, limit: 100 }), retry: false });
  return (
    <Page title="Crossings">
      <div className={css.bar}>
        <Segmented label="State" hideLabel choices={FILTERS} value={state} onChange={setState} />
        {purpose?.kind === 'case' && <Button look="primary" onPress={() => show({ kind: 'crossing', draft: { items: [] } })}><ArrowLeftRight size={14} aria-hidden />Request crossing</Button>}
      </div>
      <Card title="Crossings" note={answer.data ? count(answer.data.total ?? answer.data.items.length) : null}>
        {answer.isPending && <Skeleton rows={5} />}
        {answer.error && <ErrorPanel problem={asProblem(answer.error)} onRetry={() => void answer.refetch()} />}
        {answer.data?.items.length === 0 && <Empty title="No crossings here">A crossing opens named fields of named records to another regime's case, for a time, when somebody outside both chains approves it.</Empty>}
        {answer.data && answer.data.items.length > 0 && <Rows rows={answer.data.items} />}
      </Card>
    </Page>
  );
}

type Act = 'approve' | 'deny' | 'revoke' | 'opinion' | 'withdraw';

const ACTS: Record<Act, { title: string; label: string; note: string }> = {
  approve: { title: 'Approve the crossing', label: 'Approve', note: 'The fields open at once, for this purpose alone.' },
  deny: { title: 'Deny the crossing', label: 'Deny', note: 'The requester reads the reason. Overseers see denials too.' },
  revoke: { title: 'Revoke the crossing', label: 'Revoke', note: 'The fields close at once.' },
  opinion: { title: 'Give an opinion', label: 'Give it', note: 'It stays with the request, whoever decides.' },
  withdraw: { title: 'Withdraw the request', label: 'Withdraw', note: 'The request stays in the ledger.' },
};

function useCrossingAct(number: string, done: () => void) {
  const client = useQueryClient();
  const scope = useScope();
  return useMutation({
    mutationFn: ({ act, body }: { act: Act; body: unknown }) => post<Crossing>(`/crossings/${number}/${act}`, body),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [...scope, 'crossing', number] });
      await client.invalidateQueries({ queryKey: [...scope, 'crossings'] });
      done();
    },
  });
}

function ActDialog({ act, number, onClose }: { act: Act; number: string; onClose: () => void }) {
  const [text, setText] = useState('');
  const [side, setSide] = useState<'support' | 'oppose'>('support');
  const send = useCrossingAct(number, onClose);
  const body = act === 'opinion' ? { opinion: side, text } : { reason: text };
  return (
    <Dialog title={ACTS[act].title} open onClose={onClose} note={ACTS[act].note} foot={<><Button onPress={onClose}>Cancel</Button><Button look="primary" pending={send.isPending} blocked={text.trim().length < 20 && act !== 'withdraw'} onPress={() => send.mutate({ act, body })}>{ACTS[act].label}</Button></>}>
      {act === 'opinion' && <Segmented label="Opinion" form value={side} onChange={setSide} choices={[{ id: 'support', text: 'Support' }, { id: 'oppose', text: 'Oppose' }]} />}
      <TextField label="Reason" note="20 characters or more" rows={4} value={text} onChange={setText} autoFocus />
      {send.error && <ErrorPanel problem={asProblem(send.error)} />}
    </Dialog>
  );
}

function Decide({ one }: { one: Crossing }) {
  const [act, setAct] = useState<Act | null>(null);
  const may = (name: Act) => one.may.some((each) => each === name || each === `crossing_${name}`);
  const before = standing(one);
  return (
    <Card title="Decision">
      <div className={css.pad}>
        {one.decided && <p><strong>{STATE[one.state].word}</strong> by {one.decided_by}, {moment(one.decided)}{one.decision_reason && `: ${one.decision_reason}`}</p>}
        {before.length > 0 && one.state === 'requested' && <div className={css.lacks}><strong>{plural(before.length, 'thing')} before a decision</strong><ul>{before.map((each) => <li key={each}>{each}</li>)}</ul></div>}
        <div className={css.acts}>
          {may('opinion') && <Button onPress={() => setAct('opinion')}>Give an opinion</Button>}
          {may('approve') && <Button look="primary" onPress={() => setAct('approve')}>Approve</Button>}
          {may('deny') && <Button look="danger" onPress={() => setAct('deny')}>Deny</Button>}
          {may('revoke') && <Button look="danger" onPress={() => setAct('revoke')}>Revoke</Button>}
          {may('withdraw') && <Button onPress={() => setAct('withdraw')}>Withdraw</Button>}
          {one.may.length === 0 && <p>Nothing here is yours to decide.</p>}
        </div>
      </div>
      {act && <ActDialog act={act} number={one.number} onClose={() => setAct(null)} />}
    </Card>
  );
}

function Opinions({ one }: { one: Crossing }) {
  return (
    <Card title="Opinions" note={one.opinions.length}>
      {one.opinions.length === 0 && <Empty title="None yet">The requester's supervisor and the custodian are asked first.</Empty>}
      <ul>
        {one.opinions.map((each, index) => (
          <li key={index} className={css.opinion}>
            <div><strong>{each.title ?? each.by}</strong><small>{each.side}</small><Status kind={each.opinion === 'support' ? 'done' : 'danger'} bare>{each.opinion === 'support' ? 'Supports' : 'Opposes'}</Status><small>{moment(each.at)}</small></div>
            <p>{each.text}</p>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function PreviewCard({ rows }: { rows: readonly CrossingPreview[] }) {
  if (rows.length === 0) return null;
  return (
    <Card title="What would be opened" note="shown to custodian and approver">
      <DataTable label="What would be opened" rows={rows} rowKey={(one) => one.id} columns={[
        { id: 'id', head: 'Record', cell: (one) => <code>{one.id}</code> },
        { id: 'source', head: 'Source', cell: (one) => one.source && <SourceChip name={one.source} /> },
        { id: 'category', head: 'Category', cell: (one) => one.category },
        { id: 'values', head: 'Values', cell: (one) => Object.entries(one.values).map(([name, values]) => `${name}: ${values.join(', ')}`).join(' · ') },
        { id: 'changed', head: 'Since', cell: (one) => (one.changed ? <Status kind="waiting">Changed</Status> : 'unchanged') },
      ]} />
    </Card>
  );
}

function Detail({ one }: { one: Crossing }) {
  const left = daysLeft(one.expires, new Date());
  return (
    <div className={css.page}>
      <div className={css.stack}>
        {one.state === 'approved' && left !== null && <Notice kind="done" title={`Open for ${plural(Math.max(0, left), 'more day')}`}>Then the fields close by themselves.</Notice>}
        <Card title="Request">
          <div className={css.pad}>
            <KeyValue pairs={[
              ['For', <>{one.to_regime && <RegimeChip regime={one.to_regime} />} {one.purpose}</>], ['Rule', one.basis_title ?? one.basis], ['Fields', one.fields.join(', ')],
              ['Records', one.items.length > 0 ? <code>{one.items.join(', ')}</code> : plural(one.item_count, 'record')], ['Links', one.links ? 'between the named records' : 'none'], ['Until', day(one.expires)], ['Asked by', `${one.requester_title ?? one.requester}, ${moment(one.requested_at)}`],
            ]} />
          </div>
        </Card>
        <Card title="Necessity"><div className={css.pad}><p>{one.necessity}</p></div></Card>
        <Card title="Alternatives"><div className={css.pad}><p>{one.alternatives}</p></div></Card>
        <PreviewCard rows={one.preview} />
      </div>
      <div className={css.stack}><Decide one={one} /><Opinions one={one} /></div>
    </div>
  );
}

export function CrossingPage() {
  const { n } = useParams({ from: '/shell/crossing/$n' });
  const scope = useScope();
  const answer = useQuery({ queryKey: [...scope, 'crossing', n], queryFn: () => get<Crossing>(`/crossings/${n}`), retry: false });
  const problem = answer.error ? asProblem(answer.error) : null;
  const crumbs = [{ text: 'Crossings', node: <Link to="/crossings">Crossings</Link> }];
  if (problem && (problem.status === 404 || isRefusal(problem))) return <Page title={n} crumbs={crumbs} panes><Withheld problem={problem} /></Page>;
  const one = answer.data;
  return (
    <Page title={n} crumbs={crumbs} extra={one ? <Status kind={STATE[one.state].kind}>{STATE[one.state].word}</Status> : null}>
      {answer.isPending && <Skeleton rows={6} />}
      {problem && <ErrorPanel problem={problem} onRetry={() => void answer.refetch()} />}
      {one && <Detail one={one} />}
    </Page>
  );
}
