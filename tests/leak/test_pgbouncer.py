"""ATTACKS C3 and C9 through a real PgBouncer: what one user leaves on a shared connection, the next one doesn't find.

With `server_reset_query_always = 1` nothing is left in either pool mode; docs/operations.md asks for it. Without it, in
transaction mode, a cursor WITH HOLD stays open for the next client: shown here too, so that the setting is known to
be what closes it.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb
from tests.leak.conftest import Lab, find_params

from brightline.gate import Gate
from brightline.search import queries
from brightline.store import sessions

pytestmark = [pytest.mark.database, pytest.mark.slow]
CASE, OTHER = "C-2026-0001", "C-2026-0002"


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


@contextmanager
def bouncer(programme: Path, lab: Lab, folder: Path, mode: str, *, always: bool) -> Iterator[str]:
    """A PgBouncer with one server connection; the application's connection string through it."""
    info = psycopg.conninfo.conninfo_to_dict(lab.database.dsn("brightline_app"))
    owner = os.stat(info["host"])
    port = _free_port()
    folder.mkdir()
    (folder / "users.txt").write_text(f'"brightline_app" "{info["password"]}"\n')
    (folder / "pgbouncer.ini").write_text(
        f"[databases]\n{info['dbname']} = host={info['host']} port={info['port']}\n"
        f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
        f"auth_type = trust\nauth_file = {folder}/users.txt\npool_mode = {mode}\ndefault_pool_size = 1\n"
        f"server_reset_query = DISCARD ALL\nserver_reset_query_always = {int(always)}\n"
    )
    for path in (folder, *folder.iterdir()):
        os.chown(path, owner.st_uid, owner.st_gid) if os.geteuid() == 0 else None
    folder.chmod(0o711)
    as_owner = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    process = subprocess.Popen([programme, str(folder / "pgbouncer.ini")], stderr=subprocess.DEVNULL, **as_owner)
    dsn = f"host=127.0.0.1 port={port} user=brightline_app dbname={info['dbname']}"
    try:
        _wait(dsn)
        yield dsn
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def _wait(dsn: str) -> None:
    for _ in range(100):
        try:
            psycopg.connect(dsn, connect_timeout=2).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    psycopg.connect(dsn).close()


@pytest.fixture
def place(server: Any) -> Iterator[Path]:
    """A folder that the server's user may enter, which pytest's own is not."""
    folder = Path(server.secrets).parent.parent / f"bouncer-{os.getpid()}-{time.monotonic_ns()}"
    yield folder
    for path in sorted(folder.glob("*")):
        path.unlink()
    folder.rmdir()


def _leave_behind(one: psycopg.Connection[Any], lab: Lab) -> int:
    """What a user, or an attacker in the application's name, can leave on a connection."""
    call = lab.world.call("ana", CASE)
    find = psycopg.sql.SQL("SELECT app.search_find({}, {}, {}, {})").format(
        call.token, call.purpose, call.inquiry, Jsonb(find_params("canary"))
    )
    one.execute("BEGIN")
    pid = one.execute("SELECT pg_backend_pid()").fetchone()
    one.execute(psycopg.sql.SQL("DECLARE left_open CURSOR WITH HOLD FOR {}").format(find))
    one.execute(psycopg.sql.SQL("PREPARE left_prepared AS {}").format(find))
    one.execute("SELECT set_config('line.pass', 'forged', false), set_config('line.note', 'left behind', false)")
    one.execute("COMMIT")
    assert pid is not None
    return int(pid[0])


def _found(two: psycopg.Connection[Any], statement: str) -> bool:
    try:
        row = two.execute(statement).fetchone()
    except psycopg.Error:
        return False
    return row is not None and row[0] not in (None, "", [])


FINDS = {
    "cursor": "FETCH ALL FROM left_open",
    "prepared": "EXECUTE left_prepared",
    "setting": "SELECT current_setting('line.note', true)",
    "pass": "SELECT current_setting('line.pass', true)",
}


@pytest.mark.parametrize("mode", ["session", "transaction"])
def test_c3_c9_nothing_is_left_for_the_next_client(lab: Lab, pgbouncer: Path, place: Path, mode: str) -> None:
    lab.warm("ana", CASE)
    with bouncer(pgbouncer, lab, place, mode, always=True) as dsn:
        with psycopg.connect(dsn, autocommit=True, prepare_threshold=None) as one:
            pid = _leave_behind(one, lab)
            if mode == "transaction":
                _nothing_for(dsn, pid)
        if mode == "session":
            _nothing_for(dsn, pid)


def _nothing_for(dsn: str, pid: int) -> None:
    with psycopg.connect(dsn, autocommit=True, prepare_threshold=None) as two:
        assert two.execute("SELECT pg_backend_pid()").fetchone() == (pid,), "not the same connection: proves nothing"
        assert {name: _found(two, statement) for name, statement in FINDS.items()} == dict.fromkeys(FINDS, False)


def test_c3_without_the_reset_the_next_client_does_find_it(lab: Lab, pgbouncer: Path, place: Path) -> None:
    lab.warm("ana", CASE)
    with (
        bouncer(pgbouncer, lab, place, "transaction", always=False) as dsn,
        psycopg.connect(dsn, autocommit=True, prepare_threshold=None) as one,
        psycopg.connect(dsn, autocommit=True, prepare_threshold=None) as two,
    ):
        pid = _leave_behind(one, lab)
        assert two.execute("SELECT pg_backend_pid()").fetchone() == (pid,)
        assert _found(two, FINDS["cursor"])
        # What no leftover can give is a pass: leave clears its own, and a forged one opens nothing.
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            two.execute("SELECT count(*) FROM content.aspect")


def test_two_purposes_through_one_connection_stay_apart(lab: Lab, pgbouncer: Path, place: Path) -> None:
    """The real gate over the real pool over PgBouncer, two people in turn on one server connection."""
    for who, purpose in (("ana", CASE), ("cleo", OTHER)):
        lab.warm(who, purpose)
    with bouncer(pgbouncer, lab, place, "transaction", always=True) as dsn:
        pool = sessions.pool(dsn, size=2, name="bounced")
        gate = Gate(connect=pool.connection, policy=pool.connection)
        try:
            for _ in range(5):
                for who, purpose, unseen in (("ana", CASE, "Waged"), ("cleo", OTHER, "Banked")):
                    found = queries.find(gate, lab.world.call(who, purpose), queries.Search(q="canary", fuzzy=0))
                    assert found.result["total"] == 3
                    assert unseen not in str(found.result)
        finally:
            pool.close()
