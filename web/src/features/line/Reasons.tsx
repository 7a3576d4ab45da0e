import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { get, post } from '@/api/http';
import { asProblem } from '@/api/problem';
import { usePrompts, useScope } from '@/api/queries';
import type { Page as Listing, ReasonSample, ReasonSampleFull, ReviewQueue, SampledReason } from '@/api/types';
import { Button } from '@/shared/controls/Button';
import { Select, TextField } from '@/shared/controls/fields';
import { Card, DataTable } from '@/shared/data/data';
import { useParts } from '@/shared/data/useParts';
import { Empty, ErrorPanel, Skeleton, Status } from '@/shared/states/states';
import { count, day } from '@/state/words';
import css from './overview.module.css';

type Reason = SampledReason;

const VERDICTS = [
  { id: 'sound', text: 'Sound' },
  { id: 'vague', text: 'Vague' },
  { id: 'not_supported', text: 'Not supported' },
];
const WORD: Record<string, string> = { sound: 'sound', vague: 'vague', not_supported: 'not supported' };

function useRefresh(word: string) {
  const client = useQueryClient();
  return () => client.invalidateQueries({ predicate: (query) => query.queryKey.includes(word) });
}

function Judge({ sample, one }: { sample: string; one: Reason }) {
  const [verdict, setVerdict] = useState('sound');
  const [note, setNote] = useState('');
  const refresh = useRefresh('reasons');
  const judge = useMutation({ mutationFn: () => post(`/oversight/samples/${sample}/${one.place}`, { verdict, note }), onSuccess: refresh });
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault();
        judge.mutate();
      }}>
      <TextField label={`Note on reason ${one.place}`} value={note} onChange={setNote} error={judge.error ? asProblem(judge.error).detail : null} />
      <Select label={`Judgement on reason ${one.place}`} small choices={VERDICTS} value={verdict} onChange={setVerdict} />
      <Button type="submit" size="small" pending={judge.isPending}>
        Judge
      </Button>
    </form>
  );
}

function Rows({ items }: { items: readonly Reason[] }) {
  return (
    <ul className={css.rows}>
      {items.map((one) => (
        <li key={`${one.sample} ${one.place}`}>
          <div className={css.row}>
            <div>
              <strong>{one.reason}</strong>
              <p>
                {one.kind === 'crossing' && one.crossing ? (
                  <>
                    <Link to="/crossing/$n" params={{ n: one.crossing }}>
                      {one.crossing}
                    </Link>
                    , {one.fields.join(', ')},{' '}
                  </>
                ) : (
                  one.aim && `${one.aim}, `
                )}
                {one.account}, {one.purpose}, {day(one.opened)}
                {one.kind === 'inquiry' && `, ${count(one.acts)} acts`}
                {one.note && `. ${one.judge}: ${one.note}`}
              </p>
              {one.prompt && <p>Asked: {one.prompt}</p>}
            </div>
            {one.verdict && (
              <Status kind={one.verdict === 'sound' ? 'done' : one.verdict === 'vague' ? 'waiting' : 'danger'} bare>
                {WORD[one.verdict] ?? one.verdict}
              </Status>
            )}
          </div>
          {!one.verdict && <Judge sample={one.sample} one={one} />}
        </li>
      ))}
    </ul>
  );
}

function Reasons({ sample }: { sample: string }) {
  const scope = useScope();
  const answer = useQuery({ queryKey: [...scope, 'reasons', sample], queryFn: () => get<ReasonSampleFull>(`/oversight/samples/${sample}`), retry: false });
  if (answer.error) return <ErrorPanel problem={asProblem(answer.error)} onRetry={() => void answer.refetch()} />;
  if (!answer.data) return <Skeleton rows={5} />;
  return <Rows items={answer.data.items} />;
}

/** Drawn and not judged yet, crossings first: the work that is left. */
function Queue() {
  const { answer, pages } = useParts<ReviewQueue>(['reasons', 'queue'], '/oversight/queue');
  if (answer.error) return <ErrorPanel problem={asProblem(answer.error)} onRetry={() => void answer.refetch()} />;
  if (!answer.data) return <Skeleton rows={5} />;
  if (answer.data.items.length === 0) return <Empty title="Nothing waits for a verdict">Draw a period: its crossings and one in a hundred of its inquiries come here.</Empty>;
  return (
    <>
      <Rows items={answer.data.items} />
      {pages}
    </>
  );
}

/** Every crossing and the rulebook's share of inquiries, by marks that the log fixed; each judged by a person. */
export function ReasonSamples() {
  const { limits } = usePrompts();
  const [shown, setShown] = useState<string | null>(null);
  const refresh = useRefresh('reasons');
  const { answer, pages } = useParts<Listing<ReasonSample>>(['reasons', 'samples'], '/oversight/samples');
  const draw = useMutation({
    mutationFn: () => post<ReasonSample>('/oversight/samples', { from: new Date(Date.now() - 30 * 86_400_000).toISOString() }),
    onSuccess: async (made) => {
      setShown(made.sample);
      await refresh();
    },
  });
  const fault = answer.error ?? draw.error;
  return (
    <Card
      title="Reasons, sampled"
      note={limits ? `every crossing, and ${limits.review_percent} % of a period’s inquiries, at least ${limits.review_least}` : 'every crossing, and some of a period’s inquiries'}
      actions={
        <>
          <Button size="small" onPress={() => setShown('queue')}>
            What waits
          </Button>
          <Button size="small" pending={draw.isPending} onPress={() => draw.mutate()}>
            Draw from the last 30 days
          </Button>
        </>
      }>
      {fault && <ErrorPanel problem={asProblem(fault)} />}
      {answer.data?.items.length === 0 && <Empty title="No sample yet">Draw one: which inquiries it takes follows from the log’s own roots, so nobody chooses, and anybody can draw it again.</Empty>}
      {answer.data && answer.data.items.length > 0 && (
        <DataTable
          label="Samples"
          rows={answer.data.items}
          rowKey={(one) => one.sample}
          columns={[
            {
              id: 'period',
              head: 'Period',
              tight: true,
              cell: (one) => (
                <button type="button" className={css.open} onClick={() => setShown(one.sample)}>
                  {day(one.from)} to {day(one.to)}
                </button>
              ),
            },
            { id: 'size', head: 'Inquiries', num: true, cell: (one) => `${count(one.size - one.crossings)} of ${count(one.population)}` },
            { id: 'judged', head: 'Judged', num: true, cell: (one) => count(one.judged) },
            { id: 'crossings', head: 'Crossings', num: true, cell: (one) => count(one.crossings) },
            { id: 'sound', head: 'Sound', num: true, cell: (one) => count(one.sound) },
            { id: 'vague', head: 'Vague', num: true, cell: (one) => count(one.vague) },
            { id: 'not_supported', head: 'Not supported', num: true, cell: (one) => count(one.not_supported) },
          ]}
        />
      )}
      {pages}
      {shown && (shown === 'queue' ? <Queue /> : <Reasons sample={shown} />)}
    </Card>
  );
}
