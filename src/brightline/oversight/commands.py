"""What can be asked to be done with the log: a checkpoint now; and what overseers write down."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from brightline.gate import Answer, Call, Gate


def checkpoint(gate: Gate, call: Call) -> Answer:
    """Ask the sequencer for a checkpoint; it signs within a second or two and covers this act, too."""
    return gate.run(call, "ledger_checkpoint", {})


def explain(gate: Gate, call: Call, key: str, *, note: str) -> Answer:
    """Write down what was found about an exception; it stays, and so does the exception."""
    return gate.run(call, "oversight_explain", {"key": key, "note": note})


def draw(gate: Gate, call: Call, *, since: datetime, until: datetime | None) -> Answer:
    """Draw one in a hundred inquiries of a period, at least twenty, and every crossing; nobody chooses which.

    Conflict `empty`: the signed log holds nothing of that period.
    """
    period = {"from": since.isoformat(), **({"to": until.isoformat()} if until else {})}
    return gate.run(call, "oversight_draw", period)


def judge(gate: Gate, call: Call, sample: UUID, place: int, *, verdict: str, note: str) -> Answer:
    """Judge one sampled reason: sound, vague or not_supported. Conflict `state`: it is judged already."""
    given = {"sample": str(sample), "place": place, "verdict": verdict, "note": note}
    return gate.run(call, "oversight_judge", given)
