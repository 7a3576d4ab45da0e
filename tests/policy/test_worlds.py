"""Worlds in one YAML file, and random ones: pure rules, the model that is proved and PostgreSQL give one answer.

`BRIGHTLINE_WORLDS=10000 pytest tests/policy/test_worlds.py -k random` asks that many random worlds (shipped: 40).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.policy.world import Written

from brightline.line.rulebook_check import CATEGORIES

WORLDS = yaml.safe_load((Path(__file__).parent / "worlds.yml").read_text())
RANDOM = int(os.environ.get("BRIGHTLINE_WORLDS", "40"))
CAVEATS = ("sealed", "covert", "protected", "oversight", "grand-jury", "tax", "pii", "commercial", "unheard-of")
OPEN = ("criminal", "civil", "regulatory")

pytestmark = [pytest.mark.database, pytest.mark.timeout(7200)]


@pytest.fixture(scope="module")
def conn(module_db: Any) -> Iterator[psycopg.Connection[Any]]:
    """The superuser, in a transaction that never commits: read committed, one world at a time."""
    with psycopg.connect(module_db.admin_dsn, prepare_threshold=2) as made:
        yield made


def agree(conn: psycopg.Connection[Any], world: dict[str, Any]) -> dict[str, set[str]]:
    """What each purpose sees, once all three ways to ask have said the same."""
    try:
        written = Written(conn, world)
        found = {}
        for purpose in world["purposes"]:
            shown = written.sees(purpose)
            assert shown == written.decided(purpose), purpose
            assert shown == written.modelled(purpose), purpose
            found[purpose] = shown
        return found
    finally:
        conn.rollback()


@pytest.mark.parametrize("world", WORLDS, ids=[world["world"] for world in WORLDS])
def test_the_three_questions_of_each_world_agree(conn: psycopg.Connection[Any], world: dict[str, Any]) -> None:
    sees = {purpose: set(seen) for purpose, seen in world["sees"].items()}
    assert {p: {d for d, yes in asked.items() if yes} for p, asked in world["may"].items()} == sees
    assert {d: {p for p in sees if d in sees[p]} for d in world["data"]} == {
        d: set(by) for d, by in world["seen_by"].items()
    }
    assert all(set(asked) == set(world["data"]) for asked in world["may"].values()), "a question is left out"
    assert agree(conn, world) == sees


def test_the_harness_notices_a_wrong_answer(conn: psycopg.Connection[Any]) -> None:
    """One visible marking too many in the database, and the comparison fails."""
    try:
        written = Written(conn, WORLDS[0])
        conn.execute(
            "INSERT INTO line.visible_marking (purpose, marking, rule, why) VALUES (%s, %s, 'L2', 'planted')",
            (written.purposes["fraud"], written.markings["wage"]),
        )
        assert written.sees("fraud") - written.decided("fraud") == {"wage"}
    finally:
        conn.rollback()


def some(values: tuple[str, ...], most: int) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), unique=True, max_size=most)


SOURCES = st.fixed_dictionaries(
    {"regime": st.sampled_from(OPEN), "regimes": some(OPEN, 3)},
    optional={
        "units": some(("fraud", "labour"), 1),
        "state": st.sampled_from(("active", "closed")),
        "agreement": st.sampled_from(("past", "future")),
        "assessed": st.booleans(),
    },
)
PURPOSES = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(("case", "case", "lead", "desk", "oversight")),
        "unit": st.sampled_from(("fraud", "labour")),
        "regime": st.sampled_from((*OPEN, "oversight")),
        "cleared": some(CAVEATS, 4),
        "papers": some(CAVEATS[:8], 3),
    }
)


@st.composite
def worlds(draw: st.DrawFn) -> dict[str, Any]:
    """Sources in any state, purposes of any kind, data from them, copies that crossed, what is made of both.

    Under any rulebook whose maps are well formed, proved or not.
    """
    sources = {f"s{n}": draw(SOURCES) for n in range(draw(st.integers(1, 4)))}
    purposes = {f"p{n}": draw(PURPOSES) for n in range(draw(st.integers(1, 4)))}
    data: dict[str, Any] = {}
    for n in range(draw(st.integers(2, 9))):
        kinds = ("from", "from", "born") if n < 2 else ("from", "born", "copy", "made_of", "made_of")
        kind = draw(st.sampled_from(kinds))
        plain = [name for name, datum in data.items() if "from" in datum]
        if kind == "copy" and plain:
            data[f"d{n}"] = {
                "copy": draw(st.sampled_from(plain)),
                "for": draw(some(tuple(purposes), 2)),
                "ended": draw(st.booleans()),
            }
        elif kind == "made_of":
            data[f"d{n}"] = {"made_of": _parents(draw, data)}
        elif kind == "born":
            data[f"d{n}"] = {"born": draw(st.sampled_from(OPEN))}
        else:
            data[f"d{n}"] = {
                "from": draw(st.lists(st.sampled_from(sorted(sources)), min_size=1, max_size=2, unique=True)),
                "category": draw(st.sampled_from(CATEGORIES)),
                "caveats": draw(some(CAVEATS, 2)),
            }
    return {"rulebook": draw(RULEBOOKS), "sources": sources, "purposes": purposes, "data": data}


def _parents(draw: st.DrawFn, data: dict[str, Any]) -> list[str]:
    """Two data, of which at most one lies in a compartment: no judgement joins two."""
    chosen: list[str] = draw(st.lists(st.sampled_from(sorted(data)), min_size=1, max_size=2, unique=True))
    inside = [name for name in chosen if _crossed(data, name)]
    return chosen if len(inside) < 2 else chosen[:1]


def _crossed(data: dict[str, Any], name: str) -> bool:
    return "copy" in data[name] or any(_crossed(data, parent) for parent in data[name].get("made_of", ()))


RULEBOOKS = st.fixed_dictionaries(
    {},
    optional={
        "categories": st.fixed_dictionaries({name: some(OPEN, 3) for name in CATEGORIES}),
        "category_order": st.permutations(CATEGORIES).map(list),
        "open_caveats": some(CAVEATS[:8], 3),
        "clearable": st.fixed_dictionaries({name: some(OPEN, 3) for name in CAVEATS[:6]}),
        "case_born": st.fixed_dictionaries({name: some(OPEN, 3) for name in OPEN}),
        "protected": st.fixed_dictionaries({"categories": some(CATEGORIES, 3), "caveats": some(CAVEATS[:8], 2)}),
    },
)


@settings(
    max_examples=RANDOM,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(world=worlds())
def test_random_worlds_are_seen_alike_by_rules_model_and_postgresql(
    conn: psycopg.Connection[Any], world: dict[str, Any]
) -> None:
    agree(conn, world)
