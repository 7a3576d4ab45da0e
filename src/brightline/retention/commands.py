"""Validating, holding, purging. Each is one act; its entry commits with the change."""

from __future__ import annotations

from collections.abc import Sequence

from brightline.gate import Answer, Call, Gate


def validate(gate: Gate, call: Call, items: Sequence[str], *, reason: str) -> Answer:
    """A named reviewer says why these are still needed; their time counts from now, by the same rule."""
    return gate.run(call, "retention_validate", {"items": list(items), "reason": reason})


def propose(gate: Gate, call: Call, items: Sequence[str], *, reason: str) -> Answer:
    """Propose a purge of these, or of all that is due and free. Conflict `not_purgeable`, `nothing_due`."""
    wanted = {"items": list(items)} if items else {"due": True}
    return gate.run(call, "retention_propose", {**wanted, "reason": reason})


def confirm(gate: Gate, call: Call, purge: str, *, reason: str) -> Answer:
    """Destroy what is still due and free, with a certificate in the ledger. Refused `four_eyes`, `capacity`."""
    return gate.run(call, "retention_confirm", {"purge": purge, "reason": reason})


def reject(gate: Gate, call: Call, purge: str, *, reason: str) -> Answer:
    """Decide that nothing of it is destroyed."""
    return gate.run(call, "retention_reject", {"purge": purge, "reason": reason})


def withdraw(gate: Gate, call: Call, purge: str, *, reason: str) -> Answer:
    """Take one's own proposal back."""
    return gate.run(call, "retention_withdraw", {"purge": purge, "reason": reason})


def hold(gate: Gate, call: Call, *, item: str | None, source: str | None, reason: str) -> Answer:
    """Forbid the purge of a record, a case with its items, or a whole source, until it is lifted."""
    named = {"source": source} if source else {"item": item}
    return gate.run(call, "retention_hold", {**named, "reason": reason})


def log_term(gate: Gate, call: Call, name: str, *, years: int, reason: str) -> Answer:
    """Keep the log's bodies of a class for so many years, never fewer than its least."""
    return gate.run(call, "retention_log_term", {"class": name, "years": years, "reason": reason})


def log_erase(gate: Gate, call: Call, name: str, *, reason: str) -> Answer:
    """Destroy what is past the term, under a certificate. Refused `four_eyes`, Conflict `nothing_due`."""
    return gate.run(call, "retention_log_erase", {"class": name, "reason": reason})


def lift(gate: Gate, call: Call, hold: str, *, reason: str) -> Answer:
    """End a hold: an approver's decision."""
    return gate.run(call, "retention_hold_lift", {"hold": hold, "reason": reason})
