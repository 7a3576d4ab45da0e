import { describe, expect, it } from 'vitest';
import { bodyOf, lacking, NOBODY, SOURCE, type Met } from './encounter';

const FACTS = 'Stood at the safe with the ledger of account 4711 in hand and tried to leave by the yard.';
const met: Met = {
  ...NOBODY,
  name: 'Ida Quill',
  day: '2026-11-30',
  clock: '14:05',
  place: '12 Quay Street',
  selection: 'collateral',
  authority: '18-usc-1956',
  basis: 'facts',
  grounds: FACTS,
  outcome: 'released',
};

describe('an encounter that is typed', () => {
  it('says at each field what it lacks', () => {
    expect(Object.keys(lacking(NOBODY)).toSorted()).toEqual(['authority', 'basis', 'clock', 'day', 'name', 'outcome', 'place', 'selection']);
    expect(lacking(met)).toEqual({});
    expect(lacking({ ...met, grounds: 'Seen there.' }).grounds).toContain('40 characters');
    expect(lacking({ ...met, basis: 'warrant', grounds: '' }).grounds).toContain('warrant');
    expect(Object.keys(lacking({ ...met, day: '30.11.2026', clock: '25:00', born: '1990', sources: [SOURCE] })).toSorted()).toEqual(['born', 'clock', 'day', 'sources']);
  });

  it('is sent as a moment, with the grounds under the basis they are of', () => {
    const body = bodyOf({ ...met, indicia: 'passport\n\nsays he is a citizen' });
    expect(body).toMatchObject({ facts: FACTS, warrant: null, time: new Date('2026-11-30T14:05').toISOString(), indicia: [{ kind: 'passport' }, { kind: 'says he is a citizen' }] });
    expect(bodyOf({ ...met, basis: 'warrant', grounds: 'W 12/26' })).toMatchObject({ warrant: 'W 12/26', facts: null });
  });

  it('holds nothing but who they are of victims and witnesses', () => {
    const victim = { ...NOBODY, name: 'Rosa', category: 'victim', note: 'Kept her papers.' };
    expect(lacking(victim)).toEqual({});
    expect(bodyOf(victim)).toEqual({ person: { name: 'Rosa', category: 'victim', note: 'Kept her papers.' } });
  });
});
