"""HTTP to the API, and its problem documents back as the house's errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import httpx

from brightline.model.errors import (
    BadInput,
    BrightlineError,
    Conflict,
    InputFaults,
    Locked,
    Missing,
    NotRunning,
    Refused,
    TooOften,
    Unauthenticated,
    VerificationFailed,
)
from brightline.wiring.seen import Seen, place

PREFIX = "/api/v1"
_TIMEOUT = httpx.Timeout(60.0, connect=5.0)


class ServerFault(NotRunning):
    """The server answers, but it met a fault of its own."""

    title = "The server met a fault"


_BY_CODE: Mapping[str, type[BrightlineError]] = {
    InputFaults.default_code: InputFaults,
    VerificationFailed.default_code: VerificationFailed,
    Locked.default_code: Locked,
}
_BY_STATUS: Mapping[int, type[BrightlineError]] = {
    401: Unauthenticated,
    403: Refused,
    404: Missing,
    408: NotRunning,
    409: Conflict,
    429: TooOften,
    500: ServerFault,
    502: NotRunning,
    503: NotRunning,
    504: NotRunning,
}


class Client:
    """One command's connection. `send` answers the decoded document, or raises an error of the tree."""

    def __init__(self, url: str, token: str | None, transport: httpx.BaseTransport | None = None) -> None:
        self.url = url
        self.signed_in = token is not None
        self.seen = Seen(place(url, token or ""))
        headers = {"X-Brightline": "1", "User-Agent": f"brightline-cli/{uuid4().hex[:8]}"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        self._http = httpx.Client(base_url=url, headers=headers, timeout=_TIMEOUT, transport=transport)

    def send(self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **more: Any) -> Any:
        """One request under the API's prefix; `more` are httpx's json, params, files."""
        answer = self.raw(method, path, headers=headers, **more)
        return answer.json() if answer.content else None

    def raw(self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **more: Any) -> httpx.Response:
        """The same with the answer as it came, for content that isn't JSON."""
        try:
            answer = self._http.request(method, f"{PREFIX}{path}", headers=headers, **more)
        except httpx.TimeoutException as error:
            raise NotRunning(f"{self.url} doesn't answer in time.", hint="See `brightline status`.") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise NotRunning(
                f"Nothing answers at {self.url}.",
                hint="Start it with `brightline up`, or set BRIGHTLINE_URL.",
                code="unreachable",
            ) from error
        if answer.is_success:
            return answer
        raise _error(answer)

    def close(self) -> None:
        """Give the connection back."""
        self._http.close()


def _error(answer: httpx.Response) -> BrightlineError:
    try:
        problem = answer.json()
        code, detail, hint = str(problem["code"]), str(problem["detail"]), str(problem.get("hint", ""))
    except (ValueError, KeyError, TypeError):
        return NotRunning(
            f"{answer.url.host} answers {answer.status_code}, but not as Brightline does.",
            hint="Check BRIGHTLINE_URL.",
            code="not_brightline",
        )
    kind = _BY_CODE.get(code) or _BY_STATUS.get(answer.status_code)
    if kind is None:
        bad = BadInput(str(problem.get("field") or "request"), detail, hint, code=code)
        bad.detail = detail
        return bad
    return kind(detail, hint=hint, code=code, entry=problem.get("entry"))
