"""The canonical leaf: what of an entry goes into the tree, and nothing else.

    leaf       = LP(0x01) LP(entry uuid) LP(H(head_salt ‖ head)) LP(H(body_salt ‖ body))
    LP(b)      = length of b as 4 bytes, big-endian, then b
    H          = SHA-256

Salted commitments, so that a body can be destroyed and nobody can find it again by guessing (a name, a
phone number), while the leaf, and so every proof over it, stays as it was.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from brightline.ledger.errors import MalformedNote

VERSION = b"\x01"
LEAF_SIZE = 97
SALT_SIZE = 32

_START = b"\x00\x00\x00\x01\x01\x00\x00\x00\x10"
_HASH = b"\x00\x00\x00\x20"


def length_prefixed(part: bytes) -> bytes:
    """`part` after its length as four big-endian bytes: no two lists of parts give the same bytes."""
    return len(part).to_bytes(4, "big") + part


def commitment(salt: bytes, text: bytes) -> bytes:
    """SHA-256(salt ‖ text): binds to the text, and tells nothing of it without the salt."""
    return sha256(salt + text).digest()


def leaf_bytes(entry: UUID, head: bytes, body: bytes) -> bytes:
    """The 97 bytes of a leaf from the entry's id and its two commitments."""
    return b"".join(map(length_prefixed, (VERSION, entry.bytes, head, body)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A leaf, read back."""

    entry: UUID
    head: bytes
    body: bytes

    @classmethod
    def parse(cls, raw: bytes) -> Leaf:
        """Read a leaf strictly: exactly one byte string stands for each leaf."""
        if not is_canonical(raw):
            raise MalformedNote("these bytes aren't a leaf of this log")
        return cls(entry=UUID(bytes=raw[9:25]), head=raw[29:61], body=raw[65:97])


def is_canonical(raw: bytes) -> bool:
    """Whether `raw` has the form of a leaf (all fields have fixed lengths)."""
    return len(raw) == LEAF_SIZE and raw[:9] == _START and raw[25:29] == _HASH and raw[61:65] == _HASH


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One entry as it came through the write-ahead log: exact texts and their salts."""

    entry: UUID
    head: bytes
    head_salt: bytes
    body: bytes
    body_salt: bytes

    @classmethod
    def parse(cls, content: bytes) -> Message:
        """`read` without what the texts say."""
        return cls.read(content)[0]

    @classmethod
    def read(cls, content: bytes) -> tuple[Message, dict[str, Any], dict[str, Any]]:
        """Read the JSON text of a message {v, entry, head, head_salt, body, body_salt}: it, and what head and body say.

        `head` and `body` are JSON strings that hold the exact texts; they are committed to as they stand
        and never re-serialised.
        """
        try:
            got = json.loads(content.decode())
            if got["v"] != 1:
                raise MalformedNote(f"a message of version {got['v']!r} isn't known here")
            made = cls(
                entry=UUID(got["entry"]),
                head=got["head"].encode(),
                head_salt=bytes.fromhex(got["head_salt"]),
                body=got["body"].encode(),
                body_salt=bytes.fromhex(got["body_salt"]),
            )
            head, body = json.loads(got["head"]), json.loads(got["body"])
            if not (isinstance(head, dict) and isinstance(body, dict)):
                raise MalformedNote("head and body must be JSON objects")
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise MalformedNote(f"not a message of the line: {error}") from error
        return made, head, body

    def leaf(self) -> bytes:
        """The leaf of this entry."""
        return leaf_bytes(self.entry, commitment(self.head_salt, self.head), commitment(self.body_salt, self.body))
