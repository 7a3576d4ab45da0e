import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import type { CrossingArc, OversightException, Regime } from '@/api/types';
import { Button } from '@/shared/controls/Button';
import { Card, DataTable } from '@/shared/data/data';
import { RegimeChip } from '@/shared/identity/chips';
import { RegimeGlyph } from '@/shared/identity/RegimeGlyph';
import { Empty } from '@/shared/states/states';
import { REGIMES, regimeWord } from '@/state/regime';
import { count, moment } from '@/state/words';
import { bow, lanes, middle, type Arc } from './overview';
import css from './overview.module.css';

const HEIGHT = 330;
const TOP = 34;
const STEP = 84;
const LEFT = 112;

function laneAt(regime: Regime): number {
  return TOP + REGIMES.indexOf(regime) * STEP;
}

/** The regime's own line: solid, long dash, dots, double. */
function Lane({ regime, width }: { regime: Regime; width: number }) {
  const y = laneAt(regime);
  const line = { x1: LEFT, x2: width - 10, className: css.lane, 'data-hue': regime };
  return (
    <g data-hue={regime} className={css.hue}>
      <foreignObject x={0} y={y - 11} width={LEFT - 8} height={22}>
        <span className={css.laneName} data-hue={regime}>
          <RegimeGlyph regime={regime} />
          <b>{regimeWord(regime)}</b>
        </span>
      </foreignObject>
      {regime === 'oversight' ? (
        <>
          <line {...line} y1={y - 2} y2={y - 2} strokeWidth={1.2} />
          <line {...line} y1={y + 2} y2={y + 2} strokeWidth={1.2} />
        </>
      ) : (
        <line
          {...line}
          y1={y}
          y2={y}
          strokeWidth={regime === 'regulatory' ? 2.5 : 2}
          strokeLinecap={regime === 'regulatory' ? 'round' : 'butt'}
          strokeDasharray={regime === 'civil' ? '12 5' : regime === 'regulatory' ? '0.1 6' : undefined}
        />
      )}
    </g>
  );
}

function Ending({ arc, from, to }: { arc: Arc; from: number; to: number }) {
  const down = Math.sign(to - from);
  if (arc.outcome === 'denied' || arc.outcome === 'withdrawn') {
    const at = middle(arc.x, from, to);
    return <line x1={at.x - 8} x2={at.x + 8} y1={at.y} y2={at.y} strokeWidth={3} className={css.bar} />;
  }
  const tip = to - down * 2;
  return <path d={`M${arc.x - 5},${tip - down * 10} L${arc.x + 5},${tip - down * 10} L${arc.x},${tip} Z`} className={arc.outcome === 'open' ? css.hollow : css.tip} />;
}

function Bow({ arc }: { arc: Arc }) {
  const [from, to] = [laneAt(arc.from), laneAt(arc.to)];
  const stops = arc.outcome === 'denied' || arc.outcome === 'withdrawn';
  const disc = middle(arc.x, from, to);
  return (
    <g data-hue={arc.from} data-outcome={arc.outcome} className={css.arc} {...(arc.exception ? { 'data-flagged': '' } : {})}>
      <title>{`${arc.crossing}, ${regimeWord(arc.from)} to ${regimeWord(arc.to)}, ${arc.outcome}, ${moment(arc.when)}`}</title>
      {arc.exception && <path d={bow(arc.x, from, to, stops)} className={css.halo} />}
      <path d={bow(arc.x, from, to, stops)} strokeDasharray={arc.outcome === 'open' ? '4 3' : undefined} />
      <Ending arc={arc} from={from} to={to} />
      <circle cx={arc.x} cy={from} r={4} />
      {arc.exception && (
        <>
          <circle cx={disc.x} cy={disc.y} r={9} className={css.disc} />
          <text x={disc.x} y={disc.y + 4} textAnchor="middle" className={css.number}>
            {arc.exception}
          </text>
        </>
      )}
    </g>
  );
}

function Drawing({ crossings, exceptions }: { crossings: readonly CrossingArc[]; exceptions: readonly OversightException[] }) {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(760);
  useEffect(() => {
    if (!box.current) return undefined;
    const watch = new ResizeObserver(([entry]) => setWidth(Math.max(420, entry?.contentRect.width ?? 760)));
    watch.observe(box.current);
    return () => watch.disconnect();
  }, []);
  const drawn = lanes(crossings, exceptions, { left: LEFT, right: 16, width });
  const told = `Crossings between regimes over time: ${count(crossings.length)}. The table says the same in words.`;
  return (
    <div ref={box} className={css.chart} role="region" aria-label="Chart of crossings" tabIndex={0}>
      <svg width={width} height={HEIGHT} role="img" aria-label={told}>
        {drawn.ticks.map((tick) => (
          <g key={tick.x}>
            <line x1={tick.x} x2={tick.x} y1={12} y2={HEIGHT - 30} className={css.grid} />
            <text x={tick.x} y={HEIGHT - 12} textAnchor="middle" className={css.tick}>
              {tick.text}
            </text>
          </g>
        ))}
        {REGIMES.map((regime) => (
          <Lane key={regime} regime={regime} width={width} />
        ))}
        {drawn.arcs.map((arc) => (
          <Bow key={`${arc.crossing} ${arc.from}`} arc={arc} />
        ))}
      </svg>
    </div>
  );
}

function Twin({ crossings, exceptions }: { crossings: readonly CrossingArc[]; exceptions: readonly OversightException[] }) {
  return (
    <DataTable
      label="Crossings"
      rows={crossings}
      rowKey={(one) => one.crossing}
      columns={[
        {
          id: 'number',
          head: 'Crossing',
          tight: true,
          cell: (one) => (
            <Link to="/crossing/$n" params={{ n: one.crossing }}>
              {one.crossing}
            </Link>
          ),
        },
        { id: 'from', head: 'Holder', cell: (one) => (one.from.length === 0 ? '–' : one.from.map((regime) => <RegimeChip key={regime} regime={regime} />)) },
        { id: 'to', head: 'Asked by', tight: true, cell: (one) => <RegimeChip regime={one.to} /> },
        { id: 'requested', head: 'Requested', tight: true, cell: (one) => moment(one.requested) },
        {
          id: 'outcome',
          head: 'Outcome',
          tight: true,
          cell: (one) => [one.emergency ? 'emergency' : null, one.outcome, one.revoked ? 'revoked' : null, one.audited ? `audited: ${one.audited}` : null].filter(Boolean).join(', '),
        },
        { id: 'no', head: 'Exception', tight: true, cell: (one) => exceptions.find((each) => each.crossing === one.crossing && each.state === 'open')?.n ?? '–' },
        {
          id: 'entries',
          head: 'Entries',
          cell: (one) => (
            <span className={css.links}>
              {one.entries.map((each) => (
                <Link key={each.entry} to="/line/$entry" params={{ entry: each.entry }}>
                  {count(each.index)}
                </Link>
              ))}
            </span>
          ),
        },
      ]}
    />
  );
}

export function CrossingChart({ crossings, exceptions }: { crossings: readonly CrossingArc[]; exceptions: readonly OversightException[] }) {
  const [table, setTable] = useState(false);
  return (
    <Card
      title="Crossings between regimes"
      note="an arrow shows where a record went, its hue whose it is"
      actions={
        <>
          <span className={css.legend}>arrow approved, bar denied, dashed open, number exception</span>
          <Button size="small" onPress={() => setTable(!table)}>
            {table ? 'Chart' : 'Table'}
          </Button>
        </>
      }>
      {crossings.length === 0 && <Empty title="No crossings in this time" />}
      {crossings.length > 0 && (table ? <Twin crossings={crossings} exceptions={exceptions} /> : <Drawing crossings={crossings} exceptions={exceptions} />)}
    </Card>
  );
}
