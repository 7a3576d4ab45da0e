import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { Send } from 'lucide-react';
import { useState } from 'react';
import { get, post, postForFile } from '@/api/http';
import { asProblem, isRefusal } from '@/api/problem';
import { usePurpose, useScope, useStatutes } from '@/api/queries';
import type { Page as Listing } from '@/api/types';
import { Button } from '@/shared/controls/Button';
import { Dialog } from '@/shared/controls/Dialog';
import { Segmented, Select, TextField } from '@/shared/controls/fields';
import { useKept } from '@/shared/controls/useKept';
import { Card, DataTable, KeyValue } from '@/shared/data/data';
import { useParts } from '@/shared/data/useParts';
import { Page } from '@/shared/frame/Page';
import { SourceChip } from '@/shared/identity/chips';
import { Empty, ErrorPanel, Notice as Strip, Skeleton, Status } from '@/shared/states/states';
import { Withheld } from '@/shared/states/Withheld';
import { count, fieldWords, moment, plural, schemaWord } from '@/state/words';
import { asked, EMPTY, lacks, peopleWords, RECIPIENTS, STATE, type Draft, type Line, type Notice, type Owed, type Row, type Whole } from './view';
import css from './disclosures.module.css';

const FILTERS = [
  { id: 'all', text: 'All' },
  { id: 'submitted', text: 'Waiting' },
  { id: 'approved', text: 'Approved' },
  { id: 'sent', text: 'Sent' },
] as const;

function Rows({ rows }: { rows: readonly Row[] }) {
  return (
    <DataTable
      label="Disclosures"
      rows={rows}
      rowKey={(one) => one.disclosure}
      columns={[
        {
          id: 'number',
          head: 'Disclosure',
          cell: (one) => (
            <Link to="/disclosure/$n" params={{ n: one.disclosure }}>
              {one.disclosure}
            </Link>
          ),
        },
        { id: 'state', head: 'State', cell: (one) => <Status kind={STATE[one.state].kind}>{STATE[one.state].word}</Status> },
        { id: 'to', head: 'To', cell: (one) => one.recipient },
        { id: 'what', head: 'What', cell: (one) => one.nature },
        { id: 'people', head: 'People', cell: (one) => peopleWords(one.people) },
        { id: 'case', head: 'Case', cell: (one) => one.case ?? 'another' },
        { id: 'by', head: 'By', cell: (one) => one.requester },
        { id: 'at', head: 'Sent', num: true, cell: (one) => (one.sent ? moment(one.sent) : '–') },
      ]}
    />
  );
}

export function DisclosureList() {
  const [state, setState] = useState<(typeof FILTERS)[number]['id']>('all');
  const [drafting, setDrafting] = useState(false);
  const purpose = usePurpose();
  const { answer, pages } = useParts<Listing<Row>>(['disclosures'], '/disclosures', { state: state === 'all' ? undefined : state });
  return (
    <Page title="Disclosures">
      <div className={css.bar}>
        <Segmented label="State" hideLabel choices={FILTERS} value={state} onChange={setState} />
        {purpose?.kind === 'case' && (
          <Button look="primary" onPress={() => setDrafting(true)}>
            <Send size={14} aria-hidden />
            Prepare a disclosure
          </Button>
        )}
      </div>
      <Card title="Disclosures" note={answer.data ? count(answer.data.total ?? answer.data.items.length) : null}>
        {answer.isPending && <Skeleton rows={5} />}
        {answer.error && <ErrorPanel problem={asProblem(answer.error)} onRetry={() => void answer.refetch()} />}
        {answer.data?.items.length === 0 && <Empty title="Nothing has left">What leaves the organisation is prepared in a case, approved by somebody else, and accounted for person by person.</Empty>}
        {answer.data && answer.data.items.length > 0 && <Rows rows={answer.data.items} />}
        {pages}
      </Card>
      <OwedCard />
      {drafting && <PrepareDialog onClose={() => setDrafting(false)} />}
    </Page>
  );
}

function PrepareDialog({ onClose }: { onClose: () => void }) {
  const [draft, setDraft, forget] = useKept<Draft>('disclosure', EMPTY);
  const go = useNavigate();
  const client = useQueryClient();
  const scope = useScope();
  const set = (name: keyof Draft) => (value: string) => setDraft({ ...draft, [name]: value });
  const missing = lacks(draft);
  const send = useMutation({
    mutationFn: () => post<Row>('/disclosures', asked(draft)),
    onSuccess: async (made) => {
      forget();
      await client.invalidateQueries({ queryKey: [...scope, 'disclosures'] });
      onClose();
      await go({ to: '/disclosure/$n', params: { n: made.disclosure } });
    },
  });
  return (
    <Dialog
      title="Prepare a disclosure"
      icon={<Send size={18} aria-hidden />}
      open
      onClose={onClose}
      size="wide"
      note={missing.length > 0 ? `Still missing: ${missing.join('; ')}.` : 'Next: a preview of whom it names. Nothing leaves before somebody else approves.'}
      foot={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button look="primary" blocked={missing.length > 0} pending={send.isPending} onPress={() => send.mutate()}>
            Preview
          </Button>
        </>
      }>
      <TextField label="Records" note="ids, as the case lists them" rows={2} value={draft.items} onChange={set('items')} autoFocus />
      <TextField label="Fields" note="only these leave" value={draft.fields} onChange={set('fields')} />
      <div className={css.two}>
        <TextField label="Recipient" value={draft.recipient} onChange={set('recipient')} />
        <TextField label="Address" value={draft.address} onChange={set('address')} />
        <Select label="Kind of recipient" choices={RECIPIENTS} value={draft.kind} onChange={(kind) => setDraft({ ...draft, kind })} />
        <TextField label="Accepted the handling rules on" type="date" value={draft.accepted} onChange={set('accepted')} />
      </div>
      {draft.kind === 'law_enforcement' && <TextField label="Written request" note="its words or reference" rows={2} value={draft.request} onChange={set('request')} />}
      <TextField label="What it is" value={draft.nature} onChange={set('nature')} />
      <TextField label="Purpose" rows={2} value={draft.purpose} onChange={set('purpose')} />
      <div className={css.two}>
        <TextField label="Need to know" rows={2} value={draft.need} onChange={set('need')} />
        <TextField label="Right to know" rows={2} value={draft.right} onChange={set('right')} />
        <TextField label="Why people who are no suspects are needed" note="else they are left out" rows={2} value={draft.others} onChange={set('others')} />
        <TextField label="Caveats" note="travel with the package" rows={2} value={draft.caveats} onChange={set('caveats')} />
      </div>
      {send.error && <ErrorPanel problem={asProblem(send.error)} />}
    </Dialog>
  );
}

type Act = 'submit' | 'approve' | 'deny' | 'recall' | 'withdraw';
const WORDS: Record<Act, { title: string; label: string; note: string }> = {
  submit: { title: 'Ask for approval', label: 'Submit', note: 'From now on the hash of what would leave is fixed.' },
  approve: { title: 'Approve the disclosure', label: 'Approve', note: 'Exactly what was submitted may then be sent.' },
  deny: { title: 'Deny the disclosure', label: 'Deny', note: 'Who prepared it reads the reason.' },
  withdraw: { title: 'Take the disclosure back', label: 'Take back', note: 'Nothing of it has left. Another one can be prepared.' },
  recall: { title: 'Recall what was sent', label: 'Recall', note: 'The recipient is owed this notice until it confirms.' },
};

function useActs(number: string, done: () => void) {
  const client = useQueryClient();
  const scope = useScope();
  return useMutation({
    mutationFn: ({ act, text }: { act: Act; text: string }) => {
      if (act === 'submit') return post(`/disclosures/${number}/submit`);
      if (act === 'recall') return post(`/disclosures/${number}/recall`, { kind: 'recall', text });
      if (act === 'withdraw') return post(`/disclosures/${number}/withdraw`, { reason: text });
      return post(`/disclosures/${number}/decide`, { decision: act, reason: text });
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: scope });
      done();
    },
  });
}

function ActDialog({ act, number, onClose }: { act: Act; number: string; onClose: () => void }) {
  const [text, setText] = useState('');
  const send = useActs(number, onClose);
  const plain = act === 'submit';
  return (
    <Dialog
      title={WORDS[act].title}
      open
      onClose={onClose}
      note={WORDS[act].note}
      foot={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button look="primary" pending={send.isPending} blocked={!plain && text.trim().length < 20} onPress={() => send.mutate({ act, text })}>
            {WORDS[act].label}
          </Button>
        </>
      }>
      {!plain && <TextField label="Reason" note="20 characters or more" rows={4} value={text} onChange={setText} autoFocus />}
      {send.error && <ErrorPanel problem={asProblem(send.error)} />}
    </Dialog>
  );
}

/** Sending answers the package itself; it is saved under its number, once. */
function useSend(number: string) {
  const client = useQueryClient();
  const scope = useScope();
  return useMutation({
    mutationFn: async () => {
      const link = Object.assign(document.createElement('a'), { href: URL.createObjectURL(await postForFile(`/disclosures/${number}/send`)), download: `${number}.zip` });
      link.click();
      URL.revokeObjectURL(link.href);
    },
    onSuccess: () => client.invalidateQueries({ queryKey: scope }),
  });
}

const WAITS: Partial<Record<Whole['state'], { inCase?: string; elsewhere?: string }>> = {
  draft: { elsewhere: 'Still a draft of the case.' },
  submitted: { inCase: 'Waits for an approver. What would leave is fixed by its hash.' },
  approved: { elsewhere: 'Approved; the case sends it.' },
  sent: { elsewhere: 'Sent; the case may recall it.' },
};

/** What is waited for, where nothing is the reader's to do. */
function Waits({ state, inCase }: { state: Whole['state']; inCase: boolean }) {
  const said = WAITS[state]?.[inCase ? 'inCase' : 'elsewhere'];
  return said ? <p>{said}</p> : null;
}

/** What the case that discloses may do next. */
function CaseActs({ state, sending, onAct, onSend }: { state: Whole['state']; sending: boolean; onAct: (act: Act) => void; onSend: () => void }) {
  return (
    <>
      {state === 'draft' && (
        <Button look="primary" onPress={() => onAct('submit')}>
          Ask for approval
        </Button>
      )}
      {state === 'approved' && (
        <Button look="primary" pending={sending} onPress={onSend}>
          <Send size={14} aria-hidden />
          Send and save the package
        </Button>
      )}
      {['draft', 'submitted', 'approved'].includes(state) && <Button onPress={() => onAct('withdraw')}>Take back</Button>}
      {state === 'sent' && (
        <Button look="danger" onPress={() => onAct('recall')}>
          Recall
        </Button>
      )}
    </>
  );
}

function Decide({ one }: { one: Whole }) {
  const [act, setAct] = useState<Act | null>(null);
  const purpose = usePurpose();
  const send = useSend(one.disclosure);
  const inCase = purpose?.kind === 'case';
  return (
    <Card title="Steps">
      <div className={css.pad}>
        {one.decided && (
          <p>
            {one.state === 'denied' ? 'Denied' : 'Approved'} by {[one.approver, one.second].filter(Boolean).join(' and ')}, {moment(one.decided)}: {one.reason}
          </p>
        )}
        {one.needs_second && ['draft', 'submitted'].includes(one.state) && <p>More people than one approver may decide on: an approver outside the unit decides too.</p>}
        <Waits state={one.state} inCase={inCase} />
        <div className={css.acts}>
          {inCase ? (
            <CaseActs state={one.state} sending={send.isPending} onAct={setAct} onSend={() => send.mutate()} />
          ) : (
            one.state === 'submitted' && (
              <>
                <Button look="primary" onPress={() => setAct('approve')}>
                  Approve
                </Button>
                <Button look="danger" onPress={() => setAct('deny')}>
                  Deny
                </Button>
              </>
            )
          )}
        </div>
        {send.error && <ErrorPanel problem={asProblem(send.error)} />}
      </div>
      {act && <ActDialog act={act} number={one.disclosure} onClose={() => setAct(null)} />}
    </Card>
  );
}

function Lines({ lines }: { lines: readonly Line[] }) {
  return (
    <Card title="What leaves" note={plural(lines.length, 'record')}>
      <DataTable
        label="What leaves"
        rows={lines}
        rowKey={(one) => one.id}
        columns={[
          { id: 'id', head: 'Record', cell: (one) => <code>{one.id}</code> },
          { id: 'schema', head: 'Kind', cell: (one) => one.schema },
          { id: 'category', head: 'Category', cell: (one) => one.category ?? '–' },
          { id: 'grade', head: 'Reliability', cell: (one) => one.reliability },
          {
            id: 'values',
            head: 'Values',
            cell: (one) =>
              one.properties
                ? Object.entries(one.properties)
                    .map(([name, values]) => `${schemaWord(name)}: ${values.join(', ')}`)
                    .join(' · ')
                : 'shown under the case',
          },
          { id: 'source', head: 'Source', cell: (one) => (one.sources ?? []).map((name) => <SourceChip key={name} name={name} />) },
        ]}
      />
    </Card>
  );
}

/** Recalls and corrections that nobody has confirmed yet, with their age. */
function OwedCard() {
  const scope = useScope();
  const { data } = useQuery({ queryKey: [...scope, 'disclosures', 'owed'], queryFn: () => get<Listing<Owed>>('/disclosures/owed', { limit: 100 }), retry: false });
  if (!data || data.items.length === 0) return null;
  return (
    <Card title="Receipts that are owed" note={count(data.total ?? data.items.length)}>
      <DataTable
        label="Receipts that are owed"
        rows={data.items}
        rowKey={(one) => one.notice}
        columns={[
          {
            id: 'number',
            head: 'Disclosure',
            cell: (one) => (
              <Link to="/disclosure/$n" params={{ n: one.disclosure }}>
                {one.disclosure}
              </Link>
            ),
          },
          { id: 'to', head: 'Recipient', cell: (one) => one.recipient },
          { id: 'kind', head: 'Kind', cell: (one) => one.kind },
          { id: 'says', head: 'Says', cell: (one) => one.text },
          { id: 'days', head: 'For', num: true, cell: (one) => plural(one.days, 'day') },
        ]}
      />
    </Card>
  );
}

/** Under the case the receipt is written down, with who gave it. */
function Receipt({ number, notice }: { number: string; notice: Notice }) {
  const [by, setBy] = useState('');
  const client = useQueryClient();
  const scope = useScope();
  const send = useMutation({ mutationFn: () => post(`/disclosures/${number}/notices/${notice.id}/confirm`, { by }), onSuccess: () => client.invalidateQueries({ queryKey: scope }) });
  return (
    <>
      <TextField label="Confirmed by" hideLabel placeholder="Who confirmed it" value={by} onChange={setBy} />
      <Button size="small" pending={send.isPending} blocked={by.trim().length < 3} onPress={() => send.mutate()}>
        Record the receipt
      </Button>
      {send.error && <ErrorPanel problem={asProblem(send.error)} />}
    </>
  );
}

function Notices({ number, notices }: { number: string; notices: readonly Notice[] }) {
  const inCase = usePurpose()?.kind === 'case';
  if (notices.length === 0) return null;
  return (
    <Card title="Notices to the recipient">
      <DataTable
        label="Notices"
        rows={notices}
        rowKey={(one) => one.id}
        columns={[
          { id: 'kind', head: 'Kind', cell: (one) => one.kind },
          { id: 'text', head: 'Text', cell: (one) => one.text },
          { id: 'at', head: 'Sent', num: true, cell: (one) => moment(one.at) },
          {
            id: 'confirmed',
            head: 'Receipt',
            cell: (one) => (one.confirmed ? `${one.confirmed_by}, ${moment(one.confirmed)}` : inCase ? <Receipt number={number} notice={one} /> : <Status kind="waiting">Owed</Status>),
          },
        ]}
      />
    </Card>
  );
}

function Detail({ one }: { one: Whole }) {
  const statutes = useStatutes();
  return (
    <div className={css.page}>
      <div className={css.stack}>
        {one.changed && <Strip title="The records have changed">What was submitted is no longer what they say. Prepare it again.</Strip>}
        <Card title="To whom, and why">
          <div className={css.pad}>
            <KeyValue
              pairs={[
                ['Recipient', `${one.recipient}, ${one.address}`],
                ['Names', peopleWords(one.people)],
                ['Fields', fieldWords(one.fields)],
                ['Purpose', one.purpose],
                ['Need to know', one.need_to_know],
                ['Right to know', one.right_to_know],
                ['Rule', statutes.get(one.authority) ?? one.authority],
                ['Caveats', one.caveats || 'none'],
                ['Prepared by', `${one.requester ?? ''}, ${moment(one.made)}`],
                ['Package', one.package_sha256 ? <code>{one.package_sha256}</code> : 'not made yet'],
              ]}
            />
          </div>
        </Card>
        <Lines lines={one.lines} />
        <Notices number={one.disclosure} notices={one.notices} />
      </div>
      <div className={css.stack}>
        <Decide one={one} />
      </div>
    </div>
  );
}

export function DisclosurePage() {
  const { n } = useParams({ from: '/shell/disclosure/$n' });
  const scope = useScope();
  const answer = useQuery({ queryKey: [...scope, 'disclosure', n], queryFn: () => get<Whole>(`/disclosures/${n}`), retry: false });
  const problem = answer.error ? asProblem(answer.error) : null;
  const crumbs = [{ text: 'Disclosures', node: <Link to="/disclosures">Disclosures</Link> }];
  if (problem && (problem.status === 404 || isRefusal(problem)))
    return (
      <Page title={n} crumbs={crumbs} panes>
        <Withheld problem={problem} />
      </Page>
    );
  const one = answer.data;
  return (
    <Page title={n} crumbs={crumbs} extra={one ? <Status kind={STATE[one.state].kind}>{STATE[one.state].word}</Status> : null}>
      {answer.isPending && <Skeleton rows={6} />}
      {problem && <ErrorPanel problem={problem} onRetry={() => void answer.refetch()} />}
      {one && <Detail one={one} />}
    </Page>
  );
}
