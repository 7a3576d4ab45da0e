import { useMutation, useQuery } from '@tanstack/react-query';
import { Navigate } from '@tanstack/react-router';
import { useState } from 'react';
import { post } from '@/api/http';
import { asProblem } from '@/api/problem';
import { useMe } from '@/api/queries';
import type { FactorMade, TotpBegun } from '@/api/types';
import { Button } from '@/shared/controls/Button';
import { TextField } from '@/shared/controls/fields';
import { Sheet } from '@/shared/frame/Page';
import { ErrorPanel, Notice, Skeleton } from '@/shared/states/states';
import { useGoOn } from '@/shared/identity/goOn';
import css from './access.module.css';

export function RecoveryCodes({ codes }: { codes: readonly string[] }) {
  if (codes.length === 0)
    return (
      <Notice kind="done" title="It is set up.">
        Your recovery codes stay as they were.
      </Notice>
    );
  return (
    <>
      <Notice kind="done" title="It is set up.">
        These recovery codes are shown once. Each opens one sign-in when the telephone is lost: keep them on paper.
      </Notice>
      <div className={css.codes}>
        {codes.map((one) => (
          <code key={one}>{one}</code>
        ))}
      </div>
    </>
  );
}

/** An authenticator: its picture and secret, then its first code. The server draws the picture itself. */
export function EnrolForm({ onDone }: { onDone: (made: FactorMade) => void }) {
  const [code, setCode] = useState('');
  const begun = useQuery({ queryKey: ['enrol'], queryFn: () => post<TotpBegun>('/me/factors/totp', { title: 'Authenticator' }), staleTime: Infinity, gcTime: 0, retry: false });
  const confirm = useMutation({ mutationFn: () => post<FactorMade>('/me/factors/totp/confirm', { id: begun.data?.id, code }), onSuccess: onDone });
  if (begun.error) return <ErrorPanel problem={asProblem(begun.error)} />;
  if (!begun.data) return <Skeleton rows={4} />;
  const problem = confirm.error ? asProblem(confirm.error) : null;
  return (
    <form
      className={css.enrol}
      onSubmit={(event) => {
        event.preventDefault();
        confirm.mutate();
      }}>
      <p>Scan this with an authenticator app, or type the secret into it.</p>
      <img className={css.picture} src={begun.data.picture} alt="The secret as a picture for the authenticator's camera" />
      <code className={css.secret}>{begun.data.secret}</code>
      <TextField
        label="Code"
        note="the six digits that the app shows now"
        value={code}
        onChange={setCode}
        autoComplete="one-time-code"
        autoFocus
        required
        error={problem?.code === 'code' ? problem.detail : null}
      />
      {problem && problem.code !== 'code' && <ErrorPanel problem={problem} />}
      <Button type="submit" look="primary" size="form" pending={confirm.isPending} blocked={code.trim().length < 6}>
        Confirm
      </Button>
    </form>
  );
}

/** For whoever's role needs a second factor: nothing else is open before. */
export function EnrolPage() {
  const me = useMe();
  const go = useGoOn();
  const [made, setMade] = useState<FactorMade | null>(null);
  if (me.error) return <Navigate to="/signin" />;
  return (
    <Sheet>
      <div className={css.enrol}>
        <h1>Set up a second factor</h1>
        <p>Your role needs one. From now on signing in takes your password and a code.</p>
        {made ? (
          <>
            <RecoveryCodes codes={made.recovery_codes} />
            <Button look="primary" size="form" onPress={() => void go()}>
              Go on
            </Button>
          </>
        ) : (
          <EnrolForm onDone={setMade} />
        )}
      </div>
    </Sheet>
  );
}
