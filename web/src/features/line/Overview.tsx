import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { every, get } from '@/api/http';
import { asProblem } from '@/api/problem';
import { useScope } from '@/api/queries';
import type { CrossingArc, ExceptionPage, LedgerEntry, Page as Listing, Regime, FigureReport } from '@/api/types';
import { Button } from '@/shared/controls/Button';
import { Select } from '@/shared/controls/fields';
import { Card, DataTable, Pages, Stats } from '@/shared/data/data';
import { RegimeGlyph } from '@/shared/identity/RegimeGlyph';
import { Empty, ErrorPanel, Skeleton } from '@/shared/states/states';
import { REGIMES, regimeLetter, regimeWord } from '@/state/regime';
import { count, plural, shortHash } from '@/state/words';
import { CrossingChart } from './CrossingChart';
import { EntryTable } from './EntryTable';
import { EXCEPTIONS, Exceptions } from './Exceptions';
import { byRegime, single, span, total, type Drill } from './overview';
import { Verify } from './Verify';
import css from './overview.module.css';

const SPANS = [
  { id: '30', text: 'Last 30 days' },
  { id: '90', text: 'Last 90 days' },
  { id: '365', text: 'Last year' },
  { id: 'all', text: 'Everything' },
];
const DAY = 86_400_000;

type Open = (drill: Drill) => void;

function Opening({ value, drill, onOpen, cell }: { value: string; drill: Drill; onOpen: Open; cell?: boolean }) {
  return (
    <button type="button" className={cell ? css.cellOpen : css.open} aria-label={`${drill.title}: ${value}, show its entries`} onClick={() => onOpen(drill)}>
      {value}
    </button>
  );
}

function Numbers({ report, open, all, onOpen }: { report: FigureReport; open: number; all: number; onOpen: Open }) {
  const [requested, median, hours] = [total(report, 'crossings_requested'), single(report, 'crossings_days'), total(report, 'hours')];
  const decided = (name: string) => total(report, 'crossings_decided', name);
  const approved = decided('crossing_approve');
  const denied = decided('crossing_deny');
  const number = (figure: string, title: string, value: string) => <Opening value={value} drill={{ figure, cell: [], title }} onOpen={onOpen} />;
  const over = total(report, 'over_budget');
  const overdue = single(report, 'reviews_overdue');
  return (
    <Stats
      figures={[
        { name: 'Crossings', value: number('crossings_requested', 'Crossings requested', count(requested)), note: `${count(approved)} approved, ${count(denied)} denied` },
        {
          name: 'Median decision',
          value: number('crossings_days', 'Days until a crossing is decided', median === null ? '–' : span(median)),
          note: overdue === null ? 'reviews not counted yet' : `${count(overdue)} reviews overdue`,
        },
        { name: 'Hours charged', value: number('hours', 'Hours', `${count(Math.round(hours))} h`), note: `${REGIMES.filter((one) => total(report, 'hours', one) > 0).length} regimes` },
        { name: 'Spent', value: number('money', 'Money spent', count(Math.round(total(report, 'money')))), note: over > 0 ? `${plural(over, 'booking')} over budget` : 'no booking over budget' },
        {
          name: 'Disclosures',
          value: number('disclosures', 'Disclosures sent', count(total(report, 'disclosures'))),
          note: `${plural(total(report, 'disclosures_people'), 'person', 'people')} named`,
        },
        { name: 'Exceptions', value: count(open), note: `open of ${count(all)}`, ...(open > 0 ? { kind: 'danger' as const } : {}) },
      ]}
    />
  );
}

/** The regime's own fill: solid, hatch, dots, bars. */
function Fills() {
  return (
    <svg width={0} height={0} style={{ position: 'absolute' }} aria-hidden>
      <defs>
        <pattern id="fill-civil" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="7" height="7" fill="var(--civil-tint)" />
          <rect width="3.500" height="7" fill="var(--civil)" />
        </pattern>
        <pattern id="fill-regulatory" width="6" height="6" patternUnits="userSpaceOnUse">
          <rect width="6" height="6" fill="var(--regulatory-line)" />
          <circle cx="3" cy="3" r="1.600" fill="var(--regulatory)" />
        </pattern>
        <pattern id="fill-oversight" width="6" height="5" patternUnits="userSpaceOnUse">
          <rect width="6" height="5" fill="var(--oversight-line)" />
          <rect width="6" height="2.500" fill="var(--oversight)" />
        </pattern>
      </defs>
    </svg>
  );
}

function RegimeBars({ title, note, figure, report, unit, onOpen }: { title: string; note: string; figure: string; report: FigureReport; unit: string; onOpen: Open }) {
  const values = byRegime(report, figure);
  const most = Math.max(1, ...Object.values(values));
  return (
    <Card title={title} note={note} padded>
      <div className={css.bars}>
        {REGIMES.map((regime) => (
          <div key={regime} className={css['bar-row']} data-hue={regime}>
            <span>
              <RegimeGlyph regime={regime} />
              <b>{regimeWord(regime)}</b>
            </span>
            <Opening cell value={`${count(Math.round(values[regime] * 10) / 10)}${unit}`} drill={{ figure, cell: [regime], title: `${title}, ${regimeWord(regime)}` }} onOpen={onOpen} />
            <svg width="100%" height={12} aria-hidden>
              <rect width="100%" height={12} rx={3} className={css.track} />
              <rect width={`${(100 * values[regime]) / most}%`} height={12} rx={3} fill={regime === 'criminal' ? 'var(--criminal)' : `url(#fill-${regime})`} />
            </svg>
          </div>
        ))}
      </div>
    </Card>
  );
}

const OUTCOMES: readonly (readonly [string, string, readonly string[]])[] = [
  ['Arrests, targeted', 'arrests', ['targeted']],
  ['Arrests, collateral', 'arrests', ['collateral']],
  ['Cases opened', 'cases_opened', []],
  ['Cases closed', 'cases_closed', []],
  ['People disclosed', 'disclosures_people', []],
];

function Outcomes({ report, onOpen }: { report: FigureReport; onOpen: Open }) {
  const cell =
    (regime: Regime) =>
    ([name, figure, rest]: (typeof OUTCOMES)[number]) => {
      const value = total(report, figure, regime, ...rest);
      return value === 0 ? '–' : <Opening cell value={count(value)} drill={{ figure, cell: [regime, ...rest], title: `${name}, ${regimeWord(regime)}` }} onOpen={onOpen} />;
    };
  return (
    <Card title="Outcomes by regime">
      <DataTable
        label="Outcomes by regime"
        rows={OUTCOMES}
        rowKey={(one) => one[0]}
        columns={[{ id: 'what', head: 'Outcome', cell: (one) => one[0] }, ...REGIMES.map((regime) => ({ id: regime, head: regimeLetter(regime), num: true, cell: cell(regime) }))]}
      />
    </Card>
  );
}

function Behind({ drill, since, asOf, onClose }: { drill: Drill; since: string | undefined; asOf: string; onClose: () => void }) {
  const scope = useScope();
  const [offset, setOffset] = useState(0);
  const answer = useQuery({
    queryKey: [...scope, 'figure', drill.figure, drill.cell, since, asOf, offset],
    queryFn: () => get<Listing<LedgerEntry>>(`/figures/${drill.figure}/entries`, { cell: drill.cell, from: since, as_of: asOf, limit: 50, offset }),
    retry: false,
  });
  return (
    <Card
      title={`Behind “${drill.title}”`}
      note="the entries that it counts"
      actions={
        <Button size="small" onPress={onClose}>
          Close
        </Button>
      }>
      {answer.isPending && <Skeleton rows={4} />}
      {answer.error && <ErrorPanel problem={asProblem(answer.error)} onRetry={() => void answer.refetch()} />}
      {answer.data?.items.length === 0 && <Empty title="No entries in this time" />}
      {answer.data && answer.data.items.length > 0 && <EntryTable rows={answer.data.items} />}
      {answer.data && <Pages offset={offset} limit={50} total={answer.data.total} more={answer.data.more} onMove={setOffset} />}
    </Card>
  );
}

function Grounds({ report }: { report: FigureReport }) {
  return (
    <p className={css.foot}>
      Counted over {count(report.ledger.size)} entries, root <code>{shortHash(report.ledger.root)}</code>, as of {report.as_of}; definitions {report.definitions.version}. The same moment gives the
      same report: <code>{shortHash(report.sha256)}</code>.
    </p>
  );
}

function useOverview(since: string | undefined, offset: number) {
  const scope = useScope();
  const report = useQuery({ queryKey: [...scope, 'overview', since], queryFn: () => get<FigureReport>('/reports/overview', { from: since }), retry: false });
  const crossings = useQuery({ queryKey: [...scope, 'arcs', since], queryFn: () => every<CrossingArc>('/oversight/crossings', { from: since }), retry: false });
  const exceptions = useQuery({
    queryKey: [...scope, 'exceptions', since, offset],
    queryFn: () => get<ExceptionPage>('/oversight/exceptions', { from: since, limit: EXCEPTIONS, offset }),
    retry: false,
    placeholderData: keepPreviousData,
  });
  return { report, crossings, exceptions };
}

const NO_EXCEPTIONS = { items: [], open: 0, total: 0, more: false };

/** What doesn't fit in one look is paged; nothing is cut in silence. */
function Flagged({ page, offset, onMove }: { page: Pick<ExceptionPage, 'items' | 'open' | 'total' | 'more'>; offset: number; onMove: (offset: number) => void }) {
  return <Exceptions rows={page.items} open={page.open} total={page.total ?? 0} offset={offset} more={page.more} onMove={onMove} />;
}

function Bars({ report, onOpen }: { report: FigureReport; onOpen: (drill: Drill) => void }) {
  return (
    <>
      <div className={css.four}>
        <RegimeBars title="Hours by regime" note="booked on cases" figure="hours" report={report} unit=" h" onOpen={onOpen} />
        <RegimeBars title="Money by regime" note="spent on operations" figure="money" report={report} unit="" onOpen={onOpen} />
        <Outcomes report={report} onOpen={onOpen} />
      </div>
      <Grounds report={report} />
    </>
  );
}

export function Overview() {
  const [period, setPeriod] = useState('90');
  const [drill, setDrill] = useState<Drill | null>(null);
  const [now] = useState(() => new Date());
  const since = period === 'all' ? undefined : new Date(now.getTime() - Number(period) * DAY).toISOString().slice(0, 10) + 'T00:00:00Z';
  const [place, setPlace] = useState(0);
  const { report, crossings, exceptions } = useOverview(since, place);
  const fault = report.error ?? crossings.error ?? exceptions.error;
  const flagged = exceptions.data ?? NO_EXCEPTIONS;
  return (
    <div className={css.stack}>
      <Fills />
      <div className={css.period}>
        <Select
          label="Time"
          small
          choices={SPANS}
          value={period}
          onChange={(next) => {
            setPeriod(next);
            setDrill(null);
            setPlace(0);
          }}
        />
      </div>
      {fault && <ErrorPanel problem={asProblem(fault)} onRetry={() => void Promise.all([report.refetch(), crossings.refetch(), exceptions.refetch()])} />}
      {report.isPending ? <Skeleton rows={3} /> : report.data && <Numbers report={report.data} open={flagged.open} all={flagged.total ?? 0} onOpen={setDrill} />}
      {drill && report.data && <Behind key={`${drill.figure} ${drill.cell.join()}`} drill={drill} since={since} asOf={report.data.as_of} onClose={() => setDrill(null)} />}
      <div className={css.two}>
        {crossings.isPending ? <Skeleton rows={8} /> : <CrossingChart crossings={crossings.data?.items ?? []} exceptions={flagged.items} />}
        <div className={css.stack}>
          <Verify />
          {exceptions.isPending ? <Skeleton rows={4} /> : <Flagged page={flagged} offset={place} onMove={setPlace} />}
        </div>
      </div>
      {report.data && <Bars report={report.data} onOpen={setDrill} />}
    </div>
  );
}
