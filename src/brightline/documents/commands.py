"""Keeping what was read of a case's document: in portions, the last of which tells how the reading ended."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import Any

from brightline.documents.model import Page, Reading, batches
from brightline.gate import Answer, Call, Gate
from brightline.model.keys import words_of


def case_document_read(gate: Gate, call: Call, *, id: str, reading: Reading, case: str | None = None) -> Answer:
    """{document, state, reason, format, pages, kept, characters}: keep a reading under the case's purpose.

    Its pages become searchable there, and nowhere else. A kept portion isn't kept twice, so that a reading that was
    interrupted may be done again; one that succeeded is a Conflict (`read`).
    """
    portions = list(batches(reading.pages))
    told = {
        "id": id,
        "state": reading.state.value,
        "reason": reading.reason,
        "format": reading.format,
        "pages": reading.total,
    }
    for portion in portions[:-1]:
        gate.run(call, "case_document_read", _named(case, {**told, "last": False, "content_base64": _packed(portion)}))
    return gate.run(call, "case_document_read", _named(case, {**told, "content_base64": _packed(portions[-1])}))


def case_document_queue(gate: Gate, call: Call, *, id: str, case: str | None = None) -> Answer:
    """Let a kept document be read: one that came with a draft, or whose reading failed. Conflict where it was read."""
    return gate.run(call, "case_document_queue", _named(case, {"id": id}))


def case_document_open(gate: Gate, call: Call, *, id: str) -> Answer:
    """{name, media_type, content_base64} of a document that waits, for the worker under its standing order."""
    return gate.run(call, "case_document_open", {"id": id})


def _packed(pages: Sequence[Page]) -> str:
    """Pages with their search words, so that the log keeps their hash and not their words."""
    told = [{"page": page.number, "text": page.text, "document": " ".join(words_of(page.text))} for page in pages]
    return base64.b64encode(json.dumps(told, ensure_ascii=False).encode()).decode()


def _named(case: str | None, params: dict[str, Any]) -> dict[str, Any]:
    return params if case is None else {"case": case, **params}
