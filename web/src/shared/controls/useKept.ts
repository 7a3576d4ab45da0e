import { useCallback, useState } from 'react';
import { useMe } from '@/api/queries';
import { drop, keep, kept, keyOf } from '@/state/kept';
import { useWorking } from '@/state/working';

/**
 * A form's draft that outlives the form: [what it holds now, change it, throw it away]. Throw it away when it was sent or
 * cancelled. Until somebody types nothing is kept.
 */
export function useKept<T extends object>(form: string, empty: T): readonly [T, (next: T) => void, () => void] {
  const account = useMe().data?.account ?? 'nobody';
  const purpose = useWorking((state) => state.purpose) ?? 'none';
  const key = keyOf(account, purpose, form);
  const [draft, setDraft] = useState<{ key: string; now: T }>(() => ({ key, now: kept(key, empty) ?? empty }));
  // Who is signed in is known a moment later after a reload.
  if (draft.key !== key) setDraft({ key, now: kept(key, empty) ?? empty });
  const change = useCallback(
    (next: T) => {
      setDraft({ key, now: next });
      keep(key, next);
    },
    [key],
  );
  const forget = useCallback(() => {
    setDraft({ key, now: empty });
    drop(key);
  }, [key, empty]);
  return [draft.now, change, forget];
}
