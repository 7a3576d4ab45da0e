import { useQueryClient } from '@tanstack/react-query';
import { Navigate, useNavigate } from '@tanstack/react-router';
import { ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import { post } from '@/api/http';
import { asProblem, type Problem } from '@/api/problem';
import { ME, useServerState } from '@/api/queries';
import { Button } from '@/shared/controls/Button';
import { TextField } from '@/shared/controls/fields';
import { Sheet } from '@/shared/frame/Page';
import { ErrorPanel } from '@/shared/states/states';
import { useWorking } from '@/state/working';
import css from './session.module.css';

function SignInForm() {
  const [account, setAccount] = useState('');
  const [password, setPassword] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const [pending, setPending] = useState(false);
  const client = useQueryClient();
  const navigate = useNavigate();
  const signIn = async () => {
    setPending(true);
    try {
      await post('/session', { account, password, cookie: true });
      useWorking.getState().leave();
      client.removeQueries({ queryKey: ME });
      await navigate({ to: '/start' });
    } catch (error) {
      setProblem(asProblem(error));
      setPassword('');
    } finally {
      setPending(false);
    }
  };
  return (
    <form onSubmit={(event) => { event.preventDefault(); void signIn(); }}>
      <TextField label="Account" value={account} onChange={setAccount} autoComplete="username" autoFocus required />
      <TextField label="Password" type="password" value={password} onChange={setPassword} autoComplete="current-password" required />
      {problem && <ErrorPanel problem={problem} />}
      <Button type="submit" look="primary" size="form" pending={pending} blocked={!account || !password}>Sign in</Button>
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
      <p className={css.note}><ShieldCheck size={15} aria-hidden /><span>Signing in, every search and every view are written to a log that overseers read. A later change of it is evident to whoever kept a receipt or a checkpoint.</span></p>
    </Sheet>
  );
}
