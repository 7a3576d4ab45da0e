"""What the columns of a delivery are like: in how many rows each says something. The database compares it with the
last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from brightline.feeds.batches import Table
from brightline.feeds.doubts import NOTHING
from brightline.feeds.manifest import Manifest


class Profile:
    """Counts over all rows, of the columns that feed.yml names; of records that hold entities, by schema and
    property."""

    def __init__(self, manifest: Manifest) -> None:
        self._named = tuple(manifest.refs())
        self._empty = frozenset(("", " ", "\xa0", *manifest.input.null, *NOTHING, *map(str.upper, NOTHING)))
        self._filled: Counter[str] = Counter()
        self._rows: Counter[str] = Counter()

    def table(self, table: Table) -> None:
        """Counts a batch of rows."""
        self._rows[""] += len(table.rows)
        empty = self._empty
        for name in self._named:
            if name in table.header:
                at = table.header.index(name)
                self._filled[name] += sum([cells[at] not in empty for cells in table.rows])

    def entities(self, entities: Iterable[tuple[str, str, Mapping[str, Sequence[str]]]]) -> None:
        """Counts the entities of a record."""
        for schema, _, properties in entities:
            self._rows[schema] += 1
            self._filled.update([f"{schema}.{prop}" for prop, values in properties.items() if values])

    def told(self) -> dict[str, Any]:
        """{column: [rows that say something, rows]}"""
        rows = self._rows
        tables = {name: [self._filled[name], rows[""]] for name in self._named} if rows[""] else {}
        bundles = {
            name: [count, rows[schema]]
            for name, count in self._filled.items()
            if (schema := name.partition(".")[0]) in rows and name not in tables
        }
        return tables | bundles
