"""Bulk runs (rule 41): asked for, sampled, judged, approved by somebody else, run; hits that expire."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query

from brightline.api.pages import Paging, paged
from brightline.api.problems import documented
from brightline.api.shapes import bulk as shapes
from brightline.api.shapes.common import Listed
from brightline.api.visit import Inquiring, Visiting
from brightline.search import bulk, commands, queries

router = APIRouter(tags=["bulk"])
_READ = documented(401, 403, 404, 422, 503)
_CHANGE = documented(401, 403, 404, 409, 422, 503)
Number = Annotated[str, Path(max_length=40, pattern=r"^[A-Za-z0-9-]+$", examples=["B-2026-471100"])]


@router.get(
    "/bulk",
    response_model=Listed[shapes.BulkRun],
    operation_id="bulk_list",
    summary="Bulk runs",
    responses=documented(401, 403, 422, 503),
)
def bulk_list(visit: Visiting, paging: Paging, state: shapes.State | None = None) -> Any:
    """Of this purpose; at a desk those of its cases; for oversight all. Newest first."""
    found = visit.ask(queries.bulk_list, state=state, limit=paging.limit, offset=paging.offset)
    return paged(found["items"], paging, found["total"])


@router.post(
    "/bulk",
    status_code=201,
    response_model=shapes.BulkRun,
    operation_id="bulk_request",
    summary="Ask for a bulk run",
    responses=_CHANGE,
)
def bulk_request(wanted: shapes.BulkWanted, visit: Inquiring) -> Any:
    """Population, aim and expected size. Nothing of the list is looked up yet."""
    filters = wanted.filters.model_dump(by_alias=True, mode="json") if wanted.filters else {}
    lines = [bulk.Line(q=line.q, born=line.born) for line in wanted.lines]
    said = {name: getattr(wanted, name) for name in ("population", "aim", "expected", "fuzzy")}
    return visit.ask(commands.request, commands.Wanted(**said, lines=lines, filters=filters))


@router.get(
    "/bulk/{number}",
    response_model=shapes.BulkRun,
    operation_id="bulk_show",
    summary="One bulk run",
    responses=_READ,
)
def bulk_show(number: Number, visit: Visiting) -> Any:
    """Its figures; of the list and its matches nothing."""
    return visit.ask(queries.bulk_show, number)


@router.post(
    "/bulk/{number}/sample",
    response_model=shapes.BulkRun,
    operation_id="bulk_sample",
    summary="Draw and look up the sample",
    responses=_CHANGE,
)
def bulk_sample(number: Number, visit: Inquiring) -> Any:
    """Once, by a seed that is kept. Each of its matches is then judged by a person."""
    return visit.ask(commands.sample, number)


@router.post(
    "/bulk/{number}/approve",
    response_model=shapes.BulkRun,
    operation_id="bulk_approve",
    summary="Approve a bulk run",
    responses=_CHANGE,
)
def bulk_approve(number: Number, wanted: shapes.BulkDecision, visit: Visiting) -> Any:
    """As a supervisor of the unit. 403: `four_eyes` for who asked or judged the sample, `error_rate` too high."""
    return visit.ask(commands.decide, number, decision="approve", reason=wanted.reason)


@router.post(
    "/bulk/{number}/deny",
    response_model=shapes.BulkRun,
    operation_id="bulk_deny",
    summary="Deny a bulk run",
    responses=_CHANGE,
)
def bulk_deny(number: Number, wanted: shapes.BulkDecision, visit: Visiting) -> Any:
    """As a supervisor of the unit, with what it rests on."""
    return visit.ask(commands.decide, number, decision="deny", reason=wanted.reason)


@router.post(
    "/bulk/{number}/withdraw",
    response_model=shapes.BulkRun,
    operation_id="bulk_withdraw",
    summary="Take a request back",
    responses=_CHANGE,
)
def bulk_withdraw(number: Number, visit: Visiting) -> Any:
    """By who made it, before it runs."""
    return visit.ask(commands.withdraw, number)


@router.post(
    "/bulk/{number}/run",
    response_model=shapes.BulkRun,
    operation_id="bulk_run",
    summary="Run what was approved",
    responses=_CHANGE,
)
def bulk_run(number: Number, visit: Inquiring) -> Any:
    """Looks up the next lines, for about two seconds; call again until `state` is done."""
    return visit.ask(commands.run, number)


@router.get(
    "/bulk/{number}/hits",
    response_model=shapes.BulkHits,
    operation_id="bulk_hits",
    summary="What a bulk run found",
    responses=_READ,
)
def bulk_hits(
    number: Number,
    visit: Inquiring,
    paging: Paging,
    sample: Annotated[bool | None, Query(description="Only the sample's, or only the others.")] = None,
    judged: Annotated[bool | None, Query(description="Only judged ones, or only open ones.")] = None,
) -> Any:
    """By line, as this purpose sees them now. What expired unjudged isn't there."""
    found = visit.ask(queries.bulk_hits, number, sample=sample, judged=judged, page=paging.params())
    return {**paged(found["items"], paging, found["total"]), "open": found["open"]}


@router.post(
    "/bulk/hits/{hit}",
    response_model=shapes.HitJudged,
    operation_id="bulk_judge",
    summary="Judge one match",
    responses=_CHANGE,
)
def bulk_judge(hit: UUID, wanted: shapes.HitVerdict, visit: Visiting) -> Any:
    """Confirmed, wrong or unsure, with what was compared. By name and birth date alone it carries no action."""
    said = {"verdict": wanted.verdict, "compared": list(wanted.compared), "reason": wanted.reason}
    return visit.ask(commands.judge, hit, **said)
