import { useState } from 'react';
import { post } from '@/api/http';
import { asProblem, type Problem } from '@/api/problem';
import { useMe } from '@/api/queries';
import { Button } from '@/shared/controls/Button';
import { TextField } from '@/shared/controls/fields';
import { Sheet } from '@/shared/frame/Page';
import { ErrorPanel } from '@/shared/states/states';
import { useGoOn } from '@/shared/identity/goOn';
import css from './session.module.css';

/** A password that somebody else gave is changed before any work. */
export function Password() {
  const [old, setOld] = useState('');
  const [next, setNext] = useState('');
  const [again, setAgain] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const [pending, setPending] = useState(false);
  const account = useMe().data?.account;
  const goOn = useGoOn();
  const differs = again !== '' && again !== next;
  const send = async () => {
    setPending(true);
    try {
      await post('/session/password', { old, new: next });
      // The server has ended every session, this one too: the new password opens one for this tab.
      await post('/session', { account, password: next, cookie: true });
      await goOn();
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setPending(false);
    }
  };
  return (
    <Sheet>
      <div className={css.head}>
        <h1>Choose your own password</h1>
        <p>Nobody else should know it. Your sessions elsewhere end.</p>
      </div>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!differs) void send();
        }}>
        <TextField label="Present password" type="password" autoComplete="current-password" value={old} onChange={setOld} autoFocus required error={problem?.field === 'old' ? problem.detail : null} />
        <TextField
          label="New password"
          note="12 characters or more"
          type="password"
          autoComplete="new-password"
          value={next}
          onChange={setNext}
          required
          error={problem?.field === 'new' ? problem.detail : null}
        />
        <TextField label="New password again" type="password" autoComplete="new-password" value={again} onChange={setAgain} required error={differs ? 'The two are not the same.' : null} />
        {problem && !problem.field && <ErrorPanel problem={problem} />}
        <Button type="submit" look="primary" size="form" pending={pending} blocked={!old || !next || next !== again}>
          Change it
        </Button>
      </form>
    </Sheet>
  );
}
