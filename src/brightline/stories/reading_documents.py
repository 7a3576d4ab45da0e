"""A document comes into a case: first it is kept, then it is read, and what it says becomes searchable there."""

from __future__ import annotations

from typing import Any

from brightline.cases import commands as cases
from brightline.cases import queries
from brightline.documents import child
from brightline.documents import commands as documents
from brightline.gate import Answer, Call, Gate
from brightline.model.errors import Conflict


def add_and_read(gate: Gate, call: Call, *, case: str, name: str, content: bytes, **told: Any) -> Answer:
    """Keep a file (told: media_type, purpose), then read it where the case is open to work under its own purpose.

    Two acts, two entries: a file whose reading fails is kept all the same, and the answer's `reading` says why. At a
    desk there is no compartment to put words into: the document stays unread until somebody reads it under the case.
    """
    kept = cases.case_document_add(gate, call, case=case, name=name, content=content, **told)
    if (call.purpose or "").split("@")[0] != case:
        return kept
    reading = child.read(content, name, str(told.get("media_type", "")))
    try:
        done = documents.case_document_read(gate, call, id=kept.result["id"], reading=reading, case=case)
    except Conflict as fault:
        if fault.code != "read":
            raise
        return kept  # the same file was there already, and read
    return Answer(result={**kept.result, "reading": done.result}, receipt=kept.receipt)


def read_again(gate: Gate, call: Call, *, case: str, id: str) -> Answer:
    """Read a document that is kept already: one that came with the draft, or whose reading failed."""
    kept = queries.case_document_get(gate, call, id=id, case=case).result
    reading = child.read(kept["content"], kept["name"], kept["media_type"])
    return documents.case_document_read(gate, call, id=id, reading=reading, case=case)
