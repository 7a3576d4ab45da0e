import { Archive, Camera, CircleX, Lock, PackageCheck, Truck, Undo2, type LucideIcon } from 'lucide-react';
import { useState } from 'react';
import { asProblem } from '@/api/problem';
import { useMe } from '@/api/queries';
import type { Case, Evidence } from '@/api/types';
import { Button } from '@/shared/controls/Button';
import { Select, TextField } from '@/shared/controls/fields';
import { Card } from '@/shared/data/data';
import { Empty, ErrorPanel, Skeleton, Status } from '@/shared/states/states';
import { moment, plural, shortHash } from '@/state/words';
import { linkWords, shownLinks, useEvidence, useWork, useWorks } from './work';
import css from './work.module.css';

const ICONS: Readonly<Record<string, LucideIcon>> = { seize: Camera, store: Archive, offer: Truck, accept: Truck, decline: CircleX, return: Undo2, forfeit: PackageCheck, destroy: CircleX };

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
              <i aria-hidden><Icon size={13} /></i>
              <strong>{words.act}</strong><span>{link.place}</span><small>{moment(link.at)}</small><small>{words.who}</small>
            </li>
          );
        })}
      </ol>
      <p className={css.hash}><Lock size={12} aria-hidden />{item.sha256 ? <code>sha256 {shortHash(item.sha256)}</code> : <span>no content to hash</span>}<small>seal <code>{shortHash(item.chain.at(-1)?.seal ?? '')}</code>{item.cosigned > 0 && `, ${plural(item.cosigned, 'transfer')} signed by two people`}</small></p>
    </>
  );
}

function Handling({ one, item }: { one: Case; item: Evidence }) {
  const me = useMe().data;
  const [to, setTo] = useState<string | null>(null);
  const [place, setPlace] = useState('');
  const send = useWork(one.number, () => { setPlace(''); setTo(null); });
  const act = (name: string, body: unknown) => send.mutate({ act: `evidence/${item.item}/${name}`, body });
  const others = one.members.filter((member) => !member.to && member.account !== me?.account).map((member) => ({ id: member.account, text: member.title || member.account }));
  return (
    <div className={css.form}>
      {item.offered_to === me?.account && (
        <div className={css.row}><Button look="primary" pending={send.isPending} onPress={() => act('accept', {})}>Accept {item.item}</Button><Button onPress={() => act('decline', { reason: 'Declined by the person to whom it was offered.' })}>Decline</Button></div>
      )}
      {item.custodian === me?.account && !item.offered_to && (
        <div className={css.row}>
          <TextField label="Place" value={place} onChange={setPlace} />
          <Button pending={send.isPending} blocked={!place.trim()} onPress={() => act('store', { place })}>Store</Button>
          <Select label="Hand to" choices={others} value={to} onChange={setTo} />
          <Button pending={send.isPending} blocked={!place.trim() || !to} onPress={() => act('offer', { to, place })}>Offer</Button>
        </div>
      )}
      {send.error && <ErrorPanel problem={asProblem(send.error)} />}
    </div>
  );
}

function EvidenceRow({ one, item, open, works }: { one: Case; item: Evidence; open: boolean; works: boolean }) {
  return (
    <li className={css.evidence}>
      <details open={open}>
        <summary>
          <code>{item.item}</code><strong>{item.title}</strong>
          <span>{item.offered_to ? <Status kind="waiting" bare>offered to {item.offered_to_title}</Status> : item.place}</span>
          <Status kind={item.sealed ? 'done' : 'danger'} bare>{`${plural(item.links, 'link')}, ${item.sealed ? 'sealed' : 'seal broken'}`}</Status>
        </summary>
        <CustodyTrack item={item} />
        {works && <Handling one={one} item={item} />}
      </details>
    </li>
  );
}

function AddEvidence({ one }: { one: Case }) {
  const [title, setTitle] = useState('');
  const [place, setPlace] = useState('');
  const [barcode, setBarcode] = useState('');
  const add = useWork(one.number, () => { setTitle(''); setPlace(''); setBarcode(''); });
  return (
    <form className={css.form} onSubmit={(event) => { event.preventDefault(); add.mutate({ act: 'evidence', body: { title, place, barcode: barcode || null } }); }}>
      <div className={css.row}>
        <TextField label="Item" value={title} onChange={setTitle} />
        <TextField label="Seized at" value={place} onChange={setPlace} />
        <TextField label="Barcode" value={barcode} onChange={setBarcode} />
        <Button type="submit" pending={add.isPending} blocked={title.trim().length < 3 || !place.trim()}>Take into evidence</Button>
      </div>
      {add.error && <ErrorPanel problem={asProblem(add.error)} />}
    </form>
  );
}

export function EvidenceCard({ one, brief = false }: { one: Case; brief?: boolean }) {
  const { data, isPending, error, refetch } = useEvidence(one.number);
  const works = useWorks(one);
  const items = data?.items ?? [];
  const sound = items.every((item) => item.sealed);
  return (
    <Card title="Evidence and chain of custody" note={plural(items.length, 'item')} actions={items.length > 0 && <Status kind={sound ? 'done' : 'danger'} bare>{sound ? 'All seals verified now' : 'A seal is broken'}</Status>}>
      {isPending && <Skeleton rows={3} />}
      {error && <ErrorPanel problem={asProblem(error)} onRetry={() => void refetch()} />}
      {data && items.length === 0 && <Empty title="No evidence yet">What is seized gets a number, a custodian and a chain that is only added to.</Empty>}
      <ul>{items.map((item, index) => <EvidenceRow key={item.id} one={one} item={item} open={index === 0} works={works && !brief} />)}</ul>
      {!brief && works && <AddEvidence one={one} />}
    </Card>
  );
}
