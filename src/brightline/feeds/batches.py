"""What readers give: rows of tables, records that hold entities, and what they have to say of a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from brightline.feeds.quarantine import Fault

BATCH = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of one file: their numbers in it, and as many cells as the header has for each.

    `raw` are JSON's records as they came: what is stored and hashed in their place. The cells are then only what the
    mapping asks for, and hold lists (spool.py).
    """

    header: tuple[str, ...]
    numbers: Sequence[int]
    rows: Sequence[Sequence[str]]
    raw: Sequence[str] | None = None


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
