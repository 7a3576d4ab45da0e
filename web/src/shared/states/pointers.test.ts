import { createElement } from 'react';
import { describe, expect, it } from 'vitest';
import type { Pointer } from '@/api/types';
import { CASE, draw, LEAD, words } from '@/testing/draw';
import { PointerStrip } from './PointerStrip';
import { Withheld } from './Withheld';

const several: Pointer = { tier: 2, count: 'fewer than 5', regime: 'civil/criminal', custodian: 'fraud/labour', case: null, kind: null, month: null, handle: null };
const single: Pointer = { ...several, tier: 3, regime: 'civil', custodian: 'labour', case: 'C-2026-0007', kind: 'BankAccount', month: '2026-03' };

function hues(html: string): string[] {
  return [...html.matchAll(/data-hue="([^"]*)"/g)].map((found) => found[1] ?? '');
}

describe('the page of a pointer', () => {
  it('tells every regime: a chip each, in words, in the hue of none', async () => {
    const html = await draw(createElement(Withheld, { pointer: several }));
    expect(hues(html)).toEqual(['none', 'civil', 'criminal']);
    const said = words(html);
    expect(said).toContain('A civil and criminal record matches your search');
    expect(said).toContain('The record is Civil and criminal');
    expect(said).toContain('Held by fraud and labour');
    expect(said).toContain('Request crossing');
    expect(html).not.toContain('undefined');
  });
  it('says beside which entity it was met', async () => {
    const said = words(await draw(createElement(Withheld, { pointer: single, id: 'bank-1' })));
    expect(said).toContain('A civil record exists beside what you opened');
    expect(said).toContain('bank-1');
  });
  it('keeps the hue of one regime', async () => {
    expect(hues(await draw(createElement(Withheld, { pointer: single })))).toEqual(['civil', 'civil']);
  });
});

describe('the strip of an entity', () => {
  it('is not there when nothing may be told', async () => {
    expect(await draw(createElement(PointerStrip, { pointers: [], id: 'bank-1' }))).toBe('');
  });
  it('says how many, whose, in which case, and offers the way on', async () => {
    const html = await draw(createElement(PointerStrip, { pointers: [several, single], id: 'bank-1' }));
    expect(hues(html)).toEqual(['none', 'civil', 'criminal', 'civil', 'civil']);
    expect(words(html)).toBe(
      'Civil Criminal Fewer than 5 more records, withheld Held by fraud and labour See pointer Request crossing ' +
        'Civil Fewer than 5 more records, withheld Held by labour, in case C-2026-0007 · Bank account · Mar 2026 See pointer Request crossing',
    );
    expect(decodeURIComponent(html)).toContain('regime=civil/criminal');
  });
  it('offers no crossing to a purpose that may not ask for one', async () => {
    const drawn = (purpose: typeof CASE) => draw(createElement(PointerStrip, { pointers: [several], id: 'bank-1' }), purpose);
    expect([words(await drawn(CASE)), words(await drawn(LEAD))].map((said) => said.includes('Request crossing'))).toEqual([true, false]);
  });
  it('folds what is much', async () => {
    const html = await draw(createElement(PointerStrip, { pointers: Array.from({ length: 9 }, () => single), id: 'bank-1' }));
    expect(html.match(/<li/g)).toHaveLength(3);
    expect(words(html)).toMatch(/ 6 more$/);
  });
});
