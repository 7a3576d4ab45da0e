"""The crossing as a state machine, and the rules about who may move it (rule 35).

    requested ─review─▶ reviewed ─approve─▶ approved ─(first day)─▶ active ─(last day)─▶ expired ─┐
        │  │               │ ╲─deny─▶ denied    ╲──────revoke──────┴─▶ revoked ──────────────────┤
        │  ╲──open─────────┴─▶ emergency ─approve─▶ approved                                      ├─audit─▶ audited
        │                        │  ╲─deny─▶ refused ─────────────────────────────────────────────┤
        ╲─withdraw─▶ withdrawn   ╲─(24 hours)─▶ unreviewed ───────────────────────────────────────┘

What nobody decides until the last day asked for lapses. Opinions don't move it: the beneficiary's supervisor and
each custodian unit say what they think. One lawyer reviews, a third person decides, an overseer audits; each stands
in neither chain, and no two of them are one person. Both chains are frozen in the request and worked out again at
each step. Pure: the caller brings the clock and the chains.
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
    """Where a crossing stands. `active`, `expired`, `lapsed`, `unreviewed` are read off the clock, never stored."""

    REQUESTED = "requested"
    REVIEWED = "reviewed"
    EMERGENCY = "emergency"
    APPROVED = "approved"
    ACTIVE = "active"
    DENIED = "denied"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    UNREVIEWED = "unreviewed"
    EXPIRED = "expired"
    REVOKED = "revoked"
    AUDITED = "audited"


class Act(StrEnum):
    """What moves it."""

    REVIEW = "review"
    OPEN = "open"
    APPROVE = "approve"
    DENY = "deny"
    WITHDRAW = "withdraw"
    REVOKE = "revoke"
    AUDIT = "audit"


TRANSITIONS: Mapping[tuple[State, Act], State] = {
    (State.REQUESTED, Act.REVIEW): State.REVIEWED,
    (State.REQUESTED, Act.OPEN): State.EMERGENCY,
    (State.REQUESTED, Act.DENY): State.DENIED,
    (State.REQUESTED, Act.WITHDRAW): State.WITHDRAWN,
    (State.REVIEWED, Act.REVIEW): State.REVIEWED,
    (State.REVIEWED, Act.OPEN): State.EMERGENCY,
    (State.REVIEWED, Act.APPROVE): State.APPROVED,
    (State.REVIEWED, Act.DENY): State.DENIED,
    (State.REVIEWED, Act.WITHDRAW): State.WITHDRAWN,
    (State.EMERGENCY, Act.REVIEW): State.EMERGENCY,
    (State.EMERGENCY, Act.APPROVE): State.APPROVED,
    (State.EMERGENCY, Act.DENY): State.REFUSED,
    (State.EMERGENCY, Act.REVOKE): State.REVOKED,
    (State.APPROVED, Act.REVOKE): State.REVOKED,
    (State.ACTIVE, Act.REVOKE): State.REVOKED,
    (State.EXPIRED, Act.AUDIT): State.AUDITED,
    (State.REVOKED, Act.AUDIT): State.AUDITED,
    (State.REFUSED, Act.AUDIT): State.AUDITED,
    (State.UNREVIEWED, Act.AUDIT): State.AUDITED,
}

OPEN = frozenset({State.ACTIVE, State.EMERGENCY})
"""States in which the named fields can be read."""

UNAUDITED = frozenset({State.EXPIRED, State.REVOKED, State.REFUSED, State.UNREVIEWED})
"""Ended after having been open or approved; an overseer still owes it an audit."""

# How long, how much and with how many words is policy: the rulebook in force says it (`crossing.longest_days`,
# `emergency_hours`, `shortest_…`), the installed functions ask it, and whoever calls here brings it along. What stays
# below no rulebook can widen.

MOST_EMERGENCY_HOURS = 24
"""No rulebook makes an emergency last longer; it may make it shorter. `line.crossing_open` holds the same bound."""

MAX_FIELDS = 40
"""Names that one request may carry: the size of a request, not what may cross. `line.crossing_checked` has it too."""

NEVER = frozenset({"ethnicity", "religion", "political", "nationalityEthnic", "sexualOrientation"})
"""Traits that no crossing carries (rule 2): fixed, since no decision and no rulebook may open them."""

_FIELD = re.compile(r"[a-zA-Z][a-zA-Z0-9]{1,39}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A crossing as far as time and state decide about it. `open_until`: the end of an emergency."""

    state: State
    expires: datetime
    starts: datetime | None = None
    open_until: datetime | None = None


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
    """The state that counts: it changes the moment its time comes, without anybody's doing."""
    if grant.state is State.EMERGENCY and grant.open_until is not None and now >= grant.open_until:
        return State.UNREVIEWED
    if grant.state in (State.REQUESTED, State.REVIEWED) and now >= grant.expires:
        return State.LAPSED
    if grant.state is State.APPROVED:
        if now >= grant.expires:
            return State.EXPIRED
        if grant.starts is None or now >= grant.starts:
            return State.ACTIVE
    return grant.state


def opens(grant: Grant, now: datetime) -> bool:
    """Does it show anything now?"""
    return state_at(grant, now) in OPEN


def emergency(grant: Grant, now: datetime, hours: int) -> Grant:
    """Opened before its decision: for the rulebook's hours, a day at most, and no longer than was asked for."""
    until = min(now + timedelta(hours=min(hours, MOST_EMERGENCY_HOURS)), grant.expires)
    return Grant(
        state=next_state(state_at(grant, now), Act.OPEN), expires=grant.expires, starts=grant.starts, open_until=until
    )


def require_outside(approver: str, *, at_request: Collection[str], at_decision: Collection[str]) -> None:
    """The approver stands in neither chain, then or now."""
    if approver in at_request or approver in at_decision:
        raise Refused(
            "You belong to one of the two sides of this crossing, or did when it was requested.",
            hint="An approver from outside both chains has to decide.",
            code="chain",
        )


def require_distinct(who: str, *others: str | None) -> None:
    """Review, decision and audit are three people's."""
    if who in others:
        raise Refused(
            "You had a part in this crossing already.", hint="Another person has to do this step.", code="four_eyes"
        )


def require_instruments(needs: Mapping[str, str | None], named: Mapping[str, str], confirmed: Collection[str]) -> None:
    """What a statute of secrecy guards isn't opened by an approval alone.

    `needs`: caveat to the kind of paper that opens it (None: nothing does); `named`: caveat to the kind that the
    request brought; `confirmed`: those that the legal review has read.
    """
    for caveat, kind in sorted(needs.items()):
        if kind is None or named.get(caveat) != kind or caveat not in confirmed:
            raise Refused(
                f"What is {caveat} isn't opened by an approval alone.",
                hint="Nothing opens it." if kind is None else f"It takes a {kind}, confirmed by the legal review.",
                code="secret",
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


def require_expiry(expires: date, today: date, longest_days: int) -> None:
    """A crossing ends, within the rulebook's days."""
    if not today < expires <= today + timedelta(days=longest_days):
        raise BadInput("expires", f"must lie within {longest_days} days", "Name the day when the need will be over.")


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
