"""A published table is read in the box: its rows come out in pieces, each of which the worker sends on by itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, BinaryIO

from brightline.box import pieces
from brightline.box.inside import Say, preload
from brightline.box.starting import Box
from brightline.model.errors import BadInput
from brightline.operations import commands, extract


def read(path: Path, kind: str, box: Box, *, most: int = extract.MOST_ROWS, start: int = 0) -> Iterator[dict[str, Any]]:
    """Lines {total}, then {rows, kept, faults, omitted} after the first `start` rows; as `box.pieces.read`."""
    words = {"kind": kind, "today": datetime.now(UTC).date().isoformat(), "most": most, "start": start}
    return pieces.read(__name__, path, words, box, _is_piece)


def _is_piece(line: dict[str, Any]) -> bool:
    return isinstance(line.get("rows"), int) and all(
        isinstance(line.get(part), list) for part in ("kept", "faults", "omitted")
    )


# ------------------------------------------------------------------------------------ in the box itself


def prepare(words: dict[str, Any]) -> None:
    """What reading imports late, while Python's files can be reached."""
    preload("encodings")


def work(words: dict[str, Any], given: BinaryIO, say: Say) -> None:
    """Twice from end to end: whether it can be read at all, then its rows."""
    kind, today = words["kind"], date.fromisoformat(words["today"])
    try:
        with Path(pieces.NAME).open("rb") as source:
            say(total=extract.count(source, kind, words["most"]))
        with Path(pieces.NAME).open("rb") as source:
            for piece in extract.pieces(source, kind, today=today, start=words["start"]):
                say(**commands.packed(piece), omitted=list(piece.omitted))
    except BadInput as fault:
        say(bad=pieces.refusal(fault))
