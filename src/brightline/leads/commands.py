"""What changes leads and programmes. Each call is one act; its entry commits with the change or neither does.

The rules stand twice: in `model` for people and tests, in `sql/` where nobody can go around them. A change of a lead
names the revision that it rests on (`call.seen`): where the lead has gone on since, it is a conflict.
"""

from __future__ import annotations

import base64
import json
from typing import Any

from brightline.gate import Answer, Call, Gate
from brightline.leads import intake, programme


def programme_apply(gate: Gate, call: Call, *, text: str, reason: str | None = None) -> Answer:
    """Propose a programme's YAML: {programme, version, changed, weakens, diff, traits, proposal, state}.

    An approver decides. A version that weakens a guard holds a week after that, and overseers have a notice of it
    from the decision on (rule 47).
    """
    return gate.run(call, "programme_apply", _told({"config": programme.read(text).config(), "reason": reason}))


def lead_intake(gate: Gate, call: Call, *, name: str, file: str, content: bytes) -> Answer:
    """Take in a programme's CSV: {intake, rows, accepted, known, rejected, linked, held, leads, faults}.

    Two acts: the programme is read, then its rows are sent. The ledger keeps the rows' hash, not the rows.
    """
    found = gate.run(call, "programme_list", {"programme": name}).result["programmes"]
    config = next((one["config"] for one in found if one["in_force"]), found[0]["config"])
    batch = intake.read(programme.parse(config), content)
    packed = json.dumps({"rows": batch.rows, "rejected": batch.rejected}, ensure_ascii=False)
    params = {
        "programme": name,
        "name": file,
        "sha256": batch.sha256,
        "content_base64": base64.b64encode(packed.encode()).decode(),
    }
    return gate.run(call, "lead_intake", params)


def lead_check(gate: Gate, call: Call, *, name: str, result: str, lead: str | None = None, **what: Any) -> Answer:
    """Enter a consultation; what: finding, evidence, matched, system. A record is cited under its own purpose."""
    return gate.run(call, "lead_check", _told({"lead": lead, "name": name, "result": result, **what}))


def lead_decide(gate: Gate, call: Call, *, lead: str, code: str, reason: str, **more: Any) -> Answer:
    """Decide: viable, confirm or return (another person), or a close code; more: match_reason, of."""
    return gate.run(call, "lead_decide", _told({"lead": lead, "code": code, "reason": reason, **more}))


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


def referral_withdraw(gate: Gate, call: Call, *, referral: str, reason: str) -> Answer:
    """The unit that sent it takes a referral back before it is accepted; the recipient has a notice."""
    return gate.run(call, "referral_withdraw", {"referral": referral, "reason": reason})


def referral_answer(gate: Gate, call: Call, *, referral: str, act: str, **words: Any) -> Answer:
    """The recipient's side: acknowledge, accept, decline, outcome; words: reason, outcome."""
    return gate.run(call, "referral_answer", _told({"referral": referral, "act": act, **words}))


def lead_promote(gate: Gate, call: Call, *, lead: str, associate: str, predicate: str) -> Answer:
    """Begin a lead about an associate, on stated facts."""
    return gate.run(call, "lead_promote", {"lead": lead, "associate": associate, "predicate": predicate})


def _told(given: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in given.items() if value is not None}
