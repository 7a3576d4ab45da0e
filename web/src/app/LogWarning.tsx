import { TriangleAlert } from 'lucide-react';
import { useHealth } from '@/api/queries';
import { clock } from '@/state/words';
import css from './shell.module.css';

/** Across the top of every page, as long as the log doesn't go on: what that means for whoever works, and until when. */
export function LogWarning() {
  const { data } = useHealth();
  if (data?.ledger !== 'failing' && data?.ledger !== 'stopped') return null;
  const stops = data.stops_at ? ` If that lasts, nothing is answered from ${clock(data.stops_at).slice(0, 5)} on.` : '';
  return (
    <div role="alert" className={css.logWarning}>
      <TriangleAlert size={15} aria-hidden />
      <span>
        {data.ledger === 'stopped' ? 'The log stands still, so nothing is answered any more.' : `The log doesn't go on.${stops}`} Tell whoever runs this installation: brightline doctor says why.
      </span>
    </div>
  );
}
