"""Before anything that somebody sends along is read: who is it?

The framework reads and parses a body before it asks any dependency, so this stands before the framework. What isn't
listed as open asks for a live session first; a test compares the list with the routes.
"""

from __future__ import annotations

import asyncio
from collections import deque

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from brightline.api import problems
from brightline.api.guard import SAFE_METHODS, is_open
from brightline.api.lane import Lane, address_of
from brightline.api.visit import alive
from brightline.model.errors import BrightlineError
from brightline.wiring.objects import House

_SECONDS = 15.0


class Threshold:
    """Wraps the application, inside the guard."""

    def __init__(self, app: ASGIApp, house: House, *, lane: Lane | None = None) -> None:
        self._app = app
        self._house = house
        self._lane = lane or Lane()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request. What can't bring a body goes through: whose it is, its endpoint asks."""
        if scope["type"] != "http" or scope["method"] in SAFE_METHODS or not scope["path"].startswith("/api/"):
            await self._app(scope, receive, send)
            return
        try:
            if is_open(scope):
                await self._one_by_one(scope, receive, send)
                return
            if _brings(scope):
                await run_in_threadpool(alive, Request({**scope, "app": self._app}), self._house)
        except BrightlineError as error:
            await _told(scope, error)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    async def _one_by_one(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The whole body is here before a place is taken, so that nobody holds one by sending slowly."""
        whole = await _whole(receive)
        if whole is None:
            late = problems.of_status(scope["brightline.request_id"], 408)
            await late(scope, receive, send)
            return
        async with self._lane.place(address_of(scope)):
            await self._app(scope, whole, send)


def _brings(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    return headers.get("content-length", "0") != "0" or "transfer-encoding" in headers


async def _whole(receive: Receive) -> Receive | None:
    """Everything that is sent, read within the guard's limit; None when it doesn't come in time."""
    messages: deque[Message] = deque()
    try:
        async with asyncio.timeout(_SECONDS):
            while not messages or messages[-1].get("more_body", False):
                messages.append(await receive())
    except TimeoutError:
        return None

    async def again() -> Message:
        return messages.popleft() if messages else await receive()

    return again


def _told(scope: Scope, error: BrightlineError) -> Response:
    return problems.of_error(scope["brightline.request_id"], error)
