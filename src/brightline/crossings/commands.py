"""What moves a crossing. Each call is one act, denials included; overseers read them all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from brightline.crossings import model
from brightline.gate import Answer, Call, Gate
from brightline.model.keys import entity_keys


def crossing_request(
    gate: Gate, call: Call, *, items: Sequence[str], fields: Sequence[str], expires: date | str, **reasons: Any
) -> Answer:
    """Ask for named fields of named items, for the purpose of the call; reasons are basis, necessity, alternatives.

    The answer doesn't depend on whether an item exists.
    """
    until = expires.isoformat() if isinstance(expires, date) else expires
    params = {"items": list(items), "fields": list(model.check_fields(fields)), "expires": until, **reasons}
    return gate.run(call, "crossing_request", params)


def crossing_opinion(gate: Gate, call: Call, *, crossing: str, opinion: str, text: str) -> Answer:
    """Say, as the beneficiary's supervisor or as custodian, whether it should cross."""
    return gate.run(call, "crossing_opinion", {"crossing": crossing, "opinion": opinion, "text": text})


def crossing_approve(gate: Gate, call: Call, *, crossing: str, reason: str) -> Answer:
    """Approve: two acts. The first reads what would cross, since who approves has to have seen it; the second decides.

    The copies' search words are made from the named fields alone; the database takes only those that the
    original has too, so neither an unnamed field nor an invented word can find a copy.
    """
    shown = gate.run(call, "crossing_show", {"crossing": crossing}).result
    copies = [search_words(aspect, shown["fields"]) for aspect in shown.get("preview") or ()]
    return gate.run(call, "crossing_approve", {"crossing": crossing, "reason": reason, "copies": copies})


def search_words(aspect: Mapping[str, Any], fields: Sequence[str]) -> dict[str, Any]:
    """{aspect, keys, document} of one copy."""
    named = model.named_only(aspect["values"] or {}, fields)
    found = entity_keys(aspect["schema"], named)
    return {"aspect": aspect["aspect"], "keys": list(found.keys), "document": found.document}


def crossing_deny(gate: Gate, call: Call, *, crossing: str, reason: str) -> Answer:
    """Deny, with the reason."""
    return gate.run(call, "crossing_deny", {"crossing": crossing, "reason": reason})


def crossing_withdraw(gate: Gate, call: Call, *, crossing: str, reason: str = "") -> Answer:
    """Take one's own request back before it is decided."""
    return gate.run(call, "crossing_withdraw", {"crossing": crossing, "reason": reason})


def crossing_revoke(gate: Gate, call: Call, *, crossing: str, reason: str) -> Answer:
    """End an approved crossing: the next call under its purpose sees none of it."""
    return gate.run(call, "crossing_revoke", {"crossing": crossing, "reason": reason})
