import { describe, expect, it } from 'vitest';
import type { CustodyLink, DocumentReading } from '@/api/types';
import { hourBars, hoursOf, linkWords, shownLinks, unread } from './work';

function link(act: string, n: number): CustodyLink {
  return {
    n,
    act,
    giver: 'ana',
    giver_title: 'Ana',
    taker: 'bo',
    taker_title: 'Bo',
    place: 'Lab',
    reason: '',
    by: 'bo',
    by_title: 'Bo',
    at: '2026-06-12T06:52:00Z',
    entry: 'e',
    seal: 's',
    sha256: null,
  };
}

describe('the chain of custody', () => {
  it('shows an accepted offer as one transfer', () => {
    const chain = ['seize', 'offer', 'accept', 'store', 'offer', 'decline'].map(link);
    expect(shownLinks(chain).map((one) => one.act)).toEqual(['seize', 'accept', 'store', 'offer', 'decline']);
  });
  it('shows what a supervisor gave to another custodian', () => {
    const chain = ['seize', 'reassign', 'accept'].map(link);
    expect(shownLinks(chain).map((one) => linkWords(one).act)).toEqual(['Seized', 'Reassigned', 'Transferred']);
    expect(linkWords(link('reassign', 1)).who).toBe('Ana → Bo');
  });
  it('names both people of a transfer', () => {
    expect(linkWords(link('accept', 1))).toEqual({ act: 'Transferred', who: 'Ana → Bo' });
    expect(linkWords(link('store', 1))).toEqual({ act: 'Stored', who: 'Bo' });
  });
});

describe('hours', () => {
  it('keeps one order of activities over all weeks', () => {
    const weeks = [
      { week: '2026-W40', minutes: 90, activities: { records: 60, court: 30 } },
      { week: '2026-W41', minutes: 200, activities: { court: 20, records: 180 } },
    ];
    expect(hourBars(weeks).map((bar) => bar.parts.map((part) => part.activity))).toEqual([
      ['records', 'court'],
      ['records', 'court'],
    ]);
    expect(hourBars(weeks, 1)).toHaveLength(1);
  });
  it('says hours without needless digits', () => {
    expect([hoursOf(120), hoursOf(90)]).toEqual(['2', '1.5']);
  });
});

describe('a document', () => {
  const read = (state: string) => unread({ document: 'd', state } as DocumentReading);
  it('may be asked to be read where it was not', () => {
    expect([unread(undefined), read('stopped'), read('broken'), read('empty')]).toEqual([true, true, true, true]);
  });
  it('is left alone while it waits and once its words are there', () => {
    expect([read('waiting'), read('extracted')]).toEqual([false, false]);
  });
});
