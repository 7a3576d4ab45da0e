"""What may be asked about the text of documents: under the case; how readings ended also at its desks."""

from __future__ import annotations

from brightline.gate import Answer, Call, Gate


def case_document_readings(gate: Gate, call: Call, *, case: str | None = None) -> Answer:
    """{readings}: how the reading of each document ended; one that isn't there is unread."""
    return gate.run(call, "case_document_readings", {"case": case})


def case_document_text(
    gate: Gate, call: Call, *, id: str, case: str | None = None, first: int = 1, limit: int = 20
) -> Answer:
    """{document, entity, name, kept, pages}: the text of some pages."""
    return gate.run(call, "case_document_text", {"case": case, "id": id, "from": first, "limit": limit})
