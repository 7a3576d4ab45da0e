"""Where the session's token lies: in the environment, or in a file of 0600 in the user's config folder."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import platformdirs

from brightline.model.errors import BadInput, Refused
from brightline.wiring.settings import Settings


def _path(url: str) -> Path:
    folder = Path(platformdirs.user_config_dir("brightline", appauthor=False))
    return folder / f"token-{hashlib.sha256(url.encode()).hexdigest()[:12]}.json"


def keep(url: str, token: str, account: str) -> Path:
    """Write the token for this address. The file is made closed to others, never closed afterwards."""
    path = _path(url)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        json.dump({"url": url, "account": account, "token": token}, out)
    draft.replace(path)
    return path


def forget(url: str) -> None:
    """Remove the file, if there is one."""
    _path(url).unlink(missing_ok=True)


def find(settings: Settings, url: str) -> str | None:
    """BRIGHTLINE_TOKEN, else the file's token. A file that others can read is refused, not used."""
    if settings.token:
        token = settings.token.get_secret_value().strip()
        if not (token.isascii() and token.isprintable()):
            raise BadInput("BRIGHTLINE_TOKEN", "holds characters that no token has.", "Run `brightline login`.")
        return token
    path = _path(url)
    if path.exists() and path.stat().st_mode & 0o077:
        raise Refused(
            f"{path} can be read by others, so its token isn't used.",
            hint="Run `brightline login` again.",
            code="token",
        )
    return kept(url)


def kept(url: str) -> str | None:
    """The file's token, however it lies there; None when there is none."""
    try:
        return str(json.loads(_path(url).read_text())["token"])
    except (OSError, ValueError, KeyError):
        return None
