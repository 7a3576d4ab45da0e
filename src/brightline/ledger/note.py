"""Signed notes (c2sp.org/signed-note): a text, an empty line, and one line per signature.

    — <key name> base64(key id ‖ signature)
    key id = SHA-256(key name ‖ 0x0A ‖ signature type ‖ public key)[:4]

Two types are known: 0x01, Ed25519 over the text (the log, its receipts), and 0x04, a witness's timestamped
cosignature (c2sp.org/tlog-cosignature). Signatures of unknown keys are kept and passed on, never judged.
Keys are written as the Go checksum database writes them (golang.org/x/mod/sumdb/note), since that is what
other tools read: `name+key id+base64` for verifiers, `PRIVATE+KEY+` before it for signers.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from brightline.ledger.errors import BadSignature, MalformedNote

ED25519 = 0x01
COSIGNATURE = 0x04
MAX_SIGNATURES = 100
MAX_NOTE = 1_000_000

_NAME = re.compile(r"[^\s+]+")
_VKEY = re.compile(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)")
_LINE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/=]+)")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


def unbase64(text: str) -> bytes:
    """Standard base64, strictly: each byte string has one spelling, so no bit of a spelling is free."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedNote("not base64") from error
    if base64.b64encode(raw).decode() != text:
        raise MalformedNote("base64 with stray bits")
    return raw


def key_id(name: str, kind: int, public: bytes) -> int:
    """The first four bytes of SHA-256(name ‖ 0x0A ‖ type ‖ key), as a number."""
    return int.from_bytes(sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4], "big")


def _checked_name(name: str) -> str:
    if not _NAME.fullmatch(name) or _CONTROL.search(name):
        raise MalformedNote(f"{name!r} can't be the name of a key: no spaces, no plus sign")
    return name


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One signature line: `blob` is what follows the key id."""

    name: str
    key_id: int
    blob: bytes

    def line(self) -> str:
        """The line as it stands in a note, newline included."""
        coded = base64.b64encode(self.key_id.to_bytes(4, "big") + self.blob).decode()
        return f"— {self.name} {coded}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A text and its signatures, not judged yet."""

    text: str
    signatures: tuple[Signature, ...]

    def encode(self) -> bytes:
        """The bytes of the note."""
        return (self.text + "\n" + "".join(s.line() for s in self.signatures)).encode()

    @classmethod
    def parse(cls, raw: bytes) -> Note:
        """Split a note; raise MalformedNote for anything that isn't exactly one."""
        if len(raw) > MAX_NOTE:
            raise MalformedNote("the note is too long")
        try:
            whole = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            raise MalformedNote("the note isn't UTF-8") from error
        text, blank, tail = whole.rpartition("\n\n")
        if _CONTROL.search(whole) or not blank or not text or not tail.endswith("\n"):
            raise MalformedNote("the note has no signatures after an empty line")
        lines = tail[:-1].split("\n")
        if len(lines) > MAX_SIGNATURES:
            raise MalformedNote("the note has too many signatures")
        return cls(text=text + "\n", signatures=tuple(map(_parse_line, lines)))


def _parse_line(line: str) -> Signature:
    found = _LINE.fullmatch(line)
    if not found:
        raise MalformedNote("a line after the empty one isn't a signature")
    blob = unbase64(found[2])
    if len(blob) < 5:
        raise MalformedNote("a signature is too short")
    return Signature(name=found[1], key_id=int.from_bytes(blob[:4], "big"), blob=blob[4:])


@dataclass(frozen=True, slots=True, kw_only=True)
class Verifier:
    """A public key that is trusted under a name."""

    name: str
    kind: int
    public: bytes

    @property
    def key_id(self) -> int:
        """The number that signature lines carry."""
        return key_id(self.name, self.kind, self.public)

    def vkey(self) -> str:
        """`name+key id+base64(type ‖ key)`."""
        return f"{self.name}+{self.key_id:08x}+{base64.b64encode(bytes([self.kind]) + self.public).decode()}"

    @classmethod
    def parse(cls, vkey: str) -> Verifier:
        """Read `vkey`; the key id in it must be that of the key."""
        found = _VKEY.fullmatch(vkey.strip("\n"))
        if not found:
            raise MalformedNote("a verifier key looks like name+1a2b3c4d+base64")
        raw = unbase64(found[3])
        if len(raw) != 33 or raw[0] not in (ED25519, COSIGNATURE):
            raise MalformedNote("the verifier key isn't of a known type")
        made = cls(name=_checked_name(found[1]), kind=raw[0], public=raw[1:])
        if made.key_id != int(found[2], 16):
            raise MalformedNote("the verifier key's id doesn't belong to its key")
        return made

    def holds(self, text: str, blob: bytes) -> bool:
        """Whether `blob` is this key's signature over `text`."""
        message = text.encode()
        if self.kind == COSIGNATURE:
            if len(blob) != 72 or blob[0] & 0x80:
                return False
            message = _cosigned(text, int.from_bytes(blob[:8], "big"))
            blob = blob[8:]
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(blob, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """A private key under a name."""

    name: str
    seed: bytes
    kind: int = ED25519

    def __repr__(self) -> str:
        return f"Signer({self.name})"

    @classmethod
    def create(cls, name: str, kind: int = ED25519) -> Signer:
        """A new key: a log's, or with COSIGNATURE a witness's."""
        return cls(name=_checked_name(name), seed=Ed25519PrivateKey.generate().private_bytes_raw(), kind=kind)

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        public = Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw()
        return Verifier(name=self.name, kind=self.kind, public=public)

    def skey(self) -> str:
        """`PRIVATE+KEY+name+key id+base64(type ‖ seed)`."""
        coded = base64.b64encode(bytes([self.kind]) + self.seed).decode()
        return f"PRIVATE+KEY+{self.name}+{self.verifier.key_id:08x}+{coded}"

    @classmethod
    def parse(cls, skey: str) -> Signer:
        """Read `skey`; no part of it ever shows in the error."""
        prefix, found = skey[:12], _VKEY.fullmatch(skey[12:].strip("\n"))
        if prefix != "PRIVATE+KEY+" or not found:
            raise MalformedNote("this isn't a signing key")
        raw = unbase64(found[3])
        if len(raw) != 33 or raw[0] not in (ED25519, COSIGNATURE):
            raise MalformedNote("the signing key isn't of a known type")
        made = cls(name=_checked_name(found[1]), seed=raw[1:], kind=raw[0])
        if made.verifier.key_id != int(found[2], 16):
            raise MalformedNote("the signing key's id doesn't belong to its key")
        return made

    def sign_text(self, text: str) -> bytes:
        """The 64 bytes of the Ed25519 signature over `text` (RFC 8032)."""
        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(text.encode())

    def cosign(self, text: str, time: int) -> Signature:
        """A witness's timestamped signature over a checkpoint's text; `time` in seconds since 1970."""
        if self.kind != COSIGNATURE:
            raise MalformedNote(f"the key of {self.name} isn't a witness's")
        seal = Ed25519PrivateKey.from_private_bytes(self.seed).sign(_cosigned(text, time))
        return Signature(name=self.name, key_id=self.verifier.key_id, blob=time.to_bytes(8, "big") + seal)


def _cosigned(text: str, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def sign(text: str, signer: Signer, kept: Iterable[Signature] = ()) -> bytes:
    """A note of `text`: the signatures that were there (cosignatures) but for this key's, then this key's."""
    if not text.endswith("\n") or _CONTROL.search(text):
        raise MalformedNote("the text of a note ends with a newline and has no control characters")
    mine = signer.verifier.key_id
    others = tuple(s for s in kept if (s.name, s.key_id) != (signer.name, mine))
    signature = Signature(name=signer.name, key_id=mine, blob=signer.sign_text(text))
    return Note(text=text, signatures=(*others, signature)).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A note after judgement: `verified` by trusted keys, `others` unknown and therefore ignored."""

    text: str
    verified: tuple[Signature, ...]
    others: tuple[Signature, ...]


def open_note(raw: bytes, verifiers: Sequence[Verifier]) -> Opened:
    """Read a note and check it: at least one trusted signature, and none of a trusted key that is wrong."""
    note = Note.parse(raw)
    trusted = {(v.name, v.key_id): v for v in verifiers}
    if len(trusted) != len(verifiers):
        raise MalformedNote("two trusted keys share a name and an id")
    verified: dict[tuple[str, int], Signature] = {}
    others: dict[Signature, None] = {}
    for signature in note.signatures:
        verifier = trusted.get((signature.name, signature.key_id))
        if verifier is None:
            others[signature] = None
        elif (signature.name, signature.key_id) not in verified:
            if not verifier.holds(note.text, signature.blob):
                raise BadSignature(f"the signature of {signature.name} is wrong")
            verified[signature.name, signature.key_id] = signature
    if not verified:
        raise BadSignature("no trusted key signed this note", hint="Was it signed by another key?")
    return Opened(text=note.text, verified=tuple(verified.values()), others=tuple(others))
