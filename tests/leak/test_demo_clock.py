"""A demo's clock: there before its first entry, never in another log; nobody who signs in moves it; gone for good."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from tests.conftest import Database
from tests.leak.conftest import messages

from brightline.model.errors import Conflict
from brightline.store import changes, clock, doctor, install, migrate, roles
from brightline.store.home import Home
from brightline.store.sessions import connect

pytestmark = pytest.mark.database
SINCE = datetime(2025, 6, 2, 8, tzinfo=UTC)
PARTS = ("line.moment()", "line.today()")
TABLES = ("line.clock", "line.clock_before")
# Every text by which the database asks for the time: functions, defaults, policies.
ASKING = """
SELECT p.oid::regprocedure::text AS name, pg_get_functiondef(p.oid) AS said FROM pg_proc p
  JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname !~ '^pg_' AND p.prokind = 'f'
  AND n.nspname NOT IN ('ext', 'information_schema')
UNION ALL SELECT format('%s.%s', d.adrelid::regclass, d.adnum), pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d
UNION ALL SELECT format('%s %s', p.polrelid::regclass, p.polname), concat_ws(' / ', pg_get_expr(p.polqual, p.polrelid),
  pg_get_expr(p.polwithcheck, p.polrelid)) FROM pg_policy p ORDER BY 1"""


def definitions(conn: psycopg.Connection[Any]) -> dict[str, str]:
    return dict(conn.execute(ASKING).fetchall())


def left(conn: psycopg.Connection[Any]) -> list[str]:
    """What of a demo's clock stands in this database."""
    found = [name for name in PARTS if conn.execute("SELECT to_regprocedure(%s)", (name,)).fetchone() != (None,)]
    found += [name for name in TABLES if conn.execute("SELECT to_regclass(%s)", (name,)).fetchone() != (None,)]
    return found + [name for name, said in definitions(conn).items() if "line.moment" in said or "line.today" in said]


@contextmanager
def made(server: Any) -> Iterator[Database]:
    """A database as `brightline demo` makes it on a new home."""
    name = f"t_{uuid.uuid4().hex[:12]}"
    own = server.named(name)
    with connect(server.admin_dsn("postgres")) as conn, ExitStack() as stack:
        try:
            install.up(own, past=SINCE)
            yield Database(name=name, server=own, home=Home(path=server.secrets.parent), _stack=stack)
        finally:
            stack.close()
            install.drop_database(conn, name)


@pytest.fixture(scope="module")
def demo(server: Any) -> Iterator[Database]:
    with made(server) as database:
        yield database


@pytest.fixture
def ending(server: Any) -> Iterator[Database]:
    """One whose clock a test may end."""
    with made(server) as database:
        yield database


def test_a_real_installation_has_no_such_clock(module_db: Database) -> None:
    assert left(module_db.admin) == []
    assert module_db.admin.execute("SELECT count(*) FROM line.demo").fetchone() == (0,)
    assert module_db.admin.execute("SELECT line.demo_told(), line.log_pulse() -> 'demo'").fetchone() == (None, None)
    (told,) = [one for one in doctor.examine(module_db.home, module_db.server) if one.name == "server.clock"]
    assert (told.ok, told.detail) == (True, "the server's own; nothing here can move it")


@pytest.mark.parametrize("login", roles.LOGINS)
def test_no_login_makes_one(module_db: Database, login: str) -> None:
    conn = module_db.connect(login)
    for order in (
        "CREATE FUNCTION line.moment() RETURNS timestamptz LANGUAGE sql RETURN now()",
        "CREATE OR REPLACE FUNCTION pg_catalog.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS 'SELECT now()'",
        "INSERT INTO line.demo (since) VALUES (now())",
        "UPDATE line.demo SET until = now()",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute(order)


def test_a_log_with_entries_gets_none(db: Database) -> None:
    with pytest.raises(Conflict, match="has entries"):
        clock.begin(db.admin, SINCE, "system:test")
    assert left(db.admin) == []


def test_the_first_entry_says_so_and_all_others_follow_it(demo: Database) -> None:
    first, *others = (json.loads(each["head"]) for each in messages(demo))
    assert (first["name"], first["act"], first["time"][:10]) == ("demo_clock", "setting", "2025-06-02")
    assert "invented" in first["demo"]
    assert others
    assert all(each["time"] >= first["time"] and each["time"].startswith("2025-06-02") for each in others)


def test_all_that_asks_for_the_time_asks_the_demos_clock(demo: Database) -> None:
    real = tuple(f"{schema}." for schema in ("ledger", "jobs", "procrastinate", "store"))
    asking = [
        name
        for name, said in definitions(demo.admin).items()
        if clock._ASKS.search(said) and not name.startswith((*real, "line.moment", "line.today", "line.log_pulse"))
    ]
    assert asking == []
    demo.admin.execute("INSERT INTO line.setup (code_hash, expires) VALUES ('\\x00', line.moment())")
    row = demo.admin.execute("SELECT made FROM line.setup").fetchone()
    assert row is not None
    assert SINCE <= row[0] < SINCE + timedelta(minutes=10)


def test_it_goes_forward_and_never_beyond_now(demo: Database) -> None:
    conn = demo.admin
    clock.go(conn, SINCE + timedelta(days=3))
    assert SINCE + timedelta(days=3) <= clock.moment(conn) < SINCE + timedelta(days=3, minutes=1)
    clock.go(conn, SINCE)
    assert clock.moment(conn) >= SINCE + timedelta(days=3)
    clock.go(conn, datetime.now(UTC) + timedelta(days=30))
    assert abs(clock.moment(conn) - datetime.now(UTC)) < timedelta(seconds=30)


@pytest.mark.parametrize("login", roles.LOGINS)
def test_nobody_who_signs_in_moves_it(demo: Database, login: str) -> None:
    conn = demo.connect(login)
    for order in ("UPDATE line.clock SET behind = '0'", "DELETE FROM line.clock", "DELETE FROM line.clock_before"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute(order)


def test_when_it_has_ended_the_catalogue_is_that_of_every_other_installation(ending: Database, db: Database) -> None:
    (told,) = [one for one in doctor.examine(ending.home, ending.server) if one.name == "server.clock"]
    assert not told.ok
    clock.go(ending.admin, SINCE + timedelta(days=500))
    clock.end(ending.admin, "system:test")
    assert left(ending.admin) == []
    there, here = definitions(ending.admin), definitions(db.admin)
    # The server keeps a body in SQL as a tree and prints it; read again, the same body may be printed with more casts.
    for name in [name for name in here if here[name] != there.get(name)]:
        assert "$function$" not in here[name], name
        db.admin.execute(here[name].encode())
    assert there == definitions(db.admin)
    new = changes.wanted(
        install.SCRIPTS, install.ROOMS, place=changes.place_of(ending.admin), secrets=ending.server.secrets
    )
    assert changes.plan(ending.admin, migrate.migrations(), new).is_empty
    (last,) = [json.loads(each["head"]) for each in messages(ending)][-1:]
    assert last["name"] == "demo_clock"
    assert last["time"][:10] == f"{datetime.now(UTC):%Y-%m-%d}"
    (told,) = [one for one in doctor.examine(ending.home, ending.server) if one.name == "server.clock"]
    assert told.ok
    assert "between 2025-06-02 and 2026-10-15 is invented" in told.detail
    pulse = ending.admin.execute("SELECT line.log_pulse() -> 'demo' ->> 'until'").fetchone()
    assert pulse is not None
    assert pulse[0].startswith("2026-10-15")
    with pytest.raises(Conflict, match="has entries"):
        clock.begin(ending.admin, SINCE, "system:test")


def test_up_ends_it_unless_a_demo_asks_for_its_past(ending: Database) -> None:
    install.up(ending.server, past=SINCE)
    assert clock.stands(ending.admin)
    install.up(ending.server)
    assert left(ending.admin) == []
    install.up(ending.server, past=SINCE)
    assert left(ending.admin) == []
