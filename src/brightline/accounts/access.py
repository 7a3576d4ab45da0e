"""Decisions about access: the glass that is broken in need, factors that somebody lost. Each is one act, entered."""

from __future__ import annotations

from brightline.gate import Answer, Call, Gate


def glass_decide(gate: Gate, call: Call, glass: str, *, approve: bool, reason: str, hours: int | None = None) -> Answer:
    """Open a case for reading, for `hours` (the rulebook's, where none are named), or leave it closed."""
    params = {"glass": glass, "approve": approve, "reason": reason}
    return gate.run(call, "glass_decide", params | ({"hours": hours} if approve and hours else {}))


def glass_review(gate: Gate, call: Call, glass: str, *, review: str) -> Answer:
    """What a third person found afterwards."""
    return gate.run(call, "glass_review", {"glass": glass, "review": review})


def factors_reset(gate: Gate, call: Call, name: str, *, reason: str) -> Answer:
    """Take all second factors from somebody else's account; its sessions end."""
    return gate.run(call, "account_factors_reset", {"name": name, "reason": reason})
