"""Files of leads, and published tables, that wait are taken in: read in the box, sent piece by piece by an order.

A piece comes in once: the database says how many rows are in, and whoever takes a file up again goes on from there.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any, LiteralString

import psycopg

from brightline.box.starting import Box
from brightline.gate import Call, Gate
from brightline.leads import child as leads_child
from brightline.leads import commands as leads
from brightline.leads.intake import MOST_ROWS, Batch
from brightline.model.errors import BadInput, BrightlineError, Conflict, NotRunning, Refused
from brightline.operations import child as operations_child
from brightline.operations import commands as operations

log = logging.getLogger(__name__)

PAUSE = 0.5
"""Seconds between two looks at what waits."""
_GONE = "The file isn't in the inbox as it was sent."
_AGAIN = "Send it again."
_LEAST = 20
"""Rows below which a piece isn't halved: what is too slow then isn't slow for its length."""


class Taker:
    """One worker's takings of leads; `once` is called again and again, as brightline_worker."""

    schema: LiteralString = "leads"

    def __init__(self, dsn: str, gate: Gate, box: Box, inbox: Path, most_rows: int = MOST_ROWS) -> None:
        self._dsn, self._gate, self._box, self._inbox, self._most = dsn, gate, box, inbox, most_rows
        self._begun = True

    def once(self) -> int:
        """Take in everything that waits; how many files were taken or given up."""
        done = 0
        with psycopg.connect(self._dsn, autocommit=True, application_name=self.schema, prepare_threshold=None) as conn:
            while found := self._next(conn):
                done += 1
                path = self._path(found)
                gave_up = _GONE if path is None else self._take(found, path)
                if gave_up:
                    conn.execute(f"SELECT {self.schema}.stop(%s, %s, %s)", (found["intake"], gave_up, _AGAIN))
                if path is not None and self._over(conn, found["intake"]):
                    path.unlink(missing_ok=True)
        return done

    def _next(self, conn: psycopg.Connection[Any]) -> dict[str, Any] | None:
        row = conn.execute(f"SELECT {self.schema}.work(%s)", (self._begun,)).fetchone()
        self._begun = False
        return row[0] if row else None

    def _over(self, conn: psycopg.Connection[Any], intake: str) -> bool:
        row = conn.execute(f"SELECT {self.schema}.over(%s)", (intake,)).fetchone()
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
                self._send(call, found, self._lines(found, path))
            except BadInput as fault:
                self._end(call, found, fault.detail.removeprefix(f"{fault.field}: "), fault.hint)
                return ""
            self._end(call, found)
        except Refused as error:
            log.warning("%s: file %s was not taken in: %s", self.schema, intake, error.code)
            return error.detail
        except Conflict as error:
            log.warning("%s: file %s: %s", self.schema, intake, error.code)
        except (BrightlineError, psycopg.Error, OSError) as error:
            log.error("%s: file %s was not taken in: %s", self.schema, intake, type(error).__name__)
            return "This server can't close its box, so it reads no files." if _boxless(error) else ""
        return ""

    def _send(self, call: Call, found: dict[str, Any], lines: Iterator[dict[str, Any]]) -> None:
        """Each piece after those that are in, all over one connection, whose plans are made once."""
        total, place = 0, int(found["at"])
        with psycopg.connect(self._dsn, autocommit=True, application_name=self.schema, prepare_threshold=None) as kept:
            gate = self._gate.over(kept)
            for line in lines:
                if "total" in line:
                    total = line["total"]
                elif self._size(line):
                    place = self._put(gate, call, found, line, {"at": place, "total": total})

    def _put(self, gate: Gate, call: Call, found: dict[str, Any], line: dict[str, Any], place: dict[str, int]) -> int:
        """A piece; in halves where this machine is too busy to take it within the time that a call has. Answers where
        the next one begins."""
        size = self._size(line)
        try:
            self._piece(gate, call, found, line, place)
        except Conflict as error:
            if error.code != "too_slow" or size <= _LEAST:
                raise
            at = place["at"]
            for half in self._halves(line, at):
                at = self._put(gate, call, found, half, {**place, "at": at})
        return place["at"] + size

    def _lines(self, found: dict[str, Any], path: Path) -> Iterator[dict[str, Any]]:
        return leads_child.read(path, found["config"], self._box, most=self._most, start=found["at"])

    def _size(self, line: dict[str, Any]) -> int:
        return len(line["rows"]) + len(line["rejected"])

    def _halves(self, line: dict[str, Any], at: int) -> tuple[dict[str, Any], dict[str, Any]]:
        """By the place of a row in its file, so that the order is the same."""
        numbers = sorted(one["row"] for one in (*line["rows"], *line["rejected"]))
        middle = numbers[len(numbers) // 2]
        return _parted(line, ("rows", "rejected"), middle)

    def _piece(
        self, gate: Gate, call: Call, found: dict[str, Any], line: dict[str, Any], place: dict[str, int]
    ) -> None:
        batch = Batch(rows=line["rows"], rejected=line["rejected"])
        leads.lead_rows(gate, call, batch, intake=found["intake"], **place)

    def _end(self, call: Call, found: dict[str, Any], problem: str = "", hint: str = "") -> None:
        leads.lead_intake_end(self._gate, call, intake=found["intake"], problem=problem, hint=hint)


class Tables(Taker):
    """The same of published tables."""

    schema: LiteralString = "operations"

    def _lines(self, found: dict[str, Any], path: Path) -> Iterator[dict[str, Any]]:
        lines = operations_child.read(path, found["kind"], self._box, most=self._most, start=found["at"])
        for line in lines:
            found["omitted"] = line.get("omitted", [])
            yield line

    def _size(self, line: dict[str, Any]) -> int:
        return int(line["rows"])

    def _halves(self, line: dict[str, Any], at: int) -> tuple[dict[str, Any], dict[str, Any]]:
        first = line["rows"] // 2
        one, other = _parted(line, ("kept", "faults"), at + first + 1)
        return {**one, "rows": first}, {**other, "rows": line["rows"] - first}

    def _piece(
        self, gate: Gate, call: Call, found: dict[str, Any], line: dict[str, Any], place: dict[str, int]
    ) -> None:
        operations.extract_rows(gate, call, line, id=found["intake"], **place)

    def _end(self, call: Call, found: dict[str, Any], problem: str = "", hint: str = "") -> None:
        omitted = [] if problem else found.get("omitted", [])
        operations.extract_end(self._gate, call, id=found["intake"], omitted=omitted, problem=problem, hint=hint)


def _parted(line: dict[str, Any], parts: tuple[str, ...], middle: int) -> tuple[dict[str, Any], dict[str, Any]]:
    before = {part: [one for one in line[part] if one["row"] < middle] for part in parts}
    after = {part: [one for one in line[part] if one["row"] >= middle] for part in parts}
    return {**line, **before}, {**line, **after}


def _boxless(error: Exception) -> bool:
    return isinstance(error, NotRunning) and error.code == "box"
