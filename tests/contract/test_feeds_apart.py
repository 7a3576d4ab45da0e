"""Rows that look whole and can't be right: many people by one key, cells that slipped, sums, lost digits, equal rows.
And what a source drops is listed and told, never taken for something withheld."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from tests.feeding import BASE, Feeding, feeding, folder_of

from brightline.feeds import queries
from brightline.model.errors import InputFaults

pytestmark = pytest.mark.database

CASE = "C-2026-0001"
HEAD = "id,name,born,phone\n"


@pytest.fixture(scope="module")
def world(module_db: Any) -> Feeding:
    return feeding(module_db)


@pytest.fixture
def desk(world: Feeding) -> Feeding:
    world.world.db.execute(
        "TRUNCATE feed.feed, feed.run, feed.quarantine, feed.mending, feed.retired_aspect, feed.retired_link,"
        " feed.dangling, content.record, content.aspect, content.link, content.token, jobs.procrastinate_jobs CASCADE"
    )
    return world


def feed(desk: Feeding, tmp_path: Path, text: str | bytes, keys: str = "id", **changes: Any) -> Path:
    made = deepcopy(BASE)
    made["mapping"]["person"]["keys"] = [keys]
    if keys == "phone":
        del made["mapping"]["person"]["properties"]["phone"]
    for name, value in changes.items():
        made[name] = {**made.get(name, {}), **value}
    folder = folder_of(tmp_path, made, {"inbox/a.csv": text})
    desk.add(folder)
    return folder


def captions(desk: Feeding) -> set[str]:
    return {name for (name,) in desk.all("SELECT caption FROM content.aspect WHERE schema = 'Person'")}


def reasons(desk: Feeding, run: Any = None) -> list[str]:
    return sorted(one["reason"] for one in desk.quarantine("people", run))


def test_many_names_by_one_key_are_many_people(desk: Feeding, tmp_path: Path) -> None:
    rows = "".join(f"{n},Person Number {n},,office\n" for n in range(1, 31)) + "99,Real One,1980,home\n"
    feed(desk, tmp_path, HEAD + rows, keys="phone")
    done = desk.refresh("people")
    assert (done.new, done.rejected_rows, captions(desk)) == (1, 30, {"Real One"})
    assert set(reasons(desk, done.run)) == {"many"}


def test_names_added_one_by_one_are_counted_with_those_there(desk: Feeding, tmp_path: Path) -> None:
    rows = "".join(f"{n},Person {n},,office\n" for n in range(1, 21)) + "".join(
        f"x{n},Y {n},,p{n}\n" for n in range(30)
    )
    folder = feed(desk, tmp_path, HEAD + rows, keys="phone")
    assert desk.refresh("people").new == 50
    (folder / "inbox/a.csv").write_text(HEAD + rows + "21,Person 21,,office\n")
    done = desk.refresh("people")
    assert (done.new, done.rejected_rows) == (0, 1)


def test_feed_yml_may_allow_more_names(desk: Feeding, tmp_path: Path) -> None:
    rows = "".join(f"{n},Person Number {n},,office\n" for n in range(1, 31))
    feed(desk, tmp_path, HEAD + rows, keys="phone", expect={"names": 40})
    assert desk.refresh("people").new == 30


def test_births_that_contradict_each_other_are_two_people(desk: Feeding, tmp_path: Path) -> None:
    rows = "1,Ada Vale,1980-02-01,p1\n2,Ada Vale,1955-07-07,p1\n3,Bo Moss,1970,p2\n4,Bo Moss,1971-01-02,p2\n"
    folder = feed(desk, tmp_path, HEAD + rows, keys="phone")
    done = desk.refresh("people")
    assert (captions(desk), done.rejected_rows) == ({"Bo Moss"}, 2)
    (told, _) = [one["text"] for one in desk.quarantine("people", done.run) if one["reason"] == "many"]
    assert "1955" in told
    assert "1980" in told
    (folder / "inbox/a.csv").write_text(HEAD + rows + "5,Bo Moss,1950,p2\n")
    done = desk.refresh("people")
    assert (done.new, done.deleted, captions(desk)) == (0, 0, {"Bo Moss"})


def test_a_row_that_slipped_by_a_cell_is_told_and_the_old_one_stays(desk: Feeding, tmp_path: Path) -> None:
    good = HEAD + "1,Ada Vale,1980-02-01,+442079460018\n2,Bo Moss,1970-01-02,+442079460019\n"
    folder = feed(desk, tmp_path, good)
    desk.refresh("people")
    (folder / "inbox/a.csv").write_text(
        good.replace("Bo Moss,1970-01-02,+442079460019", "Moss,+442079460019,1970-01-02")
    )
    done = desk.refresh("people")
    assert (done.changed, done.deleted, captions(desk)) == (0, 0, {"Ada Vale", "Bo Moss"})
    assert "shifted" in reasons(desk, done.run)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("Total,,,600\n", "total"),
        ("4.90301E+11,Ada Vale,1980,\n", "key"),
        ("1,Alma Berg,1980,\n", "identical"),
        ("7,M?ller,1980,\n", "damaged"),
        ("7,Zoë Müller,1980,\n".encode().decode("cp1252"), "damaged"),
        ("7,Ada Vale,2560-05-04,\n", "date"),
        ("7,Ada Vale,1980,4.9E+11\n", "value"),
    ],
)
def test_what_can_not_be_right_is_told(desk: Feeding, tmp_path: Path, row: str, reason: str) -> None:
    feed(desk, tmp_path, HEAD + "1,Alma Berg,1980,\n2,Bo Dahl,1990,\n3,Cai Ek,,\n" + row)
    done = desk.refresh("people")
    assert reasons(desk, done.run) == [reason]
    assert not captions(desk) & {"M?ller", "Total", "Zoë Müller".encode().decode("cp1252")}


CAN: dict[str, tuple[str | bytes, dict[str, Any]]] = {
    "a heading further down": ("Ministry of Ports\n\n" + HEAD + "1,Ada,1980,\n", {"heading": 3}),
    "a line for the spreadsheet": ("sep=;\n" + HEAD.replace(",", ";") + "1;Ada;1980;\n", {}),
    "an unusual delimiter": (HEAD.replace(",", "^") + "1^Ada^1980^\n", {}),
    "a heading with commas inside": ("id;name;born;phone;note (a,b,c,d,e)\n1;Ada;1980;;\n", {}),
    "a footer": (HEAD + "1,Ada,1980,\nSource: Ministry,,,\n* Figures of May,,,\n", {"footer": ["Source:*", "**"]}),
    "a footer of one cell": (HEAD + "1,Ada,1980,\n\n3 rows\n", {"footer": ["3 rows"]}),
    "utf-16": ((HEAD + "1,Ada,1980,\n").encode("utf-16"), {"encoding": "utf-16"}),
    "forms of dates": (HEAD + "1,Ada,01/02/1980,\n", {"dates": ["%d/%m/%Y", "%Y-%m-%d"]}),
}


@pytest.mark.parametrize("case", CAN)
def test_the_file_s_own_ways_can_be_said(desk: Feeding, tmp_path: Path, case: str) -> None:
    text, rules = CAN[case]
    feed(desk, tmp_path, text, input=rules)
    done = desk.refresh("people")
    assert (done.new, captions(desk)) == (1, {"Ada"})
    assert [one for one in desk.quarantine("people") if one["state"] == "open"] == []


CANT: dict[str, tuple[str | bytes, str, str]] = {
    "a heading further down": ("Ministry of Ports\n\n" + HEAD + "1,Ada,1980,\n", "column", "input.heading to 3"),
    "utf-16": ((HEAD + "1,Ada,1980,\n").encode("utf-16"), "encoding", "utf-16"),
    "utf-16 without a mark": ((HEAD + "1,Ada,1980,\n").encode("utf-16-le"), "encoding", "utf-16-le"),
    "a workbook": (b"PK\x03\x04" + b"\x00" * 26 + b"xl/workbook.xml", "kind", "workbook"),
    "xz": (b"\xfd7zXZ\x00" + b"\x00" * 40, "kind", "xz"),
}


@pytest.mark.parametrize("case", CANT)
def test_what_can_not_be_read_is_told_by_name_with_the_way_out(desk: Feeding, tmp_path: Path, case: str) -> None:
    text, code, words = CANT[case]
    feed(desk, tmp_path, text)
    with pytest.raises(InputFaults) as told:
        desk.refresh("people")
    assert told.value.code == code
    assert words in f"{told.value} {told.value.hint}"


def test_an_encoding_is_proposed(desk: Feeding, tmp_path: Path) -> None:
    feed(desk, tmp_path, (HEAD + "1,Zoë,1980,\n2,Bo,1990,\n3,Cai,1970,\n").encode("cp1252"))
    desk.refresh("people")
    (fault,) = desk.quarantine("people")
    assert "cp1252" in fault["text"]
    assert "Zoë" in fault["text"]


def test_what_the_source_dropped_is_listed_by_key(desk: Feeding, tmp_path: Path) -> None:
    rows = [f"C-{n:04},Person Number {n},1980,\n" for n in range(1, 201)]
    folder = feed(desk, tmp_path, HEAD + "".join(rows))
    desk.refresh("people")
    (folder / "inbox/a.csv").write_text(HEAD + "".join(rows[7:]))
    done = desk.refresh("people")
    first = queries.dropped(desk.gate, desk.call, done.run, limit=5).result
    assert (first["total"], [one["key"] for one in first["items"]]) == (7, [f"C-{n:04}" for n in range(1, 6)])
    rest = queries.dropped(desk.gate, desk.call, done.run, limit=5, offset=5).result
    assert [one["key"] for one in rest["items"]] == ["C-0006", "C-0007"]


def test_a_feed_says_when_it_was_looked_at_and_when_its_data_changed(desk: Feeding, tmp_path: Path) -> None:
    folder = feed(desk, tmp_path, HEAD + "1,Ada,1980,\n")
    desk.refresh("people")
    (first,) = queries.list_feeds(desk.gate, desk.call).result["feeds"]
    desk.refresh("people")
    (again,) = queries.list_feeds(desk.gate, desk.call).result["feeds"]
    assert again["data_changed"] == first["data_changed"] == first["looked"]
    assert again["looked"] > first["looked"]
    (folder / "inbox/a.csv").unlink()
    with pytest.raises(InputFaults):
        desk.refresh("people")
    shown = queries.show(desk.gate, desk.call, "people").result
    assert shown["looked"] > again["looked"]
    assert shown["data_changed"] == first["data_changed"]
    told = desk.all("SELECT what FROM line.account_notice WHERE kind = 'feed'")
    assert len(told) == 1
    with pytest.raises(InputFaults):
        desk.refresh("people")
    assert len(desk.all("SELECT what FROM line.account_notice WHERE kind = 'feed'")) == 1


def test_a_case_that_held_what_a_source_dropped_says_so(desk: Feeding, tmp_path: Path) -> None:
    world = desk.world
    folder = feed(desk, tmp_path, HEAD + "1,Ada Vale,1980-02-01,\n2,Bo Moss,1970,\n")
    desk.refresh("people")
    (entity, printed) = desk.one(
        "SELECT entity, content.printed(source, schema, entity) FROM content.aspect WHERE caption = 'Ada Vale'"
    )
    call = world.call("ana", CASE)
    world.db.execute(
        "INSERT INTO cases.case_file (id, number, title, regime, authorities, predicate, unit, lead, made_by)"
        " SELECT p.case_id, p.key, 'Held in the harbour', 'criminal', ARRAY[p.authority], repeat('predicate ', 5),"
        " p.unit, %s, %s FROM line.purpose p WHERE p.key = %s",
        (world.accounts["ana"], world.accounts["ana"], CASE),
    )
    world.db.execute(
        "INSERT INTO cases.item (case_id, kind, object, printed, account)"
        " SELECT p.case_id, 'entity', %s, %s, %s FROM line.purpose p WHERE p.key = %s",
        (entity, printed, world.accounts["ana"], CASE),
    )
    (folder / "inbox/a.csv").write_text(HEAD + "2,Bo Moss,1970,\n")
    desk.refresh("people")
    shown = desk.gate.run(call, "case_show", {"case": CASE}).result
    (item,) = [one for one in shown["items"] if one["id"] == printed]
    assert (item["visible"], item["left"]["source"], item["left"]["caption"]) == (False, "register", "Ada Vale")
    notices = desk.all("SELECT account::text, what FROM cases.notice WHERE kind = 'source' AND object = %s", (entity,))
    assert notices
    assert all("no longer has a record of this case" in what for _, what in notices)
    (folder / "inbox/a.csv").write_text(HEAD + "1,Ada Vale,1980-02-01,\n2,Bo Moss,1970,\n")
    desk.refresh("people")
    shown = desk.gate.run(call, "case_show", {"case": CASE}).result
    (item,) = [one for one in shown["items"] if one["id"] == printed]
    assert (item["visible"], item["left"]) == (True, None)
