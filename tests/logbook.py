"""Makes logs for tests: entries, published tiles, an export, all in a folder, without a database."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import UUID

from brightline.ledger import export
from brightline.ledger.chain import ROTATIONS, Link, write_links
from brightline.ledger.checkpoint import Checkpoint
from brightline.ledger.introductions import RECEIPTS, Introduction, write_introductions
from brightline.ledger.leaf import CURRENT, commitment, leaf_bytes
from brightline.ledger.note import Signer
from brightline.ledger.publish import Publisher
from brightline.ledger.record import Row
from brightline.ledger.tiles import FolderTiles

ORIGIN = "brightline.local/test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """An entry's texts and salts, as the line makes them."""

    entry: UUID
    head: bytes
    head_salt: bytes
    body: bytes
    body_salt: bytes
    version: int = CURRENT

    def leaf(self) -> bytes:
        """The leaf of this entry."""
        head, body = (
            commitment(salt, text, self.version)
            for salt, text in ((self.head_salt, self.head), (self.body_salt, self.body))
        )
        return leaf_bytes(self.entry, head, body, self.version)


def message(n: int, *, act: str = "search", outcome: str = "ok", **body: object) -> Message:
    """The n-th entry, the same in every run; every second one with a leaf of the first version."""
    dice = random.Random(n)
    head = {"time": f"2026-03-01T10:00:{n % 60:02d}.000000Z", "act": act, "name": act, "outcome": outcome}
    content = body or {"account": "Zoë", "params": {"q": f'Größe "{n}" \t ✓'}}
    return Message(
        entry=UUID(bytes=dice.randbytes(16)),
        head=json.dumps(head).encode(),
        head_salt=dice.randbytes(32),
        body=json.dumps(content, ensure_ascii=False).encode(),
        body_salt=dice.randbytes(32),
        version=1 + n % 2,
    )


@dataclass
class Logbook:
    """A log that grows. `leaves` may be changed behind its back, as an operator could."""

    folder: Path
    signer: Signer = field(default_factory=lambda: Signer.create(ORIGIN))
    receipts: Signer = field(default_factory=lambda: Signer.create(f"{ORIGIN}/receipt"))
    messages: list[Message] = field(default_factory=list)
    history: list[dict[str, object]] = field(default_factory=list)
    purged: set[UUID] = field(default_factory=set)
    links: list[Link] = field(default_factory=list)
    introduced: list[Introduction] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.publisher = Publisher(self.folder / "log", durable=False)

    @property
    def vkey(self) -> str:
        return self.signer.verifier.vkey()

    @property
    def tiles(self) -> FolderTiles:
        return FolderTiles(self.folder / "log")

    def leaves(self, start: int, end: int) -> Sequence[bytes]:
        return [m.leaf() for m in self.messages[start:end]]

    def add(self, count: int, make: Callable[[int], Message] = message) -> None:
        first = len(self.messages)
        self.messages += [make(n) for n in range(first, first + count)]

    def publish(self, *signers: Signer) -> bytes:
        """Sign what there is; the note."""
        size = len(self.messages)
        root = self.publisher.extend(size, self.leaves)
        note = Checkpoint(origin=self.signer.name, size=size, root=root).sign(*(signers or (self.signer,)))
        self.publisher.commit(note, size)
        self.history.append({"size": size, "note": note.decode()})
        return note

    def rotate(self) -> None:
        """A new key takes over, as the sequencer does it: by an entry, and a checkpoint that both sign."""
        old, new = self.signer, Signer.create(self.signer.name)
        told = {"old": old.verifier.vkey(), "new": new.verifier.vkey(), "why": "planned"}
        made = message(len(self.messages), act="rotate-key", **told)
        head = json.dumps(json.loads(made.head) | told).encode()
        self.messages.append(replace(made, head=head))
        note = self.publish(old, new)
        self.signer = new
        at = len(self.messages) - 1
        self.links.append(Link(index=at, entry=made.entry, head=head, head_salt=made.head_salt, size=at + 1, note=note))
        (self.folder / "log/keys").mkdir(exist_ok=True)
        (self.folder / "log" / ROTATIONS).write_bytes(write_links(self.links))

    def introduce(self, signer: Signer | None = None) -> None:
        """An entry names the key that signs receipts, and the log signs over it."""
        self.receipts = signer or self.receipts
        told = {"key": self.receipts.verifier.vkey()}
        made = message(len(self.messages), act="receipt-key", **told)
        head = json.dumps(json.loads(made.head) | told).encode()
        self.messages.append(replace(made, head=head))
        note, at = self.publish(), len(self.messages) - 1
        self.introduced.append(
            Introduction(index=at, entry=made.entry, head=head, head_salt=made.head_salt, size=at + 1, note=note)
        )
        (self.folder / "log/keys").mkdir(exist_ok=True)
        (self.folder / "log" / RECEIPTS).write_bytes(write_introductions(self.introduced))

    def rows(self) -> list[Row]:
        return [
            Row(
                index=n,
                entry=m.entry,
                head=m.head,
                head_salt=m.head_salt,
                body=None if m.entry in self.purged else m.body,
                body_salt=None if m.entry in self.purged else m.body_salt,
            )
            for n, m in enumerate(self.messages)
        ]

    def export(self, name: str = "export", stamps: Sequence[tuple[int, bytes]] = ()) -> Path:
        """An export of the newest checkpoint."""
        keys = {"ledger": self.vkey, "receipt": self.receipts.verifier.vkey()}
        export.write(self.folder / name, self.tiles, self.rows(), keys, self.history, export.Extra(stamps=stamps))
        return self.folder / name


def logbook(folder: Path, *sizes: int) -> Logbook:
    """A log with a checkpoint at each of these sizes."""
    book = Logbook(folder)
    for size in sizes:
        book.add(size - len(book.messages))
        book.publish()
    return book
