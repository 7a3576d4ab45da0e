"""What is published is true, and what isn't told can't be worked out: not from margins, not from two publications."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from psycopg.types.json import Jsonb

pytestmark = pytest.mark.database
SMALL = range(1, 5)
KEPT = ("small", "kept")
LARGEST = 24

Counts = dict[str, int]
Printed = dict[str, str]


@pytest.fixture(scope="module")
def printing(module_db: Any) -> Any:
    """Publishes counts beside what was published before, with the function that the report calls."""

    def go(counts: Counts, *earlier: tuple[Counts, Printed]) -> Printed:
        rows = [{"cell": [key, "", ""], "value": value} for key, value in counts.items()]
        before = [
            {
                "cell": ["*"] if key == "*" else [key, "", ""],
                "value": _total(told) if key == "*" else told[key],
                "printed": word,
            }
            for told, printed in earlier
            for key, word in printed.items()
        ]
        found = module_db.admin.execute(
            "SELECT cell ->> 0, printed FROM line.published_cells(%s, %s)", (Jsonb(rows), Jsonb(before))
        ).fetchall()
        return dict(found)

    return go


def _total(counts: Counts) -> int:
    return sum(counts.values())


def could_be(word: str | None) -> range:
    """Every count that is printed so; what isn't there is zero, what is kept back may be anything that is there."""
    if word is None:
        return range(1)
    if word == "small":
        return SMALL
    if word == "kept":
        return range(1, LARGEST + 5)
    return range(max(int(word) - 2, 5), int(word) + 3)


def fits(total: int, word: str) -> bool:
    return word == "kept" or total in could_be(word)


def readings(keys: list[str], printed: Printed) -> Iterator[Counts]:
    """Every table that would be printed like this, total included."""
    for values in product(*(could_be(printed.get(key)) for key in keys)):
        if fits(sum(values), printed["*"]):
            yield dict(zip(keys, values, strict=True))


cells = st.dictionaries(st.sampled_from("ab"), st.integers(1, 14), min_size=1, max_size=2)
more = st.dictionaries(st.sampled_from("ab"), st.integers(0, 9), max_size=2)


def _true(counts: Counts, printed: Printed) -> None:
    for key, word in [*printed.items()]:
        value = _total(counts) if key == "*" else counts[key]
        if word == "small":
            assert 0 < value < 5, f"{key} is {value}, and is told as fewer than 5"
        elif word != "kept":
            assert abs(value - int(word)) <= 2, f"{key} is {value}, and is told as {word}"


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=cells, added=more)
@example(first={"a": 8}, added={"a": 1})
@example(first={"a": 7}, added={"a": 1})
@example(first={"a": 4, "b": 4}, added={})
@example(first={"a": 1, "b": 1}, added={"a": 1})
@example(first={"a": 4, "b": 12}, added={"a": 1})
@example(first={"a": 5, "b": 1}, added={"b": 4})
@example(first={"a": 12, "b": 12}, added={"a": 1})
def test_nothing_printed_is_false_and_nothing_kept_can_be_worked_out(
    printing: Any, first: Counts, added: Counts
) -> None:
    """The reader knows the rounding, every cell, the total, and that counts only grow from the first to the second."""
    second = {key: first.get(key, 0) + added.get(key, 0) for key in {*first, *added}}
    second = {key: value for key, value in second.items() if value}
    one = printing(first)
    two = printing(second, (first, one))
    _true(first, one)
    _true(second, two)
    keys = sorted(second)
    pairs = [(a, b) for a in readings(keys, one) for b in readings(keys, two) if all(a[key] <= b[key] for key in keys)]
    assert (({key: first.get(key, 0) for key in keys}), second) in pairs, "what is so must be among what could be"
    for key in keys:
        if one.get(key) in ("small", "kept"):
            assert len({a[key] for a, _ in pairs}) > 1, f"the first {key} is told by {one}, {two}"
        if two.get(key) in ("small", "kept"):
            assert len({b[key] for _, b in pairs}) > 1, f"the second {key} is told by {one}, {two}"
        if 0 < added.get(key, 0) < 5:
            assert len({b[key] - a[key] for a, b in pairs}) > 1, f"how many {key} grew is told by {one}, {two}"
    for place, printed in enumerate((one, two)):
        if printed["*"] == "kept":
            assert len({sum(pair[place].values()) for pair in pairs}) > 1, f"the total is told by {one}, {two}"


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(counts=cells)
def test_a_second_time_says_the_same(printing: Any, counts: Counts) -> None:
    one = printing(counts)
    assert printing(counts, (counts, one)) == one


def test_small_and_kept_back_are_two_words(printing: Any) -> None:
    """3 and 240 never are one word; a number of 240 isn't said to be fewer than 5."""
    assert printing({"a": 3, "b": 240, "c": 900}) == {"a": "small", "b": "240", "c": "900", "*": "kept"}
    one = printing({"a": 8})
    assert printing({"a": 8}, ({"a": 8}, one)) == one
    assert printing({"a": 13}, ({"a": 8}, one)) == {"a": "15", "*": "15"}
    assert printing({"a": 7}) == {"a": "5", "*": "5"}
    assert printing({"a": 8}, ({"a": 7}, printing({"a": 7}))) == {"a": "kept", "*": "kept"}


_EVERY = """
WITH tables AS (SELECT a.n AS a, b.n AS b, c.n AS more_a, d.n AS more_b
    FROM generate_series(1, %(most)s) a(n), generate_series(0, %(second)s) b(n),
      generate_series(0, %(grown)s) c(n), generate_series(0, %(grown_second)s) d(n)),
  first AS (SELECT a, b, t.told, t.kept FROM (SELECT DISTINCT a, b FROM tables) x, LATERAL (
      SELECT jsonb_object_agg(p.cell ->> 0, p.printed) AS told,
        jsonb_agg(jsonb_build_object('cell', p.cell, 'value', p.value, 'printed', p.printed)) AS kept
      FROM line.published_cells(jsonb_build_array(jsonb_build_object('cell', '["a"]'::jsonb, 'value', a),
        jsonb_build_object('cell', '["b"]'::jsonb, 'value', b)), '[]') p) t)
SELECT a, b, more_a, more_b, f.told, s.told FROM tables JOIN first f USING (a, b), LATERAL (
  SELECT jsonb_object_agg(p.cell ->> 0, p.printed) AS told FROM line.published_cells(jsonb_build_array(
    jsonb_build_object('cell', '["a"]'::jsonb, 'value', a + more_a),
    jsonb_build_object('cell', '["b"]'::jsonb, 'value', b + more_b)), f.kept) p) s
"""


@pytest.mark.parametrize(
    ("most", "second", "grown", "grown_second"),
    [(40, 0, 20, 0), (14, 12, 4, 0), (9, 6, 6, 3)],
    ids=["one", "two", "both"],
)
def test_not_even_by_a_reader_who_knows_the_program(
    module_db: Any, most: int, second: int, grown: int, grown_second: int
) -> None:
    """Every table there is, printed twice; those that print alike differ in whatever isn't told. At the edge of what is
    tried, where the neighbours are missing, nothing is asked."""
    bounds = {"most": most, "second": second, "grown": grown, "grown_second": grown_second}
    seen: dict[str, list[tuple[int, ...]]] = {}
    for a, b, more_a, more_b, one, two in module_db.admin.execute(_EVERY, bounds).fetchall():
        seen.setdefault(f"{sorted(one.items())} {sorted(two.items())}", []).append((a, b, more_a, more_b))
    asked = 0
    for said, group in seen.items():
        if any(a > most - 5 or more_a > grown - 1 for a, _, more_a, _ in group):
            continue
        asked += 1
        grew = {more_a for _, _, more_a, _ in group}
        assert len({a for a, *_ in group}) > 1 or "'a', 'small'" not in said.split("] [")[0], said
        after = {a + more for a, _, more, _ in group}
        assert len(after) > 1 or not any(f"'a', '{word}'" in said.split("] [")[1] for word in KEPT), said
        assert grew == {0} or len(grew) > 1 or min(grew) >= 5, said
    assert asked > 5
