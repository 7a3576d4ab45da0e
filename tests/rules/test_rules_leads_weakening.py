"""Rule 47 for programmes, part by part: which change of it weakens a guard, and which doesn't. No part is left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import yaml
from psycopg.types.json import Jsonb
from tests.leadroom import LeadRoom, lead_room, shipped

from brightline.leads import programme
from brightline.leads.programme import CheckWanted, Columns, Priority, Programme

pytestmark = pytest.mark.database

Given = dict[str, Any]
Change = Callable[[Given], Any]


@pytest.fixture(scope="module")
def room(module_db: Any) -> Iterator[LeadRoom]:
    with lead_room(module_db) as made:
        yield made


def weakened(room: LeadRoom, change: Change, before: Change | None = None) -> list[str]:
    def config(*changes: Change | None) -> Given:
        given = yaml.safe_load(shipped("status-review"))
        for one in changes:
            if one is not None:
                one(given)
        return programme.parse(given).config()

    row = room.at.world.db.execute(
        "SELECT leads.weakenings(jsonb_strip_nulls(%s), jsonb_strip_nulls(%s))",
        (Jsonb(config(before)), Jsonb(config(before, change))),
    ).fetchone()
    assert row is not None
    return list(row[0])


def put(**parts: Any) -> Change:
    return lambda given: given.update(parts)


def without(part: str) -> Change:
    return lambda given: given.pop(part)


def column(**parts: Any) -> Change:
    return lambda given: given["intake"].update(parts)


def check(place: int = 2, **parts: Any) -> Change:
    return lambda given: given["checks"][place].update(parts)


def priority(place: int, **parts: Any) -> Change:
    return lambda given: given["priorities"][place].update(parts)


def more(part: str, value: Any) -> Change:
    return lambda given: given[part].append(value)


def less(part: str, place: int = -1) -> Change:
    return lambda given: given[part].pop(place)


# Part of a programme → changes that weaken, changes that don't. `None`: never changes (programme_apply refuses it).
PARTS: dict[str, tuple[list[Change], list[Change]] | None] = {
    "programme": None,
    "unit": None,
    "title": ([], [put(title="Another title")]),
    "description": ([], [put(description="Other words.")]),
    "authority": ([put(authority="other-law")], []),
    "source": ([put(source="other-records")], []),
    "schema_": (
        [
            put(
                schema="LegalEntity",
                intake={
                    "key": "notice",
                    "title": "matter",
                    "received": "received",
                    "name": "name",
                    "identifiers": {"idNumber": "id_no"},
                },
            )
        ],
        [],
    ),
    "identifiers_needed": ([], [put(identifiers_needed=3)]),
    "checks": ([less("checks", 0)], [more("checks", {"name": "again", "title": "Read again", "system": "Desk"})]),
    "priorities": ([less("priorities", 0), more("priorities", {"name": "slow", "hours": 900})], []),
    "close_codes": ([less("close_codes", 4)], []),
    "refer_to": ([more("refer_to", "status")], [put(refer_to=[])]),
    "cross_to": ([more("cross_to", "tips")], [put(cross_to=[])]),
    "outcomes": ([less("outcomes"), more("outcomes", "sent_on")], []),
    "keep_days": ([put(keep_days=181)], [put(keep_days=100)]),
    "closed_keep_days": ([put(closed_keep_days=61)], [put(closed_keep_days=59)]),
    "stale_days": ([put(stale_days=91), without("stale_days")], [put(stale_days=89)]),
    "intake": ([column(key="matter")], []),
}
CHECK: dict[str, tuple[list[Change], list[Change]]] = {
    "name": ([check(name="another")], []),
    "title": ([check(title="Another title")], []),
    "system": ([check(system="One system")], []),
    "required": ([check(required=False)], []),
    "ends": (
        [check(ends={}), check(ends={"confirmed": "insufficient"})],
        [check(ends={"confirmed": "departed", "refuted": "insufficient"})],
    ),
}
PRIORITY: dict[str, tuple[list[Change], list[Change]]] = {
    "name": ([priority(0, name="soon")], []),
    "hours": ([priority(0, hours=73), priority(1, hours=337)], [priority(0, hours=71), priority(1, hours=300)]),
}
COLUMNS: dict[str, tuple[list[Change], list[Change]]] = {
    **{
        name: ([column(**{name: "other"})], [])
        for name in ("key", "title", "received", "name", "narrative", "birth_date", "priority", "associates")
    },
    "claim": ([column(claim="other"), lambda given: given["intake"].pop("claim")], []),
    "identifiers": ([column(identifiers={"passportNumber": "other", "idNumber": "id_no", "phone": "phone"})], []),
}
MODELS = ((Programme, PARTS), (CheckWanted, CHECK), (Priority, PRIORITY), (Columns, COLUMNS))


def test_rule_47_every_part_of_a_programme_is_placed() -> None:
    for model, placed in MODELS:
        assert set(placed) == set(model.model_fields), model.__name__


@pytest.mark.parametrize(
    ("name", "placed"),
    [(f"{model.__name__}.{name}", placed) for model, parts in MODELS for name, placed in parts.items() if placed],
)
def test_rule_47_each_part_in_its_direction(
    room: LeadRoom, name: str, placed: tuple[list[Change], list[Change]]
) -> None:
    for change in placed[0]:
        assert weakened(room, change), f"{name} isn't announced"
    for change in placed[1]:
        assert weakened(room, change) == [], f"{name} is announced without need"


def test_rule_47_the_same_the_other_way_round(room: LeadRoom) -> None:
    """What can't be tried from the shipped programme alone."""
    assert weakened(room, put(identifiers_needed=2), put(identifiers_needed=3)) == ["fewer identifiers needed"]
    assert weakened(room, put(stale_days=30), without("stale_days")) == []
    assert weakened(room, put(keep_days=200), without("stale_days")) == ["keep_days longer"]
    assert weakened(room, put(stale_days=179), put(stale_days=30)) == [
        "leads that nobody touches stay 179 days instead of 30"
    ]
    assert weakened(room, column(claim="status_claim"), lambda given: given["intake"].pop("claim")) == []

    def turned(given: Given) -> None:
        given["priorities"].reverse()

    assert weakened(room, turned, turned) == ["rows without a priority later"]
