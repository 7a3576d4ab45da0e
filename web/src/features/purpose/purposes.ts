/** How purposes are listed, and where work begins under each. */
import type { Purpose } from '@/api/types';

const ORDER: Record<Purpose['kind'], number> = { case: 0, lead: 1, desk: 2, oversight: 3 };

export function listed(purposes: readonly Purpose[], words: string): Purpose[] {
  const wanted = words.trim().toLowerCase();
  return purposes
    .filter((one) => `${one.key} ${one.title} ${one.statute ?? ''} ${one.authority_title ?? ''}`.toLowerCase().includes(wanted))
    .toSorted((a, b) => ORDER[a.kind] - ORDER[b.kind] || a.key.localeCompare(b.key));
}

/** Content of the warehouse is read only under a stated reason; a desk's own lists need none. */
export function needsReason(purpose: Purpose): boolean {
  return purpose.kind !== 'desk';
}

/** Desks and overseers see lists and the log; records are read for a case or a lead. */
export function opensContent(purpose: Purpose): boolean {
  return purpose.kind === 'case' || purpose.kind === 'lead';
}

const HOMES: Record<string, string> = { steward: '/feeds', approver: '/inbox', admin: '/admin', overseer: '/line', supervisor: '/inbox', vetter: '/leads' };

export function homeOf(purpose: Purpose): string {
  if (opensContent(purpose)) return '/search';
  if (purpose.kind === 'oversight') return '/line';
  return HOMES[purpose.role ?? ''] ?? '/cases';
}

export function kindWord(purpose: Purpose): string {
  return { case: 'Case', lead: 'Lead', desk: 'Desk', oversight: 'Oversight' }[purpose.kind];
}
