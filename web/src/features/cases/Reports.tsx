import { useState } from 'react';
import { asProblem } from '@/api/problem';
import { usePurpose } from '@/api/queries';
import type { Case, CaseReport, ReportHead } from '@/api/types';
import { Button } from '@/shared/controls/Button';
import { Segmented, Select, TextField } from '@/shared/controls/fields';
import { useKept } from '@/shared/controls/useKept';
import { Card } from '@/shared/data/data';
import { Empty, ErrorPanel, Skeleton, Status } from '@/shared/states/states';
import { moment, sentence } from '@/state/words';
import { useReport, useReports, useRewrite, useWork, useWorks } from './work';
import css from './work.module.css';

const STATES: Readonly<Record<string, { word: string; kind: 'done' | 'waiting' | 'danger' | 'plain' }>> = {
  draft: { word: 'Draft', kind: 'plain' },
  in_review: { word: 'In review', kind: 'waiting' },
  returned: { word: 'Returned', kind: 'danger' },
  approved: { word: 'Approved, locked', kind: 'done' },
};
const STEPS = ['opening', 'continuing', 'closing', 'information'] as const;
const GRADES = ['A', 'B', 'C', 'D', 'E', 'F'] as const;

/** The words of a report: shown under the case itself, to nobody's desk. */
function Words({ one, number }: { one: Case; number: number }) {
  const { data, isPending, error } = useReport(one.number, number);
  const [reason, setReason] = useState('');
  const [editing, setEditing] = useState(false);
  const send = useWork(one.number, () => setReason(''));
  const act = (name: 'approve' | 'return' | 'submit' | 'withdraw', body?: unknown) => send.mutate({ act: `reports/${number}/${name}`, body });
  if (isPending) return <Skeleton rows={2} />;
  if (error) return <ErrorPanel problem={asProblem(error)} />;
  if (editing) return <WriteReport one={one} reports={[]} kept={data} onDone={() => setEditing(false)} />;
  return (
    <div className={css.words}>
      {data.reason && data.state === 'returned' && (
        <p>
          <strong>Returned:</strong> {data.reason}
        </p>
      )}
      <ol>
        {data.passages.map((part) => (
          <li key={part.place}>
            <p>{part.text}</p>
            <small>
              {sentence(part.kind)} {part.grade}
              {part.basis && `, ${part.basis}`}
              {part.evidence.length > 0 && `, ${part.evidence.join(', ')}`}
            </small>
          </li>
        ))}
      </ol>
      {data.may.includes('submit') && (
        <div className={css.row}>
          <Button look="primary" pending={send.isPending} onPress={() => act('submit')}>
            Submit for review
          </Button>
          <Button label={`Edit report ${number}`} onPress={() => setEditing(true)}>
            Edit
          </Button>
        </div>
      )}
      {data.may.includes('withdraw') && (
        <div className={css.row}>
          <TextField label="Reason" note="10 characters or more" value={reason} onChange={setReason} />
          <Button blocked={reason.trim().length < 10} pending={send.isPending} onPress={() => act('withdraw', { reason })}>
            Take back from review
          </Button>
        </div>
      )}
      {data.may.includes('approve') && (
        <div className={css.row}>
          <TextField label="Reason" note="needed to return it" value={reason} onChange={setReason} />
          <Button look="primary" pending={send.isPending} onPress={() => act('approve', { reason: reason || null })}>
            Approve and lock
          </Button>
          <Button blocked={!reason.trim()} onPress={() => act('return', { reason })}>
            Return
          </Button>
        </div>
      )}
      {send.error && <ErrorPanel problem={asProblem(send.error)} />}
    </div>
  );
}

function ReportRow({ one, report, readable }: { one: Case; report: ReportHead; readable: boolean }) {
  const [open, setOpen] = useState(false);
  const state = STATES[report.state] ?? { word: report.state, kind: 'plain' as const };
  return (
    <li className={css.evidence}>
      <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <code>No. {report.number}</code>
          <strong>{report.title}</strong>
          <span>
            {sentence(report.step)}, {report.author_title}
            {report.corrects !== null && `, corrects no. ${report.corrects}`}
          </span>
          <Status kind={state.kind} bare>
            {state.word}
          </Status>
        </summary>
        {report.decided_by_title && (
          <p className={css.hash}>
            <small>
              {sentence(report.state)} by {report.decided_by_title}, {moment(report.decided)}
            </small>
          </p>
        )}
        {open &&
          (readable ? (
            <Words one={one} number={report.number} />
          ) : (
            <p className={css.hash}>
              <small>Its words are read under the case itself.</small>
            </p>
          ))}
      </details>
    </li>
  );
}

interface Part {
  kind: 'fact' | 'assessment';
  text: string;
  basis: string;
  reliability: (typeof GRADES)[number];
  credibility: string;
  subjects: string[];
  evidence: string[];
}

interface Draft {
  title: string;
  step: (typeof STEPS)[number];
  corrects: string;
  parts: Part[];
}

const BLANK: Part = { kind: 'fact', text: '', basis: '', reliability: 'B', credibility: '2', subjects: [], evidence: [] };
const EMPTY: Draft = { title: '', step: 'continuing', corrects: '', parts: [BLANK] };

/** A kept report as the form holds it, so that its author can go on writing. */
function draftOf(kept: CaseReport): Draft {
  return {
    title: kept.title,
    step: STEPS.find((one) => one === kept.step) ?? 'continuing',
    corrects: kept.corrects === null ? '' : String(kept.corrects),
    parts: kept.passages.map((part) => ({
      ...BLANK,
      kind: part.kind === 'assessment' ? 'assessment' : 'fact',
      text: part.text,
      basis: part.basis ?? '',
      reliability: GRADES.find((one) => one === part.reliability) ?? 'B',
      credibility: String(part.credibility),
      subjects: part.subjects,
      evidence: part.evidence,
    })),
  };
}

function useReportForm(one: Case, kept: CaseReport | null, onDone: () => void) {
  const [draft, setDraft, forget] = useKept(`report:${one.number}:${kept?.number ?? 'new'}`, kept ? draftOf(kept) : EMPTY);
  const done = () => {
    forget();
    onDone();
  };
  const add = useWork(one.number, done);
  const anew = useRewrite(one.number, done);
  const body = {
    title: draft.title,
    step: draft.step,
    corrects: draft.corrects ? Number(draft.corrects) : null,
    passages: draft.parts.map((part) => ({ ...part, credibility: Number(part.credibility) })),
  };
  const send = () => (kept ? anew.mutate({ report: kept.number, body }) : add.mutate({ act: 'reports', body }));
  return { draft, setDraft, send, forget, pending: add.isPending || anew.isPending, error: add.error ?? anew.error };
}

function WriteReport({ one, reports, kept = null, onDone = () => undefined }: { one: Case; reports: readonly ReportHead[]; kept?: CaseReport | null; onDone?: () => void }) {
  const { draft, setDraft, send, forget, pending, error } = useReportForm(one, kept, onDone);
  const set = (part: Partial<Draft>) => setDraft({ ...draft, ...part });
  const change = (index: number, part: Partial<Part>) => set({ parts: draft.parts.map((each, at) => (at === index ? { ...each, ...part } : each)) });
  const approved = reports.filter((report) => report.state === 'approved').map((report) => ({ id: String(report.number), text: `No. ${report.number}: ${report.title}` }));
  const ready = draft.title.trim().length > 2 && draft.parts.every((part) => part.text.trim() && (part.kind === 'assessment' || part.basis.trim()));
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}>
      <div className={css.row}>
        <TextField label={kept ? `Title of report ${kept.number}` : 'New report'} value={draft.title} onChange={(title) => set({ title })} />
        <Select label="Step" choices={STEPS.map((id) => ({ id, text: sentence(id) }))} value={draft.step} onChange={(step) => set({ step })} />
        {approved.length > 0 && <Select label="Corrects" choices={approved} value={draft.corrects || null} onChange={(corrects) => set({ corrects })} placeholder="None" />}
      </div>
      {draft.parts.map((part, index) => (
        <fieldset key={index} className={css.passage}>
          <legend className="sr">Passage {index + 1}</legend>
          <TextField label={`Passage ${index + 1}`} rows={2} value={part.text} onChange={(text) => change(index, { text })} />
          <div className={css.row}>
            <Segmented
              label="It states"
              value={part.kind}
              onChange={(kind) => change(index, { kind })}
              choices={[
                { id: 'fact', text: 'Fact' },
                { id: 'assessment', text: 'Assessment' },
              ]}
            />
            <TextField label="Basis" value={part.basis} onChange={(basis) => change(index, { basis })} />
            <Select label="Source" choices={GRADES.map((id) => ({ id, text: id }))} value={part.reliability} onChange={(reliability) => change(index, { reliability })} />
            <Select label="Credibility" choices={['1', '2', '3', '4', '5', '6'].map((id) => ({ id, text: id }))} value={part.credibility} onChange={(credibility) => change(index, { credibility })} />
          </div>
        </fieldset>
      ))}
      <div className={css.row}>
        <Button onPress={() => set({ parts: [...draft.parts, BLANK] })}>Another passage</Button>
        <Button type="submit" look="primary" pending={pending} blocked={!ready}>
          {kept ? 'Keep the changes' : 'Keep as draft'}
        </Button>
        {kept && (
          <Button
            look="quiet"
            onPress={() => {
              forget();
              onDone();
            }}>
            Cancel
          </Button>
        )}
      </div>
      {error && <ErrorPanel problem={asProblem(error)} />}
    </form>
  );
}

export function ReportsCard({ one }: { one: Case }) {
  const { data, isPending, error, refetch } = useReports(one.number);
  const works = useWorks(one);
  const readable = usePurpose()?.case === one.number;
  const reports = data?.items ?? [];
  return (
    <Card title="Reports of investigation" note={reports.length}>
      {isPending && <Skeleton rows={3} />}
      {error && <ErrorPanel problem={asProblem(error)} onRetry={() => void refetch()} />}
      {data && reports.length === 0 && <Empty title="No reports yet">One for each step; another person approves it, then it is locked.</Empty>}
      <ul>
        {reports.map((report) => (
          <ReportRow key={report.id} one={one} report={report} readable={readable} />
        ))}
      </ul>
      {works && <WriteReport one={one} reports={reports} />}
    </Card>
  );
}
