import { describe, expect, it } from 'vitest';
import type { GraphEdge, GraphNode, Links, PathAnswer } from '@/api/types';
import { BEGIN, EMPTY, expanded, hidden, lines, nearest, neighbours, redone, shapeOf, shownEdges, shownNodes, spread, stepped, undone, withPath } from './graph';

const node = (id: string, more: Partial<GraphNode> = {}) => ({ id, schema: 'Person', caption: id, sources: [], markings: [], regime: null, degree: null, value: null, ...more }) as GraphNode;
const edge = (source: string, target: string, kind = 'Ownership') => ({ id: `${source}-${target}-${kind}`, source, target, kind, label: kind }) as GraphEdge;
const links = (center: string, others: string[]) => ({ center: node(center), nodes: others.map((id) => node(id)), edges: others.map((id) => edge(center, id)) }) as unknown as Links;
const ids = (chart: typeof EMPTY) =>
  shownNodes(chart)
    .map((one) => one.id)
    .toSorted();

describe('a chart spread out', () => {
  const near = (places: { x: number; y: number }[]) => Math.min(...places.flatMap((a, at) => places.slice(at + 1).map((b) => Math.hypot(a.x - b.x, a.y - b.y))));
  it('leaves no two on one spot', () => {
    const heap = [...Array.from({ length: 9 }, () => ({ x: 5, y: 5 })), { x: 0, y: 0 }, { x: 100, y: 100 }];
    expect(near(spread(heap))).toBeGreaterThan(8);
  });
  it('moves nothing that is far enough apart', () => {
    const wide = [
      { x: 0, y: 0 },
      { x: 100, y: 0 },
      { x: 50, y: 90 },
    ];
    expect(spread(wide)).toEqual(wide);
    expect(spread([{ x: 1, y: 1 }])).toEqual([{ x: 1, y: 1 }]);
  });
});

describe('the chart', () => {
  const chart = expanded(expanded(EMPTY, links('a', ['b', 'c'])), links('b', ['d']));
  it('grows by neighbourhoods, each node and link once', () => {
    expect(ids(expanded(chart, links('a', ['b', 'c'])))).toEqual(['a', 'b', 'c', 'd']);
    expect(shownEdges(chart)).toHaveLength(3);
  });
  it('never draws a link whose end it does not hold', () => {
    const stray = { ...links('a', ['b']), edges: [edge('a', 'b'), edge('b', 'unknown')] };
    expect(shownEdges(expanded(EMPTY, stray))).toHaveLength(1);
  });
  it('hides a hub with what hangs on it alone, and keeps what was opened', () => {
    expect(ids(hidden(chart, 'a'))).toEqual(['b', 'd']);
    expect(shownEdges(hidden(chart, 'a'))).toHaveLength(1);
  });
  it('keeps a hidden node hidden when a neighbour is opened, but shows it on a path', () => {
    const without = hidden(chart, 'd');
    expect(ids(expanded(without, links('c', ['d'])))).not.toContain('d');
    const path = { found: true, nodes: [node('b'), node('d')], edges: [edge('b', 'd')] } as unknown as PathAnswer;
    expect(ids(withPath(without, path))).toContain('d');
    expect(withPath(without, path).path).toEqual(['b', 'd']);
  });
  it('draws one line for many links and names them', () => {
    const two = expanded(EMPTY, { ...links('a', ['b']), edges: [edge('a', 'b'), edge('b', 'a', 'Payment')] });
    expect(lines(two)).toEqual([{ id: 'a|b', source: 'a', target: 'b', count: 2, label: 'Ownership, Payment' }]);
    expect(neighbours(two, 'a')).toEqual(['b']);
  });
});

describe('undo', () => {
  it('is the former value, and redo the later', () => {
    const one = stepped(BEGIN, expanded(EMPTY, links('a', ['b'])));
    const two = stepped(one, hidden(one.now, 'b'));
    expect(ids(undone(two).now)).toEqual(['a', 'b']);
    expect(redone(undone(two)).now).toBe(two.now);
    expect(undone(BEGIN)).toBe(BEGIN);
    expect(redone(BEGIN)).toBe(BEGIN);
  });
});

describe('shapes', () => {
  it('tells kinds apart, and protects people before all', () => {
    const victim = { origins: [], regimes: [], category: 'victim', caveats: [], retention: null, crossed: false };
    expect([
      shapeOf(node('a')),
      shapeOf(node('a', { schema: 'Company' })),
      shapeOf(node('a', { schema: 'Value', value: { type: 'phone' } })),
      shapeOf(node('a', { markings: [victim] })),
      shapeOf(node('a', { schema: 'Thing' })),
    ]).toEqual(['person', 'organization', 'phone', 'protected', 'other']);
  });
});

describe('walking by arrows', () => {
  const others = [
    { id: 'right', x: 5, y: 1 },
    { id: 'far', x: 9, y: 0 },
    { id: 'up', x: 0, y: 4 },
  ];
  it('goes to the nearest node that way', () => {
    expect(nearest({ x: 0, y: 0 }, others, 'ArrowRight')).toBe('right');
    expect(nearest({ x: 0, y: 0 }, others, 'ArrowUp')).toBe('up');
    expect(nearest({ x: 0, y: 0 }, others, 'ArrowLeft')).toBeNull();
    expect(nearest({ x: 0, y: 0 }, others, 'Tab')).toBeNull();
  });
});
