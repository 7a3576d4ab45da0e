"""Misuse detectors over seeded days: forty accounts, twenty days, a hundred planted acts of nine kinds, three seeds.

Recall is counted strictly: an act is found when a flag of its own kind rests on one of its entries. A false flag rests
on none that was planted; honest days hold what detectors may mistake (overtime, namesakes, cases without result, a
reporter who is a victim). The peer of recall is chance: the same number of flags, each on a random account and day.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.misusing import made

from bench.lib import Database, Row, med, say, scratch, size, write
from brightline.store import install
from brightline.store.server import Server

SEEDS = {"small": (44,), "medium": (44, 45), "full": (44, 45, 46)}


def run() -> Path:
    with scratch("misuse") as (server, _):
        scores = [_one(server, seed) for seed in SEEDS[size()]]
    data = {"seeds": list(SEEDS[size()]), "scores": scores}
    return write("misuse", data=data, runs={"seeds": len(scores)}, rows=_rows(scores))


def _one(server: Server, seed: int) -> dict[str, Any]:
    own = server.named(f"misuse_{seed}")
    install.up(own)
    folder = Path(tempfile.mkdtemp(prefix="bench-misuse-"))
    try:
        with ExitStack() as stack:
            days = made(Database(own, stack), folder, seed=seed)
            days.log.drain()
            begun = time.perf_counter()
            days.run()
            spent = time.perf_counter() - begun
            score = {"seed": seed, **days.score(), "entries": len(days.entries), "seconds": round(spent, 2)}
        say(f"seed {seed}: {score['found']} of {score['planted']}, {score['false']} false of {score['flags']} flags")
        return score
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        install.destroy(own)


def _rows(scores: list[dict[str, Any]]) -> list[Row]:
    recall = min(one["recall"] for one in scores)
    chance = med([one["flags"] / (one["account_days"] * 9) for one in scores])
    false = max(one["false_rate"] for one in scores)
    per_day = max(100 * one["false"] / one["account_days"] for one in scores)
    speed = med([one["entries"] / one["seconds"] for one in scores])
    return [
        _row("recall, lowest seed", recall * 100, "%", "≥ 95 %", recall >= 0.95, peer=round(chance * 100, 2)),
        _row("false among flags, highest seed", false * 100, "%", "≤ 20 %", false <= 0.2),
        _row("false flags per 100 account-days, highest", per_day, "", "≤ 3", per_day <= 3),
        _row("entries read per second, median", speed, "/s", "≥ 200 /s", speed >= 200),
    ]


def _row(name: str, ours: float, unit: str, goal: str, holds: bool, *, peer: float | None = None) -> Row:
    named = "chance" if peer is not None else ""
    ratio = round(ours / peer, 1) if peer else None
    return Row(
        name=name, ours=round(ours, 2), peer=peer, peer_name=named, unit=unit, ratio=ratio, goal=goal, holds=holds
    )
