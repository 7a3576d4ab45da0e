/** The work on a case: what its tabs ask, and how its figures and chains are said. The functions are pure. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { every, get, post, put } from '@/api/http';
import type { Below } from '@/api/typed';
import { useMe, usePurpose, useScope } from '@/api/queries';
import type { Case, CaseClearance, CustodyLink, DocumentReading, Evidence, EvidencePage, Hours, InCustody, Related, CaseReport, ReportHead, Task } from '@/api/types';

/** Work on the content happens under the case itself, while it is open. */
export function useWorks(one: Case): boolean {
  const purpose = usePurpose();
  return purpose?.case === one.number && one.state === 'open';
}

function usePart<T>(number: string, part: string, enabled = true) {
  const scope = useScope();
  return useQuery({ queryKey: [...scope, 'case-work', number, part], queryFn: () => get<T>(`/cases/${number}/${part}`), retry: false, enabled });
}

/** A tab's list is sorted and counted here, so all of it is asked for. */
function useWhole<T>(number: string, part: string) {
  const scope = useScope();
  return useQuery({ queryKey: [...scope, 'case-work', number, part], queryFn: () => every<T>(`/cases/${number}/${part}`), retry: false });
}

export const useTasks = (number: string) => useWhole<Task>(number, 'tasks');
export const useReports = (number: string) => useWhole<ReportHead>(number, 'reports');
export const useReport = (number: string, report: number | null) => usePart<CaseReport>(number, `reports/${report ?? 0}`, report !== null);
export const EVIDENCE_PAGE = 50;
/** One page of the evidence; what its seals say is said of all of it. */
export function useEvidence(number: string, offset: number) {
  const scope = useScope();
  return useQuery({ queryKey: [...scope, 'case-work', number, 'evidence', offset], queryFn: () => get<EvidencePage>(`/cases/${number}/evidence`, { limit: EVIDENCE_PAGE, offset }), retry: false });
}
/** An item by its number or barcode, wherever in the list it stands. */
export const useItem = (number: string, item: string) => usePart<Evidence>(number, `evidence/${encodeURIComponent(item)}`, item !== '');
/** What one has in hand or is offered, over all cases; asked at a desk. */
export function useCustody() {
  const scope = useScope();
  const purpose = usePurpose();
  return useQuery({
    queryKey: [...scope, 'custody'],
    queryFn: () => every<InCustody>('/custody'),
    retry: false,
    enabled: purpose?.kind === 'desk' && ['agent', 'analyst', 'supervisor'].includes(purpose.role ?? ''),
  });
}

/** Custody goes on when the case rests or is closed: things stay things. At the supervisor's desk what the supervisor decides. */
export function useHandles(one: Case): { works: boolean; decides: boolean } {
  const purpose = usePurpose();
  const me = useMe().data;
  const standing = !['draft', 'submitted', 'returned'].includes(one.state);
  const decides = purpose?.role === 'supervisor' || one.members.some((each) => !each.to && each.account === me?.account && each.capacity === 'supervisor');
  return { works: standing && purpose?.case === one.number, decides: standing && decides };
}
/** How the readings stand; asked again while one waits for the worker. */
export function useReadings(number: string) {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, 'case-work', number, 'readings'],
    queryFn: () => every<DocumentReading>(`/cases/${number}/readings`),
    retry: false,
    refetchInterval: (query) => (query.state.data?.items.some((one) => one.state === 'waiting') ? 3000 : false),
  });
}
/** Whether somebody may ask for its reading: one that came with the draft, or whose reading failed or was stopped. */
export const unread = (reading: DocumentReading | undefined) => !reading || !['waiting', 'extracted'].includes(reading.state);
export const useRelated = (number: string) => useWhole<Related>(number, 'related');
export const useClearances = (number: string) => useWhole<CaseClearance>(number, 'clearances');

export function useHours(number: string) {
  const scope = useScope();
  return useQuery({ queryKey: [...scope, 'case-work', number, 'hours'], queryFn: () => get<Hours>(`/cases/${number}/hours`), retry: false });
}

/** Sends one act of the work, then asks the parts of the case anew. `beside`: another purpose than one works under, and what was read there. */
export function useWork<T = unknown>(number: string, done?: (answer: T) => void, beside: { under?: string; seen?: string } = {}) {
  const client = useQueryClient();
  const scope = useScope();
  return useMutation({
    mutationFn: ({ act, body }: { act: Below<`/cases/${string}`>; body?: unknown }) => post<T>(`/cases/${number}/${act}`, body ?? {}, beside),
    onSuccess: async (answer) => {
      await client.invalidateQueries({ queryKey: [...scope, 'case-work', number] });
      await client.invalidateQueries({ queryKey: [...scope, 'activity', number] });
      await client.invalidateQueries({ queryKey: ['notices'] });
      await client.invalidateQueries({ queryKey: [...scope, 'custody'] });
      done?.(answer);
    },
  });
}

/** A kept draft of a report, written anew as a whole by its author. */
export function useRewrite(number: string, done: () => void) {
  const client = useQueryClient();
  const scope = useScope();
  return useMutation({
    mutationFn: ({ report, body }: { report: number; body: unknown }) => put<CaseReport>(`/cases/${number}/reports/${report}`, body),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [...scope, 'case-work', number] });
      done();
    },
  });
}

export const ACTIVITIES = ['investigation', 'records', 'interview', 'surveillance', 'court', 'travel', 'writing', 'other'] as const;

const CUSTODY: Readonly<Record<string, string>> = {
  seize: 'Seized',
  store: 'Stored',
  offer: 'Offered',
  accept: 'Transferred',
  decline: 'Declined',
  reassign: 'Reassigned',
  return: 'Returned',
  forfeit: 'Forfeited',
  destroy: 'Destroyed',
};

/** A link of the chain in words: what happened, and between whom. */
export function linkWords(link: CustodyLink): { act: string; who: string } {
  const two = link.giver_title && link.taker_title && ['offer', 'accept', 'decline', 'reassign'].includes(link.act);
  return { act: CUSTODY[link.act] ?? link.act, who: two ? `${link.giver_title} → ${link.taker_title}` : (link.by_title ?? link.by ?? '') };
}

/** What the chain shows: an offer that was accepted is one transfer, signed by two. */
export function shownLinks(chain: readonly CustodyLink[]): CustodyLink[] {
  return chain.filter((link, index) => link.act !== 'offer' || chain[index + 1]?.act !== 'accept');
}

export interface Bar {
  week: string;
  minutes: number;
  parts: { activity: string; minutes: number }[];
}

/** The last weeks with hours, each with its activities in one order, the greatest of all weeks first. */
export function hourBars(weeks: Hours['weeks'], most = 8): Bar[] {
  const sums = new Map<string, number>();
  for (const week of weeks) for (const [activity, minutes] of Object.entries(week.activities)) sums.set(activity, (sums.get(activity) ?? 0) + Number(minutes));
  const order = [...sums].sort((a, b) => b[1] - a[1]).map(([activity]) => activity);
  return weeks
    .slice(-most)
    .map((week) => ({ week: week.week, minutes: week.minutes, parts: order.flatMap((activity) => (week.activities[activity] ? [{ activity, minutes: Number(week.activities[activity]) }] : [])) }));
}

export function hoursOf(minutes: number): string {
  return (minutes / 60).toFixed(minutes % 60 === 0 ? 0 : 1);
}
