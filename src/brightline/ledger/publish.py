"""Writes the folder of tiles so that a crash at any moment leaves an older, whole log, never a broken one.

Order: tiles and bundles first, each written aside, flushed and renamed; the checkpoint last. So whatever a
checkpoint in the folder names is on the disk. The folder is a copy: it can be made again from the table.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from brightline.ledger.errors import LogFault
from brightline.ledger.note import Note, Signature
from brightline.ledger.submission import with_signatures
from brightline.ledger.tiles import (
    CHECKPOINT,
    ENTRIES,
    WIDTH,
    FolderTiles,
    TileNodes,
    bundle,
    levels,
    read_hashes,
    tile_path,
)
from brightline.ledger.tree import leaf_hash, perfect_root, range_root

Leaves = Callable[[int, int], Iterable[bytes]]


class Publisher:
    """One folder of tiles; `size` is how much of the log it holds."""

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self._folder = folder
        self._durable = durable
        self._tiles = FolderTiles(folder)
        self.size = 0

    def adopt(self, size: int, root: bytes) -> bool:
        """Go on from what the folder holds of a tree of `size`; False when it isn't whole, and then all
        is written again."""
        try:
            whole = self.root(size, size) == root
        except LogFault:
            whole = False
        self.size = size if whole else 0
        return whole

    def root(self, part: int, size: int) -> bytes:
        """The root of the first `part` leaves, as the tiles of a tree of `size` leaves have it."""
        return range_root(TileNodes(self._tiles, size), 0, part)

    def extend(self, size: int, leaves: Leaves) -> bytes:
        """Write what a tree of `size` needs beyond what is there; return the root that the tiles have.

        `leaves(start, end)` yields the leaves of the table in order.

        No checkpoint is written yet: the caller compares this root with its own first, and only then
        signs.
        """
        row = self._write_entries(size, leaves)
        level = 1
        while row and size >> (8 * level):
            row = self._write_level(level, size >> (8 * level), row)
            level += 1
        return self.root(size, size)

    def commit(self, note: bytes, size: int) -> None:
        """Put the checkpoint in place, then drop partial tiles whose full tile is there.

        Cosignatures that the same checkpoint has already gathered stay.
        """
        with _placing(self._folder):
            path = self._folder / CHECKPOINT
            write_file(path, _with_gathered(path, note), durable=self._durable)
        for level, count in levels(size):
            for index in range((self.size >> (8 * level)) // WIDTH, count // WIDTH):
                for kind in (level,) if level else (level, ENTRIES):
                    stale = self._folder / f"{tile_path(kind, index)}.p"
                    shutil.rmtree(stale, ignore_errors=True)
        self.size = size

    def _write_entries(self, size: int, source: Leaves) -> list[bytes]:
        """Entry bundles and level 0; returns the new hashes of level 1."""
        roots: list[bytes] = []
        index = self.size // WIDTH
        leaves = iter(source(index * WIDTH, size))
        while part := list(islice(leaves, WIDTH)):
            self._write(ENTRIES, index, len(part), bundle(part))
            self._hash_tile(0, index, [leaf_hash(leaf) for leaf in part], roots)
            index += 1
        return roots

    def _write_level(self, level: int, count: int, fresh: list[bytes]) -> list[bytes]:
        """The tiles of a higher level from its new hashes; returns the new hashes of the next level."""
        roots: list[bytes] = []
        row = self._kept(level) + fresh
        index = (self.size >> (8 * level)) // WIDTH
        for start in range(0, count - index * WIDTH, WIDTH):
            self._hash_tile(level, index + start // WIDTH, row[start : start + WIDTH], roots)
        return roots

    def _kept(self, level: int) -> list[bytes]:
        """The hashes that the last, partial tile of a level already has."""
        index, width = divmod(self.size >> (8 * level), WIDTH)
        return read_hashes(self._tiles, level, index, width) if width else []

    def _hash_tile(self, level: int, index: int, row: list[bytes], roots: list[bytes]) -> None:
        self._write(level, index, len(row), b"".join(row))
        if len(row) == WIDTH:
            roots.append(perfect_root(row))

    def _write(self, level: int | str, index: int, width: int, content: bytes) -> None:
        path = self._folder / tile_path(level, index, width)
        write_file(path, content, durable=self._durable)


def cosign(folder: Path, text: str, signatures: Sequence[Signature]) -> bool:
    """Add cosignatures to the published checkpoint if `text` is still its text; whether it was."""
    with _placing(folder):
        path = folder / CHECKPOINT
        if not path.exists() or Note.parse(raw := path.read_bytes()).text != text:
            return False
        write_file(path, with_signatures(raw, signatures))
        return True


@contextmanager
def _placing(folder: Path) -> Iterator[None]:
    """Signing a checkpoint and adding to it are done by two threads; neither undoes what the other did."""
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _with_gathered(path: Path, note: bytes) -> bytes:
    try:
        there = Note.parse(path.read_bytes())
    except (FileNotFoundError, LogFault):
        return note
    return with_signatures(note, there.signatures) if there.text == Note.parse(note).text else note


def write_file(path: Path, content: bytes, *, durable: bool = True) -> None:
    """Replace `path` in one step: written aside, flushed, renamed, the folder flushed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    with aside.open("wb") as file:
        file.write(content)
        if durable:
            file.flush()
            os.fsync(file.fileno())
    aside.replace(path)
    if durable:
        _flush_folder(path.parent)


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
