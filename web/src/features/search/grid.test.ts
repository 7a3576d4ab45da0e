import { createElement } from 'react';
import { describe, expect, it } from 'vitest';
import type { Pointer } from '@/api/types';
import { draw, LEAD, words } from '@/testing/draw';
import { PointerCells } from './ResultGrid';

const pointer: Pointer = { tier: 3, count: 'fewer than 5', regime: 'civil/criminal', custodian: 'fraud/labour', case: null, kind: 'Organization', month: '2026-03', handle: null };

describe('a pointer in the list of results', () => {
  it('has a chip for each regime and leads to its page', async () => {
    const html = await draw(createElement(PointerCells, { pointer, at: '3f2a.1' }));
    expect([...html.matchAll(/data-hue="([^"]*)"/g)].map((found) => found[1])).toEqual(['civil', 'criminal']);
    expect(words(html)).toMatch(/^Civil Criminal An organization matches, Mar 2026 .* See pointer Request crossing$/);
    expect(decodeURIComponent(html)).toMatch(/href="\/p\?.*regime=civil\/criminal.*s=3f2a\.1/);
    expect(html).not.toContain('undefined');
  });
  it('offers no crossing to a lead', async () => {
    expect(words(await draw(createElement(PointerCells, { pointer, at: '3f2a.1' }), LEAD))).not.toContain('Request crossing');
  });
});
