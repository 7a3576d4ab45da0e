/** What a steward or an administrator proposes here: the form, where it is sent, and what is sent. Pure. */
import type { Proposal } from '@/api/types';
import type { Address } from '@/api/typed';

export type Act = 'agreement_extend' | 'agreement_end' | 'agreement_add' | 'assessment_add' | 'authority_extend' | 'authority_end';

export interface Field {
  name: string;
  label: string;
  note?: string;
  optional?: boolean;
}

interface Form {
  text: string;
  roles: readonly string[];
  fields: readonly Field[];
  path: (draft: Draft) => Address<'post'>;
  body: (draft: Draft) => Record<string, unknown>;
}

export type Draft = Record<string, string>;

const AGREEMENT: Field = { name: 'id', label: 'Agreement', note: 'its id, as AG-014' };
const AUTHORITY: Field = { name: 'id', label: 'Authority', note: 'its code, as 18-usc-1956' };
const SOURCE: Field = { name: 'id', label: 'Source', note: 'its name' };
const UNTIL: Field = { name: 'until', label: 'Last day', note: 'YYYY-MM-DD' };
const at = (draft: Draft, name: string) => (draft[name] ?? '').trim();
const words = (text: string) =>
  text
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean);

export const FORMS: Record<Act, Form> = {
  agreement_extend: {
    text: 'Extend an agreement',
    roles: ['steward'],
    fields: [AGREEMENT, UNTIL],
    path: (draft) => `/agreements/${encodeURIComponent(at(draft, 'id'))}/extend`,
    body: (draft) => ({ expires: at(draft, 'until') }),
  },
  agreement_end: { text: 'End an agreement', roles: ['steward'], fields: [AGREEMENT], path: (draft) => `/agreements/${encodeURIComponent(at(draft, 'id'))}/expire`, body: () => ({}) },
  agreement_add: {
    text: 'Another agreement',
    roles: ['steward'],
    fields: [
      SOURCE,
      { name: 'agreement', label: 'Agreement', note: 'a new id' },
      { name: 'regimes', label: 'Regimes', note: 'with commas' },
      { name: 'units', label: 'Units', note: 'with commas; all without', optional: true },
      UNTIL,
    ],
    path: (draft) => `/sources/${encodeURIComponent(at(draft, 'id'))}/renew`,
    body: (draft) => ({ agreement: { id: at(draft, 'agreement'), regimes: words(at(draft, 'regimes')), units: words(at(draft, 'units')), expires: at(draft, 'until') } }),
  },
  assessment_add: {
    text: 'Renew an assessment',
    roles: ['steward'],
    fields: [SOURCE, { name: 'assessment', label: 'Assessment', note: 'its id, as PIA-031' }, { name: 'approved', label: 'Approved on', note: 'YYYY-MM-DD' }, UNTIL],
    path: (draft) => `/sources/${encodeURIComponent(at(draft, 'id'))}/renew`,
    body: (draft) => ({ assessment: { id: at(draft, 'assessment'), approved: at(draft, 'approved'), expires: at(draft, 'until') } }),
  },
  authority_extend: {
    text: 'Extend an authority',
    roles: ['steward', 'admin'],
    fields: [AUTHORITY, { ...UNTIL, note: 'none without', optional: true }],
    path: (draft) => `/authorities/${encodeURIComponent(at(draft, 'id'))}/extend`,
    body: (draft) => ({ valid_to: at(draft, 'until') || null }),
  },
  authority_end: { text: 'End an authority', roles: ['steward', 'admin'], fields: [AUTHORITY], path: (draft) => `/authorities/${encodeURIComponent(at(draft, 'id'))}/disable`, body: () => ({}) },
};

/** The acts that a desk of this role proposes. */
export function actsOf(role: string): Act[] {
  return (Object.keys(FORMS) as Act[]).filter((act) => FORMS[act].roles.includes(role));
}

export function lacking(act: Act, draft: Draft): string[] {
  return [...FORMS[act].fields, { name: 'reason', label: 'Reason' } as Field].filter((one) => !one.optional && at(draft, one.name) === '').map((one) => one.name);
}

/** What is sent: the act's own part and why. */
export function sent(act: Act, draft: Draft): Record<string, unknown> {
  return { ...FORMS[act].body(draft), reason: at(draft, 'reason') };
}

const KINDS: Record<Proposal['kind'], string> = {
  authority_add: 'New authority',
  authority_extend: 'Longer authority',
  authority_end: 'End of an authority',
  source_add: 'New source',
  source_renew: 'Further terms of a source',
  agreement_extend: 'Longer agreement',
  agreement_end: 'End of an agreement',
  power: 'Power',
  group: 'Group that gives a power',
  programme: 'Lead programme',
};
export const kindText = (kind: Proposal['kind']): string => KINDS[kind];

function plain(value: unknown): string {
  if (Array.isArray(value)) return value.map(plain).join(', ') || 'none';
  if (value !== null && typeof value === 'object') return termsText(value as Record<string, unknown>);
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '–';
}

/** The terms that will hold, in one line: what is decided is read whole. */
export function termsText(terms: Record<string, unknown>): string {
  // Of a programme its change is read, part by part; the whole stands on the programmes' page.
  const read = 'diff' in terms ? Object.fromEntries(Object.entries(terms).filter(([name]) => name !== 'config')) : terms;
  return Object.entries(read)
    .filter(([, value]) => value !== '' && !(Array.isArray(value) && value.length === 0))
    .map(([name, value]) => `${name.replaceAll('_', ' ')}: ${plain(value)}`)
    .join('; ');
}
