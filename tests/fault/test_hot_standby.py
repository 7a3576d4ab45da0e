"""A hot standby reads what the first server wrote and can write no entry. So it answers nothing: no function, no table.

A real standby, made by pg_basebackup and streaming, asked with a live session's token, a purpose and an open inquiry,
all of which it has received.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import errors as pg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.types.json import Jsonb
from tests.fault.test_ledger_machine import standby_of
from tests.fault.test_read_entry_survives import seeded
from tests.leak.conftest import find_params
from tests.world import World

from brightline.gate import Call, Gate
from brightline.model.errors import NotRunning
from brightline.model.keys import entity_keys
from brightline.store import embedded, install
from brightline.store.home import Home
from brightline.store.server import Server

pytestmark = [pytest.mark.database, pytest.mark.slow]
CASE = "C-2026-0001"
LOGINS = ("app", "login", "worker", "feed", "policy", "overseer", "sequencer")


@dataclass
class Pair:
    """`first` is the server with its world, `host` the standby's socket folder; `call` is good on the first."""

    first: Server
    world: World
    host: str
    call: Call

    def dsn(self, role: str) -> str:
        return make_conninfo(self.first.dsn(f"brightline_{role}"), host=self.host)

    @contextmanager
    def app(self) -> Iterator[psycopg.Connection[Any]]:
        with psycopg.connect(self.dsn("app"), autocommit=True) as connection:
            yield connection

    @contextmanager
    def admin(self) -> Iterator[psycopg.Connection[Any]]:
        dsn = make_conninfo(self.first.admin_dsn(), host=self.host)
        with psycopg.connect(dsn, autocommit=True) as connection:
            yield connection


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    place = Path(tempfile.mkdtemp(prefix="bl-h-"))
    place.chmod(0o711)
    home = Home.find(place / "home")
    try:
        first = embedded.start(home)
        install.up(first)
        with seeded(first) as world:
            keys = sorted(entity_keys("Person", {"name": ["Open Canary"]}).keys)
            world.aspect("register", "Open Canary", marking=world.marking("register"), keys=keys)
            call = world.call("ana", CASE)
            found = world.gate.run(call, "search_find", find_params("canary")).result
            assert [hit["caption"] for hit in found["hits"]] == ["Open Canary"]
            with standby_of(home, first, place) as dsn:
                made = Pair(first=first, world=world, host=str(conninfo_to_dict(dsn)["host"]), call=call)
                _caught_up(world, made)
                yield made
    finally:
        embedded.destroy(home)
        shutil.rmtree(place, ignore_errors=True)


def _caught_up(world: World, pair: Pair) -> None:
    """All that the first server has written is there: else a refusal would prove nothing."""
    (end,) = world.db.execute("SELECT pg_current_wal_flush_lsn()::text").fetchone() or ("",)
    with pair.admin() as there:
        for _ in range(600):
            if there.execute("SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", (end,)).fetchone() == (True,):
                break
            time.sleep(0.1)
        assert there.execute("SELECT pg_is_in_recovery()").fetchone() == (True,)
        for table in ("content.aspect", "line.session", "line.inquiry", "line.visible_set"):
            assert there.execute(f"SELECT count(*) > 0 FROM {table}").fetchone() == (True,), table


def test_hot_standby_no_function_answers(pair: Pair) -> None:
    """Every function that the application may call, with a live token under a purpose: refused, in one word."""
    names = pair.world.db.execute(
        "SELECT p.proname, pg_get_function_identity_arguments(p.oid) FROM pg_proc p"
        " WHERE p.pronamespace = 'app'::regnamespace ORDER BY 1"
    ).fetchall()
    assert len(names) > 100
    assert {arguments.count(",") for _, arguments in names} == {3}
    answered = {}
    with pair.app() as app:
        for name, _ in names:
            try:
                row = app.execute(
                    f"SELECT app.{name}(%s, %s, %s, %s)",
                    (pair.call.token, pair.call.purpose, pair.call.inquiry, Jsonb(find_params("canary"))),
                ).fetchone()
            except psycopg.Error as error:
                if error.sqlstate != "BL008":
                    answered[name] = f"{error.sqlstate} {error.diag.message_primary}"
            else:
                answered[name] = str(row)
    assert answered == {}


def test_hot_standby_the_gate_says_so_in_clear_words(pair: Pair) -> None:
    @contextmanager
    def policy() -> Iterator[psycopg.Connection[Any]]:
        with psycopg.connect(pair.dsn("policy"), autocommit=True) as connection:
            yield connection

    gate = Gate(connect=pair.app, policy=policy)
    with pytest.raises(NotRunning, match="standby: it can write no entry") as told:
        gate.run(pair.call, "search_find", find_params("canary"))
    assert told.value.code == "standby"
    assert told.value.entry is None
    assert "Canary" not in str(told.value)


TRICKS = {
    "plain": "",
    "in a transaction": "BEGIN",
    "read only": "BEGIN READ ONLY",
    "read write": "BEGIN READ WRITE",
    "repeatable read": "BEGIN ISOLATION LEVEL REPEATABLE READ",
    "serializable": "BEGIN ISOLATION LEVEL SERIALIZABLE",
    "after a savepoint": "BEGIN; SAVEPOINT s",
    "writing turned on": "SET transaction_read_only = off",
    "writing turned on for good": "SET default_transaction_read_only = off; BEGIN",
    "a false pass": "SELECT set_config('line.pass', '9999999999|a|b|case|c|d', false)",
}


def _search(app: psycopg.Connection[Any], before: str, call: Call) -> None:
    if before:
        app.execute(before)
    params = Jsonb(find_params("canary"))
    app.execute("SELECT app.search_find(%s, %s, %s, %s)", (call.token, call.purpose, call.inquiry, params))


@pytest.mark.parametrize("before", TRICKS.values(), ids=TRICKS.keys())
def test_hot_standby_no_transaction_makes_it_answer(pair: Pair, before: str) -> None:
    with pair.app() as app, pytest.raises(psycopg.Error) as refused:
        _search(app, before, pair.call)
    assert refused.value.sqlstate in ("BL008", "0A000", "25006"), refused.value
    assert "Canary" not in str(refused.value)


CLOSED = (
    "SELECT * FROM content.aspect",
    "EXPLAIN ANALYZE SELECT 1 FROM content.aspect WHERE caption LIKE 'O%'",
    "SELECT 1 FROM content.aspect WHERE array[row(caption)] && array[row(1)]",
    "SELECT * FROM content.record",
    "SELECT * FROM content.link",
    "SELECT * FROM content.token",
    "SELECT * FROM line.visible_marking",
    "SELECT * FROM line.session",
    "SELECT * FROM line.secret",
    "COPY content.aspect TO STDOUT",
    "DECLARE c CURSOR WITH HOLD FOR SELECT caption FROM content.aspect",
    "SELECT line.visible()",
    "SELECT \"inner\".search_find(NULL, '{}')",
    "SELECT pg_read_file('PG_VERSION')",
    "SELECT pg_last_wal_replay_lsn(), query FROM pg_stat_activity",
    "SELECT * FROM pg_stats",
    "SELECT pg_promote()",
    "SET ROLE brightline_reader",
)


@pytest.mark.parametrize("statement", CLOSED)
@pytest.mark.parametrize("role", LOGINS)
def test_hot_standby_tables_are_as_closed_as_on_the_first_server(pair: Pair, role: str, statement: str) -> None:
    """The very refusal that the first server gives: its rights came with its data."""
    told = []
    for dsn in (pair.first.dsn(f"brightline_{role}"), pair.dsn(role)):
        with psycopg.connect(dsn, autocommit=True) as connection:
            try:
                connection.execute(statement)
            except psycopg.Error as error:
                told.append(error.sqlstate)
            else:
                told.append("answered")
    assert told[1] == told[0] or told[1] in ("42501", "25006"), told
    if "content." in statement or "inner" in statement or "secret" in statement:
        assert told == ["42501", "42501"] or (role == "sequencer" and "answered" not in told), (role, told)


def test_hot_standby_nobody_signs_in(pair: Pair) -> None:
    with psycopg.connect(pair.dsn("login"), autocommit=True) as login, pytest.raises(pg.ReadOnlySqlTransaction):
        login.execute("SELECT line.session_attempt('ana', %s, 'a place', NULL)", (b"ana",))


def test_hot_standby_the_functions_own_role_sees_nothing_without_a_pass(pair: Pair) -> None:
    with pair.admin() as there:
        there.execute("BEGIN")
        there.execute("SET LOCAL ROLE brightline_reader")
        for table in ("record", "aspect", "link", "judgement", "event"):
            assert there.execute(f"SELECT count(*) FROM content.{table}").fetchone() == (0,)
        there.execute("ROLLBACK")


def test_hot_standby_its_files_are_closed_to_others(pair: Pair) -> None:
    """What was copied has the modes of what it was copied from (D6)."""
    with pair.admin() as there:
        (data,) = there.execute("SHOW data_directory").fetchone() or ("",)
        rules = "SELECT database, user_name, auth_method FROM pg_hba_file_rules ORDER BY rule_number"
        hba = there.execute(rules).fetchall()
    assert os.stat(str(data)).st_mode & 0o077 == 0
    assert hba == [
        (["replication"], ["postgres"], "scram-sha-256"),
        (["replication"], ["all"], "reject"),
        (["all"], ["all"], "scram-sha-256"),
    ]
