import { CircleAlert, Users } from 'lucide-react';
import { useEffect } from 'react';
import { Label, Radio, RadioGroup } from 'react-aria-components';
import { asProblem } from '@/api/problem';
import { useAuthorities, usePrompts, usePurpose, useStatutes } from '@/api/queries';
import type { Lead } from '@/api/types';
import { Button } from '@/shared/controls/Button';
import { Checkbox, Select, TextField } from '@/shared/controls/fields';
import { Kbd } from '@/shared/controls/Kbd';
import { Avatar } from '@/shared/controls/small';
import { KeyValue } from '@/shared/data/data';
import { RegimeGlyph } from '@/shared/identity/RegimeGlyph';
import { ErrorPanel } from '@/shared/states/states';
import { isTyping } from '@/state/keys';
import { useUi } from '@/state/ui';
import { useLeadAct } from './api';
import { useDraft } from './drafts';
import { asked, CHOICES, codesOf, codeWord, crosses, doneWord, LEAST, propertyWord, sendWord, standsBefore, STATE, type Choice, type Draft } from './view';
import css from './leads.module.css';

interface Part {
  lead: Lead;
  draft: Draft;
  change: (part: Partial<Draft>) => void;
}

/** 1 to 5 choose, Ctrl or Cmd and Enter sends. */
function useDecisionKeys(choose: (choice: Choice) => void, send: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (useUi.getState().open.kind !== 'none') return;
      const one = CHOICES[Number(event.key) - 1];
      if (one && !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event.target) && useUi.getState().letterKeys) choose(one.id);
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && event.target instanceof HTMLElement && event.target.closest('[data-decision]')) send();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  });
}

function Choices({ draft, change }: Omit<Part, 'lead'>) {
  return (
    <RadioGroup className={css.choices!} value={draft.choice} onChange={(id) => change({ choice: id as Choice })}>
      <Label className="sr">Decision</Label>
      {CHOICES.map((one, index) => (
        <Radio key={one.id} value={one.id} className={css.choice!} aria-keyshortcuts={String(index + 1)}>
          <i aria-hidden />
          <span>
            <strong>{one.text}</strong>
            <small>{one.note}</small>
          </span>
          <Kbd keys={String(index + 1)} />
        </Radio>
      ))}
    </RadioGroup>
  );
}

function CrossingFields({ lead, draft, change }: Part) {
  const laws = (useAuthorities().data?.items ?? []).filter((one) => one.regime !== lead.regime && one.regime !== 'oversight');
  const names = Object.keys(lead.subject?.properties ?? {});
  const tick = (name: string, on: boolean) => change({ fields: on ? [...draft.fields, name] : draft.fields.filter((one) => one !== name) });
  return (
    <>
      <p className={css.quiet}>Another regime: named fields alone, decided by somebody outside both chains. Nothing is sent before.</p>
      <fieldset className={css.matched}>
        <legend>Fields that cross</legend>
        {names.map((name) => (
          <Checkbox key={name} checked={draft.fields.includes(name)} onChange={(on) => tick(name, on)}>
            {propertyWord(name)}
          </Checkbox>
        ))}
      </fieldset>
      <Select
        label="The recipient’s authority"
        choices={laws.map((one) => ({ id: one.code, text: one.statute || one.code, note: one.title, icon: <RegimeGlyph regime={one.regime} /> }))}
        value={draft.basis || null}
        onChange={(basis) => change({ basis })}
      />
      <TextField label="Necessity" rows={3} value={draft.necessity} onChange={(necessity) => change({ necessity })} />
      <TextField label="Alternatives" note="why less is not enough" rows={2} value={draft.alternatives} onChange={(alternatives) => change({ alternatives })} />
      <TextField label="Last day" type="date" value={draft.expires} onChange={(expires) => change({ expires })} />
    </>
  );
}

function ReferFields({ lead, draft, change }: Part) {
  const units = [...lead.refer_to.map((id) => ({ id, text: id, note: 'same regime' })), ...lead.cross_to.map((id) => ({ id, text: id, note: 'another regime, by a crossing' }))];
  return (
    <>
      <Select label="To" choices={units} value={draft.to || null} onChange={(to) => change({ to })} placeholder="Choose a unit" />
      {draft.to && crosses(lead, draft) && <CrossingFields lead={lead} draft={draft} change={change} />}
      {draft.to && !crosses(lead, draft) && (
        <>
          <TextField label="Documents" note="one on each line" rows={2} value={draft.documents} onChange={(documents) => change({ documents })} />
          <TextField label="Caveats" note="travel with the package" rows={2} value={draft.caveats} onChange={(caveats) => change({ caveats })} />
          <TextField label="Answer due" type="date" note="else in two weeks" value={draft.due} onChange={(due) => change({ due })} />
        </>
      )}
    </>
  );
}

function Fields(part: Part) {
  const { lead, draft, change } = part;
  const codes = codesOf(lead);
  return (
    <>
      {draft.choice === 'close' && (
        <Select label="Code" choices={codes.map((id) => ({ id, text: codeWord(id) }))} value={draft.code || null} onChange={(code) => change({ code })} placeholder="Choose a code" />
      )}
      {draft.choice === 'close' && draft.code === 'duplicate' && (
        <Select
          label="The lead that it repeats"
          choices={[...lead.related, ...lead.alike].map((one) => ({ id: one.lead, text: one.lead, note: one.title }))}
          value={draft.of || lead.twin_of || lead.duplicate_of}
          onChange={(of) => change({ of })}
        />
      )}
      {draft.choice === 'viable' && lead.gaps.some((gap) => gap.code === 'identity') && (
        <TextField
          label="Why one identifier is enough"
          note={`else two, from two systems; ${LEAST.match} characters`}
          rows={2}
          value={draft.matchReason}
          onChange={(matchReason) => change({ matchReason })}
        />
      )}
      {draft.choice === 'refer' && <ReferFields {...part} />}
      {!(draft.choice === 'refer' && crosses(lead, draft)) && (
        <TextField label={draft.choice === 'refer' ? 'Basis' : 'Reason'} note="facts, not conclusions" rows={4} value={draft.reason} onChange={(reason) => change({ reason })} />
      )}
    </>
  );
}

function Second({ lead, me }: { lead: Lead; me: string }) {
  const by = lead.decisions.viable_by;
  const who = lead.decisions.checked_by;
  return (
    <div className={css.second}>
      <h3>Second reviewer</h3>
      <p>
        {who ? (
          <>
            <Avatar name={who} small />
            <span>
              {who}
              <small>confirmed: {lead.decisions.checked_reason}</small>
            </span>
          </>
        ) : by ? (
          <>
            <Users size={15} aria-hidden />
            <span>
              {lead.viable_by === me ? 'Anybody else who vets or supervises here' : 'You may: you did not call it viable'}
              <small>
                {by} called it viable: {lead.decisions.viable_reason}
              </small>
            </span>
          </>
        ) : (
          <>
            <Users size={15} aria-hidden />
            <span>
              Another vetter or supervisor of the desk<small>never who decides first</small>
            </span>
          </>
        )}
      </p>
    </div>
  );
}

function Decided({ lead }: { lead: Lead }) {
  const said = lead.decisions;
  const rows = [
    ['State', STATE[lead.state].word],
    ['Code', lead.code && codeWord(lead.code)],
    ['Viable', said.viable_by && `${said.viable_by}: ${said.viable_reason ?? ''}`],
    ['One match', said.match_reason],
    ['Confirmed', said.checked_by && `${said.checked_by}: ${said.checked_reason ?? ''}`],
    ['Closed', said.closed_by && `${said.closed_by}: ${said.close_reason ?? ''}`],
    ['Outcome', lead.outcome],
  ].flatMap(([name, value]) => (value ? [[name ?? '', value] as const] : []));
  return (
    <aside className={css.decision} aria-label="Decision">
      <div className={css.decisionBody}>
        <h2>Decision</h2>
        <KeyValue pairs={rows} />
        <p className={css.quiet}>Nothing is open to you here now.</p>
      </div>
    </aside>
  );
}

function Basis({ lead }: { lead: Lead }) {
  const statute = useStatutes().get(lead.authority ?? '') ?? lead.authority;
  return (
    <p className={css.basis}>
      <span data-hue={lead.regime ?? 'none'}>
        <RegimeGlyph regime={lead.regime} size={10} label />
      </span>
      <strong>{statute}</strong>
      <small>the programme’s authority</small>
    </p>
  );
}

interface Props {
  lead: Lead;
  seen: string;
  unread: number;
  me: string;
  onDone: (lead: Lead, word: string) => void;
}

/** One decision, one reason, two people. The foot stays in sight; what stands before sending is said beside it. */
export function Decision({ lead, seen, unread, me, onDone }: Props) {
  const { draft, change, drop } = useDraft(lead.number);
  const act = useLeadAct(lead.number, seen, (next) => {
    drop();
    onDone(next, doneWord(next));
  });
  const desk = usePurpose()?.kind === 'desk';
  const before = standsBefore(lead, draft, me, unread, usePrompts().limits);
  const problem = act.error ? asProblem(act.error) : null;
  const send = () => {
    if (before.length === 0 && !act.isPending) act.mutate(asked(lead, draft));
  };
  const possible = desk && lead.may.some((one) => !['check', 'search', 'promote'].includes(one));
  useDecisionKeys((choice) => {
    if (possible) change({ choice });
  }, send);
  if (!possible && !(desk && lead.state === 'viable')) return <Decided lead={lead} />;
  return (
    <aside className={css.decision} aria-label="Decision" data-decision="">
      <div className={css.decisionBody} tabIndex={0} role="region" aria-label="What you decide">
        <h2>Decision</h2>
        <p className={css.quiet}>One decision, one reason, two people.</p>
        <Choices draft={draft} change={change} />
        <Basis lead={lead} />
        {draft.choice && <Fields lead={lead} draft={draft} change={change} />}
        <Second lead={lead} me={me} />
      </div>
      <div className={css.foot}>
        {problem && !(problem.code === 'changed' && unread === 0) && <ErrorPanel problem={problem} />}
        {before.length > 0 && (
          <div className={css.before} id="stands-before">
            <strong>
              <CircleAlert size={14} aria-hidden />
              {before.length === 1 ? 'One thing stands' : `${before.length} things stand`} before sending
            </strong>
            <ul>
              {before.map((one) => (
                <li key={one}>{one}</li>
              ))}
            </ul>
          </div>
        )}
        <div className={css.acts}>
          <Button look="primary" size="form" blocked={before.length > 0} pending={act.isPending} onPress={send} {...(before.length > 0 ? { describedBy: 'stands-before' } : {})}>
            {draft.choice ? sendWord(lead, draft) : 'Send'}
          </Button>
          {draft.choice && (
            <Button look="quiet" size="form" onPress={drop}>
              Clear
            </Button>
          )}
        </div>
      </div>
    </aside>
  );
}
