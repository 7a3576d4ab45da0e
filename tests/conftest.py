"""Fixtures of all tests: one PostgreSQL per run, a template database made once, a fresh clone per test.

All xdist workers share the one server: the first makes it under a file lock, the last to go ends it. Nothing
that was running before is touched. The clone has its own slot, so a test can read the entries that it made.
"""

from __future__ import annotations

import fcntl
import gc
import json
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

import hypothesis
import psycopg
import pytest
from _pytest.outcomes import skip
from tests import hashing, reading, spreading

from brightline.store import embedded, install
from brightline.store.home import Home
from brightline.store.server import Server
from brightline.store.sessions import connect

# A law holds or doesn't, however long a busy machine takes over one example. What broke it is printed.
hypothesis.settings.register_profile("brightline", deadline=None, print_blob=True)
hypothesis.settings.load_profile("brightline")

REPOSITORY = Path(__file__).resolve().parent.parent
TEMPLATE = "brightline_template"
MEMORY = Path("/dev/shm")
ROOM = 3 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """A database of one test, or one module: connection strings and connections that end with it."""

    name: str
    server: Server
    home: Home
    _stack: ExitStack = field(repr=False)

    def dsn(self, role: str) -> str:
        return self.server.dsn(role, self.name)

    @property
    def admin_dsn(self) -> str:
        return self.server.admin_dsn(self.name)

    @property
    def slot(self) -> str:
        return install.slot_name(self.name)

    def connect(self, role: str, *, autocommit: bool = True) -> psycopg.Connection:
        """A connection as this role, closed when the test ends."""
        return self._opened(connect(self.dsn(role)), autocommit)

    @property
    def admin(self) -> psycopg.Connection:
        """A new connection as the superuser, in autocommit."""
        return self._opened(connect(self.admin_dsn), True)

    def _opened(self, conn: psycopg.Connection, autocommit: bool) -> psycopg.Connection:
        conn.autocommit = autocommit
        self._stack.callback(conn.close)
        return conn


def _required(what: str) -> bool:
    return what in os.environ.get("BRIGHTLINE_REQUIRE", "").split(",")


def _absent(what: str, reason: str) -> None:
    """Skip, or fail where BRIGHTLINE_REQUIRE says that it must be there."""
    if _required(what):
        pytest.fail(f"BRIGHTLINE_REQUIRE names {what}: {reason}")
    skip(reason)


@contextmanager
def _locked(path: Path) -> Iterator[Path]:
    with path.open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield path


def pytest_configure(config: pytest.Config) -> None:
    """Choose the place of the run's server once: the workers are children of this process and find it chosen.

    From here on tests act as clients that have just read what they decide on (reading.py), and passwords are cheap.
    """
    os.environ.setdefault("BRIGHTLINE_TEST_PLACE", str(_roomy_place()))
    reading.install()
    hashing.cheapen()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[object]:
    """Collect without the collector of garbage: it would walk all modules again and again and find nothing to free.

    What is loaded then stays for the whole run, so that later rounds of the collector leave it out.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()


def pytest_unconfigure() -> None:
    """Let the interpreter tidy up: extensions complain at the end of what nobody freed."""
    gc.unfreeze()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        items[:] = spreading.ordered(items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    return spreading.scheduler(config, log) if config.getvalue("dist") == "loadscope" else None


def _roomy_place() -> Path:
    """The memory's own folder, if it has room and programs may run there; else that of temporary files.

    A clone is a copy of 1,200 small files: 0.1 s in memory, 1 to 2 s on a disk. Tests of power cuts, full disks and
    killed servers don't use this server but make durable ones of their own, on the disk.
    """
    if not os.access(MEMORY, os.W_OK):
        return Path(tempfile.gettempdir())
    place, known = os.statvfs(MEMORY), Path("/proc/meminfo").read_text()
    free = int(known.split("MemAvailable:")[1].split()[0]) << 10
    fits = place.f_bavail * place.f_frsize > ROOM and free > 2 * ROOM and not place.f_flag & os.ST_NOEXEC
    return MEMORY if fits else Path(tempfile.gettempdir())


def _run_folder() -> Path:
    """A short folder that all workers of this run agree on (socket paths have a limit)."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or f"alone {os.getpid()}"
    name = f"bl-{os.geteuid()}-{uuid.uuid5(uuid.NAMESPACE_OID, run).hex[:10]}"
    folder = Path(os.environ["BRIGHTLINE_TEST_PLACE"]) / name
    folder.mkdir(mode=0o711, exist_ok=True)
    return folder


def _alive(folder: Path) -> list[int]:
    """The test processes that use the folder's server and still live."""
    users = folder / "users"
    pids = json.loads(users.read_text() or "[]") if users.exists() else []
    return [pid for pid in pids if Path(f"/proc/{pid}").exists()]


def _sweep(current: Path) -> None:
    """End what a killed test run of this user has left behind."""
    places = {current.parent, MEMORY, Path(tempfile.gettempdir())}
    for folder in chain.from_iterable(place.glob(f"bl-{os.geteuid()}-*") for place in places):
        left = folder != current and (folder / "users").exists() and not _alive(folder)
        if left and folder.stat().st_uid == os.geteuid():
            embedded.destroy(Home.find(folder / "home"))
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The run's PostgreSQL with the template database made."""
    folder = _run_folder()
    home = Home.find(folder / "home")
    users = folder / "users"
    try:
        with _locked(folder / "lock"):
            _sweep(folder)
            users.write_text(json.dumps([*_alive(folder), os.getpid()]))
            started = embedded.start(home, durable=False, max_connections=200)
            reading.known(started)
            if not (folder / "template").exists():
                install.up(started.named(TEMPLATE))
                (folder / "template").touch()
        yield started
    finally:
        reading.forget()
        with _locked(folder / "lock"):
            left = [pid for pid in _alive(folder) if pid != os.getpid()]
            users.write_text(json.dumps(left))
            if not left:
                embedded.destroy(home)
        if not left:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _database(server: Server) -> Iterator[Database]:
    name = f"t_{uuid.uuid4().hex[:12]}"
    own = server.named(name)
    with connect(server.admin_dsn("postgres")) as conn, ExitStack() as stack:
        with _cloning(server):
            install.clone(conn, own, TEMPLATE)
        try:
            yield Database(name=name, server=own, home=Home(path=server.secrets.parent), _stack=stack)
        finally:
            stack.close()
            install.drop_database(conn, name)


@contextmanager
def _cloning(server: Server) -> Iterator[None]:
    # Two copies of one template at once would refuse each other.
    with _locked(server.secrets.parent / ".clone"):
        yield


@pytest.fixture
def db(server: Server) -> Iterator[Database]:
    """A fresh database for one test."""
    with _database(server) as database:
        yield database


@pytest.fixture(scope="module")
def module_db(server: Server) -> Iterator[Database]:
    """A database that the tests of one module share."""
    with _database(server) as database:
        yield database


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of shared test data: BRIGHTLINE_TEST_DATA, else ../shared/data beside the repository."""
    named = os.environ.get("BRIGHTLINE_TEST_DATA")
    folder = Path(named) if named else REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir() or not any(folder.iterdir()):
        _absent("data", f"no test data at {folder}; set BRIGHTLINE_TEST_DATA")
    return folder


@pytest.fixture(scope="session")
def browser() -> Path:
    """The system's Chromium."""
    named = os.environ.get("BRIGHTLINE_CHROMIUM")
    names = [named] if named else ["chromium", "chromium-browser", "google-chrome", "chrome"]
    for name in names:
        found = shutil.which(name)
        if found:
            return Path(found)
    _absent("browser", "no Chromium here; install it (apt-get install chromium) or set BRIGHTLINE_CHROMIUM")
    raise AssertionError("unreachable")


def _programme(name: str, *places: str) -> Path:
    """A test tool of the system, which scripts/setup-leak-tools installs; its licence or kind keeps it out of pip."""
    found = shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), *places]))
    if found is None:
        _absent(name, f"no {name} here; run scripts/setup-leak-tools as root, or apt-get install {name}")
        raise AssertionError("unreachable")
    return Path(found)


@pytest.fixture(scope="session")
def sqlsmith() -> Path:
    """The generator of random queries."""
    return _programme("sqlsmith")


@pytest.fixture(scope="session")
def pgbouncer() -> Path:
    """The connection pooler that sites put before PostgreSQL."""
    return _programme("pgbouncer", "/usr/sbin")
