"""Questions that link analysis answers. Each is one act under an inquiry."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from brightline.gate import Answer, Call, Gate
from brightline.links import model
from brightline.model.errors import BadInput
from brightline.model.ids import parse_id
from brightline.model.schemata import label_of

COUNTED = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrow:
    """Which links count: of these kinds (none: all), at some time between the dates (none: always)."""

    kinds: Sequence[str] = ()
    date_from: date | None = None
    date_to: date | None = None

    def params(self) -> dict[str, Any]:
        if self.date_from and self.date_to and self.date_from > self.date_to:
            raise BadInput("from", "is later than `to`", "Swap the two dates.")
        return {
            "kinds": list(self.kinds),
            "from": self.date_from.isoformat() if self.date_from else None,
            "to": self.date_to.isoformat() if self.date_to else None,
        }


def expand(
    gate: Gate, call: Call, ids: Sequence[str], *, narrow: Narrow | None = None, limit: int = 50, hops: int = 1
) -> Answer:
    """The links of one or more entities, `limit` of each, with the entities at their other ends."""
    params = {"ids": [str(parse_id(id, "ids")) for id in ids], "limit": limit, "hops": hops}
    answer = gate.run(call, "links_expand", {**params, **(narrow or Narrow()).params()})
    found = answer.result
    nodes, edges = model.graph(found)
    centers = [nodes[id] for id in found["centers"] if id in nodes]
    total_text = f"more than {COUNTED:,}" if found["capped"] else f"{found['total']:,}"
    told = {
        "center": centers[0] if centers else None,
        "centers": centers,
        "nodes": [node for id, node in nodes.items() if id not in found["centers"]],
        "edges": edges,
        "kinds": [{"value": kind, "label": label_of(kind), "count": count} for kind, count in found["kinds"]],
        "total": found["total"],
        "total_text": total_text,
        "more": hops == 1 and found["total"] > len(edges),
        "capped": bool(found["hubs"]) or found["capped"],
        "cap_note": model.expand_note(len(found["hubs"]), total_text),
    }
    return replace(answer, result=told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """The two entities that a path should join, how long it may be, how many of the shortest are wanted."""

    a: str
    b: str
    max_hops: int = 6
    limit: int = 3


def path(gate: Gate, call: Call, ends: Ends, *, narrow: Narrow | None = None) -> Answer:
    """The shortest paths between two entities through what the purpose sees, and through nothing else."""
    params = {
        "a": str(parse_id(ends.a, "a")),
        "b": str(parse_id(ends.b, "b")),
        "max_hops": ends.max_hops,
        "limit": ends.limit,
    }
    begun = time.perf_counter()
    answer = gate.run(call, "links_path", {**params, **(narrow or Narrow()).params()})
    took = round((time.perf_counter() - begun) * 1000, 1)
    found = answer.result
    nodes, edges = model.graph(found)
    paths = [model.along(path, nodes, edges) for path in found["paths"]]
    first = paths[0] if paths else {"nodes": list(nodes.values()), "edges": []}
    told = {
        "found": found["found"],
        "hops": found["hops"],
        "paths": paths,
        **first,
        "capped": found["capped"],
        "cap_note": model.path_note(found["hubs"], found["capped"]),
        "took_ms": took,
    }
    return replace(answer, result=told)
