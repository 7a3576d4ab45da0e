import { Lock } from 'lucide-react';
import { useState } from 'react';
import { usePurpose } from '@/api/queries';
import type { Pointer } from '@/api/types';
import { Button, ButtonLink } from '@/shared/controls/Button';
import { RegimeChips } from '@/shared/identity/chips';
import { addressOf, pointerHue, stripLine } from '@/state/pointers';
import { regimesTold } from '@/state/regime';
import { useUi } from '@/state/ui';
import css from './withheld.module.css';

/** Shown at first; tier 3 tells kinds and months apart, and an entity of many months would fill the page. */
const FIRST = 3;

function Line({ pointer, id }: { pointer: Pointer; id: string }) {
  const show = useUi((state) => state.show);
  const mayCross = usePurpose()?.kind === 'case';
  const { many, more } = stripLine(pointer);
  return (
    <li data-hue={pointerHue(pointer)}>
      <Lock size={14} role="img" aria-label="Withheld" />
      <p>
        <RegimeChips regimes={regimesTold(pointer.regime)} /> <strong>{many}</strong>
        {more && <small>{more}</small>}
      </p>
      <ButtonLink to="/p" search={addressOf(pointer, { r: id })} size="small">
        See pointer
      </ButtonLink>
      {mayCross && (
        <Button size="small" onPress={() => show({ kind: 'crossing', draft: { items: [id], pointer } })}>
          Request crossing
        </Button>
      )}
    </li>
  );
}

/** What else exists on an entity, as far as its sources' tiers tell it. Nothing, where nothing may be told. */
export function PointerStrip({ pointers, id }: { pointers: readonly Pointer[]; id: string }) {
  const [all, setAll] = useState(false);
  if (pointers.length === 0) return null;
  const rest = pointers.length - FIRST;
  return (
    <section className={css.strip} aria-label="Withheld besides">
      <ul>
        {(all ? pointers : pointers.slice(0, FIRST)).map((one, index) => (
          <Line key={index} pointer={one} id={id} />
        ))}
      </ul>
      {rest > 0 && (
        <Button size="small" look="quiet" onPress={() => setAll(!all)}>
          {all ? 'Fewer' : `${rest} more`}
        </Button>
      )}
    </section>
  );
}
