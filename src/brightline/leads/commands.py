"""What changes leads and programmes. Each call is one act; its entry commits with the change or neither does.

The rules stand twice: in `model` for people and tests, in `sql/` where nobody can go around them. A change of a lead
names the revision that it rests on (`call.seen`): where the lead has gone on since, it is a conflict.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
from typing import Any

from brightline.gate import Answer, Call, Gate
from brightline.leads import intake, programme


def programme_apply(gate: Gate, call: Call, *, text: str) -> Answer:
    """Put a programme's YAML in force: {programme, version, changed, weakens, effective}.

    A version that weakens a guard takes effect a week later, and overseers have a notice of it at once (rule 47).
    """
    return gate.run(call, "programme_apply", {"config": programme.read(text).config()})


def lead_intake(gate: Gate, call: Call, *, name: str, file: str, content: bytes) -> Answer:
    """Take in a programme's CSV here and now, for scripts: {intake, rows, accepted, known, changed, rejected, ...}.

    A file that came to the web process is the worker's instead (`leads.child`): it is read in the box.
    """
    found = gate.run(call, "programme_list", {"programme": name}).result["programmes"]
    config = next((one["config"] for one in found if one["in_force"]), found[0]["config"])
    known = programme.parse(config)
    total = intake.count(known, io.BytesIO(content))
    digest = hashlib.sha256(content).hexdigest()
    begun = gate.run(call, "lead_intake", {"programme": name, "name": file, "sha256": digest}).result["intake"]
    at = 0
    for batch in intake.pieces(known, io.BytesIO(content)):
        lead_rows(gate, call, batch, intake=begun, at=at, total=total)
        at += len(batch)
    return gate.run(call, "lead_intake_end", {"intake": begun})


def lead_rows(gate: Gate, call: Call, batch: intake.Batch, *, intake: str, at: int, total: int) -> Answer:
    """The next piece of an intake. The ledger keeps the rows' hash, not the rows."""
    packed = json.dumps({"rows": batch.rows, "rejected": batch.rejected}, ensure_ascii=False).encode()
    told = {"intake": intake, "at": at, "total": total, "content_base64": base64.b64encode(packed).decode()}
    return gate.run(call, "lead_rows", told)


def lead_intake_end(gate: Gate, call: Call, *, intake: str, problem: str = "", hint: str = "") -> Answer:
    """The file is in; or it can't be taken, and why."""
    told = {"intake": intake, "problem": problem[:500], "hint": hint[:500]}
    return gate.run(call, "lead_intake_end", {key: value for key, value in told.items() if value})


def lead_check(gate: Gate, call: Call, *, name: str, result: str, lead: str | None = None, **what: Any) -> Answer:
    """Enter a consultation; what: finding, matched, and evidence (a record, cited under the lead's own purpose),
    document or consulted."""
    return gate.run(call, "lead_check", _told({"lead": lead, "name": name, "result": result, **what}))


def lead_decide(gate: Gate, call: Call, *, lead: str, code: str, reason: str, **more: Any) -> Answer:
    """Decide: viable, confirm or return (another person), or a close code; more: match_reason, of."""
    return gate.run(call, "lead_decide", _told({"lead": lead, "code": code, "reason": reason, **more}))


def lead_change(gate: Gate, call: Call, *, lead: str, how: str, reason: str) -> Answer:
    """Look at what the source sends otherwise now: taken over, or left as it is."""
    return gate.run(call, "lead_change", {"lead": lead, "as": how, "reason": reason})


def lead_open(gate: Gate, call: Call, *, lead: str) -> Answer:
    """Open a search for this lead: its number is a purpose from now on, with the programme's authority."""
    return gate.run(call, "lead_open", {"lead": lead})


def lead_hold(gate: Gate, call: Call, *, lead: str, claim: str) -> Answer:
    """Hold the lead: somebody claims citizenship or a lawful status (rule 28)."""
    return gate.run(call, "lead_hold", {"lead": lead, "claim": claim})


def lead_clear(gate: Gate, call: Call, *, lead: str, status: str, reason: str) -> Answer:
    """One of the two people who clear a claim: status is citizen, lawful or none."""
    return gate.run(call, "lead_clear", {"lead": lead, "status": status, "reason": reason})


def lead_refer(gate: Gate, call: Call, *, lead: str, to: str, basis: str, **package: Any) -> Answer:
    """Send the lead to a unit of its own regime; package: documents, caveats, due. Elsewhere: `crossing_needed`."""
    return gate.run(call, "lead_refer", _told({"lead": lead, "to": to, "basis": basis, **package}))


def referral_answer(gate: Gate, call: Call, *, referral: str, act: str, **words: Any) -> Answer:
    """The recipient's side: acknowledge, accept, decline, outcome; words: reason, outcome."""
    return gate.run(call, "referral_answer", _told({"referral": referral, "act": act, **words}))


def lead_promote(gate: Gate, call: Call, *, lead: str, associate: str, predicate: str) -> Answer:
    """Begin a lead about an associate, on stated facts."""
    return gate.run(call, "lead_promote", {"lead": lead, "associate": associate, "predicate": predicate})


def _told(given: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in given.items() if value is not None}
