"""The embedded PostgreSQL of one home: initdb, start, stop, status.

It listens on a Unix socket in a folder of 0700 and on no network address; every role needs its password
(scram-sha-256). As an ordinary user it runs as oneself; as root as the system user `brightline`, which owns
the cluster's folder and nothing else. It survives kill -9 and a reboot that gave its old process id to
another program.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import secrets as random
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psycopg

from brightline.model.errors import NotRunning
from brightline.store import engine
from brightline.store.home import SYSTEM_HOME, Home
from brightline.store.server import Server, role_password

SUPERUSER = "postgres"
PORT = 5432
# struct sockaddr_un holds 108 bytes, of which "/.s.PGSQL.5432.lock" and the final NUL take their part.
LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432")
LOCALES = ("C.UTF-8", "en_US.UTF-8", "C")
PATIENCE = 60.0
ELSEWHERE = "postgres.elsewhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What is there: `made` (initdb has run), `running`, the postmaster's process id, folder and socket."""

    made: bool
    running: bool
    pid: int | None
    folder: Path
    socket: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Where one home's cluster lies and who runs it."""

    home: Home
    owner: engine.Account
    folder: Path

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def socket(self) -> Path:
        return _socket_folder(self.folder)

    @property
    def programs(self) -> Path:
        return engine.programs(self.owner, owned(self.folder / "engine", self.owner))

    @property
    def startup_log(self) -> Path:
        return self.folder / "startup.log"


def start(home: Home, *, durable: bool = True, max_connections: int = 100) -> Server:
    """Start the home's PostgreSQL, making it first if need be. Running already: nothing happens.

    `durable=False` leaves out fsync: for tests only, a power cut would lose entries.
    """
    with _locked(home):
        _settle(home)
        cluster = cluster_of(home)
        owned(cluster.folder, cluster.owner)
        owned(cluster.socket, cluster.owner)
        if not _answers(cluster):
            if not (cluster.data / "PG_VERSION").exists():
                _initialise(cluster)
            _check_version(cluster)
            _renew_hba(cluster)
            _write_settings(cluster, durable=durable, max_connections=max_connections)
            _start(cluster)
        return server_of(home)


def stop(home: Home) -> bool:
    """Stop it; True if it ran. Open transactions are rolled back, what is committed is kept."""
    with _locked(home):
        cluster = cluster_of(home)
        if _running_pid(cluster) is None:
            return False
        command: list[str | Path] = [cluster.programs / "pg_ctl", "-D", cluster.data, "-w", "-t", "60", "stop", "-m"]
        code, said = engine.run(cluster.owner, [*command, "fast"], timeout=90)
        if code != 0 and _running_pid(cluster) is not None:
            code, said = engine.run(cluster.owner, [*command, "immediate"], timeout=90)
        if code != 0 and _running_pid(cluster) is not None:
            raise NotRunning(f"PostgreSQL doesn't stop: {said}", hint=f"See {cluster.data}/log.", code="wont_stop")
        return True


def status(home: Home) -> Status:
    """What is there, found without starting or changing anything."""
    cluster = cluster_of(home)
    pid = _running_pid(cluster)
    return Status(
        made=(cluster.data / "PG_VERSION").exists(),
        running=pid is not None,
        pid=pid,
        folder=cluster.folder,
        socket=cluster.socket,
    )


def destroy(home: Home) -> None:
    """Stop the server and delete its folder, data and all."""
    stop(home)
    cluster = cluster_of(home)
    shutil.rmtree(cluster.folder, ignore_errors=True)
    shutil.rmtree(cluster.socket, ignore_errors=True)
    (home.path / ELSEWHERE).unlink(missing_ok=True)


def server_of(home: Home) -> Server:
    """How to reach the home's server, whether it runs or not."""
    place = {"host": str(cluster_of(home).socket), "port": str(PORT)}
    return Server(place=place, superuser=SUPERUSER, secrets=home.path / "secrets")


def cluster_of(home: Home) -> Cluster:
    """The home's cluster: in the home, or where a note in the home says that it had to go."""
    note = home.path / ELSEWHERE
    folder = home.path / "postgres"
    if note.exists():
        folder = SYSTEM_HOME / "clusters" / Path(note.read_text().strip()).name
    return Cluster(home=home, owner=engine.account(), folder=folder)


@contextmanager
def unflushed(home: Home) -> Iterator[None]:
    """While this lasts the running server leaves it to the machine when its files reach the disk; then all of them do.

    For a demo's past alone, which nobody takes up again where it is half made. A start of the server ends it, too.
    """
    path = cluster_of(home).data / "brightline.conf"
    durable = path.read_text()
    with psycopg.connect(server_of(home).admin_dsn("postgres"), autocommit=True) as conn:
        try:
            path.write_text(durable.replace("fsync = on", "fsync = off"))
            conn.execute("SELECT pg_reload_conf()")
            yield
        finally:
            path.write_text(durable)
            conn.execute("SELECT pg_reload_conf()")
            conn.execute("CHECKPOINT")
            os.sync()


def _settle(home: Home) -> None:
    """Choose the cluster's place at its first start: the home, unless its user can't get there (/root, say).

    The place elsewhere has a name by chance, kept in the home: a home that is deleted and made again starts afresh,
    instead of meeting the former one's data with other passwords.
    """
    cluster = cluster_of(home)
    if cluster.folder.exists() or not cluster.owner.is_other:
        return
    if not engine.may_enter(cluster.owner, _nearest(home.path)):
        (home.path / ELSEWHERE).write_text(random.token_hex(8) + "\n")


def _nearest(path: Path) -> Path:
    """The nearest folder above that exists; the home itself will be open to passing through."""
    return next(parent for parent in path.parents if parent.exists())


def owned(path: Path, owner: engine.Account) -> Path:
    """A folder of 0700 that belongs to the cluster's owner; a parent made on the way can be passed through."""
    for parent in reversed(path.parents):
        if not parent.exists():
            parent.mkdir(mode=0o711)
    path.mkdir(mode=0o700, exist_ok=True)
    found = path.lstat()
    if path.is_symlink() or found.st_uid not in {owner.uid, os.geteuid()}:
        raise NotRunning(
            f"{path} belongs to another user (number {found.st_uid}).",
            hint="Run as that user, or set BRIGHTLINE_HOME to a folder of your own.",
            code="unsafe_folder",
        )
    if found.st_uid != owner.uid:
        os.chown(path, owner.uid, owner.gid)
    path.chmod(0o700)
    return path


@contextmanager
def _locked(home: Home) -> Iterator[None]:
    """Two processes may call `up` at once: one waits for the other."""
    home.folder("secrets")
    with _lock_file(home.path / ".lock") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _lock_file(path: Path) -> IO[str]:
    # Readable by its owner alone, so that no other local user can hold the lock and stop every command.
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "w")


def _short(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:16]


def _socket_folder(folder: Path) -> Path:
    near = folder / "socket"
    if len(os.fsencode(near)) <= LONGEST_SOCKET_FOLDER:
        return near
    if os.geteuid() == 0:
        return Path("/run/brightline") / _short(folder)
    # A fixed name, for every later command must find it: in /tmp its owner is checked before it is used.
    place = Path(os.environ.get("XDG_RUNTIME_DIR") or "/tmp")
    return place / f"brightline-{os.geteuid()}-{_short(folder)}"


def _initialise(cluster: Cluster) -> None:
    said = ""
    for locale in LOCALES:
        shutil.rmtree(cluster.data, ignore_errors=True)
        code, said = _initdb(cluster, locale)
        if code == 0:
            (cluster.data / "pg_hba.conf").write_text(_HBA)
            with (cluster.data / "postgresql.conf").open("a") as out:
                out.write("\ninclude 'brightline.conf'\n")
            return
    shutil.rmtree(cluster.data, ignore_errors=True)
    raise NotRunning(f"The database can't be made: {_last_lines(said)}", hint=_disk_hint(cluster), code="initdb")


def _initdb(cluster: Cluster, locale: str) -> tuple[int, str]:
    # Sorting is the builtin provider's, the same on every machine; the character classes that the text
    # parser and pg_trgm ask for still come from the system's locale.
    password = cluster.folder / f".initial-{random.token_hex(4)}"
    handle = os.open(password, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w") as out:
            out.write(role_password(cluster.home.secrets, SUPERUSER) + "\n")
        os.chown(password, cluster.owner.uid, cluster.owner.gid)
        words = ["--auth=scram-sha-256", "--encoding=UTF8", f"--username={SUPERUSER}", f"--pwfile={password}"]
        sorting = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", f"--locale={locale}"]
        more = ["--lc-messages=C", "--no-instructions", "--no-sync"]
        command: list[str | Path] = [cluster.programs / "initdb", "-D", cluster.data, *words, *sorting, *more]
        return engine.run(cluster.owner, command)
    finally:
        password.unlink(missing_ok=True)


# A walsender that names a database is matched by the line of all databases: what keeps our logins from starting one is
# that none has REPLICATION (store/roles.py).
_HBA = """# Written by brightline. The socket's folder is closed to others, and every role needs its password.
local replication postgres scram-sha-256
local replication all reject
local all all scram-sha-256
"""
_FORMER_HBA = """# Written by brightline. The socket's folder is closed to others, and every role needs its password.
local all all scram-sha-256
local replication postgres,brightline_backup scram-sha-256
"""


def _check_version(cluster: Cluster) -> None:
    made = (cluster.data / "PG_VERSION").read_text().strip()
    said = engine.run(cluster.owner, [cluster.programs / "postgres", "--version"])[1]
    found = re.search(r"\) (\d+)", said)
    ours = found.group(1) if found else "?"
    if made != ours:
        raise NotRunning(
            f"The data was made by PostgreSQL {made}; the programs are PostgreSQL {ours}.",
            hint="Back up with the former version and restore with this one (docs/operations).",
            code="major_version",
        )


def _renew_hba(cluster: Cluster) -> None:
    """Put ours in the place of a former version's; one that somebody changed is left alone."""
    path = cluster.data / "pg_hba.conf"
    if path.read_text() == _FORMER_HBA:
        path.write_text(_HBA)


def _write_settings(cluster: Cluster, *, durable: bool, max_connections: int) -> None:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20
    # A quarter of the memory is the usual advice; several homes may share a machine, so it stays below 2 GB.
    buffers = max(32, min(2048, memory // 4)) if durable else 128
    sync = "on" if durable else "off"
    text = _SETTINGS.format(
        socket=str(cluster.socket).replace("'", "''"),
        connections=max_connections,
        buffers=buffers,
        cache=max(64, memory // 2),
        work=8 if memory < 8192 else 16,
        maintenance=max(64, min(512, memory // 16)),
        sync=sync,
    )
    path = cluster.data / "brightline.conf"
    path.write_text(text)
    os.chown(path, cluster.owner.uid, cluster.owner.gid)
    path.chmod(0o600)


_SETTINGS = """# Written at every start by brightline; changes here are lost. Put yours into postgresql.auto.conf.
listen_addresses = ''
unix_socket_directories = '{socket}'
unix_socket_permissions = 0777
port = 5432
max_connections = {connections}
password_encryption = 'scram-sha-256'

# The ledger: entries are messages in the write-ahead log, kept until the sequencer has read them.
wal_level = logical
max_slot_wal_keep_size = -1
idle_replication_slot_timeout = 0
max_replication_slots = 64
max_wal_senders = 8
max_prepared_transactions = 0
fsync = {sync}
full_page_writes = {sync}
synchronous_commit = on

# Words that somebody searched for must not reach the server's log.
logging_collector = on
log_directory = 'log'
log_filename = 'postgresql-%a.log'
log_file_mode = 0600
log_truncate_on_rotation = on
log_rotation_age = 1d
log_rotation_size = 0
log_statement = none
log_min_error_statement = panic
log_min_duration_statement = -1
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_error_verbosity = terse
log_line_prefix = '%m [%p] %u@%d '
log_timezone = 'UTC'

shared_buffers = {buffers}MB
effective_cache_size = {cache}MB
work_mem = {work}MB
maintenance_work_mem = {maintenance}MB
max_wal_size = 2GB
random_page_cost = 1.1
jit = off
timezone = 'UTC'
datestyle = 'iso, ymd'
"""


def _start(cluster: Cluster) -> None:
    deadline = time.monotonic() + PATIENCE
    command: list[str | Path] = [
        cluster.programs / "pg_ctl",
        "-D",
        cluster.data,
        "-w",
        "-t",
        "60",
        "-l",
        cluster.startup_log,
        "start",
    ]
    while True:
        _clear_away(cluster, deadline)
        cluster.startup_log.unlink(missing_ok=True)
        begun = time.time()
        code, said = engine.run(cluster.owner, command, timeout=90)
        if code == 0:
            return
        said = _reasons(cluster, begun) or said
        # Without /proc the former server's children can't be seen, only met.
        if not any(word in said for word in ("shared memory", "lock file")) or time.monotonic() > deadline:
            break
        time.sleep(0.2)
    detail = f"PostgreSQL doesn't start: {_last_lines(said)}"
    raise NotRunning(detail, hint=f"{_disk_hint(cluster)} Its log: {cluster.data}/log.", code="wont_start")


def _clear_away(cluster: Cluster, deadline: float) -> None:
    """Take away what a killed server left: its process id may be another program's by now, or a dead child's.

    Every process of a cluster has the data folder as its working directory. While one lives, the files stay: after
    kill -9 of the first process the others need a moment to notice and end.
    """
    if not Path("/proc/self/cwd").exists():
        return
    while left := _processes(cluster.data):
        if time.monotonic() > deadline:
            numbers = ", ".join(str(pid) for pid in left)
            raise NotRunning(
                f"Processes of the former PostgreSQL still run: {numbers}.", hint="End them.", code="wont_start"
            )
        time.sleep(0.05)
    (cluster.data / "postmaster.pid").unlink(missing_ok=True)
    (cluster.socket / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)


def _reasons(cluster: Cluster, since: float) -> str:
    """What the server's own logs say went wrong since then."""
    logs = [path for path in (cluster.data / "log").glob("*.log") if path.stat().st_mtime >= since - 1]
    lines = []
    for path in (cluster.startup_log, *logs):
        if path.exists():
            lines += path.read_text(errors="replace").splitlines()[-20:]
    return "\n".join(line for line in lines if "FATAL" in line or "PANIC" in line or "HINT" in line)


def _processes(data: Path) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                place = os.readlink(entry / "cwd")
            except OSError:
                continue
            if place == str(data.resolve()):
                found.append(int(entry.name))
    return found


def _running_pid(cluster: Cluster) -> int | None:
    """The postmaster's process id if it lives and serves this very folder."""
    try:
        pid = int((cluster.data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None
    except PermissionError as error:
        raise NotRunning(
            f"{cluster.data} belongs to another user.",
            hint="Run as the user who made the installation.",
            code="unsafe_folder",
        ) from error
    if Path("/proc/self/cwd").exists():
        return pid if pid in _processes(cluster.data) else None
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    return pid


def _answers(cluster: Cluster) -> bool:
    """Whether it runs and takes connections; waits for one that is starting, or that was killed a moment ago."""
    deadline = time.monotonic() + PATIENCE
    while _running_pid(cluster) is not None:
        try:
            psycopg.connect(server_of(cluster.home).admin_dsn("postgres"), connect_timeout=5).close()
        except psycopg.OperationalError as error:
            if "password" in str(error):
                raise NotRunning(
                    f"The running PostgreSQL of {cluster.home.path} doesn't take the password in its secrets folder.",
                    hint=f"Bring back {cluster.home.path}/secrets/db-{SUPERUSER}.",
                    code="password",
                ) from error
            if time.monotonic() > deadline:
                raise NotRunning(f"PostgreSQL runs and doesn't answer: {error}", code="no_answer") from error
            time.sleep(0.05)
        else:
            return True
    return False


def _last_lines(said: str) -> str:
    return " ".join(line.strip() for line in said.splitlines()[-4:] if line.strip()) or "it said nothing."


def _disk_hint(cluster: Cluster) -> str:
    free = shutil.disk_usage(cluster.folder).free >> 20
    return "The disk is full." if free < 100 else f"{free} MB are free on its disk."
