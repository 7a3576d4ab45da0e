"""What may be asked about crossings: by requester, custodian, approver, overseer, each from their side."""

from __future__ import annotations

from brightline.gate import Answer, Call, Gate


def crossing_list(gate: Gate, call: Call, *, state: str | None = None, limit: int = 100) -> Answer:
    """{crossings}: those that concern the case or desk, latest first; overseers see all, denials too."""
    return gate.run(call, "crossing_list", {"state": state, "limit": limit})


def crossing_show(gate: Gate, call: Call, *, crossing: str) -> Answer:
    """One crossing. What would cross is shown to the custodian and to who decides; overseers see its kind."""
    return gate.run(call, "crossing_show", {"crossing": crossing})
