"""Signing in and out, who one is, inquiries."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request, Response

from brightline.accounts import commands as accounts
from brightline.accounts import keys
from brightline.api import cookies
from brightline.api.lane import address_of
from brightline.api.pages import Paging, page
from brightline.api.problems import documented
from brightline.api.shapes.common import Listed
from brightline.api.shapes.session import (
    FederatedBack,
    FederatedBegun,
    FederatedWanted,
    Inquiry,
    InquiryWanted,
    KeyAnswer,
    KeyOptions,
    LoggedOut,
    Me,
    PasswordChange,
    PasswordChanged,
    Person,
    Prompts,
    Providers,
    SecondStep,
    SignedIn,
    SignIn,
)
from brightline.api.visit import Housed, Visiting
from brightline.stories.signing_in import Opened

router = APIRouter(tags=["session"])


@router.post(
    "/session",
    status_code=201,
    response_model=SignedIn,
    operation_id="session_open",
    summary="Sign in",
    responses=documented(401, 403, 422, 429, 503),
)
def session_open(wanted: SignIn, request: Request, response: Response, house: Housed) -> Any:
    """Open a session. Ten wrong passwords from one place lock the name for that place for a quarter of an hour (429),
    whether such an account exists or not; a browser that was signed in before has a count of its own.
    With `cookie: true` the token goes into a cookie that scripts can't read,
    and a second one binds it to this browser; else the token stands in the answer."""
    client = request.headers.get("user-agent", "")
    device = cookies.device_of(request) if wanted.cookie else None
    opened = house.sign_in.open(wanted.account, wanted.password, client, device, source=address_of(request.scope))
    return _given(request, response, opened, cookie=wanted.cookie)


@router.post(
    "/session/second",
    response_model=SignedIn,
    operation_id="session_second",
    summary="Show the second factor",
    responses=documented(401, 403, 422, 429, 503),
)
def session_second(wanted: SecondStep, request: Request, response: Response, house: Housed) -> Any:
    """With the token that waits, in the cookie or as bearer. The session's token is another one from then on. Five
    wrong codes end the session, ten lock the account's second step for a quarter of an hour."""
    opened = house.sign_in.second(cookies.token_of(request), wanted.kind, wanted.code)
    return _given(request, response, opened, cookie=not cookies.bearer(request))


@router.post(
    "/session/second/key",
    response_model=KeyOptions,
    operation_id="session_second_key",
    summary="Ask for a security key",
    responses=documented(401, 403, 409, 429, 503),
)
def session_second_key(request: Request, house: Housed) -> Any:
    """A challenge for the keys of the session's account; it serves once, within five minutes."""
    asked = house.sign_in.key_challenge(cookies.token_of(request))
    return {"options": keys.wanted(asked, cookies.standing(request))}


@router.post(
    "/session/second/key/shown",
    response_model=SignedIn,
    operation_id="session_second_key_shown",
    summary="Show a security key",
    responses=documented(401, 403, 409, 422, 429, 503),
)
def session_second_key_shown(wanted: KeyAnswer, request: Request, response: Response, house: Housed) -> Any:
    """The key's answer to the challenge. One that was used, or a key whose counter doesn't rise, is refused."""
    token = cookies.token_of(request)
    told = keys.shown(house.sign_in.keys_of(token), wanted.credential, cookies.standing(request))
    opened = house.sign_in.key_shown(token, told)
    return _given(request, response, opened, cookie=not cookies.bearer(request))


@router.get(
    "/session/providers",
    response_model=Providers,
    operation_id="session_providers",
    summary="Providers to sign in with",
    responses=documented(503),
)
def session_providers(house: Housed) -> Any:
    """As the installation's `providers.yml` names them."""
    return {"providers": house.federation.names}


@router.post(
    "/session/federated/start",
    response_model=FederatedBegun,
    operation_id="session_federated_start",
    summary="Begin to sign in with a provider",
    responses=documented(403, 404, 422, 429, 503),
)
def session_federated_start(wanted: FederatedWanted, request: Request, response: Response, house: Housed) -> Any:
    """Where to send the browser; a cookie binds the sign-in to it for ten minutes."""
    url, browser = house.federation.begin(wanted.provider)
    cookies.away(request, response, browser)
    return {"url": url}


@router.post(
    "/session/federated",
    status_code=201,
    response_model=SignedIn,
    operation_id="session_open_federated",
    summary="Come back from a provider",
    responses=documented(401, 403, 404, 422, 429, 503),
)
def session_open_federated(wanted: FederatedBack, request: Request, response: Response, house: Housed) -> Any:
    """With the state and code of the provider, once. Roles follow the provider's groups; the session ends 15 minutes
    after the provider was last asked about the account. Each refusal is an entry."""
    opened = house.federation.open(
        wanted.state,
        wanted.code,
        browser=request.cookies.get(cookies.AWAY, ""),
        client=request.headers.get("user-agent", ""),
        device=cookies.device_of(request),
    )
    return _given(request, response, opened, cookie=True)


@router.post(
    "/session/federated/logout",
    response_model=LoggedOut,
    operation_id="session_federated_logout",
    summary="A provider signs somebody out",
    responses=documented(401, 422, 429, 503),
)
def session_federated_logout(logout_token: Annotated[str, Form(max_length=20_000)], house: Housed) -> Any:
    """OpenID Connect back-channel logout: the provider's signed token ends the sessions of its subject, at once."""
    return {"sessions_ended": house.federation.logout(logout_token)}


def _given(request: Request, response: Response, opened: Opened, *, cookie: bool) -> dict[str, Any]:
    answer = {
        "expires": opened.expires,
        "account": opened.account,
        "must_change": opened.must_change,
        "waits": opened.waits,
        "kinds": opened.kinds,
    }
    if not cookie:
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
    return page(visit.run("people_list", {"unit": unit}), "people", paging)


@router.post(
    "/inquiries",
    status_code=201,
    response_model=Inquiry,
    operation_id="inquiry_open",
    summary="Open an inquiry",
    responses=documented(401, 403, 409, 422, 503),
)
def inquiry_open(wanted: InquiryWanted, visit: Visiting) -> Any:
    """State once, in one sentence, why you work under this purpose now. What is shorter than the rulebook asks,
    boilerplate and repeats are refused (rule 40). What follows inherits it by `X-Inquiry`, for the hours or acts that
    the rulebook sets: both are in GET /prompts."""
    return visit.ask(accounts.inquiry_open, **wanted.model_dump())


@router.get(
    "/prompts",
    response_model=Prompts,
    operation_id="prompt_list",
    summary="What people are asked for their reasons",
    responses=documented(401, 503),
)
def prompt_list(visit: Visiting) -> Any:
    """Word for word, each with its version. Who shows a question sends its version back with the answer. With the
    rulebook's figures, so that no screen tells or counts by another."""
    return visit.run("prompt_list", {})
