"""Checks a log from its published or exported files alone: no database, no network, no trust in who made them.

One pass, bundle by bundle: every leaf against its tile, its head and its body; every tile against the one
below; the root against the signed checkpoint, every earlier checkpoint and the one the inspector kept;
missing bodies against purge certificates; receipts against the leaves. What doesn't hold is named.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from brightline.ledger.checkpoint import Checkpoint, open_checkpoint
from brightline.ledger.errors import LogFault, MalformedNote
from brightline.ledger.export import BODIES, HISTORY, LEAF_RECORD, README, bodies_path, entries, history_line
from brightline.ledger.leaf import LEAF_SIZE, is_canonical
from brightline.ledger.note import Note, Verifier
from brightline.ledger.receipt import Receipt
from brightline.ledger.record import fault, purged, read_line
from brightline.ledger.tiles import WIDTH, FolderTiles, HttpTiles, Tiles, open_tiles, read_hashes, spans
from brightline.ledger.tree import EMPTY_ROOT, Frontier, perfect_root

MAX_PROBLEMS = 1000
_ABSENT = b"\x00" * 32

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that doesn't hold. `index` and `entry` name the entry, where it is of an entry."""

    index: int | None
    entry: UUID | None
    kind: str
    detail: str

    def json(self) -> dict[str, object]:
        """As it is printed."""
        entry = None if self.entry is None else str(self.entry)
        return {"index": self.index, "entry": entry, "kind": self.kind, "detail": self.detail}


@dataclass(slots=True, kw_only=True)
class Report:
    """The outcome. `bodies` says whether heads and bodies were there to be checked; `checkpoints` counts the
    earlier ones that the tree was compared with; `found` counts problems beyond those listed, too."""

    size: int = 0
    root: bytes = EMPTY_ROOT
    checked_entries: int = 0
    problems: list[Problem] = field(default_factory=list)
    found: int = 0
    origin: str = ""
    key: str = ""
    key_source: str = "given"
    bodies: str = "absent"
    checkpoints: int = 0

    @property
    def ok(self) -> bool:
        """Whether everything holds."""
        return not self.found

    def json(self) -> dict[str, Any]:
        """The document of `ledger verify --json`."""
        return {
            "ok": self.ok,
            "size": self.size,
            "root": base64.b64encode(self.root).decode(),
            "checked_entries": self.checked_entries,
            "problems": [problem.json() for problem in self.problems],
            "problems_found": self.found,
            "origin": self.origin,
            "key": self.key,
            "key_source": self.key_source,
            "bodies": self.bodies,
            "checkpoints": self.checkpoints,
        }


def verify(
    source: Path | str,
    *,
    key: str | None = None,
    since: bytes | None = None,
    receipts: Iterable[str] = (),
    progress: Progress | None = None,
) -> Report:
    """Check the log in a folder (published or exported) or behind an http(s) address.

    `key` is the log's verifier key as the inspector got it; without it the folder's own copy is used, and
    the report says so. `since` is a checkpoint that was kept earlier, `receipts` in any of their forms.
    Never raises for what the files say: that is what the report is for.
    """
    run = _Run(open_tiles(source), progress)
    checkpoint = run.open(key)
    if checkpoint is not None:
        run.compare_with(since)
        run.expect(receipts)
        run.walk(checkpoint)
        run.finish(checkpoint)
    return run.report


@dataclass(slots=True)
class _Level:
    """The hashes of one level of tiles above 0, as they come out of the tiles below."""

    row: list[bytes] = field(default_factory=list)
    index: int = 0


class _Run:
    """One verification."""

    def __init__(self, tiles: FolderTiles | HttpTiles, progress: Progress | None) -> None:
        self.report = Report()
        self._tiles: Tiles = tiles
        self._folder = tiles.folder if isinstance(tiles, FolderTiles) else None
        self._progress = progress
        self._frontier = Frontier()
        self._levels: dict[int, _Level] = {}
        self._wanted: dict[int, list[tuple[str, bytes]]] = {}
        self._held = 0
        self._missing: dict[bytes, int] = {}
        self._receipts: dict[bytes, list[Receipt]] = {}
        self._last_head = ""
        self._log: Verifier | None = None

    # ---------------------------------------------------------------- what to compare with

    def open(self, key: str | None) -> Checkpoint | None:
        """Key and checkpoint; None when there is nothing to walk through."""
        self._log = self._key(key)
        if self._log is None:
            return None
        self.report.origin, self.report.key = self._log.name, self._log.vkey()
        checkpoint = self._checkpoint(self._log)
        if checkpoint:
            self.report.size, self.report.root = checkpoint.size, checkpoint.root
            self._want(checkpoint.size, "root", checkpoint.root)
        if self._folder is not None and any((self._folder / n).exists() for n in (BODIES, HISTORY, README)):
            self.report.bodies = "checked"
            self._history(self._log, checkpoint)
        return checkpoint

    def compare_with(self, since: bytes | None) -> None:
        """An earlier checkpoint, kept by whoever checks."""
        if since is None or self._log is None:
            return
        try:
            earlier = open_checkpoint(since, self._log)
        except LogFault as error:
            self._say("since", f"the earlier checkpoint: {error.detail}")
            return
        if earlier.size > self.report.size:
            self._say(
                "since",
                f"the earlier checkpoint has {earlier.size} entries, this log {self.report.size}: it was cut",
                index=self.report.size,
            )
        else:
            self._want(earlier.size, "since", earlier.root)

    def expect(self, receipts: Iterable[str]) -> None:
        """Receipts that must be kept by the log."""
        texts = list(receipts)
        if not texts:
            return
        try:
            verifier = Verifier.parse(self._tiles.read("keys/receipt.vkey").decode())
        except (LogFault, ValueError) as error:
            self._say("key", f"no receipt key to check receipts with: {error}")
            return
        for text in texts:
            try:
                receipt = Receipt.parse(text)
                receipt.check(verifier)
                self._receipts.setdefault(receipt.entry.bytes, []).append(receipt)
            except LogFault as error:
                self._say("receipt", error.detail)

    def _key(self, key: str | None) -> Verifier | None:
        copy = self._copy_of_key()
        if key is None:
            self.report.key_source = "export"
            if copy is None:
                self._say("key", "no key was given, and there is no copy beside the log")
            return copy
        try:
            given = Verifier.parse(key.strip())
        except LogFault as error:
            self._say("key", f"the given key: {error.detail}")
            return None
        if copy is not None and copy != given:
            self._say("key", "the copy of the key beside the log isn't the key that was given")
        return given

    def _copy_of_key(self) -> Verifier | None:
        found = None
        for name in ("receipt", "ledger") if self._folder is not None else ():
            path = self._folder / f"keys/{name}.vkey" if self._folder else Path()
            if path.exists():
                found = None
                try:
                    found = Verifier.parse(path.read_bytes().decode())
                except (LogFault, ValueError) as error:
                    self._say("key", f"keys/{name}.vkey: {error}")
        return found if found is None or not found.name.endswith("/receipt") else None

    def _checkpoint(self, log: Verifier) -> Checkpoint | None:
        """The checkpoint; when its signature is wrong, what it claims is still walked through, so that the
        report names entries, too."""
        try:
            raw = self._tiles.checkpoint()
            return open_checkpoint(raw, log)
        except LogFault as error:
            self._say("checkpoint", error.detail)
        try:
            return Checkpoint.parse(Note.parse(raw).text)
        except (LogFault, UnboundLocalError):
            return None

    def _history(self, log: Verifier, newest: Checkpoint | None) -> None:
        path = (self._folder or Path()) / HISTORY
        if not path.exists():
            self._say("checkpoint", f"{HISTORY} is missing")
            return
        *lines, rest = path.read_bytes().split(b"\n")
        if rest:
            self._say("checkpoint", f"{HISTORY} ends in the middle of a line")
        for number, line in enumerate(lines, 1):
            try:
                got = json.loads(line)
                if history_line(got["size"], got["note"]).encode() != line:
                    raise MalformedNote("the line isn't written as an export writes it")
                earlier = open_checkpoint(got["note"].encode(), log)
                if earlier.size != got["size"] or (newest and earlier.size > newest.size):
                    raise MalformedNote(f"its size, {earlier.size}, doesn't fit")
                self._want(earlier.size, "history", earlier.root)
            except (LogFault, ValueError, KeyError, TypeError, AttributeError) as error:
                self._say("checkpoint", f"{HISTORY}, line {number}: {error}")

    def _want(self, size: int, kind: str, root: bytes) -> None:
        self._wanted.setdefault(size, []).append((kind, root))

    # ------------------------------------------------------------------------------ the walk

    def walk(self, checkpoint: Checkpoint) -> None:
        """All bundles in order."""
        self._compare_root(self._frontier)
        for index, width in spans(checkpoint.size):
            leaves = self._leaves(index, width)
            hashes = self._hashes(index, leaves)
            if self.report.bodies == "checked":
                self._bodies(index, leaves)
            self._grow(index, hashes)
            self.report.checked_entries += sum(leaf is not None for leaf in leaves)
            if self._receipts:
                self._find_receipts(leaves, hashes)
            if self._progress:
                self._progress(index * WIDTH + width, checkpoint.size)

    def finish(self, checkpoint: Checkpoint) -> None:
        """What is known only at the end: the right edge of the tree, bodies without certificate, receipts."""
        for level in sorted(self._levels):
            self._close(level)
        for entry, index in self._missing.items():
            detail = "the body is missing, and no later purge names this entry"
            self._say("body", detail, index=index, entry=UUID(bytes=entry))
        for receipts in self._receipts.values():
            for receipt in receipts:
                self._say("receipt", self._promise(receipt), entry=receipt.entry)

    def _leaves(self, index: int, width: int) -> list[bytes | None]:
        """The leaves of a bundle; None where one can't be read. All have one length, so a changed length
        doesn't hide the leaves behind it."""
        first = index * WIDTH
        try:
            raw = entries(self._tiles, index, width)
        except LogFault as error:
            for at in range(first, first + width):
                self._say("leaf", f"the leaf is missing: {error.detail}", index=at)
            return [None] * width
        whole = len(raw) == width * LEAF_RECORD
        if whole and raw[::LEAF_RECORD] == bytes(width) and raw[1::LEAF_RECORD] == bytes([LEAF_SIZE]) * width:
            leaves: list[bytes | None] = [raw[at : at + 97] for at in range(2, len(raw), LEAF_RECORD)]
        else:
            leaves = self._cut(raw, first, width)
        for at, leaf in enumerate(leaves, first):
            if leaf is not None and not is_canonical(leaf):
                self._say("leaf", "the leaf hasn't the form of a leaf", index=at, entry=_named(leaf))
        return leaves

    def _cut(self, raw: bytes, first: int, width: int) -> list[bytes | None]:
        leaves: list[bytes | None] = []
        for place in range(width):
            record = raw[place * LEAF_RECORD : (place + 1) * LEAF_RECORD]
            if record[:2] == b"\x00\x61" and len(record) == LEAF_RECORD:
                leaves.append(record[2:])
                continue
            leaf = record[2:] if len(record) == LEAF_RECORD else None
            self._say("leaf", "the leaf's length is wrong", index=first + place, entry=_named(leaf))
            leaves.append(leaf)
        if len(raw) > width * LEAF_RECORD:
            self._say("leaf", "the bundle goes on after its last leaf", index=first + width - 1)
        return leaves

    def _hashes(self, index: int, leaves: list[bytes | None]) -> list[bytes]:
        """Leaf hashes (RFC 6962, section 2.1), each compared with the tile's."""
        made = [_ABSENT if leaf is None else sha256(b"\x00" + leaf).digest() for leaf in leaves]
        first = index * WIDTH
        try:
            tile = read_hashes(self._tiles, 0, index, len(leaves))
        except LogFault as error:
            self._say("tile", f"hashes of entries {first} to {first + len(leaves) - 1}: {error.detail}", index=first)
            return made
        if tile != made:
            for place, (mine, theirs) in enumerate(zip(made, tile, strict=True)):
                if mine != theirs:
                    detail = "the leaf and its hash in the tile differ"
                    self._say("leaf", detail, index=first + place, entry=_named(leaves[place]))
                if leaves[place] is None:
                    made[place] = theirs
        return made

    def _bodies(self, index: int, leaves: list[bytes | None]) -> None:
        first = index * WIDTH
        for place, line in enumerate(self._lines(index, first, len(leaves))):
            leaf, at = leaves[place], first + place
            if line is None:
                self._say("head", "the head is missing", index=at, entry=_named(leaf))
                continue
            try:
                got = read_line(line)
                found = fault(got, at, leaf) if leaf is not None else ("leaf", "there is no leaf for this line")
            except (MalformedNote, UnicodeEncodeError) as error:
                self._say("line", str(error), index=at, entry=_named(leaf))
                continue
            if found:
                self._say(*found, index=at, entry=_named(leaf))
            elif leaf is not None:
                self._judge_body(got, at, leaf)

    def _judge_body(self, got: dict[str, Any], at: int, leaf: bytes) -> None:
        head: str = got["head"]
        self._last_head = head
        if got["body"] is None:
            self._missing[leaf[9:25]] = at
        elif '"purge"' in head:
            for entry in purged(head, got["body"]):
                self._missing.pop(entry, None)

    def _lines(self, index: int, first: int, width: int) -> list[bytes | None]:
        """The lines of a bundle by place. When their number is wrong, each is put where its index says, so
        that a dropped line is missed at its own place and not at the end."""
        try:
            raw = self._tiles.read(bodies_path(index))
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

    # -------------------------------------------------------------------------- tree and tiles

    def _grow(self, index: int, hashes: list[bytes]) -> None:
        first = index * WIDTH
        inside = [size for size in self._wanted if first < size < first + len(hashes)]
        if inside or len(hashes) < WIDTH:
            growing = self._frontier.copy()
            for value in hashes:
                growing.append(value)
                if growing.size in self._wanted and growing.size < first + WIDTH:
                    self._compare_root(growing)
            self._frontier = growing
        if len(hashes) == WIDTH:
            root = perfect_root(hashes)
            if not inside:
                self._frontier.append_subtree(root, 8)
            self._compare_root(self._frontier)
            self._raise(1, root)

    def _raise(self, level: int, root: bytes) -> None:
        """A full tile below gave one hash of this level."""
        state = self._levels.setdefault(level, _Level())
        state.row.append(root)
        if len(state.row) == WIDTH:
            above = perfect_root(state.row)
            self._close(level)
            self._raise(level + 1, above)

    def _close(self, level: int) -> None:
        """Compare a tile above level 0 with the hashes that the tiles below gave."""
        state = self._levels[level]
        row, state.row, number = state.row, [], state.index
        state.index += 1
        if not row:
            return
        span = WIDTH**level
        first = number * WIDTH * span
        try:
            tile = read_hashes(self._tiles, level, number, len(row))
        except LogFault as error:
            self._say("tile", error.detail, index=first)
            return
        for place, (mine, theirs) in enumerate(zip(row, tile, strict=True)):
            if mine != theirs:
                start = first + place * span
                detail = f"level {level}: the hash over entries {start} to {start + span - 1} differs"
                self._say("tile", detail, index=start)

    def _compare_root(self, frontier: Frontier) -> None:
        for kind, root in self._wanted.get(frontier.size, ()):
            if kind != "root":
                self.report.checkpoints += 1
            if root != frontier.root():
                self._differs(kind, frontier.size)
                return
        if frontier.size in self._wanted:
            self._held = max(self._held, frontier.size)

    def _differs(self, kind: str, size: int) -> None:
        whose = {"root": "the checkpoint", "history": "an earlier checkpoint", "since": "the checkpoint you kept"}
        self._say(
            kind,
            f"{whose[kind]} of {size} entries has another root: "
            f"the first difference lies in entries {self._held} to {size - 1}",
            index=self._held if size else None,
        )

    # -------------------------------------------------------------------------------- receipts

    def _find_receipts(self, leaves: list[bytes | None], hashes: list[bytes]) -> None:
        for leaf, value in zip(leaves, hashes, strict=True):
            if leaf is not None and (expected := self._receipts.get(leaf[9:25])):
                left = [receipt for receipt in expected if receipt.leaf != value]
                if left:
                    self._receipts[leaf[9:25]] = left
                else:
                    del self._receipts[leaf[9:25]]

    def _promise(self, receipt: Receipt) -> str:
        said = f"an entry of this id and leaf was promised at {receipt.at.isoformat()} and isn't in the log"
        try:
            newest = str(json.loads(self._last_head).get("time", ""))
        except ValueError:
            newest = ""
        later = newest and receipt.at.isoformat()[:19] >= newest[:19]
        return f"{said}; it is newer than the log's last entry, so ask for a newer log" if later else said

    def _say(self, kind: str, detail: str, *, index: int | None = None, entry: UUID | None = None) -> None:
        self.report.found += 1
        if len(self.report.problems) < MAX_PROBLEMS:
            self.report.problems.append(Problem(index=index, entry=entry, kind=kind, detail=detail))


def _named(leaf: bytes | None) -> UUID | None:
    return UUID(bytes=leaf[9:25]) if leaf is not None and len(leaf) == LEAF_SIZE else None
