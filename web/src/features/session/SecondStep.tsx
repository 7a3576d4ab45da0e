import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { post } from '@/api/http';
import { asProblem, Problem } from '@/api/problem';
import type { KeyOptions, SignedIn } from '@/api/types';
import { Button } from '@/shared/controls/Button';
import { TextField } from '@/shared/controls/fields';
import { askKey, canUseKeys, KeyFailed } from '@/shared/identity/keys';
import { ErrorPanel } from '@/shared/states/states';

interface Props {
  kinds: readonly string[];
  onDone: (opened: SignedIn) => Promise<void>;
  onBack: () => void;
}

function told(error: unknown): Problem {
  return error instanceof KeyFailed ? new Problem(0, { detail: error.message, hint: 'Try again, or use a recovery code.', code: 'key' }) : asProblem(error);
}

/** The second step: a key, a code of the authenticator, or a recovery code. */
export function SecondStep({ kinds, onDone, onBack }: Props) {
  const [code, setCode] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const [pending, setPending] = useState<'code' | 'key' | null>(null);
  const attempt = async (how: 'code' | 'key', open: () => Promise<SignedIn>) => {
    setPending(how);
    try {
      await onDone(await open());
    } catch (error) {
      setProblem(told(error));
      setCode('');
    } finally {
      setPending(null);
    }
  };
  const byCode = () => attempt('code', () => post<SignedIn>('/session/second', { kind: /^\d{6}$/.test(code.trim()) ? 'totp' : 'recovery', code }));
  const byKey = () =>
    attempt('key', async () => {
      const { options } = await post<KeyOptions>('/session/second/key');
      return post<SignedIn>('/session/second/key/shown', { credential: await askKey(options) });
    });
  const key = kinds.includes('webauthn');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void byCode();
      }}>
      {key && canUseKeys() && (
        <Button look="primary" size="form" pending={pending === 'key'} onPress={() => void byKey()}>
          <KeyRound size={15} aria-hidden />
          Use your security key
        </Button>
      )}
      <TextField
        label="Code"
        note={kinds.includes('totp') ? 'of your authenticator, or a recovery code' : 'a recovery code'}
        value={code}
        onChange={setCode}
        autoComplete="one-time-code"
        autoFocus={!key}
        required
      />
      {problem && <ErrorPanel problem={problem} />}
      <Button type="submit" look={key ? 'default' : 'primary'} size="form" pending={pending === 'code'} blocked={code.trim().length < 6}>
        Go on
      </Button>
      <Button look="quiet" onPress={onBack}>
        Begin again
      </Button>
    </form>
  );
}
