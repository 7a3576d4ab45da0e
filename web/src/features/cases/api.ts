import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { get, patch, post } from '@/api/http';
import type { Below } from '@/api/typed';
import { useScope } from '@/api/queries';
import type { Activity, Case, Page } from '@/api/types';
import { useParts } from '@/shared/data/useParts';

export function useCase(number: string) {
  const scope = useScope();
  return useQuery({ queryKey: [...scope, 'case', number], queryFn: () => get<Case>(`/cases/${number}`), retry: false });
}

export function useActivity(number: string) {
  return useParts<Page<Activity>>(['activity', number], `/cases/${number}/activity`);
}

/** Sends one act on a case, then reads the case and its activity anew. */
export function useCaseAct(number: string, done?: () => void) {
  const client = useQueryClient();
  const scope = useScope();
  return useMutation({
    mutationFn: ({ act, body }: { act: Below<`/cases/${string}`> | 'edit'; body?: unknown }) =>
      act === 'edit' ? patch<unknown>(`/cases/${number}`, body) : post<unknown>(`/cases/${number}/${act}`, body ?? {}),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [...scope, 'case', number] });
      await client.invalidateQueries({ queryKey: [...scope, 'activity', number] });
      await client.invalidateQueries({ queryKey: [...scope, 'cases'] });
      await client.invalidateQueries({ queryKey: [...scope, 'case-work', number] });
      await client.invalidateQueries({ queryKey: ['me'] });
      done?.();
    },
  });
}
