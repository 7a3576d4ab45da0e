"""Time limits: what is due, validation with a reason, holds, purges by two people."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query

from brightline.api.deciding import Decisions
from brightline.api.pages import Paging, page, paged
from brightline.api.problems import documented
from brightline.api.shapes import retention as shapes
from brightline.api.shapes.common import Listed
from brightline.api.visit import Visiting
from brightline.retention import commands, queries

router = APIRouter(prefix="/retention", tags=["retention"])
Number = Annotated[str, Path(pattern=r"^P-\d{4}-\d{4,6}$", examples=["P-2026-471100"])]
LogClassName = Annotated[str, Path(max_length=100, examples=["consultation"])]
_READ = documented(401, 403, 404, 422, 503)
_CHANGE = documented(401, 403, 404, 409, 422, 503)


@router.get(
    "/due",
    response_model=Listed[shapes.DueItem],
    operation_id="retention_due",
    summary="What has to be validated or purged",
    responses=_READ,
)
def retention_due(visit: Visiting, paging: Paging, kind: Annotated[shapes.Kind | None, Query()] = None) -> Any:
    """Oldest first: for stewards, for supervisors what their unit keeps and their cases, for overseers all."""
    wanted = {**paging.params(), **({"kind": kind} if kind else {})}
    return visit.ask(queries.due, wanted)


@router.post(
    "/validate",
    response_model=shapes.Validated,
    operation_id="retention_validate",
    summary="Keep these, with a reason",
    responses=_CHANGE,
)
def retention_validate(wanted: shapes.ValidationWanted, visit: Visiting) -> Any:
    """Their time counts from now by the same rule. No date can be given (rules 7, 45)."""
    return visit.ask(commands.validate, wanted.items, reason=wanted.reason)


@router.get(
    "/purges",
    response_model=Listed[shapes.PurgeRow],
    operation_id="retention_purges",
    summary="Purges, proposed and decided",
    responses=_READ,
)
def retention_purges(visit: Visiting, paging: Paging) -> Any:
    """Newest first."""
    found = visit.ask(queries.purges, limit=paging.limit, offset=paging.offset)
    return paged(found["items"], paging, found["total"])


@router.post(
    "/purges",
    status_code=201,
    response_model=shapes.PurgeRow,
    operation_id="retention_propose",
    summary="Propose a purge",
    responses=_CHANGE,
)
def retention_propose(wanted: shapes.PurgeWanted, visit: Visiting) -> Any:
    """409 `nothing_due`, `not_purgeable`: what isn't due, is held, or is an open case stays out."""
    return visit.ask(commands.propose, wanted.items, reason=wanted.reason)


@router.get(
    "/purges/{number}",
    response_model=shapes.Purge,
    operation_id="retention_purge_show",
    summary="One purge with its items",
    responses=_READ,
)
def retention_purge_show(number: Number, visit: Visiting) -> Any:
    """What was destroyed is named by its hash."""
    return visit.ask(queries.purge, number)


_on_purge = Decisions(router, "/purges/{number}", Number, shapes.PurgeRow, "retention")
_on_purge.add(
    "confirm",
    commands.confirm,
    "Destroy what is due, with a certificate",
    "By somebody else than who proposed it (403 `four_eyes`). It can't be undone.",
)
_on_purge.add("reject", commands.reject, "Reject a purge", "Its items stay due.")
_on_purge.add("withdraw", commands.withdraw, "Take one's own proposal back", "Before it is decided.")


@router.get(
    "/holds",
    response_model=Listed[shapes.LegalHold],
    operation_id="retention_holds",
    summary="Legal holds",
    responses=_READ,
)
def retention_holds(visit: Visiting, paging: Paging) -> Any:
    """Those in force first."""
    return page(visit.ask(queries.holds), "items", paging)


@router.post(
    "/holds",
    status_code=201,
    response_model=shapes.LegalHold,
    operation_id="retention_hold",
    summary="Forbid a purge",
    responses=_CHANGE,
)
def retention_hold(wanted: shapes.LegalHoldWanted, visit: Visiting) -> Any:
    """A hold on a case covers the records that are its items."""
    return visit.ask(commands.hold, item=wanted.item, source=wanted.source, reason=wanted.reason)


_on_hold = Decisions(router, "/holds/{hold}", UUID, shapes.LegalHold, "retention_hold")
_on_hold.add("lift", commands.lift, "Lift a hold", "An approver's decision.")


@router.get(
    "/log",
    response_model=Listed[shapes.LogClass],
    operation_id="log_classes",
    summary="How long the log's bodies are kept",
    responses=_READ,
)
def log_classes(visit: Visiting, paging: Paging) -> Any:
    """By class of act, for approvers and overseers. Heads and commitments are kept for good."""
    return page(visit.ask(queries.log_classes), "items", paging)


@router.put(
    "/log/{name}",
    response_model=shapes.LogClass,
    operation_id="log_term",
    summary="Set a class's term",
    responses=_CHANGE,
)
def log_term(name: LogClassName, wanted: shapes.LogTermWanted, visit: Visiting) -> Any:
    """422 below the least that the law asks for."""
    return visit.ask(commands.log_term, name, years=wanted.years, reason=wanted.reason)


@router.post(
    "/log/{name}/erase",
    response_model=shapes.LogErased,
    operation_id="log_erase",
    summary="Destroy bodies past their term",
    responses=_CHANGE,
)
def log_erase(name: LogClassName, wanted: shapes.LogEraseWanted, visit: Visiting) -> Any:
    """Under a certificate that names each entry; the log still verifies. 403 `four_eyes`, 409 `nothing_due`."""
    return visit.ask(commands.log_erase, name, reason=wanted.reason)
