import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { post } from '@/api/http';
import { asProblem } from '@/api/problem';
import { usePurpose } from '@/api/queries';
import type { RulebookHead, RulebookNotice } from '@/api/types';
import { Button } from '@/shared/controls/Button';
import { TextField } from '@/shared/controls/fields';
import { Card, DataTable, KeyValue } from '@/shared/data/data';
import { Page } from '@/shared/frame/Page';
import { Empty, ErrorPanel, Skeleton } from '@/shared/states/states';
import { count, moment, plural, shortHash } from '@/state/words';
import { rulesOf, useBook, useNotices, useRefresh, useVersions } from './data';
import { Changes, Decide, Promises, State } from './Parts';
import { Propose } from './Propose';
import css from './rulebook.module.css';

function Versions({ onPick }: { onPick: (version: number) => void }) {
  const answer = useVersions();
  return (
    <Card title="Versions" note="every change that was ever proposed">
      {answer.isPending && <Skeleton rows={4} />}
      {answer.error && <ErrorPanel problem={asProblem(answer.error)} onRetry={() => void answer.refetch()} />}
      {answer.data && (
        <DataTable
          label="Versions"
          rows={answer.data.items}
          rowKey={(one) => String(one.version)}
          columns={[
            {
              id: 'version',
              head: 'Version',
              tight: true,
              cell: (one) => (
                <Button size="small" look="quiet" label={`Show version ${one.version}`} onPress={() => onPick(one.version)}>
                  {one.version}
                </Button>
              ),
            },
            { id: 'state', head: 'State', tight: true, cell: (one) => <State of={one.state} /> },
            { id: 'from', head: 'Holds from', tight: true, cell: (one) => ((one.began ?? one.effective) ? moment(one.began ?? one.effective) : 'its approval') },
            { id: 'changes', head: 'Changes', num: true, cell: (one) => count(one.changes) },
            { id: 'weaker', head: 'Guard', tight: true, cell: (one) => (one.weakens ? 'weaker' : '–') },
            { id: 'author', head: 'Author', cell: (one) => one.author_title },
            { id: 'by', head: 'Decided by', cell: (one) => one.decided_title || '–' },
            { id: 'reason', head: 'Reason', long: (one) => one.reason, cell: (one) => one.reason },
          ]}
        />
      )}
    </Card>
  );
}

/** What waits: for a decision, or for its day. */
function Waiting() {
  const answer = useVersions();
  const waiting: RulebookHead[] = answer.data?.items.filter((one) => ['unchecked', 'proposed', 'approved'].includes(one.state)) ?? [];
  if (waiting.length === 0) return null;
  return (
    <>
      {waiting.map((one) => (
        <WaitingOne key={one.version} one={one} />
      ))}
    </>
  );
}

function WaitingOne({ one }: { one: RulebookHead }) {
  const whole = useBook(one.version);
  const from =
    one.state === 'unchecked' ? 'judging it failed: propose the same text again, or withdraw it' : one.effective ? `holds from ${moment(one.effective)} once approved` : 'holds from its approval';
  return (
    <Card title={`Version ${one.version} waits`} note={one.state === 'approved' ? `approved by ${one.decided_title}; holds from ${moment(one.effective)}` : from}>
      <p className={css.lead}>
        {one.author_title}: {one.reason}
      </p>
      {whole.data && <Changes label={`Changes of version ${one.version}`} rows={whole.data.difference} />}
      <Decide one={one} />
    </Card>
  );
}

function Seen({ one }: { one: RulebookNotice }) {
  const [remark, setRemark] = useState('');
  const refresh = useRefresh();
  const send = useMutation({ mutationFn: () => post(`/rulebook/notices/${one.version}/seen`, { remark }), onSuccess: refresh });
  return (
    <div className={css.form}>
      <TextField label={`Remark on version ${one.version}`} note="may be empty" value={remark} onChange={setRemark} error={send.error ? asProblem(send.error).detail : null} />
      <div className={css.acts}>
        <Button look="primary" pending={send.isPending} onPress={() => send.mutate()}>
          I have seen it
        </Button>
      </div>
    </div>
  );
}

function Notices() {
  const answer = useNotices(true);
  return (
    <Card title="Weaker guards" note="told to overseers before they hold">
      {answer.isPending && <Skeleton rows={3} />}
      {answer.error && <ErrorPanel problem={asProblem(answer.error)} onRetry={() => void answer.refetch()} />}
      {answer.data?.items.length === 0 && <Empty title="No notice">A change that weakens a guard is listed here before it takes effect.</Empty>}
      {answer.data?.items.map((one) => (
        <div key={one.version}>
          <p className={css.lead}>
            Version {one.version}, <State of={one.state} />, holds from {moment(one.effective)}. {one.author_title}: {one.reason}
          </p>
          <Changes label={`Weaker in version ${one.version}`} rows={one.changes} />
          {one.seen.map((s) => (
            <p className={css.lead} key={s.by}>
              Seen by {s.by}, {moment(s.at)}
              {s.remark && `: ${s.remark}`}
            </p>
          ))}
          {one.may.includes('seen') && <Seen one={one} />}
        </div>
      ))}
    </Card>
  );
}

function Rules({ book }: { book: Record<string, unknown> }) {
  const [wanted, setWanted] = useState('');
  const rows = rulesOf(book).filter((one) => `${one.key} ${one.value}`.toLowerCase().includes(wanted.toLowerCase()));
  return (
    <>
      <div className={css.filter}>
        <TextField label="Find a rule" type="search" value={wanted} onChange={setWanted} />
      </div>
      {rows.length === 0 && <Empty title="No rule of that name" />}
      {rows.length > 0 && (
        <DataTable
          label="Rules"
          rows={rows}
          rowKey={(one) => one.key}
          columns={[
            { id: 'key', head: 'Rule', tight: true, cell: (one) => <code>{one.key}</code> },
            { id: 'value', head: 'Value', cell: (one) => <span className={css.value}>{one.value}</span> },
          ]}
        />
      )}
    </>
  );
}

function Book({ version, onNow }: { version: number | null; onNow: () => void }) {
  const answer = useBook(version);
  const one = answer.data;
  return (
    <Card
      title={version === null ? 'In force' : `Version ${version}`}
      {...(version === null
        ? {}
        : {
            actions: (
              <Button size="small" onPress={onNow}>
                Show the one in force
              </Button>
            ),
          })}>
      {answer.isPending && <Skeleton rows={8} />}
      {answer.error && <ErrorPanel problem={asProblem(answer.error)} onRetry={() => void answer.refetch()} />}
      {one && (
        <>
          <div className={css.pad}>
            <KeyValue
              pairs={[
                ['Version', String(one.version)],
                ['State', <State key="state" of={one.state} />],
                ['Author', one.author_title],
                ['Approved by', one.decided_title || '–'],
                ['Holds since', one.began ? moment(one.began) : '–'],
                ['Hash', <code key="hash">{shortHash(one.hash)}</code>],
                [
                  'Registered beside it',
                  plural(Object.keys((one.registered['authorities'] as object | undefined) ?? {}).length, 'authority', 'authorities') +
                    ', ' +
                    plural(Object.keys((one.registered['agreements'] as object | undefined) ?? {}).length, 'agreement'),
                ],
              ]}
            />
          </div>
          {one.decision && one.state === 'broken' && <p className={css.lead}>{one.decision}</p>}
          {one.difference.length > 0 && <Changes label="What it changed" rows={one.difference} />}
          {one.proof.length > 0 && <Promises rows={one.proof} />}
          <Rules book={one.book} />
        </>
      )}
    </Card>
  );
}

export function RulebookPage() {
  const purpose = usePurpose();
  const role = purpose?.key.split('/')[1] ?? '';
  const [version, setVersion] = useState<number | null>(null);
  return (
    <Page title="Rulebook">
      <div className={css.stack}>
        {purpose?.kind === 'oversight' && <Notices />}
        <Waiting />
        {role === 'admin' && <Propose />}
        <Versions onPick={setVersion} />
        <Book version={version} onNow={() => setVersion(null)} />
      </div>
    </Page>
  );
}
