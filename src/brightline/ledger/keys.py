"""Where the log's keys lie: private ones in the secrets folder, their public halves beside the tiles."""

from __future__ import annotations

import os
from pathlib import Path

from brightline.ledger.errors import MalformedNote
from brightline.ledger.note import Signer, Verifier


def load_or_create(path: Path, name: str) -> Signer:
    """The signing key in `path`, made there (0600) if absent; `name` is used only for a new one.

    Made aside and linked into place, so that of two processes that start together one wins and both use
    its key, and a crash never leaves half a key.
    """
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        aside = path.with_name(f"{path.name}.{os.getpid()}")
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(Signer.create(name).skey() + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(aside, path)
        except FileExistsError:
            pass
        finally:
            aside.unlink()
    return load(path)


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
