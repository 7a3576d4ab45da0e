"""Documents that wait are read, two at once: in the box, each under its own standing order."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg

from brightline.box.starting import Box
from brightline.documents.child import PLACES
from brightline.gate import Call, Gate
from brightline.model.errors import BrightlineError, Conflict, NotRunning, Refused
from brightline.stories.reading_documents import read_waiting

log = logging.getLogger(__name__)

PAUSE = 0.5
"""Seconds between two looks at what waits."""


class Reader:
    """One worker's readings; `once` is called again and again, as brightline_worker."""

    def __init__(self, dsn: str, gate: Gate, box: Box) -> None:
        self._dsn, self._gate, self._box = dsn, gate, box
        self._begun = True

    def once(self) -> int:
        """Read everything that waits; how many were read or given up. Each account has its turn."""
        done = 0
        with (
            psycopg.connect(self._dsn, autocommit=True, application_name="documents", prepare_threshold=None) as conn,
            ThreadPoolExecutor(PLACES, thread_name_prefix="reading") as places,
        ):
            while found := self._work(conn):
                for one, why in zip(found, places.map(self._read, found), strict=True):
                    if why:
                        conn.execute("SELECT documents.stop(%s, %s)", (one["document"], why))
                done += len(found)
        return done

    def _work(self, conn: psycopg.Connection[Any]) -> list[dict[str, Any]]:
        row = conn.execute("SELECT documents.work(%s, %s)", (PLACES, self._begun)).fetchone()
        self._begun = False
        found: list[dict[str, Any]] = row[0] if row else []
        return found

    def _read(self, one: dict[str, Any]) -> str:
        """Why it isn't tried again; '' when it was read, or is tried again in a while."""
        call = Call(token=f"order:{one['order']}", purpose=one["purpose"])
        try:
            read_waiting(self._gate, call, one["document"], self._box)
        except (Refused, Conflict) as error:
            log.warning("document %s was not read: %s", one["document"], error.code)
            return "refused"
        except NotRunning as error:
            log.error("document %s was not read: %s", one["document"], error)
            return "box" if error.code == "box" else ""
        except (BrightlineError, psycopg.Error) as error:
            log.error("document %s was not read: %s", one["document"], type(error).__name__)
        return ""
