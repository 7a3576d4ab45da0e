import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { answered } from '@/api/answered';
import { get, post } from '@/api/http';
import type { Below } from '@/api/typed';
import { useScope } from '@/api/queries';
import type { Extract, ExtractRow, Extracts, Operation, OperationLine, Page } from '@/api/types';
import { useParts } from '@/shared/data/useParts';

export function useOperations(state: string | undefined) {
  return useParts<Page<OperationLine>>(['operations'], '/operations', { state });
}

export function useOperation(number: string) {
  const scope = useScope();
  return useQuery({ queryKey: [...scope, 'operation', number], queryFn: () => get<Operation>(`/operations/${number}`), retry: false });
}

/** Sends one act. Where its answer is the operation as it stands now, only the list is read anew. */
export function useOperationAct(number: string, done?: () => void) {
  const client = useQueryClient();
  const scope = useScope();
  return useMutation({
    mutationFn: ({ path, body }: { path: Below<'/operations'>; body?: unknown }) => post<unknown>(`/operations/${path}`, body ?? {}),
    onSuccess: async (answer) => {
      await answered(client, [...scope, 'operation', number], answer, 'objectives');
      await client.invalidateQueries({ queryKey: [...scope, 'operations'] });
      done?.();
    },
  });
}

const OVER = ['done', 'failed'];

/** Looked at again as long as one is being taken in. */
export function useExtracts() {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, 'extracts'],
    queryFn: () => get<Extracts>('/operations/extracts'),
    refetchInterval: (query) => (query.state.data?.extracts.some((one) => one.state === 'waiting' || one.state === 'running') ? 5_000 : false),
  });
}

export function useExtract(extract: string, offset: number, limit: number) {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, 'extract', extract, offset],
    queryFn: () => get<Extract>(`/operations/extracts/${extract}`, { limit, offset }),
    retry: false,
    placeholderData: offset > 0 ? keepPreviousData : undefined,
  });
}

/** The worker takes a table in, piece by piece: asked again until it is done, each time after a longer pause. */
async function taken(found: ExtractRow, step: (at: ExtractRow) => void, pause = 300): Promise<Extract> {
  step(found);
  const next = await get<Extract>(`/operations/extracts/${found.extract}`);
  if (OVER.includes(next.state)) return next;
  await new Promise((go) => {
    setTimeout(go, pause);
  });
  return taken(next, step, Math.min(pause * 1.3, 5_000));
}

export function useTakeTable(step: (at: ExtractRow) => void, done: (found: Extract) => void) {
  const client = useQueryClient();
  const scope = useScope();
  return useMutation({
    mutationFn: async ({ kind, file }: { kind: string; file: File }) => {
      const form = new FormData();
      form.append('kind', kind);
      form.append('file', file);
      return taken(await post<ExtractRow>('/operations/extracts', form), step);
    },
    onSuccess: async (found) => {
      done(found);
      await client.invalidateQueries({ queryKey: [...scope, 'extracts'] });
    },
  });
}
