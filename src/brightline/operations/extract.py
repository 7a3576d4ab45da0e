"""Tables shaped like the published enforcement extracts: column names of several releases, one meaning.

A row is kept as figures without people: day, codes, places. No name, number, birth date or trait is read at all (rule
2); the columns left out are named in the result. A row with an unknown code or an impossible date is kept back whole,
with row, column, value and reason, so that a total never silently includes what isn't understood.

Column names: deportationdata.org codebooks of arrests, detention stints and removals (CC0).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, BinaryIO

from brightline.model.errors import BadInput

KINDS = ("arrests", "detentions", "removals")
MOST_ROWS = 2_000_000
"""Unless the installation is set otherwise."""
PIECE = 5_000
"""Rows that are sent at a time."""
EARLIEST = date(1990, 1, 1)

# meaning → names under which the releases have it, folded by `_folded`; the first that is there counts
DAY: Mapping[str, tuple[str, ...]] = {
    "arrests": ("apprehensiondate", "arrestdate"),
    "detentions": ("bookindatetime", "detentionbookindate", "staybookindatetime", "staybookindate"),
    "removals": ("departeddate", "departuredate"),
}
UNTIL: Mapping[str, tuple[str, ...]] = {
    "arrests": ("departeddate",),
    "detentions": ("bookoutdatetime", "detentionbookoutdate"),
    "removals": (),
}
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "method": ("apprehensionmethod", "arrestmethod"),
    "type": ("apprehensiontype",),
    "program": ("apprehensionfinalprogram", "finalprogram", "currentprogram"),
    "agency": ("arrestingagency",),
    "area": ("toacurrentdutyaor", "bookinaor", "docketaor", "areaofresponsibility"),
    "state": ("state", "apprehensionstate"),
    "criminality": ("apprehensioncriminality", "bookincriminality", "casecriminality"),
    "case_status": ("casestatus",),
    "case_category": ("casecategory",),
    "threat_level": ("casethreatlevel", "removalthreatlevel", "apprehensionthreatlevel"),
    "final_order": ("finalorderyesno",),
    "operation": ("operation",),
    "facility": ("detentionfacilitycode", "detentionfacility"),
    "release_reason": ("detentionreleasereason", "stayreleasereason"),
    "disposition": ("processingdisposition",),
    "country": ("departurecountry",),
}
# Code lists: folded spelling → our word. A column that has one takes nothing else.
CODES: Mapping[str, Mapping[str, str]] = {
    "criminality": {
        "1convictedcriminal": "convicted",
        "convictedcriminal": "convicted",
        "convicted": "convicted",
        "2pendingcriminalcharges": "charged",
        "pendingcriminalcharges": "charged",
        "charged": "charged",
        "3otherimmigrationviolator": "none",
        "otherimmigrationviolator": "none",
        "none": "none",
    },
    "final_order": {"yes": "yes", "y": "yes", "no": "no", "n": "no"},
    "threat_level": {"1": "1", "2": "2", "3": "3", "nonsignificant": "none", "none": "none"},
    "type": {"targeted": "targeted", "collateral": "collateral"},
}
_EMPTY = frozenset({"", "na", "null", "none given", "unknown", "n/a"})
_DATE = re.compile(r"^(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?$")
_AMERICAN = re.compile(r"^(\d{1,2})/(\d{1,2})/(\d{4})(?: .*)?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why a row is kept back."""

    row: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One row as a figure."""

    row: int
    day: date
    until: date | None
    values: Mapping[str, str]


@dataclass(slots=True, kw_only=True)
class Table:
    """What a file gave. `omitted` are columns that were there and weren't read."""

    kind: str
    rows: int = 0
    kept: list[Kept] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    omitted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """Which column of this file holds what."""

    day: str
    until: str | None
    values: Mapping[str, str]
    omitted: tuple[str, ...]


def read(content: bytes, kind: str, *, today: date) -> Table:
    """The whole table. BadInput when it is no such table; faults of single rows are in the result."""
    count(io.BytesIO(content), kind)
    whole = Table(kind=kind)
    for piece in pieces(io.BytesIO(content), kind, today=today):
        whole.omitted = piece.omitted
        whole.rows += piece.rows
        whole.kept.extend(piece.kept)
        whole.faults.extend(piece.faults)
    return whole


def count(source: BinaryIO, kind: str, most: int = MOST_ROWS) -> int:
    """How many rows it has, read from end to end: what can't be read whole is refused before its first row."""
    rows = sum(1 for _ in _table(source, kind)[1])
    if rows > most:
        raise BadInput("file", f"has {rows:,} rows; at most {most:,} are taken at a time", "Split it by year.")
    return rows


def pieces(source: BinaryIO, kind: str, *, today: date, start: int = 0) -> Iterator[Table]:
    """The rows after the first `start`, a piece at a time; at least one piece, which names the columns left out."""
    plan, rows = _table(source, kind)
    table = Table(kind=kind, omitted=plan.omitted)
    for number, row in enumerate(rows, start=1):
        if number <= start:
            continue
        table.rows += 1
        _take(table, plan, number, row, today)
        if table.rows >= PIECE:
            yield table
            table = Table(kind=kind, omitted=plan.omitted)
    yield table


def _table(source: BinaryIO, kind: str) -> tuple[_Plan, Iterator[dict[str, Any]]]:
    """Which column holds what, and the rows; any line end, BadInput for what is no CSV."""
    if kind not in KINDS:
        raise BadInput("kind", "is unknown", f"One of: {', '.join(KINDS)}.")
    sample = source.read(1 << 16)
    source.seek(0)
    heading = sample.replace(b"\r", b"\n").partition(b"\n")[0]
    text = io.TextIOWrapper(source, encoding="utf-8-sig", newline="")
    reader = csv.DictReader(text, delimiter="\t" if b"\t" in heading else ",", strict=True)
    try:
        plan = _plan(kind, reader.fieldnames or [])
    except UnicodeDecodeError as error:
        raise BadInput("file", "isn't UTF-8 text", "Save the table as CSV in UTF-8.") from error
    except csv.Error as error:
        raise BadInput("file", "has a heading that can't be read as CSV", "Check its quotes.") from error
    return plan, _rows(reader)


def _rows(reader: csv.DictReader[str]) -> Iterator[dict[str, Any]]:
    number = 0
    try:
        for number, row in enumerate(reader, start=1):  # noqa: B007 - told where it breaks
            yield row
    except UnicodeDecodeError as error:
        raise BadInput("file", "isn't UTF-8 text", "Save the table as CSV in UTF-8.") from error
    except csv.Error as error:
        raise BadInput("file", f"can't be read as CSV after row {number}", "Check its quotes.") from error


def _folded(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _pick(there: Mapping[str, str], wanted: Sequence[str]) -> str | None:
    return next((there[name] for name in wanted if name in there), None)


def _plan(kind: str, names: Sequence[str]) -> _Plan:
    there = {_folded(name): name for name in names if name}
    day = _pick(there, DAY[kind])
    if day is None:
        raise BadInput("file", f"has no column for the day of {kind}", f"One of: {', '.join(DAY[kind])}.")
    until = _pick(there, UNTIL[kind])
    found = {meaning: name for meaning, wanted in COLUMNS.items() if (name := _pick(there, wanted))}
    taken = {day, until, *found.values()}
    return _Plan(day=day, until=until, values=found, omitted=tuple(name for name in names if name not in taken))


def _take(table: Table, plan: _Plan, number: int, row: Mapping[str, Any], today: date) -> None:
    """Keep the row, or say of each column why not."""
    faults: list[Fault] = []
    if None in row:
        faults.append(Fault(row=number, column="", value="", reason="the row has more cells than the heading"))

    def say(column: str, value: str, reason: str) -> None:
        faults.append(Fault(row=number, column=column, value=value[:200], reason=reason))

    first = _day(row.get(plan.day), plan.day, today, say)
    last = _day(row.get(plan.until), plan.until, today, say) if plan.until else None
    if first is None and not faults:
        say(plan.day, "", "the day is missing")
    if first and last and last < first:
        say(plan.until or "", last.isoformat(), f"lies before {plan.day}")
    values = {meaning: _word(meaning, row.get(name), name, say) for meaning, name in plan.values.items()}
    if faults or first is None:
        table.faults.extend(faults)
        return
    kept = {meaning: word for meaning, word in values.items() if word}
    table.kept.append(Kept(row=number, day=first, until=last, values=kept))


def _day(cell: str | None, column: str, today: date, say: Any) -> date | None:
    text = (cell or "").strip()
    if text.lower() in _EMPTY:
        return None
    iso, american = _DATE.match(text), _AMERICAN.match(text)
    parts = iso.groups() if iso else (american[3], american[1], american[2]) if american else None
    try:
        found = date(*(int(part) for part in parts)) if parts else None
    except ValueError:
        found = None
    if found is None:
        say(column, text, "is no date")
    elif found < EARLIEST:
        say(column, text, f"lies before {EARLIEST.year}")
    elif found > today:
        say(column, text, "lies in the future")
    else:
        return found
    return None


def _word(meaning: str, cell: str | None, column: str, say: Any) -> str:
    text = re.sub(r"\s+", " ", (cell or "").replace("\x00", "")).strip()
    codes = CODES.get(meaning)
    if codes is None:
        return "" if text.lower() in _EMPTY else text[:200].lower()
    if text == "" or text.lower() in _EMPTY - {"none"}:
        return ""
    word = codes.get(_folded(text))
    if word is None:
        say(column, text, "is an unknown code")
        return ""
    return word
