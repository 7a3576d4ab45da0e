"""The home folder: where one installation keeps its database, secrets and files.

`BRIGHTLINE_HOME` names it. Without that it is the user's data folder, or `/var/lib/brightline` for root.
The folder itself may be passed through (0711), because the database runs as another user when we are root;
everything in it that matters lies in folders of 0700. Secrets are files of 0600, each made once, never
overwritten: losing the entity key would give every entity another id.
"""

from __future__ import annotations

import os
import secrets as random
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from brightline.model.errors import BadInput, NotRunning

SYSTEM_HOME = Path("/var/lib/brightline")


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """One installation's folder. Nothing is made until it is asked for."""

    path: Path

    @classmethod
    def find(cls, path: str | Path | None = None) -> Home:
        """The home that was named, else BRIGHTLINE_HOME's, else the default of this user."""
        named = path or os.environ.get("BRIGHTLINE_HOME") or default_home()
        chosen = Path(named).expanduser()
        if not chosen.is_absolute():
            chosen = Path.cwd() / chosen
        return cls(path=chosen)

    @property
    def secrets(self) -> Path:
        return self.folder("secrets")

    def folder(self, name: str) -> Path:
        """A folder of the home that only its owner may enter."""
        self._make()
        return private_folder(self.path / name)

    def secret(self, name: str, make: Callable[[], str] = lambda: random.token_urlsafe(32)) -> str:
        """The secret of that name; made at random when first asked for."""
        return secret_in(self.secrets, name, make)

    def key(self, name: str) -> bytes:
        """32 random bytes that stay the same for the life of the installation."""
        return bytes.fromhex(self.secret(name, lambda: random.token_hex(32)))

    def entity_key(self) -> bytes:
        """Key of entity ids: with it, ids can't be guessed from a source's keys by an outsider."""
        return self.key("entity-key")

    def factor_key(self) -> bytes:
        """Key by which secrets of authenticators are enciphered: what a backup of the database alone doesn't hold."""
        return factor_key_in(self.secrets)

    def install_key(self) -> bytes:
        """Key of everything else that this installation authenticates to itself."""
        return self.key("install-key")

    def _make(self) -> None:
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=0o711)
        except FileExistsError as error:
            raise BadInput("BRIGHTLINE_HOME", f"{self.path} is a file.", "Name a folder.") from error
        except PermissionError as error:
            raise BadInput(
                "BRIGHTLINE_HOME", f"{self.path} can't be made by this user.", "Name a folder you may write to."
            ) from error
        mode = stat.S_IMODE(self.path.stat().st_mode)
        if self.path.stat().st_uid == os.geteuid() and mode != 0o711:
            self.path.chmod(0o711)


def default_home() -> Path:
    """Root keeps a system service; anybody else keeps an installation of their own."""
    if os.geteuid() == 0:
        return SYSTEM_HOME
    return Path(platformdirs.user_data_dir("brightline", appauthor=False))


def private_folder(path: Path) -> Path:
    """Make the folder with 0700, or see that it has it: somebody else's folder is refused."""
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    found = path.lstat()
    if stat.S_ISLNK(found.st_mode) or found.st_uid != os.geteuid():
        raise NotRunning(
            f"{path} belongs to somebody else, so nothing secret may be put there.",
            hint="Set BRIGHTLINE_HOME to a folder of your own.",
            code="unsafe_folder",
        )
    if stat.S_IMODE(found.st_mode) != 0o700:
        path.chmod(0o700)
    return path


def secret_in(folder: Path, name: str, make: Callable[[], str]) -> str:
    """Read the secret; make it first if it is missing. Two processes that make it at once agree on one."""
    path = folder / name
    if not path.exists():
        private_folder(folder)
        _write_once(path, make())
    return _read(path)


def factor_key_in(folder: Path) -> bytes:
    """The key of authenticators' secrets from its file, made at random the first time."""
    return bytes.fromhex(secret_in(folder, "factor-key", lambda: random.token_hex(32)))


def _write_once(path: Path, value: str) -> None:
    # A finished file is linked into its place: whoever comes second finds the first one's, whole.
    draft = path.with_name(f".{path.name}.{os.getpid()}.{random.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as out:
        out.write(value + "\n")
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()


def _read(path: Path) -> str:
    try:
        found = path.stat()
        text = path.read_text().strip()
    except PermissionError as error:
        raise NotRunning(
            f"{path} can't be read by this user.",
            hint="Run as the user who made the installation.",
            code="unreadable_secret",
        ) from error
    if stat.S_IMODE(found.st_mode) & 0o077:
        raise NotRunning(
            f"{path} can be read by others.",
            hint=f"If nobody read it: chmod 600 {path}. Otherwise replace it.",
            code="unsafe_secret",
        )
    return text
