import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { ArrowLeftRight, Eye, EyeOff, Fingerprint, History, ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import { post } from '@/api/http';
import { asProblem } from '@/api/problem';
import { useAuthorities, usePurpose, useScope } from '@/api/queries';
import type { Crossing, Purpose } from '@/api/types';
import { Aids } from '@/shared/controls/Aids';
import { Button } from '@/shared/controls/Button';
import { Dialog } from '@/shared/controls/Dialog';
import { Kbd } from '@/shared/controls/Kbd';
import { Checkbox, Segmented, Select, TextField } from '@/shared/controls/fields';
import { Avatar } from '@/shared/controls/small';
import { ErrorPanel } from '@/shared/states/states';
import { useToasts } from '@/shared/states/toasts';
import { necessityAids } from '@/state/reason';
import { useUi, type CrossingDraft } from '@/state/ui';
import { day, plural } from '@/state/words';
import { Ends } from './Ends';
import { EMPTY, expiry, FIELDS, ids, lacking, type Draft } from './view';
import css from './crossings.module.css';

function Consequences({ draft, lacks }: { draft: Draft; lacks: readonly string[] }) {
  const until = day(expiry(Number(draft.days), new Date()));
  return (
    <aside className={css.side} aria-label="If it is approved">
      <h3>If it is approved</h3>
      <ul>
        <li><Eye size={14} aria-hidden /><span>You read <strong>{plural(draft.fields.length, 'field')}</strong> of <strong>{plural(ids(draft.items).length, 'record')}</strong> until {until}</span></li>
        <li><ShieldCheck size={14} aria-hidden />It keeps its regime and its markings</li>
        <li><EyeOff size={14} aria-hidden />{draft.links ? 'No export; its links are named' : 'No export, no links'}</li>
        <li><History size={14} aria-hidden />Each view names this crossing</li>
      </ul>
      <h3>Who decides</h3>
      <ul className={css.who}>
        <li><Avatar name="Your Supervisor" /><div><strong>Your supervisor</strong><small>gives an opinion</small></div><span>1st</span></li>
        <li><Avatar name="The Custodian" /><div><strong>The custodian</strong><small>gives an opinion</small></div><span>2nd</span></li>
        <li><Avatar name="Third Person" /><div><strong>An approver</strong><small>in neither chain, decides</small></div><span>3rd</span></li>
      </ul>
      {lacks.length > 0 && <div className={css.lacks}><strong>Before it can be sent</strong><ul>{lacks.map((one) => <li key={one}>{one}</li>)}</ul></div>}
      <p>Overseers see every request, approved or not. Whether a named record exists is never told.</p>
    </aside>
  );
}

function useRequest(purpose: Purpose, done: (made: Crossing) => void) {
  const client = useQueryClient();
  const scope = useScope();
  return useMutation({
    mutationFn: (draft: Draft) =>
      post<Crossing>('/crossings', {
        purpose: purpose.key, items: ids(draft.items), fields: draft.fields, basis: draft.basis, necessity: draft.necessity.trim(),
        alternatives: draft.alternatives.trim(), expires: expiry(Number(draft.days), new Date()), links: draft.links,
      }),
    onSuccess: async (made) => {
      await client.invalidateQueries({ queryKey: [...scope, 'crossings'] });
      done(made);
    },
  });
}

const DAYS = [{ id: '3', text: '3 days' }, { id: '14', text: '14 days' }, { id: '30', text: '30 days' }, { id: '90', text: '90 days' }] as const;

function Form({ purpose, asked }: { purpose: Purpose; asked: CrossingDraft }) {
  const [draft, setDraft] = useState<Draft>({ ...EMPTY, items: asked.items.join('\n') });
  const { close } = useUi();
  const toast = useToasts((state) => state.show);
  const navigate = useNavigate();
  const authorities = useAuthorities().data?.items ?? [];
  const request = useRequest(purpose, (made) => {
    toast(`${made.number} was requested`);
    close();
    void navigate({ to: '/crossing/$n', params: { n: made.number } });
  });
  const lacks = lacking(draft);
  const change = (part: Partial<Draft>) => setDraft({ ...draft, ...part });
  const send = () => { if (lacks.length === 0) request.mutate(draft); };
  const problem = request.error ? asProblem(request.error) : null;
  const fieldError = (name: string) => (problem?.field === name ? problem.detail : null);
  const holder = asked.pointer?.regime ?? null;
  const holderText = [asked.pointer?.case ? `Case ${asked.pointer.case}` : asked.pointer?.custodian, plural(ids(draft.items).length, 'record')].filter(Boolean).join(', ');
  return (
    <Dialog
      title="Request a crossing" icon={<ArrowLeftRight size={18} aria-hidden />} open onClose={close} size="wide" flush
      note={<><Fingerprint size={15} aria-hidden />Sending writes this request to the ledger. It cannot be deleted.</>}
      foot={<><Button size="form" onPress={close}>Cancel</Button><Button look="primary" size="form" blocked={lacks.length > 0} pending={request.isPending} onPress={send}>Send request<Kbd keys="Mod+Enter" /></Button></>}
    >
      <Ends own={purpose.regime} ownText={`${purpose.case ?? purpose.key}, ${purpose.title}`} holder={holder} holderText={holderText} />
      <div className={css.body} onKeyDown={(event) => { if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) send(); }}>
        <div className={css.form}>
          <TextField label="What you need" note="ids of the records, one per line" rows={2} value={draft.items} onChange={(items) => change({ items })} error={fieldError('items')} />
          <fieldset style={{ border: 0, margin: 0, padding: 0 }}>
            <legend className={css.label}>Fields</legend>
            <div className={css.fields}>
              {FIELDS.map((name) => <Checkbox key={name} checked={draft.fields.includes(name)} onChange={(on) => change({ fields: on ? [...draft.fields, name] : draft.fields.filter((one) => one !== name) })}>{name}</Checkbox>)}
            </div>
          </fieldset>
          <div className={css.two}>
            <Select label="Rule that allows it" choices={authorities.map((one) => ({ id: one.code, text: one.statute || one.code, note: one.title }))} value={draft.basis} onChange={(basis) => change({ basis })} error={fieldError('basis')} />
            <Segmented label="Open for" form choices={DAYS} value={draft.days} onChange={(days) => change({ days })} />
          </div>
          <div>
            <TextField label="Necessity" note="the facts, and what the record would show" rows={3} value={draft.necessity} onChange={(necessity) => change({ necessity })} error={fieldError('necessity')} />
            <div style={{ marginTop: 6 }}><Aids aids={necessityAids(draft.necessity, draft.alternatives, [])} length={draft.necessity.trim().length} from={40} to={2000} /></div>
          </div>
          <TextField label="Alternatives" note="what you tried, and why less is not enough" rows={2} value={draft.alternatives} onChange={(alternatives) => change({ alternatives })} error={fieldError('alternatives')} />
          <Checkbox checked={draft.links} onChange={(links) => change({ links })}>Links between the named records too</Checkbox>
          {problem && <ErrorPanel problem={problem} />}
        </div>
        <Consequences draft={draft} lacks={lacks} />
      </div>
    </Dialog>
  );
}

export function CrossingDialog() {
  const open = useUi((state) => state.open);
  const purpose = usePurpose();
  return open.kind === 'crossing' && purpose ? <Form purpose={purpose} asked={open.draft} /> : null;
}
