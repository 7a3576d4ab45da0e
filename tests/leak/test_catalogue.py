"""The catalogue of a fresh installation keeps every rule of `store/catalogue.sql`, and each rule finds its offence."""

from __future__ import annotations

import psycopg
import pytest

from brightline.store import catalogue, doctor, install

pytestmark = pytest.mark.database

# For each rule a statement that breaks it, and a word of what must be said then.
BREAKS = {
    "rights.app-tables": ("GRANT SELECT (caption) ON content.aspect TO brightline_app", "content.aspect"),
    "rights.worker-content": ("GRANT DELETE ON line.session TO brightline_worker", "line.session"),
    "rights.public-functions": ("GRANT EXECUTE ON FUNCTION line.visible() TO PUBLIC", "line.visible()"),
    "rights.app-functions": ("GRANT EXECUTE ON FUNCTION line.visible() TO brightline_app", "line.visible()"),
    "rights.inner-functions": ('GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA "inner" TO brightline_worker', "worker"),
    "rights.emit": (
        "GRANT EXECUTE ON FUNCTION pg_logical_emit_message(boolean, text, text, boolean) TO brightline_writer",
        "brightline_writer",
    ),
    "rights.catalogue-functions": ("GRANT EXECUTE ON FUNCTION pg_export_snapshot() TO PUBLIC", "pg_export_snapshot"),
    "rights.catalogue-views": ("GRANT SELECT ON pg_stat_activity TO PUBLIC", "pg_stat_activity"),
    "rights.languages": ("GRANT USAGE ON LANGUAGE plpgsql TO brightline_app", "brightline_app"),
    "rights.database": ("GRANT TEMPORARY ON DATABASE {db} TO PUBLIC", "TEMPORARY"),
    "rights.schemas": ("GRANT CREATE ON SCHEMA app TO brightline_app", "schema app"),
    "functions.search-path": (
        "CREATE FUNCTION line.naive() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = line, pg_catalog "
        "RETURN 1",
        "line.naive()",
    ),
    "functions.settings": (
        "ALTER FUNCTION app.whoami(text, text, uuid, jsonb) RESET client_min_messages",
        "app.whoami",
    ),
    "functions.owner": (
        "CREATE FUNCTION line.high() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp "
        "RETURN 1",
        "line.high()",
    ),
    "functions.leakproof": ("ALTER FUNCTION pg_catalog.arrayoverlap(anyarray, anyarray) COST 1", "arrayoverlap"),
    "tables.row-security": ("ALTER TABLE content.aspect NO FORCE ROW LEVEL SECURITY", "content.aspect"),
    "tables.policies": (
        "CREATE POLICY more ON content.aspect FOR SELECT TO brightline_reader USING (true)",
        "2 permissive",
    ),
    "tables.no-materialised-views": ("CREATE MATERIALIZED VIEW content.m AS SELECT 1 AS one", "content.m"),
    "tables.views": ("CREATE VIEW content.v AS SELECT id FROM content.aspect", "content.v"),
    "tables.foreign-keys": (
        "CREATE TABLE cases.f (record uuid REFERENCES content.record (id))",
        "cases.f",
    ),
    "tables.marking-index": ("CREATE INDEX alone ON content.aspect (marking)", "content.alone"),
    "tables.partitions": ("CREATE TABLE content.p (marking int) PARTITION BY LIST (marking)", "content.p"),
    "extensions": ("CREATE EXTENSION dblink SCHEMA ext", "dblink"),
}


@pytest.mark.parametrize("rule", catalogue.RULES, ids=lambda rule: rule.name)
def test_a_fresh_installation_keeps_the_rule(module_db, rule):
    assert rule.offences(module_db.admin) == ()


@pytest.mark.parametrize("rule", catalogue.RULES, ids=lambda rule: rule.name)
def test_the_rule_finds_its_offence(module_db, rule):
    statement, said = BREAKS[rule.name]
    admin = module_db.admin
    with admin.transaction(force_rollback=True):
        admin.execute(statement.replace("{db}", module_db.name))
        assert any(said in offence for offence in rule.offences(admin)), rule.offences(admin)


def test_roles_are_as_they_were_made(module_db):
    admin = module_db.admin
    assert catalogue.role_offences(admin) == ()
    with admin.transaction(force_rollback=True):
        admin.execute("ALTER ROLE brightline_app BYPASSRLS")
        admin.execute("GRANT brightline_writer TO brightline_worker")
        assert catalogue.role_offences(admin) == (
            "brightline_app has BYPASSRLS",
            "brightline_worker is a member of brightline_writer",
        )


def test_settings_of_roles_are_ours(module_db):
    """ATTACKS C13: a role may always change its own settings, so doctor compares them."""
    admin = module_db.admin
    assert catalogue.setting_offences(admin) == ()
    with admin.transaction(force_rollback=True):
        admin.execute("SET ROLE brightline_app")
        admin.execute("ALTER ROLE brightline_app SET statement_timeout = 0")
        admin.execute("RESET ROLE")
        assert catalogue.setting_offences(admin) == ("brightline_app has statement_timeout = 0",)


def test_the_application_cannot_show_its_work_again(module_db):
    """ATTACKS C10: track_activities belongs to superusers, so the role can't turn it on."""
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        module_db.connect("brightline_app").execute("SET track_activities = on")


SECTION_G = (
    "SELECT * FROM pg_stat_activity",
    "SELECT * FROM pg_stat_user_tables",
    "SELECT * FROM pg_stat_xact_user_tables",
    "SELECT * FROM pg_statio_user_indexes",
    "SELECT * FROM pg_stats",
    "SELECT * FROM pg_sequences",
    "SELECT * FROM pg_locks",
    "SELECT * FROM pg_prepared_statements",
    "SELECT * FROM pg_cursors",
    "SELECT reltuples FROM pg_class",
    "SELECT relpages FROM pg_class",
    "SELECT * FROM pg_class",
    "SELECT pg_stat_get_live_tuples('pg_class'::regclass)",
    "SELECT pg_relation_size('pg_class')",
    "SELECT pg_total_relation_size('pg_class')",
    "SELECT pg_database_size(current_database())",
    "SELECT pg_export_snapshot()",
    "SELECT pg_advisory_lock(1)",
    "SELECT pg_try_advisory_xact_lock(1)",
    "SELECT lo_create(0)",
    "SELECT lo_from_bytea(0, 'x')",
    "SELECT pg_notify('a', 'b')",
    "SELECT pg_terminate_backend(1)",
    "SELECT pg_cancel_backend(1)",
    "SELECT pg_logical_emit_message(false, 'line', 'x')",
    "SELECT pg_logical_emit_message(false, 'line', 'x'::bytea, true)",
    "DO $$ BEGIN END $$",
    "CREATE TEMP TABLE t (a int)",
    "CREATE TABLE public.t (a int)",
    "CREATE FUNCTION pg_temp.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE SCHEMA mine",
    "CREATE PUBLICATION mine",
    "SELECT pg_read_file('postgresql.conf')",
    "COPY (SELECT 1) TO PROGRAM 'cat'",
    "SELECT * FROM pg_authid",
    "SELECT pg_drop_replication_slot('x')",
    "SELECT * FROM pg_logical_slot_peek_binary_changes('x', NULL, NULL)",
    "SET ROLE brightline_writer",
    "SET SESSION AUTHORIZATION brightline_line",
)


@pytest.mark.parametrize("statement", SECTION_G)
@pytest.mark.parametrize("role", ["brightline_app", "brightline_login"])
def test_g_closed_to_the_application(module_db, role, statement):
    with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.InvalidSchemaName)) as caught:
        module_db.connect(role).execute(statement)
    assert not isinstance(caught.value, psycopg.errors.UndefinedFunction)


def test_the_application_can_still_call_its_functions(module_db):
    """What the revokes must not break: a call reaches `enter`, which refuses it in its one way."""
    names = module_db.admin.execute("SELECT proname FROM pg_proc WHERE pronamespace = 'app'::regnamespace").fetchall()
    assert names
    with pytest.raises(psycopg.Error) as caught:
        module_db.connect("brightline_app").execute(f"SELECT app.{names[0][0]}('x', NULL, NULL, '{{}}')")
    assert caught.value.sqlstate == "BL001"


def test_nothing_old_stays_callable(db, tmp_path):
    """A function whose file is gone is dropped at the next installation."""
    db.admin.execute(
        "CREATE FUNCTION app.former(token text, purpose text, inquiry uuid, p jsonb) RETURNS jsonb "
        "LANGUAGE sql RETURN p"
    )
    report = install.up(db.server)
    assert report.dropped == ("app.former(text,text,uuid,jsonb)",)


def test_doctor_finds_a_fresh_installation_healthy(module_db):
    checks = doctor.examine(module_db.home, module_db.server)
    wrong = {check.name: check.detail for check in checks if not check.ok}
    # The tests' server leaves out fsync to be quick; doctor rightly says so.
    assert wrong.pop("server.settings") == "fsync is off, not on; full_page_writes is off, not on."
    # Nobody outside knows of a fresh installation yet; doctor warns of it.
    assert "witnesses the log" in wrong.pop("ledger.witnesses")
    assert wrong == {}
    assert {check.name for check in checks} >= {"ledger.slot", "ledger.lag", "store.functions", "roles.attributes"}


def test_doctor_misses_a_slot_a_mark_and_a_function(db):
    db.admin.execute("SELECT pg_drop_replication_slot(%s)", (db.slot,))
    db.admin.execute("ALTER FUNCTION pg_catalog.arraycontains(anyarray, anyarray) NOT LEAKPROOF")
    name = db.admin.execute("SELECT proname FROM pg_proc WHERE pronamespace = 'app'::regnamespace LIMIT 1").fetchone()
    db.admin.execute(f"DROP FUNCTION app.{name[0]}")
    found = {check.name: check for check in doctor.examine(db.home, db.server)}
    assert not found["ledger.slot"].ok
    assert "missing" in found["ledger.slot"].detail
    assert not found["functions.leakproof"].ok
    assert "arraycontains" in found["functions.leakproof"].detail
    assert not found["store.functions"].ok
    assert not doctor.healthy(tuple(found.values()))
    install.up(db.server)
    again = {check.name: check.ok for check in doctor.examine(db.home, db.server)}
    assert again["ledger.slot"]
    assert again["functions.leakproof"]
    assert again["store.functions"]
