/** Days, spans and bins of dated things, as timelines draw them. */
import type { DatedEvent } from '@/api/types';

/** FollowTheMoney dates may stop at the year or month: they fill it. */
export function firstDay(value: string): string {
  return `${value.slice(0, 10)}${'-01-01'.slice(Math.max(0, value.length - 4))}`.slice(0, 10);
}

/** The last day that a date of any precision may mean. */
export function lastDay(value: string): string {
  if (value.length >= 10) return value.slice(0, 10);
  if (value.length === 4) return `${value}-12-31`;
  return new Date(Date.UTC(Number(value.slice(0, 4)), Number(value.slice(5, 7)), 0)).toISOString().slice(0, 10);
}

const MS = 86_400_000;

export function plusDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * MS).toISOString().slice(0, 10);
}

export function daysBetween(a: string, b: string): number {
  return Math.round((Date.parse(`${b}T00:00:00Z`) - Date.parse(`${a}T00:00:00Z`)) / MS);
}

export interface Span {
  from: string;
  to: string;
}

/** What the timeline spans: the links' dates where there are any, since a date of birth would flatten the rest. */
export function spanOf(events: readonly DatedEvent[]): Span | null {
  const some = events.filter((one) => one.sort === 'link');
  const days = (some.length > 0 ? some : events).flatMap((one) => [...(one.from ? [firstDay(one.from)] : []), ...(one.to ? [lastDay(one.to)] : [])]).toSorted();
  const [first, last] = [days[0], days.at(-1)];
  return first && last ? { from: first, to: last } : null;
}

export interface Bin extends Span {
  all: number;
  lit: number;
}

/** Equal bins of whole days over the span; an event counts on the day when it began. */
export function bins(events: readonly DatedEvent[], bright: readonly DatedEvent[], span: Span, wanted: number): Bin[] {
  const days = daysBetween(span.from, span.to) + 1;
  const wide = Math.max(1, Math.ceil(days / Math.max(1, wanted)));
  const made: Bin[] = Array.from({ length: Math.ceil(days / wide) }, (_, n) => ({ from: plusDays(span.from, n * wide), to: plusDays(span.from, n * wide + wide - 1), all: 0, lit: 0 }));
  const shining = new Set(bright.map((one) => one.id));
  for (const event of events) {
    const begin = event.from ?? event.to;
    const bin = begin ? made[Math.floor(daysBetween(span.from, firstDay(begin)) / wide)] : undefined;
    if (!bin) continue;
    bin.all += 1;
    if (shining.has(event.id)) bin.lit += 1;
  }
  return made;
}

/** Whether any part of an event lies in a range. An end that was left open lies before, or after, every day. */
export function inSpan(event: DatedEvent, range: { from: string | null; to: string | null }): boolean {
  if (!event.from && !event.to) return false;
  return (!range.to || !event.from || firstDay(event.from) <= range.to) && (!range.from || !event.to || lastDay(event.to) >= range.from);
}
