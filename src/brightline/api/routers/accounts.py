"""Accounts, units, roles and authorities: the administrator's desk."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from brightline.accounts import commands
from brightline.api.pages import Paging, page
from brightline.api.problems import documented
from brightline.api.shapes import accounts as shapes
from brightline.api.shapes.common import Listed, Reason
from brightline.api.shapes.proposals import Proposal
from brightline.api.visit import Visiting

router = APIRouter(tags=["administration"])

Name = Annotated[str, Path(max_length=100, examples=["dana.whitlock"])]
Code = Annotated[str, Path(max_length=100, examples=["18-usc-1956"])]
_LIST = documented(401, 403, 422, 503)
_READ = documented(401, 403, 404, 422, 503)
_CHANGE = documented(401, 403, 404, 409, 422, 503)


@router.get(
    "/accounts",
    response_model=Listed[shapes.Account],
    operation_id="account_list",
    summary="Accounts",
    responses=_LIST,
)
def account_list(
    visit: Visiting,
    paging: Paging,
    unit: Annotated[str | None, Query(max_length=100)] = None,
    state: Annotated[shapes.AccountState | None, Query()] = None,
) -> Any:
    """All for an administrator, those of the unit for a supervisor."""
    return page(visit.run("account_list", {"unit": unit, "state": state}), "accounts", paging)


@router.post(
    "/accounts",
    status_code=201,
    response_model=shapes.AccountMade,
    operation_id="account_add",
    summary="Make an account",
    responses=_CHANGE,
)
def account_add(wanted: shapes.AccountWanted, visit: Visiting) -> Any:
    """Without a password one is made and shown in this answer only; it must be changed at the first sign-in."""
    return visit.ask(commands.account_add, **wanted.model_dump(exclude_none=True))


@router.get(
    "/accounts/{name}",
    response_model=shapes.AccountFull,
    operation_id="account_show",
    summary="An account",
    responses=_READ,
)
def account_show(name: Name, visit: Visiting) -> Any:
    """With its roles, live sessions and cases, by number only."""
    return visit.run("account_show", {"name": name})


@router.post(
    "/accounts/{name}/disable",
    response_model=shapes.AccountDisabled,
    operation_id="account_disable",
    summary="Disable an account",
    responses=_CHANGE,
)
def account_disable(name: Name, wanted: Reason, visit: Visiting) -> Any:
    """Its sessions end at once (rule 32)."""
    return visit.run("account_disable", {"name": name, "reason": wanted.reason})


@router.post(
    "/accounts/{name}/enable",
    response_model=shapes.AccountEnabled,
    operation_id="account_enable",
    summary="Enable an account again",
    responses=_CHANGE,
)
def account_enable(name: Name, wanted: Reason, visit: Visiting) -> Any:
    """Without a role: what it held is told, and given again one by one. A local account gets a new password, shown in
    this answer only. The account and all overseers are told."""
    return visit.ask(commands.account_enable, name=name, reason=wanted.reason)


@router.post(
    "/accounts/{name}/reset",
    response_model=shapes.AccountMade,
    operation_id="account_reset",
    summary="Give an account a new password",
    responses=_CHANGE,
)
def account_reset(name: Name, visit: Visiting) -> Any:
    """Shown in this answer only; it must be changed at the next sign-in."""
    return visit.ask(commands.account_reset, name=name)


@router.get(
    "/units",
    response_model=Listed[shapes.Unit],
    operation_id="unit_list",
    summary="Units",
    responses=_LIST,
)
def unit_list(visit: Visiting, paging: Paging) -> Any:
    """Parts of the organisation."""
    return page(visit.run("unit_list"), "units", paging)


@router.post(
    "/units",
    status_code=201,
    response_model=shapes.Unit,
    operation_id="unit_add",
    summary="Make a unit",
    responses=_CHANGE,
)
def unit_add(wanted: shapes.UnitWanted, visit: Visiting) -> Any:
    """With the regime it works under, where it has one."""
    return visit.run("unit_add", wanted.model_dump(exclude_none=True))


@router.get(
    "/roles",
    response_model=Listed[shapes.RoleGrant],
    operation_id="role_list",
    summary="Roles",
    responses=_LIST,
)
def role_list(
    visit: Visiting,
    paging: Paging,
    account: Annotated[str | None, Query(max_length=100)] = None,
    unit: Annotated[str | None, Query(max_length=100)] = None,
) -> Any:
    """Who has which role where, under whom, since when."""
    return page(visit.run("role_list", {"account": account, "unit": unit}), "roles", paging)


@router.post(
    "/roles",
    status_code=201,
    response_model=shapes.RoleGrant,
    operation_id="role_grant",
    summary="Give a role",
    responses=_CHANGE,
)
def role_grant(wanted: shapes.RoleWanted, visit: Visiting) -> Any:
    """Nobody gives one to oneself, and who oversees has no other role. A power (supervisor, steward, approver,
    overseer, admin) is proposed (`proposal`) and given when another person accepts it."""
    return visit.run("role_grant", wanted.model_dump(exclude_none=True, mode="json"))


@router.post(
    "/roles/end",
    response_model=shapes.RoleGone,
    operation_id="role_revoke",
    summary="End a role",
    responses=_CHANGE,
)
def role_revoke(wanted: shapes.RoleEnded, visit: Visiting) -> Any:
    """At once."""
    return visit.run("role_revoke", wanted.model_dump())


@router.get(
    "/authorities",
    response_model=Listed[shapes.Authority],
    operation_id="authority_list",
    summary="Authorities",
    responses=_LIST,
)
def authority_list(visit: Visiting, paging: Paging) -> Any:
    """Statute sections with their regime and the processes they permit."""
    return page(visit.run("authority_list"), "authorities", paging)


@router.post(
    "/authorities",
    status_code=201,
    response_model=Proposal,
    operation_id="authority_add",
    summary="Propose an authority",
    responses=_CHANGE,
)
def authority_add(wanted: shapes.AuthorityWanted, visit: Visiting) -> Any:
    """By somebody of its regime, or of a unit of no regime; another person accepts it. Its regime never changes."""
    given = wanted.model_dump(exclude_none=True, mode="json")
    return visit.run("authority_add", {"authority": given.pop("code"), **given})


@router.get(
    "/authorities/{code}",
    response_model=shapes.AuthorityFull,
    operation_id="authority_show",
    summary="An authority",
    responses=_READ,
)
def authority_show(code: Code, visit: Visiting) -> Any:
    """With how many sources and cases rely on it."""
    return visit.run("authority_show", {"authority": code})


@router.post(
    "/authorities/{code}/disable",
    response_model=Proposal,
    operation_id="authority_disable",
    summary="Propose to put an authority out of force",
    responses=_CHANGE,
)
def authority_disable(code: Code, wanted: Reason, visit: Visiting) -> Any:
    """Once another person has accepted it: purposes that rely on it stop, and those who lose sight are told."""
    return visit.run("authority_disable", {"authority": code, "reason": wanted.reason})
