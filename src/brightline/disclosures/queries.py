"""What was or would be disclosed, and a person's accounting."""

from __future__ import annotations

from dataclasses import replace

from brightline.gate import Answer, Call, Gate
from brightline.model.ids import parse_id


def listed(gate: Gate, call: Call, *, state: str | None = None, limit: int = 50, offset: int = 0) -> Answer:
    """Disclosures of the case, the desk's unit, an approver's queue, or all for overseers."""
    window = {"limit": limit, "offset": offset}
    return gate.run(call, "disclosure_list", window if state is None else {**window, "state": state})


def shown(gate: Gate, call: Call, number: str) -> Answer:
    """One disclosure with the values that would leave: under its case, and at the desk that decides on them."""
    return gate.run(call, "disclosure_show", {"disclosure": number})


def subject(gate: Gate, call: Call, id: str, *, exceptions: str = "") -> Answer:
    """Rule 12: what is held about one entity (how much, from whom), to whom it went, how often it was looked at.

    Lawful exceptions are stated in `exceptions` and stand in the entry of the report.
    """
    answer = gate.run(call, "subject_report", {"id": str(parse_id(id, "id")), "exceptions": exceptions})
    return replace(answer, result={**answer.result, "id": id})
