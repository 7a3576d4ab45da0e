"""docs/rules.md says which rules have tests: it must be current, and none that must have one may lack it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.rules import register


def test_the_page_is_current() -> None:
    written = register.PLACE.read_text("utf-8")
    assert written == register.page(register.numbered(register.REPOSITORY)), (
        "docs/rules.md is out of date: run `make rules`"
    )


@pytest.mark.parametrize("rule", sorted(register.REQUIRED))
def test_the_rule_has_a_test_of_its_number(rule: int) -> None:
    assert any(rule in test.rules for test in register.numbered(register.REPOSITORY)), (
        f"no test is named test_rule_{rule:02}_…"
    )


def test_a_rule_is_proved_where_it_runs() -> None:
    """In the database or on the verifier's own files, never on Python alone that stands beside what holds."""
    apart = {test.file for test in register.numbered(register.REPOSITORY) if test.file.startswith("tests/unit/")}
    assert apart <= {"tests/unit/test_ledger_witness.py"}


def test_every_number_is_a_rule_s() -> None:
    assert {rule for test in register.numbered(register.REPOSITORY) for rule in test.rules} <= set(register.RULES)
    assert set(register.RULES) >= register.REQUIRED


def test_several_numbers_and_outcomes_are_read(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_x.py").write_text("def test_rule_04_05_14_kept(): ...\ndef test_rule_7_no(): ...\n")
    (found,) = register.numbered(tmp_path)
    assert (found.name, found.rules) == ("test_rule_04_05_14_kept", (4, 5, 14))
    junit = tmp_path / "j.xml"
    junit.write_text(
        '<testsuites><testsuite><testcase name="test_rule_04_05_14_kept[a]"/>'
        '<testcase name="test_rule_04_05_14_kept[b]"><failure/></testcase></testsuite></testsuites>'
    )
    assert register.outcomes(junit) == {"test_rule_04_05_14_kept": "failed"}
    assert "| 5 | Each release has recipient" in register.page([found])
    assert "1 failed" in register.page([found], register.outcomes(junit))
    assert "no test yet" in register.page([found])
