import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { ask, get } from '@/api/http';
import { asProblem } from '@/api/problem';
import { useLedgerStatus, usePurpose, useScope } from '@/api/queries';
import type { LedgerEntryFull, Page as Listing } from '@/api/types';
import { Button } from '@/shared/controls/Button';
import { Select, TextField } from '@/shared/controls/fields';
import { Card, DataTable, KeyValue, Pages, Stats } from '@/shared/data/data';
import { Page } from '@/shared/frame/Page';
import { Empty, ErrorPanel, Skeleton } from '@/shared/states/states';
import { useReceipts, type KeptReceipt } from '@/state/receipts';
import { bytes, clock, count, moment, shortHash } from '@/state/words';
import { EntryTable, type Found } from './EntryTable';
import { Flags } from './Flags';
import { PromisedWork, VisibleSets } from './Kept';
import { Overview } from './Overview';
import { ReasonSamples } from './Reasons';
import { Verify } from './Verify';
import { Witnesses } from './Witnesses';
import css from './line.module.css';

function Figures() {
  const { data } = useLedgerStatus();
  if (!data) return null;
  return (
    <Stats
      figures={[
        { name: 'Entries', value: count(data.size), note: 'every act, reading included' },
        { name: 'Checkpoint', value: count(data.checkpoint_size), note: moment(data.checkpoint_at) },
        { name: 'Waiting for the tree', value: count(data.pending), note: `${bytes(data.lag_bytes ?? 0)} behind` },
        { name: 'Slot', value: data.slot ?? '–', note: 'of the write-ahead log' },
        data.ok
          ? { name: 'Alarms', value: '0', note: 'nothing is missing' }
          : { name: 'Alarms', value: count(Math.max(1, data.alarms.length)), note: data.alarms[0] ?? 'see doctor', kind: 'danger' as const },
      ]}
    />
  );
}

function Receipts({ narrow }: { narrow?: boolean }) {
  const receipts = useReceipts((state) => state.receipts);
  return (
    <Card title="Your acts in this tab" note={receipts.length} actions={narrow ? 'Receipts' : 'Receipts, kept until you switch'}>
      {receipts.length === 0 && <Empty title="No acts yet">Each search and view returns a receipt; the ledger must contain it.</Empty>}
      {receipts.length > 0 && (
        <DataTable
          label="Receipts"
          rows={receipts.slice(0, 20)}
          rowKey={(one) => one.entry}
          columns={[
            { id: 'at', head: 'When', tight: true, cell: (one) => clock(one.at) },
            { id: 'act', head: 'Act', long: (one) => one.act, cell: (one) => one.act },
            { id: 'entry', head: 'Entry', tight: true, cell: (one) => <code>{shortHash(one.entry)}</code> },
            ...(narrow ? [] : [{ id: 'leaf', head: 'Leaf', tight: true, cell: (one: KeptReceipt) => <code>{shortHash(one.leaf)}</code> }]),
          ]}
        />
      )}
    </Card>
  );
}

interface Asked {
  act: string;
  outcome: string;
  account: string;
  from: string;
  to: string;
  entity: string;
  words: string;
  rows: string;
}

const NOTHING: Asked = { act: 'any', outcome: 'any', account: '', from: '', to: '', entity: '', words: '', rows: 'acts' };
const ACTS = ['any', 'enter', 'search', 'view', 'change', 'export', 'crossing', 'disclosure', 'read-log', 'purge', 'gap', 'clock', 'resume', 'rotate-key', 'receipt-key'].map((id) => ({
  id,
  text: id === 'any' ? 'Any act' : id,
}));
const ROWS = [
  { id: 'acts', text: 'One row per act' },
  { id: 'technical', text: 'What pages ask' },
  { id: 'all', text: 'Every entry' },
];
const OUTCOMES = ['any', 'ok', 'refused', 'answer'].map((id) => ({ id, text: id === 'any' ? 'Any outcome' : id }));

function Filters({ onAsk }: { onAsk: (asked: Asked) => void }) {
  const [draft, setDraft] = useState(NOTHING);
  const change = (part: Partial<Asked>) => setDraft({ ...draft, ...part });
  return (
    <form
      className={css.filters}
      onSubmit={(event) => {
        event.preventDefault();
        onAsk(draft);
      }}>
      <Select label="Act" small choices={ACTS} value={draft.act} onChange={(act) => change({ act })} />
      <Select label="Outcome" small choices={OUTCOMES} value={draft.outcome} onChange={(outcome) => change({ outcome })} />
      <TextField label="Account" value={draft.account} onChange={(account) => change({ account })} />
      <TextField label="From" type="date" value={draft.from} onChange={(from) => change({ from })} />
      <TextField label="To" type="date" value={draft.to} onChange={(to) => change({ to })} />
      <Select label="Rows" small choices={ROWS} value={draft.rows} onChange={(rows) => change({ rows })} />
      <TextField label="Who saw this person" placeholder="id" value={draft.entity} onChange={(entity) => change({ entity, words: '' })} />
      <TextField label="Who asked for" placeholder="name or number" value={draft.words} onChange={(words) => change({ words, entity: '' })} />
      <Button type="submit" look="primary">
        Ask the log
      </Button>
    </form>
  );
}

const plain = (value: string) => (value === 'any' || value === '' ? undefined : value);

/** Three questions of one log: who was shown somebody, who asked for words, what was done. */
function answered(asked: Asked | null, offset: number): Promise<Listing<Found>> {
  if (!asked) return Promise.reject(new Error('nothing is asked yet'));
  const part = { from: asked.from, to: asked.to, limit: 50, offset };
  if (asked.entity) return get(`/ledger/who-saw/${encodeURIComponent(asked.entity)}`, part);
  if (asked.words) return ask('/ledger/who-asked', { ...part, words: asked.words, account: asked.account });
  return get('/ledger/entries', { ...part, act: plain(asked.act), outcome: plain(asked.outcome), account: asked.account, rows: asked.rows });
}

function said(asked: Asked | null): string {
  if (asked?.entity) return 'who saw this person';
  return asked?.words ? `who asked for ${asked.words}` : 'newest first';
}

/** Reading the log is an act in the log: it is asked for by a button, not by opening the page. */
function Entries() {
  const [asked, setAsked] = useState<Asked | null>(null);
  const [offset, setOffset] = useState(0);
  const scope = useScope();
  const answer = useQuery({ queryKey: [...scope, 'entries', asked, offset], queryFn: () => answered(asked, offset), enabled: asked !== null, retry: false });
  return (
    <Card title="Entries" note={said(asked)} actions="Reading the log is logged">
      <Filters
        onAsk={(next) => {
          setAsked(next);
          setOffset(0);
        }}
      />
      {answer.isFetching && <Skeleton rows={6} />}
      {answer.error && (
        <div className={css.pad}>
          <ErrorPanel problem={asProblem(answer.error)} onRetry={() => void answer.refetch()} />
        </div>
      )}
      {asked === null && <Empty title="Ask the log">Every act of every account is here: who, when, under which purpose, with which reason, and what was refused.</Empty>}
      {answer.data?.items.length === 0 && (
        <Empty title="No entry fits">
          {asked?.words ? 'Nobody asked for it, as far as the log goes. Names are compared word by word, numbers digit by digit.' : 'Leave a filter out, or take a longer time.'}
        </Empty>
      )}
      {answer.data && answer.data.items.length > 0 && !answer.isFetching && <EntryTable rows={answer.data.items} />}
      {answer.data && <Pages offset={offset} limit={50} total={answer.data.total} more={answer.data.more} onMove={setOffset} />}
    </Card>
  );
}

export function LinePage() {
  const overseer = usePurpose()?.kind === 'oversight';
  return (
    <Page title="The line">
      {overseer ? (
        <div className={css.stack}>
          <Overview />
          <Flags />
          <ReasonSamples />
          <PromisedWork />
          <VisibleSets />
          <Entries />
          <Figures />
          <Witnesses />
          <Receipts />
        </div>
      ) : (
        <>
          <Figures />
          <div className={css.grid}>
            <div className={css.stack}>
              <Receipts />
            </div>
            <div className={css.stack}>
              <Verify />
              <Witnesses />
            </div>
          </div>
        </>
      )}
    </Page>
  );
}

export function EntryPage() {
  const { entry } = useParams({ from: '/shell/line/$entry' });
  const scope = useScope();
  const answer = useQuery({ queryKey: [...scope, 'entry', entry], queryFn: () => get<LedgerEntryFull>(`/ledger/entries/${entry}`), retry: false });
  const one = answer.data;
  return (
    <Page title={one ? `Entry ${count(one.index)}` : 'Entry'} crumbs={[{ text: 'The line', node: <Link to="/line">The line</Link> }]}>
      {answer.isPending && <Skeleton rows={6} />}
      {answer.error && <ErrorPanel problem={asProblem(answer.error)} onRetry={() => void answer.refetch()} />}
      {one && (
        <div className={css.grid}>
          <div className={css.stack}>
            <Card title="Head" note="kept for good">
              <pre className={css.json} tabIndex={0}>
                {JSON.stringify(one.head, null, 2)}
              </pre>
            </Card>
            <Card title="Body" note={one.body ? 'erasable' : 'erased, the commitment stays'}>
              <pre className={css.json} tabIndex={0}>
                {one.body ? JSON.stringify(one.body, null, 2) : 'Erased by a purge certificate.'}
              </pre>
            </Card>
          </div>
          <div className={css.stack}>
            <Card title="Entry" padded>
              <KeyValue
                pairs={[
                  ['Id', <code key="i">{one.entry}</code>],
                  ['When', moment(one.at)],
                  ['Who', one.account ?? '–'],
                  ['Purpose', one.purpose ?? '–'],
                  ['Act', `${one.act}, ${one.name}`],
                  ['Outcome', one.outcome],
                  ['Reason', one.reason ?? '–'],
                  ['Leaf', <code key="l">{one.leaf}</code>],
                ]}
              />
            </Card>
            <Card title="Shown" note={count(one.shown.length)} padded>
              {one.shown.length === 0 ? (
                'No entity was shown.'
              ) : (
                <ul>
                  {one.shown.slice(0, 100).map((id) => (
                    <li key={id}>
                      <code>{id}</code>
                    </li>
                  ))}
                </ul>
              )}
            </Card>
          </div>
        </div>
      )}
    </Page>
  );
}
