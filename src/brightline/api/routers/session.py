"""Signing in and out, who one is, inquiries."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from brightline.accounts import commands as accounts
from brightline.api import cookies
from brightline.api.pages import Paging, page
from brightline.api.problems import documented
from brightline.api.shapes.common import Listed
from brightline.api.shapes.session import (
    Inquiry,
    InquiryWanted,
    Me,
    PasswordChange,
    PasswordChanged,
    Person,
    SignedIn,
    SignIn,
)
from brightline.api.visit import Housed, Visiting

router = APIRouter(tags=["session"])


@router.post(
    "/session",
    status_code=201,
    response_model=SignedIn,
    operation_id="session_open",
    summary="Sign in",
    responses=documented(401, 403, 422, 503),
)
def session_open(wanted: SignIn, request: Request, response: Response, house: Housed) -> Any:
    """Open a session. Ten wrong passwords in a row lock the name for a quarter of an hour, whether such an account
    exists or not. With `cookie: true` the token goes into a cookie that scripts can't read,
    and a second one binds it to this browser; else the token stands in the answer."""
    client = request.headers.get("user-agent", "")
    device = cookies.device_of(request) if wanted.cookie else None
    opened = house.sign_in.open(wanted.account, wanted.password, client, device)
    answer = {"expires": opened.expires, "account": opened.account, "must_change": opened.must_change}
    if not wanted.cookie:
        return {**answer, "token": opened.token}
    cookies.give(request, response, opened)
    return answer


@router.delete(
    "/session",
    status_code=204,
    response_class=Response,
    operation_id="session_close",
    summary="Sign out",
    responses=documented(401, 403, 503),
)
def session_close(response: Response, visit: Visiting) -> None:
    """End the session at once, here and in the database."""
    visit.house.sign_in.close(visit.call.token or "")
    cookies.take(response)


@router.post(
    "/session/password",
    response_model=PasswordChanged,
    operation_id="password_change",
    summary="Change one's password",
    responses=documented(401, 403, 422, 503),
)
def password_change(wanted: PasswordChange, visit: Visiting) -> Any:
    """The old password proves who asks. Every session of the account ends, this one too: sign in again."""
    me = visit.run("whoami")
    return visit.ask(accounts.password_change, account=me["account"], old=wanted.old, new=wanted.new)


@router.get(
    "/me",
    response_model=Me,
    operation_id="whoami",
    summary="Who am I, and what may I work under",
    responses=documented(401, 503),
)
def whoami(visit: Visiting) -> Any:
    """The account, its roles, and every case, desk and oversight task it may work under now."""
    me = visit.run("whoami")
    titles = {unit["name"]: unit.get("title", "") for unit in me.get("units", [])}
    roles = [{**role, "unit_title": titles.get(role.get("unit"), "")} for role in me.get("roles", [])]
    return {**me, "roles": roles}


@router.get(
    "/people",
    response_model=Listed[Person],
    operation_id="people_list",
    summary="Colleagues, for choosing one",
    responses=documented(401, 503),
)
def people_list(visit: Visiting, paging: Paging, unit: Annotated[str | None, Query(max_length=100)] = None) -> Any:
    """Live accounts of one's own units."""
    return page(visit.run("people_list", {"unit": unit})["people"], paging)


@router.post(
    "/inquiries",
    status_code=201,
    response_model=Inquiry,
    operation_id="inquiry_open",
    summary="Open an inquiry",
    responses=documented(401, 403, 422, 503),
)
def inquiry_open(wanted: InquiryWanted, visit: Visiting) -> Any:
    """State once, in one sentence of at least 40 characters, why you work under this purpose now. Boilerplate and
    repeats are refused (rule 40). What follows inherits it by `X-Inquiry`, for eight hours or 200 acts."""
    return visit.ask(accounts.inquiry_open, purpose=wanted.purpose, reason=wanted.reason)
