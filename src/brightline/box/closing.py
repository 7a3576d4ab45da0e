"""Closing the box from inside: each means is tried, what is closed by none of them is told."""

from __future__ import annotations

import contextlib
import os
import resource
import secrets
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

import brightline
from brightline.box import kernel

FILES, NETWORK, PROCESSES = "files", "network", "processes"
NEEDED = (FILES, NETWORK, PROCESSES)
"""What must be closed; its own user is one more wall, and no box is refused for the want of it."""

_FIRST_USER, _USERS = 60_578, 600
"""Numbers that neither Linux distributions nor systemd give to anybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What a box may use. `seconds` are the processor's, `wall` the clock's once the box is closed, `idle` those
    of silence; `output` and `line` bound what it says."""

    seconds: int = 40
    wall: int = 120
    idle: int = 3600
    memory: int = 1 << 30
    output: int = 64 << 20
    line: int = 16 << 20


def free_user() -> int:
    """A number for one box: nobody's, and most likely no other box's."""
    return _FIRST_USER + secrets.randbelow(_USERS)


def close(bounds: Bounds, user: int) -> dict[str, str]:
    """Closes this process in, in its present folder; by which means each thing is closed ('' where by none).

    What has to be read from disk later must lie in the folder or belong to Python; what has to be imported should
    have been, since the box's user may not be allowed to go where Python lies.
    """
    parent, root = os.getppid(), os.geteuid() == 0
    _limit(bounds)
    kernel.no_new_privileges()
    spaces = _namespaces(root)
    if root and spaces:
        _uncover(_python())
    files = _files()
    own = _own_user(user) if root else ("user namespace" if spaces else "")
    if not root and spaces:
        kernel.drop_capabilities()
    kernel.not_dumpable()
    kernel.die_with_parent()
    if os.getppid() != parent:
        os._exit(1)
    os.closerange(3, 1 << 16)
    os.environ.clear()
    calls = _calls()
    network = " and ".join(part for part in ("namespace" if spaces else "", calls) if part)
    return {"user": own, FILES: files, NETWORK: network if calls else "", PROCESSES: calls}


def _limit(bounds: Bounds) -> None:
    """Memory, time, no file that grows, no core, no further process. Descriptors are few."""
    resource.setrlimit(resource.RLIMIT_AS, (bounds.memory, bounds.memory))
    resource.setrlimit(resource.RLIMIT_CPU, (bounds.seconds, bounds.seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


def _namespaces(root: bool) -> bool:
    """Whether this process has left the machine's network, mounts and queues. Others aren't hidden by a namespace of
    processes: that takes a further process, and neither a signal nor /proc reaches them from here anyway."""
    wanted = kernel.NEW_NET | kernel.NEW_MOUNT | kernel.NEW_IPC | kernel.NEW_UTS
    try:
        kernel.unshare(wanted if root else wanted | kernel.NEW_USER)
    except OSError:
        return False
    return True


def _uncover(folders: list[Path]) -> None:
    """Where Python lies in a folder that is root's alone, the box sees an empty folder with Python in it."""
    with contextlib.suppress(OSError):
        kernel.mount("none", "/", "", kernel.PRIVATE | kernel.RECURSIVE)
        kept = {folder: os.open(folder, os.O_PATH | os.O_DIRECTORY) for folder in folders}
        for folder, held in kept.items():
            covered = next((each for each in reversed(folder.parents) if not each.stat().st_mode & 0o001), None)
            if covered is not None:
                kernel.mount("none", str(covered), "tmpfs", kernel.NO_SUID | kernel.NO_DEVICES, "mode=755,size=64k")
            if not folder.exists():
                folder.mkdir(parents=True)
                kernel.mount(f"/proc/self/fd/{held}", str(folder), "", kernel.BIND | kernel.RECURSIVE)


def _files() -> str:
    """By Landlock, or else by a root folder in which there is nothing else."""
    opened = [os.open(folder, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC) for folder in (Path(), *_python())]
    try:
        return f"Landlock {kernel.landlock(opened)}"
    except OSError:
        pass
    finally:
        for folder in opened:
            os.close(folder)
    try:
        os.chroot(".")
        os.chdir("/")
    except OSError:
        return ""
    return "a root of its own"


def _python() -> list[Path]:
    """Where Python and this package lie: what is imported late is read from there, and nothing of it is secret."""
    named = {Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    # Packages of another environment that this one was given; not whatever else stands on the path.
    named |= {Path(name) for name in sys.path if name.endswith(("/site-packages", "/dist-packages"))}
    return [folder for folder in sorted({*named, Path(brightline.__file__).parent}) if folder.is_dir()]


def _own_user(number: int) -> str:
    try:
        os.setgroups([])
        os.setresgid(number, number, number)
        os.setresuid(number, number, number)
    except OSError:
        return ""
    return "a user of its own"


def _calls() -> str:
    try:
        kernel.seccomp()
    except OSError:
        return ""
    return "seccomp"
