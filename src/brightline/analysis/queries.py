"""Questions that analysis answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from brightline.analysis import model
from brightline.gate import Answer, Call, Gate
from brightline.model.ids import parse_id


def events(gate: Gate, call: Call, ids: Sequence[str]) -> Answer:
    """Everything dated and everything placed of these entities: what records say of them and their links. An id that
    this purpose doesn't see adds nothing; none that it sees: Missing. At most 200 of each entity and 2,000 in all."""
    answer = gate.run(call, "analysis_events", {"ids": [str(parse_id(id, "ids")) for id in ids]})
    return replace(answer, result=model.events(answer.result))


def watches(gate: Gate, call: Call, *, limit: int = 50, offset: int = 0) -> Answer:
    """One's own watches under this purpose, newest first."""
    return gate.run(call, "watch_list", {"limit": limit, "offset": offset})


def hits(gate: Gate, call: Call, *, watch: str | None = None, limit: int = 100, offset: int = 0) -> Answer:
    """What watches found, newest first, as far as this purpose sees it now."""
    params: dict[str, Any] = {"limit": limit, "offset": offset}
    answer = gate.run(call, "watch_hits", params | ({"watch": str(parse_id(watch, "watch"))} if watch else {}))
    markings = model.marking_words(answer.result["markings"])
    told = [{**hit, "marking": markings.get(hit["marking"])} for hit in answer.result["hits"]]
    return replace(answer, result={"hits": told, "total": answer.result["total"]})


def workspaces(gate: Gate, call: Call, *, limit: int = 50, offset: int = 0) -> Answer:
    """One's own workspaces under this purpose, and those shared with the case."""
    return gate.run(call, "workspace_list", {"limit": limit, "offset": offset})


def workspace(gate: Gate, call: Call, id: str) -> Answer:
    """One workspace: of its entities those that this purpose sees, and where they stood."""
    return gate.run(call, "workspace_show", {"workspace": str(parse_id(id, "workspace"))})
