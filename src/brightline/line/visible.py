"""A compiled set as it is stored: rows that are seen, pointers that are told, until when, and its hash.

Pure. `line.visible_hash` in the database makes the same hash of the same set.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from brightline.line import rules


@dataclass(frozen=True, slots=True, kw_only=True)
class VisibleSet:
    """One purpose's set. `until`: the moment from which it has to be compiled anew, if a day is known."""

    epoch: int
    until: datetime | None
    rows: tuple[Mapping[str, Any], ...]
    pointers: tuple[Mapping[str, Any], ...]

    @property
    def hash(self) -> str:
        """In hex, as the entry of storing it names it."""
        return digest(self.rows, self.pointers)


def compiled(facts: rules.Facts) -> VisibleSet:
    """What the rules make of the facts of one purpose."""
    rows, pointers, untils = [], [], []
    for marking, decision in rules.compile_set(facts):
        if decision.until is not None:
            untils.append(decision.until)
        if decision.visible:
            rows.append({"marking": marking.id, "rule": decision.rule, "why": decision.why})
        elif decision.pointer is not None:
            told = decision.pointer
            pointers.append(
                {"marking": marking.id, "tier": told.tier, "regime": told.regime, "custodian": told.custodian}
            )
    last = min(untils, default=None)
    until = None if last is None else datetime.combine(last + timedelta(days=1), time(), UTC)
    return VisibleSet(epoch=facts.epoch, until=until, rows=tuple(rows), pointers=tuple(pointers))


def digest(rows: Iterable[Mapping[str, Any]], pointers: Iterable[Mapping[str, Any]]) -> str:
    """SHA-256 over the lines of a set, in order of marking, what is open before what is told."""
    lines = [f"sees {r['marking']} {r['rule']} {r['why']}" for r in sorted(rows, key=_marking)]
    lines += [
        f"tells {p['marking']} {p['tier']} {p['regime']} {p['custodian']}" for p in sorted(pointers, key=_marking)
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _marking(row: Mapping[str, Any]) -> int:
    return int(row["marking"])
