"""Ends transactions that a login which serves people has held open for longer than any call takes.

The roles' own timeout ends them after a minute; a session can set that back for itself, and then this does. The server
tells nobody when a transaction of theirs began (`track_activities` is off), so a watch remembers when it first saw it.
"""

from __future__ import annotations

import logging
import time

import psycopg

log = logging.getLogger(__name__)

PAUSE = 15.0
"""Seconds between two looks."""
LONGEST = 300.0
"""Seconds for which a transaction may be open: ten times what a call of the application may take."""


class Watch:
    """One worker's looks; `once` is called again and again, as brightline_sequencer."""

    def __init__(self, dsn: str, *, longest: float = LONGEST) -> None:
        self._dsn, self._longest = dsn, longest
        self._since: dict[tuple[int, str], float] = {}

    def once(self) -> int:
        """How many sessions were ended. What such a transaction changed is gone with it; its entries of reads stay."""
        with psycopg.connect(self._dsn, autocommit=True, application_name="held", prepare_threshold=None) as conn:
            now = time.monotonic()
            rows = conn.execute("SELECT pid, role, transaction FROM line.held_transactions()").fetchall()
            self._since = {(pid, name): self._since.get((pid, name), now) for pid, _, name in rows}
            late = [row for row in rows if now - self._since[row[0], row[2]] >= self._longest]
            return sum(self._ended(conn, *row) for row in late)

    def _ended(self, conn: psycopg.Connection[tuple[object, ...]], pid: int, role: str, transaction: str) -> bool:
        row = conn.execute("SELECT line.end_transaction(%s, %s)", (pid, transaction)).fetchone()
        done = bool(row and row[0])
        if done:
            log.warning("ended a session of %s that had held a transaction open for %.0f s", role, self._longest)
        return done
