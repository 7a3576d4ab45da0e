"""From a message to a row of the table: what is copied out of head and body so that overseers can ask."""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from brightline.ledger.errors import MalformedNote
from brightline.ledger.leaf import SALT_SIZE, Message
from brightline.ledger.wal import Emitted, lsn_text

_ID = re.compile(r"(?:[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row of `ledger.entry`, but for its index."""

    message: Message
    position: int
    leaf: bytes
    at: datetime
    act: str
    name: str
    outcome: str
    regime: str | None
    unit: str | None
    of: UUID | None
    shown: list[UUID] | None
    inquiry: UUID | None
    account: UUID | None
    purpose: UUID | None

    @property
    def is_purge(self) -> bool:
        """Whether this entry is the certificate under which bodies may be missing."""
        return (self.act, self.outcome) == ("purge", "ok")


def from_message(message: Message, position: int) -> Entry:
    """The row of a message. What can't be read from the texts is left empty; the texts are kept as they are."""
    return _row(message, position, json.loads(message.head), json.loads(message.body))


def _row(message: Message, position: int, head: dict[str, Any], body: dict[str, Any]) -> Entry:
    shown = [i for i in map(_uuid, _list(body.get("shown"))) if i]
    return Entry(
        message=message,
        position=position,
        leaf=message.leaf(),
        at=_time(head.get("time")),
        act=_text(head.get("act")) or "",
        name=_text(head.get("name")) or "",
        outcome=_text(head.get("outcome")) or "",
        regime=_text(head.get("regime")),
        unit=_text(head.get("unit")),
        of=_uuid(head.get("of")),
        shown=shown or None,
        inquiry=_uuid(body.get("inquiry")),
        account=_uuid(body.get("account")),
        purpose=_uuid(body.get("purpose_id")),
    )


def from_wal(found: Emitted) -> Entry:
    """The row of a message of the write-ahead log. One that isn't an entry becomes an entry that says so:
    the order must have no holes, and nothing that reached the log is thrown away."""
    try:
        message, head, body = Message.read(found.content)
    except MalformedNote as error:
        return own("malformed", found.position, {"why": str(error), "content": found.content.hex()})
    return _row(message, found.position, head, body)


def doubled(entry: Entry) -> Entry:
    """The row for a message whose id another entry has already: kept under an id of its own."""
    message = entry.message
    body = {
        "why": "another entry has this id",
        "entry": str(message.entry),
        "head": message.head.decode(),
        "body": message.body.decode(),
    }
    return own("malformed", entry.position, body)


def own(act: str, position: int, body: dict[str, Any], told: dict[str, Any] | None = None) -> Entry:
    """An entry that the sequencer itself writes: `malformed`; `gap` when entries may have been lost; `clock` when
    the clock went back; `rotate-key`. `told` is added to the head, which is never erased.

    What a message was is committed together with the position it had, so none of these is written twice.
    """
    time = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    head = {"time": time, "act": act, "name": "sequencer", "outcome": act, "at": lsn_text(position), **(told or {})}
    message = Message(
        entry=uuid4(),
        head=_compact(head),
        head_salt=secrets.token_bytes(SALT_SIZE),
        body=_compact(body),
        body_salt=secrets.token_bytes(SALT_SIZE),
    )
    return from_message(message, position)


def _compact(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def _uuid(value: object) -> UUID | None:
    """A uuid from a uuid's text or from a printed id (`<source>-<32 hex>`)."""
    if not isinstance(value, str) or not (found := _ID.search(value.lower())):
        return None
    return UUID(int=int(found[0].replace("-", ""), 16))


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str | None:
    """A text that the table can hold; what it can't (NUL, half a surrogate pair) stays in the head's bytes."""
    if not isinstance(value, str):
        return None
    if value.isascii() and "\x00" not in value:
        return value
    return value.replace("\x00", "").encode("utf-8", "replace").decode()


def _time(value: object) -> datetime:
    """The time of a head; 1970 when it has none, so that the entry is kept and stands out."""
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        return datetime.fromtimestamp(0, UTC)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
