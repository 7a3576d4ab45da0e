"""What overseers ask of the log. Each call is itself an entry of act `read-log` (rule 17).

All take the gate and the call (token, purpose, inquiry) and give what the installed function gives; shapes
stand in the headers of `sql/*.sql`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from brightline.gate import Answer, Call, Gate
from brightline.ledger.record import Row
from brightline.oversight import misuse
from brightline.oversight.definitions import registry
from brightline.oversight.reports import compose

PAGE = 2000


def status(gate: Gate, call: Call) -> Answer:
    """Size, last checkpoint, lag and alarms, for every account."""
    return gate.run(call, "ledger_status", {})


def entries(gate: Gate, call: Call, filters: Mapping[str, Any]) -> Answer:
    """Entries, newest first: heads, names and reasons, no search words."""
    return gate.run(call, "ledger_entries", filters)


def entry(gate: Gate, call: Call, entry: UUID) -> Answer:
    """One entry with head, body and salts; needs an open inquiry, since bodies name people."""
    return gate.run(call, "ledger_entry_show", {"entry": str(entry)})


def inquiries(gate: Gate, call: Call, filters: Mapping[str, Any]) -> Answer:
    """Inquiries with their reasons; `sample` takes so many at random."""
    return gate.run(call, "ledger_inquiries", filters)


def rows(gate: Gate, call: Call) -> Iterator[Row]:
    """All entries with their texts, page by page, for an export; every page is an entry of the log."""
    first, more = 0, True
    while more:
        page = gate.run(call, "ledger_export", {"from": first, "limit": PAGE}).result
        yield from map(Row.parse, page["items"])
        first, more = first + PAGE, bool(page["more"])


def history(gate: Gate, call: Call) -> list[dict[str, Any]]:
    """Every checkpoint signed so far, for an export."""
    found: list[dict[str, Any]] = gate.run(call, "ledger_export", {"from": 0, "limit": 1}).result["history"]
    return found


@dataclass(frozen=True, kw_only=True, slots=True)
class Moments:
    """As of when, and from when on; without the first, the newest checkpoint."""

    as_of: datetime | None = None
    since: datetime | None = None

    def params(self) -> dict[str, str]:
        """As the database takes them."""
        given = {"as_of": self.as_of, "from": self.since}
        return {key: moment.isoformat() for key, moment in given.items() if moment}


def report(gate: Gate, call: Call, name: str, moments: Moments, *, published: bool = False) -> Answer:
    """A report as of a past moment: over the entries of the newest checkpoint that was signed by then (rule 49).

    The published form is made in the database, which remembers what it printed.
    """
    known = registry()
    wanted = [known.figures[key].terms(key) for key in known.report(name).figures]
    function = "oversight_publish" if published else "oversight_figures"
    answer = gate.run(call, function, {"figures": wanted, **moments.params()})
    return replace(answer, result=compose(known, name, answer.result, published=published))


def counted(
    gate: Gate, call: Call, key: str, cell: Sequence[str] | None, moments: Moments, page: Mapping[str, int]
) -> Answer:
    """The entries that a figure, or one cell of it, counts."""
    figure = registry().figure(key)
    where = {"cell": [*cell, "", "", ""][:3]} if cell else {}
    return gate.run(call, "oversight_rows", {"figure": figure.terms(key), **where, **moments.params(), **page})


def crossings(
    gate: Gate, call: Call, *, since: datetime | None, until: datetime | None, page: Mapping[str, int] | None = None
) -> Answer:
    """What became of each crossing, read off the log: for the chart of lanes and arcs. A page, with the total."""
    return gate.run(call, "oversight_crossings", {**_period(since, until), **(page or {})})


def referrals(gate: Gate, call: Call, filters: Mapping[str, Any]) -> Answer:
    """Referrals of every unit with their outcome and counts, without a word about a subject."""
    return gate.run(call, "oversight_referrals", {key: value for key, value in filters.items() if value is not None})


def intakes(gate: Gate, call: Call, filters: Mapping[str, Any]) -> Answer:
    """Files of leads of every unit by programme and authority, with counts."""
    return gate.run(call, "oversight_intakes", {key: value for key, value in filters.items() if value is not None})


def exceptions(
    gate: Gate, call: Call, *, since: datetime | None, until: datetime | None, page: Mapping[str, int] | None = None
) -> Answer:
    """What deserves a look: flags of misuse, copied words, late decisions (rule 44). A page, with total and open."""
    return gate.run(call, "oversight_exceptions", {**_period(since, until), **(page or {})})


def flags(gate: Gate, call: Call, filters: Mapping[str, Any]) -> Answer:
    """Flags of the misuse detectors, open ones first, each with how it was computed (rule 44)."""
    answer = gate.run(call, "oversight_flags", {key: value for key, value in filters.items() if value is not None})
    items = [misuse.told(flag) for flag in answer.result["items"]]
    return replace(answer, result={**answer.result, "items": items})


def flag(gate: Gate, call: Call, id: UUID) -> Answer:
    """One flag with its evidence, entry by entry, and the verdicts so far."""
    answer = gate.run(call, "oversight_flag", {"flag": str(id)})
    return replace(answer, result=misuse.told(answer.result))


def sets(gate: Gate, call: Call, filters: Mapping[str, Any]) -> Answer:
    """Visible sets as they lie there, held against what the rulebook gives now."""
    return gate.run(call, "oversight_sets", {key: value for key, value in filters.items() if value is not None})


def promises(gate: Gate, call: Call, *, limit: int = 50, offset: int = 0) -> Answer:
    """What is promised and not done, what is late first."""
    return gate.run(call, "oversight_promises", {"limit": limit, "offset": offset})


def lists(gate: Gate, call: Call) -> Answer:
    """What detectors compare with: how many are on each list, never who."""
    return gate.run(call, "oversight_lists", {})


def samples(gate: Gate, call: Call) -> Answer:
    """Samples of reasons with how far they are judged."""
    return gate.run(call, "oversight_samples", {})


def sample(gate: Gate, call: Call, id: UUID) -> Answer:
    """One sample, reason by reason."""
    return gate.run(call, "oversight_sample", {"sample": str(id)})


def queue(gate: Gate, call: Call, *, limit: int = 50, offset: int = 0) -> Answer:
    """{items, waiting}: drawn reasons without a verdict, crossings first, each once."""
    return gate.run(call, "oversight_queue", {"limit": limit, "offset": offset})


def _period(since: datetime | None, until: datetime | None) -> dict[str, str]:
    given = {"from": since, "to": until}
    return {key: moment.isoformat() for key, moment in given.items() if moment}
