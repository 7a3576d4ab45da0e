import { beforeAll, describe, expect, it } from 'vitest';
import type { Inquiry, Me, Purpose } from '@/api/types';

const inquiry: Inquiry = { id: 'i1', purpose: 'C-1', reason: 'r', aim: null, prompt: null, opened: null, expires: '2026-11-23T18:00:00Z', ended: null, acts_left: 150, acts_max: 200 };

describe('the working purpose', async () => {
  beforeAll(() => undefined);
  globalThis.sessionStorage ??= { getItem: () => null, setItem: () => undefined, removeItem: () => undefined } as unknown as Storage;
  const { currentPurpose, entered, remaining, scopeKey, told, withInquiry } = await import('./working');

  it('drops the inquiry when another purpose is entered', () => {
    expect(entered('C-2')).toEqual({ purpose: 'C-2', inquiry: null });
  });

  it('takes an inquiry only for its own purpose', () => {
    expect(withInquiry({ purpose: 'C-1', inquiry: null }, inquiry).inquiry).toBe(inquiry);
    expect(withInquiry({ purpose: 'C-2', inquiry: null }, inquiry).inquiry).toBeNull();
  });

  it('begins every query key with the purpose and the inquiry', () => {
    expect(scopeKey({ purpose: 'C-1', inquiry })).toEqual(['w', 'C-1', 'i1']);
    expect(scopeKey({ purpose: 'C-2', inquiry: null })).not.toEqual(scopeKey({ purpose: 'C-1', inquiry: null }));
  });

  it('knows no purpose that the account has lost', () => {
    const me = { purposes: [{ key: 'C-1' } as Purpose] } as Me;
    expect(currentPurpose(me, { purpose: 'C-1', inquiry: null })?.key).toBe('C-1');
    expect(currentPurpose(me, { purpose: 'C-9', inquiry: null })).toBeNull();
    expect(currentPurpose(undefined, { purpose: 'C-1', inquiry: null })).toBeNull();
  });

  it('counts what is left of an inquiry down to nothing', () => {
    expect(remaining({ ...inquiry, acts_left: 140 }, new Date('2026-11-23T16:30:00Z'))).toEqual({ acts: 140, minutes: 90 });
    expect(remaining({ ...inquiry, acts_left: 0 }, new Date('2026-11-24T00:00:00Z'))).toEqual({ acts: 0, minutes: 0 });
  });

  it('takes what is left from the answer, and only of the inquiry it works under', () => {
    const working = { purpose: 'C-1', inquiry };
    expect(told(working, 'i1', '39').inquiry?.acts_left).toBe(39);
    expect(told(working, 'another', '39')).toBe(working);
    expect(told(working, 'i1', null)).toBe(working);
    expect(told(working, 'i1', '')).toBe(working);
    expect(told({ purpose: 'C-1', inquiry: null }, 'i1', '39').inquiry).toBeNull();
  });
});
