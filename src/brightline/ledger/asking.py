"""The log's side of witnessing: ask one witness for its cosignature, and judge what it answers.

What a witness answers never stops the log. A fault that only an operator who changed history can cause (the witness
has seen more than this log has, or another tree of this size) is told as `grave`: somebody must look at it.
"""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass

from brightline.ledger.checkpoint import Checkpoint
from brightline.ledger.errors import LogFault, MalformedNote
from brightline.ledger.note import COSIGNATURE, Note, Signature, Verifier
from brightline.ledger.submission import Submission, cosignature, size_told
from brightline.ledger.tiles import TileNodes, Tiles
from brightline.ledger.tree import prove_consistency

TIMEOUT = 10.0
MAX_ANSWER = 100_000
Post = Callable[[str, bytes], tuple[int, bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A witness that this log asks: its key, and the address before `/add-checkpoint`."""

    witness: Verifier
    url: str


def endpoints(text: str) -> tuple[Endpoint, ...]:
    """Read `KEY URL[, KEY URL…]`; raise MalformedNote that names what is wrong."""
    found: dict[bytes, Endpoint] = {}
    for part in filter(None, (each.strip() for each in re.split(r"[,\n]", text))):
        key, _, url = part.partition(" ")
        witness, url = Verifier.parse(key), url.strip()
        if witness.kind != COSIGNATURE:
            raise MalformedNote(f"{key} isn't the key of a witness", hint="Take the line that the witness prints.")
        if not url.startswith(("http://", "https://")):
            raise MalformedNote(f"the witness {witness.name} has no address", hint="Write KEY URL, KEY URL.")
        if witness.public in found:
            raise MalformedNote(f"the key of {witness.name} stands twice", hint="Each witness has a key of its own.")
        found[witness.public] = Endpoint(witness=witness, url=url.rstrip("/"))
    return tuple(found.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of it: the cosignature, or what went wrong. `known` is what the witness cosigned last, as told."""

    known: int
    signature: Signature | None = None
    fault: str | None = None
    grave: bool = False


def ask(endpoint: Endpoint, note: bytes, tiles: Tiles, known: int, post: Post) -> Outcome:
    """Submit a checkpoint from the size that the witness is thought to know; once again from the size it tells."""
    text = Note.parse(note).text
    size = Checkpoint.parse(text).size
    try:
        status, body = post(endpoint.url, _request(note, tiles, min(known, size), size))
        if status == 409:
            told = size_told(body)
            if told > size:
                return Outcome(known=told, fault=f"it has seen {told} entries, this log has {size}", grave=True)
            known = told
            status, body = post(endpoint.url, _request(note, tiles, told, size))
        return _judged(endpoint, text, size, status, body, known)
    except LogFault as error:
        return Outcome(known=known, fault=error.detail)
    except OSError as error:
        return Outcome(known=known, fault=f"it can't be reached: {getattr(error, 'reason', error)}")


def _judged(endpoint: Endpoint, text: str, size: int, status: int, body: bytes, known: int) -> Outcome:
    if status == 200:
        return Outcome(known=size, signature=cosignature(text, body, endpoint.witness))
    if status == 422 or (status == 409 and size_told(body) == known):
        return Outcome(known=known, fault="it has seen another history of this log, and refuses this one", grave=True)
    said = body[:200].decode("utf-8", "replace").strip()
    return Outcome(known=known, fault=f"it answered {status}" + (f": {said}" if said else ""))


def _request(note: bytes, tiles: Tiles, old: int, size: int) -> bytes:
    proof = prove_consistency(TileNodes(tiles, size), old, size) if old else []
    return Submission(old=old, proof=tuple(proof), note=note).encode()


def post(url: str, body: bytes) -> tuple[int, bytes]:
    """POST to `<url>/add-checkpoint`; (status, body). Raises OSError when nobody answers in time."""
    request = urllib.request.Request(f"{url}/add-checkpoint", data=body, headers={"Content-Type": "text/plain"})
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
            return answer.status, answer.read(MAX_ANSWER)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read(MAX_ANSWER)
