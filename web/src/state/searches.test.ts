import { beforeEach, describe, expect, it } from 'vitest';
import { forgetSearches, searchAt, searchId } from './searches';

class Memory implements Storage {
  private readonly held = new Map<string, string>();
  get length() {
    return this.held.size;
  }
  clear() {
    this.held.clear();
  }
  getItem(key: string) {
    return this.held.get(key) ?? null;
  }
  key(index: number) {
    return [...this.held.keys()][index] ?? null;
  }
  removeItem(key: string) {
    this.held.delete(key);
  }
  setItem(key: string, value: string) {
    this.held.set(key, value);
  }
}

describe('a search by its id', () => {
  let tab: Memory;
  beforeEach(() => {
    tab = new Memory();
  });

  it('names the reason and a number, and no word of what is searched for', () => {
    const id = searchId('3f2a', { q: 'mahlangu', source: ['bank'] }, tab);
    expect(id).toBe('3f2a.1');
    expect(searchAt(id, tab)).toEqual({ q: 'mahlangu', source: ['bank'] });
    expect(searchId('3f2a', { q: 'mahlangu', source: ['bank'] }, tab)).toBe(id);
    expect(searchId('3f2a', { q: 'other' }, tab)).toBe('3f2a.2');
    expect(searchId(null, { q: 'mahlangu', source: ['bank'] }, tab)).toBe('new.3');
  });

  it('is nothing in another tab, after signing out, or when it is broken', () => {
    const id = searchId('3f2a', { q: 'mahlangu' }, tab);
    expect(searchAt(id, new Memory())).toBeNull();
    tab.setItem('brightline-search:x.9', '{');
    expect(searchAt('x.9', tab)).toBeNull();
    tab.setItem('brightline-working', '{}');
    forgetSearches(tab);
    expect(tab.length).toBe(1);
    expect(searchAt(id, tab)).toBeNull();
  });

  it('keeps the newest hundred', () => {
    const ids = Array.from({ length: 130 }, (_, index) => searchId('a', { q: String(index) }, tab));
    expect(tab.length).toBeLessThanOrEqual(102);
    expect(searchAt(ids.at(-1) ?? '', tab)).toEqual({ q: '129' });
    expect(searchAt(ids[0] ?? '', tab)).toBeNull();
  });
});
