import { UserPlus } from 'lucide-react';
import { useState } from 'react';
import { asProblem } from '@/api/problem';
import { useStatutes } from '@/api/queries';
import type { Operation } from '@/api/types';
import { Button } from '@/shared/controls/Button';
import { Dialog } from '@/shared/controls/Dialog';
import { Checkbox, ErrorLine, Segmented, Select, TextField } from '@/shared/controls/fields';
import { useKept } from '@/shared/controls/useKept';
import { ErrorPanel } from '@/shared/states/states';
import { sentence } from '@/state/words';
import { useOperationAct } from './api';
import { BASES, bodyOf, CATEGORIES, GRADES, isProtected, lacking, NOBODY, OUTCOMES, SELECTIONS, SOURCE, type Met, type Source } from './encounter';
import css from './operations.module.css';

/** Fields of the server's refusals that stand under another name here. */
const NAMES: Readonly<Record<string, keyof Met>> = {
  person: 'name',
  'person.name': 'name',
  'person.birth_date': 'born',
  time: 'day',
  facts: 'grounds',
  warrant: 'grounds',
  status_evidence: 'sources',
};

function useEncounter(one: Operation, onClose: () => void) {
  const [met, setMet, forget] = useKept(`encounter:${one.operation}`, NOBODY);
  const [tried, setTried] = useState(false);
  const send = useOperationAct(one.operation, () => {
    forget();
    onClose();
  });
  const lacks = lacking(met);
  const problem = send.error ? asProblem(send.error) : null;
  const refused = problem?.field ? (NAMES[problem.field] ?? (problem.field as keyof Met)) : problem ? NAMES[problem.code] : undefined;
  const set = (part: Partial<Met>) => setMet({ ...met, ...part });
  const error = (name: keyof Met) => (tried && lacks[name] ? lacks[name] : problem && refused === name ? problem.detail : null);
  const text = (name: 'name' | 'born' | 'note' | 'day' | 'clock' | 'place' | 'grounds' | 'looked' | 'indicia') => ({
    value: met[name],
    onChange: (value: string) => set({ [name]: value }),
    error: error(name),
  });
  const go = () => {
    setTried(true);
    if (Object.keys(lacks).length === 0) send.mutate({ path: `${one.operation}/encounters`, body: bodyOf(met) });
  };
  return { met, set, text, error, go, pending: send.isPending, problem: problem && !(refused && refused in met) ? problem : null };
}

/** A choice of a few with what is wrong under it, as text fields have. */
function Choice({
  label,
  choices,
  value,
  onChange,
  error,
}: {
  label: string;
  choices: readonly { id: string; text: string }[];
  value: string;
  onChange: (value: string) => void;
  error: string | null;
}) {
  return (
    <div>
      <Segmented label={label} choices={choices} value={value || null} onChange={onChange} />
      {error && (
        <p role="alert" className={css.fault}>
          <ErrorLine>{error}</ErrorLine>
        </p>
      )}
    </div>
  );
}

function Sources({ rows, onChange, error }: { rows: readonly Source[]; onChange: (rows: Source[]) => void; error: string | null }) {
  const put = (index: number, part: Partial<Source>) => onChange(rows.map((each, at) => (at === index ? { ...each, ...part } : each)));
  return (
    <fieldset className={css.aim}>
      <legend>What sources say of this person’s status</legend>
      {rows.map((each, index) => (
        <div key={index} className={css.three}>
          <TextField label={`Kind (${index + 1})`} placeholder="permit" value={each.kind} onChange={(kind) => put(index, { kind })} />
          <TextField label={`Source (${index + 1})`} placeholder="permit register" value={each.source} onChange={(source) => put(index, { source })} />
          <Select label={`Reliability (${index + 1})`} choices={GRADES.map((id) => ({ id, text: id }))} value={each.reliability} onChange={(reliability) => put(index, { reliability })} />
          <TextField label={`Found (${index + 1})`} value={each.found} onChange={(found) => put(index, { found })} />
          <Checkbox checked={each.household} onChange={(household) => put(index, { household })}>
            From the person’s own household
          </Checkbox>
          <Button size="small" look="quiet" label={`Leave out source ${index + 1}`} onPress={() => onChange(rows.filter((_, at) => at !== index))}>
            Leave out
          </Button>
        </div>
      ))}
      {error && (
        <p role="alert" className={css.fault}>
          <ErrorLine>{error}</ErrorLine>
        </p>
      )}
      <div>
        <Button size="small" onPress={() => onChange([...rows, SOURCE])}>
          Add a source
        </Button>
      </div>
    </fieldset>
  );
}

function Meeting({ one, form }: { one: Operation; form: ReturnType<typeof useEncounter> }) {
  const { met, set, text, error } = form;
  const statutes = useStatutes();
  const laws = [...new Map(one.objectives.map((each) => [each.authority, each])).values()];
  return (
    <>
      <div className={css.three}>
        <TextField label="Day" type="date" required {...text('day')} />
        <TextField label="Time" note="by your clock" placeholder="14:05" required {...text('clock')} />
        <TextField label="Place" required {...text('place')} />
      </div>
      <div className={css.two}>
        <Choice label="Selection" choices={SELECTIONS} value={met.selection} onChange={(selection) => set({ selection })} error={error('selection')} />
        <Select
          label="Authority"
          note="of the plan"
          choices={laws.map((each) => ({ id: each.authority, text: statutes.get(each.authority) ?? each.authority, note: each.regime ?? '' }))}
          value={met.authority || null}
          onChange={(authority) => set({ authority })}
          error={error('authority')}
        />
      </div>
      <div className={css.two}>
        <Choice label="Rests on" choices={BASES} value={met.basis} onChange={(basis) => set({ basis })} error={error('basis')} />
        <Select label="Outcome" choices={OUTCOMES.map((id) => ({ id, text: sentence(id) }))} value={met.outcome || null} onChange={(outcome) => set({ outcome })} error={error('outcome')} />
      </div>
      <TextField
        label={met.basis === 'warrant' ? 'Warrant' : 'Facts'}
        note={met.basis === 'warrant' ? 'its number and who issued it' : 'of this person alone, 40 characters or more'}
        rows={3}
        required
        {...text('grounds')}
      />
      <Sources rows={met.sources} onChange={(sources) => set({ sources })} error={error('sources')} />
      <div className={css.two}>
        <TextField label="What a person checked and found" note="where sources are fewer than two" rows={2} {...text('looked')} />
        <TextField label="Signs of citizenship or lawful status" note="one on each line; any opens a hold" rows={2} {...text('indicia')} />
      </div>
    </>
  );
}

/** Somebody met at an operation that is under way. What is typed is kept until it is sent. */
export function NewEncounter({ one, onClose }: { one: Operation; onClose: () => void }) {
  const form = useEncounter(one, onClose);
  const { met, set, text, go, pending, problem } = form;
  return (
    <Dialog
      title="Enter an encounter"
      icon={<UserPlus size={18} aria-hidden />}
      open
      onClose={onClose}
      size="wide"
      note="Written to the ledger. It is corrected by another entry, never changed."
      foot={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button look="primary" pending={pending} onPress={go}>
            Enter it
          </Button>
        </>
      }>
      <div className={css.three}>
        <TextField label="Name" required {...text('name')} autoFocus />
        <TextField label="Birth date" type="date" {...text('born')} />
        <Select label="Category" choices={CATEGORIES.map((id) => ({ id, text: sentence(id) }))} value={met.category} onChange={(category) => set({ category })} />
      </div>
      {isProtected(met) ? <p>Victims and witnesses are kept apart from encounters, under a code: nothing but who they are is entered.</p> : <Meeting one={one} form={form} />}
      <TextField label="Note" note="if there is one" rows={2} {...text('note')} />
      {problem && <ErrorPanel problem={problem} />}
    </Dialog>
  );
}
