import { useMutation, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { Pause, Play } from 'lucide-react';
import type { ReactNode } from 'react';
import { post } from '@/api/http';
import { asProblem } from '@/api/problem';
import { usePurpose, useScope } from '@/api/queries';
import type { ExportRow, Page as Listing, Schedule, ScheduleRun, Warehouse, WarehouseTable } from '@/api/types';
import { Button } from '@/shared/controls/Button';
import { Card, DataTable, Stats } from '@/shared/data/data';
import { useParts } from '@/shared/data/useParts';
import { Page } from '@/shared/frame/Page';
import { Empty, ErrorPanel, Skeleton, Status } from '@/shared/states/states';
import { count, moment, shortHash } from '@/state/words';
import { active, runState, scheduleKind, seconds, tableState, tableTotals } from './view';

function Tables({ rows }: { rows: readonly WarehouseTable[] }) {
  return (
    <DataTable
      label="Tables"
      rows={rows}
      rowKey={(one) => one.source}
      columns={[
        {
          id: 'source',
          head: 'Table',
          cell: (one) => (
            <>
              <b>{one.source}</b>
              {one.title ? ` ${one.title}` : ''}
            </>
          ),
        },
        {
          id: 'state',
          head: 'State',
          cell: (one) => {
            const state = tableState(one);
            return <Status kind={state.kind}>{state.word}</Status>;
          },
        },
        { id: 'version', head: 'Version', num: true, cell: (one) => one.version ?? '–' },
        { id: 'rows', head: 'Rows', num: true, cell: (one) => count(one.rows) },
        { id: 'classes', head: 'Visibility classes', cell: (one) => one.classes.join(', ') || '–' },
        { id: 'last', head: 'Last commit', num: true, cell: (one) => moment(one.last_commit) },
        { id: 'lag', head: 'Lag', num: true, cell: (one) => seconds(one.lag) },
        { id: 'held', head: 'Held back', num: true, cell: (one) => count(one.held) },
      ]}
    />
  );
}

function PauseButton({ schedule }: { schedule: Schedule }) {
  const client = useQueryClient();
  const scope = useScope();
  const paused = schedule.state === 'paused';
  const act = useMutation({
    mutationFn: () => post<Schedule>(`/schedules/${encodeURIComponent(schedule.name)}/pause`, { paused: !paused }),
    onSuccess: () => client.invalidateQueries({ queryKey: [...scope, 'schedules'] }),
  });
  if (schedule.state === 'ended') return <>{schedule.why ?? 'ended'}</>;
  return (
    <Button size="small" pending={act.isPending} onPress={() => act.mutate()}>
      {paused ? <Play size={13} aria-hidden /> : <Pause size={13} aria-hidden />}
      {paused ? 'Go on' : 'Pause'}
    </Button>
  );
}

function Schedules({ rows, acting }: { rows: readonly Schedule[]; acting: boolean }) {
  return (
    <DataTable
      label="Schedules"
      rows={rows}
      rowKey={(one) => one.name}
      columns={[
        { id: 'name', head: 'Schedule', cell: (one) => <b>{one.name}</b> },
        { id: 'what', head: 'What', cell: (one) => `${one.kind} ${one.target}` },
        { id: 'cron', head: 'When (UTC)', cell: (one) => <code>{one.cron}</code> },
        { id: 'state', head: 'State', cell: (one) => <Status kind={scheduleKind(one.state)}>{one.state}</Status> },
        { id: 'next', head: 'Next run', num: true, cell: (one) => moment(one.next) },
        {
          id: 'last',
          head: 'Last run',
          cell: (one) => {
            const run = one.runs[0];
            return run ? <Status kind={runState(run).kind}>{runState(run).word}</Status> : 'never';
          },
        },
        { id: 'by', head: 'Standing order of', cell: (one) => `${one.by}, ${one.purpose}` },
        { id: 'act', head: 'Pause', cell: (one) => (acting ? <PauseButton schedule={one} /> : (one.why ?? '–')) },
      ]}
    />
  );
}

interface Past {
  schedule: string;
  run: ScheduleRun;
}

function History({ rows }: { rows: readonly Past[] }) {
  return (
    <DataTable
      label="History"
      rows={rows}
      rowKey={(one) => `${one.schedule} ${one.run.due}`}
      columns={[
        { id: 'schedule', head: 'Schedule', cell: (one) => one.schedule },
        { id: 'due', head: 'Due', num: true, cell: (one) => moment(one.run.due) },
        { id: 'lag', head: 'Lag', num: true, cell: (one) => seconds(one.run.lag) },
        { id: 'state', head: 'Came to', cell: (one) => <Status kind={runState(one.run).kind}>{runState(one.run).word}</Status> },
        { id: 'ended', head: 'Ended', num: true, cell: (one) => moment(one.run.ended) },
        { id: 'detail', head: 'Detail', cell: (one) => one.run.detail || '–' },
      ]}
    />
  );
}

function Exports({ rows }: { rows: readonly ExportRow[] }) {
  return (
    <DataTable
      label="Exports"
      rows={rows}
      rowKey={(one) => one.id}
      columns={[
        { id: 'id', head: 'Export', cell: (one) => <code>{shortHash(one.id)}</code> },
        { id: 'purpose', head: 'Purpose', cell: (one) => one.purpose },
        { id: 'by', head: 'By', cell: (one) => one.by },
        { id: 'format', head: 'Format', cell: (one) => one.format },
        { id: 'state', head: 'State', cell: (one) => <Status kind={one.state === 'ready' ? 'done' : one.state === 'failed' ? 'danger' : 'waiting'}>{one.state}</Status> },
        { id: 'rows', head: 'Rows', num: true, cell: (one) => one.rows ?? '–' },
        { id: 'made', head: 'Asked', num: true, cell: (one) => moment(one.made) },
      ]}
    />
  );
}

function TablesCard({ found }: { found: UseQueryResult<Warehouse> }) {
  const tables = found.data?.tables ?? [];
  return (
    <Card title="Tables" note={found.data ? count(tables.length) : null}>
      {found.isPending && <Skeleton rows={5} />}
      {found.error && <ErrorPanel problem={asProblem(found.error)} onRetry={() => void found.refetch()} />}
      {found.data && tables.length === 0 && <Empty title="No tables yet">A source's table is made when its first run is published.</Empty>}
      {tables.length > 0 && <Tables rows={tables} />}
    </Card>
  );
}

function SchedulesCard({ clock, acting, pages }: { clock: UseQueryResult<Listing<Schedule>>; acting: boolean; pages: ReactNode }) {
  const schedules = clock.data?.items ?? [];
  return (
    <Card title="Schedules" note={clock.data ? count(clock.data.total ?? schedules.length) : null}>
      {clock.isPending && <Skeleton rows={3} />}
      {clock.error && <ErrorPanel problem={asProblem(clock.error)} onRetry={() => void clock.refetch()} />}
      {clock.data && schedules.length === 0 && <Empty title="Nothing is done by the clock" />}
      {schedules.length > 0 && <Schedules rows={schedules} acting={acting} />}
      {pages}
    </Card>
  );
}

export function WarehousePage() {
  const acting = usePurpose()?.kind === 'desk';
  const { answer: found, pages } = useParts<Warehouse>(['warehouse'], '/warehouse');
  const { answer: clock, pages: clockPages } = useParts<Listing<Schedule>>(['schedules'], '/schedules');
  const tables = found.data?.tables ?? [];
  const schedules = clock.data?.items ?? [];
  const sums = tableTotals(tables);
  const past = schedules
    .flatMap((one) => one.runs.map((run) => ({ schedule: one.name, run })))
    .sort((a, b) => b.run.due.localeCompare(a.run.due))
    .slice(0, 30);
  return (
    <Page title="Warehouse">
      {found.data && (
        <Stats
          figures={[
            { name: 'Tables', value: count(tables.length), note: 'one per source' },
            { name: 'Rows', value: count(sums.rows), note: 'every version of every record' },
            { name: 'Waiting', value: count(sums.waiting), note: 'follow within a minute' },
            sums.held > 0 ? { name: 'Held back', value: count(sums.held), note: 'without a marking', kind: 'danger' as const } : { name: 'Schedules', value: count(active(schedules)), note: 'active' },
          ]}
        />
      )}
      <TablesCard found={found} />
      <SchedulesCard clock={clock} acting={acting} pages={clockPages} />
      {past.length > 0 && (
        <Card title="History" note={count(past.length)}>
          <History rows={past} />
        </Card>
      )}
      {found.data && found.data.exports.length > 0 && (
        <Card title="Exports" note={count(found.data.total ?? found.data.exports.length)}>
          <Exports rows={found.data.exports} />
          {pages}
        </Card>
      )}
    </Page>
  );
}
