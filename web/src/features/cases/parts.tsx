import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Download, FileText, History, Lock, Paperclip, ScanText } from 'lucide-react';
import { useState } from 'react';
import { FileTrigger } from 'react-aria-components';
import { saveFile } from '@/api/http';
import { asProblem } from '@/api/problem';
import type { Case, CaseItem, DocumentAdded, DocumentReading } from '@/api/types';
import { AddToChart } from '@/shared/controls/AddToChart';
import { Button } from '@/shared/controls/Button';
import { Segmented, TextField } from '@/shared/controls/fields';
import { Avatar } from '@/shared/controls/small';
import { Card } from '@/shared/data/data';
import { CategoryChip, MarkingChips, SourceChip } from '@/shared/identity/chips';
import { SchemaIcon } from '@/shared/identity/SchemaIcon';
import { Empty, ErrorPanel, Skeleton } from '@/shared/states/states';
import { bytes, day, moment, plural, shortHash, when } from '@/state/words';
import { useActivity, useCaseAct } from './api';
import { may } from './Approvals';
import { unread, useReadings, useWorks } from './work';
import { activityText, byCategory, changedSince, pageOf, things } from './view';
import css from './cases.module.css';

/** What its source no longer has: gone, not withheld. */
function LeftBehind({ item, left }: { item: CaseItem; left: NonNullable<CaseItem['left']> }) {
  return (
    <li className={css.item}>
      <SchemaIcon schema={left.schema ?? 'Document'} />
      <span>
        {left.caption ?? item.id}
        <small className={css.changed}>
          <History size={12} aria-hidden />
          The source no longer has it since {day(left.since)}; nothing of it is withheld
        </small>
      </span>
      <span>
        <SourceChip name={left.source} />
      </span>
      <small>{item.added_by}</small>
    </li>
  );
}

export function ItemRow({ item }: { item: CaseItem }) {
  const page = pageOf(item);
  const changed = changedSince(item);
  if (!item.visible) {
    return item.left ? (
      <LeftBehind item={item} left={item.left} />
    ) : (
      <li className={`${css.item} ${css.withheld}`}>
        <Lock size={14} role="img" aria-label="Withheld" />
        <span>
          Withheld from this purpose
          <small>
            <br />
            its source or marking is not open to you now
          </small>
        </span>
        <span />
        <small>{item.added_by}</small>
      </li>
    );
  }
  return (
    <li className={css.item}>
      <SchemaIcon schema={item.schema ?? 'Document'} />
      <span>
        {page ? (
          <Link to="/r/$id" params={{ id: page }}>
            {item.caption ?? item.id}
          </Link>
        ) : (
          (item.caption ?? item.id)
        )}
        {page && <AddToChart id={page} caption={item.caption ?? page} small />}
        {item.basis && <small>{item.basis}</small>}
        {item.version !== null && (
          <small>
            Relied on: version {item.version}
            {item.version_at && `, ${day(item.version_at)}`}
          </small>
        )}
        {changed && (
          <small className={css.changed}>
            <History size={12} aria-hidden />
            {changed}
            {page && (
              <>
                {' '}
                ·{' '}
                <Link to="/r/$id" params={{ id: page }}>
                  See the present version
                </Link>
              </>
            )}
          </small>
        )}
      </span>
      <span>
        {item.sources.slice(0, 2).map((one) => (
          <SourceChip key={one} name={one} />
        ))}{' '}
        {item.markings.length > 0 && <MarkingChips markings={item.markings} />}
      </span>
      <small>
        {item.added_by}
        {item.added_at && ` ${when(item.added_at)}`}
      </small>
    </li>
  );
}

export function PeopleCard({ one }: { one: Case }) {
  const groups = byCategory(one.items);
  const people = groups.reduce((sum, group) => sum + group.items.length, 0);
  return (
    <Card title="People" note={people}>
      {groups.length === 0 && <Empty title="Nobody yet">People come from a search, each with a category and the basis for it.</Empty>}
      {groups.map((group) => (
        <section key={group.category} aria-label={group.category}>
          <h3 className={css.group}>
            <CategoryChip category={group.category} />
            <small>{group.items.length}</small>
          </h3>
          <ul>
            {group.items.map((item) => (
              <ItemRow key={item.id} item={item} />
            ))}
          </ul>
        </section>
      ))}
    </Card>
  );
}

export function ItemsCard({ one }: { one: Case }) {
  const items = things(one.items);
  return (
    <Card title="Linked records" note={items.length}>
      {items.length === 0 && <Empty title="No records yet">Select rows in a search and press L to put them here.</Empty>}
      <ul>
        {items.map((item) => (
          <ItemRow key={item.id} item={item} />
        ))}
      </ul>
    </Card>
  );
}

function NoteForm({ one }: { one: Case }) {
  const [text, setText] = useState('');
  const [kind, setKind] = useState<'fact' | 'assessment'>('fact');
  const [basis, setBasis] = useState('');
  const add = useCaseAct(one.number, () => {
    setText('');
    setBasis('');
  });
  return (
    <form
      className={css.noteForm}
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim()) add.mutate({ act: 'notes', body: { text, kind, basis: basis || null } });
      }}>
      <TextField label="Add a note" hideLabel placeholder="Add a note" rows={2} value={text} onChange={setText} />
      {text && <TextField label="Basis" note="what it rests on" value={basis} onChange={setBasis} />}
      {add.error && <ErrorPanel problem={asProblem(add.error)} />}
      <div>
        <Segmented
          label="Fact or assessment"
          hideLabel
          value={kind}
          onChange={setKind}
          choices={[
            { id: 'fact', text: 'Fact' },
            { id: 'assessment', text: 'Assessment' },
          ]}
        />
        <Button type="submit" pending={add.isPending} blocked={!text.trim()}>
          Add
        </Button>
      </div>
    </form>
  );
}

export function NotesCard({ one }: { one: Case }) {
  return (
    <Card title="Notes" note={one.notes.length}>
      {one.notes.length === 0 && <Empty title="No notes yet">Each is a fact or an assessment, with its author.</Empty>}
      <ul>
        {one.notes.map((note) => (
          <li key={note.id} className={css.note}>
            <p>{note.text}</p>
            <small>
              {note.kind === 'fact' ? 'Fact' : 'Assessment'}
              {note.grade && ` ${note.grade}`}, {note.by}, {moment(note.at)}
              {note.basis && ` · ${note.basis}`}
            </small>
          </li>
        ))}
      </ul>
      {(may(one, 'note') || may(one, 'note_add')) && <NoteForm one={one} />}
    </Card>
  );
}

function Upload({ one }: { one: Case }) {
  const [file, setFile] = useState<File | null>(null);
  const add = useCaseAct(one.number, () => setFile(null));
  const send = () => {
    if (!file) return;
    const form = new FormData();
    form.append('file', file);
    if (one.state === 'draft' || one.state === 'returned') form.append('purpose', 'predicate');
    add.mutate({ act: 'documents', body: form });
  };
  const same = (add.data as DocumentAdded | undefined)?.same_as;
  return (
    <div>
      <form
        className={css.upload}
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}>
        <FileTrigger onSelect={(files) => setFile(files?.[0] ?? null)}>
          <Button>
            <Paperclip size={13} aria-hidden />
            Choose a document
          </Button>
        </FileTrigger>
        <span className={css.fileName}>{file?.name}</span>
        <Button type="submit" look="primary" pending={add.isPending} blocked={!file}>
          Add
        </Button>
      </form>
      {same && <p role="status">The case has this content already, as {same}; it is kept once.</p>}
      {add.error && <ErrorPanel problem={asProblem(add.error)} />}
    </div>
  );
}

/** What became of the text: found by a search under this case, or why not. */
function Reading({ reading }: { reading: DocumentReading | undefined }) {
  if (!reading) return <small>not read yet</small>;
  if (reading.state === 'waiting') return <small role="status">being read…</small>;
  if (reading.state === 'stopped') return <small title={reading.reason}>not read: {reading.reason}</small>;
  if (reading.state !== 'extracted')
    return (
      <small title={reading.reason}>
        {reading.state.replaceAll('_', ' ')}: {reading.reason}
      </small>
    );
  return (
    <small title={reading.reason}>
      {plural(reading.kept, 'page')} of text, searchable in this case
      {reading.reason && (
        <>
          <br />
          {reading.reason}
        </>
      )}
    </small>
  );
}

export function DocumentsCard({ one }: { one: Case }) {
  // Fetched, not linked: a plain link would carry no purpose, and without one the line gives nothing out.
  const save = useMutation({ mutationFn: (document: Case['documents'][number]) => saveFile(`/cases/${one.number}/documents/${document.id}`, document.name) });
  const read = useCaseAct(one.number);
  const works = useWorks(one);
  const readings = new Map((useReadings(one.number).data?.items ?? []).map((each) => [each.document, each]));
  return (
    <Card title="Documents" note={one.documents.length}>
      {save.error && <ErrorPanel problem={asProblem(save.error)} />}
      {read.error && <ErrorPanel problem={asProblem(read.error)} />}
      {one.documents.length === 0 && <Empty title="No documents yet">A criminal case needs the document that supports its predicate before it is submitted.</Empty>}
      <ul>
        {one.documents.map((document) => (
          <li key={document.id} className={css.doc}>
            <FileText size={16} aria-hidden />
            <div>
              <strong>{document.name}</strong>
              {document.also.length > 0 && <small>the same file as {document.also.join(', ')}</small>}
              <small>
                {bytes(document.size)}, sha256 <code>{shortHash(document.sha256)}</code>, {document.by}
              </small>{' '}
              <Reading reading={readings.get(document.id)} />
            </div>
            <small>{document.at && when(document.at)}</small>
            {works && unread(readings.get(document.id)) && (
              <Button
                size="small"
                label={`Read ${document.name}`}
                pending={read.isPending && read.variables.act.includes(document.id)}
                onPress={() => read.mutate({ act: `documents/${document.id}/read` })}>
                <ScanText size={13} aria-hidden />
                Read
              </Button>
            )}
            <Button size="small" label={`Save ${document.name}`} pending={save.isPending && save.variables === document} onPress={() => save.mutate(document)}>
              <Download size={13} aria-hidden />
              Save
            </Button>
          </li>
        ))}
      </ul>
      {(may(one, 'document') || may(one, 'document_add')) && <Upload one={one} />}
    </Card>
  );
}

export function MembersCard({ one }: { one: Case }) {
  const [account, setAccount] = useState('');
  const add = useCaseAct(one.number, () => setAccount(''));
  return (
    <Card title="Who works on it" note={one.members.length}>
      <ul>
        {one.members.map((member) => (
          <li key={`${member.account}-${member.capacity}`} className={css.doc}>
            <Avatar name={member.title || member.account} small />
            <div>
              <strong>{member.title || member.account}</strong>
            </div>
            <small>{member.capacity}</small>
          </li>
        ))}
      </ul>
      {(may(one, 'member') || may(one, 'member_add')) && (
        <form
          className={css.upload}
          onSubmit={(event) => {
            event.preventDefault();
            if (account.trim()) add.mutate({ act: 'members', body: { account: account.trim(), capacity: 'member' } });
          }}>
          <TextField label="Account to add" hideLabel placeholder="Account to add" value={account} onChange={setAccount} />
          <Button type="submit" pending={add.isPending} blocked={!account.trim()}>
            Add
          </Button>
        </form>
      )}
      {add.error && <ErrorPanel problem={asProblem(add.error)} />}
    </Card>
  );
}

/** Deconfliction within the regime: another unit holds the same person, and whom to ask. Never what it holds. */
export function PointersCard({ one }: { one: Case }) {
  if (one.pointers.length === 0) return null;
  return (
    <Card title="Also known elsewhere" note={plural(one.pointers.length, 'unit')}>
      <ul>
        {one.pointers.map((pointer, index) => (
          <li key={index} className={`${css.doc} ${css.withheld}`}>
            <Lock size={14} aria-hidden />
            <div>
              <strong>{pointer.unit}</strong>
              <small>Ask {pointer.contact}</small>
            </div>
          </li>
        ))}
      </ul>
    </Card>
  );
}

export function ActivityCard({ one: file }: { one: Case }) {
  const {
    answer: { data, isPending, error, refetch },
    pages,
  } = useActivity(file.number);
  const captions = new Map(file.items.map((item) => [item.id, item.caption ?? item.id]));
  return (
    <Card title="Activity" actions="Append only">
      {isPending && <Skeleton rows={4} />}
      {error && <ErrorPanel problem={asProblem(error)} onRetry={() => void refetch()} />}
      <ol className={css.time}>
        {data?.items.map((one, index) => (
          <li key={`${one.at}-${index}`}>
            <time dateTime={one.at}>{when(one.at)}</time>
            <span aria-hidden />
            <p>
              <strong>{one.title ?? one.by}</strong> {activityText(one, captions)}
              {one.entry && (
                <>
                  {' '}
                  · <code>{shortHash(one.entry)}</code>
                </>
              )}
            </p>
          </li>
        ))}
      </ol>
      {pages}
    </Card>
  );
}
