/** Crossings: words, dates and what a request still lacks. Pure. */
import type { Crossing, CrossingState } from '@/api/types';

export const STATE: Record<CrossingState, { word: string; kind: 'done' | 'waiting' | 'danger' | 'plain' }> = {
  requested: { word: 'Waits', kind: 'waiting' },
  approved: { word: 'Approved', kind: 'done' },
  denied: { word: 'Denied', kind: 'danger' },
  withdrawn: { word: 'Withdrawn', kind: 'plain' },
  revoked: { word: 'Revoked', kind: 'danger' },
  expired: { word: 'Expired', kind: 'plain' },
};

/** Fields that are often enough to tell whether it is the same person, and those that are asked less. */
export const FIELDS = ['name', 'birthDate', 'address', 'phone', 'email', 'idNumber', 'registrationNumber', 'date', 'amount', 'summary', 'country', 'position'] as const;

export interface Draft {
  items: string;
  fields: readonly string[];
  basis: string | null;
  necessity: string;
  alternatives: string;
  days: '3' | '14' | '30' | '90';
  links: boolean;
}

export const EMPTY: Draft = { items: '', fields: ['name'], basis: null, necessity: '', alternatives: '', days: '14', links: false };

export function ids(text: string): string[] {
  return [...new Set(text.split(/[\s,;]+/).filter(Boolean))];
}

export function lacking(draft: Draft): string[] {
  return [
    ids(draft.items).length === 0 ? 'Name the records' : null,
    draft.fields.length === 0 ? 'Choose the fields' : null,
    draft.basis === null ? 'Choose the rule that allows it' : null,
    draft.necessity.trim().length < 40 ? 'State the facts that make it necessary' : null,
    draft.alternatives.trim().length < 20 ? 'Say why less is not enough' : null,
  ].filter((one) => one !== null);
}

/** The last day, as the server takes it. */
export function expiry(days: number, now: Date): string {
  return new Date(now.getTime() + days * 86_400_000).toISOString().slice(0, 10);
}

export function daysLeft(expires: string | null, now: Date): number | null {
  if (!expires) return null;
  return Math.ceil((new Date(expires).getTime() - now.getTime()) / 86_400_000);
}

/** Why deciding is not open yet, in words, for the panel beside the buttons. */
export function standing(one: Crossing): string[] {
  return [
    ...one.missing_opinions.map((side) => `Opinion missing: ${side}`),
    ...(one.in_chain ? ['You are in a chain of this request, so somebody else decides'] : []),
  ];
}
