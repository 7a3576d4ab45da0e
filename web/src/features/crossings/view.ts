/** Crossings: words, dates, steps and what a request still lacks. Pure. */
import type { Crossing, CrossingState } from '@/api/types';
import { tooShort, type Figures } from '@/state/limits';
import { plural } from '@/state/words';

export const STATE: Record<CrossingState, { word: string; kind: 'done' | 'waiting' | 'danger' | 'plain' }> = {
  requested: { word: 'Waits for review', kind: 'waiting' },
  reviewed: { word: 'Waits for decision', kind: 'waiting' },
  emergency: { word: 'Open, emergency', kind: 'danger' },
  approved: { word: 'Approved, begins later', kind: 'done' },
  active: { word: 'Active', kind: 'done' },
  denied: { word: 'Denied', kind: 'danger' },
  refused: { word: 'Emergency refused', kind: 'danger' },
  withdrawn: { word: 'Withdrawn', kind: 'plain' },
  lapsed: { word: 'Lapsed undecided', kind: 'plain' },
  unreviewed: { word: 'Emergency unreviewed', kind: 'danger' },
  expired: { word: 'Expired', kind: 'plain' },
  revoked: { word: 'Revoked', kind: 'danger' },
  audited: { word: 'Audited', kind: 'done' },
};

/** Fields that are often enough to tell whether it is the same person, and those that are asked less. */
export const FIELDS = ['name', 'birthDate', 'address', 'phone', 'email', 'idNumber', 'registrationNumber', 'date', 'amount', 'summary', 'country', 'position'] as const;

/** Markings that a court's order or a statute's own form opens; the rulebook has the last word. */
export const PAPERS = [
  { id: 'grand-jury', text: 'Grand jury, by court order' },
  { id: 'sealed', text: 'Sealed, by court order' },
  { id: 'tax', text: 'Tax, by statutory form' },
] as const;

export interface Draft {
  items: string;
  /** The handle of a pointer, in the place of ids; '' where ids are named. */
  pointer: string;
  fields: readonly string[];
  basis: string | null;
  necessity: string;
  alternatives: string;
  days: number;
  starts: string;
  links: boolean;
  emergency: boolean;
  danger: string;
  paper: { caveat: string | null; reference: string; document: string | null };
}

export const EMPTY: Draft = {
  items: '',
  pointer: '',
  fields: ['name'],
  basis: null,
  necessity: '',
  alternatives: '',
  days: 14,
  starts: '',
  links: false,
  emergency: false,
  danger: '',
  paper: { caveat: null, reference: '', document: null },
};

export function ids(text: string): string[] {
  return [...new Set(text.split(/[\s,;]+/).filter(Boolean))];
}

export function lacking(draft: Draft, limits: Figures): string[] {
  const { paper } = draft;
  return [
    !draft.pointer && ids(draft.items).length === 0 ? 'Name the records' : null,
    draft.fields.length === 0 ? 'Choose the fields' : null,
    draft.basis === null ? 'Choose the rule that allows it' : null,
    tooShort(draft.necessity, limits?.shortest_necessity) ? 'State the facts that make it necessary' : null,
    tooShort(draft.alternatives, limits?.shortest_alternatives) ? 'Say why less is not enough' : null,
    draft.emergency && tooShort(draft.danger, limits?.shortest_reason) ? 'Say which harm is imminent, and how you know' : null,
    draft.emergency && limits && ids(draft.items).length > limits.emergency_items ? `An emergency opens ${plural(limits.emergency_items, 'record')} at most` : null,
    paper.caveat && (paper.reference.trim().length < 10 || !paper.document) ? 'Name the order or form, and its document' : null,
  ].filter((one) => one !== null);
}

/** The request as the server takes it. */
export function request(draft: Draft, purpose: string, prompts: Record<string, string>, now: Date) {
  const { paper } = draft;
  return {
    purpose,
    ...(draft.pointer ? { pointer: draft.pointer } : { items: ids(draft.items) }),
    fields: draft.fields,
    basis: draft.basis,
    necessity: draft.necessity.trim(),
    alternatives: draft.alternatives.trim(),
    expires: expiry(draft.days, now),
    links: draft.links && !draft.emergency,
    prompts,
    ...(draft.starts && !draft.emergency ? { starts: draft.starts } : {}),
    ...(draft.emergency ? { danger: draft.danger.trim() } : {}),
    ...(paper.caveat && paper.document ? { instruments: [{ caveat: paper.caveat, reference: paper.reference.trim(), document: paper.document }] } : {}),
  };
}

/** The last day, as the server takes it. */
export function expiry(days: number, now: Date): string {
  return new Date(now.getTime() + days * 86_400_000).toISOString().slice(0, 10);
}

export function daysLeft(expires: string | null, now: Date): number | null {
  if (!expires) return null;
  return Math.ceil((new Date(expires).getTime() - now.getTime()) / 86_400_000);
}

export interface Step {
  id: string;
  text: string;
  note: string;
  state: 'done' | 'now' | 'later' | 'stopped';
}

const WAITING: readonly CrossingState[] = ['requested', 'reviewed', 'emergency'];
const OVER: readonly CrossingState[] = ['expired', 'revoked', 'refused', 'unreviewed', 'audited'];

const STOPPED: readonly CrossingState[] = ['denied', 'withdrawn', 'lapsed'];
const NEVER: readonly CrossingState[] = ['denied', 'refused'];
const DECISION: Partial<Record<CrossingState, string>> = { denied: 'Denied', refused: 'Denied', withdrawn: 'Withdrawn' };

function wasApproved(one: Crossing): boolean {
  if (['approved', 'active', 'expired'].includes(one.state)) return true;
  return one.decided !== null && !NEVER.includes(one.state) && one.ended_as !== 'refused';
}

function reviewNote(one: Crossing): string {
  if (!one.reviewed) return 'an approver outside both chains';
  return `${one.finding === 'permitted' ? 'Permitted' : 'Not permitted'}, ${one.reviewed_by}`;
}

/** Where it stands on its way: request, opinions, law, decision, open, over, audit. */
export function steps(one: Crossing): Step[] {
  const waits = WAITING.includes(one.state);
  const approved = wasApproved(one);
  const stopped = STOPPED.includes(one.state);
  const over = OVER.includes(one.state);
  const said = (done: boolean, now: boolean): Step['state'] => (done ? 'done' : stopped ? 'stopped' : now ? 'now' : 'later');
  return [
    { id: 'request', text: 'Requested', note: one.requester_title ?? '', state: 'done' },
    ...(one.opened ? [{ id: 'open', text: 'Opened as an emergency', note: one.opened_by ?? '', state: 'done' as const }] : []),
    { id: 'review', text: 'Legal review', note: reviewNote(one), state: said(one.reviewed !== null, waits) },
    {
      id: 'decide',
      text: DECISION[one.state] ?? 'Decision',
      note: one.decided_by ?? 'another approver',
      state: said(one.decided !== null && one.state !== 'withdrawn', waits && one.reviewed !== null),
    },
    { id: 'active', text: 'Active', note: one.starts && one.state === 'approved' ? 'from its first day' : 'the named fields can be read', state: said(approved, one.state === 'approved') },
    {
      id: 'over',
      text: one.ended_as === 'revoked' || one.state === 'revoked' ? 'Revoked' : one.ended_as === 'refused' || one.state === 'refused' ? 'Closed' : 'Expired',
      note: 'what was written on it ends too',
      state: said(over, one.state === 'active'),
    },
    { id: 'audit', text: 'Audited', note: one.audited_by ?? 'by an overseer', state: said(one.audited !== null, over && one.audited === null) },
  ];
}

/** Why deciding is not open yet, in words, for the panel beside the buttons. */
export function standing(one: Crossing): string[] {
  if (!WAITING.includes(one.state)) return [];
  return [
    ...(one.reviewed ? [] : ['Legal review missing']),
    ...one.missing_opinions.map((side) => `Opinion missing: ${side}`),
    ...one.needs.filter((need) => !need.met).map((need) => (need.kind ? `${need.caveat}: takes a ${need.kind.replace('-', ' ')}, confirmed by the review` : `${need.caveat}: nothing opens it`)),
    ...(one.in_chain ? ['You are in a chain of this request, so somebody else decides'] : []),
  ];
}

export type Act = 'approve' | 'deny' | 'revoke' | 'opinion' | 'withdraw' | 'review' | 'open' | 'audit';

export const ACTS: Record<Act, { title: string; label: string; note: string }> = {
  review: { title: 'Review the law', label: 'Record the review', note: 'It stays. Another approver decides.' },
  open: { title: 'Open in an emergency', label: 'Open it', note: 'Overseers, custodian and approvers hear of it at once. Unless it is approved within its time, it closes.' },
  approve: { title: 'Approve the crossing', label: 'Approve', note: 'The fields open for this purpose alone. It can be revoked, not taken back.' },
  deny: { title: 'Deny the crossing', label: 'Deny', note: 'The requester reads the reason. Overseers see denials too.' },
  revoke: { title: 'Revoke the crossing', label: 'Revoke', note: 'The fields close at once, with what was written on them.' },
  opinion: { title: 'Give an opinion', label: 'Give it', note: 'It stays with the request, whoever decides.' },
  withdraw: { title: 'Withdraw the request', label: 'Withdraw', note: 'The request stays in the ledger.' },
  audit: { title: 'Audit the crossing', label: 'Record the audit', note: 'Once; it stays.' },
};

export const FINDINGS = [
  { id: 'permitted', text: 'Permitted' },
  { id: 'not_permitted', text: 'Not permitted' },
] as const;
export const VERDICTS = [
  { id: 'proper', text: 'Proper' },
  { id: 'flawed', text: 'Flawed' },
  { id: 'unlawful', text: 'Unlawful' },
] as const;

export const BUTTONS: readonly { act: Act; text: string; look?: 'primary' | 'danger' }[] = [
  { act: 'opinion', text: 'Give an opinion' },
  { act: 'review', text: 'Review the law' },
  { act: 'open', text: 'Open in an emergency', look: 'danger' },
  { act: 'approve', text: 'Approve', look: 'primary' },
  { act: 'deny', text: 'Deny', look: 'danger' },
  { act: 'revoke', text: 'Revoke', look: 'danger' },
  { act: 'withdraw', text: 'Withdraw' },
  { act: 'audit', text: 'Audit', look: 'primary' },
];
