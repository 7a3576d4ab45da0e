"""The database's passwords alone open nothing, show nothing, count nothing and mint nothing of accounts."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from brightline.store import install
from brightline.store.install import ROOMS

pytestmark = pytest.mark.database

SECRETS = (
    "session",
    "service_token",
    "account",
    "role_grant",
    "glass",
    "account_notice",
    "login_attempt",
    "attempt",
    "lockout",
    "secret",
    "factor",
    "recovery_code",
    "identity",
    "ceremony",
    "group_role",
    "federation",
    "provider",
    "provider_key",
)
LOGIN = {
    "login_challenge",
    "session_attempt",
    "session_open",
    "session_close",
    "session_waits",
    "session_lives",
    "session_second_attempt",
    "session_second",
    "webauthn_challenge",
    "webauthn_keys",
    "webauthn_shown",
    "federation_begin",
    "federation_ready",
    "federation_take",
    "federation_refused",
    "session_open_federated",
    "session_recheck",
    "session_end_federated",
    "setup_first_admin",
    "setup_waits",
}


STATEMENTS = (
    "SELECT count(*) FROM {}",
    "SELECT 1 FROM {} LIMIT 1",
    "DELETE FROM {}",
    "EXPLAIN SELECT * FROM {}",
    "COPY {} TO STDOUT",
)


@pytest.mark.parametrize("role", ["brightline_app", "brightline_login", "brightline_worker", "brightline_policy"])
def test_no_password_alone_reads_or_counts_accounts(module_db: Any, role: str) -> None:
    connection = module_db.connect(role)
    for table in SECRETS:
        for statement in STATEMENTS:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement.format(f"line.{table}"))


def test_the_sign_in_role_executes_its_own_functions_and_no_other(module_db: Any) -> None:
    """ATTACKS D4: whoever holds the sign-in's password may try to sign in, and that is all."""
    rows = module_db.admin.execute(
        "SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
        " WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'ext')"
        " AND has_function_privilege('brightline_login', p.oid, 'EXECUTE')"
        " AND has_schema_privilege('brightline_login', n.oid, 'USAGE')"
    ).fetchall()
    assert {name for (name,) in rows} == LOGIN


@pytest.mark.parametrize("role", ["brightline_app", "brightline_login"])
@pytest.mark.parametrize(
    "call",
    [
        "line.session_make((SELECT a FROM line.account a LIMIT 1), 'x', NULL)",
        "line.session_use('x', 'whoami')",
        "line.service_use('svc_x', 'fraud/agent', 'case_list')",
        "line.accounts_leave(gen_random_uuid(), 'x')",
        "line.new_token()",
        "line.account_tell(gen_random_uuid(), 'session', 'x')",
    ],
)
def test_no_password_alone_mints_or_ends_a_session(module_db: Any, role: str, call: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        module_db.connect(role).execute(f"SELECT {call}")


def test_administrators_operate_without_content() -> None:
    """No function that shows or changes content can be called from an administrator's desk."""
    theirs = {(one.room, one.name) for one in install.read_rooms(ROOMS) if "admin" in one.roles}
    beyond = {name for room, name in theirs if room != "accounts"}
    configuration = ("programme_", "rulebook_")
    assert all(name.startswith(configuration) for name in beyond), f"not configuration, so content: {beyond}"
    assert not {one.name for one in install.read_rooms(ROOMS) if "admin" in one.roles and "case" in one.purposes}
