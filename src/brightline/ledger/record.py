"""One exported entry as one line of JSON: exactly one spelling, so that no byte of it is free to change."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from brightline.ledger.canonical import loads, loads_object
from brightline.ledger.errors import MalformedNote
from brightline.ledger.leaf import commits

KEYS = ("index", "entry", "head", "head_salt", "body", "body_salt")
_quote = json.encoder.encode_basestring


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An entry with its texts; `body` and `body_salt` are None after a purge."""

    index: int
    entry: UUID
    head: bytes
    head_salt: bytes
    body: bytes | None
    body_salt: bytes | None

    @classmethod
    def parse(cls, got: Mapping[str, Any]) -> Row:
        """From the JSON shape (texts as strings, salts as hex)."""
        try:
            return cls(
                index=int(got["index"]),
                entry=UUID(got["entry"]),
                head=got["head"].encode(),
                head_salt=bytes.fromhex(got["head_salt"]),
                body=None if got["body"] is None else got["body"].encode(),
                body_salt=None if got["body_salt"] is None else bytes.fromhex(got["body_salt"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise MalformedNote(f"not an exported entry: {error}") from error

    def line(self) -> bytes:
        """The line, newline included."""
        body = None if self.body is None else self.body.decode()
        body_salt = None if self.body_salt is None else self.body_salt.hex()
        text = _spelling(self.index, str(self.entry), self.head.decode(), self.head_salt.hex(), body, body_salt)
        return text.encode() + b"\n"


def _spelling(*values: int | str | None) -> str:
    """The one spelling of a line from its values in the order of KEYS (compact, not escaped to ASCII).

    Written out rather than given to a JSON encoder, since a verifier does this for every entry.
    """
    index, *texts = (str(v) if type(v) is int else "null" if v is None else _quote(v) for v in values)  # type: ignore[arg-type]
    entry, head, head_salt, body, body_salt = texts
    return (
        f'{{"index":{index},"entry":{entry},"head":{head},"head_salt":{head_salt},'
        f'"body":{body},"body_salt":{body_salt}}}'
    )


def read_line(line: bytes) -> dict[str, Any]:
    """The object of a line; raise MalformedNote for any spelling but the one that `Row.line` writes."""
    try:
        text = line.decode()
        got = loads(text)
        if type(got) is not dict or tuple(got) != KEYS or _spelling(*got.values()) != text:
            raise MalformedNote("the line isn't written as an export writes it")
    except (ValueError, TypeError) as error:
        raise MalformedNote(f"the line can't be read: {error}") from error
    return got


def fault(got: dict[str, Any], index: int, leaf: bytes) -> tuple[str, str] | None:
    """What is wrong with the object of a line, against its place and its leaf; (kind, detail) or None."""
    head, body, body_salt = got["head"], got["body"], got["body_salt"]
    digits = leaf[9:25].hex()
    if type(got["index"]) is not int or got["index"] != index:
        return "line", f"the line says index {got['index']}"
    if got["entry"] != f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}":
        return "line", f"the line says entry {got['entry']}"
    if type(head) is not str:
        return "head", "the head is missing"
    if not _commits(leaf, "head", got["head_salt"], head):
        return "head", "the head isn't the one that the leaf commits to"
    if body is None and body_salt is None:
        return None
    if type(body) is not str or not _commits(leaf, "body", body_salt, body):
        return "body", "the body isn't the one that the leaf commits to"
    return None


def _commits(leaf: bytes, part: str, salt: object, text: str) -> bool:
    """The same of a salt in hex, which has one spelling: lower case."""
    if type(salt) is not str:
        return False
    try:
        raw = bytes.fromhex(salt)
    except ValueError:
        return False
    return raw.hex() == salt and commits(leaf, part, raw, text)


def purged(head: str, body: str | None) -> frozenset[bytes]:
    """The entries whose bodies this one says were destroyed; empty unless it is a purge that was carried out."""
    if '"purge"' not in head or body is None:
        return frozenset()
    try:
        said, content = loads_object(head), loads_object(body)
        if (said.get("act"), said.get("outcome")) != ("purge", "ok"):
            return frozenset()
        named = content.get("entries")
        if not isinstance(named, list):
            named = (content.get("params") or {}).get("entries") or []
        return frozenset(UUID(i).bytes for i in named)
    except (MalformedNote, ValueError, AttributeError, TypeError):
        return frozenset()


def introduces(head: str) -> str | None:
    """The act of a head that introduces a key: of the log, or of its receipts."""
    try:
        said = loads_object(head)
    except MalformedNote:
        return None
    act = said.get("act")
    return act if act in ("rotate-key", "continue", "receipt-key") and said.get("outcome") == "ok" else None


def matches(row: Row, leaf: bytes) -> bool:
    """Whether the row is the one that the leaf stands for (bodies that are gone aren't looked at)."""
    try:
        head, body = row.head.decode(), None if row.body is None else row.body.decode()
    except ValueError:
        return False
    if leaf[9:25] != row.entry.bytes or not commits(leaf, "head", row.head_salt, head):
        return False
    if body is None and row.body_salt is None:
        return True
    return body is not None and row.body_salt is not None and commits(leaf, "body", row.body_salt, body)
