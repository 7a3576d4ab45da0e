"""Crossings: asked for with reasons, weighed by both chains, decided outside them."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from brightline.api.pages import Paging, paged
from brightline.api.problems import documented
from brightline.api.shapes import crossings as shapes
from brightline.api.shapes.common import Listed, Reason
from brightline.api.visit import Visit, Visiting
from brightline.crossings import commands, queries

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


def _whole(found: dict[str, Any]) -> dict[str, Any]:
    """What `crossing_show` answers, and so each act on a crossing."""
    items = [item["id"] for item in found["items"] or []]
    left_out = [item["id"] for item in found["items"] or [] if item["left_out"]]
    in_chain = bool((found.get("chains") or {}).get("you_are_in"))
    # null where the caller is neither custodian nor approver: nothing of it is for them
    withheld = {name: found.get(name) or [] for name in ("opinions", "missing_opinions", "preview", "may")}
    return {**_row(found), **withheld, "items": items, "left_out": left_out, "in_chain": in_chain}


@router.get(
    "",
    response_model=Listed[shapes.CrossingRow],
    operation_id="crossing_list",
    summary="Crossings that concern the desk or case",
    responses=documented(401, 403, 422, 503),
)
def crossing_list(
    visit: Visiting,
    paging: Paging,
    state: Annotated[shapes.State | None, Query()] = None,
    unaudited: Annotated[bool, Query(description="Those that have ended and that no overseer has audited.")] = False,
) -> Any:
    """Asked for by one's case, held by one's unit, or waiting for one's decision; overseers see all, denials too."""
    found = visit.run("crossing_list", {"state": state, "unaudited": unaudited, **paging.params()})
    return paged([_row(head) for head in found["crossings"]], paging, found["total"])


@router.post(
    "",
    status_code=201,
    response_model=shapes.Crossing,
    operation_id="crossing_request",
    summary="Ask for a crossing",
    responses=_CHANGE,
)
def crossing_request(wanted: shapes.CrossingWanted, visit: Visiting) -> Any:
    """Named fields of named items, or of what a pointer stands for. What exists is never told by this answer."""
    under = visit.under(wanted.purpose)
    return _whole(under.ask(commands.crossing_request, **wanted.model_dump(mode="json", exclude={"purpose"})))


@router.get(
    "/{number}",
    response_model=shapes.Crossing,
    operation_id="crossing_show",
    summary="A crossing",
    responses=_READ,
)
def crossing_show(number: Number, visit: Visiting) -> Any:
    """With its reasons and opinions; what would cross is shown to the custodian and the approver only."""
    return _whole(visit.run("crossing_show", {"crossing": number}))


@router.post(
    "/{number}/opinion",
    response_model=shapes.Crossing,
    operation_id="crossing_opinion",
    summary="Give an opinion",
    responses=_CHANGE,
)
def crossing_opinion(number: Number, wanted: shapes.OpinionWanted, visit: Visiting) -> Any:
    """By the asker's supervisor, or by the custodian's unit. It doesn't decide."""
    return _whole(visit.run("crossing_opinion", {"crossing": number, **wanted.model_dump()}))


@router.post(
    "/{number}/approve",
    response_model=shapes.Crossing,
    operation_id="crossing_approve",
    summary="Approve a crossing",
    responses=_CHANGE,
)
def crossing_approve(number: Number, wanted: shapes.ApprovalWanted, visit: Visiting) -> Any:
    """By an approver in neither chain, then and now, who didn't review it (rule 35). Refused without a reason."""
    return _whole(
        visit.ask(commands.crossing_approve, crossing=number, **wanted.model_dump(mode="json", exclude_none=True))
    )


@router.post(
    "/{number}/review",
    response_model=shapes.Crossing,
    operation_id="crossing_review",
    summary="Review the law of a crossing",
    responses=_CHANGE,
)
def crossing_review(number: Number, wanted: shapes.ReviewWanted, visit: Visiting) -> Any:
    """By an approver in neither chain. Another one decides."""
    return _whole(visit.ask(commands.crossing_review, crossing=number, **wanted.model_dump()))


@router.post(
    "/{number}/open",
    response_model=shapes.Crossing,
    operation_id="crossing_open",
    summary="Open a crossing in an emergency",
    responses=_CHANGE,
)
def crossing_open(number: Number, visit: Visiting) -> Any:
    """By a supervisor of the asking unit, where the request names an imminent danger: for 24 hours at most. Overseers
    and custodians hear of it at once; without its review the unit opens no other before an overseer's audit."""
    return _whole(visit.ask(commands.crossing_open, crossing=number))


@router.post(
    "/{number}/audit",
    response_model=shapes.Crossing,
    operation_id="crossing_audit",
    summary="Audit a crossing that has ended",
    responses=_CHANGE,
)
def crossing_audit(number: Number, wanted: shapes.AuditWanted, visit: Visiting) -> Any:
    """By an overseer who had no part in it. Once; it stays."""
    return _whole(visit.ask(commands.crossing_audit, crossing=number, **wanted.model_dump()))


@router.get(
    "/{number}/papers/{document}",
    operation_id="crossing_paper",
    summary="The order or form that a request names",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}, "description": "The bytes."}, **_READ},
)
def crossing_paper(number: Number, document: UUID, visit: Visiting) -> Response:
    """For who reviews or decides it outside both chains, and for overseers."""
    found = visit.ask(queries.crossing_paper, crossing=number, document=str(document))
    headers = {**visit.stamps(), "Content-Disposition": f"attachment; filename*=UTF-8''{quote(found['name'])}"}
    return Response(found["content"], media_type="application/octet-stream", headers=headers)


def _decide(visit: Visit, act: str, number: str, reason: str) -> dict[str, Any]:
    return _whole(visit.run(act, {"crossing": number, "reason": reason}))


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
