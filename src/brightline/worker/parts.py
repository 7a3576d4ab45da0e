"""The worker's parts: threads that are watched, and the heartbeat that says in the database what each last finished.

A part whose thread ends though nobody asked it to ends the whole process: half a worker looks alive and isn't. Whoever
started it (`brightline up`, systemd) starts it again, and what was begun is found again.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from brightline.model.errors import BrightlineError

log = logging.getLogger(__name__)

PAUSE = 5.0
"""Seconds between two heartbeats."""
ENDED = 70
"""How the process ends when one of its parts did."""


def end_process() -> None:
    """At once: what still runs in other threads can't be trusted to end, and is made again after the next start."""
    logging.shutdown()
    os._exit(ENDED)


@dataclass(slots=True)
class Part:
    """One part: since when it runs, when it last finished a turn, since when its turns have failed and how."""

    name: str
    begun: float
    seen: float | None = None
    failing: float | None = None
    fault: str = ""

    def turned(self) -> None:
        """A turn went well."""
        self.seen, self.failing, self.fault = time.monotonic(), None, ""

    def failed(self, fault: str) -> None:
        """A turn ended in a fault."""
        self.failing, self.fault = self.failing or time.monotonic(), fault

    def told(self, now: float) -> dict[str, Any]:
        """For `ledger.beat`: ages in seconds."""
        ages = {"begun": self.begun, "seen": self.seen, "failing": self.failing}
        return {"part": self.name, "fault": self.fault} | {k: None if v is None else now - v for k, v in ages.items()}


@dataclass(slots=True)
class Parts:
    """All parts of one process; `end` is what happens when one ends by itself."""

    stop: threading.Event
    end: Callable[[], None] = end_process
    threads: list[threading.Thread] = field(default_factory=list)
    known: dict[str, Part] = field(default_factory=dict)

    def part(self, name: str) -> Part:
        """The part of that name, from now on told of."""
        return self.known.setdefault(name, Part(name=name, begun=time.monotonic()))

    def start(self, name: str, act: Callable[[], None]) -> threading.Thread:
        """Run `act`, which returns only when the process was asked to end, in a watched thread of that name."""
        self.part(name)
        thread = threading.Thread(target=self._watched, args=(name, act), name=name, daemon=True)
        self.threads.append(thread)
        thread.start()
        return thread

    def again(self, name: str, act: Callable[[], int], pause: float) -> threading.Thread:
        """Run `act` again and again, whatever happens in between, until the end."""
        return self.start(name, lambda: self._again(self.part(name), act, pause))

    def told(self) -> list[dict[str, Any]]:
        """What each part last did."""
        now = time.monotonic()
        return [part.told(now) for part in list(self.known.values())]

    def _watched(self, name: str, act: Callable[[], None]) -> None:
        try:
            act()
        except BaseException:
            log.critical("the worker's part %s ended by a fault, so the worker ends", name, exc_info=True)
            self.end()
            return
        if not self.stop.is_set():
            log.critical("the worker's part %s ended though nobody asked it to, so the worker ends", name)
            self.end()

    def _again(self, part: Part, act: Callable[[], int], pause: float) -> None:
        while not self.stop.wait(pause):
            try:
                act()
                part.turned()
            except (psycopg.Error, BrightlineError, OSError) as error:
                log.error("%s: %s", part.name, type(error).__name__)
                part.failed(type(error).__name__)
            except Exception as error:
                log.exception("%s", part.name)
                part.failed(type(error).__name__)


class Heart:
    """Says in the database, as brightline_sequencer, that the worker and its parts live."""

    def __init__(self, dsn: str, parts: Parts) -> None:
        self._dsn, self._parts = dsn, parts

    def once(self) -> int:
        """One beat; how many parts were told of."""
        told = self._parts.told()
        with psycopg.connect(self._dsn, autocommit=True, application_name="heart", prepare_threshold=None) as conn:
            # Nothing is lost with a beat that a crash takes along, so it needn't wait for the disk.
            conn.execute("SET synchronous_commit = off")
            conn.execute("SELECT ledger.beat(%s, %s)", (os.getpid(), Jsonb(told)))
        return len(told)
