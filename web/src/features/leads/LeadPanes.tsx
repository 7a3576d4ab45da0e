import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Eye, GitMerge, Search, UserPlus } from 'lucide-react';
import { useState } from 'react';
import { asProblem, isRefusal } from '@/api/problem';
import { ME, useMe, usePurpose } from '@/api/queries';
import type { Lead } from '@/api/types';
import { Button } from '@/shared/controls/Button';
import { TextField } from '@/shared/controls/fields';
import { Card, DataTable, KeyValue } from '@/shared/data/data';
import { SourceChip } from '@/shared/identity/chips';
import { ErrorPanel, Notice, Skeleton, Status } from '@/shared/states/states';
import { useToasts } from '@/shared/states/toasts';
import { Withheld } from '@/shared/states/Withheld';
import { useUi } from '@/state/ui';
import { day, moment, plural, sentence } from '@/state/words';
import { post } from '@/api/http';
import { useAssociates, useLead, useLeadAct } from './api';
import { Checks } from './Checks';
import { Decision } from './Decision';
import { Held, HoldButton } from './Hold';
import { asRead, codeWord, happened, LEAST, promise, propertyWord, REFERRAL_STATE, since, STATE } from './view';
import css from './leads.module.css';

function Head({ lead }: { lead: Lead }) {
  const state = STATE[lead.state];
  const due = promise(lead.due, new Date());
  const open = ['received', 'vetting', 'viable'].includes(lead.state);
  return (
    <header className={css.head}>
      <p>
        <code>{lead.number}</code>
        {lead.source && <SourceChip name={lead.source} />}
        <Status kind={state.kind}>{state.word}</Status>
        {lead.held && <Status kind="danger">Held</Status>}
        {lead.changed && <Status kind="waiting">Changed by its source</Status>}
        <span className={css.headEnd}>
          Received {moment(lead.received)} ·{' '}
          {open ? (
            <>
              answer promised by {moment(lead.due)}
              {due.late && (
                <>
                  , <strong>{due.text}</strong>
                </>
              )}
            </>
          ) : (
            <>kept until {day(lead.keep_until)}</>
          )}
        </span>
      </p>
      <h2>{lead.title}</h2>
    </header>
  );
}

/** What others did since this reader read: shown beside what was typed, and read before anything is sent. */
function Changed({ events, onRead }: { events: Lead['history']; onRead: () => void }) {
  return (
    <div className={css.changed} role="alert">
      <div>
        <strong>Changed since you opened it</strong>
        <ul>
          {events.map((one, index) => (
            <li key={index}>
              <b>{one.by}</b>, {moment(one.at)}: {happened(one)}
            </li>
          ))}
        </ul>
        <p>What you typed is kept. Nothing of it was written.</p>
      </div>
      <Button size="small" onPress={onRead}>
        I have read it
      </Button>
    </div>
  );
}

function Subject({ lead }: { lead: Lead }) {
  const said = Object.entries(lead.subject?.properties ?? {});
  return (
    <Card title="What it says" note={lead.programme_title} padded>
      {lead.narrative && <p className={css.narrative}>{lead.narrative}</p>}
      {lead.subject ? <KeyValue pairs={said.map(([name, values]) => [propertyWord(name), values.join(', ')] as const)} /> : <p className={css.quiet}>Whom it is about isn’t shown to overseers.</p>}
    </Card>
  );
}

function SearchCard({ lead }: { lead: Lead }) {
  const client = useQueryClient();
  const show = useUi((state) => state.show);
  const [problem, setProblem] = useState<unknown>(null);
  const [pending, setPending] = useState(false);
  const under = usePurpose();
  if (under?.kind === 'lead') {
    return (
      <Card title="What the warehouse holds" padded>
        <p className={css.quiet}>You search under this lead, with its programme’s authority. Open a record and choose “Cite in the lead”, or write its id as a check’s evidence.</p>
        <div className={css.acts}>
          <Link to="/search" className={css.more}>
            Search
          </Link>
        </div>
      </Card>
    );
  }
  if (!lead.may.includes('search')) return null;
  const open = async () => {
    setPending(true);
    setProblem(null);
    try {
      const made = await post<{ purpose: string }>(`/leads/${lead.number}/open`);
      await client.invalidateQueries({ queryKey: ME });
      show({ kind: 'switch', key: made.purpose });
    } catch (error) {
      setProblem(error);
    }
    setPending(false);
  };
  return (
    <Card title="What the warehouse holds" padded>
      <p className={css.quiet}>A desk sees no records. A search for this lead has a purpose of its own, {lead.number}, with the programme’s authority, and a reason.</p>
      <div className={css.acts}>
        <Button pending={pending} onPress={() => void open()}>
          <Search size={14} aria-hidden />
          Search for this lead
        </Button>
      </div>
      {problem !== null && <ErrorPanel problem={asProblem(problem)} />}
    </Card>
  );
}

function Related({ lead }: { lead: Lead }) {
  if (lead.related.length === 0) return null;
  return (
    <Card title="Same subject" note={plural(lead.related.length, 'other lead')}>
      <DataTable
        label="Leads of the same subject"
        rows={lead.related}
        rowKey={(one) => one.lead}
        columns={[
          {
            id: 'n',
            head: 'Lead',
            tight: true,
            cell: (one) => (
              <Link to="/lead/$n" params={{ n: one.lead }} search={{}}>
                {one.lead}
              </Link>
            ),
          },
          { id: 'title', head: 'Title', cell: (one) => one.title },
          {
            id: 'dup',
            head: '',
            tight: true,
            cell: (one) =>
              one.duplicate ? (
                <Status kind="waiting" bare>
                  same words
                </Status>
              ) : null,
          },
          { id: 'state', head: 'State', tight: true, cell: (one) => (one.state === 'closed' ? codeWord(one.code ?? 'closed') : sentence(one.state)) },
        ]}
      />
    </Card>
  );
}

/** Proposed, never joined: what is alike or shared, and in what the two differ. A person decides. */
function Alike({ lead }: { lead: Lead }) {
  if (lead.alike.length === 0 && lead.shares.length === 0) return null;
  return (
    <Card title="Perhaps the same person" note={lead.alike.length > 0 ? plural(lead.alike.length, 'lead') : null}>
      {lead.shares.map((one) => (
        <p key={one.type} className={css.quiet}>
          Shares its {propertyWord(one.type).toLowerCase()} with {plural(one.others, 'other lead')}, which tells nobody apart.
        </p>
      ))}
      {lead.alike.length > 0 && (
        <DataTable
          label="Leads that may be of the same person"
          rows={lead.alike}
          rowKey={(one) => one.lead}
          columns={[
            {
              id: 'n',
              head: 'Lead',
              tight: true,
              cell: (one) => (
                <Link to="/lead/$n" params={{ n: one.lead }} search={{}}>
                  {one.lead}
                </Link>
              ),
            },
            { id: 'title', head: 'Title', cell: (one) => one.title },
            { id: 'why', head: 'Why', cell: (one) => one.why.join('; ') },
            { id: 'differs', head: 'Differs in', cell: (one) => one.differs.map(propertyWord).join(', ') || '–' },
            { id: 'state', head: 'State', tight: true, cell: (one) => (one.state === 'closed' ? codeWord(one.code ?? 'closed') : sentence(one.state)) },
          ]}
        />
      )}
    </Card>
  );
}

/** What the source sends otherwise now: was and is, side by side, until somebody takes it or leaves it. */
function SentOtherwise({ lead, seen, onDone }: { lead: Lead; seen: string; onDone: (lead: Lead) => void }) {
  const [reason, setReason] = useState('');
  const send = useLeadAct(lead.number, seen, (next) => {
    setReason('');
    onDone(next);
  });
  if (!lead.change) return null;
  const waits = reason.trim().length < LEAST.reason;
  const rows = Object.entries(lead.change.difference).map(([field, said]) => ({ field, ...said }));
  return (
    <Card title="The source sends it otherwise now" note={moment(lead.change.at)}>
      <DataTable
        label="What changed"
        rows={rows}
        rowKey={(one) => one.field}
        columns={[
          { id: 'field', head: 'Field', tight: true, cell: (one) => propertyWord(one.field) },
          { id: 'was', head: 'Was', cell: (one) => one.was ?? '–' },
          { id: 'is', head: 'Is', cell: (one) => <b>{one.is ?? '–'}</b> },
        ]}
      />
      {lead.may.includes('leave') && (
        <form className={css.inline} onSubmit={(event) => event.preventDefault()}>
          <TextField label="Why it is taken or left" note={`${LEAST.reason} characters or more`} rows={2} value={reason} onChange={setReason} />
          <div className={css.acts}>
            {lead.may.includes('take') && (
              <Button look="primary" blocked={waits} pending={send.isPending} onPress={() => send.mutate({ act: 'change', body: { as: 'taken', reason: reason.trim() } })}>
                Take it over
              </Button>
            )}
            <Button blocked={waits} pending={send.isPending} onPress={() => send.mutate({ act: 'change', body: { as: 'left', reason: reason.trim() } })}>
              Leave the lead as it is
            </Button>
          </div>
          {send.error && <ErrorPanel problem={asProblem(send.error)} />}
        </form>
      )}
    </Card>
  );
}

function Promote({ lead, seen, associate, onDone }: { lead: Lead; seen: string; associate: string; onDone: () => void }) {
  const [facts, setFacts] = useState('');
  const navigate = useNavigate();
  const send = useLeadAct(lead.number, seen, (made) => {
    onDone();
    void navigate({ to: '/lead/$n', params: { n: made.number }, search: {} });
  });
  const waits = facts.trim().length < LEAST.predicate;
  return (
    <form
      className={css.inline}
      onSubmit={(event) => {
        event.preventDefault();
        if (!waits) send.mutate({ act: 'promote', body: { associate, predicate: facts.trim() } });
      }}>
      <TextField label="Predicate" note={`facts about this person, ${LEAST.predicate} characters or more`} rows={2} value={facts} onChange={setFacts} autoFocus />
      <div className={css.acts}>
        <Button type="submit" look="primary" blocked={waits} pending={send.isPending}>
          Begin a lead about this person
        </Button>
        <Button look="quiet" onPress={onDone}>
          Cancel
        </Button>
      </div>
      {send.error && <ErrorPanel problem={asProblem(send.error)} />}
    </form>
  );
}

/** People around the subject: apart, initials only, and no lead of their own without a predicate. */
function Associates({ lead, seen }: { lead: Lead; seen: string }) {
  const [whole, setWhole] = useState(false);
  const [chosen, setChosen] = useState<string | null>(null);
  const names = useAssociates(lead.number, whole);
  if (lead.associates.length === 0) return null;
  const rows = (whole && names.data) || lead.associates;
  return (
    <Card
      title="Not the subject"
      note={`${plural(rows.length, 'person', 'people')} around it, minimised`}
      actions={
        !whole && (
          <Button size="small" onPress={() => setWhole(true)}>
            <Eye size={13} aria-hidden />
            Show whole names
          </Button>
        )
      }>
      {names.error && <ErrorPanel problem={asProblem(names.error)} />}
      <ul className={css.associates}>
        {rows.map((one) => (
          <li key={one.id}>
            <strong>{one.name}</strong>
            <span>{one.relation}</span>
            <small>gone on {day(one.expires)}</small>
            {one.promoted ? (
              <Status kind="plain" bare>
                has a lead
              </Status>
            ) : (
              lead.may.includes('promote') &&
              chosen !== one.id && (
                <Button size="small" look="quiet" onPress={() => setChosen(one.id)}>
                  <UserPlus size={13} aria-hidden />
                  State a predicate
                </Button>
              )
            )}
            {chosen === one.id && <Promote lead={lead} seen={seen} associate={one.id} onDone={() => setChosen(null)} />}
          </li>
        ))}
      </ul>
      {whole && <p className={css.logged}>Showing whole names is an entry in the log.</p>}
    </Card>
  );
}

function Referred({ lead }: { lead: Lead }) {
  if (lead.referrals.length === 0) return null;
  return (
    <Card title="Where it went" note={plural(lead.referrals.length, 'package')}>
      <DataTable
        label="Referrals of this lead"
        rows={lead.referrals}
        rowKey={(one) => one.referral}
        columns={[
          {
            id: 'n',
            head: 'Referral',
            tight: true,
            cell: (one) => (
              <Link to="/referral/$n" params={{ n: one.referral }}>
                {one.referral}
              </Link>
            ),
          },
          { id: 'to', head: 'To', cell: (one) => one.to_title ?? one.to },
          { id: 'how', head: 'How', tight: true, cell: (one) => (one.crossed ? 'by a crossing' : 'inside the regime') },
          {
            id: 'state',
            head: 'State',
            tight: true,
            cell: (one) => {
              const said = REFERRAL_STATE[one.state];
              return (
                <Status kind={said?.kind ?? 'plain'} bare>
                  {said?.word ?? one.state}
                </Status>
              );
            },
          },
          { id: 'answer', head: 'Answer', cell: (one) => one.outcome_text ?? one.answer ?? '–' },
          { id: 'due', head: 'Due', num: true, tight: true, cell: (one) => day(one.due) },
        ]}
      />
    </Card>
  );
}

function History({ lead }: { lead: Lead }) {
  return (
    <Card title="History" note={plural(lead.history.length, 'entry', 'entries')}>
      <ol className={css.history}>
        {lead.history.map((one, index) => (
          <li key={index}>
            <time dateTime={one.at}>{moment(one.at)}</time>
            <span>
              <b>{one.by}</b> {happened(one)}
            </span>
          </li>
        ))}
      </ol>
    </Card>
  );
}

function Loaded({ lead, cite }: { lead: Lead; cite: string | undefined }) {
  const [read, setRead] = useState(() => asRead(lead));
  const me = useMe().data?.account ?? '';
  const toast = useToasts((state) => state.show);
  const desk = usePurpose()?.kind === 'desk';
  const events = since(lead.history, read.events);
  const done = (next: Lead) => setRead(asRead(next));
  return (
    <>
      <div className={css.lead} tabIndex={0} role="region" aria-label={`Lead ${lead.number}`}>
        {events.length > 0 && <Changed events={events} onRead={() => setRead(asRead(lead))} />}
        <Head lead={lead} />
        <Held lead={lead} seen={read.revision} me={me} onDone={done} />
        {lead.traits.length > 0 && <Notice title="It speaks of a protected trait">{`${lead.traits.join(', ')}: no basis for a decision. The check no-protected-trait asks for it.`}</Notice>}
        {lead.duplicate_of && lead.state !== 'closed' && (
          <Notice title={`It may repeat ${lead.duplicate_of}`} actions={<GitMerge size={16} aria-hidden />}>
            Same subject and the same words. Close it as a duplicate, or say what is new.
          </Notice>
        )}
        {lead.twin_of && lead.state !== 'closed' && (
          <Notice title={`${lead.twin_by ?? 'Somebody'} says that it repeats ${lead.twin_of}`} actions={<GitMerge size={16} aria-hidden />}>
            The two state different things: a second person closes it as a duplicate, or it goes on.
          </Notice>
        )}
        {lead.says_status && !lead.held && <Notice title="The remarks speak of citizenship or a status">“{lead.says_status}”. If somebody claims it, hold the lead: it holds the person.</Notice>}
        <SentOtherwise lead={lead} seen={read.revision} onDone={done} />
        <Subject lead={lead} />
        <Checks lead={lead} seen={read.revision} cite={cite} onDone={done} />
        <SearchCard lead={lead} />
        <Related lead={lead} />
        <Alike lead={lead} />
        <Associates lead={lead} seen={read.revision} />
        <Referred lead={lead} />
        <History lead={lead} />
        {desk && <HoldButton lead={lead} seen={read.revision} onDone={done} />}
      </div>
      <Decision
        lead={lead}
        seen={read.revision}
        unread={events.length}
        me={me}
        onDone={(next, word) => {
          done(next);
          toast(word);
        }}
      />
    </>
  );
}

export function LeadPanes({ number, cite }: { number: string; cite: string | undefined }) {
  const answer = useLead(number);
  const problem = answer.error ? asProblem(answer.error) : null;
  if (problem && (problem.status === 404 || isRefusal(problem))) return <Withheld problem={problem} />;
  if (problem)
    return (
      <div className={css.alone}>
        <ErrorPanel problem={problem} onRetry={() => void answer.refetch()} />
      </div>
    );
  return answer.data ? (
    <Loaded lead={answer.data} cite={cite} />
  ) : (
    <div className={css.lead}>
      <Skeleton rows={10} />
    </div>
  );
}
