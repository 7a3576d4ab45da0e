import { describe, expect, it } from 'vitest';
import type { GraphNode, Suggestion } from '@/api/types';
import { draw, words } from '@/testing/draw';
import { EMPTY, type Chart } from './graph';

const node = (id: string, caption: string) => ({ id, caption, schema: 'Person' }) as GraphNode;
const chart: Chart = {
  ...EMPTY,
  nodes: new Map([
    ['a', node('a', 'Ana Berg')],
    ['b', node('b', 'Ben Berg')],
  ]),
  expanded: new Set(['a', 'b']),
  hidden: new Set(['b']),
  path: ['a', 'c', 'd'],
};
const suggested = [
  { id: 'm', caption: 'Rajesh Mahlangu', schema: 'Person' },
  { id: 'a', caption: 'Ana Berg', schema: 'Person' },
] as Suggestion[];

describe('the other end of a path', async () => {
  const { ends, PathEnd } = await import('./PathEnd');
  const { begunFrom } = await import('./kept');
  const { createElement } = await import('react');

  it('may be what is not on the chart yet', () => {
    expect(ends(chart, 'x', 'mahl', suggested).map((one) => [one.id, one.here])).toEqual([
      ['m', false],
      ['a', false],
    ]);
    expect(ends(chart, 'x', 'ana', suggested).map((one) => [one.id, one.here])).toEqual([
      ['a', true],
      ['m', false],
    ]);
  });

  it('is never the beginning, and nothing hidden', () => {
    expect(ends(chart, 'a', '', suggested).map((one) => one.id)).toEqual(['m']);
  });

  it('is asked for by name beside the chart', async () => {
    const html = await draw(createElement(PathEnd, { chart, from: 'x', onChoose: () => undefined }));
    expect(html).toContain('find the other end by name');
    expect(words(html)).toContain('Ana Berg');
  });

  it('stays with what was opened when the chart is kept, without what was hidden', () => {
    expect(begunFrom(chart)).toEqual(['a', 'd']);
  });
});
