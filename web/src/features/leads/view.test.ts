import { describe, expect, it } from 'vitest';
import type { Lead } from '@/api/types';
import { asked, codesOf, EMPTY, happened, placesOf, promise, readLeads, sendWord, since, standsBefore, type Draft } from './view';

const event = (what: string) => ({ at: '2026-11-20T10:00:00Z', by: 'Piet Sand', what, details: {}, entry: null });
const check = (name: string, result: string, matched: string[] = []) => ({
  name,
  title: name,
  system: 'Reading',
  required: true,
  ends: null,
  entries: [{ result, matched, system: 'Reading', finding: 'Found.', evidence: '', by: 'mara.holt', by_title: 'Mara Holt', at: null }],
});
const BASE = {
  number: 'L-2026-4711',
  state: 'vetting',
  may: ['check', 'close', 'viable', 'hold'],
  gaps: [],
  checklist: [],
  cross_to: ['labour'],
  refer_to: ['fraud'],
  close_codes: ['duplicate', 'insufficient', 'wrong_person'],
  related: [],
  duplicate_of: null,
  held: false,
  viable_by: null,
  history: [],
} as unknown as Lead;
const lead = (changes: Partial<Lead> = {}): Lead => ({ ...BASE, ...changes });
const draft = (changes: Partial<Draft>): Draft => ({ ...EMPTY, reason: 'The register number agrees with two records.', ...changes });

describe('what stands before a decision', () => {
  it('is nothing when it is the reader’s and a reason is given', () => {
    expect(standsBefore(lead(), draft({ choice: 'viable' }), 'mara.holt')).toEqual([]);
  });
  it('names each thing: gaps, the reason, the code', () => {
    const gaps = [{ code: 'check', text: 'Register: not done', name: 'register' }];
    expect(standsBefore(lead({ gaps }), draft({ choice: 'viable', reason: 'short' }), 'mara.holt')).toEqual(['Register: not done', 'Reason: 40 characters or more']);
    expect(standsBefore(lead(), draft({ choice: 'close' }), 'mara.holt')).toEqual(['No code is chosen']);
    expect(standsBefore(lead(), draft({ choice: 'close', code: 'duplicate' }), 'mara.holt')).toEqual(['The lead that it repeats isn’t named']);
    expect(standsBefore(lead(), EMPTY, 'mara.holt')).toEqual(['No decision is chosen']);
  });
  it('rule 24: who called it viable cannot confirm it', () => {
    const one = lead({ state: 'viable', may: [], viable_by: 'mara.holt' });
    expect(standsBefore(one, draft({ choice: 'confirm' }), 'mara.holt')).toEqual(['You called it viable: another person has to look']);
    expect(standsBefore({ ...one, may: ['confirm', 'return'] }, draft({ choice: 'confirm' }), 'piet.sand')).toEqual([]);
  });
  it('rules 29 and 41: a reason stands in for a second identifier, never for a name and a birth date', () => {
    const gaps = [{ code: 'identity', text: 'No two identifiers match', name: null }];
    const why = draft({ choice: 'viable', matchReason: 'The register number is unique and the extract names the same address.' });
    expect(standsBefore(lead({ gaps, checklist: [check('register', 'confirmed', ['registrationNumber'])] }), why, 'mara.holt')).toEqual([]);
    expect(standsBefore(lead({ gaps, checklist: [check('register', 'confirmed', ['name', 'birthDate'])] }), why, 'mara.holt')).toEqual(['No two identifiers match']);
    expect(standsBefore(lead({ gaps, checklist: [check('register', 'refuted', ['registrationNumber'])] }), why, 'mara.holt')).toEqual(['No two identifiers match']);
  });
  it('puts what others changed first', () => {
    expect(standsBefore(lead(), draft({ choice: 'viable' }), 'mara.holt', 2)[0]).toMatch(/Others changed/);
  });
  it('a package wants a unit and a basis, a crossing its five statements', () => {
    const one = lead({ state: 'checked', may: ['refer', 'close'] });
    expect(standsBefore(one, draft({ choice: 'refer' }), 'mara.holt')).toEqual(['No unit is named']);
    expect(standsBefore(one, draft({ choice: 'refer', to: 'fraud', reason: '' }), 'mara.holt')).toEqual(['Basis: 40 characters or more']);
    expect(standsBefore(one, draft({ choice: 'refer', to: 'labour' }), 'mara.holt')).toHaveLength(5);
    expect(standsBefore({ ...one, held: true }, draft({ choice: 'refer', to: 'fraud' }), 'mara.holt')).toEqual(['A claim of citizenship or status isn’t cleared']);
  });
  it('after a referral only the wrong person is left to say', () => {
    const one = lead({ state: 'referred', may: ['correct'] });
    expect(codesOf(one)).toEqual(['wrong_person']);
    expect(standsBefore(one, draft({ choice: 'close', code: 'insufficient' }), 'mara.holt')).toEqual(['No code is chosen']);
    expect(standsBefore(one, draft({ choice: 'close', code: 'wrong_person' }), 'mara.holt')).toEqual([]);
  });
});

describe('what is sent', () => {
  it('says the decision and leaves out what was not asked', () => {
    expect(asked(lead(), draft({ choice: 'viable', code: 'duplicate' }))).toEqual({ act: 'decide', body: { code: 'viable', reason: 'The register number agrees with two records.' } });
    expect(asked(lead(), draft({ choice: 'close', code: 'duplicate', of: 'L-2026-0001' })).body).toMatchObject({ code: 'duplicate', of: 'L-2026-0001' });
    expect(asked(lead(), draft({ choice: 'refer', to: 'fraud', caveats: 'Do not ring.\n\n' }))).toMatchObject({ act: 'refer', body: { to: 'fraud', caveats: ['Do not ring.'], documents: [] } });
  });
  it('sends named fields alone to another regime', () => {
    const across = draft({ choice: 'refer', to: 'labour', fields: ['name'], basis: 'smr-lab-31', necessity: 'n', alternatives: 'a', expires: '2027-01-01', caveats: 'x' });
    expect(asked(lead(), across).body).toEqual({ to: 'labour', crossing: { fields: ['name'], basis: 'smr-lab-31', necessity: 'n', alternatives: 'a', expires: '2027-01-01' } });
    expect(sendWord(lead(), across)).toBe('Ask for a crossing');
  });
});

describe('what others did meanwhile', () => {
  const history = [event('decided: viable'), event('opened a search'), event('checked register'), event('received')];
  it('is what came after the revision that was read; a search that was opened is none', () => {
    expect(since(history, 1).map((one) => one.what)).toEqual(['decided: viable', 'checked register']);
    expect(since(history, 3)).toEqual([]);
    expect(since(history, 9)).toEqual([]);
  });
  it('is said with its reason', () => expect(happened({ ...event('decided: viable'), details: { reason: 'Two records agree.', state: 'viable' } })).toBe('decided: viable: Two records agree.'));
});

describe('the queue', () => {
  it('says how far off the promise is', () => {
    const now = new Date('2026-11-20T12:00:00Z');
    expect([promise('2026-11-20T14:00:00Z', now).text, promise('2026-11-15T12:00:00Z', now), promise(null, now).text]).toEqual(['2 h left', { text: '5 d late', late: true }, '–']);
  });
  it('reads its address and nothing else', () => {
    expect(readLeads({ tab: 'second', programme: 'x', cite: 3 })).toEqual({ tab: 'second', programme: 'x', cite: undefined });
    expect(readLeads({ tab: 'nonsense' }).tab).toBeUndefined();
  });
  it('lies at a vetter’s desk, and at no case', () => {
    expect(placesOf({ kind: 'desk', role: 'vetter' })).toContain('queue');
    expect(placesOf({ kind: 'desk', role: 'admin' })).toEqual(['programmes']);
    expect(placesOf({ kind: 'case', role: null })).toEqual([]);
    expect(placesOf({ kind: 'oversight', role: 'overseer' })).not.toContain('referrals');
  });
});
