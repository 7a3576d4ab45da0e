"""Receipts: what each act hands to the one who acted, so that an entry dropped later is missed.

A receipt is a promise, signed before the entry is in the tree: "entry E with leaf hash L was written at T".
It is a signed note whose text is

    <key name>
    entry <uuid>
    leaf <base64 of the leaf hash>
    time <RFC 3339, UTC, microseconds>

signed by a key of its own, since the process that answers people never holds the log's key. Between programs
it travels as JSON {"entry", "leaf" (hex), "at", "signature" (base64)}, in a header as base64url of that JSON.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from brightline.ledger.canonical import loads_object
from brightline.ledger.errors import BadSignature, MalformedNote
from brightline.ledger.note import Note, Signature, Signer, Verifier, unbase64


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One promise. `leaf` is the 32-byte leaf hash, `signature` the bare Ed25519 signature."""

    entry: UUID
    leaf: bytes
    at: datetime
    signature: bytes

    def text(self, name: str) -> str:
        """The text that is signed; `name` is the receipt key's."""
        leaf = base64.b64encode(self.leaf).decode()
        return f"{name}\nentry {self.entry}\nleaf {leaf}\ntime {_time(self.at)}\n"

    def json(self) -> dict[str, str]:
        """The shape in which programs pass it on."""
        return {
            "entry": str(self.entry),
            "leaf": self.leaf.hex(),
            "at": _time(self.at),
            "signature": base64.b64encode(self.signature).decode(),
        }

    def header(self) -> str:
        """One line of ASCII for an HTTP header."""
        return base64.urlsafe_b64encode(json.dumps(self.json()).encode()).decode().rstrip("=")

    def note(self, key: Verifier) -> bytes:
        """As a signed note, which other tools can check."""
        signature = Signature(name=key.name, key_id=key.key_id, blob=self.signature)
        return Note(text=self.text(key.name), signatures=(signature,)).encode()

    def check(self, key: Verifier) -> None:
        """Raise BadSignature unless `key` signed it."""
        if not key.holds(self.text(key.name), self.signature):
            raise BadSignature(f"the receipt for {self.entry} isn't signed by {key.name}")

    @classmethod
    def parse(cls, text: str) -> Receipt:
        """Read a receipt in any of its three forms (JSON, header, signed note)."""
        text = text.strip(" \r\n") if not text.endswith("=\n") else text
        try:
            if "\n— " in text:
                return cls._from_note(text)
            if not text.startswith("{"):
                text = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
            return cls._from_json(loads_object(text))
        except (MalformedNote, ValueError, KeyError, TypeError, AttributeError, binascii.Error) as error:
            raise MalformedNote("this isn't a receipt", hint="Give the file as it was saved.") from error

    @classmethod
    def _from_json(cls, got: dict[str, str]) -> Receipt:
        return cls(
            entry=UUID(got["entry"]),
            leaf=_exactly(bytes.fromhex(got["leaf"]), 32),
            at=_instant(got["at"]),
            signature=_exactly(unbase64(got["signature"]), 64),
        )

    @classmethod
    def _from_note(cls, text: str) -> Receipt:
        note = Note.parse((text if text.endswith("\n") else text + "\n").encode())
        _, entry, leaf, time, rest = note.text.split("\n")
        if rest or (entry[:6], leaf[:5], time[:5]) != ("entry ", "leaf ", "time "):
            raise ValueError("other lines")
        return cls(
            entry=UUID(entry[6:]),
            leaf=_exactly(unbase64(leaf[5:]), 32),
            at=_instant(time[5:]),
            signature=_exactly(note.signatures[0].blob, 64),
        )


class ReceiptSigner:
    """Signs receipts with its own key."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer

    @property
    def verifier(self) -> Verifier:
        """The public half, to be published."""
        return self._signer.verifier

    def sign(self, entry: UUID, leaf: bytes, at: datetime) -> Receipt:
        """The receipt for one entry; `leaf` is its 32-byte leaf hash, `at` must be aware."""
        if at.tzinfo is None or len(leaf) != 32:
            raise ValueError("a receipt needs an aware time and a leaf hash of 32 bytes")
        bare = Receipt(entry=entry, leaf=leaf, at=at, signature=b"")
        signature = self._signer.sign_text(bare.text(self._signer.name))
        return Receipt(entry=entry, leaf=leaf, at=at, signature=signature)


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
