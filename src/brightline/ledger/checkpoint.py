"""Checkpoints (c2sp.org/tlog-checkpoint): origin, size and root of the tree, as a signed note."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass

from brightline.ledger.errors import BadSignature, MalformedNote
from brightline.ledger.note import Note, Signature, Signer, Verifier, open_note, sign, unbase64
from brightline.ledger.tree import HASH_SIZE

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The tree at one size. `extensions` are lines that others may have added; this log adds none."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def text(self) -> str:
        """The text that is signed."""
        lines = (self.origin, str(self.size), base64.b64encode(self.root).decode(), *self.extensions)
        return "".join(line + "\n" for line in lines)

    def sign(self, *signers: Signer) -> bytes:
        """The signed note; the last key's name must be the origin. Two keys sign when one follows the other."""
        note = b""
        kept: tuple[Signature, ...] = ()
        for signer in signers:
            if signers[-1].name != self.origin:
                raise MalformedNote(f"the key of {signers[-1].name} can't sign for {self.origin}")
            note = sign(self.text(), signer, kept)
            kept = Note.parse(note).signatures
        return note

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Read the text of a checkpoint strictly."""
        lines = text.split("\n")
        if len(lines) < 4 or lines.pop() or not all(lines) or not _SIZE.fullmatch(lines[1]):
            raise MalformedNote("a checkpoint has the lines origin, size, root")
        root = unbase64(lines[2])
        if len(root) != HASH_SIZE:
            raise MalformedNote("the root of a checkpoint has 32 bytes")
        return cls(origin=lines[0], size=int(lines[1]), root=root, extensions=tuple(lines[3:]))


def open_checkpoint(raw: bytes, log: Verifier, witnesses: Sequence[Verifier] = ()) -> Checkpoint:
    """A checkpoint that `log` signed, whatever witnesses added; raise MalformedNote or BadSignature."""
    opened = open_note(raw, [log, *witnesses])
    checkpoint = Checkpoint.parse(opened.text)
    if not any((s.name, s.key_id) == (log.name, log.key_id) for s in opened.verified):
        raise BadSignature(f"{log.name} didn't sign this checkpoint")
    if checkpoint.origin != log.name:
        raise BadSignature(f"the checkpoint is of {checkpoint.origin}, the key of {log.name}")
    return checkpoint
