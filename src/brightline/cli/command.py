"""How a command is made: the options every command has, who it works as, and how its errors end.

A command is a plain function whose first parameter is `Work`. `command` adds `--json` and `--jsonl` to it, and, as
far as its kind needs them, `--purpose`, `--inquiry` and `--reason`, so that no command can forget them.
"""

from __future__ import annotations

import functools
import inspect
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Annotated, Any
from urllib.parse import quote
from uuid import uuid4

import httpx
import typer

from brightline.cli import tokens
from brightline.cli.client import Client
from brightline.cli.local import processes
from brightline.cli.output import Printer, complain
from brightline.model.errors import BadInput, BrightlineError, Refused, Unauthenticated
from brightline.wiring.seen import NAMES
from brightline.wiring.settings import Settings, load

Limit = Annotated[int, typer.Option("--limit", min=1, max=200)]
Offset = Annotated[int, typer.Option("--offset", min=0, max=10_000)]
Wait = Annotated[bool, typer.Option("--wait/--no-wait", help="Wait until the worker has taken it in.")]
SENDING = httpx.Timeout(900.0, connect=5.0)
"""For a file of gigabytes, which the other side writes down and hashes before it answers."""


def looks() -> Iterator[float]:
    """Seconds between two looks at what the worker does. Each look is an entry of the log, so the pauses grow."""
    pause = 0.2
    while True:
        yield pause
        pause = min(pause * 1.3, 5.0)


_UNTAKEN = 120.0


class Kind(Enum):
    """What a command needs."""

    LOCAL = "works on this machine, without signing in"
    OPEN = "talks to the API, without a purpose"
    DESK = "works at one of your desks, or under --purpose"
    CONTENT = "reads content: needs --purpose and an inquiry"


@dataclass(kw_only=True)
class Work:
    """One command at work: its connection, its purpose, its printer."""

    settings: Settings
    out: Printer
    kind: Kind
    roles: tuple[str, ...] = ()
    purpose: str | None = None
    inquiry: str | None = None
    reason: str | None = None
    _client: Client | None = None
    _me: dict[str, Any] | None = None
    _headers: dict[str, str] = field(default_factory=dict)
    _just_read: str = ""

    @property
    def url(self) -> str:
        """The API's address: the one that was named, else where this home's runs, which may be the next free port."""
        home = self.settings.find_home()
        port = None if self.settings.url else processes.port_of_api(home)
        return f"http://{self.settings.host}:{port}" if port else self.settings.base_url

    @property
    def client(self) -> Client:
        """The connection, made when it is first needed."""
        if self._client is None:
            url = self.url
            token = tokens.find(self.settings, url) if self.kind is not Kind.LOCAL else None
            self._client = Client(url, token)
        return self._client

    def get(self, path: str, /, **params: Any) -> Any:
        """GET under the command's purpose; parameters that are None are left out."""
        return self._send("GET", path, params={k: v for k, v in params.items() if v is not None})

    def ask(self, path: str, /, **words: Any) -> Any:
        """POST that reads: what is asked for stands in the body, since addresses are listed and kept by others."""
        self._must_be_signed_in()
        asked = {k: v for k, v in words.items() if v is not None}
        return self.client.send("POST", path, headers=dict(self.headers()), json=asked)

    def every(self, path: str) -> Iterator[dict[str, Any]]:
        """The items of a whole list, page by page."""
        offset = 0
        while True:
            found = self.get(path, limit=200, offset=offset)
            yield from found["items"]
            if not found["more"]:
                return
            offset += 200

    def post(self, path: str, body: Mapping[str, Any] | None = None, **more: Any) -> Any:
        """POST under the command's purpose."""
        if "files" in more:
            return self._send("POST", path, **more)
        return self._send("POST", path, json=dict(body or {}), **more)

    def put(self, path: str, body: Mapping[str, Any]) -> Any:
        """PUT under the command's purpose."""
        return self._send("PUT", path, json=dict(body))

    def delete(self, path: str) -> Any:
        """DELETE under the command's purpose."""
        return self._send("DELETE", path)

    def raw(self, path: str) -> bytes:
        """The bytes behind a path."""
        self._must_be_signed_in()
        return self.client.raw("GET", path, headers=self.headers()).content

    def me(self) -> dict[str, Any]:
        """Who is signed in, asked once."""
        if self._me is None:
            self._must_be_signed_in()
            self._me = self.client.send("GET", "/me")
        return self._me

    def headers(self) -> dict[str, str]:
        """X-Purpose and X-Inquiry, settled at the first request."""
        if not self._headers and self.kind in {Kind.DESK, Kind.CONTENT}:
            purpose = self._purpose()
            self._headers["X-Purpose"] = purpose
            inquiry = self._inquiry(purpose)
            if inquiry:
                self._headers["X-Inquiry"] = inquiry
        return self._headers

    def under(self, number: str) -> None:
        """Work under the case itself when one is of it, else at a desk."""
        if self.purpose is None and not self._headers:
            keys = {purpose["key"] for purpose in self.me()["purposes"]}
            self.purpose = number if number in keys else None

    def file_of(self, path: str) -> httpx.Response:
        """POST under the command's purpose for a file: the answer as it came."""
        answer = self.client.raw("POST", path, headers=self._acting("POST", path))
        self._say_read(done=True)
        return answer

    def _send(self, method: str, path: str, **more: Any) -> Any:
        """One request. What changes something is done once, and on what was shown: it says what that was."""
        body = more.get("json")
        answer = self.client.send(method, path, headers=self._acting(method, path, body), **more)
        self.client.seen.remember(method, path, body, answer)
        self._say_read(done=True)
        return answer

    def _acting(self, method: str, path: str, body: Any = None) -> dict[str, str]:
        """The headers of one request. What it changes and nobody was shown here is read now, and told in one line."""
        self._must_be_signed_in()
        headers = dict(self.headers())
        if method != "GET":
            headers["Idempotency-Key"] = uuid4().hex
            shown, read = self.client.seen.before(method, path, body, self._read)
            self._just_read = _state(read) if read else ""
            self._say_read(done=False)
            if shown:
                headers["X-Seen"] = shown
        return headers

    def _say_read(self, *, done: bool) -> None:
        """What was read just now, in a line: for people before it is acted on. For scripts after it was done, since of
        an error they read the error stream as one document."""
        if self._just_read and self.out.for_people != done:
            self.out.aside(f"Read just now: {self._just_read}.")
            self._just_read = ""

    def _read(self, page: str) -> Any:
        """A page that shows what the command is about to change; None where it isn't shown here: the act says why."""
        try:
            return self.client.send("GET", page, headers=dict(self.headers()))
        except BrightlineError:
            return None

    def _must_be_signed_in(self) -> None:
        if not self.client.signed_in:
            raise Unauthenticated("Nobody is signed in here.", hint="Run `brightline login`, or set BRIGHTLINE_TOKEN.")

    def _purpose(self) -> str:
        if self.purpose:
            return self.purpose
        if self.kind is Kind.CONTENT:
            raise BadInput(
                "--purpose", "is missing.", "Name the case to work under: --purpose CASE, or set BRIGHTLINE_PURPOSE."
            )
        for wanted in self.roles:
            for purpose in self.me()["purposes"]:
                if purpose["kind"] in {"desk", "oversight"} and purpose["role"] == wanted:
                    return str(purpose["key"])
        raise Refused(
            f"None of your desks is one of: {', '.join(self.roles)}.",
            hint="An administrator gives roles: brightline role add ACCOUNT UNIT ROLE.",
            code="no_desk",
        )

    def _inquiry(self, purpose: str) -> str | None:
        if self.reason:
            opened = self.client.send("POST", "/inquiries", json={"purpose": purpose, "reason": self.reason})
            return str(opened["id"])
        return self.inquiry


def _state(read: Mapping[str, Any]) -> str:
    """What a command acts on, in one line: its number, its name where it has one, its state."""
    # Its own number before its case's.
    named = [key for key in NAMES if key not in {"id", "case"}]
    found = next(((key, read[key]) for key in [*named, "case"] if read.get(key)), None)
    name = (" ".join(map(str, found)) if isinstance(found[1], int) else found[1]) if found else None
    title = next((read[key] for key in ("title", "recipient", "reason") if read.get(key)), None)
    state = read.get("state")
    told = ", ".join(str(part).rstrip(".") for part in (name, title) if part) or str(read.get("id", "it"))
    return f"{told}: {str(state).replace('_', ' ')}" if state else told


def segment(text: str) -> str:
    """A value as one segment of an address."""
    return quote(text, safe="")


_JSON = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]
_LINES = Annotated[bool, typer.Option("--jsonl", help="JSON Lines, for lists.")]
_PURPOSE = Annotated[
    str | None, typer.Option("--purpose", help="Case, desk or oversight task to work under.", metavar="KEY")
]
_INQUIRY = Annotated[str | None, typer.Option("--inquiry", help="Id of an open inquiry.", metavar="ID")]
_REASON = Annotated[
    str | None, typer.Option("--reason", help="Opens an inquiry: one sentence that says why.", metavar="TEXT")
]


def _options(kind: Kind, taken: frozenset[str]) -> dict[str, Any]:
    options: dict[str, Any] = {"as_json": _JSON, "as_lines": _LINES}
    if kind in {Kind.DESK, Kind.CONTENT}:
        options["purpose"] = _PURPOSE
        options["inquiry"] = _INQUIRY
        if "reason" not in taken:
            options["reason"] = _REASON
    return {name: option for name, option in options.items() if name not in taken}


def command(
    app: typer.Typer, name: str, kind: Kind = Kind.OPEN, *roles: str
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a function as a command of its kind; for a desk, `roles` in the order in which desks are tried."""

    def register(function: Callable[..., None]) -> Callable[..., None]:
        signature = inspect.signature(function, eval_str=True)
        own = [parameter for key, parameter in signature.parameters.items() if key != "work"]
        added = _options(kind, frozenset(parameter.name for parameter in own))
        defaults = {"as_json": False, "as_lines": False}
        extra = [
            inspect.Parameter(key, inspect.Parameter.KEYWORD_ONLY, default=defaults.get(key), annotation=annotation)
            for key, annotation in added.items()
        ]

        @functools.wraps(function)
        def run(**given: Any) -> None:
            common = {key: given.pop(key) for key in added}
            _perform(function, kind, roles, common, given)

        ordered = sorted(own, key=lambda parameter: parameter.default is not inspect.Parameter.empty)
        plain = [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in ordered]
        run.__signature__ = signature.replace(parameters=[*plain, *extra])  # type: ignore[attr-defined]
        run.__annotations__ = {parameter.name: parameter.annotation for parameter in [*plain, *extra]}
        del run.__wrapped__  # or the added options would be overlooked
        app.command(name)(run)
        return function

    return register


def _perform(
    function: Callable[..., None], kind: Kind, roles: tuple[str, ...], common: dict[str, Any], given: dict[str, Any]
) -> None:
    out = Printer(as_json=bool(common["as_json"]), as_lines=bool(common["as_lines"]))
    work = None
    try:
        settings = load()
        work = Work(
            settings=settings,
            out=out,
            kind=kind,
            roles=roles,
            purpose=common.get("purpose") or settings.purpose,
            inquiry=common.get("inquiry") or settings.inquiry,
            reason=common.get("reason"),
        )
        function(work, **given)
    except BrightlineError as error:
        complain(error, as_json=not out.for_people)
        raise typer.Exit(error.exit_code) from error
    finally:
        if work is not None and work._client is not None:
            work._client.close()


def taken_in(
    work: Work, found: dict[str, Any], again: Callable[[], dict[str, Any]], *, wait: bool = True
) -> dict[str, Any]:
    """What the worker is to take in, looked at again until that has ended.

    As it stands where nobody is to wait, or where the worker hasn't begun with it in two minutes: it goes on by itself.
    """
    begun = time.monotonic()
    with work.out.progress("Taking in") as step:
        for pause in looks():
            over = found["state"] in ("done", "failed")
            if over or not wait or (found["state"] == "waiting" and time.monotonic() - begun > _UNTAKEN):
                return found
            step(found["state"], found["rows"] / found["total"] if found["total"] else None)
            time.sleep(pause)
            found = again()
    return found


def still_waits(found: Mapping[str, Any], told_by: str) -> str:
    """What to say of a file that isn't taken in yet."""
    begun = "The worker is at it" if found["state"] == "running" else "It waits for the worker"
    return f"{begun}; `{told_by}` tells when it is taken in. `brightline status` says whether the worker is alive."
