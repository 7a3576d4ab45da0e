"""A job that tries to get out: what `brightline doctor` and the tests put into a box to see whether it holds.

Each attempt says whether it got anywhere. In a whole box none does.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import socket
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from brightline.box.inside import Say

_libc = ctypes.CDLL(None, use_errno=True)


def prepare(words: dict[str, Any]) -> None:
    """Nothing is needed but what is imported above."""


def work(words: dict[str, Any], given: BinaryIO, say: Say) -> None:
    """Every attempt, or the one thing that is to be eaten up."""
    if "eat" in words:
        _EATING[words["eat"]](say)
    for name, attempt in _ATTEMPTS.items():
        say(attempt=name, got=_got(attempt, words))


def _got(attempt: Callable[[dict[str, Any]], str], words: dict[str, Any]) -> str:
    """What it got; '' when it was refused, which is what ought to happen."""
    try:
        return attempt(words)
    except (OSError, RuntimeError, ValueError, ImportError):
        return ""


def _each(acts: list[Callable[[], object]]) -> str:
    """What the first of several ways got."""
    for number, act in enumerate(acts):
        with contextlib.suppress(OSError, RuntimeError, ValueError):
            return f"way {number}: {str(act())[:60]}"
    return ""


def _secret(words: dict[str, Any]) -> str:
    return _each([Path(path).read_bytes for path in words["secrets"]])


def _folders(words: dict[str, Any]) -> str:
    return _each([partial(os.listdir, path) for path in ("/", "/etc", "/tmp", "/proc", *words["folders"])])


def _others(words: dict[str, Any]) -> str:
    """The process that started the box, by /proc, by signals, and by a debugger's call."""
    parent = words["parent"]
    names = ("environ", "mem", "maps", "cmdline", "root", "cwd")
    ways: list[Callable[[], object]] = [partial(os.open, f"/proc/{parent}/{name}", os.O_RDONLY) for name in names]
    return _each(
        [*ways, lambda: os.kill(parent, 0), lambda: os.pidfd_open(parent), lambda: _raw("ptrace", 16, parent, 0, 0)]
    )


def _raw(name: str, *words: Any) -> str:
    if getattr(_libc, name)(*words) < 0:
        raise OSError(ctypes.get_errno(), name)
    return name


def _network(words: dict[str, Any]) -> str:
    def tcp() -> object:
        return socket.create_connection(("127.0.0.1", words["port"]), timeout=2)

    def local() -> object:
        found = socket.socket(socket.AF_UNIX)
        found.connect(words["socket"])
        return found

    kinds = [partial(socket.socket, socket.AF_INET, kind) for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM)]
    return _each([tcp, local, *kinds, lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW), socket.socketpair])


def _process(words: dict[str, Any]) -> str:
    def forked() -> object:
        child = os.fork()
        if child == 0:
            os._exit(0)
        return child

    def threaded() -> object:
        threading.Thread(target=int).start()
        return "a thread"

    spawned = lambda: os.posix_spawn("/bin/true", ["true"], {})  # noqa: E731
    return _each([forked, spawned, threaded, lambda: os.execv("/bin/true", ["true"])])


def _writing(words: dict[str, Any]) -> str:
    ways: list[Callable[[], object]] = []
    for folder in (".", "/tmp", "/dev/shm", *words["folders"]):
        path = os.path.join(folder, "written")
        ways += [
            partial(Path(path).write_bytes, b"x"),
            partial(os.mkdir, path),
            partial(os.symlink, "/", path),
        ]
    ours = words["secrets"][0]  # of the others none is tried: a box that leaks should do no harm
    ways += [partial(os.chmod, ours, 0o666), partial(os.truncate, ours, 0), partial(os.unlink, ours)]
    return _each([*ways, lambda: os.memfd_create("x")])


def _descriptors(words: dict[str, Any]) -> str:
    return _each([partial(os.fstat, number) for number in range(3, 256)])


def _environment(words: dict[str, Any]) -> str:
    held = _libc.getenv(b"PATH") or os.environ
    return _each([lambda: Path("/proc/self/environ").read_bytes()]) or ("a variable" if held else "")


def _rights(words: dict[str, Any]) -> str:
    def raised() -> object:
        resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        return "more memory"

    return _each(
        [
            raised,
            lambda: os.setuid(0),
            lambda: _raw("unshare", 0x10000000),
            lambda: os.chroot("/"),
            lambda: _raw("mount", b"x", b"/", b"tmpfs", 0, 0),
        ]
    )


_ATTEMPTS: dict[str, Callable[[dict[str, Any]], str]] = {
    "a secret": _secret,
    "a folder": _folders,
    "another process": _others,
    "the network": _network,
    "a file written": _writing,
    "a descriptor": _descriptors,
    "a variable": _environment,
    "more rights": _rights,
    "a process": _process,
}


def _memory(say: Say) -> None:
    held = []
    while True:
        held.append(bytearray(64 << 20))


def _time(say: Say) -> None:
    signal.signal(signal.SIGXCPU, signal.SIG_IGN)
    while True:
        pass


def _sleep(say: Say) -> None:
    while True:
        time.sleep(60)


def _talk(say: Say) -> None:
    while True:
        say(text="x" * 100_000)


def _line(say: Say) -> None:
    while True:
        os.write(1, b"x" * 65_536)


_EATING = {"memory": _memory, "time": _time, "sleep": _sleep, "talk": _talk, "line": _line}
