"""Merge and split under the line: through the gate, on a real database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from tests.world import World, small_world

from brightline.gate import Gate
from brightline.links import queries as links
from brightline.model.errors import Conflict, Missing, Refused
from brightline.model.ids import parse_id, printed
from brightline.model.keys import entity_keys
from brightline.resolution import commands, queries
from brightline.search import queries as search

pytestmark = pytest.mark.database
CASE, OTHER = "C-2026-0001", "C-2026-0002"
REASON = "Both give the same passport number and the same mother's name."


@pytest.fixture
def world(db: Any) -> Iterator[World]:
    with (
        psycopg.connect(db.dsn("brightline_app"), autocommit=True) as app,
        psycopg.connect(db.dsn("brightline_policy"), autocommit=True) as policy,
    ):

        @contextmanager
        def lend(connection: psycopg.Connection[Any]) -> Iterator[psycopg.Connection[Any]]:
            yield connection

        yield small_world(db.admin, Gate(connect=lambda: lend(app), policy=lambda: lend(policy)))


def put(world: World, source: str, name: str, **properties: str) -> str:
    """One person of one source; answers the printed id."""
    given = {"name": [name], **{key: [value] for key, value in properties.items()}}
    keys = sorted(entity_keys("Person", given).keys)
    entity = world.aspect(source, name, marking=world.marking(source), keys=keys, properties=given)
    return printed(source, entity)


def members(world: World, who: str, purpose: str, id: str) -> set[str]:
    answer = search.entity_show(world.gate, world.call(who, purpose), id)
    return {str(parse_id(m)) for m in answer.result["members"]}


def judge(world: World, a: str, b: str, verdict: str, reason: str = REASON) -> None:
    made = commands.Judgement(left=a, right=b, verdict=verdict, reason=reason)
    commands.judge(world.gate, world.call("ana", CASE), made)
    world.settle()


def same(world: World, a: str, b: str) -> None:
    judge(world, a, b, "same")


def test_a_merge_shows_one_entity_under_either_id(world: World) -> None:
    a, b = put(world, "register", "Ilse Rowan"), put(world, "register", "Ilsa Rowan")
    same(world, a, b)
    both = {str(parse_id(a)), str(parse_id(b))}
    assert members(world, "ana", CASE, a) == members(world, "ana", CASE, b) == both
    hits = search.find(world.gate, world.call("ana", CASE), search.Search(q="rowan")).result
    assert hits["total"] == 1


def test_the_other_regime_meets_two_where_the_judgement_rests_on_what_it_may_not_see(world: World) -> None:
    a, b = put(world, "register", "Ilse Rowan"), put(world, "register", "Ilsa Rowan")
    world.aspect("bank", "Ilse Rowan", marking=world.marking("bank"), entity=parse_id(a))
    same(world, a, b)
    assert len(members(world, "ana", CASE, a)) == 2
    assert members(world, "cleo", OTHER, a) == {str(parse_id(a))}
    assert queries.history(world.gate, world.call("cleo", OTHER), a).result["judgements"] == []


def test_a_split_undoes_and_nothing_is_erased(world: World) -> None:
    a, b, c = (put(world, "register", f"Ilse Rowan {n}") for n in "abc")
    same(world, a, b)
    same(world, b, c)
    assert len(members(world, "ana", CASE, c)) == 3
    commands.split(world.gate, world.call("ana", CASE), a, reason="The birth dates are twenty years apart.")
    assert members(world, "ana", CASE, a) == {str(parse_id(a))}
    assert len(members(world, "ana", CASE, c)) == 2
    told = queries.history(world.gate, world.call("ana", CASE), a).result["judgements"]
    assert [(j["verdict"], j["counts"]) for j in told] == [("different", True), ("same", False)]


def test_what_is_held_apart_is_not_joined_by_a_detour(world: World) -> None:
    a, b, c = (put(world, "register", f"Ilse Rowan {n}") for n in "abc")
    judge(world, a, c, "different", "Two birth certificates were seen.")
    same(world, a, b)
    with pytest.raises(Conflict) as held:
        same(world, b, c)
    assert held.value.code == "held_apart"


def test_unsure_joins_nothing(world: World) -> None:
    a, b = put(world, "register", "Ilse Rowan"), put(world, "register", "Ilsa Rowan")
    judge(world, a, b, "unsure")
    assert members(world, "ana", CASE, a) == {str(parse_id(a))}


def test_refusals(world: World) -> None:
    a, b = put(world, "register", "Ilse Rowan"), put(world, "register", "Ilsa Rowan")
    hidden = put(world, "wages", "Ilse Rowan")
    absent = "register-" + "0" * 32
    with pytest.raises(Refused, match="reason"):
        judge(world, a, b, "same", "looks alike")
    told = set()
    for other in (hidden, absent):
        with pytest.raises(Missing) as missing:
            same(world, a, other)
        told.add((missing.value.detail, missing.value.hint))
    assert len(told) == 1


def test_two_compartments_are_never_joined(world: World) -> None:
    case = world.cases[CASE]
    row = world.db.execute("SELECT line.case_marking('18-usc-1956')").fetchone()
    assert row is not None
    marking = row[0]
    a, b = put(world, "register", "Ilse Rowan"), put(world, "register", "Ilsa Rowan")
    world.aspect("case", "Ilse in a note", marking=marking, entity=parse_id(a), compartment=case)
    same(world, a, b)
    row = world.db.execute("SELECT compartment FROM content.judgement").fetchone()
    assert row == (case,)


def test_candidates_come_with_their_parts_and_only_what_is_visible(world: World) -> None:
    a = put(world, "register", "Ilse Rowan", idNumber="AB12345", birthDate="1980-02-03")
    b = put(world, "bank", "Ilsa Rowan", idNumber="AB12345", birthDate="1980-02-03")
    put(world, "wages", "Ilse Rowan", idNumber="AB12345")
    found = queries.candidates(world.gate, world.call("ana", CASE), a).result
    assert [c["id"] for c in found["candidates"]] == [b]
    parts = {p["part"]: p["alike"] for p in found["candidates"][0]["parts"]}
    assert parts["identifier"] == parts["date"] == 1
    assert 0.8 < parts["name"] < 1


def test_links_of_a_merged_entity_lead_to_it_from_either_side(world: World) -> None:
    a, b = put(world, "register", "Ilse Rowan"), put(world, "register", "Ilsa Rowan")
    other = put(world, "register", "Third Party")
    for end in (a, b):
        world.link(parse_id(other), parse_id(end), "Ownership", source="register", marking=world.marking("register"))
    same(world, a, b)
    found = links.expand(world.gate, world.call("ana", CASE), [other]).result
    assert {node["id"] for node in found["nodes"]} == {min(a, b, key=parse_id)}
