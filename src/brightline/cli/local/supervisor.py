"""Keeps one home running: what ended without being asked is started again, ever more slowly, and given up loudly.

A process of its own (`keeping`) runs beside what `brightline up` has started, in the foreground and detached
alike. What it gave up is written to HOME/run/given-up.json, where `brightline status` and `up` find it; the next `up`
tries again.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from brightline.cli.local import processes
from brightline.model.errors import BrightlineError
from brightline.store.home import Home
from brightline.wiring.settings import PREFIX

log = logging.getLogger(__name__)

NAME = "supervisor"
LOOK = 1.0
"""Seconds between two looks."""
MOST, WITHIN = 5, 300.0
"""So many starts within so many seconds, and a part is given up."""
FIRST = "database"
"""Without it no other part starts."""
_GIVEN_UP = "given-up.json"
_NOT_FOR_IT = ("BRIGHTLINE_TOKEN", "BRIGHTLINE_PURPOSE", "BRIGHTLINE_INQUIRY", "BRIGHTLINE_URL")


@dataclass(slots=True)
class Kept:
    """One part: whether it lives, how it is started, when it was."""

    name: str
    lives: Callable[[], bool]
    start: Callable[[], None]
    starts: deque[float] = field(default_factory=deque)
    not_before: float = 0.0

    def due(self, now: float) -> bool:
        """Whether it is to be started now."""
        while self.starts and self.starts[0] < now - WITHIN:
            self.starts.popleft()
        return now >= self.not_before

    def begin(self, now: float) -> None:
        """Start it; the more often it was, the longer the next start waits."""
        self.starts.append(now)
        self.not_before = now + min(2.0 ** (len(self.starts) - 1), 60.0)
        log.error("the %s ended by itself: starting it again (%d of %d)", self.name, len(self.starts), MOST)
        try:
            self.start()
        except (BrightlineError, OSError) as error:
            log.error("the %s doesn't start: %s", self.name, error)


class Supervisor:
    """Looks after `parts` in the order in which one needs the other."""

    def __init__(self, home: Home, parts: Mapping[str, Kept]) -> None:
        self._home, self._parts = home, parts

    def run(self, ended: threading.Event) -> None:
        """Until it is asked to end."""
        while not ended.wait(LOOK):
            with one_at_a_time(self._home, wait=False) as mine:
                if mine and not ended.is_set():
                    self.look(time.monotonic())

    def look(self, now: float) -> None:
        """Start what has ended; give up what has ended too often."""
        given_up = read_given_up(self._home)
        for name, part in self._parts.items():
            if name in given_up or part.lives():
                continue
            if part.due(now):
                if len(part.starts) >= MOST:
                    self._give_up(part, given_up)
                else:
                    part.begin(now)
            if name == FIRST:
                return

    def _give_up(self, part: Kept, before: dict[str, Any]) -> None:
        said = f"ended {len(part.starts)} times within {WITHIN / 60:g} minutes; it isn't started any more"
        log.critical("the %s %s: its log is %s/log/%s.log", part.name, said, self._home.path, part.name)
        at = datetime.now(UTC).isoformat(timespec="seconds")
        part.starts.clear()
        (self._home.folder("run") / _GIVEN_UP).write_text(
            json.dumps({**before, part.name: {"at": at, "starts": MOST, "said": said}})
        )


def read_given_up(home: Home) -> dict[str, Any]:
    """What was given up since the last `up`: {part: {at, starts, said}}."""
    try:
        found = json.loads((home.path / "run" / _GIVEN_UP).read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def forget_given_up(home: Home) -> None:
    """Everything may be started again."""
    (home.folder("run") / _GIVEN_UP).unlink(missing_ok=True)


def begin(home: Home) -> None:
    """Start the supervisor apart from this terminal, unless it runs."""
    if processes.find(home, NAME) is None:
        mine = {k: v for k, v in os.environ.items() if k.startswith(PREFIX) and k not in _NOT_FOR_IT}
        env = processes.environment(home, {**mine, "BRIGHTLINE_HOME": str(home.path)})
        processes.start(home, processes.Program(name=NAME, words=["brightline.cli.local.keeping"], env=env, drop=False))


@contextlib.contextmanager
def one_at_a_time(home: Home, *, wait: bool = True) -> Iterator[bool]:
    """Whoever starts or ends the parts of a home does so alone; False when somebody else is at it and we don't wait."""
    with (home.folder("run") / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
