import { Link } from '@tanstack/react-router';
import type { AskedEntry, LedgerEntry } from '@/api/types';
import { DataTable } from '@/shared/data/data';
import { RegimeChip } from '@/shared/identity/chips';
import { Status } from '@/shared/states/states';
import { count, moment } from '@/state/words';

function outcomeKind(outcome: string | null): 'done' | 'danger' | 'plain' {
  return outcome === 'refused' ? 'danger' : outcome === 'ok' ? 'done' : 'plain';
}

/** An entry; where one asked for words, with what was typed. */
export type Found = LedgerEntry & Partial<Pick<AskedEntry, 'asked'>>;

export function EntryTable({ rows }: { rows: readonly Found[] }) {
  const typed = rows.some((one) => one.asked?.length);
  return (
    <DataTable
      label="Entries"
      rows={rows}
      rowKey={(one) => one.entry}
      columns={[
        {
          id: 'index',
          head: 'Entry',
          cell: (one) => (
            <Link to="/line/$entry" params={{ entry: one.entry }}>
              {count(one.index)}
            </Link>
          ),
        },
        { id: 'at', head: 'When', tight: true, cell: (one) => moment(one.at) },
        { id: 'who', head: 'Who', tight: true, cell: (one) => one.account ?? <small>erased</small> },
        {
          id: 'regime',
          head: 'Working as',
          tight: true,
          cell: (one) =>
            one.regime ? (
              <>
                <RegimeChip regime={one.regime} /> {one.purpose}
              </>
            ) : (
              one.purpose
            ),
        },
        {
          id: 'act',
          head: 'Act',
          tight: true,
          cell: (one) => (
            <>
              {one.act} <small>{one.name}</small>
            </>
          ),
        },
        {
          id: 'outcome',
          head: 'Outcome',
          tight: true,
          cell: (one) => (
            <Status kind={outcomeKind(one.outcome)} bare>
              {one.outcome}
            </Status>
          ),
        },
        { id: 'found', head: 'Found', tight: true, cell: (one) => (one.found === null || one.found === undefined ? '–' : count(one.found)) },
        ...(typed ? [{ id: 'asked', head: 'Asked', long: (one: Found) => (one.asked ?? []).join(', '), cell: (one: Found) => (one.asked ?? []).join(', ') }] : []),
        { id: 'reason', head: 'Reason', long: (one) => one.reason ?? '', cell: (one) => one.reason ?? '–' },
      ]}
    />
  );
}
