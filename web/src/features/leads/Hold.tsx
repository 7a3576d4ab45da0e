import { PauseCircle } from 'lucide-react';
import { useState } from 'react';
import { asProblem } from '@/api/problem';
import type { Lead } from '@/api/types';
import { Button } from '@/shared/controls/Button';
import { Segmented, TextField } from '@/shared/controls/fields';
import { ErrorPanel } from '@/shared/states/states';
import { day, moment } from '@/state/words';
import { useLeadAct } from './api';
import { LEAST } from './view';
import css from './leads.module.css';

const FOUND = [
  { id: 'citizen', text: 'Is a citizen' },
  { id: 'lawful', text: 'Has a lawful status' },
  { id: 'none', text: 'Neither' },
] as const;
type Found = (typeof FOUND)[number]['id'];

interface Props {
  lead: Lead;
  seen: string;
  onDone: (lead: Lead) => void;
}

function word(status: string | null): string {
  return FOUND.find((one) => one.id === status)?.text.toLowerCase() ?? '';
}

function Clear({ lead, seen, onDone }: Props) {
  const [status, setStatus] = useState<Found | null>(null);
  const [reason, setReason] = useState('');
  const send = useLeadAct(lead.number, seen, onDone);
  const waits = status === null || reason.trim().length < LEAST.reason;
  return (
    <form
      className={css.inline}
      onSubmit={(event) => {
        event.preventDefault();
        if (!waits) send.mutate({ act: 'clear', body: { status, reason: reason.trim() } });
      }}>
      <Segmented label="What you found" choices={FOUND} value={status} onChange={setStatus} />
      <TextField label="On what it rests" note={`${LEAST.reason} characters or more`} rows={2} value={reason} onChange={setReason} />
      <div className={css.acts}>
        <Button type="submit" look="primary" blocked={waits} pending={send.isPending}>
          {lead.hold?.first_by ? 'Enter the second finding' : 'Enter the first finding'}
        </Button>
        <span className={css.quiet}>Two who agree end the hold; who finds otherwise begins anew.</span>
      </div>
      {send.error && <ErrorPanel problem={asProblem(send.error)} />}
    </form>
  );
}

/** Rule 28: a claim of citizenship or status holds a lead until two people have found the same. */
export function Held({ lead, seen, me, onDone }: Props & { me: string }) {
  const hold = lead.hold;
  if (!hold) return null;
  const open = hold.state === 'open';
  const title = open ? 'Held: a claim of citizenship or status' : hold.state === 'upheld' ? `Ended: ${word(hold.status)}, found by two people` : 'A claim was cleared by two people';
  return (
    <section className={css.hold} data-state={hold.state} aria-label="Hold">
      <h3>
        <PauseCircle size={16} aria-hidden />
        {title}
      </h3>
      {hold.claim && (
        <p>
          “{hold.claim}”{' '}
          <small>
            entered by {hold.opened_by}, {moment(hold.opened)}
          </small>
        </p>
      )}
      {hold.earlier && <p>Found on {day(hold.earlier)} of an earlier lead about this person. That lead was purged; what two people found of the status stays.</p>}
      {hold.first_by && (
        <p>
          <strong>First:</strong> {hold.first_by} found: {word(hold.status)}. {hold.first_reason}
        </p>
      )}
      {hold.second_by && (
        <p>
          <strong>Second:</strong> {hold.second_by}. {hold.second_reason}
        </p>
      )}
      {open && hold.first_by === me && <p className={css.quiet}>You looked first. Another vetter or supervisor of the desk looks second.</p>}
      {open && lead.may.includes('clear') && <Clear lead={lead} seen={seen} onDone={onDone} />}
    </section>
  );
}

export function HoldButton({ lead, seen, onDone }: Props) {
  const [open, setOpen] = useState(false);
  const [claim, setClaim] = useState('');
  const send = useLeadAct(lead.number, seen, (next) => {
    onDone(next);
    setOpen(false);
  });
  if (!lead.may.includes('hold')) return null;
  if (!open)
    return (
      <div className={css.acts}>
        <Button onPress={() => setOpen(true)}>
          <PauseCircle size={14} aria-hidden />
          Hold: somebody claims a status
        </Button>
      </div>
    );
  const waits = claim.trim().length < LEAST.claim;
  return (
    <form
      className={`${css.inline} ${css.boxed}`}
      onSubmit={(event) => {
        event.preventDefault();
        if (!waits) send.mutate({ act: 'hold', body: { claim: claim.trim() } });
      }}>
      <TextField label="What is claimed" note="citizenship or a lawful status, in their words" rows={2} value={claim} onChange={setClaim} autoFocus />
      <div className={css.acts}>
        <Button type="submit" look="primary" blocked={waits} pending={send.isPending}>
          Hold the lead
        </Button>
        <Button look="quiet" onPress={() => setOpen(false)}>
          Cancel
        </Button>
      </div>
      {send.error && <ErrorPanel problem={asProblem(send.error)} />}
    </form>
  );
}
