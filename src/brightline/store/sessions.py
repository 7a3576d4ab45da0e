"""Connections for the running program: one pool per role.

A connection is given back empty: DISCARD ALL takes settings, temporary tables, cursors and prepared
statements with it, so that nothing of one user's call is there for the next one's. The application's role keeps
one thing: the plans of the installed functions, which hold nothing of a call and take 2 ms to make again.
Statements are therefore never prepared on the server across calls. Connections commit by themselves; what must
happen together is written `with conn.transaction()`.
"""

from __future__ import annotations

import threading

import psycopg
from psycopg import Connection, IsolationLevel
from psycopg.pq import TransactionStatus
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool

from brightline.model.errors import NotRunning
from brightline.store.server import Server


def pool(dsn: str, *, size: int = 8, name: str = "") -> ConnectionPool[Connection[TupleRow]]:
    """An open pool of up to `size` connections; close it when done."""
    return _Emptied(
        dsn,
        min_size=1,
        max_size=size,
        name=name or None,
        timeout=10,
        kwargs={"autocommit": True, "prepare_threshold": None},
        configure=_configure,
        check=None,
        open=True,
    )


def connect(dsn: str) -> Connection[TupleRow]:
    """One connection of the same kind, outside any pool."""
    try:
        conn = psycopg.connect(dsn, autocommit=True, prepare_threshold=None)
    except psycopg.OperationalError as error:
        said = str(error).strip().splitlines()[-1]
        raise NotRunning(
            f"PostgreSQL can't be reached: {said}", hint="Start it with `brightline up`.", code="database_unreachable"
        ) from error
    _configure(conn)
    return conn


def _configure(conn: Connection[TupleRow]) -> None:
    # The gate refuses every other isolation: an old snapshot outlives a revocation.
    conn.isolation_level = IsolationLevel.READ_COMMITTED


# DISCARD ALL as its manual page spells it out, without DISCARD PLANS; and without advisory locks, which the
# application has no right to take.
_EMPTY = (
    "CLOSE ALL; SET SESSION AUTHORIZATION DEFAULT; RESET ALL; DEALLOCATE ALL; UNLISTEN *; DISCARD TEMP; "
    "DISCARD SEQUENCES"
)


def _reset(conn: Connection[TupleRow]) -> None:
    if not conn.autocommit:
        conn.autocommit = True
    conn.execute(_EMPTY if conn.info.user == "brightline_app" else "DISCARD ALL")


class _Emptied(ConnectionPool[Connection[TupleRow]]):
    """Empties a connection where it is given back. The pool's own `reset` does so in a thread of its own, for which the
    next caller waits: a tenth of what an act costs."""

    def putconn(self, conn: Connection[TupleRow]) -> None:
        try:
            if conn.info.transaction_status is not TransactionStatus.IDLE:
                conn.rollback()
            _reset(conn)
        except psycopg.Error:
            # Nobody gets what couldn't be emptied: the pool makes another.
            conn.close()
        super().putconn(conn)


class Pools:
    """The pools of one database, each opened when its role is first asked for. Thread-safe."""

    def __init__(self, server: Server, dbname: str | None = None, *, size: int = 8) -> None:
        self._server = server
        self._dbname = dbname or server.dbname
        self._size = size
        self._lock = threading.Lock()
        self._open: dict[str, ConnectionPool[Connection[TupleRow]]] = {}

    def of(self, role: str) -> ConnectionPool[Connection[TupleRow]]:
        """The role's pool."""
        with self._lock:
            if role not in self._open:
                dsn = self._server.dsn(role, self._dbname)
                self._open[role] = pool(dsn, size=self._size, name=role)
            return self._open[role]

    def close(self) -> None:
        """Close all; connections in use are closed when they come back."""
        with self._lock:
            for each in self._open.values():
                each.close()
            self._open.clear()

    def __enter__(self) -> Pools:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
