import { createElement } from 'react';
import { describe, expect, it } from 'vitest';
import type { Notification } from '@/api/types';
import { draw, words } from '@/testing/draw';

const notice = (what: string, more: Partial<Notification> = {}) => ({ id: null, kind: 'approval', what, case: null, object: null, detail: {}, at: '2026-11-20T10:00:00Z', read: false, due: true, ...more }) as Notification;

describe('the inbox', async () => {
  const { sorted, whereOf } = await import('./inbox');
  const { InboxLists } = await import('./InboxPage');

  it('leads to where each thing is decided', () => {
    expect(whereOf(notice('a case waits for its opening', { case: 'C-2026-0001' }))).toMatchObject({ to: '/case/$no', params: { no: 'C-2026-0001' } });
    expect(whereOf(notice('X-2026-0007 waits for your opinion'))).toMatchObject({ to: '/crossing/$n', params: { n: 'X-2026-0007' } });
    expect(whereOf(notice('P-2026-0003 waits for a decision'))).toMatchObject({ to: '/proposals' });
    expect(whereOf(notice('break-glass G-2026-092815 waits', { kind: 'glass' }))).toMatchObject({ to: '/access' });
    expect(whereOf(notice('somebody signed in'))).toBeNull();
  });

  it('puts what has waited longest first, and what waits before what was told', () => {
    const all = [notice('b', { at: '2026-11-21T10:00:00Z' }), notice('told', { due: false }), notice('a', { at: '2026-11-20T09:00:00Z' })];
    expect(sorted(all).due.map((one) => one.what)).toEqual(['a', 'b']);
    expect(sorted(all).told.map((one) => one.what)).toEqual(['told']);
  });

  it('says each with its way there', async () => {
    const html = await draw(createElement(InboxLists, { notices: [notice('report 1 waits for review', { case: 'C-2026-0001' })] }));
    expect(words(html)).toContain('Report 1 waits for review');
    expect(html).toContain('/case/C-2026-0001');
    expect(words(await draw(createElement(InboxLists, { notices: [] })))).toContain('Nothing waits for you');
  });
});
