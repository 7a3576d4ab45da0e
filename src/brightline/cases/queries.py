"""What may be asked about case files: under the case, at its unit's desks, by overseers. Another's case is absent."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import datetime

from brightline.gate import Answer, Call, Gate


def case_list(
    gate: Gate, call: Call, *, state: str | None = None, mine: bool = False, limit: int = 100, offset: int = 0
) -> Answer:
    """{cases, total}: those of the desk, latest change first."""
    return gate.run(call, "case_list", {"state": state, "mine": mine, "limit": limit, "offset": offset})


def case_show(gate: Gate, call: Call, *, case: str | None = None) -> Answer:
    """The file: head, predicate, members, people, items, notes, documents, pointers, what the caller may do."""
    return gate.run(call, "case_show", {"case": case})


def case_activity(
    gate: Gate, call: Call, *, case: str | None = None, limit: int = 100, before: datetime | None = None
) -> Answer:
    """{activity}: who did what, newest first, each with its ledger entry."""
    until = before.isoformat() if before else None
    return gate.run(call, "case_activity", {"case": case, "limit": limit, "before": until})


def case_document_list(gate: Gate, call: Call, *, case: str | None = None) -> Answer:
    """{documents}: names, sizes, hashes."""
    return gate.run(call, "case_document_list", {"case": case})


def case_document_get(gate: Gate, call: Call, *, id: str, case: str | None = None) -> Answer:
    """One document with `content` as bytes."""
    answer = gate.run(call, "case_document_get", {"case": case, "id": id})
    packed = answer.result["content_base64"]
    rest = {key: value for key, value in answer.result.items() if key != "content_base64"}
    return replace(answer, result={**rest, "content": base64.b64decode(packed)})
