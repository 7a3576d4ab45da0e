/** A lead as people read it, and what a decision still lacks. Pure. */
import type { CheckEntry, Lead, LeadCheck, LeadState, Purpose } from '@/api/types';
import { tooShort, type Figures } from '@/state/limits';

export const TABS = ['to_vet', 'second', 'decided', 'changed'] as const;
export type TabName = (typeof TABS)[number];

export interface LeadSearch {
  tab?: TabName | undefined;
  programme?: string | undefined;
  cite?: string | undefined;
}

export function readLeads(raw: Record<string, unknown>): LeadSearch {
  const tab = TABS.find((one) => one === raw['tab']);
  const text = (name: string) => (typeof raw[name] === 'string' && raw[name] !== '' ? raw[name] : undefined);
  return { tab, programme: text('programme'), cite: text('cite') };
}

type Kind = 'done' | 'waiting' | 'danger' | 'plain';

export const STATE: Record<LeadState, { word: string; kind: Kind }> = {
  received: { word: 'Received', kind: 'plain' },
  vetting: { word: 'Being vetted', kind: 'waiting' },
  viable: { word: 'Needs a second person', kind: 'waiting' },
  checked: { word: 'Confirmed by two', kind: 'done' },
  crossing: { word: 'Waits for a crossing', kind: 'waiting' },
  referred: { word: 'Referred', kind: 'waiting' },
  accepted: { word: 'Accepted', kind: 'done' },
  declined: { word: 'Declined', kind: 'danger' },
  finished: { word: 'Finished', kind: 'done' },
  closed: { word: 'Closed', kind: 'plain' },
};

const CODES: Readonly<Record<string, string>> = {
  departed: 'Has left',
  in_status: 'Has a status',
  pending_benefit: 'An application is pending',
  duplicate: 'Repeats another lead',
  insufficient: 'Not enough to go on',
  wrong_person: 'The wrong person',
  unfounded: 'Unfounded',
  acted: 'Acted on',
  nothing_found: 'Nothing found',
  not_located: 'Not located',
  case_opened: 'A case was opened',
  merged: 'Merged into a case',
};

export function codeWord(code: string): string {
  return CODES[code] ?? code.replaceAll('_', ' ');
}

const PROPERTIES: Readonly<Record<string, string>> = {
  name: 'Name',
  birthDate: 'Born',
  registrationNumber: 'Register number',
  phone: 'Telephone',
  email: 'E-mail',
  passportNumber: 'Passport',
  idNumber: 'Identity number',
};

export function propertyWord(name: string): string {
  return PROPERTIES[name] ?? name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
}

export const RESULTS = ['confirmed', 'refuted', 'nothing', 'inconclusive', 'claim'] as const;
export type Result = (typeof RESULTS)[number];
const RESULT: Readonly<Record<string, { word: string; kind: Kind }>> = {
  confirmed: { word: 'Confirmed', kind: 'done' },
  refuted: { word: 'Refuted', kind: 'danger' },
  nothing: { word: 'Nothing found', kind: 'done' },
  inconclusive: { word: 'Inconclusive', kind: 'waiting' },
  claim: { word: 'Claim of status', kind: 'waiting' },
};

export function resultOf(result: string): { word: string; kind: Kind } {
  return RESULT[result] ?? { word: result, kind: 'plain' };
}

/** Results whose finding is judged as every reason is; a claim, and what is open, are taken as they come. */
export const FOUND: readonly Result[] = ['confirmed', 'refuted', 'nothing'];

export interface Proof {
  kind: 'record' | 'document' | 'consulted';
  record: string;
  document: string;
  system: string;
  reference: string;
}

export const NO_PROOF: Proof = { kind: 'document', record: '', document: '', system: '', reference: '' };
export const PROOFS: readonly (readonly [Proof['kind'], string])[] = [
  ['document', 'Document'],
  ['record', 'Record'],
  ['consulted', 'Asked outside'],
];

/** Does it name something? */
export function rested(proof: Proof): boolean {
  if (proof.kind === 'consulted') return proof.system !== '' && proof.reference.trim() !== '';
  return (proof.kind === 'record' ? proof.record : proof.document).trim() !== '';
}

/** What is sent of it; a consultation is entered when it was made. */
export function proofBody(proof: Proof, now: Date = new Date()): Record<string, unknown> {
  if (!rested(proof)) return {};
  if (proof.kind === 'record') return { evidence: proof.record.trim() };
  if (proof.kind === 'document') return { document: proof.document.trim() };
  return { consulted: { system: proof.system, reference: proof.reference.trim(), time: now.toISOString() } };
}

/** A check is done when its latest entry found something out, be it that there is nothing. */
export function latest(check: LeadCheck): CheckEntry | null {
  return check.entries[0] ?? null;
}

/** Does this result end the lead? What was found of somebody who left or has a status is no tick. */
export function endsLead(check: LeadCheck, result: string): boolean {
  const ends = check.ends ?? {};
  return result in ends || (result === 'refuted' && !('confirmed' in ends));
}

export function isDone(check: LeadCheck): boolean {
  const last = latest(check);
  return last !== null && last.result !== 'inconclusive';
}

const HOUR = 3_600_000;

/** How far off the promised answer is: hours up to two days, then days. */
export function promise(due: string | null, now: Date): { text: string; late: boolean } {
  if (!due) return { text: '–', late: false };
  const hours = (new Date(due).getTime() - now.getTime()) / HOUR;
  const size = Math.abs(hours);
  const text = size < 48 ? `${Math.max(1, Math.round(size))} h` : `${Math.round(size / 24)} d`;
  return hours < 0 ? { text: `${text} late`, late: true } : { text: `${text} left`, late: false };
}

/** What happened to the lead after the first `read` events, which the reader has in front of them; newest first. */
export function since(history: Lead['history'], read: number): Lead['history'] {
  const counted = counting(history);
  return counted.slice(0, Math.max(0, counted.length - read));
}

/** A search that was opened changes nothing of what others have read. */
function counting(history: Lead['history']): Lead['history'] {
  return history.filter((one) => one.what !== 'opened a search');
}

/** What the reader has in front of them: the revision that a decision names, and how much had happened by then. */
export function asRead(lead: Lead): { revision: string; events: number } {
  return { revision: lead.revision ?? '', events: counting(lead.history).length };
}

export function happened(event: Lead['history'][number]): string {
  const said = ['reason', 'basis', 'predicate', 'result', 'status', 'to', 'outcome'].flatMap((name) => {
    const value = event.details[name];
    return typeof value === 'string' && value !== '' ? [value] : [];
  });
  const [first, second] = said;
  return `${event.what}${first ? `: ${first}` : ''}${second ? ` (${second})` : ''}`;
}

export type Choice = 'viable' | 'confirm' | 'refer' | 'return' | 'close';

export const CHOICES: readonly { id: Choice; text: string; note: string }[] = [
  { id: 'viable', text: 'Call it viable', note: 'Goes to a second person' },
  { id: 'confirm', text: 'Confirm', note: 'As second person: it holds' },
  { id: 'refer', text: 'Refer to a unit', note: 'Another regime: by a crossing' },
  { id: 'return', text: 'Ask for more', note: 'As second person: back to vetting' },
  { id: 'close', text: 'Close', note: 'With a code; deleted in time' },
];

export interface Draft {
  choice: Choice | null;
  reason: string;
  matchReason: string;
  code: string;
  of: string;
  to: string;
  documents: string;
  caveats: string;
  due: string;
  fields: readonly string[];
  basis: string;
  necessity: string;
  alternatives: string;
  expires: string;
}

export const EMPTY: Draft = {
  choice: null,
  reason: '',
  matchReason: '',
  code: '',
  of: '',
  to: '',
  documents: '',
  caveats: '',
  due: '',
  fields: [],
  basis: '',
  necessity: '',
  alternatives: '',
  expires: '',
};

/** Reasons are judged by the rulebook's own length (limits.shortest_reason); this is its usual one. */
export const LEAST = { reason: 40, match: 40, claim: 10, predicate: 40 } as const;

export function crosses(lead: Pick<Lead, 'cross_to'>, draft: Pick<Draft, 'to'>): boolean {
  return lead.cross_to.includes(draft.to);
}

/** Codes that may end it: after a referral only the wrong person is left, as a correction. */
export function codesOf(lead: Pick<Lead, 'close_codes' | 'may'>): string[] {
  return lead.may.includes('correct') ? lead.close_codes.filter((one) => one === 'wrong_person') : lead.close_codes;
}

function short(text: string, least: number): boolean {
  return text.trim().length < least;
}

const EARLY: readonly LeadState[] = ['received', 'vetting'];

function stateSaid(lead: Lead): string[] {
  return [`It is ${STATE[lead.state].word.toLowerCase()}`];
}

/** Why a decision isn't the reader's to take now, as the lead's state has it. */
const NOT_NOW: Record<Choice, (lead: Lead, me: string) => string[]> = {
  viable: (lead) => (lead.state === 'received' ? ['No check is entered yet: the first one takes the lead'] : lead.state === 'vetting' ? ['Vetting is a vetter’s work'] : stateSaid(lead)),
  confirm: second,
  return: second,
  refer: (lead) => ([...EARLY, 'viable'].includes(lead.state) ? ['A second person has not confirmed it'] : stateSaid(lead)),
  close: (lead) => (lead.state === 'viable' ? ['It waits for the second person, who can return it'] : stateSaid(lead)),
};

function second(lead: Lead, me: string): string[] {
  if (lead.state === 'viable' && lead.viable_by === me) return ['You called it viable: another person has to look'];
  return EARLY.includes(lead.state) ? ['Nobody has called it viable yet'] : stateSaid(lead);
}

function notNow(lead: Lead, choice: Choice, me: string): string[] {
  const open = lead.may.includes(choice) || (choice === 'close' && lead.may.includes('correct'));
  return open ? [] : NOT_NOW[choice](lead, me);
}

/** The match counts as made when one identifier agrees and a person says why it is enough (rules 29, 41). */
function gapsLeft(lead: Lead, draft: Draft): string[] {
  const one = lead.checklist.some((check) => latest(check)?.result === 'confirmed' && (latest(check)?.matched ?? []).some((name) => name !== 'name' && name !== 'birthDate'));
  const reasoned = one && !short(draft.matchReason, LEAST.match);
  return lead.gaps.filter((gap) => gap.code !== 'identity' || !reasoned).map((gap) => gap.text);
}

function referralLacks(lead: Lead, draft: Draft, limits: Figures): string[] {
  if (!draft.to) return ['No unit is named'];
  if (!crosses(lead, draft)) return short(draft.reason, LEAST.reason) ? [`Basis: ${LEAST.reason} characters or more`] : [];
  return [
    ...(draft.fields.length === 0 ? ['No field is named: only named fields cross'] : []),
    ...(draft.basis ? [] : ['The recipient’s authority is not named']),
    ...(tooShort(draft.necessity, limits?.shortest_necessity) ? ['Necessity is not stated'] : []),
    ...(tooShort(draft.alternatives, limits?.shortest_alternatives) ? ['Alternatives are not stated'] : []),
    ...(draft.expires ? [] : ['The last day is missing']),
  ];
}

/** Everything that stands before sending this decision; the server judges again. */
export function standsBefore(lead: Lead, draft: Draft, me: string, unread = 0, limits: Figures = null): string[] {
  if (!draft.choice) return ['No decision is chosen'];
  const found = notNow(lead, draft.choice, me);
  if (unread > 0) found.unshift('Others changed the lead: read what, first');
  if (found.length > 0) return found;
  if (draft.choice === 'viable' || draft.choice === 'confirm') found.push(...gapsLeft(lead, draft));
  if (draft.choice === 'refer') {
    if (lead.held) found.push('A claim of citizenship or status isn’t cleared');
    return [...found, ...referralLacks(lead, draft, limits)];
  }
  if (draft.choice === 'close') {
    if (!codesOf(lead).includes(draft.code)) found.push('No code is chosen');
    if (draft.code === 'duplicate' && !draft.of && !lead.duplicate_of && !lead.twin_of) found.push('The lead that it repeats isn’t named');
  }
  if (short(draft.reason, LEAST.reason)) found.push(`Reason: ${LEAST.reason} characters or more`);
  return found;
}

function lines(text: string): string[] {
  return text
    .split('\n')
    .map((one) => one.trim())
    .filter(Boolean);
}

/** What is sent for a decision. */
export function asked(lead: Lead, draft: Draft): { act: 'refer' | 'decide'; body: Record<string, unknown> } {
  const reason = draft.reason.trim();
  if (draft.choice === 'refer' && crosses(lead, draft)) {
    const { fields, basis, necessity, alternatives, expires } = draft;
    return { act: 'refer', body: { to: draft.to, crossing: { fields: [...fields], basis, necessity: necessity.trim(), alternatives: alternatives.trim(), expires } } };
  }
  if (draft.choice === 'refer') {
    return { act: 'refer', body: { to: draft.to, basis: reason, documents: lines(draft.documents), caveats: lines(draft.caveats), ...(draft.due ? { due: draft.due } : {}) } };
  }
  const code = draft.choice === 'close' ? draft.code : (draft.choice ?? '');
  const match = draft.choice === 'viable' && draft.matchReason.trim() ? { match_reason: draft.matchReason.trim() } : {};
  const of = draft.choice === 'close' && draft.code === 'duplicate' && draft.of ? { of: draft.of } : {};
  return { act: 'decide', body: { code, reason, ...match, ...of } };
}

/** What the sending button says. */
export function sendWord(lead: Lead, draft: Draft): string {
  if (draft.choice === 'viable') return 'Send to second review';
  if (draft.choice === 'confirm') return 'Confirm';
  if (draft.choice === 'return') return 'Return to vetting';
  if (draft.choice === 'refer') return crosses(lead, draft) ? 'Ask for a crossing' : 'Send the package';
  return 'Close the lead';
}

export function doneWord(lead: Lead): string {
  const words: Partial<Record<LeadState, string>> = {
    viable: 'called viable; a second person looks now',
    checked: 'confirmed by two people',
    vetting: 'back in vetting',
    crossing: 'waits for a crossing',
    referred: 'referred',
    closed: `closed: ${codeWord(lead.code ?? '').toLowerCase()}`,
  };
  return `${lead.number} ${words[lead.state] ?? STATE[lead.state].word.toLowerCase()}`;
}

export type Place = 'queue' | 'referrals' | 'intake' | 'programmes' | 'notices';

/** Which parts of lead vetting a purpose opens; the server decides anew. */
export function placesOf(purpose: Pick<Purpose, 'kind' | 'role'> | null): Place[] {
  if (purpose?.kind === 'oversight') return ['queue', 'programmes', 'notices'];
  if (purpose?.kind !== 'desk') return [];
  if (purpose.role === 'vetter' || purpose.role === 'supervisor') return ['queue', 'referrals', 'intake', 'programmes', 'notices'];
  return purpose.role === 'steward' || purpose.role === 'admin' ? ['programmes'] : [];
}

export const ANSWERS: Readonly<Record<string, readonly ('acknowledge' | 'accept' | 'decline' | 'outcome')[]>> = { sent: ['acknowledge'], acknowledged: ['accept', 'decline'], accepted: ['outcome'] };

export const REFERRAL_STATE: Readonly<Record<string, { word: string; kind: Kind }>> = {
  asked: { word: 'Waits for a crossing', kind: 'waiting' },
  sent: { word: 'New', kind: 'waiting' },
  acknowledged: { word: 'Acknowledged', kind: 'waiting' },
  accepted: { word: 'Accepted', kind: 'done' },
  declined: { word: 'Declined', kind: 'danger' },
  finished: { word: 'Finished', kind: 'done' },
  refused: { word: 'Crossing refused', kind: 'danger' },
  withdrawn: { word: 'Taken back', kind: 'danger' },
};
