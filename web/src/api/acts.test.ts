import { beforeEach, describe, expect, it } from 'vitest';
import { beginAct, forgetShown, remember, thingOf } from './acts';

const CASE = '/api/v1/cases/C-2026-0001';

describe('acts', () => {
  beforeEach(forgetShown);

  it('names what a request changes', () => {
    expect(thingOf('PUT', `${CASE}/reports/1`)).toBe(`${CASE}/reports/1`);
    expect(thingOf('POST', `${CASE}/reports/1/approve`)).toBe(`${CASE}/reports/1`);
    expect(thingOf('POST', `${CASE}/notes`)).toBeNull();
  });

  it('sends the revision that was shown, of a thing or of a row in a list', () => {
    remember('GET', CASE, { case: 'C-2026-0001', revision: 'a.1' });
    remember('GET', `${CASE}/tasks`, { items: [{ id: 't1', revision: 'b.2' }] });
    expect(beginAct('POST', `${CASE}/close`, {}).headers['X-Seen']).toBe('a.1');
    expect(beginAct('POST', `${CASE}/tasks/t1/end`, {}).headers['X-Seen']).toBe('b.2');
    expect(beginAct('POST', `${CASE}/tasks`, {}).headers['X-Seen']).toBeUndefined();
    remember('POST', `${CASE}/tasks/t1/assign`, { id: 't1', revision: 'c.3' });
    expect(beginAct('POST', `${CASE}/tasks/t1/end`, {}).headers['X-Seen']).toBe('c.3');
  });

  it('gives the same form one key until it is answered', () => {
    const first = beginAct('POST', `${CASE}/notes`, { text: 'Paid twice.' });
    const again = beginAct('POST', `${CASE}/notes`, { text: 'Paid twice.' });
    const other = beginAct('POST', `${CASE}/notes`, { text: 'Paid once.' });
    expect(again.headers['Idempotency-Key']).toBe(first.headers['Idempotency-Key']);
    expect(other.headers['Idempotency-Key']).not.toBe(first.headers['Idempotency-Key']);
    first.answered();
    expect(beginAct('POST', `${CASE}/notes`, { text: 'Paid twice.' }).headers['Idempotency-Key']).not.toBe(first.headers['Idempotency-Key']);
  });
});
