"""The text of a case's documents."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query

from brightline.api.pages import Paging, page
from brightline.api.problems import documented
from brightline.api.routers.cases import Number
from brightline.api.shapes import cases as shapes
from brightline.api.shapes.common import Listed
from brightline.api.visit import Visiting
from brightline.documents import commands, queries

router = APIRouter(prefix="/cases", tags=["documents"])


@router.get(
    "/{number}/readings",
    response_model=Listed[shapes.DocumentReading],
    operation_id="case_document_readings",
    summary="How the reading of each document ended",
    responses=documented(401, 403, 404, 422, 503),
)
def case_document_readings(number: Number, visit: Visiting, paging: Paging) -> Any:
    """`waiting`: it is being read. `stopped`: it isn't, as its reason says. One that isn't among them is unread."""
    return page(visit.ask(queries.case_document_readings, case=number), "readings", paging)


@router.post(
    "/{number}/documents/{document}/read",
    status_code=202,
    response_model=shapes.DocumentReading,
    operation_id="case_document_queue",
    summary="Let a document be read that is kept already",
    responses=documented(401, 403, 404, 409, 422, 429, 503),
)
def case_document_queue(number: Number, document: UUID, visit: Visiting) -> Any:
    """One that came with the draft, or whose reading failed. It waits for the worker; its words become searchable under
    the case alone."""
    return visit.ask(commands.case_document_queue, case=number, id=str(document))


@router.get(
    "/{number}/documents/{document}/text",
    response_model=shapes.DocumentText,
    operation_id="case_document_text",
    summary="The text of a document",
    responses=documented(401, 403, 404, 422, 503),
)
def case_document_text(
    number: Number,
    document: UUID,
    visit: Visiting,
    first: Annotated[int, Query(alias="from", ge=1, le=1_000_000, description="From this page on.")] = 1,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> Any:
    """Under the case's own purposes; no desk and no overseer reads it."""
    return visit.ask(queries.case_document_text, case=number, id=str(document), first=first, limit=limit)
