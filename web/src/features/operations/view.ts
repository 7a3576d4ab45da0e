import type { ExtractRow, Operation, OperationLine } from '@/api/types';
import { count } from '@/state/words';

export type OperationState = 'draft' | 'legal_review' | 'cleared' | 'returned' | 'approved' | 'active' | 'closed' | 'reviewed';

export const STATE: Record<OperationState, { word: string; kind: 'done' | 'waiting' | 'danger' | 'plain' }> = {
  draft: { word: 'Draft', kind: 'plain' },
  legal_review: { word: 'Legal review', kind: 'waiting' },
  cleared: { word: 'Waits for approval', kind: 'waiting' },
  returned: { word: 'Returned', kind: 'danger' },
  approved: { word: 'Approved', kind: 'done' },
  active: { word: 'Under way', kind: 'done' },
  closed: { word: 'Closed', kind: 'waiting' },
  reviewed: { word: 'Reviewed', kind: 'plain' },
};

export function stateOf(word: string): { word: string; kind: 'done' | 'waiting' | 'danger' | 'plain' } {
  return word in STATE ? STATE[word as OperationState] : { word, kind: 'plain' };
}

export const FLAGS: Record<string, string> = {
  over_budget: 'Over budget',
  collateral_majority: 'More collateral than targeted',
  civil_majority: 'More people of civil law than the warrant’s',
  several_regimes: 'Several regimes',
  over_plan: 'More arrests than planned',
  drift: 'More civil than criminal arrests',
  outside_plan: 'Met outside the plan',
  minor: 'A minor was met',
  copied_facts: 'Facts or sources repeat',
  regime_changed: 'Custody went over to another law',
  held_elsewhere: 'In custody elsewhere already',
  held_after_close: 'Closed with people in custody',
};

/** What is odd about one encounter or event of custody, as it is stored with it. */
export const MARKS: Record<string, string> = {
  before_start: 'before the start',
  after_close: 'after the close',
  other_place: 'none of the sites',
  other_unit: 'officer of another unit',
  minor: 'minor',
  facts_alike: 'facts like another’s',
  sources_alike: 'one source twice',
  same_name: 'same name as another',
  over_plan: 'beyond the number planned',
  regime_changed: 'another law took over',
  held_elsewhere: 'stopped: in custody elsewhere',
};

/** Whether an entry stands, or which one stands in its place. */
export function standing(one: { corrects: string | null; corrected_by: string | null }): string {
  if (one.corrected_by) return `corrected by ${one.corrected_by}`;
  return one.corrects ? `corrects ${one.corrects}` : '';
}

export const INSTRUMENTS = ['search warrant', 'arrest warrant', 'administrative warrant', 'summons', 'consent', 'none'] as const;
export const CATEGORIES = ['suspect', 'convicted', 'associate', 'other', 'victim', 'witness'] as const;

/** "4 planned · 4 targeted + 1 collateral": people of one regime, as planned and as met. */
export function peopleOf(one: OperationLine['figures'][number]): string {
  const beside = one.collateral > 0 ? ` + ${one.collateral} collateral` : '';
  return `${one.planned} planned · ${one.targeted} targeted${beside}`;
}

export function ratioOf(one: OperationLine['figures'][number]): string {
  return one.ratio === null ? 'not planned' : `${Math.round(one.ratio * 100)} %`;
}

export function moneyOf(one: OperationLine['figures'][number]): string {
  const format = (amount: number) => amount.toLocaleString('en', { maximumFractionDigits: 0 });
  return `${format(one.spent)} of ${format(one.budget)}`;
}

/** The grounds on which somebody was met, in the officer's own words. */
export function groundsOf(one: Operation['encounters'][number]): string {
  return (one.basis === 'warrant' ? one.warrant : one.facts) ?? '';
}

export interface Aim {
  text: string;
  instrument: string;
  authority: string;
}

export interface Draft {
  title: string;
  starts: string;
  sites: string;
  aims: Aim[];
  category: string;
  people: string;
  budget: string;
}

/** What a plan still lacks before it can be sent; the server judges the rest. */
export function lacking(draft: Draft): Partial<Record<'title' | 'starts' | 'sites' | 'aims' | 'people' | 'budget', string>> {
  const lacks: ReturnType<typeof lacking> = {};
  if (draft.title.trim().length < 5) lacks.title = 'Five characters or more.';
  if (!/^\d{4}-\d{2}-\d{2}$/.test(draft.starts)) lacks.starts = 'A day, as YYYY-MM-DD.';
  if (sitesOf(draft).length === 0) lacks.sites = 'At least one place.';
  if (draft.aims.some((aim) => aim.text.trim().length < 10 || !aim.instrument || !aim.authority)) lacks.aims = 'Each objective has a text of ten characters, an instrument and an authority.';
  if (!/^\d{1,4}$/.test(draft.people)) lacks.people = 'A number of people.';
  if (!/^\d{0,9}$/.test(draft.budget)) lacks.budget = 'A whole amount.';
  return lacks;
}

export function sitesOf(draft: Draft): string[] {
  return draft.sites
    .split('\n')
    .map((one) => one.trim())
    .filter(Boolean);
}

export const TABLE_KINDS = [
  { id: 'arrests', text: 'Arrests' },
  { id: 'detentions', text: 'Detentions' },
  { id: 'removals', text: 'Removals' },
] as const;

const TABLE_STATE: Record<ExtractRow['state'], { word: string; kind: 'done' | 'waiting' | 'danger' }> = {
  open: { word: 'begun', kind: 'waiting' },
  waiting: { word: 'waits for the worker', kind: 'waiting' },
  running: { word: 'being taken in', kind: 'waiting' },
  done: { word: 'taken in', kind: 'done' },
  failed: { word: 'not taken', kind: 'danger' },
};

export function tableState(state: ExtractRow['state']): { word: string; kind: 'done' | 'waiting' | 'danger' } {
  return TABLE_STATE[state];
}

/** "Taking in: 5,000 of 20,000 rows." */
export function howFar(one: Pick<ExtractRow, 'state' | 'rows' | 'total'>): string {
  if (one.state === 'waiting') return 'It waits for the worker.';
  return `Taking in: ${count(one.rows)}${one.total === null ? '' : ` of ${count(one.total)}`} rows.`;
}
