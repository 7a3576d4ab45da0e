"""A restriction as a state machine (rules 3 and 27).

    asked ──confirm──▶ confirmed ──lift──▶ lifted        by an approver, never by who asked
      ╲──lift──▶ lifted

It holds from the moment it is asked for: protection that waited for a decision would come late. One that nobody decides
within `accounts.undecided_days` lapses: it is lifted by nobody (`line.lapse_restrictions`). Pure; the database
keeps the same steps (`restrictions.transition`), and a test compares the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from brightline.model.errors import Conflict, Refused


class State(StrEnum):
    """Where a restriction stands. Asked and confirmed ones hold."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    LIFTED = "lifted"


class Act(StrEnum):
    """What moves it."""

    CONFIRM = "confirm"
    LIFT = "lift"


TRANSITIONS: Mapping[tuple[State, Act], State] = {
    (State.ASKED, Act.CONFIRM): State.CONFIRMED,
    (State.ASKED, Act.LIFT): State.LIFTED,
    (State.CONFIRMED, Act.LIFT): State.LIFTED,
}


def decide(state: State, act: Act, *, who: str, asked_by: str) -> State:
    """The state after a decision. Refused `four_eyes` for who asked, Conflict `state` when it was lifted already."""
    if who == asked_by:
        raise Refused(
            "Who asked for a restriction doesn't decide on it.", hint="Another approver has to.", code="four_eyes"
        )
    after = TRANSITIONS.get((state, act))
    if after is None:
        raise Conflict(f"The restriction is {state}.", hint="Ask for another.", code="state")
    return after
