import { useMutation } from '@tanstack/react-query';
import { Check, ShieldCheck, TriangleAlert, X } from 'lucide-react';
import { post } from '@/api/http';
import { Problem, asProblem } from '@/api/problem';
import { useLedgerStatus, useMe } from '@/api/queries';
import type { LedgerStatus } from '@/api/types';
import { Button } from '@/shared/controls/Button';
import { Card } from '@/shared/data/data';
import { ErrorPanel, Status } from '@/shared/states/states';
import { useReceipts } from '@/state/receipts';
import { count, moment, plural, shortHash } from '@/state/words';
import { verifyLog, type ReadTile, type Verdict } from './merkle';
import css from './line.module.css';

async function readLog(path: string): Promise<Response> {
  const response = await fetch(`/log/${path}`, { cache: 'no-store' });
  if (!response.ok) throw new Problem(response.status, { title: 'The log could not be read', detail: `/log/${path} answered ${response.status}.` });
  return response;
}

const readTile: ReadTile = async (path) => new Uint8Array(await (await readLog(path)).arrayBuffer());

const VERIFIED = 20;

/** Asks for a fresh checkpoint where that is allowed, then checks it with public bytes only. */
function useVerify(status: LedgerStatus) {
  const signedIn = useMe().isSuccess;
  return useMutation({
    mutationFn: async (): Promise<Verdict> => {
      const receipts = useReceipts.getState().receipts.slice(0, VERIFIED);
      if (signedIn) await post('/ledger/checkpoint').catch(() => undefined);
      const note = await (await readLog('checkpoint')).text();
      return verifyLog(note, status.key ?? '', readTile, receipts);
    },
  });
}

function Line({ good, children }: { good: boolean | null; children: React.ReactNode }) {
  if (good === null)
    return (
      <li>
        <Status kind="waiting" bare>
          {children}
        </Status>
      </li>
    );
  const Icon = good ? Check : X;
  return (
    <li style={{ color: good ? 'var(--done)' : 'var(--danger)' }}>
      <Icon size={14} strokeWidth={2.4} role="img" aria-label={good ? 'Holds' : 'Fails'} />
      {children}
    </li>
  );
}

export function holds(verdict: Verdict): boolean {
  return verdict.rootMatches && verdict.signature !== 'bad' && verdict.receipts.every((one) => one.included || one.index === null);
}

function Findings({ verdict }: { verdict: Verdict }) {
  const found = verdict.receipts.filter((one) => one.included);
  const later = verdict.receipts.filter((one) => one.index === null);
  const broken = verdict.receipts.filter((one) => one.index !== null && !one.included);
  return (
    <ul className={css.checks} aria-label="What was checked">
      <Line good={verdict.signature === 'unsupported' ? null : verdict.signature === 'good'}>
        {verdict.signature === 'unsupported' ? 'This browser has no Ed25519: check the signature with the command line' : 'The signature is the log’s own'}
      </Line>
      <Line good={verdict.rootMatches}>The root follows from the tiles</Line>
      {found.length > 0 && (
        <Line good>
          {plural(found.length, 'receipt')} of this tab {found.length === 1 ? 'is' : 'are'} in the tree
        </Line>
      )}
      {later.length > 0 && (
        <Line good={null}>
          {plural(later.length, 'receipt')} {later.length === 1 ? 'is' : 'are'} newer than the checkpoint
        </Line>
      )}
      {broken.map((one) => (
        <Line key={one.entry} good={false}>
          Entry <code>{shortHash(one.entry)}</code> at {one.index} does not lead to the root
        </Line>
      ))}
    </ul>
  );
}

function Badge({ kind }: { kind: 'done' | 'danger' | 'waiting' }) {
  const Icon = kind === 'danger' ? TriangleAlert : ShieldCheck;
  return (
    <span className={css.badge} data-kind={kind}>
      <Icon size={20} aria-hidden />
    </span>
  );
}

function CheckpointCard({ status }: { status: LedgerStatus }) {
  const verify = useVerify(status);
  const verdict = verify.data;
  const good = verdict ? holds(verdict) : null;
  const word = good === null ? '' : good ? ' verified' : ' does not hold';
  return (
    <Card>
      <div className={css.checkpoint}>
        <div>
          <Badge kind={good === false ? 'danger' : status.ok ? 'done' : 'waiting'} />
          <div role="status">
            <strong>
              Ledger checkpoint {count(verdict?.size ?? status.checkpoint_size ?? status.size)}
              {word}
            </strong>
            <p>
              {moment(status.checkpoint_at)}
              {verdict && ', checked in this browser'}
            </p>
          </div>
          <Button pending={verify.isPending} onPress={() => verify.mutate()}>
            Verify now
          </Button>
        </div>
        <p className={css.root}>root {verdict?.root ?? status.root ?? '–'}</p>
        {verdict && <Findings verdict={verdict} />}
        {verify.error && <ErrorPanel problem={asProblem(verify.error)} />}
        {status.alarms.map((alarm) => (
          <Status key={alarm} kind="danger">
            {alarm}
          </Status>
        ))}
      </div>
    </Card>
  );
}

export function Verify() {
  const status = useLedgerStatus();
  if (status.error) return <ErrorPanel problem={asProblem(status.error)} onRetry={() => void status.refetch()} />;
  return status.data ? <CheckpointCard status={status.data} /> : null;
}
