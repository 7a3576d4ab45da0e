"""Rows for the stage: records, aspects, value nodes and links, as lines of PostgreSQL's text COPY.

An aspect is what one record says of one entity. A value node (a phone, an account number) is an aspect too, once
per record and value, under the record's marking, so that the link to it is seen by exactly those who may see the
record. Links go out once here; publishing writes both directions.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from brightline.feeds.pieces import EMPTY, Node, Piece, dates, escaped, place
from brightline.model.schemata import ends_of, reference_properties, schema_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What a schema's aspects are made of, given the order of a plan's pieces. References are apart."""

    schema: str
    captions: tuple[int, ...]
    dated: tuple[int, ...]
    latitude: int | None
    longitude: int | None
    linked: tuple[int, ...]
    ends: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    references: tuple[tuple[str, str], ...]
    weight: int | None
    named: bool
    pieces: tuple[str, ...]


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


class Randoms:
    """Random ids in bulk: one system call for thousands."""

    __slots__ = ("_at", "_hex")

    def __init__(self) -> None:
        self._hex = ""
        self._at = 0

    def take(self) -> str:
        if self._at >= len(self._hex):
            self._hex, self._at = os.urandom(16 * 4_096).hex(), 0
        self._at += 32
        return self._hex[self._at - 32 : self._at]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One entity of one record: its pieces in the shape's order, and the ids that its entity properties hold."""

    shape: Shape
    entity: str
    pieces: Sequence[Piece]
    references: dict[str, list[str]]


class Assembler:
    """Puts records together for one run."""

    __slots__ = ("_ids", "_run", "_scoped", "lines")

    def __init__(self, run: str, scoped: frozenset[int] = frozenset()) -> None:
        self._run = run
        self._scoped = scoped
        self._ids = Randoms()
        self.lines = Lines()

    def take(self) -> Lines:
        """The lines since the last call."""
        taken, self.lines = self.lines, Lines()
        return taken

    def record(self, id: str, key: str, version: int, hash: str, payload: str, marking: int) -> None:
        """One version of a record. `payload` is JSON, `hash` hexadecimal."""
        self.lines.records.append(
            f"{self._run}\t{id}\t{escaped(key)}\t{version}\t\\\\x{hash}\t{escaped(payload)}\t{marking}\n"
        )

    def entities(self, record: str, marking: int, said: Sequence[Said]) -> None:
        """The aspects, value nodes and links of one record."""
        present = {one.entity for one in said}
        seen: set[str] = set()
        for one in said:
            self._entity(record, marking, one, present, seen)

    def _entity(self, record: str, marking: int, one: Said, present: set[str], seen: set[str]) -> None:
        form, pieces = one.shape, one.pieces
        aspect = self._ids.take()
        first, last = dates([pieces[index].values for index in form.dated]) if form.dated else ("\\N", "\\N")
        self._aspect(f"{aspect}\t{record}\t{one.entity}\t{marking}\t{form.schema}", one, first, last)
        # Words of sealed rows stay out of the dictionary: it is one for all.
        for piece in pieces if marking not in self._scoped else ():
            if piece.tokens:
                self.lines.tokens.update(piece.tokens)
        head = f"{aspect}\t{record}\t{marking}\t{first}\t{last}"
        for index in form.linked:
            for node in pieces[index].nodes:
                self._node(record, marking, node, seen)
                self._link(one.entity, node.entity, node.type, head, "1\tt")
        if form.ends:
            self._between(record, marking, one, present, seen, head)
        for name, qname in form.references:
            for target in one.references.get(name, ()):
                self._link(one.entity, target, qname, head, "1\tt" if target in present else "1\tf")

    def _aspect(self, head: str, one: Said, first: str, last: str) -> None:
        pieces = [piece for piece in one.pieces if piece is not EMPTY and piece.json]
        properties = [piece.json for piece in pieces]
        properties += [f'"{name}":["' + '","'.join(ids) + '"]' for name, ids in one.references.items()]
        original = ",".join([piece.original for piece in pieces if piece.original])
        keyed = [piece.keys for piece in pieces if piece.keys]
        keys = keyed[0] if len(keyed) == 1 else dict.fromkeys([key for some in keyed for key in some])
        caption = next((one.pieces[i].values[0] for i in one.shape.captions if one.pieces[i].values), "")
        places = "[]"
        if one.shape.latitude is not None and one.shape.longitude is not None:
            coordinates = one.pieces[one.shape.latitude].values, one.pieces[one.shape.longitude].values
            places = place(*coordinates, caption)
        self.lines.aspects.append(
            f"{self._run}\t{head}\t{escaped(caption)}\t{{{','.join(properties)}}}\t{{{original}}}\t{{{','.join(keys)}}}\t"
            f"{' '.join([piece.words for piece in pieces if piece.words])}\t{places}\t{first}\t{last}\n"
        )

    def _node(self, record: str, marking: int, node: Node, seen: set[str]) -> None:
        if node.entity in seen:
            return
        seen.add(node.entity)
        self.lines.aspects.append(
            f"{self._run}\t{self._ids.take()}\t{record}\t{node.entity}\t{marking}\tValue\t{node.caption}\t"
            f"{node.properties}\t{{}}\t{node.keys}\t\t[]\t\\N\t\\N\n"
        )

    def _link(self, source: str, target: str, kind: str, head: str, tail: str) -> None:
        if source == target:
            return
        aspect, record, marking, first, last = head.split("\t")
        self.lines.links.append(
            f"{self._run}\t{self._ids.take()}\t{source}\t{target}\t{kind}\t{aspect}\t{record}\t{marking}\t"
            f"{first}\t{last}\t{tail}\n"
        )

    def _between(self, record: str, marking: int, one: Said, present: set[str], seen: set[str], head: str) -> None:
        weight = _weight(one)
        kind = _kind(one.shape.schema)
        made: set[tuple[str, str]] = set()
        for from_, to in one.shape.ends:
            sources = self._end(record, marking, one, from_, seen)
            targets = self._end(record, marking, one, to, seen)
            if not (sources or targets):
                continue
            for source in sources or [one.entity]:
                for target in targets or [one.entity]:
                    local = "t" if self._here(source, present, seen) and self._here(target, present, seen) else "f"
                    if (source, target) not in made:
                        made.add((source, target))
                        self._link(source, target, kind, head, f"{weight}\t{local}")

    @staticmethod
    def _here(entity: str, present: set[str], seen: set[str]) -> bool:
        return entity in present or entity in seen

    def _end(self, record: str, marking: int, one: Said, names: Iterable[str], seen: set[str]) -> list[str]:
        """The entities at one end: of the first property that has any; an identifier stands for its node."""
        for name in names:
            if found := one.references.get(name):
                return found
            if name in one.shape.pieces:
                nodes = one.pieces[one.shape.pieces.index(name)].nodes
                for node in nodes:
                    self._node(record, marking, node, seen)
                if nodes:
                    return [node.entity for node in nodes]
        return []


def _weight(one: Said) -> str:
    if one.shape.weight is None:
        return "1"
    values = one.pieces[one.shape.weight].values
    try:
        number = float(values[0].replace(",", "").rstrip("%")) if values else 1.0
    except ValueError:
        return "1"
    return repr(number) if 0 < abs(number) < 1e30 else "1"
