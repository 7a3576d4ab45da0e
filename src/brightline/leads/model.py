"""A lead as a state machine, and what has to be there before somebody may call it viable.

    received ──take──▶ vetting ──viable──▶ viable ──confirm──▶ checked ──refer──▶ referred ──accept──▶ accepted
                        │  ▲                 │                  │ ▲  ╲ask    cross▲  │ ╲decline           │finish
                        │  └─────return──────┘                  │ │   ▼        ╱   │  ▼                 ▼
                   close│                                  close│ └──crossing──    │ declined         finished
                        ▼                                       ▼     (refuse)     ▼
                      closed ◀──────────────────────────────────┴──── correct: as wrong person

Pure: no clock, no database. The database keeps the same steps (`leads.transition`) and the same guards in its
functions; a test compares them. A lead is never ranked and its subject never scored: what orders the queue is
the day by which an answer is promised, and what a row shows is how many checks are done.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from brightline.model.errors import Conflict, Refused


class State(StrEnum):
    """Where a lead stands."""

    RECEIVED = "received"
    VETTING = "vetting"
    VIABLE = "viable"
    CHECKED = "checked"
    CROSSING = "crossing"
    REFERRED = "referred"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    FINISHED = "finished"
    CLOSED = "closed"


class Act(StrEnum):
    """What moves it. `confirm` and `return` are another person's; `accept`, `decline`, `finish` the recipient's."""

    TAKE = "take"
    VIABLE = "viable"
    CLOSE = "close"
    CONFIRM = "confirm"
    RETURN = "return"
    REFER = "refer"
    ASK = "ask"
    CROSS = "cross"
    REFUSE = "refuse"
    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    FINISH = "finish"
    CORRECT = "correct"


TRANSITIONS: Mapping[tuple[State, Act], State] = {
    (State.RECEIVED, Act.TAKE): State.VETTING,
    (State.VETTING, Act.VIABLE): State.VIABLE,
    (State.VETTING, Act.CLOSE): State.CLOSED,
    (State.VIABLE, Act.CONFIRM): State.CHECKED,
    (State.VIABLE, Act.RETURN): State.VETTING,
    (State.CHECKED, Act.REFER): State.REFERRED,
    (State.CHECKED, Act.ASK): State.CROSSING,
    (State.CHECKED, Act.CLOSE): State.CLOSED,
    (State.CROSSING, Act.CROSS): State.REFERRED,
    (State.CROSSING, Act.REFUSE): State.CHECKED,
    (State.REFERRED, Act.ACCEPT): State.ACCEPTED,
    (State.REFERRED, Act.DECLINE): State.DECLINED,
    (State.REFERRED, Act.WITHDRAW): State.CHECKED,
    (State.REFERRED, Act.CORRECT): State.CLOSED,
    (State.ACCEPTED, Act.CORRECT): State.CLOSED,
    (State.ACCEPTED, Act.FINISH): State.FINISHED,
    (State.FINISHED, Act.CORRECT): State.CLOSED,
    (State.DECLINED, Act.REFER): State.REFERRED,
    (State.DECLINED, Act.ASK): State.CROSSING,
    (State.DECLINED, Act.CLOSE): State.CLOSED,
}

REFERRAL: Mapping[tuple[str, str], str] = {
    ("asked", "send"): "sent",
    ("asked", "refuse"): "refused",
    ("sent", "acknowledge"): "acknowledged",
    ("sent", "withdraw"): "withdrawn",
    ("acknowledged", "withdraw"): "withdrawn",
    ("accepted", "withdraw"): "withdrawn",
    ("acknowledged", "accept"): "accepted",
    ("acknowledged", "decline"): "declined",
    ("accepted", "outcome"): "finished",
}
"""A package on its way: asked (a crossing waits), sent, acknowledged, accepted or declined, finished."""

CLOSE_CODES = frozenset(
    {"departed", "in_status", "pending_benefit", "duplicate", "insufficient", "wrong_person", "unfounded"}
)
RESULTS = frozenset({"confirmed", "refuted", "nothing", "inconclusive", "claim"})
"""What a check may find. `inconclusive` leaves it open; `claim`, of citizenship or status, holds the lead."""

ENDINGS: tuple[tuple[str, str], ...] = (
    ("departed", r"depart|exit"),
    ("pending_benefit", r"benefit|pending"),
    ("in_status", r"citizen|lawful status|naturali"),
)
"""What a check is called tells at which code a confirmed finding ends a lead, where its programme says nothing."""

TRAIT_CHECK = "no-protected-trait"
"""Required of every programme: somebody confirms that no protected trait was a basis (rule 2)."""

WEAK_IDENTIFIERS = frozenset({"name", "birthDate"})
"""Shared by thousands of people: alone they never make a match (rules 29 and 41)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """The latest consultation of one name: what it found, by whose word (origin), on what (proof), what agreed."""

    name: str
    result: str
    origin: str
    proof: str = ""
    ends: str = ""
    matched: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One thing that stands before a decision."""

    code: str
    text: str


def next_state(state: State, act: Act) -> State:
    """Where `act` leads from `state`; Conflict when it leads nowhere."""
    try:
        return TRANSITIONS[state, act]
    except KeyError:
        ways = sorted(a.value for s, a in TRANSITIONS if s is state)
        raise Conflict(
            f"A lead that is {state.value} can't be changed by {act.value}.",
            hint=f"Possible now: {', '.join(ways) or 'nothing'}.",
            code="state",
        ) from None


def matched(checks: Iterable[Check]) -> list[tuple[str, str, str]]:
    """(identifier, proof, origin) of the confirmed checks that rest on something, names and birth dates left out."""
    return [
        (identifier, check.proof, check.origin)
        for check in checks
        if check.result == "confirmed" and check.proof
        for identifier in check.matched
        if identifier not in WEAK_IDENTIFIERS
    ]


def is_match(checks: Sequence[Check], *, needed: int, reasoned: bool = False) -> bool:
    """Two identifiers by two words on two things, or one and a person's reasoned decision.

    What rests on one record, one paper or one register counts once; a name and a birth date never count.
    """
    strong = matched(checks)
    apart = any(all(a != b for a, b in zip(one, two, strict=True)) for one in strong for two in strong)
    if apart and len({identifier for identifier, _, _ in strong}) >= needed:
        return True
    return bool(strong) and reasoned


def ends(close_codes: Iterable[str], check: Mapping[str, Any], result: str) -> str | None:
    """At which code this result of a check ends a lead; None where it doesn't. As `line.leads_ends` says it."""
    if check["name"] == TRAIT_CHECK:
        return None
    stated = check.get("ends")
    if stated is None:
        called = f"{check['name']} {check['title']}"
        said = [code for code, words in ENDINGS if code in close_codes and re.search(words, called, re.IGNORECASE)]
        stated = {"confirmed": said[0]} if said else {}
    return stated.get(result) or ("refuted" if result == "refuted" and "confirmed" not in stated else None)


def gaps(
    required: Sequence[str], checks: Sequence[Check], *, needed: int, hold: str = "", reasoned: bool = False
) -> tuple[Gap, ...]:
    """What stands between this lead and being called viable; empty when nothing does. `hold`: open or upheld."""
    done = {check.name: check.result for check in checks}
    found = [Gap(code="check", text=name) for name in required if done.get(name, "inconclusive") == "inconclusive"]
    if done.get(TRAIT_CHECK, "confirmed") not in ("confirmed", "inconclusive"):
        found.append(Gap(code="trait", text="A protected trait was used as a basis."))
    if hold == "open":
        found.append(Gap(code="hold", text="A claim of citizenship or status isn't cleared."))
    if hold == "upheld":
        found.append(Gap(code="status", text="Citizenship or lawful status was confirmed."))
    found += [Gap(code="ended", text=f"{check.name} ends the lead") for check in checks if check.ends]
    if not is_match(checks, needed=needed, reasoned=reasoned):
        found.append(Gap(code="identity", text="No two independent identifiers match."))
    return tuple(found)


def require_second(decided_by: str, person: str) -> None:
    """The quality check is another person's."""
    if decided_by == person:
        raise Refused(
            "Who called the lead viable can't check it.", hint="Another vetter or supervisor has to.", code="four_eyes"
        )


def require_clearing(first: str, second: str) -> None:
    """Rule 28: two people clear a claim of citizenship or status."""
    if first == second:
        raise Refused("A hold is cleared by two people.", hint="Another person has to look at it.", code="two_people")
