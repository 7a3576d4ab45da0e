import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { post } from '@/api/http';
import { asProblem, type Problem } from '@/api/problem';
import { useServerState } from '@/api/queries';
import { Button } from '@/shared/controls/Button';
import { TextField } from '@/shared/controls/fields';
import { Sheet } from '@/shared/frame/Page';
import { ErrorPanel, Notice } from '@/shared/states/states';
import css from './session.module.css';

interface Draft {
  code: string;
  account: string;
  title: string;
  password: string;
  unit: string;
  unit_title: string;
}

const EMPTY: Draft = { code: '', account: 'admin', title: '', password: '', unit: 'hq', unit_title: 'Headquarters' };

function useSetup() {
  const [draft, setDraft] = useState(EMPTY);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [pending, setPending] = useState(false);
  const client = useQueryClient();
  const navigate = useNavigate();
  const send = async () => {
    setPending(true);
    try {
      await post('/setup', draft);
      client.clear();
      await navigate({ to: '/signin' });
    } catch (error) {
      setProblem(asProblem(error));
    } finally {
      setPending(false);
    }
  };
  const field = (name: keyof Draft) => ({
    value: draft[name],
    onChange: (value: string) => setDraft({ ...draft, [name]: value }),
    error: problem?.field === name ? problem.detail : null,
    required: true,
  });
  return { draft, problem, pending, send, field };
}

/** The first administrator. The one-time code was printed where the server was installed, and works once. */
export function Setup() {
  const state = useServerState();
  const { draft, problem, pending, send, field } = useSetup();
  const complete = Object.values(draft).every(Boolean);
  if (state.data && !state.data.setup) {
    return (
      <Sheet>
        <Notice kind="done" title="This installation has its administrator.">
          <Link to="/signin">Sign in</Link>
        </Notice>
      </Sheet>
    );
  }
  return (
    <Sheet>
      <div className={css.head}>
        <h1>Set up Brightline</h1>
        <p>Make the first administrator. Units, authorities, people and sources follow on the Admin page.</p>
      </div>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}>
        <TextField label="One-time code" note="printed at installation" {...field('code')} autoFocus />
        <div className={css.two}>
          <TextField label="Account" {...field('account')} autoComplete="username" />
          <TextField label="Full name" {...field('title')} autoComplete="name" />
        </div>
        <TextField label="Password" note="12 characters or more" type="password" {...field('password')} autoComplete="new-password" />
        <div className={css.two}>
          <TextField label="Unit" {...field('unit')} />
          <TextField label="Unit's name" {...field('unit_title')} />
        </div>
        {problem && !problem.field && <ErrorPanel problem={problem} />}
        <Button type="submit" look="primary" size="form" pending={pending} blocked={!complete}>
          Make the administrator
        </Button>
      </form>
    </Sheet>
  );
}
