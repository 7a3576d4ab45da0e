"""What is due, what was proposed and decided, what is held."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from brightline.gate import Answer, Call, Gate


def due(gate: Gate, call: Call, filters: Mapping[str, Any]) -> Answer:
    """Records and cases whose time is over today, as far as the caller answers for them; overseers see all."""
    return gate.run(call, "retention_due", filters)


def purges(gate: Gate, call: Call, *, limit: int = 50, offset: int = 0) -> Answer:
    """Proposals and decisions, newest first."""
    return gate.run(call, "retention_purges", {"limit": limit, "offset": offset})


def purge(gate: Gate, call: Call, number: str) -> Answer:
    """One purge with its items; what was destroyed has a hash and no label."""
    return gate.run(call, "retention_purge_show", {"purge": number})


def holds(gate: Gate, call: Call) -> Answer:
    """Legal holds, those in force first."""
    return gate.run(call, "retention_holds", {})


def log_classes(gate: Gate, call: Call) -> Answer:
    """How long the log's own bodies are kept, by class of act, and how many are past it."""
    return gate.run(call, "retention_log", {})
