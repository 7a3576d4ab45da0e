/** Cases: words of their states, groups of their people, what a form still lacks. Pure. */
import type { Activity, CaseItem, CaseState } from '@/api/types';
import { day } from '@/state/words';

export const STATE: Record<CaseState, { word: string; kind: 'done' | 'waiting' | 'danger' | 'plain' }> = {
  draft: { word: 'Draft', kind: 'plain' },
  submitted: { word: 'Waits for approval', kind: 'waiting' },
  returned: { word: 'Returned', kind: 'danger' },
  open: { word: 'Open', kind: 'done' },
  suspended: { word: 'Suspended', kind: 'waiting' },
  closure_requested: { word: 'Closure waits', kind: 'waiting' },
  reopen_requested: { word: 'Reopening waits', kind: 'waiting' },
  closed: { word: 'Closed', kind: 'plain' },
};

/** Categories of people (rule 18), in the order in which a case lists them. */
export const CATEGORIES = ['suspect', 'convicted', 'victim', 'witness', 'associate', 'other'] as const;
export type Category = (typeof CATEGORIES)[number];

const PEOPLE = new Set(['Person']);

export function isPerson(schema: string | null): boolean {
  return schema !== null && PEOPLE.has(schema);
}

export function byCategory(items: readonly CaseItem[]): { category: string; items: CaseItem[] }[] {
  const people = items.filter((one) => one.role !== null || isPerson(one.schema));
  const order = [...CATEGORIES, 'uncategorised'];
  return order.map((category) => ({ category, items: people.filter((one) => (one.role ?? 'uncategorised') === category) })).filter((group) => group.items.length > 0);
}

export function things(items: readonly CaseItem[]): CaseItem[] {
  return items.filter((one) => one.role === null && !isPerson(one.schema));
}

/** What the source has made of a row since the case took it in; the case keeps the version that it relied on. */
export function changedSince(item: CaseItem): string | null {
  if (!item.newer) return null;
  const when = item.newer.at ? `, ${day(item.newer.at)}` : '';
  return item.newer.gone ? `The source took it away since${when}` : `The source changed it since: version ${item.newer.version}${when}`;
}

/** The entity whose page shows an item: its own, or what a source's row is about now. */
export function pageOf(item: CaseItem): string | null {
  return item.kind === 'record' ? item.entity : item.id;
}

/** "added Rajesh Mahlangu to the case as associate": the event's words with the name of what it touched. */
export function activityText(one: Activity, captions: ReadonlyMap<string, string>): string {
  const words = one.text || one.what.replaceAll('_', ' ');
  const name = captions.get(one.object?.id ?? '');
  const said = (key: string) => (typeof one.new?.[key] === 'string' ? String(one.new[key]) : null);
  const about = name ? (words.startsWith('added') ? words.replace('added', `added ${name}`) : `${words}: ${name}`) : words;
  const category = said('category');
  const crossing = said('crossing');
  const reason = said('reason') ?? said('summary');
  const done = [about, category && `as ${category}`, crossing].filter(Boolean).join(' ');
  return reason ? `${done}: ${reason}` : done;
}

export const TABS = ['overview', 'people', 'items', 'evidence', 'tasks', 'reports', 'hours', 'notes', 'documents', 'activity'] as const;
export type Tab = (typeof TABS)[number];

export function readTab(raw: Record<string, unknown>): { tab?: Tab | undefined } {
  return { tab: TABS.find((one) => one === raw['tab']) };
}

export interface NewCase {
  title: string;
  authority: string;
  predicate: string;
  category: string;
}

export const PREDICATE_LENGTH = 40;

/** What the form still lacks, by field. The server checks again and more. */
export function lacking(draft: NewCase, regime: string | null): Partial<Record<keyof NewCase, string>> {
  const lacks: Partial<Record<keyof NewCase, string>> = {};
  if (draft.title.trim().length < 5) lacks.title = 'A title of 5 characters or more.';
  if (!draft.authority) lacks.authority = 'The statute section that gives the right to investigate.';
  if (draft.predicate.trim().length < PREDICATE_LENGTH) lacks.predicate = `The facts that justify the case, ${PREDICATE_LENGTH} characters or more.`;
  if (regime === 'criminal' && !draft.category.trim()) lacks.category = 'A criminal case names the criminal activity.';
  return lacks;
}
