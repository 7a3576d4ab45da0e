"""Pure parts of link analysis: nodes and edges as a graph draws them, and what is said of caps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from brightline.model.schemata import label_of

Row = Mapping[str, Any]

HUB = 1_000
PASSED_HUB = 500
VALUE_NODE = "Value"


def markings_by_id(found: Sequence[Row]) -> dict[int, dict[str, Any]]:
    """Markings by id, with regimes and whether they came through a crossing said once."""
    return {
        marking["id"]: {
            **marking,
            "regimes": sorted({o["regime"] for o in marking["origins"] or () if o["regime"]}),
            "crossed": "crossed" in marking["caveats"],
        }
        for marking in found
    }


def node(card: Row, markings: Mapping[int, Row]) -> dict[str, Any]:
    """One entity as a graph draws it. `regime` is its first marking's; a value node says what kind of value it is."""
    worn = [markings[id] for id in card["markings"] if id in markings]
    regimes = sorted({regime for marking in worn for regime in marking["regimes"]})
    return {
        **{name: card[name] for name in ("id", "schema", "caption", "sources")},
        "markings": worn,
        "regime": regimes[0] if regimes else None,
        "degree": card.get("degree"),
        "value": {"type": card["type"]} if card["schema"] == VALUE_NODE else None,
    }


def edge(found: Row, ids: Mapping[str, str], markings: Mapping[int, Row]) -> dict[str, Any]:
    """One link from `source` to `target`, in the direction in which it was stated."""
    return {
        "id": found["id"],
        "source": ids[found["a"]],
        "target": ids[found["b"]],
        "kind": found["kind"],
        "label": label_of(found["kind"]),
        "forward": True,
        "from": found["from"],
        "to": found["to"],
        "weight": found["weight"],
        "origin": found["source"],
        "record": found["record"],
        "record_id": found["record_id"],
        "aspect": found["aspect"],
        "marking": markings.get(found["marking"]),
    }


def graph(found: Row) -> tuple[dict[str, dict[str, Any]], list[dict[str, Any]]]:
    """({entity: node}, edges) of an answer of links_expand or links_path."""
    markings = markings_by_id(found["markings"])
    nodes = {id: node(card, markings) for id, card in found["nodes"].items()}
    ids = {id: shown["id"] for id, shown in nodes.items()}
    return nodes, [edge(link, ids, markings) for link in found["edges"]]


def along(path: Sequence[str], nodes: Mapping[str, Row], edges: Iterable[Row]) -> dict[str, Any]:
    """The nodes of a path in order, and the links between each and the next."""
    order = [nodes[id] for id in path if id in nodes]
    place = {frozenset((a["id"], b["id"])): n for n, (a, b) in enumerate(pairwise(order))}
    used = [(place.get(frozenset((e["source"], e["target"])), -1), e["kind"], e["id"], e) for e in edges]
    return {"nodes": order, "edges": [e for n, _, _, e in sorted(used, key=lambda u: u[:3]) if n >= 0]}


def expand_note(hubs: int, total_text: str) -> str | None:
    if not hubs:
        return None
    said = "One entity has" if hubs == 1 else f"{hubs} entities have"
    return (
        f"{said} more than {HUB:,} links; the first {HUB:,} of each were looked at. Links of the centre: {total_text}."
    )


def path_note(hubs: int, capped: bool) -> str | None:
    """What wasn't looked at, so that 'no path' isn't taken for more than it is."""
    said = []
    if hubs:
        said.append(f"{hubs:,} entities with more than {PASSED_HUB} links were not passed through.")
    if capped:
        said.append("The search stopped at its limit; a longer path may exist.")
    return " ".join(said) or None
