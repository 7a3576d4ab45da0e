"""A witness (c2sp.org/tlog-witness): a small program for another machine, in other hands than the log's operator.

It keeps, for each log that it was told to trust, the last checkpoint that it cosigned, and cosigns a further one
only after a proof that the new tree holds the old one unchanged. So a log can't show two people two histories:
whatever carries this witness's cosignature lies on one line. It sees sizes and hashes, never an entry.

The state of a log is one file, its last checkpoint. It is on the disk before the signature is made, under a lock:
a witness that crashed, or of which two copies run over one folder, never signs two trees of one size.
"""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from brightline.ledger.checkpoint import Checkpoint
from brightline.ledger.errors import BadProof, LogFault, MalformedNote
from brightline.ledger.note import COSIGNATURE, ED25519, Note, Signer, Verifier
from brightline.ledger.publish import write_file
from brightline.ledger.submission import SIZE_TYPE, Submission
from brightline.ledger.tree import EMPTY_ROOT, verify_consistency

PLAIN = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What goes back: HTTP status, body, its type."""

    status: int
    body: bytes
    kind: str = PLAIN


class Witness:
    """One witness over one folder of state."""

    def __init__(self, folder: Path, signer: Signer, logs: Iterable[Verifier]) -> None:
        if signer.kind != COSIGNATURE:
            raise MalformedNote(f"the key of {signer.name} isn't a witness's", hint="Let the program make one.")
        self._folder = folder
        self._signer = signer
        self._logs: dict[str, list[Verifier]] = {}
        for log in logs:
            if log.kind != ED25519:
                raise MalformedNote(f"{log.vkey()} isn't the key of a log")
            self._logs.setdefault(log.name, []).append(log)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    @property
    def vkey(self) -> str:
        """The key to be given to the log's operator and to everybody who verifies."""
        return self._signer.verifier.vkey()

    def last(self, origin: str) -> Checkpoint | None:
        """The checkpoint that was cosigned last; None before the first."""
        try:
            raw = self._state(origin).read_bytes()
        except FileNotFoundError:
            return None
        return Checkpoint.parse(Note.parse(raw).text)

    def add_checkpoint(self, body: bytes) -> Answer:
        """Judge one request; every answer is one that the specification names. Never raises for what was sent."""
        try:
            asked = Submission.parse(body)
            note = Note.parse(asked.note)
            checkpoint = Checkpoint.parse(note.text)
        except LogFault as error:
            return _refused(400, error.detail)
        trusted = self._logs.get(checkpoint.origin)
        if trusted is None:
            return _refused(404, f"the log {checkpoint.origin} isn't known here")
        if not _signed(note, trusted):
            return _refused(403, "no trusted key of the log signed this checkpoint")
        if asked.old > checkpoint.size:
            return _refused(400, "the old size is larger than the checkpoint's")
        with self._lock(checkpoint.origin):
            return self._judge(asked, note, checkpoint)

    def _judge(self, asked: Submission, note: Note, new: Checkpoint) -> Answer:
        last = self.last(new.origin)
        size, root = (last.size, last.root) if last else (0, EMPTY_ROOT)
        if asked.old != size or (new.size == size and last and new.root != root):
            return Answer(status=409, body=f"{size}\n".encode(), kind=SIZE_TYPE)
        try:
            self._prove(asked, size, root, new)
        except BadProof as error:
            return _refused(422, error.detail)
        # Kept first: what was signed must never be forgotten, what is kept and unsigned does no harm.
        write_file(self._state(new.origin), note.encode())
        return Answer(status=200, body=self._signer.cosign(note.text, int(time.time())).line().encode())

    @staticmethod
    def _prove(asked: Submission, size: int, root: bytes, new: Checkpoint) -> None:
        if size:
            verify_consistency(size, new.size, root, new.root, asked.proof)
        elif asked.proof or (new.size == 0 and new.root != EMPTY_ROOT):
            raise BadProof("from an empty tree there is nothing to prove")

    def _state(self, origin: str) -> Path:
        return self._folder / f"{sha256(origin.encode()).hexdigest()}.checkpoint"

    @contextmanager
    def _lock(self, origin: str) -> Iterator[None]:
        """Between threads and between processes: reading the state and writing it are one step."""
        with self._state(origin).with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _signed(note: Note, trusted: Iterable[Verifier]) -> bool:
    known = {(v.name, v.key_id): v for v in trusted}
    pairs = ((known.get((s.name, s.key_id)), s) for s in note.signatures)
    return any(key is not None and key.holds(note.text, s.blob) for key, s in pairs)


def _refused(status: int, why: str) -> Answer:
    return Answer(status=status, body=f"{why}\n".encode())
