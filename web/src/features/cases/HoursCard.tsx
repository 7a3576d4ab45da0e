import { useState } from 'react';
import { asProblem } from '@/api/problem';
import type { Case, Hours } from '@/api/types';
import { Button } from '@/shared/controls/Button';
import { Select, TextField } from '@/shared/controls/fields';
import { Card, DataTable } from '@/shared/data/data';
import { Empty, ErrorPanel, Skeleton } from '@/shared/states/states';
import { day, sentence } from '@/state/words';
import { ACTIVITIES, hourBars, hoursOf, useHours, useWork, useWorks } from './work';
import css from './work.module.css';

const HEIGHT = 84;
const WIDE = 26;
const STEP = 38;

/** Weeks as stacked bars. Activities are shades of the regime's hue, named below: hue belongs to the regime. */
function HoursChart({ weeks }: { weeks: Hours['weeks'] }) {
  const bars = hourBars(weeks);
  const most = Math.max(60, ...bars.map((bar) => bar.minutes));
  const order = [...new Set(bars.flatMap((bar) => bar.parts.map((part) => part.activity)))];
  const told = bars.map((bar) => `${bar.week}: ${hoursOf(bar.minutes)} hours`).join(', ');
  return (
    <div className={css.chart}>
      <svg width={bars.length * STEP} height={HEIGHT + 18} role="img" aria-label={`Hours by week. ${told}`}>
        {bars.map((bar, index) => {
          let top = HEIGHT;
          return (
            <g key={bar.week}>
              {bar.parts.map((part) => {
                const tall = (HEIGHT * part.minutes) / most;
                top -= tall;
                return (
                  <rect key={part.activity} x={index * STEP} y={top} width={WIDE} height={Math.max(0, tall - 1)} data-shade={order.indexOf(part.activity) % 4}>
                    <title>{`${part.activity}: ${hoursOf(part.minutes)} h`}</title>
                  </rect>
                );
              })}
              <text x={index * STEP + WIDE / 2} y={HEIGHT + 14} textAnchor="middle">
                {bar.week.slice(5)}
              </text>
            </g>
          );
        })}
      </svg>
      <ul>
        {order.map((activity, index) => (
          <li key={activity}>
            <i data-shade={index % 4} aria-hidden />
            {sentence(activity)}
          </li>
        ))}
      </ul>
    </div>
  );
}

function AddHours({ one }: { one: Case }) {
  const [minutes, setMinutes] = useState('');
  const [activity, setActivity] = useState<(typeof ACTIVITIES)[number]>('investigation');
  const [on, setOn] = useState('');
  const add = useWork(one.number, () => setMinutes(''));
  const number = Number(minutes);
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault();
        add.mutate({ act: 'hours', body: { minutes: number, activity, day: on || null } });
      }}>
      <div className={css.row}>
        <TextField label="Minutes" type="number" value={minutes} onChange={setMinutes} />
        <Select label="Activity" choices={ACTIVITIES.map((id) => ({ id, text: sentence(id) }))} value={activity} onChange={setActivity} />
        <TextField label="Day" note="today unless said" type="date" value={on} onChange={setOn} />
        <Button type="submit" pending={add.isPending} blocked={!Number.isInteger(number) || number < 1 || number > 1440}>
          Write down
        </Button>
      </div>
      {add.error && <ErrorPanel problem={asProblem(add.error)} />}
    </form>
  );
}

export function HoursCard({ one, brief = false }: { one: Case; brief?: boolean }) {
  const { data, isPending, error, refetch } = useHours(one.number);
  const works = useWorks(one);
  return (
    <Card title="Hours on this case" actions={data ? `${hoursOf(data.minutes)} h` : null}>
      {isPending && <Skeleton rows={3} />}
      {error && <ErrorPanel problem={asProblem(error)} onRetry={() => void refetch()} />}
      {data && data.weeks.length === 0 && <Empty title="No hours yet">Members write down their own, by day and activity.</Empty>}
      {data && data.weeks.length > 0 && <HoursChart weeks={data.weeks} />}
      {!brief && data && data.hours.length > 0 && (
        <DataTable
          label="Hours"
          rows={data.hours}
          rowKey={(row) => row.id}
          columns={[
            { id: 'day', head: 'Day', cell: (row) => day(row.day), tight: true },
            { id: 'who', head: 'Who', cell: (row) => row.title ?? row.account },
            { id: 'activity', head: 'Activity', cell: (row) => sentence(row.activity) },
            { id: 'hours', head: 'Hours', num: true, cell: (row) => (row.voided ? <s>{hoursOf(row.minutes)}</s> : hoursOf(row.minutes)) },
            { id: 'note', head: 'Note', cell: (row) => (row.voided ? `Taken back: ${row.why_void}` : row.note) },
          ]}
        />
      )}
      {!brief && works && <AddHours one={one} />}
    </Card>
  );
}
