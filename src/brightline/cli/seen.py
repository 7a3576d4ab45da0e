"""Which revision of a thing was shown last: what is decided afterwards names it, so that nothing unread is decided.

A file beside the token's, for this address and account; it holds addresses and digests, no content.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import platformdirs

# By which of its fields an address names a thing.
NAMES = (
    "id", "number", "case", "item", "operation", "disclosure", "bulk", "restriction", "purge", "crossing", "glass",
    "watch", "workspace",
)  # fmt: skip
MOST = 500


def place(url: str, token: str) -> Path:
    """The file of this address and session."""
    folder = Path(platformdirs.user_config_dir("brightline", appauthor=False))
    return folder / f"seen-{hashlib.sha256(f'{url} {token}'.encode()).hexdigest()[:12]}.json"


class Seen:
    """What this session was shown."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._known: dict[str, str] = dict(json.loads(path.read_text()))
        except (OSError, ValueError, TypeError):
            self._known = {}

    def of(self, method: str, path: str) -> str | None:
        """The revision of what a request changes, where it was shown."""
        thing = thing_of(method, path)
        return self._known.get(thing) if thing else None

    def remember(self, method: str, path: str, document: Any) -> None:
        """Keep the revisions that an answer shows."""
        found = dict(_revisions(method, path.split("?")[0], document))
        if not found:
            return
        self._known = dict([*((k, v) for k, v in self._known.items() if k not in found), *found.items()][-MOST:])
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        with contextlib.suppress(OSError):
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
                json.dump(self._known, out)
            draft.replace(self._path)


def thing_of(method: str, path: str) -> str | None:
    """The address of what a request changes: its own, or for `POST THING/VERB` the thing's. A list is no verb."""
    plain = path.split("?")[0]
    if method != "POST":
        return plain
    thing, _, verb = plain.rpartition("/")
    return None if verb.endswith("s") or verb == "evidence" else thing


def _revisions(method: str, path: str, document: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(document, dict):
        return
    if document.get("revision"):
        where = thing_of(method, path) if method != "GET" else path
        if where is not None:
            yield where, str(document["revision"])
    for rows in document.values():
        for row in rows if isinstance(rows, list) else ():
            if isinstance(row, dict) and row.get("revision"):
                for name in NAMES:
                    if isinstance(row.get(name), str | int):
                        yield f"{path}/{quote(str(row[name]), safe='')}", str(row["revision"])
