"""The operation's steps, rule 30 and the grounds of an arrest, as pure functions."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from brightline.api.shapes.operations import CustodyWanted, EncounterWanted, PlanWanted
from brightline.model.errors import Conflict, Refused
from brightline.operations.model import (
    TRANSITIONS,
    Act,
    Encounter,
    Instrument,
    Objective,
    State,
    fault,
    hold_state,
    next_state,
    require_fitting,
)

ARREST = Encounter(
    selection="collateral",
    regime="civil",
    basis="facts",
    outcome="arrested",
    facts="Told the inspector that he was paid in cash at this table.",
    sources=(("permit register", "A"), ("employer's file", "B")),
)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("act", Act)
def test_every_pair_is_a_step_or_a_conflict(state: State, act: Act) -> None:
    if (state, act) in TRANSITIONS:
        assert next_state(state, act) is TRANSITIONS[state, act]
    else:
        with pytest.raises(Conflict) as caught:
            next_state(state, act)
        assert caught.value.hint


def test_nothing_is_active_that_wasnt_cleared_and_approved() -> None:
    ways: dict[State, set[tuple[Act, ...]]] = {State.DRAFT: {()}}
    for _ in range(6):
        for (state, act), becomes in TRANSITIONS.items():
            for way in set(ways.get(state, set())):
                if len(way) < 8:
                    ways.setdefault(becomes, set()).add((*way, act))
    assert ways[State.ACTIVE]
    assert all(Act.CLEAR in way and Act.APPROVE in way[way.index(Act.CLEAR) :] for way in ways[State.ACTIVE])


@pytest.mark.parametrize("regime", ["civil", "regulatory"])
@pytest.mark.parametrize("tool", [Instrument.SEARCH_WARRANT, Instrument.ARREST_WARRANT])
def test_rule_30_criminal_instruments_serve_criminal_objectives(regime: str, tool: Instrument) -> None:
    fitting = Objective(regime="criminal", instrument=tool)
    require_fitting([fitting, Objective(regime=regime, instrument=Instrument.CONSENT)])
    for plan in ([Objective(regime=regime, instrument=tool)], [fitting, Objective(regime=regime, instrument=tool)]):
        with pytest.raises(Refused) as caught:
            require_fitting(plan)
        assert caught.value.code == "instrument"


def test_rule_42_grounds() -> None:
    assert fault(ARREST) is None
    assert fault(replace(ARREST, facts="He was there.")) == "facts"
    assert fault(replace(ARREST, basis="warrant", warrant="W-1")) == "collateral"
    assert fault(replace(ARREST, basis="warrant")) == "basis"
    assert fault(replace(ARREST, selection="targeted", basis="warrant", warrant="W-1")) is None


def test_rule_29_two_sources_or_a_person() -> None:
    assert fault(replace(ARREST, sources=(("a register", "A"),))) == "sources"
    assert fault(replace(ARREST, sources=(("a register", "A"), ("A Register ", "B")))) == "sources"
    assert fault(replace(ARREST, sources=(("a register", "A"), ("a caller", "D")))) == "sources"
    assert fault(replace(ARREST, sources=(), looked="Compared the passport with the register.")) is None
    assert fault(replace(ARREST, sources=(), regime="criminal")) is None


def test_rule_28_two_people() -> None:
    assert hold_state({}) == "open"
    assert hold_state({"a": "not supported"}) == "one of two"
    assert hold_state({"a": "not supported", "b": "not supported"}) == "cleared"
    assert hold_state({"a": "not supported", "b": "citizen"}) == "confirmed"


def test_the_guides_forms_are_forms_that_the_door_takes() -> None:
    text = (Path(__file__).parents[2] / "docs" / "how-to" / "plan-an-operation.md").read_text("utf-8")
    plan, met, stay, detained = (yaml.safe_load(part) for part in re.findall(r"```yaml\n(.*?)```", text, re.S))
    assert PlanWanted.model_validate(plan).objectives[0].instrument == "search warrant"
    assert met.pop("operation")
    assert EncounterWanted.model_validate(met).selection == "collateral"
    for event in stay.pop("events"):
        assert CustodyWanted.model_validate({**stay, **event}).person == stay["person"]
    assert CustodyWanted.model_validate(detained).event == "detain"
