"""A CSV of a stranger's is read in the box: it comes out in pieces, each of which the worker sends on by itself."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from brightline.box.closing import Bounds
from brightline.box.starting import Box, Stopped
from brightline.model.errors import BadInput

NAME = "given.csv"
"""How the reader in the box finds the file, in the folder where it starts."""
_MEBIBYTE = 1024 * 1024
_BOUNDS = Bounds(seconds=3600, wall=6 * 3600, memory=1024 * _MEBIBYTE, output=16384 * _MEBIBYTE)
"""The clock's bound is wide: the box waits while its pieces are taken in."""
_ENDINGS = {
    "slow": ("takes too long to read", "Split it."),
    "memory": ("takes more memory to read than a file is given", "Split it."),
    "full": ("holds more than is taken of one file", "Split it."),
}
_FAILED = ("made its reader fail", "Save it anew as CSV.")


def read(
    reader: str, path: Path, words: Mapping[str, Any], box: Box, is_piece: Callable[[dict[str, Any]], bool]
) -> Iterator[dict[str, Any]]:
    """Lines {total}, then pieces, as the module `reader` says them in the box; BadInput where the file can't be taken.

    Raises NotRunning where the kernel can't close the box.
    """
    with tempfile.TemporaryDirectory(prefix="brightline-csv-") as folder:
        shutil.copyfile(path, Path(folder) / NAME)
        lines = box.run(reader, dict(words), folder=Path(folder), bounds=_BOUNDS)
        with contextlib.closing(lines):
            try:
                yield from (_looked_at(line, is_piece) for line in lines)
            except Stopped as stop:
                problem, hint = _ENDINGS.get(stop.how, _FAILED)
                raise BadInput("file", problem, hint) from None


def _looked_at(line: dict[str, Any], is_piece: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """What comes from where a stranger's file was read has one of two forms, or is a refusal."""
    if isinstance(line.get("bad"), list) and len(line["bad"]) == 3:
        raise BadInput(*(str(part)[:500] for part in line["bad"]))
    if isinstance(line.get("total"), int) or is_piece(line):
        return line
    raise BadInput("file", *_FAILED)


def refusal(fault: BadInput) -> list[str]:
    """A refusal as the reader says it from inside the box."""
    return [fault.field, fault.detail.removeprefix(f"{fault.field}: "), fault.hint]
