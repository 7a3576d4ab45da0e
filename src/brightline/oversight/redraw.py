"""Which reasons an overseer has to judge, worked out again from an exported log, without the database.

An entry's mark is SHA-256(root of the first checkpoint that covers it ‖ entry id). A period's smallest marks are its
sample: one in a hundred inquiries, at least twenty. Whoever writes a reason can't know the root that will cover it, and
whoever draws can't choose another, so neither steers what is looked at. Every crossing of the period is in it anyway.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from brightline.ledger.checkpoint import open_checkpoint
from brightline.ledger.errors import LogFault
from brightline.ledger.export import BODIES, HISTORY
from brightline.ledger.note import Verifier
from brightline.model.errors import BadInput

INQUIRY = "inquiry_open"
CROSSING = "crossing_request"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One reason that has to be judged: `mark` in hex; `crossing` is its number, None for an inquiry."""

    index: int
    entry: UUID
    mark: str
    crossing: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What a draw reads of an entry."""

    index: int
    entry: UUID
    at: datetime
    name: str
    crossing: str | None = None


def draw(
    heads: Iterable[Head],
    checkpoints: Sequence[tuple[int, bytes]],
    since: datetime,
    until: datetime,
    *,
    percent: int = 1,
    least: int = 20,
) -> list[Drawn]:
    """The sample of a period: inquiries by rising mark, then all crossings by theirs.

    `heads`: entries with outcome ok; `checkpoints`: (size, root) of all that were signed. Entries that no checkpoint
    covers are left for the next draw.
    """
    roots = sorted(checkpoints)
    marked = [
        Drawn(index=head.index, entry=head.entry, mark=mark, crossing=head.crossing)
        for head in heads
        if head.name in (INQUIRY, CROSSING) and since <= head.at < until
        for mark in _mark(head, roots)
    ]
    inquiries = sorted((one for one in marked if one.crossing is None), key=lambda one: one.mark)
    crossings = sorted((one for one in marked if one.crossing is not None), key=lambda one: one.mark)
    return inquiries[: max(least, -(-len(inquiries) * percent // 100))] + crossings


def _mark(head: Head, roots: Sequence[tuple[int, bytes]]) -> Iterator[str]:
    for size, root in roots:
        if size > head.index:
            yield sha256(root + head.entry.bytes).hexdigest()
            return


def from_export(folder: Path, since: datetime, until: datetime, *, percent: int = 1, least: int = 20) -> list[Drawn]:
    """The same from the folder that `brightline ledger export` writes; its checkpoints' signatures are checked.

    Raises BadInput when the folder is no export or a checkpoint isn't signed by its key. That the entries are those of
    the tree, `ledger verify` says.
    """
    try:
        key = Verifier.parse((folder / "keys" / "ledger.vkey").read_text("utf-8").strip())
        notes = [json.loads(line)["note"] for line in (folder / HISTORY).read_text("utf-8").splitlines() if line]
        signed = [open_checkpoint(note.encode(), key) for note in notes]
        return draw(
            _heads(folder), [(one.size, one.root) for one in signed], since, until, percent=percent, least=least
        )
    except (OSError, KeyError, ValueError, LogFault) as fault:
        raise BadInput(
            "folder", f"can't be read as an exported log: {fault}", "Make one with brightline ledger export."
        ) from fault


def _heads(folder: Path) -> Iterator[Head]:
    for path in sorted((folder / BODIES).rglob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            head = json.loads(row["head"])
            if head["outcome"] == "ok" and head["name"] in (INQUIRY, CROSSING):
                counts = head.get("counts")
                yield Head(
                    index=int(row["index"]),
                    entry=UUID(row["entry"]),
                    at=datetime.fromisoformat(head["time"]),
                    name=head["name"],
                    crossing=counts.get("crossing") if isinstance(counts, dict) else None,
                )
