import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { asProblem } from '@/api/problem';
import type { DatedEvent, EventsAnswer } from '@/api/types';
import { Button } from '@/shared/controls/Button';
import { Card, DataTable } from '@/shared/data/data';
import { Unplaced } from '@/shared/data/Unplaced';
import { Timeline } from '@/shared/data/Timeline';
import { SourceChip } from '@/shared/identity/chips';
import { Empty, ErrorPanel } from '@/shared/states/states';
import { bins, inSpan, spanOf, type Span } from '@/state/timespan';
import { plural, sentence, span as spanText } from '@/state/words';
import { useEntityEvents } from './api';
import css from './entity.module.css';

const MapView = lazy(async () => import('@/shared/map/MapView'));
const SHOWN = 50;

function Places({ answer }: { answer: EventsAnswer }) {
  const [drawn, setDrawn] = useState(true);
  const [all, setAll] = useState(false);
  const spots = [...new Map(answer.places.map((one) => [one.via ?? one.on, { key: one.via ?? one.on, lat: one.lat, lon: one.lon, label: one.label ?? '', lit: true, chosen: false }])).values()];
  if (spots.length === 0 && answer.unplaced.length === 0) return null;
  return (
    <Card title="Places" note={[plural(spots.length, 'place'), spots.length > 0 ? 'offline base map' : null].filter(Boolean).join(', ')}>
      {drawn && spots.length > 0 && (
        <div className={css.map}>
          <Suspense fallback={null}>
            <MapView spots={spots} onLost={() => setDrawn(false)} />
          </Suspense>
        </div>
      )}
      <ul className={css.spots}>
        {(all ? spots : spots.slice(0, SHOWN)).map((one) => (
          <li key={one.key}>
            <Link to="/r/$id" params={{ id: one.key }}>
              {one.label || one.key}
            </Link>{' '}
            <small>
              {one.lat.toFixed(3)}, {one.lon.toFixed(3)}
            </small>
          </li>
        ))}
      </ul>
      {spots.length > SHOWN && (
        <Button size="small" look="quiet" onPress={() => setAll(!all)}>
          {all ? 'Fewer' : `${spots.length - SHOWN} more`}
        </Button>
      )}
      <Unplaced places={answer.unplaced} />
    </Card>
  );
}

/** Everything dated of one entity: a small histogram with a brush, and the list of what lies in it; then its places. */
export function Dated({ id }: { id: string }) {
  const found = useEntityEvents(id, true);
  const [range, setRange] = useState<Span | null>(null);
  if (found.error) return <ErrorPanel problem={asProblem(found.error)} onRetry={() => void found.refetch()} />;
  if (!found.data) return null;
  const span = spanOf(found.data.events);
  const inside = found.data.events.filter((one) => !range || inSpan(one, range));
  return (
    <>
      <Card title="Timeline" note={range ? `${inside.length} of ${found.data.events.length}` : plural(found.data.events.length, 'dated thing')}>
        {span ? (
          <div className={css.time}>
            <Timeline bins={bins(found.data.events, inside, span, 60)} span={span} range={range} height={76} onRange={setRange} />
          </div>
        ) : (
          <Empty title="Nothing is dated">No record that you may see gives this a date.</Empty>
        )}
        {inside.length > 0 && (
          <DataTable<DatedEvent>
            label="Dated things"
            rows={inside.slice(-SHOWN).toReversed()}
            rowKey={(one) => one.id}
            columns={[
              { id: 'when', head: 'When', tight: true, cell: (one) => spanText(one.from, one.to) },
              { id: 'what', head: 'What', cell: (one) => sentence(one.label) },
              {
                id: 'with',
                head: 'With, of',
                cell: (one) =>
                  one.other ? (
                    <Link to="/r/$id" params={{ id: one.other }}>
                      {one.caption}
                    </Link>
                  ) : (
                    one.caption
                  ),
              },
              { id: 'source', head: 'Source', cell: (one) => <SourceChip name={one.source} /> },
            ]}
          />
        )}
        {inside.length > SHOWN && <p className={css.kind}>The newest {SHOWN} are listed; choose a range for the others.</p>}
      </Card>
      <Places answer={found.data} />
    </>
  );
}
