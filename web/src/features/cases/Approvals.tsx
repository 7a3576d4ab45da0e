import { Check, CornerDownLeft, Pencil, Send } from 'lucide-react';
import { useState } from 'react';
import { asProblem } from '@/api/problem';
import { useMe, usePurpose } from '@/api/queries';
import type { Case } from '@/api/types';
import { Button } from '@/shared/controls/Button';
import { Dialog } from '@/shared/controls/Dialog';
import { Select, TextField } from '@/shared/controls/fields';
import { Card } from '@/shared/data/data';
import { ErrorPanel, Status } from '@/shared/states/states';
import { useToasts } from '@/shared/states/toasts';
import { moment } from '@/state/words';
import { useUi } from '@/state/ui';
import { useCaseAct } from './api';
import { PREDICATE_LENGTH } from './view';
import css from './cases.module.css';

/** The server names what may be done; it uses the acts' own names with or without the room's prefix. */
export function may(one: Case, act: string): boolean {
  return one.may.some((name) => name === act || name === `case_${act}`);
}

function ReasonDialog({ title, label, act, one, open, onClose }: { title: string; label: string; act: 'return' | 'approve' | 'withdraw'; one: Case; open: boolean; onClose: () => void }) {
  const [reason, setReason] = useState('');
  const send = useCaseAct(one.number, onClose);
  return (
    <Dialog
      title={title}
      open={open}
      onClose={onClose}
      note="Written to the ledger. It can't be undone."
      foot={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button look="primary" pending={send.isPending} blocked={act !== 'approve' && reason.trim().length < 10} onPress={() => send.mutate({ act, body: { reason: reason || null } })}>
            {label}
          </Button>
        </>
      }>
      <TextField
        label="Reason"
        note={act === 'approve' ? 'if you want to add one' : act === 'return' ? 'what is missing, 10 characters or more' : 'why, 10 characters or more'}
        rows={4}
        value={reason}
        onChange={setReason}
        autoFocus
      />
      {send.error && <ErrorPanel problem={asProblem(send.error)} />}
    </Dialog>
  );
}

/** What a draft or a returned case says can be changed; its authority and regime never. */
function EditDialog({ one, onClose }: { one: Case; onClose: () => void }) {
  const [title, setTitle] = useState(one.title);
  const [category, setCategory] = useState(one.category ?? '');
  const [predicate, setPredicate] = useState(one.predicate);
  const send = useCaseAct(one.number, onClose);
  const problem = send.error ? asProblem(send.error) : null;
  const waits = title.trim().length < 5 || predicate.trim().length < PREDICATE_LENGTH;
  return (
    <Dialog
      title={`Edit ${one.number}`}
      open
      onClose={onClose}
      size="middle"
      note="The former words stay in the ledger."
      foot={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button look="primary" pending={send.isPending} blocked={waits} onPress={() => send.mutate({ act: 'edit', body: { title, predicate, ...(category.trim() ? { category } : {}) } })}>
            Save
          </Button>
        </>
      }>
      <TextField label="Title" value={title} onChange={setTitle} autoFocus />
      <TextField label="Activity" note="for a criminal case" value={category} onChange={setCategory} />
      <TextField
        label="Predicate"
        note={`the facts and where they come from, ${PREDICATE_LENGTH} characters or more`}
        rows={7}
        value={predicate}
        onChange={setPredicate}
        error={problem?.field === 'predicate' ? problem.detail : null}
      />
      {problem && problem.field !== 'predicate' && <ErrorPanel problem={problem} />}
    </Dialog>
  );
}

const OUTCOMES = ['charged', 'referred', 'unfounded', 'insufficient', 'administrative', 'other'].map((id) => ({ id, text: id.charAt(0).toUpperCase() + id.slice(1) }));

function CloseDialog({ one, open, onClose }: { one: Case; open: boolean; onClose: () => void }) {
  const [outcome, setOutcome] = useState<string | null>(null);
  const [summary, setSummary] = useState('');
  const send = useCaseAct(one.number, onClose);
  return (
    <Dialog
      title="Ask to close the case"
      open={open}
      onClose={onClose}
      note="A supervisor other than you closes it."
      foot={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button look="primary" pending={send.isPending} blocked={!outcome || summary.trim().length < 10} onPress={() => send.mutate({ act: 'close', body: { outcome, summary } })}>
            Ask to close
          </Button>
        </>
      }>
      <Select label="Outcome" choices={OUTCOMES} value={outcome} onChange={setOutcome} />
      <TextField label="Summary" rows={4} value={summary} onChange={setSummary} />
      {send.error && <ErrorPanel problem={asProblem(send.error)} />}
    </Dialog>
  );
}

/** What waits for whom. The requester never approves: the server refuses it, and says so here. */
export function Approvals({ one }: { one: Case }) {
  const [open, setOpen] = useState<'return' | 'approve' | 'withdraw' | null>(null);
  if (!one.pending && !may(one, 'approve') && !may(one, 'return')) return null;
  return (
    <Card title="Approvals" note={one.pending ? '1 waiting' : null}>
      <div className={css.approval}>
        {one.pending && (
          <p>
            <strong>{one.pending.act.replaceAll('_', ' ')}</strong> by {one.pending.by}, {moment(one.pending.at)}
          </p>
        )}
        <div>
          <Status kind="done" bare>
            Author
          </Status>
          <Status kind="waiting" bare>
            Supervisor
          </Status>
        </div>
        <div>
          {may(one, 'approve') && (
            <Button look="primary" onPress={() => setOpen('approve')}>
              <Check size={14} aria-hidden />
              Approve
            </Button>
          )}
          {may(one, 'return') && (
            <Button onPress={() => setOpen('return')}>
              <CornerDownLeft size={14} aria-hidden />
              Return
            </Button>
          )}
          {may(one, 'withdraw') && <Button onPress={() => setOpen('withdraw')}>Take back</Button>}
        </div>
      </div>
      <ReasonDialog title={`Take back what was asked of ${one.number}`} label="Take back" act="withdraw" one={one} open={open === 'withdraw'} onClose={() => setOpen(null)} />
      <ReasonDialog title={`Approve ${one.number}`} label="Approve" act="approve" one={one} open={open === 'approve'} onClose={() => setOpen(null)} />
      <ReasonDialog title={`Return ${one.number}`} label="Return" act="return" one={one} open={open === 'return'} onClose={() => setOpen(null)} />
    </Card>
  );
}

/** The acts of the header. Work on the content needs the case itself as the working purpose. */
export function CaseActs({ one }: { one: Case }) {
  const [closing, setClosing] = useState(false);
  const [editing, setEditing] = useState(false);
  const me = useMe().data;
  const purpose = usePurpose();
  const show = useUi((state) => state.show);
  const toast = useToasts((state) => state.show);
  const submit = useCaseAct(one.number, () => toast(`${one.number} was submitted for approval`));
  const mine = me?.purposes.some((each) => each.case === one.number) ?? false;
  return (
    <div className={css.acts}>
      {submit.error && (
        <Status kind="danger" bare>
          {asProblem(submit.error).detail}
        </Status>
      )}
      {mine && purpose?.case !== one.number && <Button onPress={() => show({ kind: 'switch' })}>Work on it</Button>}
      {may(one, 'edit') && (
        <Button onPress={() => setEditing(true)}>
          <Pencil size={13} aria-hidden />
          Edit
        </Button>
      )}
      {may(one, 'close') && <Button onPress={() => setClosing(true)}>Close the case</Button>}
      {may(one, 'submit') && (
        <Button look="primary" pending={submit.isPending} onPress={() => submit.mutate({ act: 'submit' })}>
          <Send size={13} aria-hidden />
          Submit for approval
        </Button>
      )}
      {editing && <EditDialog one={one} onClose={() => setEditing(false)} />}
      <CloseDialog one={one} open={closing} onClose={() => setClosing(false)} />
    </div>
  );
}
