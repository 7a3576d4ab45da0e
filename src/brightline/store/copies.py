"""A copy of the database before a migration: what a version that turns out wrong can be taken back to.

The copies lie in `backups/` of the home, 0600, in pg_dump's own format. They hold everything, also what is purged
later, so the newest three are kept, and none for longer than thirty days.
"""

from __future__ import annotations

import os
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import brightline
from brightline.model.errors import Conflict
from brightline.store import engine
from brightline.store.home import Home
from brightline.store.server import Server

FOLDER = "backups"
MOST = 3
LONGEST = timedelta(days=30)
_FORM = "before-*.dump"


def keep(home: Home, server: Server) -> Path:
    """Write a copy now; its path. Conflict when it can't be written: then nothing has been changed yet."""
    folder = home.folder(FOLDER)
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    path = folder / f"before-{brightline.__version__}-{moment}.dump"
    draft = path.with_suffix(".part")
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            done = subprocess.run(
                [engine.wheel_folder() / "pginstall" / "bin" / "pg_dump", "--format=custom"],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.PIPE,
                env=_surroundings(server),
                check=False,
            )
            os.fsync(out.fileno())
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise _refused(str(error)) from error
    if done.returncode:
        draft.unlink(missing_ok=True)
        raise _refused(done.stderr.decode(errors="replace").strip().splitlines()[-1:])
    draft.rename(path)
    return path


def clear(home: Home) -> tuple[Path, ...]:
    """Remove the copies beyond the newest three and those older than thirty days; which."""
    folder = home.path / FOLDER
    found = sorted(folder.glob(_FORM), key=lambda path: path.stat().st_mtime, reverse=True)
    oldest = time.time() - LONGEST.total_seconds()
    gone = tuple(path for at, path in enumerate(found) if at >= MOST or path.stat().st_mtime < oldest)
    for path in gone:
        path.unlink()
    return gone


def _surroundings(server: Server) -> dict[str, str]:
    """Connection parameters by environment: the arguments of a process can be read by others."""
    names = {"host": "PGHOST", "hostaddr": "PGHOSTADDR", "port": "PGPORT", "sslmode": "PGSSLMODE", "user": "PGUSER"}
    names |= {"dbname": "PGDATABASE", "password": "PGPASSWORD", "sslrootcert": "PGSSLROOTCERT"}
    given = server.admin_parameters()
    return {"PATH": "/usr/bin:/bin", **{names[key]: value for key, value in given.items() if key in names}}


def _refused(said: object) -> Conflict:
    words = " ".join(said) if isinstance(said, list) else str(said)
    return Conflict(
        f"No copy of the database could be made, so nothing was changed: {words}",
        hint="Make room in the home's folder backups; or, with a backup of your own: brightline up --without-copy.",
        code="no_copy",
    )
