/** An encounter as it is typed: what it lacks, field by field, and what is sent. The server judges the rest. */
import { isDay } from '@/state/words';

export interface Source {
  kind: string;
  source: string;
  reliability: string;
  found: string;
  household: boolean;
}

export interface Met {
  name: string;
  born: string;
  category: string;
  note: string;
  day: string;
  clock: string;
  place: string;
  selection: string;
  authority: string;
  basis: string;
  grounds: string;
  outcome: string;
  sources: Source[];
  looked: string;
  indicia: string;
}

export const NOBODY: Met = {
  name: '',
  born: '',
  category: 'suspect',
  note: '',
  day: '',
  clock: '',
  place: '',
  selection: '',
  authority: '',
  basis: '',
  grounds: '',
  outcome: '',
  sources: [],
  looked: '',
  indicia: '',
};
export const SOURCE: Source = { kind: '', source: '', reliability: 'B', found: '', household: false };

export const CATEGORIES = ['suspect', 'associate', 'other', 'victim', 'witness'] as const;
export const SELECTIONS = [
  { id: 'targeted', text: 'Targeted' },
  { id: 'collateral', text: 'Collateral' },
] as const;
export const BASES = [
  { id: 'warrant', text: 'A warrant' },
  { id: 'facts', text: 'Individual facts' },
] as const;
export const OUTCOMES = ['questioned', 'released', 'cited', 'referred', 'arrested'] as const;
export const GRADES = ['A', 'B', 'C', 'D', 'E', 'F'] as const;

/** Victims and witnesses are entered apart from encounters: nothing but who they are. */
export function isProtected(met: Met): boolean {
  return met.category === 'victim' || met.category === 'witness';
}

type Lacks = Partial<Record<keyof Met, string>>;

function lacksOfMeeting(met: Met): Lacks {
  const lacks: Lacks = {};
  if (!isDay(met.day)) lacks.day = 'The day, as YYYY-MM-DD.';
  if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(met.clock)) lacks.clock = 'The time, as 14:05.';
  if (met.place.trim().length < 3) lacks.place = 'Where it was.';
  if (!met.selection) lacks.selection = 'Was this person looked for, or met beside somebody else?';
  if (!met.authority) lacks.authority = 'One of the plan’s authorities.';
  if (!met.basis) lacks.basis = 'A warrant, or facts about this person.';
  if (met.basis === 'warrant' && met.grounds.trim().length < 3) lacks.grounds = 'The warrant’s number and who issued it.';
  if (met.basis === 'facts' && met.grounds.trim().length < 40) lacks.grounds = 'What was seen or known of this person, in 40 characters or more.';
  if (!met.outcome) lacks.outcome = 'What came of it.';
  if (met.sources.some((one) => !one.kind.trim() || !one.source.trim())) lacks.sources = 'Each source has a kind and a name.';
  return lacks;
}

export function lacking(met: Met): Lacks {
  const lacks: Lacks = {};
  if (!met.name.trim()) lacks.name = 'Who it was, as far as it is known.';
  if (met.born && !isDay(met.born)) lacks.born = 'A day, as YYYY-MM-DD, or nothing.';
  return { ...lacks, ...(isProtected(met) ? {} : lacksOfMeeting(met)) };
}

/** What is sent. The time is typed by the clock of whoever types, and sent as the moment it is. */
export function bodyOf(met: Met): Record<string, unknown> {
  const filled = (value: string) => value.trim() || null;
  if (isProtected(met)) return { person: { name: met.name.trim(), category: met.category, note: filled(met.note) } };
  return {
    person: { name: met.name.trim(), birth_date: filled(met.born), category: met.category, note: filled(met.note) },
    time: new Date(`${met.day}T${met.clock}`).toISOString(),
    place: met.place.trim(),
    selection: met.selection,
    authority: met.authority,
    basis: met.basis,
    warrant: met.basis === 'warrant' ? met.grounds.trim() : null,
    facts: met.basis === 'facts' ? met.grounds.trim() : null,
    outcome: met.outcome,
    status_evidence: met.sources.map((one) => ({ ...one, found: filled(one.found) })),
    looked: filled(met.looked),
    indicia: met.indicia
      .split('\n')
      .map((one) => one.trim())
      .filter(Boolean)
      .map((kind) => ({ kind })),
  };
}
