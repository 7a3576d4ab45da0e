"""The web process and the worker: started, found again, ended. Only what a home's own files name is touched.

A process is known by its number and the moment it started, kept in HOME/run: a number alone may belong to another
program after a reboot.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import brightline
from brightline.model.errors import BrightlineError, NotRunning
from brightline.store import engine
from brightline.store.home import Home

NAMES = ("api", "worker")
_PATIENCE = 15.0
_TAIL = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A process of this home."""

    name: str
    pid: int
    started: str
    port: int | None = None
    version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What is started: a module with arguments, what it reads from its standard input, its environment."""

    name: str
    words: Sequence[str]
    given: str = ""
    env: Mapping[str, str]
    port: int | None = None
    drop: bool = True


def start(home: Home, program: Program) -> Running:
    """Start it apart from this terminal, its output into HOME/log, and remember it."""
    log = home.folder("log") / f"{program.name}.log"
    identity = _identity() if program.drop else {}
    with open(log, "ab", opener=_closed_to_others) as out:
        child = subprocess.Popen(
            [sys.executable, "-m", *program.words],
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd="/",
            env=dict(program.env),
            start_new_session=True,
            **identity,  # type: ignore[call-overload]
        )
    assert child.stdin is not None
    try:
        child.stdin.write(program.given.encode() + b"\n")
        child.stdin.close()
    except BrokenPipeError:
        raise _died(home, program.name) from None
    running = Running(
        name=program.name, pid=child.pid, started=_born(child.pid), port=program.port, version=brightline.__version__
    )
    kept = {"pid": running.pid, "started": running.started, "port": running.port, "version": running.version}
    _file(home, program.name).write_text(json.dumps(kept))
    return running


def find(home: Home, name: str) -> Running | None:
    """The home's process of that name, if it lives."""
    try:
        kept = json.loads(_file(home, name).read_text())
        found = Running(
            name=name,
            pid=int(kept["pid"]),
            started=str(kept["started"]),
            port=kept.get("port"),
            version=str(kept.get("version", "")),
        )
    except (FileNotFoundError, ValueError, KeyError):
        return None
    return found if _born(found.pid) == found.started != "" else None


def port_of_api(home: Home) -> int | None:
    """Where the home's API answers, as far as this user may know; makes nothing and changes nothing."""
    try:
        running = find(home, "api") if (home.path / "run").is_dir() else None
    except (BrightlineError, PermissionError):
        return None
    return running.port if running else None


def stop(home: Home, name: str) -> bool:
    """Ask it to end, and end it if it doesn't; whether it ran."""
    found = find(home, name)
    if found is None:
        _file(home, name).unlink(missing_ok=True)
        return False
    _signal(found.pid, signal.SIGTERM)
    until = time.monotonic() + _PATIENCE
    while find(home, name) is not None and time.monotonic() < until:
        time.sleep(0.05)
    if find(home, name) is not None:
        _signal(found.pid, signal.SIGKILL)
    _file(home, name).unlink(missing_ok=True)
    return True


def must_live(home: Home, name: str) -> None:
    """Raise with the end of its log if it died."""
    if find(home, name) is None:
        raise _died(home, name)


def environment(home: Home, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """A child's environment: nothing of ours but what it needs."""
    kept = {
        key: os.environ[key]
        for key in ("PATH", "PYTHONPATH", "LANG", "TZ", "BRIGHTLINE_LOG_LEVEL")
        if key in os.environ
    }
    return {**kept, "PYTHONUNBUFFERED": "1", "HOME": str(home.path), **(more or {})}


def drops_to() -> engine.Account | None:
    """The user that children become when root starts them; None when that user can't read the program."""
    if os.geteuid() != 0:
        return None
    owner = engine.account()
    needed = (Path(sys.prefix), Path(sys.base_prefix), Path(__file__).parent)
    return owner if all(engine.may_enter(owner, place) for place in needed) else None


def _identity() -> dict[str, object]:
    owner = drops_to()
    return {} if owner is None else {"user": owner.uid, "group": owner.gid, "extra_groups": []}


def _closed_to_others(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _file(home: Home, name: str) -> Path:
    return home.folder("run") / f"{name}.json"


def _born(pid: int) -> str:
    """When a process started, in the kernel's clock ticks since boot; '' when it isn't there or has ended."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return _born_without_proc(pid)
    except ProcessLookupError:
        return ""
    fields = text.rpartition(")")[2].split()
    if fields[0] in {"Z", "X"}:
        _reap(pid)
        return ""
    return fields[19]


def _born_without_proc(pid: int) -> str:
    if Path("/proc/self").exists():
        return ""
    done = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return done.stdout.strip()


def _reap(pid: int) -> None:
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return


def _signal(pid: int, which: signal.Signals) -> None:
    try:
        os.kill(pid, which)
    except ProcessLookupError:
        return


def _died(home: Home, name: str) -> NotRunning:
    log = home.path / "log" / f"{name}.log"
    tail = log.read_bytes()[-_TAIL:].decode(errors="replace").strip().splitlines() if log.exists() else []
    last = tail[-1] if tail else "it said nothing"
    return NotRunning(f"The {name} process ended: {last}", hint=f"Its log: {log}", code="process_ended")
