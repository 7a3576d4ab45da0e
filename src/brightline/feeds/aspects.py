"""Rows for the stage: records, aspects, value nodes and links, as lines of PostgreSQL's text COPY.

An aspect is what one record says of one entity. A value node (a phone, an account number) is an aspect too, once
per record and value, under the record's marking, so that the link to it is seen by exactly those who may see the
record. Links go out once here; publishing writes both directions.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from brightline.feeds.pieces import Node, Piece, dates, escaped, place
from brightline.model.schemata import ends_of, reference_properties, schema_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What a schema's aspects are made of, given the order of a plan's pieces. References are apart."""

    schema: str
    captions: tuple[int, ...]
    dated: tuple[int, ...]
    begins: tuple[int, ...]
    ends_in_time: tuple[int, ...]
    latitude: int | None
    longitude: int | None
    linked: tuple[int, ...]
    ends: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    references: tuple[tuple[str, str], ...]
    weight: int | None
    named: bool
    pieces: tuple[str, ...]


# What says when something began, and when it was over; `date` says both (as content.dated tells it).
_BEGINS, _ENDS = ("startDate", "date"), ("endDate", "date")
_WEIGHTS = ("percentage", "amountEur", "amountUsd", "amount", "duration")


@lru_cache(4_096)
def shape(schema_name: str, properties: tuple[str, ...]) -> Shape:
    """The shape of a schema for properties in this order."""
    schema = schema_of(schema_name)
    if schema is None:
        raise KeyError(schema_name)
    at = {name: index for index, name in enumerate(properties)}
    temporal = [name for name in (*schema.temporal_start, *schema.temporal_end) if name in at]
    ends = tuple((pair.sources, pair.targets) for pair in ends_of(schema_name))
    used = {name for sources, targets in ends for name in (*sources, *targets)}
    weights = [at[name] for name in _WEIGHTS if name in at]
    return Shape(
        schema=schema_name,
        captions=tuple(at[name] for name in schema.caption if name in at),
        dated=tuple(at[name] for name in temporal),
        begins=tuple(at[name] for name in _BEGINS if name in temporal),
        ends_in_time=tuple(at[name] for name in _ENDS if name in temporal),
        latitude=at.get("latitude"),
        longitude=at.get("longitude"),
        linked=tuple(index for name, index in at.items() if name not in used),
        ends=ends,
        references=tuple((name, schema.properties[name].qname) for name in reference_properties(schema_name)),
        weight=weights[0] if weights else None,
        named="name" in schema.properties,
        pieces=properties,
    )


def link_kind(schema_name: str) -> str:
    """Kind of the links between an entity's two ends: the most general schema that has these ends."""
    pairs = ends_of(schema_name)
    schema = schema_of(schema_name)
    assert schema is not None
    same = [parent for parent in schema.schemata if pairs and ends_of(parent.name) == pairs]
    return min(same, key=lambda parent: len(parent.schemata)).name if same else schema_name


_kind = lru_cache(512)(link_kind)


@dataclass(slots=True)
class Lines:
    """What a chunk of records makes, table by table."""

    records: list[str] = field(default_factory=list)
    aspects: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)


class Body(NamedTuple):
    """All that follows from one entity's pieces, whichever record says it: an aspect but for its ids and references.

    Text is as COPY takes it. Payers and firms come again row after row, and are put together once (mapping.py).
    """

    shape: Shape
    head: str
    """Schema, caption and the properties' JSON without its closing brace."""
    bare: bool
    """No property yet: the first reference comes without a comma before it."""
    tail: str
    """From that brace to the end of the line."""
    days: str
    weight: str
    tokens: tuple[str, ...]
    nodes: tuple[Node, ...]
    ends: Mapping[str, tuple[Node, ...]]
    rejected: tuple[tuple[str, Piece], ...]


_NEVER = "\\N"
_NO_ENDS: Mapping[str, tuple[Node, ...]] = {}


def body_of(form: Shape, pieces: Sequence[Piece]) -> Body:
    """Puts an entity together. `pieces` are in the shape's order."""
    properties: list[str] = []
    words: list[str] = []
    rich: list[Piece] = []
    for piece in pieces:
        if piece.json:
            properties.append(piece.json)
        if piece.words:
            words.append(piece.words)
        if piece.rich:
            rich.append(piece)
    captioned = [pieces[i].values for i in form.captions]
    caption = next((values[0] for values in captioned if values), "")
    first, last = dates([pieces[index].values for index in form.dated]) if form.dated else (_NEVER, _NEVER)
    original = ",".join([piece.original for piece in rich if piece.original])
    places = "[]" if form.latitude is None else _places(form, pieces, caption)
    linked = rich and any(piece.nodes for piece in rich)
    return Body(
        form,
        f"{form.schema}\t{escaped(caption)}\t{{{','.join(properties)}",
        not properties,
        f"}}\t{{{original}}}\t{{{_keys(rich)}}}\t{' '.join(words)}\t{places}\t{first}\t{last}\n",
        _days(form, pieces, first, last),
        _weight(form, pieces) if form.weight is not None else "1",
        tuple([token for piece in rich for token in piece.tokens]),
        tuple([node for index in form.linked for node in pieces[index].nodes]) if linked else (),
        _end_nodes(form, pieces) if linked and form.ends else _NO_ENDS,
        _rejected(form, pieces) if any(piece.rejected for piece in rich) else (),
    )


def _days(form: Shape, pieces: Sequence[Piece], first: str, last: str) -> str:
    """From when until when a link lasts: what began and isn't said to be over has an open end, and the other way."""
    begins = any(pieces[index].values for index in form.begins)
    ends = any(pieces[index].values for index in form.ends_in_time)
    return f"{first if begins or not ends else _NEVER}\t{last if ends or not begins else _NEVER}"


def _keys(rich: Sequence[Piece]) -> str:
    keyed = [piece.keys for piece in rich if piece.keys]
    return ",".join(keyed[0] if len(keyed) == 1 else dict.fromkeys([key for some in keyed for key in some]))


def _rejected(form: Shape, pieces: Sequence[Piece]) -> tuple[tuple[str, Piece], ...]:
    return tuple((name, piece) for name, piece in zip(form.pieces, pieces, strict=True) if piece.rejected)


def _places(form: Shape, pieces: Sequence[Piece], caption: str) -> str:
    if form.latitude is None or form.longitude is None:
        return "[]"
    return place(pieces[form.latitude].values, pieces[form.longitude].values, caption)


def _end_nodes(form: Shape, pieces: Sequence[Piece]) -> dict[str, tuple[Node, ...]]:
    names = {name for sources, targets in form.ends for name in (*sources, *targets)}
    return {name: piece.nodes for name, piece in zip(form.pieces, pieces, strict=True) if name in names and piece.nodes}


def _weight(form: Shape, pieces: Sequence[Piece]) -> str:
    if form.weight is None:
        return "1"
    values = pieces[form.weight].values
    try:
        number = float(values[0].replace(",", "").rstrip("%")) if values else 1.0
    except ValueError:
        return "1"
    return repr(number) if 0 < abs(number) < 1e30 else "1"


def _randoms() -> Iterator[str]:
    """Random ids: one system call for thousands."""
    while True:
        block = os.urandom(16 * 4_096).hex()
        yield from [block[at : at + 32] for at in range(0, len(block), 32)]


class Said(NamedTuple):
    """One entity of one record: its body, and the ids that its entity properties hold."""

    entity: str
    body: Body
    references: Mapping[str, list[str]]


class Assembler:
    """Puts records together for one run."""

    __slots__ = ("_id", "_run", "_scoped", "lines")

    def __init__(self, run: str, scoped: frozenset[int] = frozenset()) -> None:
        self._run = run
        self._scoped = scoped
        self._id = _randoms().__next__
        self.lines = Lines()

    def take(self) -> Lines:
        """The lines since the last call."""
        taken, self.lines = self.lines, Lines()
        return taken

    def record(self, id: str, key: str, version: int, hash: str, payload: str, marking: int) -> None:
        """One version of a record. `payload` is JSON, `hash` hexadecimal."""
        # JSON holds no control character that isn't an escape already.
        stored = payload.replace("\\", "\\\\")
        self.lines.records.append(f"{self._run}\t{id}\t{escaped(key)}\t{version}\t\\\\x{hash}\t{stored}\t{marking}\n")

    def entities(self, record: str, marking: int, said: Sequence[Said]) -> None:
        """The aspects, value nodes and links of one record."""
        present: set[str] = set()
        seen: set[str] = set()
        for entity, body, references in said:
            aspect = self._id()
            properties = _references(references, body.bare) if references else ""
            self.lines.aspects.append(
                f"{self._run}\t{aspect}\t{record}\t{entity}\t{marking}\t{body.head}{properties}{body.tail}"
            )
            # Words of sealed rows stay out of the dictionary: it is one for all.
            if body.tokens and marking not in self._scoped:
                self.lines.tokens.update(body.tokens)
            if not (body.nodes or references or body.shape.ends):
                continue
            present = present or {one.entity for one in said}
            self._links(record, marking, Said(entity, body, references), aspect, present, seen)

    def _links(self, record: str, marking: int, one: Said, aspect: str, present: set[str], seen: set[str]) -> None:
        head = f"{aspect}\t{record}\t{marking}\t{one.body.days}"
        for node in one.body.nodes:
            self._node(record, marking, node, seen)
            self._link(one.entity, node.entity, node.type, head, "1\tt")
        if one.body.shape.ends:
            self._between(record, marking, one, present, seen, head)
        for name, qname in one.body.shape.references:
            for target in one.references.get(name, ()):
                self._link(one.entity, target, qname, head, "1\tt" if target in present else "1\tf")

    def _node(self, record: str, marking: int, node: Node, seen: set[str]) -> None:
        if node.entity in seen:
            return
        seen.add(node.entity)
        self.lines.aspects.append(
            f"{self._run}\t{self._id()}\t{record}\t{node.entity}\t{marking}\tValue\t{node.caption}\t"
            f"{node.properties}\t{{}}\t{node.keys}\t\t[]\t\\N\t\\N\n"
        )

    def _link(self, source: str, target: str, kind: str, head: str, tail: str) -> None:
        if source != target:
            self.lines.links.append(f"{self._run}\t{self._id()}\t{source}\t{target}\t{kind}\t{head}\t{tail}\n")

    def _between(self, record: str, marking: int, one: Said, present: set[str], seen: set[str], head: str) -> None:
        kind = _kind(one.body.shape.schema)
        made: set[tuple[str, str]] = set()
        for from_, to in one.body.shape.ends:
            sources = self._end(record, marking, one, from_, seen)
            targets = self._end(record, marking, one, to, seen)
            if not (sources or targets):
                continue
            for source in sources or [one.entity]:
                for target in targets or [one.entity]:
                    local = (source in present or source in seen) and (target in present or target in seen)
                    if (source, target) not in made:
                        made.add((source, target))
                        self._link(source, target, kind, head, f"{one.body.weight}\t{'t' if local else 'f'}")

    def _end(self, record: str, marking: int, one: Said, names: Iterable[str], seen: set[str]) -> list[str]:
        """The entities at one end: of the first property that has any; an identifier stands for its node."""
        for name in names:
            if found := one.references.get(name):
                return found
            if nodes := one.body.ends.get(name):
                for node in nodes:
                    self._node(record, marking, node, seen)
                return [node.entity for node in nodes]
        return []


def _references(references: Mapping[str, list[str]], bare: bool) -> str:
    """Entity properties, as they go on from the others in an aspect's JSON."""
    fragments = [f'"{name}":["' + '","'.join(ids) + '"]' for name, ids in references.items()]
    return ("" if bare else ",") + ",".join(fragments)
