/** The view of a search: what the address holds, and what the answer becomes on the screen. Pure. */
import type { Facet, Hit, Pointer, Regime, SearchAnswer } from '@/api/types';
import { REGIMES, regimesTold } from '@/state/regime';

/** What is searched for, with which filters. It lies in this tab and not in the address (state/searches.ts). */
export interface View {
  q?: string | undefined;
  schema?: string[] | undefined;
  source?: string[] | undefined;
  country?: string[] | undefined;
  from?: string | undefined;
  to?: string | undefined;
  fuzzy?: number | undefined;
  sort?: 'score' | 'newest' | undefined;
}

function word(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined;
}

function words(value: unknown): string[] | undefined {
  const list = (Array.isArray(value) ? value : [value]).flatMap((one) => word(one) ?? []);
  return list.length > 0 ? list : undefined;
}

/** The address: the id of a search, or, of an address that somebody typed or kept from before, the search itself. */
export interface SearchAddress extends View {
  s?: string | undefined;
}

export function readSearch(raw: Record<string, unknown>): SearchAddress {
  const s = word(raw['s']);
  return s ? { s } : readView(raw);
}

export function readView(raw: Record<string, unknown>): View {
  const fuzzy = Number(raw['fuzzy']);
  return {
    q: word(raw['q']),
    schema: words(raw['schema']),
    source: words(raw['source']),
    country: words(raw['country']),
    from: word(raw['from']),
    to: word(raw['to']),
    fuzzy: raw['fuzzy'] !== undefined && [0, 1, 2].includes(fuzzy) ? fuzzy : undefined,
    sort: raw['sort'] === 'newest' ? 'newest' : undefined,
  };
}

export type FacetName = 'schema' | 'source' | 'country';

export function toggled(view: View, facet: FacetName, value: string): View {
  const now = view[facet] ?? [];
  const next = now.includes(value) ? now.filter((one) => one !== value) : [...now, value];
  return { ...view, [facet]: next.length > 0 ? next : undefined };
}

export function filtersSet(view: View): number {
  const lists = (view.schema?.length ?? 0) + (view.source?.length ?? 0) + (view.country?.length ?? 0);
  return lists + (view.from || view.to ? 1 : 0);
}

export function cleared(view: View): View {
  return { q: view.q, fuzzy: view.fuzzy, sort: view.sort };
}

/** A search needs words: attributes alone are a list, and lists of people go through bulk approval. */
export function canSearch(view: View): boolean {
  return (view.q ?? '').trim().length > 0;
}

export interface Tile {
  regime: Regime;
  scope: 'own' | 'pointers' | 'nothing' | 'undisclosed';
  figure: string | null;
  note: string;
}

function pointerFigure(pointers: readonly Pointer[]): string {
  const told = pointers.flatMap((one) => (one.count === null || one.count === undefined ? [] : [String(one.count)]));
  if (told.length === 1 && pointers.length === 1) return told[0] ?? '';
  return String(pointers.length);
}

/** One tile per regime: what may I open, and what else exists as far as it may be told. A pointer that names several counts in each. */
export function tiles(answer: Pick<SearchAnswer, 'total' | 'total_capped' | 'total_text' | 'pointers'>, own: Regime): Tile[] {
  const first: Tile = { regime: own, scope: 'own', figure: totalText(answer), note: 'you can open' };
  const others = REGIMES.filter((one) => one !== own).map((regime): Tile => {
    if (regime === 'oversight') return { regime, scope: 'undisclosed', figure: null, note: 'not disclosed' };
    const here = answer.pointers.filter((one) => regimesTold(one.regime).includes(regime));
    if (here.length === 0) return { regime, scope: 'nothing', figure: null, note: 'nothing disclosed' };
    return { regime, scope: 'pointers', figure: pointerFigure(here), note: 'exist, withheld' };
  });
  return [first, ...others];
}

export function totalText(answer: Pick<SearchAnswer, 'total' | 'total_capped' | 'total_text'>): string {
  if (answer.total_text) return answer.total_text;
  const number = new Intl.NumberFormat('en').format(answer.total);
  return answer.total_capped ? `more than ${number}` : number;
}

/** Counts without regime (tier 1): told in one line, since no tile may be named for them. */
export function unplaced(pointers: readonly Pointer[]): string | null {
  const counts = pointers.filter((one) => !one.regime && one.count !== null && one.count !== undefined);
  return counts.length > 0 ? counts.map((one) => String(one.count)).join(', ') : null;
}

export type Row = { kind: 'hit'; hit: Hit } | { kind: 'pointer'; pointer: Pointer; index: number };

const POINTERS_AFTER = 5;

/** Pointers stand after the first hits: near enough to be seen, never before what can be opened. */
export function rows(hits: readonly Hit[], pointers: readonly Pointer[]): Row[] {
  const placed = pointers.filter((one) => one.regime).map((pointer, index): Row => ({ kind: 'pointer', pointer, index }));
  const found = hits.map((hit): Row => ({ kind: 'hit', hit }));
  return [...found.slice(0, POINTERS_AFTER), ...placed, ...found.slice(POINTERS_AFTER)];
}

export interface Bar {
  from: string;
  count: number;
  inside: boolean;
}

/** Bars of the date facet; those outside the chosen range stay, dimmed. */
export function bars(facet: readonly Facet[], view: Pick<View, 'from' | 'to'>): Bar[] {
  return facet
    .filter((one) => /^\d{4}(-\d{2})?$/.test(one.value))
    .toSorted((a, b) => a.value.localeCompare(b.value))
    .map((one) => ({ from: one.value, count: one.count, inside: within(one.value, view) }));
}

function within(value: string, { from, to }: Pick<View, 'from' | 'to'>): boolean {
  const afterStart = !from || value >= from.slice(0, value.length);
  return afterStart && (!to || value <= to.slice(0, value.length));
}

export interface Picked {
  active: number;
  chosen: ReadonlySet<string>;
}

/** Moving and choosing in the list, as J K X do it. */
export function moved(active: number, by: number, count: number): number {
  return count === 0 ? -1 : Math.max(0, Math.min(count - 1, active + by));
}

export function flipped(chosen: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(chosen);
  if (!next.delete(id)) next.add(id);
  return next;
}

const WHY: Record<string, string> = { name: 'exact', typo: 'typo', phonetic: 'sound', identifier: 'identifier', text: 'text' };

export function whyWord(kind: string): string {
  return WHY[kind] ?? kind;
}

/** The words to mark in a row: what was asked, and what it matched as. */
export function matchWords(hit: Hit, query: string): string[] {
  const asked = query.split(/\s+/);
  const matched = hit.why.flatMap((one) => [one.query ?? '', ...(one.value ?? '').split(/\s+/).filter((part) => one.kind !== 'text' && one.text.includes(part))]);
  return [...new Set([...asked, ...matched])].filter((one) => one.length > 1);
}
