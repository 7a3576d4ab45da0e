"""A programme's CSV read row by row: what is sound becomes a lead, what isn't goes to quarantine with its reasons."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO

from brightline.leads.programme import Columns, Programme
from brightline.model.errors import BadInput
from brightline.model.schemata import trait_column

MOST_ROWS = 2_000_000
"""Unless the installation is set otherwise."""
PIECE = 500
"""Rows that are sent at a time: one statement for all of them, one entry in the log."""
_LONGEST = 4_000
_ASSOCIATE = re.compile(r"^(?P<name>[^()]{2,200})\((?P<relation>[^()]{2,60})\)$")
_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Rows as they were read: those that are sound, and those that aren't with reasons."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    rejected: list[dict[str, Any]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.rows) + len(self.rejected)


def read(programme: Programme, content: bytes) -> Batch:
    """A whole CSV of this programme. Raises BadInput when the file as a whole can't be taken."""
    whole = Batch()
    count(programme, io.BytesIO(content))
    for batch in pieces(programme, io.BytesIO(content)):
        whole.rows.extend(batch.rows)
        whole.rejected.extend(batch.rejected)
    return whole


def count(programme: Programme, source: BinaryIO, most: int = MOST_ROWS) -> int:
    """How many rows the file has, read from end to end: what can't be read whole is refused before its first row."""
    rows = sum(1 for cells in _table(programme, source)[1] if any(cell.strip() for cell in cells))
    if rows == 0:
        raise BadInput("file", "has no rows", "A heading alone brings no leads.")
    if rows > most:
        raise BadInput("file", f"has {rows:,} rows; at most {most:,} are taken at a time", "Split it.")
    return rows


def pieces(programme: Programme, source: BinaryIO, start: int = 0, *, now: datetime | None = None) -> Iterator[Batch]:
    """The rows after the first `start`, a piece at a time. Those before are read too: a key stands once in a file.

    `now`: the moment against which their days are judged, for the past of a demo.
    """
    heading, table = _table(programme, source)
    at = now or datetime.now(UTC)
    batch, seen, place = Batch(), set[str](), 0
    for number, cells in enumerate(table, start=2):
        if not any(cell.strip() for cell in cells):
            continue
        row = {name: cell.strip() for name, cell in zip(heading, cells, strict=False)}
        faults = [] if len(cells) == len(heading) else ["the row has another number of cells than the heading"]
        faults += _faults(programme, row, seen, at)
        _take_row(programme, number, row, faults, batch)
        if not faults:
            seen.add(row[programme.intake.key])
        place += 1
        if place > start and len(batch) >= PIECE:
            yield batch
        if place <= start or len(batch) >= PIECE:
            batch = Batch()
    if len(batch):
        yield batch


def _table(programme: Programme, source: BinaryIO) -> tuple[list[str], Iterator[list[str]]]:
    """The heading, checked, and the rows; any line end, BadInput for what is no CSV."""
    rows = _lines(source)
    heading = next(rows, [])
    _check_heading(programme.intake, heading)
    return heading, rows


def _lines(source: BinaryIO) -> Iterator[list[str]]:
    try:
        yield from csv.reader(io.TextIOWrapper(source, encoding="utf-8-sig", newline=""), strict=True)
    except UnicodeDecodeError as error:
        raise BadInput("file", "isn't UTF-8", "Save it as UTF-8.") from error
    except csv.Error as error:
        raise BadInput("file", f"is no CSV: {error}", "Write one row to a line, quoted where needed.") from error


def _check_heading(columns: Columns, heading: Sequence[str]) -> None:
    traits = [name for name in heading if trait_column(name)]
    if traits:
        raise BadInput("file", f"has a column of a protected trait: {traits[0]}", "Leave it out; nobody may keep it.")
    missing = sorted(set(columns.named()) - set(heading))
    if missing:
        raise BadInput("file", f"lacks the columns {', '.join(missing)}", "See the programme's intake.")


def _take_row(programme: Programme, number: int, row: dict[str, str], faults: list[str], batch: Batch) -> None:
    if faults:
        raw = {name: cell[:_LONGEST].replace("\x00", "") for name, cell in row.items()}
        batch.rejected.append({"row": number, "reasons": faults, "raw": raw})
    else:
        batch.rows.append({"row": number, **_sound(programme, row)})


def _faults(programme: Programme, row: Mapping[str, str], seen: set[str], now: datetime) -> list[str]:
    columns = programme.intake

    def get(name: str | None) -> str:
        return row.get(name, "") if name else ""

    needed = (columns.key, columns.title, columns.received, columns.name)
    faults = [f"{name} is empty" for name in needed if not get(name)]
    faults += [f"{name} is too long" for name, cell in row.items() if len(cell) > _LONGEST or "\x00" in cell]
    if get(columns.key) in seen:
        faults.append(f"{columns.key} stands twice")
    received = _moment(get(columns.received))
    if get(columns.received) and received is None:
        faults.append(f"{columns.received} is no moment of the past")
    if received is not None and received < now - timedelta(days=programme.keep_days):
        faults.append(f"{columns.received} is longer ago than the programme keeps a lead")
    birth = get(columns.birth_date)
    if birth and (not _DAY.match(birth) or _moment(birth) is None):
        faults.append(f"{columns.birth_date} is no day of the past")
    wanted = get(columns.priority)
    if wanted and wanted not in {one.name for one in programme.priorities}:
        faults.append(f"{columns.priority} is unknown")
    if not any(get(name) for name in columns.identifiers.values()) and not get(columns.narrative):
        faults.append("neither an identifier nor a narrative says whom or what it is about")
    if any(_associate(part) is None for part in _parts(get(columns.associates))):
        faults.append(f"{columns.associates} isn't written as name (relation)")
    return faults


def _sound(programme: Programme, row: Mapping[str, str]) -> dict[str, Any]:
    columns = programme.intake
    identifiers = {kind: row[name] for kind, name in columns.identifiers.items() if row.get(name)}
    properties = {"name": [row[columns.name]], **{kind: [value] for kind, value in identifiers.items()}}
    if columns.birth_date and row.get(columns.birth_date):
        properties["birthDate"] = [row[columns.birth_date]]
    received = _moment(row[columns.received])
    return {
        "key": row[columns.key],
        "title": row[columns.title][:300],
        "received": received.isoformat() if received else "",
        "priority": (row.get(columns.priority or "") or programme.priorities[-1].name),
        "properties": properties,
        "identifiers": [{"type": kind, "value": plain(value)} for kind, value in identifiers.items()],
        "narrative": row.get(columns.narrative or "", ""),
        "claim": row.get(columns.claim or "", ""),
        "associates": [_associate(part) for part in _parts(row.get(columns.associates or "", ""))],
    }


def plain(value: str) -> str:
    """An identifier as it is compared: letters and digits, in capitals."""
    return re.sub(r"[^0-9A-Z]", "", value.upper()) or value.upper()


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _associate(text: str) -> dict[str, str] | None:
    found = _ASSOCIATE.match(text)
    return {"name": found["name"].strip(), "relation": found["relation"].strip()} if found else None


def _moment(text: str) -> datetime | None:
    """A day or moment that isn't in the future; UTC where nothing else is said."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    found = found if found.tzinfo else found.replace(tzinfo=UTC)
    return found if found <= datetime.now(UTC) else None
