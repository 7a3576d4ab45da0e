"""A read's entry outlives the backend and the server that served it, killed in mid-read."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb
from tests.world import World, small_world

from brightline.gate import Gate
from brightline.model.errors import NotRunning
from brightline.store import embedded, install
from brightline.store.home import Home
from brightline.store.server import Server

pytestmark = [pytest.mark.database, pytest.mark.slow]
CASE = "C-2026-0001"


def entries(admin: psycopg.Connection[Any], slot: str) -> list[str]:
    rows = admin.execute(
        "SELECT data FROM pg_logical_slot_peek_binary_changes(%s, NULL, NULL, 'proto_version', '1',"
        " 'publication_names', 'brightline_line', 'messages', 'true')",
        (slot,),
    ).fetchall()
    contents = [bytes(d)[bytes(d).index(b"\0", 10) + 5 :] for (d,) in rows if bytes(d[:1]) == b"M"]
    return [json.loads(c)["entry"] for c in contents]


@contextmanager
def seeded(server: Server) -> Iterator[World]:
    with (
        psycopg.connect(server.admin_dsn(), autocommit=True) as admin,
        psycopg.connect(server.dsn("brightline_app"), autocommit=True) as app,
        psycopg.connect(server.dsn("brightline_policy"), autocommit=True) as policy,
    ):

        @contextmanager
        def lend(connection: psycopg.Connection[Any]) -> Iterator[psycopg.Connection[Any]]:
            yield connection

        yield small_world(admin, Gate(connect=lambda: lend(app), policy=lambda: lend(policy)))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[Home, Server]]:
    home = Home.find(tmp_path / "home")
    started = embedded.start(home)
    try:
        install.up(started)
        yield home, started
    finally:
        embedded.destroy(home)


def again(home: Home, server: Server) -> psycopg.Connection[Any]:
    """Connects once the server answers again; starts it where it is down."""
    last: Exception | None = None
    for _ in range(60):
        try:
            return psycopg.connect(server.admin_dsn(), autocommit=True)
        except psycopg.OperationalError as error:
            last = error
        try:
            if not embedded.status(home).running:
                server = embedded.start(home)
        except NotRunning as error:  # the killed server's last backends may still be leaving
            last = error
        time.sleep(0.5)
    raise AssertionError("the server didn't come back") from last


def read_in_a_transaction(server: Server, world: World) -> tuple[psycopg.Connection[Any], str, int]:
    """BEGIN, one read, and nothing more: the transaction stays open."""
    world.run("ana", CASE, "whoami")
    call = world.call("ana", CASE)
    app = psycopg.connect(server.dsn("brightline_app"), autocommit=True)
    app.execute("BEGIN")
    row = app.execute("SELECT app.whoami(%s, NULL, NULL, %s), pg_backend_pid()", (call.token, Jsonb({}))).fetchone()
    assert row is not None
    return app, row[0]["entry"], row[1]


def ask_until_it_breaks(app: psycopg.Connection[Any]) -> None:
    for _ in range(100):
        app.execute("SELECT 1")
        time.sleep(0.1)


@pytest.mark.parametrize("victim", ["backend", "server"])
def test_the_entry_is_there_after_kill_9(server: tuple[Home, Server], victim: str) -> None:
    home, running = server
    with seeded(running) as world:
        app, entry, backend = read_in_a_transaction(running, world)
        slot = f"brightline_{running.dbname}"
        pid = backend if victim == "backend" else embedded.status(home).pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(psycopg.OperationalError):
            ask_until_it_breaks(app)
        app.close()
        with again(home, running) as admin:
            assert entry in entries(admin, slot)
