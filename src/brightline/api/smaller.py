"""Answers leave compressed where the caller can read that: a page of hits is a tenth of its size then.

Only what is text and leaves in one piece. What is streamed (archives, files) passes as it comes, so that nothing waits
for its end and nothing packed is packed again. The session's cookie goes along with no other site's request, so nobody
outside can have words of his own compressed beside what the answer holds and learn from the length.
"""

from __future__ import annotations

import gzip

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LEAST = 1000
_TEXT = ("application/json", "application/problem+json", "text/")


def accepts(headers: Headers) -> bool:
    """Whether the caller reads gzip; `gzip;q=0` says no."""
    for one in headers.get("accept-encoding", "").lower().split(","):
        name, _, weight = one.strip().partition(";")
        if name.strip() == "gzip":
            return weight.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False


class Smaller:
    """Wraps the application, inside the guard."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; whoever doesn't read gzip gets what there is."""
        if scope["type"] != "http" or not accepts(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        await self._app(scope, receive, _Packing(send))


class _Packing:
    """The sending side: holds the head back until the first piece of the body tells whether it is the last."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._head: Message | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._head = message
            return
        head, self._head = self._head, None
        if head is not None:
            message = _packed(head, message)
            await self._send(head)
        await self._send(message)


def _packed(head: Message, message: Message) -> Message:
    """The body's message, packed if it is worth it; the head is told so."""
    headers = MutableHeaders(raw=head["headers"])
    if not headers.get("content-type", "").startswith(_TEXT) or "content-encoding" in headers:
        return message
    headers.add_vary_header("Accept-Encoding")
    body = message.get("body", b"")
    if message.get("more_body", False) or len(body) < LEAST:
        return message
    small = gzip.compress(body, 5, mtime=0)
    headers["Content-Encoding"] = "gzip"
    headers["Content-Length"] = str(len(small))
    return {**message, "body": small}
