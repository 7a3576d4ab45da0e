"""Which revision of a thing was shown last: what is decided afterwards names it, so that nothing unread is decided.

A file beside the token's, for this address and account; it holds digests of addresses and of what they show, nothing
else. What wasn't shown is read just before the act, by the page named here (`page_of`). The browser's part keeps the
same table (`web/src/api/acts.ts`); a test compares the two, and both with the API.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import platformdirs

# By which of its fields an address names a thing.
NAMES = (
    "id", "number", "case", "item", "operation", "disclosure", "bulk", "restriction", "purge", "crossing", "glass",
    "watch", "workspace", "proposal", "version", "name", "programme", "lead", "referral", "hold", "flag", "place",
    "run", "class",
)  # fmt: skip
# What is shown with a revision, and the pages that show it; `*` is one part of an address, {1} the second one.
PAGES: Mapping[str, tuple[str, ...]] = {
    "accounts/*": ("accounts/{1}",),
    "bulk/*": ("bulk/{1}",),
    "cases/*": ("cases/{1}",),
    "cases/*/evidence/*": ("cases/{1}/evidence/{3}",),
    "cases/*/items/*": ("cases/{1}",),
    "cases/*/reports/*": ("cases/{1}/reports/{3}",),
    "cases/*/tasks/*": ("cases/{1}/tasks",),
    "clearances/*": ("clearances",),
    "crossings/*": ("crossings/{1}",),
    "disclosures/*": ("disclosures/{1}",),
    "glass/*": ("glass",),
    "leads/*": ("leads/{1}",),
    "leavers/*": ("leavers",),
    "operations/*": ("operations/{1}",),
    "operations/holds/*": ("operations/holds",),
    "oversight/flags/*": ("oversight/flags/{2}",),
    "oversight/samples/*/*": ("oversight/samples/{2}",),
    "programmes/*": ("programmes",),
    "proposals/*": ("proposals/{1}",),
    "referrals/*": ("referrals/{1}",),
    "restrictions/*": ("restrictions",),
    "retention/holds/*": ("retention/holds",),
    "retention/log/*": ("retention/log",),
    "retention/purges/*": ("retention/purges/{2}",),
    "roles/*/*/*": ("roles?account={1}", "roles/due?days=366"),
    "rulebook": ("rulebook",),
    "rulebook/versions/*": ("rulebook/versions/{2}",),
    "runs/*": ("runs/{1}",),
    "schedules/*": ("schedules",),
    "watches/*": ("watches",),
    "workspaces/*": ("workspaces/{1}",),
}
# Acts whose address isn't THING/VERB, by the thing that they change; {account} is a part of what they bring.
PARTS: Mapping[str, str] = {
    "accounts/*/factors/reset": "accounts/{1}",
    "bulk/hits/*": "",
    "cases/*/authorities": "cases/{1}",
    "cases/*/items/remove": "cases/{1}/items/{id}",
    "cases/*/items/role": "cases/{1}/items/{id}",
    "cases/*/members": "cases/{1}",
    "cases/*/members/*/remove": "cases/{1}",
    "disclosures/*/notices/*/confirm": "disclosures/{1}",
    "leads/*/checks": "leads/{1}",
    "oversight/flags/*": "oversight/flags/{2}",
    "oversight/samples/*/*": "oversight/samples/{2}/{3}",
    "programmes": "programmes/{programme}",
    "roles/confirm": "roles/{account}/{unit}/{role}",
    "roles/end": "roles/{account}/{unit}/{role}",
    "rulebook/versions": "rulebook",
    "watches/*": "watches/{1}",
}
# What is added to a thing, or asked beside it, and changes nothing of what it says.
BESIDE = ("deconflict", "diff", "evidence", "related", "run", "sample")
# Lists whose rows are addressed otherwise than by the list.
ROWS: Mapping[str, str] = {
    "custody": "cases/{case}/evidence/{item}",
    "feeds/*": "runs/{run}",
    "feeds/*/runs": "runs/{run}",
    "roles": "roles/{account}/{unit}/{role}",
    "roles/due": "roles/{account}/{unit}/{role}",
}
MOST = 500
_PROGRAMME = re.compile(r"^programme:\s*[\"']?([a-z0-9][a-z0-9-]*)", re.IGNORECASE | re.MULTILINE)


def place(url: str, token: str) -> Path:
    """The file of this address and session."""
    folder = Path(platformdirs.user_config_dir("brightline", appauthor=False))
    return folder / f"seen-{hashlib.sha256(f'{url} {token}'.encode()).hexdigest()[:12]}.json"


class Seen:
    """What this session was shown: kept in a file, or for as long as this lives."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        try:
            self._known: dict[str, str] = dict(json.loads(path.read_text())) if path else {}
        except (OSError, ValueError, TypeError):
            self._known = {}

    def before(self, method: str, path: str, body: Any, read: Callable[[str], Any]) -> tuple[str | None, Any]:
        """(revision to name, what was read for it now) of a request; `read` fetches a page, None where it can't."""
        thing = thing_of(method, path, body)
        if thing is None or self._mark(thing) in self._known:
            return self._known.get(self._mark(thing or "")), None
        for page in pages_of(thing):
            document = read(page)
            self.remember("GET", page, None, document)
            if found := self._known.get(self._mark(thing)):
                return found, _row(page.split("?")[0], thing, document)
        return None, None

    def know(self, thing: str, revision: str) -> None:
        """Somebody says which revision they have read."""
        self._known[self._mark(thing)] = revision

    def remember(self, method: str, path: str, body: Any, document: Any) -> None:
        """Keep the revisions that an answer shows; what was changed and not shown again isn't known any more."""
        thing = thing_of(method, path, body) if method != "GET" else None
        where = thing if method != "GET" else path.split("?")[0]
        found = {self._mark(name): revision for name, revision in _revisions(where, method, path, document)}
        changed = self._mark(thing) if thing else None
        if not found and changed not in self._known:
            return
        kept = {k: v for k, v in self._known.items() if k not in found and k != changed}
        self._known = dict([*kept.items(), *found.items()][-MOST:])
        self._write()

    def _mark(self, thing: str) -> str:
        """What stands in the file for an address: a case's item may be named by a row's key, and that be a person's."""
        return hashlib.sha256(f"{self._path.stem if self._path else ''} {thing}".encode()).hexdigest()[:32]

    def _write(self) -> None:
        if self._path is None:
            return
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        with contextlib.suppress(OSError):
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
                json.dump(self._known, out)
            draft.replace(self._path)


def thing_of(method: str, path: str, body: Any = None) -> str | None:
    """The address of what a request changes, where that has a revision: THING itself, or that of THING/VERB."""
    parts = path.split("?")[0].strip("/").split("/")
    if method == "POST":
        for act, thing in PARTS.items():
            if _fits(act, parts):
                return _filled(thing, parts, body)
        if parts[-1].endswith("s") or parts[-1] in BESIDE:
            return None
        parts = parts[:-1]
    return "/" + "/".join(parts) if _is_thing(parts) else None


def pages_of(thing: str) -> list[str]:
    """The pages that show a thing with its revision; the first that does is enough."""
    parts = thing.strip("/").split("/")
    pages = next(pages for form, pages in PAGES.items() if _fits(form, parts))
    return [_whole("/" + page.format(*parts), thing) for page in pages]


def _whole(page: str, thing: str) -> str:
    """Of a list as many rows as there may be at once."""
    return page if page == thing else f"{page}{'&' if '?' in page else '?'}limit=200"


def _is_thing(parts: list[str]) -> bool:
    return any(_fits(thing, parts) for thing in PAGES)


def _fits(form: str, parts: list[str]) -> bool:
    wanted = form.split("/")
    return len(wanted) == len(parts) and all(a in ("*", b) for a, b in zip(wanted, parts, strict=True))


def _filled(thing: str, parts: list[str], body: Any) -> str | None:
    brought = {key: quote(str(part), safe="") for key, part in body.items()} if isinstance(body, dict) else {}
    if named := _PROGRAMME.search(str(body.get("text", "")) if isinstance(body, dict) else ""):
        brought["programme"] = named.group(1).lower()
    try:
        return "/" + thing.format(*parts, **brought) if thing else None
    except KeyError:
        return None


def _row(page: str, thing: str, document: Any) -> Any:
    """Of a list the row of that thing; else the document."""
    if page == thing:
        return document
    for name, row in _rows(document):
        if thing in _addresses(page, name, row):
            return row
    return document


def _rows(document: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, rows in document.items():
        for row in rows if isinstance(rows, list) else ():
            if isinstance(row, dict) and row.get("revision"):
                yield name, row


def _names(row: Mapping[str, Any]) -> list[str]:
    return [quote(str(row[name]), safe="") for name in NAMES if isinstance(row.get(name), str | int)]


def _addresses(path: str, listed: str, row: dict[str, Any]) -> list[str]:
    """What a row may be addressed as: PAGE/ROW, or PAGE/LIST/ROW where the page has more than one list."""
    if form := next((form for rows, form in ROWS.items() if _fits(rows, path.strip("/").split("/"))), None):
        return [one] if (one := _filled(form, [], row)) else []
    found = [f"{place}/{name}" for name in _names(row) for place in (path, f"{path}/{listed}")]
    return [one for one in found if _is_thing(one.strip("/").split("/"))]


def _revisions(where: str | None, method: str, path: str, document: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(document, dict):
        return
    # A change may answer with another thing than the one it was about: a lead's associate becomes a lead of its own.
    its_own = method == "GET" or (where or "").rsplit("/", 1)[-1] in _names(document)
    if document.get("revision") and where is not None and its_own:
        yield where, str(document["revision"])
    for name, row in _rows(document):
        for address in _addresses(path.split("?")[0], name, row):
            yield address, str(row["revision"])
