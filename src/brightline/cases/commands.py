"""What changes a case file. Each call is one act; its entry commits with the change or neither does.

The rules stand twice: in `model` for people and tests, in `sql/` where nobody can go around them.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from brightline.cases import deconfliction
from brightline.gate import Answer, Call, Gate
from brightline.model.errors import BadInput
from brightline.model.keys import entity_keys

LARGEST_DOCUMENT = 20 * 1024 * 1024


def case_open(gate: Gate, call: Call, **wanted: Any) -> Answer:
    """Draft a case: title, authority or authorities, predicate, category, priority, supervisor, restricted."""
    return gate.run(call, "case_open", _told(wanted))


def case_edit(gate: Gate, call: Call, *, case: str, **changes: Any) -> Answer:
    """Change a draft or a returned case; never its regime."""
    return gate.run(call, "case_edit", {"case": case, **_told(changes)})


def case_submit(gate: Gate, call: Call, *, case: str) -> Answer:
    """Ask for the opening. Refused: code predicate, authority, category, document (rule 1)."""
    return gate.run(call, "case_submit", {"case": case})


def case_approve(gate: Gate, call: Call, *, case: str, reason: str | None = None) -> Answer:
    """Decide what waits: opening, closure or reopening. Refused (`four_eyes`) for whoever asked or leads."""
    return gate.run(call, "case_approve", _told({"case": case, "reason": reason}))


def case_withdraw(gate: Gate, call: Call, *, case: str, reason: str) -> Answer:
    """Whoever asked takes it back: to draft, open or closed, as it was."""
    return gate.run(call, "case_withdraw", {"case": case, "reason": reason})


def case_return(gate: Gate, call: Call, *, case: str, reason: str) -> Answer:
    """Send back what waits, with what has to change."""
    return gate.run(call, "case_return", {"case": case, "reason": reason})


def case_suspend(gate: Gate, call: Call, *, case: str, reason: str) -> Answer:
    """Let the case rest: read-only until it is resumed."""
    return gate.run(call, "case_suspend", {"case": case, "reason": reason})


def case_resume(gate: Gate, call: Call, *, case: str, reason: str) -> Answer:
    """Let a suspended case go on."""
    return gate.run(call, "case_resume", {"case": case, "reason": reason})


def case_close(gate: Gate, call: Call, *, outcome: str, summary: str = "", case: str | None = None) -> Answer:
    """Ask for closure, with an outcome."""
    return gate.run(call, "case_close", _told({"case": case, "outcome": outcome, "summary": summary}))


def case_reopen(gate: Gate, call: Call, *, case: str, reason: str) -> Answer:
    """Ask to reopen a closed case."""
    return gate.run(call, "case_reopen", {"case": case, "reason": reason})


def case_authority_add(gate: Gate, call: Call, *, case: str, authority: str) -> Answer:
    """Add an authority of the case's regime; it gets the purpose `CASE@CODE`."""
    return gate.run(call, "case_authority_add", {"case": case, "authority": authority})


def case_add_items(gate: Gate, call: Call, *, ids: Sequence[str], case: str | None = None, **role: Any) -> Answer:
    """Put entities or records into the case; a person needs `role` and `basis` (rule 18). All or none."""
    return gate.run(call, "case_add_items", _told({"case": case, "ids": list(ids), **role}))


def case_role_set(gate: Gate, call: Call, *, id: str, role: str, basis: str, **where: Any) -> Answer:
    """Change a person's category; where: case, document. Victim or witness to suspect needs facts and a document."""
    return gate.run(call, "case_role_set", _told({"id": id, "role": role, "basis": basis, **where}))


def case_item_remove(gate: Gate, call: Call, *, id: str, reason: str, case: str | None = None) -> Answer:
    """Take an item out; the case's history keeps that it was there."""
    return gate.run(call, "case_item_remove", _told({"case": case, "id": id, "reason": reason}))


def case_note_add(gate: Gate, call: Call, *, text: str, kind: str, case: str | None = None, **details: Any) -> Answer:
    """Write a note: fact or assessment (rule 20), with basis, reliability, credibility, about, corrects.

    Its search words are made here, by the same functions as every other aspect's.
    """
    found = entity_keys("Note", {"description": [text]})
    words = {"keys": list(found.keys), "document": found.document}
    return gate.run(call, "case_note_add", _told({"case": case, "text": text, "kind": kind, **words, **details}))


def case_report_approve(gate: Gate, call: Call, *, report: int, case: str | None = None, reason: str = "") -> Answer:
    """Approve another's report: it is locked, and found by searches under this case from now on.

    Refused (`four_eyes`) for its author. Its search words are made here, of the passages as they stand.
    """
    told = gate.run(call, "case_report_show", _told({"case": case, "report": report})).result
    params = {"case": case, "report": report, "reason": reason, "parts": _search_words(told["passages"])}
    return gate.run(call, "case_report_approve", _told(params))


def _search_words(passages: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """{crossing or "": {keys, document}}: each part is found by its own words alone, and ends with its crossing."""
    texts: dict[str, list[str]] = {}
    for passage in passages:
        texts.setdefault(passage["crossing"] or "", []).append(passage["text"])
    found = {part: entity_keys("Note", {"description": said}) for part, said in texts.items()}
    return {part: {"keys": list(words.keys), "document": words.document} for part, words in found.items()}


def case_deconflict(
    gate: Gate, call: Call, *, key: str, kind: str | None = None, case: str | None = None, **days: date | None
) -> Answer:
    """{kind, told, left, compared}: check one key blind against all cases (rule 34). Needs an inquiry; 20 checks for
    each. A planned event has days: starts, ends."""
    made = deconfliction.check(key, kind)
    starts, ends = days.get("starts"), days.get("ends")
    when = {"from": starts and starts.isoformat(), "to": ends and ends.isoformat()}
    return gate.run(call, "case_deconflict", _told({"case": case, **made.params(), **when}))


def case_document_add(gate: Gate, call: Call, *, name: str, media_type: str, content: bytes, **where: Any) -> Answer:
    """Add a file of at most 20 MB; where: case, purpose (predicate or other). The ledger keeps its hash only."""
    if not content:
        raise BadInput("content", "is empty", "Choose a file that holds something.")
    if len(content) > LARGEST_DOCUMENT:
        raise BadInput("content", "is larger than 20 MB", "Split it.")
    params = {
        **where,
        "name": name,
        "media_type": media_type,
        "sha256": hashlib.sha256(content).hexdigest(),
        "content_base64": base64.b64encode(content).decode(),
    }
    return gate.run(call, "case_document_add", _told(params))


def case_member_add(
    gate: Gate, call: Call, *, account: str, capacity: str = "member", case: str | None = None
) -> Answer:
    """Let somebody of the case's regime work on it, or make them its lead or supervisor."""
    return gate.run(call, "case_member_add", _told({"case": case, "account": account, "capacity": capacity}))


def case_member_remove(gate: Gate, call: Call, *, account: str, reason: str, case: str | None = None) -> Answer:
    """Take somebody off: their next call under the case is refused."""
    return gate.run(call, "case_member_remove", _told({"case": case, "account": account, "reason": reason}))


def _told(given: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in given.items() if value is not None}
