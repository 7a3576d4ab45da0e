"""Restrictions that one asked for; all of them for approvers and overseers."""

from __future__ import annotations

from brightline.gate import Answer, Call, Gate


def listed(gate: Gate, call: Call) -> Answer:
    """Newest first. Never whom or what: a list of protected people would be what the rule forbids."""
    return gate.run(call, "restriction_list", {})
