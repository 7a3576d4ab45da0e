import { describe, expect, it } from 'vitest';
import type { Hit, Pointer } from '@/api/types';
import { bars, canSearch, cleared, filtersSet, flipped, moved, readView, rows, tiles, toggled, totalText, unplaced } from './view';

const pointer = (more: Partial<Pointer>): Pointer => ({ tier: 2, count: null, regime: null, custodian: null, case: null, kind: null, month: null, handle: null, ...more });
const hit = (id: string) => ({ id }) as Hit;

describe('the address of a search', () => {
  it('reads what it knows and drops the rest', () => {
    expect(readView({ q: 'brightwater', schema: 'Person', fuzzy: 2, sort: 'newest', evil: '1' })).toEqual({
      q: 'brightwater',
      schema: ['Person'],
      source: undefined,
      country: undefined,
      from: undefined,
      to: undefined,
      fuzzy: 2,
      sort: 'newest',
    });
    expect(readView({ q: 17, fuzzy: 9, sort: 'x' })).toMatchObject({ q: '17', fuzzy: undefined, sort: undefined });
  });
  it('needs words, not filters alone', () => {
    expect([canSearch({ q: ' ' }), canSearch({ schema: ['Person'] }), canSearch({ q: 'a' })]).toEqual([false, false, true]);
  });
  it('toggles filters and counts them', () => {
    const one = toggled(toggled({ q: 'x' }, 'schema', 'Person'), 'source', 'bank');
    expect(filtersSet({ ...one, from: '2025' })).toBe(3);
    expect(toggled(one, 'schema', 'Person').schema).toBeUndefined();
    expect(cleared({ ...one, fuzzy: 2 })).toEqual({ q: 'x', fuzzy: 2, sort: undefined });
  });
});

describe('the scope tiles', () => {
  const answer = { total: 1284, total_capped: false, total_text: null, pointers: [pointer({ regime: 'civil' }), pointer({ tier: 1, count: 'fewer than 5' })] };
  it('says what may be opened and what exists elsewhere', () => {
    expect(tiles(answer, 'criminal').map((one) => [one.regime, one.scope, one.figure])).toEqual([
      ['criminal', 'own', '1,284'],
      ['civil', 'pointers', '1'],
      ['regulatory', 'nothing', null],
      ['oversight', 'undisclosed', null],
    ]);
  });
  it('counts a pointer of several regimes in each that is not the own', () => {
    const told = tiles({ ...answer, pointers: [pointer({ regime: 'civil/regulatory', count: '5 to 19' }), pointer({ regime: 'civil/criminal' })] }, 'criminal');
    expect(told.map((one) => [one.scope, one.figure])).toEqual([
      ['own', '1,284'],
      ['pointers', '2'],
      ['pointers', '5 to 19'],
      ['undisclosed', null],
    ]);
    expect(rows([], [pointer({ regime: 'civil/criminal' })])).toHaveLength(1);
  });
  it('tells counts without a regime apart from the tiles', () => expect(unplaced(answer.pointers)).toBe('fewer than 5'));
  it('never tells whether oversight holds something', () => {
    const told = tiles({ ...answer, pointers: [pointer({ regime: 'oversight' })] }, 'criminal').at(-1);
    expect(told).toEqual(tiles(answer, 'criminal').at(-1));
  });
  it('says so when it stopped counting', () => {
    expect(totalText({ total: 10_000, total_capped: true, total_text: null })).toBe('more than 10,000');
    expect(totalText({ total: 3, total_capped: false, total_text: '3' })).toBe('3');
  });
});

describe('the result list', () => {
  it('puts pointers near the top, after the first hits', () => {
    const list = rows(['a', 'b', 'c', 'd', 'e', 'f'].map(hit), [pointer({ regime: 'civil' }), pointer({ tier: 1 })]);
    expect(list.map((one) => one.kind)).toEqual(['hit', 'hit', 'hit', 'hit', 'hit', 'pointer', 'hit']);
  });
  it('shows pointers when nothing else was found', () => expect(rows([], [pointer({ regime: 'civil' })])).toHaveLength(1));
  it('moves within the list and flips a choice', () => {
    expect([moved(0, -1, 3), moved(2, 1, 3), moved(0, 1, 0)]).toEqual([0, 2, -1]);
    expect([...flipped(flipped(new Set(['a']), 'b'), 'a')]).toEqual(['b']);
  });
  it('dims bars outside the dates, and keeps them', () => {
    const facet = ['2024', '2023', 'unknown', '2025'].map((value) => ({ value, label: value, count: 1 }));
    expect(bars(facet, { from: '2024-03', to: '2024-12' })).toEqual([
      { from: '2023', count: 1, inside: false },
      { from: '2024', count: 1, inside: true },
      { from: '2025', count: 1, inside: false },
    ]);
  });
});
