"""The one writer of tables that spreadsheets open, and how what it wrote is read back.

A cell that begins with `=`, `+`, `-`, `@`, a tab or a line end is run as a formula, and a formula can send its
neighbours out. Such a text gets an apostrophe before it, which spreadsheets show as text. Numbers stay numbers. So that
nothing is lost, a text that begins with apostrophes and then such a character gets one more: taking one away from what
begins so restores every text exactly (`restored(neutral(text)) == text`).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

# The wide forms count: a spreadsheet of an East Asian installation takes them for the narrow ones.
_STARTS = r"[=+\-@\t\r\n＝＋－＠]"
_RUNS = re.compile(rf"\A'*{_STARTS}")
_KEPT = re.compile(rf"\A'+{_STARTS}")
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_IS_NUMBER = re.compile(rf"\A{_NUMBER}\Z", re.ASCII)

EXPORT = (
    "source",
    "source_key",
    "version",
    "collected_at",
    "regime",
    "authority",
    "category",
    "caveats",
    "hash",
    "entities",
)
"""The heading of an export of the warehouse. A file with just this heading is read back as one."""


def neutral(text: str) -> str:
    """As it may stand in a cell."""
    return f"'{text}" if _RUNS.match(text) and not _IS_NUMBER.match(text) else text


def restored(cell: str) -> str:
    """What `neutral` was given."""
    return cell[1:] if _KEPT.match(cell) else cell


def in_sql(column: str) -> str:
    """`neutral` as an expression of DuckDB, for tables that never come into Python."""
    runs, number = (pattern.replace("'", "''") for pattern in (f"^'*{_STARTS}", f"^{_NUMBER}$"))
    return (
        f"CASE WHEN regexp_matches({column}, '{runs}') AND NOT regexp_matches({column}, '{number}')"
        f" THEN '''' || {column} ELSE {column} END AS {column}"
    )


def write(out: TextIO, rows: Iterable[Sequence[Any]]) -> None:
    """Rows as CSV; texts are neutralised, numbers aren't texts."""
    sheet = csv.writer(out, lineterminator="\n")
    for row in rows:
        sheet.writerow([neutral(cell) if isinstance(cell, str) else cell for cell in row])
