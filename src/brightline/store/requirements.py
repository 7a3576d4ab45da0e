"""What a PostgreSQL server must be for Brightline, said in clear words when it isn't."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import Connection
from psycopg.rows import TupleRow

from brightline.model.errors import Conflict, NotRunning
from brightline.store.server import Server

OLDEST = 170000
EXTENSIONS = ("pg_trgm", "fuzzystrmatch", "btree_gin")


@contextmanager
def maintenance(server: Server) -> Iterator[Connection[TupleRow]]:
    """A connection to the server's own database `postgres`, as the installer."""
    try:
        conn = psycopg.connect(server.admin_dsn("postgres"), autocommit=True, prepare_threshold=None)
    except psycopg.OperationalError as error:
        raise unreachable(server, error) from error
    with conn:
        yield conn


def unreachable(server: Server, error: psycopg.Error) -> NotRunning:
    """Why the database didn't answer, without its password."""
    said = str(error).strip().splitlines()[-1]
    hint = "Start it with `brightline up`." if server.embedded else "Check BRIGHTLINE_DATABASE_URL and the server."
    return NotRunning(f"PostgreSQL can't be reached: {said}", hint=hint, code="database_unreachable")


def check(conn: Connection[TupleRow]) -> None:
    """Raise for the first thing that is missing."""
    for detail, hint in problems(conn):
        raise Conflict(detail, hint=hint, code="server_unfit")


def problems(conn: Connection[TupleRow]) -> Iterator[tuple[str, str]]:
    """Everything that keeps this server from being used: what is so, what to do."""
    version = conn.info.server_version
    if version < OLDEST:
        # pg_logical_emit_message(…, flush) came with 17: before, an entry could be lost with the server.
        yield f"The server is PostgreSQL {version // 10000}.", "Brightline needs PostgreSQL 17 or newer."
        return
    if _value(conn, "SELECT current_setting('wal_level')") != "logical":
        yield "wal_level isn't logical.", "Set wal_level = logical in postgresql.conf and restart the server."
    if _value(conn, "SELECT current_setting('max_slot_wal_keep_size')") != "-1":
        yield (
            "max_slot_wal_keep_size isn't -1, so the server may throw entries away when the disk fills.",
            "Set max_slot_wal_keep_size = -1 and reload.",
        )
    if _value(conn, "SELECT current_setting('max_prepared_transactions')") != "0":
        yield "Prepared transactions are allowed.", "Set max_prepared_transactions = 0 and restart the server."
    if _value(conn, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is not True:
        yield (
            f"The installer's account {conn.info.user} is no superuser.",
            "LEAKPROOF marks and revokes on the catalogue need one. Name a superuser in BRIGHTLINE_DATABASE_URL; "
            "only `up`, `doctor` and restores use it.",
        )
    yield from _missing_extensions(conn)


def _missing_extensions(conn: Connection[TupleRow]) -> Iterator[tuple[str, str]]:
    rows = conn.execute("SELECT name FROM pg_available_extensions").fetchall()
    present = {name for (name,) in rows}
    missing = [name for name in EXTENSIONS if name not in present]
    if missing:
        yield f"The server lacks the extensions {', '.join(missing)}.", "Install postgresql-contrib."


def _value(conn: Connection[TupleRow], query: str) -> object:
    row = conn.execute(query.encode()).fetchone()
    return row[0] if row else None
