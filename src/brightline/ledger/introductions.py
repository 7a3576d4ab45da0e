"""The keys that sign receipts: each is introduced by an entry, so that nobody can exchange one beside the log.

keys/receipts.jsonl has one line a key, oldest first, in the form of keys/rotations.jsonl:

    {"index", "entry", "head", "head_salt", "size", "note"}

`head` is the exact head of the entry `index`: act `receipt-key`, outcome `ok`, `key` (the verifier key). `note` is the
checkpoint of `size` entries, whose last is that entry, signed by the log's key. So whoever has the log's key can find
every key that ever signed a receipt.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from brightline.ledger.chain import Chain, Link
from brightline.ledger.checkpoint import Checkpoint
from brightline.ledger.errors import BadSignature, LogFault, MalformedNote
from brightline.ledger.note import Verifier

RECEIPTS = "keys/receipts.jsonl"
ACT = "receipt-key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Introduction(Link):
    """One receipt key, as it is published."""

    def told(self) -> dict[str, Any]:
        """The head's fields; raise MalformedNote when it introduces no receipt key."""
        head = self.head_says()
        if (head.get("act"), head.get("outcome")) != (ACT, "ok") or not isinstance(head.get("key"), str):
            raise MalformedNote(f"entry {self.index} doesn't introduce a receipt key")
        return head

    @property
    def key(self) -> Verifier:
        """The key that was introduced."""
        return Verifier.parse(self.told()["key"])

    def covered(self, chain: Chain) -> Checkpoint:
        """The checkpoint over the entry; raise unless the log's key of then signed it."""
        checkpoint = chain.open(self.note)
        if checkpoint.size != self.size:
            raise BadSignature(f"the checkpoint over the receipt key of entry {self.index} is of another size")
        return checkpoint


def read_introductions(raw: bytes) -> list[Introduction]:
    """The lines of keys/receipts.jsonl, in the order of the log; raise MalformedNote."""
    *lines, rest = raw.split(b"\n")
    try:
        if rest:
            raise MalformedNote("it ends in the middle of a line")
        found = [Introduction.parse(line) for line in lines]
        if [each.index for each in found] != sorted({each.index for each in found}):
            raise MalformedNote("its lines aren't in the order of the log")
    except LogFault as error:
        raise MalformedNote(f"{RECEIPTS}: {error.detail}") from error
    return found


def write_introductions(found: Iterable[Introduction]) -> bytes:
    """The file."""
    return b"".join(each.line() for each in found)
