import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { KeyRound, Plus } from 'lucide-react';
import { useState } from 'react';
import { get, post, remove } from '@/api/http';
import { asProblem } from '@/api/problem';
import { useMe } from '@/api/queries';
import type { FactorMade, Factors, KeyOptions, OwnSession, Page as Listing, ServiceToken, ServiceTokenMade } from '@/api/types';
import { Button } from '@/shared/controls/Button';
import { Dialog } from '@/shared/controls/Dialog';
import { Select, TextField } from '@/shared/controls/fields';
import { Card, DataTable } from '@/shared/data/data';
import { Page } from '@/shared/frame/Page';
import { canUseKeys, createKey, KeyFailed } from '@/shared/identity/keys';
import { Empty, ErrorPanel, Notice, Skeleton, Status } from '@/shared/states/states';
import { moment, plural, program } from '@/state/words';
import { EnrolForm, RecoveryCodes } from './Enrol';
import css from './access.module.css';

const KEY = ['security'] as const;

/** Ends something of one's own by its address, and reads the list anew. */
function useEnd(path: '/me/sessions' | '/me/factors' | '/tokens') {
  const client = useQueryClient();
  return useMutation({ mutationFn: (id: string) => remove(`${path}/${id}`), onSuccess: () => client.invalidateQueries({ queryKey: KEY }) });
}

function AddFactor({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const [made, setMade] = useState<FactorMade | null>(null);
  const close = () => {
    void client.invalidateQueries({ queryKey: KEY });
    onClose();
  };
  return (
    <Dialog
      title="Add an authenticator"
      icon={<KeyRound size={16} aria-hidden />}
      open
      onClose={close}
      note="Sessions without a second factor end."
      foot={<Button onPress={close}>{made ? 'Done' : 'Cancel'}</Button>}>
      {made ? <RecoveryCodes codes={made.recovery_codes} /> : <EnrolForm onDone={setMade} />}
    </Dialog>
  );
}

/** A security key: the browser asks for a touch, the server checks the answer. */
function AddKey({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const [title, setTitle] = useState('Security key');
  const add = useMutation({
    mutationFn: async () => {
      const { options } = await post<KeyOptions>('/me/factors/key', { title });
      return post<FactorMade>('/me/factors/key/confirm', { credential: await createKey(options) });
    },
  });
  const close = () => {
    void client.invalidateQueries({ queryKey: KEY });
    onClose();
  };
  const failed = add.error instanceof KeyFailed ? add.error.message : null;
  return (
    <Dialog
      title="Add a security key"
      icon={<KeyRound size={16} aria-hidden />}
      open
      onClose={close}
      note="Sessions without a second factor end."
      foot={
        <>
          <Button onPress={close}>{add.data ? 'Done' : 'Cancel'}</Button>
          {!add.data && (
            <Button look="primary" pending={add.isPending} blocked={!title.trim()} onPress={() => add.mutate()}>
              Touch the key
            </Button>
          )}
        </>
      }>
      {add.data ? <RecoveryCodes codes={add.data.recovery_codes} /> : <TextField label="Name" note="what you call it" value={title} onChange={setTitle} autoFocus error={failed} />}
      {add.error && !failed && <ErrorPanel problem={asProblem(add.error)} />}
    </Dialog>
  );
}

function FactorCard() {
  const list = useQuery({ queryKey: [...KEY, 'factors'], queryFn: () => get<Factors>('/me/factors'), retry: false });
  const end = useEnd('/me/factors');
  const [adding, setAdding] = useState<'totp' | 'key' | null>(null);
  return (
    <Card
      title="Second factors"
      note={list.data ? `${plural(list.data.recovery_left, 'recovery code')} left` : null}
      actions={
        <span className={css.row}>
          <Button size="small" onPress={() => setAdding('totp')}>
            <Plus size={13} aria-hidden />
            Add an authenticator
          </Button>
          {canUseKeys() && (
            <Button size="small" onPress={() => setAdding('key')}>
              <Plus size={13} aria-hidden />
              Add a security key
            </Button>
          )}
        </span>
      }>
      {list.isPending && <Skeleton rows={2} />}
      {list.error && <ErrorPanel problem={asProblem(list.error)} onRetry={() => void list.refetch()} />}
      {end.error && <ErrorPanel problem={asProblem(end.error)} />}
      {list.data?.factors.length === 0 && <Empty title="Your password alone opens your account">An authenticator app on a telephone makes a stolen password worthless.</Empty>}
      {list.data && list.data.factors.length > 0 && (
        <DataTable
          label="Second factors"
          rows={list.data.factors}
          rowKey={(one) => one.id}
          columns={[
            { id: 'title', head: 'Name', cell: (one) => one.title },
            { id: 'kind', head: 'Kind', cell: (one) => (one.kind === 'totp' ? 'One-time codes' : 'Security key') },
            { id: 'made', head: 'Since', num: true, cell: (one) => moment(one.made) },
            { id: 'used', head: 'Last used', num: true, cell: (one) => (one.used ? moment(one.used) : 'never') },
            {
              id: 'end',
              head: 'Take away',
              num: true,
              cell: (one) => (
                <Button size="small" look="quiet" label={`Take away ${one.title}`} pending={end.isPending && end.variables === one.id} onPress={() => end.mutate(one.id)}>
                  Take away
                </Button>
              ),
            },
          ]}
        />
      )}
      {adding === 'totp' && <AddFactor onClose={() => setAdding(null)} />}
      {adding === 'key' && <AddKey onClose={() => setAdding(null)} />}
    </Card>
  );
}

function SessionCard() {
  const list = useQuery({ queryKey: [...KEY, 'sessions'], queryFn: () => get<Listing<OwnSession>>('/me/sessions', { limit: 50 }), retry: false });
  const end = useEnd('/me/sessions');
  return (
    <Card title="Where you are signed in" note={list.data ? plural(list.data.items.length, 'session') : null} actions="More than the rules allow at once: the oldest ends">
      {list.isPending && <Skeleton rows={3} />}
      {list.error && <ErrorPanel problem={asProblem(list.error)} onRetry={() => void list.refetch()} />}
      {end.error && <ErrorPanel problem={asProblem(end.error)} />}
      {list.data && (
        <DataTable
          label="Sessions"
          rows={list.data.items}
          rowKey={(one) => one.id}
          columns={[
            { id: 'client', head: 'Program', cell: (one) => program(one.client), long: (one) => one.client },
            {
              id: 'kind',
              head: 'Kind',
              cell: (one) =>
                one.current ? (
                  <Status kind="done" bare>
                    this one
                  </Status>
                ) : one.bound ? (
                  'browser'
                ) : (
                  'program'
                ),
            },
            { id: 'second', head: 'Second factor', cell: (one) => one.second || 'none' },
            { id: 'opened', head: 'Opened', num: true, cell: (one) => moment(one.opened) },
            { id: 'expires', head: 'Ends', num: true, cell: (one) => moment(one.expires) },
            {
              id: 'end',
              head: 'Sign out',
              num: true,
              cell: (one) =>
                !one.current && (
                  <Button size="small" look="quiet" label={`End the session opened ${moment(one.opened)}`} pending={end.isPending && end.variables === one.id} onPress={() => end.mutate(one.id)}>
                    End
                  </Button>
                ),
            },
          ]}
        />
      )}
    </Card>
  );
}

function AddToken({ onClose }: { onClose: () => void }) {
  const purposes = useMe().data?.purposes ?? [];
  const client = useQueryClient();
  const [draft, setDraft] = useState({ title: '', acts: '', purpose: '', expires: '' });
  const send = useMutation({
    mutationFn: () => post<ServiceTokenMade>('/tokens', { ...draft, acts: draft.acts.split(/[\s,]+/).filter(Boolean) }),
    onSuccess: () => client.invalidateQueries({ queryKey: KEY }),
  });
  const problem = send.error ? asProblem(send.error) : null;
  const field = (name: 'title' | 'acts' | 'expires') => ({
    value: draft[name],
    onChange: (value: string) => setDraft({ ...draft, [name]: value }),
    error: problem?.field === name ? `${problem.detail} ${problem.hint}` : null,
  });
  if (send.data) {
    return (
      <Dialog
        title="Service token"
        open
        onClose={onClose}
        foot={
          <Button look="primary" onPress={onClose}>
            Done
          </Button>
        }>
        <Notice kind="done" title="It is shown once.">
          <code className={css.secret}>{send.data.token}</code>
        </Notice>
      </Dialog>
    );
  }
  return (
    <Dialog
      title="Make a service token"
      open
      onClose={onClose}
      note="Written to the ledger."
      foot={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button look="primary" pending={send.isPending} blocked={!draft.title || !draft.acts || !draft.purpose || !draft.expires} onPress={() => send.mutate()}>
            Make it
          </Button>
        </>
      }>
      <TextField label="What it is for" {...field('title')} autoFocus />
      <TextField label="Acts" note="operations of the API, such as case_list" {...field('acts')} />
      <Select label="Purpose" value={draft.purpose || null} onChange={(purpose) => setDraft({ ...draft, purpose })} choices={purposes.map((one) => ({ id: one.key, text: one.key }))} />
      <TextField label="Last day" type="date" {...field('expires')} />
      {problem && !problem.field && <ErrorPanel problem={problem} />}
    </Dialog>
  );
}

const STATES = { live: 'done', expired: 'plain', revoked: 'danger' } as const;

function TokenCard() {
  const list = useQuery({ queryKey: [...KEY, 'tokens'], queryFn: () => get<Listing<ServiceToken>>('/tokens', { limit: 50 }), retry: false });
  const end = useEnd('/tokens');
  const [adding, setAdding] = useState(false);
  return (
    <Card
      title="Programs that act for you"
      note={list.data ? plural(list.data.items.length, 'token') : null}
      actions={
        <Button size="small" onPress={() => setAdding(true)}>
          <Plus size={13} aria-hidden />
          Make a service token
        </Button>
      }>
      {list.isPending && <Skeleton rows={2} />}
      {list.error && <ErrorPanel problem={asProblem(list.error)} onRetry={() => void list.refetch()} />}
      {end.error && <ErrorPanel problem={asProblem(end.error)} />}
      {list.data?.items.length === 0 && <Empty title="No program acts for you">A service token does named acts under one purpose until its day, and nothing else.</Empty>}
      {list.data && list.data.items.length > 0 && (
        <DataTable
          label="Service tokens"
          rows={list.data.items}
          rowKey={(one) => one.id}
          columns={[
            { id: 'title', head: 'For', cell: (one) => one.title },
            { id: 'acts', head: 'Acts', cell: (one) => one.acts.join(', '), long: (one) => one.acts.join(', ') },
            { id: 'purpose', head: 'Purpose', cell: (one) => <code>{one.purpose}</code> },
            { id: 'account', head: 'Account', cell: (one) => one.account },
            { id: 'expires', head: 'Ends', num: true, cell: (one) => moment(one.expires) },
            { id: 'state', head: 'State', cell: (one) => <Status kind={STATES[one.state]}>{one.state}</Status> },
            {
              id: 'end',
              head: 'Revoke',
              num: true,
              cell: (one) =>
                one.state === 'live' && (
                  <Button size="small" look="quiet" label={`Revoke ${one.title}`} pending={end.isPending && end.variables === one.id} onPress={() => end.mutate(one.id)}>
                    Revoke
                  </Button>
                ),
            },
          ]}
        />
      )}
      {adding && <AddToken onClose={() => setAdding(false)} />}
    </Card>
  );
}

/** What opens one's account, where it is open, and what acts for it. */
export function SecurityPage() {
  return (
    <Page title="My security">
      <div className={css.stack}>
        <FactorCard />
        <SessionCard />
        <TokenCard />
      </div>
    </Page>
  );
}
