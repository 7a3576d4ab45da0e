"""What changes a bulk run (rule 41): asked for, sampled, judged, decided, run. Each call is one act with its entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from brightline.gate import Answer, Call, Gate
from brightline.search import bulk, model


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A request: who is on the list and from where it comes, what for, how many matches are expected.

    Either `lines`, or `filters` {schemas, sources, countries, from, to} for a search by attributes alone.
    """

    population: str
    aim: str
    expected: int
    lines: Sequence[bulk.Line] = ()
    filters: Mapping[str, Any] = field(default_factory=dict)
    fuzzy: int = 1

    def params(self) -> dict[str, Any]:
        """As bulk_request takes it."""
        told = {name: getattr(self, name) for name in ("population", "aim", "expected", "fuzzy")}
        filters = {key: value for key, value in self.filters.items() if value}
        if "schemas" in filters:
            filters["schemas"] = model.schemata_below(filters["schemas"])
        return {**told, "lines": bulk.lines_as_params(self.lines), "filters": filters}


def request(gate: Gate, call: Call, wanted: Wanted) -> Answer:
    """Ask for a run. Nothing is looked up yet. BadInput names the field; Refused `too_many`: a whole register."""
    return gate.run(call, "bulk_request", wanted.params())


def sample(gate: Gate, call: Call, number: str) -> Answer:
    """Draw the random sample by a kept seed and look it up. Once: a bad sample can't be drawn again."""
    return gate.run(call, "bulk_sample", {"bulk": number})


def judge(gate: Gate, call: Call, hit: UUID, *, verdict: str, compared: Sequence[str], reason: str) -> Answer:
    """Judge one match: confirmed, wrong or unsure, with what was compared. The newest counts, none is erased."""
    given = {"hit": str(hit), "verdict": verdict, "compared": list(compared), "reason": reason}
    return gate.run(call, "bulk_judge", given)


def decide(gate: Gate, call: Call, number: str, *, decision: str, reason: str) -> Answer:
    """Approve or deny, as a supervisor of the unit. Refused: `four_eyes` for who asked or judged, `error_rate`."""
    return gate.run(call, "bulk_decide", {"bulk": number, "decision": decision, "reason": reason})


def withdraw(gate: Gate, call: Call, number: str) -> Answer:
    """Take one's request back before it runs."""
    return gate.run(call, "bulk_withdraw", {"bulk": number})


def run(gate: Gate, call: Call, number: str) -> Answer:
    """Look up the next lines of an approved run, for about two seconds; again until its state is done."""
    return gate.run(call, "bulk_run", {"bulk": number})
