"""P1: whoever holds the password of brightline_app, with any SQL. A to C try single ways; here is all of it."""

from __future__ import annotations

import psycopg
import pytest
from psycopg.types.json import Jsonb
from tests.leak import powers
from tests.leak.conftest import Lab

from brightline.store import guard, install

pytestmark = pytest.mark.database
ROLE = "brightline_app"
CASE = "C-2026-0001"

# What every account of PostgreSQL may ask of the server itself, and this one must not: how much of what others do.
COUNTERS = (
    "SELECT pg_current_wal_lsn()",
    "SELECT pg_current_wal_insert_lsn()",
    "SELECT pg_current_wal_flush_lsn()",
    "SELECT pg_control_checkpoint()",
    "SELECT pg_control_system()",
    "SELECT pg_control_recovery()",
    "SELECT pg_current_snapshot()",
    "SELECT pg_current_xact_id()",
    "SELECT txid_current()",
    "SELECT pg_last_wal_receive_lsn()",
    "SELECT pg_switch_wal()",
    "SELECT pg_create_restore_point('x')",
    "SELECT pg_stat_get_db_tuples_inserted(0)",
    "SELECT * FROM pg_stat_database",
    "SELECT * FROM pg_stat_user_tables",
    "SELECT * FROM pg_locks",
    "SELECT * FROM pg_replication_slots",
    "SELECT * FROM pg_stat_wal",
    "SELECT reltuples FROM pg_class",
    "SELECT age(relfrozenxid) FROM pg_class",
    "SELECT relminmxid FROM pg_class",
    "SELECT pg_database_size(current_database())",
)


def test_p1_the_login_reaches_exactly_the_installed_functions_and_no_table(lab: Lab) -> None:
    installed = {f"app.{one.name}" for one in install.read_rooms(install.ROOMS)}
    assert powers.functions(lab.admin, ROLE) == installed
    assert powers.tables(lab.admin, ROLE) == {}
    assert powers.attributes(lab.admin, ROLE) == (False, False, False, False, False, [])


@pytest.mark.parametrize("statement", [*powers.NOBODY, *COUNTERS])
def test_p1_nothing_else_is_its_part(lab: Lab, statement: str) -> None:
    with lab.app() as app, pytest.raises(psycopg.Error):
        app.execute(statement)


def test_p1_no_function_answers_without_somebody_who_asks(lab: Lab) -> None:
    """Of no session, of a made-up one, of an order that isn't the worker's: one refusal, each with its entry."""
    open_to_all = {one.name for one in install.read_rooms(install.ROOMS) if "none" in one.purposes}
    names = sorted({one.name for one in install.read_rooms(install.ROOMS)} - open_to_all)
    before = len(lab.messages())
    with lab.app() as app:
        for name in names:
            for token in ("", "order:00000000-0000-4000-8000-000000000000"):
                with pytest.raises(psycopg.Error):
                    app.execute(f"SELECT app.{name}(%s, %s, NULL, %s)", (token, CASE, Jsonb({})))
    assert len(names) > 100
    assert len(lab.messages()) - before == 2 * len(names)


@pytest.mark.parametrize(
    "setting",
    [
        ("gin_fuzzy_search_limit", "1"),
        ("row_security", "off"),
        ("standard_conforming_strings", "off"),
        ("TimeZone", "Pacific/Kiritimati"),
        ("enable_indexscan", "off"),
        ("enable_bitmapscan", "off"),
    ],
)
def test_p1_no_setting_of_the_session_changes_an_answer(lab: Lab, setting: tuple[str, str]) -> None:
    for number in range(40):
        if f"Fuzzy Canary {number}" not in lab.entities:
            lab.put("register", f"Fuzzy Canary {number}")
    lab.warm("ana", CASE)
    with lab.app() as app:
        plain = lab.search(app, "ana", CASE, "canary")["result"]
        app.execute("SELECT set_config(%s, %s, false)", setting)
        odd = lab.search(app, "ana", CASE, "canary")["result"]
    ids = [sorted(str(hit["id"]) for hit in answer["hits"]) for answer in (plain, odd)]
    assert ids[0] == ids[1]
    assert len(ids[0]) > 1


def test_p1_each_function_fixes_what_a_session_could_set(lab: Lab) -> None:
    wanted = {f"{name}={value}" for name, value in guard.FIXED}
    rows = lab.admin.execute(
        "SELECT p.proname, p.proconfig FROM pg_proc p WHERE p.pronamespace = 'app'::regnamespace"
    ).fetchall()
    assert rows
    assert not [name for name, config in rows if not wanted <= set(config or ())]
