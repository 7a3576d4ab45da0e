import { Check, Circle } from 'lucide-react';
import type { Aid } from '@/state/reason';
import css from './aids.module.css';

/** Met or not yet: a tick and a word each, and how long the text is. */
export function Aids({ aids, length, from, to }: { aids: readonly Aid[]; length: number; from: number | undefined; to: number }) {
  return (
    <div className={css.aids}>
      <ul aria-label="Writing aids">
        {aids.map((aid) => (
          <li key={aid.id} data-met={aid.met}>
            {aid.met ? <Check size={12} strokeWidth={2.6} aria-hidden /> : <Circle size={10} aria-hidden />}
            {aid.text}
            <span className="sr">{aid.met ? ': yes' : ': not yet'}</span>
          </li>
        ))}
      </ul>
      <span>
        {length} of {from === undefined ? 'up' : from} to {to.toLocaleString('en')}
      </span>
    </div>
  );
}
