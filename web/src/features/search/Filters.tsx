import { useState } from 'react';
import type { Facet, SearchAnswer } from '@/api/types';
import { Button } from '@/shared/controls/Button';
import { Checkbox, TextField } from '@/shared/controls/fields';
import { Histogram } from '@/shared/data/Histogram';
import { count, day, isPrecise } from '@/state/words';
import { bars, cleared, filtersSet, toggled, type FacetName, type View } from './view';
import css from './search.module.css';

const SHOWN = 7;

interface Props {
  view: View;
  facets: SearchAnswer['facets'] | null;
  onChange: (view: View) => void;
}

function FacetBox({ title, name, facet, view, onChange }: { title: string; name: FacetName; facet: readonly Facet[]; view: View; onChange: (view: View) => void }) {
  const [all, setAll] = useState(false);
  const most = Math.max(1, ...facet.map((one) => one.count));
  const chosen = view[name] ?? [];
  const missing = chosen.filter((value) => !facet.some((one) => one.value === value)).map((value) => ({ value, label: value, count: 0 }));
  const list = [...facet, ...missing];
  if (list.length === 0) return null;
  return (
    <section className={css.facet} aria-label={title}>
      <h3>
        {title}
        {list.length > SHOWN && (
          <small>
            Top {all ? list.length : SHOWN} of {list.length}
          </small>
        )}
      </h3>
      <ul>
        {(all ? list : list.slice(0, SHOWN)).map((one) => (
          <li key={one.value}>
            <Checkbox checked={chosen.includes(one.value)} onChange={() => onChange(toggled(view, name, one.value))}>
              <span title={one.label || one.value}>{one.label || one.value}</span>
            </Checkbox>
            <span className={css.meter} aria-hidden>
              <i style={{ width: `${Math.max(8, (100 * one.count) / most)}%` }} />
            </span>
            <output>{count(one.count)}</output>
          </li>
        ))}
      </ul>
      {list.length > SHOWN && (
        <Button look="quiet" size="small" onPress={() => setAll(!all)}>
          {all ? 'Show fewer' : 'Show all'}
        </Button>
      )}
    </section>
  );
}

function DateBox({ facet, view, onChange }: { facet: readonly Facet[]; view: View; onChange: (view: View) => void }) {
  const [from, setFrom] = useState(view.from ?? '');
  const [to, setTo] = useState(view.to ?? '');
  const fault = [from, to].every((one) => one === '' || isPrecise(one)) ? null : 'Write a year, a month or a day: 2025, 2025-03 or 2025-03-01.';
  const apply = () => {
    if (!fault) onChange({ ...view, from: from || undefined, to: to || undefined });
  };
  const range = view.from || view.to ? `${day(view.from)} – ${day(view.to)}` : 'any';
  return (
    <section className={css.facet} aria-label="Date" onBlur={apply}>
      <h3>
        Date<small>{range}</small>
      </h3>
      <Histogram bars={bars(facet, view)} onPick={(one) => onChange({ ...view, from: one, to: one })} />
      <div className={css.dates}>
        <TextField
          label="From"
          hideLabel
          placeholder="2025-01"
          value={from}
          onChange={setFrom}
          error={fault && from !== '' && !isPrecise(from) ? fault : null}
          onKeyDown={(event) => {
            if (event.key === 'Enter') apply();
          }}
        />
        <TextField
          label="To"
          hideLabel
          placeholder="2025-12"
          value={to}
          onChange={setTo}
          error={fault && to !== '' && !isPrecise(to) ? fault : null}
          onKeyDown={(event) => {
            if (event.key === 'Enter') apply();
          }}
        />
      </div>
    </section>
  );
}

export function Filters({ view, facets, onChange }: Props) {
  const set = filtersSet(view);
  return (
    <aside className={css.filters} aria-label="Filters">
      <header>
        <h2>Filters</h2>
        {set > 0 && (
          <Button look="quiet" size="small" onPress={() => onChange(cleared(view))}>
            Clear {set}
          </Button>
        )}
      </header>
      <DateBox key={`${view.from}|${view.to}`} facet={facets?.year ?? []} view={view} onChange={onChange} />
      <FacetBox title="Kind" name="schema" facet={facets?.schema ?? []} view={view} onChange={onChange} />
      <FacetBox title="Source" name="source" facet={facets?.source ?? []} view={view} onChange={onChange} />
      <FacetBox title="Country" name="country" facet={facets?.country ?? []} view={view} onChange={onChange} />
    </aside>
  );
}
