"""Rows of JSON documents and of JSON Lines. The row that is stored is the record as it came; cells are what the
mapping asks for, a path each: `a.b` for what lies inside an object, through a list too, whose items then are several
values.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from brightline.feeds.batches import BATCH, Batch, Table
from brightline.feeds.csv_reader import joined
from brightline.feeds.files import open_text, refuse
from brightline.feeds.json_stream import Doubtful, Stream, decoded, doubt, written
from brightline.feeds.manifest import Manifest
from brightline.feeds.quarantine import TRAIT, Fault
from brightline.feeds.spool import ITEM, VALUE
from brightline.model.schemata import TRAITS, trait_column

SHOWN = 1_000


@dataclass(slots=True)
class Columns:
    """The paths that a feed names, and what became of them in this file."""

    wanted: Mapping[str, str]
    keys: tuple[str, ...] = ()
    dropped: frozenset[str] = frozenset()
    found: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)

    def cells(self, item: Mapping[str, Any], kept: Mapping[str, Any]) -> list[str]:
        """The record's cells, in the order of the paths; `kept` is the record without what may not be on file."""
        self.names.update(item)
        for column in self.wanted.keys() - self.found:
            if _at(item, column)[0]:
                self.found.add(column)
        return [_said(_at(kept, column)[1], ITEM) for column in self.wanted]

    def key(self, item: Any) -> str | None:
        """The key of a record that can't be kept, if it can be read: what was known of it stays."""
        parts = [_said(_at(item, column)[1], ITEM).strip() for column in self.keys] if isinstance(item, Mapping) else []
        return joined(parts) if parts and all(parts) else None

    def check(self, name: str, records: int) -> None:
        """Refuses a file none of whose records has a column that the feed names."""
        for column, place in self.wanted.items() if records else ():
            if column not in self.found and column not in self.dropped:
                raise refuse(
                    "column",
                    f"No record of {name} has {column!r}, which {place} names.",
                    "Correct feed.yml, or ask the source what became of the column.",
                )


def _said(value: Any, between: str) -> str:
    """A value as a cell; the items of a list keep their places, so that what belongs together stays so."""
    if isinstance(value, list):
        return between.join(_said(one, VALUE) for one in value)
    if value is None:
        return ""
    if isinstance(value, str):
        return str(value)
    return written(value).decode() if isinstance(value, Mapping) else json.dumps(value)


def _at(item: Any, column: str) -> tuple[bool, Any]:
    """Whether a record has this column, and what it holds; a column inside of null is there, as one inside an empty
    list."""
    if isinstance(item, list):
        found = [_at(one, column) for one in item]
        return not item or any(there for there, _ in found), [value for _, value in found]
    if not isinstance(item, Mapping):
        return False, None
    if column in item:
        value = item[column]
        return not isinstance(value, Mapping), None if isinstance(value, Mapping) else value
    head, dot, rest = column.partition(".")
    if not dot or head not in item:
        return False, None
    return (True, None) if item[head] is None else _at(item[head], rest)


def columns_of(manifest: Manifest) -> Columns:
    """The columns that a feed names. What it maps to belief, origin or health is no part of the row either."""
    rules = manifest.input
    wanted = manifest.refs() | ({rules.deletions.column: "input.deletions.column"} if rules.deletions else {})
    mapped = [
        rule for entity in manifest.mapping.values() for prop, rule in entity.properties.items() if prop in TRAITS
    ]
    return Columns(wanted, tuple(rules.keys), frozenset(ref for rule in mapped for ref in rule.refs()))


def load_json(path: Path) -> Any:
    """A whole JSON document; refused when it is cut or isn't JSON."""
    with open_text(path, None) as text:
        try:
            return json.loads(text.read())
        except json.JSONDecodeError as error:
            where = f"line {error.lineno}, column {error.colno}"
            raise refuse("json", f"{path.name} isn't whole JSON: {error.msg} at {where}.") from None


def read_json(path: Path, manifest: Manifest) -> Iterator[Batch]:
    """Rows of a JSON document: a list of objects, at `records` when they lie deeper."""
    columns = columns_of(manifest)
    with open_text(path, None) as text:
        try:
            yield from _checked(
                path, manifest, enumerate(_document(path, manifest, Stream(path.name, text)), 1), columns
            )
        except EOFError as error:
            raise refuse("cut", f"{path.name} can't be read to its end: {error}.", "Fetch it again.") from None


def _document(path: Path, manifest: Manifest, stream: Stream) -> Iterator[Any]:
    records = manifest.input.records
    for step in records.split(".") if records else ():
        if stream.peek() != "{" or not stream.enter(step):
            raise refuse("json", f"{path.name} holds no list of records at {records}.")
    if not stream.peek():
        raise refuse("empty", f"{path.name} is empty.")
    if stream.peek() != "[":
        if not records and stream.peek() == "{":
            _told_lines(path, stream)
        raise refuse("json", f"{path.name} holds no list of records at {records or 'its top'}.")
    yield from stream.items()
    if not records and stream.peek():
        raise stream.broken("something comes after the list")
    for _ in range(len(records.split(".")) if records else 0):
        _leave(stream)


def _leave(stream: Stream) -> None:
    """To the end of the object that holds the list: a file that is cut there is cut."""
    while stream.peek() == ",":
        stream.take(",")
        stream.value()
        stream.take(":")
        stream.value()
    stream.take("}")


def _told_lines(path: Path, stream: Stream) -> None:
    stream.value()
    if stream.peek() == "{":
        raise refuse("json", f"{path.name} is JSON Lines, an object a line.", "Set input.format to jsonl.")


def read_json_lines(path: Path, manifest: Manifest) -> Iterator[Batch]:
    """Rows of JSON Lines: an object a line. A last line that is cut refuses the file."""
    columns = columns_of(manifest)
    with open_text(path, None) as text:
        try:
            yield from _checked(path, manifest, _lines(path, text), columns)
        except EOFError as error:
            raise refuse("cut", f"{path.name} can't be read to its end: {error}.", "Fetch it again.") from None


def _lines(path: Path, text: Iterable[str]) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(text, 1):
        if not line.strip():
            continue
        try:
            yield number, decoded(line)
        except json.JSONDecodeError as error:
            if not line.endswith("\n"):
                raise refuse("cut", f"{path.name} is cut in line {number}: {error.msg}.", "Fetch it again.") from None
            detail = f"The line isn't JSON: {error.msg} at column {error.colno}."
            yield number, Fault(row=number, key=None, column=None, reason="json", detail=detail, value=line[:SHOWN])


def _checked(path: Path, manifest: Manifest, rows: Iterator[tuple[int, Any]], columns: Columns) -> Iterator[Batch]:
    """The rows, and at the end whether the file has what the feed names."""
    count = 0

    def counted() -> Iterator[tuple[int, Any]]:
        nonlocal count
        for row in rows:
            count += 1
            yield row

    yield from tabulate(counted(), columns)
    columns.check(path.name, count)
    known = {part for column in manifest.expect.columns for part in (column, column.split(".")[0])}
    if known and (extra := sorted(columns.names - known)):
        raise refuse(
            "column",
            f"The input has a column that expect.columns doesn't know: {', '.join(extra[:5])}.",
            "Look at what the source added, then list it in feed.yml.",
        )


def tabulate(rows: Iterable[tuple[int, Any]], columns: Columns) -> Iterator[Batch]:
    """Objects as tables of the wanted columns, each with the record as it came."""
    header = tuple(columns.wanted)
    numbers: list[int] = []
    cells: list[list[str]] = []
    raw: list[str] = []
    for number, item in rows:
        made = _row(number, item, columns)
        if isinstance(made, Fault):
            yield made
            continue
        stored, kept, removed = made
        yield from (_trait(number, name) for name in removed)
        numbers.append(number)
        cells.append(columns.cells(item, kept))
        raw.append(stored)
        if len(numbers) == BATCH:
            yield Table(header=header, numbers=numbers, rows=cells, raw=raw)
            numbers, cells, raw = [], [], []
    if numbers:
        yield Table(header=header, numbers=numbers, rows=cells, raw=raw)


def _row(number: int, item: Any, columns: Columns) -> tuple[str, Mapping[str, Any], list[str]] | Fault:
    """The record as it is stored, as text and as an object, with what was taken out of it."""
    if isinstance(item, Fault):
        return item
    if (why := doubt(item) or (None if isinstance(item, Mapping) else "it is no object")) is not None:
        return _fault(number, item, columns, "json", f"The record can't be kept as it came: {why}.")
    removed: list[str] = []
    try:
        kept = _untraited(item, columns.dropped, "", removed)
        stored = written(kept).decode()
    except TypeError:
        return _fault(number, item, columns, "encoding", "The record holds characters that are none.")
    if "\\u0000" in stored:
        return _fault(number, item, columns, "nul", "The record holds a NUL character.")
    return stored, kept, removed


def _fault(number: int, item: Any, columns: Columns, reason: str, detail: str) -> Fault:
    held = item.value if isinstance(item, Doubtful) else item
    named = columns.key(held)
    key = None if named is None or "\x00" in named or not _sound(named) else named
    return Fault(row=number, key=key, column=None, reason=reason, detail=detail, value=None)


def _sound(text: str) -> bool:
    return text.encode("utf-8", "replace").decode() == text


def _trait(number: int, name: str) -> Fault:
    return Fault(row=number, key=None, column=name, reason="trait", detail=TRAIT)


def _untraited(value: Any, dropped: frozenset[str], path: str, removed: list[str]) -> Any:
    """Without what nobody may keep on file (rule 2)."""
    if isinstance(value, list):
        return [_untraited(one, dropped, path, removed) for one in value]
    if not isinstance(value, Mapping):
        return value
    kept = {}
    for name, inner in value.items():
        where = f"{path}.{name}" if path else str(name)
        if name in TRAITS or trait_column(str(name)) or where in dropped:
            if inner not in (None, "", [], {}):
                removed.append(where)
        else:
            kept[name] = _untraited(inner, dropped, where, removed)
    return kept
