"""The one sequencer: moves entries from the write-ahead log into the table, and signs checkpoints over them.

A turn: lock the state row (NOWAIT) → peek at the slot → insert what is new, with the next indexes → note in
the same transaction how far the log is now in the table → commit → only then let the slot advance. Killed
anywhere, the next turn finds either nothing done, or the rows and the position that says so; what the slot
gives again is skipped by that position.

What may not happen in silence is written into the log itself: a message that isn't an entry becomes an entry
`malformed`; a slot that is further on than it was ever told to go becomes an entry `gap`.
"""

from __future__ import annotations

import contextlib
import json
import logging
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from brightline.ledger.checkpoint import Checkpoint, open_checkpoint
from brightline.ledger.entry import Entry
from brightline.ledger.errors import LogFault, SequencerFault
from brightline.ledger.keys import load_or_create
from brightline.ledger.publish import Publisher, write_file
from brightline.ledger.tiles import CHECKPOINT
from brightline.ledger.tree import EMPTY_ROOT, Frontier, leaf_hash
from brightline.ledger.turn import State, distinct, turn
from brightline.ledger.wal import lsn, lsn_text

log = logging.getLogger(__name__)

PUBLICATION = "brightline_line"
# Without entries the slot is moved on only after this much of the log, since each move is a write.
IDLE_BYTES = 1 << 20
NOTE_BYTES = 16 << 20
# Between peeks the sequencer rests this many times as long as the last one took: while a large transaction is
# open every peek reads all of it again, and that must not take the machine.
REST = 4.0
LONGEST_REST = 10.0
# Types of the binary COPY; a pg_lsn travels as the same eight bytes as an int8.
_COLUMNS = {
    "index": "int8",
    "entry": "uuid",
    "lsn": "int8",
    "at": "timestamptz",
    "act": "text",
    "name": "text",
    "outcome": "text",
    "regime": "text",
    "unit": "text",
    "of": "uuid",
    "head": "bytea",
    "head_salt": "bytea",
    "body": "bytea",
    "body_salt": "bytea",
    "leaf": "bytea",
    "shown": "uuid[]",
    "inquiry": "uuid",
    "account": "uuid",
    "purpose": "uuid",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How to reach the database (as brightline_sequencer), where tiles and key lie, how often to sign."""

    dsn: str
    folder: Path
    ledger_key: Path
    origin: str
    receipt_vkey: str | None = None
    checkpoint_seconds: float = 10.0
    checkpoint_entries: int = 4096
    batch: int = 2000
    poll_seconds: float = 0.25


class Book:
    """The port to PostgreSQL: every statement the sequencer makes."""

    def __init__(self, conn: psycopg.Connection[Any]) -> None:
        self.conn = conn
        self.slot = slot_name(conn.info.dbname)
        self.noted = 0

    def lock(self) -> State:
        """Take the turn; raise SequencerFault when another has it or the slot is lost."""
        try:
            row = self.conn.execute(
                "SELECT s.size, s.frontier, s.confirmed, s.promised, s.cluster,"
                " (SELECT system_identifier::text FROM pg_control_system()),"
                " (SELECT r.confirmed_flush_lsn FROM pg_get_replication_slots() r"
                "  WHERE r.slot_name = %s AND r.wal_status <> 'lost')"
                " FROM ledger.state s FOR UPDATE OF s NOWAIT",
                (self.slot,),
            ).fetchone()
        except psycopg.errors.LockNotAvailable as error:
            raise SequencerFault("another sequencer is at work", hint="One is enough.") from error
        if row is None or row[6] is None:
            raise SequencerFault(
                f"the slot {self.slot} is missing: entries may be lost",
                hint="Find out who dropped it, then make it anew; the gap is written into the log.",
            )
        return State(
            frontier=Frontier.unpack(row[0], row[1]),
            confirmed=lsn(row[2]),
            promised=None if row[3] is None else lsn(row[3]),
            cluster=row[4],
            here=row[5],
            slot=lsn(row[6]),
        )

    def flush(self) -> None:
        """Have the server flush all that was written so far, since answers' entries don't wait for the disk.

        Taking the lock writes a record, and a synchronous commit flushes everything before its own.
        """
        self.conn.execute("SET synchronous_commit = on")
        with self.conn.transaction():
            self.lock()

    def peek(self, most: int) -> tuple[int, list[bytes]]:
        """(how far was looked, the rows that the slot gives); nothing is consumed."""
        end = lsn(self._value("SELECT pg_current_wal_flush_lsn()"))
        rows = self.conn.execute(
            "SELECT data FROM pg_logical_slot_peek_binary_changes(%s, %s, %s, 'proto_version', '1',"
            " 'publication_names', %s, 'messages', 'true')",
            (self.slot, lsn_text(end), most, PUBLICATION),
        ).fetchall()
        return end, [bytes(row[0]) for row in rows]

    def known(self, ids: Sequence[UUID]) -> set[UUID]:
        """Which of these ids entries have already."""
        found = self.conn.execute("SELECT entry FROM ledger.entry WHERE entry = ANY(%s)", (list(ids),))
        return {row[0] for row in found}

    def insert(self, first: int, entries: Sequence[Entry]) -> None:
        """Add rows with indexes from `first`; erase what a purge among them names; count acts."""
        columns = ", ".join(_COLUMNS)
        with self.conn.cursor() as cur, cur.copy(f"COPY ledger.entry ({columns}) FROM STDIN (FORMAT binary)") as copy:
            copy.set_types(list(_COLUMNS.values()))
            for index, entry in enumerate(entries, first):
                copy.write_row(_row(index, entry))
        for entry in entries:
            if entry.is_purge:
                self.conn.execute("SELECT ledger.erase(%s)", (entry.message.entry,))
        acts = Counter(str(e.inquiry) for e in entries if e.inquiry and e.outcome == "ok")
        if acts:
            counts = [{"inquiry": inquiry, "n": n} for inquiry, n in acts.items()]
            self.conn.execute("SELECT line.count_acts(%s)", (Jsonb(counts),))

    def save(self, state: State) -> None:
        """Write the state in the transaction of the rows it speaks of."""
        self.conn.execute(
            "UPDATE ledger.state SET size = %s, frontier = %s, confirmed = %s, promised = %s, cluster = %s,"
            " seen = clock_timestamp(), alarm = NULL",
            (
                state.frontier.size,
                state.frontier.pack(),
                lsn_text(state.confirmed),
                lsn_text(state.promised or 0),
                state.here,
            ),
        )

    def advance(self, position: int) -> None:
        """Let the server forget what lies before `position`. Only after the commit of what came before it.

        Each peek decodes again from where the server last noted which transactions were running. It does so
        every 15 seconds by itself; asked here after much was integrated, it has less to read again.
        """
        self.conn.execute("SELECT pg_replication_slot_advance(%s, %s)", (self.slot, lsn_text(position)))
        if position - self.noted > NOTE_BYTES:
            self.conn.execute("SELECT pg_log_standby_snapshot()")
            self.noted = position

    def alarm(self, text: str) -> None:
        """Leave word where overseers and doctor look."""
        self.conn.execute("UPDATE ledger.state SET alarm = %s, seen = clock_timestamp()", (text,))

    def pulse(self) -> tuple[int, datetime]:
        """(how far the server's log is flushed, when a checkpoint was last asked for)."""
        row = self.conn.execute("SELECT pg_current_wal_flush_lsn(), asked FROM ledger.wish").fetchone()
        if row is None:
            raise SequencerFault("the ledger's tables are empty of their own rows")
        return lsn(row[0]), row[1]

    def name_keys(self, origin: str, ledger_key: str, receipt_key: str | None) -> None:
        """Say whose log this is, for status and export."""
        self.conn.execute(
            "UPDATE ledger.state SET origin = %s, ledger_key = %s, receipt_key = %s"
            " WHERE (origin, ledger_key, receipt_key) IS DISTINCT FROM (%s, %s, %s)",
            (origin, ledger_key, receipt_key) * 2,
        )

    def leaves(self, start: int, end: int) -> Iterator[bytes]:
        """The leaves of the table in order, streamed."""
        with self.conn.cursor(name="leaves") as cur:
            cur.itersize = 4096
            cur.execute("SELECT leaf FROM ledger.entry WHERE index >= %s AND index < %s ORDER BY index", (start, end))
            for row in cur:
                yield bytes(row[0])

    def last_checkpoint(self) -> tuple[int, bytes, bytes]:
        """(size, root, note) of the newest; size -1 before the first."""
        row = self.conn.execute("SELECT size, root, note FROM ledger.checkpoint ORDER BY size DESC LIMIT 1").fetchone()
        return (row[0], bytes(row[1]), bytes(row[2])) if row else (-1, EMPTY_ROOT, b"")

    def add_checkpoint(self, checkpoint: Checkpoint, note: bytes) -> None:
        """Keep a signed checkpoint."""
        self.conn.execute(
            "INSERT INTO ledger.checkpoint (size, root, note) VALUES (%s, %s, %s)",
            (checkpoint.size, checkpoint.root, note),
        )

    def _value(self, statement: str) -> str:
        row = self.conn.execute(statement).fetchone()
        return str(row[0]) if row else ""


def _row(index: int, entry: Entry) -> tuple[Any, ...]:
    message = entry.message
    return (
        index,
        message.entry,
        entry.position,
        entry.at,
        entry.act,
        entry.name,
        entry.outcome,
        entry.regime,
        entry.unit,
        entry.of,
        message.head,
        message.head_salt,
        message.body,
        message.body_salt,
        entry.leaf,
        entry.shown,
        entry.inquiry,
        entry.account,
        entry.purpose,
    )


class Sequencer:
    """The loop. One per database; a second one is refused its turn."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._signer = load_or_create(settings.ledger_key, settings.origin)
        self._publisher: Publisher | None = None
        self._floor: Checkpoint | None = None
        self._signed_at = float("-inf")
        self._handled: datetime | None = None

    @property
    def origin(self) -> str:
        """The name under which this log signs: its key's."""
        return self._signer.name

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set. Faults are written to the alarm and tried again, ever more slowly."""
        pause = self._settings.poll_seconds
        while not stop.is_set():
            try:
                with self._book() as book:
                    pause = self._settings.poll_seconds
                    self._serve(book, stop)
            except (psycopg.Error, LogFault, SequencerFault, OSError) as error:
                log.error("sequencer: %s", error)
                self._publisher = None
                self._leave_word(str(error))
                pause = min(pause * 2, 30.0)
                stop.wait(pause)

    def drain(self, *, checkpoint: bool = False) -> int:
        """Integrate all that was written until now; the number of entries. For backup, upgrade, tests."""
        with self._book() as book:
            book.flush()
            count = self._drain(book)
            if checkpoint:
                self._checkpoint(book)
            return count

    def checkpoint(self) -> Checkpoint:
        """Integrate all, sign, publish; the checkpoint."""
        with self._book() as book:
            book.flush()
            self._drain(book)
            return self._checkpoint(book)

    @contextlib.contextmanager
    def _book(self) -> Iterator[Book]:
        with psycopg.connect(self._settings.dsn, autocommit=True, application_name="sequencer") as conn:
            conn.prepare_threshold = None
            yield Book(conn)

    def _leave_word(self, text: str) -> None:
        with contextlib.suppress(psycopg.Error), self._book() as book:
            book.alarm(text)

    def _serve(self, book: Book, stop: threading.Event) -> None:
        done, looked = -1, time.monotonic()
        while not stop.is_set():
            flushed, asked = book.pulse()
            more, began = False, time.monotonic()
            if flushed != done or time.monotonic() - looked > 5.0:
                (_, more), looked, done = self._batch(book), time.monotonic(), flushed
            if not more and self._due(book, asked):
                self._drain(book)
                self._checkpoint(book)
            if not more:
                took = time.monotonic() - began
                stop.wait(max(self._settings.poll_seconds, min(REST * took, LONGEST_REST)))

    def _due(self, book: Book, asked: datetime) -> bool:
        wished = self._handled is not None and asked != self._handled
        self._handled = asked
        fresh = self._size(book) - (self._floor.size if self._floor else -1)
        late = time.monotonic() - self._signed_at >= self._settings.checkpoint_seconds
        return bool(fresh) and (wished or late or fresh >= self._settings.checkpoint_entries)

    def _size(self, book: Book) -> int:
        row = book.conn.execute("SELECT size FROM ledger.state").fetchone()
        return int(row[0]) if row else 0

    def _drain(self, book: Book) -> int:
        total, more = 0, True
        while more:
            moved, more = self._batch(book)
            total += moved
        return total

    def _batch(self, book: Book) -> tuple[int, bool]:
        """One turn: rows in, position noted, commit; then the slot may forget. (entries, is there more)"""
        with book.conn.transaction():
            state = book.lock()
            looked, rows = book.peek(self._settings.batch)
            made = turn(state, rows, looked=looked, full=len(rows) >= self._settings.batch)
            if not made.entries and not made.rows and made.end - state.slot < IDLE_BYTES:
                return 0, False
            entries = distinct(made.entries, book.known([e.message.entry for e in made.entries]))
            if entries:
                book.insert(state.frontier.size, entries)
            for entry in entries:
                state.frontier.append(leaf_hash(entry.leaf))
            state.confirmed, state.promised = made.confirmed, made.end
            book.save(state)
        book.advance(made.end)
        return len(entries), made.more

    def _checkpoint(self, book: Book) -> Checkpoint:
        """Publish tiles, compare their root with the table's, sign, keep, and put the checkpoint in place."""
        with book.conn.transaction():
            frontier = book.lock().frontier
            publisher = self._adopted(book, frontier.size)
            size, root, note = book.last_checkpoint()
            tiles_root = publisher.extend(frontier.size, book.leaves)
            self._agree(publisher, frontier, tiles_root, Checkpoint(origin=self.origin, size=size, root=root))
            checkpoint = Checkpoint(origin=self.origin, size=frontier.size, root=tiles_root)
            if size != frontier.size:
                note = checkpoint.sign(self._signer)
                book.add_checkpoint(checkpoint, note)
        publisher.commit(note, checkpoint.size)
        self._floor, self._signed_at = checkpoint, time.monotonic()
        return checkpoint

    def _agree(self, publisher: Publisher, frontier: Frontier, root: bytes, last: Checkpoint) -> None:
        """Nothing is signed that contradicts the table, or any checkpoint signed before."""
        if root != frontier.root():
            self._publisher = None
            raise SequencerFault("tiles and table disagree: nothing was signed")
        for earlier in (last, self._floor):
            if earlier is None or not 0 < earlier.size <= frontier.size:
                continue
            if publisher.root(earlier.size, frontier.size) != earlier.root:
                raise SequencerFault(
                    f"the table no longer holds the {earlier.size} entries that were signed before",
                    hint="Entries were changed. Keep all files, and call the overseer.",
                )

    def _adopted(self, book: Book, size: int) -> Publisher:
        """The folder, after finding out how much of it is good; what isn't is written again."""
        if self._publisher is not None:
            return self._publisher
        folder = self._settings.folder
        publisher = Publisher(folder)
        floor = self._published(folder)
        if floor and floor.size > size:
            raise SequencerFault(
                f"{floor.size} entries were signed, the table has {size}: it was set back",
                hint="Restore the newer table, or begin a log of another name; this one can't go on.",
            )
        if floor:
            publisher.adopt(floor.size, floor.root)
        receipt = self._settings.receipt_vkey
        book.name_keys(self.origin, self._signer.verifier.vkey(), receipt)
        write_file(folder / "keys/ledger.vkey", f"{self._signer.verifier.vkey()}\n".encode())
        if receipt:
            write_file(folder / "keys/receipt.vkey", f"{receipt}\n".encode())
        self._floor = floor
        self._publisher = publisher
        return publisher

    def _published(self, folder: Path) -> Checkpoint | None:
        path = folder / CHECKPOINT
        if not path.exists():
            return None
        try:
            return open_checkpoint(path.read_bytes(), self._signer.verifier)
        except LogFault as error:
            log.warning("sequencer: the published checkpoint isn't ours (%s); publishing anew", error)
            return None


def slot_name(dbname: str) -> str:
    """The slot of a database. Slots belong to the server, so the name of the database is in it."""
    return "brightline_" + re.sub(r"[^a-z0-9_]", "_", dbname.lower())[:50]


def create_slot(dsn: str, *, replace: bool = False) -> bool:
    """Make the slot of the database of `dsn` (as brightline_sequencer), once; whether it was made.

    When the log knows of a slot that is gone, a new one is made only if told so (`replace`): the sequencer
    then writes a `gap` entry, since what happened between the two is lost.
    """
    with psycopg.connect(dsn, autocommit=True) as conn:
        slot = slot_name(conn.info.dbname)
        if conn.execute("SELECT 1 FROM pg_get_replication_slots() WHERE slot_name = %s", (slot,)).fetchone():
            return False
        row = conn.execute("SELECT promised FROM ledger.state").fetchone()
        if row and row[0] is not None and not replace:
            raise SequencerFault(f"the slot {slot} was lost", hint="Making it anew leaves a gap; say so.")
        conn.execute("SELECT pg_create_logical_replication_slot(%s, 'pgoutput')", (slot,))
        return True


def health(conn: psycopg.Connection[Any]) -> dict[str, Any]:
    """How the log is doing: size, checkpoint, slot, lag, alarms (`ledger.health()`)."""
    row = conn.execute("SELECT ledger.health()::text").fetchone()
    answer: dict[str, Any] = json.loads(row[0]) if row else {}
    return answer
