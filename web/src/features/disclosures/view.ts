/** A disclosure as the API tells it; what each state means to people. */
export type State = 'draft' | 'submitted' | 'approved' | 'denied' | 'sent' | 'recalled' | 'withdrawn';

export interface Row {
  disclosure: string;
  case: string | null;
  unit: string;
  regime: string;
  authority: string;
  recipient: string;
  address: string;
  recipient_kind: string;
  nature: string;
  purpose: string;
  state: State;
  people: Record<string, number>;
  fields: string[];
  caveats: string;
  requester: string | null;
  approver: string | null;
  second: string | null;
  needs_second: boolean;
  reason: string;
  made: string;
  decided: string | null;
  sent: string | null;
  recalled: string | null;
  recall_reason: string;
  package_sha256: string | null;
  items: number;
}

export interface Line {
  id: string;
  schema: string;
  category: string | null;
  reliability: string;
  currency: string | null;
  properties: Record<string, string[]> | null;
  sources: string[] | null;
}

export interface Notice {
  id: string;
  kind: string;
  text: string;
  at: string;
  confirmed: string | null;
  confirmed_by: string;
}

export interface Owed {
  disclosure: string;
  case: string | null;
  recipient: string;
  notice: string;
  kind: string;
  text: string;
  at: string;
  days: number;
}

export interface Whole extends Row {
  request: string;
  need_to_know: string;
  right_to_know: string;
  others_justified: string;
  rules_accepted: string | null;
  changed: boolean | null;
  lines: Line[];
  notices: Notice[];
}

export const STATE: Record<State, { word: string; kind: 'waiting' | 'done' | 'danger' | 'plain' }> = {
  draft: { word: 'Draft', kind: 'plain' },
  submitted: { word: 'Waiting', kind: 'waiting' },
  approved: { word: 'Approved', kind: 'done' },
  denied: { word: 'Denied', kind: 'danger' },
  sent: { word: 'Sent', kind: 'done' },
  recalled: { word: 'Recalled', kind: 'danger' },
  withdrawn: { word: 'Taken back', kind: 'plain' },
};

export const RECIPIENTS = [
  { id: 'prosecutor', text: 'Prosecutor' },
  { id: 'court', text: 'Court' },
  { id: 'law_enforcement', text: 'Law enforcement' },
  { id: 'regulator', text: 'Regulator' },
  { id: 'victim_services', text: 'Victim services' },
  { id: 'subject', text: 'The person' },
  { id: 'other', text: 'Other' },
] as const;

/** "2 suspects, 1 witness": who would be named, by category. */
export function peopleWords(people: Record<string, number>): string {
  const parts = Object.entries(people)
    .filter(([name]) => name !== 'total')
    .map(([name, n]) => `${n} ${name}`);
  return parts.length > 0 ? parts.join(', ') : 'no people';
}

export interface Draft {
  items: string;
  fields: string;
  recipient: string;
  address: string;
  kind: (typeof RECIPIENTS)[number]['id'];
  accepted: string;
  request: string;
  purpose: string;
  need: string;
  right: string;
  nature: string;
  others: string;
  caveats: string;
}

export const EMPTY: Draft = {
  items: '',
  fields: 'name',
  recipient: '',
  address: '',
  kind: 'prosecutor',
  accepted: '',
  request: '',
  purpose: '',
  need: '',
  right: '',
  nature: '',
  others: '',
  caveats: '',
};

const words = (text: string) => text.split(/[\s,]+/).filter(Boolean);

/** What the API takes; empty parts are left out, so that the server names what is missing. */
export function asked(draft: Draft): Record<string, unknown> {
  const optional = { rules_accepted: draft.accepted, request: draft.request, others_justified: draft.others, caveats: draft.caveats };
  return {
    items: words(draft.items),
    fields: words(draft.fields),
    recipient: draft.recipient,
    address: draft.address,
    recipient_kind: draft.kind,
    purpose: draft.purpose,
    need_to_know: draft.need,
    right_to_know: draft.right,
    nature: draft.nature,
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value.trim() !== '')),
  };
}

/** What is still missing before it can be prepared; empty when nothing is. */
export function lacks(draft: Draft): string[] {
  const found: string[] = [];
  if (words(draft.items).length === 0) found.push('what should leave');
  if (draft.recipient.trim().length < 3 || draft.address.trim().length < 8) found.push('recipient and address');
  if (draft.purpose.trim().length < 40) found.push('a purpose of 40 characters');
  if (draft.need.trim().length < 20 || draft.right.trim().length < 20) found.push('need and right to know, 20 characters each');
  if (draft.nature.trim().length < 5) found.push('what it is, in a few words');
  if (draft.kind === 'law_enforcement' && draft.request.trim().length < 20) found.push('the written request');
  if (!['subject', 'court'].includes(draft.kind) && draft.accepted === '') found.push('when the recipient accepted the rules');
  return found;
}
