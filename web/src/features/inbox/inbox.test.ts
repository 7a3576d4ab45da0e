import { createElement } from 'react';
import { describe, expect, it } from 'vitest';
import type { Notification } from '@/api/types';
import { draw, words } from '@/testing/draw';

const notice = (what: string, more: Partial<Notification> = {}) =>
  ({
    id: null,
    kind: 'approval',
    what,
    place: null,
    key: null,
    desk: null,
    case: null,
    object: null,
    detail: {},
    times: 1,
    at: '2026-11-20T10:00:00Z',
    read: false,
    due: true,
    ...more,
  }) as Notification;

describe('the inbox', async () => {
  const { deskOf, sorted, whereOf } = await import('./inbox');
  const { InboxLists } = await import('./InboxPage');

  it('leads to where each thing is decided', () => {
    expect(whereOf(notice('a case waits for its opening', { place: 'case', key: 'C-2026-0001', case: 'C-2026-0001' }))).toMatchObject({ to: '/case/$no', params: { no: 'C-2026-0001' } });
    expect(whereOf(notice('crossing X-2026-0007 waits for your opinion', { place: 'crossing', key: 'X-2026-0007' }))).toMatchObject({ to: '/crossing/$n', params: { n: 'X-2026-0007' } });
    expect(whereOf(notice('proposal PR-2026-0003 waits', { place: 'proposal', key: 'PR-2026-0003' }))).toMatchObject({ to: '/proposals' });
    expect(whereOf(notice('a clearance waits for a decision', { place: 'clearance', key: 'C-2026-0001', case: 'C-2026-0001' }))).toMatchObject({ to: '/access', search: { tab: 'clearances' } });
    expect(whereOf(notice('2 flags of misuse wait', { place: 'flags', key: 'open' }))).toMatchObject({ to: '/line' });
  });

  it('leads from what was told to what it names, and else nowhere', () => {
    const told = (what: string, more: Partial<Notification> = {}) => whereOf(notice(what, { due: false, ...more }));
    expect(told('PR-2026-000003 waits for a decision: power of lou')).toMatchObject({ to: '/proposals' });
    expect(told('P-2026-000003 was confirmed')).toMatchObject({ to: '/retention' });
    expect(told('RS-2026-000003 lapsed')).toMatchObject({ to: '/restrictions' });
    expect(told('G-2026-092815 was opened')).toMatchObject({ to: '/access', search: { tab: 'glass' } });
    expect(told('a task was given to you', { case: 'C-2026-0001' })).toMatchObject({ to: '/case/$no' });
    expect(told('somebody signed in')).toBeNull();
  });

  it('takes the desk that decides it, if it is one of mine and not chosen already', () => {
    const one = notice('x', { desk: 'fraud/supervisor' });
    expect(deskOf(one, 'fraud/agent', ['fraud/agent', 'fraud/supervisor'])).toBe('fraud/supervisor');
    expect(deskOf(one, 'fraud/supervisor', ['fraud/supervisor'])).toBeNull();
    expect(deskOf(one, null, ['labour/supervisor'])).toBeNull();
  });

  it('puts what has waited longest first, and what waits before what was told', () => {
    const all = [notice('b', { at: '2026-11-21T10:00:00Z' }), notice('told', { due: false }), notice('a', { at: '2026-11-20T09:00:00Z' })];
    expect(sorted(all).due.map((one) => one.what)).toEqual(['a', 'b']);
    expect(sorted(all).told.map((one) => one.what)).toEqual(['told']);
  });

  it('says each with its way there', async () => {
    const html = await draw(
      createElement(InboxLists, {
        notices: [notice('report 1 waits for review', { place: 'case', key: 'C-2026-0001', case: 'C-2026-0001', desk: 'fraud/supervisor' })],
        waiting: 1,
        onGo: () => undefined,
      }),
    );
    expect(words(html)).toContain('Report 1 waits for review');
    expect(html).toContain('/case/C-2026-0001');
    expect(words(await draw(createElement(InboxLists, { notices: [], waiting: 0, onGo: () => undefined })))).toContain('Nothing waits for you');
  });
});
