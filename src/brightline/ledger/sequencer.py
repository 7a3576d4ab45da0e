"""The one sequencer: moves entries from the write-ahead log into the table, and signs checkpoints over them.

The turn itself happens inside the database (ledger/sql/30_integrate.sql): lock the state row (NOWAIT) → peek at the
slot → insert what is new, with the next indexes → note in the same transaction how far the log is now in the table →
commit. Only then is the slot let go on. Killed anywhere, the next turn finds either nothing done, or the rows and the
position that says so; what the slot gives again is skipped by that position. Rhythm, tiles and keys are here: this
login may add no entry, change none and read no body.

What may not happen in silence is written into the log itself: a message that isn't an entry becomes an entry
`malformed`; a slot that is further on than it was ever told to go becomes an entry `gap`.
"""

from __future__ import annotations

import contextlib
import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg

from brightline.ledger import continuing, keys
from brightline.ledger.book import PUBLICATION, Book, Held, slot_name
from brightline.ledger.chain import ACT, CONTINUES, ROTATIONS, Chain, Link, write_links
from brightline.ledger.checkpoint import Checkpoint
from brightline.ledger.errors import LogFault, SequencerFault
from brightline.ledger.introductions import ACT as RECEIPT_ACT
from brightline.ledger.introductions import RECEIPTS, write_introductions
from brightline.ledger.publish import Publisher, write_file
from brightline.ledger.tiles import CHECKPOINT

__all__ = ["PUBLICATION", "Book", "Sequencer", "Settings", "create_slot", "health", "slot_name"]

log = logging.getLogger(__name__)

# Between peeks that bring nothing the sequencer rests this many times as long as the last one took: while a large
# transaction is open every peek reads all of it again, and that must not take the machine. After one that brought
# entries it rests as long as that took, so that on a busy machine entries don't wait for a rested sequencer.
REST = 4.0
LONGEST_REST = 10.0
LONGEST_PAUSE = 1.0
# Where entries come faster than they are filed, what is filed is signed all the same: acts end when signatures do.
SIGN_UNDER_LOAD = 30.0


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


class Sequencer:
    """The loop. One per database; a second one is refused its turn. `turned` is called after each that went well."""

    def __init__(self, settings: Settings, *, turned: Callable[[], None] = lambda: None) -> None:
        self._settings = settings
        self._turned = turned
        self._signer = keys.load_or_create(settings.ledger_key, settings.origin)
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

    def links(self) -> list[Link]:
        """The rotations of the key so far."""
        with self._book() as book:
            return book.links()

    @contextlib.contextmanager
    def _book(self) -> Iterator[Book]:
        with psycopg.connect(self._settings.dsn, autocommit=True, application_name="sequencer") as conn:
            conn.prepare_threshold = None
            yield Book(conn)

    def _leave_word(self, text: str) -> None:
        with contextlib.suppress(psycopg.Error), self._book() as book:
            book.alarm(text)

    def _serve(self, book: Book, stop: threading.Event) -> None:
        done, looked = "", time.monotonic()
        while not stop.is_set():
            flushed, asked = book.pulse()
            moved, more, began = 0, False, time.monotonic()
            if flushed != done or time.monotonic() - looked > 5.0:
                (moved, more), looked, done = self._batch(book), time.monotonic(), flushed
            if not more and self._due(book, asked):
                self._drain(book)
                self._checkpoint(book)
            elif more and time.monotonic() - self._signed_at >= SIGN_UNDER_LOAD:
                self._checkpoint(book)
            self._turned()
            if not more:
                took = time.monotonic() - began
                rest = min(took, LONGEST_PAUSE) if moved else min(REST * took, LONGEST_REST)
                stop.wait(max(self._settings.poll_seconds, rest))

    def _due(self, book: Book, asked: datetime) -> bool:
        wished = self._handled is not None and asked != self._handled
        self._handled = asked
        fresh = book.size() - (self._floor.size if self._floor else -1)
        late = time.monotonic() - self._signed_at >= self._settings.checkpoint_seconds
        return bool(fresh) and (wished or late or fresh >= self._settings.checkpoint_entries)

    def _drain(self, book: Book) -> int:
        total, more = 0, True
        while more:
            moved, more = self._batch(book)
            total += moved
        return total

    def _batch(self, book: Book) -> tuple[int, bool]:
        """One turn, committed; then the slot may forget. (entries, is there more)"""
        moved, more = book.integrate(self._settings.batch)
        book.advance()
        return moved, more

    def _checkpoint(self, book: Book) -> Checkpoint:
        """Publish tiles, compare their root with the table's, sign, keep, and put the checkpoint in place."""
        with book.conn.transaction():
            tree = book.lock()
            fresh = self._take_key(book)
            if fresh and fresh.continues:
                self._begin_again(book, tree.size, fresh)
            if fresh:
                self._introduce(book, fresh)
                tree = book.lock()
            receipts = None if fresh else self._new_receipt_key(book)
            if receipts:
                book.introduce(RECEIPT_ACT, {"key": receipts}, {})
                tree = book.lock()
            publisher = self._adopted(book, tree.size)
            size, root, note = book.last_checkpoint()
            tiles_root = publisher.extend(tree.size, book.leaves)
            self._agree(publisher, tree, tiles_root, Checkpoint(origin=self.origin, size=size, root=root))
            named = fresh.signer.name if fresh else self.origin
            checkpoint = Checkpoint(origin=named, size=tree.size, root=tiles_root)
            if size != tree.size:
                note = checkpoint.sign(self._signer, *([fresh.signer] if fresh else []))
                book.add_checkpoint(checkpoint, note)
        publisher.commit(note, checkpoint.size)
        if fresh:
            self._change(book, fresh)
        elif receipts:
            self._tell_keys(book)
        self._floor, self._signed_at = checkpoint, time.monotonic()
        return checkpoint

    # ------------------------------------------------------------------------------ keys

    def _take_key(self, book: Book) -> keys.Pending | None:
        """The key in the secrets, which must be the log's, and the one that waits to follow it, if any."""
        waiting, links = keys.pending(self._settings.ledger_key), book.links()
        if waiting and links and links[-1].new == waiting.signer.verifier:
            # A crash came between the commit and the change of files.
            keys.finish(self._settings.ledger_key, waiting)
            self._publisher = waiting = None
        self._signer = keys.load(self._settings.ledger_key)
        known = links[-1].new.vkey() if links else book.signed_by()
        if known not in (None, self._signer.verifier.vkey()):
            raise SequencerFault(
                f"the key in {self._settings.ledger_key} isn't the one that signs this log: nothing was signed",
                hint="Put the right one back. A new key is introduced by `brightline ledger rotate-key`.",
            )
        return waiting

    def _introduce(self, book: Book, fresh: keys.Pending) -> None:
        """The entry that names the new key, the last under the checkpoint that both keys sign."""
        told = {"old": self._signer.verifier.vkey(), "new": fresh.signer.verifier.vkey(), "why": fresh.why}
        more = continuing.told(fresh.former, fresh.kept) if fresh.continues else {}
        book.introduce(CONTINUES if more else ACT, {**told, **more}, {"reason": fresh.reason, "by": fresh.by})

    def set_back(self) -> continuing.Former | None:
        """What was published and isn't in the table any more; None when all of it is."""
        with self._book() as book, book.conn.transaction():
            tree = book.lock()
            chain = Chain(keys.load(self._settings.ledger_key).verifier, book.links())
            return continuing.former(self._settings.folder, chain, tree.size, book.leaves)

    def _begin_again(self, book: Book, size: int, fresh: keys.Pending) -> None:
        """The former log's files go aside, as evidence. Refused where the newer table came back meanwhile."""
        folder = self._settings.folder
        if (folder / CHECKPOINT).exists():
            chain = Chain(self._signer.verifier, book.links())
            if continuing.former(folder, chain, size, book.leaves) is None:
                raise SequencerFault(
                    "a continuation waits, and the log isn't set back: nothing was signed",
                    hint=f"Delete {self._settings.ledger_key.with_name(keys.ROTATION)}; the log goes on as it was.",
                )
        continuing.set_aside(folder, fresh.former)
        self._publisher = self._floor = None

    def _new_receipt_key(self, book: Book) -> str | None:
        """The key that receipts are signed with, unless an entry introduced it already."""
        mine = self._settings.receipt_vkey
        known = {each.told()["key"] for each in book.receipt_keys()}
        return mine if mine is not None and mine not in known else None

    def _change(self, book: Book, fresh: keys.Pending) -> None:
        keys.finish(self._settings.ledger_key, fresh)
        self._signer = keys.load(self._settings.ledger_key)
        self._tell_keys(book)

    def _tell_keys(self, book: Book) -> None:
        """The public keys beside the tiles, and in the state, for status and export."""
        folder, receipt, mine = self._settings.folder, self._settings.receipt_vkey, self._signer.verifier.vkey()
        book.name_keys(self.origin, mine, receipt)
        if links := book.links():
            write_file(folder / ROTATIONS, write_links(links))
        if introduced := book.receipt_keys():
            write_file(folder / RECEIPTS, write_introductions(introduced))
        write_file(folder / "keys/ledger.vkey", f"{mine}\n".encode())
        if receipt:
            write_file(folder / "keys/receipt.vkey", f"{receipt}\n".encode())

    def _agree(self, publisher: Publisher, tree: Held, root: bytes, last: Checkpoint) -> None:
        """Nothing is signed that contradicts the table, or any checkpoint signed before."""
        if root != tree.root:
            self._publisher = None
            raise SequencerFault("tiles and table disagree: nothing was signed")
        for earlier in (last, self._floor):
            if earlier is None or not 0 < earlier.size <= tree.size:
                continue
            if publisher.root(earlier.size, tree.size) != earlier.root:
                raise SequencerFault(
                    f"the table no longer holds the {earlier.size} entries that were signed before",
                    hint="Entries were changed, or the table was set back. Keep all files, and call the overseer. "
                    + continuing.WAY_ON,
                )

    def _adopted(self, book: Book, size: int) -> Publisher:
        """The folder, after finding out how much of it is good; what isn't is written again."""
        if self._publisher is not None:
            return self._publisher
        folder = self._settings.folder
        publisher = Publisher(folder)
        floor = self._published(book, folder)
        if floor and floor.size > size:
            raise SequencerFault(
                f"{floor.size} entries were signed, the table has {size}: it was set back",
                hint=continuing.WAY_ON,
            )
        if floor:
            publisher.adopt(floor.size, floor.root)
        self._tell_keys(book)
        self._floor = floor
        self._publisher = publisher
        return publisher

    def _published(self, book: Book, folder: Path) -> Checkpoint | None:
        path = folder / CHECKPOINT
        if not path.exists():
            return None
        try:
            return Chain(self._signer.verifier, book.links()).open(path.read_bytes())
        except LogFault as error:
            log.warning("sequencer: the published checkpoint isn't ours (%s); publishing anew", error)
            return None


def create_slot(dsn: str, *, replace: bool = False) -> bool:
    """Make the slot of the database of `dsn` (as the installer: no other login may), once; whether it was made.

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
        conn.execute("SELECT pg_create_logical_replication_slot(%s, 'pgoutput', failover => true)", (slot,))
        return True


def health(conn: psycopg.Connection[Any]) -> dict[str, Any]:
    """How the log is doing: size, checkpoint, slot, lag, alarms (`ledger.health()`)."""
    row = conn.execute("SELECT ledger.health()::text").fetchone()
    answer: dict[str, Any] = json.loads(row[0]) if row else {}
    return answer
