"""One's sessions and service tokens, the confirmation of roles, break-glass."""

from __future__ import annotations

import functools
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request

from brightline.accounts import access, commands, factors, keys
from brightline.api import cookies
from brightline.api.deciding import Decisions
from brightline.api.pages import Paging, page, paged
from brightline.api.problems import documented
from brightline.api.shapes import access as shapes
from brightline.api.shapes.common import Listed
from brightline.api.shapes.session import KeyAnswer, KeyOptions
from brightline.api.visit import Visiting

router = APIRouter(tags=["access"])

Name = Annotated[str, Path(max_length=100, examples=["dana.whitlock"])]
LeaversId = Annotated[str, Path(max_length=40, description="Its id, from the list.")]
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
    return page(visit.run("session_list"), "sessions", paging)


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
    return page(visit.run("token_list"), "tokens", paging)


@router.post(
    "/tokens",
    status_code=201,
    response_model=shapes.TokenMade,
    operation_id="token_add",
    summary="Make a service token",
    responses=_CHANGE,
)
def token_add(wanted: shapes.TokenWanted, visit: Visiting) -> Any:
    """For a program: bound to named acts, which read or upload, one purpose and a day. One's password or a code is
    shown anew for it. It is told in this answer only."""
    return visit.ask(commands.token_add, **wanted.model_dump())


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
    return page(visit.run("role_due", {"days": days}), "roles", paging)


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
    found = visit.run("glass_list", {"state": state, **paging.params()})
    return paged(found["requests"], paging, found["total"])


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


_on_glass = Decisions(router, "/glass/{number}", Number, shapes.Glass, "glass")
_on_glass.add(
    "approve",
    functools.partial(access.glass_decide, approve=True),
    "Break the glass",
    "By a supervisor of the case's unit or an approver, never by whoever asked. The case's lead and all "
    "overseers are told.",
    shapes.GlassDecision,
)
_on_glass.add(
    "deny",
    functools.partial(access.glass_decide, approve=False),
    "Leave the glass whole",
    "With a reason.",
    shapes.GlassDecision,
)


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


_on_glass.add(
    "review",
    access.glass_review,
    "Review it afterwards",
    "By a third person, when it is over.",
    shapes.GlassReview,
)


@router.get(
    "/me/factors",
    response_model=shapes.Factors,
    operation_id="factor_list",
    summary="One's second factors",
    responses=_OWN,
)
def factor_list(visit: Visiting) -> Any:
    """Names and dates; no secret leaves."""
    return visit.run("factor_list")


@router.post(
    "/me/factors/totp",
    status_code=201,
    response_model=shapes.TotpBegun,
    operation_id="factor_totp_begin",
    summary="Set up an authenticator",
    responses=_CHANGE,
)
def factor_totp_begin(wanted: shapes.FactorWanted, visit: Visiting) -> Any:
    """The secret, an address and its picture, told once; it counts from its first right code on."""
    return visit.ask(factors.totp_begin, title=wanted.title)


@router.post(
    "/me/factors/totp/confirm",
    response_model=shapes.FactorMade,
    operation_id="factor_totp_confirm",
    summary="Confirm an authenticator",
    responses=_CHANGE,
)
def factor_totp_confirm(wanted: shapes.TotpConfirm, visit: Visiting) -> Any:
    """With the first factor come ten recovery codes, told once; sessions that were opened without a factor end."""
    return visit.run("factor_totp_confirm", wanted.model_dump(mode="json"))


@router.delete(
    "/me/factors/{id}",
    response_model=shapes.FactorEnded,
    operation_id="factor_end",
    summary="Take a factor away",
    responses=_CHANGE,
)
def factor_end(id: UUID, visit: Visiting) -> Any:
    """In a session that was opened with a second factor; not the last one where one's role needs one."""
    return visit.run("factor_end", {"id": str(id)})


_on_factors = Decisions(router, "/accounts/{name}/factors", Name, shapes.FactorsReset, "account_factors")
_on_factors.add(
    "reset",
    access.factors_reset,
    "Take all factors from an account",
    "For somebody who lost them; never one's own. Its sessions end.",
)


@router.get(
    "/groups",
    response_model=Listed[shapes.Group],
    operation_id="group_list",
    summary="Which groups give which roles",
    responses=_LIST,
)
def group_list(visit: Visiting, paging: Paging) -> Any:
    """Groups of providers; what isn't mapped gives nothing."""
    return page(visit.run("group_list"), "groups", paging)


@router.post(
    "/groups",
    status_code=201,
    response_model=shapes.Group,
    operation_id="group_add",
    summary="Map a group to a role",
    responses=_CHANGE,
)
def group_add(wanted: shapes.GroupWanted, visit: Visiting) -> Any:
    """It works from the next sign-in or question to the provider on, and never for whoever made it."""
    return visit.run("group_add", wanted.model_dump(exclude_none=True))


@router.delete(
    "/groups/{id}",
    response_model=shapes.Group,
    operation_id="group_end",
    summary="End a mapping",
    responses=_CHANGE,
)
def group_end(id: UUID, visit: Visiting) -> Any:
    """The roles that it gave end with it, for everybody, at once."""
    return visit.run("group_end", {"id": str(id)})


@router.get(
    "/leavers",
    response_model=Listed[shapes.Leavers],
    operation_id="account_leavers",
    summary="Lists of leavers that wait for a second person",
    responses=_LIST,
)
def account_leavers(visit: Visiting, paging: Paging) -> Any:
    """A provider's list that would end many accounts at once, or leave no administrator."""
    return page(visit.run("account_leavers"), "leavers", paging)


_on_leavers = Decisions(router, "/leavers/{id}", LeaversId, shapes.Leavers, "account_leavers")
_on_leavers.add(
    "approve",
    functools.partial(commands.leavers_decide, approve=True),
    "End the accounts of a list",
    "By another administrator or an overseer, within seven days.",
)
_on_leavers.add(
    "refuse",
    functools.partial(commands.leavers_decide, approve=False),
    "End nobody by a list",
    "With a reason.",
)


@router.post(
    "/accounts/sync",
    response_model=shapes.SyncDone,
    operation_id="account_sync",
    summary="Compare with a provider's list of accounts",
    responses=_CHANGE,
)
def account_sync(wanted: shapes.SyncWanted, visit: Visiting) -> Any:
    """Whoever isn't active there leaves here at once (rule 32); groups that are listed are followed. Where that would
    end more accounts than the rulebook's `leavers_percent`, or leave no administrator, nobody leaves yet: `waits` is
    what another administrator or an overseer decides."""
    return visit.run("account_sync", wanted.model_dump(exclude_none=True))


@router.post(
    "/me/factors/key",
    status_code=201,
    response_model=KeyOptions,
    operation_id="factor_webauthn_begin",
    summary="Set up a security key",
    responses=_CHANGE,
)
def factor_webauthn_begin(wanted: shapes.FactorWanted, request: Request, visit: Visiting) -> Any:
    """What navigator.credentials.create takes; its challenge serves once, within five minutes."""
    at = cookies.standing(request)
    return {"options": visit.ask(keys.begin, title=wanted.title, at=at)}


@router.post(
    "/me/factors/key/confirm",
    response_model=shapes.FactorMade,
    operation_id="factor_webauthn_confirm",
    summary="Confirm a security key",
    responses=_CHANGE,
)
def factor_webauthn_confirm(wanted: KeyAnswer, request: Request, visit: Visiting) -> Any:
    """With its answer to the challenge. As with an authenticator, the first factor brings recovery codes."""
    at = cookies.standing(request)
    return visit.ask(keys.confirm, credential=wanted.credential, at=at)
