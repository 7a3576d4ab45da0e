"""What the slot says: PostgreSQL's logical replication messages, format version 1 of `pgoutput`.

Only Begin, Commit and Message are read; the publication has no tables, so nothing else should come, and
what does is skipped. (PostgreSQL's documentation, "Logical Replication Message Formats".)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from struct import Struct

from brightline.ledger.errors import MalformedNote

PREFIX = "line"

_COMMIT = Struct(">xBQQQ")
_MESSAGE = Struct(">xBQ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Emitted:
    """One message, with the position at which the log has it for good.

    `position` is the end of the message's own record, or, when it commits with a transaction, the end of
    the commit record. It never goes back from one message to the next, and all messages of a transaction
    share it, so it tells exactly what was integrated. `waited`: it was written when its transaction ended,
    which may be long after its time.
    """

    position: int
    content: bytes
    waited: bool = False


def emitted(rows: Iterable[bytes]) -> Iterator[Emitted]:
    """The messages of the line in the order of the write-ahead log."""
    waiting: list[bytes] = []
    for row in rows:
        kind = row[:1]
        if kind == b"B":
            waiting = []
        elif kind == b"C":
            end = _COMMIT.unpack_from(row)[2]
            yield from (Emitted(position=end, content=content, waited=True) for content in waiting)
            waiting = []
        elif kind == b"M":
            transactional, position, prefix, content = message(row)
            if prefix != PREFIX:
                continue
            if transactional:
                waiting.append(content)
            else:
                yield Emitted(position=position, content=content)
    if waiting:
        raise MalformedNote("the slot gave a transaction without its commit")


def message(row: bytes) -> tuple[bool, int, str, bytes]:
    """(transactional, position, prefix, content) of a Message."""
    flags, position = _MESSAGE.unpack_from(row)
    at = row.index(b"\x00", _MESSAGE.size)
    prefix = row[_MESSAGE.size : at].decode()
    length = int.from_bytes(row[at + 1 : at + 5], "big")
    content = row[at + 5 : at + 5 + length]
    if len(content) != length:
        raise MalformedNote("the slot gave half a message")
    return bool(flags & 1), position, prefix, content


def last_position(rows: Iterable[bytes]) -> int:
    """The position after the last row: where a batch that was integrated may be confirmed."""
    last = 0
    for row in rows:
        if row[:1] == b"C":
            last = max(last, _COMMIT.unpack_from(row)[2])
        elif row[:1] == b"M" and not row[1] & 1:
            last = max(last, _MESSAGE.unpack_from(row)[1])
    return last


def lsn(text: str) -> int:
    """A position as a number, from PostgreSQL's `16/B374D848`."""
    high, low = text.split("/")
    return int(high, 16) << 32 | int(low, 16)


def lsn_text(position: int) -> str:
    """A position as PostgreSQL writes it."""
    return f"{position >> 32:X}/{position & 0xFFFFFFFF:X}"
