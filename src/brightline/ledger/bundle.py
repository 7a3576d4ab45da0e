"""Checks one bundle of up to 256 entries by itself: leaves against their hashes, texts against their leaves.

Pure but for reading the files, and independent of every other bundle, so that many processes can share the work.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from brightline.ledger.errors import LogFault, MalformedNote
from brightline.ledger.export import LEAF_RECORD, bodies_path, entries
from brightline.ledger.leaf import LEAF_SIZE, is_canonical
from brightline.ledger.record import fault, introduces, purged, read_line
from brightline.ledger.tiles import WIDTH, Tiles, read_hashes

ABSENT = b"\x00" * 32
CLOCK_BACK = timedelta(seconds=60)
_STAMP = 27


@dataclass(slots=True, kw_only=True)
class Checked:
    """What a bundle holds: leaves (None where one can't be read), their hashes, what is wrong.

    `missing` and `purged` are in the order of the entries: (entry, its index), and (entry that a certificate
    names, the certificate's index). `introduced`: (index, act) of the entries that introduce a key.
    """

    index: int
    leaves: list[bytes | None]
    hashes: list[bytes]
    problems: list[tuple[str, str, int, UUID | None]] = field(default_factory=list)
    missing: list[tuple[bytes, int]] = field(default_factory=list)
    purged: list[tuple[bytes, int]] = field(default_factory=list)
    turned: list[tuple[int, str, str]] = field(default_factory=list)
    introduced: list[tuple[int, str]] = field(default_factory=list)
    first_time: str = ""
    newest: str = ""
    last_head: str = ""


def check(tiles: Tiles, index: int, width: int, *, bodies: bool) -> Checked:
    """Check the bundle `index` of a tree in which it has `width` entries."""
    return _Bundle(tiles, index, width).run(bodies=bodies)


class _Bundle:
    def __init__(self, tiles: Tiles, index: int, width: int) -> None:
        self._tiles = tiles
        self._index = index
        self._width = width
        self._first = index * WIDTH
        self.made = Checked(index=index, leaves=[], hashes=[])

    def run(self, *, bodies: bool) -> Checked:
        self.made.leaves = self._leaves()
        self.made.hashes = self._hashes(self.made.leaves)
        if bodies:
            self._bodies(self.made.leaves)
        return self.made

    def _say(self, kind: str, detail: str, *, index: int, entry: UUID | None = None) -> None:
        self.made.problems.append((kind, detail, index, entry))

    def _leaves(self) -> list[bytes | None]:
        """The leaves of a bundle; None where one can't be read. All have one length, so a changed length
        doesn't hide the leaves behind it."""
        first, width = self._first, self._width
        try:
            raw = entries(self._tiles, self._index, width)
        except LogFault as error:
            for at in range(first, first + width):
                self._say("leaf", f"the leaf is missing: {error.detail}", index=at)
            return [None] * width
        whole = len(raw) == width * LEAF_RECORD
        if whole and raw[::LEAF_RECORD] == bytes(width) and raw[1::LEAF_RECORD] == bytes([LEAF_SIZE]) * width:
            leaves: list[bytes | None] = [raw[at : at + 97] for at in range(2, len(raw), LEAF_RECORD)]
        else:
            leaves = self._cut(raw)
        for at, leaf in enumerate(leaves, first):
            if leaf is not None and not is_canonical(leaf):
                self._say("leaf", "the leaf hasn't the form of a leaf", index=at, entry=named(leaf))
        return leaves

    def _cut(self, raw: bytes) -> list[bytes | None]:
        leaves: list[bytes | None] = []
        for place in range(self._width):
            record = raw[place * LEAF_RECORD : (place + 1) * LEAF_RECORD]
            if record[:2] == b"\x00\x61" and len(record) == LEAF_RECORD:
                leaves.append(record[2:])
                continue
            leaf = record[2:] if len(record) == LEAF_RECORD else None
            self._say("leaf", "the leaf's length is wrong", index=self._first + place, entry=named(leaf))
            leaves.append(leaf)
        if len(raw) > self._width * LEAF_RECORD:
            self._say("leaf", "the bundle goes on after its last leaf", index=self._first + self._width - 1)
        return leaves

    def _hashes(self, leaves: list[bytes | None]) -> list[bytes]:
        """Leaf hashes (RFC 6962, section 2.1), each compared with the tile's."""
        made = [ABSENT if leaf is None else sha256(b"\x00" + leaf).digest() for leaf in leaves]
        first = self._first
        try:
            tile = read_hashes(self._tiles, 0, self._index, len(leaves))
        except LogFault as error:
            self._say("tile", f"hashes of entries {first} to {first + len(leaves) - 1}: {error.detail}", index=first)
            return made
        if tile != made:
            for place, (mine, theirs) in enumerate(zip(made, tile, strict=True)):
                if mine != theirs:
                    detail = "the leaf and its hash in the tile differ"
                    self._say("leaf", detail, index=first + place, entry=named(leaves[place]))
                if leaves[place] is None:
                    made[place] = theirs
        return made

    def _bodies(self, leaves: list[bytes | None]) -> None:
        for place, line in enumerate(self._lines()):
            leaf, at = leaves[place], self._first + place
            if line is None:
                self._say("head", "the head is missing", index=at, entry=named(leaf))
                continue
            try:
                got = read_line(line)
                found = fault(got, at, leaf) if leaf is not None else ("leaf", "there is no leaf for this line")
            except (MalformedNote, UnicodeEncodeError) as error:
                self._say("line", str(error), index=at, entry=named(leaf))
                continue
            if found:
                self._say(*found, index=at, entry=named(leaf))
            elif leaf is not None:
                self._judge(got, at, leaf)

    def _judge(self, got: dict[str, Any], at: int, leaf: bytes) -> None:
        head: str = got["head"]
        self.made.last_head = head
        self._clock(head, at)
        if got["body"] is None:
            self.made.missing.append((leaf[9:25], at))
        elif '"purge"' in head:
            self.made.purged += [(entry, at) for entry in purged(head, got["body"])]
        if ('-key"' in head or '"continue"' in head) and (act := introduces(head)):
            self.made.introduced.append((at, act))

    def _clock(self, head: str, at: int) -> None:
        """Times as text: they are written in one length, so their order is that of the times."""
        start = head.find('"time"')
        stamp = head[start + 6 : start + 10 + _STAMP].strip(': "').partition('"')[0] if start >= 0 else ""
        if len(stamp) != _STAMP:
            return
        made = self.made
        made.first_time = made.first_time or stamp
        if stamp >= made.newest:
            made.newest = stamp
        elif went_back(made.newest, stamp):
            made.turned.append((at, made.newest, stamp))
            made.newest = stamp

    def _lines(self) -> list[bytes | None]:
        """The lines of a bundle by place. When their number is wrong, each is put where its index says, so
        that a dropped line is missed at its own place and not at the end."""
        first, width = self._first, self._width
        try:
            raw = self._tiles.read(bodies_path(self._index))
        except LogFault:
            return [None] * width
        lines = raw.split(b"\n")
        if lines.pop() == b"" and len(lines) == width:
            return list(lines)
        self._say("line", f"the file has {len(lines)} lines for {width} entries", index=first)
        placed: list[bytes | None] = [None] * width
        for line in lines:
            start = line[: len(b'{"index":') + 20].removeprefix(b'{"index":').split(b",")[0]
            if start.isdigit() and first <= int(start) < first + width:
                placed[int(start) - first] = line
        return placed


def went_back(before: str, after: str) -> bool:
    """Whether the clock went back by more than acts that run at once explain; both as heads state times."""
    if not before or after[:16] >= before[:16]:
        return False
    try:
        return datetime.fromisoformat(after) < datetime.fromisoformat(before) - CLOCK_BACK
    except ValueError:
        return False


def named(leaf: bytes | None) -> UUID | None:
    """The entry of a leaf."""
    return UUID(bytes=leaf[9:25]) if leaf is not None and len(leaf) == LEAF_SIZE else None
