/** Values in quarantine that a steward mends, those that were mended, and what a source no longer has. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { get, post } from '@/api/http';
import { asProblem } from '@/api/problem';
import { useScope } from '@/api/queries';
import type { Dropped, Mended, Page as Listing, Quarantined } from '@/api/types';
import { Button } from '@/shared/controls/Button';
import { Dialog } from '@/shared/controls/Dialog';
import { TextField } from '@/shared/controls/fields';
import { Card, DataTable, Pages } from '@/shared/data/data';
import { Empty, ErrorPanel, Skeleton } from '@/shared/states/states';
import { count, moment } from '@/state/words';

const LEAST = 20;

/** Whether an entry in quarantine is a value that can be mended: of a row that is there, with a column and what it says. */
export function mendable(one: Quarantined): boolean {
  return one.state === 'open' && one.key !== null && one.column !== null && one.value !== null && ['date', 'value', 'damaged'].includes(one.reason);
}

export function MendValue({ name, one, onClose }: { name: string; one: Quarantined; onClose: () => void }) {
  const [value, setValue] = useState('');
  const [reason, setReason] = useState('');
  const client = useQueryClient();
  const scope = useScope();
  const mend = useMutation({
    mutationFn: () => post<Mended>(`/feeds/${name}/mended`, { id: one.id, value, reason }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [...scope, 'mended', name] });
      onClose();
    },
  });
  const problem = mend.error ? asProblem(mend.error) : null;
  return (
    <Dialog
      title="Mend a value"
      open
      onClose={onClose}
      note={`Row ${one.key}, ${one.column}: ${one.value}`}
      foot={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button look="primary" pending={mend.isPending} blocked={reason.trim().length < LEAST} onPress={() => mend.mutate()}>
            Mend it
          </Button>
        </>
      }>
      <TextField
        label="What is right"
        note="empty where nothing should stand; it counts from the next run on, until the source says something else"
        value={value}
        onChange={setValue}
        autoFocus
        error={problem?.field === 'value' ? problem.detail : null}
      />
      <TextField
        label="How you know"
        note="20 characters or more; it is kept with your name"
        rows={3}
        value={reason}
        onChange={setReason}
        error={problem?.field === 'reason' ? problem.detail : null}
      />
      {problem && problem.field !== 'reason' && problem.field !== 'value' && <ErrorPanel problem={problem} />}
    </Dialog>
  );
}

function EndMended({ name, one, onClose }: { name: string; one: Mended; onClose: () => void }) {
  const [reason, setReason] = useState('');
  const client = useQueryClient();
  const scope = useScope();
  const end = useMutation({
    mutationFn: () => post<Mended>(`/feeds/${name}/mended/${one.id}/end`, { reason }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [...scope, 'mended', name] });
      onClose();
    },
  });
  return (
    <Dialog
      title="Take a mended value back"
      open
      onClose={onClose}
      note={`Row ${one.key}, ${one.column}: ${one.value}`}
      foot={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button look="primary" pending={end.isPending} blocked={reason.trim().length < LEAST} onPress={() => end.mutate()}>
            Take it back
          </Button>
        </>
      }>
      <TextField label="Why what the source says is right" note="20 characters or more" rows={3} value={reason} onChange={setReason} autoFocus />
      {end.error && <ErrorPanel problem={asProblem(end.error)} />}
    </Dialog>
  );
}

export function MendedValues({ name }: { name: string }) {
  const scope = useScope();
  const [offset, setOffset] = useState(0);
  const [ending, setEnding] = useState<Mended | null>(null);
  const answer = useQuery({ queryKey: [...scope, 'mended', name, offset], queryFn: () => get<Listing<Mended>>(`/feeds/${name}/mended`, { limit: 50, offset }), retry: false });
  const rows = answer.data?.items ?? [];
  return (
    <Card title="Mended values" note={answer.data ? count(answer.data.total ?? rows.length) : null}>
      {answer.isPending && <Skeleton rows={2} />}
      {answer.error && <ErrorPanel problem={asProblem(answer.error)} onRetry={() => void answer.refetch()} />}
      {answer.data && rows.length === 0 && <Empty title="Nothing is mended">A value in quarantine can be put right; that holds until the source says something else.</Empty>}
      {rows.length > 0 && (
        <DataTable
          label="Mended values"
          rows={rows}
          rowKey={(one) => one.id}
          columns={[
            { id: 'key', head: 'Row', cell: (one) => <code>{one.key}</code> },
            { id: 'column', head: 'Column', cell: (one) => <code>{one.column}</code> },
            { id: 'wrong', head: 'The source says', cell: (one) => <code>{one.wrong || '–'}</code> },
            { id: 'value', head: 'What counts', cell: (one) => <code>{one.value || 'nothing'}</code> },
            { id: 'by', head: 'By', cell: (one) => one.by },
            { id: 'why', head: 'Why', cell: (one) => one.reason },
            { id: 'at', head: 'Since', num: true, cell: (one) => moment(one.at) },
            {
              id: 'end',
              head: 'End',
              cell: (one) => (
                <Button size="small" onPress={() => setEnding(one)}>
                  Take back
                </Button>
              ),
            },
          ]}
        />
      )}
      {answer.data && <Pages offset={offset} limit={50} total={answer.data.total} more={answer.data.more} onMove={setOffset} />}
      {ending && <EndMended name={name} one={ending} onClose={() => setEnding(null)} />}
    </Card>
  );
}

export function DroppedRows({ run, at }: { run: string; at: string | null | undefined }) {
  const scope = useScope();
  const [offset, setOffset] = useState(0);
  const answer = useQuery({ queryKey: [...scope, 'dropped', run, offset], queryFn: () => get<Listing<Dropped>>(`/runs/${run}/dropped`, { limit: 50, offset }), retry: false });
  const rows = answer.data?.items ?? [];
  return (
    <Card title="What the source no longer had" note={`${answer.data ? count(answer.data.total ?? rows.length) : '…'} in the run of ${moment(at)}`}>
      {answer.isPending && <Skeleton rows={3} />}
      {answer.error && <ErrorPanel problem={asProblem(answer.error)} onRetry={() => void answer.refetch()} />}
      {rows.length > 0 && (
        <DataTable
          label="Dropped rows"
          rows={rows}
          rowKey={(one) => one.key}
          columns={[
            { id: 'key', head: 'Key', cell: (one) => <code>{one.key}</code> },
            { id: 'at', head: 'Gone since', num: true, cell: (one) => moment(one.at) },
          ]}
        />
      )}
      {answer.data && <Pages offset={offset} limit={50} total={answer.data.total} more={answer.data.more} onMove={setOffset} />}
    </Card>
  );
}
