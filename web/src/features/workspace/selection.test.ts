import { describe, expect, it } from 'vitest';
import type { DatedEvent, PlacedThing } from '@/api/types';
import { bins, firstDay, inSpan, lastDay, spanOf } from '@/state/timespan';
import { flipped, isEmpty, kept, keyed, lit, litEvents, NOTHING, opened } from './selection';

const event = (id: string, on: string[], from: string, more: Partial<DatedEvent> = {}) =>
  ({ id, sort: 'link', kind: 'Payment', label: '', caption: '', on, other: null, from, to: from, source: 'bank', marking: null, place: null, ...more }) as DatedEvent;
const place = (on: string, via: string | null) => ({ on, via, lat: 1, lon: 2, label: 'Quay', marking: null }) as PlacedThing;
const IDS = ['a', 'b', 'c'];
const EVENTS = [event('1', ['a', 'b'], '2025-03-01'), event('2', ['c'], '2025-06-01')];
const PLACES = [place('a', 'quay'), place('c', null)];

describe('one selection', () => {
  it('lights everything until something is chosen', () => {
    expect([...lit(IDS, EVENTS, PLACES, NOTHING)]).toEqual(IDS);
    expect(isEmpty(NOTHING)).toBe(true);
  });
  it('narrows by time, place and entity, together', () => {
    const march = { ...NOTHING, from: '2025-03-01', to: '2025-03-31' };
    expect([...lit(IDS, EVENTS, PLACES, march)]).toEqual(['a', 'b']);
    expect([...lit(IDS, EVENTS, PLACES, { ...march, places: new Set(['quay']) })]).toEqual(['a']);
    expect([...lit(IDS, EVENTS, PLACES, { ...march, entities: new Set(['b', 'c']) })]).toEqual(['b']);
    expect(litEvents(EVENTS, new Set(['a']), march).map((one) => one.id)).toEqual(['1']);
  });
  it('lights the far end of a dated link', () => {
    expect([...lit(['a', 'x'], [event('1', ['a'], '2025-03-01', { other: 'x' })], [], { ...NOTHING, from: '2025-01-01' })]).toEqual(['a', 'x']);
  });
  it('stands in the address as dates and ids, and comes back', () => {
    const one = { ...NOTHING, from: '2025-03-01', places: new Set(['quay']), entities: new Set(['b']) };
    expect(kept(one)).toEqual({ from: '2025-03-01', to: undefined, places: ['quay'], only: ['b'] });
    expect(opened(kept(one))).toEqual(one);
    expect(opened({ from: 'yesterday' }).from).toBeNull();
  });
  it('flips one member', () => expect([...flipped(flipped(new Set(['a']), 'b'), 'a')]).toEqual(['b']));
});

describe('time', () => {
  it('fills dates that stop at the year or month', () => expect(['2025', '2025-03', '2025-03-09', '2025-03-09T10:00'].map(firstDay)).toEqual(['2025-01-01', '2025-03-01', '2025-03-09', '2025-03-09']));
  it('spans the links, so that a date of birth flattens nothing', () => {
    expect(spanOf([...EVENTS, event('3', ['a'], '1950-01-01', { sort: 'thing' })])).toEqual({ from: '2025-03-01', to: '2025-06-01' });
    expect(spanOf([])).toBeNull();
  });
  it('ends what stops at the year or month with its last day', () =>
    expect(['2025', '2024-02', '2025-12', '2025-03-09T10:00'].map(lastDay)).toEqual(['2025-12-31', '2024-02-29', '2025-12-31', '2025-03-09']));
  it('meets a range with any part: a year to its end, an open end for ever', () => {
    const in_ = (from: string | null, to: string | null, range: { from: string | null; to: string | null }) => inSpan({ ...event('9', ['a'], '2025-01-01'), from, to }, range);
    expect(in_('2020', '2020', { from: '2020-06-01', to: null })).toBe(true);
    expect(in_('2020', '2020', { from: '2021-01-01', to: null })).toBe(false);
    expect(in_('2020-03-01', null, { from: '2026-01-01', to: '2026-02-01' })).toBe(true);
    expect(in_('2020-03-01', null, { from: null, to: '2020-02-01' })).toBe(false);
    expect(in_(null, '2019-05', { from: '2019-05-31', to: null })).toBe(true);
    expect(in_(null, '2019-05', { from: '2019-06-01', to: null })).toBe(false);
  });
  it('moves and widens by keys, and not out of sight', () => {
    const all = { from: '2025-01-01', to: '2025-12-31' };
    const range = { from: '2025-03-01', to: '2025-03-08' };
    expect(keyed(range, ']', false, all)).toEqual({ from: '2025-03-03', to: '2025-03-10' });
    expect(keyed(range, '{', true, all)).toEqual({ from: '2025-02-27', to: '2025-03-08' });
    expect(keyed({ from: '2025-12-30', to: '2025-12-31' }, ']', false, { ...all, to: '2025-12-30' })).toEqual({ from: '2025-12-30', to: '2025-12-31' });
  });
  it('counts each event once, in bins of whole days', () => {
    const made = bins(EVENTS, [EVENTS[0]!], { from: '2025-03-01', to: '2025-06-01' }, 10);
    expect(made.length).toBeLessThanOrEqual(10);
    expect([made[0]?.all, made[0]?.lit, made.at(-1)?.all, made.at(-1)?.lit]).toEqual([1, 1, 1, 0]);
  });
});
