"""Tiles (c2sp.org/tlog-tiles): the tree as a folder of plain files that any web server can serve.

    checkpoint                    the signed tree head
    tile/<L>/<N>[.p/<W>]          up to 256 hashes: MTH(D[(n·256+i)·256^l : (n·256+i+1)·256^l])
    tile/entries/<N>[.p/<W>]      up to 256 leaves, each after its length as two big-endian bytes

`<N>` is written in groups of three digits, all but the last with an `x` before: 1234067 is x001/x234/067.
"""

from __future__ import annotations

import gzip
import re
import urllib.error
import urllib.request
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from brightline.ledger.errors import LogFault, MalformedNote
from brightline.ledger.tree import HASH_SIZE, perfect_root

WIDTH = 256
ENTRIES = "entries"
CHECKPOINT = "checkpoint"
PUBLIC = (CHECKPOINT, "keys/ledger.vkey", "keys/receipt.vkey", "keys/rotations.jsonl", "keys/receipts.jsonl")

_FORMER = re.compile(r"\Aformer/[1-9][0-9]{0,5}/")
_PATH = re.compile(
    r"tile/(?:entries|[0-9]|[1-5][0-9]|6[0-3])/(?:x[0-9]{3}/)*[0-9]{3}"
    r"(?:\.p/(?:[1-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5]))?"
)


class Absent(LogFault):
    """A file that the log's size requires isn't there."""

    default_code = "absent"


def index_path(index: int) -> str:
    """`<N>`: groups of three digits, all but the last with an x."""
    groups = [f"{index % 1000:03d}"]
    while index := index // 1000:
        groups.append(f"x{index % 1000:03d}")
    return "/".join(reversed(groups))


def tile_path(level: int | str, index: int, width: int = WIDTH) -> str:
    """The path of a tile; `level` is a number or `entries`."""
    partial = "" if width == WIDTH else f".p/{width}"
    return f"tile/{level}/{index_path(index)}{partial}"


def spans(size: int) -> Iterator[tuple[int, int]]:
    """The tiles of a level that holds `size` hashes, as (index, width); the last may be partial."""
    for index in range(size // WIDTH):
        yield index, WIDTH
    if rest := size % WIDTH:
        yield size // WIDTH, rest


def levels(size: int) -> Iterator[tuple[int, int]]:
    """The levels of a tree of `size` leaves that have hashes, as (level, number of hashes)."""
    level = 0
    while size:
        yield level, size
        level, size = level + 1, size // WIDTH


def bundle(leaves: Sequence[bytes]) -> bytes:
    """An entry bundle."""
    return b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in leaves)


def unbundle(raw: bytes) -> list[bytes]:
    """The leaves of an entry bundle; raise MalformedNote when the lengths don't fit the file."""
    leaves, at = [], 0
    while at < len(raw):
        end = at + 2 + int.from_bytes(raw[at : at + 2], "big")
        if at + 2 > len(raw) or end > len(raw):
            raise MalformedNote("an entry bundle ends in the middle of a leaf")
        leaves.append(raw[at + 2 : end])
        at = end
    return leaves


def hashes(raw: bytes) -> list[bytes]:
    """The hashes of a tile."""
    return [raw[i : i + HASH_SIZE] for i in range(0, len(raw), HASH_SIZE)]


class Tiles(Protocol):
    """Where tiles are read from."""

    def checkpoint(self) -> bytes:
        """The signed note."""
        ...

    def read(self, path: str) -> bytes:
        """The bytes of one file; raise Absent when it isn't there."""
        ...


class FolderTiles:
    """Tiles in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def checkpoint(self) -> bytes:
        """The signed note in `checkpoint`."""
        return self.read(CHECKPOINT)

    def read(self, path: str) -> bytes:
        """The bytes of `path`."""
        try:
            return (self.folder / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
            raise Absent(f"{path} isn't there") from error

    def public(self, path: str) -> bytes | None:
        """What the web may serve under `path`: checkpoint, tiles and public keys, None for all else.

        The path is matched whole against the grammar, so no spelling of it leaves the folder. What a log had before
        it was set back stays to be seen under `former/NUMBER/`.
        """
        inside = _FORMER.sub("", path, count=1)
        if inside not in PUBLIC and not _PATH.fullmatch(inside):
            return None
        try:
            return self.read(path)
        except Absent:
            return None


class HttpTiles:
    """Tiles behind a URL prefix."""

    def __init__(self, url: str, *, timeout: float = 30.0) -> None:
        if not url.startswith(("http://", "https://")):
            raise LogFault(f"{url} isn't an http or https address")
        self._url = url.rstrip("/")
        self._timeout = timeout

    def checkpoint(self) -> bytes:
        """The signed note at `<prefix>/checkpoint`."""
        return self.read(CHECKPOINT)

    def read(self, path: str) -> bytes:
        """The bytes at `<prefix>/<path>`."""
        request = urllib.request.Request(f"{self._url}/{path}", headers={"Accept-Encoding": "gzip, identity"})
        try:
            with urllib.request.urlopen(request, timeout=self._timeout) as answer:
                raw: bytes = answer.read()
                zipped = answer.headers.get("Content-Encoding") == "gzip"
        except urllib.error.HTTPError as error:
            raise Absent(f"{self._url}/{path} answers {error.code}") from error
        except OSError as error:
            raise LogFault(f"{self._url} can't be reached", hint=str(error)) from error
        return gzip.decompress(raw) if zipped else raw


def open_tiles(source: Path | str) -> FolderTiles | HttpTiles:
    """Tiles from a folder or from an http(s) address."""
    if isinstance(source, str) and source.startswith(("http://", "https://")):
        return HttpTiles(source)
    return FolderTiles(Path(source))


def read_hashes(tiles: Tiles, level: int, index: int, width: int) -> list[bytes]:
    """The first `width` hashes of a tile; the full tile serves when the partial one was deleted."""
    try:
        raw = tiles.read(tile_path(level, index, width))
    except Absent:
        if width == WIDTH:
            raise
        raw = tiles.read(tile_path(level, index))[: width * HASH_SIZE]
    if len(raw) != width * HASH_SIZE:
        raise MalformedNote(f"{tile_path(level, index, width)} has {len(raw)} bytes")
    return hashes(raw)


class TileNodes:
    """Hashes of complete subtrees, computed from the tiles of a tree of `size` leaves."""

    def __init__(self, tiles: Tiles, size: int, *, keep: int = 64) -> None:
        self._tiles = tiles
        self._size = size
        self._keep = keep
        self._read: OrderedDict[tuple[int, int], list[bytes]] = OrderedDict()

    def node(self, level: int, index: int) -> bytes:
        """MTH over leaves index·2^level to (index+1)·2^level, from the one tile that holds it."""
        tile_level, height = divmod(level, 8)
        first = index << height
        row = self._row(tile_level, first // WIDTH)
        return perfect_root(row[first % WIDTH : first % WIDTH + (1 << height)])

    def _row(self, level: int, index: int) -> list[bytes]:
        key = (level, index)
        if key not in self._read:
            width = min(self._size // WIDTH**level - index * WIDTH, WIDTH)
            self._read[key] = read_hashes(self._tiles, level, index, width)
            if len(self._read) > self._keep:
                self._read.popitem(last=False)
        self._read.move_to_end(key)
        return self._read[key]
