"""A dump by the backup role holds everything, and a restore followed by `up` is a whole installation again."""

from __future__ import annotations

import subprocess
from contextlib import nullcontext
from typing import Any

import pytest
from psycopg import sql
from tests.fault.test_ledger_sequencer import emit
from tests.world import small_world

from brightline.gate import Gate
from brightline.ledger import sequencer
from brightline.store import doctor, engine, install
from brightline.store.sessions import connect

pytestmark = [pytest.mark.database, pytest.mark.slow]

PROGRAMS = engine.wheel_folder() / "pginstall" / "bin"


def _run(*command: object) -> None:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def _one_aspect(admin: Any) -> None:
    with nullcontext(admin) as kept:
        gate = Gate(connect=lambda: nullcontext(kept), policy=lambda: nullcontext(kept))
        world = small_world(admin, gate)
        world.aspect("register", "Alma Berg", marking=world.marking("register"))


def test_dump_and_restore(db, tmp_path):
    _one_aspect(db.admin)
    dump = tmp_path / "brightline.dump"
    _run(PROGRAMS / "pg_dump", "--format=custom", f"--file={dump}", db.dsn("brightline_backup"))
    other = db.server.named(f"{db.name}_restored")
    with connect(db.server.admin_dsn("postgres")) as conn:
        name = sql.Identifier(other.dbname)
        conn.execute(sql.SQL("CREATE DATABASE {} OWNER brightline_owner TEMPLATE template0").format(name))
        try:
            _run(PROGRAMS / "pg_restore", "--exit-on-error", f"--dbname={other.admin_dsn()}", dump)
            with connect(other.admin_dsn()) as before:
                assert before.execute(
                    "SELECT bool_or(proleakproof) FROM pg_proc WHERE proname = 'arrayoverlap'"
                ).fetchone() == (False,)
            report = install.up(other)
            assert report.migrated == ()
            assert report.slot_made
            with connect(other.admin_dsn()) as restored:
                assert restored.execute("SELECT count(*) FROM content.aspect").fetchone() == (1,)
            wrong = {check.name for check in doctor.examine(db.home, other) if not check.ok}
            # Of a copy nobody outside knows either; and the small world's units have one supervisor each.
            assert wrong == {"server.settings", "ledger.witnesses", "units.deciders"}
        finally:
            install.drop_database(conn, other.dbname)


def test_f1_a_restored_log_gets_no_new_slot_in_silence(db, tmp_path):
    """Between dump and loss there may have been acts: somebody says so by name before entries are kept again."""
    emit(db.admin)
    log = sequencer.Sequencer(
        sequencer.Settings(
            dsn=db.dsn("brightline_sequencer"),
            folder=tmp_path / "ledger",
            ledger_key=tmp_path / "secrets" / "ledger.key",
            origin="brightline.local/test",
        )
    )
    log.checkpoint()
    dump = tmp_path / "brightline.dump"
    _run(PROGRAMS / "pg_dump", "--format=custom", f"--file={dump}", db.dsn("brightline_backup"))
    other = db.server.named(f"{db.name}_restored")
    with connect(db.server.admin_dsn("postgres")) as conn:
        name = sql.Identifier(other.dbname)
        conn.execute(sql.SQL("CREATE DATABASE {} OWNER brightline_owner TEMPLATE template0").format(name))
        try:
            _run(PROGRAMS / "pg_restore", "--exit-on-error", f"--dbname={other.admin_dsn()}", dump)
            assert not install.up(other).slot_made
            with connect(other.admin_dsn()) as restored:
                said = {check.name: check.detail for check in doctor.slot_checks(restored) if not check.ok}
                assert "brightline ledger renew" in said["ledger.slot"]
                assert "the slot is missing" in said["ledger.alive"]
                assert install.remake_slot(restored) is not None
                assert install.remake_slot(restored) is None
        finally:
            install.drop_database(conn, other.dbname)


def test_the_backup_role_changes_nothing(module_db):
    conn = module_db.connect("brightline_backup")
    assert conn.execute("SELECT count(*) >= 0 FROM content.aspect").fetchone() == (True,)
    for schema in ("content", "line", "ledger", "cases", "feed"):
        rows = conn.execute(
            "SELECT c.oid::regclass::text FROM pg_class c WHERE c.relnamespace = %s::regnamespace AND c.relkind = 'r' "
            "AND has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')",
            (schema,),
        ).fetchall()
        assert rows == []
