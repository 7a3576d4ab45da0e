/** What the overseer's page shows, worked out from a report and the crossings. Pure. */
import { scaleTime } from 'd3-scale';
import type { CrossingArc, OversightException, Regime, FigureReport } from '@/api/types';
import { REGIMES, isRegime } from '@/state/regime';

export interface Drill {
  figure: string;
  cell: readonly string[];
  title: string;
}

function rowsOf(report: FigureReport, key: string) {
  return report.figures.find((one) => one.key === key)?.rows ?? [];
}

/** Days as people say them: minutes, hours or days. */
export function span(days: number): string {
  if (days * 24 < 1) return `${Math.round(days * 1440)} min`;
  return days < 1 ? `${(days * 24).toFixed(1)} h` : `${days.toFixed(1)} d`;
}

/** The sum of a figure's numbers whose cell begins with these parts. */
export function total(report: FigureReport, key: string, ...parts: readonly string[]): number {
  return rowsOf(report, key)
    .filter((row) => parts.every((part, place) => row.cell[place] === part))
    .reduce((sum, row) => sum + (row.value ?? 0), 0);
}

/** A number that isn't a sum: a median, a last count. None when nothing was counted. */
export function single(report: FigureReport, key: string): number | null {
  return rowsOf(report, key)[0]?.value ?? null;
}

export function byRegime(report: FigureReport, key: string, ...rest: readonly string[]): Record<Regime, number> {
  const found = Object.fromEntries(REGIMES.map((regime) => [regime, total(report, key, regime, ...rest)]));
  return found as Record<Regime, number>;
}

export interface Arc {
  crossing: string;
  x: number;
  from: Regime;
  to: Regime;
  outcome: string;
  when: string;
  exception: number | null;
}

export interface Lanes {
  arcs: Arc[];
  ticks: { x: number; text: string }[];
}

export interface Box {
  left: number;
  right: number;
  width: number;
}

const HOUR = 3_600_000;
const GAP = 22;

/** One arc for each holder; arcs that would lie on one another are moved apart. */
export function lanes(crossings: readonly CrossingArc[], exceptions: readonly OversightException[], box: Box): Lanes {
  const dated = crossings.flatMap((one) => (one.requested && isRegime(one.to) ? [{ one, when: one.requested, at: new Date(one.requested), to: one.to }] : []));
  if (dated.length === 0) return { arcs: [], ticks: [] };
  const times = dated.map((each) => each.at.getTime());
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const half = Math.max(last - first, HOUR) * 0.56;
  const scale = scaleTime([new Date((first + last) / 2 - half), new Date((first + last) / 2 + half)], [box.left, box.width - box.right]);
  const format = half < 12 * HOUR ? scale.tickFormat(6, '%H:%M') : scale.tickFormat(6);
  const arcs = dated.flatMap(({ one, when, at, to }) =>
    one.from
      .filter((from) => from !== to && isRegime(from))
      .map((from) => ({
        crossing: one.crossing,
        x: scale(at),
        from,
        to,
        outcome: one.outcome,
        when,
        exception: exceptions.find((each) => each.crossing === one.crossing && each.state === 'open')?.n ?? null,
      })),
  );
  return { arcs: apart(arcs), ticks: scale.ticks(6).map((tick) => ({ x: scale(tick), text: format(tick) })) };
}

function apart(arcs: Arc[]): Arc[] {
  const sorted = [...arcs].sort((a, b) => a.x - b.x);
  for (const [place, arc] of sorted.entries()) {
    const before = sorted[place - 1];
    if (before && arc.x < before.x + GAP) arc.x = before.x + GAP;
  }
  return sorted;
}

/** A bow to the right; a denial stops half way. */
export function bow(x: number, from: number, to: number, stops: boolean): string {
  const bulge = Math.min(26, 8 + Math.abs(to - from) * 0.09);
  const end = stops ? (from + to) / 2 : to - Math.sign(to - from) * 10;
  return `M${x},${from} Q${x + bulge},${(from + to) / 2} ${stops ? x + bulge / 2 : x},${end}`;
}

/** Where the disc of an exception sits. */
export function middle(x: number, from: number, to: number): { x: number; y: number } {
  return { x: x + Math.min(26, 8 + Math.abs(to - from) * 0.09) / 2, y: (from + to) / 2 };
}

export type FlagVerdict = 'founded' | 'unfounded' | 'inquiry';

/** What the states of a misuse flag mean to people. */
export const FLAG_STATES: Record<FlagVerdict | 'open', { word: string; kind: 'waiting' | 'done' | 'danger' | 'plain' }> = {
  open: { word: 'Open', kind: 'waiting' },
  inquiry: { word: 'Needs inquiry', kind: 'waiting' },
  founded: { word: 'Founded', kind: 'danger' },
  unfounded: { word: 'Unfounded', kind: 'done' },
};

export const FLAG_VERDICTS: readonly { id: FlagVerdict; text: string }[] = [
  { id: 'unfounded', text: 'Unfounded' },
  { id: 'inquiry', text: 'Needs inquiry' },
  { id: 'founded', text: 'Founded' },
];
