import { useLedgerStatus } from '@/api/queries';
import type { LedgerStatus } from '@/api/types';
import { Card, DataTable } from '@/shared/data/data';
import { Empty, Status } from '@/shared/states/states';
import { count, moment } from '@/state/words';

type Witness = LedgerStatus['witnesses'][number];

function State({ one, newest }: { one: Witness; newest: number }) {
  if (one.fault)
    return (
      <Status kind={one.grave ? 'danger' : 'waiting'} bare>
        {one.fault}
      </Status>
    );
  if (one.size >= newest)
    return (
      <Status kind="done" bare>
        up to date
      </Status>
    );
  return (
    <Status kind="waiting" bare>
      {count(newest - one.size)} behind
    </Status>
  );
}

function Agreed({ status }: { status: LedgerStatus }) {
  if (!status.quorum) return null;
  const newest = status.checkpoint_size ?? 0;
  return (
    <>
      {status.quorum} of {status.witnesses.length} agree on {count(status.witnessed ?? 0)} of {count(newest)} entries
    </>
  );
}

/** Who outside cosigns the log, and how far each has: what makes a second history show. */
export function Witnesses() {
  const { data } = useLedgerStatus();
  if (!data) return null;
  const stamped = data.stamped ? `Time-stamped: ${count(data.stamped)} entries at ${moment(data.stamped_at)}` : undefined;
  return (
    <Card title="Witnesses" note={<Agreed status={data} />} actions={stamped}>
      {data.witnesses.length === 0 && <Empty title="Nobody outside witnesses this log">Only who kept an earlier checkpoint or receipt can see that it was rewritten. Keep yours.</Empty>}
      {data.witnesses.length > 0 && (
        <DataTable
          label="Witnesses"
          rows={data.witnesses}
          rowKey={(one) => one.key}
          columns={[
            { id: 'name', head: 'Witness', long: (one) => one.name, cell: (one) => one.name },
            { id: 'size', head: 'Last cosigned', num: true, cell: (one) => count(one.size) },
            { id: 'at', head: 'When', tight: true, cell: (one) => moment(one.at) },
            { id: 'state', head: 'State', cell: (one) => <State one={one} newest={data.checkpoint_size ?? 0} /> },
          ]}
        />
      )}
    </Card>
  );
}
