import { describe, expect, it } from 'vitest';
import type { Pointer } from '@/api/types';
import { holder, known, pointerTitle } from './pointers';

const one: Pointer = { tier: 1, count: 'fewer than 5', regime: null, custodian: null, case: null, kind: null, month: null };
const two: Pointer = { ...one, tier: 2, regime: 'criminal', custodian: 'customs' };
const three: Pointer = { ...two, tier: 3, kind: 'Person', month: '2026-03' };
const inCase: Pointer = { ...three, case: 'C-2026-0007' };

describe('a pointer', () => {
  it('is told as far as its tier goes', () => {
    expect([one, two, three, inCase].map((told) => known(told).map(([name]) => name))).toEqual([
      ['How many'],
      ['Regime', 'Custodian', 'How many'],
      ['Regime', 'Custodian', 'Kind', 'Month', 'How many'],
      ['Regime', 'Custodian', 'Held in', 'Kind', 'Month', 'How many'],
    ]);
    expect(Object.fromEntries(known(inCase))).toMatchObject({ 'Held in': 'Case C-2026-0007', Month: 'Mar 2026' });
  });
  it('names the case in the list of results', () => {
    expect([two, three, inCase].map(pointerTitle)).toEqual([
      'A record matches', 'A person matches, Mar 2026', 'A person matches, case C-2026-0007, Mar 2026',
    ]);
  });
  it('says who holds it', () => {
    expect([one, two, inCase].map(holder)).toEqual([null, 'Held by customs', 'Held by customs, in case C-2026-0007']);
  });
});
