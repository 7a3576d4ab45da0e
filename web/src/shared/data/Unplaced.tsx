import { Link } from '@tanstack/react-router';
import type { UnplacedThing } from '@/api/types';
import { plural } from '@/state/words';

/** Addresses without coordinates: a map that left them out in silence would show less than is known. */
export function Unplaced({ places }: { places: readonly UnplacedThing[] }) {
  const once = [...new Map(places.map((one) => [one.via ?? one.on, one])).values()];
  if (once.length === 0) return null;
  return (
    <details>
      <summary>{plural(once.length, 'place')} without coordinates</summary>
      <ul>
        {once.map((one) => (
          <li key={one.via ?? one.on}>
            <Link to="/r/$id" params={{ id: one.via ?? one.on }}>
              {one.label || (one.via ?? one.on)}
            </Link>
          </li>
        ))}
      </ul>
    </details>
  );
}
