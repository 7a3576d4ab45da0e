"""The two cookies of a browser's session: its token, and the secret of the device that it was made for.

Either alone opens nothing: the database keeps a hash of both and asks for both. The device's cookie outlives
sessions, so that a browser is known again; over TLS it carries the prefix that lets no other host set it.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from brightline.accounts.keys import Place, place
from brightline.api.guard import COOKIE
from brightline.stories.signing_in import Opened

DEVICE = "brightline_device"
AWAY = "brightline_away"
_YEAR = 365 * 24 * 3600
JOINT = "~"
"""Between token and device where both go to the database as one text."""


def secure(request: Request) -> bool:
    """Whether people come over TLS: to us, or to the proxy that the installation names as its address."""
    public = str(request.app.state.house.public_url)
    return request.url.scheme == "https" or public.startswith("https://")


def device_name(request: Request) -> str:
    """The name of the device's cookie: with `__Host-` over TLS."""
    return f"__Host-{DEVICE}" if secure(request) else DEVICE


def device_of(request: Request) -> str:
    """The secret that this browser keeps, or "" when it has none yet."""
    return request.cookies.get(device_name(request), "")


def bearer(request: Request) -> bool:
    """Whether the request brings its token in the header."""
    return request.headers.get("authorization", "").partition(" ")[0].lower() == "bearer"


def token_of(request: Request) -> str:
    """What the database is shown: the bearer token, or the cookie's with the device's secret."""
    if bearer(request):
        return request.headers["authorization"].partition(" ")[2].strip()
    token, device = request.cookies.get(COOKIE, "").strip(), device_of(request).strip()
    return f"{token}{JOINT}{device}" if token and device else token


def give(request: Request, response: Response, opened: Opened) -> None:
    """Put a session into the browser."""
    common = {"httponly": True, "samesite": "strict", "secure": secure(request), "path": "/"}
    response.set_cookie(COOKIE, opened.token, expires=opened.expires, **common)  # type: ignore[arg-type]
    if opened.device is not None:
        response.set_cookie(device_name(request), opened.device, max_age=_YEAR, **common)  # type: ignore[arg-type]


def standing(request: Request) -> Place:
    """Where this browser stands, for keys; Conflict where keys can't be."""
    return place(str(request.app.state.house.public_url), request.url.scheme, request.headers.get("host", ""))


def away(request: Request, response: Response, browser: str) -> None:
    """Remember which browser left for a provider, for ten minutes."""
    response.set_cookie(
        AWAY, browser, max_age=600, httponly=True, samesite="strict", secure=secure(request), path="/api/v1/session"
    )


def take(response: Response) -> None:
    """Remove the session. The device stays known."""
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
