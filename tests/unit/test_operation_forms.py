"""The forms that the guide of operations shows."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from brightline.api.shapes.operations import CustodyWanted, EncounterWanted, PlanWanted


def test_the_guides_forms_are_forms_that_the_door_takes() -> None:
    text = (Path(__file__).parents[2] / "docs" / "how-to" / "plan-an-operation.md").read_text("utf-8")
    plan, met, stay, detained = (yaml.safe_load(part) for part in re.findall(r"```yaml\n(.*?)```", text, re.S))
    assert PlanWanted.model_validate(plan).objectives[0].instrument == "search warrant"
    assert met.pop("operation")
    assert EncounterWanted.model_validate(met).selection == "collateral"
    for event in stay.pop("events"):
        assert CustodyWanted.model_validate({**stay, **event}).person == stay["person"]
    assert CustodyWanted.model_validate(detained).event == "detain"
