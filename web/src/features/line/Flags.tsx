import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { get, post } from '@/api/http';
import { asProblem } from '@/api/problem';
import { useScope } from '@/api/queries';
import type { MisuseFlag, MisuseFlagFull, Page as Listing } from '@/api/types';
import { Button } from '@/shared/controls/Button';
import { Segmented, Select, TextField } from '@/shared/controls/fields';
import { Card, Pages } from '@/shared/data/data';
import { Empty, ErrorPanel, Skeleton, Status } from '@/shared/states/states';
import { count, moment, plural } from '@/state/words';
import { FLAG_STATES, FLAG_VERDICTS, type FlagVerdict } from './overview';
import css from './overview.module.css';

const FILTERS = [
  { id: 'open', text: 'Open' },
  { id: 'inquiry', text: 'Needs inquiry' },
  { id: 'founded', text: 'Founded' },
  { id: 'unfounded', text: 'Unfounded' },
] as const;
const LIMIT = 20;

function Judge({ flag, onDone }: { flag: MisuseFlag; onDone: () => void }) {
  const [verdict, setVerdict] = useState<FlagVerdict>('unfounded');
  const [remarks, setRemarks] = useState('');
  const client = useQueryClient();
  const judge = useMutation({
    mutationFn: () => post(`/oversight/flags/${flag.flag}`, { verdict, remarks }),
    onSuccess: async () => {
      onDone();
      await client.invalidateQueries({ predicate: (query) => query.queryKey.includes('flags') || query.queryKey.includes('exceptions') });
    },
  });
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault();
        judge.mutate();
      }}>
      <TextField label="What you looked at and found" note="20 characters or more" value={remarks} onChange={setRemarks} error={judge.error ? asProblem(judge.error).detail : null} />
      <Select label="Verdict" small choices={FLAG_VERDICTS} value={verdict} onChange={setVerdict} />
      <Button type="submit" size="small" look="primary" blocked={remarks.trim().length < 20} pending={judge.isPending}>
        Give verdict
      </Button>
    </form>
  );
}

/** The entries a flag rests on. What they say is read entry by entry, with the reason that is stated. */
function Evidence({ flag, onDone }: { flag: MisuseFlag; onDone: () => void }) {
  const scope = useScope();
  const answer = useQuery({ queryKey: [...scope, 'flags', flag.flag], queryFn: () => get<MisuseFlagFull>(`/oversight/flags/${flag.flag}`), retry: false });
  if (answer.error) return <ErrorPanel problem={asProblem(answer.error)} onRetry={() => void answer.refetch()} />;
  if (!answer.data) return <Skeleton rows={3} />;
  const { evidence, verdicts } = answer.data;
  return (
    <>
      <ul className={css.rows}>
        {evidence.slice(0, 20).map((entry) => (
          <li key={entry.entry} className={css.row}>
            <div>
              <strong>
                <Link to="/line/$entry" params={{ entry: entry.entry }}>
                  Entry {count(entry.index)}
                </Link>
              </strong>
              <p>
                {moment(entry.at)}, {entry.act}, {entry.account ?? '–'}
                {entry.purpose && `, ${entry.purpose}`}
                {entry.reason && `: ${entry.reason}`}
              </p>
            </div>
          </li>
        ))}
        {verdicts.map((one) => (
          <li key={one.at} className={css.row}>
            <div>
              <strong>{FLAG_STATES[one.verdict as FlagVerdict].word}</strong>
              <p>
                {one.by}, {moment(one.at)}: {one.remarks}
              </p>
            </div>
          </li>
        ))}
      </ul>
      {evidence.length > 20 && (
        <p className={css.row}>
          {plural(evidence.length - 20, 'more entry', 'more entries')}: brightline review flag {flag.flag}
        </p>
      )}
      {(flag.state === 'open' || flag.state === 'inquiry') && <Judge flag={flag} onDone={onDone} />}
    </>
  );
}

function Row({ flag, shown, onShow }: { flag: MisuseFlag; shown: boolean; onShow: () => void }) {
  return (
    <li>
      <div className={css.row}>
        <div>
          <strong>
            {flag.title}: {flag.account_title ?? flag.account}
            {flag.whom_title && `, ${flag.whom_title}`}
            {flag.list && `, ${flag.list}`}
          </strong>
          <p>{flag.how}</p>
          <p>
            {moment(flag.at)}
            {flag.purpose && `, ${flag.purpose}`}. Rule version {flag.version}.
          </p>
          {flag.remarks && <p>{flag.remarks}</p>}
          <p className={css.links}>
            <button type="button" className={css.open} aria-expanded={shown} onClick={onShow}>
              {shown ? 'Close' : `Evidence, ${plural(flag.entries, 'entry', 'entries')}`}
            </button>
          </p>
        </div>
        <Status kind={FLAG_STATES[flag.state].kind} bare>
          {FLAG_STATES[flag.state].word}
        </Status>
      </div>
      {shown && <Evidence flag={flag} onDone={onShow} />}
    </li>
  );
}

/** What the misuse detectors flagged, with how it was computed. A flag proves nothing; an overseer gives the verdict. */
export function Flags() {
  const [state, setState] = useState<(typeof FILTERS)[number]['id']>('open');
  const [shown, setShown] = useState<string | null>(null);
  const [offset, setOffset] = useState(0);
  const scope = useScope();
  const answer = useQuery({
    queryKey: [...scope, 'flags', 'list', state, offset],
    queryFn: () => get<Listing<MisuseFlag> & { open: number; behind: number }>('/oversight/flags', { state, limit: LIMIT, offset }),
    retry: false,
  });
  const rows = answer.data?.items ?? [];
  return (
    <Card
      title="Misuse flags"
      note={answer.data ? `${count(answer.data.open)} open` : null}
      actions={
        <Segmented
          label="State of flags"
          hideLabel
          choices={FILTERS}
          value={state}
          onChange={(next) => {
            setState(next);
            setOffset(0);
            setShown(null);
          }}
        />
      }>
      {answer.isPending && <Skeleton rows={3} />}
      {answer.error && <ErrorPanel problem={asProblem(answer.error)} onRetry={() => void answer.refetch()} />}
      {answer.data && rows.length === 0 && (
        <Empty title="No flag here">Look-ups of oneself, colleagues, one’s household, press and officials, bursts at night, look-ups that nothing came of, sessions at once, lists in pieces.</Empty>
      )}
      <ul className={css.rows}>
        {rows.map((flag) => (
          <Row key={flag.flag} flag={flag} shown={shown === flag.flag} onShow={() => setShown(shown === flag.flag ? null : flag.flag)} />
        ))}
      </ul>
      {answer.data && <Pages offset={offset} limit={LIMIT} total={answer.data.total} more={answer.data.more} onMove={setOffset} />}
    </Card>
  );
}
