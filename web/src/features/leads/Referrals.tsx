import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { asProblem, isRefusal } from '@/api/problem';
import { usePurpose } from '@/api/queries';
import type { Referral, ReferralPackage } from '@/api/types';
import { Button } from '@/shared/controls/Button';
import { Segmented, Select, TextField } from '@/shared/controls/fields';
import { Card, DataTable, KeyValue } from '@/shared/data/data';
import { Page } from '@/shared/frame/Page';
import { AuthorityChip, RegimeChip, SourceChip } from '@/shared/identity/chips';
import { Empty, ErrorPanel, Notice, Skeleton, Status } from '@/shared/states/states';
import { Withheld } from '@/shared/states/Withheld';
import { count, day, moment, sentence } from '@/state/words';
import { useAnswer, useTakeBack, useReferral, useReferrals } from './api';
import { LeadFrame } from './pages';
import { LeadTabs } from './parts';
import { ANSWERS, codeWord, LEAST, placesOf, propertyWord, REFERRAL_STATE, resultOf } from './view';
import css from './leads.module.css';

const SIDES = [
  { id: 'in', text: 'Received' },
  { id: 'out', text: 'Sent' },
] as const;

function State({ name }: { name: string }) {
  const said = REFERRAL_STATE[name];
  return <Status kind={said?.kind ?? 'plain'}>{said?.word ?? name}</Status>;
}

export function ReferralList() {
  const [side, setSide] = useState<'in' | 'out'>('in');
  const answer = useReferrals(side);
  return (
    <LeadFrame title="Referrals" at="referrals">
      <div className={css.acts}>
        <Segmented label="Which referrals" hideLabel choices={SIDES} value={side} onChange={setSide} />
      </div>
      <Card title={side === 'in' ? 'Packages for this unit' : 'Packages from this unit'} note={answer.data ? count(answer.data.items.length) : null}>
        {answer.isPending && <Skeleton rows={4} />}
        {answer.error && <ErrorPanel problem={asProblem(answer.error)} onRetry={() => void answer.refetch()} />}
        {answer.data?.items.length === 0 && (
          <Empty title={side === 'in' ? 'No package has come' : 'No package was sent'}>
            {side === 'in' ? 'What another unit vetted and confirmed comes here with its basis and its caveats.' : 'A lead confirmed by two people can be referred.'}
          </Empty>
        )}
        {answer.data && answer.data.items.length > 0 && (
          <DataTable
            label="Referrals"
            rows={answer.data.items}
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
              { id: 'state', head: 'State', tight: true, cell: (one) => <State name={one.state} /> },
              { id: 'other', head: side === 'in' ? 'From' : 'To', cell: (one) => (side === 'in' ? (one.from_title ?? one.from) : (one.to_title ?? one.to)) },
              ...(side === 'out'
                ? [
                    {
                      id: 'lead',
                      head: 'Lead',
                      tight: true,
                      cell: (one: Referral) =>
                        one.lead ? (
                          <Link to="/lead/$n" params={{ n: one.lead }} search={{}}>
                            {one.lead}
                          </Link>
                        ) : (
                          '–'
                        ),
                    },
                  ]
                : []),
              { id: 'how', head: 'How', cell: (one) => (one.crossed ? 'by a crossing, named fields' : 'inside the regime') },
              { id: 'sent', head: 'Sent', num: true, tight: true, cell: (one) => (one.sent ? moment(one.sent) : '–') },
              { id: 'due', head: 'Answer due', num: true, tight: true, cell: (one) => day(one.due) },
            ]}
          />
        )}
      </Card>
    </LeadFrame>
  );
}

function Contents({ held }: { held: ReferralPackage }) {
  return (
    <>
      <Card
        title="Package"
        note="as it was sent"
        actions={
          <>
            {held.regime && <RegimeChip regime={held.regime} />}
            {held.statute && <AuthorityChip statute={held.statute} />}
            {held.source && <SourceChip name={held.source} />}
          </>
        }
        padded>
        <div className={css.spaced}>
          {held.narrative && <p className={css.narrative}>{held.narrative}</p>}
          <KeyValue
            pairs={[
              ...Object.entries(held.subject.properties ?? {}).map(([name, values]) => [propertyWord(name), values.join(', ')] as const),
              ['Basis', held.basis],
              ['Source reliability', held.reliability ?? '–'],
              ['As of', moment(held.currency)],
              ['Documents', held.documents.join('; ') || 'none'],
            ]}
          />
          {held.caveats.length > 0 && <Notice title="Caveats travel along">{held.caveats.join(' ')}</Notice>}
        </div>
      </Card>
      {held.checks && held.checks.length > 0 && (
        <Card title="What was checked" note={count(held.checks.length)}>
          <DataTable
            label="What was checked"
            rows={held.checks}
            rowKey={(one) => `${one.name} ${one.at}`}
            columns={[
              { id: 'name', head: 'Check', cell: (one) => sentence(one.name.replaceAll('-', ' ')) },
              {
                id: 'result',
                head: 'Result',
                tight: true,
                cell: (one) => (
                  <Status kind={resultOf(one.result).kind} bare>
                    {resultOf(one.result).word}
                  </Status>
                ),
              },
              { id: 'system', head: 'Where', cell: (one) => one.system },
              { id: 'at', head: 'When', num: true, tight: true, cell: (one) => moment(one.at) },
            ]}
          />
        </Card>
      )}
    </>
  );
}

const ACT = { acknowledge: 'Acknowledge', accept: 'Accept', decline: 'Decline', outcome: 'Send the result' } as const;

function lacksOf(acts: readonly string[], reason: string, outcome: string): string[] {
  if (acts[0] === 'acknowledge') return [];
  const result = acts[0] === 'outcome';
  return [
    ...(reason.trim().length < LEAST.reason ? [`${result ? 'What happened' : 'Reason'}: ${LEAST.reason} characters or more`] : []),
    ...(result && !outcome.trim() ? ['The result isn’t chosen'] : []),
  ];
}

function Ended({ one }: { one: Referral }) {
  const said = one.outcome ? `Result: ${codeWord(one.outcome)}. ${one.outcome_text ?? ''}` : `${REFERRAL_STATE[one.state]?.word ?? one.state}. ${one.answer ?? ''}`;
  return (
    <Card title="Your answer" padded>
      <p className={css.quiet}>{said}</p>
    </Card>
  );
}

/** acknowledge, then accept or decline, then the result. */
function Answer({ one }: { one: Referral }) {
  const [reason, setReason] = useState('');
  const [outcome, setOutcome] = useState('');
  const send = useAnswer(one.referral, () => {
    setReason('');
    setOutcome('');
  });
  const acts = ANSWERS[one.state] ?? [];
  const plain = acts[0] === 'acknowledge';
  const result = acts[0] === 'outcome';
  const lacks = lacksOf(acts, reason, outcome);
  const words = { ...(plain ? {} : { reason: reason.trim() }), ...(result ? { outcome: outcome.trim() } : {}) };
  if (acts.length === 0) return <Ended one={one} />;
  return (
    <Card title="Your answer" padded>
      <div className={css.inline}>
        {result && <Select label="Result" choices={(one.outcomes ?? []).map((id) => ({ id, text: codeWord(id) }))} value={outcome || null} onChange={setOutcome} />}
        {!plain && <TextField label={result ? 'What happened' : 'Reason'} note="the sending unit reads it" rows={4} value={reason} onChange={setReason} />}
        <div className={css.acts}>
          {acts.map((act) => (
            <Button
              key={act}
              look={act === 'decline' ? 'danger' : 'primary'}
              blocked={lacks.length > 0}
              pending={send.isPending}
              describedBy="answer-lacks"
              onPress={() => send.mutate({ act, ...words })}>
              {ACT[act]}
            </Button>
          ))}
        </div>
        <p id="answer-lacks" className={css.quiet}>
          {lacks.length > 0 ? `Before that: ${lacks.join('; ')}.` : 'Written to the ledger; it can’t be undone.'}
        </p>
        {send.error && <ErrorPanel problem={asProblem(send.error)} />}
      </div>
    </Card>
  );
}

function TakeBack({ one }: { one: Referral }) {
  const [reason, setReason] = useState('');
  const send = useTakeBack(one.referral);
  if (!['sent', 'acknowledged'].includes(one.state)) return null;
  return (
    <Card title="Take it back" padded>
      <div className={css.inline}>
        <TextField label="Reason" note="20 characters or more; the recipient hears that it was taken back" rows={3} value={reason} onChange={setReason} />
        <div className={css.acts}>
          <Button blocked={reason.trim().length < 20} pending={send.isPending} onPress={() => send.mutate(reason.trim())}>
            Take back
          </Button>
        </div>
        {send.error && <ErrorPanel problem={asProblem(send.error)} />}
      </div>
    </Card>
  );
}

function Detail({ one, received }: { one: Referral; received: boolean }) {
  return (
    <div className={css.two}>
      <div className={css.stack}>
        {one.package ? (
          <Contents held={one.package} />
        ) : (
          <Card title="Package">
            <Empty title="Nothing is in sight" />
          </Card>
        )}
      </div>
      <div className={css.stack}>
        {received ? <Answer one={one} /> : <TakeBack one={one} />}
        <Card title="Way" padded>
          <KeyValue
            pairs={[
              ['From', one.from_title ?? one.from],
              ['To', one.to_title ?? one.to],
              ['How', one.crossed ? 'By a crossing: named fields, until it ends' : 'Inside the regime'],
              ['Answer due', day(one.due)],
              ['Sent', one.sent ? moment(one.sent) : 'not yet'],
              ['Acknowledged', one.acknowledged ? moment(one.acknowledged) : '–'],
              ['Answered', one.answered ? `${moment(one.answered)}: ${one.answer ?? ''}` : '–'],
              ['Result', one.outcome ? `${one.outcome}: ${one.outcome_text ?? ''}` : '–'],
            ]}
          />
        </Card>
      </div>
    </div>
  );
}

export function ReferralPage() {
  const { n } = useParams({ from: '/shell/referral/$n' });
  const answer = useReferral(n);
  const purpose = usePurpose();
  const problem = answer.error ? asProblem(answer.error) : null;
  const crumbs = [{ text: 'Referrals', node: <Link to="/leads/referrals">Referrals</Link> }];
  if (problem && (problem.status === 404 || isRefusal(problem)))
    return (
      <Page title={n} crumbs={crumbs} panes>
        <Withheld problem={problem} />
      </Page>
    );
  const one = answer.data;
  return (
    <Page title={n} crumbs={crumbs} extra={one ? <State name={one.state} /> : null} panes>
      <div className={css.page}>
        <LeadTabs places={placesOf(purpose)} at="referrals" />
        <div className={css.sheet} tabIndex={0} role="region" aria-label={`Referral ${n}`}>
          {answer.isPending && <Skeleton rows={6} />}
          {problem && <ErrorPanel problem={problem} onRetry={() => void answer.refetch()} />}
          {one && <Detail one={one} received={one.to === purpose?.unit} />}
        </div>
      </div>
    </Page>
  );
}
