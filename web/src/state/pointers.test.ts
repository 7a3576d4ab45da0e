import { describe, expect, it } from 'vitest';
import type { Pointer } from '@/api/types';
import { addressOf, holder, kindWord, known, pointerAt, pointerHue, pointerTitle, readAddress, stripLine, withheldTitle } from './pointers';
import { forgetSearches } from './searches';

const one: Pointer = { tier: 1, count: 'fewer than 5', regime: null, custodian: null, case: null, kind: null, month: null, handle: null };
const two: Pointer = { ...one, tier: 2, regime: 'criminal', custodian: 'customs' };
const three: Pointer = { ...two, tier: 3, kind: 'Person', month: '2026-03' };
const inCase: Pointer = { ...three, case: 'C-2026-0007' };
const several: Pointer = { ...two, regime: 'civil/criminal', custodian: 'fraud/labour' };

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
    expect([two, three, inCase].map(pointerTitle)).toEqual(['A record matches', 'A person matches, Mar 2026', 'A person matches, case C-2026-0007, Mar 2026']);
  });
  it('says who holds it', () => {
    expect([one, two, inCase].map(holder)).toEqual([null, 'Held by customs', 'Held by customs, in case C-2026-0007']);
  });
  it('says in one line what exists beside an entity', () => {
    expect([one, inCase, { ...two, count: null }].map(stripLine)).toEqual([
      { many: 'Fewer than 5 more records, withheld', more: '' },
      { many: 'Fewer than 5 more records, withheld', more: 'Held by customs, in case C-2026-0007 · Person · Mar 2026' },
      { many: 'More records, withheld', more: 'Held by customs' },
    ]);
  });
});

describe('a pointer of several regimes', () => {
  it('tells them all, in words', () => {
    expect(Object.fromEntries(known(several))).toMatchObject({ Regime: 'Civil and criminal', Custodian: 'fraud and labour' });
    expect(holder(several)).toBe('Held by fraud and labour');
    expect(holder({ ...several, custodian: '/labour' })).toBe('Held by labour');
  });
  it('has the hue of none of them', () => {
    expect([several, two, one, null].map(pointerHue)).toEqual(['none', 'criminal', 'none', 'none']);
  });
  it('is named in the heading of its page', () => {
    expect([several, two, one].map((told) => withheldTitle(told))).toEqual([
      'A civil and criminal record matches your search',
      'A criminal record matches your search',
      'A record matches your search',
    ]);
    expect(withheldTitle({ ...two, regime: 'oversight' }, true)).toBe('An oversight record exists beside what you opened');
  });
});

describe('the kind of what is withheld', () => {
  it('reads as a sentence, with its article', () => {
    const title = (kind: string) => pointerTitle({ ...two, kind });
    expect(['Organization', 'BankAccount', 'UserAccount', 'Event', 'RealEstate', 'LegalEntity', 'Thing', 'UnknownLink', 'Identification'].map(title)).toEqual([
      'An organization matches',
      'A bank account matches',
      'A user account matches',
      'An event matches',
      'A piece of real estate matches',
      'A legal entity matches',
      'A record matches',
      'A link matches',
      'An identity paper matches',
    ]);
  });
  it('is a record where the tier tells no kind', () => expect(kindWord(null)).toBe('record'));
});

describe('the address of a pointer', () => {
  it('holds what its tier told, and gives it back', () => {
    for (const told of [one, two, inCase, several]) {
      const address = addressOf(told, { r: 'bank-1' });
      expect(pointerAt(readAddress({ ...address }))).toEqual(told);
      expect(address).toMatchObject({ r: 'bank-1' });
    }
  });
  it('leaves the handle in the tab, until whoever works there signs out', () => {
    const held = new Map<string, string>();
    const tab = {
      get length() {
        return held.size;
      },
      key: (index: number) => [...held.keys()][index] ?? null,
      getItem: (key: string) => held.get(key) ?? null,
      setItem: (key: string, value: string) => void held.set(key, value),
      removeItem: (key: string) => void held.delete(key),
      clear: () => held.clear(),
    };
    const address = addressOf({ ...two, handle: 'eyJr.00ff' }, { s: '3f2a.1' }, tab);
    expect(JSON.stringify(address)).not.toContain('eyJr');
    expect(pointerAt(readAddress({ ...address }), tab).handle).toBe('eyJr.00ff');
    expect(pointerAt(readAddress({ ...address, s: '3f2a.2' }), tab).handle).toBe(null);
    forgetSearches(tab);
    expect(pointerAt(readAddress({ ...address }), tab).handle).toBe(null);
  });
  it('shows no word that is no regime', () => {
    expect([{ regime: 'civil/toString' }, { regime: 'martial' }, { regime: 7 }].map((raw) => pointerAt(readAddress(raw)).regime)).toEqual(['civil', null, null]);
  });
});
