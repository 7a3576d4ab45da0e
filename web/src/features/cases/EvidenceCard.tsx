import { Archive, Camera, CircleX, Lock, PackageCheck, Shuffle, Truck, Undo2, type LucideIcon } from 'lucide-react';
import { useState } from 'react';
import { asProblem } from '@/api/problem';
import { useMe } from '@/api/queries';
import type { Case, Evidence } from '@/api/types';
import { Button } from '@/shared/controls/Button';
import { Select, TextField } from '@/shared/controls/fields';
import { Card, Pages } from '@/shared/data/data';
import { Empty, ErrorPanel, Skeleton, Status } from '@/shared/states/states';
import { moment, plural, shortHash } from '@/state/words';
import { EVIDENCE_PAGE, linkWords, shownLinks, useEvidence, useHandles, useItem, useWork, useWorks } from './work';
import css from './work.module.css';

const ICONS: Readonly<Record<string, LucideIcon>> = {
  seize: Camera,
  store: Archive,
  offer: Truck,
  accept: Truck,
  decline: CircleX,
  reassign: Shuffle,
  return: Undo2,
  forfeit: PackageCheck,
  destroy: CircleX,
};

/** The chain as steps in time; the ledger entry of each is its tooltip. */
function CustodyTrack({ item }: { item: Evidence }) {
  return (
    <>
      <ol className={css.track} aria-label={`Chain of custody of ${item.item}`}>
        {shownLinks(item.chain).map((link) => {
          const Icon = ICONS[link.act] ?? PackageCheck;
          const words = linkWords(link);
          return (
            <li key={link.n} title={`Ledger entry ${link.entry}`}>
              <i aria-hidden>
                <Icon size={13} />
              </i>
              <strong>{words.act}</strong>
              <span>{link.place}</span>
              <small>{moment(link.at)}</small>
              <small>{words.who}</small>
            </li>
          );
        })}
      </ol>
      <p className={css.hash}>
        <Lock size={12} aria-hidden />
        {item.sha256 ? <code>sha256 {shortHash(item.sha256)}</code> : <span>no content to hash</span>}
        {item.hashed === 'stated' && <span>typed in, never computed here</span>}
        <small>
          seal <code>{shortHash(item.chain.at(-1)?.seal ?? '')}</code>
          {item.cosigned > 0 && `, ${plural(item.cosigned, 'transfer')} signed by two people`}
        </small>
      </p>
    </>
  );
}

/** The custodian's and the taker's own signatures. `under`: the case, for whoever isn't its member. */
export function Handling({ number, item, others, under }: { number: string; item: Held; others: readonly { id: string; text: string }[] | null; under?: string }) {
  const me = useMe().data;
  const [to, setTo] = useState<string | null>(null);
  const [place, setPlace] = useState('');
  const [reason, setReason] = useState('');
  const send = useWork(
    number,
    () => {
      setPlace('');
      setTo(null);
      setReason('');
    },
    under ? { under, ...(item.revision ? { seen: item.revision } : {}) } : {},
  );
  const act = (name: 'accept' | 'decline' | 'offer' | 'store', body: unknown) => send.mutate({ act: `evidence/${item.item}/${name}`, body });
  const mine = item.custodian === me?.account;
  if (item.offered_to !== me?.account && !mine) return null;
  return (
    <div className={css.form}>
      {item.offered_to === me?.account && (
        <div className={css.row}>
          <Button look="primary" pending={send.isPending} onPress={() => act('accept', {})}>
            Accept {item.item}
          </Button>
        </div>
      )}
      {item.offered_to && (
        <div className={css.row}>
          <TextField label="Why not" value={reason} onChange={setReason} />
          <Button pending={send.isPending} blocked={!reason.trim()} onPress={() => act('decline', { reason })}>
            {mine ? 'Take the offer back' : 'Decline'}
          </Button>
        </div>
      )}
      {mine && !item.offered_to && (
        <div className={css.row}>
          <TextField label="Place" value={place} onChange={setPlace} />
          <Button pending={send.isPending} blocked={!place.trim()} onPress={() => act('store', { place })}>
            Store
          </Button>
          {others ? <Select label="Hand to" choices={others} value={to} onChange={setTo} /> : <TextField label="Hand to" value={to ?? ''} onChange={setTo} hint="Their account's name" />}
          <Button pending={send.isPending} blocked={!place.trim() || !to} onPress={() => act('offer', { to, place })}>
            Offer
          </Button>
        </div>
      )}
      {send.error && <ErrorPanel problem={asProblem(send.error)} />}
    </div>
  );
}

type Held = Pick<Evidence, 'item' | 'custodian' | 'offered_to' | 'revision'>;

const ENDS = [
  { id: 'return', text: 'Return' },
  { id: 'forfeit', text: 'Forfeit' },
  { id: 'destroy', text: 'Destroy' },
] as const;

/** What a supervisor of the unit decides who hasn't the item: another custodian, or its end. */
function Deciding({ one, item }: { one: Case; item: Evidence }) {
  const me = useMe().data;
  const [to, setTo] = useState('');
  const [place, setPlace] = useState('');
  const [reason, setReason] = useState('');
  const [end, setEnd] = useState<(typeof ENDS)[number]['id'] | null>(null);
  const send = useWork(one.number, () => {
    setTo('');
    setPlace('');
    setReason('');
    setEnd(null);
  });
  if (!item.custodian || item.custodian === me?.account) return null;
  return (
    <details className={css.form}>
      <summary>Decide as a supervisor</summary>
      <div className={css.row}>
        <TextField label="Place" value={place} onChange={setPlace} />
        <TextField label="Reason" value={reason} onChange={setReason} />
      </div>
      <div className={css.row}>
        <TextField label="New custodian" value={to} onChange={setTo} hint="Their account's name; they accept it" />
        <Button
          pending={send.isPending}
          blocked={!to.trim() || !place.trim() || reason.trim().length < 20}
          onPress={() => send.mutate({ act: `evidence/${item.item}/reassign`, body: { to, place, reason } })}>
          Give to another custodian
        </Button>
        <Select label="End" choices={ENDS} value={end} onChange={setEnd} />
        <Button
          pending={send.isPending}
          blocked={!end || !place.trim() || !reason.trim() || item.offered_to !== null}
          onPress={() => send.mutate({ act: `evidence/${item.item}/dispose`, body: { act: end, place, reason } })}>
          Decide
        </Button>
      </div>
      {send.error && <ErrorPanel problem={asProblem(send.error)} />}
    </details>
  );
}

function EvidenceRow({ one, item, open, works, decides }: { one: Case; item: Evidence; open: boolean; works: boolean; decides: boolean }) {
  const me = useMe().data;
  const others = one.members.filter((member) => !member.to && member.account !== me?.account).map((member) => ({ id: member.account, text: member.title || member.account }));
  return (
    <li className={css.evidence}>
      <details open={open}>
        <summary>
          <code>{item.item}</code>
          <strong>{item.title}</strong>
          <span>
            {item.offered_to ? (
              <Status kind="waiting" bare>
                offered to {item.offered_to_title}
              </Status>
            ) : (
              item.place
            )}
          </span>
          <Status kind={item.sealed ? 'done' : 'danger'} bare>{`${plural(item.links, 'link')}, ${item.sealed ? 'sealed' : 'seal broken'}`}</Status>
        </summary>
        <CustodyTrack item={item} />
        {works && <Handling number={one.number} item={item} others={others} />}
        {decides && <Deciding one={one} item={item} />}
      </details>
    </li>
  );
}

function AddEvidence({ one }: { one: Case }) {
  const [title, setTitle] = useState('');
  const [place, setPlace] = useState('');
  const [barcode, setBarcode] = useState('');
  const [file, setFile] = useState<string | null>(null);
  const add = useWork(one.number, () => {
    setTitle('');
    setPlace('');
    setBarcode('');
    setFile(null);
  });
  const files = one.documents.map((each) => ({ id: each.id, text: each.name }));
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault();
        add.mutate({ act: 'evidence', body: { title, place, barcode: barcode || null, document: file } });
      }}>
      <div className={css.row}>
        <TextField label="Item" value={title} onChange={setTitle} />
        <TextField label="Seized at" value={place} onChange={setPlace} />
        <TextField label="Barcode" value={barcode} onChange={setBarcode} />
        {files.length > 0 && <Select label="Its file" placeholder="None" choices={files} value={file} onChange={setFile} />}
        <Button type="submit" pending={add.isPending} blocked={title.trim().length < 3 || !place.trim()}>
          Take into evidence
        </Button>
      </div>
      {add.error && <ErrorPanel problem={asProblem(add.error)} />}
    </form>
  );
}

/** An item by its number or barcode: a case may have thousands. */
function FindItem({ one, decides, works }: { one: Case; decides: boolean; works: boolean }) {
  const [typed, setTyped] = useState('');
  const [asked, setAsked] = useState('');
  const found = useItem(one.number, asked);
  return (
    <>
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          setAsked(typed.trim().toUpperCase());
        }}>
        <div className={css.row}>
          <TextField label="Find an item" placeholder="EV-0230 or its barcode" value={typed} onChange={setTyped} />
          <Button type="submit" pending={found.isFetching} blocked={!typed.trim()}>
            Find
          </Button>
        </div>
        {found.error && <ErrorPanel problem={asProblem(found.error)} />}
      </form>
      {found.data && (
        <ul>
          <EvidenceRow one={one} item={found.data} open works={works} decides={decides} />
        </ul>
      )}
    </>
  );
}

type Listed = NonNullable<ReturnType<typeof useEvidence>['data']>;

function Seals({ broken }: { broken: readonly string[] }) {
  return (
    <Status kind={broken.length ? 'danger' : 'done'} bare>
      {broken.length ? `A seal is broken: ${broken.slice(0, 5).join(', ')}` : 'All seals verified now'}
    </Status>
  );
}

/** The items of a page with what may be done about each; in brief, the first ten to look at. */
function EvidenceList({ one, data, brief, at, onMove }: { one: Case; data: Listed; brief: boolean; at: number; onMove: (offset: number) => void }) {
  const handles = useHandles(one);
  const works = handles.works && !brief;
  const decides = handles.decides && !brief;
  const all = data.seals.items;
  return (
    <>
      {all === 0 && <Empty title="No evidence yet">What is seized gets a number, a custodian and a chain that is only added to.</Empty>}
      {!brief && all > EVIDENCE_PAGE && <FindItem one={one} works={works} decides={decides} />}
      <ul>
        {(brief ? data.items.slice(0, 10) : data.items).map((item, index) => (
          <EvidenceRow key={item.id} one={one} item={item} open={index === 0} works={works} decides={decides} />
        ))}
      </ul>
      {!brief && <Pages offset={at} limit={EVIDENCE_PAGE} total={data.total ?? null} more={data.more} onMove={onMove} />}
    </>
  );
}

export function EvidenceCard({ one, brief = false }: { one: Case; brief?: boolean }) {
  const [offset, setOffset] = useState(0);
  const { data, isPending, error, refetch } = useEvidence(one.number, offset);
  const adds = useWorks(one);
  return (
    <Card title="Evidence and chain of custody" note={data && plural(data.seals.items, 'item')} actions={data && data.seals.items > 0 && <Seals broken={data.seals.broken} />}>
      {isPending && <Skeleton rows={3} />}
      {error && <ErrorPanel problem={asProblem(error)} onRetry={() => void refetch()} />}
      {data && <EvidenceList one={one} data={data} brief={brief} at={offset} onMove={setOffset} />}
      {!brief && adds && <AddEvidence one={one} />}
    </Card>
  );
}
