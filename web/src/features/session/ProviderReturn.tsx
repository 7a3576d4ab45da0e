import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { post } from '@/api/http';
import { Problem, asProblem } from '@/api/problem';
import { ME } from '@/api/queries';
import type { SignedIn } from '@/api/types';
import { Sheet } from '@/shared/frame/Page';
import { ErrorPanel, Skeleton } from '@/shared/states/states';
import { useWorking } from '@/state/working';
import { useGoOn } from '@/shared/identity/goOn';
import { SecondStep } from './SecondStep';
import css from './session.module.css';

/** Back from a provider: what stands in the address serves once, and leaves the address at once. */
function open(address: URLSearchParams): Promise<SignedIn> {
  const refused = address.get('error');
  if (refused) throw new Problem(0, { detail: `The provider says no: ${address.get('error_description') ?? refused}.`, hint: 'Begin again from the sign-in page.', code: refused });
  return post<SignedIn>('/session/federated', { state: address.get('state') ?? '', code: address.get('code') ?? '' });
}

export function ProviderReturn() {
  const [address] = useState(() => new URLSearchParams(window.location.search));
  const client = useQueryClient();
  const navigate = useNavigate();
  const goOn = useGoOn();
  const back = useQuery({ queryKey: ['provider', address.get('state')], queryFn: () => open(address), retry: false, staleTime: Infinity });
  const enter = async (opened: SignedIn) => {
    useWorking.getState().leave();
    if (opened.waits !== 'enrol') return goOn();
    client.removeQueries({ queryKey: ME });
    await navigate({ to: '/enrol' });
  };
  useEffect(() => {
    window.history.replaceState(null, '', window.location.pathname);
  }, []);
  useEffect(() => {
    if (back.data && back.data.waits !== 'second') void enter(back.data);
    // Entered once, when the answer is there.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [back.data]);
  return (
    <Sheet>
      <div className={css.head}>
        <h1>Signing you in</h1>
      </div>
      {back.isPending && <Skeleton rows={2} />}
      {back.error && (
        <>
          <ErrorPanel problem={asProblem(back.error)} />
          <Link to="/signin">To the sign-in page</Link>
        </>
      )}
      {back.data?.waits === 'second' && <SecondStep kinds={back.data.kinds} onDone={enter} onBack={() => void navigate({ to: '/signin' })} />}
    </Sheet>
  );
}
