"""What overseers ask of the log. Each call is itself an entry of act `read-log` (rule 17).

All take the gate and the call (token, purpose, inquiry) and give what the installed function gives; shapes
stand in the headers of `sql/*.sql`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from brightline.gate import Answer, Call, Gate
from brightline.ledger.record import Row

PAGE = 2000


def status(gate: Gate, call: Call) -> Answer:
    """Size, last checkpoint, lag and alarms, for every account."""
    return gate.run(call, "ledger_status", {})


def entries(gate: Gate, call: Call, filters: Mapping[str, Any]) -> Answer:
    """Entries, newest first: heads, names and reasons, no search words."""
    return gate.run(call, "ledger_entries", filters)


def entry(gate: Gate, call: Call, entry: UUID) -> Answer:
    """One entry with head, body and salts; needs an open inquiry, since bodies name people."""
    return gate.run(call, "ledger_entry_show", {"entry": str(entry)})


def who_saw(gate: Gate, call: Call, ids: Sequence[str], filters: Mapping[str, Any] | None = None) -> Answer:
    """Who was shown one of these entities, when, for what reason."""
    return gate.run(call, "ledger_who_saw", {**(filters or {}), "ids": list(ids)})


def inquiries(gate: Gate, call: Call, filters: Mapping[str, Any]) -> Answer:
    """Inquiries with their reasons; `sample` takes so many at random."""
    return gate.run(call, "ledger_inquiries", filters)


def rows(gate: Gate, call: Call) -> Iterator[Row]:
    """All entries with their texts, page by page, for an export; every page is an entry of the log."""
    first, more = 0, True
    while more:
        page = gate.run(call, "ledger_export", {"from": first, "limit": PAGE}).result
        yield from map(Row.parse, page["items"])
        first, more = first + PAGE, bool(page["more"])


def history(gate: Gate, call: Call) -> list[dict[str, Any]]:
    """Every checkpoint signed so far, for an export."""
    found: list[dict[str, Any]] = gate.run(call, "ledger_export", {"from": 0, "limit": 1}).result["history"]
    return found
