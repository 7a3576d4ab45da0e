"""The crossing as a state machine, and the rule about who may decide it (rule 35).

    requested ──approve──▶ approved ──(time)──▶ expired
        │  ╲──deny──▶ denied    ╲──revoke──▶ revoked
        ╲──withdraw──▶ withdrawn

Opinions don't move it: the beneficiary's supervisor and each custodian unit say what they think, a
third person decides. Both chains are frozen in the request and worked out again at the decision;
whoever is in one of them at either time can't decide. Pure: the caller brings the clock and the chains.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache

from followthemoney import model as ftm

from brightline.model.errors import BadInput, Conflict, Refused


class State(StrEnum):
    """Where a crossing stands. `expired` is read off the clock, never stored."""

    REQUESTED = "requested"
    APPROVED = "approved"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    REVOKED = "revoked"


class Act(StrEnum):
    """What moves it."""

    APPROVE = "approve"
    DENY = "deny"
    WITHDRAW = "withdraw"
    REVOKE = "revoke"


TRANSITIONS: Mapping[tuple[State, Act], State] = {
    (State.REQUESTED, Act.APPROVE): State.APPROVED,
    (State.REQUESTED, Act.DENY): State.DENIED,
    (State.REQUESTED, Act.WITHDRAW): State.WITHDRAWN,
    (State.APPROVED, Act.REVOKE): State.REVOKED,
}

MIN_NECESSITY = 40
MIN_ALTERNATIVES = 20
MIN_REASON = 20
MAX_ITEMS = 50
MAX_FIELDS = 40
MAX_DAYS = 180

NEVER = frozenset({"ethnicity", "religion", "political", "nationalityEthnic", "sexualOrientation"})
"""Traits that no crossing carries (rule 2)."""

SECRET = frozenset({"sealed", "covert", "protected", "grand-jury", "tax-secrecy"})
"""Caveats that approval alone never opens: they need a court's order or a statute's own form."""

_FIELD = re.compile(r"[a-zA-Z][a-zA-Z0-9]{1,39}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A crossing as far as time and state decide about it."""

    state: State
    expires: datetime


def next_state(state: State, act: Act) -> State:
    """Where `act` leads from `state`; Conflict when it leads nowhere."""
    try:
        return TRANSITIONS[state, act]
    except KeyError:
        raise Conflict(
            f"A crossing that is {state.value} can't be changed by {act.value}.",
            hint="What was decided stays; request a new crossing.",
            code="state",
        ) from None


def state_at(grant: Grant, now: datetime) -> State:
    """The state that counts: an approved crossing is over the moment its time is."""
    if grant.state in (State.APPROVED, State.REQUESTED) and now >= grant.expires:
        return State.EXPIRED
    return grant.state


def opens(grant: Grant, now: datetime) -> bool:
    """Does it show anything now?"""
    return state_at(grant, now) is State.APPROVED


def require_outside(approver: str, *, at_request: Collection[str], at_decision: Collection[str]) -> None:
    """The approver stands in neither chain, then or now."""
    if approver in at_request or approver in at_decision:
        raise Refused(
            "You belong to one of the two sides of this crossing, or did when it was requested.",
            hint="An approver from outside both chains has to decide.",
            code="chain",
        )


def require_opinions(custodians: Collection[str], given: Iterable[tuple[str, str]]) -> None:
    """The beneficiary's supervisor and every custodian unit have spoken: (side, unit) pairs."""
    heard = frozenset(given)
    missing = [] if any(side == "supervisor" for side, _ in heard) else ["the beneficiary's supervisor"]
    missing += [f"the custodian {unit}" for unit in sorted(custodians) if ("custodian", unit) not in heard]
    if missing:
        raise Conflict(
            f"Not heard yet: {', '.join(missing)}.",
            hint="Wait for their opinions, or deny the request.",
            code="opinions",
        )


def require_expiry(expires: date, today: date) -> None:
    """A crossing ends, and soon."""
    if not today < expires <= today + timedelta(days=MAX_DAYS):
        raise BadInput("expires", f"must lie within {MAX_DAYS} days", "Name the day when the need will be over.")


def check_fields(fields: Iterable[str]) -> tuple[str, ...]:
    """The named fields, each a FollowTheMoney property that may travel; in their order, once each."""
    named = tuple(dict.fromkeys(field.strip() for field in fields))
    if not named or len(named) > MAX_FIELDS:
        raise BadInput("fields", f"name between 1 and {MAX_FIELDS} fields", "For instance name, birthDate, country.")
    known = _known_fields()
    for field in named:
        if field in NEVER:
            raise Refused(f"{field} never crosses: it is a protected trait.", hint="Leave it out.", code="trait")
        if not _FIELD.fullmatch(field) or field not in known:
            raise BadInput(
                "fields", f"{field[:40]!r} is no field", "Use FollowTheMoney names: name, birthDate, idNumber."
            )
    return named


def named_only(properties: Mapping[str, list[str]], fields: Collection[str]) -> dict[str, list[str]]:
    """What of these properties crosses."""
    return {name: list(values) for name, values in properties.items() if name in fields and name not in NEVER}


@cache
def _known_fields() -> frozenset[str]:
    return frozenset(name for schema in ftm.schemata.values() for name in schema.properties)
