"""One's sessions and service tokens, the confirmation of roles, break-glass."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query

from brightline.api.pages import Paging, page
from brightline.api.problems import documented
from brightline.api.shapes import access as shapes
from brightline.api.shapes.common import Listed
from brightline.api.visit import Visiting

router = APIRouter(tags=["access"])

Number = Annotated[str, Path(max_length=20, examples=["G-2026-004711"])]
_OWN = documented(401, 422, 503)
_LIST = documented(401, 403, 422, 503)
_CHANGE = documented(401, 403, 404, 409, 422, 503)


@router.get(
    "/me/sessions",
    response_model=Listed[shapes.Session],
    operation_id="session_list",
    summary="One's live sessions",
    responses=_OWN,
)
def session_list(visit: Visiting, paging: Paging) -> Any:
    """With the program that opened each, and when it was last used."""
    return page(visit.run("session_list")["sessions"], paging)


@router.delete(
    "/me/sessions/{session}",
    response_model=shapes.SessionEnded,
    operation_id="session_end",
    summary="End one of one's sessions",
    responses=_CHANGE,
)
def session_end(session: UUID, visit: Visiting) -> Any:
    """At once; the program behind it has to sign in again."""
    return visit.run("session_end", {"session": str(session)})


@router.get(
    "/tokens",
    response_model=Listed[shapes.Token],
    operation_id="token_list",
    summary="Service tokens",
    responses=_OWN,
)
def token_list(visit: Visiting, paging: Paging) -> Any:
    """One's own; an administrator sees everybody's. None is shown itself."""
    return page(visit.run("token_list")["tokens"], paging)


@router.post(
    "/tokens",
    status_code=201,
    response_model=shapes.TokenMade,
    operation_id="token_add",
    summary="Make a service token",
    responses=_CHANGE,
)
def token_add(wanted: shapes.TokenWanted, visit: Visiting) -> Any:
    """For a program: bound to named acts, one purpose and a day. It is told in this answer only."""
    return visit.run("token_add", wanted.model_dump())


@router.delete(
    "/tokens/{id}",
    response_model=shapes.Token,
    operation_id="token_revoke",
    summary="Revoke a service token",
    responses=_CHANGE,
)
def token_revoke(id: UUID, visit: Visiting) -> Any:
    """The program's next call is refused."""
    return visit.run("token_revoke", {"id": str(id)})


@router.get(
    "/roles/due",
    response_model=Listed[shapes.RoleDue],
    operation_id="role_due",
    summary="Roles to confirm",
    responses=_LIST,
)
def role_due(visit: Visiting, paging: Paging, days: Annotated[int, Query(ge=0, le=366)] = 30) -> Any:
    """Each quarter a supervisor or administrator confirms each role of others; what nobody confirms lapses on its day
    (rule 32)."""
    return page(visit.run("role_due", {"days": days})["roles"], paging)


@router.post(
    "/roles/confirm",
    response_model=shapes.RoleDue,
    operation_id="role_confirm",
    summary="Confirm a role, or end it",
    responses=_CHANGE,
)
def role_confirm(wanted: shapes.RoleConfirm, visit: Visiting) -> Any:
    """For another quarter. Nobody confirms their own."""
    return visit.run("role_confirm", wanted.model_dump())


@router.get(
    "/glass",
    response_model=Listed[shapes.Glass],
    operation_id="glass_list",
    summary="Break-glass requests",
    responses=_LIST,
)
def glass_list(visit: Visiting, paging: Paging, state: Annotated[str | None, Query(max_length=20)] = None) -> Any:
    """One's own, those one may decide or review, and for overseers all."""
    return page(visit.run("glass_list", {"state": state})["requests"], paging)


@router.post(
    "/glass",
    status_code=201,
    response_model=shapes.Glass,
    operation_id="glass_ask",
    summary="Ask to break the glass",
    responses=_CHANGE,
)
def glass_ask(wanted: shapes.GlassWanted, visit: Visiting) -> Any:
    """For a case of one's own regime, to read it for at most four hours after a second person agreed. Never for what is
    sealed or protected; the answer doesn't tell whether such a case exists."""
    return visit.run("glass_ask", wanted.model_dump())


@router.post(
    "/glass/{number}/approve",
    response_model=shapes.Glass,
    operation_id="glass_approve",
    summary="Break the glass",
    responses=_CHANGE,
)
def glass_approve(number: Number, wanted: shapes.GlassDecision, visit: Visiting) -> Any:
    """By a supervisor of the case's unit or an approver, never by whoever asked. The case's lead and all overseers are
    told."""
    return visit.run("glass_decide", {"glass": number, "approve": True, **wanted.model_dump()})


@router.post(
    "/glass/{number}/deny",
    response_model=shapes.Glass,
    operation_id="glass_deny",
    summary="Leave the glass whole",
    responses=_CHANGE,
)
def glass_deny(number: Number, wanted: shapes.GlassDecision, visit: Visiting) -> Any:
    """With a reason."""
    return visit.run("glass_decide", {"glass": number, "approve": False, "reason": wanted.reason})


@router.post(
    "/glass/{number}/end",
    response_model=shapes.Glass,
    operation_id="glass_end",
    summary="Close it before its hour",
    responses=_CHANGE,
)
def glass_end(number: Number, visit: Visiting) -> Any:
    """By whoever asked or may decide; the next reading is refused."""
    return visit.run("glass_end", {"glass": number})


@router.post(
    "/glass/{number}/review",
    response_model=shapes.Glass,
    operation_id="glass_review",
    summary="Review it afterwards",
    responses=_CHANGE,
)
def glass_review(number: Number, wanted: shapes.GlassReview, visit: Visiting) -> Any:
    """By a third person, when it is over."""
    return visit.run("glass_review", {"glass": number, "review": wanted.review})
