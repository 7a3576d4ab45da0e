/** Bulk runs in words: what each state waits for, how a list is read, what may be compared. */
import type { BulkRun } from '@/api/types';

export const STATE: Record<BulkRun['state'], { word: string; kind: 'waiting' | 'done' | 'danger' | 'plain' }> = {
  requested: { word: 'Waits for its sample', kind: 'plain' },
  sampled: { word: 'Sample to be judged', kind: 'waiting' },
  measured: { word: 'Waits for approval', kind: 'waiting' },
  approved: { word: 'Approved', kind: 'done' },
  denied: { word: 'Denied', kind: 'danger' },
  withdrawn: { word: 'Withdrawn', kind: 'plain' },
  running: { word: 'Runs', kind: 'waiting' },
  done: { word: 'Done', kind: 'done' },
};

export const COMPARED = [
  { id: 'identifier', text: 'An identifier' },
  { id: 'address', text: 'The address' },
  { id: 'phone', text: 'The telephone number' },
  { id: 'email', text: 'The e-mail address' },
  { id: 'account', text: 'The account' },
  { id: 'document', text: 'A document' },
  { id: 'photograph', text: 'A photograph' },
  { id: 'employer', text: 'The employer' },
  { id: 'birth_place', text: 'The place of birth' },
  { id: 'statement', text: 'A statement' },
  { id: 'birth_date', text: 'Name and birth date only' },
  { id: 'name', text: 'The name only' },
] as const;
export type Compared = (typeof COMPARED)[number]['id'];

export const VERDICTS = [
  { id: 'confirmed', text: 'Confirmed' },
  { id: 'wrong', text: 'Wrong' },
  { id: 'unsure', text: 'Unsure' },
] as const;
export type Verdict = (typeof VERDICTS)[number]['id'];

export function percent(part: number | null): string {
  return part === null ? '–' : `${(part * 100).toFixed(1)} %`;
}

export interface Draft {
  list: string;
  population: string;
  aim: string;
  expected: string;
}

export const EMPTY: Draft = { list: '', population: '', aim: '', expected: '' };

/** One person a line, the birth date behind a semicolon. */
export function linesOf(list: string): { q: string; born: string | null }[] {
  return list
    .split('\n')
    .map((row) => {
      const [name = '', born = ''] = row.split(';');
      return { q: name.trim(), born: born.trim() || null };
    })
    .filter((line) => line.q !== '');
}

export function lacks(draft: Draft): string[] {
  return [
    ...(linesOf(draft.list).length === 0 ? ['the list'] : []),
    ...(draft.population.trim().length < 20 ? ['who is on it (20 characters)'] : []),
    ...(draft.aim.trim().length < 40 ? ['what for (40 characters)'] : []),
    ...(/^[1-9]\d{0,7}$/.test(draft.expected.trim()) ? [] : ['how many matches you expect']),
  ];
}

export function asked(draft: Draft): Record<string, unknown> {
  return { lines: linesOf(draft.list), population: draft.population, aim: draft.aim, expected: Number(draft.expected) };
}

/** What to do next, in one sentence. */
export function nextStep(run: BulkRun, own: boolean): string {
  switch (run.state) {
    case 'requested':
      return own ? 'Draw the sample: which lines it takes follows from a seed that is kept.' : 'Its case draws the sample first.';
    case 'sampled':
      return own ? 'Judge each match of the sample below; then the error rate is known.' : 'Its case judges the sample first.';
    case 'measured':
      return own ? 'A supervisor who neither asked nor judged decides.' : 'Approve or deny by what the sample showed.';
    case 'approved':
      return 'The list may be run once.';
    case 'running':
      return 'Stopped in between, it goes on where it was.';
    case 'done':
      return 'Judge each match: what nobody judges in time is gone.';
    default:
      return 'Nothing follows from it.';
  }
}
