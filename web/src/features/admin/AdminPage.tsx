import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Plus, UserX } from 'lucide-react';
import { useState } from 'react';
import { post, remove } from '@/api/http';
import { asProblem } from '@/api/problem';
import { useScope } from '@/api/queries';
import type { Account, AccountEnabled, AccountMade, Authority, GroupRole, Page as Listing, Unit } from '@/api/types';
import { Button } from '@/shared/controls/Button';
import { Dialog } from '@/shared/controls/Dialog';
import { Segmented, Select, TextField } from '@/shared/controls/fields';
import { Card, DataTable } from '@/shared/data/data';
import { useParts } from '@/shared/data/useParts';
import { Page } from '@/shared/frame/Page';
import { AuthorityChip, RegimeChip } from '@/shared/identity/chips';
import { Empty, ErrorPanel, Notice, Skeleton, Status } from '@/shared/states/states';
import { useToasts } from '@/shared/states/toasts';
import { count, day } from '@/state/words';
import { FORMS, grantText, missing, toBody, type FormName } from './forms';
import css from './admin.module.css';

function useList<T>(name: 'accounts' | 'units' | 'authorities' | 'groups' | 'roles') {
  return useParts<Listing<T>>(['admin', name], `/${name}`);
}

function AddDialog({ name, onClose }: { name: FormName; onClose: () => void }) {
  const form = FORMS[name];
  const [draft, setDraft] = useState<Record<string, string>>({});
  const client = useQueryClient();
  const scope = useScope();
  const send = useMutation({
    mutationFn: () => post<Partial<AccountMade>>(form.path, toBody(form, draft)),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [...scope, 'admin'] });
      await client.invalidateQueries({ queryKey: ['authorities'] });
    },
  });
  const problem = send.error ? asProblem(send.error) : null;
  const secret = send.data?.password ?? null;
  const waits = send.data?.proposal ?? null;
  if (send.isSuccess) {
    return (
      <Dialog
        title={form.done}
        open
        onClose={onClose}
        foot={
          <Button look="primary" onPress={onClose}>
            Done
          </Button>
        }>
        <Notice kind="done" title={form.done}>
          {secret && (
            <>
              First password, shown once: <code>{secret}</code>.{' '}
            </>
          )}
          {waits && <>{waits} waits: another person accepts it under Proposals.</>}
        </Notice>
      </Dialog>
    );
  }
  return (
    <Dialog
      title={form.title}
      open
      onClose={onClose}
      note="Written to the ledger."
      foot={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button look="primary" pending={send.isPending} blocked={missing(form, draft).length > 0} onPress={() => send.mutate()}>
            {form.title}
          </Button>
        </>
      }>
      {form.fields.map((field) => {
        const common = { label: field.label, error: problem?.field === field.name ? problem.detail : null, onChange: (value: string) => setDraft({ ...draft, [field.name]: value }) };
        return field.choices ? (
          <Select key={field.name} {...common} value={draft[field.name] ?? null} choices={field.choices.map((id) => ({ id, text: id }))} />
        ) : (
          <TextField key={field.name} {...common} {...(field.note ? { note: field.note } : {})} value={draft[field.name] ?? ''} />
        );
      })}
      {problem && <ErrorPanel problem={problem} />}
    </Dialog>
  );
}

function DisableDialog({ account, onClose }: { account: Account; onClose: () => void }) {
  const [reason, setReason] = useState('');
  const client = useQueryClient();
  const scope = useScope();
  const toast = useToasts((state) => state.show);
  const send = useMutation({
    mutationFn: () => post(`/accounts/${account.name}/disable`, { reason }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [...scope, 'admin'] });
      toast(`${account.name} is disabled and signed out`);
      onClose();
    },
  });
  return (
    <Dialog
      title={`Disable ${account.title}`}
      open
      onClose={onClose}
      note="All sessions end at once."
      foot={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button look="danger" pending={send.isPending} blocked={reason.trim().length < 10} onPress={() => send.mutate()}>
            Disable
          </Button>
        </>
      }>
      <TextField label="Reason" rows={3} value={reason} onChange={setReason} autoFocus />
      {send.error && <ErrorPanel problem={asProblem(send.error)} />}
    </Dialog>
  );
}

/** The way back. A local account's new password is shown here, and nowhere else. */
function EnableDialog({ account, onClose }: { account: Account; onClose: () => void }) {
  const [reason, setReason] = useState('');
  const client = useQueryClient();
  const scope = useScope();
  const send = useMutation({ mutationFn: () => post<AccountEnabled>(`/accounts/${account.name}/enable`, { reason }), onSuccess: () => client.invalidateQueries({ queryKey: [...scope, 'admin'] }) });
  const done = send.data;
  return (
    <Dialog
      title={`Enable ${account.title}`}
      open
      onClose={onClose}
      note="Without its roles: give them again one by one. The account and all overseers are told."
      foot={
        done ? (
          <Button onPress={onClose}>Done</Button>
        ) : (
          <>
            <Button onPress={onClose}>Cancel</Button>
            <Button pending={send.isPending} blocked={reason.trim().length < 10} onPress={() => send.mutate()}>
              Enable
            </Button>
          </>
        )
      }>
      {done ? (
        <p>
          {done.roles_then?.length ? `It held ${done.roles_then.join(', ')}. ` : ''}
          {done.password ? (
            <>
              Its password, good for one sign-in: <code>{done.password}</code>
            </>
          ) : (
            'It signs in at its provider.'
          )}
        </p>
      ) : (
        <TextField label="Reason" rows={3} value={reason} onChange={setReason} autoFocus />
      )}
      {send.error && <ErrorPanel problem={asProblem(send.error)} />}
    </Dialog>
  );
}

function Accounts() {
  const { answer: list, pages } = useList<Account>('accounts');
  const [leaving, setLeaving] = useState<Account | null>(null);
  const [coming, setComing] = useState<Account | null>(null);
  return (
    <>
      {list.isPending && <Skeleton />}
      {list.error && <ErrorPanel problem={asProblem(list.error)} onRetry={() => void list.refetch()} />}
      {list.data && (
        <DataTable
          label="Accounts"
          rows={list.data.items}
          rowKey={(one) => one.name}
          columns={[
            { id: 'name', head: 'Account', cell: (one) => <code>{one.name}</code> },
            { id: 'title', head: 'Name', cell: (one) => one.title },
            { id: 'roles', head: 'Roles', cell: (one) => grantText(one.roles) },
            { id: 'state', head: 'State', cell: (one) => <Status kind={one.state === 'active' ? 'done' : 'danger'}>{one.state}</Status> },
            { id: 'created', head: 'Since', num: true, cell: (one) => day(one.created) },
            {
              id: 'act',
              head: 'Leaving',
              num: true,
              cell: (one) =>
                one.state === 'active' ? (
                  <Button size="small" look="quiet" label={`Disable ${one.name}`} onPress={() => setLeaving(one)}>
                    <UserX size={13} aria-hidden />
                    Disable
                  </Button>
                ) : (
                  <Button size="small" look="quiet" label={`Enable ${one.name}`} onPress={() => setComing(one)}>
                    Enable
                  </Button>
                ),
            },
          ]}
        />
      )}
      {pages}
      {leaving && <DisableDialog account={leaving} onClose={() => setLeaving(null)} />}
      {coming && <EnableDialog account={coming} onClose={() => setComing(null)} />}
    </>
  );
}

function Units() {
  const { answer: list, pages } = useList<Unit>('units');
  if (list.error) return <ErrorPanel problem={asProblem(list.error)} onRetry={() => void list.refetch()} />;
  if (!list.data) return <Skeleton />;
  return (
    <>
      <DataTable
        label="Units"
        rows={list.data.items}
        rowKey={(one) => one.name}
        columns={[
          { id: 'name', head: 'Unit', cell: (one) => <code>{one.name}</code> },
          { id: 'title', head: 'Name', cell: (one) => one.title },
          { id: 'parent', head: 'Part of', cell: (one) => one.parent ?? '–' },
          { id: 'regime', head: 'Regime', cell: (one) => one.regime && <RegimeChip regime={one.regime} /> },
          { id: 'state', head: 'State', cell: (one) => one.state },
        ]}
      />
      {pages}
    </>
  );
}

function Authorities() {
  const { answer: list, pages } = useList<Authority>('authorities');
  if (list.error) return <ErrorPanel problem={asProblem(list.error)} onRetry={() => void list.refetch()} />;
  if (!list.data) return <Skeleton />;
  if (list.data.items.length === 0) return <Empty title="No authorities yet">An authority is one statute section with its regime; without one no case can be opened.</Empty>;
  return (
    <>
      <DataTable
        label="Authorities"
        rows={list.data.items}
        rowKey={(one) => one.code}
        columns={[
          { id: 'statute', head: 'Statute', cell: (one) => <AuthorityChip statute={one.statute || one.code} /> },
          { id: 'title', head: 'Title', cell: (one) => one.title },
          { id: 'regime', head: 'Regime', cell: (one) => <RegimeChip regime={one.regime} /> },
          { id: 'code', head: 'Code', cell: (one) => <code>{one.code}</code> },
          { id: 'processes', head: 'Processes', cell: (one) => one.processes.join(', ') || '–' },
          { id: 'approver', head: 'Approver', cell: (one) => one.approver_role ?? '–' },
          { id: 'from', head: 'In force', num: true, cell: (one) => `${day(one.valid_from)} – ${one.valid_to ? day(one.valid_to) : ''}` },
        ]}
      />
      {pages}
    </>
  );
}

function Groups() {
  const { answer: list, pages } = useList<GroupRole>('groups');
  const client = useQueryClient();
  const scope = useScope();
  const end = useMutation({ mutationFn: (id: string) => remove(`/groups/${id}`), onSuccess: () => client.invalidateQueries({ queryKey: [...scope, 'admin'] }) });
  if (list.error) return <ErrorPanel problem={asProblem(list.error)} onRetry={() => void list.refetch()} />;
  if (!list.data) return <Skeleton />;
  if (list.data.items.length === 0) return <Empty title="No group gives a role">Where people sign in with a provider, its groups give roles here once they are mapped; all others give nothing.</Empty>;
  return (
    <>
      {end.error && <ErrorPanel problem={asProblem(end.error)} />}
      <DataTable
        label="Groups"
        rows={list.data.items}
        rowKey={(one) => one.id ?? one.group}
        columns={[
          { id: 'group', head: 'Group', cell: (one) => <code>{one.group}</code> },
          { id: 'role', head: 'Gives', cell: (one) => `${one.unit}/${one.role}` },
          { id: 'issuer', head: 'Provider', cell: (one) => one.issuer },
          { id: 'by', head: 'Mapped by', cell: (one) => one.made_by },
          { id: 'since', head: 'Since', num: true, cell: (one) => day(one.made) },
          {
            id: 'end',
            head: 'End',
            num: true,
            cell: (one) => (
              <Button
                size="small"
                look="quiet"
                label={`End the mapping of ${one.group} to ${one.unit}/${one.role}`}
                pending={end.isPending && end.variables === one.id}
                onPress={() => end.mutate(one.id ?? '')}>
                End
              </Button>
            ),
          },
        ]}
      />
      {pages}
    </>
  );
}

const TABS = [
  { id: 'accounts', text: 'Accounts' },
  { id: 'units', text: 'Units' },
  { id: 'authorities', text: 'Authorities' },
  { id: 'groups', text: 'Groups' },
] as const;
const ADDS: Record<(typeof TABS)[number]['id'], FormName[]> = { accounts: ['account', 'role'], units: ['unit'], authorities: ['authority'], groups: ['group'] };

export function AdminPage() {
  const [tab, setTab] = useState<(typeof TABS)[number]['id']>('accounts');
  const [adding, setAdding] = useState<FormName | null>(null);
  const size = useList<unknown>(tab).answer.data;
  return (
    <Page title="Admin">
      <div className={css.bar}>
        <Segmented label="What" hideLabel choices={TABS} value={tab} onChange={setTab} />
        <div>
          {ADDS[tab].map((name) => (
            <Button key={name} onPress={() => setAdding(name)}>
              <Plus size={13} aria-hidden />
              {FORMS[name].title}
            </Button>
          ))}
        </div>
      </div>
      <Card title={TABS.find((one) => one.id === tab)?.text ?? ''} note={size ? count(size.total ?? size.items.length) : null}>
        {tab === 'accounts' && <Accounts />}
        {tab === 'units' && <Units />}
        {tab === 'authorities' && <Authorities />}
        {tab === 'groups' && <Groups />}
      </Card>
      {adding && <AddDialog name={adding} onClose={() => setAdding(null)} />}
    </Page>
  );
}
