"""What was sent along with a request and has been taken leaves the inbox; what wasn't taken stays.

The database says which file that is, and enters it, before the file goes: `feed.inbox_leaves`.
"""

from __future__ import annotations

import logging
from pathlib import Path

import psycopg

from brightline.worker.place import Leaving

log = logging.getLogger(__name__)

PAUSE = 60.0
"""Seconds between two looks into the folder."""


class Sweep:
    """One worker's looks into the inbox. A file that can't be removed is named once, then left alone."""

    def __init__(self, settings: Leaving) -> None:
        self._settings = settings
        self._stuck: set[Path] = set()

    def once(self) -> int:
        """Remove each file that may go; how many. One entry for each, committed before its file goes."""
        waiting = [path for path in self._files() if path not in self._stuck]
        if not waiting:
            return 0
        dsn = self._settings.dsn
        with psycopg.connect(dsn, autocommit=True, application_name="inbox", prepare_threshold=None) as conn:
            return sum(self._leaves(conn, path) and self._removed(path) for path in waiting)

    def _files(self) -> list[Path]:
        """Whole files only: one that is still being written has a dot before its name."""
        if not self._settings.folder.is_dir():
            return []
        found = sorted(self._settings.folder.iterdir())
        return [path for path in found if not path.name.startswith(".") and path.is_file() and not path.is_symlink()]

    def _leaves(self, conn: psycopg.Connection[tuple[object, ...]], path: Path) -> bool:
        row = conn.execute("SELECT feed.inbox_leaves(%s, %s)", (str(path), self._settings.hours)).fetchone()
        return bool(row and row[0])

    def _removed(self, path: Path) -> bool:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            log.error("%s can't be removed from the inbox: %s", path.name, error.strerror)
            self._stuck.add(path)
            return False
        return True
