import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { post } from '@/api/http';
import { asProblem } from '@/api/problem';
import type { RulebookDifference, RulebookVersion } from '@/api/types';
import { Button } from '@/shared/controls/Button';
import { TextField } from '@/shared/controls/fields';
import { Card } from '@/shared/data/data';
import { ErrorPanel, Notice } from '@/shared/states/states';
import { moment } from '@/state/words';
import { useRefresh } from './data';
import { Changes, Promises } from './Parts';
import css from './rulebook.module.css';

function Compared({ found }: { found: RulebookDifference }) {
  if (found.difference.length === 0) return <p className={css.lead}>Nothing differs from the rulebook in force.</p>;
  return (
    <>
      {found.weakens && <Notice title="A guard becomes weaker">Overseers have their notice first; the version can’t hold before that is over.</Notice>}
      <Changes label="What it changes" rows={found.difference} />
      <Promises rows={found.proof} />
    </>
  );
}

/** A site's YAML: compared, proved, proposed. */
export function Propose() {
  const [yaml, setYaml] = useState('');
  const [reason, setReason] = useState('');
  const [effective, setEffective] = useState('');
  const refresh = useRefresh();
  const compare = useMutation({ mutationFn: () => post<RulebookDifference>('/rulebook/diff', { yaml }) });
  const day = effective ? { effective: `${effective}T00:00:00Z` } : {};
  const send = useMutation({ mutationFn: () => post<RulebookVersion>('/rulebook/versions', { yaml, reason, ...day }), onSettled: refresh });
  const edit = (next: string) => {
    setYaml(next);
    compare.reset();
    send.reset();
  };
  const fault = send.error ?? compare.error;
  return (
    <Card title="Propose a version" note="what differs from the shipped rulebook; somebody else approves it">
      <div className={css.form}>
        <TextField label="YAML" rows={8} value={yaml} onChange={edit} placeholder={'bulk_threshold: 20'} />
        <TextField label="Reason" note="at least 20 characters" value={reason} onChange={setReason} />
        <TextField label="Holds from" note="left out: from its approval, or after the notice" type="date" value={effective} onChange={setEffective} />
        <div className={css.acts}>
          <Button blocked={yaml.trim() === ''} pending={compare.isPending} onPress={() => compare.mutate()}>
            Compare and prove
          </Button>
          <Button look="primary" blocked={yaml.trim() === '' || reason.trim().length < 20} pending={send.isPending} onPress={() => send.mutate()}>
            Propose
          </Button>
        </div>
      </div>
      {fault && <ErrorPanel problem={asProblem(fault)} />}
      {send.data && (
        <Notice kind="done" title={`Version ${send.data.version} is proposed and proved`}>
          {send.data.effective ? `It can hold from ${moment(send.data.effective)}.` : 'It holds from its approval.'}
        </Notice>
      )}
      {compare.data && <Compared found={compare.data} />}
    </Card>
  );
}
