import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Navigate, useNavigate } from '@tanstack/react-router';
import { Building2, ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import { get, post } from '@/api/http';
import { asProblem, type Problem } from '@/api/problem';
import { ME, useServerState } from '@/api/queries';
import type { FederatedBegun, SignedIn, SignInProviders } from '@/api/types';
import { Button } from '@/shared/controls/Button';
import { TextField } from '@/shared/controls/fields';
import { Sheet } from '@/shared/frame/Page';
import { ErrorPanel } from '@/shared/states/states';
import { useWorking } from '@/state/working';
import { useGoOn } from '@/shared/identity/goOn';
import { SecondStep } from './SecondStep';
import css from './session.module.css';

/** Providers of the organisation; none where accounts are local. */
function ProviderButtons() {
  const list = useQuery({ queryKey: ['providers'], queryFn: () => get<SignInProviders>('/session/providers'), retry: false });
  const leave = useMutation({ mutationFn: (provider: string) => post<FederatedBegun>('/session/federated/start', { provider }), onSuccess: ({ url }) => window.location.assign(url) });
  if (!list.data || list.data.providers.length === 0) return null;
  return (
    <>
      {list.data.providers.map((one) => (
        <Button key={one.name} look="primary" size="form" pending={leave.isPending} onPress={() => leave.mutate(one.name)}>
          <Building2 size={15} aria-hidden />
          Sign in with {one.title}
        </Button>
      ))}
      {leave.error && <ErrorPanel problem={asProblem(leave.error)} />}
    </>
  );
}

function SignInForm() {
  const [account, setAccount] = useState('');
  const [password, setPassword] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const [pending, setPending] = useState(false);
  const client = useQueryClient();
  const navigate = useNavigate();
  const goOn = useGoOn();
  const [second, setSecond] = useState<readonly string[] | null>(null);
  const enter = async (opened: SignedIn) => {
    useWorking.getState().leave();
    if (opened.waits !== 'enrol') return goOn();
    client.removeQueries({ queryKey: ME });
    await navigate({ to: '/enrol' });
  };
  const signIn = async () => {
    setPending(true);
    try {
      const opened = await post<SignedIn>('/session', { account, password, cookie: true });
      if (opened.waits === 'second') setSecond(opened.kinds);
      else await enter(opened);
    } catch (error) {
      setProblem(asProblem(error));
      setPassword('');
    } finally {
      setPending(false);
    }
  };
  if (second)
    return (
      <SecondStep
        kinds={second}
        onDone={enter}
        onBack={() => {
          setSecond(null);
          setPassword('');
        }}
      />
    );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void signIn();
      }}>
      <ProviderButtons />
      <TextField label="Account" value={account} onChange={setAccount} autoComplete="username" autoFocus required />
      <TextField label="Password" type="password" value={password} onChange={setPassword} autoComplete="current-password" required />
      {problem && <ErrorPanel problem={problem} />}
      <Button type="submit" look="primary" size="form" pending={pending} blocked={!account || !password}>
        Sign in
      </Button>
    </form>
  );
}

/** Signing in. An installation without an administrator is sent to its setup first. */
export function SignIn() {
  const state = useServerState();
  if (state.data?.setup) return <Navigate to="/setup" />;
  return (
    <Sheet>
      <div className={css.head}>
        <h1>Sign in to Brightline</h1>
        <p>Case files, search and link analysis under the line.</p>
      </div>
      <SignInForm />
      <p className={css.note}>
        <ShieldCheck size={15} aria-hidden />
        <span>Signing in, every search and every view are written to a log that overseers read. A later change of it is evident to whoever kept a receipt or a checkpoint.</span>
      </p>
    </Sheet>
  );
}
