import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { GitMerge, Scissors } from 'lucide-react';
import { useState } from 'react';
import { get, post } from '@/api/http';
import { asProblem } from '@/api/problem';
import { useScope } from '@/api/queries';
import { Button } from '@/shared/controls/Button';
import { Dialog } from '@/shared/controls/Dialog';
import { Checkbox, Segmented, TextField } from '@/shared/controls/fields';
import { Card, DataTable } from '@/shared/data/data';
import { useParts } from '@/shared/data/useParts';
import { SourceChip } from '@/shared/identity/chips';
import { Empty, ErrorPanel, Skeleton } from '@/shared/states/states';
import { useToasts } from '@/shared/states/toasts';
import { moment } from '@/state/words';
import css from './matches.module.css';

interface Part {
  part: string;
  left: string;
  right: string;
  alike: number;
  weight: number;
}
interface Side {
  schema: string;
  schema_label: string;
  caption: string;
  sources: string[];
  properties: Record<string, string[]>;
}
interface Candidate extends Side {
  id: string;
  score: number;
  parts: Part[];
  judged: string | null;
}
interface Candidates {
  id: string;
  subject: Side;
  candidates: Candidate[];
  total: number | null;
  capped: boolean;
}
interface Named {
  id: string;
  caption: string;
}
interface Judgement {
  id: string;
  left: Named;
  right: Named;
  verdict: string;
  reason: string;
  by: string;
  at: string;
  counts: boolean;
}
interface History {
  members: Named[];
  judgements: Judgement[];
  total: number | null;
  limit: number;
  offset: number;
  more: boolean;
}
interface Pair {
  left: string;
  right: string;
}
type Verdict = 'same' | 'different' | 'unsure';

const SHORTEST = 20;

function useCandidates(id: string, enabled: boolean) {
  const scope = useScope();
  return useQuery({ queryKey: [...scope, 'candidates', id], queryFn: () => get<Candidates>(`/entities/${id}/candidates`), enabled, retry: false });
}

function useHistory(id: string, enabled: boolean) {
  return useParts<History>(['judgements', id], `/entities/${id}/judgements`, {}, { enabled });
}

function useRefresh() {
  const client = useQueryClient();
  const scope = useScope();
  return () => client.invalidateQueries({ queryKey: scope });
}

const percent = (alike: number) => `${Math.round(alike * 100)} %`;

function Compared({ subject, other }: { subject: Side; other: Candidate }) {
  return (
    <DataTable
      label="Compared, part by part"
      rows={other.parts}
      rowKey={(one) => one.part}
      columns={[
        { id: 'part', head: 'Part', cell: (one) => one.part },
        { id: 'left', head: subject.caption, cell: (one) => one.left },
        { id: 'right', head: other.caption, cell: (one) => one.right },
        { id: 'alike', head: 'Alike', num: true, cell: (one) => percent(one.alike) },
        { id: 'weight', head: 'Weight', num: true, cell: (one) => one.weight },
      ]}
    />
  );
}

function JudgeDialog({ id, subject, other, onClose }: { id: string; subject: Side; other: Candidate; onClose: () => void }) {
  const [verdict, setVerdict] = useState<Verdict>('unsure');
  const [reason, setReason] = useState('');
  const [despite, setDespite] = useState(false);
  const [cut, setCut] = useState<Pair[]>([]);
  const refresh = useRefresh();
  const toast = useToasts((state) => state.show);
  const judge = useMutation({
    mutationFn: () => post<{ verdict: string }>('/judgements', { left: id, right: other.id, verdict, reason, parts: other.parts, despite, cut }),
    onSuccess: async () => {
      await refresh();
      toast(`Judged ${verdict}. It can be judged again at any time.`);
      onClose();
    },
  });
  const waits = reason.trim().length < SHORTEST;
  const problem = judge.error ? asProblem(judge.error) : null;
  const send = () => {
    if (!waits) judge.mutate();
  };
  return (
    <Dialog
      title="Same, different, or unsure?"
      icon={<GitMerge size={18} aria-hidden />}
      open
      onClose={onClose}
      size="wide"
      note="The score orders the list and decides nothing. A name and a birth date alone never make a match."
      foot={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button look="primary" blocked={waits} pending={judge.isPending} onPress={send}>
            Judge {verdict}
          </Button>
        </>
      }>
      <Compared subject={subject} other={other} />
      <Segmented
        label="Verdict"
        form
        value={verdict}
        onChange={setVerdict}
        choices={[
          { id: 'same', text: 'Same' },
          { id: 'different', text: 'Different' },
          { id: 'unsure', text: 'Unsure' },
        ]}
      />
      <TextField
        label="Reason"
        note="which facts agree, or which differ"
        rows={3}
        value={reason}
        onChange={setReason}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) send();
        }}
      />
      {problem && <ErrorPanel problem={problem} />}
      {verdict === 'same' && (problem?.code === 'births_differ' || despite) && (
        <Checkbox checked={despite} onChange={setDespite}>
          The births differ, and the reason says why
        </Checkbox>
      )}
      {verdict === 'different' && (problem?.code === 'still_joined' || cut.length > 0) && <Links id={id} chosen={cut} onChange={setCut} />}
    </Dialog>
  );
}

/** The judged links that keep the two together: the ones that are ticked are judged different with the same reason. */
function Links({ id, chosen, onChange }: { id: string; chosen: Pair[]; onChange: (pairs: Pair[]) => void }) {
  const { answer: history, pages } = useHistory(id, true);
  const same = (a: Pair, b: Pair) => a.left === b.left && a.right === b.right;
  const links = (history.data?.judgements ?? []).filter((one) => one.counts && one.verdict === 'same');
  return (
    <fieldset>
      <legend>Which link is wrong?</legend>
      {history.isPending && <Skeleton rows={2} />}
      {links.map((one) => {
        const pair = { left: one.left.id, right: one.right.id };
        const ticked = chosen.some((other) => same(other, pair));
        return (
          <Checkbox
            key={one.id}
            checked={ticked}
            onChange={(on) =>
              onChange(on ? [...chosen, pair] : chosen.filter((other) => !same(other, pair)))
            }>{`${one.left.caption || one.left.id} and ${one.right.caption || one.right.id}, judged the same by ${one.by}`}</Checkbox>
        );
      })}
      {pages}
    </fieldset>
  );
}

function SplitDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const [reason, setReason] = useState('');
  const refresh = useRefresh();
  const toast = useToasts((state) => state.show);
  const split = useMutation({
    mutationFn: () => post<{ apart: string[] }>(`/entities/${id}/split`, { reason }),
    onSuccess: async (answer) => {
      await refresh();
      toast(`Split from ${answer.apart.length}. The earlier judgements stay on record.`);
      onClose();
    },
  });
  const waits = reason.trim().length < SHORTEST;
  return (
    <Dialog
      title="Take this record out"
      icon={<Scissors size={18} aria-hidden />}
      open
      onClose={onClose}
      size="middle"
      foot={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button look="primary" blocked={waits} pending={split.isPending} onPress={() => split.mutate()}>
            Split
          </Button>
        </>
      }>
      <TextField label="Reason" note="what differs" rows={3} value={reason} onChange={setReason} />
      {split.error && <ErrorPanel problem={asProblem(split.error)} />}
    </Dialog>
  );
}

function CandidateLine({ one, onJudge }: { one: Candidate; onJudge: () => void }) {
  return (
    <li className={css.line}>
      <div>
        <Link to="/r/$id" params={{ id: one.id }}>
          {one.caption}
        </Link>
        <small>{one.parts.map((part) => `${part.part} ${percent(part.alike)}`).join(', ')}</small>
      </div>
      <span>
        {one.sources.map((name) => (
          <SourceChip key={name} name={name} />
        ))}
      </span>
      <span className={css.verdict}>{one.judged ?? 'not judged'}</span>
      <Button size="small" onPress={onJudge}>
        <GitMerge size={13} aria-hidden />
        Compare
      </Button>
    </li>
  );
}

function Judgements({ history }: { history: History }) {
  return (
    <DataTable
      label="Judgements"
      rows={history.judgements}
      rowKey={(one) => one.id}
      columns={[
        {
          id: 'verdict',
          head: 'Verdict',
          cell: (one) => (
            <span className={one.counts ? undefined : css.past}>
              {one.verdict}
              {one.counts ? '' : ', judged again since'}
            </span>
          ),
        },
        { id: 'pair', head: 'Between', cell: (one) => `${one.left.caption || one.left.id} and ${one.right.caption || one.right.id}` },
        { id: 'reason', head: 'Reason', cell: (one) => one.reason },
        { id: 'by', head: 'By', cell: (one) => one.by },
        { id: 'at', head: 'When', num: true, cell: (one) => moment(one.at) },
      ]}
    />
  );
}

/** What of those alike isn't shown; the most alike stand first. */
function Cut({ found }: { found: Candidates | undefined }) {
  if (!found) return null;
  const { candidates, total, capped } = found;
  const most = total !== null && total > candidates.length ? `The ${candidates.length} most alike of ${total} are shown. ` : '';
  const words = `${most}${capped ? 'Too many share a word to look at all of them.' : ''}`.trim();
  return words ? <p className={css.hint}>{words}</p> : null;
}

/** Who might be the same as this entity, what was judged, and the way back. Asked for only when opened: each look is an act. */
export function Matches({ id }: { id: string }) {
  const [open, setOpen] = useState(false);
  const [judging, setJudging] = useState<Candidate | null>(null);
  const [splitting, setSplitting] = useState(false);
  const found = useCandidates(id, open);
  const { answer: history, pages } = useHistory(id, open);
  const joined = (history.data?.members.length ?? 1) > 1;
  const actions = (
    <>
      {joined && (
        <Button size="small" onPress={() => setSplitting(true)}>
          <Scissors size={13} aria-hidden />
          Split
        </Button>
      )}
      {!open && (
        <Button size="small" onPress={() => setOpen(true)}>
          <GitMerge size={13} aria-hidden />
          Look for matches
        </Button>
      )}
    </>
  );
  return (
    <Card title="Who is who" note="judged by people, never by a score" actions={actions}>
      {!open && <p className={css.hint}>Looking for matches is an act of its own in the ledger.</p>}
      {open && (found.isPending || history.isPending) && <Skeleton rows={3} />}
      {found.error && <ErrorPanel problem={asProblem(found.error)} onRetry={() => void found.refetch()} />}
      {found.data && found.data.candidates.length === 0 && <Empty title="Nobody alike in your work">No other entity shares an identifier or two words of a name with this one.</Empty>}
      {found.data && (
        <ul className={css.lines}>
          {found.data.candidates.map((one) => (
            <CandidateLine key={one.id} one={one} onJudge={() => setJudging(one)} />
          ))}
        </ul>
      )}
      <Cut found={found.data} />
      {history.data && history.data.judgements.length > 0 && <Judgements history={history.data} />}
      {pages}
      {judging && found.data && <JudgeDialog id={id} subject={found.data.subject} other={judging} onClose={() => setJudging(null)} />}
      {splitting && <SplitDialog id={id} onClose={() => setSplitting(false)} />}
    </Card>
  );
}
