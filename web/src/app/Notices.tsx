import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Bell } from 'lucide-react';
import { Button as AriaButton, Dialog, DialogTrigger, Popover } from 'react-aria-components';
import { get, post } from '@/api/http';
import { useMe } from '@/api/queries';
import type { Notification, Notifications } from '@/api/types';
import controls from '@/shared/controls/controls.module.css';
import { plural, sentence, when } from '@/state/words';
import css from './shell.module.css';

const KEY = ['notices'] as const;

function Row({ one, onPick }: { one: Notification; onPick: () => void }) {
  const contact = typeof one.detail['contact'] === 'string' ? one.detail['contact'] : null;
  const text = `${sentence(one.what)}${contact ? `; ask ${contact}` : ''}${one.times > 1 ? ` (${one.times} times)` : ''}`;
  return (
    <li {...(one.read ? {} : { 'data-new': '' })}>
      <span>
        {one.due ? (
          <Link to="/inbox" onClick={onPick}>
            {text}
          </Link>
        ) : one.case ? (
          <Link to="/case/$no" params={{ no: one.case }} onClick={onPick}>
            {text}
          </Link>
        ) : (
          text
        )}
      </span>
      <small>
        {one.due ? 'Waits for you' : when(one.at)}
        {one.case && ` · ${one.case}`}
      </small>
    </li>
  );
}

/** One's own notices. Asked once when the shell opens and when the bell is: each asking is an act in the ledger. */
export function Notices() {
  const client = useQueryClient();
  const account = useMe().data?.account;
  const { data, refetch } = useQuery({ queryKey: [...KEY, account], queryFn: () => get<Notifications>('/notifications', { limit: 30 }), enabled: account !== undefined, retry: false });
  const read = useMutation({ mutationFn: () => post('/notifications/read'), onSuccess: () => client.invalidateQueries({ queryKey: KEY }) });
  const unread = data?.unread ?? 0;
  const close = () => {
    if (data?.notices.some((one) => !one.due && !one.read)) read.mutate();
  };
  return (
    <DialogTrigger
      onOpenChange={(open) => {
        if (open) void refetch();
        else close();
      }}>
      <AriaButton className={css.bell!} aria-label={unread > 0 ? `Notices, ${plural(unread, 'new one', 'new ones')}` : 'Notices'}>
        <Bell size={16} aria-hidden />
        {unread > 0 && <i aria-hidden />}
      </AriaButton>
      <Popover className={controls.popover!} placement="bottom end">
        <Dialog className={css.notices!} aria-label="Notices">
          {({ close: shut }) => (
            <>
              <strong>Notices</strong>
              {(data?.notices.length ?? 0) === 0 && <p>Nothing waits for you.</p>}
              <Link to="/inbox" onClick={shut}>
                All that waits
              </Link>
              <ul>
                {data?.notices.map((one, index) => (
                  <Row key={one.id ?? `due-${index}`} one={one} onPick={shut} />
                ))}
              </ul>
            </>
          )}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
