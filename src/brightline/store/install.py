"""`up`: from an empty server to a database that is ready, and the same again without harm.

Roles, database, migrations, the scripts of `line` and `ledger`, each room's `sql/<name>.sql` as a function,
the marks and revokes, the rulebook's keys, repairs of data: in one transaction, so that a caller sees the old or the
new, and a version that can't be installed leaves the former one whole. Then the publication and the slot of the ledger.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import Connection, sql
from psycopg.rows import TupleRow
from psycopg.types.json import Jsonb

import brightline
from brightline.line import rulebook, rulebook_check
from brightline.line.proof import prove
from brightline.line.rulebook_check import Door
from brightline.model.errors import BadInput, Conflict
from brightline.store import changes, clock, definers, factors, guard, headers, migrate, requirements, roles
from brightline.store.changes import Plan, Wanted
from brightline.store.headers import read_rooms as read_rooms
from brightline.store.server import Server

PACKAGE = Path(brightline.__file__).parent
# The rooms, in the order in which their SQL is installed. Order matters for little, since bodies in PL/pgSQL find what
# they call when they run: a function of LANGUAGE sql, a policy, a view and a trigger need what they name to be there.
# So feeds come early, and cases last: their inbox asks every room what waits in it.
_ORDER = (
    "accounts",
    "feeds",
    "leads",
    "crossings",
    "search",
    "resolution",
    "warehouse",
    "documents",
    "operations",
    "disclosures",
    "retention",
    "restrictions",
    "oversight",
    "policy",
    "analysis",
    "cases",
    "links",
)
# Whose sql/ folders are installed: the kernel, each room's functions with rights of their own, the ledger; then each
# room's words and installed functions. A test compares the lists with the folders that exist.
ROOMS: tuple[Path, ...] = tuple(PACKAGE / room / "sql" for room in _ORDER)
SCRIPTS: tuple[Path, ...] = (
    PACKAGE / "line" / "sql",
    *(folder for room in ROOMS if (folder := room / definers.FOLDER).is_dir()),
    PACKAGE / "ledger" / "sql",
)
PUBLICATION = "brightline_line"
PLUGIN = "pgoutput"
# A restored dump gives functions of migrations back to everybody; ours are for those who are named.
_CLOSED = """
DO $$ DECLARE s text; BEGIN
  FOR s IN SELECT nspname FROM pg_catalog.pg_namespace
      WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'ext', 'public', 'jobs', 'procrastinate') LOOP
    EXECUTE pg_catalog.format('REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA %I FROM PUBLIC', s);
  END LOOP;
END $$"""
_LOCK_PATIENCE = "5s"
_PAUSES = (0.5, 1.0, 2.0, 4.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What is installed: migrations, plain scripts, rooms' functions. Tests name folders of their own."""

    migrations: Path = migrate.FOLDER
    scripts: Sequence[Path] = field(default=SCRIPTS)
    rooms: Sequence[Path] = field(default=ROOMS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What `up` did."""

    dbname: str
    created: bool = False
    migrated: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    slot_made: bool = False


def up(
    server: Server,
    *,
    sources: Sources | None = None,
    say: Callable[[str], None] = lambda _: None,
    before: Callable[[], object] = lambda: None,
    past: datetime | None = None,
) -> Report:
    """Bring the server's database to this version. Idempotent; nothing is lost, and nothing is touched that is right.

    `before` is called when a database with people's work is about to be migrated: the place for a backup. `past` is for
    demos: a database that is made now begins its log at that moment, and one whose clock is moved yet is left with it;
    any other call ends such a clock.
    """
    chosen = sources or Sources()
    say("Checking the server")
    created = _ready_database(server, say)
    with psycopg.connect(server.admin_dsn(), autocommit=True, prepare_threshold=None) as conn:
        if clock.stands(conn):
            if past is not None:
                return Report(dbname=server.dbname)
            clock.end(conn, "system:up")
        new = changes.wanted(chosen.scripts, chosen.rooms, place=changes.place_of(conn), secrets=server.secrets)
        plan = changes.plan(conn, migrate.migrations(chosen.migrations), new)
        if plan.is_empty:
            factors.encipher(conn, server.secrets)
            return Report(dbname=server.dbname, slot_made=ready_ledger(conn))
        if plan.steps and migrate.applied(conn):
            say("Keeping a copy of the database as it is")
            before()
        dropped = _patiently(lambda: _bring(conn, server, plan, new, say=say), say)
        guard.close_database(conn, server.dbname)
        slot_made = ready_ledger(conn)
        if past is not None and created:
            clock.begin(conn, past, "system:demo")
        if slot_made:
            with conn.transaction():
                _settle(conn, server, plan)
        if enciphered := factors.encipher(conn, server.secrets):
            say(f"Enciphered the secrets of {enciphered} authenticators")
        if let_fail_over(conn, server.admin_dsn()):
            say("The log's slot is now one that a standby takes over")
    return Report(
        dbname=server.dbname,
        created=created,
        migrated=tuple(step.number for step in plan.steps),
        functions=tuple(function.name for function in new.functions if plan.installs(function)),
        dropped=dropped,
        slot_made=slot_made,
    )


def _ready_database(server: Server, say: Callable[[str], None]) -> bool:
    """Check the server, make the database if it isn't there; whether it was made now."""
    with requirements.maintenance(server) as conn:
        requirements.check(conn)
        if conn.execute("SELECT FROM pg_database WHERE datname = %s", (server.dbname,)).fetchone() is not None:
            return False
        say("Making roles")
        roles.make(conn, server.secrets)
        return _create_database(conn, server.dbname)


def _bring(
    conn: Connection[TupleRow], server: Server, plan: Plan, new: Wanted, *, say: Callable[[str], None]
) -> tuple[str, ...]:
    """Do what the plan says, all of it or nothing; the functions that were dropped."""
    with conn.transaction():
        conn.execute(sql.SQL("SET LOCAL lock_timeout = {}").format(sql.Literal(_LOCK_PATIENCE)))
        if plan.everything:
            roles.make(conn, server.secrets)
        if plan.steps:
            say(f"Migrating: {', '.join(step.number for step in plan.steps)}")
        migrate.ready(conn)
        for step in plan.steps:
            if not step.is_repair:
                migrate.run(conn, step)
        say("Installing functions")
        dropped = install(conn, new, plan)
        if plan.everything:
            guard.mark_leakproof(conn)
            guard.close_catalogue(conn)
        conn.execute(_CLOSED)
        guard.fix_settings(conn)
        # Where the slot was lost, what follows isn't kept either: the gap that `ledger renew` names covers it.
        if _has_slot(conn) or knew_a_slot(conn):
            _settle(conn, server, plan)
        changes.note(conn, new)
    return dropped


def _settle(conn: Connection[TupleRow], server: Server, plan: Plan) -> None:
    """The rulebook's new keys, then the repairs of data, which may ask for them. Entries both: the slot is there."""
    set_rulebook(conn, server.secrets.parent / "rulebook.yml")
    for step in plan.steps:
        if step.is_repair:
            migrate.run(conn, step)


def _patiently(do: Callable[[], tuple[str, ...]], say: Callable[[str], None]) -> tuple[str, ...]:
    """Try again what gave way to somebody at work: nothing of it has happened."""
    pauses = iter(_PAUSES)
    while True:
        try:
            return do()
        except (psycopg.Error, Conflict) as error:
            if not _gave_way(error):
                raise
            pause = next(pauses, None)
            if pause is None:
                raise Conflict(
                    "People at work hold tables that this version changes, so nothing was changed.",
                    hint="Try again in a quiet minute, or end the old processes first: brightline down.",
                    code="tables_in_use",
                ) from error
        say("Somebody at work holds a table that is to change; trying again")
        time.sleep(pause)


def _gave_way(error: BaseException) -> bool:
    cause = error.__cause__ if isinstance(error, Conflict) else error
    if isinstance(cause, psycopg.errors.DeadlockDetected | psycopg.errors.LockNotAvailable):
        return True
    return isinstance(cause, psycopg.errors.InternalError_) and "concurrently updated" in str(cause)


def set_rulebook(conn: Connection[TupleRow], site: Path) -> bool:
    """Seed an empty installation with the shipped rulebook and the site's file on top; True if anything changed.

    In one that has a rulebook, only the keys that this version brings are added: rules change by `brightline rulebook
    apply`, with another's approval. After the slot is made, since a change is an entry of the ledger.
    """
    if conn.execute("SELECT to_regprocedure('line.policy_seed(jsonb, text, text)')").fetchone() == (None,):
        return False
    row = conn.execute("SELECT rulebook FROM line.state").fetchone()
    there: dict[str, Any] = row[0] if row else {}
    if there:
        book, why = rulebook.filled(there, rulebook.shipped()), f"Keys that Brightline {brightline.__version__} brings."
    else:
        book, why = _first_rulebook(site), "The first rulebook of this installation."
    done = conn.execute("SELECT line.policy_seed(%s, %s, %s)", (Jsonb(book), rulebook.written(book), why)).fetchone()
    return bool(done and done[0])


def _first_rulebook(site: Path) -> dict[str, Any]:
    """The shipped rulebook, which tests have proved; with a site's file on top, checked and proved here."""
    book = rulebook.load(site)
    if site.exists():
        doors = [
            Door(name=one.name, act=one.act, roles=frozenset(one.roles), purposes=frozenset(one.purposes))
            for one in read_rooms(ROOMS)
        ]
        rulebook_check.check(book, doors=doors)
        told = " ".join(one.counter.words() for one in prove(book, doors).broken if one.counter)
        if told:
            raise BadInput(str(site), f"breaks a promise: {told}", "See brightline rulebook prove FILE.")
    return book


def down(server: Server, *, target: str, sources: Sources | None = None) -> tuple[str, ...]:
    """Migrate back to `target`. The functions go first: they may use what the migration takes away."""
    chosen = sources or Sources()
    with psycopg.connect(server.admin_dsn(), prepare_threshold=None) as conn:
        _drop_functions(conn, keep=set())
        changes.forget(conn)
    return migrate.down(server.admin_dsn(), folder=chosen.migrations, target=target)


def destroy(server: Server) -> None:
    """Drop the database with its slot. The roles stay: another database of the server may use them."""
    with requirements.maintenance(server) as conn:
        drop_database(conn, server.dbname)


def drop_database(conn: Connection[TupleRow], dbname: str) -> None:
    """End the slot and the sessions of a database, then drop it."""
    rows = conn.execute(
        "SELECT slot_name, active_pid FROM pg_replication_slots WHERE database = %s", (dbname,)
    ).fetchall()
    for slot, pid in rows:
        if pid is not None:
            conn.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))
        conn.execute("SELECT pg_drop_replication_slot(%s)", (slot,))
    conn.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(dbname)))


def clone(conn: Connection[TupleRow], server: Server, template: str) -> None:
    """Make the server's database as a copy of a template that `up` has made, with a slot of its own."""
    name = sql.Identifier(server.dbname)
    order = sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER brightline_owner STRATEGY file_copy")
    conn.execute(order.format(name, sql.Identifier(template)))
    guard.close_database(conn, server.dbname)
    with psycopg.connect(server.admin_dsn(), autocommit=True) as inside:
        ready_ledger(inside)


def install(conn: Connection[TupleRow], new: Wanted, plan: Plan) -> tuple[str, ...]:
    """Run the scripts and install the rooms' functions that the plan names; the functions that were dropped."""
    for path in new.scripts:
        if plan.runs(path):
            _run_script(conn, path)
    for function in new.functions:
        if plan.installs(function):
            _install_function(conn, function)
    definers.grant(conn, new.declared)
    _let_tokens(conn, [function.name for function in new.functions if function.token])
    return _drop_functions(conn, keep={function.name for function in new.functions})


def _let_tokens(conn: Connection[TupleRow], names: Sequence[str]) -> None:
    """Which functions a service token may call, where the line asks for it."""
    if conn.execute("SELECT to_regclass('line.token_act')").fetchone() != (None,):
        conn.execute("DELETE FROM line.token_act WHERE NOT name = ANY (%s)", (list(names),))
        conn.execute("INSERT INTO line.token_act SELECT unnest(%s::text[]) ON CONFLICT DO NOTHING", (list(names),))


def ready_ledger(conn: Connection[TupleRow]) -> bool:
    """Make the publication and the slot that keep the entries; True if the slot was made now.

    A slot that the log has read from and that is gone isn't made anew in silence.
    """
    if conn.execute("SELECT 1 FROM pg_publication WHERE pubname = %s", (PUBLICATION,)).fetchone() is None:
        conn.execute(sql.SQL("CREATE PUBLICATION {}").format(sql.Identifier(PUBLICATION)))
        conn.execute(sql.SQL("ALTER PUBLICATION {} OWNER TO brightline_owner").format(sql.Identifier(PUBLICATION)))
    if _has_slot(conn):
        return False
    if knew_a_slot(conn):
        # Lost, or a backup was restored: entries may be gone, which somebody has to say (`brightline ledger renew`).
        return False
    _make_slot(conn, slot_name(conn.info.dbname))
    return True


def remake_slot(conn: Connection[TupleRow]) -> str | None:
    """Make the slot anew where it is missing or lost; what was wrong with it, None when nothing was."""
    slot = slot_name(conn.info.dbname)
    row = conn.execute("SELECT wal_status FROM pg_replication_slots WHERE slot_name = %s", (slot,)).fetchone()
    if row and row[0] != "lost":
        return None
    if row:
        conn.execute("SELECT pg_drop_replication_slot(%s)", (slot,))
    _make_slot(conn, slot)
    return f"the slot was {'lost' if row else 'missing'} and was made anew: entries before this one may be lost"


def _make_slot(conn: Connection[TupleRow], slot: str) -> None:
    # Failover: a standby that synchronises slots can take the log over (docs/operations.md).
    conn.execute("SELECT pg_create_logical_replication_slot(%s, %s, failover => true)", (slot, PLUGIN))


def let_fail_over(conn: Connection[TupleRow], dsn: str, *, patience: float = 10.0) -> bool:
    """Let a standby take over a slot that a former version made without that; True if it was changed now.

    It is changed where it stands, so no entry is lost, whether the sequencer has caught up or not; making it anew could
    lose some. Conflict when somebody holds the slot for longer than `patience` seconds.
    """
    slot = slot_name(conn.info.dbname)
    here = "SELECT 1 FROM pg_replication_slots WHERE slot_name = %s AND NOT failover AND NOT synced"
    if conn.execute(here, (slot,)).fetchone() is None:
        return False
    order = sql.SQL("ALTER_REPLICATION_SLOT {} ( FAILOVER true )").format(sql.Identifier(slot))
    # A command of the replication protocol: SQL has none for it. The server waits while somebody reads the slot.
    with psycopg.connect(dsn, autocommit=True, replication="database") as sender:
        timer = threading.Timer(patience, sender.cancel_safe)
        timer.start()
        try:
            sender.execute(order)
        except psycopg.errors.QueryCanceled as error:
            hint = "Stop the worker, run `brightline up` again, start it."
            raise Conflict(f"The slot {slot} is in use.", hint=hint, code="slot_in_use") from error
        finally:
            timer.cancel()
    return True


def knew_a_slot(conn: Connection[TupleRow]) -> bool:
    """Whether the ledger has read a slot before: if that is gone, entries may be gone with it."""
    if conn.execute("SELECT to_regclass('ledger.state')").fetchone() == (None,):
        return False
    row = conn.execute("SELECT promised IS NOT NULL FROM ledger.state").fetchone()
    return bool(row and row[0])


def slot_name(dbname: str) -> str:
    """The name of a database's slot; slot names are a server's, so the database's name is part of it."""
    return "brightline_" + re.sub(r"[^a-z0-9_]", "_", dbname.lower())[:50]


def _create_database(conn: Connection[TupleRow], dbname: str) -> bool:
    if conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", (dbname,)).fetchone():
        return False
    order = sql.SQL("CREATE DATABASE {} OWNER brightline_owner TEMPLATE template0 ENCODING 'UTF8'")
    conn.execute(order.format(sql.Identifier(dbname)))
    return True


def _has_slot(conn: Connection[TupleRow]) -> bool:
    slot = slot_name(conn.info.dbname)
    return conn.execute("SELECT FROM pg_replication_slots WHERE slot_name = %s", (slot,)).fetchone() is not None


def _run_script(conn: Connection[TupleRow], path: Path) -> None:
    try:
        conn.execute(path.read_bytes())
    except psycopg.Error as error:
        raise migrate.sql_error(path, error) from error


def _install_function(conn: Connection[TupleRow], function: headers.Installed) -> None:
    for statement in headers.statements(function):
        try:
            conn.execute(statement.encode())
        except psycopg.Error as error:
            raise Conflict(
                f"{function.path}: {error.diag.message_primary or error}",
                hint=" ".join(part for part in (error.diag.message_detail, error.diag.context) if part),
                code="sql_file",
            ) from error


def _drop_functions(conn: Connection[TupleRow], keep: set[str]) -> tuple[str, ...]:
    """Drop what is in app and inner but no longer in the folders: nothing old stays callable."""
    rows = conn.execute(
        "SELECT p.proname, p.oid::regprocedure::text FROM pg_proc p "
        "JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname IN ('app', 'inner') ORDER BY 2"
    ).fetchall()
    dropped = []
    for name, signature in rows:
        if name not in keep:
            conn.execute(f"DROP FUNCTION {signature}")
            dropped.append(signature)
    return tuple(dropped)
