"""The log when the machine fails: power lost, disk full, server lost to a standby. Whole PostgreSQL servers, durable.

kill -9 of the first process is as near to a power cut as a test comes: what the server had not handed to the kernel
is gone; whether the kernel's promise of fsync holds against a real cut is the disk's word, which no test can take.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from tests.fault.test_ledger_sequencer import ORIGIN, emit, logged

from brightline.ledger import sequencer as seq
from brightline.ledger.keys import load
from brightline.ledger.verify import verify
from brightline.model.errors import NotRunning
from brightline.store import embedded, engine, install
from brightline.store.home import Home
from brightline.store.server import Server

pytestmark = [pytest.mark.database, pytest.mark.slow]


@pytest.fixture
def place() -> Iterator[Path]:
    """A short folder that the database's user may pass through."""
    folder = Path(tempfile.mkdtemp(prefix="bl-m-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def home(place: Path) -> Iterator[Home]:
    made = Home.find(place / "home")
    yield made
    embedded.destroy(made)


def sequencer(server: Server, place: Path, dsn: str | None = None) -> seq.Sequencer:
    return seq.Sequencer(
        seq.Settings(
            dsn=dsn or server.dsn("brightline_sequencer"),
            folder=place / "ledger",
            ledger_key=place / "secrets" / "ledger.key",
            origin=ORIGIN,
        )
    )


def holds(place: Path) -> None:
    assert verify(place / "ledger", key=load(place / "secrets" / "ledger.key").verifier.vkey()).problems == []


def test_rule_16_power_lost_right_after_the_flushed_message(place: Path, home: Home) -> None:
    """Eight writers act, the server dies in the middle: every act that was answered has its entry, once."""
    server = embedded.start(home)
    install.up(server)
    answered: list[UUID] = []

    def act() -> None:
        try:
            with psycopg.connect(server.admin_dsn(), autocommit=True) as conn:
                while True:
                    answered.append(emit(conn))
        except psycopg.Error:
            return

    threads = [threading.Thread(target=act) for _ in range(8)]
    for thread in threads:
        thread.start()
    log = sequencer(server, place)
    while len(answered) < 200:
        time.sleep(0.02)
    log.checkpoint()
    while len(answered) < 400:
        time.sleep(0.02)
    pid = embedded.status(home).pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    for thread in threads:
        thread.join(60)
    embedded.start(home)
    log.checkpoint()
    with psycopg.connect(server.admin_dsn(), autocommit=True) as admin:
        found = logged(admin)
        others = admin.execute("SELECT count(*) FROM ledger.entry WHERE act IN ('gap', 'malformed')").fetchone()
    assert len(found) == len(set(found))
    assert set(answered) <= set(found)
    assert others == (0,)
    holds(place)


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A disk of so many MB, in memory."""
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("no file system can be mounted here: the full disk isn't tried")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="root alone can mount a small disk: the full disk isn't tried")
def test_rule_16_on_a_full_disk_the_act_fails_and_what_was_answered_stays(place: Path, home: Home) -> None:
    server = embedded.start(home)
    install.up(server)
    log = sequencer(server, place)
    log.checkpoint()
    with psycopg.connect(server.admin_dsn(), autocommit=True) as admin:
        admin.execute("CHECKPOINT")
    embedded.stop(home)
    cluster = embedded.cluster_of(home)
    real = cluster.data / "pg_wal"
    used = sum(path.stat().st_size for path in real.rglob("*") if path.is_file()) >> 20
    with small_disk(place / "wal", used + 24) as disk:
        subprocess.run(["cp", "-a", f"{real}/.", str(disk)], check=True)
        shutil.rmtree(real)
        real.symlink_to(disk)
        os.lchown(real, cluster.owner.uid, cluster.owner.gid)
        os.chown(disk, cluster.owner.uid, cluster.owner.gid)
        disk.chmod(0o700)
        embedded.start(home)
        answered = _until_it_fails(server)
        assert len(answered) > 10
        # Nothing was answered without its entry; with room again, all of it is in the log, once.
        subprocess.run(["mount", "-o", f"remount,size={used + 400}m", str(disk)], check=True)
        with psycopg.connect(_started(home, server), autocommit=True) as admin:
            answered.append(emit(admin))
            log.checkpoint()
            found = logged(admin)
        assert len(found) == len(set(found))
        assert set(answered) <= set(found)
        holds(place)
        embedded.stop(home)


def _until_it_fails(server: Server) -> list[UUID]:
    answered: list[UUID] = []
    with psycopg.connect(server.admin_dsn(), autocommit=True) as conn:
        for _ in range(4000):
            entry = uuid4()
            try:
                conn.execute(
                    'SELECT line.emit(%s, \'{"act": "search", "outcome": "ok"}\'::jsonb,'
                    " jsonb_build_object('q', %s::text), false, true)",
                    (entry, "x" * 200_000),
                )
            except psycopg.Error:
                return answered
            answered.append(entry)
    raise AssertionError("the disk never filled")


def _started(home: Home, server: Server) -> str:
    """The server found a full disk and may have ended, or be about to."""
    until = time.monotonic() + 90
    while True:
        try:
            embedded.start(home)
            with psycopg.connect(server.admin_dsn(), autocommit=True) as conn:
                conn.execute("SELECT 1")
            return server.admin_dsn()
        except (psycopg.Error, NotRunning):
            if time.monotonic() > until:
                raise
            time.sleep(1.0)


@contextmanager
def standby_of(home: Home, server: Server, place: Path) -> Iterator[str]:
    """A hot standby that streams from the server and synchronises its slots; its superuser's connection string."""
    cluster = embedded.cluster_of(home)
    data, socket = place / "standby", place / "s"
    for folder in (data, socket):
        folder.mkdir(mode=0o700)
        os.chown(folder, cluster.owner.uid, cluster.owner.gid)
    source = server.admin_dsn()
    words = ["-D", str(data), "-R", "-C", "-S", "standby1", "-X", "stream", "--no-sync", "-c", "fast", "-d", source]
    code, said = engine.run(cluster.owner, [cluster.programs / "pg_basebackup", *words], timeout=240)
    assert code == 0, said
    with (data / "postgresql.auto.conf").open("a") as out:
        out.write(
            f"unix_socket_directories = '{socket}'\nhot_standby = on\nhot_standby_feedback = on\n"
            f"sync_replication_slots = on\nprimary_conninfo = '{source}'\n"
        )
    ctl = [cluster.programs / "pg_ctl", "-D", data, "-w", "-t", "60"]
    code, said = engine.run(cluster.owner, [*ctl, "-l", data / "start.log", "start"], timeout=120)
    assert code == 0, said + (data / "start.log").read_text()
    try:
        yield make_conninfo(source, host=str(socket))
    finally:
        engine.run(cluster.owner, [*ctl, "stop", "-m", "immediate"], timeout=120)


def _await(dsn: str, query: str, parameter: str, meanwhile: Callable[[], object] = lambda: None) -> None:
    until = time.monotonic() + 120
    with psycopg.connect(dsn, autocommit=True) as conn:
        while not conn.execute(query, (parameter,)).fetchone():
            meanwhile()
            assert time.monotonic() < until, conn.execute("SELECT * FROM pg_replication_slots").fetchall()
            time.sleep(0.3)


def test_a_standby_takes_the_log_over_and_says_so(place: Path, home: Home) -> None:
    """What the standby had received goes on without a hole; that a server was lost is an entry, since what the lost
    one had answered in its last moment and not sent is on no disk that is read again."""
    server = embedded.start(home)
    install.up(server)
    log = sequencer(server, place)
    with psycopg.connect(server.admin_dsn(), autocommit=True) as admin:
        first = [emit(admin) for _ in range(5)]
        log.checkpoint()
        with standby_of(home, server, place) as standby:
            second: list[UUID] = []

            def work() -> None:
                """The daily work, which moves the slot on; the server notes what runs every 15 s by itself."""
                second.append(emit(admin))
                log.checkpoint()
                admin.execute("SELECT pg_log_standby_snapshot()")

            work()
            # The slot is carried over for good only when it has moved beyond where the standby began.
            kept = "SELECT 1 FROM pg_replication_slots WHERE slot_name = %s AND synced AND NOT temporary"
            _await(standby, kept, seq.slot_name(server.dbname), work)
            third = [emit(admin) for _ in range(7)]
            end = admin.execute("SELECT pg_current_wal_flush_lsn()").fetchone()
            _await(standby, "SELECT 1 WHERE pg_last_wal_replay_lsn() >= %s::pg_lsn", str(end[0]))
            pid = embedded.status(home).pid
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
            with psycopg.connect(standby, autocommit=True) as other:
                other.execute("SELECT pg_promote(true, 60)")
                host = re.search(r"host=(\S+)", standby)
                assert host is not None
                taken = sequencer(server, place, make_conninfo(server.dsn("brightline_sequencer"), host=host[1]))
                fourth = [emit(other) for _ in range(2)]
                taken.checkpoint()
                rows = other.execute("SELECT entry, act FROM ledger.entry WHERE act <> 'x' ORDER BY index").fetchall()
    entries = [entry for entry, act in rows if act == "search"]
    assert entries == [*first, *second, *third, *fourth]
    assert [act for _, act in rows].count("gap") == 1
    holds(place)
