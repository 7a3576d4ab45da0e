import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { get, post } from '@/api/http';
import { useScope } from '@/api/queries';
import type { Operation, OperationLine, Page } from '@/api/types';
import { useParts } from '@/shared/data/useParts';

export function useOperations(state: string | undefined) {
  return useParts<Page<OperationLine>>(['operations'], '/operations', { state });
}

export function useOperation(number: string) {
  const scope = useScope();
  return useQuery({ queryKey: [...scope, 'operation', number], queryFn: () => get<Operation>(`/operations/${number}`), retry: false });
}

/** Sends one act, then reads the operation and the list anew. */
export function useOperationAct(number: string, done?: () => void) {
  const client = useQueryClient();
  const scope = useScope();
  return useMutation({
    mutationFn: ({ path, body }: { path: string; body?: unknown }) => post<unknown>(`/operations/${path}`, body ?? {}),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [...scope, 'operation', number] });
      await client.invalidateQueries({ queryKey: [...scope, 'operations'] });
      done?.();
    },
  });
}
