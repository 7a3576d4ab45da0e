import { Lock } from 'lucide-react';
import { useState } from 'react';
import { Link } from '@tanstack/react-router';
import { asProblem } from '@/api/problem';
import type { Case, Checked } from '@/api/types';
import { Button } from '@/shared/controls/Button';
import { TextField } from '@/shared/controls/fields';
import { Card } from '@/shared/data/data';
import { ErrorPanel, Status } from '@/shared/states/states';
import { day, plural, sentence } from '@/state/words';
import { useClearances, useRelated, useWork, useWorks } from './work';
import css from './work.module.css';

/** A blind check against all cases. It needs an open inquiry, and tells a unit and a contact at most. */
export function DeconflictCard({ one }: { one: Case }) {
  const [key, setKey] = useState('');
  const [starts, setStarts] = useState('');
  const [ends, setEnds] = useState('');
  const [told, setTold] = useState<Checked | null>(null);
  const check = useWork<Checked>(one.number, setTold);
  if (!useWorks(one)) return null;
  return (
    <Card title="Deconfliction" note={told ? `${told.left} checks left` : null}>
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          check.mutate({ act: 'deconflict', body: starts ? { key, kind: 'event', starts, ends: ends || starts } : { key } });
        }}>
        <TextField
          label="Number, name with birth date, or address"
          value={key}
          onChange={(next) => {
            setKey(next);
            setTold(null);
          }}
        />
        <div className={css.row}>
          <TextField
            label="Planned there from"
            type="date"
            value={starts}
            onChange={(next) => {
              setStarts(next);
              setTold(null);
            }}
            hint="Only for a planned event: the key is its place"
          />
          <TextField label="to" type="date" value={ends} onChange={setEnds} />
        </div>
        <Button type="submit" pending={check.isPending} blocked={key.trim().length < 4}>
          Check all cases
        </Button>
        {check.error && <ErrorPanel problem={asProblem(check.error)} />}
        {told?.compared && (
          <p>
            Compared as number {told.compared.number}, street {told.compared.street}
            {told.compared.town ? `, town ${told.compared.town}` : '; no town named, so with addresses that name none'}.
          </p>
        )}
        {told && told.told.length === 0 && <p>Nothing among the cases that you know of.</p>}
        {told && <p>What other cases may be told of comes as a notice.</p>}
      </form>
      <ul>
        {told?.told.map((side) => (
          <li key={`${side.unit}${side.contact}`} className={css.told}>
            <Lock size={14} aria-hidden />
            <div>
              <strong>{sentence(side.kind)}</strong>
              <small>
                {side.unit_title ?? side.unit}, ask {side.contact}
              </small>
            </div>
          </li>
        ))}
      </ul>
    </Card>
  );
}

export function RelatedCard({ one }: { one: Case }) {
  const items = useRelated(one.number).data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <Card title="Related cases" note={items.length}>
      <ul>
        {items.map((other) => (
          <li key={other.case} className={css.told}>
            <div>
              <strong>
                <Link to="/case/$no" params={{ no: other.case }}>
                  {other.case} {other.title}
                </Link>
              </strong>
              <small>
                {sentence(other.kind)}: {other.reason}
              </small>
            </div>
          </li>
        ))}
      </ul>
    </Card>
  );
}

export function ClearancesCard({ one }: { one: Case }) {
  const items = useClearances(one.number).data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <Card title="Clearances" note={plural(items.length, 'order')}>
      <ul>
        {items.map((each) => (
          <li key={each.id} className={css.told}>
            <div>
              <strong>{sentence(each.caveat)}</strong>
              <small>{each.order}</small>
            </div>
            <Status kind={each.state === 'approved' ? 'done' : each.state === 'asked' ? 'waiting' : 'plain'} bare>
              {each.state === 'approved' ? `until ${day(each.expires)}` : each.state}
            </Status>
          </li>
        ))}
      </ul>
    </Card>
  );
}
