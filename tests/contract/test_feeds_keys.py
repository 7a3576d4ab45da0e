"""A key that isn't one makes nobody: strangers stay strangers, and a row that nobody would find is told."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.feeding import BASE, Feeding, feeding, folder_of

from brightline.feeds import manifest

pytestmark = pytest.mark.database

HEAD = "scheme,number,name\n"


@pytest.fixture(scope="module")
def world(module_db: Any) -> Feeding:
    return feeding(module_db)


@pytest.fixture
def desk(world: Feeding) -> Feeding:
    world.world.db.execute(
        "TRUNCATE feed.feed, feed.run, feed.quarantine, feed.retired_aspect, feed.retired_link, feed.dangling,"
        " content.record, content.aspect, content.link, content.token, jobs.procrastinate_jobs CASCADE"
    )
    return world


def published(desk: Feeding, tmp_path: Path, rows: str, keys: list[str], record: list[str]) -> list[dict[str, Any]]:
    """What went to quarantine of these rows."""
    made = deepcopy(BASE)
    made["input"]["keys"] = record
    made["mapping"] = {"firm": {"schema": "Company", "keys": keys, "properties": {"name": {"column": "name"}}}}
    desk.add(folder_of(tmp_path, made, {"inbox/a.csv": HEAD + rows}))
    desk.refresh("people")
    return desk.quarantine("people")


def firms(desk: Feeding) -> int:
    return int(desk.one("SELECT count(DISTINCT entity) FROM content.aspect WHERE schema = 'Company'"))


def test_blank_numbers_do_not_make_one_of_four_companies(desk: Feeding, tmp_path: Path) -> None:
    rows = "reg,,Calder Freight\nreg,,Orrin Vale\nreg,,Mote Ltd\nreg,7,Real\n"
    found = published(desk, tmp_path, rows, ["scheme", "number"], ["name"])
    assert firms(desk) == 1
    assert [one["reason"] for one in found] == ["no_entity"] * 3


@pytest.mark.parametrize("word", ["NULL", "n/a", "-", "Unknown", "None"])
def test_words_for_nothing_are_no_key(desk: Feeding, tmp_path: Path, word: str) -> None:
    rows = f"reg,{word},Calder Freight\nreg,{word},Orrin Vale\nreg,7,Real\n"
    assert len(published(desk, tmp_path, rows, ["number"], ["name"])) == 2
    assert firms(desk) == 1


def test_a_word_for_nothing_is_no_key_of_a_row_either(desk: Feeding, tmp_path: Path) -> None:
    found = published(desk, tmp_path, "reg,NULL,Calder Freight\nreg,7,Real\n", ["number"], ["number"])
    assert [one["reason"] for one in found] == ["key"]


def test_parts_with_a_slash_are_two_keys_and_others_stay_what_they_were(desk: Feeding, tmp_path: Path) -> None:
    rows = "x/y,z,Calder Freight\nx,y/z,Orrin Vale\nreg,7,Real\n50%,2,Part\n"
    assert published(desk, tmp_path, rows, ["scheme", "number"], ["scheme", "number"]) == []
    keys = {key for (key,) in desk.all("SELECT source_key FROM content.record")}
    assert keys == {"x%2Fy/z", "x/y%2Fz", "reg/7", "50%/2"}
    assert firms(desk) == 4


def test_null_is_written_as_one_would_write_it() -> None:
    text = yaml.safe_dump(BASE).replace("format: csv", "format: csv\n  null: [NULL, N/A, ~]")
    assert manifest.parse(text).input.null == ["NULL", "N/A", "NULL"]
