import { Link } from '@tanstack/react-router';
import { ArrowLeftRight, CircleQuestionMark, ClipboardList, FolderOpen, Hourglass, Rss, Search, Send, Settings, ShieldCheck, UserCheck, Warehouse, Waypoints, type LucideIcon } from 'lucide-react';
import { useMe } from '@/api/queries';
import { useUi } from '@/state/ui';
import css from './shell.module.css';

interface Place {
  to: string;
  word: string;
  icon: LucideIcon;
  roles?: readonly string[];
}

const WORKERS = ['agent', 'analyst', 'supervisor', 'vetter'] as const;

/** A place is listed for the roles that have something to do there; the server decides what they see. */
export const PLACES: readonly Place[] = [
  { to: '/search', word: 'Search', icon: Search, roles: WORKERS },
  { to: '/w', word: 'Workspace', icon: Waypoints, roles: WORKERS },
  { to: '/cases', word: 'Cases', icon: FolderOpen, roles: [...WORKERS, 'overseer'] },
  { to: '/crossings', word: 'Crossings', icon: ArrowLeftRight, roles: [...WORKERS, 'steward', 'approver', 'overseer'] },
  { to: '/disclosures', word: 'Disclose', icon: Send, roles: [...WORKERS, 'approver', 'overseer'] },
  { to: '/operations', word: 'Operations', icon: ClipboardList, roles: [...WORKERS, 'approver', 'overseer'] },
  { to: '/line', word: 'The line', icon: ShieldCheck },
  { to: '/access', word: 'Access', icon: UserCheck, roles: [...WORKERS, 'approver', 'overseer', 'admin'] },
  { to: '/retention', word: 'Time limits', icon: Hourglass, roles: ['steward', 'supervisor', 'approver', 'overseer'] },
  { to: '/feeds', word: 'Feeds', icon: Rss, roles: ['steward'] },
  { to: '/warehouse', word: 'Warehouse', icon: Warehouse, roles: ['steward', 'overseer'] },
];

export function placesFor(roles: readonly string[]): Place[] {
  return PLACES.filter((place) => !place.roles || place.roles.some((role) => roles.includes(role)));
}

export function Mark({ size = 30 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden className={css.mark}>
      <rect width="32" height="32" rx="7" fill="currentColor" />
      <g stroke="var(--on-ink)" strokeWidth="2.200" strokeLinecap="round"><path d="M16 6v5.500M16 20.500V26M6 16h5.500M20.500 16H26" /></g>
      <path d="M16 12.600 19.400 16 16 19.400 12.600 16z" fill="var(--on-ink)" />
    </svg>
  );
}

export function Rail() {
  const roles = useMe().data?.roles.map((one) => one.role) ?? [];
  const show = useUi((state) => state.show);
  return (
    <nav className={css.rail} aria-label="Places">
      <Mark />
      {placesFor(roles).map(({ to, word, icon: Icon }) => (
        <Link key={to} to={to} className={css.railItem} activeProps={{ 'aria-current': 'page' }}>
          <Icon size={18} strokeWidth={1.700} aria-hidden />{word}
        </Link>
      ))}
      <span className={css.railSpace} />
      <button type="button" className={css.railItem} onClick={() => show({ kind: 'help' })}><CircleQuestionMark size={18} strokeWidth={1.700} aria-hidden />Help</button>
      {roles.includes('admin') && (
        <Link to="/admin" className={css.railItem} activeProps={{ 'aria-current': 'page' }}><Settings size={18} strokeWidth={1.700} aria-hidden />Admin</Link>
      )}
    </nav>
  );
}
