"""What changes watches and workspaces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from brightline.analysis import model
from brightline.gate import Answer, Call, Gate
from brightline.model.errors import BadInput
from brightline.model.ids import parse_id


def watch_add(
    gate: Gate, call: Call, query: str, *, fuzzy: int = 1, schemas: Sequence[str] = (), sources: Sequence[str] = ()
) -> Answer:
    """Save a search: from the next refresh on, what matches it anew is a hit. The inquiry's reason stays with it."""
    params = {
        "query": query,
        "words": model.watched(query),
        "fuzzy": fuzzy,
        "schemas": model.schemata_below(schemas),
        "sources": list(sources),
    }
    return gate.run(call, "watch_add", params)


def watch_set(gate: Gate, call: Call, watch: str, act: str) -> Answer:
    """Pause, resume or end a watch; what ended doesn't come back."""
    return gate.run(call, "watch_set", {"watch": str(parse_id(watch, "watch")), "act": act})


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """What a workspace keeps: ids and where they stand in the chart, nothing that they say."""

    ids: Sequence[str]
    title: str | None = None
    layout: Mapping[str, Sequence[float]] = field(default_factory=dict)
    workspace: str | None = None

    def params(self) -> dict[str, Any]:
        """As workspace_save takes it."""
        if not self.ids:
            raise BadInput("ids", "is empty", "A workspace holds at least one entity.")
        told: dict[str, Any] = {
            "ids": [str(parse_id(id, "ids")) for id in dict.fromkeys(self.ids)],
            "layout": {str(parse_id(id, "layout")): list(at) for id, at in self.layout.items()},
        }
        if self.title is not None:
            told["title"] = self.title
        if self.workspace is not None:
            told["workspace"] = str(parse_id(self.workspace, "workspace"))
        return told


def workspace_save(gate: Gate, call: Call, wanted: Workspace) -> Answer:
    """A new private workspace, or one's own written anew."""
    return gate.run(call, "workspace_save", wanted.params())


def workspace_share(gate: Gate, call: Call, workspace: str, act: str = "share") -> Answer:
    """Share one's workspace with everybody on the case, or take it back."""
    return gate.run(call, "workspace_share", {"workspace": str(parse_id(workspace, "workspace")), "act": act})
