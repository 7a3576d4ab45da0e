"""What changes a disclosure. Each call is one act of kind `disclosure`; its entry commits with the change."""

from __future__ import annotations

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
    """Ask for approval. What would leave is fixed by its hash from here on."""
    return gate.run(call, "disclosure_submit", {"disclosure": number})


def decide(gate: Gate, call: Call, number: str, *, decision: str, reason: str) -> Answer:
    """Approve or deny at a supervisor's desk; above the rulebook's number of people also at an approver's (rule 46)."""
    return gate.run(call, "disclosure_decide", {"disclosure": number, "decision": decision, "reason": reason})


def send(gate: Gate, call: Call, number: str) -> tuple[Answer, model.Package]:
    """Make the package, record its hash and the accounting of each item, and give the bytes to whoever sends them.

    Two acts: an export (what leaves, read under the line) and the disclosure itself. Conflict `changed`: the records
    say something else than what was approved.
    """
    content = gate.run(call, "disclosure_content", {"disclosure": number}).result
    made = packed(content)
    sent = {"disclosure": number, "sha256": made.sha256, "manifest": dict(made.manifest), "digest": content["digest"]}
    return gate.run(call, "disclosure_send", sent), made


def again(gate: Gate, call: Call, number: str) -> Answer:
    """The package of a sent disclosure once more: the same bytes as long as the records are the same."""
    answer = gate.run(call, "disclosure_content", {"disclosure": number})
    return replace(answer, result=packed(answer.result))


def packed(content: Mapping[str, Any]) -> model.Package:
    """The package of what `disclosure_content` answered."""
    head = content["head"]
    names = ("recipient", "address", "nature", "purpose", "authority", "caveats", "case", "regime", "fields", "people")
    cover = {"number": head["disclosure"], **{name: head[name] for name in names}}
    items = [
        {
            "id": line["id"],
            "schema": line["schema"],
            "properties": line["properties"],
            "quality": {"reliability": line["reliability"], "category": line["category"]},
        }
        for line in content["lines"]
    ]
    return model.package(cover, items)


def recall(gate: Gate, call: Call, number: str, *, text: str, kind: str = "recall") -> Answer:
    """Call back or correct what was sent: the recipient is owed a notice until it confirms (23.20(h))."""
    return gate.run(call, "disclosure_recall", {"disclosure": number, "text": text, "kind": kind})


def confirm(gate: Gate, call: Call, number: str, *, notice: str, by: str) -> Answer:
    """Record that the recipient confirmed a notice."""
    return gate.run(call, "disclosure_confirm", {"disclosure": number, "notice": notice, "by": by})
