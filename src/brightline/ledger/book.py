"""The sequencer's port to PostgreSQL: every statement that it makes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from brightline.ledger.chain import Link
from brightline.ledger.checkpoint import Checkpoint
from brightline.ledger.entry import Entry
from brightline.ledger.errors import SequencerFault
from brightline.ledger.tree import EMPTY_ROOT, Frontier
from brightline.ledger.turn import State
from brightline.ledger.wal import lsn, lsn_text

PUBLICATION = "brightline_line"
NOTE_BYTES = 16 << 20
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


class Book:
    """One connection as brightline_sequencer."""

    def __init__(self, conn: psycopg.Connection[Any]) -> None:
        self.conn = conn
        self.slot = slot_name(conn.info.dbname)
        self.noted = 0

    def lock(self) -> State:
        """Take the turn; raise SequencerFault when another has it or the slot is lost."""
        try:
            row = self.conn.execute(
                "SELECT s.size, s.frontier, s.confirmed, s.promised, s.cluster, s.newest, s.timeline,"
                " ('x' || lpad(left(pg_walfile_name(pg_current_wal_lsn()), 8), 8, '0'))::bit(32)::integer,"
                " (SELECT system_identifier::text FROM pg_control_system()),"
                " (SELECT r.confirmed_flush_lsn FROM pg_get_replication_slots() r"
                "  WHERE r.slot_name = %s AND r.wal_status <> 'lost')"
                " FROM ledger.state s FOR UPDATE OF s NOWAIT",
                (self.slot,),
            ).fetchone()
        except psycopg.errors.LockNotAvailable as error:
            raise SequencerFault("another sequencer is at work", hint="One is enough.") from error
        if row is None or row[9] is None:
            raise SequencerFault(
                f"the slot {self.slot} is missing: entries may be lost",
                hint="Find out who dropped it, then make it anew; the gap is written into the log.",
            )
        return State(
            frontier=Frontier.unpack(row[0], row[1]),
            confirmed=lsn(row[2]),
            promised=None if row[3] is None else lsn(row[3]),
            cluster=row[4],
            newest=row[5],
            timeline=row[6],
            now_on=row[7],
            here=row[8],
            slot=lsn(row[9]),
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
            " newest = %s, timeline = %s, seen = clock_timestamp(), alarm = NULL",
            (
                state.frontier.size,
                state.frontier.pack(),
                lsn_text(state.confirmed),
                None if state.promised is None else lsn_text(state.promised),
                state.here,
                state.newest,
                state.now_on,
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
        """(size, root, note with the cosignatures so far) of the newest; size -1 before the first."""
        row = self.conn.execute(
            "SELECT c.size, c.root, c.note, (SELECT string_agg(k.line, '' ORDER BY k.witness)"
            " FROM ledger.cosignature k WHERE k.size = c.size) FROM ledger.checkpoint c ORDER BY c.size DESC LIMIT 1"
        ).fetchone()
        return (row[0], bytes(row[1]), bytes(row[2]) + (row[3] or "").encode()) if row else (-1, EMPTY_ROOT, b"")

    def add_checkpoint(self, checkpoint: Checkpoint, note: bytes) -> None:
        """Keep a signed checkpoint."""
        self.conn.execute(
            "INSERT INTO ledger.checkpoint (size, root, note) VALUES (%s, %s, %s)",
            (checkpoint.size, checkpoint.root, note),
        )

    def signed_by(self) -> str | None:
        """The key that signed last, as this log says of itself; None before the first checkpoint."""
        row = self.conn.execute(
            "SELECT s.ledger_key FROM ledger.state s WHERE EXISTS (SELECT FROM ledger.checkpoint)"
        ).fetchone()
        return row[0] if row else None

    def links(self) -> list[Link]:
        """The rotations of the key so far, each with its entry's head and the checkpoint that both keys signed."""
        rows = self.conn.execute(
            "SELECT r.index, e.entry, e.head, e.head_salt, r.size, c.note FROM ledger.rotation r"
            " JOIN ledger.entry e ON e.index = r.index JOIN ledger.checkpoint c ON c.size = r.size ORDER BY r.index"
        ).fetchall()
        return [
            Link(index=i, entry=e, head=bytes(h), head_salt=bytes(hs), size=s, note=bytes(n))
            for i, e, h, hs, s, n in rows
        ]

    def add_rotation(self, index: int, size: int) -> None:
        """Note that the entry at `index` introduced a key, with the checkpoint of `size`."""
        self.conn.execute("INSERT INTO ledger.rotation (index, size) VALUES (%s, %s)", (index, size))

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


def slot_name(dbname: str) -> str:
    """The slot of a database. Slots belong to the server, so the name of the database is in it."""
    return "brightline_" + re.sub(r"[^a-z0-9_]", "_", dbname.lower())[:50]
