"""FollowTheMoney's model with our own schemata, links and blocked traits.

Everything that needs the model takes `ftm` from here. followthemoney reads one folder only (FTM_MODEL_PATH,
before its first import; a folder of additions alone fails with "Invalid extends"), so ours are added to the
loaded model in place: no copied folder, no order of imports to keep.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from followthemoney import model as ftm
from followthemoney.property import Property
from followthemoney.schema import Schema

from brightline.model import yml

_HERE = Path(__file__).parent
_WORDS = re.compile(r"[^a-z0-9]+|(?<=[a-z])(?=[A-Z])")


def _extend() -> None:
    if "Sighting" in ftm.schemata:
        return
    for path in sorted((_HERE / "schema").glob("*.yml")):
        ftm._load(str(path))
    ftm.generate()


_extend()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """One kind of link of a schema: the first of each side that has a value counts."""

    sources: tuple[str, ...]
    targets: tuple[str, ...]


def _links() -> dict[str, tuple[Ends, ...]]:
    raw: dict[str, list[dict[str, list[str]]]] = yml.read((_HERE / "links.yml").read_text("utf-8"))
    return {
        name: tuple(Ends(sources=tuple(pair["from"]), targets=tuple(pair["to"])) for pair in pairs)
        for name, pairs in raw.items()
    }


LINKS: dict[str, tuple[Ends, ...]] = _links()
"""links.yml: schema → its pairs of ends."""

_traits: dict[str, Any] = yml.read((_HERE / "traits.yml").read_text("utf-8"))

TRAITS: frozenset[str] = frozenset(_traits["properties"])
"""FollowTheMoney properties that hold what nobody may keep on file."""

_TRAIT_COLUMNS = frozenset(_traits["columns"])


@lru_cache(4_096)
def trait_column(heading: str) -> bool:
    """Whether a column's heading announces a belief, an origin or a state of health."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", heading)
    return " ".join(re.findall(r"[a-z0-9]+", words.casefold())) in _TRAIT_COLUMNS


def schema_of(name: str) -> Schema | None:
    """A schema by name, own or FollowTheMoney's; None when there is none."""
    return ftm.get(name)


@lru_cache(512)
def ends_of(name: str) -> tuple[Ends, ...]:
    """The pairs of properties that make links of an entity of this schema, from ours or FollowTheMoney's edge."""
    schema = ftm.get(name)
    if schema is None:
        return ()
    for candidate in sorted(schema.schemata, key=lambda s: -len(s.schemata)):
        if candidate.name in LINKS:
            return LINKS[candidate.name]
    if schema.edge and schema.edge_source and schema.edge_target:
        return (Ends(sources=(schema.edge_source,), targets=(schema.edge_target,)),)
    return ()


@lru_cache(512)
def reference_properties(name: str) -> tuple[str, ...]:
    """Entity-typed properties of a schema that make a link of their own: those that are no end of `ends_of`."""
    schema = ftm.get(name)
    if schema is None:
        return ()
    ends = {prop for pair in ends_of(name) for prop in (*pair.sources, *pair.targets)}
    return tuple(
        prop.name
        for prop in schema.properties.values()
        if prop.type.name == "entity" and not prop.stub and prop.name not in ends
    )


def label_of(kind: str) -> str:
    """What a link's kind is called: a schema ('Ownership'), a property ('Vehicle:owner'), an identifier type."""
    schema = ftm.get(kind)
    if schema is not None:
        return str(schema.edge_label or schema.label)
    prop: Property | None = ftm.get_qname(kind)
    return str(prop.label) if prop is not None else kind


__all__ = [
    "LINKS",
    "TRAITS",
    "Ends",
    "ends_of",
    "ftm",
    "label_of",
    "reference_properties",
    "schema_of",
    "trait_column",
]
