"""Judgements last: through refreshes and withdrawals, and until the source gives a key to somebody else."""

from __future__ import annotations

from contextlib import suppress
from copy import deepcopy
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from followthemoney import model
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.feeding import BASE, Feeding, feeding, folder_of

from brightline.feeds import commands as feeds
from brightline.model.errors import BadInput, Conflict, Refused
from brightline.model.ids import parse_id
from brightline.resolution import commands, queries
from brightline.search import queries as search

pytestmark = pytest.mark.database
CASE = "C-2026-0001"
REASON = "Both give the same passport number and the same mother's name."


class Desk:
    """Six people of one feed, whom `ana` judges under her case."""

    def __init__(self, desk: Feeding, folder: Path) -> None:
        self.feed, self.folder = desk, folder
        self.rows = {n: [str(n), f"Ilse Rowan{n}", "", ""] for n in range(1, 7)}
        folder_of(folder, deepcopy(BASE), {"inbox/a.csv": self.text()})
        assert desk.add(folder / "people")["added"]
        desk.refresh("people")

    def text(self) -> str:
        return "id,name,born,phone\n" + "".join(",".join(row) + "\n" for row in self.rows.values())

    def refresh(self) -> None:
        (self.folder / "people" / "inbox" / "a.csv").write_text(self.text())
        self.feed.refresh("people")

    def entity(self, n: int) -> str:
        row = self.feed.world.db.execute(
            "SELECT content.printed(a.source, a.schema, a.entity) FROM content.aspect a"
            " JOIN content.record c ON c.id = a.record WHERE c.source_key = %s AND a.schema = 'Person'",
            (str(n),),
        ).fetchone()
        assert row is not None
        return str(row[0])

    def judge(self, a: int, b: int, verdict: str, reason: str = REASON, **more: Any) -> Any:
        made = commands.Judgement(left=self.entity(a), right=self.entity(b), verdict=verdict, reason=reason, **more)
        return commands.judge(self.feed.gate, self.feed.world.call("ana", CASE), made).result

    def members(self, n: int) -> set[UUID]:
        answer = search.entity_show(self.feed.gate, self.feed.world.call("ana", CASE), self.entity(n))
        return {parse_id(m) for m in answer.result["members"]}

    def ids(self, *numbers: int) -> set[UUID]:
        return {parse_id(self.entity(n)) for n in numbers}


@pytest.fixture
def desk(db: Any, tmp_path: Path) -> Desk:
    return Desk(feeding(db), tmp_path)


def test_a_refresh_of_every_row_keeps_what_was_joined(desk: Desk) -> None:
    desk.judge(1, 2, "same")
    desk.judge(2, 3, "same")
    assert desk.members(3) == desk.ids(1, 2, 3)
    for row in desk.rows.values():
        row[3] = "+442079460018"
    desk.refresh()
    assert desk.members(1) == desk.members(2) == desk.members(3) == desk.ids(1, 2, 3)
    hits = search.find(desk.feed.gate, desk.feed.world.call("ana", CASE), search.Search(q="Rowan2")).result["hits"]
    assert [hit["id"] for hit in hits if "Rowan2" in str(hit)] != []


def test_a_row_that_goes_and_comes_back_finds_its_place(desk: Desk) -> None:
    desk.judge(1, 2, "same")
    whole = dict(desk.rows)
    del desk.rows[2]
    desk.refresh()
    assert desk.members(1) == desk.ids(1)
    desk.rows = whole
    desk.refresh()
    assert desk.members(1) == desk.ids(1, 2)


def test_a_withdrawn_run_leaves_the_judgement_as_it_was(desk: Desk) -> None:
    desk.judge(1, 2, "same")
    desk.rows[2][3] = "+442079460018"
    (desk.folder / "people" / "inbox" / "a.csv").write_text(desk.text())
    run = desk.feed.refresh("people")
    feeds.withdraw(desk.feed.gate, desk.feed.call, run.run, "The telephone numbers are of last year.")
    assert desk.members(2) == desk.ids(1, 2)


PAIRS = st.tuples(st.integers(1, 6), st.integers(1, 6)).filter(lambda pair: pair[0] < pair[1])


@pytest.mark.slow
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    said=st.lists(st.tuples(PAIRS, st.sampled_from(["same", "different", "unsure"])), max_size=6),
    touched=st.sets(st.integers(1, 6)),
)
def test_judge_refresh_still_joined(desk: Desk, said: list[tuple[tuple[int, int], str]], touched: set[int]) -> None:
    """Whatever was judged and whichever rows a refresh brings anew, everybody stands where they stood."""
    for (a, b), verdict in said:
        with suppress(Conflict):
            desk.judge(a, b, verdict)
    before = {n: desk.members(n) for n in desk.rows}
    for n in touched:
        desk.rows[n][3] = f"+4420794{int(desk.rows[n][3][-5:] or 60017) + 1:05}"
    desk.refresh()
    assert {n: desk.members(n) for n in desk.rows} == before


def test_different_inside_a_chain_asks_which_link_to_cut(desk: Desk) -> None:
    for n in range(1, 6):
        desk.judge(n, n + 1, "same")
    with pytest.raises(Conflict) as asked:
        desk.judge(1, 6, "different", "One of the two was in custody when the other signed.")
    assert asked.value.code == "still_joined"
    for n in range(1, 7):
        assert f"Ilse Rowan{n} [{desk.entity(n)}]" in asked.value.detail
    assert desk.members(1) == desk.ids(1, 2, 3, 4, 5, 6), "nothing was written by what was refused"
    with pytest.raises(BadInput):
        desk.judge(1, 6, "different", REASON, cut=[(desk.entity(3), desk.entity(3))])
    desk.judge(
        1,
        6,
        "different",
        "One of the two was in custody when the other signed.",
        cut=[(desk.entity(4), desk.entity(3))],
    )
    assert desk.members(1) == desk.ids(1, 2, 3)
    assert desk.members(6) == desk.ids(4, 5, 6)
    with pytest.raises(Conflict) as held:
        desk.judge(3, 4, "same")
    assert held.value.code == "held_apart"


def test_what_is_two_kinds_of_thing_is_never_one(desk: Desk) -> None:
    world = desk.feed.world
    vessel = world.aspect("register", "Sable Wren", schema="Vessel", marking=world.marking("register"))
    firm = world.aspect("register", "Rowan Ltd", schema="LegalEntity", marking=world.marking("register"))
    call = world.call("ana", CASE)

    def same(other: UUID) -> None:
        made = commands.Judgement(left=desk.entity(1), right=str(other), verdict="same", reason=REASON)
        commands.judge(desk.feed.gate, call, made)

    with pytest.raises(Refused) as refused:
        same(vessel)
    assert (refused.value.code, "a Person, the other a Vessel" in refused.value.detail) == ("kinds", True)
    same(firm)


def test_the_kinds_are_those_of_the_model(desk: Desk) -> None:
    names = sorted(model.schemata)
    rows = desk.feed.all(
        "SELECT a, b, content.can_be_one(a, b) FROM unnest(%s::text[]) a, unnest(%s::text[]) b", (names, names)
    )
    wrong = [
        (a, b)
        for a, b, told in rows
        if told != (a == b or "Thing" in (a, b) or model[a].can_match(model[b]) or model[b].can_match(model[a]))
    ]
    assert wrong == []


def test_births_that_contradict_are_said_before_it_is_done(desk: Desk) -> None:
    desk.rows[1][2], desk.rows[2][2], desk.rows[3][2] = "1980-05-01", "1955", "1980"
    desk.refresh()
    with pytest.raises(Conflict) as told:
        desk.judge(1, 2, "same")
    assert told.value.code == "births_differ"
    assert "Born 1980-05-01 on one side, 1955 on the other." in told.value.detail
    desk.judge(1, 3, "same")
    with pytest.raises(Conflict):
        desk.judge(2, 3, "same")
    desk.judge(1, 2, "same", "The register's year is the father's; both show the same passport.", despite=True)
    assert desk.members(1) == desk.ids(1, 2, 3)


def test_a_key_given_to_somebody_else_puts_judgements_and_items_up_for_review(desk: Desk) -> None:
    world = desk.feed.world
    desk.judge(1, 2, "same")
    world.db.execute(
        "INSERT INTO cases.case_file (id, number, title, regime, authorities, predicate, unit, lead, made_by)"
        " SELECT p.case_id, p.key, 'Held in the harbour', 'criminal', ARRAY[p.authority], repeat('predicate ', 5),"
        " p.unit, %s, %s FROM line.purpose p WHERE p.key = %s",
        (world.accounts["ana"], world.accounts["ana"], CASE),
    )
    world.db.execute(
        "INSERT INTO cases.item (case_id, kind, object, printed, account)"
        " SELECT p.case_id, 'entity', %s, %s, %s FROM line.purpose p WHERE p.key = %s",
        (parse_id(desk.entity(1)), desk.entity(1), world.accounts["ana"], CASE),
    )
    desk.rows[1] = ["1", "Lorna Petrie", "1971-03-04", ""]
    desk.refresh()
    assert desk.members(1) == desk.ids(1)
    told = queries.history(desk.feed.gate, world.call("ana", CASE), desk.entity(2)).result["judgements"]
    assert [(j["verdict"], j["counts"]) for j in told] == [("unsure", True), ("same", False)]
    assert "somebody else" in told[0]["reason"]
    assert told[0]["by"] == "feed people"
    notices = world.db.execute("SELECT kind, what FROM cases.notice ORDER BY what").fetchall()
    assert [kind for kind, _ in notices] == ["source", "source"]
    assert "look again at what you judged" in notices[1][1] + notices[0][1]
    assert "record in this case" in notices[1][1] + notices[0][1]


def test_a_new_spelling_or_an_added_birth_is_no_other_person(desk: Desk) -> None:
    desk.judge(1, 2, "same")
    desk.rows[1] = ["1", "Rowan1 Ilsabet", "1971-03-04", ""]
    desk.refresh()
    desk.rows[1] = ["1", "Anna Married-Name", "1971-03-04", ""]
    desk.refresh()
    assert desk.members(1) == desk.ids(1, 2)
