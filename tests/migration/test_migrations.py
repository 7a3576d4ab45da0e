"""Each migration up, down and with data; all together give one schema, by whichever way it was reached.

`data/NNNN.sql` fills what migration NNNN made. A migration that makes a table must bring its rows along.
"""

from __future__ import annotations

import re
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from brightline.model.errors import BadInput, Conflict
from brightline.store import engine, guard, install, migrate
from brightline.store.sessions import connect

pytestmark = [pytest.mark.database, pytest.mark.slow]

ALL = migrate.migrations()
STEPS = tuple(step for step in ALL if not step.is_repair)
DATA = Path(__file__).parent / "data"
# Steps that refuse to take back what must be kept, the word in which they do, and how the test gets around it.
KEPT = {
    "0002": ("has entries", "DELETE FROM ledger.erasure; DELETE FROM ledger.entry"),
    "0040": ("wait to be carried out", "DELETE FROM ledger.due"),
    "0028": (
        "exported and kept",
        "DELETE FROM ledger.rotation; DELETE FROM ledger.cosignature; DELETE FROM ledger.stamp",
    ),
}


@contextmanager
def _empty(server) -> Iterator[str]:
    """A database with nothing in it; its installer's connection string."""
    name = f"m_{uuid.uuid4().hex[:12]}"
    with connect(server.admin_dsn("postgres")) as conn:
        conn.execute(
            sql.SQL("CREATE DATABASE {} OWNER brightline_owner TEMPLATE template0").format(sql.Identifier(name))
        )
        try:
            yield server.admin_dsn(name)
        finally:
            install.drop_database(conn, name)


@pytest.fixture
def empty(server) -> Iterator[str]:
    with _empty(server) as dsn:
        yield dsn


def _schema(dsn: str) -> str:
    """The whole schema as pg_dump writes it, without what changes from dump to dump."""
    program = engine.wheel_folder() / "pginstall" / "bin" / "pg_dump"
    done = subprocess.run([program, "--schema-only", "--no-comments", dsn], capture_output=True, text=True, check=True)
    return "\n".join(line for line in done.stdout.splitlines() if not re.match(r"^(--|\\(un)?restrict|$)", line))


# What is compiled of facts and made anew at the next call: a migration may empty it.
COMPILED = {"line.visible_set", "line.visible_marking", "line.pointer_marking"}


def _tables(conn: psycopg.Connection) -> dict[str, int]:
    rows = conn.execute(
        "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE c.relkind IN ('r', 'p') AND n.nspname NOT LIKE 'pg\\_%%' "
        "AND n.nspname NOT IN ('information_schema', 'store', 'ext') ORDER BY 1, 2",
        (),
    ).fetchall()
    counts = {}
    for schema, name in rows:
        found = conn.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema, name))).fetchone()
        counts[f"{schema}.{name}"] = found[0]
    return counts


def _fill(conn: psycopg.Connection, number: str) -> None:
    path = DATA / f"{number}.sql"
    if path.exists():
        conn.execute(path.read_bytes())


def test_the_numbers_rise_and_none_stands_twice():
    numbers = [step.number for step in ALL]
    assert numbers == sorted(set(numbers))
    assert all(len(number) == 4 and number.isdigit() for number in numbers)


def test_every_migration_has_content_both_ways():
    for step in ALL:
        assert step.up.read_text().strip(), step.up
        assert step.down is None or step.down.read_text().strip(), step.down


def test_all_ways_lead_to_one_schema(server, empty):
    """Straight up, and up with every step taken back and again: the dumps are equal. And the way back is whole."""
    with _empty(server) as other:
        assert migrate.up(empty) == tuple(step.number for step in STEPS)
        for step in STEPS:
            migrate.up(other, target=step.number)
            former = STEPS[STEPS.index(step) - 1].number if step is not STEPS[0] else migrate.BASE
            migrate.down(other, target=former)
            migrate.up(other, target=step.number)
        assert _schema(empty) == _schema(other)
        assert migrate.current(other) == STEPS[-1].number
        assert migrate.up(other) == ()


def test_down_to_the_base_leaves_nothing(server, empty):
    with connect(empty) as conn:
        before = _tables(conn)
        schemas = conn.execute("SELECT nspname FROM pg_namespace ORDER BY 1").fetchall()
        migrate.up(empty)
        migrate.down(empty)
        assert _tables(conn) == before
        after = conn.execute("SELECT nspname FROM pg_namespace WHERE nspname <> 'store' ORDER BY 1").fetchall()
        assert after == schemas
    assert migrate.current(empty) is None


def test_with_data_each_step_takes_only_its_own(empty):
    """Going down, rows of what stays are untouched; the ledger with entries refuses; up again everything is empty."""
    with connect(empty) as conn:
        for step in STEPS:
            before = set(_tables(conn))
            migrate.up(empty, target=step.number)
            _fill(conn, step.number)
            made = {name: count for name, count in _tables(conn).items() if name not in before}
            bare = {name for name, count in made.items() if count == 0} - {"jobs.procrastinate_events"}
            assert not {name for name in bare if not name.startswith("stage.")}, (
                f"data/{step.number}.sql is missing rows"
            )
        for step in reversed(STEPS):
            _take_back(conn, empty, step)


def _take_back(conn: psycopg.Connection, dsn: str, step: migrate.Migration) -> None:
    former = STEPS[STEPS.index(step) - 1].number if step is not STEPS[0] else migrate.BASE
    if step.number in KEPT:
        word, order = KEPT[step.number]
        with pytest.raises(Conflict, match=word):
            migrate.down(dsn, target=former)
        conn.execute("SET session_replication_role = replica")
        conn.execute(order)
        conn.execute("RESET session_replication_role")
    before = _tables(conn)
    assert migrate.down(dsn, target=former) == (step.number,)
    after = _tables(conn)
    assert {name: before[name] for name in after} == after, f"{step.down.name} touched rows of others"


def test_a_migration_that_fails_leaves_the_former_state(tmp_path, empty):
    folder = tmp_path / "migrations"
    folder.mkdir()
    (folder / "0001_one.up.sql").write_text("CREATE SCHEMA one;")
    (folder / "0001_one.down.sql").write_text("DROP SCHEMA one;")
    (folder / "0002_two.up.sql").write_text("CREATE SCHEMA two;\n\nSELECT nonsense;")
    (folder / "0002_two.down.sql").write_text("DROP SCHEMA two;")
    with pytest.raises(Conflict, match=r"0002_two.up.sql, line 3: .*nonsense"):
        migrate.up(empty, folder=folder)
    assert migrate.current(empty) == "0001"
    with connect(empty) as conn:
        found = conn.execute("SELECT nspname FROM pg_namespace WHERE nspname IN ('one', 'two')").fetchall()
    assert found == [("one",)]


def test_a_newer_database_is_refused(tmp_path, empty):
    for number in ("0001", "0002"):
        (tmp_path / f"{number}_x.up.sql").write_text(f"CREATE SCHEMA s{number};")
        (tmp_path / f"{number}_x.down.sql").write_text(f"DROP SCHEMA s{number};")
    migrate.up(empty, folder=tmp_path)
    (tmp_path / "0002_x.up.sql").unlink()
    with pytest.raises(Conflict, match="doesn't know"):
        migrate.up(empty, folder=tmp_path)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["1_x.up.sql"], "is named"),
        (["0001_x.up.sql"], "its way back"),
        (["0001_a.up.sql", "0001_a.down.sql", "0001_b.up.sql", "0001_b.down.sql"], "taken twice"),
    ],
)
def test_a_folder_in_disorder_is_refused(tmp_path, names, said):
    for name in names:
        (tmp_path / name).write_text("SELECT 1;")
    with pytest.raises(BadInput, match=said):
        migrate.migrations(tmp_path)


def test_up_after_a_whole_way_back_is_ready_again(db):
    """Down to the base and up: functions, marks and revokes are there again."""
    install.down(db.server, target=migrate.BASE)
    assert migrate.current(db.admin_dsn) is None
    report = install.up(db.server)
    assert report.migrated == tuple(step.number for step in ALL)
    assert report.functions
    assert guard.leakproof_functions(db.admin)
