/** Feeds: how a run stands, and sums over all feeds. Pure. */
import type { Feed } from '@/api/types';

type Kind = 'done' | 'waiting' | 'danger' | 'plain';

export function runKind(state: string): Kind {
  if (state === 'published') return 'done';
  if (state === 'failed') return 'danger';
  return state === 'queued' || state === 'running' ? 'waiting' : 'plain';
}

export function totals(feeds: readonly Feed[]): { current: number; records: number; aspects: number; quarantine: number } {
  const sum = (pick: (one: Feed) => number | null) => feeds.reduce((all, one) => all + (pick(one) ?? 0), 0);
  return {
    current: feeds.filter((one) => one.last_run?.state === 'published').length,
    records: sum((one) => one.records),
    aspects: sum((one) => one.aspects),
    quarantine: sum((one) => one.quarantine),
  };
}

const DAY_MS = 86_400_000;

/** A feed with a schedule that has been silent for a day is late, and says so. */
export function fresh(feed: Feed, now: Date): { kind: Kind; word: string } {
  const run = feed.last_run;
  if (!run) return { kind: 'plain', word: 'Never ran' };
  if (run.state === 'failed') return { kind: 'danger', word: 'Last run failed' };
  const age = run.ended ? now.getTime() - new Date(run.ended).getTime() : 0;
  return feed.schedule && age > DAY_MS ? { kind: 'waiting', word: 'Late' } : { kind: runKind(run.state), word: run.state === 'published' ? 'Current' : run.state };
}
