"""Time limits, computed, and the purge as a state machine (rules 7, 23, 45).

    due = the later of entry and last validation + the rule's years, never more than the rulebook's most

    proposed ──confirm──▶ done        by somebody else than who proposed
        │  ╲──reject───▶ rejected
        ╲──withdraw──▶ withdrawn      by who proposed

Nothing takes a date from anybody: to keep something longer, a named reviewer validates it with a reason,
and the same rule counts from that day. Pure; the database computes the same (`line/sql/76_retention.sql`),
and tests compare the two.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from brightline.model.errors import Conflict, Refused

LONGEST_YEARS = 5
"""28 CFR 23.20(h). A rulebook may say less, never more."""
MIN_REASON = 40
MIN_DECISION = 20
_YEARS = re.compile(r":(\d{1,4})$")


class State(StrEnum):
    """Where a purge stands."""

    PROPOSED = "proposed"
    DONE = "done"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Act(StrEnum):
    """What moves it."""

    CONFIRM = "confirm"
    REJECT = "reject"
    WITHDRAW = "withdraw"


TRANSITIONS: Mapping[tuple[State, Act], State] = {
    (State.PROPOSED, Act.CONFIRM): State.DONE,
    (State.PROPOSED, Act.REJECT): State.REJECTED,
    (State.PROPOSED, Act.WITHDRAW): State.WITHDRAWN,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """What the limit of a record is computed from. `since` is a day in the row, earlier than the entry."""

    entered: date
    rule: str = ""
    since: date | None = None
    validated: date | None = None


def years_of(rule: str, longest: int = LONGEST_YEARS) -> int:
    """The years of a marking's retention words (`reports:2`), at most the rulebook's and at most five."""
    most = min(longest, LONGEST_YEARS)
    found = _YEARS.search(rule)
    return min(int(found[1]), most) if found else most


def counted_from(kept: Kept) -> date:
    """The last validation; before the first, the row's own day or the entry."""
    return kept.validated or kept.since or kept.entered


def due_on(kept: Kept, longest: int = LONGEST_YEARS) -> date:
    """The day by which it is validated or purged."""
    begun = counted_from(kept)
    year = begun.year + years_of(kept.rule, longest)
    try:
        return begun.replace(year=year)
    except ValueError:  # 29 February
        return begun.replace(year=year, day=28)


def step(state: State, act: Act) -> State:
    """The state after an act; Conflict when a decision was made already."""
    after = TRANSITIONS.get((state, act))
    if after is None:
        raise Conflict(f"A purge that is {state} can't be changed by {act}.", hint="Propose another.", code="state")
    return after


def decide(state: State, act: Act, *, who: str, proposed_by: str) -> State:
    """The same with rule 7's two people: who proposed neither confirms nor rejects, and alone withdraws."""
    after = step(state, act)
    if (act is Act.WITHDRAW) != (who == proposed_by):
        raise Refused("A purge takes two people.", hint="Somebody else has to decide.", code="four_eyes")
    return after
