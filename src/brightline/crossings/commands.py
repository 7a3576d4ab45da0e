"""What moves a crossing. Each call is one act, denials included; overseers read them all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from brightline.crossings.fields import check_fields, named_only
from brightline.gate import Answer, Call, Gate
from brightline.model.keys import entity_keys


def crossing_request(
    gate: Gate, call: Call, *, fields: Sequence[str], expires: date | str, items: Sequence[str] = (), **reasons: Any
) -> Answer:
    """Ask for named fields of named items, for the purpose of the call; reasons are basis, necessity, alternatives.

    `pointer`, the handle of a pointer that was told under this purpose, stands in the place of items.

    Also `starts` (a day), `links`, `danger` (asks for the emergency path), `instruments` [{caveat, reference,
    document}] and `prompts` {question: version read}. The answer doesn't depend on whether an item exists.
    """
    until = expires.isoformat() if isinstance(expires, date) else expires
    params = {"items": list(items), "fields": list(check_fields(fields)), "expires": until, **reasons}
    return gate.run(call, "crossing_request", {key: value for key, value in params.items() if value is not None})


def crossing_review(gate: Gate, call: Call, *, crossing: str, finding: str, reason: str, **more: Any) -> Answer:
    """Say whether the law permits it: permitted or not_permitted. `covers`: caveats whose order or form was read."""
    return gate.run(call, "crossing_review", {"crossing": crossing, "finding": finding, "reason": reason, **more})


def crossing_open(gate: Gate, call: Call, *, crossing: str) -> Answer:
    """Open a request that names an imminent danger for a day, before its decision; overseers hear of it at once."""
    return gate.run(call, "crossing_open", {"crossing": crossing})


def crossing_audit(gate: Gate, call: Call, *, crossing: str, verdict: str, remarks: str) -> Answer:
    """Audit a crossing that has ended: proper, flawed or unlawful, with remarks. It stays."""
    return gate.run(call, "crossing_audit", {"crossing": crossing, "verdict": verdict, "remarks": remarks})


def crossing_opinion(gate: Gate, call: Call, *, crossing: str, opinion: str, text: str) -> Answer:
    """Say, as the beneficiary's supervisor or as custodian, whether it should cross."""
    return gate.run(call, "crossing_opinion", {"crossing": crossing, "opinion": opinion, "text": text})


def crossing_approve(
    gate: Gate, call: Call, *, crossing: str, reason: str, seen: str | None = None, **narrower: Any
) -> Answer:
    """Approve: two acts. The first reads what would cross, since who approves has to have seen it; the second decides.

    `seen` names what the person was shown (crossing_show's `seen`): Conflict (`seen`) when it is something else by
    now. Without it, it is what the first act read. `items` and `expires` narrow what was asked for, never widen it.

    The copies' search words are made from the named fields alone; the database takes only those that the
    original has too, so neither an unnamed field nor an invented word can find a copy.
    """
    shown = gate.run(call, "crossing_show", {"crossing": crossing}).result
    copies = [search_words(aspect, shown["fields"]) for aspect in shown.get("preview") or ()]
    named = {"crossing": crossing, "reason": reason, "seen": seen or shown["seen"], "copies": copies}
    return gate.run(call, "crossing_approve", {**named, **narrower})


def search_words(aspect: Mapping[str, Any], fields: Sequence[str]) -> dict[str, Any]:
    """{aspect, keys, document} of one copy."""
    named = named_only(aspect["values"] or {}, fields)
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
