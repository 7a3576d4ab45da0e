import { describe, expect, it } from 'vitest';
import type { Activity, CaseItem, Crossing, Feed } from '@/api/types';
import { FORMS, grantText, missing, toBody } from './admin/forms';
import { LIMITS } from '@/state/limits.fixture';
import { activityText, byCategory, lacking as caseLacks, readTab, things } from './cases/view';
import { daysLeft, EMPTY, expiry, ids, lacking, request, standing, STATE, steps } from './crossings/view';
import { fresh, runKind, totals } from './feeds/view';
import { homeOf, listed, needsReason, opensContent } from './purpose/purposes';
import type { Purpose } from '@/api/types';

const item = (id: string, schema: string, role: string | null) => ({ id, schema, role }) as CaseItem;
const purpose = (key: string, kind: Purpose['kind'], role: string | null = null) => ({ key, kind, role, title: key, statute: '', authority_title: '' }) as Purpose;

describe('a case', () => {
  it('rule 18: shows people by category, and those without one apart', () => {
    const items = [item('a', 'Person', 'victim'), item('b', 'Company', null), item('c', 'Person', null), item('d', 'Person', 'suspect')];
    expect(byCategory(items).map((group) => [group.category, group.items.map((one) => one.id)])).toEqual([
      ['suspect', ['d']],
      ['victim', ['a']],
      ['uncategorised', ['c']],
    ]);
    expect(things(items).map((one) => one.id)).toEqual(['b']);
  });
  it('rule 1: wants facts, an authority and, when criminal, the activity', () => {
    const draft = { title: 'Pier 9', authority: '18-usc-1956', predicate: 'x'.repeat(40), category: '' };
    expect(Object.keys(caseLacks(draft, 'criminal'))).toEqual(['category']);
    expect(caseLacks(draft, 'civil')).toEqual({});
    expect(Object.keys(caseLacks({ title: '', authority: '', predicate: '', category: '' }, null))).toEqual(['title', 'authority', 'predicate']);
  });
  it('names in its activity what was touched', () => {
    const one = { text: 'added to the case', what: 'x', object: { kind: 'entity', id: 'p-1' }, new: { category: 'associate' } } as unknown as Activity;
    expect(activityText(one, new Map([['p-1', 'Rajesh Mahlangu']]))).toBe('added Rajesh Mahlangu to the case as associate');
    expect(activityText({ ...one, object: null, new: null }, new Map())).toBe('added to the case');
  });
  it('reads its tab from the address', () => expect([readTab({ tab: 'notes' }).tab, readTab({ tab: 'x' }).tab]).toEqual(['notes', undefined]));
});

describe('a crossing', () => {
  const now = new Date('2026-11-23T10:00:00Z');
  it('names records once and says what is lacking', () => {
    expect(ids('a, b\nb')).toEqual(['a', 'b']);
    expect(lacking(EMPTY, LIMITS)).toHaveLength(4);
    const said = { ...EMPTY, items: 'a', basis: 'x', necessity: 'n'.repeat(40), alternatives: 'a'.repeat(20) };
    expect(lacking(said, LIMITS)).toEqual([]);
    expect(lacking(said, { ...LIMITS, shortest_necessity: 41, shortest_alternatives: 30 })).toHaveLength(2);
    expect(lacking({ ...said, necessity: 'n', alternatives: 'a' }, null)).toEqual([]);
  });
  it('ends on a day', () => {
    expect(expiry(14, now)).toBe('2026-12-07');
    expect([daysLeft('2026-11-25T10:00:00Z', now), daysLeft(null, now)]).toEqual([2, null]);
  });
  it('rule 35: says who still has to speak and who may not decide', () => {
    const one = { state: 'requested', reviewed: null, missing_opinions: ['custodian labour'], needs: [{ caveat: 'tax', kind: 'statutory-form', met: false }], in_chain: true } as unknown as Crossing;
    expect(standing(one)).toEqual([
      'Legal review missing',
      'Opinion missing: custodian labour',
      'tax: takes a statutory form, confirmed by the review',
      'You are in a chain of this request, so somebody else decides',
    ]);
    expect(standing({ ...one, state: 'active' })).toEqual([]);
  });
  it('says in an emergency which harm, and opens five records without links', () => {
    const draft = { ...EMPTY, items: 'a b c d e f', basis: 'x', necessity: 'n'.repeat(40), alternatives: 'a'.repeat(20), emergency: true, links: true };
    expect(lacking(draft, LIMITS)).toEqual(['Say which harm is imminent, and how you know', 'An emergency opens 5 records at most']);
    const sent = request({ ...draft, items: 'a', danger: 'd'.repeat(40), starts: '2026-12-01' }, 'C-1', { danger: 'v' }, now);
    expect([sent.links, 'starts' in sent, sent.danger, sent.prompts]).toEqual([false, false, 'd'.repeat(40), { danger: 'v' }]);
  });
  it('names the paper of a secret marking whole or not at all', () => {
    const paper = { caveat: 'tax', reference: '26 USC 6103(i)(1), 26-mc-12', document: 'd1' };
    expect(lacking({ ...EMPTY, paper: { ...paper, document: null } }, LIMITS)).toContain('Name the order or form, and its document');
    expect(request({ ...EMPTY, paper }, 'C-1', {}, now).instruments).toEqual([paper]);
    expect(request(EMPTY, 'C-1', {}, now).instruments).toBeUndefined();
  });
  it('walks from request to audit', () => {
    const at = (part: Partial<Crossing>) =>
      steps({ requester_title: 'Ana', opened: null, reviewed: null, decided: null, starts: null, audited: null, ended_as: null, ...part } as Crossing)
        .filter((step) => step.state === 'now')
        .map((step) => step.id);
    expect([
      at({ state: 'requested' }),
      at({ state: 'reviewed', reviewed: 'x' }),
      at({ state: 'active', reviewed: 'x', decided: 'x' }),
      at({ state: 'expired', reviewed: 'x', decided: 'x' }),
      at({ state: 'denied', decided: 'x' }),
    ]).toEqual([['review'], ['decide'], ['over'], ['audit'], []]);
    expect(Object.keys(STATE)).toHaveLength(13);
  });
});

describe('feeds', () => {
  const feed = (state: string | null, ended: string | null = null) => ({ schedule: '* * * * *', records: 2, aspects: 3, quarantine: 1, last_run: state ? { state, ended } : null }) as Feed;
  it('sums and says what is late', () => {
    expect(totals([feed('published'), feed('failed'), feed(null)])).toEqual({ current: 1, records: 6, aspects: 9, quarantine: 3 });
    const now = new Date('2026-11-23T10:00:00Z');
    expect([
      fresh(feed(null), now).word,
      fresh(feed('failed'), now).word,
      fresh(feed('published', '2026-11-23T09:00:00Z'), now).word,
      fresh(feed('published', '2026-11-20T09:00:00Z'), now).word,
    ]).toEqual(['Never ran', 'Last run failed', 'Current', 'Late']);
    expect([runKind('running'), runKind('withdrawn')]).toEqual(['waiting', 'plain']);
  });
});

describe('administration', () => {
  it('sends what was filled in', () => {
    expect(missing(FORMS.authority, { code: 'c', statute: ' ' })).toEqual(['statute', 'title', 'regime']);
    expect(toBody(FORMS.authority, { code: 'c', statute: 's', title: 't', regime: 'civil', processes: 'warrant, subpoena' })).toEqual({
      code: 'c',
      statute: 's',
      title: 't',
      regime: 'civil',
      processes: ['warrant', 'subpoena'],
    });
    expect(grantText([])).toBe('none');
  });
});

describe('purposes', () => {
  it('lists cases before desks, by the words asked', () => {
    const list = [purpose('fraud/agent', 'desk'), purpose('C-2', 'case'), purpose('C-1', 'case')];
    expect(listed(list, '').map((one) => one.key)).toEqual(['C-1', 'C-2', 'fraud/agent']);
    expect(listed(list, 'fraud').map((one) => one.key)).toEqual(['fraud/agent']);
  });
  it('asks a reason where content is read, and knows where work begins', () => {
    expect([needsReason(purpose('C', 'case')), needsReason(purpose('d', 'desk')), opensContent(purpose('o', 'oversight'))]).toEqual([true, false, false]);
    expect([homeOf(purpose('C', 'case')), homeOf(purpose('d', 'desk', 'steward')), homeOf(purpose('o', 'oversight'))]).toEqual(['/search', '/feeds', '/line']);
  });
});
