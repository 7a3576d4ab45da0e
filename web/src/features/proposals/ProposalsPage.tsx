import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { every, post } from '@/api/http';
import { among } from '@/api/typed';
import { asProblem } from '@/api/problem';
import { usePurpose, useScope } from '@/api/queries';
import type { Proposal } from '@/api/types';
import { Button } from '@/shared/controls/Button';
import { Segmented, Select, TextField } from '@/shared/controls/fields';
import { Card, DataTable } from '@/shared/data/data';
import { Page } from '@/shared/frame/Page';
import { Empty, ErrorPanel, Notice, Skeleton, Status } from '@/shared/states/states';
import { day, moment, plural } from '@/state/words';
import { actsOf, FORMS, kindText, lacking, sent, termsText, type Act, type Draft } from './forms';
import css from './proposals.module.css';

const STATES: Record<Proposal['state'], 'waiting' | 'done' | 'plain' | 'danger'> = { proposed: 'waiting', notice: 'waiting', in_force: 'done', refused: 'danger', withdrawn: 'plain', lapsed: 'plain' };
const VERBS = { accept: 'Accept', refuse: 'Refuse', withdraw: 'Withdraw' };
const SHOWN = [
  { id: 'waits', text: 'Waiting' },
  { id: 'all', text: 'All' },
] as const;

function useRefresh() {
  const client = useQueryClient();
  return () => client.invalidateQueries({ predicate: (query) => query.queryKey.includes('proposals') || query.queryKey.includes('sources') || query.queryKey.includes('authorities') });
}

function Propose({ acts }: { acts: readonly Act[] }) {
  const [act, setAct] = useState<Act>(acts[0] ?? 'authority_extend');
  const [draft, setDraft] = useState<Draft>({});
  const refresh = useRefresh();
  const send = useMutation({
    mutationFn: () => post<Proposal>(FORMS[act].path(draft), sent(act, draft)),
    onSuccess: async () => {
      setDraft({});
      await refresh();
    },
  });
  const problem = send.error ? asProblem(send.error) : null;
  const put = (name: string) => (value: string) => setDraft({ ...draft, [name]: value });
  return (
    <Card title="Propose" note="another person decides; what widens sight waits for the notice to overseers">
      {send.data && <Notice kind="done" title={`${send.data.proposal} waits for another person's decision`} />}
      {problem && <ErrorPanel problem={problem} />}
      <div className={css.form}>
        <Select
          label="What"
          value={act}
          choices={acts.map((id) => ({ id, text: FORMS[id].text }))}
          onChange={(id) => {
            setAct(id as Act);
            setDraft({});
          }}
        />
        {FORMS[act].fields.map((field) => (
          <TextField key={field.name} label={field.label} {...(field.note ? { note: field.note } : {})} value={draft[field.name] ?? ''} onChange={put(field.name)} />
        ))}
        <div className={css.wide}>
          <TextField label="Reason" note="for whoever decides" value={draft['reason'] ?? ''} onChange={put('reason')} />
        </div>
        <Button look="primary" blocked={lacking(act, draft).length > 0} pending={send.isPending} onPress={() => send.mutate()}>
          Propose
        </Button>
      </div>
    </Card>
  );
}

function Decision({ one }: { one: Proposal }) {
  const [reason, setReason] = useState('');
  const refresh = useRefresh();
  const decide = useMutation({ mutationFn: (verb: keyof typeof VERBS) => post(`/proposals/${one.proposal}/${verb}`, { reason }), onSuccess: refresh });
  return (
    <div className={css.decide}>
      <p className={css.terms}>
        <b>
          {one.proposal}: {kindText(one.kind)}.
        </b>{' '}
        {termsText(one.terms)}. {one.author_title} of {one.author_unit}: {one.reason || 'no reason given'}
      </p>
      <TextField label={`Reason for ${one.proposal}`} note="at least 20 characters" value={reason} onChange={setReason} error={decide.error ? asProblem(decide.error).detail : null} />
      {one.may.filter(among(VERBS)).map((verb) => (
        <Button key={verb} look={verb === 'accept' ? 'primary' : 'danger'} blocked={reason.trim().length < 20} pending={decide.isPending} onPress={() => decide.mutate(verb)}>
          {VERBS[verb]}
        </Button>
      ))}
    </div>
  );
}

function Rows({ rows }: { rows: readonly Proposal[] }) {
  return (
    <DataTable
      label="Proposals"
      rows={rows}
      rowKey={(one) => one.proposal}
      columns={[
        { id: 'number', head: 'Proposal', tight: true, cell: (one) => one.proposal },
        { id: 'kind', head: 'What', cell: (one) => kindText(one.kind) },
        { id: 'about', head: 'About', cell: (one) => <code>{one.about}</code> },
        { id: 'regimes', head: 'Regimes', cell: (one) => one.regimes.join(', ') || '–' },
        {
          id: 'state',
          head: 'State',
          tight: true,
          cell: (one) => (
            <Status kind={STATES[one.state]} bare>
              {one.state.replace('_', ' ')}
            </Status>
          ),
        },
        { id: 'from', head: 'Holds from', num: true, cell: (one) => day(one.began ?? (one.state === 'notice' ? one.effective : null)) },
        {
          id: 'who',
          head: 'Proposed',
          cell: (one) => (
            <>
              {one.author_title} <small>{moment(one.proposed)}</small>
            </>
          ),
        },
        {
          id: 'by',
          head: 'Decided',
          cell: (one) =>
            one.decided_title ? (
              <>
                {one.decided_title} <small>{moment(one.decided)}</small>
              </>
            ) : (
              '–'
            ),
        },
        { id: 'why', head: 'Decision', long: (one) => one.decision, cell: (one) => one.decision || '–' },
      ]}
    />
  );
}

/** What one person wants changed of sight or powers, and another decides. */
export function ProposalsPage() {
  const scope = useScope();
  const purpose = usePurpose();
  const [shown, setShown] = useState<(typeof SHOWN)[number]['id']>('waits');
  const answer = useQuery({ queryKey: [...scope, 'proposals'], queryFn: () => every<Proposal>('/proposals'), retry: false });
  const acts = actsOf(purpose?.role ?? '');
  const items = answer.data?.items ?? [];
  const rows = shown === 'all' ? items : items.filter((one) => one.state === 'proposed' || one.state === 'notice');
  return (
    <Page title="Proposals">
      <div className={css.stack}>
        {acts.length > 0 && <Propose acts={acts} />}
        <Card title="Proposals" note={answer.data ? plural(rows.length, 'proposal') : null} actions={<Segmented label="Which" hideLabel choices={SHOWN} value={shown} onChange={setShown} />}>
          {answer.isPending && <Skeleton rows={4} />}
          {answer.error && <ErrorPanel problem={asProblem(answer.error)} onRetry={() => void answer.refetch()} />}
          {answer.data && rows.length === 0 && <Empty title="Nothing waits">Authorities, sources, their agreements and assessments, and powers wait here until a second person decides.</Empty>}
          {rows.length > 0 && <Rows rows={rows} />}
          {rows
            .filter((one) => one.may.length > 0)
            .map((one) => (
              <Decision key={one.proposal} one={one} />
            ))}
        </Card>
      </div>
    </Page>
  );
}
