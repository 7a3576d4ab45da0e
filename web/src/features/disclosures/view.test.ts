import { describe, expect, it } from 'vitest';
import { asked, EMPTY, lacks, peopleWords } from './view';

const FULL = {
  ...EMPTY,
  items: 'register-1, register-2',
  recipient: 'District court',
  address: 'Court square 1',
  kind: 'court' as const,
  purpose: 'Trial of the invoices that were paid twice in March.',
  need: 'The payee is named in the charge.',
  right: 'Courts receive files by statute.',
  nature: 'Two names',
};

describe('a disclosure', () => {
  it('names everything that is missing', () => {
    expect(lacks(EMPTY)).toHaveLength(6);
    expect(lacks(FULL)).toEqual([]);
  });
  it('asks a law-enforcement body for its written request', () => {
    expect(lacks({ ...FULL, kind: 'law_enforcement', accepted: '2026-01-01' })).toEqual(['the written request']);
  });
  it('sends lists as lists and leaves empty parts out', () => {
    const body = asked(FULL);
    expect(body['items']).toEqual(['register-1', 'register-2']);
    expect(body).not.toHaveProperty('caveats');
  });
  it('says who would be named, by category', () => {
    expect(peopleWords({ suspect: 2, witness: 1, total: 3 })).toBe('2 suspect, 1 witness');
    expect(peopleWords({ total: 0 })).toBe('no people');
  });
});
