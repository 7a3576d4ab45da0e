import { describe, expect, it } from 'vitest';
import { rulesOf } from './data';

describe('rulesOf', () => {
  it('names each rule by its dotted key', () => {
    expect(rulesOf({ bulk_threshold: 50, inquiry: { hours: 8 }, categories: { victim: ['criminal'], uncategorised: [] } })).toEqual([
      { key: 'bulk_threshold', value: '50' },
      { key: 'inquiry.hours', value: '8' },
      { key: 'categories.victim', value: 'criminal' },
      { key: 'categories.uncategorised', value: 'none' },
    ]);
  });
  it('says nothing of an empty group', () => {
    expect(rulesOf({ agreements: {} })).toEqual([]);
  });
});
