import { describe, expect, it } from 'vitest';
import { actsOf, FORMS, lacking, sent, termsText } from './forms';

describe('a proposal', () => {
  it('is made by stewards about sources, by administrators about authorities', () => {
    expect(actsOf('admin')).toEqual(['authority_extend', 'authority_end']);
    expect(actsOf('steward')).toContain('agreement_extend');
    expect(actsOf('approver')).toEqual([]);
  });
  it('names what is lacking, a reason too', () => {
    expect(lacking('agreement_extend', {})).toEqual(['id', 'until', 'reason']);
    expect(lacking('authority_extend', { id: '18-usc-1956', reason: 'Renewed.' })).toEqual([]);
  });
  it('is sent to the thing it is about', () => {
    const draft = { id: 'AG 1/2', until: '2030-01-01', reason: ' Renewed by the port. ' };
    expect(FORMS.agreement_extend.path(draft)).toBe('/agreements/AG%201%2F2/extend');
    expect(sent('agreement_extend', draft)).toEqual({ expires: '2030-01-01', reason: 'Renewed by the port.' });
    expect(sent('agreement_add', { id: 'bank', agreement: 'AG-2', regimes: 'criminal, civil', until: '2030-01-01', reason: 'x' })).toEqual({
      agreement: { id: 'AG-2', regimes: ['criminal', 'civil'], units: [], expires: '2030-01-01' },
      reason: 'x',
    });
  });
  it('says all its terms', () =>
    expect(termsText({ agreement: { id: 'AG-2', regimes: ['criminal', 'civil'], units: [] }, pointer_tier: 0 })).toBe('agreement: id: AG-2; regimes: criminal, civil; pointer tier: 0'));
});
