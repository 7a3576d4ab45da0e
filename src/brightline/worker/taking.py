"""Files of leads that wait are taken in, one at a time: read in the box, sent piece by piece by a standing order.

A piece comes in once: the database says how many rows are in, and whoever takes a file up again goes on from there.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

from brightline.box.starting import Box
from brightline.gate import Call, Gate
from brightline.leads import child, commands
from brightline.leads.intake import Batch
from brightline.model.errors import BadInput, BrightlineError, Conflict, NotRunning, Refused

log = logging.getLogger(__name__)

PAUSE = 0.5
"""Seconds between two looks at what waits."""
_GONE = "The file isn't in the inbox as it was sent."
_AGAIN = "Send it again."


class Taker:
    """One worker's takings; `once` is called again and again, as brightline_worker."""

    def __init__(self, dsn: str, gate: Gate, box: Box, inbox: Path) -> None:
        self._dsn, self._gate, self._box, self._inbox = dsn, gate, box, inbox
        self._begun = True

    def once(self) -> int:
        """Take in everything that waits; how many files were taken or given up."""
        done = 0
        with psycopg.connect(self._dsn, autocommit=True, application_name="leads", prepare_threshold=None) as conn:
            while found := self._next(conn):
                done += 1
                path = self._path(found)
                gave_up = _GONE if path is None else self._take(found, path)
                if gave_up:
                    conn.execute("SELECT leads.stop(%s, %s, %s)", (found["intake"], gave_up, _AGAIN))
                if path is not None and self._over(conn, found["intake"]):
                    path.unlink(missing_ok=True)
        return done

    def _next(self, conn: psycopg.Connection[Any]) -> dict[str, Any] | None:
        row = conn.execute("SELECT leads.work(%s)", (self._begun,)).fetchone()
        self._begun = False
        return row[0] if row else None

    def _over(self, conn: psycopg.Connection[Any], intake: str) -> bool:
        row = conn.execute("SELECT leads.over(%s)", (intake,)).fetchone()
        return bool(row and row[0])

    def _path(self, found: dict[str, Any]) -> Path | None:
        """The file, if it lies in the inbox and is what was sent: no link, no other's bytes."""
        path = Path(found["file"])
        if path.is_symlink() or path.resolve().parent != self._inbox.resolve() or not path.is_file():
            return None
        with path.open("rb") as source:
            same = hashlib.file_digest(source, "sha256").hexdigest() == found["sha256"]
        return path if same else None

    def _take(self, found: dict[str, Any], path: Path) -> str:
        """Why it is tried no more; '' when it is in, was refused as a file, or is tried again in a while."""
        call = Call(token=f"order:{found['order']}", purpose=found["purpose"])
        intake = found["intake"]
        try:
            try:
                self._send(call, intake, found["at"], child.read(path, found["config"], self._box))
            except BadInput as fault:
                problem = fault.detail.removeprefix(f"{fault.field}: ")
                commands.lead_intake_end(self._gate, call, intake=intake, problem=problem, hint=fault.hint)
                return ""
            commands.lead_intake_end(self._gate, call, intake=intake)
        except Refused as error:
            log.warning("leads of %s were not taken in: %s", intake, error.code)
            return error.detail
        except Conflict as error:
            log.warning("leads of %s: %s", intake, error.code)
        except (BrightlineError, psycopg.Error, OSError) as error:
            log.error("leads of %s were not taken in: %s", intake, type(error).__name__)
            return "This server can't close its box, so it reads no files." if _boxless(error) else ""
        return ""

    def _send(self, call: Call, intake: str, at: int, lines: Iterator[dict[str, Any]]) -> None:
        """Each piece after those that are in."""
        total = place = 0
        for line in lines:
            if "total" in line:
                total = line["total"]
                continue
            batch = Batch(rows=line["rows"], rejected=line["rejected"])
            if place >= at:
                commands.lead_rows(self._gate, call, batch, intake=intake, at=place, total=total)
            place += len(batch)


def _boxless(error: Exception) -> bool:
    return isinstance(error, NotRunning) and error.code == "box"
