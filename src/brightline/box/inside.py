"""The box's own side: imports what it will need, closes itself in, then works. Started by starting.py, never by hand.

Its standard input is what it was given; each line it prints is one JSON object. The first says how it is closed.
"""

from __future__ import annotations

import datetime
import importlib
import io
import json
import logging
import pkgutil
import sys
from collections.abc import Callable
from typing import Any, BinaryIO, Protocol

from brightline.box.closing import NEEDED, Bounds, close

Say = Callable[..., None]


class Job(Protocol):
    """A module whose functions these are: `prepare` runs before the box closes, `work` in it."""

    def prepare(self, words: dict[str, Any]) -> None: ...

    def work(self, words: dict[str, Any], given: BinaryIO, say: Say) -> None: ...


def main(job: str, told: str) -> int:
    """Prepare, close, work. Without a whole box nothing is read, unless whoever started it said otherwise."""
    order = json.loads(told)
    logging.disable(logging.CRITICAL)
    worker: Job = importlib.import_module(job)
    worker.prepare(order["words"])
    means = close(Bounds(**order["bounds"]), order["user"])
    _say(box=means)
    sys.stdout = _Unheard()
    if not order["partial"] and not all(means[name] for name in NEEDED):
        return 0
    try:
        worker.work(order["words"], sys.stdin.buffer, _say)
    except MemoryError:
        _say(ended="memory")
    return 0


_output = sys.stdout.buffer


class _Unheard(io.TextIOBase):
    """Where words go that a job prints: they would stand among its lines."""

    def write(self, text: str) -> int:
        return len(text)


def _say(**told: Any) -> None:
    _output.write(json.dumps(told, default=_plain).encode("utf-8", "surrogatepass") + b"\n")
    _output.flush()


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, (datetime.date, datetime.time)) else str(value)


def preload(*packages: str) -> None:
    """Import packages with all that is in them: codecs and tables are otherwise read when they are first needed."""
    for name in packages:
        package = _tried(name)
        for found in pkgutil.walk_packages(getattr(package, "__path__", []), f"{name}.", onerror=lambda _: None):
            _tried(found.name)


def _tried(name: str) -> Any:
    # Parts for other systems, or with libraries that aren't here, are left out.
    try:
        return importlib.import_module(name)
    except Exception:
        return None
