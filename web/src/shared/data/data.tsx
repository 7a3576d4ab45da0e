import { Fragment, type ReactNode } from 'react';
import { Button } from '@/shared/controls/Button';
import { count } from '@/state/words';
import css from './data.module.css';

interface CardProps {
  title?: string;
  note?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  padded?: boolean;
}

export function Card({ title, note, actions, children, padded }: CardProps) {
  return (
    <section className={css.card} {...(title ? { 'aria-label': title } : {})}>
      {title && (
        <header className={css.cardHead}>
          <h2>{title}</h2>
          {note !== undefined && note !== null && <small>{note}</small>}
          {actions && <div>{actions}</div>}
        </header>
      )}
      {padded ? <div className={css.cardBody}>{children}</div> : children}
    </section>
  );
}

export interface Column<T> {
  id: string;
  head: string;
  cell: (row: T) => ReactNode;
  num?: boolean;
  /** Never broken into lines. */
  tight?: boolean;
  /** One line, cut at the end of the column; the whole text is its tooltip. */
  long?: (row: T) => string;
}

interface TableProps<T> {
  label: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  rowKey: (row: T) => string;
}

/** A plain, real table: short lists need no widget roles to be read. It scrolls sideways by keyboard too. */
export function DataTable<T>({ label, columns, rows, rowKey }: TableProps<T>) {
  return (
    <div className={css.scroll} role="region" aria-label={`${label}, table`} tabIndex={0}>
      <table className={css.table} aria-label={label}>
        <thead>
          <tr>
            {columns.map((one) => (
              <th key={one.id} scope="col" {...(one.num ? { 'data-num': '' } : {})}>
                {one.head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)}>
              {columns.map((one) => (
                <td key={one.id} {...(one.num ? { 'data-num': '' } : {})} {...(one.tight ? { 'data-tight': '' } : {})} {...(one.long ? { 'data-long': '', title: one.long(row) } : {})}>
                  {one.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function KeyValue({ pairs }: { pairs: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className={css.kv}>
      {pairs.map(([name, value]) => (
        <Fragment key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </Fragment>
      ))}
    </dl>
  );
}

export interface Figure {
  name: string;
  value: ReactNode;
  note?: ReactNode;
  kind?: 'danger';
}

export function Stats({ figures }: { figures: readonly Figure[] }) {
  return (
    <dl className={css.stats}>
      {figures.map((one) => (
        <div className={css.stat} key={one.name} data-kind={one.kind ?? 'plain'}>
          <dt>{one.name}</dt>
          <dd>
            {one.value}
            {one.note && <p>{one.note}</p>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

export function Pages({ offset, limit, total, more, onMove }: { offset: number; limit: number; total: number | null; more: boolean; onMove: (offset: number) => void }) {
  if (offset === 0 && !more) return null;
  return (
    <div className={css.pages}>
      <span>
        {count(offset + 1)} to {count(offset + limit)}
        {total !== null && ` of ${count(total)}`}
      </span>
      <Button size="small" blocked={offset === 0} onPress={() => onMove(Math.max(0, offset - limit))}>
        Back
      </Button>
      <Button size="small" blocked={!more} onPress={() => onMove(offset + limit)}>
        Next
      </Button>
    </div>
  );
}

export function WhyPanel({ title, icon, lines, foot }: { title: string; icon: ReactNode; lines: readonly { key: string; icon: ReactNode; text: ReactNode }[]; foot?: ReactNode }) {
  return (
    <section className={css.why} aria-label={title}>
      <h3>
        {icon}
        {title}
      </h3>
      <ul>
        {lines.map((line) => (
          <li key={line.key}>
            {line.icon}
            <span>{line.text}</span>
          </li>
        ))}
      </ul>
      {foot && <p>{foot}</p>}
    </section>
  );
}

export function SectionTitle({ children }: { children: ReactNode }) {
  return <h3 className={css.section}>{children}</h3>;
}
