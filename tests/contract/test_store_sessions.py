"""Connections: nothing of one call is left for the next, and bulk rows arrive as they were sent."""

from __future__ import annotations

import psycopg
import pytest

from brightline.model.errors import NotRunning
from brightline.store import sessions

pytestmark = pytest.mark.database


@pytest.fixture
def pools(module_db):
    with sessions.Pools(module_db.server, size=1) as made:
        yield made


def test_nothing_is_left_when_a_connection_comes_back(pools):
    pool = pools.of("brightline_app")
    with pool.connection() as first:
        pid = first.info.backend_pid
        first.execute("SELECT set_config('line.pass', 'forged', false)")
        first.execute("PREPARE mine AS SELECT 1")
        first.execute("SET statement_timeout = 1")
    with pool.connection() as second:
        assert second.info.backend_pid == pid
        assert second.execute("SELECT current_setting('line.pass', true)").fetchone() in {("",), (None,)}
        assert second.execute("SHOW statement_timeout").fetchone() == ("30s",)
        with pytest.raises(psycopg.errors.InvalidSqlStatementName):
            second.execute("EXECUTE mine")


def test_an_open_transaction_is_rolled_back_and_the_connection_is_used_again(pools):
    pool = pools.of("brightline_owner")
    with pool.connection() as first:
        first.autocommit = False
        first.execute("SELECT 1")
        first.execute("CREATE TABLE content.left_open (a int)")
        first.rollback()
    with pool.connection() as second:
        assert second.autocommit
        assert second.execute("SELECT to_regclass('content.left_open')").fetchone() == (None,)


def test_every_transaction_is_read_committed(pools):
    with pools.of("brightline_app").connection() as conn:
        assert conn.execute("SHOW default_transaction_isolation").fetchone() == ("read committed",)
        with conn.transaction():
            assert conn.execute("SHOW transaction_isolation").fetchone() == ("read committed",)


def test_statements_are_never_prepared_across_calls(pools):
    """DISCARD ALL would take them away under psycopg's feet."""
    pool = pools.of("brightline_app")
    for _ in range(3):
        with pool.connection() as conn:
            for _ in range(8):
                assert conn.execute("SELECT %s::int", (1,)).fetchone() == (1,)


def test_each_role_has_a_pool_of_its_own(pools):
    with pools.of("brightline_app").connection() as one, pools.of("brightline_login").connection() as two:
        assert one.execute("SELECT current_user").fetchone() == ("brightline_app",)
        assert two.execute("SELECT current_user").fetchone() == ("brightline_login",)
    assert pools.of("brightline_app") is pools.of("brightline_app")


def test_a_server_that_is_away_is_said_without_the_password(tmp_path):
    with pytest.raises(NotRunning) as caught:
        sessions.connect(f"host={tmp_path} user=brightline_app password=hunter2 dbname=x")
    assert "hunter2" not in str(caught.value)
    assert "brightline up" in caught.value.hint
