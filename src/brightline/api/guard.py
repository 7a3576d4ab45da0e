"""The outermost layer, in plain ASGI: request ids, security headers, size limits, the check against forged requests.

It stands outside the framework so that it holds for every answer, errors and static files included, and so that a
fault anywhere below still leaves as a problem document without a traceback.
"""

from __future__ import annotations

import logging
import traceback
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fastapi.exceptions import ResponseValidationError
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from brightline.api import problems

log = logging.getLogger("brightline.api")

# Providers call this from their own machines, with a signed token and never with our cookie.
UNFORGEABLE = frozenset({"/api/v1/session/federated/logout"})
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
COOKIE = "brightline_session"
# What people send before they have a session. Everything else under /api/ that brings a body asks for one first.
OPEN = frozenset(
    {
        "/api/v1/session",
        "/api/v1/session/second/key/shown",
        "/api/v1/session/second/key",
        "/api/v1/session/second",
        "/api/v1/session/federated/logout",
        "/api/v1/session/federated/start",
        "/api/v1/session/federated",
        "/api/v1/setup",
    }
)

_FILES = frozenset({"/api/v1/operations/extracts", "/api/v1/leads/intake"})
"""Where tables come in that the worker takes: hundreds of megabytes, written to the inbox as they come."""

# 'wasm-unsafe-eval' and blob workers are what the map and the graph of the web application need; nothing inline.
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; worker-src 'self' blob:; manifest-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

SECURITY_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How large a request may be, in bytes: JSON, files, tables for the worker, and what comes without a session."""

    json: int = 1_000_000
    upload: int = 64_000_000
    table: int = 2_001_000_000
    open: int = 50_000


def is_open(scope: Scope) -> bool:
    """Whether a request is one of those that come before a session."""
    return scope["method"] == "POST" and scope["path"] in OPEN


class TooLarge(HTTPException):
    """Raised inside the receive channel when a body outgrows its limit. The framework lets this kind pass."""

    def __init__(self, limit: int) -> None:
        super().__init__(413)
        self.limit = limit


class Guard:
    """Wraps the application."""

    def __init__(self, app: ASGIApp, *, limits: Limits) -> None:
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request. Anything but HTTP goes through untouched (start and stop of the server)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = uuid.uuid4().hex
        scope["brightline.request_id"] = request_id
        answer = _Answer(scope, send, request_id)
        refusal = self._refusal(scope, request_id)
        if refusal is not None:
            await refusal(scope, receive, answer)
            return
        try:
            await self._app(scope, _limited(receive, self._limit(scope)), answer)
        except TooLarge as error:
            await answer.instead(_too_large(request_id, error.limit), receive)
        except Exception as error:  # the last place where a fault can be kept from leaving as a traceback
            log.error("request %s %s failed: %s", request_id, scope["method"], _where(error))
            await answer.instead(problems.internal(request_id), receive)

    def _refusal(self, scope: Scope, request_id: str) -> Response | None:
        headers = Headers(scope=scope)
        if b"\x00" in scope.get("query_string", b"") or "\x00" in scope["path"] or b"%00" in scope["query_string"]:
            return problems.problem(
                request_id, 422, "bad_input", "Check the input", detail="The address holds a NUL character."
            )
        declared = headers.get("content-length", "0")
        if not declared.isdigit() or int(declared) > self._limit(scope):
            return _too_large(request_id, self._limit(scope))
        if scope["method"] not in SAFE_METHODS and scope["path"].startswith("/api/"):
            return _forged(scope, headers, request_id)
        return None

    def _limit(self, scope: Scope) -> int:
        if is_open(scope):
            return self._limits.open
        kind = Headers(scope=scope).get("content-type", "")
        if scope["path"] in _FILES and kind.startswith("multipart/form-data"):
            return self._limits.table
        return self._limits.upload if kind.startswith("multipart/form-data") else self._limits.json


def _too_large(request_id: str, limit: int) -> Response:
    """With the limit: who has to split something has to know into how much."""
    said = f"{limit // 1_000_000:,} MB" if limit >= 1_000_000 else f"{limit // 1_000:,} kB"
    return problems.of_status(request_id, 413, f"It is larger than the {said} that are taken here.")


def _where(error: Exception) -> str:
    """Kind and place of a fault. Its message isn't logged: it may hold what somebody searched for, or found."""
    places = traceback.extract_tb(error.__traceback__)
    ours = [f"{Path(place.filename).name}:{place.lineno} {place.name}" for place in places]
    shape = [item["loc"] for item in error.errors()] if isinstance(error, ResponseValidationError) else ""
    return f"{type(error).__name__} {shape} at {' < '.join(reversed(ours[-12:]))}"


def _forged(scope: Scope, headers: Headers, request_id: str) -> Response | None:
    """A change asked for by another site's page carries our cookie but neither our header nor our origin."""
    if COOKIE not in headers.get("cookie", "") and (
        headers.get("authorization", "").lower().startswith("bearer ") or scope["path"] in UNFORGEABLE
    ):
        return None
    origin = headers.get("origin")
    own = headers.get("host", "")
    foreign = origin is not None and origin.split("://", 1)[-1] != own
    if foreign or headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return _csrf(request_id, "The request comes from another site.")
    if headers.get("x-brightline") != "1":
        return _csrf(request_id, "The header X-Brightline: 1 is missing.")
    return None


def _csrf(request_id: str, detail: str) -> Response:
    return problems.problem(
        request_id,
        403,
        "csrf",
        "Not from this application",
        detail=detail,
        hint="Send the request from the application itself, with X-Brightline: 1, or use a bearer token.",
    )


def _limited(receive: Receive, limit: int) -> Receive:
    """Counts what really comes, since a length that is declared may be a lie or missing."""
    seen = 0

    async def count() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            raise TooLarge(limit)
        return message

    return count


class _Answer:
    """The sending side: adds headers to the first message and remembers whether it went out."""

    def __init__(self, scope: Scope, send: Send, request_id: str) -> None:
        self._scope = scope
        self._send = send
        self._request_id = request_id
        self._started = False
        self._ended = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._started = True
            headers = MutableHeaders(scope=message)
            for name, value in SECURITY_HEADERS.items():
                headers.setdefault(name, value)
            headers["X-Request-Id"] = self._request_id
            if self._scope["path"].startswith("/api/"):
                headers["Cache-Control"] = "no-store"
        if message["type"] == "http.response.body" and not message.get("more_body", False):
            self._ended = True
        await self._send(message)

    async def instead(self, response: Response, receive: Receive) -> None:
        """Answer something else. Where the answer is out already, it stands; half of one is broken off."""
        if self._ended:
            return
        if self._started:
            raise ConnectionAbortedError("the answer had begun")
        await response(self._scope, receive, self)
