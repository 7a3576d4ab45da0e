"""What people ask of the warehouse. None of it opens a file: PostgreSQL knows which version holds what."""

from __future__ import annotations

from uuid import UUID

from brightline.gate import Answer, Call, Gate
from brightline.model.ids import parse_id


def tables(gate: Gate, call: Call, *, limit: int = 50, offset: int = 0) -> Answer:
    """{tables, exports, total}: for stewards the tables of their sources, for overseers all and a page of exports."""
    return gate.run(call, "warehouse_list", {"limit": limit, "offset": offset})


def look(gate: Gate, call: Call, id: UUID) -> Answer:
    """What the worker saw; `state` says whether it has looked."""
    return gate.run(call, "warehouse_look_show", {"id": str(id)})


def schedules(gate: Gate, call: Call) -> Answer:
    """{schedules: […]} with next run and history."""
    return gate.run(call, "schedule_list", {})


def exports(gate: Gate, call: Call, id: UUID | None = None, *, limit: int = 50, offset: int = 0) -> Answer:
    """{exports: […], total}: one's own under this purpose, newest first; or the one of this id."""
    return gate.run(call, "export_list", {"id": str(id)} if id else {"limit": limit, "offset": offset})


def fetch(gate: Gate, call: Call, id: UUID) -> Answer:
    """{file, sha256}: the name of the file that is handed out now."""
    return gate.run(call, "export_fetch", {"id": str(id)})


def lineage(gate: Gate, call: Call, about: str, *, property: str | None = None, value: str | None = None) -> Answer:
    """Where an entity's values come from and where they went; `about` is its id, or SOURCE:KEY for a source's row."""
    source, mark, key = about.partition(":")
    asked = {"source": source, "key": key} if mark else {"id": str(parse_id(about))}
    more = {"property": property, "value": value}
    return gate.run(call, "lineage_show", {**asked, **{name: one for name, one in more.items() if one}})
