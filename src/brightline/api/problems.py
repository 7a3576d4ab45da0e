"""One map from errors to problem+json (RFC 9457).

Every error of the tree in `model/errors.py` states a fact and a way out, and both go to whoever asked. Whatever is
not of that tree is a fault of ours: the asker gets a request id and nothing else, the server's log gets the rest.
"""

from __future__ import annotations

import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from brightline.api.shapes.common import Problem
from brightline.model.errors import BadInput, BrightlineError, Busy, Locked

log = logging.getLogger("brightline.api")

MEDIA_TYPE = "application/problem+json"

_BY_STATUS = {
    400: ("bad_request", "The request can't be read", "Send well-formed JSON."),
    401: ("unauthenticated", "Sign in first", "Sign in and try again."),
    403: ("refused", "Refused", ""),
    404: ("not_found", "Not found from here", "Check the address."),
    405: ("method", "Not a method of this address", "GET /api/v1/openapi.json says what it takes."),
    408: ("too_slow", "The request came too slowly", "Send it again."),
    413: ("too_large", "Too large", "Send less at a time."),
    415: ("media_type", "Not a kind of content that is taken here", "Send application/json."),
}

_CORRECT = "Correct the field; the reference of the API says what it takes."
# Where the checker's own words say how it checks instead of what to do.
_PLAINER = {
    "missing": ("is missing", "Add it; the reference of the API says what the request takes."),
    "string_pattern_mismatch": ("doesn't have the form of one", "Copy it from a list, letter by letter."),
    "uuid_parsing": ("is no id", "Copy it from a list, letter by letter."),
}


def problem(request_id: str, status: int, code: str, title: str, **more: Any) -> JSONResponse:
    """The answer itself; `more` are detail, hint, entry and field."""
    body = Problem(type=f"/errors/{code}", title=title, status=status, code=code, request_id=request_id, **more)
    return JSONResponse(body.model_dump(mode="json"), status_code=status, media_type=MEDIA_TYPE)


def of_error(request_id: str, error: BrightlineError) -> JSONResponse:
    """An error of the tree. A status of 500 says nothing but the request id, whatever the error says."""
    if error.http_status >= 500 and error.http_status != 503:
        return internal(request_id)
    field = error.field if isinstance(error, BadInput) else None
    answer = problem(
        request_id,
        error.http_status,
        error.code,
        error.title,
        detail=error.detail,
        hint=error.hint,
        entry=error.entry,
        field=field,
    )
    if isinstance(error, Busy | Locked):
        answer.headers["Retry-After"] = str(error.retry_after)
    return answer


def internal(request_id: str) -> JSONResponse:
    """A fault of ours: never a traceback, a query or a name."""
    return problem(
        request_id,
        500,
        "internal",
        "Something went wrong here",
        detail="The server met a fault. Nothing of it is told here.",
        hint=f"Give the request id {request_id} to whoever runs this installation.",
    )


def of_status(request_id: str, status: int, detail: str = "") -> JSONResponse:
    """What the framework refuses by itself: no such path, no such method, a body that can't be read."""
    code, title, hint = _BY_STATUS.get(status, ("error", "The request can't be taken", ""))
    return problem(request_id, status, code, title, detail=detail or f"{title}.", hint=hint)


def of_validation(request_id: str, error: RequestValidationError) -> JSONResponse:
    """The first field at fault by name. The value isn't repeated: it may be a password."""
    first = error.errors()[0]
    parts = [str(part) for part in first.get("loc", ()) if part not in ("body", "query", "path", "header")]
    if first.get("type") == "json_invalid":
        return of_status(request_id, 400, "The body isn't JSON.")
    field = ".".join(parts) or "body"
    message = str(first.get("msg", "can't be taken as it is")).removeprefix("Value error, ")
    message, hint = _PLAINER.get(str(first.get("type")), (message, _CORRECT))
    return problem(
        request_id,
        422,
        "bad_input",
        BadInput.title,
        detail=f"{field}: {message}",
        hint=hint,
        field=field,
    )


def request_id_of(request: Request) -> str:
    """The id that the outermost layer gave this request."""
    return str(request.scope.get("brightline.request_id", "unknown"))


def install(app: FastAPI) -> None:
    """Register the map. Handlers answer; they don't decide."""

    @app.exception_handler(BrightlineError)
    async def _known(request: Request, error: BrightlineError) -> JSONResponse:
        request_id = request_id_of(request)
        if error.http_status >= 500:
            log.warning("request %s: %s (%s)", request_id, error.code, error.detail)
        return of_error(request_id, error)

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        return of_validation(request_id_of(request), error)

    @app.exception_handler(HTTPException)
    async def _framework(request: Request, error: HTTPException) -> JSONResponse:
        return of_status(request_id_of(request), error.status_code)

    @app.exception_handler(Exception)
    async def _fault(request: Request, error: Exception) -> JSONResponse:
        # The framework raises it again after this answer, and the guard writes it to the log.
        return internal(request_id_of(request))


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The error answers of an endpoint, for OpenAPI."""
    words = {
        400: "The body can't be read.",
        401: "No live session.",
        403: "Refused by the line; the reason is in the ledger.",
        404: "Absent or hidden: the two are told alike.",
        409: "The object is in a state that doesn't allow this.",
        413: "Too large.",
        422: "A field can't be taken as it is.",
        429: "Too many from here; Retry-After says when.",
        503: "A part isn't running.",
    }
    return {
        status: {
            "model": Problem,
            "description": words[status],
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in statuses
    }
