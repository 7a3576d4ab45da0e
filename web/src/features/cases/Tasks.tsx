import { useState } from 'react';
import { asProblem } from '@/api/problem';
import type { Case, Task } from '@/api/types';
import { Button } from '@/shared/controls/Button';
import { Dialog } from '@/shared/controls/Dialog';
import { Select, TextField } from '@/shared/controls/fields';
import { Avatar } from '@/shared/controls/small';
import { Card } from '@/shared/data/data';
import { Empty, ErrorPanel, Skeleton } from '@/shared/states/states';
import { day } from '@/state/words';
import { useTasks, useWork, useWorks } from './work';
import css from './work.module.css';

function TaskRow({ task, onEnd }: { task: Task; onEnd: (() => void) | null }) {
  const open = task.state === 'open';
  const whom = task.assignee_title ?? task.unit ?? '';
  return (
    <li className={css.task} {...(open ? {} : { 'data-done': '' })}>
      <input type="checkbox" checked={!open} disabled={!open || !onEnd} onChange={() => onEnd?.()} aria-label={`${task.title}, ${open ? 'open' : task.state}`} />
      <span>
        <span>{task.title}</span>
        {!open && <small>{task.result}</small>}
      </span>
      <small {...(task.overdue ? { 'data-late': '' } : {})}>{open ? (task.due ? `${task.overdue ? 'Overdue ' : ''}${day(task.due)}` : '') : task.state === 'done' ? 'Done' : 'Dropped'}</small>
      {whom && <Avatar name={whom} small />}
    </li>
  );
}

function EndDialog({ one, task, onClose }: { one: Case; task: Task | null; onClose: () => void }) {
  const [result, setResult] = useState('');
  const [state, setState] = useState<'done' | 'dropped'>('done');
  const send = useWork(one.number, () => {
    setResult('');
    onClose();
  });
  return (
    <Dialog
      title={task?.title ?? 'Task'}
      open={task !== null}
      onClose={onClose}
      note="A case doesn't close while a task is open."
      foot={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button look="primary" pending={send.isPending} blocked={!result.trim()} onPress={() => task && send.mutate({ act: `tasks/${task.id}/end`, body: { state, result } })}>
            End the task
          </Button>
        </>
      }>
      <Select
        label="It is"
        choices={[
          { id: 'done', text: 'Done' },
          { id: 'dropped', text: 'Dropped', note: 'by the lead or a supervisor' },
        ]}
        value={state}
        onChange={setState}
      />
      <TextField label="Result" note="or why it is dropped" rows={3} value={result} onChange={setResult} autoFocus />
      {send.error && <ErrorPanel problem={asProblem(send.error)} />}
    </Dialog>
  );
}

function AddTask({ one }: { one: Case }) {
  const [title, setTitle] = useState('');
  const [assignee, setAssignee] = useState<string | null>(null);
  const [due, setDue] = useState('');
  const add = useWork(one.number, () => {
    setTitle('');
    setDue('');
  });
  const template = useWork<{ added: number }>(one.number);
  const people = one.members.filter((member) => !member.to).map((member) => ({ id: member.account, text: member.title || member.account }));
  const problem = add.error ?? template.error;
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault();
        add.mutate({ act: 'tasks', body: { title, assignee, due: due || null } });
      }}>
      <TextField label="New task" value={title} onChange={setTitle} />
      <div className={css.row}>
        <Select label="For" choices={people} value={assignee} onChange={setAssignee} placeholder="Myself" />
        <TextField label="Due" type="date" value={due} onChange={setDue} />
        <Button type="submit" pending={add.isPending} blocked={title.trim().length < 3}>
          Add
        </Button>
        <Button look="quiet" pending={template.isPending} onPress={() => template.mutate({ act: 'tasks/template' })}>
          Use the template
        </Button>
      </div>
      {problem && <ErrorPanel problem={asProblem(problem)} />}
    </form>
  );
}

export function TasksCard({ one, brief = false }: { one: Case; brief?: boolean }) {
  const { data, isPending, error, refetch } = useTasks(one.number);
  const works = useWorks(one);
  const [ending, setEnding] = useState<Task | null>(null);
  const tasks = data?.items ?? [];
  const open = tasks.filter((task) => task.state === 'open').length;
  return (
    <Card title="Tasks" note={`${open} open`}>
      {isPending && <Skeleton rows={3} />}
      {error && <ErrorPanel problem={asProblem(error)} onRetry={() => void refetch()} />}
      {data && tasks.length === 0 && <Empty title="No tasks">Add one, or take those of the case's category.</Empty>}
      <ul>
        {(brief ? tasks.slice(0, 6) : tasks).map((task) => (
          <TaskRow key={task.id} task={task} onEnd={works ? () => setEnding(task) : null} />
        ))}
      </ul>
      {!brief && works && <AddTask one={one} />}
      <EndDialog one={one} task={ending} onClose={() => setEnding(null)} />
    </Card>
  );
}
