"""The case file's state machine: walked at random, and compared with the table that the database keeps."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from brightline.cases import model
from brightline.cases.model import Act, Category, Opening, State
from brightline.model.errors import Conflict, Refused

PEOPLE = st.sampled_from(["ana", "bo", "sam", "sue"])
FACTS = "Three invoices of March were paid twice to a company without staff."


class CaseFile(RuleBasedStateMachine):
    """A case in the hands of four people who try everything."""

    people = Bundle("people")

    @initialize()
    def draft(self) -> None:
        self.state = State.DRAFT
        self.requester: str | None = None
        self.decisions: list[tuple[str, str]] = []
        self.openings: list[Opening] = []
        self.opening = Opening(regime="criminal", predicate="", category="", authorities_in_force=0, documents=0)

    @rule(predicate=st.sampled_from(["", "a hunch", FACTS]), authorities=st.integers(0, 2), documents=st.integers(0, 1))
    def edit(self, predicate: str, authorities: int, documents: int) -> None:
        if self.state in model.EDITABLE:
            self.opening = Opening(
                regime="criminal",
                predicate=predicate,
                category="fraud",
                authorities_in_force=authorities,
                documents=documents,
            )

    @rule(who=PEOPLE, act=st.sampled_from(list(Act)))
    def act(self, who: str, act: Act) -> None:
        try:
            after = model.next_state(self.state, act)
            if act in model.DECISIONS:
                assert self.requester is not None
                model.require_four_eyes(self.requester, who)
                self.decisions.append((self.requester, who))
            if act is Act.SUBMIT and model.opening_gaps(self.opening):
                return
        except (Conflict, Refused):
            return
        if after in model.WAITING:
            self.requester = who
        if self.state is State.SUBMITTED and after is State.OPEN:
            self.openings.append(self.opening)
        self.state = after

    @invariant()
    def nothing_opens_without_facts(self) -> None:
        for opening in self.openings:
            assert not model.opening_gaps(opening)
            assert opening.authorities_in_force
            assert opening.documents

    @invariant()
    def who_asks_never_decides(self) -> None:
        assert all(asked != decided for asked, decided in self.decisions)

    @invariant()
    def what_was_opened_was_judged(self) -> None:
        if self.state in {State.OPEN, State.SUSPENDED, State.CLOSURE_REQUESTED, State.CLOSED}:
            assert self.decisions


TestCaseFile = CaseFile.TestCase


@given(st.sampled_from(list(State)), st.sampled_from(list(Act)))
def test_every_step_is_in_the_table_or_refused_with_the_ways_out(state: State, act: Act) -> None:
    ways = {a.value for (s, a) in model.TRANSITIONS if s is state}
    if (state, act) in model.TRANSITIONS:
        assert model.next_state(state, act) is model.TRANSITIONS[state, act]
        return
    with pytest.raises(Conflict) as caught:
        model.next_state(state, act)
    assert all(way in caught.value.hint for way in ways)


def test_every_state_can_be_reached_and_left() -> None:
    reached = {State.DRAFT}
    while more := {to for (s, _), to in model.TRANSITIONS.items() if s in reached} - reached:
        reached |= more
    assert reached == set(State)
    assert {s for s, _ in model.TRANSITIONS} == set(State)


def test_what_waits_is_decided_both_ways_or_taken_back() -> None:
    for state in model.WAITING:
        assert {a for s, a in model.TRANSITIONS if s is state} == model.DECISIONS | {Act.WITHDRAW}


@pytest.mark.database
def test_the_database_keeps_the_same_steps(module_db: Any) -> None:
    rows = module_db.admin.execute("SELECT state, act, becomes FROM cases.transition").fetchall()
    assert {(s, a): b for s, a, b in rows} == {(s.value, a.value): b.value for (s, a), b in model.TRANSITIONS.items()}


def test_rule_01_gaps_name_what_is_missing() -> None:
    empty = Opening(regime="criminal", predicate="x", category=" ", authorities_in_force=0, documents=0)
    assert [gap.code for gap in model.opening_gaps(empty)] == ["predicate", "authority", "category", "document"]
    civil = Opening(regime="civil", predicate=FACTS, category="", authorities_in_force=1, documents=0)
    assert model.opening_gaps(civil) == ()


@given(st.sampled_from(sorted(Category)), st.sampled_from(sorted(Category)), st.text(max_size=60), st.booleans())
def test_rule_18_nobody_is_accused_without_words(was: Category, now: Category, basis: str, document: bool) -> None:
    try:
        model.require_promotion(was, now, basis, regime="criminal", document=document)
    except Refused:
        return
    words = len(basis.strip())
    assert words >= 1
    if now in model.ACCUSED:
        assert words >= model.MIN_SUSPECT_BASIS
    if was in model.SHIELDED and now in model.ACCUSED:
        assert words >= model.MIN_PROMOTION_BASIS
        assert document


@pytest.mark.parametrize(
    ("schemata", "needed"),
    [
        ({"Person"}, True),
        ({"LegalEntity"}, True),
        ({"LegalEntity", "Company"}, False),
        ({"Company", "Person"}, True),
        ({"Vehicle"}, False),
        (set(), False),
    ],
)
def test_rule_18_who_needs_a_category(schemata: set[str], needed: bool) -> None:
    assert model.needs_category(frozenset(schemata)) is needed


@given(st.dates(date(2000, 1, 1), date(2080, 1, 1)))
def test_rule_23_the_review_lies_within_five_years(opened: date) -> None:
    assert opened < model.review_by(opened) <= opened + model.LONGEST_REVIEW
