import { defaultStringifySearch } from '@tanstack/react-router';
import { describe, expect, it } from 'vitest';
import { parseSearch } from './address';

describe('what stands behind the ? of an address', () => {
  it('keeps every digit of a number that somebody typed', () => {
    expect(parseSearch('?q=30420050872683619')).toEqual({ q: '30420050872683619' });
    expect(parseSearch('?q=1.50')).toEqual({ q: '1.50' });
  });

  it('takes words for words', () => {
    expect(parseSearch('?q=null&from=2025-01')).toEqual({ q: 'null', from: '2025-01' });
    expect(parseSearch('?q=%5Bunclosed')).toEqual({ q: '[unclosed' });
  });

  it('reads back what the application writes', () => {
    for (const search of [{ q: '30420050872683619' }, { q: 'Null' }, { q: '"quoted"' }, { schema: ['Person', 'Company'], q: 'harbour' }]) {
      expect(parseSearch(defaultStringifySearch(search))).toEqual(search);
    }
  });
});
