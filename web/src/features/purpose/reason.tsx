import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { post } from '@/api/http';
import { asProblem } from '@/api/problem';
import { useMe, usePrompts } from '@/api/queries';
import type { Inquiry, Purpose } from '@/api/types';
import { plural } from '@/state/words';
import { Button } from '@/shared/controls/Button';
import { Aids } from '@/shared/controls/Aids';
import { Select, TextField } from '@/shared/controls/fields';
import css from './purpose.module.css';
import { reasonAids } from '@/state/reason';

/** One's own latest reasons: the aid that says "copied" needs them, the server has the last word. */
function useEarlierReasons(): string[] {
  return (useMe().data?.purposes ?? []).flatMap((one) => one.inquiry?.reason ?? []);
}

/** The text of a reason while it is written, and sending it. Nothing is entered before the server took the reason. */
export function useReason(purpose: Purpose | null, done: (inquiry: Inquiry) => void) {
  const [reason, setReason] = useState('');
  const [aim, setAim] = useState<string | null>(null);
  const { asked, aims, limits } = usePrompts();
  const question = asked('inquiry');
  const earlier = useEarlierReasons();
  const mutation = useMutation({
    mutationFn: () => post<Inquiry>('/inquiries', { purpose: purpose?.key, reason: reason.trim(), ...(aim ? { aim } : {}), ...(question ? { prompt: question.version } : {}) }),
    onSuccess: done,
  });
  const aids = reasonAids(reason, earlier, limits, question?.text);
  const problem = mutation.error ? asProblem(mutation.error) : null;
  return { reason, setReason, aim, setAim, aims, question: question?.text ?? null, least: limits?.shortest_reason, aids, problem, pending: mutation.isPending, send: () => mutation.mutate() };
}

type Field = Pick<ReturnType<typeof useReason>, 'reason' | 'setReason' | 'aim' | 'setAim' | 'aims' | 'question' | 'least' | 'aids' | 'problem'>;

/** The question stands above the answer as the entry will keep it. */
export function ReasonField({ reason, setReason, aim, setAim, aims, question, least, aids, problem, autoFocus, onSend }: Field & { autoFocus?: boolean; onSend: () => void }) {
  return (
    <div>
      <TextField
        label="Reason"
        note={question ?? 'one sentence: what you expect to find, and what for'}
        rows={3}
        value={reason}
        onChange={setReason}
        autoFocus={autoFocus ?? false}
        placeholder="Which account paid the deposits that invoice 17 names, and who signs for it?"
        error={problem ? [problem.detail, problem.hint].filter(Boolean).join(' ') : null}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) onSend();
        }}
      />
      <div style={{ marginTop: 6 }}>
        <Aids aids={aids} length={reason.trim().length} from={least} to={1000} />
      </div>
      {aims.length > 0 && (
        <div style={{ marginTop: 8 }}>
          <Select label="Kind of act" small placeholder="Not stated" choices={aims.map((id) => ({ id, text: id.replace('-', ' ') }))} value={aim} onChange={setAim} />
        </div>
      )}
    </div>
  );
}

/** A reason given earlier for this purpose still holds, in this or another tab: it can be gone on with. */
export function GoOn({ purpose, onGo }: { purpose: Purpose; onGo: (inquiry: Inquiry) => void }) {
  const live = purpose.inquiry;
  if (!live || live.ended || live.acts_left === 0) return null;
  return (
    <div className={css.live}>
      <p>
        <strong>Still open:</strong> {live.reason} <small>{plural(live.acts_left ?? live.acts_max, 'act')} left</small>
      </p>
      <Button onPress={() => onGo({ ...live, purpose: purpose.key })}>Go on with it</Button>
    </div>
  );
}
