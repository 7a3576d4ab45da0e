"""A mended value outlives the next run until the source changes it; what is no change changes no row."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.feeding import BASE, Feeding, feeding, folder_of

from brightline.feeds import commands, pipeline, queries
from brightline.model.errors import BadInput, BrightlineError

pytestmark = pytest.mark.database

HEAD = "id,name,born,phone\n"
ROWS = HEAD + "1,Alma Berg,1980-02-01,\n2,Bo Dahl,31.02.1980,\n3,Cai Ek,1970-01-02,\n"
WHY = "The paper file of the port says the second of March."


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


@pytest.fixture
def folder(desk: Feeding, tmp_path: Path) -> Path:
    folder = folder_of(tmp_path, deepcopy(BASE), {"inbox/a.csv": ROWS})
    desk.add(folder)
    desk.refresh("people")
    return folder


def birth(desk: Feeding, name: str = "Bo Dahl") -> Any:
    return desk.one("SELECT properties #>> '{birthDate,0}' FROM content.aspect WHERE caption = %s", (name,))


def mend(desk: Feeding, value: str, **more: Any) -> dict[str, Any]:
    (fault,) = [one for one in desk.quarantine("people") if one["column"] == "born"]
    wanted = {"id": fault["id"], "value": value, "reason": WHY, **more}
    made: dict[str, Any] = commands.mend(desk.gate, desk.call, "people", wanted).result
    return made


def listed(desk: Feeding, **options: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = queries.mendings(desk.gate, desk.call, "people", **options).result["items"]
    return found


def test_a_mended_value_outlives_the_next_runs(desk: Feeding, folder: Path) -> None:
    made = mend(desk, "1980-03-02")
    assert (made["key"], made["column"], made["wrong"], made["by"]) == ("2", "born", "31.02.1980", "stu")
    done = desk.refresh("people")
    assert (done.changed, done.rejected_values, birth(desk)) == (1, 0, "1980-03-02")
    for _ in range(2):
        done = desk.refresh("people")
        assert (done.changed, done.unchanged, birth(desk)) == (0, 3, "1980-03-02")
    assert desk.quarantine("people") == []
    # The row itself stays as the source gave it.
    assert desk.one("SELECT payload ->> 'born' FROM content.record WHERE source_key = '2' AND current") == "31.02.1980"


def test_it_stays_while_the_source_changes_something_else(desk: Feeding, folder: Path) -> None:
    mend(desk, "1980-03-02")
    (folder / "inbox/a.csv").write_text(ROWS.replace("Bo Dahl", "Bo Dahlberg"))
    desk.refresh("people")
    assert birth(desk, "Bo Dahlberg") == "1980-03-02"
    assert [one["ended"] for one in listed(desk)] == [None]


def test_it_ends_when_the_source_says_something_else(desk: Feeding, folder: Path) -> None:
    mend(desk, "1980-03-02")
    desk.refresh("people")
    (folder / "inbox/a.csv").write_text(ROWS.replace("31.02.1980", "1981-04-05"))
    desk.refresh("people")
    assert birth(desk) == "1981-04-05"
    assert listed(desk) == []
    (one,) = listed(desk, ended=True)
    assert one["end_reason"] == "the source says something else"


def test_a_row_that_was_replayed_mended_stays_so(desk: Feeding, folder: Path, tmp_path: Path) -> None:
    fixed = folder / "fixed.csv"
    fixed.write_text(HEAD + "2,Bo Dahl,1980-03-02,\n")
    run = commands.replay(desk.gate, desk.call, "people", input=str(fixed)).result["run"]
    pipeline.run(desk.settings, run)
    assert birth(desk) == "1980-03-02"
    for _ in range(2):
        desk.refresh("people")
        assert birth(desk) == "1980-03-02"
    (one,) = listed(desk)
    assert (one["wrong"], one["value"], one["by"]) == ("31.02.1980", "1980-03-02", "stu")


def test_it_can_be_taken_back(desk: Feeding, folder: Path) -> None:
    made = mend(desk, "1980-03-02")
    desk.refresh("people")
    commands.mend_end(desk.gate, desk.call, "people", made["id"], "The paper file was of another Bo Dahl.")
    done = desk.refresh("people")
    assert (done.changed, done.rejected_values) == (1, 1)
    assert listed(desk) == []


def test_it_is_shown_in_the_lineage_of_the_row(desk: Feeding, folder: Path) -> None:
    mend(desk, "1980-03-02")
    desk.refresh("people")
    record = desk.one("SELECT id FROM content.record WHERE source_key = '2' AND current")
    (told,) = desk.one("SELECT feed.mended(%s)", (record,))
    assert (told["wrong"], told["value"], told["by"], told["reason"]) == ("31.02.1980", "1980-03-02", "stu", WHY)


@pytest.mark.parametrize(("value", "reason"), [("31.02.1980", WHY), ("1980-03-02", "short")])
def test_what_mends_nothing_is_refused(desk: Feeding, folder: Path, value: str, reason: str) -> None:
    (fault,) = desk.quarantine("people")
    with pytest.raises(BadInput):
        commands.mend(desk.gate, desk.call, "people", {"id": fault["id"], "value": value, "reason": reason})


def test_a_row_without_a_value_can_not_be_mended_so(desk: Feeding, folder: Path) -> None:
    (folder / "inbox/a.csv").write_text(ROWS + "4,too short\n")
    desk.refresh("people")
    (fault,) = [one for one in desk.quarantine("people") if one["reason"] == "columns"]
    with pytest.raises(BrightlineError) as told:
        commands.mend(desk.gate, desk.call, "people", {"id": fault["id"], "value": "x", "reason": WHY})
    assert told.value.code == "state"


def test_a_mended_value_of_json_is_one_of_its_list(desk: Feeding, tmp_path: Path) -> None:
    made = deepcopy(BASE)
    made["input"] = {"format": "json", "path": "inbox/a.json", "keys": ["id"]}
    text = '[{"id": "2", "name": "Bo Dahl", "born": ["31.02.1980", "1979"], "phone": null}]'
    desk.add(folder_of(tmp_path, made, {"inbox/a.json": text}))
    desk.refresh("people")
    mend(desk, "1980-03-02")
    for changed in (1, 0):
        assert desk.refresh("people").changed == changed
    assert desk.one("SELECT properties -> 'birthDate' FROM content.aspect") == ["1980-03-02", "1979"]


def test_a_replay_without_a_file_lists_nothing_twice(desk: Feeding, folder: Path) -> None:
    (folder / "inbox/a.csv").write_text(ROWS + "4,A\x00,,\n5,Dee Fay,,\n5,Dee Gay,,\n")
    desk.refresh("people")
    before = sorted((one["reason"], one["key"] or "") for one in desk.quarantine("people"))
    pipeline.run(desk.settings, commands.replay(desk.gate, desk.call, "people").result["run"])
    assert sorted((one["reason"], one["key"] or "") for one in desk.quarantine("people")) == before


def again(desk: Feeding, folder: Path, **changes: Any) -> pipeline.Summary:
    """A refresh after feed.yml was edited and the feed added again."""
    made = yaml.safe_load((folder / "feed.yml").read_text())
    for name, value in changes.items():
        made[name] = {**made[name], **value} if isinstance(value, dict) else value
    (folder / "feed.yml").write_text(yaml.safe_dump(made))
    desk.add(folder)
    return desk.refresh("people")


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Another title"},
        {"expect": {"drift": {"rows": 0.9}}},
        {"input": {"schedule": "0 3 * * *", "path": ["inbox/*.csv", "inbox/a.csv"][:1]}},
        {"description": "More of it"},
    ],
)
def test_what_decides_no_row_changes_none(desk: Feeding, folder: Path, changes: dict[str, Any]) -> None:
    made = yaml.safe_load((folder / "feed.yml").read_text())
    made.setdefault("expect", {})
    made.setdefault("description", "")
    (folder / "feed.yml").write_text(yaml.safe_dump(made))
    assert again(desk, folder, **changes).changed == 0


@pytest.mark.parametrize(
    "changes",
    [{"marking": {"category": {"default": "witness"}}}, {"input": {"null": ["Cai Ek"]}}, {"retention": {"years": 4}}],
)
def test_what_decides_rows_changes_all(desk: Feeding, folder: Path, changes: dict[str, Any]) -> None:
    assert again(desk, folder, **changes).changed == 3


@pytest.mark.slow
def test_a_crawl_feed_s_words_for_people_change_no_row(desk: Feeding, tmp_path: Path) -> None:
    made = deepcopy(BASE) | {"input": {"format": "crawl", "path": "inbox/a.csv", "keys": ["id"]}}
    code = "def crawl(context):\n    yield from context.csv(context.path('a.csv'))\n"
    files: dict[str, str | bytes] = {"inbox/a.csv": ROWS, "crawl.py": code, "README.md": "One\n"}
    folder = folder_of(tmp_path, made, files)
    desk.add(folder)
    assert desk.refresh("people").new == 3
    (folder / "README.md").write_text("Two\n")
    assert again(desk, folder, title="Another").changed == 0
    (folder / "crawl.py").write_text(code + "\n# another\n")
    assert again(desk, folder).changed == 3
