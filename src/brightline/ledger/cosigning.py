"""Has witnesses cosign each checkpoint. Apart from the sequencer: a witness that is slow, down or wrong holds up
nothing; its cosignature is added to the published checkpoint when it comes.

One `Cosigner` a witness, each in a thread of its own with a connection of its own.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from brightline.ledger import asking
from brightline.ledger.asking import Endpoint, Outcome, Post
from brightline.ledger.note import Note
from brightline.ledger.publish import cosign
from brightline.ledger.tiles import FolderTiles

log = logging.getLogger(__name__)

LONGEST_PAUSE = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How to reach the database (as brightline_sequencer), where the tiles lie, whom to ask, how many must agree."""

    dsn: str
    folder: Path
    endpoints: tuple[Endpoint, ...] = ()
    quorum: int = 0


def enlist(settings: Settings) -> None:
    """Write down who is asked now, and how many must agree, for status and doctor; others are kept, unlisted."""
    with psycopg.connect(settings.dsn, autocommit=True) as conn, conn.transaction():
        conn.execute(
            "UPDATE ledger.witness SET listed = false WHERE listed AND vkey <> ALL (%s)",
            ([each.witness.vkey() for each in settings.endpoints],),
        )
        for each in settings.endpoints:
            conn.execute(
                "INSERT INTO ledger.witness (vkey, name, url) VALUES (%s, %s, %s) ON CONFLICT (vkey)"
                " DO UPDATE SET name = excluded.name, url = excluded.url, listed = true",
                (each.witness.vkey(), each.witness.name, each.url),
            )
        conn.execute("UPDATE ledger.state SET quorum = %s WHERE quorum <> %s", (settings.quorum,) * 2)


class Cosigner:
    """Asks one witness. `once` looks whether there is a newer checkpoint than the witness cosigned, and asks."""

    def __init__(self, settings: Settings, endpoint: Endpoint, post: Post = asking.post) -> None:
        self._settings = settings
        self._endpoint = endpoint
        self._post = post
        self._vkey = endpoint.witness.vkey()
        self._pause = 1.0
        self._not_before = 0.0

    def once(self, now: Callable[[], float] = time.monotonic) -> int:
        """1 when a cosignature was gained. After a failure the next try waits, twice as long each time."""
        if now() < self._not_before:
            return 0
        with psycopg.connect(self._settings.dsn, autocommit=True, application_name="witnesses") as conn:
            known, size, note = self._newest(conn)
            if size <= 0 or self._has(conn, size):
                return 0
            outcome = asking.ask(self._endpoint, note, FolderTiles(self._settings.folder), known, self._post)
            self._keep(conn, size, outcome)
        if outcome.signature is None:
            log.warning("witness %s: %s", self._endpoint.witness.name, outcome.fault)
            self._not_before = now() + self._pause
            self._pause = min(self._pause * 2, LONGEST_PAUSE)
            return 0
        self._pause = 1.0
        cosign(self._settings.folder, Note.parse(note).text, [outcome.signature])
        return 1

    def _newest(self, conn: psycopg.Connection[Any]) -> tuple[int, int, bytes]:
        """(what the witness is thought to know, size and note of the newest checkpoint; size 0 before the first)."""
        row = conn.execute(
            "SELECT COALESCE((SELECT w.size FROM ledger.witness w WHERE w.vkey = %s), 0), c.size, c.note"
            " FROM ledger.checkpoint c ORDER BY c.size DESC LIMIT 1",
            (self._vkey,),
        ).fetchone()
        return (row[0], row[1], bytes(row[2])) if row else (0, 0, b"")

    def _has(self, conn: psycopg.Connection[Any], size: int) -> bool:
        found = conn.execute(
            "SELECT 1 FROM ledger.cosignature WHERE size = %s AND witness = %s", (size, self._vkey)
        ).fetchone()
        return found is not None

    def _keep(self, conn: psycopg.Connection[Any], size: int, outcome: Outcome) -> None:
        with conn.transaction():
            if outcome.signature is not None:
                at = datetime.fromtimestamp(int.from_bytes(outcome.signature.blob[:8], "big"), UTC)
                conn.execute(
                    "INSERT INTO ledger.cosignature (size, witness, line, at) VALUES (%s, %s, %s, %s)"
                    " ON CONFLICT DO NOTHING",
                    (size, self._vkey, outcome.signature.line(), at),
                )
                conn.execute("UPDATE ledger.witness SET at = %s WHERE vkey = %s", (at, self._vkey))
            conn.execute(
                "UPDATE ledger.witness SET size = %s, tried = clock_timestamp(), fault = %s, grave = %s"
                " WHERE vkey = %s",
                (outcome.known, outcome.fault, outcome.grave, self._vkey),
            )
