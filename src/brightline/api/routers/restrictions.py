"""Restrictions: asked for by whoever sees what must be hidden, decided by an approver."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path

from brightline.api.pages import Paging, page
from brightline.api.problems import documented
from brightline.api.shapes import restrictions as shapes
from brightline.api.shapes.common import Listed
from brightline.api.visit import Visiting
from brightline.restrictions import commands, queries

router = APIRouter(prefix="/restrictions", tags=["restrictions"])
Number = Annotated[str, Path(pattern=r"^RS-\d{4}-\d{6}$", examples=["RS-2026-471100"])]
_READ = documented(401, 403, 404, 422, 503)
_CHANGE = documented(401, 403, 404, 409, 422, 503)


@router.get(
    "",
    response_model=Listed[shapes.Restriction],
    operation_id="restriction_list",
    summary="Restrictions",
    responses=_READ,
)
def restriction_list(visit: Visiting, paging: Paging) -> Any:
    """One's own; all for approvers and overseers. Never whom: a list of protected people would tell what it hides."""
    return page(visit.ask(queries.listed), "items", paging)


@router.post(
    "",
    status_code=201,
    response_model=shapes.Restriction,
    operation_id="restriction_ask",
    summary="Take a person or a row out of sight",
    responses=_CHANGE,
)
def restriction_ask(wanted: shapes.RestrictionWanted, visit: Visiting) -> Any:
    """At once and everywhere, in one transaction. `unlawful` recalls every disclosure that was sent."""
    return visit.ask(commands.ask, **wanted.model_dump())


@router.post(
    "/{number}/decide",
    response_model=shapes.Restriction,
    operation_id="restriction_decide",
    summary="Confirm or lift a restriction",
    responses=_CHANGE,
)
def restriction_decide(number: Number, wanted: shapes.RestrictionDecision, visit: Visiting) -> Any:
    """By an approver who didn't ask for it. Lifting puts every marking back as it was."""
    return visit.ask(commands.decide, number, decision=wanted.decision, reason=wanted.reason)
