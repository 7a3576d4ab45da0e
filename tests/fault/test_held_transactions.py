"""A transaction that a login begins and never ends: its role's timeout, what doctor says, and the worker's watch."""

from __future__ import annotations

import time
from typing import Any

import psycopg
import pytest

from brightline.store import doctor, roles
from brightline.worker.held import Watch

pytestmark = pytest.mark.database
LIMIT = "idle_in_transaction_session_timeout"


def held(db: Any, role: str, *, unlimited: bool = True) -> psycopg.Connection[Any]:
    """A connection that has begun, and has set its own limit back."""
    conn: psycopg.Connection[Any] = db.connect(role)
    if unlimited:
        conn.execute(f"SET {LIMIT} = 0")
    conn.execute("BEGIN")
    conn.execute("SELECT 1")
    return conn


def ends(conn: psycopg.Connection[Any]) -> bool:
    try:
        conn.execute("SELECT 1")
    except psycopg.Error:
        return True
    return False


@pytest.mark.parametrize("role", [role.name for role in roles.ROLES if role.login and role.name != "brightline_backup"])
def test_every_login_has_a_limit(db: Any, role: str) -> None:
    conn = db.connect(role)
    (limit,) = conn.execute("SELECT setting::integer FROM pg_settings WHERE name = %s", (LIMIT,)).fetchone()
    assert 60_000 <= limit <= 3_600_000
    conn.execute(f"SET {LIMIT} = '100ms'")
    conn.execute("BEGIN")
    time.sleep(0.5)
    assert ends(conn)


@pytest.mark.parametrize("role", roles.SERVING)
def test_the_worker_ends_what_is_held_for_longer_than_the_limit_and_nothing_sooner(db: Any, role: str) -> None:
    open_ = held(db, role)
    watch = Watch(db.dsn("brightline_sequencer"), longest=0.5)
    assert watch.once() == 0
    assert not ends(open_)
    time.sleep(0.6)
    assert watch.once() == 1
    assert ends(open_)
    assert watch.once() == 0


def test_a_later_transaction_of_the_same_session_is_another(db: Any) -> None:
    open_ = held(db, "brightline_app")
    watch = Watch(db.dsn("brightline_sequencer"), longest=0.5)
    watch.once()
    time.sleep(0.6)
    open_.execute("COMMIT")
    open_.execute("BEGIN")
    open_.execute("SELECT 1")
    assert watch.once() == 0
    assert not ends(open_)


@pytest.mark.parametrize("role", ["brightline_feed", "brightline_worker", "brightline_sequencer", "brightline_owner"])
def test_nobody_else_is_ended(db: Any, role: str) -> None:
    """Nor could it be by hand: the function sees no other session, and its owner may end no other."""
    open_ = held(db, role)
    watch, worker = Watch(db.dsn("brightline_sequencer"), longest=0.0), db.connect("brightline_sequencer")
    assert watch.once() == 0
    pid = open_.info.backend_pid
    (name,) = db.admin.execute(
        "SELECT virtualtransaction FROM pg_locks WHERE pid = %s AND locktype = 'virtualxid'", (pid,)
    ).fetchone()
    assert worker.execute("SELECT line.end_transaction(%s, %s)", (pid, name)).fetchone() == (False,)
    with pytest.raises(psycopg.Error, match="permission denied"):
        worker.execute("SELECT pg_terminate_backend(%s)", (pid,))
    admin = db.admin
    admin.execute("SET ROLE brightline_watch")
    with pytest.raises(psycopg.Error, match="permission denied"):
        admin.execute("SELECT pg_terminate_backend(%s)", (pid,))
    assert not ends(open_)


@pytest.mark.parametrize("role", ["brightline_app", "brightline_login", "brightline_feed", "brightline_worker"])
def test_only_the_sequencer_s_role_asks(db: Any, role: str) -> None:
    for call in ("line.held_transactions()", "line.end_transaction(1, '1/1')"):
        with pytest.raises(psycopg.Error, match="permission denied"):
            db.connect(role).execute(f"SELECT {call}")


def test_doctor_names_it(db: Any) -> None:
    assert doctor.held_check(db.admin, 0.2).ok
    open_ = held(db, "brightline_app")
    told = doctor.held_check(db.admin, 0.2)
    assert not told.ok
    assert told.severity == "warning"
    assert f"brightline_app (process {open_.info.backend_pid})" in told.detail
    open_.execute("COMMIT")
    assert doctor.held_check(db.admin, 0.2).ok
