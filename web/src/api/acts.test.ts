import { beforeEach, describe, expect, it } from 'vitest';
import { beginAct, forgetShown, remember, thingOf } from './acts';

const CASE = '/api/v1/cases/C-2026-0001';

describe('acts', () => {
  beforeEach(forgetShown);

  it('names what a request changes', () => {
    expect(thingOf('PUT', `${CASE}/reports/1`)).toBe(`${CASE}/reports/1`);
    expect(thingOf('POST', `${CASE}/reports/1/approve`)).toBe(`${CASE}/reports/1`);
    expect(thingOf('POST', `${CASE}/notes`)).toBeNull();
    expect(thingOf('POST', `${CASE}/authorities`)).toBe(CASE);
    expect(thingOf('POST', '/api/v1/watches/w1')).toBe('/api/v1/watches/w1');
    expect(thingOf('POST', '/api/v1/roles/end', { account: 'ana', unit: 'fraud', role: 'agent' })).toBe('/api/v1/roles/ana/fraud/agent');
    expect(thingOf('POST', '/api/v1/roles/end', {})).toBeNull();
    expect(thingOf('POST', '/api/v1/programmes', { text: 'title: Tips\nprogramme: tips\n' })).toBe('/api/v1/programmes/tips');
    expect(thingOf('POST', '/api/v1/bulk/hits/h1')).toBeNull();
    expect(thingOf('POST', '/api/v1/disclosures/D-1/notices/n1/confirm')).toBe('/api/v1/disclosures/D-1');
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

  it('knows a row by its list, and an answer of something else by its name', () => {
    remember('GET', CASE, { case: 'C-2026-0001', revision: 'a.1', items: [{ id: 'bank-1', revision: 'b.2' }] });
    expect(beginAct('POST', `${CASE}/items/role`, { id: 'bank-1', role: 'witness' }).headers['X-Seen']).toBe('b.2');
    remember('GET', '/api/v1/roles/due', { items: [{ account: 'ana', unit: 'fraud', role: 'agent', revision: 'c.3' }] });
    expect(beginAct('POST', '/api/v1/roles/confirm', { account: 'ana', unit: 'fraud', role: 'agent', keep: true }).headers['X-Seen']).toBe('c.3');
    remember('GET', '/api/v1/feeds/phones', { name: 'phones', runs: [{ run: 'r1', revision: 'f.6' }] });
    expect(beginAct('POST', '/api/v1/runs/r1/release', {}).headers['X-Seen']).toBe('f.6');
    remember('GET', '/api/v1/feeds/phones/runs', { items: [{ run: 'r2', revision: 'g.7' }] });
    expect(beginAct('POST', '/api/v1/runs/r2/end', {}).headers['X-Seen']).toBe('g.7');
    remember('GET', '/api/v1/leads/L-1', { number: 'L-1', revision: 'd.4' });
    remember('POST', '/api/v1/leads/L-1/promote', { number: 'L-2', revision: 'e.5' });
    expect(beginAct('POST', '/api/v1/leads/L-1/decide', {}).headers['X-Seen']).toBe('d.4');
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
