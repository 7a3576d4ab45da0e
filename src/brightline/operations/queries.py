"""What may be asked: at the unit's desks, under the case, at legal review (the plan alone), by overseers."""

from __future__ import annotations

from brightline.gate import Answer, Call, Gate


def operation_list(gate: Gate, call: Call, *, state: str | None = None, limit: int = 50, offset: int = 0) -> Answer:
    """{operations, total}: latest change first, each with its figures and flags."""
    return gate.run(call, "operation_list", {"state": state, "limit": limit, "offset": offset})


def operation_show(gate: Gate, call: Call, *, operation: str) -> Answer:
    """The plan, what happened, holds, custody, costs."""
    return gate.run(call, "operation_show", {"operation": operation})


def operation_protected(gate: Gate, call: Call, *, operation: str) -> Answer:
    """{protected}: victims and witnesses by name. Needs an inquiry."""
    return gate.run(call, "operation_protected", {"operation": operation})


def hold_list(gate: Gate, call: Call) -> Answer:
    """{holds}: claims of citizenship or lawful status, newest first."""
    return gate.run(call, "hold_list", {})


def extract_list(gate: Gate, call: Call) -> Answer:
    """{extracts}: published tables taken in."""
    return gate.run(call, "extract_list", {})


def extract_show(gate: Gate, call: Call, *, extract: str) -> Answer:
    """Its figures, months, faults, and operations planned, recorded and published side by side."""
    return gate.run(call, "extract_show", {"extract": extract})
