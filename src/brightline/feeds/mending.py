"""Values that a steward has mended: a layer over what the source says, for as long as it says the same.

The row is stored as it came; only what is made of it changes. A row to which a mending applies has another hash, so
that it is mapped when the mending comes or goes, and not again each night.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from brightline.feeds.spool import ITEM, SEPARATOR, VALUE, Chunk

_BETWEEN = re.compile(f"([{ITEM}{VALUE}])")
Entities = list[tuple[str, str, dict[str, list[str]]]]


@dataclass(frozen=True, slots=True)
class Mending:
    """One value: where it stands, what the source wrongly says, and what is right ('' for nothing)."""

    column: str
    wrong: str
    value: str


@dataclass(frozen=True, slots=True)
class Mendings:
    """All of a feed, by key."""

    of: Mapping[str, tuple[Mending, ...]] = field(default_factory=dict)

    @classmethod
    def read(cls, told: Iterable[Mapping[str, Any]]) -> Mendings:
        """From what the database tells."""
        found: dict[str, list[Mending]] = {}
        for one in told:
            found.setdefault(one["key"], []).append(Mending(one["column"], one["wrong"], one["value"]))
        return cls({key: tuple(some) for key, some in found.items()})

    def cells(self, key: str, header: Sequence[str], cells: list[str]) -> list[str]:
        """A row's cells with what is mended."""
        for one in self.of.get(key, ()):
            if one.column in header:
                at = header.index(one.column)
                # Of a list, which JSON has, the one value.
                parts = _BETWEEN.split(cells[at])
                cells[at] = "".join([one.value if part.strip() == one.wrong.strip() else part for part in parts])
        return cells

    def entities(self, key: str, entities: Entities) -> Entities:
        """A record's entities with what is mended: a value of a property."""
        for one in self.of.get(key, ()):
            for _, _, properties in entities:
                if one.wrong in properties.get(one.column, ()):
                    kept = [one.value if value == one.wrong else value for value in properties[one.column]]
                    properties[one.column] = [value for value in kept if value]
        return entities

    def hashed(self, chunk: Chunk) -> Chunk:
        """The chunk with the hashes of what its rows become."""
        if not self.of or self.of.keys().isdisjoint(chunk.keys):
            return chunk
        digests = [
            self._hashed(chunk, at) if key in self.of else digest
            for at, (key, digest) in enumerate(zip(chunk.keys, chunk.digests, strict=True))
        ]
        return chunk._replace(digests=digests)

    def _hashed(self, chunk: Chunk, at: int) -> bytes:
        key, digest, body = chunk.keys[at], chunk.digests[at], chunk.bodies[at]
        if chunk.kind == "bundles":
            before = repr(body[1])
            after = repr(self.entities(key, [(s, i, {p: list(v) for p, v in of.items()}) for s, i, of in body[1]]))
        else:
            before = body if chunk.kind == "table" else body[0]
            after = SEPARATOR.join(self.cells(key, chunk.header, before.split(SEPARATOR)))
        if after == before:
            return digest
        return hashlib.sha256(digest + after.encode()).digest()


NONE = Mendings()
