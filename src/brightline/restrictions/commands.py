"""Asking for a restriction, deciding on one. Each is one act; its entry commits with the change."""

from __future__ import annotations

from brightline.gate import Answer, Call, Gate


def ask(gate: Gate, call: Call, *, about: str, kind: str, basis: str, reason: str) -> Answer:
    """Take a person (`protected`) or a source's row (`unlawful`, as SOURCE:KEY) out of sight, at once and everywhere.

    All aspects, the links that tell of them, the records and copies that crossed are re-marked in one transaction;
    `unlawful` recalls every disclosure. Conflict `exists`; a steward at the desk names rows alone.
    """
    return gate.run(call, "restriction_ask", {"about": about, "kind": kind, "basis": basis, "reason": reason})


def decide(gate: Gate, call: Call, restriction: str, *, decision: str, reason: str) -> Answer:
    """Confirm or lift one: an approver, never who asked. Lifting puts every marking back as it was."""
    return gate.run(call, "restriction_decide", {"restriction": restriction, "decision": decision, "reason": reason})
