import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { post } from '@/api/http';
import { asProblem } from '@/api/problem';
import { usePrompts, usePurpose } from '@/api/queries';
import type { Page as Listing, Restriction } from '@/api/types';
import { Button } from '@/shared/controls/Button';
import { Segmented, TextField } from '@/shared/controls/fields';
import { Card, DataTable } from '@/shared/data/data';
import { useParts } from '@/shared/data/useParts';
import { Page } from '@/shared/frame/Page';
import { Empty, ErrorPanel, Notice, Skeleton, Status } from '@/shared/states/states';
import { atLeast, tooShort } from '@/state/limits';
import { moment, plural } from '@/state/words';
import css from './restrictions.module.css';

type Kind = 'protected' | 'unlawful';

const KINDS = [
  { id: 'protected', text: 'A protected person' },
  { id: 'unlawful', text: 'An unlawfully obtained row' },
] as const;
const STATES: Record<string, 'waiting' | 'done' | 'plain'> = { asked: 'waiting', confirmed: 'done', lifted: 'plain' };

function useRefresh() {
  const client = useQueryClient();
  return () => client.invalidateQueries({ predicate: (query) => query.queryKey.includes('restrictions') });
}

/** What was re-marked, and what was called back. */
function effect(one: Restriction): string {
  const parts = Object.entries(one.counts)
    .filter(([, number]) => Number(number) > 0)
    .map(([name, number]) => plural(Number(number), name.replaceAll('_', ' ').replace(/s$/, ''), name.replaceAll('_', ' ')));
  return parts.join(', ') || (Object.keys(one.counts).length > 0 ? 'nothing was held' : 'in force');
}

function Ask({ about, desk }: { about: string; desk: boolean }) {
  const [kind, setKind] = useState<Kind>(desk ? 'unlawful' : 'protected');
  const [who, setWho] = useState(about);
  const [basis, setBasis] = useState('');
  const [reason, setReason] = useState('');
  const [told, setTold] = useState('');
  const refresh = useRefresh();
  const ask = useMutation({
    mutationFn: () => post<Restriction>('/restrictions', { about: who.trim(), kind, basis, reason }),
    onSuccess: async (made) => {
      setTold(`${made.restriction} holds: ${effect(made)}. An approver confirms or lifts it.`);
      setReason('');
      setWho('');
      await refresh();
    },
  });
  const fault = ask.error ? asProblem(ask.error) : null;
  const least = usePrompts().limits?.shortest_reason;
  const lacking = who.trim() === '' || basis.trim().length < 5 || tooShort(reason, least);
  return (
    <Card title="Take out of sight" note="at once and everywhere; another person decides whether it stays">
      {told && <Notice kind="done" title={told} />}
      {fault && <ErrorPanel problem={fault} />}
      <div className={css.form}>
        {!desk && <Segmented label="What" choices={KINDS} value={kind} onChange={setKind} />}
        <TextField label={kind === 'protected' ? 'Person' : 'Row'} note={kind === 'protected' ? 'its id, as the case sees it' : 'SOURCE:KEY'} value={who} onChange={setWho} />
        <TextField label="Basis" note="statute or order" value={basis} onChange={setBasis} />
        <div className={css.wide}>
          <TextField label="Reason" note={atLeast(least)} value={reason} onChange={setReason} />
        </div>
        <Button look="danger" blocked={lacking} pending={ask.isPending} onPress={() => ask.mutate()}>
          {kind === 'protected' ? 'Hide this person' : 'Withdraw and recall'}
        </Button>
      </div>
    </Card>
  );
}

function Decision({ one }: { one: Restriction }) {
  const [reason, setReason] = useState('');
  const refresh = useRefresh();
  const decide = useMutation({ mutationFn: (decision: string) => post(`/restrictions/${one.restriction}/decide`, { decision, reason }), onSuccess: refresh });
  return (
    <div className={css.decide}>
      <TextField label={`Reason for ${one.restriction}`} note="at least 20 characters" value={reason} onChange={setReason} error={decide.error ? asProblem(decide.error).detail : null} />
      {one.may.map((verb) => (
        <Button key={verb} look={verb === 'lift' ? 'danger' : 'primary'} blocked={reason.trim().length < 20} pending={decide.isPending} onPress={() => decide.mutate(verb)}>
          {verb === 'lift' ? 'Lift' : 'Confirm'}
        </Button>
      ))}
    </div>
  );
}

function Rows({ rows }: { rows: readonly Restriction[] }) {
  return (
    <DataTable
      label="Restrictions"
      rows={rows}
      rowKey={(one) => one.restriction}
      columns={[
        { id: 'number', head: 'Restriction', tight: true, cell: (one) => one.restriction },
        { id: 'kind', head: 'Kind', tight: true, cell: (one) => one.kind },
        { id: 'of', head: 'Of', cell: (one) => one.of },
        {
          id: 'state',
          head: 'State',
          tight: true,
          cell: (one) => (
            <Status kind={STATES[one.state] ?? 'plain'} bare>
              {one.state}
            </Status>
          ),
        },
        { id: 'basis', head: 'Basis', cell: (one) => one.basis },
        { id: 'effect', head: 'Re-marked and recalled', cell: effect },
        {
          id: 'who',
          head: 'Asked',
          cell: (one) => (
            <>
              {one.asked_by} <small>{moment(one.asked)}</small>
            </>
          ),
        },
        { id: 'why', head: 'Reason', long: (one) => one.reason ?? '', cell: (one) => one.reason ?? '–' },
      ]}
    />
  );
}

/** Restrictions that one asked for, or decides; never whom they hide. */
export function RestrictionsPage() {
  const { about } = useSearch({ from: '/shell/restrictions' });
  const purpose = usePurpose();
  const { answer, pages } = useParts<Listing<Restriction>>(['restrictions'], '/restrictions');
  const steward = purpose?.key.endsWith('/steward') ?? false;
  return (
    <Page title="Restrictions">
      <div className={css.stack}>
        {(purpose?.kind === 'case' || steward) && <Ask key={about ?? ''} about={about ?? ''} desk={steward} />}
        <Card title="Restrictions" note={answer.data ? plural(answer.data.items.length, 'restriction') : null} actions="Never whom: a list of protected people would tell what it hides">
          {answer.isPending && <Skeleton rows={4} />}
          {answer.error && <ErrorPanel problem={asProblem(answer.error)} onRetry={() => void answer.refetch()} />}
          {answer.data?.items.length === 0 && <Empty title="None that you asked for or decide">Protected persons, and rows that were obtained unlawfully, are taken out of sight here.</Empty>}
          {answer.data && answer.data.items.length > 0 && <Rows rows={answer.data.items} />}
          {pages}
          {answer.data?.items
            .filter((one) => one.may.length > 0)
            .map((one) => (
              <Decision key={one.restriction} one={one} />
            ))}
        </Card>
      </div>
    </Page>
  );
}
