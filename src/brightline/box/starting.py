"""The other side of a box: starts it, gives it what it may have, takes what it says, and ends it in time."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import brightline
from brightline.box import closing
from brightline.box.closing import NEEDED, Bounds
from brightline.model.errors import NotRunning

_START = 60.0
"""Seconds in which a box must have closed itself; what it may use of the clock counts from then on."""
_PACKAGES = str(Path(brightline.__file__).parent.parent)
_PROGRAM = (
    "import sys; sys.path.append(sys.argv[1]); from brightline.box.inside import main; sys.exit(main(*sys.argv[2:]))"
)


Mend = Callable[[bytes], bytes]


class Stopped(Exception):
    """A box that didn't come to its end: `how` is slow, full, memory, or died."""

    def __init__(self, how: str) -> None:
        super().__init__(how)
        self.how = how


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """How boxes are started here. `partial`: the site takes boxes that the kernel can't close whole."""

    partial: bool = False

    def run(
        self,
        job: str,
        words: Mapping[str, Any],
        *,
        given: bytes = b"",
        folder: Path | None = None,
        bounds: Bounds | None = None,
        mend: Mend | None = None,
    ) -> Generator[dict[str, Any], None, None]:
        """What the job says, line by line; Stopped when it ends otherwise than by itself.

        Leaving the loop ends the box. `given` is its standard input; `folder` is all it can read beside Python,
        and becomes its own: it should have been made for it.
        `mend` has each line before it is read.
        """
        limits = bounds or Bounds()
        with contextlib.ExitStack() as stack:
            place = folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="brightline-box-")))
            user = closing.free_user()
            _hand_over(place, user)
            order = {"words": dict(words), "bounds": asdict(limits), "partial": self.partial, "user": user}
            with _Child(job, json.dumps(order), place, given, limits, mend or bytes) as child:
                yield from child.told(self.partial)


WHOLE = Box()


def _hand_over(place: Path, user: int) -> None:
    """The folder is the box's own: where we are root, nobody else may read what it is given."""
    if os.geteuid() == 0:
        for path in (place, *place.rglob("*")):
            os.chown(path, user, user, follow_symlinks=False)


@dataclass(slots=True)
class _Child:
    """One process in a session of its own: no terminal, no descriptors, no environment."""

    job: str
    order: str
    folder: Path
    given: bytes
    bounds: Bounds
    mend: Mend
    _process: subprocess.Popen[bytes] = field(init=False)
    _begun: float = field(init=False)
    _heard: bool = field(init=False, default=False)

    def __enter__(self) -> _Child:
        command = [sys.executable, "-I", "-X", "utf8", "-c", _PROGRAM, _PACKAGES, self.job, self.order]
        self._begun = time.monotonic()
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            cwd=self.folder,
            start_new_session=True,
        )
        threading.Thread(target=self._give, name="box input", daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self._process.kill()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def _give(self) -> None:
        assert self._process.stdin is not None
        # A box that has ended takes no more.
        with contextlib.suppress(OSError):
            self._process.stdin.write(self.given)
        with contextlib.suppress(OSError):
            self._process.stdin.close()

    def told(self, partial: bool) -> Iterator[dict[str, Any]]:
        """The lines. The first isn't passed on, but to those who take any box: it says how this one is closed."""
        lines = self._lines()
        first = next(lines, None)
        if first is None:
            raise NotRunning("The box couldn't be closed.", hint="`brightline doctor` says what is wrong.", code="box")
        refuse_open(first.get("box", {}), partial)
        if partial:
            yield first
        for line in lines:
            if line.get("ended") == "memory":
                raise Stopped("memory")
            yield line

    def _lines(self) -> Iterator[dict[str, Any]]:
        held, total = b"", 0
        for part in self._parts():
            total += len(part)
            *whole, held = (held + part).split(b"\n")
            if (
                total > self.bounds.output
                or len(held) > self.bounds.line
                or any(len(x) > self.bounds.line for x in whole)
            ):
                raise Stopped("full")
            yield from (_object(self.mend(line)) for line in whole)
        ended = self._process.wait(timeout=self._left())
        if ended != 0:
            raise Stopped("slow" if ended in (-signal.SIGXCPU, -signal.SIGKILL) else "died")

    def _parts(self) -> Iterator[bytes]:
        """Whatever comes, as it comes. Time that passes while nobody asks counts too: the box waits then."""
        assert self._process.stdout is not None
        source = self._process.stdout.fileno()
        with selectors.DefaultSelector() as ready:
            ready.register(source, selectors.EVENT_READ)
            while True:
                if not ready.select(min(self._left(), self.bounds.idle if self._heard else _START)):
                    raise Stopped("slow")
                part = os.read(source, 1 << 20)
                if not part:
                    return
                if not self._heard:
                    self._heard, self._begun = True, time.monotonic()
                yield part

    def _left(self) -> float:
        left = (self.bounds.wall if self._heard else _START) - (time.monotonic() - self._begun)
        if left <= 0:
            raise Stopped("slow")
        return left


def _object(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        raise Stopped("died") from None
    if not isinstance(found, dict):
        raise Stopped("died")
    return found


def refuse_open(means: Mapping[str, Any], partial: bool) -> None:
    """Refuses a box that isn't closed as it should be."""
    missing = [name for name in NEEDED if not means.get(name)]
    if missing and not partial:
        raise NotRunning(
            f"What strangers sent isn't read here: this kernel can't close the box ({', '.join(missing)}).",
            hint="Use a kernel with Landlock and seccomp, or take the risk with BRIGHTLINE_BOX=partial.",
            code="box",
        )
