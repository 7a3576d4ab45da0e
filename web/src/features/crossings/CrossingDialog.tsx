import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { ArrowLeftRight, Eye, EyeOff, Fingerprint, History, ShieldCheck, Siren } from 'lucide-react';
import { useMemo, useState } from 'react';
import { get, post } from '@/api/http';
import { asProblem } from '@/api/problem';
import { useAuthorities, usePrompts, usePurpose, useScope } from '@/api/queries';
import type { Case, Crossing, Pointer, Purpose } from '@/api/types';
import { Aids } from '@/shared/controls/Aids';
import { Button } from '@/shared/controls/Button';
import { Dialog } from '@/shared/controls/Dialog';
import { Kbd } from '@/shared/controls/Kbd';
import { Checkbox, Segmented, Select, TextField } from '@/shared/controls/fields';
import { useKept } from '@/shared/controls/useKept';
import { Avatar } from '@/shared/controls/small';
import { KeyValue } from '@/shared/data/data';
import { ErrorPanel } from '@/shared/states/states';
import { useToasts } from '@/shared/states/toasts';
import { emergencyTime, spans, type Figures } from '@/state/limits';
import { custodians, known, stripLine } from '@/state/pointers';
import { necessityAids } from '@/state/reason';
import { regimesTold } from '@/state/regime';
import { useUi, type CrossingDraft } from '@/state/ui';
import { day, plural, schemaWord } from '@/state/words';
import { Ends } from './Ends';
import { EMPTY, expiry, FIELDS, ids, lacking, PAPERS, request as asRequest, type Draft } from './view';
import css from './crossings.module.css';

function Consequences({ draft, lacks, limits }: { draft: Draft; lacks: readonly string[]; limits: Figures }) {
  const until = day(expiry(draft.days, new Date()));
  return (
    <aside className={css.side} aria-label="If it is approved">
      <h3>{draft.emergency ? 'If a supervisor opens it' : 'If it is approved'}</h3>
      <ul>
        <li>
          <Eye size={14} aria-hidden />
          <span>
            You read <strong>{plural(draft.fields.length, 'field')}</strong> of <strong>{draft.pointer ? 'what the pointer stands for' : plural(ids(draft.items).length, 'record')}</strong>{' '}
            {draft.emergency ? `for ${emergencyTime(limits)} at most` : `until ${until}`}
          </span>
        </li>
        <li>
          <ShieldCheck size={14} aria-hidden />
          It keeps its regime and its markings
        </li>
        <li>
          <EyeOff size={14} aria-hidden />
          {draft.links && !draft.emergency ? 'No export; its links are named' : 'No export, no links'}
        </li>
        <li>
          <History size={14} aria-hidden />
          Each view names this crossing; what you write on it ends with it
        </li>
        {draft.emergency && (
          <li>
            <Siren size={14} aria-hidden />
            Overseers and the custodian hear of it at once. Unless a third person approves it within {emergencyTime(limits)}, it closes, and your unit opens no other before an audit
          </li>
        )}
      </ul>
      <h3>Who decides</h3>
      <ul className={css.who}>
        {draft.emergency && (
          <li>
            <Avatar name="Other Supervisor" />
            <div>
              <strong>A supervisor of yours</strong>
              <small>opens it for {emergencyTime(limits)}</small>
            </div>
            <span>now</span>
          </li>
        )}
        <li>
          <Avatar name="Your Supervisor" />
          <div>
            <strong>Your supervisor</strong>
            <small>gives an opinion</small>
          </div>
          <span>1st</span>
        </li>
        <li>
          <Avatar name="The Custodian" />
          <div>
            <strong>The custodian</strong>
            <small>gives an opinion</small>
          </div>
          <span>2nd</span>
        </li>
        <li>
          <Avatar name="Legal Review" />
          <div>
            <strong>A lawyer</strong>
            <small>in neither chain, says whether it is permitted</small>
          </div>
          <span>3rd</span>
        </li>
        <li>
          <Avatar name="Third Person" />
          <div>
            <strong>An approver</strong>
            <small>in neither chain, decides</small>
          </div>
          <span>4th</span>
        </li>
      </ul>
      {lacks.length > 0 && (
        <div className={css.lacks}>
          <strong>Before it can be sent</strong>
          <ul>
            {lacks.map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        </div>
      )}
      <p>
        Logged: this request with the questions you answer, each opinion, the review, the decision, each view, the end. Overseers see every request, approved or not, and audit it afterwards.{' '}
        {draft.pointer ? 'Which records the pointer stands for is looked up for custodian and approver; you are told when they are opened.' : 'Whether a named record exists is never told.'}
      </p>
    </aside>
  );
}

function useRequest(purpose: Purpose, done: (made: Crossing) => void) {
  const client = useQueryClient();
  const scope = useScope();
  const { versions } = usePrompts();
  return useMutation({
    mutationFn: (draft: Draft) => post<Crossing>('/crossings', asRequest(draft, purpose.key, versions('necessity', 'alternatives', ...(draft.emergency ? ['danger'] : [])), new Date())),
    onSuccess: async (made) => {
      await client.invalidateQueries({ queryKey: [...scope, 'crossings'] });
      done(made);
    },
  });
}

/** The court's order or the statute's form, for markings that an approval alone doesn't open: a document of this case. */
function Paper({ purpose, draft, change }: { purpose: Purpose; draft: Draft; change: (part: Partial<Draft>) => void }) {
  const scope = useScope();
  const [shown, setShown] = useState(false);
  const documents = useQuery({ queryKey: [...scope, 'case', purpose.case], queryFn: () => get<Case>(`/cases/${purpose.case}`), enabled: shown && Boolean(purpose.case), retry: false });
  const paper = (part: Partial<Draft['paper']>) => change({ paper: { ...draft.paper, ...part } });
  return (
    <div>
      <Checkbox
        checked={shown}
        onChange={(on) => {
          setShown(on);
          if (!on) change({ paper: EMPTY.paper });
        }}>
        The records may be under a court's or a statute's secrecy
      </Checkbox>
      {shown && (
        <div className={css.sub}>
          <div className={css.two}>
            <Select label="Marking" choices={PAPERS} value={draft.paper.caveat as 'tax' | null} onChange={(caveat) => paper({ caveat })} />
            <Select
              label="Document"
              placeholder="Of this case"
              choices={(documents.data?.documents ?? []).map((one) => ({ id: one.id, text: one.name }))}
              value={draft.paper.document}
              onChange={(document) => paper({ document })}
            />
          </div>
          <TextField label="Order or form" note="court, number and date; or the statute's form" value={draft.paper.reference} onChange={(reference) => paper({ reference })} />
        </div>
      )}
    </div>
  );
}

function Urgent({ draft, change, error }: { draft: Draft; change: (part: Partial<Draft>) => void; error: string | null }) {
  const { asked } = usePrompts();
  return (
    <div>
      <Checkbox checked={draft.emergency} onChange={(emergency) => change({ emergency, links: false, starts: '' })}>
        Emergency: somebody comes to harm before it can be decided
      </Checkbox>
      {draft.emergency && (
        <div className={css.sub}>
          <TextField
            label="Imminent harm"
            note={asked('danger')?.text ?? 'which harm to whom, and how you know'}
            rows={2}
            value={draft.danger}
            onChange={(danger) => change({ danger })}
            error={error}
          />
        </div>
      )}
    </div>
  );
}

/** What is being written, never for longer than the rulebook lets. */
function useDraft(asked: CrossingDraft, limits: Figures) {
  const pointed = asked.pointer?.handle ?? '';
  const begin = useMemo(() => ({ ...EMPTY, items: pointed ? '' : asked.items.join('\n') }), [asked, pointed]);
  // A handle lasts a day and holds the words of a search: it isn't kept with what is written.
  const [written, setDraft, forget] = useKept<Draft>(`crossing:${asked.pointer && pointed ? stripLine(asked.pointer).many + stripLine(asked.pointer).more : begin.items}`, begin);
  return [{ ...written, pointer: pointed, days: Math.min(written.days, limits?.crossing_days ?? written.days) }, setDraft, forget] as const;
}

/** What is asked for, where a pointer told of it: as much as it told. */
function Pointed({ pointer }: { pointer: Pointer }) {
  return (
    <section aria-label="What you need">
      <span className={css.label}>What you need</span>
      <p>What this pointer stands for. Its records are looked up for the custodian and whoever decides; you are told which they were when they are opened.</p>
      <KeyValue pairs={known(pointer)} />
    </section>
  );
}

function What({ draft, pointer, change, error }: { draft: Draft; pointer: Pointer | null | undefined; change: (part: Partial<Draft>) => void; error: string | null }) {
  if (pointer && draft.pointer) return <Pointed pointer={pointer} />;
  return <TextField label="What you need" note="ids of the records, one per line" rows={2} value={draft.items} onChange={(items) => change({ items })} error={error} />;
}

/** Who holds it and how much of it, as far as that is told. */
function holderOf({ pointer }: CrossingDraft, draft: Draft): string {
  const who = pointer?.case ? `Case ${pointer.case}` : pointer && custodians(pointer);
  return [who, draft.pointer ? pointer?.count : plural(ids(draft.items).length, 'record')].filter(Boolean).join(', ');
}

function Form({ purpose, asked }: { purpose: Purpose; asked: CrossingDraft }) {
  const { limits, ...prompts } = usePrompts();
  const [draft, setDraft, forget] = useDraft(asked, limits);
  const { close } = useUi();
  const toast = useToasts((state) => state.show);
  const navigate = useNavigate();
  const authorities = useAuthorities().data?.items ?? [];
  const request = useRequest(purpose, (made) => {
    forget();
    toast(`${made.number} was requested`);
    close();
    void navigate({ to: '/crossing/$n', params: { n: made.number } });
  });
  const lacks = lacking(draft, limits);
  const change = (part: Partial<Draft>) => setDraft({ ...draft, ...part, pointer: '' });
  const send = () => {
    if (lacks.length === 0) request.mutate(draft);
  };
  const problem = request.error ? asProblem(request.error) : null;
  const fieldError = (name: string) => (problem?.field === name ? problem.detail : null);
  const holders = regimesTold(asked.pointer?.regime);
  const holderText = holderOf(asked, draft);
  return (
    <Dialog
      title="Request a crossing"
      icon={<ArrowLeftRight size={18} aria-hidden />}
      open
      onClose={close}
      size="wide"
      flush
      note={
        <>
          <Fingerprint size={15} aria-hidden />
          Sending writes this request to the ledger. It cannot be deleted.
        </>
      }
      foot={
        <>
          <Button size="form" onPress={close}>
            Cancel
          </Button>
          <Button look="primary" size="form" blocked={lacks.length > 0} pending={request.isPending} onPress={send}>
            Send request
            <Kbd keys="Mod+Enter" />
          </Button>
        </>
      }>
      <Ends own={purpose.regime} ownText={`${purpose.case ?? purpose.key}, ${purpose.title}`} holders={holders} holderText={holderText} />
      <div
        className={css.body}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) send();
        }}>
        <div className={css.form}>
          <What draft={draft} pointer={asked.pointer} change={change} error={fieldError('items')} />
          <fieldset style={{ border: 0, margin: 0, padding: 0 }}>
            <legend className={css.label}>Fields</legend>
            <div className={css.fields}>
              {FIELDS.map((name) => (
                <Checkbox key={name} checked={draft.fields.includes(name)} onChange={(on) => change({ fields: on ? [...draft.fields, name] : draft.fields.filter((one) => one !== name) })}>
                  {schemaWord(name)}
                </Checkbox>
              ))}
            </div>
          </fieldset>
          <div className={css.two}>
            <Select
              label="Rule that allows it"
              choices={authorities.map((one) => ({ id: one.code, text: one.statute || one.code, note: one.title }))}
              value={draft.basis}
              onChange={(basis) => change({ basis })}
              error={fieldError('basis')}
            />
            <Segmented
              label="Open for"
              form
              choices={spans(limits).map((one) => ({ id: String(one), text: plural(one, 'day') }))}
              value={String(draft.days)}
              onChange={(days) => change({ days: Number(days) })}
            />
          </div>
          <div>
            <TextField
              label="Necessity"
              note={prompts.asked('necessity')?.text ?? 'the facts, and what the record would show'}
              rows={3}
              value={draft.necessity}
              onChange={(necessity) => change({ necessity })}
              error={fieldError('necessity')}
            />
            <div style={{ marginTop: 6 }}>
              <Aids aids={necessityAids(draft.necessity, draft.alternatives, [], limits)} length={draft.necessity.trim().length} from={limits?.shortest_necessity} to={2000} />
            </div>
          </div>
          <TextField
            label="Alternatives"
            note={prompts.asked('alternatives')?.text ?? 'what you tried, and why less is not enough'}
            rows={2}
            value={draft.alternatives}
            onChange={(alternatives) => change({ alternatives })}
            error={fieldError('alternatives')}
          />
          {!draft.emergency && (
            <div className={css.two}>
              <TextField label="First day" note="at once, if empty" type="date" value={draft.starts} onChange={(starts) => change({ starts })} error={fieldError('starts')} />
              <div className={css.bottom}>
                <Checkbox checked={draft.links} onChange={(links) => change({ links })}>
                  Links between the named records too
                </Checkbox>
              </div>
            </div>
          )}
          <Paper purpose={purpose} draft={draft} change={change} />
          {!draft.pointer && <Urgent draft={draft} change={change} error={fieldError('danger')} />}
          {problem && <ErrorPanel problem={problem} />}
        </div>
        <Consequences draft={draft} lacks={lacks} limits={limits} />
      </div>
    </Dialog>
  );
}

export function CrossingDialog() {
  const open = useUi((state) => state.open);
  const purpose = usePurpose();
  return open.kind === 'crossing' && purpose ? <Form purpose={purpose} asked={open.draft} /> : null;
}
