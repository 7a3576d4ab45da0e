import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { get, post } from '@/api/http';
import { asProblem } from '@/api/problem';
import { useScope } from '@/api/queries';
import type { Page as Listing, ReasonSample, ReasonSampleFull } from '@/api/types';
import { Button } from '@/shared/controls/Button';
import { Select, TextField } from '@/shared/controls/fields';
import { Card, DataTable } from '@/shared/data/data';
import { Empty, ErrorPanel, Skeleton, Status } from '@/shared/states/states';
import { count, day } from '@/state/words';
import css from './overview.module.css';

type Reason = ReasonSampleFull['items'][number];

const VERDICTS = [{ id: 'specific', text: 'Specific' }, { id: 'vague', text: 'Vague' }, { id: 'unlawful', text: 'Unlawful' }];

function useRefresh(word: string) {
  const client = useQueryClient();
  return () => client.invalidateQueries({ predicate: (query) => query.queryKey.includes(word) });
}

function Judge({ sample, one }: { sample: string; one: Reason }) {
  const [verdict, setVerdict] = useState('specific');
  const [note, setNote] = useState('');
  const refresh = useRefresh('reasons');
  const judge = useMutation({ mutationFn: () => post(`/oversight/samples/${sample}/${one.place}`, { verdict, note }), onSuccess: refresh });
  return (
    <form className={css.form} onSubmit={(event) => { event.preventDefault(); judge.mutate(); }}>
      <TextField label={`Note on reason ${one.place}`} value={note} onChange={setNote} error={judge.error ? asProblem(judge.error).detail : null} />
      <Select label={`Judgement on reason ${one.place}`} small choices={VERDICTS} value={verdict} onChange={setVerdict} />
      <Button type="submit" size="small" pending={judge.isPending}>Judge</Button>
    </form>
  );
}

function Reasons({ sample }: { sample: string }) {
  const scope = useScope();
  const answer = useQuery({ queryKey: [...scope, 'reasons', sample], queryFn: () => get<ReasonSampleFull>(`/oversight/samples/${sample}`), retry: false });
  if (answer.error) return <ErrorPanel problem={asProblem(answer.error)} onRetry={() => void answer.refetch()} />;
  if (!answer.data) return <Skeleton rows={5} />;
  return (
    <ul className={css.rows}>
      {answer.data.items.map((one) => (
        <li key={one.place}>
          <div className={css.row}>
            <div><strong>{one.reason}</strong><p>{one.account}, {one.purpose}, {day(one.opened)}, {count(one.acts)} acts{one.note && `. ${one.judge}: ${one.note}`}</p></div>
            {one.verdict && <Status kind={one.verdict === 'specific' ? 'done' : one.verdict === 'vague' ? 'waiting' : 'danger'} bare>{one.verdict}</Status>}
          </div>
          {!one.verdict && <Judge sample={sample} one={one} />}
        </li>
      ))}
    </ul>
  );
}

/** One in a hundred reasons, at least twenty, drawn by a seed that is kept, each judged by a person. */
export function ReasonSamples() {
  const scope = useScope();
  const [shown, setShown] = useState<string | null>(null);
  const refresh = useRefresh('reasons');
  const answer = useQuery({ queryKey: [...scope, 'reasons', 'samples'], queryFn: () => get<Listing<ReasonSample>>('/oversight/samples', { limit: 20 }), retry: false });
  const draw = useMutation({
    mutationFn: () => post<ReasonSample>('/oversight/samples', { from: new Date(Date.now() - 30 * 86_400_000).toISOString() }),
    onSuccess: async (made) => { setShown(made.sample); await refresh(); },
  });
  const fault = answer.error ?? draw.error;
  return (
    <Card title="Reasons, sampled" note="1 % of a period’s inquiries, at least 20" actions={<Button size="small" pending={draw.isPending} onPress={() => draw.mutate()}>Draw from the last 30 days</Button>}>
      {fault && <ErrorPanel problem={asProblem(fault)} />}
      {answer.data?.items.length === 0 && <Empty title="No sample yet">Draw one: which inquiries it takes follows from its seed, so anybody can draw it again.</Empty>}
      {answer.data && answer.data.items.length > 0 && (
        <DataTable label="Samples" rows={answer.data.items} rowKey={(one) => one.sample} columns={[
          { id: 'period', head: 'Period', tight: true, cell: (one) => <button type="button" className={css.open} onClick={() => setShown(one.sample)}>{day(one.from)} to {day(one.to)}</button> },
          { id: 'size', head: 'Size', num: true, cell: (one) => `${count(one.size)} of ${count(one.population)}` },
          { id: 'judged', head: 'Judged', num: true, cell: (one) => count(one.judged) },
          { id: 'specific', head: 'Specific', num: true, cell: (one) => count(one.specific) },
          { id: 'vague', head: 'Vague', num: true, cell: (one) => count(one.vague) },
          { id: 'unlawful', head: 'Unlawful', num: true, cell: (one) => count(one.unlawful) },
        ]} />
      )}
      {shown && <Reasons sample={shown} />}
    </Card>
  );
}
