/** What waits for one person, in the order in which it should be decided, each with the page where that is done. */
import type { Notification } from '@/api/types';

export type Where =
  | { to: '/case/$no'; params: { no: string }; word: string }
  | { to: '/crossing/$n'; params: { n: string }; word: string }
  | { to: '/lead/$n'; params: { n: string }; word: string }
  | { to: '/referral/$n'; params: { n: string }; word: string }
  | { to: '/operation/$no'; params: { no: string }; word: string }
  | { to: '/disclosure/$n'; params: { n: string }; word: string }
  | { to: '/bulk/$n'; params: { n: string }; word: string }
  | { to: '/feeds/$name'; params: { name: string }; word: string }
  | { to: '/proposals' | '/restrictions' | '/retention' | '/rulebook' | '/cases' | '/crossings' | '/line'; params: null; word: string }
  | { to: '/access'; params: null; search: { tab: string }; word: string };

const PAGES: Readonly<Record<string, (key: string) => Where>> = {
  case: (no) => ({ to: '/case/$no', params: { no }, word: 'Open the case' }),
  crossing: (n) => ({ to: '/crossing/$n', params: { n }, word: 'Open the crossing' }),
  lead: (n) => ({ to: '/lead/$n', params: { n }, word: 'Open the lead' }),
  referral: (n) => ({ to: '/referral/$n', params: { n }, word: 'Open the referral' }),
  operation: (no) => ({ to: '/operation/$no', params: { no }, word: 'Open the operation' }),
  disclosure: (n) => ({ to: '/disclosure/$n', params: { n }, word: 'Open the disclosure' }),
  bulk: (n) => ({ to: '/bulk/$n', params: { n }, word: 'Open the bulk run' }),
  feed: (name) => ({ to: '/feeds/$name', params: { name }, word: 'Open the feed' }),
  custody: () => ({ to: '/cases', params: null, word: 'Sign' }),
  proposal: () => ({ to: '/proposals', params: null, word: 'Decide' }),
  restrictions: () => ({ to: '/restrictions', params: null, word: 'Decide' }),
  retention: () => ({ to: '/retention', params: null, word: 'Decide' }),
  rulebook: () => ({ to: '/rulebook', params: null, word: 'Decide' }),
  crossings: () => ({ to: '/crossings', params: null, word: 'Audit' }),
  flags: () => ({ to: '/line', params: null, word: 'Judge' }),
  reasons: () => ({ to: '/line', params: null, word: 'Judge' }),
  roles: () => ({ to: '/access', params: null, search: { tab: 'roles' }, word: 'Confirm' }),
  glass: () => ({ to: '/access', params: null, search: { tab: 'glass' }, word: 'Decide' }),
  clearance: () => ({ to: '/access', params: null, search: { tab: 'clearances' }, word: 'Decide' }),
  leavers: () => ({ to: '/access', params: null, search: { tab: 'leavers' }, word: 'Decide' }),
};

/** Letters of the numbers that stand in what was told. */
const LETTERS: Readonly<Record<string, string>> = {
  X: 'crossing',
  L: 'lead',
  R: 'referral',
  O: 'operation',
  D: 'disclosure',
  B: 'bulk',
  PR: 'proposal',
  RS: 'restrictions',
  P: 'retention',
  G: 'glass',
};
const NUMBER = /\b([A-Z]{1,2})-\d{4}-\d{4,8}\b/;

/** What waits names its page. What was told leads to what its words name by number; if they name nothing, nowhere. */
export function whereOf(one: Notification): Where | null {
  if (one.place) return PAGES[one.place]?.(one.key ?? '') ?? null;
  if (one.case) return PAGES['case']?.(one.case) ?? null;
  const [number, letters] = NUMBER.exec(one.what) ?? [];
  return number ? (PAGES[LETTERS[letters ?? ''] ?? '']?.(number) ?? null) : null;
}

/** What waits, the longest first; then what was only told. */
export function sorted(notices: readonly Notification[]): { due: Notification[]; told: Notification[] } {
  return { due: notices.filter((one) => one.due).toSorted((a, b) => a.at.localeCompare(b.at)), told: notices.filter((one) => !one.due).toSorted((a, b) => b.at.localeCompare(a.at)) };
}

/** The purpose to work under there; null: the one that is chosen will do. */
export function deskOf(one: Notification, now: string | null, mine: readonly string[]): string | null {
  return one.desk && one.desk !== now && mine.includes(one.desk) ? one.desk : null;
}
