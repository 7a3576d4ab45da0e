"""Leads as a pure state machine, the guards of a decision, programmes and the reading of their CSV."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from tests.leadroom import NOTICE, RECENTLY, TIP, shipped, table

import brightline
from brightline.leads import intake, model, programme
from brightline.leads.model import Act, Check, State
from brightline.model.errors import BadInput, Conflict, Refused

MIGRATION = (Path(brightline.__file__).parent / "store/migrations/0010_leads.up.sql").read_text("utf-8")


def _steps(table: str) -> set[tuple[str, ...]]:
    body = re.search(rf"INSERT INTO leads\.{table} .*? VALUES(.*?);", MIGRATION, re.DOTALL)
    assert body
    return set(re.findall(r"\('(\w+)', '(\w+)', '(\w+)'\)", body[1]))


def test_the_database_keeps_the_same_steps() -> None:
    assert _steps("transition") == {(s.value, a.value, b.value) for (s, a), b in model.TRANSITIONS.items()}
    assert _steps("referral_transition") == {(s, a, b) for (s, a), b in model.REFERRAL.items()}


@pytest.mark.parametrize(("state", "act"), list(product(State, Act)))
def test_every_step_that_isnt_drawn_is_a_conflict(state: State, act: Act) -> None:
    if (state, act) in model.TRANSITIONS:
        assert model.next_state(state, act) is model.TRANSITIONS[state, act]
    else:
        with pytest.raises(Conflict, match=state.value):
            model.next_state(state, act)


def test_no_way_to_a_referral_leads_past_the_second_person() -> None:
    """Without `confirm` nothing beyond `viable` can be reached."""
    reached, frontier = {State.RECEIVED}, [State.RECEIVED]
    while frontier:
        state = frontier.pop()
        for (source, act), after in model.TRANSITIONS.items():
            if source is state and act is not Act.CONFIRM and after not in reached:
                reached.add(after)
                frontier.append(after)
    assert reached == {State.RECEIVED, State.VETTING, State.VIABLE, State.CLOSED}


identifiers = st.lists(st.sampled_from(["name", "birthDate"]), max_size=4)


@given(st.lists(st.tuples(identifiers, st.sampled_from(["Register", "Search"])), max_size=6), st.booleans())
def test_rule_41_names_and_dates_are_never_a_match(found: list[tuple[list[str], str]], reasoned: bool) -> None:
    checks = [
        Check(name=str(n), result="confirmed", origin=s, proof=f"record:{n}", matched=tuple(m))
        for n, (m, s) in enumerate(found)
    ]
    assert not model.is_match(checks, needed=2, reasoned=reasoned)


def test_rule_29_two_identifiers_two_words_two_things_or_one_with_a_reason() -> None:
    one = Check(name="a", result="confirmed", origin="register", proof="record:1", matched=("phone",))
    two = Check(name="b", result="confirmed", origin="search", proof="record:2", matched=("passportNumber",))
    assert model.is_match([one, two], needed=2)
    assert not model.is_match([one, replace(two, origin="register")], needed=2)
    assert not model.is_match([one, replace(two, proof="record:1")], needed=2)
    assert not model.is_match([one, replace(two, proof="")], needed=2)
    assert not model.is_match([one], needed=2)
    assert model.is_match([one], needed=2, reasoned=True)
    assert not model.is_match([one, replace(two, result="refuted")], needed=2)


def test_gaps_are_named() -> None:
    checks = [Check(name=model.TRAIT_CHECK, result="refuted", origin="reading")]
    found = model.gaps(["register", model.TRAIT_CHECK], checks, needed=2, hold="open")
    assert [gap.code for gap in found] == ["check", "trait", "hold", "identity"]
    assert [gap.code for gap in model.gaps([], [], needed=2, hold="upheld")] == ["status", "identity"]


def test_two_people() -> None:
    model.require_second("ana", "bo")
    model.require_clearing("ana", "bo")
    with pytest.raises(Refused):
        model.require_second("ana", "ana")
    with pytest.raises(Refused):
        model.require_clearing("ana", "ana")


@pytest.mark.parametrize("path", sorted(programme.SHIPPED.glob("*.yml")), ids=lambda path: path.stem)
def test_shipped_programmes_hold(path: Path) -> None:
    found = programme.read(path.read_text("utf-8"))
    assert found.programme == path.stem
    assert found.identifiers_needed >= 2


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"identifiers_needed": 1}, "identifiers_needed"),
        ({"close_codes": ["departed"]}, "wrong_person"),
        ({"close_codes": ["wrong_person", "hunch"]}, "unknown: hunch"),
        ({"keep_days": 9_999}, "keep_days"),
        ({"checks": []}, "checks"),
        ({"surprise": 1}, "surprise"),
        ({"unit": "../up"}, "unit"),
        (
            {"intake": {"key": "a", "title": "b", "received": "c", "name": "d", "identifiers": {"name": "d"}}},
            "name is no",
        ),
        (
            {"intake": {"key": "a", "title": "b", "received": "c", "name": "d", "identifiers": {"zodiac": "d"}}},
            "zodiac",
        ),
    ],
)
def test_programmes_with_faults_are_refused(changes: dict[str, object], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        programme.read(shipped("status-review", **changes))


@pytest.mark.parametrize("text", ["", "- a", "{", "a: [", "x" * 100_001])
def test_what_is_no_programme(text: str) -> None:
    with pytest.raises(BadInput):
        programme.read(text)


def _tips() -> programme.Programme:
    return programme.parse(yaml.safe_load(shipped("procurement-fraud-tips")))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"tip": ""}, "tip is empty"),
        ({"firm": " "}, "firm is empty"),
        ({"received": "tomorrow"}, "no moment of the past"),
        ({"received": "2099-01-01"}, "no moment of the past"),
        ({"received": "2019-01-01"}, "longer ago"),
        ({"priority": "panic"}, "priority is unknown"),
        ({"people": "somebody"}, "name (relation)"),
        ({"text": "x" * 5_000}, "too long"),
        ({"text": "", "register_no": "", "phone": ""}, "neither an identifier"),
    ],
)
def test_bad_rows_go_to_quarantine_with_reasons(row: dict[str, str], said: str) -> None:
    batch = intake.read(_tips(), table(TIP, {"tip": "T-9"}, row))
    assert [one["row"] for one in batch.rows] == [2]
    assert [one["row"] for one in batch.rejected] == [3]
    assert said in " ".join(batch.rejected[0]["reasons"])


def test_a_key_that_stands_twice_comes_in_once() -> None:
    batch = intake.read(_tips(), table(TIP, {}, {}))
    assert (len(batch.rows), batch.rejected[0]["reasons"]) == (1, ["tip stands twice"])


@pytest.mark.parametrize("content", [b"", b"tip,matter\n", b"\xff\xfe", b'tip,"mat\n', b"a" * 6_000_000])
def test_files_that_can_not_be_taken(content: bytes) -> None:
    with pytest.raises(BadInput):
        intake.read(_tips(), content)


def test_a_row_is_read_into_its_parts() -> None:
    given_row = {"status_claim": "Says so", "family": "Ada Quill (sister); Bo (employer)"}
    found = intake.read(programme.read(shipped("status-review")), table(NOTICE, given_row)).rows[0]
    assert found["claim"] == "Says so"
    assert found["associates"] == [{"name": "Ada Quill", "relation": "sister"}, {"name": "Bo", "relation": "employer"}]
    assert found["properties"]["birthDate"] == ["1990-02-03"]
    assert {one["type"]: one["value"] for one in found["identifiers"]} == {
        "passportNumber": "P1234567",
        "idNumber": "S77",
    }
    assert found["received"].startswith(RECENTLY)
