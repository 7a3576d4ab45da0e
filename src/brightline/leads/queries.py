"""What may be asked about leads: at the desks of their unit, under their own purpose, by overseers."""

from __future__ import annotations

from brightline.gate import Answer, Call, Gate


def programme_list(gate: Gate, call: Call, *, programme: str | None = None) -> Answer:
    """{programmes}: those in force, or all versions of one."""
    return gate.run(call, "programme_list", {"programme": programme} if programme else {})


def lead_list(gate: Gate, call: Call, *, tab: str = "all", limit: int = 100, offset: int = 0) -> Answer:
    """{leads, total, counts}: oldest promise first; no row ranks a person."""
    return gate.run(call, "lead_list", {"tab": tab, "limit": limit, "offset": offset})


def lead_show(gate: Gate, call: Call, *, lead: str | None = None, associates: bool = False) -> Answer:
    """One lead with its checklist, and what stands before a decision. `associates`: their whole names."""
    return gate.run(call, "lead_show", {"lead": lead, "associates": associates} if lead else {"associates": associates})


def referral_list(gate: Gate, call: Call, *, side: str = "in", referral: str | None = None) -> Answer:
    """{referrals} that came in or went out; one with its package."""
    return gate.run(call, "referral_list", {"side": side, "referral": referral} if referral else {"side": side})


def lead_notices(gate: Gate, call: Call) -> Answer:
    """{notices}: wrong persons for a unit; weakened guards for overseers too."""
    return gate.run(call, "lead_notices", {})


def lead_intakes(gate: Gate, call: Call, *, intake: str | None = None) -> Answer:
    """{intakes, quarantine}: what came in, and the rows of one that couldn't be taken."""
    return gate.run(call, "lead_intakes", {"intake": intake} if intake else {})
