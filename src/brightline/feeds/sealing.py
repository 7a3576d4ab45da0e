"""The files of a feed's folder as they were when it was added: all of them but its input. Nothing else is ever run."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from brightline.feeds.files import refuse
from brightline.feeds.manifest import Manifest

MOST_FILES = 1_000
MOST_BYTES = 64 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Bytes by their path in the folder, sorted: what is hashed is what is run, whatever happens to the folder."""

    held: tuple[tuple[str, bytes], ...]

    @property
    def seal(self) -> str:
        """The hash of all names and bytes, each with its length before it."""
        return _hash(self.held)

    @property
    def code(self) -> str:
        """The same without what is there to be read by people: whether what decides the rows has changed. feed.yml is
        compared by what it says."""
        return _hash(one for one in self.held if one[0] != "feed.yml" and not one[0].endswith(".md"))

    def write(self, folder: Path) -> None:
        """The files, anew."""
        folder.mkdir()
        for name, content in self.held:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


def _hash(held: Iterable[tuple[str, bytes]]) -> str:
    digest = hashlib.sha256()
    for name, content in held:
        for part in (name.encode("utf-8", "surrogateescape"), content):
            digest.update(len(part).to_bytes(8, "big"))
            digest.update(part)
    return digest.hexdigest()


def read(folder: Path, manifest: Manifest) -> Files:
    """Every file of the folder but its input, which changes with each delivery; refuses links, and too much."""
    held: list[tuple[str, bytes]] = []
    total = 0
    for path in _files(folder, _apart(folder, manifest)):
        size = path.stat().st_size
        total += size
        if len(held) == MOST_FILES or total > MOST_BYTES:
            raise refuse(
                "crawl",
                f"The feed's folder holds more than {MOST_FILES:,} files or {MOST_BYTES >> 20} MB beside its input.",
                "Leave in it what crawl.py needs, and name its input in input.path.",
            )
        held.append((path.relative_to(folder).as_posix(), path.read_bytes()))
    return Files(held=tuple(held))


def _apart(folder: Path, manifest: Manifest) -> tuple[set[Path], set[Path]]:
    """Files that are input, and folders that hold nothing but input."""
    files: set[Path] = set()
    folders: set[Path] = set()
    for pattern in manifest.input.path:
        if "${DATA}" in pattern or Path(pattern).is_absolute():
            continue
        parts = PurePosixPath(pattern).parts
        if len(parts) > 1 and not any(mark in parts[0] for mark in "*?["):
            folders.add(folder / parts[0])
        else:
            files.update(folder.glob(pattern))
    return files, folders


def _files(folder: Path, apart: tuple[set[Path], set[Path]]) -> Iterator[Path]:
    files, folders = apart
    for place, below, names in os.walk(folder):
        here = Path(place)
        kept = sorted(name for name in below if name != "__pycache__" and here / name not in folders)
        below[:] = kept
        for path in (here / name for name in (*kept, *sorted(names))):
            if path in files:
                continue
            if path.is_symlink():
                raise refuse("crawl", f"{path.name} in the feed's folder is a link.", "Put the file itself there.")
            if path.is_file():
                yield path
