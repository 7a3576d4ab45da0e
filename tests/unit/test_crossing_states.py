"""The crossing's state machine: people who move while a request waits, and who may review, decide and audit it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from brightline.crossings import commands, model
from brightline.crossings.model import Act, Grant, State
from brightline.line import rulebook
from brightline.model.errors import BadInput, BrightlineError, Conflict, Refused

PEOPLE = ("ana", "sam", "vic", "lou", "lea")
NOW = datetime(2026, 3, 1, tzinfo=UTC)
TERMS = rulebook.shipped()["crossing"]


class Crossing(RuleBasedStateMachine):
    """Chains change at any moment; nobody of a chain, then or now, ever reviews, decides or audits."""

    @initialize(requester=st.sampled_from(PEOPLE), days=st.integers(1, TERMS["longest_days"]), later=st.integers(0, 9))
    def request(self, requester: str, days: int, later: int) -> None:
        self.now = NOW
        self.requester = requester
        self.chain = {requester}
        self.at_request = frozenset(self.chain)
        starts = NOW + timedelta(days=later) if 0 < later < days else None
        self.grant = Grant(state=State.REQUESTED, expires=NOW + timedelta(days=days), starts=starts)
        self.heard: set[tuple[str, str]] = set()
        self.hands: dict[str, tuple[str, frozenset[str]]] = {}
        self.opened: datetime | None = None
        self.ended = False

    @rule(who=st.sampled_from(PEOPLE))
    def join(self, who: str) -> None:
        self.chain.add(who)

    @rule(who=st.sampled_from(PEOPLE))
    def leave(self, who: str) -> None:
        self.chain.discard(who)

    @rule(side=st.sampled_from([("supervisor", "fraud"), ("custodian", "labour")]))
    def opine(self, side: tuple[str, str]) -> None:
        self.heard.add(side)

    @rule(hours=st.integers(1, 24 * 60))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(who=st.sampled_from(PEOPLE), act=st.sampled_from(list(Act)))
    def act(self, who: str, act: Act) -> None:
        try:
            after = model.next_state(model.state_at(self.grant, self.now), act)
            self.allowed(who, act)
        except (Conflict, Refused):
            return
        if act is Act.OPEN:
            self.opened = self.now
            self.grant = model.emergency(self.grant, self.now, TERMS["emergency_hours"])
            return
        self.hands[HAND.get(act, act.value)] = (who, frozenset(self.chain))
        self.grant = replace(self.grant, state=after)

    def allowed(self, who: str, act: Act) -> None:
        """What commands ask of the model before they move it."""
        reviewer = self.hands.get("review", (None,))[0]
        decider = self.hands.get("decide", (None,))[0]
        if act in (Act.REVIEW, Act.APPROVE, Act.DENY, Act.AUDIT):
            model.require_outside(who, at_request=self.at_request, at_decision=self.chain)
        if act in (Act.APPROVE, Act.DENY, Act.AUDIT):
            model.require_distinct(who, reviewer, decider)
        if act is Act.REVIEW:
            model.require_distinct(who, decider)
        if act is Act.APPROVE:
            if reviewer is None:
                raise Conflict("The law of it isn't reviewed yet.", code="review")
            model.require_opinions(["labour"], self.heard)
        if (act is Act.WITHDRAW) is not (who == self.requester) and act in (Act.WITHDRAW, Act.OPEN):
            raise Refused("Not yours.", code="side")

    @invariant()
    def no_side_moves_it(self) -> None:
        for who, chain in (self.hands[hand] for hand in ("review", "decide", "audit") if hand in self.hands):
            assert who not in chain
            assert who not in self.at_request

    @invariant()
    def three_hands_are_three_people(self) -> None:
        people = [self.hands[hand][0] for hand in ("review", "decide", "audit") if hand in self.hands]
        assert len(people) == len(set(people))

    @invariant()
    def what_opens_was_heard_reviewed_and_decided_or_is_a_day_old_at_most(self) -> None:
        if not model.opens(self.grant, self.now):
            return
        assert self.now < self.grant.expires
        if model.state_at(self.grant, self.now) is State.EMERGENCY:
            assert self.opened is not None
            assert self.now < self.opened + timedelta(hours=24)
            return
        assert {"review", "decide"} <= self.hands.keys()
        assert len(self.heard) == 2
        assert self.grant.starts is None or self.now >= self.grant.starts

    @invariant()
    def what_ended_stays_ended(self) -> None:
        over = model.state_at(self.grant, self.now) in ENDED
        assert over or not self.ended
        self.ended = over


HAND = {Act.APPROVE: "decide", Act.DENY: "decide"}
ENDED = model.UNAUDITED | {State.DENIED, State.WITHDRAWN, State.LAPSED, State.AUDITED}

TestCrossing = Crossing.TestCase


@pytest.mark.database
def test_the_database_keeps_the_same_steps(module_db: Any) -> None:
    rows = module_db.admin.execute("SELECT state, act, becomes FROM line.crossing_move").fetchall()
    assert {(s, a): b for s, a, b in rows} == {(s.value, a.value): b.value for (s, a), b in model.TRANSITIONS.items()}


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("act", list(Act))
def test_every_step_leads_where_it_should_or_nowhere(state: State, act: Act) -> None:
    if (state, act) in model.TRANSITIONS:
        assert model.next_state(state, act) is model.TRANSITIONS[state, act]
        return
    with pytest.raises(Conflict) as caught:
        model.next_state(state, act)
    assert caught.value.code == "state"


@pytest.mark.parametrize(
    ("stored", "hours", "counts"),
    [
        (State.REQUESTED, 0, State.REQUESTED),
        (State.REQUESTED, 24 * 30, State.LAPSED),
        (State.REVIEWED, 24 * 30, State.LAPSED),
        (State.EMERGENCY, 23, State.EMERGENCY),
        (State.EMERGENCY, 24, State.UNREVIEWED),
        (State.APPROVED, 47, State.APPROVED),
        (State.APPROVED, 48, State.ACTIVE),
        (State.APPROVED, 24 * 30, State.EXPIRED),
        (State.DENIED, 24 * 30, State.DENIED),
        (State.REVOKED, 24 * 30, State.REVOKED),
        (State.AUDITED, 24 * 30, State.AUDITED),
    ],
)
def test_time_alone_moves_it(stored: State, hours: int, counts: State) -> None:
    grant = Grant(
        state=stored,
        expires=NOW + timedelta(days=30),
        starts=NOW + timedelta(days=2),
        open_until=NOW + timedelta(hours=24),
    )
    assert model.state_at(grant, NOW + timedelta(hours=hours)) is counts


def test_an_emergency_outlasts_neither_its_day_nor_what_was_asked() -> None:
    for hours, ruled in product((1, 23, 24, 4000), (1, 8, 24, 25, 10_000)):
        asked = Grant(state=State.REQUESTED, expires=NOW + timedelta(hours=hours))
        opened = model.emergency(asked, NOW, ruled)
        assert opened.open_until == NOW + timedelta(hours=min(hours, ruled, 24))


@given(
    st.dictionaries(st.sampled_from(["tax", "sealed", "covert"]), st.sampled_from(["court-order", "form", None])),
    st.dictionaries(st.sampled_from(["tax", "sealed", "covert"]), st.sampled_from(["court-order", "form"])),
    st.sets(st.sampled_from(["tax", "sealed", "covert"])),
)
def test_a_secret_marking_opens_by_its_paper_alone(
    needs: dict[str, str | None], named: dict[str, str], confirmed: set[str]
) -> None:
    try:
        model.require_instruments(needs, named, confirmed)
    except Refused:
        assert any(kind is None or named.get(c) != kind or c not in confirmed for c, kind in needs.items())
    else:
        assert all(kind is not None and named[c] == kind and c in confirmed for c, kind in needs.items())


@given(st.integers(-400, 400), st.integers(1, TERMS["longest_days"]))
def test_a_crossing_ends_within_the_longest_time(days: int, longest: int) -> None:
    today = date(2026, 3, 1)
    try:
        model.require_expiry(today + timedelta(days=days), today, longest)
    except BadInput:
        assert not 1 <= days <= longest
    else:
        assert 1 <= days <= longest


@given(
    st.lists(st.text(max_size=12) | st.sampled_from(["name", "birthDate", "religion", "idNumber", "a'b"]), max_size=6)
)
def test_only_real_and_lawful_fields_are_named(fields: list[str]) -> None:
    try:
        named = model.check_fields(fields)
    except BrightlineError:
        return
    assert named
    assert len(set(named)) == len(named)
    assert not set(named) & model.NEVER
    assert set(named) <= {field.strip() for field in fields}


@given(
    st.dictionaries(
        st.sampled_from(["name", "religion", "idNumber", "email"]), st.lists(st.text(max_size=5), max_size=2)
    ),
    st.sets(st.sampled_from(["name", "religion", "idNumber"])),
)
def test_nothing_unnamed_crosses(properties: dict[str, list[str]], fields: set[str]) -> None:
    crossed = model.named_only(properties, fields)
    assert set(crossed) <= fields - model.NEVER
    assert all(crossed[name] == properties[name] for name in crossed)


def test_search_words_come_from_named_fields_only() -> None:
    aspect = {"aspect": "a", "schema": "Person", "values": {"name": ["Nora Narrow"], "idNumber": ["AB 123"]}}
    words = commands.search_words(aspect, ["name"])
    assert "t:nora" in words["keys"]
    assert not any(key.startswith("i:") for key in words["keys"])
    assert any(key.startswith("i:") for key in commands.search_words(aspect, ["idNumber"])["keys"])
