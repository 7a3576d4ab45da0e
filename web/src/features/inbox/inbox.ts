/** What waits for one person, in the order in which it should be decided, each with the page where that is done. */
import type { Notification } from '@/api/types';

export type Where =
  | { to: '/case/$no'; params: { no: string }; word: string }
  | { to: '/crossing/$n'; params: { n: string }; word: string }
  | { to: '/lead/$n'; params: { n: string }; word: string }
  | { to: '/referral/$n'; params: { n: string }; word: string }
  | { to: '/operation/$no'; params: { no: string }; word: string }
  | { to: '/disclosure/$n'; params: { n: string }; word: string }
  | { to: '/proposals' | '/access'; params: null; word: string };

const NUMBER = /\b([A-Z])-\d{4}-\d{4,8}\b/;

/** A notice names what it is about by number, or by its kind; one that says neither leads nowhere. */
export function whereOf(one: Notification): Where | null {
  if (one.case) return { to: '/case/$no', params: { no: one.case }, word: 'Open the case' };
  const [number, letter] = NUMBER.exec(one.what) ?? [];
  if (number) {
    if (letter === 'X') return { to: '/crossing/$n', params: { n: number }, word: 'Open the crossing' };
    if (letter === 'L') return { to: '/lead/$n', params: { n: number }, word: 'Open the lead' };
    if (letter === 'R') return { to: '/referral/$n', params: { n: number }, word: 'Open the referral' };
    if (letter === 'O') return { to: '/operation/$no', params: { no: number }, word: 'Open the operation' };
    if (letter === 'D') return { to: '/disclosure/$n', params: { n: number }, word: 'Open the disclosure' };
    if (letter === 'P') return { to: '/proposals', params: null, word: 'Decide' };
    if (letter === 'G') return { to: '/access', params: null, word: 'Decide' };
  }
  if (/propos/i.test(one.what)) return { to: '/proposals', params: null, word: 'Decide' };
  return /role|access|recertif|glass/i.test(`${one.kind} ${one.what}`) ? { to: '/access', params: null, word: 'Decide' } : null;
}

/** What waits, the longest first; then what was only told. */
export function sorted(notices: readonly Notification[]): { due: Notification[]; told: Notification[] } {
  return {
    due: notices.filter((one) => one.due).toSorted((a, b) => a.at.localeCompare(b.at)),
    told: notices.filter((one) => !one.due).toSorted((a, b) => b.at.localeCompare(a.at)),
  };
}
