"""A log that was set back, and whose newer table nobody has any more: what the published files show of what was lost.

The files of the former log prove what was signed. They are put aside under `former/` and stay published; the log goes
on as another, and an entry says all of that (chain.Continuation).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from brightline.ledger.chain import Chain, number_of
from brightline.ledger.checkpoint import Checkpoint
from brightline.ledger.errors import LogFault, SequencerFault
from brightline.ledger.note import Note
from brightline.ledger.tiles import CHECKPOINT, FolderTiles, Tiles, read_hashes, spans
from brightline.ledger.tree import leaf_hash

FORMER = "former"
WAY_ON = (
    "Restore the newer database. Is there none: brightline ledger renew --set-back goes on under another name and says"
    ' what is lost (docs/operations.md, "A log that was set back").'
)
_PARTS = ("tile", "keys", CHECKPOINT)

Leaves = Callable[[int, int], Iterable[bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Former:
    """The log as it was published: its last checkpoint with all signatures, and how much of it the table has."""

    note: bytes
    checkpoint: Checkpoint
    kept: int


def former(folder: Path, chain: Chain, size: int, leaves: Leaves) -> Former | None:
    """What the published files hold beyond the table of `size` entries, or otherwise than it; None when it has all.

    Raises SequencerFault where the published checkpoint isn't signed by a key that this table knows: the key was
    changed in what was lost, and the one before, which alone could sign a continuation, is gone.
    """
    path = folder / CHECKPOINT
    if not path.exists():
        return None
    note = path.read_bytes()
    try:
        checkpoint = chain.open(note)
    except LogFault as error:
        raise SequencerFault(
            f"the published checkpoint isn't of this log's key ({error.detail}): it can't be continued",
            hint="Was the key changed in what was lost, a fresh home begins a log of another name.",
        ) from error
    kept = _common(FolderTiles(folder), checkpoint.size, size, leaves)
    return Former(note=note, checkpoint=checkpoint, kept=kept) if kept < checkpoint.size else None


def _common(tiles: Tiles, published: int, size: int, leaves: Leaves) -> int:
    """How many leaves from the first on are the same in the published tiles and in the table."""
    same, mine = 0, iter(leaves(0, min(published, size)))
    for index, width in spans(published):
        theirs = read_hashes(tiles, 0, index, width)
        ours = [leaf_hash(leaf) for leaf in islice(mine, width)]
        equal = [a == b for a, b in zip(ours, theirs, strict=False)]
        same += equal.index(False) if False in equal else len(equal)
        if False in equal or len(ours) < width:
            break
    return same


def told(note: str, kept: int) -> dict[str, Any]:
    """What the head of the entry says that begins the continuation, beside its keys."""
    last = Checkpoint.parse(Note.parse(note.encode()).text).size - 1
    return {"kept": kept, "lost": {"from": kept, "to": last}, "former": note}


def set_aside(folder: Path, note: str) -> Path:
    """Put the former log's files under `former/NUMBER`. Killed between two of them, it goes on where it was."""
    origin = _origin(note.encode())
    place = folder / FORMER / str(number_of(origin))
    if (folder / CHECKPOINT).exists() and _origin((folder / CHECKPOINT).read_bytes()) != origin:
        return place
    place.mkdir(parents=True, exist_ok=True)
    for name in _PARTS:
        if (folder / name).exists() and not (place / name).exists():
            (folder / name).rename(place / name)
    return place


def _origin(note: bytes) -> str:
    return Note.parse(note).text.split("\n")[0]
