import { Link } from '@tanstack/react-router';
import { Link2, TriangleAlert } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useHealth, useLedgerStatus, usePurpose } from '@/api/queries';
import { Kbd } from '@/shared/controls/Kbd';
import { clock, count, day, duration, plural, shortHash } from '@/state/words';
import { useUi } from '@/state/ui';
import { remaining, useWorking } from '@/state/working';
import css from './shell.module.css';

function useNow(everyMs: number): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

function Inquiry() {
  const inquiry = useWorking((state) => state.inquiry);
  const drop = useWorking((state) => state.dropInquiry);
  const now = useNow(30_000);
  if (!inquiry) return null;
  const left = remaining(inquiry, now);
  return (
    <>
      <span className={css.inquiry} title={inquiry.reason}>
        Reason: {inquiry.reason}
      </span>
      <span>
        {plural(left.acts, 'act')}, {duration(left.minutes)} left
      </span>
      <button type="button" onClick={drop}>
        New reason
      </button>
    </>
  );
}

function Ledger() {
  const { data } = useLedgerStatus();
  const state = useHealth().data?.ledger;
  if (!data) return <span>Ledger: not answering</span>;
  const word = state === 'stopped' ? 'The log stands still' : state === 'failing' ? "The log doesn't go on" : null;
  const Icon = data.ok && !word ? Link2 : TriangleAlert;
  return (
    <>
      <Link to="/line" className={data.ok && !word ? css.ledgerOk! : css.ledgerLate!}>
        <Icon size={13} aria-hidden />
        {word ? `${word}; ` : ''}Ledger checkpoint {count(data.checkpoint_size ?? data.size)}
        {data.checkpoint_at ? `, ${clock(data.checkpoint_at).slice(0, 5)}` : ''}
      </Link>
      {data.root && <span className="mono">{shortHash(data.root)}</span>}
    </>
  );
}

/** The database says so, in a demo alone: nothing here may be taken for what somebody did. */
function Demo() {
  const demo = useHealth().data?.demo;
  if (!demo) return null;
  const said = `Demo: all of it is invented. Its clock was moved from ${day(demo.since)} to ${demo.until ? day(demo.until) : 'now'}.`;
  return (
    <span className={css.demo} title={said}>
      {said}
    </span>
  );
}

export function StatusBar() {
  const purpose = usePurpose();
  const show = useUi((state) => state.show);
  return (
    <footer className={css.status} aria-label="State">
      <Ledger />
      <Demo />
      <span className={css.statusSpace} />
      <Inquiry />
      {purpose && <span className={css.logged}>Every view on this screen is logged</span>}
      <button type="button" onClick={() => show({ kind: 'help' })}>
        <Kbd keys="?" />
        Keyboard
      </button>
    </footer>
  );
}
