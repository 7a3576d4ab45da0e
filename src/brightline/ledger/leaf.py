"""The canonical leaf: what of an entry goes into the tree, and nothing else.

    leaf         = LP(version) LP(entry uuid) LP(head's commitment) LP(body's commitment)
    commitment   = H(LP(salt) ‖ LP(text))    version 0x02
                   H(salt ‖ text)            version 0x01, of entries written before version 2
    LP(b)        = length of b as 4 bytes, big-endian, then b
    H            = SHA-256

A salt has exactly 32 bytes, in both versions: so in neither can a byte pass from the text to the salt or back.
What a text must be says `canonical`. Salted commitments, so that a body can be destroyed and nobody can find it
again by guessing (a name, a phone number), while the leaf, and so every proof over it, stays as it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from brightline.ledger.canonical import is_canonical as is_canonical_text
from brightline.ledger.errors import MalformedNote

FIRST, CURRENT = 1, 2
LEAF_SIZE = 97
SALT_SIZE = 32

_START = {b"\x00\x00\x00\x01" + bytes([version]) + b"\x00\x00\x00\x10" for version in (FIRST, CURRENT)}
_HASH = b"\x00\x00\x00\x20"
_SALT = b"\x00\x00\x00\x20"


def length_prefixed(part: bytes) -> bytes:
    """`part` after its length as four big-endian bytes: no two lists of parts give the same bytes."""
    return len(part).to_bytes(4, "big") + part


def commitment(salt: bytes, text: bytes, version: int = CURRENT) -> bytes:
    """Binds to the text, and tells nothing of it without the salt."""
    if len(salt) != SALT_SIZE:
        raise MalformedNote(f"a salt has {SALT_SIZE} bytes")
    if version == FIRST:
        return sha256(salt + text).digest()
    return sha256(b"".join((_SALT, salt, len(text).to_bytes(4, "big"), text))).digest()


def leaf_bytes(entry: UUID, head: bytes, body: bytes, version: int = CURRENT) -> bytes:
    """The 97 bytes of a leaf from the entry's id and its two commitments."""
    return b"".join(map(length_prefixed, (bytes([version]), entry.bytes, head, body)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A leaf, read back."""

    entry: UUID
    head: bytes
    body: bytes
    version: int = CURRENT

    @classmethod
    def parse(cls, raw: bytes) -> Leaf:
        """Read a leaf strictly: exactly one byte string stands for each leaf."""
        if not is_canonical(raw):
            raise MalformedNote("these bytes aren't a leaf of this log")
        return cls(version=raw[4], entry=UUID(bytes=raw[9:25]), head=raw[29:61], body=raw[65:97])


def is_canonical(raw: bytes) -> bool:
    """Whether `raw` has the form of a leaf of a version that is known (all fields have fixed lengths)."""
    return len(raw) == LEAF_SIZE and raw[:9] in _START and raw[25:29] == _HASH and raw[61:65] == _HASH


def commits(leaf: bytes, part: str, salt: bytes, text: str) -> bool:
    """Whether the leaf commits to this `head` or `body`: the salt whole, the text one canonical object."""
    committed = leaf[29:61] if part == "head" else leaf[65:97]
    if len(salt) != SALT_SIZE or not is_canonical(leaf) or not is_canonical_text(text):
        return False
    return commitment(salt, text.encode(), leaf[4]) == committed
