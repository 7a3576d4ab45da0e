"""What a log sends to a witness (c2sp.org/tlog-witness, add-checkpoint), as bytes, and what it makes of the answer.

old <size of the tree that the witness cosigned last>
<base64 of each hash of the consistency proof>
<empty line>
<the checkpoint, a signed note>
"""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from brightline.ledger.errors import BadSignature, MalformedNote
from brightline.ledger.note import COSIGNATURE, Note, Signature, Verifier, unbase64

MAX_PROOF = 63
SIZE_TYPE = "text/x.tlog.size"
FUTURE = 86_400
_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One request: the old size, the proof from it, the checkpoint's note."""

    old: int
    proof: tuple[bytes, ...]
    note: bytes

    def encode(self) -> bytes:
        """The body of the request."""
        steps = "".join(base64.b64encode(step).decode() + "\n" for step in self.proof)
        return f"old {self.old}\n{steps}\n".encode() + self.note

    @classmethod
    def parse(cls, raw: bytes) -> Submission:
        """Read a body strictly; raise MalformedNote."""
        top, blank, note = raw.partition(b"\n\n")
        try:
            first, *steps = top.decode("ascii").split("\n")
        except UnicodeDecodeError as error:
            raise MalformedNote("the request isn't text") from error
        found = _OLD.fullmatch(first)
        if not found or not blank:
            raise MalformedNote("the request doesn't begin with the line `old SIZE`")
        if len(steps) > MAX_PROOF:
            raise MalformedNote(f"the proof has more than {MAX_PROOF} lines")
        proof = tuple(unbase64(step) for step in steps)
        if any(len(step) != 32 for step in proof):
            raise MalformedNote("each line of the proof is a hash of 32 bytes")
        return cls(old=int(found[1]), proof=proof, note=note)


def size_told(body: bytes) -> int:
    """The size in the body of a 409: what the witness cosigned last."""
    text = body.decode("ascii", "replace")
    if not text.endswith("\n") or not _SIZE.fullmatch(text[:-1]):
        raise MalformedNote("the witness answered 409 without its size")
    return int(text[:-1])


def cosignature(text: str, answer: bytes, witness: Verifier) -> Signature:
    """The cosignature of `witness` over the checkpoint's `text` among the lines of an answer.

    Lines of unknown keys are ignored, as the specification says; raise BadSignature when there is none of
    this witness, or a wrong one.
    """
    try:
        note = Note.parse(text.encode() + b"\n" + answer)
    except MalformedNote as error:
        raise BadSignature(f"{witness.name} didn't answer with signature lines") from error
    mine = [s for s in note.signatures if (s.name, s.key_id) == (witness.name, witness.key_id)]
    if not mine:
        raise BadSignature(f"{witness.name} answered with other keys' signatures", hint="Is its key the right one?")
    if not witness.holds(text, mine[0].blob):
        raise BadSignature(f"the cosignature of {witness.name} is wrong")
    if int.from_bytes(mine[0].blob[:8], "big") > time.time() + FUTURE:
        raise BadSignature(f"the cosignature of {witness.name} is of a time to come", hint="Whose clock is wrong?")
    return mine[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cosigned:
    """One witness's cosignature that holds; `time` as it states, in seconds since 1970."""

    witness: Verifier
    time: int


def cosigned(raw: bytes, witnesses: Iterable[Verifier]) -> tuple[list[Cosigned], list[str]]:
    """(the cosignatures of these witnesses that hold, what is wrong with others of theirs).

    A key counts once, under however many names: quorums count keys.
    """
    note = Note.parse(raw)
    known = {(w.name, w.key_id): w for w in witnesses}
    found: dict[bytes, Cosigned] = {}
    wrong = []
    for signature in note.signatures:
        witness = known.get((signature.name, signature.key_id))
        if witness is None:
            continue
        if witness.kind != COSIGNATURE or not witness.holds(note.text, signature.blob):
            wrong.append(f"the cosignature of {witness.name} is wrong")
            continue
        found.setdefault(witness.public, Cosigned(witness=witness, time=int.from_bytes(signature.blob[:8], "big")))
    return list(found.values()), wrong


def with_signatures(raw: bytes, more: Sequence[Signature]) -> bytes:
    """The note with these signatures after its own, each once."""
    note = Note.parse(raw)
    merged = {(s.name, s.key_id): s for s in note.signatures}
    for signature in more:
        merged.setdefault((signature.name, signature.key_id), signature)
    return Note(text=note.text, signatures=tuple(merged.values())).encode()
