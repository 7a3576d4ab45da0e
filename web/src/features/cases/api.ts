import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { answered } from '@/api/answered';
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

/** Sends one act on a case. Where its answer is the case as it stands now, only the activity is read anew; the purposes at once for whoever works under this one, else when somebody next looks at them. */
export function useCaseAct(number: string, done?: () => void) {
  const client = useQueryClient();
  const scope = useScope();
  return useMutation({
    mutationFn: ({ act, body }: { act: Below<`/cases/${string}`> | 'edit'; body?: unknown }) =>
      act === 'edit' ? patch<unknown>(`/cases/${number}`, body) : post<unknown>(`/cases/${number}/${act}`, body ?? {}),
    onSuccess: async (answer) => {
      const step = await answered(client, [...scope, 'case', number], answer, 'authorities');
      await client.invalidateQueries({ queryKey: [...scope, 'activity', number] });
      await client.invalidateQueries({ queryKey: [...scope, 'cases'] });
      // A step moves none of its parts: they are read anew when somebody next opens them.
      await client.invalidateQueries({ queryKey: [...scope, 'case-work', number], refetchType: step ? 'none' : 'active' });
      await client.invalidateQueries({ queryKey: ['me'], refetchType: scope.includes(number) ? 'active' : 'none' });
      done?.();
    },
  });
}
