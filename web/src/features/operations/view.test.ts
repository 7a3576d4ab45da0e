import { describe, expect, it } from 'vitest';
import { lacking, moneyOf, peopleOf, ratioOf, sitesOf, stateOf, type Draft } from './view';

const FIGURES = { regime: 'criminal' as const, planned: 4, targeted: 4, collateral: 1, ratio: 1.25, planned_cost: 0, budget: 8000, spent: 6200, over_budget: false };
const DRAFT: Draft = { title: 'Lantern yard', starts: '2026-10-02', sites: '12 Quay Street\n\n Pier 9 ', aims: [{ text: 'Find the second set of books', instrument: 'search warrant', authority: 'smr-pen-118' }], category: 'suspect', people: '4', budget: '8000' };

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
  it.each([['title', 'x'], ['starts', 'soon'], ['sites', ' \n'], ['people', 'many'], ['budget', '1.5x']] as const)('lacks %s', (name, value) => {
    expect(Object.keys(lacking({ ...DRAFT, [name]: value }))).toEqual([name]);
  });
});
