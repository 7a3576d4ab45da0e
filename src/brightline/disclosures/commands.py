"""What changes a disclosure. Each call is one act of kind `disclosure`; its entry commits with the change."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from brightline.disclosures import model
from brightline.gate import Answer, Call, Gate
from brightline.model.errors import BadInput
from brightline.model.ids import parse_id


def prepare(gate: Gate, call: Call, wanted: Mapping[str, Any]) -> Answer:
    """A draft: recipient, purpose, need and right to know, items, fields; with a preview by category of people.

    Refused: `category` (a person without one), `others` (no suspects and no word why), `redistribution` (a source's
    agreement lets nothing leave), `request` (a law-enforcement recipient without its written request), `rules`.
    """
    items = list(wanted.get("items") or ())
    if not items:
        raise BadInput("items", "is empty", "Name what should leave.")
    for item in items:
        parse_id(item, "items")
    return gate.run(call, "disclosure_prepare", {**wanted, "items": items})


def submit(gate: Gate, call: Call, number: str) -> Answer:
    """Ask for approval. The package's bytes are made and kept here; approvers decide on them."""
    return gate.run(call, "disclosure_submit", {"disclosure": number})


def decide(gate: Gate, call: Call, number: str, *, decision: str, reason: str) -> Answer:
    """Approve or deny at a supervisor's desk; above the rulebook's number of people also at an approver's (rule 46)."""
    return gate.run(call, "disclosure_decide", {"disclosure": number, "decision": decision, "reason": reason})


def send(gate: Gate, call: Call, number: str) -> tuple[Answer, model.Package]:
    """Account for each item, and give the approved bytes to whoever sends them.

    Conflict `changed`: the records say something else than what was approved; it is submitted again.
    """
    return packed(gate.run(call, "disclosure_send", {"disclosure": number}))


def withdraw(gate: Gate, call: Call, number: str, *, reason: str) -> Answer:
    """Take back what hasn't left: a draft, or what waits or was approved."""
    return gate.run(call, "disclosure_withdraw", {"disclosure": number, "reason": reason})


def again(gate: Gate, call: Call, number: str) -> tuple[Answer, model.Package]:
    """The package of a sent disclosure once more: the very bytes; each fetch is accounted for."""
    return packed(gate.run(call, "disclosure_package", {"disclosure": number}))


def packed(answer: Answer) -> tuple[Answer, model.Package]:
    """The answer without its bytes, and the bytes."""
    rest = dict(answer.result)
    content = base64.b64decode(rest.pop("content_base64"))
    return replace(answer, result=rest), model.Package(content=content, sha256=str(rest["package_sha256"]))


def recall(gate: Gate, call: Call, number: str, *, text: str, kind: str = "recall") -> Answer:
    """Call back or correct what was sent: the recipient is owed a notice until it confirms (23.20(h))."""
    return gate.run(call, "disclosure_recall", {"disclosure": number, "text": text, "kind": kind})


def confirm(gate: Gate, call: Call, number: str, *, notice: str, by: str) -> Answer:
    """Record that the recipient confirmed a notice."""
    return gate.run(call, "disclosure_confirm", {"disclosure": number, "notice": notice, "by": by})
