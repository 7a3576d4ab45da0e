"""Bad input: each gets a clear refusal or a line in quarantine, none a traceback, and what was known stays."""

from __future__ import annotations

import csv
import gzip
import io
import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from tests.feeding import BASE, KEY, Feeding, feeding, folder_of

from brightline.feeds import commands, pipeline
from brightline.model.errors import InputFaults

pytestmark = pytest.mark.database

HEAD = "id,name,born,phone\n"
GOOD = HEAD + "1,Alma Berg,1980,\n2,Bo Dahl,1990,\n3,Cai Ek,,\n"


@pytest.fixture(scope="module")
def world(module_db: Any) -> Feeding:
    return feeding(module_db)


@pytest.fixture
def desk(world: Feeding) -> Feeding:
    """Each test starts without feeds and content: rebuilding the database would take longer than the test."""
    world.world.db.execute(
        "TRUNCATE feed.feed, feed.run, feed.quarantine, feed.retired_aspect, feed.retired_link, feed.dangling,"
        " content.record, content.aspect, content.link, content.token, jobs.procrastinate_jobs CASCADE"
    )
    return world


def refreshed(desk: Feeding, tmp_path: Path, second: str | bytes, **changes: Any) -> pipeline.Summary:
    """The good file first, then this one."""
    manifest = deepcopy(BASE)
    for key, value in changes.items():
        manifest[key] = {**manifest.get(key, {}), **value}
    folder = folder_of(tmp_path, manifest, {"inbox/a.csv": GOOD})
    desk.add(folder)
    assert desk.refresh("people").new == 3
    (folder / "inbox/a.csv").write_bytes(second.encode() if isinstance(second, str) else second)
    return desk.refresh("people")


WHOLE: dict[str, tuple[str | bytes, dict[str, Any], str]] = {
    "empty file": ("", {}, "empty"),
    "header only": (HEAD, {}, "rows"),
    "unknown column": (HEAD.replace("born", "birth") + "1,A,1980,\n", {}, "column"),
    "extra column": (
        HEAD.replace("\n", ",more\n") + "1,A,1980,,x\n",
        {"expect": {"columns": ["id", "name", "born", "phone"]}},
        "column",
    ),
    "column twice": ("id,name,born,phone,name\n1,A,1980,,B\n", {}, "column"),
    "too few rows": (HEAD + "1,Alma Berg,1980,\n", {"expect": {"rows": {"min": 2}}}, "rows"),
    "too many rows": (GOOD + "4,D,,\n", {"expect": {"rows": {"max": 3}}}, "rows"),
    "drift": (HEAD + "1,Alma Berg,1980,\n", {"expect": {"drift": {"rows": 0.5}}}, "drift"),
    "not unique": (GOOD + "4,Alma Berg,,\n", {"expect": {"unique": ["name"]}}, "unique"),
    "every row bad": (HEAD + ",A,,\n,B,,\n,C,,\n", {}, "rejected"),
    "mostly bad": (HEAD + "1,A,,\n,B,,\n,C,,\n", {}, "rejected"),
    "gzip cut in half": (gzip.compress(GOOD.encode() * 50)[:60], {}, "cut"),
    "no text at all": (bytes(range(256)) * 10, {}, "column"),
    "wrong encoding": ("id,name,born,phone\n1,Łódź,,\n".encode("cp1250"), {"input": {"encoding": "ascii"}}, "encoding"),
}


@pytest.mark.parametrize("case", WHOLE)
def test_the_whole_run_is_refused_and_the_old_state_stays(desk: Feeding, tmp_path: Path, case: str) -> None:
    content, changes, code = WHOLE[case]
    with pytest.raises(InputFaults) as told:
        refreshed(desk, tmp_path, content, **changes)
    assert told.value.code == code
    assert told.value.exit_code == 3
    assert told.value.hint
    assert desk.one("SELECT count(*) FROM content.aspect") == 3
    assert desk.one("SELECT state, code, message <> '' FROM feed.run ORDER BY queued DESC LIMIT 1") == (
        "failed",
        code,
        True,
    )
    assert desk.one("SELECT count(*) FROM stage.key") == 0


ROWS: dict[str, tuple[str | bytes, str, str | None]] = {
    "missing key": (",No Key,1980,\n", "key", "id"),
    "broken utf-8": (b"4,Bj\xf6rn,1980,\n", "encoding", "name"),
    "10 MB cell": ("4," + "x" * 10_000_000 + ",1980,\n", "too_long", "name"),
    "nul": ("4,A\x00B,1980,\n", "nul", "name"),
    "too many cells": ("4,A,1980,,extra\n", "columns", None),
    "too few cells": ("4,A\n", "columns", None),
    "key beyond measure": ("k" * 600 + ",A,1980,\n", "key", "id"),
    "same key, other content": ("1,Somebody Else,1980,\n", "duplicate", None),
}


@pytest.mark.parametrize("case", ROWS)
def test_a_row_is_set_aside_with_row_column_and_reason(desk: Feeding, tmp_path: Path, case: str) -> None:
    row, reason, column = ROWS[case]
    raw = GOOD.encode() + (row.encode() if isinstance(row, str) else row)
    done = refreshed(desk, tmp_path, raw)
    items = desk.quarantine("people")
    assert [(item["row"], item["reason"], item["column"]) for item in items] == [(5, reason, column)]
    assert items[0]["text"].endswith(".")
    assert len(items[0]["value"] or "") <= 1_000
    assert done.rejected_rows == (2 if reason == "duplicate" else 1)
    assert desk.one("SELECT count(*) FROM content.aspect WHERE schema = 'Person'") == 3
    assert desk.one("SELECT count(*) FROM content.aspect WHERE caption = 'Alma Berg'") == 1


VALUES = {
    "impossible date": ("4,Dag,1980-02-31,\n", "date", "born"),
    "no date": ("4,Dag,yesterday,\n", "date", "born"),
    "no phone": ("4,Dag,,12345\n", "value", "phone"),
}


@pytest.mark.parametrize("case", VALUES)
def test_a_value_is_set_aside_and_the_row_goes_in(desk: Feeding, tmp_path: Path, case: str) -> None:
    row, reason, column = VALUES[case]
    done = refreshed(desk, tmp_path, GOOD + row)
    assert (done.new, done.rejected_rows, done.rejected_values) == (1, 0, 1)
    (item,) = desk.quarantine("people")
    assert (item["row"], item["key"], item["column"], item["reason"]) == (5, "4", column, reason)
    assert desk.one("SELECT count(*) FROM content.aspect WHERE caption = 'Dag'") == 1
    again = desk.refresh("people")
    assert again.unchanged == 4
    assert len(desk.quarantine("people")) == 1  # still open: the row hasn't changed


def test_formula_cells_stay_text_and_are_noted(desk: Feeding, tmp_path: Path) -> None:
    bad = ["=HYPERLINK(1)", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3+cmd"]
    rows = "".join(f'{i},"{cell}",,\n' for i, cell in enumerate(bad, 10))
    done = refreshed(desk, tmp_path, GOOD + rows + "20,Plain,,+442079460018\n")
    assert (done.new, done.rejected_rows) == (5, 0)
    assert {row[0] for row in desk.all("SELECT caption FROM content.aspect")} >= set(bad)
    assert desk.one("SELECT count(*) FROM feed.quarantine WHERE reason = 'formula' AND state = 'noted'") == 4


def test_sql_and_markup_in_every_field(desk: Feeding, tmp_path: Path) -> None:
    evil = [
        "'; DROP TABLE content.aspect; --",
        "\\N",
        "\\.",
        "a\\tb\\nc",
        '{"x": [1]}',
        "<script>",
        "%s %(a)s",
        "\\\\x00",
    ]
    out = io.StringIO()
    csv.writer(out).writerows([[f"k{i} {cell}", cell, "", ""] for i, cell in enumerate(evil)])
    done = refreshed(desk, tmp_path, GOOD + out.getvalue())
    assert done.new == len(evil)
    assert {row[0] for row in desk.all("SELECT caption FROM content.aspect")} >= set(evil)
    assert {row[0] for row in desk.all("SELECT payload ->> 'name' FROM content.record")} >= set(evil)


def test_rule_02_traits_are_dropped_unread(desk: Feeding, tmp_path: Path) -> None:
    manifest = deepcopy(BASE)
    manifest["mapping"]["person"]["properties"]["ethnicity"] = {"column": "group"}
    text = "id,name,born,phone,group,Religion\n1,Alma,,,SECRETGROUP,SECRETFAITH\n2,Bo,,,,\n"
    desk.add(folder_of(tmp_path, manifest, {"inbox/a.csv": text}))
    assert desk.refresh("people").new == 2
    items = desk.all("SELECT column_name, reason, value FROM feed.quarantine ORDER BY 1")
    assert items == [("Religion", "trait", None), ("group", "trait", None)]
    kept = desk.all(
        "SELECT payload::text || '' FROM content.record UNION ALL SELECT properties::text || original::text"
        " || keys::text || text::text FROM content.aspect UNION ALL SELECT value FROM feed.quarantine"
    )
    assert "secret" not in str(kept).casefold()


def test_rule_02_traits_in_followthemoney_entities(desk: Feeding, tmp_path: Path) -> None:
    manifest = {k: v for k, v in deepcopy(BASE).items() if k != "mapping"}
    manifest["input"] = {"format": "ftm", "path": "inbox/*.json"}
    entity = {"id": "a", "schema": "Person", "properties": {"name": ["Alma"], "religion": ["SECRETFAITH"]}}
    desk.add(folder_of(tmp_path, manifest, {"inbox/a.json": json.dumps(entity) + "\n"}))
    assert desk.refresh("people").new == 1
    assert [item["reason"] for item in desk.quarantine("people")] == ["trait"]
    kept = desk.all("SELECT payload::text FROM content.record UNION ALL SELECT properties::text FROM content.aspect")
    assert "SECRET" not in str(kept)


FTM = {
    "cut inside a line": ('{"id": "a", "schema": "Person", "prop', "cut"),
    "empty": ("", "empty"),
    "nothing but faults": ('[1]\nnull\n"x"\n', "rejected"),
}


@pytest.mark.parametrize("case", FTM)
def test_json_lines_that_are_refused(desk: Feeding, tmp_path: Path, case: str) -> None:
    content, code = FTM[case]
    good = json.dumps({"id": "a", "schema": "Person", "properties": {"name": ["Alma"]}}) + "\n"
    manifest = {k: v for k, v in deepcopy(BASE).items() if k != "mapping"}
    manifest["input"] = {"format": "ftm", "path": "inbox/*.json"}
    folder = folder_of(tmp_path, manifest, {"inbox/a.json": good})
    desk.add(folder)
    desk.refresh("people")
    (folder / "inbox/a.json").write_text(content)
    with pytest.raises(InputFaults) as told:
        desk.refresh("people")
    assert told.value.code == code
    assert desk.one("SELECT count(*) FROM content.aspect") == 1


def test_json_lines_with_faults(desk: Feeding, tmp_path: Path) -> None:
    lines = [
        {"id": "a", "schema": "Person", "properties": {"name": ["Alma"], "nosuch": ["x"], "birthDate": ["never"]}},
        {"id": "b", "schema": "Nonsense", "properties": {}},
        {"schema": "Person"},
        {"id": "c", "schema": "Ownership", "properties": {"owner": ["a"], "asset": ["absent"]}},
        {"id": "d", "schema": "Company", "properties": {"name": ["Firm"]}},
        {"id": "e", "schema": "Ownership", "properties": {"owner": ["a"], "asset": ["d"]}},
    ]
    manifest = {k: v for k, v in deepcopy(BASE).items() if k != "mapping"}
    manifest["input"] = {"format": "ftm", "path": "inbox/*.json"}
    text = "".join(json.dumps(line) + "\n" for line in lines) + "{broken}\n"
    folder = folder_of(tmp_path, manifest, {"inbox/a.json": text})
    desk.add(folder)
    done = desk.refresh("people")
    assert (done.rows, done.new, done.rejected_rows, done.rejected_values) == (7, 5, 2, 3)
    reasons = sorted(item["reason"] for item in desk.quarantine("people"))
    assert reasons == ["dangling", "date", "json", "key", "schema", "value"]
    assert desk.one("SELECT count(*) FROM content.link WHERE kind = 'Ownership' AND forward") == 1
    # The absent company arrives: the link that waited for it comes in.
    lines.append({"id": "absent", "schema": "Company", "properties": {"name": ["Late Ltd"]}})
    (folder / "inbox/a.json").write_text("".join(json.dumps(line) + "\n" for line in lines))
    desk.refresh("people")
    assert desk.one("SELECT count(*) FROM content.link WHERE kind = 'Ownership' AND forward") == 2
    assert "dangling" not in {item["reason"] for item in desk.quarantine("people")}
    # And goes again: the link is loose, not broken.
    (folder / "inbox/a.json").write_text("".join(json.dumps(line) + "\n" for line in lines[:-1]))
    desk.refresh("people")
    assert desk.one("SELECT count(*) FROM content.link WHERE kind = 'Ownership'") == 2
    assert desk.one("SELECT count(*) FROM feed.dangling") == 1


def test_a_fixed_row_is_replayed(desk: Feeding, tmp_path: Path) -> None:
    refreshed(desk, tmp_path, GOOD.encode() + b"4,Bj\xf6rn,1980,\n5,Dag,1980-02-31,\n")
    assert len(desk.quarantine("people")) == 2
    fixed = tmp_path / "people" / "fixed.csv"
    fixed.write_text(HEAD + "4,Björn,1980,\n5,Dag,1980-02-28,\n")
    run = commands.replay(desk.gate, desk.call, "people", input=str(fixed)).result
    done = pipeline.run(desk.settings, run["run"])
    assert (done.new, done.changed, done.deleted, done.rejected_rows) == (1, 1, 0, 0)
    assert desk.quarantine("people") == []
    assert desk.one("SELECT count(*) FROM feed.quarantine WHERE state = 'replayed'") == 2
    assert desk.one("SELECT records FROM feed.feed") == 5


def test_unknown_seal_is_never_published_unsealed(desk: Feeding, tmp_path: Path) -> None:
    manifest = deepcopy(BASE)
    manifest["marking"] = {
        "category": {"column": "role", "map": {"v": "victim"}, "default": "other"},
        "caveats": {"column": "seal", "map": {"S": "sealed"}},
    }
    text = "id,name,born,phone,role,seal\n1,Open One,,,,\n2,Sealed One,,,v,S\n3,Doubtful One,,,,X\n"
    desk.add(folder_of(tmp_path, manifest, {"inbox/a.csv": text}))
    done = desk.refresh("people")
    assert (done.new, done.rejected_rows) == (2, 1)
    assert [item["reason"] for item in desk.quarantine("people")] == ["caveat"]
    rows = desk.all(
        "SELECT a.caption, m.category, m.caveats, m.retention, m.origins, a.keys[1], a.text::text FROM content.aspect a"
        " JOIN line.marking m ON m.id = a.marking ORDER BY 1"
    )
    assert [row[:4] for row in rows] == [
        ("Open One", "other", [], "28cfr23:5"),
        ("Sealed One", "victim", ["sealed"], "28cfr23:5"),
    ]
    assert rows[0][4] == [["register", "18-usc-1956"]]
    assert rows[0][5].startswith("t:")
    assert rows[1][5].split(":")[0].isdigit()  # a sealed row's keys carry its marking
    assert rows[1][6] == ""
    assert not {"sealed"} & {row[0] for row in desk.all("SELECT token FROM content.token")}


def test_input_elsewhere_on_the_server_is_refused(desk: Feeding, tmp_path: Path) -> None:
    desk.add(folder_of(tmp_path, deepcopy(BASE), {"inbox/a.csv": GOOD}))
    secret = tmp_path / "secret.csv"
    secret.write_text(GOOD)
    (tmp_path / "people" / "inbox" / "link.csv").symlink_to(secret)
    for path in (str(secret), "../secret.csv", "inbox/link.csv", "/etc/passwd", "absent.csv"):
        with pytest.raises(InputFaults) as told:
            desk.refresh("people", input=path)
        assert told.value.code == "input"
        assert "Alma" not in str(told.value)


CRAWLS = {
    "raises": ("def crawl(context):\n    yield {}['x']\n", "crawl"),
    "no function": ("x = 1\n", "crawl"),
    "bad xml": ("def crawl(context):\n    yield from context.xml(context.paths[0], 'a')\n", "xml"),
}


@pytest.mark.parametrize("case", CRAWLS)
def test_crawl_functions_that_fail(desk: Feeding, tmp_path: Path, case: str) -> None:
    code, told_code = CRAWLS[case]
    manifest = {k: v for k, v in deepcopy(BASE).items() if k != "mapping"}
    manifest["input"] = {"format": "crawl", "path": "inbox/*"}
    desk.add(folder_of(tmp_path, manifest, {"crawl.py": code, "inbox/a.xml": "<a><b></a>"}))
    settings = pipeline.Settings(dsn=desk.settings.dsn, entity_key=KEY, feed_roots=(tmp_path,), processes=1)
    with pytest.raises(InputFaults) as told:
        pipeline.run(settings, desk.queue("people"))
    assert told.value.code == told_code


def test_code_is_run_only_as_it_was_added_and_only_from_its_place(desk: Feeding, tmp_path: Path) -> None:
    manifest = {k: v for k, v in deepcopy(BASE).items() if k != "mapping"}
    manifest["input"] = {"format": "crawl", "path": "inbox/*"}
    code = (
        "def crawl(context):\n"
        "    person = context.entity('Person', 1).add('name', 'Alma')\n"
        "    yield context.record(1, {}, [person])\n"
    )
    folder = folder_of(tmp_path, manifest, {"crawl.py": code, "inbox/a.txt": "x"})
    desk.add(folder)
    nowhere = pipeline.Settings(dsn=desk.settings.dsn, entity_key=KEY, processes=1)
    with pytest.raises(InputFaults, match="outside"):
        pipeline.run(nowhere, desk.queue("people"))
    settings = pipeline.Settings(dsn=desk.settings.dsn, entity_key=KEY, feed_roots=(tmp_path,), processes=1)
    assert pipeline.run(settings, desk.queue("people")).new == 1
    (folder / "crawl.py").write_text(code + "\n# changed\n")
    with pytest.raises(InputFaults, match="isn't what was added"):
        pipeline.run(settings, desk.queue("people"))


def test_xml_never_fetches_or_expands(desk: Feeding, tmp_path: Path) -> None:
    bomb = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY b "bbbb">]><r><a>&x;</a><a>&b;</a></r>'
    manifest = {k: v for k, v in deepcopy(BASE).items() if k != "mapping"}
    manifest["input"] = {"format": "crawl", "path": "inbox/*"}
    code = (
        "def crawl(context):\n"
        "    for n, e in enumerate(context.xml(context.paths[0], 'a')):\n"
        "        p = context.entity('Person', n).add('name', 'x' + (e.text or ''))\n"
        "        yield context.record(n, {'t': e.text}, [p])\n"
    )
    desk.add(folder_of(tmp_path, manifest, {"crawl.py": code, "inbox/a.xml": bomb}))
    settings = pipeline.Settings(dsn=desk.settings.dsn, entity_key=KEY, feed_roots=(tmp_path,), processes=1)
    pipeline.run(settings, desk.queue("people"))
    assert "root:" not in str(desk.all("SELECT properties::text FROM content.aspect"))
