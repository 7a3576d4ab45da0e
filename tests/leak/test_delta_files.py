"""The warehouse's files know no row-level security: nobody may get at them round the line.

Who could try: another local user, the application's and the other logins of the database, a steward who names files
for a feed to read, whoever calls the API with paths for names, whoever gets a word into a query over the files.
"""

from __future__ import annotations

import ast
import json
import os
import shutil
import stat
import subprocess
from copy import deepcopy
from dataclasses import fields
from pathlib import Path
from typing import Any
from uuid import uuid4

import duckdb
import psycopg
import pytest
from psycopg import errors as pg
from tests.feeding import BASE, KEY, Feeding, feeding, folder_of
from tests.leak.conftest import messages
from tests.warehousing import Warehousing, warehousing

import brightline
from brightline.feeds import pipeline
from brightline.feeds.files import Places
from brightline.model.errors import BrightlineError, InputFaults, Missing
from brightline.model.ids import printed
from brightline.store.home import Home
from brightline.warehouse import commands, delta, queries
from brightline.warehouse.keeper import see
from brightline.wiring.inbox import Inbox
from brightline.wiring.objects import Credentials, exports_of, warehouse_of
from brightline.worker import place as places

pytestmark = pytest.mark.database
PACKAGE = Path(brightline.__file__).parent
CASE = "C-2026-0001"
NOBODY = 65534


@pytest.fixture(scope="module")
def house(module_db: Any, tmp_path_factory: pytest.TempPathFactory) -> Warehousing:
    made = warehousing(module_db, tmp_path_factory.mktemp("files"), sealed=True)
    assert made.keeper.once() == 1
    return made


def _parquet(house: Warehousing) -> list[str]:
    found = delta.files(house.tables.open("register"))
    assert any("class=criminal.sealed" in one for one in found)
    return [str(Path(one.removeprefix("file://"))) for one in found]


# ------------------------------------------------------------------------------------- other users of the machine


def test_delta_files_are_closed_to_every_other_user_of_the_machine(house: Warehousing) -> None:
    assert stat.S_IMODE(house.tables.folder.stat().st_mode) == 0o700
    if os.geteuid() != 0:
        pytest.skip("root alone can try as somebody else; the mode was compared")
    # pytest's own folder is closed as well and would prove nothing: tried where every parent can be passed.
    shown = Path("/tmp") / f"bl-files-{uuid4().hex}"
    shown.mkdir(mode=0o755)
    try:
        folder = shown / "warehouse"
        shutil.copytree(house.tables.folder, folder)
        (file,) = [path for path in folder.rglob("*.parquet") if "sealed" in str(path)]
        for open_, answer in ((False, "no"), (True, "PAR1")):
            for each in (folder, *folder.iterdir()):
                each.chmod(0o755 if open_ else 0o700)
            done = subprocess.run(
                ["head", "-c", "4", str(file)],
                user=NOBODY,
                group=NOBODY,
                extra_groups=[],
                capture_output=True,
                text=True,
            )
            assert (done.stdout or "no") == answer, done.stderr
    finally:
        shutil.rmtree(shown)


def test_delta_a_folder_that_was_left_open_is_closed_at_the_next_use(house: Warehousing) -> None:
    house.tables.folder.chmod(0o755)
    house.tables.open("register")
    assert stat.S_IMODE(house.tables.folder.stat().st_mode) == 0o700


# --------------------------------------------------------------------------------------------- names, not paths

ELSEWHERE = (
    "..",
    ".",
    "",
    "../secrets",
    "register/../register",
    "register/class=criminal.sealed",
    "/etc",
    "register\n",
    "register\0",
    "REGISTER",
    "file:///etc",
    "s3://bucket/register",
    "%2e%2e",
)


@pytest.mark.parametrize("name", ELSEWHERE)
def test_delta_a_table_is_named_and_never_a_path(house: Warehousing, name: str) -> None:
    with pytest.raises(Missing):
        house.tables.open(name)
    try:
        commands.look(house.feeds.gate, house.feeds.call, name, key="3")
    except BrightlineError:
        pass
    else:  # the database took the name: then the worker has nothing to say to it
        house.keeper.once()
        found = house.one("SELECT result FROM warehouse.look ORDER BY made DESC LIMIT 1")
        # Space around a name is taken off before it is looked up: what is left is the register's own name.
        assert found is None or name.strip() == "register"


@pytest.mark.parametrize(
    "key",
    [
        "3' OR '1'='1",
        "x'; COPY (SELECT 1) TO '/tmp/leaked'; --",
        "$files",
        "' UNION SELECT 1, payload, '', now(), '' FROM read_parquet('x') --",
    ],
)
def test_delta_a_key_is_a_value_and_never_a_part_of_the_statement(house: Warehousing, key: str) -> None:
    assert see(house.tables, "register", key=key)["versions"] == []
    assert not Path("/tmp/leaked").exists()


def test_delta_nothing_of_the_web_process_opens_them() -> None:
    """Only the room of the warehouse and the worker know these libraries, and no query of theirs is put together."""
    opens, put_together = set(), []
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        names = {
            name
            for node in ast.walk(tree)
            for name in (
                [one.name for one in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
        }
        if any(name.split(".")[0] in ("duckdb", "deltalake", "pyarrow") for name in names):
            opens.add(path.relative_to(PACKAGE).as_posix())
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("delta.ask", "ask", "connection.sql"):
                first = node.args[0]
                if path.parent.name == "warehouse" and not (isinstance(first, ast.Name)):
                    put_together.append(f"{path.name}: {ast.unparse(node)}")
    assert opens == {"warehouse/delta.py", "warehouse/keeper.py", "warehouse/exporting.py"}
    assert put_together == []


STATEMENTS = (
    "SELECT * FROM read_parquet('{other}')",
    "SELECT * FROM '{other}'",
    "SELECT * FROM read_parquet('{folder}/*/*.parquet')",
    "SELECT * FROM read_parquet('{own}/../{name}')",
    "SELECT * FROM glob('{folder}/**')",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_blob('{other}')",
    "COPY (SELECT 1) TO '{folder}/out.csv'",
    "EXPORT DATABASE '{folder}/out'",
    "ATTACH '{folder}/x.db'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "INSTALL delta FROM 'http://127.0.0.1:1/'",
    "SELECT * FROM read_parquet('https://127.0.0.1:1/x.parquet')",
    "SET enable_external_access = true",
    "SET allowed_paths = ['{other}']",
    "SET allowed_directories = ['/']",
    "RESET enable_external_access",
)


@pytest.mark.parametrize("statement", STATEMENTS)
def test_delta_the_engine_reaches_the_files_that_it_was_given_and_no_others(house: Warehousing, statement: str) -> None:
    """Should a word of somebody's ever get into a statement: the engine that runs it holds one partition."""
    own = next(one for one in _parquet(house) if "sealed" not in one)
    other = next(one for one in _parquet(house) if "sealed" in one)
    filled = statement.format(own=own, other=other, folder=house.tables.folder, name=Path(other).name)
    with delta.engine([own]) as engine:
        assert engine.execute("SELECT count(*) FROM read_parquet(?)", [[own]]).fetchone() == (2,)
        with pytest.raises(duckdb.Error) as refused:
            engine.execute(filled).fetchall()
    assert "Una" not in str(refused.value)
    assert not (house.tables.folder / "out.csv").exists()


# ---------------------------------------------------------------------------------------- stewards who name files


@pytest.fixture
def desk(db: Any, tmp_path: Path) -> Feeding:
    """A home as it is: the feed's folder, by a mistake of the operator's, is the home itself."""
    made = feeding(db)
    home = Home.find(tmp_path / "people")
    made.add(folder_of(tmp_path, deepcopy(BASE), {"inbox/a.csv": "id,name,born,phone\n1,Rosa Quist,1970,\n"}))
    wired = places.feed_settings(home, db.server)
    assert warehouse_of(home) in wired.closed
    assert exports_of(home) in wired.closed
    made.settings = pipeline.Settings(
        dsn=made.settings.dsn,
        entity_key=KEY,
        inbox=wired.inbox,
        closed=wired.closed,
        feed_roots=made.settings.feed_roots,
        processes=1,
    )
    return made


def test_delta_no_feed_reads_warehouse_exports_or_secrets_whatever_its_folder(desk: Feeding, tmp_path: Path) -> None:
    home = tmp_path / "people"
    for name in ("warehouse/other/class=criminal.sealed/a.csv", "exports/x.csv", "secrets/entity", "postgres/data/x"):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text("id,name,born,phone\n9,Una Weld,1990,\n")
    (home / "inbox" / "link.csv").symlink_to(home / "warehouse/other/class=criminal.sealed/a.csv")
    told = set()
    for path in (
        "warehouse/other/class=criminal.sealed/a.csv",
        "warehouse/*/*/*.csv",
        "warehouse/**",
        "*/*.csv",
        "inbox/../exports/x.csv",
        "inbox/link.csv",
        str(home / "exports" / "x.csv"),
        "exports/nobody.csv",
        "secrets/entity",
        "postgres/data/x",
        "../../../../../../etc/passwd",
    ):
        with pytest.raises(InputFaults) as refused:
            desk.refresh("people", input=path)
        told.add(str(refused.value).replace(path, "PATH"))
    # What is there and what isn't, in one sentence: the names of files and sources aren't told either.
    assert len(told) == 1
    assert desk.one("SELECT count(*) FROM content.record") == 0


def test_delta_what_another_sent_to_the_inbox_is_read_by_its_whole_name_alone(desk: Feeding, tmp_path: Path) -> None:
    """Every steward's uploads lie there. Their names can't be guessed, so a pattern must not find them."""
    inbox = desk.settings.inbox
    assert inbox is not None
    (inbox / "a.csv").unlink()
    with (tmp_path / "sent.csv").open("w+b") as sent:
        sent.write(b"id,name,born,phone\n7,Sent Canary,1970,\n")
        sent.seek(0)
        kept = Inbox(inbox).keep("sent.csv", sent)
    for pattern in ("inbox/*.csv", f"{inbox}/*", f"{inbox}/*-sent.csv", f"{inbox.parent}/inb*/*.csv", str(inbox)):
        with pytest.raises((InputFaults, BrightlineError)):
            desk.refresh("people", input=pattern)
        assert desk.one("SELECT count(*) FROM content.record") == 0
    assert desk.refresh("people", input=str(kept)).new == 1


def test_delta_places_are_judged_by_what_a_link_leads_to(tmp_path: Path) -> None:
    home, feed = tmp_path / "home", tmp_path / "feed"
    for folder in (home / "warehouse", feed):
        folder.mkdir(parents=True)
    (home / "warehouse" / "x.parquet").touch()
    (feed / "way").symlink_to(home)
    found = Places(folder=feed, closed=(home / "warehouse",))
    assert not found.allowed(feed / "way" / "warehouse" / "x.parquet")
    assert not Places(folder=home, closed=(feed / "way" / "warehouse",)).allowed(home / "warehouse" / "x.parquet")


# ------------------------------------------------------------------------------------------- logins of the database


@pytest.mark.parametrize("role", ["app", "login", "worker", "feed", "policy", "overseer"])
def test_delta_no_login_of_the_database_reads_files(module_db: Any, house: Warehousing, role: str) -> None:
    path = _parquet(house)[0]
    with psycopg.connect(module_db.dsn(f"brightline_{role}"), autocommit=True) as connection:
        for statement in (
            f"SELECT pg_read_binary_file('{path}')",
            f"SELECT pg_read_file('{path}')",
            f"SELECT pg_ls_dir('{house.tables.folder}')",
            f"SELECT pg_stat_file('{path}')",
            f"SELECT lo_import('{path}')",
            f"COPY stage.record FROM '{path}'",
            f"COPY (SELECT 1) TO '{path}'",
            f"COPY (SELECT 1) TO PROGRAM 'cat {path}'",
        ):
            with pytest.raises(pg.InsufficientPrivilege):
                connection.execute(statement)
    assert delta.files(house.tables.open("register"))


def test_delta_only_the_worker_is_told_what_to_write_into_them(module_db: Any) -> None:
    """warehouse.rows gives whole runs, as the files hold them: to one login, which no person and no request has."""
    may = module_db.admin.execute(
        "SELECT DISTINCT r.rolname FROM pg_roles r, pg_proc p WHERE p.pronamespace = 'warehouse'::regnamespace"
        " AND p.proname IN ('rows', 'case_rows') AND r.rolcanlogin AND NOT r.rolsuper"
        " AND has_function_privilege(r.oid, p.oid, 'EXECUTE') AND has_schema_privilege(r.oid, 'warehouse', 'USAGE')"
    ).fetchall()
    assert may == [("brightline_worker",)]


def _reads(database: Any, what: str, of: str) -> int:
    """How many entries say that this run or batch was read for the files."""
    told = [json.loads(one["body"])["params"] for one in messages(database) if '"warehouse_read"' in one["head"]]
    return sum(one.get(what) == of for one in told)


def test_delta_the_worker_s_sight_of_a_run_is_entered_before_its_first_row(house: Warehousing) -> None:
    """Whoever holds the worker's password and rolls back has read what the log says, and nothing that is stored."""
    database = house.feeds.db
    stored = str(house.one("SELECT last_run FROM feed.feed"))
    house.change("id,name,born,phone,seal\n1,Rosa Quist,1970,,\n2,Emil Tarn,1981,,\n5,Ines Vale,1992,,S\n")
    waits = str(house.one("SELECT last_run FROM feed.feed"))
    with psycopg.connect(database.dsn("brightline_worker")) as worker:
        rows = worker.execute("SELECT payload FROM warehouse.rows(%s)", (waits,)).fetchall()
        worker.rollback()
        assert "Ines Vale" in str(rows)
        assert _reads(database, "run", waits) == 1
        assert worker.execute("SELECT * FROM warehouse.rows(%s)", (stored,)).fetchall() == []
        worker.rollback()
    assert _reads(database, "run", stored) <= 1
    assert house.keeper.once() == 1
    assert _reads(database, "run", waits) == 2


def test_delta_the_worker_s_sight_of_cases_is_entered_too(house: Warehousing) -> None:
    database = house.feeds.db
    world = house.feeds.world
    database.admin.execute("SELECT line.case_marking('18-usc-1956')")
    database.admin.execute(
        "INSERT INTO cases.case_file (id, number, title, regime, authorities, predicate, unit, lead, made_by, state)"
        " SELECT %s, %s, 'Harbour works', 'criminal', '{18-usc-1956}', repeat('predicate ', 5), 'fraud', %s, %s,"
        " 'open'",
        (world.cases[CASE], CASE, world.accounts["ana"], world.accounts["ana"]),
    )
    with psycopg.connect(database.dsn("brightline_worker"), autocommit=True) as worker:
        batch = str(worker.execute("SELECT warehouse.case_claim(10)").fetchone()[0])
        worker.execute("BEGIN")
        assert len(worker.execute("SELECT * FROM warehouse.case_rows(%s)", (batch,)).fetchall()) >= 1
        worker.execute("ROLLBACK")
    assert _reads(database, "batch", batch) == 1
    assert house.keeper.once() >= 1


# ------------------------------------------------------------------------------------------------ what stays in them


def test_delta_withdrawn_rows_leave_the_table_and_stay_in_its_files(house: Warehousing) -> None:
    """As the room's README tells: nothing cleans old versions, so what was withdrawn is still on the disk.

    No export and no look brings it out.
    """
    house.change("id,name,born,phone,seal\n1,Rosa Quist,1970,,\n2,Emil Tarn,1981,,\n4,Wrongly Taken,1990,,\n")
    house.keeper.once()
    entity = house.one("SELECT entity FROM content.aspect WHERE caption = 'Wrongly Taken'")
    with_it = house.tables.open("register").version()
    run = house.one("SELECT last_run FROM feed.feed")
    told = {"run": str(run), "reason": "These rows were never the register's to give."}
    house.feeds.gate.run(house.feeds.call, "feed_withdraw", told)
    assert house.keeper.once() == 1
    names = "SELECT entities FROM read_parquet($files)"
    now = delta.ask(names, delta.files(house.tables.open("register")))
    then = delta.ask(names, delta.files(house.tables.open("register", with_it)))
    assert "Wrongly Taken" not in str(now)
    assert "Wrongly Taken" in str(then)
    looked = see(house.tables, "register", version=with_it, key="4")
    assert [one["op"] for one in looked["versions"]] == ["put"]
    assert "Wrongly" not in str(looked)
    call = house.feeds.world.call("ana", CASE)
    with pytest.raises(Missing):
        queries.lineage(house.feeds.gate, call, printed("register", entity))


def test_delta_nothing_cleans_up_old_versions() -> None:
    """Should somebody add a VACUUM, the README's word on what stays has to change with it."""
    calls = [
        f"{path.name}: {ast.unparse(node)}"
        for path in (PACKAGE / "warehouse").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("vacuum", "cleanup_metadata", "delete", "update", "merge")
    ]
    assert calls == ["delta.py: table.delete"]  # a withdrawn run's rows, by the one who keeps the files
    assert "Nothing is ever cleaned out of them" in (PACKAGE / "warehouse" / "README.md").read_text("utf-8")


def test_delta_the_web_process_is_not_told_where_they_are() -> None:
    """It knows where exports and the inbox lie, and no more."""
    given = {one.name for one in fields(Credentials)}
    assert {"inbox", "exports"} <= given
    assert not {name for name in given if "warehouse" in name or "secret" in name}
