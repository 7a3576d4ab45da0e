"""The demo's way into the product: the HTTP API, as any user. It knows no other door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from brightline.model.errors import BrightlineError, Conflict, Missing, NotRunning, Refused, Unauthenticated
from brightline.wiring.seen import Seen

_KINDS: dict[int, type[BrightlineError]] = {
    401: Unauthenticated,
    403: Refused,
    404: Missing,
    409: Conflict,
    503: NotRunning,
}
_PREFIX = "/api/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Under:
    """As whom, under which purpose and inquiry a call is made."""

    account: str
    purpose: str | None = None
    inquiry: str | None = None


class Door:
    """Calls of several accounts through one client; each account signs in once."""

    def __init__(self, client: httpx.Client, password: str) -> None:
        self._client, self._password = client, password
        self._tokens: dict[str, str] = {}
        self._seen: dict[str, Seen] = {}
        self._inquiries: dict[tuple[str, str, str], str] = {}

    def get(self, under: Under, path: str, **params: Any) -> Any:
        found = self._send("GET", path, self._headers(under), params=params)
        self._seen_by(under).remember("GET", path, None, found)
        return found

    def ask(self, under: Under, path: str, **words: Any) -> Any:
        """POST that reads: words stand in no address."""
        return self._send("POST", path, self._headers(under), json=words)

    def post(self, under: Under, path: str, body: dict[str, Any] | None = None) -> Any:
        return self._change("POST", under, path, json=body or {})

    def put(self, under: Under, path: str, body: dict[str, Any]) -> Any:
        return self._change("PUT", under, path, json=body)

    def upload(self, under: Under, path: str, name: str, content: bytes) -> Any:
        """Send the document that a case's predicate rests on."""
        file = {"file": (name, content, "text/plain")}
        return self._send("POST", path, self._headers(under), files=file, data={"purpose": "predicate"})

    def send_file(self, under: Under, path: str, name: str, content: bytes, data: dict[str, str]) -> Any:
        """Send a table with what the form says of it."""
        return self._send("POST", path, self._headers(under), files={"file": (name, content, "text/csv")}, data=data)

    def fetch(self, under: Under, path: str) -> bytes:
        """POST for a file."""
        return self._decided("POST", under, path, json={}).content

    def table(self, under: Under, path: str, name: str, content: bytes, **fields: str) -> Any:
        """Send a table as a file."""
        file = {"file": (name, content, "text/csv")}
        return self._send("POST", path, self._headers(under), files=file, data=fields)

    def attach(self, under: Under, path: str, name: str, content: bytes) -> Any:
        """Put a further document into a case; what it is, its bytes say."""
        file = {"file": (name, content, "application/octet-stream")}
        return self._send("POST", path, self._headers(under), files=file, data={"purpose": "other"})

    def open_call(self, path: str, body: dict[str, Any]) -> Any:
        """A call that nobody needs to be signed in for: the first setup."""
        return self._send("POST", path, {"X-Brightline": "1"}, json=body)

    def own(self, account: str, once: str) -> None:
        """Change a new account's first password to its own; done already where a load that was killed did it."""
        try:
            token = self._sign_in(account, once)
        except Unauthenticated:
            self._tokens[account] = self._sign_in(account, self._password)
            return
        bearer = {"Authorization": f"Bearer {token}", "X-Brightline": "1"}
        self._send("POST", "/session/password", bearer, json={"old": once, "new": self._password})

    def inquiry(self, account: str, purpose: str, reason: str) -> Under:
        """The account at work under a purpose, with an inquiry opened for this reason, or the one that is open still.

        A load that was killed may have opened it already; the same reason a second time is refused (rule 40).
        """
        key = (account, purpose, reason)
        if key not in self._inquiries:
            under = Under(account=account, purpose=purpose)
            mine = self.get(under, "/me")["purposes"]
            standing = [one["inquiry"] for one in mine if one["key"] == purpose and one.get("inquiry")]
            opened = standing[0] if standing else None
            if opened is None or opened["reason"] != reason:
                opened = self._opened(under, reason)
            self._inquiries[key] = str(opened["id"])
        return Under(account=account, purpose=purpose, inquiry=self._inquiries[key])

    def _opened(self, under: Under, reason: str) -> Any:
        """A new inquiry. A load that goes on hours later says that it goes on: repeats are refused."""
        try:
            return self.post(under, "/inquiries", {"purpose": under.purpose, "reason": reason})
        except BrightlineError as refusal:
            if not refusal.code.startswith("reason"):
                raise
            again = f"{reason} Taken up again at {datetime.now(UTC):%Y-%m-%d %H:%M:%S}."
            return self.post(under, "/inquiries", {"purpose": under.purpose, "reason": again})

    def close(self) -> None:
        """Sign everybody out again."""
        for account in list(self._tokens):
            self._send("DELETE", "/session", self._headers(Under(account=account)))
            del self._tokens[account]

    def _headers(self, under: Under) -> dict[str, str]:
        headers = {"Authorization": f"Bearer {self.token(under.account)}", "X-Brightline": "1"}
        if under.purpose:
            headers["X-Purpose"] = under.purpose
        if under.inquiry:
            headers["X-Inquiry"] = under.inquiry
        return headers

    def token(self, account: str) -> str:
        """Its session, opened when it is first needed."""
        if account not in self._tokens:
            self._tokens[account] = self._sign_in(account, self._password)
        return self._tokens[account]

    def _sign_in(self, account: str, password: str) -> str:
        return str(self._send("POST", "/session", {"X-Brightline": "1"}, json=_signing(account, password))["token"])

    def _send(self, method: str, path: str, headers: dict[str, str], **content: Any) -> Any:
        answer = self._answer(method, path, headers, **content)
        return answer.json() if answer.content else None

    def _change(self, method: str, under: Under, path: str, **content: Any) -> Any:
        body = content.get("json")
        found = self._decided(method, under, path, **content)
        answer = found.json() if found.content else None
        self._seen_by(under).remember(method, path, body, answer)
        return answer

    def _decided(self, method: str, under: Under, path: str, **content: Any) -> httpx.Response:
        """A change, on what this account has read; where somebody else changed that since, it reads again, as anybody
        has to."""
        try:
            return self._answer(method, path, self._reading(method, under, path, content.get("json")), **content)
        except Conflict as refusal:
            if refusal.code != "changed" or not self._seen.pop(under.account, None):
                raise
        return self._answer(method, path, self._reading(method, under, path, content.get("json")), **content)

    def _reading(self, method: str, under: Under, path: str, body: Any = None) -> dict[str, str]:
        """The headers of a change. What it changes was shown to this account, or is read just before: nobody decides
        unread, this one neither."""
        headers = self._headers(under)
        revision, _ = self._seen_by(under).before(method, path, body, lambda page: self._read(page, headers))
        return headers | ({"X-Seen": revision} if revision else {})

    def _seen_by(self, under: Under) -> Seen:
        return self._seen.setdefault(under.account, Seen())

    def _read(self, page: str, headers: dict[str, str]) -> Any:
        try:
            return self._send("GET", page, headers)
        except BrightlineError:
            return None

    def _answer(self, method: str, path: str, headers: dict[str, str], **content: Any) -> httpx.Response:
        try:
            answer = self._client.request(method, _PREFIX + path, headers=headers, **content)
        except httpx.TransportError as fault:
            raise NotRunning(f"{method} {path}: {fault}", hint="Is the server up? brightline status says.") from fault
        if answer.status_code >= 400:
            raise _error(method, path, answer)
        return answer


def _error(method: str, path: str, answer: httpx.Response) -> BrightlineError:
    """The API's problem as one of the tree's errors, saying which call met it."""
    try:
        problem = answer.json()
    except ValueError:
        problem = {}
    kind = _KINDS.get(answer.status_code, BrightlineError)
    detail = f"{method} {path}: {problem.get('detail') or answer.status_code}"
    return kind(detail, hint=str(problem.get("hint") or ""), code=str(problem.get("code") or ""))


def _signing(account: str, password: str) -> dict[str, Any]:
    return {"account": account, "password": password, "cookie": False}
