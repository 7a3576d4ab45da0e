"""Runs in Delta tables: one commit a run, time travel, withdrawal, and nothing twice whoever is killed."""

from __future__ import annotations

import signal
import stat
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
from tests.warehousing import ROWS, Warehousing, warehousing

from brightline.model.errors import Missing
from brightline.warehouse import delta
from brightline.warehouse.keeper import Keeper, see

pytestmark = pytest.mark.database


@pytest.fixture(scope="module")
def house(module_db: Any, tmp_path_factory: pytest.TempPathFactory) -> Warehousing:
    made = warehousing(module_db, tmp_path_factory.mktemp("warehouse"), sealed=True)
    assert made.keeper.once() == 1
    return made


def _pairs(house: Warehousing, version: int | None = None) -> list[tuple[str, int, str]]:
    paths = delta.files(house.tables.open("register", version))
    rows = delta.ask("SELECT source_key, version, op FROM read_parquet($files) ORDER BY 1, 2", paths)
    return [(row["source_key"], row["version"], row["op"]) for row in rows]


def test_a_published_run_is_one_commit_of_its_table(house):
    version = house.one("SELECT delta_version FROM feed.run WHERE state = 'published'")
    table = house.tables.open("register")
    assert table.version() == version == 1
    run = house.one("SELECT id::text FROM feed.run")
    assert table.transaction_version(run) == 1
    assert _pairs(house) == [("1", 1, "put"), ("2", 1, "put"), ("3", 1, "put")]
    assert house.one("SELECT put, c.total, classes FROM warehouse.commit c JOIN warehouse.dataset USING (source)") == (
        3,
        3,
        ["criminal", "criminal.sealed"],
    )
    assert house.keeper.once() == 0


def test_files_are_the_worker_s_alone_and_statistics_name_nobody(house):
    folder = house.tables.folder
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    log = b"".join(path.read_bytes() for path in (folder / "register" / "_delta_log").iterdir())
    assert b"record" in log
    for name in (b"Rosa", b"Quist", b"Una"):
        assert name not in log
    configuration = house.tables.open("register").metadata().configuration
    assert configuration["delta.enableChangeDataFeed"] == "true"


def test_another_version_and_time_travel(house):
    before = house.tables.open("register").version()
    rows = "id,name,born,phone,seal\n1,Rosa Quist-Berg,1970,,\n2,Emil Tarn,1981,,\n"
    house.change(rows)
    house.keeper.once()
    assert _pairs(house) == [("1", 1, "put"), ("1", 2, "put"), ("2", 1, "put"), ("3", 1, "put"), ("3", 2, "gone")]
    assert len(_pairs(house, before)) == 3
    now, then = see(house.tables, "register", key="1"), see(house.tables, "register", version=before, key="1")
    assert [one["version"] for one in now["versions"]] == [1, 2]
    assert [one["version"] for one in then["versions"]] == [1]
    assert (then["rows"], now["rows"], now["records"]) == (3, 5, 3)
    assert "payload" not in str(now)
    assert "Rosa" not in str(now)
    with pytest.raises(Missing):
        see(house.tables, "register", version=99)
    withdrawn = house.feeds.one("SELECT last_run FROM feed.feed")
    house.feeds.gate.run(
        house.feeds.call, "feed_withdraw", {"run": str(withdrawn), "reason": "The file was of another register."}
    )
    assert house.keeper.once() == 1
    assert len(_pairs(house)) == 3
    assert see(house.tables, "register", version=then["version"] + 1)["rows"] == 5


KILLED = """
import os, signal, sys
from pathlib import Path
from brightline.warehouse import keeper
from brightline.warehouse.delta import Tables
step, dsn, folder = sys.argv[1:4]
own = Tables.append

def append(self, *given):
    if step == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    own(self, *given)
    os.kill(os.getpid(), signal.SIGKILL)

Tables.append = append
keeper.Keeper(dsn, Tables(folder=Path(folder))).once()
"""


@pytest.mark.parametrize("step", ["before", "after"])
def test_a_killed_keeper_loses_and_doubles_nothing(house, step):
    house.change(f"id,name,born,phone,seal\n1,Killed {step},1970,,\n2,Emil Tarn,1981,,\n3,Una Weld,1990,,S\n")
    run = house.one("SELECT last_run FROM feed.feed")
    before = house.tables.open("register").version()
    words = [sys.executable, "-c", textwrap.dedent(KILLED), step, house.keeper._dsn, str(house.tables.folder)]
    assert subprocess.run(words, check=False, timeout=60).returncode == -signal.SIGKILL
    assert house.one("SELECT delta_version FROM feed.run WHERE id = %s", run) is None
    assert house.tables.open("register").version() == before + (step == "after")
    assert house.keeper.once() == 1
    assert house.one("SELECT delta_version FROM feed.run WHERE id = %s", run) == before + 1
    assert house.tables.open("register").version() == before + 1
    rows = delta.ask(
        "SELECT count(*) AS n FROM read_parquet($files) WHERE run = $p0",
        delta.files(house.tables.open("register")),
        str(run),
    )
    assert rows[0]["n"] == 1
    put = house.one("SELECT put FROM warehouse.commit WHERE origin = %s", run)
    assert put == 1


def test_a_run_without_changes_is_a_commit_too(house):
    before = house.tables.open("register").version()
    house.feeds.refresh("people")
    house.keeper.once()
    assert house.tables.open("register").version() == before + 1


def test_a_fault_of_one_table_is_told(house, tmp_path):
    house.change(ROWS.replace("phone\n", "phone,seal\n").replace(",\n", ",,\n"))
    blocked = Path(tmp_path) / "file"
    blocked.write_text("")
    assert Keeper(house.keeper._dsn, delta.Tables(folder=blocked)).once() == 0
    assert house.one("SELECT fault FROM warehouse.dataset WHERE source = 'register'")
    assert house.keeper.once() == 1
    assert house.one("SELECT fault FROM warehouse.dataset WHERE source = 'register'") is None


def test_stewards_see_tables_and_look_back_and_others_do_not(house):
    world = house.feeds.world
    told = world.run("stu", "records/steward", "warehouse_list").result
    (table,) = [one for one in told["tables"] if one["source"] == "register"]
    assert table["version"] >= 1
    assert table["waiting"] == 0
    asked = world.run("stu", "records/steward", "warehouse_look", source="register", version=1, key="1").result
    house.keeper.once()
    seen = world.run("stu", "records/steward", "warehouse_look_show", id=asked["id"]).result
    assert (seen["state"], seen["rows"]) == ("answered", 3)
    for who, purpose in (("ana", "fraud/agent"), ("ana", "C-2026-0001"), ("ada", "records/admin")):
        with pytest.raises(Exception, match="refuses"):
            world.run(who, purpose, "warehouse_list")
    with pytest.raises(Missing):
        world.run("stu", "records/steward", "warehouse_look", source="nothing-of-it")
