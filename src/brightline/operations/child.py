"""A published table is read in the box: its rows come out in pieces, each of which the worker sends on by itself."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, BinaryIO

from brightline.box.closing import Bounds
from brightline.box.inside import Say, preload
from brightline.box.starting import Box, Stopped
from brightline.model.errors import BadInput
from brightline.operations import commands, extract

_MEBIBYTE = 1024 * 1024
_BOUNDS = Bounds(seconds=3600, wall=6 * 3600, memory=1024 * _MEBIBYTE, output=16384 * _MEBIBYTE)
"""The clock's bound is wide: the box waits while its pieces are taken in."""
_ENDINGS = {
    "slow": ("takes too long to read", "Split it."),
    "memory": ("takes more memory to read than a file is given", "Split it."),
    "full": ("holds more than is taken of one file", "Split it."),
}
_NAME = "table.csv"


def read(path: Path, kind: str, box: Box, *, most: int = extract.MOST_ROWS, start: int = 0) -> Iterator[dict[str, Any]]:
    """Lines {total}, then {rows, kept, faults, omitted} after the first `start` rows; BadInput where it can't be taken.

    Raises NotRunning where the kernel can't close the box.
    """
    with tempfile.TemporaryDirectory(prefix="brightline-table-") as folder:
        shutil.copyfile(path, Path(folder) / _NAME)
        words = {"kind": kind, "today": datetime.now(UTC).date().isoformat(), "most": most, "start": start}
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
    if isinstance(line.get("total"), int):
        return line
    if isinstance(line.get("rows"), int) and all(
        isinstance(line.get(part), list) for part in ("kept", "faults", "omitted")
    ):
        return line
    raise BadInput("file", "made its reader fail", "Save it anew as CSV.")


# ------------------------------------------------------------------------------------ in the box itself


def prepare(words: dict[str, Any]) -> None:
    """What reading imports late, while Python's files can be reached."""
    preload("encodings")


def work(words: dict[str, Any], given: BinaryIO, say: Say) -> None:
    """Twice from end to end: whether it can be read at all, then its rows."""
    kind, today = words["kind"], date.fromisoformat(words["today"])
    try:
        with Path(_NAME).open("rb") as source:
            say(total=extract.count(source, kind, words["most"]))
        with Path(_NAME).open("rb") as source:
            for piece in extract.pieces(source, kind, today=today, start=words["start"]):
                say(**commands.packed(piece), omitted=list(piece.omitted))
    except BadInput as fault:
        say(bad=[fault.field, fault.detail.removeprefix(f"{fault.field}: "), fault.hint])
