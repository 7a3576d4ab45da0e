"""Rows of CSV files, as they came: quotes are read strictly, and a row that isn't whole is told with its number."""

from __future__ import annotations

import csv
import gzip
import io
import re
from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from typing import Any

from brightline.feeds.batches import BATCH, Batch, End, Kept, Table
from brightline.feeds.files import open_text, refuse
from brightline.feeds.manifest import Input
from brightline.feeds.quarantine import Fault
from brightline.model import sheet

CELL_LIMIT = 64 << 20
_DELIMITERS = (",", ";", "\t", "|")
_UNUSUAL = ("^", "~", ":")
_SEP = re.compile(r'"?sep=(.)"?\s*\Z', re.IGNORECASE)
"""A spreadsheet's own first line, which says what stands between cells."""
_TOTALS = frozenset(("total", "totals", "grand total", "subtotal", "sub-total", "sum"))
_LOOKED = 30
"""Lines in which the heading is looked for when it isn't where it should be."""


def _delimiter(line: str, wanted: Collection[str] = ()) -> str:
    """What stands between cells: that which gives the columns that are wanted, else the most frequent of the usual."""
    ranked = sorted(_DELIMITERS, key=line.count, reverse=True)
    if wanted:
        for one in (*ranked, *_UNUSUAL):
            if one in line and _names(line, one).issuperset(wanted):
                return one
    return max(_DELIMITERS, key=line.count)


def _names(line: str, delimiter: str) -> set[str]:
    try:
        cells = next(iter(csv.reader([line], delimiter=delimiter, skipinitialspace=True)), [])
    except csv.Error:
        return set()
    return {cell.strip() for cell in cells}


def read_csv(path: Path, rules: Input, wanted: Mapping[str, str]) -> Iterator[Batch]:
    """Batches of a CSV file. `wanted` are the columns the feed names, each with where it does."""
    csv.field_size_limit(CELL_LIMIT)
    try:
        with open_text(path, rules.encoding) as text:
            yield from _csv_rows(path, text, rules, wanted)
    except (EOFError, gzip.BadGzipFile, OSError) as error:
        raise refuse("cut", f"{path.name} can't be read to its end: {error}.", "Fetch it again.") from None
    except csv.Error as error:
        detail = (
            "a quote is left open, and the rest of the file is in its cell" if "end of data" in str(error) else error
        )
        raise refuse(
            "csv", f"{path.name}: {detail}.", "Look for a quote that is left open, or a cell that is huge."
        ) from None
    except UnicodeError as error:
        raise refuse("encoding", f"{path.name} isn't {rules.encoding}: {error}.", "Set input.encoding.") from None


class _Lines:
    """The lines of a file, with the last ones remembered: they say how it ends, and which rows an open quote took."""

    def __init__(self, first: str, text: io.TextIOWrapper) -> None:
        self.last = deque([first], maxlen=5_000)
        self._all = chain((first,), text)

    def __iter__(self) -> Iterator[str]:
        keep = self.last.append
        for line in self._all:
            keep(line)
            yield line


def _csv_rows(path: Path, text: io.TextIOWrapper, rules: Input, wanted: Mapping[str, str]) -> Iterator[Batch]:
    first, number, delimiter = _heading(path, text, rules)
    source = _Lines(first, text)
    dialect = _dialect(rules, first, delimiter, wanted)
    lines = csv.reader(source, **dialect, strict=True)
    header = tuple(name.strip() for name in (next(lines) if rules.header else rules.columns))
    if not wanted.keys() <= set(header):
        _no_column(path.name, header, wanted, list(islice(text, _LOOKED)), number)
    check_header(path.name, header, wanted)
    number += rules.header
    own = header == sheet.EXPORT
    width = 0
    while True:
        begun = lines.line_num
        batch, fault = _some(lines)
        if batch:
            width = len(batch[-1]) or width
            if own:  # our own export: the apostrophes that it put before formulas go again, and only these
                batch = [[sheet.restored(cell) for cell in cells] for cells in batch]
            yield from _tables(header, number, batch, rules)
            number += len(batch)
        if fault is not None:
            taken = lines.line_num - begun - sum(1 + sum(map(_breaks_of, cells)) for cells in batch)
            yield from _misquoted(number, fault, list(source.last)[-taken:], header, rules, dialect)
            number += 1
        elif len(batch) < BATCH:
            break
    whole = width in (0, len(header)) or bool(rules.footer)
    yield End(name=path.name, closed=source.last[-1].endswith(("\n", "\r")), whole=whole)


def _heading(path: Path, text: io.TextIOWrapper, rules: Input) -> tuple[str, int, str | None]:
    """The line of the column names, its number, and the delimiter where the line before says it."""
    first, number = text.readline(), 1
    told = _SEP.match(first)
    if told:
        first, number = text.readline(), 2
    while number < rules.heading and first:
        first, number = text.readline(), number + 1
    if not first.strip() and (not first or not text.read(1)):
        raise refuse("empty", f"{path.name} is empty.")
    return first, number, told[1] if told else None


def _no_column(name: str, header: Sequence[str], wanted: Mapping[str, str], after: Sequence[str], number: int) -> None:
    """Refuses with the line that looks like the heading, where one of the next does."""
    for at, line in enumerate(after, number + 1):
        for delimiter in (*_DELIMITERS, *_UNUSUAL):
            if _names(line, delimiter).issuperset(wanted):
                missing = next(column for column in wanted if column not in header)
                raise refuse(
                    "column",
                    f"{name} has no column {missing!r} in line {number}; line {at} has all that feed.yml names.",
                    f"If that is the heading, set input.heading to {at}.",
                )


def _dialect(rules: Input, first: str, told: str | None, wanted: Mapping[str, str]) -> dict[str, Any]:
    delimiter = rules.delimiter or told or _delimiter(first, wanted.keys() if rules.header else ())
    return {"delimiter": delimiter, "quotechar": rules.quote, "skipinitialspace": True}


def _some(lines: Iterator[list[str]]) -> tuple[list[list[str]], csv.Error | None]:
    """The next rows, up to one whose quotes are wrong. A quote that is open at the end has swallowed the rest."""
    batch: list[list[str]] = []
    try:
        batch.extend(islice(lines, BATCH))
    except csv.Error as error:
        if "expected after" not in str(error):
            raise
        return batch, error
    return batch, None


def _tables(header: tuple[str, ...], number: int, batch: list[list[str]], rules: Input) -> Iterator[Batch]:
    width = len(header)
    numbers: Sequence[int] = range(number, number + len(batch))
    if rules.footer or any(_total(cells) for cells in batch):
        apart = {at for at, cells in enumerate(batch) if _foot(cells, rules)}
        yield from (_footer(number + at, batch[at], header, rules) for at in sorted(apart))
        numbers = [at for place, at in enumerate(numbers) if place not in apart]
        batch = [cells for place, cells in enumerate(batch) if place not in apart]
        if not batch:
            return
    if set(map(len, batch)) == {width} and not _breaks(batch):
        yield Table(header=header, numbers=numbers, rows=batch)
        return
    kept: list[tuple[int, list[str]]] = []
    for at, cells in zip(numbers, batch, strict=True):
        if not cells:
            continue
        fitted = _fitted(cells, width, rules)
        if fitted is None:
            yield _ragged(at, cells, header, rules)
        elif inside := _swallowed(cells, width, rules):
            detail = f"{len(inside):,} lines in one cell look like rows: a quote may be left open before them."
            yield replace(_ragged(at, cells, header, rules), reason="quote", detail=detail)
            yield _kept(inside, header, rules)
        else:
            kept.append((at, fitted))
    if kept:
        yield Table(header=header, numbers=[at for at, _ in kept], rows=[cells for _, cells in kept])


def _total(cells: Sequence[str]) -> bool:
    return bool(cells) and cells[0].strip().casefold() in _TOTALS


def _foot(cells: Sequence[str], rules: Input) -> bool:
    """Whether a row is what feed.yml calls a footer; where it calls nothing so, a sum."""
    said = next((cell.strip() for cell in cells if cell.strip()), "").casefold()
    if not rules.footer:
        return said in _TOTALS
    return any(
        said.startswith(word[:-1].casefold()) if word.endswith("*") else said == word.casefold()
        for word in rules.footer
    )


def _footer(number: int, cells: Sequence[str], header: Sequence[str], rules: Input) -> Fault:
    value = " | ".join(cells)[:1_000]
    if rules.footer:
        detail = "The row is a footer, as input.footer says; it isn't taken."
        return Fault(row=number, key=None, column=None, reason="footer", detail=detail, value=value, state="noted")
    detail = "The row looks like a sum, which is no record. If it is one, name other words in input.footer."
    return Fault(row=number, key=None, column=None, reason="total", detail=detail, value=value)


def _breaks(batch: list[list[str]]) -> bool:
    """Whether any cell goes over lines: rare, and the only way for a quote to swallow rows."""
    whole = "\x1f".join(map("\x1f".join, batch))
    return "\n" in whole or "\r" in whole


def _fitted(cells: list[str], width: int, rules: Input) -> list[str] | None:
    """A row of the header's width; None when it can't be made one without guessing."""
    if len(cells) < width:
        return None if rules.header else cells + [""] * (width - len(cells))
    return None if any(cells[width:]) else cells[:width]


def _breaks_of(cell: str) -> int:
    return cell.count("\n") + cell.count("\r") - cell.count("\r\n")


def _swallowed(cells: Sequence[str], width: int, rules: Input) -> list[str]:
    """Whole rows inside a cell: a quote was left open and closed by a later one's. A line of it that has as many
    delimiters as a row has can't be a note that somebody wrote."""
    for cell in cells:
        for delimiter in (rules.delimiter,) if rules.delimiter else _DELIMITERS:
            found = [line for line in cell.splitlines()[1:] if line.count(delimiter) >= max(width - 1, 2)]
            if found:
                return found
    return []


def _misquoted(
    number: int, error: csv.Error, lines: list[str], header: tuple[str, ...], rules: Input, dialect: dict[str, Any]
) -> Iterator[Batch]:
    """A row whose quotes are wrong. It may have taken others with it: what was known of all of them stays."""
    cells = next(iter(csv.reader(lines[:1], **dialect)), [])
    others = f" It takes in {len(lines):,} lines." if len(lines) > 1 else ""
    detail = f"The quotes of the row are wrong: {error}.{others}"
    value = "".join(lines)[:1_000]
    yield replace(_ragged(number, cells, header, rules), reason="quote", detail=detail, value=value)
    yield _kept(lines, header, rules)


def _kept(lines: Sequence[str], header: tuple[str, ...], rules: Input) -> Kept:
    """The keys that lines inside a cell seem to have."""
    rows = (next(iter(csv.reader([line], delimiter=rules.delimiter or _delimiter(line))), []) for line in lines)
    return Kept(keys=tuple(key for cells in rows if (key := _spoken(cells, header, rules))))


def _ragged(number: int, cells: Sequence[str], header: tuple[str, ...], rules: Input) -> Fault:
    return Fault(
        row=number,
        key=_spoken(cells, header, rules),
        column=None,
        reason="columns",
        detail=f"The row has {len(cells)} cells, the header {len(header)}.",
        value=" | ".join(cells)[:1_000],
    )


def joined(parts: Sequence[str]) -> str:
    """The key of these parts. A part that holds the slash between them, or looks as if it were escaped, is escaped, so
    that (x/y, z) and (x, y/z) are two; every other key is what it always was."""
    if len(parts) == 1:
        return parts[0]
    return "/".join(_unambiguous(part) for part in parts)


def _unambiguous(part: str) -> str:
    if "/" in part or "%2F" in part or "%25" in part:
        return part.replace("%", "%25").replace("/", "%2F")
    return part


def _spoken(cells: Sequence[str], header: tuple[str, ...], rules: Input) -> str | None:
    """The key of a row that can't be taken, if it can be read: what was known of it stays."""
    at = [header.index(name) for name in rules.keys if name in header]
    if not at or max(at) >= len(cells) or not all(cells[index].strip() for index in at):
        return None
    return joined([cells[index].strip() for index in at])


def check_header(name: str, header: Sequence[str], wanted: Mapping[str, str]) -> None:
    """Refuses a file that lacks a column which the feed names, or names one twice."""
    twice = {column for column in header if column and list(header).count(column) > 1}
    if twice & set(wanted):
        raise refuse("column", f"{name} has the column {sorted(twice)[0]} twice.")
    for column, place in wanted.items():
        if column not in header:
            shown = ", ".join(header[:30])
            raise refuse(
                "column",
                f"{name} has no column {column!r}, which {place} names; it has: {shown}.",
                "Correct feed.yml, or ask the source what became of the column.",
            )
