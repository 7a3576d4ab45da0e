/** What more than one screen asks the server: who I am, the state of the log, words for pickers. */
import { QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { every, get } from './http';
import { asProblem } from './problem';
import type { Authority, CaseLine, Health, LedgerStatus, Me, Page, Prompts, Purpose, ServerState } from './types';
import { currentPurpose, scopeKey, useWorking } from '@/state/working';

/** Every read is an act in the ledger: nothing is fetched again because a window came to the front. */
export function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: { queries: { retry: (failures, error) => failures < 1 && asProblem(error).status === 0, refetchOnWindowFocus: false, refetchOnReconnect: false, staleTime: 5 * 60_000 } },
  });
}

export const ME = ['me'] as const;

export function useMe() {
  return useQuery({ queryKey: ME, queryFn: () => get<Me>('/me'), retry: false });
}

export function usePurpose(): Purpose | null {
  const { data } = useMe();
  const working = useWorking();
  return currentPurpose(data, working);
}

/** The beginning of every query key that depends on what one may see. */
export function useScope(): readonly [string, string, string] {
  const purpose = useWorking((state) => state.purpose);
  const inquiry = useWorking((state) => state.inquiry);
  return scopeKey({ purpose, inquiry });
}

export function useServerState() {
  return useQuery({ queryKey: ['state'], queryFn: () => get<ServerState>('/state'), retry: false });
}

export function useLedgerStatus() {
  return useQuery({ queryKey: ['ledger-status'], queryFn: () => get<LedgerStatus>('/ledger/status'), staleTime: 60_000 });
}

async function health(): Promise<Health> {
  // No act, no entry, no session kept awake: three words for everybody. A failing part answers 503 with the same shape.
  const body: unknown = await (await fetch('/health')).json();
  return body as Health;
}

export function useHealth() {
  return useQuery({ queryKey: ['health'], queryFn: health, staleTime: 20_000, refetchInterval: 30_000, retry: false });
}

export const PROMPTS = ['prompts'] as const;

/** What people are asked for their reasons, word for word; the version goes back with the answer. With the rulebook's figures. */
export function usePrompts() {
  const { data, isPending } = useQuery({ queryKey: PROMPTS, queryFn: () => get<Prompts>('/prompts'), staleTime: 300_000 });
  const asked = (name: string) => data?.prompts.find((one) => one.name === name) ?? null;
  const versions = (...names: readonly string[]) =>
    Object.fromEntries(
      names.flatMap((name) => {
        const one = asked(name);
        return one ? [[name, one.version]] : [];
      }),
    );
  return { aims: data?.aims ?? [], limits: data?.limits ?? null, asked, versions, waiting: isPending };
}

export function useAuthorities() {
  return useQuery({ queryKey: ['authorities'], queryFn: () => every<Authority>('/authorities') });
}

/** The statutes by the codes that lists name. */
export function useStatutes(): ReadonlyMap<string, string> {
  const { data } = useAuthorities();
  return new Map((data?.items ?? []).map((one) => [one.code, one.statute || one.code]));
}

export function useCases(query: { state?: string | undefined; q?: string | undefined; offset?: number } = {}) {
  const scope = useScope();
  return useQuery({ queryKey: [...scope, 'cases', query], queryFn: () => get<Page<CaseLine>>('/cases', { limit: 50, ...query }), enabled: scope[1] !== 'none' });
}

/** Forget what another purpose could see. Who I am stays. */
export function useForget(): () => void {
  const client = useQueryClient();
  return () => client.removeQueries({ predicate: (query) => query.queryKey[0] === 'w' });
}
