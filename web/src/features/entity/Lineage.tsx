import { useQuery } from '@tanstack/react-query';
import { GitBranch } from 'lucide-react';
import { useState } from 'react';
import { ask } from '@/api/http';
import { asProblem } from '@/api/problem';
import { useScope } from '@/api/queries';
import type { Lineage } from '@/api/types';
import { Button } from '@/shared/controls/Button';
import { Card, DataTable } from '@/shared/data/data';
import { ErrorPanel, Skeleton } from '@/shared/states/states';
import { moment, shortHash } from '@/state/words';

interface Copy {
  key: string;
  what: string;
  name: string;
  since: string | null;
}

function copies(found: Lineage): Copy[] {
  return [
    ...found.items.map((one) => ({ key: `c ${one.case} ${one.id}`, what: 'Case', name: one.case, since: one.added })),
    ...found.notes.map((one) => ({ key: `n ${one.id}`, what: 'Note', name: `${one.kind} ${shortHash(one.id)}`, since: one.at })),
    ...found.crossings.map((one) => ({ key: `x ${one.number}`, what: 'Crossing', name: one.number, since: null })),
    ...found.disclosures.map((one) => ({ key: `d ${one.number}`, what: 'Disclosure', name: one.number, since: null })),
    ...found.exports.map((one) => ({ key: `e ${one.id}`, what: 'Export', name: `${one.format} by ${one.by}`, since: one.at })),
  ];
}

/** What a steward has put in the place of what the source says, who and why; of an earlier one when it ended. */
export function Mended({ rows }: { rows: Lineage['rows'] }) {
  const said = rows.flatMap((row) => row.mended.map((one) => ({ ...one, row: `${row.source}:${row.key}` })));
  const once = [...new Map(said.map((one) => [`${one.row} ${one.column} ${one.at}`, one])).values()];
  if (once.length === 0) return null;
  return (
    <DataTable
      label="Mended values"
      rows={once}
      rowKey={(one) => `${one.row} ${one.column} ${one.at}`}
      columns={[
        { id: 'row', head: 'Source row', cell: (one) => <code>{one.row}</code> },
        { id: 'column', head: 'Column', cell: (one) => one.column },
        { id: 'wrong', head: 'The source says', cell: (one) => one.wrong || '–' },
        { id: 'value', head: 'Mended to', cell: (one) => <b>{one.value || '–'}</b> },
        { id: 'why', head: 'Why', cell: (one) => (one.ended ? `${one.reason} Ended ${moment(one.ended)}: ${one.end_reason ?? ''}` : one.reason) },
        { id: 'by', head: 'By', cell: (one) => one.by },
        { id: 'at', head: 'Since', num: true, cell: (one) => moment(one.at) },
      ]}
    />
  );
}

/** Asked for by a press, since every read is an act in the ledger. */
export function LineageCard({ id }: { id: string }) {
  const [wanted, setWanted] = useState(false);
  const scope = useScope();
  const found = useQuery({ queryKey: [...scope, 'lineage', id], queryFn: () => ask<Lineage>('/lineage', { about: id }), enabled: wanted, retry: false });
  return (
    <Card
      title="Lineage"
      note="where it comes from and where it went"
      actions={
        !wanted && (
          <Button size="small" onPress={() => setWanted(true)}>
            <GitBranch size={13} aria-hidden />
            Follow
          </Button>
        )
      }>
      {wanted && found.isPending && <Skeleton rows={3} />}
      {found.error && <ErrorPanel problem={asProblem(found.error)} onRetry={() => void found.refetch()} />}
      {found.data && (
        <>
          <DataTable
            label="Rows it comes from"
            rows={found.data.rows}
            rowKey={(one) => one.record}
            columns={[
              {
                id: 'row',
                head: 'Source row',
                cell: (one) => (
                  <code>
                    {one.source}:{one.key}
                  </code>
                ),
              },
              { id: 'version', head: 'Version', num: true, cell: (one) => one.version },
              { id: 'now', head: 'State', cell: (one) => (one.current ? 'current' : 'earlier') },
              { id: 'feed', head: 'Feed', cell: (one) => one.feed ?? '–' },
              { id: 'table', head: 'Table version', num: true, cell: (one) => one.delta_version ?? '–' },
              { id: 'hash', head: 'Hash', cell: (one) => <code>{shortHash(one.hash)}</code> },
              { id: 'at', head: 'Since', num: true, cell: (one) => moment(one.at) },
            ]}
          />
          <Mended rows={found.data.rows} />
          <DataTable
            label="Copies"
            rows={copies(found.data)}
            rowKey={(one) => one.key}
            columns={[
              { id: 'what', head: 'Copy in', cell: (one) => one.what },
              { id: 'name', head: 'Named', cell: (one) => one.name },
              { id: 'since', head: 'Since', num: true, cell: (one) => moment(one.since) },
            ]}
          />
        </>
      )}
    </Card>
  );
}
