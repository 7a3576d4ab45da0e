"""One request as the rooms see it: who calls, under which purpose and inquiry, and what the ledger said to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Annotated, Any, cast
from uuid import UUID

from fastapi import Depends, Header, Request, Response

from brightline.api import cookies
from brightline.gate import Answer, Call, Gate, Receipt
from brightline.model.errors import BadInput, Refused, Unauthenticated
from brightline.wiring.objects import House

KEY_HEADER, SEEN_HEADER = "idempotency-key", "x-seen"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_LONGEST_TOKEN = 200
_OPEN = "Open an inquiry first: POST /api/v1/inquiries, or --reason on the command line."
_STATE = "State first, in one sentence, why you look (on the command line: --reason)."
_SIGN_IN = "Sign in with POST /api/v1/session or `brightline login`."


class Witness(Gate):
    """The gate, remembering the receipt of the last act for the answer's headers.

    The receipt is kept here and not returned by every room, so that rooms stay free of what only the web needs.
    """

    def __init__(self, inner: Gate) -> None:
        self._inner = inner
        self.receipt: Receipt | None = None
        self.acts_left: int | None = None
        self._acts = 0

    def run(self, call: Call, name: str, params: Mapping[str, Any] | None = None) -> Answer:
        """One act, as the gate does it; its receipt is kept. Of a request's acts each has a key of its own."""
        self._acts += 1
        if call.key and self._acts > 1:
            call = replace(call, key=f"{call.key}.{self._acts}")
        answer = self._inner.run(call, name, params)
        self.receipt = answer.receipt
        self.acts_left = answer.acts_left
        return answer

    def judge(self, version: int, judge: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> dict[str, Any]:
        """As the gate does it."""
        return self._inner.judge(version, judge)


class Visit:
    """A signed-in request."""

    def __init__(self, house: House, call: Call, response: Response, gate: Witness | None = None) -> None:
        self.house = house
        self.call = call
        self._gate = gate or Witness(house.gate)
        self._response = response

    def run(self, name: str, params: Mapping[str, Any] | None = None) -> Any:
        """One act by its installed function's name; answers its result. Parameters that are None are left out."""
        given = {key: value for key, value in (params or {}).items() if value is not None}
        return self._done(lambda: self._gate.run(self.call, name, given))

    def ask(self, room: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """One act through a room's function that does more than pass its parameters on."""
        return self._done(lambda: room(self._gate, self.call, *args, **kwargs))

    def under(self, purpose: str) -> Visit:
        """The same visit under another purpose, where a body names it."""
        return Visit(self.house, replace(self.call, purpose=purpose), self._response, self._gate)

    def stamps(self) -> dict[str, str]:
        """X-Entry, X-Receipt and X-Acts-Left of the last act."""
        receipt = self._gate.receipt
        if receipt is None:
            return {}
        left = self._gate.acts_left
        return {
            "X-Entry": str(receipt.entry),
            **({"X-Receipt": receipt.note} if receipt.note else {}),
            **({} if left is None else {"X-Acts-Left": str(left)}),
        }

    def _done(self, act: Callable[[], Any]) -> Any:
        try:
            answer = act()
        except Unauthenticated:
            raise
        except Refused as refusal:
            raise self._told_apart(refusal) from refusal
        self._response.headers.update(self.stamps())
        return answer.result if isinstance(answer, Answer) else answer

    def _told_apart(self, refusal: Refused) -> Refused:
        """The line refuses with one text for every reason; whether one is signed in, one may know."""
        if refusal.code != Refused.default_code:
            return refusal
        try:
            me = self.house.gate.run(Call(token=self.call.token), "whoami").result
            if me.get("must_change"):
                return Refused(
                    "Somebody else knows this password: it opens nothing until you have changed it.",
                    hint="POST /api/v1/session/password, `brightline login --new-password`, or the browser's form.",
                    code="must_change",
                    entry=refusal.entry,
                )
            if me.get("waits") == "enrol":
                return Unauthenticated(
                    "Your role needs a second factor, and you have none yet.",
                    hint="Set one up: POST /api/v1/me/factors/totp, `brightline factor add`, or My security.",
                    code="factor_needed",
                    entry=refusal.entry,
                )
        except Refused:
            return self._shut_out(refusal)
        return refusal

    def _shut_out(self, refusal: Refused) -> Unauthenticated:
        """No live session, or one that waits for its second factor."""
        if self.house.sign_in.waits(self.call.token or ""):
            return Unauthenticated(
                "This session waits for its second factor.",
                hint="Show it with POST /api/v1/session/second.",
                code="second_factor",
                entry=refusal.entry,
            )
        return Unauthenticated("No live session stands behind this request.", hint=_SIGN_IN, entry=refusal.entry)


def house_of(request: Request) -> House:
    """What the process was given when it started."""
    return cast(House, request.app.state.house)


Housed = Annotated[House, Depends(house_of)]


def _token(request: Request) -> str:
    token = cookies.token_of(request)
    if not token or len(token) > _LONGEST_TOKEN or not token.isascii():
        raise Unauthenticated("No session stands behind this request.", hint=_SIGN_IN)
    return token


def alive(request: Request, house: House) -> None:
    """Unauthenticated unless a live session or service token stands behind the request. Its body isn't looked at.

    A token that was never given or is over leaves the same refused entry as a call with it would.
    """
    token = _token(request)
    if house.sign_in.lives(token):
        return
    call = Call(token=token)
    try:
        house.gate.run(call, "whoami")
    except Refused as refusal:
        raise Visit(house, call, Response())._shut_out(refusal) from refusal


def _inquiry(text: str | None) -> UUID | None:
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError as error:
        raise BadInput("X-Inquiry", "is no id", _OPEN) from error


def visit(
    request: Request,
    response: Response,
    house: Housed,
    x_purpose: Annotated[
        str | None, Header(max_length=200, description="Case, desk or oversight task to work under.")
    ] = None,
    x_inquiry: Annotated[str | None, Header(max_length=100, description="Id of the open inquiry.")] = None,
) -> Visit:
    """The caller of a signed-in endpoint. Whether the session lives is for the database to say."""
    # Documented once for all changes (app.py); a reading has no use for them.
    changes = request.method not in _SAFE
    key = request.headers.get(KEY_HEADER) if changes else None
    # Empty, not None: a change that comes without a revision has brought none, and the line asks for it where it must.
    seen = request.headers.get(SEEN_HEADER, "") if changes else None
    call = Call(
        token=_token(request),
        purpose=x_purpose or None,
        inquiry=_inquiry(x_inquiry),
        key=key or None,
        seen=seen,
    )
    return Visit(house, call, response)


Visiting = Annotated[Visit, Depends(visit)]


def inquiring(visit: Visiting) -> Visit:
    """For acts that the line lets nobody do without a purpose and a stated reason: says so before it refuses."""
    if visit.call.purpose is None:
        raise BadInput("X-Purpose", "is missing", "Choose the case to work under.", code="purpose_needed")
    if visit.call.inquiry is None:
        raise BadInput(
            "X-Inquiry",
            "is missing",
            _STATE,
            code="inquiry_needed",
        )
    return visit


Inquiring = Annotated[Visit, Depends(inquiring)]
