import { describe, expect, it } from 'vitest';

globalThis.sessionStorage ??= { getItem: () => null, setItem: () => undefined, removeItem: () => undefined } as unknown as Storage;
const { added, laid, MOST_KEPT } = await import('./chart');

describe('the chart that is kept', () => {
  it('lays a find beside what is there, once', () => {
    const charts = added(added({}, 'C-1', ['a', 'b']), 'C-1', ['b', 'c']);
    expect(charts).toEqual({ 'C-1': ['a', 'b', 'c'] });
  });

  it('never shows one purpose what lies on the chart of another', () => {
    const charts = added({ 'C-1': ['a'] }, 'C-2', ['z']);
    expect(charts).toEqual({ 'C-1': ['a'], 'C-2': ['z'] });
  });

  it('lets the oldest fall off and keeps nothing of an empty chart', () => {
    const many = Array.from({ length: MOST_KEPT + 5 }, (_, n) => `e${n}`);
    expect(laid({}, 'C-1', many)['C-1']?.[0]).toBe('e5');
    expect(laid({ 'C-1': ['a'] }, 'C-1', [])).toEqual({});
  });
});
