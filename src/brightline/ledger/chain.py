"""The keys of a log over time: each new one is introduced by an entry, and by a checkpoint that both keys signed.

keys/rotations.jsonl, one line a rotation, oldest first; public, so that the chain can be followed from tiles alone:

    {"index", "entry", "head", "head_salt", "size", "note"}

`head` is the exact head of the entry `index`: act `rotate-key`, outcome `ok`, `old`, `new` (verifier keys), `why`
(planned | compromised). `note` is the checkpoint of `size` entries, which holds the entry, signed by old and new.
A link holds when the head is the one that the leaf commits to, the note carries both signatures, and its root is
the tree's. So whoever has any key of the chain can find the others, and nobody can slip one in.

A log that was set back, and whose newest entries nobody has any more, goes on under another name (`continue`): the
same line, whose head also has `kept` (how many entries of the former log are in this one), `lost` {from, to} and
`former`, the last checkpoint of the former log with whatever witnesses signed of it. The new key's name is the former
one's with `/continued-2` (3, 4 …) after it, so that nobody is asked to sign two trees of one name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self
from uuid import UUID

from brightline.ledger.canonical import loads_object
from brightline.ledger.checkpoint import Checkpoint, open_checkpoint
from brightline.ledger.errors import BadSignature, LogFault, MalformedNote
from brightline.ledger.leaf import commits
from brightline.ledger.note import Verifier, open_note

ROTATIONS = "keys/rotations.jsonl"
ACT = "rotate-key"
REASONS = ("planned", "compromised")
CONTINUES = "continue"
SET_BACK = "set-back"
_CONTINUED = re.compile(r"(?P<name>.*)/continued-(?P<number>[1-9][0-9]{0,5})")
_KEYS = ("index", "entry", "head", "head_salt", "size", "note")


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One rotation, as it is published."""

    index: int
    entry: UUID
    head: bytes
    head_salt: bytes
    size: int
    note: bytes
    act: ClassVar[str] = ACT
    reasons: ClassVar[tuple[str, ...]] = REASONS

    def line(self) -> bytes:
        """Its line, newline included: one spelling."""
        values = (self.index, str(self.entry), self.head.decode(), self.head_salt.hex(), self.size, self.note.decode())
        return json.dumps(dict(zip(_KEYS, values, strict=True)), ensure_ascii=False).encode() + b"\n"

    @classmethod
    def parse(cls, line: bytes) -> Self:
        """Read a line strictly."""
        try:
            got = loads_object(line)
            made = cls(
                index=int(got["index"]),
                entry=UUID(got["entry"]),
                head=got["head"].encode(),
                head_salt=bytes.fromhex(got["head_salt"]),
                size=int(got["size"]),
                note=got["note"].encode(),
            )
            if made.line() != line + b"\n" or not 0 <= made.index < made.size:
                raise ValueError("another spelling")
        except (MalformedNote, ValueError, KeyError, TypeError, AttributeError) as error:
            raise MalformedNote("a line isn't one that introduces a key") from error
        return made

    def head_says(self) -> dict[str, Any]:
        """The head's fields, whatever they are; raise MalformedNote when it can't be read."""
        return loads_object(self.head)

    def told(self) -> dict[str, Any]:
        """The head's fields; raise MalformedNote when it isn't that of a rotation."""
        head = self.head_says()
        if (head.get("act"), head.get("outcome")) != (self.act, "ok") or head.get("why") not in self.reasons:
            raise MalformedNote(f"entry {self.index} isn't a rotation of the key")
        return head

    @property
    def old(self) -> Verifier:
        """The key that was replaced."""
        return Verifier.parse(str(self.told().get("old")))

    @property
    def new(self) -> Verifier:
        """The key that was introduced."""
        return Verifier.parse(str(self.told().get("new")))

    @property
    def compromised(self) -> bool:
        """Whether the old key was in wrong hands, or may have been."""
        return bool(self.told()["why"] == "compromised")

    def checkpoint(self) -> Checkpoint:
        """The checkpoint of the change; raise unless both keys signed it."""
        opened = open_note(self.note, [self.old, self.new])
        checkpoint = Checkpoint.parse(opened.text)
        if len(opened.verified) != 2:
            raise BadSignature(f"the checkpoint of the change at entry {self.index} isn't signed by both keys")
        if checkpoint.origin != self.new.name or self.new.name != self.name_after() or checkpoint.size != self.size:
            raise BadSignature(f"the checkpoint of the change at entry {self.index} isn't of this log")
        return checkpoint

    def name_after(self) -> str:
        """The log's name from here on."""
        return self.old.name

    @property
    def until(self) -> int:
        """The largest tree that the old key signs."""
        return self.size

    def is_leaf(self, leaf: bytes) -> bool:
        """Whether the leaf stands for this entry and commits to this head."""
        return leaf[9:25] == self.entry.bytes and commits(leaf, "head", self.head_salt, self.head.decode())


class Continuation(Link):
    """A log of another name goes on after the first `kept` entries of the former one; the rest of that is lost."""

    __slots__ = ()
    act: ClassVar[str] = CONTINUES
    reasons: ClassVar[tuple[str, ...]] = (SET_BACK,)

    def checkpoint(self) -> Checkpoint:
        """The first checkpoint under the new name; raise unless both keys signed it, and the loss can be."""
        former = self.former()
        if not 0 <= self.kept < former.size or self.kept > self.index:
            raise BadSignature(f"entry {self.index} continues a log after an entry that it can't be")
        return super().checkpoint()

    def name_after(self) -> str:
        return following(self.old.name)

    def former(self) -> Checkpoint:
        """The last checkpoint of the former log, which its key signed."""
        return open_checkpoint(str(self.told().get("former")).encode(), self.old)

    @property
    def kept(self) -> int:
        """How many entries of the former log are in this one, from the first on."""
        kept = self.told().get("kept")
        return kept if isinstance(kept, int) else -1

    @property
    def until(self) -> int:
        return self.kept

    def words(self) -> str:
        """What it means, for whoever checks the log."""
        former = self.former()
        after = f"after entry {self.kept - 1}" if self.kept else "from its beginning"
        return (
            f"{self.new.name} continues {former.origin} {after}; entries {self.kept} to {former.size - 1} of the former"
            f" log are not in it"
        )


def following(name: str) -> str:
    """The name of the log that continues the one of this name."""
    found = _CONTINUED.fullmatch(name)
    return f"{found['name'] if found else name}/continued-{number_of(name) + 1}"


def number_of(name: str) -> int:
    """The how-manieth log it is of those that continue each other."""
    found = _CONTINUED.fullmatch(name)
    return int(found["number"]) if found else 1


def link_of(link: Link) -> Link:
    """The same as what its head says that it is."""
    try:
        kind = Continuation if link.head_says().get("act") == CONTINUES else Link
    except MalformedNote:
        return link
    return kind(
        index=link.index,
        entry=link.entry,
        head=link.head,
        head_salt=link.head_salt,
        size=link.size,
        note=link.note,
    )


def read_links(raw: bytes) -> list[Link]:
    """The lines of keys/rotations.jsonl; raise MalformedNote."""
    *lines, rest = raw.split(b"\n")
    if rest:
        raise MalformedNote(f"{ROTATIONS} ends in the middle of a line")
    try:
        return [link_of(Link.parse(line)) for line in lines]
    except MalformedNote as error:
        raise MalformedNote(f"{ROTATIONS}: {error.detail}") from error


def write_links(links: Iterable[Link]) -> bytes:
    """The file."""
    return b"".join(link.line() for link in links)


class Chain:
    """The keys of a log, oldest first, and which of them signs at which size.

    Raises LogFault when the links don't form one chain, or `known` isn't one of its keys.
    """

    def __init__(self, known: Verifier, links: Sequence[Link] = ()) -> None:
        self.links = tuple(links)
        self.keys: tuple[Verifier, ...] = (known,) if not links else (links[0].old, *(link.new for link in links))
        for link, expected in zip(self.links, self.keys, strict=False):
            link.checkpoint()
            if link.old != expected:
                raise BadSignature(f"the key that entry {link.index} replaces isn't the one in force")
        sizes = [size for link in self.links for size in (link.index, link.size)]
        if sizes != sorted(sizes):
            raise MalformedNote("the rotations aren't in the order of the log")
        if known not in self.keys:
            raise BadSignature("the key that was given is none of this log's keys", hint="Is it this log's?")

    @property
    def current(self) -> Verifier:
        """The key in force."""
        return self.keys[-1]

    def revoked(self, key: Verifier) -> Link | None:
        """The rotation that says of `key`, or of a later one, that it was in wrong hands."""
        later = self.links[self.keys.index(key) :]
        return next((link for link in later if link.compromised), None)

    def open(self, raw: bytes) -> Checkpoint:
        """A checkpoint signed by a key that was in force at its size; raise MalformedNote or BadSignature."""
        fault: LogFault = BadSignature(f"{self.current.name} didn't sign this checkpoint")
        for key in reversed(self.keys):
            try:
                checkpoint = open_checkpoint(raw, key)
            except BadSignature as error:
                fault = fault if error.detail.startswith("no trusted") else error
                continue
            if key in self.in_force(checkpoint.size):
                return checkpoint
            fault = BadSignature(f"the checkpoint of {checkpoint.size} entries is signed by a key not in force then")
        raise fault

    def in_force(self, size: int) -> tuple[Verifier, ...]:
        """The keys that may sign a tree of `size`: one, or at a change both."""
        begins = (0, *(link.size for link in self.links))
        ends = (*(link.until for link in self.links), size)
        return tuple(key for key, first, last in zip(self.keys, begins, ends, strict=True) if first <= size <= last)

    def lost(self, raw: bytes) -> tuple[Continuation, Checkpoint] | None:
        """The continuation by which what this checkpoint is over was lost, and the checkpoint; None for others."""
        for link in self.links:
            if isinstance(link, Continuation):
                try:
                    checkpoint = open_checkpoint(raw, link.old)
                except LogFault:
                    continue
                if checkpoint.size > link.kept:
                    return link, checkpoint
        return None
