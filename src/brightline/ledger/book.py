"""The sequencer's port to PostgreSQL: every statement that it makes. What they may do is decided there (ledger/sql)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from brightline.ledger.chain import Link, link_of
from brightline.ledger.checkpoint import Checkpoint
from brightline.ledger.errors import SequencerFault
from brightline.ledger.introductions import Introduction
from brightline.ledger.tree import EMPTY_ROOT

PUBLICATION = "brightline_line"
NOTE_BYTES = 16 << 20
# So much of the log is looked at in one turn; after a look that brought nothing, twice as much in the next.
LOOK_BYTES = 64 << 20
REFUSED = "BL011"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The tree as the table has it, while the state's row is held."""

    size: int
    root: bytes


class Book:
    """One connection as brightline_sequencer."""

    def __init__(self, conn: psycopg.Connection[Any]) -> None:
        self.conn = conn
        self.slot = slot_name(conn.info.dbname)
        self._noted = 0
        self._look = LOOK_BYTES

    def lock(self) -> Held:
        """Take the turn until the transaction ends; SequencerFault when another has it or the slot is lost."""
        with _faults():
            row = self.conn.execute("SELECT size, root FROM ledger.hold()").fetchone()
        if row is None:
            raise SequencerFault("the ledger's tables are empty of their own rows")
        return Held(size=row[0], root=bytes(row[1]))

    def flush(self) -> None:
        """Have the server flush all that was written so far, since answers' entries don't wait for the disk.

        Taking the lock writes a record, and a synchronous commit flushes everything before its own.
        """
        self.conn.execute("SET synchronous_commit = on")
        with self.conn.transaction():
            self.lock()

    def integrate(self, most: int) -> tuple[int, bool]:
        """One turn of the log: (entries made, whether there is more). Nothing of it leaves the slot yet."""
        with _faults():
            row = self.conn.execute("SELECT moved, more FROM ledger.integrate(%s, %s)", (most, self._look)).fetchone()
        moved, more = (int(row[0]), bool(row[1])) if row else (0, False)
        self._look = min(self._look * 2, 1 << 40) if more and not moved else LOOK_BYTES
        return moved, more

    def advance(self) -> None:
        """Let the server forget what was integrated. Only after the commit of what came before it."""
        with _faults():
            row = self.conn.execute("SELECT pg_wal_lsn_diff(s.promised, '0/0')::bigint FROM ledger.state s").fetchone()
            promised = int(row[0] or 0) if row else 0
            far = promised - self._noted > NOTE_BYTES
            self.conn.execute("SELECT ledger.advance(%s)", (far,))
        if far:
            self._noted = promised

    def introduce(self, act: str, told: dict[str, Any], body: dict[str, Any]) -> int:
        """An entry in the log's own name that introduces a key, in the transaction of its checkpoint; its index."""
        with _faults():
            row = self.conn.execute("SELECT ledger.introduce(%s, %s, %s)", (act, Jsonb(told), Jsonb(body))).fetchone()
        return int(row[0]) if row else -1

    def alarm(self, text: str) -> None:
        """Leave word where overseers and doctor look."""
        self.conn.execute("SELECT ledger.alarm(%s)", (text,))

    def pulse(self) -> tuple[str, datetime]:
        """(how far the server's log is flushed, when a checkpoint was last asked for)."""
        row = self.conn.execute("SELECT pg_current_wal_flush_lsn()::text, asked FROM ledger.wish").fetchone()
        if row is None:
            raise SequencerFault("the ledger's tables are empty of their own rows")
        return row[0], row[1]

    def size(self) -> int:
        """How many entries the table holds."""
        row = self.conn.execute("SELECT size FROM ledger.state").fetchone()
        return int(row[0]) if row else 0

    def name_keys(self, origin: str, ledger_key: str, receipt_key: str | None) -> None:
        """Say whose log this is, for status and export."""
        with _faults():
            self.conn.execute("SELECT ledger.name_keys(%s, %s, %s)", (origin, ledger_key, receipt_key))

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
        """Keep a checkpoint; refused unless it is of the tree as the table has it, and signed by the log's key."""
        with _faults():
            self.conn.execute("SELECT ledger.add_checkpoint(%s, %s, %s)", (checkpoint.size, checkpoint.root, note))

    def signed_by(self) -> str | None:
        """The key that signed last, as this log says of itself; None before the first checkpoint."""
        row = self.conn.execute(
            "SELECT s.ledger_key FROM ledger.state s WHERE EXISTS (SELECT FROM ledger.checkpoint)"
        ).fetchone()
        return row[0] if row else None

    def links(self) -> list[Link]:
        """The rotations of the key so far, each with its entry's head and the checkpoint that both keys signed."""
        rows = self.conn.execute("SELECT index, entry, head, head_salt, size, note FROM ledger.links()").fetchall()
        return [
            link_of(Link(index=i, entry=e, head=bytes(h), head_salt=bytes(hs), size=s, note=bytes(n)))
            for i, e, h, hs, s, n in rows
        ]

    def receipt_keys(self) -> list[Introduction]:
        """The keys that sign receipts, each with its entry's head and the checkpoint over it."""
        rows = self.conn.execute(
            "SELECT index, entry, head, head_salt, size, note FROM ledger.receipt_keys()"
        ).fetchall()
        return [
            Introduction(index=i, entry=e, head=bytes(h), head_salt=bytes(hs), size=s, note=bytes(n))
            for i, e, h, hs, s, n in rows
        ]


@contextmanager
def _faults() -> Iterator[None]:
    """What the ledger's functions say, as faults of the sequencer."""
    try:
        yield
    except psycopg.errors.LockNotAvailable as error:
        raise SequencerFault("another sequencer is at work", hint="One is enough.") from error
    except psycopg.Error as error:
        if error.sqlstate != REFUSED:
            raise
        raise SequencerFault(str(error.diag.message_primary), hint=error.diag.message_hint or "") from error


def slot_name(dbname: str) -> str:
    """The slot of a database. Slots belong to the server, so the name of the database is in it."""
    return "brightline_" + re.sub(r"[^a-z0-9_]", "_", dbname.lower())[:50]
