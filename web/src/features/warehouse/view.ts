/** The warehouse: how a table and a schedule stand, and sums over all tables. Pure. */
import type { Schedule, ScheduleRun, WarehouseTable } from '@/api/types';

type Kind = 'done' | 'waiting' | 'danger' | 'plain';

export function tableState(table: WarehouseTable): { kind: Kind; word: string } {
  if (table.fault) return { kind: 'danger', word: `Can't be written (${table.fault})` };
  if (table.waiting > 0) return { kind: 'waiting', word: `${table.waiting} waiting` };
  return table.version === null ? { kind: 'plain', word: 'Empty' } : { kind: 'done', word: 'Current' };
}

export function scheduleKind(state: string): Kind {
  if (state === 'active') return 'done';
  return state === 'ended' ? 'danger' : 'waiting';
}

/** What a run came to: of a feed or an export what became of it, else what became of the asking. */
export function runState(run: ScheduleRun): { kind: Kind; word: string } {
  const word = run.result ?? run.state;
  if (['done', 'published', 'ready'].includes(word)) return { kind: 'done', word };
  return { kind: ['refused', 'failed'].includes(word) ? 'danger' : 'waiting', word };
}

export function seconds(lag: number | null): string {
  return lag === null ? '–' : `${lag.toFixed(1)} s`;
}

export function tableTotals(tables: readonly WarehouseTable[]): { rows: number; commits: number; waiting: number; held: number } {
  const sum = (pick: (one: WarehouseTable) => number) => tables.reduce((all, one) => all + pick(one), 0);
  return { rows: sum((one) => one.rows), commits: sum((one) => one.commits), waiting: sum((one) => one.waiting), held: sum((one) => one.held) };
}

export function active(schedules: readonly Schedule[]): number {
  return schedules.filter((one) => one.state === 'active').length;
}
