"""docs/attacks.md says by which tests each attack is tried: it must be current, and no attack may lack one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.leak import register


def test_the_page_is_current() -> None:
    written = register.PLACE.read_text("utf-8")
    assert written == register.page(register.everything()), "docs/attacks.md is out of date: run `make attacks`"


@pytest.mark.parametrize("attack", register.ATTACKS)
def test_the_attack_has_a_test(attack: str) -> None:
    assert any(attack == one.attack for one in register.everything()), (
        f"no test is named test_{attack.lower()}_…, and ALSO names none"
    )


def test_every_number_is_an_attack_s() -> None:
    assert {one.attack for one in register.everything()} <= set(register.ATTACKS)
    assert {number[0] for number in register.ATTACKS} == set(register.SECTIONS)
    for letter, last in (("A", 12), ("B", 16), ("C", 14), ("D", 6)):
        assert {f"{letter}{n}" for n in range(1, last + 1)} <= set(register.ATTACKS)


def test_what_is_named_besides_is_there() -> None:
    named = {(attack, one) for attack, tests in register.ALSO.items() for one in tests}
    there = {(one.attack, f"{one.file}::{one.name}") for one in register.also(register.REPOSITORY)}
    assert named == there


def test_numbers_are_read_from_names_and_from_cases(tmp_path: Path) -> None:
    folder = tmp_path / "tests" / "leak"
    folder.mkdir(parents=True)
    (folder / "test_x.py").write_text(
        'TABLE = {"b3 explain": "EXPLAIN", "no number": "", "b12 sizes": ""}\n'
        'OTHER = {"c1 unused": ""}\n'
        "def test_c10_c13_kept(): ...\ndef test_a_word(): ...\ndef test_b1(): ...\ndef test_g_closed(): ...\n"
        '@pytest.mark.parametrize("s", TABLE.values(), ids=TABLE.keys())\ndef test_denied(s): ...\n'
    )
    found = {(one.attack, one.name) for one in register.shown(tmp_path)}
    assert found == {
        ("C10", "test_c10_c13_kept"),
        ("C13", "test_c10_c13_kept"),
        ("G", "test_g_closed"),
        ("B3", "test_denied[b3 explain]"),
        ("B12", "test_denied[b12 sizes]"),
    }
    assert "no test yet" in register.page([])
    assert "by 1 test |" in register.page(register.shown(tmp_path))


def test_ten_million_rows_were_attacked_and_held() -> None:
    """The measurement that bench keeps: its size, and that every row of it that has a goal held."""
    result = json.loads((register.REPOSITORY / "bench" / "results" / "attacks.json").read_text("utf-8"))
    assert result["data"]["entities"] >= 2_000_000
    assert result["data"]["link_rows"] >= 10_000_000
    goals = [row for row in result["rows"] if row["goal"]]
    assert {row["name"].split()[0].rstrip(":") for row in goals} >= {
        "B1",
        "B2",
        "B3",
        "B5",
        "B6",
        "B7",
        "B11",
        "B12",
        "C2",
    }
    assert [row["name"] for row in goals if not row["holds"]] == []
