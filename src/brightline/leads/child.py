"""A file of leads is read in the box: its rows come out in pieces, each of which the worker sends on by itself."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from brightline.box.closing import Bounds
from brightline.box.inside import Say, preload
from brightline.box.starting import Box, Stopped
from brightline.leads import intake, programme
from brightline.model.errors import BadInput

_MEBIBYTE = 1024 * 1024
_BOUNDS = Bounds(seconds=3600, wall=6 * 3600, memory=1024 * _MEBIBYTE, output=16384 * _MEBIBYTE)
"""The clock's bound is wide: the box waits while its pieces are taken in."""
_ENDINGS = {
    "slow": ("takes too long to read", "Split it."),
    "memory": ("takes more memory to read than a file is given", "Split it."),
    "full": ("holds more than is taken of one file", "Split it."),
}
_NAME = "leads.csv"


def read(
    path: Path, config: dict[str, Any], box: Box, *, most: int = intake.MOST_ROWS, start: int = 0
) -> Iterator[dict[str, Any]]:
    """Lines {total}, then {rows, rejected} after the first `start` rows; BadInput where the file can't be taken.

    Raises NotRunning where the kernel can't close the box.
    """
    with tempfile.TemporaryDirectory(prefix="brightline-leads-") as folder:
        shutil.copyfile(path, Path(folder) / _NAME)
        words = {"config": config, "most": most, "start": start}
        lines = box.run(__name__, words, folder=Path(folder), bounds=_BOUNDS)
        with contextlib.closing(lines):
            try:
                yield from (_looked_at(line) for line in lines)
            except Stopped as stop:
                problem, hint = _ENDINGS.get(stop.how, ("made its reader fail", "Save it anew as CSV."))
                raise BadInput("file", problem, hint) from None


def _looked_at(line: dict[str, Any]) -> dict[str, Any]:
    """What comes from where a stranger's file was read has one of two forms, or is a refusal."""
    if isinstance(line.get("bad"), list) and len(line["bad"]) == 3:
        raise BadInput(*(str(part)[:500] for part in line["bad"]))
    if isinstance(line.get("total"), int) or (
        isinstance(line.get("rows"), list) and isinstance(line.get("rejected"), list)
    ):
        return line
    raise BadInput("file", "made its reader fail", "Save it anew as CSV.")


# ------------------------------------------------------------------------------------ in the box itself


def prepare(words: dict[str, Any]) -> None:
    """What reading imports late, while Python's files can be reached."""
    preload("encodings")
    programme.parse(words["config"])


def work(words: dict[str, Any], given: BinaryIO, say: Say) -> None:
    """Twice from end to end: whether it can be read at all, then its rows."""
    known = programme.parse(words["config"])
    try:
        with Path(_NAME).open("rb") as source:
            say(total=intake.count(known, source, words["most"]))
        with Path(_NAME).open("rb") as source:
            for batch in intake.pieces(known, source, words["start"]):
                say(rows=batch.rows, rejected=batch.rejected)
    except BadInput as fault:
        say(bad=[fault.field, fault.detail.removeprefix(f"{fault.field}: "), fault.hint])
