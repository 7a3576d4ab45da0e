import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { post } from '@/api/http';
import { asProblem } from '@/api/problem';
import { useAuthorities, usePurpose, useScope } from '@/api/queries';
import type { Operation } from '@/api/types';
import { Button } from '@/shared/controls/Button';
import { Select, TextField } from '@/shared/controls/fields';
import { useKept } from '@/shared/controls/useKept';
import { Card } from '@/shared/data/data';
import { Page } from '@/shared/frame/Page';
import { ErrorPanel, Notice } from '@/shared/states/states';
import { CATEGORIES, INSTRUMENTS, lacking, sitesOf, type Aim, type Draft } from './view';
import css from './operations.module.css';

const AIM: Aim = { text: '', instrument: '', authority: '' };
const EMPTY: Draft = { title: '', starts: '', sites: '', aims: [AIM], category: 'suspect', people: '', budget: '' };

function useNewOperation() {
  const [draft, setDraft, forget] = useKept('operation', EMPTY);
  const [tried, setTried] = useState(false);
  const client = useQueryClient();
  const scope = useScope();
  const purpose = usePurpose();
  const navigate = useNavigate();
  const lacks = lacking(draft);
  const mutation = useMutation({
    mutationFn: () =>
      post<Operation>('/operations', {
        title: draft.title,
        starts: draft.starts,
        sites: sitesOf(draft),
        objectives: draft.aims,
        expected: [{ category: draft.category, people: Number(draft.people) }],
        budget: draft.budget && purpose?.regime ? { [purpose.regime]: Number(draft.budget) } : {},
      }),
    onSuccess: async (made) => {
      forget();
      await client.invalidateQueries({ queryKey: [...scope, 'operations'] });
      await navigate({ to: '/operation/$no', params: { no: made.operation } });
    },
  });
  const field = (name: Exclude<keyof Draft, 'aims' | 'category'>) => ({
    value: draft[name],
    onChange: (value: string) => setDraft({ ...draft, [name]: value }),
    error: tried ? (lacks[name] ?? null) : null,
  });
  const send = () => {
    setTried(true);
    if (Object.keys(lacks).length === 0) mutation.mutate();
  };
  return { draft, setDraft, field, send, aimsLack: tried ? lacks.aims : undefined, problem: mutation.error ? asProblem(mutation.error) : null, pending: mutation.isPending, purpose };
}

function AimFields({ aim, rank, onChange }: { aim: Aim; rank: number; onChange: (aim: Aim) => void }) {
  const authorities = useAuthorities().data?.items ?? [];
  return (
    <fieldset className={css.aim}>
      <legend>{rank === 1 ? 'Objective 1, the primary one' : `Objective ${rank}`}</legend>
      <TextField label={`What is to be reached (${rank})`} value={aim.text} onChange={(text) => onChange({ ...aim, text })} />
      <div className={css.two}>
        <Select label={`Instrument (${rank})`} choices={INSTRUMENTS.map((id) => ({ id, text: id }))} value={aim.instrument || null} onChange={(instrument) => onChange({ ...aim, instrument })} />
        <Select
          label={`Authority (${rank})`}
          note="gives the objective its regime"
          choices={authorities.map((one) => ({ id: one.code, text: one.statute || one.code, note: one.title }))}
          value={aim.authority || null}
          onChange={(authority) => onChange({ ...aim, authority })}
        />
      </div>
    </fieldset>
  );
}

export function NewOperation() {
  const { draft, setDraft, field, send, aimsLack, problem, pending, purpose } = useNewOperation();
  const put = (index: number, aim: Aim) => setDraft({ ...draft, aims: draft.aims.map((each, at) => (at === index ? aim : each)) });
  return (
    <Page title="Plan an operation" crumbs={[{ text: 'Operations', node: <Link to="/operations">Operations</Link> }]}>
      {purpose?.kind !== 'desk' && <Notice title="Operations are planned at a desk">Switch to your unit’s desk first.</Notice>}
      <Card>
        <form
          className={css.form}
          onSubmit={(event) => {
            event.preventDefault();
            send();
          }}>
          <div className={css.two}>
            <TextField label="Title" {...field('title')} autoFocus />
            <TextField label="Starts" type="date" {...field('starts')} />
          </div>
          <TextField label="Sites" note="one on each line" rows={3} {...field('sites')} />
          {draft.aims.map((aim, index) => (
            <AimFields key={index} aim={aim} rank={index + 1} onChange={(next) => put(index, next)} />
          ))}
          {aimsLack && <p role="alert">{aimsLack}</p>}
          <div>
            <Button onPress={() => setDraft({ ...draft, aims: [...draft.aims, AIM] })}>Add an objective</Button>
          </div>
          <div className={css.three}>
            <Select label="Expected people" choices={CATEGORIES.map((id) => ({ id, text: id }))} value={draft.category} onChange={(category) => setDraft({ ...draft, category })} />
            <TextField label="How many" {...field('people')} />
            <TextField label="Budget" note={purpose?.regime ?? ''} {...field('budget')} />
          </div>
          {problem && <ErrorPanel problem={problem} />}
          <div className={css.foot}>
            <p>A warrant of the criminal law serves a criminal objective and no other. Legal review comes first, then a supervisor who isn’t the author.</p>
            <Button type="submit" look="primary" size="form" pending={pending}>
              Make the draft
            </Button>
          </div>
        </form>
      </Card>
    </Page>
  );
}
