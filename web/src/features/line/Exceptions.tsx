import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { post } from '@/api/http';
import { asProblem } from '@/api/problem';
import type { OversightException } from '@/api/types';
import { Button } from '@/shared/controls/Button';
import { TextField } from '@/shared/controls/fields';
import { Card, Pages } from '@/shared/data/data';
import { Empty } from '@/shared/states/states';
import { count, when } from '@/state/words';
import css from './overview.module.css';

/** How many stand on a page. */
export const EXCEPTIONS = 50;

function Explain({ one, onDone }: { one: OversightException; onDone: () => void }) {
  const [note, setNote] = useState('');
  const client = useQueryClient();
  const write = useMutation({
    mutationFn: () => post('/oversight/exceptions/explain', { key: one.key, note }),
    onSuccess: async () => {
      onDone();
      await client.invalidateQueries({ predicate: (query) => query.queryKey.includes('exceptions') });
    },
  });
  return (
    <form
      className={css.note}
      onSubmit={(event) => {
        event.preventDefault();
        write.mutate();
      }}>
      <TextField
        label={`What you found about exception ${one.n}`}
        value={note}
        onChange={setNote}
        error={write.error ? asProblem(write.error).detail : null}
        hint="It stays, and so does the exception."
      />
      <Button type="submit" look="primary" blocked={note.trim().length < 20} pending={write.isPending}>
        Write down
      </Button>
    </form>
  );
}

function Row({ one }: { one: OversightException }) {
  const [writing, setWriting] = useState(false);
  return (
    <li>
      <div className={css.row}>
        <span className={css.mark} data-state={one.state}>
          {one.n}
        </span>
        <div>
          <strong>{one.title}</strong>
          <p>{one.detail}</p>
          {one.note && (
            <p>
              {one.explained_by}: {one.note}
            </p>
          )}
          <p className={css.links}>
            {one.crossing && (
              <Link to="/crossing/$n" params={{ n: one.crossing }}>
                {one.crossing}
              </Link>
            )}
            {one.operation && (
              <Link to="/operation/$no" params={{ no: one.operation }}>
                {one.operation}
              </Link>
            )}
            {one.case && (
              <Link to="/case/$no" params={{ no: one.case }}>
                {one.case}
              </Link>
            )}
            {one.entries.slice(0, 3).map((entry, place) => (
              <Link key={entry} to="/line/$entry" params={{ entry }}>
                {one.entries.length > 1 ? `Entry ${place + 1}` : 'Its entry'}
              </Link>
            ))}
            {one.state === 'open' && !one.key.startsWith('flag:') && (
              <button type="button" className={css.open} onClick={() => setWriting(!writing)}>
                Explain
              </button>
            )}
          </p>
        </div>
        <small>{one.at ? when(one.at) : ''}</small>
      </div>
      {writing && <Explain one={one} onDone={() => setWriting(false)} />}
    </li>
  );
}

interface Shown {
  rows: readonly OversightException[];
  open: number;
  total: number;
  offset: number;
  more: boolean;
  onMove: (offset: number) => void;
}

/** The newest open ones first, numbered like the discs of the chart. It proves nothing by itself: each is to be looked into. */
export function Exceptions({ rows, open, total, offset, more, onMove }: Shown) {
  const [all, setAll] = useState(false);
  return (
    <Card
      title="Exceptions"
      note={`${count(open)} open of ${count(total)}`}
      {...(rows.length > 6
        ? {
            actions: (
              <Button size="small" onPress={() => setAll(!all)}>
                {all ? 'Fewer' : `All ${count(rows.length)}`}
              </Button>
            ),
          }
        : {})}>
      {rows.length === 0 && <Empty title="Nothing stands out">Look-ups of oneself and colleagues, sessions at once, copied words, late decisions, operations that drifted.</Empty>}
      <ul className={css.rows}>
        {(all ? rows : rows.slice(0, 6)).map((one) => (
          <Row key={one.key} one={one} />
        ))}
      </ul>
      {(all || rows.length <= 6) && total > EXCEPTIONS && <Pages offset={offset} limit={EXCEPTIONS} total={total} more={more} onMove={onMove} />}
    </Card>
  );
}
