"""A read's entry outlives a power cut, as far as a machine can show it without one.

kill -9 leaves what the kernel still holds in memory; a power cut doesn't. So the disk is put together as the cut would
have left it at worst: the data as of the last checkpoint, the write-ahead log up to the byte that PostgreSQL knew to be
flushed when the answer had been given, and nothing after it. What this can't show is a disk that lies about flushing.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from tests.fault.test_read_entry_survives import again, entries, read_in_a_transaction, seeded

from brightline.store import embedded, install
from brightline.store.home import Home
from brightline.store.server import Server

pytestmark = [pytest.mark.database, pytest.mark.slow]


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[Home, Server]]:
    home = Home.find(tmp_path / "home")
    started = embedded.start(home)
    try:
        install.up(started)
        yield home, started
    finally:
        embedded.destroy(home)


def flushed(admin: psycopg.Connection) -> tuple[str, int]:
    """Segment and offset up to which the log is on the disk."""
    row = admin.execute("SELECT file_name, file_offset FROM pg_walfile_name_offset(pg_current_wal_flush_lsn())")
    name, offset = row.fetchone()
    return str(name), int(offset)


def killed(home: Home, data: Path) -> None:
    pid = embedded.status(home).pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    for _ in range(200):
        if not embedded._processes(data):
            return
        time.sleep(0.05)
    raise AssertionError("the killed server's processes are still there")


def cut(log: Path, segment: str, offset: int) -> None:
    """Take away every byte of the log from there on."""
    for path in log.iterdir():
        if path.is_file() and len(path.name) == 24 and path.name > segment:
            path.unlink()
    with (log / segment).open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(offset)
        file.write(b"\0" * (size - offset))


@pytest.mark.parametrize(("moment", "survives"), [("the answer was given", True), ("it was asked", False)])
def test_the_entry_is_there_after_a_power_cut(running: tuple[Home, Server], moment: str, survives: bool) -> None:
    """Cut at the answer: the entry stands, though its transaction never ended. Cut before the question: it can't."""
    home, server = running
    data = embedded.cluster_of(home).data
    on_disk = data.with_name("on-disk")
    with seeded(server) as world:
        admin = world.db
        world.run("ana", None, "whoami")
        admin.execute("CHECKPOINT")
        subprocess.run(["cp", "-a", str(data), str(on_disk)], check=True)
        before = flushed(admin)
        app, entry, _ = read_in_a_transaction(server, world)
        at = flushed(admin) if survives else before
        killed(home, data)
        app.close()
    shutil.rmtree(on_disk / "pg_wal")
    (data / "pg_wal").rename(on_disk / "pg_wal")
    (on_disk / "postmaster.pid").unlink(missing_ok=True)
    shutil.rmtree(data)
    on_disk.rename(data)
    cut(data / "pg_wal", *at)
    with again(home, server) as admin:
        assert (entry in entries(admin, install.slot_name(server.dbname))) is survives
