"""What changes the enforcement records. Each call is one act; its entry commits with the change or neither does.

The rules stand twice: in `model` for people and tests, in the tables and `sql/` where nobody can go around them.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from brightline.gate import Answer, Call, Gate
from brightline.model.errors import Conflict
from brightline.operations import extract


def operation_plan(gate: Gate, call: Call, plan: Mapping[str, Any]) -> Answer:
    """Draft a plan. Refused: code instrument (rule 30), process (31), authority, regime."""
    return gate.run(call, "operation_plan", dict(plan))


def operation_submit(gate: Gate, call: Call, *, operation: str) -> Answer:
    """Send the plan to legal review."""
    return gate.run(call, "operation_submit", {"operation": operation})


def operation_approve(gate: Gate, call: Call, *, operation: str, reason: str | None = None) -> Answer:
    """At an approver's desk: legal review (with a reason). At a supervisor's: approval, never by the author."""
    return gate.run(call, "operation_approve", _told({"operation": operation, "reason": reason}))


def operation_return(gate: Gate, call: Call, *, operation: str, reason: str) -> Answer:
    """Send it back with what has to change."""
    return gate.run(call, "operation_return", {"operation": operation, "reason": reason})


def operation_activate(gate: Gate, call: Call, *, operation: str) -> Answer:
    """The approved operation begins."""
    return gate.run(call, "operation_activate", {"operation": operation})


def operation_withdraw(gate: Gate, call: Call, *, operation: str, reason: str) -> Answer:
    """Its author takes a plan back that waits, or that was approved and hasn't begun."""
    return gate.run(call, "operation_withdraw", {"operation": operation, "reason": reason})


def operation_close(gate: Gate, call: Call, *, operation: str, summary: str, hand_over: str | None = None) -> Answer:
    """It is over. Refused: code held, while somebody is in custody and nobody is named who answers for them."""
    params = {"operation": operation, "summary": summary, "hand_over": hand_over}
    return gate.run(call, "operation_close", _told(params))


def operation_review(gate: Gate, call: Call, *, operation: str, findings: str) -> Answer:
    """A supervisor who didn't close it holds the plan against what happened."""
    return gate.run(call, "operation_review", {"operation": operation, "findings": findings})


def operation_cost_add(gate: Gate, call: Call, *, operation: str, amount: float, what: str, **more: Any) -> Answer:
    """Book money on a regime; above the budget it is booked and flagged (rule 48). more: regime, day, corrects."""
    return gate.run(call, "operation_cost_add", _told({"operation": operation, "amount": amount, "what": what, **more}))


def encounter_add(gate: Gate, call: Call, encounter: Mapping[str, Any]) -> Answer:
    """Enter somebody met (rule 42). Refused: facts, collateral, sources (29), hold (28), authority, basis."""
    return gate.run(call, "encounter_add", dict(encounter))


def hold_clear(gate: Gate, call: Call, *, hold: str, finding: str, reason: str) -> Answer:
    """One of two people says whether the claim is supported (rule 28)."""
    return gate.run(call, "hold_clear", {"hold": hold, "finding": finding, "reason": reason})


def custody_add(gate: Gate, call: Call, event: Mapping[str, Any]) -> Answer:
    """Book in, release, transfer, removal, disposition, detain (another law takes over), void of a person arrested.

    Conflict, code elsewhere: the person is in custody under another unit. The event is kept as stopped, and those
    are told who may speak.
    """
    answer = gate.run(call, "custody_add", dict(event))
    if answer.result.get("stopped"):
        raise Conflict(
            "Not booked in: by what is known of this person, they are in custody already.",
            hint="Your supervisor and the overseers have been told; an overseer says with whom to speak.",
            code="elsewhere",
        )
    return answer


def extract_import(gate: Gate, call: Call, *, kind: str, name: str, content: bytes) -> Answer:
    """Take in a published table here and now, for scripts. `quarantined` rows are kept back, each with its reason.

    A table that came to the web process is the worker's instead (`operations.child`): it is read in the box.
    """
    total = extract.count(io.BytesIO(content), kind, extract.MOST_ROWS)
    told = {"kind": kind, "name": name, "sha256": hashlib.sha256(content).hexdigest()}
    begun = gate.run(call, "extract_import", told).result["id"]
    at = 0
    omitted: tuple[str, ...] = ()
    for piece in extract.pieces(io.BytesIO(content), kind, today=datetime.now(UTC).date()):
        extract_rows(gate, call, packed(piece), id=begun, at=at, total=total)
        at, omitted = at + piece.rows, piece.omitted
    return extract_end(gate, call, id=begun, omitted=list(omitted))


def packed(piece: extract.Table) -> dict[str, Any]:
    """A piece of a table as it is sent: figures without people, and why rows were kept back."""
    kept = [
        {
            "row": row.row,
            "day": row.day.isoformat(),
            "until": row.until.isoformat() if row.until else None,
            "values": dict(row.values),
        }
        for row in piece.kept
    ]
    return {"rows": piece.rows, "kept": kept, "faults": [asdict(fault) for fault in piece.faults]}


def extract_rows(gate: Gate, call: Call, piece: Mapping[str, Any], *, id: str, at: int, total: int) -> Answer:
    """The next piece of a table. The ledger keeps the rows' hash, not the rows."""
    content = json.dumps({"kept": piece["kept"], "faults": piece["faults"]}).encode()
    told = {"id": id, "at": at, "rows": piece["rows"], "total": total}
    return gate.run(call, "extract_rows", {**told, "content_base64": base64.b64encode(content).decode()})


def extract_end(gate: Gate, call: Call, *, id: str, omitted: list[str], problem: str = "", hint: str = "") -> Answer:
    """The table is in; or it can't be taken, and why."""
    told = {"problem": problem[:500], "hint": hint[:500]}
    names = [name[:200] for name in omitted[:200]]
    return gate.run(call, "extract_end", {"id": id, "omitted": names, **{k: v for k, v in told.items() if v}})


def _told(given: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in given.items() if value is not None}
