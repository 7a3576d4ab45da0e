"""A column that dies is noticed: nobody says anything in it any more, or nothing that can be read."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from tests.feeding import BASE, Feeding, feeding, folder_of

from brightline.feeds import commands, pipeline, queries
from brightline.model.errors import BrightlineError, InputFaults

pytestmark = pytest.mark.database

HEAD = "id,name,born,phone\n"
WHY = "The source no longer publishes this, as its letter of May says."


def rows(born: str = "1980-01-{n:02}", name: str = "Person Number {n}", of: int = 20) -> str:
    return HEAD + "".join(f"K-{n},{name.format(n=n)},{born.format(n=n)},\n" for n in range(1, of + 1))


@pytest.fixture(scope="module")
def world(module_db: Any) -> Feeding:
    made = feeding(module_db)
    made.world.person("rex", ("records", "steward"))
    return made


@pytest.fixture
def desk(world: Feeding) -> Feeding:
    world.world.db.execute(
        "TRUNCATE feed.feed, feed.run, feed.quarantine, feed.mending, feed.retired_aspect, feed.retired_link,"
        " feed.dangling, content.record, content.aspect, content.link, content.token, jobs.procrastinate_jobs CASCADE"
    )
    return world


def feed(desk: Feeding, tmp_path: Path, text: str, **expect: Any) -> Path:
    made = deepcopy(BASE) | ({"expect": expect} if expect else {})
    folder = folder_of(tmp_path, made, {"inbox/a.csv": text})
    desk.add(folder)
    return folder


def held(desk: Feeding, code: str) -> dict[str, Any]:
    with pytest.raises(InputFaults) as told:
        desk.refresh("people")
    assert told.value.code == code
    run: dict[str, Any] = queries.runs(desk.gate, desk.call, "people").result["runs"][0]
    assert run["held"] is True
    return run


def births(desk: Feeding) -> int:
    return int(desk.one("SELECT count(*) FROM content.aspect WHERE properties ? 'birthDate'"))


def test_a_column_that_was_emptied_is_held_until_another_person_releases_it(desk: Feeding, tmp_path: Path) -> None:
    folder = feed(desk, tmp_path, rows())
    desk.refresh("people")
    before = desk.state()
    (folder / "inbox/a.csv").write_text(rows(name=""))
    run = held(desk, "filled")
    assert "name: 0 of 20, before 20 of 20" in run["message"]
    assert desk.state() == before
    made = commands.release(desk.gate, desk.world.call("rex", "records/steward"), run["run"], WHY).result
    assert pipeline.run(desk.settings, made["run"]).changed == 20


def test_a_few_values_less_are_published(desk: Feeding, tmp_path: Path) -> None:
    folder = feed(desk, tmp_path, rows())
    desk.refresh("people")
    (folder / "inbox/a.csv").write_text(rows().replace("1980-01-03", "").replace("1980-01-04", "N/A"))
    assert desk.refresh("people").changed == 2


def test_a_column_that_few_rows_had_is_missed_as_well(desk: Feeding, tmp_path: Path) -> None:
    few = rows(of=100).replace("1980-01-1", "", 0)
    lines = few.splitlines(keepends=True)
    some = "".join([line if at < 13 else line.replace(line.split(",")[2], "") for at, line in enumerate(lines)])
    folder = feed(desk, tmp_path, some)
    desk.refresh("people")
    (folder / "inbox/a.csv").write_text(rows(born="", of=100))
    assert "born: 0 of 100, before 12 of 100" in held(desk, "filled")["message"]


def test_serial_numbers_for_dates_are_held_and_told(desk: Feeding, tmp_path: Path) -> None:
    folder = feed(desk, tmp_path, rows(of=9))
    desk.refresh("people")
    (folder / "inbox/a.csv").write_text(rows(born="2935{n}", of=9))
    run = held(desk, "unreadable")
    assert "born: 9 of 9" in run["message"]
    assert births(desk) == 9
    assert {one["reason"] for one in desk.quarantine("people", run["run"])} == {"date"}


def test_a_released_run_keeps_the_values_of_before(desk: Feeding, tmp_path: Path) -> None:
    folder = feed(desk, tmp_path, rows(of=9))
    desk.refresh("people")
    (folder / "inbox/a.csv").write_text(rows(born="2935{n}", name="Renamed {n}", of=9))
    run = held(desk, "unreadable")
    made = commands.release(desk.gate, desk.world.call("rex", "records/steward"), run["run"], WHY).result
    assert pipeline.run(desk.settings, made["run"]).changed == 9
    assert births(desk) == 9
    assert desk.one("SELECT count(*) FROM content.aspect WHERE caption LIKE 'Renamed%%'") == 9
    assert "What was known before stays." in desk.quarantine("people", made["run"])[0]["text"]


def test_a_value_that_can_not_be_read_leaves_the_one_of_before_run_after_run(desk: Feeding, tmp_path: Path) -> None:
    folder = feed(desk, tmp_path, rows())
    desk.refresh("people")
    for wrong in ("31.02.1980", "soon", "?!"):
        (folder / "inbox/a.csv").write_text(rows().replace("1980-01-03", wrong))
        desk.refresh("people")
        assert births(desk) == 20
    (folder / "inbox/a.csv").write_text(rows().replace("1980-01-03", ""))
    desk.refresh("people")
    assert births(desk) == 19


def test_a_first_load_none_of_whose_dates_can_be_read_is_held(desk: Feeding, tmp_path: Path) -> None:
    feed(desk, tmp_path, rows(born="99.{n}.1980", of=300))
    run = held(desk, "unreadable")
    assert "born: 300 of 300" in run["message"]
    assert desk.state() == []


def test_a_first_load_with_some_bad_dates_is_published_and_so_is_the_next(desk: Feeding, tmp_path: Path) -> None:
    half = rows(of=20).replace("1980-01-1", "99.99.1")
    folder = feed(desk, tmp_path, half)
    assert desk.refresh("people").rejected_values == 10
    (folder / "inbox/a.csv").write_text(half.replace("Person", "Somebody"))
    assert desk.refresh("people").changed == 20


def test_feed_yml_says_by_how_much(desk: Feeding, tmp_path: Path) -> None:
    folder = feed(desk, tmp_path, rows(), drift={"filled": 0.6, "unreadable": 0.6})
    desk.refresh("people")
    half = rows().replace("1980-01-1", "99.99.1")
    (folder / "inbox/a.csv").write_text(half.replace("Person", "Somebody"))
    assert desk.refresh("people").rejected_values == 10
    (folder / "inbox/a.csv").write_text(rows(born=""))
    held(desk, "filled")


def test_a_run_ends_even_if_what_it_set_aside_can_not_be_kept(desk: Feeding, tmp_path: Path) -> None:
    feed(desk, tmp_path, HEAD + ",A,,\n,B,,\n")
    desk.world.db.execute("REVOKE INSERT ON stage.quarantine FROM brightline_feed")
    try:
        with pytest.raises(BrightlineError) as told:
            desk.refresh("people")
    finally:
        desk.world.db.execute("GRANT INSERT ON stage.quarantine TO brightline_feed")
    assert told.value.code == "database"
    run = queries.runs(desk.gate, desk.call, "people").result["runs"][0]
    assert (run["state"], run["code"]) == ("failed", "database")
