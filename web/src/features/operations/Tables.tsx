import { FileUp } from 'lucide-react';
import { useState } from 'react';
import { FileTrigger } from 'react-aria-components';
import { asProblem } from '@/api/problem';
import { usePurpose } from '@/api/queries';
import type { Extract, ExtractRow } from '@/api/types';
import { Button, ButtonLink } from '@/shared/controls/Button';
import { Select } from '@/shared/controls/fields';
import { Card, DataTable, Pages, Stats } from '@/shared/data/data';
import { Page } from '@/shared/frame/Page';
import { Empty, ErrorPanel, Notice, Skeleton, Status } from '@/shared/states/states';
import { bytes, count, moment, plural, shortHash } from '@/state/words';
import { useExtract, useExtracts, useTakeTable } from './api';
import { howFar, TABLE_KINDS, tableState } from './view';
import css from './operations.module.css';

const FAULTS = 50;

function Taken({ found }: { found: Extract }) {
  if (found.state === 'failed')
    return (
      <div role="alert">
        <Notice title={`The table ${found.message ?? 'couldn’t be taken'}`}>{found.hint ?? ''}</Notice>
      </div>
    );
  return (
    <Notice kind="done" title={`${count(found.kept)} of ${plural(found.rows, 'row')} taken in`}>
      {found.quarantined > 0 ? `${plural(found.quarantined, 'row')} kept back, each with its reason; correct them in the file and send it again.` : 'Every row was understood.'}
    </Notice>
  );
}

function Upload({ onTaken }: { onTaken: (extract: string) => void }) {
  const [kind, setKind] = useState<string | null>('arrests');
  const [file, setFile] = useState<File | null>(null);
  const [at, setAt] = useState<ExtractRow | null>(null);
  const send = useTakeTable(setAt, (found) => {
    setFile(null);
    onTaken(found.extract);
  });
  const waits = !file || !kind;
  return (
    <Card title="Take in a table" note="figures without people; no name, number, birth date or trait is read" padded>
      <form
        className={css.upload}
        onSubmit={(event) => {
          event.preventDefault();
          if (file && kind) send.mutate({ kind, file });
        }}>
        <Select label="Kind" choices={TABLE_KINDS} value={kind} onChange={setKind} />
        <div>
          <FileTrigger acceptedFileTypes={['.csv', 'text/csv']} onSelect={(files) => setFile(files?.[0] ?? null)}>
            <Button size="form">
              <FileUp size={14} aria-hidden />
              {file ? 'Choose another CSV' : 'Choose a CSV'}
            </Button>
          </FileTrigger>
          {file && (
            <p className={css.quiet}>
              {file.name}, {bytes(file.size)}
            </p>
          )}
        </div>
        <Button type="submit" look="primary" size="form" blocked={waits} pending={send.isPending} describedBy="table-waits">
          Take it in
        </Button>
        <p id="table-waits" className={css.quiet} aria-live="polite">
          {send.isPending ? (at ? howFar(at) : 'The file is on its way.') : waits ? 'First choose a file.' : 'The worker reads it piece by piece; you may leave this page meanwhile.'}
        </p>
        {send.isPending && at?.total ? <progress max={at.total} value={at.rows} aria-label="Rows taken in" /> : null}
      </form>
      {send.error && <ErrorPanel problem={asProblem(send.error)} />}
      {send.data && <Taken found={send.data} />}
    </Card>
  );
}

function Shown({ extract }: { extract: string }) {
  const [offset, setOffset] = useState(0);
  const answer = useExtract(extract, offset, FAULTS);
  if (answer.isPending) return <Skeleton rows={3} />;
  if (answer.error) return <ErrorPanel problem={asProblem(answer.error)} onRetry={() => void answer.refetch()} />;
  const found = answer.data;
  return (
    <Card title={`${found.name}: ${found.kind}`} note={found.extract}>
      <Stats
        figures={[
          { name: 'Rows', value: count(found.rows) },
          { name: 'Taken in', value: count(found.kept) },
          { name: 'Kept back', value: count(found.quarantined) },
          { name: 'Columns left out', value: count(found.omitted.length), note: found.omitted.slice(0, 8).join(', ') },
        ]}
      />
      {found.faults.length > 0 && (
        <DataTable
          label="Rows kept back"
          rows={found.faults}
          rowKey={(one) => `${one.row} ${one.column}`}
          columns={[
            { id: 'row', head: 'Row', num: true, cell: (one) => count(one.row) },
            { id: 'column', head: 'Column', cell: (one) => one.column },
            { id: 'value', head: 'Value', cell: (one) => <code>{one.value}</code> },
            { id: 'why', head: 'Why', cell: (one) => one.reason },
          ]}
        />
      )}
      <Pages offset={offset} limit={FAULTS} total={found.faults_total} more={offset + found.faults.length < found.faults_total} onMove={setOffset} />
      {found.figures.length > 0 && (
        <DataTable
          label="Figures"
          rows={found.figures}
          rowKey={(one) => `${one.column} ${one.value}`}
          columns={[
            { id: 'column', head: 'Column', tight: true, cell: (one) => one.column.replaceAll('_', ' ') },
            { id: 'value', head: 'Value', cell: (one) => one.value },
            { id: 'rows', head: 'Rows', num: true, cell: (one) => count(one.rows) },
          ]}
        />
      )}
      {found.figures_total > found.figures.length && (
        <p className={css.note}>
          The {count(found.figures.length)} most frequent of {count(found.figures_total)} values.
        </p>
      )}
      {found.months.length > 0 && (
        <DataTable
          label="By month"
          rows={found.months}
          rowKey={(one) => one.month}
          columns={[
            { id: 'month', head: 'Month', cell: (one) => one.month },
            { id: 'rows', head: 'Rows', num: true, cell: (one) => count(one.rows) },
          ]}
        />
      )}
      {found.compared.length > 0 && (
        <DataTable
          label="Planned, recorded, published"
          rows={found.compared}
          rowKey={(one) => one.operation}
          columns={[
            { id: 'operation', head: 'Operation', cell: (one) => `${one.operation} ${one.title}` },
            { id: 'planned', head: 'Planned', num: true, cell: (one) => count(one.planned) },
            { id: 'recorded', head: 'Recorded', num: true, cell: (one) => count(one.recorded) },
            { id: 'published', head: 'Published', num: true, cell: (one) => count(one.published) },
          ]}
        />
      )}
    </Card>
  );
}

/** Published tables: taken in by the worker, with how far each is; figures beside plans and records. */
export function TablesPage() {
  const [chosen, setChosen] = useState<string | null>(null);
  const purpose = usePurpose();
  const answer = useExtracts();
  const takes = purpose?.kind === 'desk' && ['agent', 'analyst', 'supervisor'].includes(purpose.role ?? '');
  return (
    <Page title="Published tables">
      <div className={css.bar}>
        <span />
        <ButtonLink to="/operations">Operations</ButtonLink>
      </div>
      {takes && <Upload onTaken={setChosen} />}
      <Card title="Tables taken in" note={answer.data ? count(answer.data.extracts.length) : null}>
        {answer.isPending && <Skeleton rows={3} />}
        {answer.error && <ErrorPanel problem={asProblem(answer.error)} onRetry={() => void answer.refetch()} />}
        {answer.data?.extracts.length === 0 && (
          <Empty title="No table has come yet">
            Arrests, detentions and removals as they are published, to hold them against plans and records.{takes ? '' : ' Desks take them in; overseers read what came of them.'}
          </Empty>
        )}
        {answer.data && answer.data.extracts.length > 0 && (
          <DataTable
            label="Tables taken in"
            rows={answer.data.extracts}
            rowKey={(one) => one.extract}
            columns={[
              {
                id: 'name',
                head: 'File',
                cell: (one) => (
                  <Button size="small" look="quiet" onPress={() => setChosen(one.extract)} label={`Show ${one.name}, ${one.extract}`}>
                    {one.name}
                  </Button>
                ),
              },
              { id: 'kind', head: 'Kind', tight: true, cell: (one) => one.kind },
              {
                id: 'state',
                head: 'State',
                cell: (one) => (
                  <Status kind={tableState(one.state).kind} bare>
                    {one.state === 'running' ? howFar(one) : one.state === 'failed' ? `${tableState(one.state).word}: ${one.message ?? ''}` : tableState(one.state).word}
                  </Status>
                ),
              },
              { id: 'rows', head: 'Rows', num: true, cell: (one) => count(one.rows) },
              { id: 'bad', head: 'Kept back', num: true, cell: (one) => count(one.quarantined) },
              { id: 'hash', head: 'Hash', cell: (one) => <code>{shortHash(one.sha256)}</code> },
              { id: 'by', head: 'By', cell: (one) => one.by ?? '' },
              { id: 'at', head: 'At', num: true, tight: true, cell: (one) => moment(one.at) },
            ]}
          />
        )}
      </Card>
      {chosen && <Shown key={chosen} extract={chosen} />}
    </Page>
  );
}
