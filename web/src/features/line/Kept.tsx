/** What those told who judge or work for the line: visible sets held against the rulebook, and what is promised. */
import { useState } from 'react';
import { asProblem } from '@/api/problem';
import type { Page as Listing, PromiseDue, Promises as Told, VisibleSet } from '@/api/types';
import { Button } from '@/shared/controls/Button';
import { Card, DataTable } from '@/shared/data/data';
import { useParts } from '@/shared/data/useParts';
import { Empty, ErrorPanel, Skeleton, Status } from '@/shared/states/states';
import { count, moment, plural, sentence, shortHash } from '@/state/words';
import css from './line.module.css';

const STATES: Readonly<Record<VisibleSet['state'], { kind: 'done' | 'plain' | 'danger'; word: string }>> = {
  right: { kind: 'done', word: 'right' },
  stale: { kind: 'plain', word: 'stale: compiled at its next call' },
  changed: { kind: 'danger', word: 'changed since it was stored' },
  wrong: { kind: 'danger', word: 'not what the rules give' },
};

function SetTable({ rows }: { rows: readonly VisibleSet[] }) {
  return (
    <DataTable
      label="Visible sets"
      rows={rows}
      rowKey={(one) => one.purpose}
      columns={[
        { id: 'purpose', head: 'Purpose', tight: true, cell: (one) => one.purpose },
        { id: 'state', head: 'Held against the rulebook', cell: (one) => <Status kind={STATES[one.state].kind}>{STATES[one.state].word}</Status> },
        { id: 'sees', head: 'Sees', num: true, cell: (one) => plural(one.sees, 'marking') },
        { id: 'tells', head: 'Is told of', num: true, cell: (one) => plural(one.tells, 'marking') },
        { id: 'differs', head: 'Differs', cell: (one) => (one.more.length + one.fewer.length === 0 ? '–' : `${one.more.length} too many, ${one.fewer.length} left out`) },
        { id: 'at', head: 'Compiled', num: true, cell: (one) => moment(one.compiled) },
        { id: 'entry', head: 'Entry', tight: true, cell: (one) => (one.entry ? <code>{shortHash(one.entry)}</code> : 'none') },
      ]}
    />
  );
}

/** Each is judged anew as it is read, so it is asked for by a button: reading it is an act, and takes a moment. */
export function VisibleSets() {
  const [open, setOpen] = useState(false);
  const { answer, pages } = useParts<Listing<VisibleSet>>(['sets'], '/oversight/sets', {}, { enabled: open });
  return (
    <Card
      title="Visible sets"
      note={answer.data ? plural(answer.data.total ?? answer.data.items.length, 'purpose') : 'what each purpose may see'}
      actions={
        !open && (
          <Button size="small" onPress={() => setOpen(true)}>
            Hold them against the rulebook
          </Button>
        )
      }>
      {!open && <p className={css.pad}>The line’s own rules are asked anew for each purpose, and held against what lies in the database.</p>}
      {open && answer.isPending && <Skeleton rows={4} />}
      {answer.error && <ErrorPanel problem={asProblem(answer.error)} onRetry={() => void answer.refetch()} />}
      {answer.data?.items.length === 0 && <Empty title="No set yet">A purpose’s set is compiled at its first call.</Empty>}
      {answer.data && answer.data.items.length > 0 && <SetTable rows={answer.data.items} />}
      {pages}
    </Card>
  );
}

function PromiseTable({ rows }: { rows: readonly PromiseDue[] }) {
  return (
    <DataTable
      label="Promises"
      rows={rows}
      rowKey={(one) => `${one.kind} ${one.id}`}
      columns={[
        { id: 'kind', head: 'What', tight: true, cell: (one) => sentence(one.kind) },
        { id: 'of', head: 'Of', cell: (one) => one.of ?? one.id },
        { id: 'why', head: 'Why it waits', cell: (one) => one.why },
        { id: 'account', head: 'For', tight: true, cell: (one) => one.account ?? '–' },
        { id: 'since', head: 'Since', num: true, cell: (one) => moment(one.since) },
        { id: 'late', head: 'Late', tight: true, cell: (one) => (one.late ? <Status kind="danger">late</Status> : 'in time') },
      ]}
    />
  );
}

export function PromisedWork() {
  const { answer, pages } = useParts<Told>(['promises'], '/oversight/promises');
  return (
    <Card title="Promised and not done" note={answer.data ? `${plural(answer.data.total ?? 0, 'promise')}, ${count(answer.data.late)} late` : null}>
      {answer.isPending && <Skeleton rows={3} />}
      {answer.error && <ErrorPanel problem={asProblem(answer.error)} onRetry={() => void answer.refetch()} />}
      {answer.data?.items.length === 0 && (
        <Empty title="Nothing is owed">Runs, exports, looks, readings, errands and moments of schedules that somebody waits for stand here until they are done.</Empty>
      )}
      {answer.data && answer.data.items.length > 0 && <PromiseTable rows={answer.data.items} />}
      {pages}
    </Card>
  );
}
