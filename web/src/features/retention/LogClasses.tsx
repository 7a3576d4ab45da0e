import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { get, post, put } from '@/api/http';
import { asProblem } from '@/api/problem';
import { usePrompts, useScope } from '@/api/queries';
import type { LogClass, LogErased, Page as Listing } from '@/api/types';
import { Button } from '@/shared/controls/Button';
import { Select, TextField } from '@/shared/controls/fields';
import { Card, DataTable } from '@/shared/data/data';
import { ErrorPanel, Notice, Skeleton } from '@/shared/states/states';
import { atLeast, tooShort } from '@/state/limits';
import { count, plural } from '@/state/words';
import css from './retention.module.css';

const MOST = 5000;

function past(one: LogClass): string {
  return one.due > MOST ? `more than ${count(MOST)}` : count(one.due);
}

/** One class, one reason: another term, or the end of what is past it. Who set the term doesn't erase by it. */
function Change({ classes }: { classes: readonly LogClass[] }) {
  const client = useQueryClient();
  const [name, setName] = useState(classes[0]?.class ?? '');
  const [years, setYears] = useState('');
  const [reason, setReason] = useState('');
  const [told, setTold] = useState('');
  const path = `/retention/log/${encodeURIComponent(name)}` as const;
  const done = async (words: string) => {
    setTold(words);
    setReason('');
    await client.invalidateQueries({ predicate: (query) => query.queryKey.includes('retention') });
  };
  const term = useMutation({ mutationFn: () => put<LogClass>(path, { years: Number(years), reason }), onSuccess: (one) => done(`${one.class}: kept for ${plural(one.years, 'year')}.`) });
  const erase = useMutation({
    mutationFn: () => post<LogErased>(`${path}/erase`, { reason }),
    onSuccess: (one) => done(`${plural(one.bodies, 'body', 'bodies')} of ${one.class} go, under a certificate.${one.more ? ' More are due.' : ''}`),
  });
  const least = usePrompts().limits?.shortest_reason;
  const short = tooShort(reason, least);
  const fault = term.error ?? erase.error;
  return (
    <>
      {told && <Notice kind="done" title={told} />}
      <div className={css.form}>
        <Select label="Class" choices={classes.map((one) => ({ id: one.class, text: one.class }))} value={name} onChange={setName} />
        <TextField label="Years" value={years} onChange={setYears} />
        <TextField label="Reason" note={atLeast(least)} value={reason} onChange={setReason} error={fault ? asProblem(fault).detail : null} />
        <Button blocked={short || !/^\d+$/.test(years)} pending={term.isPending} onPress={() => term.mutate()}>
          Set the term
        </Button>
        <Button look="danger" blocked={short} pending={erase.isPending} onPress={() => erase.mutate()}>
          Erase what is past it
        </Button>
      </div>
    </>
  );
}

/** How long the log's own bodies are kept. Heads and commitments are kept for good. */
export function LogClasses({ decides }: { decides: boolean }) {
  const scope = useScope();
  const answer = useQuery({ queryKey: [...scope, 'retention', 'log'], queryFn: () => get<Listing<LogClass>>('/retention/log', { limit: 50 }), retry: false });
  return (
    <Card title="The log’s own bodies" note="heads are kept for good" actions="Erased under a certificate; the log still verifies">
      {answer.isPending && <Skeleton rows={4} />}
      {answer.error && <ErrorPanel problem={asProblem(answer.error)} onRetry={() => void answer.refetch()} />}
      {answer.data && (
        <DataTable
          label="Classes of the log"
          rows={answer.data.items}
          rowKey={(one) => one.class}
          columns={[
            {
              id: 'class',
              head: 'Class',
              cell: (one) => (
                <>
                  {one.class} <small>{one.acts.join(', ')}</small>
                </>
              ),
            },
            { id: 'years', head: 'Kept for', tight: true, cell: (one) => plural(one.years, 'year') },
            { id: 'least', head: 'At least', tight: true, cell: (one) => plural(one.least, 'year') },
            { id: 'source', head: 'Because of', cell: (one) => one.source },
            { id: 'due', head: 'Past it', num: true, cell: past },
          ]}
        />
      )}
      {decides && answer.data && answer.data.items.length > 0 && <Change classes={answer.data.items} />}
    </Card>
  );
}
