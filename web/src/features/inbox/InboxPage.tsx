import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { get } from '@/api/http';
import { asProblem } from '@/api/problem';
import { useMe } from '@/api/queries';
import type { Notification, Notifications } from '@/api/types';
import { ButtonLink } from '@/shared/controls/Button';
import { Card, DataTable, Pages } from '@/shared/data/data';
import { Page } from '@/shared/frame/Page';
import { Empty, ErrorPanel, Skeleton } from '@/shared/states/states';
import { isTyping } from '@/state/keys';
import { useWorking } from '@/state/working';
import { moment, plural, sentence } from '@/state/words';
import { deskOf, sorted, whereOf } from './inbox';

const LIMIT = 100;

/** Before one goes there: takes the desk or case under which it is decided. */
type Go = (one: Notification) => void;

function There({ one, onGo }: { one: Notification; onGo: Go }) {
  const where = whereOf(one);
  if (!where) return <>–</>;
  const { word, params, ...to } = where;
  const more = { size: 'small' as const, look: one.due ? ('primary' as const) : ('default' as const), 'aria-label': `${word}: ${one.what}`, onClick: () => onGo(one) };
  return params === null ? (
    <ButtonLink {...to} {...more}>
      {word}
    </ButtonLink>
  ) : (
    <ButtonLink {...to} params={params} {...more}>
      {word}
    </ButtonLink>
  );
}

function Rows({ label, rows, onGo }: { label: string; rows: readonly Notification[]; onGo: Go }) {
  return (
    <DataTable
      label={label}
      rows={rows}
      rowKey={(one) => `${one.id ?? one.object ?? ''} ${one.what} ${one.at}`}
      columns={[
        { id: 'what', head: 'What', cell: (one) => `${sentence(one.what)}${one.times > 1 ? ` (${one.times} times)` : ''}` },
        { id: 'there', head: 'Where', tight: true, cell: (one) => <There one={one} onGo={onGo} /> },
        { id: 'about', head: 'About', tight: true, cell: (one) => one.case ?? one.key ?? '–' },
        ...(rows.some((one) => one.desk) ? [{ id: 'desk', head: 'Decided under', tight: true, cell: (one: Notification) => one.desk ?? '–' }] : []),
        { id: 'since', head: 'Since', tight: true, cell: (one) => moment(one.at) },
      ]}
    />
  );
}

/** The lists as the server told them; apart from the asking, so that they can be drawn without it. */
export function InboxLists({ notices, waiting, onGo }: { notices: readonly Notification[]; waiting: number; onGo: Go }) {
  const { due, told } = sorted(notices);
  return (
    <>
      <Card title="Waits for you" note={plural(waiting, 'decision')} actions="J and K walk, Enter opens">
        {waiting === 0 ? (
          <Empty title="Nothing waits for you">
            Openings and closures of cases, reports, opinions, crossings, disclosures, operations, leads, referrals, custody, roles and proposals stand here until they are decided.
          </Empty>
        ) : (
          <Rows label="Waits for you" rows={due} onGo={onGo} />
        )}
      </Card>
      {told.length > 0 && (
        <Card title="Told to you" note="in the last 90 days">
          <Rows label="Told to you" rows={told} onGo={onGo} />
        </Card>
      )}
    </>
  );
}

/** J and K move the focus among the lines' links; Enter follows, as on every link. */
function useWalk() {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const step = event.key === 'j' ? 1 : event.key === 'k' ? -1 : 0;
      if (step === 0 || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const links = [...(list.current?.querySelectorAll<HTMLAnchorElement>('tbody a') ?? [])];
      const at = links.indexOf(document.activeElement as HTMLAnchorElement);
      links[at < 0 ? 0 : Math.min(links.length - 1, Math.max(0, at + step))]?.focus();
      event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  return list;
}

function useGo(): Go {
  const mine = useMe().data?.purposes.map((one) => one.key) ?? [];
  const now = useWorking((state) => state.purpose);
  const enter = useWorking((state) => state.enter);
  return (one) => {
    const desk = deskOf(one, now, mine);
    if (desk) enter(desk);
  };
}

/** One list of all that waits for this person, whatever the purpose: each line leads to where it is decided. */
export function InboxPage() {
  const account = useMe().data?.account;
  const [offset, setOffset] = useState(0);
  const list = useWalk();
  const onGo = useGo();
  const answer = useQuery({
    queryKey: ['notices', account, 'inbox', offset],
    queryFn: () => get<Notifications>('/notifications', { limit: LIMIT, offset }),
    enabled: account !== undefined,
    retry: false,
    staleTime: 0,
  });
  return (
    <Page title="Inbox">
      {answer.isPending && <Skeleton rows={5} />}
      {answer.error && <ErrorPanel problem={asProblem(answer.error)} onRetry={() => void answer.refetch()} />}
      {answer.data && (
        <div ref={list} style={{ display: 'grid', gap: 14, gridTemplateColumns: 'minmax(0, 1fr)' }}>
          <InboxLists notices={answer.data.notices} waiting={answer.data.waiting} onGo={onGo} />
        </div>
      )}
      {answer.data && <Pages offset={offset} limit={LIMIT} total={answer.data.total} more={answer.data.more} onMove={setOffset} />}
    </Page>
  );
}
