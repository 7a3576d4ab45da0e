import { useQueryClient } from '@tanstack/react-query';
import { FileUp, RotateCcw } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { FileTrigger } from 'react-aria-components';
import { asProblem } from '@/api/problem';
import { usePurpose, useStatutes } from '@/api/queries';
import type { LeadIntake, LeadNotice, LeadProgramme, ProgrammeApplied } from '@/api/types';
import { Button } from '@/shared/controls/Button';
import { Select, TextField } from '@/shared/controls/fields';
import { Card, DataTable, KeyValue, Stats } from '@/shared/data/data';
import { Page } from '@/shared/frame/Page';
import { AuthorityChip, RegimeChip, SourceChip } from '@/shared/identity/chips';
import { Empty, ErrorPanel, Notice, Skeleton, Status } from '@/shared/states/states';
import { bytes, count, day, moment, plural, shortHash } from '@/state/words';
import { useApply, useIntake, useIntakes, useLeadNotices, useProgrammes, useVersions } from './api';
import { LeadTabs } from './parts';
import { codeWord, placesOf, propertyWord, type Place } from './view';
import css from './leads.module.css';

export function LeadFrame({ title, at, children }: { title: string; at: Place; children: ReactNode }) {
  const places = placesOf(usePurpose());
  return (
    <Page title={title} panes>
      <div className={css.page}>
        {places.length > 0 && <LeadTabs places={places} at={at} />}
        <div className={css.sheet} tabIndex={0} role="region" aria-label={title}>
          {places.includes(at) ? children : <Empty title="Not open to this desk">Leads are worked from the desk of a vetter or supervisor of their unit.</Empty>}
        </div>
      </div>
    </Page>
  );
}

// ------------------------------------------------------------------------------------------------ intake

function Taken({ taken }: { taken: LeadIntake }) {
  if (taken.state === 'failed')
    return (
      <div role="alert">
        <Notice title={`The file ${taken.message ?? 'couldn’t be taken'}`}>{taken.hint ?? ''}</Notice>
      </div>
    );
  return (
    <>
      <Notice kind="done" title={`${plural(taken.accepted, 'new lead')} from ${plural(taken.rows, 'row')}`}>
        {taken.rejected > 0 ? `${plural(taken.rejected, 'row')} went to quarantine; correct them in the file and send it again: rows that are known already are skipped.` : 'Every row was sound.'}
      </Notice>
      <Stats
        figures={[
          { name: 'Known already', value: count(taken.known) },
          { name: 'Changed by the source', value: count(taken.changed) },
          { name: 'Same subject as another', value: count(taken.linked) },
          { name: 'Held by a claim of status', value: count(taken.held) },
          { name: 'In quarantine', value: count(taken.rejected) },
        ]}
      />
      {taken.faults.length > 0 && (
        <DataTable
          label="Rows in quarantine"
          rows={taken.faults}
          rowKey={(one) => String(one.row)}
          columns={[
            { id: 'row', head: 'Row', num: true, cell: (one) => one.row },
            { id: 'why', head: 'Why', cell: (one) => one.reasons.join('; ') },
          ]}
        />
      )}
    </>
  );
}

function columnsOf(programme: LeadProgramme): [string, string][] {
  const given = programme.intake;
  if (!given) return [];
  const plain: [string, string | null][] = [
    ['Key', given.key],
    ['Title', given.title],
    ['Received', given.received],
    ['Name', given.name],
    ['Birth date', given.birth_date],
    ['Narrative', given.narrative],
    ['Priority', given.priority],
    ['Claim of status', given.claim],
    ['Associates: name (relation)', given.associates],
  ];
  const named = Object.entries(given.identifiers).map(([kind, column]): [string, string] => [propertyWord(kind), column]);
  return [...plain.flatMap(([what, column]): [string, string][] => (column ? [[what, column]] : [])), ...named];
}

function Upload({ programmes }: { programmes: readonly LeadProgramme[] }) {
  const [name, setName] = useState<string | null>(programmes[0]?.programme ?? null);
  const [file, setFile] = useState<File | null>(null);
  const [at, setAt] = useState<LeadIntake | null>(null);
  const send = useIntake(() => setFile(null), setAt);
  const chosen = programmes.find((one) => one.programme === name);
  const waits = !file || !name;
  return (
    <Card title="Take in a file" note="one row to a lead; nothing is dropped in silence" padded>
      <form
        className={css.upload}
        onSubmit={(event) => {
          event.preventDefault();
          if (file && name) send.mutate({ programme: name, file });
        }}>
        <Select label="Programme" choices={programmes.map((one) => ({ id: one.programme, text: one.title }))} value={name} onChange={setName} />
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
        <Button type="submit" look="primary" size="form" blocked={waits} pending={send.isPending} describedBy="upload-waits">
          Take it in
        </Button>
        <p id="upload-waits" className={css.quiet}>
          {send.isPending && at
            ? `Taking in: ${count(at.rows)}${at.total ? ` of ${count(at.total)}` : ''} rows.`
            : waits
              ? 'First choose a file.'
              : 'The worker reads it piece by piece. Each row is checked; the log keeps their hash.'}
        </p>
      </form>
      {chosen && (
        <ul className={css.columns} aria-label="Columns of the file">
          {columnsOf(chosen).map(([what, column]) => (
            <li key={column}>
              {what}
              <code>{column}</code>
            </li>
          ))}
        </ul>
      )}
      {send.error && <ErrorPanel problem={asProblem(send.error)} />}
      {send.data && <Taken taken={send.data} />}
    </Card>
  );
}

function Quarantine({ intake }: { intake: string }) {
  const { answer } = useIntakes(intake);
  if (answer.isPending) return <Skeleton rows={2} />;
  if (answer.error) return <ErrorPanel problem={asProblem(answer.error)} onRetry={() => void answer.refetch()} />;
  return (
    <Card title="Rows that couldn’t be taken" note={answer.data.intakes[0]?.name}>
      <DataTable
        label="Quarantine"
        rows={answer.data.quarantine}
        rowKey={(one) => String(one.row)}
        columns={[
          { id: 'row', head: 'Row', num: true, cell: (one) => one.row },
          { id: 'why', head: 'Why', cell: (one) => one.reasons.join('; ') },
          { id: 'raw', head: 'As it came', long: (one) => rawOf(one.raw), cell: (one) => rawOf(one.raw) },
        ]}
      />
    </Card>
  );
}

function rawOf(raw: Record<string, string>): string {
  return Object.entries(raw)
    .flatMap(([name, value]) => (value ? [`${name}: ${value}`] : []))
    .join(' · ');
}

export function IntakePage() {
  const [chosen, setChosen] = useState<string | null>(null);
  const purpose = usePurpose();
  const programmes = useProgrammes();
  const { answer, pages } = useIntakes(null);
  const mine = (programmes.data?.items ?? []).filter((one) => one.unit === purpose?.unit);
  return (
    <LeadFrame title="Intake" at="intake">
      {programmes.isPending && <Skeleton rows={4} />}
      {programmes.error && <ErrorPanel problem={asProblem(programmes.error)} onRetry={() => void programmes.refetch()} />}
      {programmes.data && mine.length === 0 && (
        <Card title="Take in a file">
          <Empty title="No programme of this unit is in force">A steward or administrator puts one in force; then its files can be taken in here.</Empty>
        </Card>
      )}
      {mine.length > 0 && <Upload programmes={mine} />}
      <Card title="Files taken in" note={answer.data ? count(answer.data.total ?? answer.data.intakes.length) : null}>
        {answer.isPending && <Skeleton rows={3} />}
        {answer.error && <ErrorPanel problem={asProblem(answer.error)} onRetry={() => void answer.refetch()} />}
        {answer.data?.intakes.length === 0 && <Empty title="No file has come yet" />}
        {answer.data && answer.data.intakes.length > 0 && (
          <DataTable
            label="Files taken in"
            rows={answer.data.intakes}
            rowKey={(one) => one.intake}
            columns={[
              { id: 'name', head: 'File', cell: (one) => <b>{one.name}</b> },
              { id: 'programme', head: 'Programme', cell: (one) => `${mine.find((each) => each.programme === one.programme)?.title ?? one.programme} v${one.version}` },
              { id: 'state', head: 'State', tight: true, cell: (one) => one.state },
              { id: 'rows', head: 'Rows', num: true, cell: (one) => count(one.rows) },
              {
                id: 'bad',
                head: 'Quarantine',
                tight: true,
                cell: (one) =>
                  one.rejected === 0 ? (
                    <Status kind="done" bare>
                      none
                    </Status>
                  ) : (
                    <Button size="small" onPress={() => setChosen(one.intake)} label={`Show ${plural(one.rejected, 'row')} of ${one.name}`}>
                      {plural(one.rejected, 'row')}
                    </Button>
                  ),
              },
              { id: 'hash', head: 'Hash', cell: (one) => <code>{shortHash(one.sha256)}</code> },
              { id: 'by', head: 'By', cell: (one) => one.by },
              { id: 'at', head: 'At', num: true, tight: true, cell: (one) => moment(one.at) },
            ]}
          />
        )}
        {pages}
      </Card>
      {chosen && <Quarantine intake={chosen} />}
    </LeadFrame>
  );
}

// -------------------------------------------------------------------------------------------- programmes

function Versions({ name }: { name: string }) {
  const [open, setOpen] = useState(false);
  const answer = useVersions(name, open);
  if (!open)
    return (
      <Button size="small" onPress={() => setOpen(true)}>
        Versions
      </Button>
    );
  return (
    <ul className={css.versions} aria-label={`Versions of ${name}`}>
      {answer.isPending && <li>Loading</li>}
      {answer.data?.items.map((one) => (
        <li key={one.version}>
          <b>v{one.version}</b> {one.in_force ? 'in force' : one.effective && new Date(one.effective) > new Date() ? `waits until ${day(one.effective)}` : 'replaced'}, {one.made_by}
          {one.approved_by ? `, agreed by ${one.approved_by}` : ''}, {day(one.made)}
          {one.weakens.length > 0 && <Status kind="waiting" bare>{`weakens: ${one.weakens.join(', ')}`}</Status>}
        </li>
      ))}
    </ul>
  );
}

function Programme({ one }: { one: LeadProgramme }) {
  const statutes = useStatutes();
  return (
    <Card
      title={one.title}
      note={`v${one.version}`}
      actions={
        <>
          <RegimeChip regime={one.regime} />
          <AuthorityChip statute={statutes.get(one.authority) ?? one.authority} />
          <SourceChip name={one.source} />
        </>
      }>
      <div className={css.programme}>
        <div>
          {one.description && <p>{one.description}</p>}
          <KeyValue
            pairs={[
              ['Vetted by', one.unit_title ?? one.unit],
              ['A match takes', `${one.identifiers_needed} identifiers from two systems, or one and a stated reason`],
              ['Answer promised', one.priorities.map((each) => `${each.name} in ${each.hours} h`).join(', ')],
              ['Ends as', one.close_codes.map(codeWord).join(', ')],
              ['May refer to', one.refer_to.join(', ') || 'nobody'],
              ['Across by crossing', one.cross_to.join(', ') || 'nobody'],
              ['Kept', `${one.keep_days} days; closed ones ${one.closed_keep_days} more at most`],
            ]}
          />
          <Versions name={one.programme} />
        </div>
        <DataTable
          label={`Checks of ${one.title}`}
          rows={one.checks}
          rowKey={(each) => each.name}
          columns={[
            { id: 'title', head: 'Check', cell: (each) => each.title },
            { id: 'system', head: 'Where', cell: (each) => each.system },
            { id: 'must', head: 'Required', tight: true, cell: (each) => (each.required ? 'yes' : 'optional') },
          ]}
        />
      </div>
    </Card>
  );
}

function Proposed({ one }: { one: ProgrammeApplied }) {
  if (!one.changed)
    return (
      <Notice kind="done" title={`${one.programme} is as it was`}>
        Nothing to decide.
      </Notice>
    );
  return (
    <Notice kind={one.weakens.length > 0 ? 'partial' : 'done'} title={`${one.programme}: ${one.proposal ?? ''} waits for an approver`}>
      {one.diff.length > 0 && `Changes ${one.diff.map((each) => each.part).join(', ')}. `}
      {one.weakens.length > 0 ? `Weakens: ${one.weakens.join('; ')}; it holds a week after the decision.` : 'It weakens nothing.'}
    </Notice>
  );
}

function Apply() {
  const [text, setText] = useState('');
  const send = useApply();
  const waits = text.trim() === '';
  const read = async (file: File | undefined) => {
    if (file) setText(await file.text());
  };
  return (
    <Card title="Propose a programme" note="YAML; another person decides before anything changes" padded>
      <form
        className={css.inline}
        onSubmit={(event) => {
          event.preventDefault();
          if (!waits) send.mutate(text);
        }}>
        <TextField label="Programme" note="an approver decides; what weakens a guard waits a week after that, and overseers are told" rows={10} value={text} onChange={setText} />
        <div className={css.acts}>
          <FileTrigger acceptedFileTypes={['.yml', '.yaml']} onSelect={(files) => void read(files?.[0])}>
            <Button>
              <FileUp size={13} aria-hidden />
              Read from a file
            </Button>
          </FileTrigger>
          <Button type="submit" look="primary" blocked={waits} pending={send.isPending}>
            Propose
          </Button>
        </div>
        {send.error && <ErrorPanel problem={asProblem(send.error)} />}
        {send.data && <Proposed one={send.data} />}
      </form>
    </Card>
  );
}

export function ProgrammesPage() {
  const answer = useProgrammes();
  const purpose = usePurpose();
  const sets = purpose?.kind === 'desk' && (purpose.role === 'steward' || purpose.role === 'admin');
  return (
    <LeadFrame title="Lead programmes" at="programmes">
      {answer.isPending && <Skeleton rows={6} />}
      {answer.error && <ErrorPanel problem={asProblem(answer.error)} onRetry={() => void answer.refetch()} />}
      {answer.data?.items.length === 0 && <Empty title="No programme is in force">A programme says who vets what, under which authority, with which checks, by when.</Empty>}
      {answer.data?.items.map((one) => (
        <Programme key={one.programme} one={one} />
      ))}
      {sets && <Apply />}
    </LeadFrame>
  );
}

// ----------------------------------------------------------------------------------------------- notices

const KIND: Readonly<Record<string, { word: string; kind: 'danger' | 'waiting' }>> = {
  wrong_person: { word: 'Wrong person', kind: 'danger' },
  weakened: { word: 'Guard weakened', kind: 'waiting' },
  held: { word: 'Suspended', kind: 'danger' },
  hold_ended: { word: 'Hold ended', kind: 'waiting' },
  changed: { word: 'Changed by its source', kind: 'danger' },
  twins: { word: 'Closed as a repetition', kind: 'waiting' },
};

function about(one: LeadNotice): string {
  const said = Object.entries(one.details).flatMap(([name, value]) =>
    Array.isArray(value) ? [`${name}: ${value.join(', ')}`] : typeof value === 'string' || typeof value === 'number' ? [`${name.replaceAll('_', ' ')}: ${value}`] : [],
  );
  return said.join(' · ');
}

export function LeadNoticesPage() {
  const { answer, pages } = useLeadNotices();
  const client = useQueryClient();
  return (
    <LeadFrame title="Notices on leads" at="notices">
      <Card
        title="Notices"
        note={answer.data ? count(answer.data.total ?? answer.data.items.length) : null}
        actions={
          <Button size="small" onPress={() => void client.invalidateQueries({ predicate: (one) => one.queryKey.includes('lead-notices') })}>
            <RotateCcw size={13} aria-hidden />
            Ask again
          </Button>
        }>
        {answer.isPending && <Skeleton rows={3} />}
        {answer.error && <ErrorPanel problem={asProblem(answer.error)} onRetry={() => void answer.refetch()} />}
        {answer.data?.items.length === 0 && (
          <Empty title="Nothing to tell">A lead about the wrong person is told to its source’s custodian and to everybody who got it; a weakened guard to overseers.</Empty>
        )}
        {answer.data && answer.data.items.length > 0 && (
          <DataTable
            label="Notices on leads"
            rows={answer.data.items}
            rowKey={(one) => `${one.made ?? ''}${one.text}${about(one)}`}
            columns={[
              { id: 'kind', head: 'Kind', tight: true, cell: (one) => <Status kind={KIND[one.kind]?.kind ?? 'waiting'}>{KIND[one.kind]?.word ?? one.kind}</Status> },
              { id: 'text', head: 'What', cell: (one) => one.text },
              { id: 'about', head: 'About', cell: about },
              { id: 'from', head: 'Takes effect', num: true, tight: true, cell: (one) => (one.effective ? day(one.effective) : '–') },
              { id: 'at', head: 'Told', num: true, tight: true, cell: (one) => moment(one.made) },
            ]}
          />
        )}
        {pages}
      </Card>
    </LeadFrame>
  );
}
