"""The embedded server when things go wrong: kill -9, stale files, foreign owners, long paths, two of everything."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from brightline.model.errors import Conflict, NotRunning
from brightline.store import connect, doctor, embedded, engine, install, requirements, roles, server, sessions
from brightline.store.home import SYSTEM_HOME, Home

pytestmark = [pytest.mark.database, pytest.mark.slow]

NOBODY = 65534
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="root alone can become another user")


@pytest.fixture
def place() -> Iterator[Path]:
    """A short folder that the database's user may pass through (pytest's own is closed to it)."""
    folder = Path(tempfile.mkdtemp(prefix="bl-f-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def home(place: Path) -> Iterator[Home]:
    made = Home.find(place / "home")
    yield made
    embedded.destroy(made)


def _ask(running: server.Server, query: str = "SELECT 1", dbname: str = "postgres") -> object:
    with psycopg.connect(running.admin_dsn(dbname), autocommit=True) as conn:
        row = conn.execute(query).fetchone()
        return row[0] if row else None


def _kill(home: Home) -> int:
    """Kills the server and waits until the machine has buried it: a signal is sent before it has its effect."""
    pid = embedded.status(home).pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 20
    while embedded.status(home).pid == pid and time.monotonic() < deadline:
        time.sleep(0.02)
    return pid


def test_start_is_idempotent_and_stop_is_too(home):
    running = embedded.start(home, durable=False)
    pid = embedded.status(home).pid
    assert embedded.start(home, durable=False) == running
    assert embedded.status(home).pid == pid
    assert embedded.stop(home)
    assert not embedded.stop(home)
    assert not embedded.status(home).running


def test_what_was_committed_outlives_kill_9(home):
    running = embedded.start(home)
    with psycopg.connect(running.admin_dsn("postgres"), autocommit=True) as conn:
        conn.execute("CREATE TABLE kept (a int)")
        conn.execute("INSERT INTO kept VALUES (1)")
    _kill(home)
    assert _ask(embedded.start(home), "SELECT count(*) FROM kept") == 1


def test_kill_9_while_somebody_is_connected(home):
    """The orphaned backends hold the shared memory for a moment; the start waits for them."""
    running = embedded.start(home, durable=False)
    with psycopg.connect(running.admin_dsn("postgres"), autocommit=True) as conn:
        conn.execute("SELECT 1")
        _kill(home)
        assert not embedded.status(home).running
        assert _ask(embedded.start(home, durable=False)) == 1


def test_a_process_id_that_another_program_has_now(home):
    """After a reboot the old number may be anybody's: here it is this test's own."""
    embedded.start(home, durable=False)
    pid_file = embedded.status(home).folder / "data" / "postmaster.pid"
    kept = pid_file.read_text().split("\n")
    embedded.stop(home)
    pid_file.write_text("\n".join([str(os.getpid()), *kept[1:]]))
    assert not embedded.status(home).running
    assert not embedded.stop(home)
    assert _ask(embedded.start(home, durable=False)) == 1


def test_a_broken_process_id_file(home):
    embedded.start(home, durable=False)
    embedded.stop(home)
    (embedded.status(home).folder / "data" / "postmaster.pid").write_text("nonsense")
    assert not embedded.status(home).running
    assert _ask(embedded.start(home, durable=False)) == 1


def test_initdb_that_was_interrupted_is_done_again(home):
    folder = embedded.status(home).folder
    embedded.owned(folder, engine.account())
    data = embedded.owned(folder / "data", engine.account())
    (data / "half").write_text("")
    assert _ask(embedded.start(home, durable=False)) == 1


def test_a_lost_installers_password_is_said(home):
    embedded.start(home, durable=False)
    secret = home.path / "secrets" / "db-postgres"
    kept = secret.read_text()
    secret.unlink()
    with pytest.raises(NotRunning, match="doesn't take the password"):
        embedded.start(home, durable=False)
    secret.write_text(kept)
    assert _ask(embedded.start(home, durable=False)) == 1


def test_two_homes_at_once(place):
    homes = [Home.find(place / name) for name in ("a", "b")]
    try:
        servers = [embedded.start(each, durable=False) for each in homes]
        for number, running in enumerate(servers):
            with psycopg.connect(running.admin_dsn("postgres"), autocommit=True) as conn:
                conn.execute(f"CREATE TABLE only_{number} ()")
        assert [_ask(each, "SELECT to_regclass('only_0') IS NOT NULL") for each in servers] == [True, False]
        assert servers[0].admin_dsn() != servers[1].admin_dsn()
    finally:
        for each in homes:
            embedded.destroy(each)


def test_two_processes_that_start_one_home(home):
    script = (
        "import sys; from brightline.store import embedded; from brightline.store.home import Home; "
        "embedded.start(Home.find(sys.argv[1]), durable=False)"
    )
    both = [subprocess.Popen([sys.executable, "-c", script, str(home.path)]) for _ in range(2)]
    assert [process.wait(60) for process in both] == [0, 0]
    assert _ask(embedded.server_of(home)) == 1


def test_a_long_path_gets_a_short_socket(place):
    home = Home.find(place / ("long" * 20) / ("path" * 10))
    try:
        running = embedded.start(home, durable=False)
        assert _ask(running) == 1
        socket = embedded.status(home).socket
        assert len(os.fsencode(socket / ".s.PGSQL.5432")) < 108
        assert oct(socket.stat().st_mode)[-3:] == "700"
    finally:
        embedded.destroy(home)
    assert not socket.exists()


def test_nothing_listens_on_the_network_and_folders_are_closed(home):
    running = embedded.start(home, durable=False)
    assert _ask(running, "SHOW listen_addresses") == ""
    found = embedded.status(home)
    for folder in (found.folder, found.socket, found.folder / "data", home.path / "secrets"):
        assert oct(folder.stat().st_mode)[-3:] == "700", folder
    owner = engine.account().uid
    assert found.folder.stat().st_uid == owner
    assert (home.path / "secrets").stat().st_uid == os.geteuid()


def test_every_role_needs_its_password(home):
    running = embedded.start(home, durable=False)
    with requirements.maintenance(running) as conn:
        roles.make(conn, running.secrets)
    for name in ("postgres", "brightline_app"):
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(**running.place, user=name, password="guess", dbname="postgres")
    assert _ask(running, "SELECT rolpassword LIKE 'SCRAM-SHA-256$%' FROM pg_authid WHERE rolname = 'brightline_app'")


def test_a_lost_password_file_is_made_anew_by_up(home):
    running = embedded.start(home, durable=False)
    with requirements.maintenance(running) as conn:
        roles.make(conn, running.secrets)
        (running.secrets / "db-brightline_app").unlink()
        roles.make(conn, running.secrets)
    with psycopg.connect(running.dsn("brightline_app", "postgres")) as conn:
        assert conn.execute("SELECT current_user").fetchone() == ("brightline_app",)


def test_the_settings_that_keep_entries(home):
    running = embedded.start(home)
    asked = ("wal_level", "max_slot_wal_keep_size", "max_prepared_transactions", "fsync", "log_statement", "jit")
    assert [_ask(running, f"SHOW {name}") for name in asked] == ["logical", "-1", "0", "on", "none", "off"]
    with requirements.maintenance(running) as conn:
        requirements.check(conn)


def test_a_server_that_keeps_no_entries_is_refused_in_clear_words(home):
    running = embedded.start(home, durable=False)
    with requirements.maintenance(running) as conn:
        conn.execute("ALTER SYSTEM SET wal_level = replica")
        conn.execute("ALTER SYSTEM SET max_prepared_transactions = 10")
    embedded.stop(home)
    embedded.start(home, durable=False)
    with requirements.maintenance(running) as conn:
        said = [f"{detail} {hint}" for detail, hint in requirements.problems(conn)]
    assert any("wal_level = logical" in text for text in said)
    assert any("max_prepared_transactions = 0" in text for text in said)
    with pytest.raises(Conflict, match="wal_level isn't logical"):
        install.up(running)


def test_a_server_by_url(home, place):
    """BRIGHTLINE_DATABASE_URL: here the embedded server of another home plays the foreign one."""
    foreign = embedded.start(home, durable=False)
    with requirements.maintenance(foreign) as conn:
        conn.execute("CREATE ROLE chief SUPERUSER LOGIN PASSWORD 'word/1'")
        conn.execute("CREATE ROLE clerk LOGIN PASSWORD 'word'")
    socket = str(foreign.place["host"]).replace("/", "%2F")
    other = Home.find(place / "other")
    running = connect.server(other, f"postgresql://chief:word%2F1@{socket}/files")
    report = install.up(running)
    assert report.dbname == "files"
    with sessions.connect(running.dsn("brightline_app")) as conn:
        assert conn.execute("SELECT current_database(), current_user").fetchone() == ("files", "brightline_app")
    assert doctor.examine(other, running)
    with pytest.raises(Conflict, match="clerk is no superuser"):
        install.up(connect.server(other, f"postgresql://clerk:word@{socket}/files"))
    with pytest.raises(NotRunning) as caught:
        install.up(connect.server(other, f"postgresql://chief:wrong@{socket}/files"))
    assert "wrong" not in str(caught.value)


def test_a_stopped_server_is_one_failed_check(home):
    running = embedded.start(home, durable=False)
    embedded.stop(home)
    checks = {check.name: check for check in doctor.examine(home, running)}
    assert not checks["server.answers"].ok
    assert "brightline up" in checks["server.answers"].detail


def test_a_data_folder_that_belongs_to_somebody_else(home):
    embedded.start(home, durable=False)
    embedded.stop(home)
    (embedded.status(home).folder / "data").chmod(0o755)
    with pytest.raises(NotRunning, match="permissions"):
        embedded.start(home, durable=False)
    (embedded.status(home).folder / "data").chmod(0o700)
    assert _ask(embedded.start(home, durable=False)) == 1


def test_data_of_another_major_version(home):
    embedded.start(home, durable=False)
    embedded.stop(home)
    (embedded.status(home).folder / "data" / "PG_VERSION").write_text("16\n")
    with pytest.raises(NotRunning, match="made by PostgreSQL 16"):
        embedded.start(home, durable=False)


@as_root
def test_root_in_a_home_that_the_databases_user_cannot_reach(place):
    """A home under a folder of 0700 (such as /root): the cluster goes to the system's folder, the secrets stay."""
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    home = Home.find(closed / "home")
    first = second = None
    try:
        assert _ask(embedded.start(home, durable=False)) == 1
        first = embedded.status(home).folder
        assert first.is_relative_to(SYSTEM_HOME / "clusters")
        assert oct(closed.stat().st_mode)[-3:] == "700"
        embedded.stop(home)
        assert _ask(embedded.start(home, durable=False)) == 1
        assert embedded.status(home).folder == first
        embedded.stop(home)
        shutil.rmtree(home.path)
        assert _ask(embedded.start(home, durable=False)) == 1
        second = embedded.status(home).folder
        assert second != first
    finally:
        embedded.destroy(home)
        shutil.rmtree(first or closed, ignore_errors=True)
    assert second is not None
    assert not second.exists()
    assert not embedded.status(home).made


@as_root
def test_programs_that_the_databases_user_cannot_reach_are_copied(home, place, monkeypatch):
    closed = place / "venv"
    closed.mkdir(mode=0o700)
    source = engine.wheel_folder()
    shutil.copytree(source, closed / source.name, symlinks=True)
    shutil.copytree(source.parent / f"{source.name}.libs", closed / f"{source.name}.libs", symlinks=True)
    monkeypatch.setattr(engine, "wheel_folder", lambda: closed / source.name)
    assert _ask(embedded.start(home, durable=False)) == 1
    assert embedded.cluster_of(home).programs.is_relative_to(embedded.status(home).folder)
    assert oct(closed.stat().st_mode)[-3:] == "700"


@as_root
def test_an_ordinary_user_runs_it_as_oneself(place, monkeypatch):
    source = engine.wheel_folder()
    nobody = engine.Account(uid=NOBODY, gid=NOBODY, name="nobody")
    if not engine.may_enter(nobody, source / "pginstall" / "bin"):
        shutil.copytree(source, place / source.name, symlinks=True)
        shutil.copytree(source.parent / f"{source.name}.libs", place / f"{source.name}.libs", symlinks=True)
        monkeypatch.setattr(engine, "wheel_folder", lambda: place / source.name)
    folder = place / "nobody"
    folder.mkdir()
    os.chown(folder, NOBODY, NOBODY)

    def work() -> None:
        home = Home.find(folder / "home")
        try:
            running = embedded.start(home, durable=False)
            install.up(running)
            assert embedded.status(home).folder.stat().st_uid == NOBODY
            assert _ask(running, "SELECT count(*) > 0 FROM pg_publication", "brightline") is True
            assert embedded.stop(home)
        finally:
            embedded.destroy(home)

    assert _as(NOBODY, work) == ""


@as_root
def test_other_local_users_reach_neither_socket_nor_secrets(home):
    running = embedded.start(home, durable=False)
    socket = Path(running.place["host"]) / ".s.PGSQL.5432"
    secret = running.secrets / "db-postgres"

    def pry() -> None:
        for path in (socket, secret):
            try:
                os.stat(path)
            except PermissionError:
                continue
            raise AssertionError(f"{path} can be reached")

    assert _as(NOBODY, pry) == ""


def _as(uid: int, work: Callable[[], None]) -> str:
    """Run the work in a forked process as another user; its traceback, or nothing.

    Forked, not started: the interpreter may lie where that user can't go.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.setgroups([])
            os.setgid(uid)
            os.setuid(uid)
            os.environ["HOME"] = "/nonexistent"
            work()
            code = 0
        except BaseException:
            os.write(writing, traceback.format_exc().encode())
        finally:
            os._exit(code)
    os.close(writing)
    deadline = time.monotonic() + 120
    with os.fdopen(reading, "rb") as said:
        text = said.read().decode()
    status = os.waitpid(child, 0)[1]
    assert time.monotonic() < deadline
    return text if os.waitstatus_to_exitcode(status) else ""
