"""SQL keeps to 120 columns, and what breaks its lines changes nothing that they say."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    found = importlib.util.spec_from_file_location("wrap_sql", REPOSITORY / "scripts" / "wrap_sql.py")
    assert found
    assert found.loader
    made = importlib.util.module_from_spec(found)
    import sys

    sys.modules["wrap_sql"] = made
    found.loader.exec_module(made)
    return made


LONG = "".join(f"'word {n}', " for n in range(20))
CASES = {
    "a list": f"SELECT line.bad({LONG}now());\n",
    "an indented condition": f"    IF a IN ({LONG[:-2]}) AND (SELECT line.kind()) <> 'x' THEN RETURN; END IF;\n",
    "a long string": f"SELECT 'It''s {'said again and ' * 12}done', 1;\n",
    "a comment": "-- " + "words of a sentence " * 9 + "\n",
    "a comment after code": "SELECT 1; -- " + "words of a sentence " * 9 + "\n",
    "a header": "-- params: {" + ", ".join(f"field_{n}: text" for n in range(14)) + "}\n-- result: {}\n",
    "a body": f"CREATE FUNCTION f() RETURNS void AS $$ BEGIN PERFORM line.bad({LONG}'x'); END $$;\n",
    "text in dollars": f"SELECT format($q$SELECT 'a', {'b, ' * 10}c$q$), {LONG}1;\n",
}


@pytest.mark.parametrize("case", CASES)
def test_a_long_line_is_broken_and_says_the_same(tool: ModuleType, case: str) -> None:
    before = CASES[case]
    after = tool.wrapped(tool.parted(tool.wrapped(before)))
    assert tool.meaning(after) == tool.meaning(before)
    assert max(len(line) for line in after.splitlines()) <= 120
    assert tool.wrapped(tool.parted(tool.wrapped(after))) == after


def test_what_is_short_stays_as_it_is(tool: ModuleType) -> None:
    text = "SELECT 1;\n  -- why\n  SELECT 2;\n"
    assert tool.wrapped(tool.parted(text)) == text


def test_another_meaning_is_noticed(tool: ModuleType) -> None:
    assert tool.meaning("SELECT 'a b'") != tool.meaning("SELECT 'a  b'")
    assert tool.meaning("SELECT a, b") != tool.meaning("SELECT a b")


def test_every_file_keeps_to_it(tool: ModuleType) -> None:
    """Mended by `python scripts/wrap_sql.py`."""
    assert [fault for path in tool.files() for fault in tool.faults(path)] == []
