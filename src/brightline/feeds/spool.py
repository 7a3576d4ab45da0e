"""Rows that passed, kept in a file between the two passes: the input needn't be read again, which could have
changed."""

from __future__ import annotations

import marshal
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from brightline.feeds.batches import Draft

SEPARATOR = "\x1f"
"""Between the cells of a row in the spool and in its hash; a cell that holds it has it replaced by a space."""

ITEM, VALUE = "\x1e", "\x1d"
"""Between the items of a list in a cell of JSON, and between the values of lists inside of it. An item without a
value keeps its place."""

MarkingKey = tuple[str, tuple[str, ...]]
"""(category, caveats): what a row says; source, authority and retention are the feed's."""


class Chunk(NamedTuple):
    """Accepted rows, column by column. `kind` is table, json or bundles; a bundle's header is empty.

    `bodies` are a table's rows as their joined cells, of JSON (joined cells, record), of bundles (payload, entities).
    Where all rows have one marking, `markings` holds it once.
    """

    kind: str
    header: tuple[str, ...]
    numbers: list[int]
    keys: list[str]
    digests: list[bytes]
    markings: list[MarkingKey]
    bodies: list[Any]

    def marking_of_each(self) -> Sequence[MarkingKey]:
        return self.markings * len(self.keys) if len(self.markings) == 1 else self.markings

    def only(self, at: Sequence[int]) -> Chunk:
        """The rows at these places."""
        marking = self.marking_of_each()
        return Chunk(
            self.kind,
            self.header,
            numbers=[self.numbers[i] for i in at],
            keys=[self.keys[i] for i in at],
            digests=[self.digests[i] for i in at],
            markings=[marking[i] for i in at],
            bodies=[self.bodies[i] for i in at],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Spooled:
    """Where the second pass finds what."""

    path: Path
    offsets: tuple[int, ...]


@dataclass(slots=True)
class Spool:
    """Chunks of accepted rows, one after the other, as marshal writes them: fast, private to this run."""

    path: Path
    offsets: list[int] = field(default_factory=list)
    _out: BinaryIO | None = None

    def write(self, chunk: Chunk) -> None:
        if self._out is None:
            self._out = self.path.open("wb")
        self.offsets.append(self._out.tell())
        marshal.dump(tuple(chunk), self._out, 4)

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, *error: object) -> None:
        if self._out is not None:
            self._out.close()

    def close(self) -> Spooled:
        if self._out is None:
            self._out = self.path.open("wb")
        self._out.close()
        return Spooled(path=self.path, offsets=tuple(self.offsets))


def chunks_of(spooled: Spooled, offsets: Iterable[int]) -> Iterator[Chunk]:
    """Chunks of the spool as they were written."""
    with spooled.path.open("rb") as source:
        for offset in offsets:
            source.seek(offset)
            yield Chunk(*marshal.load(source))


def drafts(entities: Iterable[tuple[str, str, dict[str, list[str]]]]) -> list[Draft]:
    """Entities of a spooled bundle."""
    return [Draft(schema=schema, id=id, properties=properties) for schema, id, properties in entities]


def sliced(items: Sequence[int], parts: int) -> list[list[int]]:
    """Offsets dealt out evenly."""
    return [list(islice(items, start, None, parts)) for start in range(parts)]
