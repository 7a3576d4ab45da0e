import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { post } from '@/api/http';
import { among } from '@/api/typed';
import { asProblem } from '@/api/problem';
import type { RuleChange, RulebookHead, RulebookPromise } from '@/api/types';
import { Button } from '@/shared/controls/Button';
import { TextField } from '@/shared/controls/fields';
import { DataTable } from '@/shared/data/data';
import { Status } from '@/shared/states/states';
import { useRefresh } from './data';
import css from './rulebook.module.css';

const LEAST = 20;
const KINDS: Record<string, 'done' | 'waiting' | 'danger' | 'plain'> = { in_force: 'done', approved: 'waiting', proposed: 'waiting', broken: 'danger' };
const WORDS = { approve: 'Approve', reject: 'Reject', withdraw: 'Withdraw' };

export function State({ of }: { of: string }) {
  return (
    <Status kind={KINDS[of] ?? 'plain'} bare>
      {of.replace('_', ' ')}
    </Status>
  );
}

export function Changes({ rows, label }: { rows: readonly RuleChange[]; label: string }) {
  return (
    <DataTable
      label={label}
      rows={rows}
      rowKey={(one) => one.key}
      columns={[
        { id: 'words', head: 'Change', cell: (one) => <span className={css.value}>{one.words}</span> },
        {
          id: 'guard',
          head: 'Guard',
          tight: true,
          cell: (one) =>
            one.weakens ? (
              <Status kind="danger" bare>
                weaker
              </Status>
            ) : (
              <Status kind="done" bare>
                not weaker
              </Status>
            ),
        },
      ]}
    />
  );
}

export function Promises({ rows }: { rows: readonly RulebookPromise[] }) {
  return (
    <DataTable
      label="Promises"
      rows={rows}
      rowKey={(one) => one.name}
      columns={[
        { id: 'promise', head: 'Promise', cell: (one) => one.promise },
        {
          id: 'holds',
          head: 'Proved',
          tight: true,
          cell: (one) =>
            one.holds ? (
              <Status kind="done" bare>
                for all
              </Status>
            ) : (
              <Status kind="danger" bare>
                broken
              </Status>
            ),
        },
        { id: 'counter', head: 'Counter-example', cell: (one) => one.counter ?? '–' },
      ]}
    />
  );
}

/** What may be done with a version from this desk, with one reason. */
export function Decide({ one }: { one: RulebookHead }) {
  const [reason, setReason] = useState('');
  const refresh = useRefresh();
  const act = useMutation({
    mutationFn: (verb: keyof typeof WORDS) => post(`/rulebook/versions/${one.version}/${verb}`, { reason }),
    onSuccess: async () => {
      setReason('');
      await refresh();
    },
  });
  const verbs = one.may.filter(among(WORDS));
  if (verbs.length === 0) return null;
  return (
    <div className={css.form}>
      <TextField label={`Reason for version ${one.version}`} note={`at least ${LEAST} characters`} value={reason} onChange={setReason} error={act.error ? asProblem(act.error).detail : null} />
      <div className={css.acts}>
        {verbs.map((verb) => (
          <Button key={verb} look={verb === 'approve' ? 'primary' : 'default'} blocked={reason.trim().length < LEAST} pending={act.isPending} onPress={() => act.mutate(verb)}>
            {WORDS[verb]}
          </Button>
        ))}
      </div>
    </div>
  );
}
