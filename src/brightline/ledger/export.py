"""The folder that an inspector takes away: the tiles as published, and the texts that the leaves commit to.

checkpoint            the signed tree head
checkpoints.jsonl     {"size", "note"}: every checkpoint signed so far
tile/…                tlog-tiles
bodies/<N>.jsonl      {"index", "entry", "head", "head_salt", "body"|null, "body_salt"|null}, 256 a file
keys/ledger.vkey, keys/receipt.vkey, keys/rotations.jsonl (when the key was changed), keys/receipts.jsonl
timestamps/<size>.tsr   time-stamps over checkpoints (RFC 3161), when there are any
README.txt
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from brightline.ledger.chain import ROTATIONS, Chain, read_links, write_links
from brightline.ledger.errors import LogFault
from brightline.ledger.introductions import RECEIPTS, read_introductions, write_introductions
from brightline.ledger.note import Verifier
from brightline.ledger.publish import write_file
from brightline.ledger.record import Row, matches
from brightline.ledger.tiles import (
    CHECKPOINT,
    ENTRIES,
    WIDTH,
    Absent,
    Tiles,
    index_path,
    levels,
    spans,
    tile_path,
    unbundle,
)
from brightline.ledger.tree import HASH_SIZE

BODIES = "bodies"
HISTORY = "checkpoints.jsonl"
README = "README.txt"
STAMPS = "timestamps"

LEAF_RECORD = 99  # two bytes of length, 97 of leaf


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What was written."""

    size: int
    bodies: int
    purged: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Extra:
    """`note`: the checkpoint to export, with its cosignatures, if not the newest; `stamps`: (size, DER response)."""

    note: bytes | None = None
    stamps: Sequence[tuple[int, bytes]] = ()


def bodies_path(index: int) -> str:
    """The file with the texts of the bundle `index`."""
    return f"{BODIES}/{index_path(index)}.jsonl"


def history_line(size: int, note: str) -> str:
    """One line of the history of checkpoints."""
    return json.dumps({"size": size, "note": note}, ensure_ascii=False, separators=(",", ":"))


def write(
    folder: Path,
    tiles: Tiles,
    rows: Iterable[Row],
    keys: Mapping[str, str],
    history: Iterable[Mapping[str, Any]] = (),
    extra: Extra | None = None,
) -> Summary:
    """Write an export of the tree of the newest checkpoint into `folder`, or of the one in `extra`.

    `rows` in order from index 0; rows beyond the checkpoint are left for the next export. `keys` has the
    verifier keys `ledger` and, if there is one, `receipt`. `history` has items with `size` and `note`.
    Raises LogFault when a row is missing or isn't the one that its leaf stands for: an export never hides
    that table and tiles differ.
    """
    more = extra or Extra()
    note = more.note or tiles.checkpoint()
    size = _keys(folder, tiles, keys["ledger"], note)
    for name, vkey in keys.items():
        _put(folder / f"keys/{name}.vkey", f"{vkey.strip()}\n".encode())
    for level, count in levels(size):
        for index, width in spans(count):
            _put(folder / tile_path(level, index, width), _tile(tiles, level, index, width))
    summary = _write_bodies(folder, tiles, iter(rows), size)
    lines = [history_line(item["size"], item["note"]) for item in history if item["size"] <= size]
    _put(folder / HISTORY, "".join(line + "\n" for line in lines).encode())
    for number, (at, response) in enumerate(more.stamps):
        if at <= size:
            again = any(other == at for other, _ in more.stamps[:number])
            _put(folder / STAMPS / (f"{at}.{number}.tsr" if again else f"{at}.tsr"), response)
    _put(folder / README, _README.format(size=size, origin=note.decode().split("\n")[0]).encode())
    _put(folder / CHECKPOINT, note)
    return summary


def _keys(folder: Path, tiles: Tiles, vkey: str, note: bytes) -> int:
    """The rotations and the receipt keys that the exported tree holds; answers its size."""
    try:
        links = read_links(tiles.read(ROTATIONS))
    except Absent:
        links = []
    size = Chain(Verifier.parse(vkey), links).open(note).size
    try:
        introduced = [one for one in read_introductions(tiles.read(RECEIPTS)) if one.size <= size]
    except Absent:
        introduced = []
    if introduced:
        _put(folder / RECEIPTS, write_introductions(introduced))
    if held := [link for link in links if link.size <= size]:
        _put(folder / ROTATIONS, write_links(held))
    return size


def _write_bodies(folder: Path, tiles: Tiles, rows: Iterator[Row], size: int) -> Summary:
    count = purged = 0
    for index, width in spans(size):
        raw = entries(tiles, index, width)
        _put(folder / tile_path(ENTRIES, index, width), raw)
        part = list(islice(rows, width))
        leaves = unbundle(raw)
        for place, leaf in enumerate(leaves, index * WIDTH):
            row = part[place % WIDTH] if place % WIDTH < len(part) else None
            if row is None or row.index != place or not matches(row, leaf):
                raise LogFault(f"entry {place} of the table isn't the one in the published log")
            count, purged = count + 1, purged + (row.body is None)
        _put(folder / bodies_path(index), b"".join(row.line() for row in part))
    return Summary(size=size, bodies=count, purged=purged)


def entries(tiles: Tiles, index: int, width: int) -> bytes:
    """An entry bundle; the full one serves when the partial one was deleted."""
    try:
        return tiles.read(tile_path(ENTRIES, index, width))
    except Absent:
        if width == WIDTH:
            raise
        return tiles.read(tile_path(ENTRIES, index))[: width * LEAF_RECORD]


def _tile(tiles: Tiles, level: int, index: int, width: int) -> bytes:
    try:
        return tiles.read(tile_path(level, index, width))
    except Absent:
        if width == WIDTH:
            raise
        return tiles.read(tile_path(level, index))[: width * HASH_SIZE]


def _put(path: Path, content: bytes) -> None:
    write_file(path, content, durable=False)


_README = """\
This folder is the log of {origin}, {size} entries, as it was exported.

Check it with the program that made it, on any computer, without a network or a database:

    brightline ledger verify --tiles . --key THE-KEY-YOU-WERE-GIVEN.vkey
    python -m brightline.ledger verify . --key THE-KEY-YOU-WERE-GIVEN.vkey      (the folder of the log's code alone)

Use a key that reached you another way than this folder (keys/ledger.vkey is only a copy). Give it the last
checkpoint that you kept (--since FILE): only then do you learn whether the log was rewritten as a whole
since. Keep the file `checkpoint` of this export for next time. Receipts that people kept are checked by
--receipt FILE.

Or with tools of your own; all formats are open:
    checkpoint, checkpoints.jsonl   c2sp.org/tlog-checkpoint, c2sp.org/signed-note, Ed25519
    tile/                           c2sp.org/tlog-tiles, hashes as in RFC 6962, section 2.1
    timestamps/                     RFC 3161, over the text of the checkpoint of that size
    bodies/                         one line of JSON an entry

A leaf is 97 bytes: 00000001 version, 00000010 entry id, 00000020 head's commitment, 00000020 body's
commitment. Its hash in the tree is SHA-256(00 + leaf). A commitment of version 02 is SHA-256(00000020 + salt +
length of the text as 4 bytes, big-endian + text), one of version 01, of older entries, SHA-256(salt + text).
head and body are the exact strings of the line, in UTF-8; salts have 32 bytes, given in hex. Each text is
exactly one JSON object: one space after each comma and colon, or none at all; no key twice; only what must be
escaped is.

A body may be null only if a later entry of act `purge`, outcome `ok`, names the entry. A head is never
missing.
"""
