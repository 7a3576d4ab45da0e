import { useState } from 'react';
import { asProblem } from '@/api/problem';
import type { Operation } from '@/api/types';
import { Button } from '@/shared/controls/Button';
import { Dialog } from '@/shared/controls/Dialog';
import { Segmented, TextField } from '@/shared/controls/fields';
import { Card } from '@/shared/data/data';
import { Empty, ErrorPanel, Status } from '@/shared/states/states';
import { moment, plural, sentence } from '@/state/words';
import { useOperationAct } from './api';
import css from './operations.module.css';

type Act = 'submit' | 'clear' | 'approve' | 'return' | 'withdraw' | 'activate' | 'close' | 'review';

interface Words {
  label: string;
  title: string;
  note: string;
  field: 'reason' | 'summary' | 'findings' | null;
  least: number;
  path: Exclude<Act, 'clear'>;
}

const ACTS: Record<Act, Words> = {
  submit: { label: 'Submit', title: 'Send to legal review', note: 'An approver judges instruments and authorities.', field: null, least: 0, path: 'submit' },
  clear: { label: 'Clear in law', title: 'Clear the plan in law', note: 'A supervisor who isn’t the author approves it next.', field: 'reason', least: 20, path: 'approve' },
  approve: { label: 'Approve', title: 'Approve the plan', note: 'It can begin then.', field: 'reason', least: 0, path: 'approve' },
  return: { label: 'Return', title: 'Return the plan', note: 'The author reads what has to change.', field: 'reason', least: 10, path: 'return' },
  withdraw: { label: 'Take back', title: 'Take the plan back', note: 'It is a draft again, and is cleared and approved anew.', field: 'reason', least: 10, path: 'withdraw' },
  activate: { label: 'Begin', title: 'Begin the operation', note: 'From now on encounters are entered.', field: null, least: 0, path: 'activate' },
  close: { label: 'Close', title: 'Close the operation', note: 'A supervisor other than you reviews it.', field: 'summary', least: 20, path: 'close' },
  review: {
    label: 'Review',
    title: 'Review the operation',
    note: 'Hold the plan against what happened. Nobody reviews what they cleared, approved or closed.',
    field: 'findings',
    least: 20,
    path: 'review',
  },
};

function ActDialog({ act, number, held, onClose }: { act: Act; number: string; held: number; onClose: () => void }) {
  const [text, setText] = useState('');
  const [heir, setHeir] = useState('');
  const send = useOperationAct(number, onClose);
  const words = ACTS[act];
  const body = { ...(words.field && text.trim() ? { [words.field]: text } : {}), ...(heir.trim() ? { hand_over: heir.trim() } : {}) };
  return (
    <Dialog
      title={words.title}
      open
      onClose={onClose}
      note={`${words.note} Written to the ledger; it can’t be undone.`}
      foot={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button look="primary" pending={send.isPending} blocked={text.trim().length < words.least} onPress={() => send.mutate({ path: `${number}/${words.path}`, body })}>
            {words.label}
          </Button>
        </>
      }>
      {words.field && (
        <TextField
          label={words.field === 'summary' ? 'What happened' : words.field === 'findings' ? 'Findings' : 'Reason'}
          note={words.least > 0 ? `${words.least} characters or more` : 'if you want to add one'}
          rows={4}
          value={text}
          onChange={setText}
          autoFocus
        />
      )}
      {act === 'close' && held > 0 && (
        <TextField
          label="Who answers from now on for those still in custody"
          note={`${plural(held, 'person', 'people')} still in custody; the account of somebody of the unit`}
          value={heir}
          onChange={setHeir}
        />
      )}
      {send.error && <ErrorPanel problem={asProblem(send.error)} />}
    </Dialog>
  );
}

/** Who took which step, and which is open to the reader now. */
export function Decisions({ one }: { one: Operation }) {
  const [act, setAct] = useState<Act | null>(null);
  const open = one.may.filter((name): name is Act => name in ACTS);
  return (
    <Card title="Decisions">
      <div className={css.pad}>
        <ul>
          {one.decisions.map((each) => (
            <li key={each.step}>
              <strong>{sentence(each.step)}</strong> by {each.by_title ?? each.by}, {moment(each.at)}
              {each.reason && <p>{each.reason}</p>}
            </li>
          ))}
        </ul>
        <div className={css.acts}>
          {open.map((name) => (
            <Button key={name} look={['return', 'withdraw'].includes(name) ? 'default' : 'primary'} onPress={() => setAct(name)}>
              {ACTS[name].label}
            </Button>
          ))}
          {open.length === 0 && <p>Nothing here is yours to decide.</p>}
        </div>
      </div>
      {act && <ActDialog act={act} number={one.operation} held={one.custody.filter((stay) => !stay.book_out && !stay.voided).length} onClose={() => setAct(null)} />}
    </Card>
  );
}

type Finding = 'not supported' | 'citizen' | 'lawful';

function ClearDialog({ hold, number, onClose }: { hold: string; number: string; onClose: () => void }) {
  const [finding, setFinding] = useState<Finding>('not supported');
  const [reason, setReason] = useState('');
  const send = useOperationAct(number, onClose);
  return (
    <Dialog
      title={`Look at ${hold}`}
      open
      onClose={onClose}
      note="Two people, neither of whom opened it, have to find the claim unsupported. One who finds it supported locks civil action for good."
      foot={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button look="primary" pending={send.isPending} blocked={reason.trim().length < 40} onPress={() => send.mutate({ path: `holds/${hold}/clear`, body: { finding, reason } })}>
            Enter the finding
          </Button>
        </>
      }>
      <Segmented
        label="The claim is"
        form
        value={finding}
        onChange={setFinding}
        choices={[
          { id: 'not supported', text: 'Not supported' },
          { id: 'citizen', text: 'Citizenship' },
          { id: 'lawful', text: 'Lawful status' },
        ]}
      />
      <TextField label="What was looked at, and what it shows" note="40 characters or more, in words of your own" rows={4} value={reason} onChange={setReason} autoFocus />
      {send.error && <ErrorPanel problem={asProblem(send.error)} />}
    </Dialog>
  );
}

const LOOK = { open: 'waiting', 'one of two': 'waiting', cleared: 'done', confirmed: 'danger' } as const;

/** Claims of citizenship or lawful status: civil action waits for two people. */
export function Holds({ one }: { one: Operation }) {
  const [open, setOpen] = useState<string | null>(null);
  return (
    <Card title="Holds" note={one.open_holds > 0 ? plural(one.open_holds, 'open claim') : null}>
      {one.holds.length === 0 && <Empty title="None">A sign of citizenship or lawful status opens a hold; civil action waits until two people have looked.</Empty>}
      <ul>
        {one.holds.map((each) => (
          <li key={each.hold} className={css.hold}>
            <div>
              <strong>{each.name ?? each.person}</strong>
              <code>{each.hold}</code>
              <Status kind={each.state in LOOK ? LOOK[each.state as keyof typeof LOOK] : 'plain'}>{each.state}</Status>
            </div>
            <small>{each.indicia.map((sign) => `${String(sign['kind'])}${sign['text'] ? `: ${String(sign['text'])}` : ''}`).join(' · ')}</small>
            {each.clearances.map((found) => (
              <small key={found.by}>
                {found.by_title ?? found.by}: {found.finding}. {found.reason}
              </small>
            ))}
            {['open', 'one of two'].includes(each.state) && (
              <div>
                <Button size="small" onPress={() => setOpen(each.hold)}>
                  Look at it
                </Button>
              </div>
            )}
          </li>
        ))}
      </ul>
      {open && <ClearDialog hold={open} number={one.operation} onClose={() => setOpen(null)} />}
    </Card>
  );
}
