import { describe, expect, it } from 'vitest';
import type { CrossingArc, OversightException, FigureReport } from '@/api/types';
import { bow, byRegime, lanes, single, span, total } from './overview';

const report = {
  figures: [
    {
      key: 'arrests',
      rows: [
        { cell: ['civil', 'targeted'], value: 2, suppressed: null },
        { cell: ['civil', 'collateral'], value: 4, suppressed: null },
        { cell: ['criminal', 'collateral'], value: null, suppressed: 'small' },
      ],
    },
    { key: 'crossings_days', rows: [{ cell: [], value: 2.75, suppressed: null }] },
  ],
} as unknown as FigureReport;

function crossing(number: string, requested: string, from: string[], outcome = 'approved'): CrossingArc {
  return { crossing: number, requested, from, to: 'criminal', outcome, ended: null, revoked: null, entries: [] } as unknown as CrossingArc;
}

const BOX = { left: 100, right: 10, width: 800 };

describe('the overseer’s numbers', () => {
  it('adds the cells that begin alike', () => {
    expect(total(report, 'arrests', 'civil')).toBe(6);
    expect(total(report, 'arrests', 'civil', 'targeted')).toBe(2);
    expect(total(report, 'castle')).toBe(0);
    expect(byRegime(report, 'arrests')).toEqual({ criminal: 0, civil: 6, regulatory: 0, oversight: 0 });
    expect(single(report, 'crossings_days')).toBe(2.75);
    expect(single(report, 'castle')).toBeNull();
    expect([span(0.001), span(0.5), span(6.42)]).toEqual(['1 min', '12.0 h', '6.4 d']);
  });
});

describe('the chart of crossings', () => {
  it('draws one arc for each holder, none inside a regime', () => {
    const found = lanes([crossing('X-1', '2026-11-01T10:00:00Z', ['civil', 'regulatory', 'criminal'])], [], BOX);
    expect(found.arcs.map((one) => one.from)).toEqual(['civil', 'regulatory']);
  });

  it('keeps arcs of one moment apart and inside the box', () => {
    const same = '2026-11-01T10:00:00Z';
    const found = lanes([crossing('X-1', same, ['civil']), crossing('X-2', same, ['civil']), crossing('X-3', '2026-11-09T10:00:00Z', ['civil'])], [], BOX);
    const xs = found.arcs.map((one) => one.x);
    expect(xs[1]! - xs[0]!).toBeGreaterThanOrEqual(22);
    expect(Math.min(...xs)).toBeGreaterThan(100);
    expect(Math.max(...xs)).toBeLessThan(790);
    expect(found.ticks.length).toBeGreaterThan(1);
  });

  it('numbers a crossing by its open exception', () => {
    const flagged = [{ crossing: 'X-1', n: 3, state: 'open' }] as unknown as OversightException[];
    expect(lanes([crossing('X-1', '2026-11-01T10:00:00Z', ['civil'])], flagged, BOX).arcs[0]?.exception).toBe(3);
  });

  it('stops a denial half way', () => {
    expect(bow(50, 0, 100, true)).toMatch(/ 58\.5,50$/);
    expect(bow(50, 0, 100, false)).toMatch(/ 50,90$/);
  });

  it('draws nothing of nothing', () => expect(lanes([], [], BOX)).toEqual({ arcs: [], ticks: [] }));
});
