"""A delivery that looks wrong as a whole is held until another person releases it; until then nothing is lost."""

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
ROWS = [f"K-{n},Person Number {n},1980-01-{n % 28 + 1:02},\n" for n in range(1, 101)]
WHY = "The source closed its eastern office and dropped these."


@pytest.fixture(scope="module")
def world(module_db: Any) -> Feeding:
    made = feeding(module_db)
    made.world.person("rex", ("records", "steward"))
    return made


@pytest.fixture
def desk(world: Feeding) -> Feeding:
    world.world.db.execute(
        "TRUNCATE feed.feed, feed.run, feed.quarantine, feed.retired_aspect, feed.retired_link, feed.dangling,"
        " content.record, content.aspect, content.link, content.token, jobs.procrastinate_jobs CASCADE"
    )
    return world


@pytest.fixture
def folder(desk: Feeding, tmp_path: Path) -> Path:
    folder = folder_of(tmp_path, deepcopy(BASE), {"inbox/a.csv": HEAD + "".join(ROWS)})
    desk.add(folder)
    assert desk.refresh("people").new == 100
    return folder


def held(desk: Feeding, folder: Path, text: str) -> tuple[InputFaults, dict[str, Any]]:
    """What a refresh with this file is refused with, and its run."""
    (folder / "inbox/a.csv").write_text(text)
    with pytest.raises(InputFaults) as told:
        desk.refresh("people")
    run = commands_runs(desk)[0]
    return told.value, run


def commands_runs(desk: Feeding) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = queries.runs(desk.gate, desk.call, "people").result["runs"]
    return found


def test_a_truncated_snapshot_deletes_nothing_without_a_word_in_feed_yml(desk: Feeding, folder: Path) -> None:
    before = desk.state()
    fault, run = held(desk, folder, (HEAD + "".join(ROWS))[:1200])
    assert fault.code == "end"
    assert run["held"] is True
    assert desk.state() == before


def test_half_of_the_rows_is_held_as_drift_even_if_it_ends_well(desk: Feeding, folder: Path) -> None:
    before = desk.state()
    fault, run = held(desk, folder, HEAD + "".join(ROWS[:50]))
    assert (fault.code, run["code"], run["held"]) == ("drift", "drift", True)
    assert "100" in str(fault)
    assert "50" in str(fault)
    assert desk.state() == before


def test_other_keys_for_everybody_are_drift_too(desk: Feeding, folder: Path) -> None:
    fault, _ = held(desk, folder, HEAD + "".join(row.replace("K-", "N-") for row in ROWS))
    assert fault.code == "drift"


def test_a_few_less_are_published(desk: Feeding, folder: Path) -> None:
    (folder / "inbox/a.csv").write_text(HEAD + "".join(ROWS[:80]))
    assert desk.refresh("people").deleted == 20


def test_who_started_a_run_does_not_release_it_and_another_does(desk: Feeding, folder: Path) -> None:
    _, run = held(desk, folder, HEAD + "".join(ROWS[:50]))
    with pytest.raises(BrightlineError) as told:
        commands.release(desk.gate, desk.call, run["run"], WHY)
    assert told.value.code == "four_eyes"
    other = desk.world.call("rex", "records/steward")
    made = commands.release(desk.gate, other, run["run"], WHY).result
    assert (made["state"], made["releases"], made["reason"]) == ("queued", run["run"], WHY)
    done = pipeline.run(desk.settings, made["run"])
    assert (done.state, done.deleted) == ("published", 50)


def test_a_release_is_of_the_file_that_was_held(desk: Feeding, folder: Path) -> None:
    _, run = held(desk, folder, HEAD + "".join(ROWS[:50]))
    made = commands.release(desk.gate, desk.world.call("rex", "records/steward"), run["run"], WHY).result
    (folder / "inbox/a.csv").write_text(HEAD + ROWS[0])
    with pytest.raises(InputFaults) as told:
        pipeline.run(desk.settings, made["run"])
    assert told.value.code == "overtaken"
    assert desk.one("SELECT count(*) FROM content.record WHERE current AND NOT gone") == 100


def test_a_run_that_is_not_held_can_not_be_released(desk: Feeding, folder: Path) -> None:
    run = commands_runs(desk)[0]
    with pytest.raises(BrightlineError) as told:
        commands.release(desk.gate, desk.world.call("rex", "records/steward"), run["run"], WHY)
    assert told.value.code == "state"


def test_a_quote_that_swallows_rows_is_told_and_nobody_is_deleted(desk: Feeding, folder: Path) -> None:
    rows = list(ROWS)
    rows[10] = 'K-11,"Person Number 11,1980-01-12,\n'
    rows[14] = 'K-15,Person" Number 15,1980-01-16,\n'
    (folder / "inbox/a.csv").write_text(HEAD + "".join(rows))
    summary = desk.refresh("people")
    assert (summary.rejected_rows, summary.deleted) == (1, 0)
    assert {one["reason"] for one in desk.quarantine("people", summary.run)} == {"quote"}


def test_a_quote_closed_by_a_later_one_is_a_swallowed_row(desk: Feeding, folder: Path) -> None:
    rows = list(ROWS)
    rows[10] = 'K-11,Person Number 11,1980-01-12,"open\n'
    rows[13] = 'K-14,Person Number 14,1980-01-15,closed"\n'
    (folder / "inbox/a.csv").write_text(HEAD + "".join(rows))
    summary = desk.refresh("people")
    (fault,) = desk.quarantine("people", summary.run)
    assert (fault["reason"], fault["key"], summary.deleted) == ("quote", "K-11", 0)
    assert desk.one("SELECT count(*) FROM content.record WHERE current AND NOT gone AND source_key = 'K-11'") == 1


def test_a_quote_never_closed_refuses_the_whole(desk: Feeding, folder: Path) -> None:
    rows = list(ROWS)
    rows[10] = 'K-11,"Person Number 11,1980-01-12,\n'
    fault, run = held(desk, folder, HEAD + "".join(rows))
    assert (fault.code, run["held"]) == ("csv", False)


def test_backslashes_before_quotes_set_the_row_aside_and_keep_what_was_known(desk: Feeding, folder: Path) -> None:
    rows = list(ROWS)
    rows[10] = 'K-11,"Doe \\"Jack\\" John",1980-01-12,\n'
    (folder / "inbox/a.csv").write_text(HEAD + "".join(rows))
    summary = desk.refresh("people")
    assert (summary.rejected_rows, summary.deleted) == (1, 0)
    (fault,) = desk.quarantine("people", summary.run)
    assert (fault["reason"], fault["row"]) == ("quote", 12)


def test_a_ragged_row_keeps_the_state_of_its_record(desk: Feeding, folder: Path) -> None:
    rows = list(ROWS)
    rows[10] = "K-11,Person\n"
    (folder / "inbox/a.csv").write_text(HEAD + "".join(rows))
    assert desk.refresh("people").deleted == 0


def test_notes_over_several_lines_are_no_fault(desk: Feeding, folder: Path) -> None:
    rows = list(ROWS)
    rows[10] = 'K-11,"Person\nNumber 11, the second",1980-01-12,\n'
    (folder / "inbox/a.csv").write_text(HEAD + "".join(rows))
    assert desk.refresh("people").rejected_rows == 0
