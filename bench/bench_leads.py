"""A file of leads from the inbox to the queue: read in the box, taken in piece by piece by the worker's own part.

Small 1,000 rows, medium 10,000, full 100,000; then a file of which one row in ten is known and says something else, and
the first page of the queue. Every second row shares its passport with the one before it, so that subjects are found.
"""

from __future__ import annotations

import hashlib
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from tests.leadroom import NOTICE, LeadRoom, lead_room, table
from tests.office import taker_of

from bench.lib import Row, med, say, scratch, size, write
from brightline.store.server import Server

ROWS = {"small": 1_000, "medium": 10_000, "full": 100_000}
DESK = "status/vetter"


@dataclass
class _Database:
    server: Server
    stack: ExitStack

    def dsn(self, role: str) -> str:
        return self.server.dsn(role)

    @property
    def admin(self) -> psycopg.Connection[Any]:
        return self.stack.enter_context(psycopg.connect(self.server.admin_dsn(), autocommit=True))


def run() -> Path:
    count = ROWS[size()]
    with (
        scratch("leads") as (server, _),
        ExitStack() as stack,
        lead_room(_Database(server, stack)) as room,
        tempfile.TemporaryDirectory(prefix="bench-leads-") as folder,
    ):
        first = _taken(room, Path(folder), "first", [_row(n) for n in range(count)])
        again = [_row(n, remarks="Seen at the ferry since.") if n % 10 == 0 else _row(n) for n in range(count)]
        second = _taken(room, Path(folder), "again", again)
        pages = [_page(room) for _ in range(5)]
    rows = [
        _line(f"{count:,} rows into an empty desk", first, "s", count * 60 / 100_000),
        _line(f"the same {count:,} once more, one in ten changed", second, "s", count * 60 / 100_000),
        _line(f"first page of the queue at {count:,} leads, median", med(pages) * 1_000, "ms", 200.0),
    ]
    return write("leads", data={"rows": count}, runs={"pages": len(pages)}, rows=rows)


def _row(n: int, **changed: str) -> dict[str, str]:
    row = {"notice": f"B-{n}", "name": f"Person {n // 2 * 7919}", "passport": f"P{n // 2}", "id_no": ""}
    return {**row, "family": f"Kin {n} (sister)", **changed}


def _taken(room: LeadRoom, inbox: Path, name: str, rows: list[dict[str, str]]) -> float:
    path = inbox / f"{name}.csv"
    path.write_bytes(table(NOTICE, *rows))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    sent = {"programme": "status-review", "name": path.name, "sha256": digest, "file": str(path)}
    number = room.do("stan", DESK, "lead_intake", **sent)["intake"]
    taker, begun = taker_of(room.at.database, inbox), time.perf_counter()
    taker.once()
    spent = time.perf_counter() - begun
    done = room.do("stan", DESK, "lead_intakes", intake=number)["intakes"][0]
    say(
        f"{name}: {done['state']}, {done['accepted']} new, {done['known']} known, {done['changed']} changed, {spent:.1f} s"
    )
    if done["state"] != "done":
        raise SystemExit(f"{name}: {done['message']}")
    return spent


def _page(room: LeadRoom) -> float:
    begun = time.perf_counter()
    room.do("stan", DESK, "lead_list", tab="to_vet", limit=50)
    return time.perf_counter() - begun


def _line(name: str, ours: float, unit: str, most: float) -> Row:
    goal = f"≤ {most:g} {unit}"
    return Row(
        name=name, ours=round(ours, 2), peer=None, peer_name="", unit=unit, ratio=None, goal=goal, holds=ours <= most
    )
