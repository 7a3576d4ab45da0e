"""Rule 51 of the case that a pointer names: at tier 3 alone, and only what the source and the case let be told.

`bank` is criminal and open to criminal work; cleo, of the civil side, asks. Each test puts rows of its own into cases
and compares what she is told of them before and after: by a search, why, and on the page of an entity with an open
side.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from tests.office import Office, office

from brightline.model.ids import printed
from brightline.search import queries as search

pytestmark = pytest.mark.database


class Desk:
    """The office with a civil case that asks and a criminal one that holds; every name of a row is used once."""

    def __init__(self, at: Office) -> None:
        self.at, self.world, self.db = at, at.world, at.world.db
        self.civil, self.mine = at.opened("cleo", "labour"), at.opened()
        self.number = 0

    def tier(self, tier: int) -> None:
        self.db.execute("UPDATE line.agreement SET pointer_tier = %s", (tier,))
        self.world.move()

    def name(self) -> str:
        self.number += 1
        letters = "".join(chr(ord("a") + int(digit)) for digit in str(self.number))
        return f"Quor{letters} Holding"

    def hidden(self, name: str = "", *, marking: int | None = None) -> tuple[str, UUID]:
        """(name, entity) of a firm that the bank alone knows."""
        name = name or self.name()
        keys = [f"t:{word}" for word in name.lower().split()]
        marking = marking or self.world.marking("bank")
        return name, self.world.aspect("bank", name, marking=marking, schema="Company", keys=keys)

    def half_open(self) -> tuple[str, UUID]:
        """The same, where the register knows another name of it, which everybody may see."""
        name, entity = self.hidden()
        register = self.world.marking("register")
        self.world.aspect("register", f"Open {entity.hex}", marking=register, schema="Company", entity=entity)
        return name, entity

    def row(self, entity: UUID, source: str = "bank") -> UUID:
        found = self.db.execute(
            "SELECT record FROM content.aspect WHERE entity = %s AND source = %s", (entity, source)
        ).fetchone()
        assert found is not None
        record: UUID = found[0]
        return record

    def asked(self, name: str, entity: UUID, *, page: bool = False) -> dict[str, Any]:
        """All that cleo is told, without what is measured anew each time."""
        gate, told = self.at.gate, {}
        call = self.world.call("cleo", self.civil)
        told["search"] = search.find(gate, call, search.Search(q=name, fuzzy=0)).result
        told["why"] = search.why(gate, call, entity.hex).result
        if page:
            told["page"] = search.entity_show(gate, call, entity.hex).result
        told["search"].pop("took_ms")
        for part in told.values():
            for pointer in part["pointers"]:
                assert pointer.pop("handle")
        plain: dict[str, Any] = json.loads(json.dumps(told, default=str))
        return plain

    def cases(self, name: str, entity: UUID) -> list[str | None]:
        """The cases of the pointers, which the search and the entity's own page tell alike."""
        told = self.asked(name, entity)
        found, why = ([one.get("case") for one in told[part]["pointers"]] for part in ("search", "why"))
        assert found == why
        return found

    def put(self, *ids: str, case: str = "", who: str = "ana") -> None:
        self.at.do(who, case or self.mine, "case_add_items", ids=list(ids))

    def placed(self, case: UUID, object: UUID, kind: str = "entity") -> None:
        """An item written past the case's own guards."""
        self.db.execute(
            "INSERT INTO cases.item (case_id, kind, object, printed, account) VALUES (%s, %s, %s, %s, %s)",
            (case, kind, object, object.hex, self.world.accounts["ana"]),
        )

    def filed(self, key: str, unit: str, authority: str, *members: str) -> UUID:
        """An open case of any unit."""
        case = self.world.case(key, unit, authority, members)
        self.db.execute(
            "INSERT INTO cases.case_file (id, number, title, regime, authorities, predicate, unit, lead, made_by,"
            " state) SELECT %s, %s, 'Other work', a.regime, ARRAY[a.code], repeat('predicate ', 6), %s, %s, %s, 'open'"
            " FROM line.authority a WHERE a.code = %s",
            (case, key, unit, self.world.accounts[members[0]], self.world.accounts[members[0]], authority),
        )
        return case


@pytest.fixture(scope="module")
def desk(module_db: Any) -> Iterator[Desk]:
    with office(module_db) as at:
        yield Desk(at)


def without_case(told: Any, case: str) -> Any:
    """An answer with the field `case` taken from its pointers and the words for it from its sentences."""
    if isinstance(told, dict):
        pointer = "tier" in told and told.get("case") == case
        return {k: without_case(v, case) for k, v in told.items() if not (pointer and k == "case")}
    if isinstance(told, list):
        return [without_case(one, case) for one in told]
    return told.replace(f", in case {case}", "") if isinstance(told, str) else told


@pytest.mark.parametrize("kind", ["entity", "record"])
@pytest.mark.parametrize("tier", [0, 1, 2, 3])
def test_rule_51_a_case_changes_tier_three_alone_and_by_one_field(desk: Desk, tier: int, kind: str) -> None:
    desk.tier(tier)
    for page, (name, entity) in ((False, desk.hidden()), (True, desk.half_open())):
        item = printed("bank", entity) if kind == "entity" else f"bank:{desk.row(entity).hex}"
        before = desk.asked(name, entity, page=page)
        desk.put(item)
        after = desk.asked(name, entity, page=page)
        if tier < 3:
            assert after == before
        else:
            assert without_case(after, desk.mine) == before
            for part in after.values():
                assert [one["case"] for one in part["pointers"]] == [desk.mine]
            assert str(after).count(desk.mine) == 3, "once in each list of pointers, or once more in the words of why"
        assert (desk.mine in str(after["why"]["needs"])) == (tier == 3 and not page)
        desk.at.do("ana", desk.mine, "case_item_remove", id=item, reason="It belongs to another firm.")
        assert desk.asked(name, entity, page=page) == before, "an item that was taken out tells no case"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("restricted = true", False),
        ("state = 'draft'", False),
        ("state = 'submitted'", False),
        ("state = 'returned'", False),
        ("state = 'suspended'", True),
        ("state = 'closure_requested'", True),
        ("state = 'closed', outcome = 'unfounded'", True),
        ("state = 'reopen_requested', outcome = 'unfounded'", True),
    ],
)
def test_rule_51_a_case_that_is_not_to_be_told_of_is_not(desk: Desk, change: str, told: bool) -> None:
    desk.tier(3)
    case = desk.at.opened()
    name, entity = desk.half_open()
    before = desk.asked(name, entity, page=True)
    desk.put(printed("bank", entity), case=case)
    assert desk.cases(name, entity) == [case]
    desk.db.execute(f"UPDATE cases.case_file SET {change} WHERE number = %s", (case,))
    assert (desk.asked(name, entity, page=True) == before) == (not told)
    assert desk.cases(name, entity) == ([case] if told else [None])


def test_rule_51_a_source_tells_of_its_own_regimes_cases_alone(desk: Desk) -> None:
    """Wage records of civil law, open to one criminal unit: its case is none that their custodian may tell of."""
    desk.world.source("payroll", "29-usc-216", ["criminal"], units=["fraud"], custodian="labour")
    desk.tier(3)
    name, entity = desk.hidden(marking=desk.world.marking("payroll"))
    before = desk.asked(name, entity)
    assert [one["regime"] for one in before["search"]["pointers"]] == ["civil"]
    desk.put(printed("bank", entity))
    assert desk.asked(name, entity) == before


@pytest.mark.parametrize(
    ("law", "regime", "told"), [("29-usc-216", "civil/criminal", False), ("18-usc-1956", "criminal", True)]
)
def test_rule_51_a_row_of_two_sources_tells_what_both_may(desk: Desk, law: str, regime: str, told: bool) -> None:
    source = f"second-{law}"
    desk.world.source(source, law, ["criminal"], custodian="labour")
    row = desk.db.execute(
        "SELECT line.intern_marking(jsonb_agg(jsonb_build_array(s.name, s.authority) ORDER BY s.name), 'other', '{}',"
        " '') FROM line.source s WHERE s.name IN ('bank', %s)",
        (source,),
    ).fetchone()
    assert row is not None
    desk.tier(3)
    name, entity = desk.hidden(marking=row[0])
    desk.put(printed("bank", entity))
    assert [one["regime"] for one in desk.asked(name, entity)["search"]["pointers"]] == [regime]
    assert desk.cases(name, entity) == [desk.mine if told else None]


def test_rule_51_a_case_that_does_not_see_the_row_holds_nothing_of_it(desk: Desk) -> None:
    """It has the firm for what the register says of it; that the bank knows it too is no news of that case."""
    desk.world.unit("arson", "criminal")
    desk.world.person("uma", ("arson", "agent"))
    case = desk.filed("C-2026-100077", "arson", "18-usc-1956", "uma")
    desk.world.source("strongroom", "18-usc-1956", ["criminal"], units=["fraud"], custodian="fraud")
    desk.tier(3)
    name, entity = desk.half_open()
    desk.db.execute(
        "UPDATE content.aspect SET marking = %s WHERE entity = %s AND source = 'bank'",
        (desk.world.marking("strongroom"), entity),
    )
    desk.placed(case, entity)
    desk.at.gate.compile(str(desk.world.purposes["C-2026-100077"]))
    assert desk.cases(name, entity) == [None]
    desk.db.execute("UPDATE line.agreement SET units = '{}' WHERE source = 'strongroom'")
    desk.world.move()
    desk.at.gate.compile(str(desk.world.purposes["C-2026-100077"]))
    assert desk.cases(name, entity) == ["C-2026-100077"]


def test_rule_51_no_judgement_is_followed_to_a_case(desk: Desk) -> None:
    """Two that somebody judged the same: the pointer at the one would tell that they are."""
    desk.tier(3)
    (one, first), (other, second) = desk.hidden(), desk.hidden()
    left, right = sorted((first, second))
    desk.db.execute(
        'INSERT INTO content.judgement ("left", "right", verdict, account, marking) VALUES (%s, %s, \'same\', %s, %s)',
        (left, right, desk.world.accounts["ana"], desk.world.marking("bank")),
    )
    desk.db.execute("UPDATE content.aspect SET cluster = %s WHERE entity IN (%s, %s)", (left, left, right))
    desk.put(printed("bank", first))
    assert desk.cases(one, first) == [desk.mine]
    assert desk.cases(other, second) == [None]


@pytest.mark.parametrize("caveat", ["sealed", "covert", "protected"])
def test_rule_51_what_is_silent_stays_so_in_a_case(desk: Desk, caveat: str) -> None:
    desk.db.execute("UPDATE line.purpose SET clearances = '{sealed,covert,protected}' WHERE key = %s", (desk.mine,))
    marking = desk.world.marking("bank", caveats=[caveat])
    desk.tier(3)
    name, entity = desk.hidden(marking=marking)
    before = desk.asked(name, entity)
    desk.put(printed("bank", entity))
    assert desk.asked(name, entity) == before
    assert desk.cases(name, entity) == []


def test_groups_are_by_case(desk: Desk) -> None:
    """Two cases hold the one, one of them the other, nobody the third: each case counts what it holds."""
    desk.tier(3)
    name, first = desk.hidden()
    second, third = desk.hidden(name)[1], desk.hidden(name)[1]
    theirs = desk.at.opened("bo")
    desk.put(printed("bank", first), printed("bank", second))
    desk.put(printed("bank", first), case=theirs, who="bo")
    pointers = desk.asked(name, third)["search"]["pointers"]
    assert [one.get("case") for one in pointers] == [*sorted((desk.mine, theirs)), None]
    rest = [{k: v for k, v in one.items() if k != "case"} for one in pointers]
    assert (
        rest
        == [
            {
                "tier": 3,
                "count": "fewer than 5",
                "regime": "criminal",
                "custodian": "fraud",
                "kind": "Company",
                "month": "2024-05",
            }
        ]
        * 3
    )
    why = search.why(desk.at.gate, desk.world.call("cleo", desk.civil), first.hex).result["pointers"]
    assert [one["case"] for one in why] == sorted((desk.mine, theirs))


def test_a_row_that_changed_is_still_the_cases(desk: Desk) -> None:
    """A refresh brings a new version of the row, under a new id; the case has the row."""
    desk.tier(3)
    name, entity = desk.hidden()
    old, new = desk.row(entity), uuid4()
    desk.put(f"bank:{old.hex}")
    desk.db.execute("UPDATE content.record SET current = false WHERE id = %s", (old,))
    desk.db.execute(
        "INSERT INTO content.record (id, source, source_key, version, hash, payload, marking)"
        " SELECT %s, source, source_key, version + 1, 'h2', payload, marking FROM content.record WHERE id = %s",
        (new, old),
    )
    desk.db.execute("UPDATE content.aspect SET record = %s WHERE record = %s", (new, old))
    assert desk.cases(name, entity) == [desk.mine]


@pytest.mark.parametrize("role", ["brightline_reader", "brightline_writer", "brightline_app"])
def test_nobody_asks_for_cases_directly(desk: Desk, role: str) -> None:
    with psycopg.connect(desk.at.database.admin_dsn) as conn:
        conn.execute(f"SET ROLE {role}")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute("SELECT * FROM line.pointer_cases('{}', '{}', '{}', '{}')")
