import { describe, expect, it } from 'vitest';
import { asked, EMPTY, lacks, linesOf, percent } from './view';

describe('a list as people paste it', () => {
  it('is one person a line, with a birth date behind a semicolon', () => {
    expect(linesOf('Maria Vega; 1980-05-01\n\n  Juan Peña \n')).toEqual([
      { q: 'Maria Vega', born: '1980-05-01' },
      { q: 'Juan Peña', born: null },
    ]);
  });

  it('says what is missing, and sends what is there', () => {
    expect(lacks(EMPTY)).toHaveLength(4);
    const whole = { list: 'Maria Vega', population: 'Foremen on the payroll of May', aim: 'Find which of them owns a company paid from the account.', expected: '3' };
    expect(lacks(whole)).toEqual([]);
    expect(asked(whole)).toMatchObject({ expected: 3, lines: [{ q: 'Maria Vega', born: null }] });
  });

  it('tells a rate, or that there is none', () => {
    expect(percent(0.125)).toBe('12.5 %');
    expect(percent(null)).toBe('–');
  });
});
