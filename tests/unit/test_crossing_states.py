"""The crossing's state machine: two organisations whose people move while a request waits, and who may decide it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from brightline.crossings import commands, model
from brightline.crossings.model import Act, Grant, State
from brightline.model.errors import BadInput, BrightlineError, Conflict, Refused

PEOPLE = ("ana", "sam", "vic", "lou", "lea")
NOW = datetime(2026, 3, 1, tzinfo=UTC)


class Crossing(RuleBasedStateMachine):
    """Chains change at any moment; nobody who was in one at the request or is in one now ever decides."""

    @initialize(requester=st.sampled_from(PEOPLE), days=st.integers(1, model.MAX_DAYS))
    def request(self, requester: str, days: int) -> None:
        self.now = NOW
        self.requester = requester
        self.chain = {requester}
        self.at_request = frozenset(self.chain)
        self.grant = Grant(state=State.REQUESTED, expires=NOW + timedelta(days=days))
        self.heard: set[tuple[str, str]] = set()
        self.decided: tuple[str, frozenset[str]] | None = None
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

    @rule(days=st.integers(1, 120))
    def wait(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule(who=st.sampled_from(PEOPLE), act=st.sampled_from(list(Act)))
    def act(self, who: str, act: Act) -> None:
        try:
            after = model.next_state(model.state_at(self.grant, self.now), act)
            if act in (Act.APPROVE, Act.DENY):
                model.require_outside(who, at_request=self.at_request, at_decision=self.chain)
            if act is Act.APPROVE:
                model.require_opinions(["labour"], self.heard)
            if act is Act.WITHDRAW and who != self.requester:
                return
        except (Conflict, Refused):
            return
        if act in (Act.APPROVE, Act.DENY):
            self.decided = (who, frozenset(self.chain))
        self.grant = Grant(state=after, expires=self.grant.expires)

    @invariant()
    def no_side_decides(self) -> None:
        if self.decided:
            who, chain = self.decided
            assert who not in chain
            assert who not in self.at_request

    @invariant()
    def what_opens_was_heard_and_decided(self) -> None:
        if model.opens(self.grant, self.now):
            assert self.decided is not None
            assert len(self.heard) == 2
            assert self.now < self.grant.expires

    @invariant()
    def what_ended_stays_ended(self) -> None:
        over = model.state_at(self.grant, self.now) in {State.DENIED, State.WITHDRAWN, State.EXPIRED, State.REVOKED}
        assert over or not self.ended
        self.ended = over


TestCrossing = Crossing.TestCase


@pytest.mark.database
def test_the_database_keeps_the_same_steps(module_db: Any) -> None:
    rows = module_db.admin.execute("SELECT state, act, becomes FROM line.crossing_transition").fetchall()
    assert {(s, a): b for s, a, b in rows} == {(s.value, a.value): b.value for (s, a), b in model.TRANSITIONS.items()}


@given(st.integers(-400, 400))
def test_a_crossing_ends_within_the_longest_time(days: int) -> None:
    today = date(2026, 3, 1)
    try:
        model.require_expiry(today + timedelta(days=days), today)
    except BadInput:
        assert not 1 <= days <= model.MAX_DAYS
    else:
        assert 1 <= days <= model.MAX_DAYS


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
