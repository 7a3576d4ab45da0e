import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Check, Plus, X } from 'lucide-react';
import { useState } from 'react';
import { post } from '@/api/http';
import type { Address, Below } from '@/api/typed';
import { asProblem } from '@/api/problem';
import { usePrompts, usePurpose, useScope } from '@/api/queries';
import type { CaseClearance, Glass, Leavers, Page as Listing, RoleDue } from '@/api/types';
import { Button } from '@/shared/controls/Button';
import { Dialog } from '@/shared/controls/Dialog';
import { Segmented, TextField } from '@/shared/controls/fields';
import { Card, DataTable } from '@/shared/data/data';
import { useParts } from '@/shared/data/useParts';
import { Page } from '@/shared/frame/Page';
import { Empty, ErrorPanel, Skeleton, Status } from '@/shared/states/states';
import { useToasts } from '@/shared/states/toasts';
import { atLeast, tooShort } from '@/state/limits';
import { day, moment, plural } from '@/state/words';
import css from './access.module.css';

function useRefresh() {
  const client = useQueryClient();
  const scope = useScope();
  return () => client.invalidateQueries({ queryKey: [...scope, 'access'] });
}

interface Asking {
  title: string;
  note: string;
  label: string;
  shortest: number;
  path: Address<'post'>;
  body: (text: string) => object;
  done: string;
  danger?: boolean;
}

/** One sentence, and then the act. */
function WordsDialog({ ask, onClose }: { ask: Asking; onClose: () => void }) {
  const [text, setText] = useState('');
  const refresh = useRefresh();
  const toast = useToasts((state) => state.show);
  const send = useMutation({
    mutationFn: () => post(ask.path, ask.body(text)),
    onSuccess: async () => {
      await refresh();
      toast(ask.done);
      onClose();
    },
  });
  return (
    <Dialog
      title={ask.title}
      open
      onClose={onClose}
      note={ask.note}
      foot={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button look={ask.danger ? 'danger' : 'primary'} pending={send.isPending} blocked={text.trim().length < ask.shortest} onPress={() => send.mutate()}>
            {ask.title}
          </Button>
        </>
      }>
      <TextField label={ask.label} note={`at least ${ask.shortest} characters`} rows={3} value={text} onChange={setText} autoFocus />
      {send.error && <ErrorPanel problem={asProblem(send.error)} />}
    </Dialog>
  );
}

function Roles() {
  const refresh = useRefresh();
  const days = usePrompts().limits?.recertify_days;
  const { answer: list, pages } = useParts<Listing<RoleDue>>(['access', 'roles'], '/roles/due', days ? { days: Math.min(days, 366) } : {});
  const [ending, setEnding] = useState<RoleDue | null>(null);
  const body = (one: RoleDue) => ({ account: one.account, unit: one.unit, role: one.role });
  const keep = useMutation({ mutationFn: (one: RoleDue) => post('/roles/confirm', body(one)), onSuccess: refresh });
  return (
    <Card title="Roles to confirm" note={list.data ? plural(list.data.total ?? list.data.items.length, 'role') : null} actions="What nobody confirms lapses on its day">
      {list.isPending && <Skeleton />}
      {list.error && <ErrorPanel problem={asProblem(list.error)} onRetry={() => void list.refetch()} />}
      {keep.error && <ErrorPanel problem={asProblem(keep.error)} />}
      {list.data?.items.length === 0 && <Empty title="Nothing waits to be confirmed">Every role that you answer for is confirmed for its term.</Empty>}
      {list.data && list.data.items.length > 0 && (
        <DataTable
          label="Roles to confirm"
          rows={list.data.items}
          rowKey={(one) => `${one.account} ${one.unit} ${one.role}`}
          columns={[
            {
              id: 'who',
              head: 'Who',
              cell: (one) => (
                <>
                  {one.title || one.account} <small>{one.account}</small>
                </>
              ),
            },
            { id: 'role', head: 'Role', cell: (one) => `${one.unit}/${one.role}` },
            { id: 'origin', head: 'Given', cell: (one) => (one.origin === 'hand' ? 'by hand' : one.origin.replace(':', ' ')) },
            { id: 'confirmed', head: 'Confirmed', num: true, cell: (one) => (one.confirmed ? `${day(one.confirmed)} by ${one.confirmed_by ?? ''}` : 'not yet') },
            { id: 'due', head: 'Due', num: true, cell: (one) => (one.lapsed ? <Status kind="danger">lapsed {day(one.due)}</Status> : day(one.due)) },
            {
              id: 'act',
              head: 'Decide',
              num: true,
              cell: (one) =>
                !one.lapsed && (
                  <span className={css.row}>
                    <Button size="small" label={`Confirm ${one.account} as ${one.role}`} pending={keep.isPending && keep.variables === one} onPress={() => keep.mutate(one)}>
                      <Check size={13} aria-hidden />
                      Confirm
                    </Button>
                    <Button size="small" look="quiet" label={`End ${one.account} as ${one.role}`} onPress={() => setEnding(one)}>
                      <X size={13} aria-hidden />
                      End
                    </Button>
                  </span>
                ),
            },
          ]}
        />
      )}
      {pages}
      {ending && (
        <WordsDialog
          onClose={() => setEnding(null)}
          ask={{
            title: 'End the role',
            note: 'At once; the person is told.',
            label: 'Reason',
            shortest: 10,
            path: '/roles/confirm',
            danger: true,
            done: `${ending.account} has the role no more`,
            body: (reason) => ({ ...body(ending), keep: false, reason }),
          }}
        />
      )}
    </Card>
  );
}

const KINDS = { asked: 'waiting', open: 'danger', denied: 'plain', ended: 'plain', expired: 'plain', lapsed: 'plain' } as const;

function AskDialog({ onClose }: { onClose: () => void }) {
  const [number, setNumber] = useState('');
  const [reason, setReason] = useState('');
  const refresh = useRefresh();
  const send = useMutation({
    mutationFn: () => post('/glass', { case: number, reason }),
    onSuccess: async () => {
      await refresh();
      onClose();
    },
  });
  const least = usePrompts().limits?.shortest_reason;
  const problem = send.error ? asProblem(send.error) : null;
  return (
    <Dialog
      title="Ask to break the glass"
      open
      onClose={onClose}
      note="A second person decides; the case's lead and all overseers are told."
      foot={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button look="primary" pending={send.isPending} blocked={!number || tooShort(reason, least)} onPress={() => send.mutate()}>
            Ask
          </Button>
        </>
      }>
      <TextField label="Case" note="of your own regime" value={number} onChange={setNumber} placeholder="C-2026-4711" autoFocus error={problem?.field === 'case' ? problem.detail : null} />
      <TextField label="Why it can't wait" note={atLeast(least)} rows={4} value={reason} onChange={setReason} />
      {problem && !problem.field && <ErrorPanel problem={problem} />}
    </Dialog>
  );
}

function acts(one: Glass): Asking[] {
  const at = `/glass/${one.glass}` as const;
  const decide = { note: 'Written to the ledger.', label: 'Reason', shortest: 20, body: (reason: string) => ({ reason }) };
  return [
    ...(one.may_decide
      ? [
          { ...decide, title: 'Open it', path: `${at}/approve` as const, done: `${one.case} is open to ${one.asker}`, danger: true },
          { ...decide, title: 'Deny', path: `${at}/deny` as const, done: 'Denied' },
        ]
      : []),
    ...(one.may_review ? [{ ...decide, title: 'Review', label: 'What you found', path: `${at}/review` as const, done: 'Reviewed', body: (review: string) => ({ review }) }] : []),
  ];
}

function GlassList() {
  const role = usePurpose()?.role ?? '';
  const refresh = useRefresh();
  const { answer: list, pages } = useParts<Listing<Glass>>(['access', 'glass'], '/glass');
  const end = useMutation({ mutationFn: (one: Glass) => post(`/glass/${one.glass}/end`), onSuccess: refresh });
  const hours = usePrompts().limits?.glass_hours;
  const [asking, setAsking] = useState(false);
  const [ask, setAsk] = useState<Asking | null>(null);
  const mayAsk = ['agent', 'analyst', 'supervisor', 'vetter'].includes(role);
  return (
    <Card
      title="Break-glass"
      note={list.data ? plural(list.data.total ?? list.data.items.length, 'request') : null}
      actions={
        mayAsk && (
          <Button size="small" onPress={() => setAsking(true)}>
            <Plus size={13} aria-hidden />
            Ask to break the glass
          </Button>
        )
      }>
      {list.isPending && <Skeleton />}
      {list.error && <ErrorPanel problem={asProblem(list.error)} onRetry={() => void list.refetch()} />}
      {end.error && <ErrorPanel problem={asProblem(end.error)} />}
      {list.data?.items.length === 0 && (
        <Empty title="No glass was broken">In need, a case of one's own regime opens for reading: two people, {hours ? plural(hours, 'hour') : 'a few hours'} at most, and a review afterwards.</Empty>
      )}
      {list.data && list.data.items.length > 0 && (
        <DataTable
          label="Break-glass requests"
          rows={list.data.items}
          rowKey={(one) => one.glass}
          columns={[
            { id: 'no', head: 'Request', tight: true, cell: (one) => <code>{one.glass}</code> },
            { id: 'case', head: 'Case', tight: true, cell: (one) => one.case },
            {
              id: 'who',
              head: 'Asked by',
              cell: (one) => (
                <>
                  {one.asker_title} <small>{moment(one.asked)}</small>
                </>
              ),
            },
            { id: 'why', head: 'Reason', cell: (one) => one.reason, long: (one) => one.reason },
            {
              id: 'state',
              head: 'State',
              tight: true,
              cell: (one) => <Status kind={KINDS[one.state]}>{one.state === 'open' ? `open until ${moment(one.expires)}` : one.review_due ? `${one.state}, review due` : one.state}</Status>,
            },
            {
              id: 'act',
              head: 'Decide',
              num: true,
              cell: (one) => (
                <span className={css.row}>
                  {acts(one).map((each) => (
                    <Button key={each.title} size="small" label={`${each.title}: ${one.glass}`} onPress={() => setAsk(each)}>
                      {each.title}
                    </Button>
                  ))}
                  {one.mine && (one.state === 'open' || one.state === 'asked') && (
                    <Button size="small" look="quiet" label={`Close it: ${one.glass}`} onPress={() => end.mutate(one)}>
                      Close it
                    </Button>
                  )}
                </span>
              ),
            },
          ]}
        />
      )}
      {pages}
      {asking && <AskDialog onClose={() => setAsking(false)} />}
      {ask && <WordsDialog ask={ask} onClose={() => setAsk(null)} />}
    </Card>
  );
}

function Clearances() {
  const { answer: list, pages } = useParts<Listing<CaseClearance>>(['access', 'clearances'], '/clearances');
  const [ask, setAsk] = useState<Asking | null>(null);
  const decide = (one: CaseClearance, verb: Below<`/clearances/${string}`>, title: string, danger = false): Asking => ({
    title,
    note: 'Written to the ledger.',
    label: 'Reason',
    shortest: 20,
    path: `/clearances/${one.id}/${verb}`,
    body: (reason) => ({ reason }),
    done: `${one.case ?? ''}: ${title.toLowerCase()}`,
    danger,
  });
  const acts = (one: CaseClearance) =>
    one.state === 'asked' ? [decide(one, 'approve', 'Grant it'), decide(one, 'deny', 'Deny')] : one.state === 'approved' ? [decide(one, 'revoke', 'Revoke', true)] : [];
  return (
    <Card title="Clearances" note={list.data ? plural(list.data.total ?? list.data.items.length, 'order') : null} actions="Of cases in which you have no part">
      {list.isPending && <Skeleton />}
      {list.error && <ErrorPanel problem={asProblem(list.error)} onRetry={() => void list.refetch()} />}
      {list.data?.items.length === 0 && (
        <Empty title="No clearance was asked for">A court’s order or a form opens what a caveat closes, to one case and until a day, once an approver outside the case grants it.</Empty>
      )}
      {list.data && list.data.items.length > 0 && (
        <DataTable
          label="Clearances"
          rows={list.data.items}
          rowKey={(one) => one.id}
          columns={[
            {
              id: 'case',
              head: 'Case',
              tight: true,
              cell: (one) => (
                <>
                  {one.case} <small>{one.title}</small>
                </>
              ),
            },
            { id: 'caveat', head: 'Opens', tight: true, cell: (one) => one.caveat },
            { id: 'order', head: 'Order', cell: (one) => one.order, long: (one) => one.order },
            {
              id: 'by',
              head: 'Asked by',
              tight: true,
              cell: (one) => (
                <>
                  {one.asked_by} <small>{moment(one.asked)}</small>
                </>
              ),
            },
            { id: 'until', head: 'Until', num: true, cell: (one) => day(one.expires) },
            { id: 'state', head: 'State', tight: true, cell: (one) => <Status kind={one.state === 'asked' ? 'waiting' : one.state === 'approved' ? 'done' : 'plain'}>{one.state}</Status> },
            {
              id: 'act',
              head: 'Decide',
              num: true,
              cell: (one) => (
                <span className={css.row}>
                  {acts(one).map((each) => (
                    <Button key={each.title} size="small" label={`${each.title}: ${one.caveat} for ${one.case ?? ''}`} onPress={() => setAsk(each)}>
                      {each.title}
                    </Button>
                  ))}
                </span>
              ),
            },
          ]}
        />
      )}
      {pages}
      {ask && <WordsDialog ask={ask} onClose={() => setAsk(null)} />}
    </Card>
  );
}

/** Lists of a provider that would end many accounts at once: nobody leaves before a second person has looked. */
function LeaversList() {
  const { answer: list, pages } = useParts<Listing<Leavers>>(['access', 'leavers'], '/leavers');
  const [ask, setAsk] = useState<Asking | null>(null);
  const common = { label: 'Reason', shortest: 20, body: (reason: string) => ({ reason }) };
  const acts = (one: Leavers): Asking[] =>
    one.state !== 'asked' || one.mine
      ? []
      : [
          {
            ...common,
            title: 'End these accounts',
            note: `${plural(one.accounts.length, 'account')} of ${one.known}: sessions, roles and tokens end at once.`,
            path: `/leavers/${one.id}/approve`,
            done: `${plural(one.accounts.length, 'account')} ended`,
            danger: true,
          },
          { ...common, title: 'End nobody', note: 'The list is refused; everybody stays.', path: `/leavers/${one.id}/refuse`, done: 'Nobody was ended' },
        ];
  return (
    <Card title="Leavers" note={list.data ? plural(list.data.total ?? list.data.items.length, 'list') : null} actions="Whoever brought a list doesn’t decide on it">
      {list.isPending && <Skeleton />}
      {list.error && <ErrorPanel problem={asProblem(list.error)} onRetry={() => void list.refetch()} />}
      {list.data?.items.length === 0 && <Empty title="Nobody waits to leave">A provider’s list that would end many accounts at once, or the last administrator, waits here for a second person.</Empty>}
      {list.data && list.data.items.length > 0 && (
        <DataTable
          label="Lists of leavers"
          rows={list.data.items}
          rowKey={(one) => one.id}
          columns={[
            { id: 'issuer', head: 'Provider', cell: (one) => one.issuer },
            { id: 'who', head: 'Would leave', cell: (one) => one.accounts.join(', '), long: (one) => one.accounts.join(', ') },
            { id: 'many', head: 'How many', num: true, cell: (one) => `${one.accounts.length} of ${one.known}` },
            {
              id: 'by',
              head: 'Brought by',
              tight: true,
              cell: (one) => (
                <>
                  {one.asked_by} <small>{moment(one.asked)}</small>
                </>
              ),
            },
            {
              id: 'state',
              head: 'State',
              tight: true,
              cell: (one) => (
                <Status kind={one.state === 'asked' ? 'waiting' : one.state === 'done' ? 'done' : 'plain'}>
                  {one.state === 'asked' ? 'waits' : one.state === 'done' ? `ended by ${one.decided_by ?? ''}` : `refused by ${one.decided_by ?? ''}`}
                </Status>
              ),
            },
            {
              id: 'act',
              head: 'Decide',
              num: true,
              cell: (one) => (
                <span className={css.row}>
                  {acts(one).map((each) => (
                    <Button key={each.title} size="small" label={`${each.title}: the list of ${one.issuer}`} onPress={() => setAsk(each)}>
                      {each.title}
                    </Button>
                  ))}
                  {one.mine && one.state === 'asked' && <small>another person decides</small>}
                </span>
              ),
            },
          ]}
        />
      )}
      {pages}
      {ask && <WordsDialog ask={ask} onClose={() => setAsk(null)} />}
    </Card>
  );
}

const TABS = [
  { id: 'glass', text: 'Break-glass' },
  { id: 'roles', text: 'Roles to confirm' },
  { id: 'clearances', text: 'Clearances' },
  { id: 'leavers', text: 'Leavers' },
] as const;
type Tab = (typeof TABS)[number]['id'];

/** Which of it a desk has; the first is where it begins. */
const OPEN: Readonly<Record<string, readonly Tab[]>> = { admin: ['roles', 'leavers'], supervisor: ['glass', 'roles'], approver: ['glass', 'clearances'], overseer: ['glass', 'leavers'] };

/** Who may do what, looked at again: roles each quarter, cases opened in need, orders that open more, and who would leave. */
export function AccessPage() {
  const role = usePurpose()?.role ?? '';
  const { tab: named } = useSearch({ from: '/shell/access' });
  const go = useNavigate();
  const mine = OPEN[role] ?? ['glass'];
  const tabs = TABS.filter((one) => mine.includes(one.id));
  const shown = tabs.find((one) => one.id === named)?.id ?? mine[0] ?? 'glass';
  return (
    <Page title="Access">
      {tabs.length > 1 && (
        <div className={css.bar}>
          <Segmented label="What" hideLabel choices={tabs} value={shown} onChange={(tab) => void go({ to: '/access', search: { tab } })} />
        </div>
      )}
      {shown === 'roles' && <Roles />}
      {shown === 'glass' && <GlassList />}
      {shown === 'clearances' && <Clearances />}
      {shown === 'leavers' && <LeaversList />}
    </Page>
  );
}
