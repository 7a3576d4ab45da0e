import { describe, expect, it } from 'vitest';

import { readable, shown } from './shown';

describe('what would rewrite a screen', () => {
  it('f13: is shown escaped', () => {
    expect(shown('inv\u202efdp.exe')).toBe('inv\\u202efdp.exe');
    expect(shown('Pier \u001b]0;owned\u0007')).toBe('Pier \\x1b]0;owned\\x07');
    expect(shown('a\u2067b\u2069')).toBe('a\\u2067b\\u2069');
    expect(shown('quay\u009b2J')).toBe('quay\\x9b2J');
  });

  it('f13: leaves what people write', () => {
    for (const text of ['Müller & Söhne', '李伟', 'شركة\u200f', 'a\n\tb', 'e\u0301', '👩‍🚒']) expect(shown(text)).toBe(text);
  });

  it('f13: holds for every text of an answer, however deep', () => {
    const answer = JSON.stringify({ items: [{ title: 'a\u202eb', n: 1, more: [null, 'c\r\nd'] }] });
    expect(readable(answer)).toEqual({ items: [{ title: 'a\\u202eb', n: 1, more: [null, 'c\nd'] }] });
  });
});
