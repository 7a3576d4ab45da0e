"""Crossings: asked for with reasons, weighed by both chains, decided outside them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from brightline.api.pages import Paging, page
from brightline.api.problems import documented
from brightline.api.shapes import crossings as shapes
from brightline.api.shapes.cases import Approval
from brightline.api.shapes.common import Listed, Reason
from brightline.api.visit import Visit, Visiting
from brightline.crossings import commands

router = APIRouter(prefix="/crossings", tags=["crossings"])

Number = Annotated[str, Path(pattern=r"^X-\d{4}-\d{4,6}$", examples=["X-2026-4711"])]
_READ = documented(401, 403, 404, 422, 503)
_CHANGE = documented(401, 403, 404, 409, 422, 503)


def _row(head: dict[str, Any]) -> dict[str, Any]:
    count = head.get("items", 0)
    return {
        **head,
        "number": head["crossing"],
        "purpose": head.get("beneficiary"),
        "to_regime": head.get("beneficiary_regime"),
        "requested_at": head.get("requested"),
        "item_count": len(count) if isinstance(count, list) else count,
    }


def _whole(visit: Visit, number: str) -> dict[str, Any]:
    found = visit.run("crossing_show", {"crossing": number})
    items = [item["id"] if isinstance(item, dict) else item for item in found.get("items", [])]
    in_chain = bool((found.get("chains") or {}).get("you_are_in"))
    # null where the caller is neither custodian nor approver: nothing of it is for them
    withheld = {name: found.get(name) or [] for name in ("opinions", "missing_opinions", "preview", "may")}
    return {**_row(found), **withheld, "items": items, "in_chain": in_chain}


@router.get(
    "",
    response_model=Listed[shapes.CrossingRow],
    operation_id="crossing_list",
    summary="Crossings that concern the desk or case",
    responses=documented(401, 403, 422, 503),
)
def crossing_list(visit: Visiting, paging: Paging, state: Annotated[shapes.State | None, Query()] = None) -> Any:
    """Asked for by one's case, held by one's unit, or waiting for one's decision; overseers see all, denials too."""
    found = visit.run("crossing_list", {"state": state, "limit": min(200, paging.offset + paging.limit)})
    return page([_row(head) for head in found["crossings"]], paging)


@router.post(
    "",
    status_code=201,
    response_model=shapes.Crossing,
    operation_id="crossing_request",
    summary="Ask for a crossing",
    responses=_CHANGE,
)
def crossing_request(wanted: shapes.CrossingWanted, visit: Visiting) -> Any:
    """Named fields of named items for one purpose. Whether an item exists is never told by this answer."""
    under = visit.under(wanted.purpose)
    head = under.ask(commands.crossing_request, **wanted.model_dump(exclude={"purpose"}))
    return _whole(under, head["crossing"])


@router.get(
    "/{number}",
    response_model=shapes.Crossing,
    operation_id="crossing_show",
    summary="A crossing",
    responses=_READ,
)
def crossing_show(number: Number, visit: Visiting) -> Any:
    """With its reasons and opinions; what would cross is shown to the custodian and the approver only."""
    return _whole(visit, number)


@router.post(
    "/{number}/opinion",
    response_model=shapes.Crossing,
    operation_id="crossing_opinion",
    summary="Give an opinion",
    responses=_CHANGE,
)
def crossing_opinion(number: Number, wanted: shapes.OpinionWanted, visit: Visiting) -> Any:
    """By the asker's supervisor, or by the custodian's unit. It doesn't decide."""
    visit.run("crossing_opinion", {"crossing": number, **wanted.model_dump()})
    return _whole(visit, number)


@router.post(
    "/{number}/approve",
    response_model=shapes.Crossing,
    operation_id="crossing_approve",
    summary="Approve a crossing",
    responses=_CHANGE,
)
def crossing_approve(number: Number, wanted: Approval, visit: Visiting) -> Any:
    """By an approver in neither chain, at the request and now (rule 35). The line refuses it without a reason."""
    visit.ask(commands.crossing_approve, crossing=number, reason=wanted.reason or "")
    return _whole(visit, number)


def _decide(visit: Visit, act: str, number: str, reason: str) -> dict[str, Any]:
    visit.run(act, {"crossing": number, "reason": reason})
    return _whole(visit, number)


@router.post(
    "/{number}/deny",
    response_model=shapes.Crossing,
    operation_id="crossing_deny",
    summary="Deny a crossing",
    responses=_CHANGE,
)
def crossing_deny(number: Number, wanted: Reason, visit: Visiting) -> Any:
    """With the reason. Overseers see denials."""
    return _decide(visit, "crossing_deny", number, wanted.reason)


@router.post(
    "/{number}/withdraw",
    response_model=shapes.Crossing,
    operation_id="crossing_withdraw",
    summary="Withdraw one's request",
    responses=_CHANGE,
)
def crossing_withdraw(number: Number, wanted: Reason, visit: Visiting) -> Any:
    """Before it is decided, by who asked."""
    return _decide(visit, "crossing_withdraw", number, wanted.reason)


@router.post(
    "/{number}/revoke",
    response_model=shapes.Crossing,
    operation_id="crossing_revoke",
    summary="Revoke a crossing",
    responses=_CHANGE,
)
def crossing_revoke(number: Number, wanted: Reason, visit: Visiting) -> Any:
    """At once: what crossed can't be seen by the next call."""
    return _decide(visit, "crossing_revoke", number, wanted.reason)
