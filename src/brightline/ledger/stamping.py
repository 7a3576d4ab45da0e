"""Has a time-stamping authority (RFC 3161) stamp checkpoints, now and then; a failure is told and holds up nothing."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psycopg

from brightline.ledger import stamp
from brightline.ledger.errors import LogFault
from brightline.ledger.note import Note

log = logging.getLogger(__name__)

RETRY = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How to reach the database (as brightline_sequencer); the authority's address and certificates (PEM); how many
    seconds lie between two stamps."""

    dsn: str
    url: str
    authority: bytes
    seconds: float = 3600.0


class Stamper:
    """`once` stamps the newest checkpoint when it is time and there is something new."""

    def __init__(self, settings: Settings, post: stamp.Post | None = None) -> None:
        self._settings = settings
        self._post = post
        self._not_before = 0.0

    def once(self, now: Callable[[], float] = time.monotonic) -> int:
        """1 when a time-stamp was gained."""
        if now() < self._not_before:
            return 0
        with psycopg.connect(self._settings.dsn, autocommit=True, application_name="timestamps") as conn:
            row = conn.execute(
                "SELECT c.size, c.note FROM ledger.checkpoint c WHERE c.size > 0 AND c.size > COALESCE("
                " (SELECT max(t.size) FROM ledger.stamp t WHERE t.authority = %s), 0) AND NOT EXISTS"
                " (SELECT FROM ledger.stamp t WHERE t.authority = %s"
                "  AND t.received > clock_timestamp() - make_interval(secs => %s)) ORDER BY c.size DESC LIMIT 1",
                (self._settings.url, self._settings.url, self._settings.seconds),
            ).fetchone()
            return self._stamp(conn, row[0], bytes(row[1]), now) if row else 0

    def _stamp(self, conn: psycopg.Connection[Any], size: int, note: bytes, now: Callable[[], float]) -> int:
        message = Note.parse(note).text.encode()
        try:
            response, at = stamp.fetch(self._settings.url, message, self._settings.authority, self._post)
        except (LogFault, OSError) as error:
            fault = error.detail if isinstance(error, LogFault) else "the authority can't be reached"
            log.warning("time-stamp: %s", fault)
            conn.execute("UPDATE ledger.state SET stamping = %s", (fault,))
            self._not_before = now() + RETRY
            return 0
        conn.execute(
            "INSERT INTO ledger.stamp (size, authority, response, at) VALUES (%s, %s, %s, %s)",
            (size, self._settings.url, response, at),
        )
        conn.execute("UPDATE ledger.state SET stamping = NULL WHERE stamping IS NOT NULL")
        return 1
