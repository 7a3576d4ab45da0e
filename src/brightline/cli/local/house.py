"""up, down, status, init: one home's database, processes and first administrator."""

from __future__ import annotations

import getpass
import hashlib
import os
import secrets
import shutil
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import psycopg

import brightline
from brightline.cli.local import processes, supervisor
from brightline.cli.local.processes import Program
from brightline.ledger.keys import load_or_create
from brightline.model.errors import Conflict, NotRunning
from brightline.store import clock, connect, copies, embedded, engine, factors, install
from brightline.store.home import Home, private_folder
from brightline.store.server import Server
from brightline.wiring import providers
from brightline.wiring.objects import Credentials, exports_of, feed_roots, inbox_of, warehouse_of
from brightline.wiring.settings import Settings

Say = Callable[[str], None]
_OF_THE_DEMO = ("demo", "ledger", "inbox", "exports", "warehouse", "log", "run", "secrets")
_OF_THE_WORKER = (
    "BRIGHTLINE_DATABASE_URL",
    "BRIGHTLINE_ORIGIN",
    "BRIGHTLINE_TEST_DATA",
    "BRIGHTLINE_FEEDS",
    "BRIGHTLINE_WITNESSES",
    "BRIGHTLINE_WITNESS_QUORUM",
    "BRIGHTLINE_TSA_URL",
    "BRIGHTLINE_TSA_CERTIFICATES",
    "BRIGHTLINE_TSA_MINUTES",
    "BRIGHTLINE_INBOX_HOURS",
    "BRIGHTLINE_INTAKE_ROWS",
    "BRIGHTLINE_BOX",
)
_PATIENCE = 60.0
_FIRST_BEAT = 20.0
_TRIES = 50
_CODE_DAYS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Up:
    """What runs now."""

    url: str
    home: str
    started: bool
    port_taken: bool
    waits_for_setup: bool
    warnings: tuple[str, ...]


def up(settings: Settings, *, port: int | None, say: Say, copy: bool = True, past: datetime | None = None) -> Up:
    """Start what doesn't run yet: database, migrations, web process, worker. Idempotent.

    `past`: see install.up. While a demo's past is made nothing waits for a worker, and none is started: afterwards it
    does all of it at once.
    """
    home = settings.find_home()
    with supervisor.one_at_a_time(home):
        server, report = _prepare(settings, say=say, copy=copy, past=past)
        supervisor.forget_given_up(home)
        _end_former(home, report, say=say)
        running = processes.find(home, "api")
        started = running is None
        working = past is None or not _moved(server)
        wanted = port or settings.port
        # The worker first: while the log stands still nothing is answered, and it is the worker that moves it.
        if working and processes.find(home, "worker") is None:
            say("Starting the worker")
            start_worker(settings)
        if running is None:
            say("Starting the web process")
            free = _serve(settings, server, wanted)
        else:
            free = running.port or wanted
            _wait_until_healthy(home, f"http://{settings.host}:{free}", installation_of(server))
        url = f"http://{settings.host}:{free}"
        if working:
            processes.must_live(home, "worker")
            supervisor.begin(home)
        return Up(
            url=url,
            home=str(home.path),
            started=started,
            port_taken=started and free != wanted,
            waits_for_setup=_waits_for_setup(server),
            warnings=(*_warnings(), *_of_the_log(server), *_of_the_factors(server)),
        )


def _moved(server: Server) -> bool:
    with psycopg.connect(server.admin_dsn(), autocommit=True) as conn:
        return clock.stands(conn)


def prepare(settings: Settings, *, say: Say) -> Server:
    """Database up, migrated (a copy of it kept before), installed; folders and keys made."""
    return _prepare(settings, say=say, copy=True, past=None)[0]


def _prepare(settings: Settings, *, say: Say, copy: bool, past: datetime | None) -> tuple[Server, install.Report]:
    home = settings.find_home()
    say("Starting the database")
    url = settings.server_url()
    if url is None:
        server = embedded.start(home, max_connections=settings.max_connections)
    else:
        server = connect.server(home, url)
    report = install.up(server, say=say, before=lambda: copies.keep(home, server) if copy else None, past=past)
    copies.clear(home)
    if report.created:
        say(f"Made the database {report.dbname}")
    with psycopg.connect(server.admin_dsn(), autocommit=True) as conn:
        conn.execute("SELECT ledger.stop_after(%s, %s)", (settings.log_stop_minutes, f"system:{getpass.getuser()}"))
    _make_folders(home)
    return server, report


def _end_former(home: Home, report: install.Report, *, say: Say) -> None:
    """End the processes of a former version: they work for it until this one's database is ready, and not after."""
    running = [found for name in processes.NAMES if (found := processes.find(home, name))]
    if any(found.version != brightline.__version__ for found in running) or (running and report.migrated):
        say("Ending the former version's processes")
        for name in (supervisor.NAME, *processes.NAMES):
            processes.stop(home, name)


def _serve(settings: Settings, server: Server, wanted: int) -> int:
    """Start the web process on the next free port, which is returned.

    Between the look and the start another program, or another home's `up`, may take that port: then the next is tried.
    """
    home = settings.find_home()
    while True:
        port = _free_port(settings.host, wanted)
        start_api(settings, port)
        try:
            _wait_until_healthy(home, f"http://{settings.host}:{port}", installation_of(server))
        except NotRunning:
            if processes.find(home, "api") is not None or _is_free(settings.host, port):
                raise
            wanted = port + 1
        else:
            return port


def down(settings: Settings) -> dict[str, bool]:
    """End exactly this home's processes and its own database; what ran."""
    home = settings.find_home()
    with supervisor.one_at_a_time(home):
        ended = {name: processes.stop(home, name) for name in (supervisor.NAME, *processes.NAMES)}
        ended["database"] = False if settings.database_url else embedded.stop(home)
    return ended


def reset_demo(settings: Settings) -> None:
    """Delete a demo installation whole: processes, database, log, keys. Anything but a demo is refused."""
    home = settings.find_home()
    if not home.path.exists():
        return
    made = (home.path / "postgres").exists() or any((home.path / "ledger").glob("*"))
    if made and not (home.path / "demo").is_dir():
        raise Conflict(
            f"{home.path} isn't a demo installation, so nothing of it is deleted.",
            hint="Set BRIGHTLINE_HOME to the demo's folder.",
            code="not_a_demo",
        )
    down(settings)
    url = settings.server_url()
    if url is None:
        embedded.destroy(home)
    else:
        install.destroy(connect.server(home, url))
    for name in _OF_THE_DEMO:
        shutil.rmtree(home.path / name, ignore_errors=True)


def status(settings: Settings) -> dict[str, Any]:
    """What runs, without starting or changing anything."""
    home = settings.find_home()
    if not home.path.exists():
        return {"ok": False, "home": str(home.path), "url": None, "processes": {}, "health": None}
    found = {name: processes.find(home, name) for name in (*processes.NAMES, supervisor.NAME)}
    given_up = supervisor.read_given_up(home)
    database = embedded.status(home).running if settings.database_url is None else None
    api = found["api"]
    url = f"http://{settings.host}:{api.port}" if api else None
    health = _health(url) if url else None
    return {
        "ok": bool(health and health.get("status") == "ok" and found["worker"] and not given_up),
        "home": str(home.path),
        "url": url,
        "processes": {
            "database": "running" if database else "elsewhere" if database is None else "stopped",
            **{name: f"running as {one.pid}" if one else "stopped" for name, one in found.items()},
            **{name: f"stopped: {told['said']} since {told['at']}" for name, told in given_up.items()},
        },
        "health": health,
    }


def setup_code(server: Server) -> str:
    """A fresh one-time code for the first administrator; only its hash is kept, earlier ones end."""
    code = "-".join(secrets.token_hex(2) for _ in range(5))
    with psycopg.connect(server.admin_dsn(), autocommit=True) as conn, conn.transaction():
        if not _nobody_administers(conn):
            raise Conflict(
                "An administrator exists already.",
                hint="Sign in as one: brightline login --account NAME.",
                code="already_set_up",
            )
        conn.execute("UPDATE line.setup SET used = clock_timestamp() WHERE used IS NULL")
        conn.execute(
            "INSERT INTO line.setup (code_hash, expires) VALUES (%s, clock_timestamp() + make_interval(days => %s))",
            (hashlib.sha256(code.encode()).digest(), _CODE_DAYS),
        )
    return code


def _waits_for_setup(server: Server) -> bool:
    with psycopg.connect(server.admin_dsn(), autocommit=True) as conn:
        return _nobody_administers(conn)


def _nobody_administers(conn: psycopg.Connection[Any]) -> bool:
    row = conn.execute("SELECT NOT EXISTS (SELECT FROM line.role_grant WHERE role = 'admin')").fetchone()
    return bool(row and row[0])


def start_api(settings: Settings, port: int) -> None:
    """Start the web process, which gets its secrets through a pipe."""
    home = settings.find_home()
    server = connect.server(home, settings.server_url())
    given = Credentials(
        app=server.dsn("brightline_app"),
        policy=server.dsn("brightline_policy"),
        login=server.dsn("brightline_login"),
        receipt_key=_receipt_key(home, _origin(settings, server)),
        factor_key=home.factor_key().hex(),
        ledger=str(ledger_of(home)),
        inbox=str(inbox_of(home)),
        exports=str(exports_of(home)),
        feeds=[str(each) for each in feed_roots(home)],
        pool_size=settings.pool_size,
        public_url=settings.public_url or f"http://{settings.host}:{port}",
        providers=providers.load(home.path),
        installation=installation_of(server),
        intake_mb=settings.intake_mb,
    )
    words = ["brightline.api", "--host", settings.host, "--port", str(port)]
    program = Program(name="api", words=words, given=given.to_json(), env=processes.environment(home), port=port)
    processes.start(home, program)


def start_worker(settings: Settings) -> None:
    """Start the worker. It reads its own secrets, so it starts as who we are; it takes no requests from anybody."""
    home = settings.find_home()
    more = {"BRIGHTLINE_HOME": str(home.path)}
    for name in _OF_THE_WORKER:
        if name in os.environ:
            more[name] = os.environ[name]
    env = processes.environment(home, more)
    processes.start(home, Program(name="worker", words=["brightline.worker"], env=env, drop=False))


def _origin(settings: Settings, server: Server) -> str:
    return settings.origin or f"brightline.local/{installation_of(server)}"


def installation_of(server: Server) -> str:
    """The id under which this installation is known: made with its database, told by `/health`."""
    with psycopg.connect(server.admin_dsn(), autocommit=True) as conn:
        row = conn.execute("SELECT installation FROM line.state").fetchone()
    return str(row[0]) if row else "unknown"


def _receipt_key(home: Home, origin: str) -> str:
    return load_or_create(home.secrets / "receipt.key", f"{origin}/receipt").skey()


def ledger_of(home: Home) -> Path:
    """The published log's folder: open to all, since the web serves it to all."""
    return home.path / "ledger"


def _make_folders(home: Home) -> None:
    ledger = ledger_of(home)
    ledger.mkdir(exist_ok=True)
    ledger.chmod(0o755)
    private_folder(warehouse_of(home))
    owner = processes.drops_to()
    for folder in (inbox_of(home), exports_of(home)):
        folder.mkdir(mode=0o700, exist_ok=True)
        if owner is not None and folder.stat().st_uid != owner.uid:
            os.chown(folder, owner.uid, owner.gid)


def _warnings() -> tuple[str, ...]:
    if os.geteuid() == 0 and processes.drops_to() is None:
        return (
            f"The web process runs as root, because the user {engine.SYSTEM_USER} can't read this program's folder. "
            "Install it where others may read it, or run as an ordinary user.",
        )
    return ()


def _of_the_log(server: Server) -> tuple[str, ...]:
    """What keeps the log from going on; said at every start, for whoever starts it is who can mend it."""
    with psycopg.connect(server.admin_dsn(), autocommit=True) as conn:
        row = conn.execute("SELECT ledger.health() -> 'failing'").fetchone()
    return tuple(f"The log: {fault}." for fault in (row[0] if row else ()))


def _of_the_factors(server: Server) -> tuple[str, ...]:
    """Authenticators that the home's key doesn't open, which a restore without it brings."""
    with psycopg.connect(server.admin_dsn(), autocommit=True) as conn:
        told = factors.trouble(conn, server.secrets)
    return (told,) if told else ()


def _free_port(host: str, wanted: int) -> int:
    for port in range(wanted, min(wanted + _TRIES, 65_536)):
        if _is_free(host, port):
            return port
    raise NotRunning(f"No port from {wanted} on is free.", hint="Name one: brightline up --port N.", code="no_port")


def _is_free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _wait_until_healthy(home: Home, url: str, installation: str) -> None:
    """This home's web process answers; after a night without a worker, its first heartbeat is waited for, too."""
    until, first_beat = time.monotonic() + _PATIENCE, time.monotonic() + _FIRST_BEAT
    while time.monotonic() < until:
        processes.must_live(home, "api")
        health = _health(url)
        # Another home's process may answer there while ours is about to end for want of its port.
        ours = health and health.get("installation") == installation
        waits = health and health.get("ledger") == "stopped" and time.monotonic() < first_beat
        if health and ours and health.get("database") == "ok" and not waits:
            return
        time.sleep(0.1)
    raise NotRunning(f"{url} doesn't answer.", hint=f"Its log: {home.path}/log/api.log", code="not_healthy")


def _health(url: str) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = httpx.get(f"{url}/health", timeout=5).json()
    except (httpx.HTTPError, ValueError):
        return None
    return found
