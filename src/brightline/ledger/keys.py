"""Where the log's keys lie: private ones in the secrets folder, their public halves beside the tiles."""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

from brightline.ledger.chain import following
from brightline.ledger.errors import MalformedNote
from brightline.ledger.note import ED25519, Signer, Verifier

ROTATION = "ledger.rotation"


def load_or_create(path: Path, name: str, kind: int = ED25519) -> Signer:
    """The signing key in `path`, made there (0600) if absent; `name` and `kind` are used only for a new one.

    Made aside and linked into place, so that of two processes that start together one wins and both use
    its key, and a crash never leaves half a key.
    """
    if not path.exists():
        _create(path, Signer.create(name, kind).skey())
    return load(path)


def _create(path: Path, text: str) -> bool:
    """Write a secret once; whether it was this call that did."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = _aside(path, text)
    try:
        os.link(aside, path)
    except FileExistsError:
        return False
    finally:
        aside.unlink()
    return True


def _aside(path: Path, text: str) -> Path:
    aside = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    return aside


def load(path: Path) -> Signer:
    """The signing key in `path`; refused when others can read it."""
    if path.stat().st_mode & 0o077:
        raise MalformedNote(
            f"{path} can be read by others", hint=f"Run chmod 600 {path}, and think who may have read it."
        )
    return Signer.parse(path.read_text())


def load_verifier(path: Path) -> Verifier:
    """The public key in `path`."""
    return Verifier.parse(path.read_text())


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A key that waits to be introduced: by the next checkpoint, which the old one signs as well."""

    signer: Signer
    why: str
    reason: str
    by: str
    former: str = ""
    kept: int = 0

    @property
    def continues(self) -> bool:
        """Whether it begins a log of another name, after the first `kept` entries of the one that `former` is of."""
        return bool(self.former)


def prepare(path: Path, *, why: str, reason: str, by: str, former: str = "", kept: int = 0) -> Pending:
    """Make the key that is to follow the one in `path`, and lay it beside it; the sequencer does the rest.

    With `former`, the last checkpoint of a log that was set back, the key is that of its continuation.

    Raises MalformedNote when another already waits. Killed at any moment, either nothing was prepared or the
    whole; preparing doesn't change which key signs.
    """
    name = following(load(path).name) if former else load(path).name
    made = Pending(signer=Signer.create(name), why=why, reason=reason, by=by, former=former, kept=kept)
    told = {"key": made.signer.skey(), "why": why, "reason": reason, "by": by}
    text = json.dumps({**told, "former": former, "kept": kept} if former else told)
    if not _create(path.with_name(ROTATION), text):
        raise MalformedNote("a new key waits already", hint="The next checkpoint introduces it. Is the worker running?")
    return made


def pending(path: Path) -> Pending | None:
    """The key that waits beside the one in `path`."""
    try:
        got = json.loads(path.with_name(ROTATION).read_text())
        more = {"former": got["former"], "kept": got["kept"]} if "former" in got else {}
        return Pending(signer=Signer.parse(got["key"]), why=got["why"], reason=got["reason"], by=got["by"], **more)
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise MalformedNote(f"{path.with_name(ROTATION)} can't be read", hint="Delete it and rotate again.") from error


def finish(path: Path, done: Pending) -> None:
    """The new key takes the old one's place; the old one is gone. Good to be done again after a crash."""
    aside = _aside(path, done.signer.skey())
    aside.replace(path)
    with contextlib.suppress(FileNotFoundError):
        path.with_name(ROTATION).unlink()
