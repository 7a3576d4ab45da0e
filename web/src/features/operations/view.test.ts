import { describe, expect, it } from 'vitest';
import { howFar, lacking, moneyOf, peopleOf, ratioOf, sitesOf, stateOf, type Draft } from './view';

const FIGURES = { regime: 'criminal' as const, planned: 4, targeted: 4, collateral: 1, ratio: 1.25, planned_cost: 0, budget: 8000, spent: 6200, over_budget: false };
const DRAFT: Draft = {
  title: 'Lantern yard',
  starts: '2026-10-02',
  sites: '12 Quay Street\n\n Pier 9 ',
  aims: [{ text: 'Find the second set of books', instrument: 'search warrant', authority: 'smr-pen-118' }],
  category: 'suspect',
  people: '4',
  budget: '8000',
};

describe('an operation in words', () => {
  it('says what was planned beside what happened', () => {
    expect(peopleOf(FIGURES)).toBe('4 planned · 4 targeted + 1 collateral');
    expect(ratioOf(FIGURES)).toBe('125 %');
    expect(ratioOf({ ...FIGURES, ratio: null })).toBe('not planned');
    expect(moneyOf(FIGURES)).toBe('6,200 of 8,000');
  });
  it('keeps a state it does not know', () => expect(stateOf('paused').word).toBe('paused'));
});

describe('a plan before it is sent', () => {
  it('is whole', () => {
    expect(lacking(DRAFT)).toEqual({});
    expect(sitesOf(DRAFT)).toEqual(['12 Quay Street', 'Pier 9']);
  });
  it.each([
    ['title', 'x'],
    ['starts', 'soon'],
    ['sites', ' \n'],
    ['people', 'many'],
    ['budget', '1.5x'],
  ] as const)('lacks %s', (name, value) => {
    expect(Object.keys(lacking({ ...DRAFT, [name]: value }))).toEqual([name]);
  });
});

describe('a table that is being taken in', () => {
  it.each([
    [{ state: 'waiting', rows: 0, total: null }, 'It waits for the worker.'],
    [{ state: 'running', rows: 5000, total: null }, 'Taking in: 5,000 rows.'],
    [{ state: 'running', rows: 5000, total: 20000 }, 'Taking in: 5,000 of 20,000 rows.'],
  ] as const)('says how far it is', (one, said) => expect(howFar(one)).toBe(said));
});
