import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { ArrowLeftRight } from 'lucide-react';
import { useState } from 'react';
import { get, post, saveFile } from '@/api/http';
import { asProblem, isRefusal } from '@/api/problem';
import { usePrompts, usePurpose, useScope } from '@/api/queries';
import type { Crossing, CrossingLine, CrossingPreview, Page as Listing } from '@/api/types';
import { Button } from '@/shared/controls/Button';
import { Dialog } from '@/shared/controls/Dialog';
import { Checkbox, Segmented, TextField } from '@/shared/controls/fields';
import { Card, DataTable, KeyValue } from '@/shared/data/data';
import { useParts } from '@/shared/data/useParts';
import { Page } from '@/shared/frame/Page';
import { RegimeChip, SourceChip } from '@/shared/identity/chips';
import { Empty, ErrorPanel, Notice, Skeleton, Status } from '@/shared/states/states';
import { Withheld } from '@/shared/states/Withheld';
import { known } from '@/state/pointers';
import { useUi } from '@/state/ui';
import { emergencyTime, type Figures } from '@/state/limits';
import { count, day, fieldWords, moment, plural } from '@/state/words';
import { ACTS, type Act, BUTTONS, FINDINGS, STATE, VERDICTS, daysLeft, standing, steps } from './view';
import css from './crossings.module.css';

const FILTERS = [
  { id: 'all', text: 'All' },
  { id: 'requested', text: 'For review' },
  { id: 'reviewed', text: 'For decision' },
  { id: 'emergency', text: 'Emergency' },
  { id: 'active', text: 'Active' },
  { id: 'denied', text: 'Denied' },
] as const;
const UNAUDITED = { id: 'unaudited', text: 'To audit' } as const;
type Filter = (typeof FILTERS)[number]['id'] | 'unaudited';

function Rows({ rows }: { rows: readonly CrossingLine[] }) {
  return (
    <DataTable
      label="Crossings"
      rows={rows}
      rowKey={(one) => one.number}
      columns={[
        {
          id: 'number',
          head: 'Crossing',
          cell: (one) => (
            <Link to="/crossing/$n" params={{ n: one.number }}>
              {one.number}
            </Link>
          ),
        },
        {
          id: 'to',
          head: 'For',
          cell: (one) => (
            <>
              {one.to_regime && <RegimeChip regime={one.to_regime} />} {one.purpose}
            </>
          ),
        },
        { id: 'state', head: 'State', cell: (one) => <Status kind={STATE[one.state].kind}>{STATE[one.state].word}</Status> },
        { id: 'what', head: 'What', cell: (one) => `${plural(one.fields.length, 'field')} of ${one.pointer && one.item_count === 0 ? 'what a pointer stands for' : plural(one.item_count, 'record')}` },
        { id: 'basis', head: 'Rule', cell: (one) => one.basis_title || one.basis },
        { id: 'by', head: 'Asked by', cell: (one) => one.requester_title ?? one.requester },
        { id: 'at', head: 'Asked', num: true, cell: (one) => moment(one.requested_at) },
        { id: 'expires', head: 'Until', num: true, cell: (one) => day(one.expires) },
      ]}
    />
  );
}

export function CrossingList() {
  const [state, setState] = useState<Filter>('all');
  const purpose = usePurpose();
  const show = useUi((ui) => ui.show);
  const { answer, pages } = useParts<Listing<CrossingLine>>(['crossings'], '/crossings', {
    state: state === 'all' || state === 'unaudited' ? undefined : state,
    unaudited: state === 'unaudited' || undefined,
  });
  return (
    <Page title="Crossings">
      <div className={css.bar}>
        <Segmented label="State" hideLabel choices={purpose?.kind === 'oversight' ? [...FILTERS, UNAUDITED] : FILTERS} value={state} onChange={setState} />
        {purpose?.kind === 'case' && (
          <Button look="primary" onPress={() => show({ kind: 'crossing', draft: { items: [] } })}>
            <ArrowLeftRight size={14} aria-hidden />
            Request crossing
          </Button>
        )}
      </div>
      <Card title="Crossings" note={answer.data ? count(answer.data.total ?? answer.data.items.length) : null}>
        {answer.isPending && <Skeleton rows={5} />}
        {answer.error && <ErrorPanel problem={asProblem(answer.error)} onRetry={() => void answer.refetch()} />}
        {answer.data?.items.length === 0 && (
          <Empty title="No crossings here">A crossing opens named fields of named records to another regime's case, for a time, when somebody outside both chains approves it.</Empty>
        )}
        {answer.data && answer.data.items.length > 0 && <Rows rows={answer.data.items} />}
        {pages}
      </Card>
    </Page>
  );
}

function useCrossingAct(number: string, done: () => void) {
  const client = useQueryClient();
  const scope = useScope();
  return useMutation({
    mutationFn: ({ act, body }: { act: Act; body: unknown }) => post<Crossing>(`/crossings/${number}/${act}`, body),
    onSuccess: async (answer) => {
      client.setQueryData([...scope, 'crossing', number], answer);
      await client.invalidateQueries({ queryKey: [...scope, 'crossings'] });
      done();
    },
  });
}

/** People by category, as they were counted when the page was opened: a decision carries it back. */
function Affected({ rows }: { rows: Crossing['people'] }) {
  return (
    <dl className={css.affected}>
      {rows.map((one) => (
        <div key={one.category}>
          <dt>{one.category}</dt>
          <dd>{[one.people > 0 ? plural(one.people, 'person', 'people') : null, one.others > 0 ? plural(one.others, 'thing') : null].filter(Boolean).join(', ')}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Characters of an act's text: the rulebook's for a decision, else fixed. */
function leastOf(act: Act, limits: Figures): number {
  const decided = limits?.shortest_decision ?? 1;
  return { review: 40, open: 0, approve: decided, deny: decided, revoke: decided, opinion: 20, withdraw: 1, audit: 20 }[act];
}

interface Said {
  text: string;
  side: 'support' | 'oppose';
  finding: 'permitted' | 'not_permitted';
  covers: readonly string[];
  verdict: 'proper' | 'flawed' | 'unlawful';
  items: readonly string[];
}

function bodyOf(act: Act, one: Crossing, said: Said): unknown {
  if (act === 'open') return {};
  if (act === 'opinion') return { opinion: said.side, text: said.text };
  if (act === 'review') return { finding: said.finding, reason: said.text, covers: said.finding === 'permitted' ? said.covers : [] };
  if (act === 'audit') return { verdict: said.verdict, remarks: said.text };
  if (act === 'approve') return { reason: said.text, seen: one.seen, ...(said.items.length < one.items.length ? { items: said.items } : {}) };
  return { reason: said.text };
}

function Extras({ act, one, said, change }: { act: Act; one: Crossing; said: Said; change: (part: Partial<Said>) => void }) {
  const toggle = (list: readonly string[], id: string, on: boolean) => (on ? [...list, id] : list.filter((each) => each !== id));
  if (act === 'opinion')
    return (
      <Segmented
        label="Opinion"
        form
        value={said.side}
        onChange={(side) => change({ side })}
        choices={[
          { id: 'support', text: 'Support' },
          { id: 'oppose', text: 'Oppose' },
        ]}
      />
    );
  if (act === 'audit') return <Segmented label="Verdict" form value={said.verdict} onChange={(verdict) => change({ verdict })} choices={VERDICTS} />;
  if (act === 'review')
    return (
      <>
        <Segmented label="Finding" form value={said.finding} onChange={(finding) => change({ finding })} choices={FINDINGS} />
        {one.instruments.length > 0 && (
          <div className={css.pick}>
            {one.instruments.map((paper) => (
              <Checkbox
                key={paper.caveat}
                checked={said.covers.includes(paper.caveat)}
                onChange={(on) => change({ covers: toggle(said.covers, paper.caveat, on) })}>{`I have read ${paper.reference}; it opens ${paper.caveat}`}</Checkbox>
            ))}
          </div>
        )}
      </>
    );
  if (act === 'approve')
    return (
      <>
        {one.people.length > 0 && <Affected rows={one.people} />}
        {one.items.length > 1 && (
          <div className={css.pick} role="group" aria-label="Records to open">
            {one.items.map((id) => (
              <Checkbox key={id} checked={said.items.includes(id)} onChange={(on) => change({ items: toggle(said.items, id, on) })}>
                {id}
              </Checkbox>
            ))}
          </div>
        )}
      </>
    );
  return null;
}

function ActDialog({ act, one, onClose }: { act: Act; one: Crossing; onClose: () => void }) {
  const [said, setSaid] = useState<Said>({ text: '', side: 'support', finding: 'permitted', covers: [], verdict: 'proper', items: one.items });
  const send = useCrossingAct(one.number, onClose);
  const { limits } = usePrompts();
  const least = leastOf(act, limits);
  const change = (part: Partial<Said>) => setSaid({ ...said, ...part });
  const short = said.text.trim().length < least || (act === 'approve' && said.items.length === 0);
  return (
    <Dialog
      title={ACTS[act].title}
      open
      onClose={onClose}
      note={ACTS[act].note}
      foot={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button look="primary" pending={send.isPending} blocked={short} onPress={() => send.mutate({ act, body: bodyOf(act, one, said) })}>
            {ACTS[act].label}
          </Button>
        </>
      }>
      <Extras act={act} one={one} said={said} change={change} />
      {act !== 'open' && (
        <TextField label={act === 'audit' ? 'Remarks' : 'Reason'} note={least > 1 ? `${least} characters or more` : 'why'} rows={4} value={said.text} onChange={(text) => change({ text })} autoFocus />
      )}
      {act === 'open' && (
        <p>
          For {emergencyTime(limits)} at most. {one.danger}
        </p>
      )}
      {send.error && <ErrorPanel problem={asProblem(send.error)} />}
    </Dialog>
  );
}

function Decide({ one }: { one: Crossing }) {
  const [act, setAct] = useState<Act | null>(null);
  const before = standing(one);
  return (
    <Card title="Decision">
      <div className={css.pad}>
        {one.review_text && (
          <p>
            <strong>{one.finding === 'permitted' ? 'Permitted' : 'Not permitted'}</strong> by {one.reviewed_by}, {moment(one.reviewed)}: {one.review_text}
          </p>
        )}
        {one.decided && one.state !== 'withdrawn' && (
          <p>
            <strong>{one.state === 'denied' || one.state === 'refused' || one.ended_as === 'refused' ? 'Denied' : 'Approved'}</strong> by {one.decided_by}, {moment(one.decided)}
            {one.decision_reason && `: ${one.decision_reason}`}
          </p>
        )}
        {one.audited && (
          <p>
            <strong>Audited, {one.verdict}</strong> by {one.audited_by}, {moment(one.audited)}
            {one.remarks && `: ${one.remarks}`}
          </p>
        )}
        {before.length > 0 && (
          <div className={css.lacks}>
            <strong>{plural(before.length, 'thing')} before a decision</strong>
            <ul>
              {before.map((each) => (
                <li key={each}>{each}</li>
              ))}
            </ul>
          </div>
        )}
        <div className={css.acts}>
          {BUTTONS.filter((each) => one.may.includes(each.act)).map((each) => (
            <Button key={each.act} {...(each.look ? { look: each.look } : {})} onPress={() => setAct(each.act)}>
              {each.text}
            </Button>
          ))}
          {one.may.length === 0 && <p>Nothing here is yours to decide.</p>}
        </div>
      </div>
      {act && <ActDialog act={act} one={one} onClose={() => setAct(null)} />}
    </Card>
  );
}

const MARK = { done: '✓', now: '●', later: '', stopped: '–' } as const;
const SAID = { done: 'done', now: 'now', later: 'later', stopped: 'not reached' } as const;

function Steps({ one }: { one: Crossing }) {
  return (
    <Card title="Steps">
      <ol className={css.steps}>
        {steps(one).map((step) => (
          <li key={step.id} data-state={step.state}>
            <span aria-hidden>{MARK[step.state]}</span>
            <div>
              <strong>
                {step.text}
                <span className="sr">, {SAID[step.state]}</span>
              </strong>
              <small>{step.note}</small>
            </div>
          </li>
        ))}
      </ol>
    </Card>
  );
}

function Papers({ one }: { one: Crossing }) {
  const save = useMutation({ mutationFn: (paper: Crossing['instruments'][number]) => saveFile(`/crossings/${one.number}/papers/${paper.document}`, paper.name) });
  if (one.instruments.length === 0) return null;
  return (
    <Card title="Orders and forms" note="beside the approval">
      <DataTable
        label="Orders and forms"
        rows={one.instruments}
        rowKey={(paper) => paper.document}
        columns={[
          { id: 'caveat', head: 'Marking', cell: (paper) => paper.caveat },
          { id: 'reference', head: 'Order or form', cell: (paper) => paper.reference },
          {
            id: 'file',
            head: 'Document',
            cell: (paper) => (one.side === 'approver' || one.side === 'overseer' ? <Button size="small" onPress={() => save.mutate(paper)}>{`Save ${paper.name}`}</Button> : paper.name),
          },
          {
            id: 'read',
            head: 'Review',
            cell: (paper) =>
              one.covers.includes(paper.caveat) ? (
                <Status kind="done" bare>
                  Confirmed
                </Status>
              ) : (
                'not confirmed'
              ),
          },
        ]}
      />
      {save.error && <ErrorPanel problem={asProblem(save.error)} />}
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
            <div>
              <strong>{each.title ?? each.by}</strong>
              <small>{each.side}</small>
              <Status kind={each.opinion === 'support' ? 'done' : 'danger'} bare>
                {each.opinion === 'support' ? 'Supports' : 'Opposes'}
              </Status>
              <small>{moment(each.at)}</small>
            </div>
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
      <DataTable
        label="What would be opened"
        rows={rows}
        rowKey={(one) => one.id}
        columns={[
          { id: 'id', head: 'Record', cell: (one) => <code>{one.id}</code> },
          { id: 'source', head: 'Source', cell: (one) => one.source && <SourceChip name={one.source} /> },
          { id: 'category', head: 'Category', cell: (one) => one.category },
          {
            id: 'values',
            head: 'Values',
            cell: (one) =>
              Object.entries(one.values)
                .map(([name, values]) => `${name}: ${values.join(', ')}`)
                .join(' · '),
          },
          { id: 'changed', head: 'Since', cell: (one) => (one.changed ? <Status kind="waiting">Changed</Status> : 'unchanged') },
        ]}
      />
    </Card>
  );
}

function Detail({ one }: { one: Crossing }) {
  const left = daysLeft(one.expires, new Date());
  return (
    <div className={css.page}>
      <div className={css.stack}>
        {one.state === 'active' && left !== null && (
          <Notice kind="done" title={`Open for ${plural(Math.max(0, left), 'more day')}`}>
            Then the fields close by themselves, with what was written on them.
          </Notice>
        )}
        {one.state === 'emergency' && (
          <Notice title={`Open as an emergency until ${moment(one.open_until)}`}>Unless a third person approves it by then, it closes, and the unit opens no other before an audit.</Notice>
        )}
        <Card title="Request">
          <div className={css.pad}>
            <KeyValue
              pairs={[
                [
                  'For',
                  <>
                    {one.to_regime && <RegimeChip regime={one.to_regime} />} {one.purpose}
                  </>,
                ],
                ['Rule', one.basis_title ?? one.basis],
                ['Fields', fieldWords(one.fields)],
                ['Records', one.items.length > 0 ? <code>{one.items.join(', ')}</code> : one.pointer ? 'what the pointer stands for' : plural(one.item_count, 'record')],
                ...(one.pointer
                  ? [
                      [
                        'Pointer',
                        known(one.pointer)
                          .map(([name, value]) => `${name}: ${value}`)
                          .join(', '),
                      ] as const,
                    ]
                  : []),
                ['Links', one.links ? 'between the named records' : 'none'],
                ['Until', day(one.expires)],
                ['Asked by', `${one.requester_title ?? one.requester}, ${moment(one.requested_at)}`],
              ]}
            />
          </div>
        </Card>
        <Card title="Necessity">
          <div className={css.pad}>
            <p>{one.necessity}</p>
          </div>
        </Card>
        <Card title="Alternatives">
          <div className={css.pad}>
            <p>{one.alternatives}</p>
          </div>
        </Card>
        {one.danger && (
          <Card title="Imminent harm">
            <div className={css.pad}>
              <p>{one.danger}</p>
            </div>
          </Card>
        )}
        {(one.people.length > 0 || one.people_shown) && (
          <Card title="Whom it affects" note={one.people_shown ? 'as shown before it was decided' : 'before the decision'}>
            <Affected rows={one.people_shown ?? one.people} />
          </Card>
        )}
        <Papers one={one} />
        <PreviewCard rows={one.preview} />
      </div>
      <div className={css.stack}>
        <Decide one={one} />
        <Steps one={one} />
        <Opinions one={one} />
      </div>
    </div>
  );
}

export function CrossingPage() {
  const { n } = useParams({ from: '/shell/crossing/$n' });
  const scope = useScope();
  const answer = useQuery({ queryKey: [...scope, 'crossing', n], queryFn: () => get<Crossing>(`/crossings/${n}`), retry: false });
  const problem = answer.error ? asProblem(answer.error) : null;
  const crumbs = [{ text: 'Crossings', node: <Link to="/crossings">Crossings</Link> }];
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
