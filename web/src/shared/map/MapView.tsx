import { Map as Base, ScaleControl, setWorkerUrl, type GeoJSONSource, type StyleSpecification } from 'maplibre-gl';
import 'maplibre-gl/dist/maplibre-gl.css';
import worker from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import { useEffect, useRef, useState } from 'react';
import { feature, mesh } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import countries from 'world-atlas/countries-50m.json?url';
import states from 'us-atlas/states-10m.json?url';
import { useHealth } from '@/api/queries';
import { around, pileOf } from './bounds';
import { Button } from '@/shared/controls/Button';
import { plural } from '@/state/words';
import css from './map.module.css';
import invented from './saltmere.json?url';

setWorkerUrl(worker);

export interface Spot {
  key: string;
  lat: number;
  lon: number;
  label: string;
  lit: boolean;
  chosen: boolean;
}

interface Props {
  spots: readonly Spot[];
  onPick?: (key: string) => void;
  onLost: () => void;
}

type Atlas = Topology<Record<string, GeometryCollection>>;

async function atlas(url: string, signal: AbortSignal): Promise<Atlas> {
  return (await (await fetch(url, { credentials: 'same-origin', signal })).json()) as Atlas;
}

/** Degrees between the lines of the grid: about five across the places. */
export function gridStep(extent: number): number {
  return [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10].find((step) => extent / step <= 6) ?? 20;
}

/** Meridians and parallels around the places: at sea, or far from any border, they are all there is to go by. */
function grid(lons: readonly number[], lats: readonly number[]): GeoJSON.Feature {
  const [west, east, south, north] = [Math.min(...lons), Math.max(...lons), Math.min(...lats), Math.max(...lats)];
  const step = gridStep(Math.max(east - west, north - south));
  const lines = (from: number, to: number, draw: (at: number) => [number, number][]) => {
    const first = Math.floor(from / step) - 8;
    return Array.from({ length: Math.ceil(to / step) + 8 - first + 1 }, (_, index) => draw((first + index) * step));
  };
  const meridians = lines(west, east, (lon) => [
    [lon, Math.max(-85, south - 8 * step)],
    [lon, Math.min(85, north + 8 * step)],
  ]);
  const parallels = lines(south, north, (lat) => [
    [west - 8 * step, lat],
    [east + 8 * step, lat],
  ]);
  return { type: 'Feature', properties: {}, geometry: { type: 'MultiLineString', coordinates: [...meridians, ...parallels] } };
}

type Token = (name: string) => string;

/** No tiles, no glyph server: land and borders come as two files of our own, labels from the system's fonts. */
function style(token: Token, accent: string): StyleSpecification {
  const empty = { type: 'FeatureCollection' as const, features: [] };
  return {
    version: 8,
    sources: {
      grid: { type: 'geojson', data: empty },
      land: { type: 'geojson', data: empty },
      island: { type: 'geojson', data: empty },
      borders: { type: 'geojson', data: empty },
      spots: { type: 'geojson', data: empty },
    },
    layers: [
      { id: 'sea', type: 'background', paint: { 'background-color': token('--map-sea') } },
      { id: 'land', type: 'fill', source: 'land', paint: { 'fill-color': token('--map-land'), 'fill-outline-color': token('--line-2') } },
      { id: 'island', type: 'fill', source: 'island', paint: { 'fill-color': token('--map-land'), 'fill-outline-color': token('--line-2') } },
      { id: 'grid', type: 'line', source: 'grid', paint: { 'line-color': token('--line-2'), 'line-width': 0.6, 'line-dasharray': [2, 3] } },
      { id: 'borders', type: 'line', source: 'borders', paint: { 'line-color': token('--line-2'), 'line-width': 0.8 } },
      {
        id: 'halo',
        type: 'circle',
        source: 'spots',
        filter: ['get', 'chosen'],
        paint: { 'circle-radius': 13, 'circle-color': accent, 'circle-opacity': 0.25, 'circle-stroke-color': accent, 'circle-stroke-width': 1.5 },
      },
      {
        id: 'spots',
        type: 'circle',
        source: 'spots',
        paint: {
          'circle-radius': ['case', ['get', 'lit'], 6, 4],
          'circle-color': ['case', ['get', 'lit'], accent, token('--line-3')],
          'circle-stroke-color': token('--surface'),
          'circle-stroke-width': 1.5,
        },
      },
      {
        id: 'labels',
        type: 'symbol',
        source: 'spots',
        filter: ['get', 'lit'],
        layout: { 'text-field': ['get', 'label'], 'text-size': 11.5, 'text-anchor': 'left', 'text-offset': [0.8, 0], 'text-font': ['sans-serif'] },
        paint: { 'text-color': token('--text-1'), 'text-halo-color': token('--map-land'), 'text-halo-width': 1.5 },
      },
    ],
  };
}

function points(spots: readonly Spot[]): GeoJSON.FeatureCollection {
  return { type: 'FeatureCollection', features: spots.map(({ lat, lon, ...properties }) => ({ type: 'Feature', geometry: { type: 'Point', coordinates: [lon, lat] }, properties })) };
}

/** Labels stand to the right of their places, so that side gets more room. */
function fit(map: Base, spots: readonly Spot[]): void {
  if (spots.length === 0) return;
  const lons = around(spots.map((one) => one.lon));
  const lats = spots.map((one) => one.lat);
  map.fitBounds(
    [
      [Math.min(...lons), Math.min(...lats)],
      [Math.max(...lons), Math.max(...lats)],
    ],
    { padding: { top: 60, bottom: 50, left: 40, right: 120 }, maxZoom: 9, animate: false },
  );
  map.getSource<GeoJSONSource>('grid')?.setData(grid(lons, lats));
}

/** The island of the demo, which lies in an ocean where no land is. Nobody's map but the demo's has it. */
async function drawInvented(map: Base, signal: AbortSignal): Promise<void> {
  const island = (await (await fetch(invented, { credentials: 'same-origin', signal })).json()) as GeoJSON.Feature;
  if (!signal.aborted) map.getSource<GeoJSONSource>('island')?.setData(island);
}

async function draw(map: Base, signal: AbortSignal): Promise<void> {
  const [world, union] = await Promise.all([atlas(countries, signal), atlas(states, signal)]);
  const land = world.objects['countries'];
  const inner = union.objects['states'];
  if (!land || !inner || signal.aborted) return;
  map.getSource<GeoJSONSource>('land')?.setData(feature(world, land));
  map.getSource<GeoJSONSource>('borders')?.setData({ type: 'Feature', properties: {}, geometry: mesh(union, inner, (a, b) => a !== b) });
}

/** What stands on one spot: a dot can't be told from the dots below it. */
export function Pile({ spots, onPick, onClose }: { spots: readonly Spot[]; onPick?: (key: string) => void; onClose: () => void }) {
  return (
    <section className={css.pile} aria-label="On this spot">
      <header>
        <strong>{plural(spots.length, 'thing')} on this spot</strong>
        <Button size="small" look="quiet" onPress={onClose}>
          Close
        </Button>
      </header>
      <ul>
        {spots.map((one) => (
          <li key={one.key}>
            {onPick ? (
              <button type="button" aria-pressed={one.chosen} onClick={() => onPick(one.key)}>
                {one.label || one.key}
              </button>
            ) : (
              one.label || one.key
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The map's content is always in a list beside it; without WebGL only the list is there. */
export default function MapView({ spots, onPick, onLost }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const map = useRef<Base | null>(null);
  const demo = Boolean(useHealth().data?.demo);
  const now = useRef({ spots, onPick, onLost, demo });
  const [pile, setPile] = useState<readonly string[]>([]);
  useEffect(() => {
    now.current = { spots, onPick, onLost, demo };
  });
  const where = spots.map((one) => one.key).join('|');
  useEffect(() => {
    if (!box.current) return undefined;
    const stop = new AbortController();
    const looks = getComputedStyle(box.current);
    const token: Token = (name) => looks.getPropertyValue(name).trim();
    let made: Base;
    try {
      made = new Base({ container: box.current, style: style(token, token('--accent') || token('--ink')), attributionControl: false, center: [-81, 32], zoom: 5, fadeDuration: 0 });
    } catch {
      now.current.onLost();
      return undefined;
    }
    made.addControl(new ScaleControl({ maxWidth: 110 }), 'bottom-right');
    made.on('load', () => {
      map.current = made;
      made.getSource<GeoJSONSource>('spots')?.setData(points(now.current.spots));
      fit(made, now.current.spots);
      const drawn = [draw(made, stop.signal), ...(now.current.demo ? [drawInvented(made, stop.signal)] : [])];
      Promise.all(drawn).catch((error: unknown) => {
        if (!stop.signal.aborted) throw error;
      });
    });
    made.on('idle', () => {
      made.getContainer().dataset['drawn'] = '';
    });
    made.on('click', 'spots', (event) => {
      const key: unknown = event.features?.[0]?.properties['key'];
      const picked = now.current.spots.find((one) => one.key === key);
      if (!picked) return;
      const there = pileOf(now.current.spots, picked).map((one) => one.key);
      setPile(there.length > 1 ? there : []);
      if (there.length === 1) now.current.onPick?.(picked.key);
    });
    return () => {
      stop.abort();
      map.current = null;
      made.remove();
    };
  }, []);
  useEffect(() => {
    map.current?.getSource<GeoJSONSource>('spots')?.setData(points(spots));
  }, [spots]);
  useEffect(() => {
    if (map.current) fit(map.current, now.current.spots);
  }, [where]);
  const there = spots.filter((one) => pile.includes(one.key));
  return (
    <div className={css.frame}>
      <div ref={box} className={css.map} data-places={spots.length} />
      {there.length > 1 && <Pile spots={there} {...(onPick ? { onPick } : {})} onClose={() => setPile([])} />}
    </div>
  );
}
