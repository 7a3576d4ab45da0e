"""The same figures over an exported log, without the database: for whoever doesn't take our word for them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import product
from statistics import median
from typing import Any

from brightline.ledger.record import Row

NOTHING = "–"


def count(
    rows: Iterable[Row], figure: Mapping[str, Any], *, since: datetime | None, until: datetime
) -> list[dict[str, Any]]:
    """A figure's rows as the database answers them; `rows` are those below the report's ledger size, in order."""
    cells: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    for row in rows:
        head = json.loads(row.head)
        if _counts(head, figure, since, until):
            for cell, amount in _cells(head, figure):
                cells[cell].append(amount)
    divide = float(figure.get("divide") or 1)
    made = {"median": median, "last": lambda found: found[-1]}.get(figure["measure"], sum)
    return [{"cell": list(cell), "value": round(made(found) / divide, 3)} for cell, found in sorted(cells.items())]


def part(head: Mapping[str, Any], path: str) -> list[str]:
    """A part of a head as texts."""
    if path == "":
        return [""]
    if path == "month":
        return [str(head["time"])[:7]]
    if path == "worked":
        return [str(_at(head, "counts.month") or str(head["time"])[:7])]
    found = _at(head, path)
    if isinstance(found, list):
        return [str(one) for one in found] or [NOTHING]
    if isinstance(found, bool):
        return [str(found).lower()]
    return [NOTHING if found is None else str(found)]


def _at(head: Mapping[str, Any], path: str) -> Any:
    found: Any = head
    for key in path.split("."):
        found = found.get(key) if isinstance(found, dict) else None
    return found


def _counts(head: Mapping[str, Any], figure: Mapping[str, Any], since: datetime | None, until: datetime) -> bool:
    at = datetime.fromisoformat(head["time"])
    asked = (("acts", "act"), ("names", "name"), ("outcomes", "outcome"))
    return (
        (since is None or at >= since)
        and at <= until
        and all(figure.get(key) is None or head.get(name) in figure[key] for key, name in asked)
        and all(value in part(head, path) for path, value in figure.get("where", {}).items())
    )


def _cells(head: Mapping[str, Any], figure: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str, str], float]]:
    if figure.get("spread"):
        yield from _spread(_at(head, figure["spread"]))
        return
    amount = 1 if figure["measure"] == "count" else _at(head, figure["value"])
    if isinstance(amount, int | float):
        paths = [*figure.get("by", ()), "", "", ""][:3]
        for a, b, c in product(*(part(head, path) for path in paths)):
            yield (a, b, c), amount


def _spread(found: Any) -> Iterator[tuple[tuple[str, str, str], float]]:
    for outer, value in found.items() if isinstance(found, dict) else ():
        for inner, amount in value.items() if isinstance(value, dict) else (("", value),):
            if amount:
                yield (outer, inner, ""), amount
