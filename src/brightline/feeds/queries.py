"""What stewards and overseers may ask about feeds. Each is one act with its entry."""

from __future__ import annotations

from uuid import UUID

from brightline.gate import Answer, Call, Gate


def list_feeds(gate: Gate, call: Call) -> Answer:
    """{feeds: […]}: those that this desk may handle, each with its last run."""
    return gate.run(call, "feed_list", {})


def show(gate: Gate, call: Call, name: str) -> Answer:
    """One feed with its mapping, expectations and last runs."""
    return gate.run(call, "feed_show", {"name": name})


def runs(gate: Gate, call: Call, name: str, *, limit: int = 50, offset: int = 0) -> Answer:
    """{runs: […], total}, newest first."""
    return gate.run(call, "feed_runs", {"name": name, "limit": limit, "offset": offset})


def run_show(gate: Gate, call: Call, run: UUID | str) -> Answer:
    """One run, with its progress while it works."""
    return gate.run(call, "run_show", {"run": str(run)})


def quarantine(
    gate: Gate, call: Call, name: str, *, run: UUID | str | None = None, limit: int = 50, offset: int = 0
) -> Answer:
    """{items: […], total}: what was set aside; the open ones, or all of one run."""
    params = {"name": name, "limit": limit, "offset": offset}
    return gate.run(call, "feed_quarantine", params | ({"run": str(run)} if run else {}))


def mendings(gate: Gate, call: Call, name: str, *, ended: bool = False, limit: int = 50, offset: int = 0) -> Answer:
    """{items: […], total}: values that were mended, with who and why; the newest first."""
    return gate.run(call, "feed_mendings", {"name": name, "ended": ended, "limit": limit, "offset": offset})


def dropped(gate: Gate, call: Call, run: UUID | str, *, limit: int = 50, offset: int = 0) -> Answer:
    """{items: […], total}: the keys that the source no longer had in this run."""
    return gate.run(call, "feed_dropped", {"run": str(run), "limit": limit, "offset": offset})
