import { beforeEach, describe, expect, it } from 'vitest';
import { drop, forgetKept, keep, kept, keyOf } from './kept';

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

const EMPTY = { title: '', aims: [] as string[] };

describe('what was typed and not sent', () => {
  let storage: Memory;
  beforeEach(() => {
    storage = new Memory();
  });
  const key = keyOf('ana', 'fraud/agent', 'case');

  it('is given back to the same person under the same purpose, and to no other', () => {
    keep(key, { title: 'Invoices', aims: ['a'] }, 0, storage);
    expect(kept(key, EMPTY, 1000, storage)).toEqual({ title: 'Invoices', aims: ['a'] });
    expect(kept(keyOf('bo', 'fraud/agent', 'case'), EMPTY, 1000, storage)).toBeNull();
    expect(kept(keyOf('ana', 'C-2026-0001', 'case'), EMPTY, 1000, storage)).toBeNull();
  });

  it('ends with a day, with being sent, and with signing out', () => {
    keep(key, { title: 'x', aims: [] }, 0, storage);
    expect(kept(key, EMPTY, 86_400_001, storage)).toBeNull();
    drop(key, storage);
    expect(kept(key, EMPTY, 1, storage)).toBeNull();
    keep(key, { title: 'x', aims: [] }, 0, storage);
    storage.setItem('brightline-working', '{}');
    forgetKept(storage);
    expect(storage.length).toBe(1);
  });

  it('is nothing when it has another form than the form that asks', () => {
    for (const bad of ['', 'null', '{"at":0}', '{"at":0,"draft":{"title":7,"aims":[]}}', '{"at":0,"draft":{"title":"x","aims":{}}}']) {
      storage.setItem(key, bad);
      expect(kept(key, EMPTY, 1, storage)).toBeNull();
    }
  });
});
