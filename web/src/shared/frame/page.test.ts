import { createElement, Fragment } from 'react';
import { describe, expect, it } from 'vitest';
import { wordsOf } from './Page';

function State({ word }: { word: string }) {
  return createElement('b', null, word);
}

describe('the words of a heading', () => {
  const heading = (word: string) => createElement(Fragment, null, createElement('i', null, 'Criminal'), ' ', createElement(State, { word }));

  it('change when a part of it says something else, however deep', () => {
    expect(wordsOf(heading('legal_review'))).toContain('legal_review');
    expect(wordsOf(heading('cleared'))).not.toBe(wordsOf(heading('legal_review')));
    expect(wordsOf(heading('cleared'))).toBe(wordsOf(heading('cleared')));
    expect([wordsOf(null), wordsOf('Draft'), wordsOf(['a', 2, null])]).toEqual(['', 'Draft', 'a 2 ']);
  });
});
