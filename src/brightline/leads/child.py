"""A file of leads is read in the box: its rows come out in pieces, each of which the worker sends on by itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from brightline.box import pieces
from brightline.box.inside import Say, preload
from brightline.box.starting import Box
from brightline.leads import intake, programme
from brightline.model.errors import BadInput


def read(
    path: Path, config: dict[str, Any], box: Box, *, most: int = intake.MOST_ROWS, start: int = 0
) -> Iterator[dict[str, Any]]:
    """Lines {total}, then {rows, rejected} after the first `start` rows; as `box.pieces.read`."""
    return pieces.read(__name__, path, {"config": config, "most": most, "start": start}, box, _is_piece)


def _is_piece(line: dict[str, Any]) -> bool:
    return isinstance(line.get("rows"), list) and isinstance(line.get("rejected"), list)


# ------------------------------------------------------------------------------------ in the box itself


def prepare(words: dict[str, Any]) -> None:
    """What reading imports late, while Python's files can be reached."""
    preload("encodings")
    programme.parse(words["config"])


def work(words: dict[str, Any], given: BinaryIO, say: Say) -> None:
    """Twice from end to end: whether it can be read at all, then its rows."""
    known = programme.parse(words["config"])
    try:
        with Path(pieces.NAME).open("rb") as source:
            say(total=intake.count(known, source, words["most"]))
        with Path(pieces.NAME).open("rb") as source:
            for batch in intake.pieces(known, source, words["start"]):
                say(rows=batch.rows, rejected=batch.rejected)
    except BadInput as fault:
        say(bad=pieces.refusal(fault))
