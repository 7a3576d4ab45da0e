import { lazy, Suspense, useEffect, useMemo, useState } from 'react';
import { Link } from '@tanstack/react-router';
import type { DatedEvent, EventsAnswer, PlacedThing, UnplacedThing } from '@/api/types';
import { TextField } from '@/shared/controls/fields';
import { Token } from '@/shared/controls/small';
import { DataTable } from '@/shared/data/data';
import { Timeline } from '@/shared/data/Timeline';
import { Unplaced } from '@/shared/data/Unplaced';
import { MarkingChips, SourceChip } from '@/shared/identity/chips';
import { isTyping } from '@/state/keys';
import { useUi } from '@/state/ui';
import { day, isDay, plural, sentence, span as spanText } from '@/state/words';
import { bins, spanOf } from '@/state/timespan';
import { flipped, inTime, keyed, litEvents, placeKey, type Selection } from './selection';
import css from './linked.module.css';

/** The map is a third of a megabyte: it loads where one is shown. */
const MapView = lazy(async () => import('@/shared/map/MapView'));

export interface Brush {
  selection: Selection;
  select: (change: (now: Selection) => Selection) => void;
  light: ReadonlySet<string>;
}

export function Tokens({ selection, select }: Pick<Brush, 'selection' | 'select'>) {
  return (
    <>
      {(selection.from || selection.to) && (
        <Token kind="time" label="the time range" onRemove={() => select((now) => ({ ...now, from: null, to: null }))}>
          {day(selection.from)} – {day(selection.to)}
        </Token>
      )}
      {selection.places.size > 0 && (
        <Token kind="place" label="the places" onRemove={() => select((now) => ({ ...now, places: new Set() }))}>
          {plural(selection.places.size, 'place')}
        </Token>
      )}
      {selection.entities.size > 0 && (
        <Token kind="only" label="the chosen entities" onRemove={() => select((now) => ({ ...now, entities: new Set() }))}>
          {plural(selection.entities.size, 'entity', 'entities')}
        </Token>
      )}
    </>
  );
}

function useRangeKeys(act: (key: string, shift: boolean) => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const { letterKeys, open } = useUi.getState();
      if (!letterKeys || open.kind !== 'none' || isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
      if (!['[', ']', '{', '}'].includes(event.key)) return;
      event.preventDefault();
      act(event.key, event.shiftKey);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [act]);
}

/** The brush moves with a whole day, not with each digit of one. */
function DayBox({ label, value, onChange }: { label: string; value: string | null; onChange: (day: string | null) => void }) {
  const [text, setText] = useState(value ?? '');
  const [of, setOf] = useState(value);
  if (of !== value) {
    setOf(value);
    setText(value ?? '');
  }
  const typed = (next: string) => {
    setText(next);
    if (next === '' || isDay(next)) {
      setOf(next || null);
      onChange(next || null);
    }
  };
  return <TextField label={label} type="date" value={text} onChange={typed} />;
}

export function TimePane({ answer, selection, select, light }: Brush & { answer: EventsAnswer }) {
  const span = useMemo(() => spanOf(answer.events), [answer]);
  const shown = useMemo(() => (span ? bins(answer.events, litEvents(answer.events, light, selection), span, 90) : []), [answer, span, light, selection]);
  const range = span && (selection.from || selection.to) ? { from: selection.from ?? span.from, to: selection.to ?? span.to } : null;
  useRangeKeys((key, shift) => {
    if (span) select((now) => ({ ...now, ...keyed(range ?? span, key, shift, span) }));
  });
  if (!span)
    return (
      <section className={css.time} aria-label="Timeline">
        <p>Nothing in this workspace is dated.</p>
      </section>
    );
  const inside = answer.events.filter((one) => inTime(one, selection)).length;
  return (
    <section className={css.time} aria-label="Timeline">
      <div className={css.range}>
        <strong>{plural(answer.events.length, 'dated thing')}</strong>
        <small>{inside < answer.events.length ? `${inside} in range` : `${day(span.from)} – ${day(span.to)}`}</small>
        <DayBox label="From" value={selection.from} onChange={(from) => select((now) => ({ ...now, from }))} />
        <DayBox label="To" value={selection.to} onChange={(to) => select((now) => ({ ...now, to }))} />
      </div>
      <Timeline bins={shown} span={span} range={range} height={96} onRange={(next) => select((now) => ({ ...now, from: next?.from ?? null, to: next?.to ?? null }))} />
      {answer.cap_note && <small className={css.cap}>{answer.cap_note}</small>}
    </section>
  );
}

function spotsOf(places: readonly PlacedThing[], selection: Selection, light: ReadonlySet<string>) {
  const found = new Map<string, { key: string; lat: number; lon: number; label: string; lit: boolean; chosen: boolean }>();
  for (const one of places) {
    const key = placeKey(one);
    const before = found.get(key);
    found.set(key, { key, lat: one.lat, lon: one.lon, label: one.label ?? '', lit: (before?.lit ?? false) || light.has(one.on), chosen: selection.places.has(key) });
  }
  return [...found.values()];
}

export function PlacePane({ places, unplaced, selection, select, light }: Brush & { places: readonly PlacedThing[]; unplaced: readonly UnplacedThing[] }) {
  const [drawn, setDrawn] = useState(true);
  const spots = useMemo(() => spotsOf(places, selection, light), [places, selection, light]);
  const pick = (key: string) => select((now) => ({ ...now, places: flipped(now.places, key) }));
  return (
    <section className={css.map} aria-label="Map">
      {drawn && (
        <Suspense fallback={null}>
          <MapView spots={spots} onPick={pick} onLost={() => setDrawn(false)} />
        </Suspense>
      )}
      <details className={css.places} {...(drawn ? {} : { open: true })}>
        <summary>
          {spots.filter((one) => one.lit).length} of {plural(spots.length, 'place')}{' '}
          <small>{[unplaced.length > 0 ? `${plural(unplaced.length, 'other')} without coordinates` : null, 'offline base map'].filter(Boolean).join(', ')}</small>
        </summary>
        <ul>
          {spots.map((one) => (
            <li key={one.key} {...(one.lit ? {} : { 'data-dim': '' })}>
              <button type="button" aria-pressed={one.chosen} onClick={() => pick(one.key)}>
                {one.label || one.key}
              </button>
            </li>
          ))}
        </ul>
        <Unplaced places={unplaced} />
      </details>
    </section>
  );
}

export function EventTable({ events }: { events: readonly DatedEvent[] }) {
  return (
    <DataTable<DatedEvent>
      label="Dated things"
      rows={events}
      rowKey={(one) => one.id}
      columns={[
        { id: 'when', head: 'When', tight: true, cell: (one) => spanText(one.from, one.to) },
        { id: 'what', head: 'What', cell: (one) => sentence(one.label) },
        {
          id: 'who',
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
        { id: 'where', head: 'Where', cell: (one) => one.place?.label ?? '–' },
        { id: 'source', head: 'Source', cell: (one) => <SourceChip name={one.source} /> },
        { id: 'marking', head: 'Marking', cell: (one) => one.marking && <MarkingChips markings={[one.marking]} /> },
      ]}
    />
  );
}
