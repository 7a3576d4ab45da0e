"""Receipts: what each act hands to the one who acted, so that an entry dropped later is missed.

A receipt is a promise, signed before the entry is in the tree: "entry E with leaf hash L was written at T".
It is a signed note whose text is

    <key name>
    entry <uuid>
    leaf <base64 of the leaf hash>
    time <RFC 3339, UTC, microseconds>

signed by a key of its own, since the process that answers people never holds the log's key. Between programs
it travels as JSON {"entry", "leaf" (hex), "at", "signature" (base64), "key"}, in a header as base64url of that JSON.
`key` is the key's name and id, `name+1a2b3c4d`; receipts made before they were named have none.
"""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from brightline.ledger.canonical import loads_object
from brightline.ledger.errors import BadSignature, MalformedNote
from brightline.ledger.note import Note, Signature, Signer, Verifier, unbase64

_KEY = re.compile(r"[^\s+]+\+[0-9a-f]{8}")


def key_name(key: Verifier) -> str:
    """How a receipt names the key that signed it."""
    return f"{key.name}+{key.key_id:08x}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One promise. `leaf` is the 32-byte leaf hash, `signature` the bare Ed25519 signature, `key` which key's."""

    entry: UUID
    leaf: bytes
    at: datetime
    signature: bytes
    key: str | None = None

    def text(self, name: str) -> str:
        """The text that is signed; `name` is the receipt key's."""
        leaf = base64.b64encode(self.leaf).decode()
        return f"{name}\nentry {self.entry}\nleaf {leaf}\ntime {_time(self.at)}\n"

    def json(self) -> dict[str, str]:
        """The shape in which programs pass it on."""
        made = {
            "entry": str(self.entry),
            "leaf": self.leaf.hex(),
            "at": _time(self.at),
            "signature": base64.b64encode(self.signature).decode(),
        }
        return made if self.key is None else {**made, "key": self.key}

    def header(self) -> str:
        """One line of ASCII for an HTTP header."""
        return base64.urlsafe_b64encode(json.dumps(self.json()).encode()).decode().rstrip("=")

    def note(self, key: Verifier) -> bytes:
        """As a signed note, which other tools can check."""
        signature = Signature(name=key.name, key_id=key.key_id, blob=self.signature)
        return Note(text=self.text(key.name), signatures=(signature,)).encode()

    def check(self, *keys: Verifier) -> None:
        """Raise BadSignature unless one of `keys` signed it: the one that it names, or any if it names none."""
        known = [key for key in keys if self.key in (None, key_name(key))]
        if any(key.holds(self.text(key.name), self.signature) for key in known):
            return
        if known and self.key is not None:
            raise BadSignature(f"the receipt for {self.entry} was changed: {self.key} didn't sign this")
        here = ", ".join(map(key_name, keys)) or "none"
        raise BadSignature(
            f"the receipt for {self.entry} is signed by another key than this folder holds"
            f" ({self.key or 'it names none'}; here: {here})",
            hint="Get the log from another place: this copy's keys may have been exchanged.",
        )

    @classmethod
    def parse(cls, text: str) -> Receipt:
        """Read a receipt in any of its three forms (JSON, header, signed note), each of one spelling."""
        text = text.strip(" \r\n") if not text.endswith("=\n") else text
        try:
            if "\n— " in text:
                return cls._from_note(text if text.endswith("\n") else text + "\n")
            if text.startswith("{"):
                return cls._from_json(loads_object(text))
            made = cls._from_json(loads_object(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()))
            _same(made.header(), text)
        except (MalformedNote, ValueError, KeyError, TypeError, AttributeError) as error:
            raise MalformedNote("this isn't a receipt", hint="Give the file as it was saved.") from error
        return made

    @classmethod
    def _from_json(cls, got: dict[str, Any]) -> Receipt:
        made = cls(
            entry=UUID(got["entry"]),
            leaf=_exactly(bytes.fromhex(got["leaf"]), 32),
            at=_instant(got["at"]),
            signature=_exactly(unbase64(got["signature"]), 64),
            key=got.get("key"),
        )
        _same(made.json(), got)
        if made.key is not None and not _KEY.fullmatch(made.key):
            raise ValueError("not the name of a key")
        return made

    @classmethod
    def _from_note(cls, text: str) -> Receipt:
        note = Note.parse(text.encode())
        name, entry, leaf, time, rest = note.text.split("\n")
        if rest or (entry[:6], leaf[:5], time[:5]) != ("entry ", "leaf ", "time "):
            raise ValueError("other lines")
        (signature,) = note.signatures
        made = cls(
            entry=UUID(entry[6:]),
            leaf=_exactly(unbase64(leaf[5:]), 32),
            at=_instant(time[5:]),
            signature=_exactly(signature.blob, 64),
            key=f"{signature.name}+{signature.key_id:08x}",
        )
        _same((made.text(name), signature.name), (note.text, name))
        return made


class ReceiptSigner:
    """Signs receipts with its own key."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer
        self._named = key_name(signer.verifier)

    @property
    def verifier(self) -> Verifier:
        """The public half, to be published."""
        return self._signer.verifier

    def sign(self, entry: UUID, leaf: bytes, at: datetime) -> Receipt:
        """The receipt for one entry; `leaf` is its 32-byte leaf hash, `at` must be aware."""
        if at.tzinfo is None or len(leaf) != 32:
            raise ValueError("a receipt needs an aware time and a leaf hash of 32 bytes")
        bare = Receipt(entry=entry, leaf=leaf, at=at, signature=b"", key=self._named)
        return replace(bare, signature=self._signer.sign_text(bare.text(self._signer.name)))


def _same(written: object, given: object) -> None:
    if written != given:
        raise ValueError("another spelling")


def _exactly(raw: bytes, size: int) -> bytes:
    if len(raw) != size:
        raise ValueError("wrong length")
    return raw


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    return at


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
