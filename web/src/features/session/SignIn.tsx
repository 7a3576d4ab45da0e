import { useQueryClient } from '@tanstack/react-query';
import { Navigate, useNavigate } from '@tanstack/react-router';
import { ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import { post } from '@/api/http';
import { asProblem, type Problem } from '@/api/problem';
import { ME, useServerState } from '@/api/queries';
import type { SignedIn } from '@/api/types';
import { Button } from '@/shared/controls/Button';
import { TextField } from '@/shared/controls/fields';
import { Sheet } from '@/shared/frame/Page';
import { ErrorPanel } from '@/shared/states/states';
import { useWorking } from '@/state/working';
import css from './session.module.css';

/** The second step: a code of the authenticator, or a recovery code. */
function SecondForm({ onDone, onBack }: { onDone: (opened: SignedIn) => Promise<void>; onBack: () => void }) {
  const [code, setCode] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const [pending, setPending] = useState(false);
  const send = async () => {
    setPending(true);
    try {
      await onDone(await post<SignedIn>('/session/second', { kind: /^\d{6}$/.test(code.trim()) ? 'totp' : 'recovery', code }));
    } catch (error) {
      setProblem(asProblem(error));
      setCode('');
    } finally {
      setPending(false);
    }
  };
  return (
    <form onSubmit={(event) => { event.preventDefault(); void send(); }}>
      <TextField label="Code" note="of your authenticator, or a recovery code" value={code} onChange={setCode} autoComplete="one-time-code" autoFocus required />
      {problem && <ErrorPanel problem={problem} />}
      <Button type="submit" look="primary" size="form" pending={pending} blocked={code.trim().length < 6}>Go on</Button>
      <Button look="quiet" onPress={onBack}>Begin again</Button>
    </form>
  );
}

function SignInForm() {
  const [account, setAccount] = useState('');
  const [password, setPassword] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const [pending, setPending] = useState(false);
  const client = useQueryClient();
  const navigate = useNavigate();
  const [second, setSecond] = useState(false);
  const enter = async (opened: SignedIn) => {
    useWorking.getState().leave();
    client.removeQueries({ queryKey: ME });
    await navigate({ to: opened.waits === 'enrol' ? '/enrol' : '/start' });
  };
  const signIn = async () => {
    setPending(true);
    try {
      const opened = await post<SignedIn>('/session', { account, password, cookie: true });
      if (opened.waits === 'second') setSecond(true);
      else await enter(opened);
    } catch (error) {
      setProblem(asProblem(error));
      setPassword('');
    } finally {
      setPending(false);
    }
  };
  if (second) return <SecondForm onDone={enter} onBack={() => { setSecond(false); setPassword(''); }} />;
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
