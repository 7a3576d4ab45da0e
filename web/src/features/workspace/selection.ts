/** One selection for chart, timeline, map and table: a brush in one dims, and never removes, what it leaves out of the others. */
import type { DatedEvent, PlacedThing } from '@/api/types';
import { daysBetween, inSpan, plusDays, type Span } from '@/state/timespan';

export interface Selection {
  from: string | null;
  to: string | null;
  places: ReadonlySet<string>;
  entities: ReadonlySet<string>;
  hover: string | null;
}

export const NOTHING: Selection = { from: null, to: null, places: new Set(), entities: new Set(), hover: null };

/** What of it stands in the address: dates and ids. */
export interface Kept {
  from?: string | undefined;
  to?: string | undefined;
  places?: string[] | undefined;
  only?: string[] | undefined;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

export function opened(kept: Kept): Selection {
  return { ...NOTHING, from: kept.from && DAY.test(kept.from) ? kept.from : null, to: kept.to && DAY.test(kept.to) ? kept.to : null, places: new Set(kept.places), entities: new Set(kept.only) };
}

export function kept(one: Selection): Kept {
  return {
    from: one.from ?? undefined,
    to: one.to ?? undefined,
    places: one.places.size > 0 ? [...one.places].toSorted() : undefined,
    only: one.entities.size > 0 ? [...one.entities].toSorted() : undefined,
  };
}

export function isEmpty(one: Selection): boolean {
  return !one.from && !one.to && one.places.size === 0 && one.entities.size === 0;
}

export function flipped(set: ReadonlySet<string>, id: string): Set<string> {
  const next = new Set(set);
  if (!next.delete(id)) next.add(id);
  return next;
}

/** A place is known by the id of the entity that stands there. */
export function placeKey(one: PlacedThing): string {
  return one.via ?? one.on;
}

export function inTime(event: DatedEvent, one: Selection): boolean {
  return (!one.from && !one.to) || inSpan(event, one);
}

/** Entities that are in the light: dated within the range, at a chosen place, among the chosen. */
export function lit(ids: readonly string[], events: readonly DatedEvent[], places: readonly PlacedThing[], one: Selection): Set<string> {
  if (isEmpty(one)) return new Set(ids);
  const dated = new Set(one.from || one.to ? events.filter((event) => inTime(event, one)).flatMap((event) => [...event.on, ...(event.other ? [event.other] : [])]) : ids);
  const there = new Set(one.places.size > 0 ? places.filter((place) => one.places.has(placeKey(place))).flatMap((place) => [place.on, placeKey(place)]) : ids);
  return new Set(ids.filter((id) => dated.has(id) && there.has(id) && (one.entities.size === 0 || one.entities.has(id))));
}

export function litEvents(events: readonly DatedEvent[], light: ReadonlySet<string>, one: Selection): DatedEvent[] {
  return events.filter((event) => inTime(event, one) && event.on.some((id) => light.has(id)));
}

/** `[` and `]` move a range by a quarter of its width, with Shift they widen it at that end. */
export function keyed(range: Span, key: string, shift: boolean, within: Span): Span {
  const step = Math.max(1, Math.round((daysBetween(range.from, range.to) + 1) / 4));
  const way = key === '[' || key === '{' ? -1 : 1;
  const next = shift
    ? { from: way < 0 ? plusDays(range.from, -step) : range.from, to: way > 0 ? plusDays(range.to, step) : range.to }
    : { from: plusDays(range.from, way * step), to: plusDays(range.to, way * step) };
  if (next.to < within.from || next.from > within.to) return range;
  return next;
}
