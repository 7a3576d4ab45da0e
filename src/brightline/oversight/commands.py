"""What can be asked to be done with the log: a checkpoint now; and what overseers write down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from brightline.gate import Answer, Call, Gate
from brightline.oversight import misuse


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


def flag_judge(gate: Gate, call: Call, flag: UUID, *, verdict: str, remarks: str) -> Answer:
    """An overseer's verdict: founded, unfounded, or inquiry, after which another may follow. Refused: `own`."""
    answer = gate.run(call, "oversight_flag_judge", {"flag": str(flag), "verdict": verdict, "remarks": remarks})
    return replace(answer, result=misuse.told(answer.result))


def list_put(
    gate: Gate, call: Call, of_list: str, people: Sequence[misuse.Person], *, account: str | None, title: str
) -> Answer:
    """Put a list in the place of the former one. Kept are keyed hashes of normalised words; the log keeps one hash."""
    given = {"list": of_list, "title": title, "content_base64": misuse.packed(of_list, people)}
    return gate.run(call, "oversight_list_put", {**given, **({"account": account} if account else {})})
