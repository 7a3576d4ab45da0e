"""The case file as a state machine, and what has to be there before it may move.

    draft ──submit──▶ submitted ──approve──▶ open ◀──resume── suspended
      ▲                 │    ▲               │ ▲ ╲───suspend────▶ │
      └── (edit)   return│    │submit         │ │return            │
                        ▼    │               ▼ │                  │
                       returned        closure_requested ◀─close──┘
                                             │approve
                                             ▼
                          reopen_requested ◀─reopen── closed
                             │approve: open, return: closed
    Whoever asked for what waits takes it back: to draft, open or closed.

Pure: no clock, no database. The database holds the same table of steps (`cases.transition`) and the
same guards in its functions; a test compares the two. The regime isn't part of any step: it's set
when the case is opened and never changes (a new, linked case and a crossing instead).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from brightline.model.errors import Conflict, Refused


class State(StrEnum):
    """Where a case stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    OPEN = "open"
    SUSPENDED = "suspended"
    CLOSURE_REQUESTED = "closure_requested"
    CLOSED = "closed"
    REOPEN_REQUESTED = "reopen_requested"


class Act(StrEnum):
    """What moves it. `approve` and `return` decide whatever waits, `withdraw` takes it back; the others ask or do."""

    SUBMIT = "submit"
    APPROVE = "approve"
    RETURN = "return"
    SUSPEND = "suspend"
    RESUME = "resume"
    CLOSE = "close"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"


TRANSITIONS: Mapping[tuple[State, Act], State] = {
    (State.DRAFT, Act.SUBMIT): State.SUBMITTED,
    (State.RETURNED, Act.SUBMIT): State.SUBMITTED,
    (State.SUBMITTED, Act.APPROVE): State.OPEN,
    (State.SUBMITTED, Act.RETURN): State.RETURNED,
    (State.OPEN, Act.SUSPEND): State.SUSPENDED,
    (State.SUSPENDED, Act.RESUME): State.OPEN,
    (State.OPEN, Act.CLOSE): State.CLOSURE_REQUESTED,
    (State.SUSPENDED, Act.CLOSE): State.CLOSURE_REQUESTED,
    (State.CLOSURE_REQUESTED, Act.APPROVE): State.CLOSED,
    (State.CLOSURE_REQUESTED, Act.RETURN): State.OPEN,
    (State.CLOSED, Act.REOPEN): State.REOPEN_REQUESTED,
    (State.REOPEN_REQUESTED, Act.APPROVE): State.OPEN,
    (State.REOPEN_REQUESTED, Act.RETURN): State.CLOSED,
    (State.SUBMITTED, Act.WITHDRAW): State.DRAFT,
    (State.CLOSURE_REQUESTED, Act.WITHDRAW): State.OPEN,
    (State.REOPEN_REQUESTED, Act.WITHDRAW): State.CLOSED,
}

EDITABLE = frozenset({State.DRAFT, State.RETURNED})
"""The file's own words may change: nobody has judged them yet."""

WORKING = frozenset({State.OPEN})
"""Things may be put into the case. Everywhere else it's read-only."""

WAITING = frozenset({State.SUBMITTED, State.CLOSURE_REQUESTED, State.REOPEN_REQUESTED})
"""Somebody asked and another person decides."""

DECISIONS = frozenset({Act.APPROVE, Act.RETURN})

OUTCOMES = frozenset({"charged", "referred", "unfounded", "insufficient", "administrative", "other"})

MIN_TITLE = 5
MIN_PREDICATE = 40
MIN_SUSPECT_BASIS = 20
MIN_PROMOTION_BASIS = 40
REVIEW_DAYS = 365
LONGEST_REVIEW = timedelta(days=5 * 365)
"""28 CFR 23.20(h): five years at most. We look again every year; the date is computed, never typed."""


class Category(StrEnum):
    """Role of a person in a case (rule 18). It belongs to the case, never to a source's data."""

    SUSPECT = "suspect"
    CONVICTED = "convicted"
    VICTIM = "victim"
    WITNESS = "witness"
    ASSOCIATE = "associate"
    OTHER = "other"


ACCUSED = frozenset({Category.SUSPECT, Category.CONVICTED})
SHIELDED = frozenset({Category.VICTIM, Category.WITNESS})

PEOPLE = frozenset({"Person"})
"""Schemata whose members need a category. A LegalEntity may be a person too, if nothing says otherwise."""

MAYBE_PEOPLE = frozenset({"LegalEntity"})
ORGANISED = frozenset({"Organization", "Company", "PublicBody"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What a case brings when it asks to be opened."""

    regime: str
    predicate: str
    category: str
    authorities_in_force: int
    documents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One thing that is missing, and how to supply it."""

    code: str
    detail: str
    hint: str


def next_state(state: State, act: Act) -> State:
    """Where `act` leads from `state`; Conflict when it leads nowhere."""
    try:
        return TRANSITIONS[state, act]
    except KeyError:
        ways = sorted(a.value for s, a in TRANSITIONS if s is state)
        raise Conflict(
            f"A case that is {state.value.replace('_', ' ')} can't be changed by {act.value}.",
            hint=f"Possible now: {', '.join(ways)}.",
            code="state",
        ) from None


def opening_gaps(opening: Opening) -> tuple[Gap, ...]:
    """What stands between this case and its opening (rule 1); empty when nothing does."""
    gaps: list[Gap] = []
    if len(opening.predicate.strip()) < MIN_PREDICATE:
        gaps.append(
            Gap(
                code="predicate",
                detail=f"The predicate states no facts: it has fewer than {MIN_PREDICATE} characters.",
                hint="Write the facts that justify the case: who, what, when, from which source.",
            )
        )
    if opening.authorities_in_force < 1:
        gaps.append(
            Gap(
                code="authority",
                detail="None of the case's authorities is in force.",
                hint="Name a statute section that is in force today.",
            )
        )
    if opening.regime == "criminal":
        gaps.extend(_criminal_gaps(opening))
    return tuple(gaps)


def _criminal_gaps(opening: Opening) -> list[Gap]:
    """28 CFR 23.20(a),(c): the criminal activity, and something that supports the suspicion."""
    gaps: list[Gap] = []
    if not opening.category.strip():
        gaps.append(
            Gap(
                code="category",
                detail="The criminal activity isn't named.",
                hint="Fill in the category, for instance procurement fraud.",
            )
        )
    if opening.documents < 1:
        gaps.append(
            Gap(
                code="document",
                detail="A criminal case needs a document that supports its predicate.",
                hint="Add the complaint, referral or report it rests on, then submit again.",
            )
        )
    return gaps


def require_four_eyes(requester: str, decider: str) -> None:
    """Who asks never decides."""
    if requester == decider:
        raise Refused(
            "Who asked for this can't decide it.",
            hint="Another supervisor of the unit has to decide.",
            code="four_eyes",
        )


def needs_category(schemata: frozenset[str]) -> bool:
    """Is this entity a person, or could it be one?"""
    if schemata & PEOPLE:
        return True
    return bool(schemata & MAYBE_PEOPLE) and not schemata & ORGANISED


def require_role(category: Category, basis: str) -> None:
    """A person enters a case with a category and a stated basis; an accusation needs more words."""
    least = MIN_SUSPECT_BASIS if category in ACCUSED else 1
    if len(basis.strip()) < least:
        raise Refused(
            f"Why this person is {category.value} isn't said.",
            hint=f"State the basis in at least {least} characters.",
            code="basis",
        )


def require_promotion(was: Category, now: Category, basis: str, *, regime: str, document: bool) -> None:
    """A victim or witness becomes a suspect only on facts, in criminal work also on a document."""
    require_role(now, basis)
    if was not in SHIELDED or now not in ACCUSED:
        return
    if len(basis.strip()) < MIN_PROMOTION_BASIS:
        raise Refused(
            f"A {was.value} can't become {now.value} without a predicate.",
            hint=f"State the facts in at least {MIN_PROMOTION_BASIS} characters.",
            code="promotion",
        )
    if regime == "criminal" and not document:
        raise Refused(
            f"A {was.value} can't become {now.value} without a document of this case.",
            hint="Add the document to the case and name its id.",
            code="promotion",
        )


def review_by(opened: date) -> date:
    """When somebody has to look whether the case is still justified (rule 23)."""
    return opened + timedelta(days=REVIEW_DAYS)
