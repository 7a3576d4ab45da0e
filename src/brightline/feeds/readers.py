"""From files to batches of rows or of entities. Readers judge form only: what they can't read they say, with its row.

A table's batch keeps cells as they came. A bundle is one record that holds entities already: a FollowTheMoney
entity, or what a feed's own `crawl(context)` yields.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from brightline.feeds.manifest import Input, Manifest
from brightline.feeds.quarantine import Fault
from brightline.model import sheet
from brightline.model.errors import InputFaults
from brightline.model.ids import entity_id

BATCH = 4_000
CELL_LIMIT = 64 << 20
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_DELIMITERS = (",", ";", "\t", "|")


def refuse(code: str, detail: str, hint: str = "") -> InputFaults:
    """A fault of the input as a whole: nothing of it is published."""
    # What is quoted from the input may hold bytes that no terminal, log or database should be given.
    plain = _UNPRINTABLE.sub("\ufffd", detail)[:2_000]
    return InputFaults(plain, hint=hint or "The state before stays as it was.", code=code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of one file: their numbers in it, and as many cells as the header has for each."""

    header: tuple[str, ...]
    numbers: Sequence[int]
    rows: Sequence[Sequence[str]]


@dataclass(slots=True, kw_only=True)
class Draft:
    """One entity as a crawl function or a FollowTheMoney line states it. `id` is 32 hexadecimal digits."""

    schema: str
    id: str
    properties: dict[str, list[str]] = field(default_factory=dict)

    def add(self, prop: str, *values: object) -> Draft:
        """Add values; None and '' are left out, another Draft stands for its id."""
        for value in values:
            if isinstance(value, (list, tuple, set)):
                self.add(prop, *value)
            elif value is not None and value != "":
                text = value.id if isinstance(value, Draft) else str(value)
                self.properties.setdefault(prop, []).append(text)
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """One record that holds entities. `payload` is the record as it came."""

    row: int
    key: str
    payload: Mapping[str, Any]
    entities: Sequence[Draft]
    category: str | None = None
    caveats: tuple[str, ...] = ()
    deleted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """A file was read to its end: does its last line end as lines do, and is its last row as wide as the header?"""

    name: str
    closed: bool
    whole: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Keys of rows that came and can't be read: what is known of them stays as it is."""

    keys: tuple[str, ...]


Batch = Table | list[Bundle] | Fault | End | Kept


# --- files ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where input may lie: the feed's folder, the shared data (`${DATA}`), the home's inbox.

    Never in `closed`, whatever the feed's folder is: the warehouse's files, exports, secrets, the database.
    """

    folder: Path | None = None
    data: Path | None = None
    inbox: Path | None = None
    closed: tuple[Path, ...] = ()

    def roots(self) -> list[Path]:
        return [place.resolve() for place in (self.folder, self.data, self.inbox) if place is not None]

    def allowed(self, path: Path) -> bool:
        """Whether a file may be read: a steward names paths, and the server holds other files too."""
        real = path.resolve()
        if any(real.is_relative_to(place.resolve()) for place in self.closed):
            return False
        return any(real.is_relative_to(root) for root in self.roots())

    def guessed(self, path: Path) -> bool:
        """Whether a pattern reached into the inbox: what others sent there has names that nobody can know."""
        return self.inbox is not None and path.resolve().is_relative_to(self.inbox.resolve())

    def find(self, pattern: str) -> list[Path]:
        """The files of a pattern, sorted; refuses what lies elsewhere or isn't there."""
        if "${DATA}" in pattern and self.data is None:
            raise refuse("input", f"{pattern}: no data folder is set.", "Set BRIGHTLINE_TEST_DATA.")
        named = pattern.replace("${DATA}", str(self.data or ""))
        base = Path(named) if Path(named).is_absolute() else (self.folder or Path()) / named
        found = sorted(_glob(base))
        named_outright = found == [base]
        # Absent and not to be read are one answer: else a pattern would tell what else lies on the server.
        if not found or any(not self.allowed(path) or (self.guessed(path) and not named_outright) for path in found):
            raise refuse(
                "input",
                f"There is no input at {pattern} in the folders that feeds may read.",
                "Check the feed's path, or send the file along with --input.",
            )
        return found


def _glob(base: Path) -> Iterable[Path]:
    if not re.search(r"[*?\[]", str(base)):
        return [base] if base.exists() else []
    fixed = Path(*_before_glob(base.parts))
    return fixed.glob(str(base.relative_to(fixed)))


def _before_glob(parts: Sequence[str]) -> Iterator[str]:
    for part in parts:
        if re.search(r"[*?\[]", part):
            return
        yield part


def open_bytes(path: Path) -> IO[bytes]:
    """The file's bytes, unpacked when it is gzip (told by its first bytes, not its name)."""
    with path.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
    return gzip.open(path) if packed else path.open("rb")  # type: ignore[return-value]


def open_text(path: Path, encoding: str | None) -> io.TextIOWrapper:
    """As text. Bytes that aren't text are kept as lone surrogates, so that their row can be named."""
    return io.TextIOWrapper(
        open_bytes(path),
        encoding=encoding or "utf-8-sig",
        errors="surrogateescape" if (encoding or "utf-8").lower().startswith("utf") else "strict",
        newline="",
    )


# --- CSV --------------------------------------------------------------------------------------------


def _delimiter(line: str) -> str:
    return max(_DELIMITERS, key=line.count)


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
    first = text.readline()
    if not first.strip() and not text.read(1):
        raise refuse("empty", f"{path.name} is empty.")
    source = _Lines(first, text)
    dialect = _dialect(rules, first)
    lines = csv.reader(source, **dialect, strict=True)
    header = tuple(name.strip() for name in (next(lines) if rules.header else rules.columns))
    check_header(path.name, header, wanted)
    number = 2 if rules.header else 1
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
    yield End(name=path.name, closed=source.last[-1].endswith(("\n", "\r")), whole=width in (0, len(header)))


def _dialect(rules: Input, first: str) -> dict[str, Any]:
    delimiter = rules.delimiter or _delimiter(first)
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


# --- JSON -------------------------------------------------------------------------------------------


def flatten(value: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    """A nested object as cells: `a.b` for what lies inside, '; ' between the scalars of a list."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from flatten(inner, f"{prefix}.{key}" if prefix else str(key))
    elif isinstance(value, list):
        yield prefix, "; ".join(str(item) for item in value if not isinstance(item, (dict, list)))
    elif value is not None:
        yield prefix, value if isinstance(value, str) else json.dumps(value)


def load_json(path: Path) -> Any:
    """A whole JSON document; refused when it is cut or isn't JSON."""
    with open_text(path, None) as text:
        try:
            return json.loads(text.read())
        except json.JSONDecodeError as error:
            where = f"line {error.lineno}, column {error.colno}"
            raise refuse("json", f"{path.name} isn't whole JSON: {error.msg} at {where}.") from None


def read_json(path: Path, rules: Input, wanted: Mapping[str, str]) -> Iterator[Batch]:
    """Rows of a JSON document: a list of objects, at `records` when they lie deeper."""
    found = load_json(path)
    for step in rules.records.split(".") if rules.records else ():
        found = found.get(step) if isinstance(found, dict) else None
    if not isinstance(found, list):
        raise refuse("json", f"{path.name} holds no list of records at {rules.records or 'its top'}.")
    yield from tabulate(enumerate(found, 1), {column: index for index, column in enumerate(wanted)})


def tabulate(rows: Iterable[tuple[int, Any]], columns: dict[str, int]) -> Iterator[Batch]:
    """Objects as tables: the header, which is the caller's, grows as new fields come."""
    batch: list[tuple[int, dict[str, str]]] = []
    for number, item in rows:
        if not isinstance(item, Mapping):
            yield Fault(
                row=number,
                key=None,
                column=None,
                reason="json",
                detail="The record is no object.",
                value=str(item)[:200],
            )
            continue
        cells = dict(flatten(dict(item)))
        for column in cells:
            columns.setdefault(column, len(columns))
        batch.append((number, cells))
        if len(batch) == BATCH:
            yield _table(columns, batch)
            batch = []
    if batch:
        yield _table(columns, batch)


def _table(columns: Mapping[str, int], batch: list[tuple[int, dict[str, str]]]) -> Table:
    header = tuple(columns)
    return Table(
        header=header,
        numbers=[number for number, _ in batch],
        rows=[[cells.get(column, "") for column in header] for _, cells in batch],
    )


# --- FollowTheMoney ---------------------------------------------------------------------------------


def read_ftm(path: Path, key: bytes, source: str) -> Iterator[Batch]:
    """FollowTheMoney entities, one a line, also in delta files ({"op": "ADD|MOD|DEL", "entity": {…}}).

    Ids are namespaced by the source; the original stays in the payload. A file that ends inside a line was
    cut on its way: it is refused, since the entities after the cut would look deleted.
    """
    batch: list[Bundle] = []
    lines = 0
    with open_text(path, None) as text:
        try:
            for lines, line in enumerate(text, 1):
                if not line.strip():
                    continue
                found = _ftm_line(lines, line, key, source, path)
                if isinstance(found, Fault):
                    yield found
                    continue
                batch.append(found)
                if len(batch) == BATCH:
                    yield batch
                    batch = []
        except EOFError as error:
            raise refuse("cut", f"{path.name} can't be read to its end: {error}.") from None
    if not lines:
        raise refuse("empty", f"{path.name} is empty.")
    if batch:
        yield batch


def _ftm_line(number: int, line: str, key: bytes, source: str, path: Path) -> Bundle | Fault:
    try:
        raw = json.loads(line)
    except json.JSONDecodeError as error:
        if not line.endswith("\n"):
            raise refuse("cut", f"{path.name} is cut in line {number}: {error.msg}.", "Fetch it again.") from None
        return _no_entity(number, "json", f"The line isn't JSON: {error.msg} at column {error.colno}.", line)
    deleted = False
    if isinstance(raw, dict) and "op" in raw and "entity" in raw:
        deleted, raw = raw["op"] == "DEL", raw["entity"]
    if not isinstance(raw, dict) or not isinstance(raw.get("id"), str) or not raw["id"]:
        return _no_entity(number, "key", "The entity has no id.", line)
    properties = raw.get("properties", {})
    if not isinstance(properties, dict) or not (deleted or isinstance(raw.get("schema"), str)):
        return _no_entity(number, "json", "The line is no FollowTheMoney entity.", line)
    draft = Draft(schema=raw.get("schema", ""), id=entity_id(key, source, raw["id"]).hex)
    for prop, values in properties.items():
        draft.add(prop, values)
    return Bundle(row=number, key=raw["id"], payload=raw, entities=(draft,), deleted=deleted)


def _no_entity(number: int, reason: str, detail: str, line: str) -> Fault:
    return Fault(row=number, key=None, column=None, reason=reason, detail=detail, value=line[:1_000])


def hexed(id: UUID) -> str:
    return id.hex


def read(manifest: Manifest, paths: Sequence[Path], key: bytes) -> Iterator[Batch]:
    """All batches of a feed's files by its own reader (crawl: see crawling.py)."""
    rules, wanted = manifest.input, manifest.refs()
    if rules.deletions:
        wanted[rules.deletions.column] = "input.deletions.column"
    for path in paths:
        if rules.format == "csv":
            yield from read_csv(path, rules, wanted)
        elif rules.format == "json":
            yield from read_json(path, rules, wanted)
        else:
            yield from read_ftm(path, key, manifest.source.name)
