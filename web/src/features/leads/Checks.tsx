import { Link } from '@tanstack/react-router';
import { CircleCheck, CircleDashed, CircleX, Clock, PauseCircle, type LucideIcon } from 'lucide-react';
import { useState } from 'react';
import { asProblem } from '@/api/problem';
import { usePrompts, usePurpose } from '@/api/queries';
import type { CheckEntry, Lead, LeadCheck } from '@/api/types';
import { Button } from '@/shared/controls/Button';
import { Checkbox, Segmented, Select, TextField } from '@/shared/controls/fields';
import { Card } from '@/shared/data/data';
import { ErrorPanel } from '@/shared/states/states';
import { atLeast, tooShort, type Figures } from '@/state/limits';
import { moment, when } from '@/state/words';
import { useLeadAct } from './api';
import { endsLead, FOUND, isDone, latest, NO_PROOF, proofBody, PROOFS, propertyWord, rested, resultOf, RESULTS, type Proof, type Result } from './view';
import css from './leads.module.css';

const ICONS: Record<string, LucideIcon> = { confirmed: CircleCheck, nothing: CircleCheck, refuted: CircleX, inconclusive: Clock, claim: PauseCircle };

function Evidence({ text }: { text: string }) {
  const mayOpen = usePurpose()?.kind === 'lead';
  const isRecord = /[0-9a-f]{32}$/i.test(text.replaceAll('-', ''));
  if (isRecord && mayOpen)
    return (
      <Link to="/r/$id" params={{ id: text }}>
        <code>{text}</code>
      </Link>
    );
  return isRecord ? <code title="A record; opened under the lead’s own purpose">{text}</code> : <>{text}</>;
}

function Found({ entry }: { entry: CheckEntry }) {
  return (
    <>
      <b data-kind={resultOf(entry.result).kind}>{resultOf(entry.result).word}</b>
      {entry.finding && <> · {entry.finding}</>}
      {entry.matched.length > 0 && <> · agrees: {entry.matched.map(propertyWord).join(', ')}</>}
      {entry.evidence && (
        <>
          {' '}
          · <Evidence text={entry.evidence} />
        </>
      )}
    </>
  );
}

/** On what a check rests: a record, a paper that somebody can find again, or a question put outside. */
function Rests({ proof, systems, onChange }: { proof: Proof; systems: readonly string[]; onChange: (next: Proof) => void }) {
  const put = (part: Partial<Proof>) => onChange({ ...proof, ...part });
  return (
    <>
      <Segmented label="Rests on" choices={PROOFS.map(([id, text]) => ({ id, text }))} value={proof.kind} onChange={(kind) => put({ kind })} />
      {proof.kind === 'document' && <TextField label="Document" note="title and number or date: Extract 2026-377" value={proof.document} onChange={(document) => put({ document })} />}
      {proof.kind === 'record' && <TextField label="Record" note="its id, or the number Q-… of a paper named before" value={proof.record} onChange={(record) => put({ record })} />}
      {proof.kind === 'consulted' && (
        <div className={css.pair}>
          <Select label="System asked" choices={systems.map((one) => ({ id: one, text: one }))} value={proof.system || null} onChange={(system) => put({ system })} />
          <TextField label="Its reference" note="number of the query or answer" value={proof.reference} onChange={(reference) => put({ reference })} />
        </div>
      )}
    </>
  );
}

function lacking(result: Result, finding: string, rests: readonly string[], proof: Proof, limits: Figures): string[] {
  const least = limits?.shortest_reason;
  const found = FOUND.includes(result) && tooShort(finding, least) ? [`say what was found, ${atLeast(least)}`] : [];
  return rests.length > 0 && !rested(proof) ? [...found, 'a match names the record, document or consultation that it rests on'] : found;
}

function Agrees({ names, matched, onChange }: { names: readonly string[]; matched: readonly string[]; onChange: (next: readonly string[]) => void }) {
  const weak = matched.length > 0 && matched.every((name) => name === 'name' || name === 'birthDate');
  return (
    <>
      <fieldset className={css.matched}>
        <legend>What agrees with the lead</legend>
        {names.map((name) => (
          <Checkbox key={name} checked={matched.includes(name)} onChange={(on) => onChange(on ? [...matched, name] : matched.filter((one) => one !== name))}>
            {propertyWord(name)}
          </Checkbox>
        ))}
      </fieldset>
      {weak && <p className={css.quiet}>A name and a birth date are shared by thousands: alone they never make a match.</p>}
    </>
  );
}

interface EnterProps {
  lead: Lead;
  check: LeadCheck;
  seen: string;
  cite: string | undefined;
  onDone: (lead: Lead) => void;
  onClose: () => void;
}

/** One consultation: what was found, on what it rests, which identifiers agree. */
function Enter({ lead, check, seen, cite, onDone, onClose }: EnterProps) {
  const [result, setResult] = useState<Result>('confirmed');
  const [finding, setFinding] = useState('');
  const [proof, setProof] = useState<Proof>({ ...NO_PROOF, kind: cite ? 'record' : 'document', record: cite ?? '' });
  const [matched, setMatched] = useState<readonly string[]>([]);
  const { limits } = usePrompts();
  const send = useLeadAct(lead.number, seen, (next) => {
    onDone(next);
    onClose();
  });
  const names = Object.keys(lead.subject?.properties ?? {});
  const rests = result === 'confirmed' ? matched : [];
  const lacks = lacking(result, finding, rests, proof, limits);
  const go = () => {
    if (lacks.length === 0 && !send.isPending) send.mutate({ act: 'checks', body: { name: check.name, result, finding: finding.trim(), matched: rests, ...proofBody(proof) } });
  };
  return (
    <form
      className={css.inline}
      onSubmit={(event) => {
        event.preventDefault();
        go();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) go();
      }}>
      <Segmented label={`${check.title}: result`} hideLabel choices={RESULTS.map((id) => ({ id, text: resultOf(id).word }))} value={result} onChange={setResult} />
      <TextField label="Finding" note={`in ${check.system}; ${atLeast(limits?.shortest_reason)}, in words of your own`} value={finding} onChange={setFinding} autoFocus />
      <Rests proof={proof} systems={[...new Set(lead.checklist.map((one) => one.system))]} onChange={setProof} />
      {result === 'confirmed' && names.length > 0 && <Agrees names={names} matched={matched} onChange={setMatched} />}
      {result === 'claim' && <p className={css.quiet}>A claim of citizenship or status holds the lead until two people have cleared it.</p>}
      <div className={css.acts}>
        <Button type="submit" look="primary" blocked={lacks.length > 0} pending={send.isPending} describedBy={`lacks-${check.name}`}>
          Enter the check
        </Button>
        <Button look="quiet" onPress={onClose}>
          Cancel
        </Button>
        <span id={`lacks-${check.name}`} className={css.quiet}>
          {lacks.length > 0 ? `First: ${lacks.join('; ')}.` : 'Checks are added to, never changed.'}
        </span>
      </div>
      {send.error && <ErrorPanel problem={asProblem(send.error)} />}
    </form>
  );
}

function Earlier({ entries }: { entries: LeadCheck['entries'] }) {
  if (entries.length === 0) return null;
  return (
    <details className={css.earlier}>
      <summary>{entries.length} earlier</summary>
      <ul>
        {entries.map((entry, index) => (
          <li key={index}>
            {moment(entry.at)}, {entry.by_title ?? entry.by}: <Found entry={entry} />
          </li>
        ))}
      </ul>
    </details>
  );
}

function CheckRow({ check, may, open, onOpen, children }: { check: LeadCheck; may: boolean; open: boolean; onOpen: () => void; children: React.ReactNode }) {
  const last = latest(check);
  const ending = last !== null && endsLead(check, last.result);
  const Icon = ending ? CircleX : last ? (ICONS[last.result] ?? CircleDashed) : CircleDashed;
  return (
    <li className={css.check} data-kind={ending ? 'danger' : last ? resultOf(last.result).kind : 'plain'}>
      <Icon size={18} strokeWidth={1.8} aria-hidden />
      <div>
        <strong>{check.title}</strong>
        {!check.required && <small> optional</small>}
        <p>{last ? <Found entry={last} /> : check.system}</p>
        <Earlier entries={check.entries.slice(1)} />
      </div>
      {last && (
        <small className={css.who}>
          {last.by_title ?? last.by} {last.at ? when(last.at) : ''}
        </small>
      )}
      {may && !open && (
        <Button size="small" look={last ? 'quiet' : 'default'} label={`${last ? 'Check again' : 'Enter'}: ${check.title}`} onPress={onOpen}>
          {last ? 'Again' : 'Enter'}
        </Button>
      )}
      {open && <div className={css.enter}>{children}</div>}
    </li>
  );
}

export function Checks({ lead, seen, cite, onDone }: { lead: Lead; seen: string; cite: string | undefined; onDone: (lead: Lead) => void }) {
  const required = lead.checklist.filter((one) => one.required);
  const done = required.filter(isDone).length;
  const [open, setOpen] = useState<string | null>(cite ? (lead.checklist.find((one) => !isDone(one))?.name ?? null) : null);
  return (
    <Card
      title="Required checks"
      note={
        <span className={css.progress}>
          {done} of {required.length}
          <i aria-hidden>
            <b style={{ width: `${required.length ? (100 * done) / required.length : 0}%` }} />
          </i>
        </span>
      }
      actions={
        <span>
          {lead.programme_title} v{lead.version}
        </span>
      }>
      <ul>
        {lead.checklist.map((check) => (
          <CheckRow key={check.name} check={check} may={lead.may.includes('check')} open={open === check.name} onOpen={() => setOpen(check.name)}>
            <Enter lead={lead} check={check} seen={seen} cite={cite} onDone={onDone} onClose={() => setOpen(null)} />
          </CheckRow>
        ))}
      </ul>
    </Card>
  );
}
