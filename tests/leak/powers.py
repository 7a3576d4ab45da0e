"""What a database login may do by the catalogue, and attempts that no login of ours may get through.

A test names every function and table that its login reaches: a new grant fails it until somebody has said what it
is for.
"""

from __future__ import annotations

from typing import Any

import psycopg

OURS = "n.nspname NOT LIKE 'pg\\_%%' AND n.nspname NOT IN ('information_schema', 'ext')"


def functions(admin: psycopg.Connection[Any], role: str) -> set[str]:
    """`schema.name` of each function of ours that the login may execute, by whatever right."""
    rows = admin.execute(
        "SELECT n.nspname || '.' || p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
        f" WHERE {OURS} AND has_function_privilege(%s, p.oid, 'EXECUTE') AND has_schema_privilege(%s, n.oid, 'USAGE')",
        (role, role),
    ).fetchall()
    return {name for (name,) in rows}


def tables(admin: psycopg.Connection[Any], role: str) -> dict[str, set[str]]:
    """What the login may do with which tables, views and sequences of ours; a right on one column counts."""
    rows = admin.execute(
        "SELECT n.nspname || '.' || c.relname, v FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,"
        " unnest(ARRAY['SELECT','INSERT','UPDATE','DELETE','TRUNCATE','REFERENCES','TRIGGER']) v"
        f" WHERE {OURS} AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND (has_table_privilege(%(role)s, c.oid, v)"
        " OR v IN ('SELECT','INSERT','UPDATE','REFERENCES') AND has_any_column_privilege(%(role)s, c.oid, v))",
        {"role": role},
    ).fetchall()
    found: dict[str, set[str]] = {}
    for name, right in rows:
        found.setdefault(name, set()).add(right)
    return found


def attributes(admin: psycopg.Connection[Any], role: str) -> tuple[Any, ...]:
    """(superuser, replication, bypassrls, createrole, createdb, roles it is a member of)."""
    row = admin.execute(
        "SELECT r.rolsuper, r.rolreplication, r.rolbypassrls, r.rolcreaterole, r.rolcreatedb,"
        " ARRAY(SELECT m.roleid::regrole::text FROM pg_auth_members m WHERE m.member = r.oid)"
        " FROM pg_roles r WHERE r.rolname = %s",
        (role,),
    ).fetchone()
    assert row is not None
    return row


# Whatever a login of a running part holds, none of these is its part. Each has to end in an error.
NOBODY = (
    "SET ROLE brightline_line",
    "SET ROLE brightline_owner",
    "SET SESSION AUTHORIZATION postgres",
    "ALTER ROLE CURRENT_USER SUPERUSER",
    "CREATE ROLE mallory SUPERUSER LOGIN",
    "CREATE TABLE public.kept (x int)",
    "CREATE TEMP TABLE kept (x int)",
    "CREATE SCHEMA mine",
    "CREATE EXTENSION dblink",
    "CREATE FUNCTION pg_temp.f() RETURNS int LANGUAGE sql RETURN 1",
    "DO $$ BEGIN NULL; END $$",
    "LOAD 'auto_explain'",
    "COPY (SELECT 1) TO PROGRAM 'cat'",
    "COPY (SELECT 1) TO '/tmp/brightline-probe'",
    "SELECT pg_read_file('postgresql.conf')",
    "SELECT pg_ls_dir('.')",
    "SELECT lo_create(0)",
    "SELECT lo_import('/etc/passwd')",
    "SELECT pg_terminate_backend(pg_backend_pid())",
    "SELECT pg_export_snapshot()",
    "SELECT pg_logical_emit_message(true, 'line', 'forged')",
    "SELECT pg_create_logical_replication_slot('spy', 'pgoutput')",
    "SELECT pg_create_physical_replication_slot('spy')",
    "SELECT pg_drop_replication_slot('spy')",
    "CREATE PUBLICATION spy FOR ALL TABLES",
    "SELECT * FROM pg_authid",
    "SELECT * FROM pg_stat_activity",
    "SELECT * FROM pg_stats",
    "ALTER SYSTEM SET wal_level = 'minimal'",
    "SELECT caption FROM content.aspect",
    "SELECT payload FROM content.record",
    "SELECT value FROM line.secret",
    "SELECT verifier FROM line.account",
    "SELECT rulebook FROM line.state",
    "UPDATE line.state SET epoch = epoch + 1",
    "INSERT INTO line.visible_marking SELECT purpose, 1, 'L2', 'x' FROM line.visible_set",
    "SELECT body FROM ledger.entry",
    "DELETE FROM ledger.entry",
    "SELECT ledger.erase()",
    "SELECT line.move_epoch()",
    "SELECT line.give_pass(NULL::line.context)",
    "SELECT line.emit(gen_random_uuid(), '{}', '{}', false, true)",
)
