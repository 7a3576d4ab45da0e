import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useRouter } from '@tanstack/react-router';
import { get } from '@/api/http';
import { ME } from '@/api/queries';
import type { Me } from '@/api/types';
import { takeBack } from '@/state/back';

/** After signing in: to the page where this person was sent away, or to the start. Who is signed in is the server's word. */
export function useGoOn(): () => Promise<void> {
  const client = useQueryClient();
  const navigate = useNavigate();
  const router = useRouter();
  return async () => {
    client.removeQueries({ queryKey: ME });
    const me = await client.fetchQuery({ queryKey: ME, queryFn: () => get<Me>('/me') }).catch(() => null);
    if (!me || me.must_change || me.waits) return navigate({ to: '/start' });
    router.history.replace(takeBack(me.account, window.location.origin));
  };
}
