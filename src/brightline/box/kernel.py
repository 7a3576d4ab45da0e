"""What the kernel is asked for, by number: Python has no words for it, and a library would be one more to trust.

Each function raises OSError when the kernel refuses or lacks what it is asked; nothing here decides what that means.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
from collections.abc import Sequence

_libc = ctypes.CDLL(None, use_errno=True)

NEW_USER, NEW_NET, NEW_MOUNT, NEW_IPC, NEW_UTS = 0x10000000, 0x40000000, 0x00020000, 0x08000000, 0x04000000
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
_CAPABILITY_VERSION = 0x20080522

# The numbers of these three are the same on every machine.
_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446
READ_FILE, READ_DIR = 1 << 2, 1 << 3
_RIGHTS_OF = {1: 13, 2: 14, 3: 15, 4: 15}
"""How many rights over files each version of Landlock knows; from the fifth on, sixteen."""


def _call(number: int, *words: object) -> int:
    done = int(_libc.syscall(ctypes.c_long(number), *words))
    if done < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return done


def _checked(done: int) -> None:
    if done != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def _prctl(option: int, value: int) -> None:
    _checked(_libc.prctl(option, ctypes.c_ulong(value), ctypes.c_ulong(0), ctypes.c_ulong(0), ctypes.c_ulong(0)))


def no_new_privileges() -> None:
    """No program that is started may have more rights than this process."""
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)


def not_dumpable() -> None:
    """No other process of the same user may look into this one."""
    _prctl(_PR_SET_DUMPABLE, 0)


def die_with_parent() -> None:
    """This process is killed when the thread that started it ends, and with it whenever its process does."""
    _prctl(_PR_SET_PDEATHSIG, 9)


def unshare(flags: int) -> None:
    """Leave the namespaces of the machine for new, empty ones."""
    _checked(_libc.unshare(ctypes.c_int(flags)))


def mount(source: str, target: str, kind: str, flags: int, data: str = "") -> None:
    """Mount something in this process's own namespace."""
    _checked(_libc.mount(source.encode(), target.encode(), kind.encode(), ctypes.c_ulong(flags), data.encode()))


READ_ONLY, NO_SUID, NO_DEVICES, BIND, RECURSIVE, PRIVATE = 1, 2, 4, 4096, 16384, 1 << 18


def drop_capabilities() -> None:
    """Give up every capability, as a new user namespace hands out all of them."""
    header = struct.pack("Ii", _CAPABILITY_VERSION, 0)
    _checked(_libc.capset(header, struct.pack("6I", *(0,) * 6)))


# ---------------------------------------------------------------------------------------- Landlock: files


def landlock_version() -> int:
    """Which version of Landlock the kernel has; 0 without."""
    try:
        return _call(_LANDLOCK_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint(1))
    except OSError:
        return 0


def landlock(readable: Sequence[int]) -> int:
    """From now on only what lies under these open folders can be read, and nothing written; the version that does it.

    Where the version knows them, TCP, abstract sockets and signals to others are closed as well.
    """
    version = landlock_version()
    if version == 0:
        raise OSError(errno.ENOSYS, "the kernel has no Landlock")
    rights = (1 << _RIGHTS_OF.get(version, 16)) - 1
    words = [rights, *([3] if version >= 4 else []), *([3] if version >= 6 else [])]
    told = struct.pack(f"{len(words)}Q", *words)
    ruleset = _call(_LANDLOCK_CREATE, told, ctypes.c_size_t(len(told)), ctypes.c_uint(0))
    try:
        for folder in readable:
            rule = struct.pack("=Qi", READ_FILE | READ_DIR, folder)
            _call(_LANDLOCK_ADD, ctypes.c_int(ruleset), ctypes.c_int(1), rule, ctypes.c_uint(0))
        _call(_LANDLOCK_RESTRICT, ctypes.c_int(ruleset), ctypes.c_uint(0))
    finally:
        os.close(ruleset)
    return version


# ------------------------------------------------------------------------- seccomp: which calls there are

_ARCHES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1), "riscv64": (0xC00000F3, 1)}
_SECCOMP = {"x86_64": 317, "aarch64": 277, "riscv64": 277}

_ALLOWED: dict[str, tuple[int | None, int | None]] = {
    # What reads, writes and closes that which is open already.
    "read": (0, 63), "write": (1, 64), "readv": (19, 65), "writev": (20, 66), "pread64": (17, 67), "close": (3, 57),
    "lseek": (8, 62), "fstat": (5, 80), "dup": (32, 23), "fadvise64": (221, 223), "poll": (7, None),
    "ppoll": (271, 73), "select": (23, None), "pselect6": (270, 72),
    # Memory.
    "mmap": (9, 222), "mprotect": (10, 226), "munmap": (11, 215), "mremap": (25, 216), "brk": (12, 214),
    "madvise": (28, 233), "membarrier": (324, 283),
    # What says what is there; Landlock says of which files.
    "newfstatat": (262, 79), "stat": (4, None), "lstat": (6, None), "statx": (332, 291), "access": (21, None),
    "faccessat": (269, 48), "faccessat2": (439, 439), "readlink": (89, None), "readlinkat": (267, 78),
    "getdents64": (217, 61), "getcwd": (79, 17),
    # Signals to itself, waiting, time, chance.
    "rt_sigaction": (13, 134), "rt_sigprocmask": (14, 135), "rt_sigreturn": (15, 139), "sigaltstack": (131, 132),
    "restart_syscall": (219, 128), "futex": (202, 98), "sched_yield": (24, 124), "sched_getaffinity": (204, 123),
    "nanosleep": (35, 101), "clock_nanosleep": (230, 115), "clock_gettime": (228, 113), "clock_getres": (229, 114),
    "gettimeofday": (96, 169), "time": (201, None), "getrandom": (318, 278), "getrusage": (98, 165),
    "times": (100, 153),
    # Who and where it is; how it ends.
    "getpid": (39, 172), "gettid": (186, 178), "getppid": (110, 173), "getuid": (102, 174), "geteuid": (107, 175),
    "getgid": (104, 176), "getegid": (108, 177), "uname": (63, 160), "sysinfo": (99, 179), "getrlimit": (97, 163),
    "arch_prctl": (158, None), "set_robust_list": (273, 99), "rseq": (334, 293), "exit": (60, 93),
    "exit_group": (231, 94),
}  # fmt: skip
_Numbers = tuple[int | None, int | None]
"""On x86_64, and on the machines of the generic list."""
_OPEN: _Numbers = (2, None)
_OPENAT = (257, 56)
_IOCTL, _FCNTL, _TGKILL, _PRLIMIT, _CLONE3 = (16, 29), (72, 25), (234, 131), (302, 261), (435, 435)
_WRITING = 0o1 | 0o2 | 0o100 | 0o1000
"""O_WRONLY, O_RDWR, O_CREAT, O_TRUNC."""
_FCNTLS = (0, 1, 2, 3, 1030)
"""Doubling a descriptor, its own flags, and how it was opened."""

_ALLOW, _KILL = 0x7FFF0000, 0x80000000


def _refused(code: int) -> int:
    return 0x00050000 | code


_LOAD, _EQUAL, _ANY_BIT, _RETURN = 0x20, 0x15, 0x45, 0x06
Step = tuple[int, int, int, int]


def _word(index: int) -> Step:
    """Loads the lower half of an argument (these machines are little-endian)."""
    return (_LOAD, 0, 0, 16 + 8 * index)


def _when(number: int, steps: Sequence[Step]) -> list[Step]:
    """Steps for one call, the last of which answers; for any other they are passed over."""
    return [(_EQUAL, 0, len(steps), number), *steps]


def _answer(value: int) -> Step:
    return (_RETURN, 0, 0, value)


def _reading(argument: int) -> list[Step]:
    """Opening is allowed where no flag speaks of writing."""
    return [_word(argument), (_ANY_BIT, 1, 0, _WRITING), _answer(_ALLOW), _answer(_refused(errno.EPERM))]


def _one_of(argument: int, values: Sequence[int]) -> list[Step]:
    steps = [_word(argument)]
    for value in values:
        steps += [(_EQUAL, 0, 1, value), _answer(_ALLOW)]
    return [*steps, _answer(_refused(errno.EPERM))]


def _program(arch: int, column: int) -> list[Step]:
    """Allowed is what is named; anything else doesn't exist for this process."""
    special: list[tuple[_Numbers, list[Step]]] = [
        (_OPEN, _reading(1)),
        (_OPENAT, _reading(2)),
        # As on a pipe: Python then sets its flags by fcntl.
        (_IOCTL, [_answer(_refused(errno.ENOTTY))]),
        (_FCNTL, _one_of(1, _FCNTLS)),
        (_TGKILL, _one_of(0, (os.getpid(),))),
        (_PRLIMIT, _one_of(0, (0,))),
        (_CLONE3, [_answer(_refused(errno.ENOSYS))]),
    ]
    steps: list[Step] = [(_LOAD, 0, 0, 4), (_EQUAL, 1, 0, arch), _answer(_KILL), (_LOAD, 0, 0, 0)]
    for numbers, block in special:
        number = numbers[column]
        if number is not None:
            steps += _when(number, block)
    for numbers in _ALLOWED.values():
        number = numbers[column]
        if number is not None:
            steps += _when(number, [_answer(_ALLOW)])
    return [*steps, _answer(_refused(errno.EPERM))]


class _Filter(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_void_p))


def seccomp() -> None:
    """From now on this process has the calls named above: none of sockets, processes, writing or mounting."""
    machine = platform.machine()
    if machine not in _ARCHES:
        raise OSError(errno.ENOSYS, f"no list of calls for {machine}")
    steps = _program(*_ARCHES[machine])
    packed = b"".join(struct.pack("HBBI", *step) for step in steps)
    kept = ctypes.create_string_buffer(packed, len(packed))
    told = _Filter(len(steps), ctypes.cast(kept, ctypes.c_void_p))
    # SECCOMP_SET_MODE_FILTER for every thread of this process.
    done = _call(_SECCOMP[machine], ctypes.c_uint(1), ctypes.c_uint(1), ctypes.byref(told))
    if done != 0:
        raise OSError(errno.EBUSY, "a thread can't be closed in")
