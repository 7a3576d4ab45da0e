import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { get, post } from '@/api/http';
import { among } from '@/api/typed';
import { asProblem } from '@/api/problem';
import { usePrompts, usePurpose, useScope } from '@/api/queries';
import type { DueItem, Page as Listing, PurgeLine } from '@/api/types';
import { Button } from '@/shared/controls/Button';
import { Checkbox, TextField } from '@/shared/controls/fields';
import { Card, DataTable, Pages } from '@/shared/data/data';
import { useParts } from '@/shared/data/useParts';
import { Page } from '@/shared/frame/Page';
import { Empty, ErrorPanel, Notice, Skeleton, Status } from '@/shared/states/states';
import { atLeast, tooShort } from '@/state/limits';
import { count, day, moment, plural, shortHash } from '@/state/words';
import { LogClasses } from './LogClasses';
import css from './retention.module.css';

const LIMIT = 50;

function useRefresh() {
  const client = useQueryClient();
  return () => client.invalidateQueries({ predicate: (query) => query.queryKey.includes('retention') });
}

function standing(one: DueItem): { kind: 'danger' | 'waiting' | 'plain'; text: string } {
  if (one.held) return { kind: 'waiting', text: one.held };
  if (one.custody) return { kind: 'waiting', text: `in custody: ${one.custody}` };
  if (one.proposed) return { kind: 'waiting', text: 'proposed' };
  return one.purgeable ? { kind: 'danger', text: 'overdue' } : { kind: 'plain', text: 'open: review' };
}

interface Chosen {
  ids: ReadonlySet<string>;
  toggle: (id: string) => void;
}

function DueTable({ rows, chosen }: { rows: readonly DueItem[]; chosen: Chosen | null }) {
  const pick = (one: DueItem) => chosen && <Checkbox label={`Choose ${one.label}`} checked={chosen.ids.has(one.id)} onChange={() => chosen.toggle(one.id)} />;
  return (
    <DataTable
      label="Due"
      rows={rows}
      rowKey={(one) => one.id}
      columns={[
        ...(chosen ? [{ id: 'pick', head: 'Choose', tight: true, cell: pick }] : []),
        {
          id: 'label',
          head: 'What',
          cell: (one) => (
            <>
              {one.label} <small>{one.kind}</small>
            </>
          ),
        },
        {
          id: 'rule',
          head: 'Rule',
          tight: true,
          cell: (one) => (
            <>
              {one.rule || 'none'} <small>{plural(one.years, 'year')}</small>
            </>
          ),
        },
        { id: 'from', head: 'Counted from', tight: true, cell: (one) => day(one.counted_from) },
        { id: 'due', head: 'Due', tight: true, cell: (one) => day(one.due) },
        {
          id: 'state',
          head: 'State',
          tight: true,
          cell: (one) => (
            <Status kind={standing(one).kind} bare>
              {standing(one).text}
            </Status>
          ),
        },
      ]}
    />
  );
}

/** One reason for what was chosen: keep it, or propose that it goes. */
function Decide({ ids, onDone }: { ids: readonly string[]; onDone: (told: string) => void }) {
  const [reason, setReason] = useState('');
  const refresh = useRefresh();
  const done = (told: string) => async () => {
    setReason('');
    onDone(told);
    await refresh();
  };
  const keep = useMutation({ mutationFn: () => post('/retention/validate', { items: ids, reason }), onSuccess: done(`${plural(ids.length, 'item')} validated; their time counts from now.`) });
  const purge = useMutation({ mutationFn: () => post('/retention/purges', { items: ids, reason }), onSuccess: done('Proposed. Somebody else has to confirm it.') });
  const least = usePrompts().limits?.shortest_reason;
  const short = tooShort(reason, least);
  const fault = keep.error ?? purge.error;
  return (
    <div className={css.form}>
      <TextField label="Reason" note={atLeast(least)} value={reason} onChange={setReason} error={fault ? asProblem(fault).detail : null} />
      <Button look="primary" blocked={short || ids.length === 0} pending={keep.isPending} onPress={() => keep.mutate()}>
        Validate chosen
      </Button>
      <Button blocked={short} pending={purge.isPending} onPress={() => purge.mutate()}>
        {ids.length === 0 ? 'Propose to purge all that is due' : 'Propose to purge chosen'}
      </Button>
    </div>
  );
}

function Due({ decides }: { decides: boolean }) {
  const scope = useScope();
  const [offset, setOffset] = useState(0);
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const [told, setTold] = useState('');
  const answer = useQuery({ queryKey: [...scope, 'retention', 'due', offset], queryFn: () => get<Listing<DueItem>>('/retention/due', { limit: LIMIT, offset }), retry: false });
  const toggle = (id: string) => setIds(new Set(ids.has(id) ? [...ids].filter((one) => one !== id) : [...ids, id]));
  return (
    <Card title="Review or purge" note={answer.data ? plural(answer.data.total ?? 0, 'item') : ''} actions="Days are computed; nobody can set one">
      {told && <Notice kind="done" title={told} />}
      {answer.isPending && <Skeleton rows={6} />}
      {answer.error && <ErrorPanel problem={asProblem(answer.error)} onRetry={() => void answer.refetch()} />}
      {answer.data?.items.length === 0 && <Empty title="Nothing is due">Everything that you answer for is within its time.</Empty>}
      {answer.data && answer.data.items.length > 0 && <DueTable rows={answer.data.items} chosen={decides ? { ids, toggle } : null} />}
      {answer.data && <Pages offset={offset} limit={LIMIT} total={answer.data.total} more={answer.data.more} onMove={setOffset} />}
      {decides && answer.data && answer.data.items.length > 0 && (
        <Decide
          ids={[...ids]}
          onDone={(next) => {
            setIds(new Set());
            setTold(next);
          }}
        />
      )}
    </Card>
  );
}

function Decision({ one }: { one: PurgeLine }) {
  const [reason, setReason] = useState('');
  const refresh = useRefresh();
  const decide = useMutation({ mutationFn: (verb: 'confirm' | 'reject' | 'withdraw') => post(`/retention/purges/${one.purge}/${verb}`, { reason }), onSuccess: refresh });
  const words = { confirm: 'Destroy for good', reject: 'Reject', withdraw: 'Withdraw' };
  return (
    <div className={css.form}>
      <TextField
        label={`Reason for ${one.purge}`}
        note="Can’t be undone; copies in the warehouse and in backups are not reached"
        value={reason}
        onChange={setReason}
        error={decide.error ? asProblem(decide.error).detail : null}
      />
      {one.may.filter(among(words)).map((verb) => (
        <Button key={verb} look={verb === 'confirm' ? 'danger' : 'default'} blocked={reason.trim().length < 20} pending={decide.isPending} onPress={() => decide.mutate(verb)}>
          {words[verb]}
        </Button>
      ))}
    </div>
  );
}

function Purges() {
  const { answer, pages } = useParts<Listing<PurgeLine>>(['retention', 'purges'], '/retention/purges');
  const waiting = answer.data?.items.filter((one) => one.may.length > 0) ?? [];
  return (
    <Card title="Purges" note="one proposes, another confirms">
      {answer.isPending && <Skeleton rows={4} />}
      {answer.error && <ErrorPanel problem={asProblem(answer.error)} onRetry={() => void answer.refetch()} />}
      {answer.data?.items.length === 0 && <Empty title="No purge yet" />}
      {answer.data && answer.data.items.length > 0 && (
        <DataTable
          label="Purges"
          rows={answer.data.items}
          rowKey={(one) => one.purge}
          columns={[
            { id: 'number', head: 'Purge', tight: true, cell: (one) => one.purge },
            {
              id: 'state',
              head: 'State',
              tight: true,
              cell: (one) => (
                <Status kind={one.state === 'done' ? 'done' : one.state === 'proposed' ? 'waiting' : 'plain'} bare>
                  {one.state}
                </Status>
              ),
            },
            { id: 'items', head: 'Items', num: true, cell: (one) => count(one.counts.items) },
            { id: 'gone', head: 'Destroyed', num: true, cell: (one) => count(one.counts.destroyed) },
            {
              id: 'who',
              head: 'Proposed',
              cell: (one) => (
                <>
                  {one.proposed_title} <small>{moment(one.proposed)}</small>
                </>
              ),
            },
            { id: 'why', head: 'Reason', long: (one) => one.reason, cell: (one) => one.reason },
            { id: 'proof', head: 'Certificate', tight: true, cell: (one) => (one.certificate ? <code>{shortHash(one.certificate)}</code> : '–') },
          ]}
        />
      )}
      {pages}
      {waiting.map((one) => (
        <Decision key={one.purge} one={one} />
      ))}
    </Card>
  );
}

export function RetentionPage() {
  const role = usePurpose()?.key.split('/')[1] ?? '';
  return (
    <Page title="Time limits">
      <div className={css.stack}>
        <Due decides={role === 'steward' || role === 'supervisor'} />
        <Purges />
        {(role === 'approver' || role === 'overseer') && <LogClasses decides={role === 'approver'} />}
      </div>
    </Page>
  );
}
