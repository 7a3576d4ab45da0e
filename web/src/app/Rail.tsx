import { Link, useLocation } from '@tanstack/react-router';
import {
  ArrowLeftRight,
  CircleQuestionMark,
  ClipboardList,
  EyeOff,
  FolderOpen,
  Hourglass,
  Inbox,
  ListChecks,
  MailCheck,
  Rss,
  Scale,
  Search,
  Send,
  Settings,
  ShieldCheck,
  Signature,
  UserCheck,
  Warehouse,
  Waypoints,
  type LucideIcon,
} from 'lucide-react';
import { useMe } from '@/api/queries';
import { useUi } from '@/state/ui';
import css from './shell.module.css';

interface Place {
  to: string;
  word: string;
  icon: LucideIcon;
  /** Where else one is still in this place. */
  also?: readonly string[];
  roles?: readonly string[];
}

const WORKERS = ['agent', 'analyst', 'supervisor', 'vetter'] as const;

/** A place is listed for the roles that have something to do there; the server decides what they see. */
export const PLACES: readonly Place[] = [
  { to: '/inbox', word: 'Inbox', icon: MailCheck },
  { to: '/search', word: 'Search', icon: Search, also: ['/r/'], roles: WORKERS },
  { to: '/w', word: 'Workspace', icon: Waypoints, roles: WORKERS },
  { to: '/cases', word: 'Cases', icon: FolderOpen, also: ['/case/'], roles: [...WORKERS, 'overseer'] },
  { to: '/leads', word: 'Leads', icon: Inbox, also: ['/lead/', '/referral/'], roles: ['vetter', 'supervisor', 'steward', 'admin', 'overseer'] },
  { to: '/bulk', word: 'Bulk runs', icon: ListChecks, also: ['/bulk/'], roles: ['agent', 'analyst', 'supervisor', 'overseer'] },
  { to: '/crossings', word: 'Crossings', icon: ArrowLeftRight, also: ['/crossing/'], roles: [...WORKERS, 'steward', 'approver', 'overseer'] },
  { to: '/disclosures', word: 'Disclose', icon: Send, also: ['/disclosure/'], roles: [...WORKERS, 'approver', 'overseer'] },
  { to: '/operations', word: 'Operations', icon: ClipboardList, also: ['/operation/'], roles: [...WORKERS, 'approver', 'overseer'] },
  { to: '/line', word: 'The line', icon: ShieldCheck },
  { to: '/access', word: 'Access', icon: UserCheck, roles: [...WORKERS, 'approver', 'overseer', 'admin'] },
  { to: '/retention', word: 'Time limits', icon: Hourglass, roles: ['steward', 'supervisor', 'approver', 'overseer'] },
  { to: '/restrictions', word: 'Restrict', icon: EyeOff, roles: ['steward', 'approver', 'overseer'] },
  { to: '/proposals', word: 'Proposals', icon: Signature, roles: ['steward', 'supervisor', 'approver', 'overseer', 'admin'] },
  { to: '/rulebook', word: 'Rulebook', icon: Scale, roles: ['admin', 'approver', 'overseer'] },
  { to: '/feeds', word: 'Feeds', icon: Rss, roles: ['steward'] },
  { to: '/warehouse', word: 'Warehouse', icon: Warehouse, roles: ['steward', 'overseer'] },
];

export function placesFor(roles: readonly string[]): Place[] {
  return PLACES.filter((place) => !place.roles || place.roles.some((role) => roles.includes(role)));
}

/** A place's own address, what lies below it, and where its single things live. */
export function isAt(place: Place, path: string): boolean {
  return path === place.to || path.startsWith(`${place.to}/`) || (place.also ?? []).some((one) => path.startsWith(one));
}

export function Mark({ size = 30 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden className={css.mark}>
      <rect width="32" height="32" rx="7" fill="currentColor" />
      <g stroke="var(--on-ink)" strokeWidth="2.200" strokeLinecap="round">
        <path d="M16 6v5.500M16 20.500V26M6 16h5.500M20.500 16H26" />
      </g>
      <path d="M16 12.600 19.400 16 16 19.400 12.600 16z" fill="var(--on-ink)" />
    </svg>
  );
}

export function Rail() {
  const roles = useMe().data?.roles.map((one) => one.role) ?? [];
  const show = useUi((state) => state.show);
  const path = useLocation({ select: (location) => location.pathname });
  return (
    <nav className={css.rail} aria-label="Places">
      <Mark />
      {placesFor(roles).map((place) => (
        <Link key={place.to} to={place.to} className={css.railItem} aria-current={isAt(place, path) ? 'page' : undefined}>
          <place.icon size={18} strokeWidth={1.7} aria-hidden />
          {place.word}
        </Link>
      ))}
      <span className={css.railSpace} />
      <button type="button" className={css.railItem} onClick={() => show({ kind: 'help' })}>
        <CircleQuestionMark size={18} strokeWidth={1.7} aria-hidden />
        Help
      </button>
      {roles.includes('admin') && (
        <Link to="/admin" className={css.railItem} activeProps={{ 'aria-current': 'page' }}>
          <Settings size={18} strokeWidth={1.7} aria-hidden />
          Admin
        </Link>
      )}
    </nav>
  );
}
