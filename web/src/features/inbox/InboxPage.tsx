import { useQuery } from '@tanstack/react-query';
import { get } from '@/api/http';
import { asProblem } from '@/api/problem';
import { useMe } from '@/api/queries';
import type { Notification, Notifications } from '@/api/types';
import { ButtonLink } from '@/shared/controls/Button';
import { Card, DataTable } from '@/shared/data/data';
import { Page } from '@/shared/frame/Page';
import { Empty, ErrorPanel, Skeleton } from '@/shared/states/states';
import { moment, plural, sentence } from '@/state/words';
import { sorted, whereOf } from './inbox';

function There({ one }: { one: Notification }) {
  const where = whereOf(one);
  if (!where) return <>–</>;
  const look = one.due ? ('primary' as const) : ('default' as const);
  if (where.params === null) return <ButtonLink size="small" look={look} to={where.to}>{where.word}</ButtonLink>;
  return <ButtonLink size="small" look={look} to={where.to} params={where.params}>{where.word}</ButtonLink>;
}

function Rows({ label, rows }: { label: string; rows: readonly Notification[] }) {
  return (
    <DataTable label={label} rows={rows} rowKey={(one) => `${one.id ?? one.object ?? ''} ${one.what} ${one.at}`} columns={[
      { id: 'what', head: 'What', cell: (one) => `${sentence(one.what)}${one.times > 1 ? ` (${one.times} times)` : ''}` },
      { id: 'about', head: 'About', tight: true, cell: (one) => one.case ?? '–' },
      { id: 'since', head: 'Since', tight: true, cell: (one) => moment(one.at) },
      { id: 'there', head: 'Where', tight: true, cell: (one) => <There one={one} /> },
    ]} />
  );
}

/** The lists as the server told them; apart from the asking, so that they can be drawn without it. */
export function InboxLists({ notices }: { notices: readonly Notification[] }) {
  const { due, told } = sorted(notices);
  return (
    <>
      <Card title="Waits for you" note={plural(due.length, 'decision')}>
        {due.length === 0 ? <Empty title="Nothing waits for you">Openings and closures of cases, reports, clearances, custody, roles and proposals stand here until they are decided.</Empty> : <Rows label="Waits for you" rows={due} />}
      </Card>
      {told.length > 0 && <Card title="Told to you" note="in the last 90 days"><Rows label="Told to you" rows={told} /></Card>}
    </>
  );
}

/** One list of all that waits for this person, whatever the purpose: each line leads to where it is decided. */
export function InboxPage() {
  const account = useMe().data?.account;
  const answer = useQuery({ queryKey: ['notices', account, 'inbox'], queryFn: () => get<Notifications>('/notifications', { limit: 200 }), enabled: account !== undefined, retry: false });
  return (
    <Page title="Inbox">
      {answer.isPending && <Skeleton rows={5} />}
      {answer.error && <ErrorPanel problem={asProblem(answer.error)} onRetry={() => void answer.refetch()} />}
      {answer.data && <InboxLists notices={answer.data.notices} />}
    </Page>
  );
}
