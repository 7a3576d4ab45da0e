"""What people ask of the warehouse that changes something. Each is one act with its entry."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from brightline.gate import Answer, Call, Gate
from brightline.model.cron import Cron
from brightline.model.ids import parse_id


def schedule_add(gate: Gate, call: Call, wanted: dict[str, Any]) -> Answer:
    """A schedule with its standing order; `cron` in UTC."""
    Cron.parse(wanted["cron"], "cron")
    items = wanted.get("items")
    return gate.run(call, "schedule_add", {**wanted, **({"items": _ids(items)} if items else {})})


def schedule_pause(gate: Gate, call: Call, name: str, *, paused: bool) -> Answer:
    """Stops it, or lets it go on."""
    return gate.run(call, "schedule_pause", {"name": name, "paused": paused})


def export_request(
    gate: Gate, call: Call, *, format: str, items: Sequence[str] = (), sources: Sequence[str] = ()
) -> Answer:
    """Queues an export of the case's items; the worker makes it."""
    return gate.run(call, "export_request", {"format": format, "items": _ids(items), "sources": list(sources)})


def look(
    gate: Gate,
    call: Call,
    source: str,
    *,
    version: int | None = None,
    time: datetime | None = None,
    key: str | None = None,
) -> Answer:
    """Asks the worker how a table was then."""
    asked = {"source": source, "version": version, "time": time.isoformat() if time else None, "key": key}
    return gate.run(call, "warehouse_look", {name: value for name, value in asked.items() if value is not None})


def _ids(items: Sequence[str] | None) -> list[str]:
    return [str(parse_id(item, "items")) for item in items or ()]
