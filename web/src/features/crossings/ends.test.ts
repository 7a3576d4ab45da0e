import { createElement } from 'react';
import { describe, expect, it } from 'vitest';
import type { Regime } from '@/api/types';
import { LIMITS } from '@/state/limits.fixture';
import { draw, words } from '@/testing/draw';
import { Ends } from './Ends';
import { EMPTY, lacking, request } from './view';

const ends = (holders: readonly Regime[]) => draw(createElement(Ends, { own: 'regulatory', ownText: 'C-1', holders, holderText: 'fraud and labour, 1 record' }));
const hues = (html: string) => [...html.matchAll(/data-hue="([^"]*)"/g)].map((found) => found[1]);

describe('the two sides of a crossing', () => {
  it('names every regime of the holder, in the hue of none', async () => {
    const html = await ends(['civil', 'criminal']);
    expect(words(html)).toBe('Regulatory C-1 Civil and criminal fraud and labour, 1 record');
    expect(hues(html)).toEqual(['regulatory', 'none', 'none']);
  });
  it('keeps the hue and line of one, and says nothing of an unknown one', async () => {
    expect(hues(await ends(['civil']))).toEqual(['regulatory', 'civil', 'civil']);
    expect(words(await ends([]))).toContain('The holder');
  });
  it('asks for records, whatever regimes hold them', () => {
    const draft = { ...EMPTY, items: 'bank-1', basis: '29-usc-216', necessity: 'n'.repeat(40), alternatives: 'a'.repeat(20) };
    expect(lacking(draft, LIMITS)).toEqual([]);
    expect(Object.keys(request(draft, 'C-1', {}, new Date('2026-11-01')))).not.toContain('regime');
  });
  it('asks from a pointer by its handle alone, and names no id', () => {
    const draft = { ...EMPTY, pointer: 'eyJr.00ff', basis: '29-usc-216', necessity: 'n'.repeat(40), alternatives: 'a'.repeat(20) };
    expect(lacking(draft, LIMITS)).toEqual([]);
    expect(request(draft, 'C-1', {}, new Date('2026-11-01'))).toMatchObject({ pointer: 'eyJr.00ff' });
    expect(Object.keys(request(draft, 'C-1', {}, new Date('2026-11-01')))).not.toContain('items');
  });
});
