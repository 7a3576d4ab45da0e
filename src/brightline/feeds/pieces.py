"""Cleaning, once for each distinct value.

A column holds the same country, date and name again and again, and followthemoney's types take 4 to 80 µs a
value. So everything that follows from one cell (the cleaned value, its JSON, its search keys, the value node it
makes, what was wrong with it) is worked out once and kept as a `Piece`; a row is put together from pieces by
joining text. The text is what COPY takes, so nothing is encoded twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from itertools import chain
from typing import TypeVar

import orjson
from followthemoney.exc import InvalidData
from followthemoney.property import Property
from followthemoney.types import registry
from followthemoney.util import sanitize_text

from brightline.feeds import doubts
from brightline.feeds.countries import country
from brightline.feeds.dates import NO_DATE, NoDate, read_date
from brightline.feeds.doubts import identifies, rounded, says
from brightline.feeds.phones import read_phone
from brightline.feeds.spool import ITEM, VALUE
from brightline.model.ids import value_hex
from brightline.model.keys import identifier_keys, name_keys, normal_identifier, phone_keys, property_role, words_of

CACHED = 400_000
_NO_NUMBER = (
    "This is no number with a point, or can be read in two ways: input.decimal and input.thousands say how to read it."
)
_SPECIAL = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\x00": None})


def escaped(text: str) -> str:
    """As a field of PostgreSQL's text COPY. Printable text, nearly all there is, needs a look at backslashes only."""
    if text.isprintable():
        return text.replace("\\", "\\\\")
    return text.translate(_SPECIAL)


def json_escaped(value: object) -> str:
    """JSON as a field of COPY: control characters are \\u escapes already, so only backslashes are left."""
    return orjson.dumps(value).decode().replace("\\", "\\\\")


def array_item(text: str) -> str:
    """One element of a text[] inside a field of COPY."""
    inner = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped(inner)}"'


@dataclass(frozen=True, slots=True)
class Node:
    """The value node that an identifier makes; the text columns are ready for COPY."""

    entity: str
    type: str
    caption: str
    properties: str
    keys: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """A value that can't be taken, and why."""

    value: str
    reason: str
    detail: str


@dataclass(slots=True, eq=False)
class Piece:
    """All that follows from one property's raw values. Fragments are '' when there is nothing.

    `rich` says that there is more than `values`, `json` and `words`: most pieces have no more, and are asked no more.

    A piece is equal to itself alone: bodies (aspects.py) are looked up by the pieces they are made of, and comparing
    what these say would cost more than making the body anew. Nobody changes one; it isn't frozen only because that
    makes each of millions three times as dear to make.
    """

    values: tuple[str, ...] = ()
    json: str = ""
    original: str = ""
    keys: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()
    words: str = ""
    nodes: tuple[Node, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    rich: bool = False


EMPTY = Piece()


K = TypeVar("K")
V = TypeVar("V")


class Cache(dict[K, V]):
    """A dict that works out what it lacks: `map(cache.__getitem__, column)` stays in C for known values."""

    __slots__ = ("_limit", "_make")

    def __init__(self, make: Callable[[K], V], limit: int = CACHED) -> None:
        super().__init__()
        self._make = make
        self._limit = limit

    def __missing__(self, key: K) -> V:
        if len(self) >= self._limit:
            self.clear()
        made = self[key] = self._make(key)
        return made


def plain_text(text: str) -> str | None:
    """followthemoney's `sanitize_text`; printable ASCII, which it leaves as it is, only loses its outer space."""
    if text.isascii() and text.isprintable():
        return text.strip() or None
    return sanitize_text(text)


_DAY = re.compile(r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}\Z")


def _is_day(text: str) -> bool:
    """A whole date as followthemoney writes it, which it would take apart and put together again."""
    if not _DAY.match(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


@lru_cache(1 << 16)
def _domain(domain: str) -> str | None:
    return registry.email.clean_domain_part(domain)


def _email(text: str) -> str | None:
    """`EmailType.clean_text` with its domains looked up: many addresses share one, and it is most of the work."""
    local, at, domain = text.strip().removeprefix("mailto:").rpartition("@")
    if not at or registry.email.LOCAL_RE.match(local) is None:
        return None
    cleaned = _domain(domain)
    return f"{local}@{cleaned}" if cleaned is not None else None


def normal_cache(nulls: Sequence[str], several: bool = False) -> Cache[str, str]:
    """Cells as followthemoney's CSV reader takes them: NFC, without control characters and outer space. `several`
    cells may hold lists, whose items keep their places."""
    empty = frozenset(text.strip() for text in nulls)

    def normal(cell: str) -> str:
        if several and (ITEM in cell or VALUE in cell):
            return ITEM.join(VALUE.join(map(normal, item.split(VALUE))) for item in cell.split(ITEM))
        text = plain_text(cell) or ""
        return "" if text in empty else text

    return Cache(normal)


def parts_of(cell: str) -> list[str]:
    """The values of a cell that may hold a list."""
    if ITEM in cell or VALUE in cell:
        return [part for item in cell.split(ITEM) for part in item.split(VALUE) if part]
    return [cell] if cell else []


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How raw values become a property's: as `column`, `join`, `split`, `format` … of feed.yml say."""

    prop: Property
    key: bytes
    format: str | None = None
    formats: tuple[str, ...] = ()
    pivot: int | None = None
    numbers: tuple[str | None, str | None] | None = None
    """(decimal, thousands); None takes numbers as they come, as those of FollowTheMoney's own files."""
    fuzzy: bool = False
    fixed: tuple[str, ...] = ()
    join: str | None = None
    split: str | None = None
    template: str | None = None
    refs: tuple[str, ...] = ()
    national: dict[str, str] = field(default_factory=dict)
    """National numbers of the phones of the piece that is being made."""

    def raw(self, cells: Sequence[str]) -> list[str]:
        """The values before cleaning, in followthemoney's order: literals, columns, then join, then split."""
        if self.template is not None:
            filled = self.template
            for name, cell in zip(self.refs, cells, strict=True):
                filled = filled.replace(f"{{{{{name}}}}}", ", ".join(self._said(cell)))
            values = [filled.strip()]
        else:
            values = [*self.fixed, *(value for cell in cells for value in self._said(cell))]
        if self.join is not None:
            values = [self.join.join(values)]
        if self.split is not None:
            values = [part for value in values for part in value.split(self.split)]
        return values

    def _said(self, cell: str) -> list[str]:
        """The values of a cell, without words for nothing where they can be no text."""
        parts = parts_of(cell)
        # \N is how a database writes nothing, and as a name it is harmless: a file that means it says so in input.null.
        return parts if self.prop.type is registry.text else [part for part in parts if says(part) or part == "\\N"]

    def piece(self, cells: Sequence[str]) -> Piece:
        """Cleaned and derived; what can't be cleaned is in `rejected`."""
        kept: dict[str, str] = {}
        rejected = []
        for raw in self.raw(cells):
            text = plain_text(raw)
            if text is None:
                continue
            value = self._read(text)
            if isinstance(value, Rejected):
                rejected.append(value)
            elif value is not None:
                kept.setdefault(value, text)
        if not kept:
            return Piece(rejected=tuple(rejected), rich=True) if rejected else EMPTY
        return self._derived(kept, tuple(rejected))

    def _read(self, text: str) -> str | Rejected | None:
        """The value as it is taken; None where the text only says that there is none."""
        if self.prop.type is registry.date:
            return self._date(text)
        if self.prop.type is registry.name:
            found = doubts.name(text)
            return Rejected(text, "damaged", found.wrong) if found.wrong else self._clean(found.text)
        if self.prop.type is registry.number and self.numbers is not None:
            return doubts.number(text, *self.numbers) or Rejected(text, "value", _NO_NUMBER)
        if self._identifier and rounded(text):
            return Rejected(text, "value", "A spreadsheet made a number of it, and most of its digits are lost.")
        return self._clean(text) or self._refusal(text)

    @property
    def _identifier(self) -> bool:
        return self.prop.type in (registry.phone, registry.identifier)

    def _date(self, text: str) -> str | Rejected | None:
        formats = (self.format,) if self.format else self.formats or ((self.prop.format,) if self.prop.format else ())
        birth = self.prop.name == "birthDate"
        if not formats and not birth and _is_day(text):
            return text
        if NO_DATE.match(text):
            return None
        try:
            return read_date(text, formats, birth=birth, pivot=self.pivot)
        except NoDate as why:
            return Rejected(text, "date", str(why))

    def _clean(self, text: str) -> str | None:
        if self.prop.type is registry.email:
            return _email(text)
        try:
            if self.prop.type is registry.phone:
                return self._phone(text)
            if self.prop.type is registry.country:
                return country(text, fuzzy=self.fuzzy)
            return self.prop.type.clean_text(text, fuzzy=self.fuzzy, format=self.format or self.prop.format)
        except InvalidData:
            return None

    def _phone(self, text: str) -> str | None:
        found = read_phone(text, self.format or self.prop.format)
        if found is None:
            return None
        self.national[found[0]] = found[1]
        return found[0]

    def _refusal(self, text: str) -> Rejected:
        hint = (
            "; a number without + needs input.country" if self.prop.type is registry.phone and not self.format else ""
        )
        return Rejected(text, "value", f"This is no {self.prop.type.label.lower()}{hint}.")

    def _derived(self, kept: dict[str, str], rejected: tuple[Rejected, ...]) -> Piece:
        values = tuple(kept)
        role, identifier = property_role(self.prop.schema.name, self.prop.name)
        changed = [text for value, text in kept.items() if value != text]
        piece = Piece(
            values=values,
            json=f'"{self.prop.name}":{json_escaped(values)}',
            original=f'"{self.prop.name}":{json_escaped(changed)}' if changed else "",
            rejected=rejected,
        )
        if identifier:
            self._identify(piece, identifier)
        elif role:
            piece.words = " ".join([word for value in values for word in words_of(value)])
            if role == "name":
                found = [name_keys(value, self.prop.schema.name) for value in values]
                piece.keys = tuple(array_item(key) for key in dict.fromkeys(key for one in found for key in one.keys))
                piece.tokens = tuple(dict.fromkeys(token for one in found for token in one.tokens))
        piece.rich = bool(piece.original or piece.keys or piece.tokens or piece.nodes or rejected)
        return piece

    def _identify(self, piece: Piece, identifier: str) -> None:
        keys: dict[str, None] = {}
        nodes = []
        for value in filter(identifies, piece.values):
            national = self.national.pop(value, None)
            found = identifier_keys(identifier, value) if national is None else phone_keys(value, national)
            items = [array_item(key) for key in found]
            keys.update(dict.fromkeys(items))
            if self.prop.matchable:
                normal = normal_identifier(identifier, value) if national is None else value
                nodes.append(node_of(self.key, identifier, normal, value, items))
        piece.keys = tuple(keys)
        piece.nodes = tuple(nodes)


def node_of(key: bytes, type: str, normal: str | None, value: str, keys: Sequence[str]) -> Node:
    """The node of an identifier, by its normal form where it has one; `keys` are elements of an array already."""
    caption = normal or value
    return Node(
        entity=value_hex(key, type, value, normal),
        type=type,
        caption=escaped(caption),
        properties=json_escaped({"name": [caption], "type": [type]}),
        keys="{" + ",".join(keys) + "}",
    )


# --- dates and places -------------------------------------------------------------------------------


@lru_cache(1 << 16)
def span(value: str) -> tuple[str, str]:
    """First and last day that a date of any precision may mean ('2021-02' is all of February); '' when none."""
    try:
        if len(value) >= 10:
            day = date.fromisoformat(value[:10])
            return day.isoformat(), day.isoformat()
        year, month = int(value[:4]), int(value[5:7]) if len(value) >= 7 else 0
        first = date(year, month or 1, 1)
        after = date(year + (month in (0, 12)), 1 if month in (0, 12) else month + 1, 1)
        return first.isoformat(), (after - timedelta(days=1)).isoformat()
    except ValueError:
        return "", ""


def dates(pieces: Sequence[Sequence[str]]) -> tuple[str, str]:
    """First and last day over all values, as fields of COPY (\\N for none)."""
    spans = [span(value) for value in chain.from_iterable(pieces)]
    firsts = [first for first, _ in spans if first]
    lasts = [last for _, last in spans if last]
    return (min(firsts), max(lasts)) if firsts else ("\\N", "\\N")


def place(latitudes: Sequence[str], longitudes: Sequence[str], label: str) -> str:
    """[{lat, lon, label}] as a field of COPY; '[]' where a number is missing or beyond the earth."""
    try:
        lat, lon = float(latitudes[0]), float(longitudes[0])
    except (IndexError, ValueError):
        return "[]"
    if not (-90 <= lat <= 90 and -180 <= lon <= 180) or (lat == 0 and lon == 0):
        return "[]"
    return json_escaped([{"lat": lat, "lon": lon, "label": label}])
