"""An operation as a state machine, the instrument that fits a purpose, and when an encounter may be an arrest.

    draft ──submit──▶ legal_review ──clear──▶ cleared ──approve──▶ approved ──activate──▶ active
      ▲ (returned)          │return              │return                                    │close
      └─────────────────────┴────────────────────┘               reviewed ◀──review── closed ◀┘
    What waits or is approved goes back to draft when its author withdraws it.

Pure: no clock, no database. The database keeps the same steps (`operations.transition`) and the same rules as
constraints and in its functions; tests compare the two.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from brightline.model.errors import Conflict, Refused


class State(StrEnum):
    """Where an operation stands."""

    DRAFT = "draft"
    LEGAL_REVIEW = "legal_review"
    CLEARED = "cleared"
    RETURNED = "returned"
    APPROVED = "approved"
    ACTIVE = "active"
    CLOSED = "closed"
    REVIEWED = "reviewed"


class Act(StrEnum):
    """What moves it. `clear` is an approver's, `approve` and `review` a supervisor's, `withdraw` the author's."""

    SUBMIT = "submit"
    CLEAR = "clear"
    APPROVE = "approve"
    RETURN = "return"
    ACTIVATE = "activate"
    CLOSE = "close"
    REVIEW = "review"
    WITHDRAW = "withdraw"


TRANSITIONS: Mapping[tuple[State, Act], State] = {
    (State.DRAFT, Act.SUBMIT): State.LEGAL_REVIEW,
    (State.RETURNED, Act.SUBMIT): State.LEGAL_REVIEW,
    (State.LEGAL_REVIEW, Act.CLEAR): State.CLEARED,
    (State.LEGAL_REVIEW, Act.RETURN): State.RETURNED,
    (State.CLEARED, Act.APPROVE): State.APPROVED,
    (State.CLEARED, Act.RETURN): State.RETURNED,
    (State.APPROVED, Act.ACTIVATE): State.ACTIVE,
    (State.ACTIVE, Act.CLOSE): State.CLOSED,
    (State.CLOSED, Act.REVIEW): State.REVIEWED,
    (State.LEGAL_REVIEW, Act.WITHDRAW): State.DRAFT,
    (State.CLEARED, Act.WITHDRAW): State.DRAFT,
    (State.APPROVED, Act.WITHDRAW): State.DRAFT,
}


class Instrument(StrEnum):
    """What an objective is reached with."""

    SEARCH_WARRANT = "search warrant"
    ARREST_WARRANT = "arrest warrant"
    ADMINISTRATIVE_WARRANT = "administrative warrant"
    SUMMONS = "summons"
    CONSENT = "consent"
    NONE = "none"


CRIMINAL_INSTRUMENTS = frozenset({Instrument.SEARCH_WARRANT, Instrument.ARREST_WARRANT})
RELIABLE = frozenset("ABC")
MIN_FACTS = 40
MIN_LOOKED = 20
PEOPLE_TO_CLEAR = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """One aim of a plan. The first is the primary one."""

    regime: str
    instrument: Instrument


@dataclass(frozen=True, slots=True, kw_only=True)
class Encounter:
    """What rule 42 asks of somebody met at an operation. `sources` are (name, reliability A to F)."""

    selection: str
    regime: str
    basis: str
    outcome: str
    facts: str = ""
    warrant: str = ""
    sources: tuple[tuple[str, str], ...] = ()
    looked: str = ""


def next_state(state: State, act: Act) -> State:
    """Where `act` leads from `state`; Conflict when it leads nowhere."""
    try:
        return TRANSITIONS[state, act]
    except KeyError:
        ways = sorted(a.value for s, a in TRANSITIONS if s is state)
        raise Conflict(
            f"An operation that is {state.value.replace('_', ' ')} can't be changed by {act.value}.",
            hint=f"Possible now: {', '.join(ways) or 'nothing more'}.",
            code="state",
        ) from None


def require_fitting(objectives: Iterable[Objective]) -> None:
    """Rule 30 (Perez Cruz v. Barr, 926 F.3d 1128): a criminal instrument serves a criminal objective, and no other."""
    for rank, objective in enumerate(objectives, start=1):
        criminal = objective.instrument in CRIMINAL_INSTRUMENTS
        administrative = objective.instrument is Instrument.ADMINISTRATIVE_WARRANT
        if (criminal and objective.regime != "criminal") or (administrative and objective.regime == "criminal"):
            raise Refused(
                f"A {objective.instrument.value} doesn't serve objective {rank}, which is {objective.regime}.",
                hint="Use an instrument of the objective's own regime.",
                code="instrument",
            )


def well_founded(encounter: Encounter) -> bool:
    """Rule 29: two reliable sources that aren't one another, or a person who looked and says what was found."""
    if len(encounter.looked.strip()) >= MIN_LOOKED:
        return True
    return len({name.strip().lower() for name, grade in encounter.sources if grade in RELIABLE}) >= 2


def fault(encounter: Encounter) -> str | None:
    """The code under which this encounter is refused (rules 29, 42); None when nothing is."""
    civil_arrest = encounter.outcome == "arrested" and encounter.regime != "criminal"
    if encounter.basis == "warrant" and len(encounter.warrant.strip()) < 3:
        return "basis"
    if encounter.basis == "facts" and len(encounter.facts.strip()) < MIN_FACTS:
        return "facts"
    if civil_arrest and encounter.selection == "collateral" and encounter.basis != "facts":
        return "collateral"
    if civil_arrest and not well_founded(encounter):
        return "sources"
    return None


def hold_state(findings: Mapping[str, str]) -> str:
    """Rule 28: what a hold is after these people's findings (account → finding)."""
    if any(finding != "not supported" for finding in findings.values()):
        return "confirmed"
    if len(findings) >= PEOPLE_TO_CLEAR:
        return "cleared"
    return "one of two" if findings else "open"
