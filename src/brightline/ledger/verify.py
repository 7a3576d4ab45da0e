"""Checks a log from its published or exported files alone: no database, no network, no trust in who made them.

One pass, bundle by bundle: every leaf against its tile, its head and its body; every tile against the one
below; the root against the signed checkpoint, every earlier checkpoint and the one the inspector kept;
missing bodies against purge certificates; receipts against the leaves; keys against the entries that introduced
them; cosignatures against the witnesses' keys. What doesn't hold is named.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from uuid import UUID

from brightline.ledger.bundle import Checked, check, went_back
from brightline.ledger.canonical import loads_object
from brightline.ledger.chain import ROTATIONS, Continuation
from brightline.ledger.checkpoint import Checkpoint
from brightline.ledger.errors import LogFault, MalformedNote
from brightline.ledger.grounds import Grounds
from brightline.ledger.introductions import ACT as RECEIPT_ACT
from brightline.ledger.introductions import RECEIPTS
from brightline.ledger.receipt import Receipt
from brightline.ledger.report import Problem, Report
from brightline.ledger.tiles import WIDTH, FolderTiles, HttpTiles, Tiles, open_tiles, read_hashes, spans
from brightline.ledger.tree import Frontier, perfect_root

__all__ = ["Problem", "Report", "Wanted", "verify"]

# Below so many bundles, starting processes takes longer than they save.
WORTH_SHARING = 400

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What whoever checks brings along. `key` is the log's verifier key as they got it (any it ever had); without
    it the folder's own copy is used, and the report says so. `since` is a checkpoint that was kept earlier,
    `receipts` in any of their forms, `witnesses` verifier keys of which `quorum` must have cosigned (default: all),
    `authority` the certificates (PEM) of the time-stamping authority."""

    key: str | None = None
    since: bytes | None = None
    receipts: Sequence[str] = ()
    witnesses: Sequence[str] = ()
    quorum: int | None = None
    authority: bytes | None = None


def verify(
    source: Path | str,
    wanted: Wanted | None = None,
    *,
    key: str | None = None,
    since: bytes | None = None,
    receipts: Iterable[str] = (),
    progress: Progress | None = None,
) -> Report:
    """Check the log in a folder (published or exported) or behind an http(s) address.

    What it is checked against comes in `wanted`, or for short as `key`, `since`, `receipts`.
    Never raises for what the files say: that is what the report is for.
    """
    asked = wanted or Wanted(key=key, since=since, receipts=tuple(receipts))
    run = _Run(open_tiles(source), progress)
    checkpoint = run.open(asked.key)
    if checkpoint is not None:
        run.compare_with(asked.since)
        run.expect(asked.receipts)
        run.require(asked.witnesses, asked.quorum)
        run.stamped(asked.authority)
        run.walk(checkpoint)
        run.finish(checkpoint)
    return run.report


@dataclass(slots=True)
class _Level:
    """The hashes of one level of tiles above 0, as they come out of the tiles below."""

    row: list[bytes] = field(default_factory=list)
    index: int = 0


class _Run(Grounds):
    """One verification."""

    def __init__(self, tiles: FolderTiles | HttpTiles, progress: Progress | None) -> None:
        super().__init__(tiles)
        self._progress = progress
        self._frontier = Frontier()
        self._levels: dict[int, _Level] = {}
        self._held = 0
        self._missing: dict[bytes, int] = {}
        self._last_head = ""
        self._newest = ""

    # ------------------------------------------------------------------------------ the walk

    def walk(self, checkpoint: Checkpoint) -> None:
        """All bundles in order; their own checks are shared among processes when there are many."""
        self._compare_root(self._frontier)
        todo = list(spans(checkpoint.size))
        with self._sharing(len(todo)) as checked:
            for one in checked(todo):
                self._take(one)
                self._grow(one.index, one.hashes)
                self.report.checked_entries += sum(leaf is not None for leaf in one.leaves)
                if self._receipts:
                    self._find_receipts(one.leaves, one.hashes)
                if self._progress:
                    self._progress(min((one.index + 1) * WIDTH, checkpoint.size), checkpoint.size)

    @contextmanager
    def _sharing(self, bundles: int) -> Iterator[Callable[[list[tuple[int, int]]], Iterator[Checked]]]:
        act = partial(_checked, self._tiles, self.report.bodies == "checked")
        processes = min(os.cpu_count() or 1, 8)
        if self._folder is None or bundles < WORTH_SHARING or processes < 2:
            yield partial(map, act)
            return
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
            yield partial(pool.map, act, chunksize=16)

    def _take(self, one: Checked) -> None:
        """What a bundle found, put together with what came before."""
        for kind, detail, index, entry in one.problems:
            self.report.say(kind, detail, index=index, entry=entry)
        self._missing.update(one.missing)
        for gone, certificate in one.purged:
            if self._missing.get(gone, certificate) < certificate:
                del self._missing[gone]
        self._last_head = one.last_head or self._last_head
        first = one.index * WIDTH
        for link in (*self._links, *self._introduced_receipts):
            if first <= link.index < first + len(one.leaves):
                leaf = one.leaves[link.index - first]
                if leaf is None or not link.is_leaf(leaf):
                    self.report.say("key", "the entry that is said to introduce a key isn't this one", index=link.index)
        for index, act in one.introduced:
            of_receipts = act == RECEIPT_ACT
            among = self._introduced_receipts if of_receipts else self._links
            if index not in {link.index for link in among}:
                where = RECEIPTS if of_receipts else ROTATIONS
                self.report.say("key", f"this entry introduces a key, and {where} doesn't name it", index=index)
        self._clock(one)

    def _clock(self, one: Checked) -> None:
        turned = list(one.turned)
        if went_back(self._newest, one.first_time):
            turned.insert(0, (one.index * WIDTH, self._newest, one.first_time))
        for index, before, after in turned:
            self.report.note("clock", f"the clock went back from {before} to {after}", index=index)
        self._newest = one.newest or self._newest

    def finish(self, checkpoint: Checkpoint) -> None:
        """What is known only at the end: the right edge of the tree, bodies without certificate, receipts."""
        for level in sorted(self._levels):
            self._close(level)
        for entry, index in self._missing.items():
            detail = "the body is missing, and no later purge names this entry"
            self.report.say("body", detail, index=index, entry=UUID(bytes=entry))
        for receipts in self._receipts.values():
            for receipt in receipts:
                self.report.say("receipt", self._promise(receipt), entry=receipt.entry)

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
            self.report.say("tile", error.detail, index=first)
            return
        for place, (mine, theirs) in enumerate(zip(row, tile, strict=True)):
            if mine != theirs:
                start = first + place * span
                detail = f"level {level}: the hash over entries {start} to {start + span - 1} differs"
                self.report.say("tile", detail, index=start)

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
        whose = {
            "root": "the checkpoint",
            "history": "an earlier checkpoint",
            "since": "the checkpoint you kept",
            "rotation": "the checkpoint that both keys signed",
            "receipt key": "the checkpoint over the entry that introduces a receipt key",
        }
        fork = ", and no entry declares a continuation: this is a fork" if kind == "since" else ""
        self.report.say(
            kind,
            f"{whose[kind]} of {size} entries has another root: "
            f"the first difference lies in entries {self._held} to {size - 1}{fork}",
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
            newest = str(loads_object(self._last_head).get("time", ""))
        except MalformedNote:
            newest = ""
        later = newest and receipt.at.isoformat()[:19] >= newest[:19]
        if later:
            return f"{said}; it is newer than the log's last entry, so ask for a newer log"
        continued = [link.words() for link in self._links if isinstance(link, Continuation)]
        return f"{said}; {continued[-1]}: it may have been one of those" if continued else said


def _checked(tiles: Tiles, bodies: bool, span: tuple[int, int]) -> Checked:
    return check(tiles, *span, bodies=bodies)
