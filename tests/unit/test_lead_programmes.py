"""Programmes as texts, and the reading of their CSV."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from tests.leadroom import NOTICE, RECENTLY, TIP, shipped, table

from brightline.leads import intake, programme
from brightline.model.errors import BadInput


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
