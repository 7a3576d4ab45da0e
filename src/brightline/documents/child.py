"""Reading in a process of its own, which has little memory, little time and no secrets.

`python -m brightline.documents.child NAME MEDIA-TYPE` takes the file through its standard input and writes one JSON
line for each page, so that what was read before a limit was met is kept.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import resource
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import brightline
from brightline.documents.extract import Unreadable, pages_of
from brightline.documents.model import MOST_CHARACTERS, MOST_PAGES, Page, Reading, State

_MEBIBYTE = 1024 * 1024
_PLACES = threading.BoundedSemaphore(2)
"""As many files are read at once; further ones wait, so that uploads can't take the whole machine."""
_PACKAGES = Path(brightline.__file__).parent.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a reading may use. `seconds` bounds both the processor's time and the clock's."""

    seconds: int = 40
    memory: int = 1024 * _MEBIBYTE
    pages: int = MOST_PAGES
    characters: int = MOST_CHARACTERS


def read(content: bytes, name: str, media_type: str, limits: Limits | None = None) -> Reading:
    """Read a file in a child process. Never raises for what is in the file: the reading says what happened."""
    allowed = limits or Limits()
    if not content.strip():
        return Reading(state=State.EMPTY, reason="The file holds nothing.")
    with _PLACES, tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as written:
        given.write(content)
        given.seek(0)
        ended = _run(given.fileno(), written.fileno(), (name, media_type), allowed)
        written.seek(0)
        return _told(written, ended)


def _run(given: int, written: int, words: tuple[str, str], limits: Limits) -> str:
    """Start the child and wait; answers how it ended: done, slow or died."""
    command = [sys.executable, "-m", "brightline.documents.child", *words, json.dumps(_plain(limits))]
    # Nothing of our surroundings but where Python finds this package: no password, no address of a database.
    surroundings = {"PATH": os.defpath, "PYTHONPATH": str(_PACKAGES), "LC_ALL": "C.UTF-8"}
    try:
        ended = subprocess.run(
            command,
            stdin=given,
            stdout=written,
            stderr=subprocess.DEVNULL,
            env=surroundings,
            timeout=limits.seconds + 5,
            check=False,
            cwd=tempfile.gettempdir(),
        )
    except subprocess.TimeoutExpired:
        return "slow"
    return {0: "done", -24: "slow"}.get(ended.returncode, "died")


def _plain(limits: Limits) -> dict[str, int]:
    return {
        "seconds": limits.seconds,
        "memory": limits.memory,
        "pages": limits.pages,
        "characters": limits.characters,
    }


def _told(lines: Iterable[bytes], ended: str) -> Reading:
    """The child's lines as a reading."""
    pages: list[Page] = []
    total, format, last = 0, "", {}
    for line in lines:
        try:
            found = json.loads(line)
        except ValueError:
            break  # the child died in the middle of a line
        format = found.get("format", format)
        total = max(total, found.get("total", 0))
        if found.get("text"):
            pages.append(Page(number=found["page"], text=found["text"]))
        last = found
    return _judged(tuple(pages), total, format, last, ended)


def _judged(pages: tuple[Page, ...], total: int, format: str, last: dict[str, Any], ended: str) -> Reading:
    if "state" in last:
        state, reason = State(last["state"]), str(last["reason"])
    elif ended == "slow":
        state, reason = State.TOO_SLOW, "Reading it took too long."
    else:
        state, reason = State.BROKEN, "The file made its reader fail."
    if pages and state in (State.TOO_SLOW, State.TOO_LARGE, State.BROKEN):
        state, reason = State.EXTRACTED, f"{reason} {len(pages)} of {total} pages were read."
    return Reading(state=state, reason=reason, format=format, pages=pages, total=total)


# ------------------------------------------------------------------------------------ in the child itself


def _confine(limits: Limits) -> None:
    """Give up memory, time, files and further processes before the file is looked at."""
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 * _MEBIBYTE, 64 * _MEBIBYTE))
    resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


def _say(**told: Any) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


def main(words: list[str]) -> int:
    """Read the standard input under limits; the last line says how it ended."""
    name, media_type, given = words
    limits = Limits(**json.loads(given))
    logging.disable(logging.CRITICAL)
    content = sys.stdin.buffer.read()
    _confine(limits)
    try:
        _read(content, name, media_type, limits)
    except Unreadable as fault:
        _say(state=fault.state.value, reason=fault.reason)
    except MemoryError:
        _say(state=State.TOO_LARGE.value, reason="Reading it takes more memory than a file is given.")
    return 0


def _read(content: bytes, name: str, media_type: str, limits: Limits) -> None:
    format, pages = pages_of(content, name, media_type)
    _say(format=format)
    number = characters = 0
    for total, text in pages:
        if number >= limits.pages or characters + len(text) > limits.characters:
            _say(state=State.TOO_LARGE.value, reason="It holds more text than is kept of one file.")
            return
        number += 1
        characters += len(text)
        _say(page=number, total=total, text=text if text.strip() else "")
    _say(**_end(format, characters, number))


def _end(format: str, characters: int, pages: int) -> dict[str, str]:
    if characters > 0:
        return {"state": State.EXTRACTED.value, "reason": ""}
    if format == "pdf":
        reason = f"None of its {pages} pages holds text: it may be scanned, and no text recognition runs here."
        return {"state": State.EMPTY.value, "reason": reason}
    return {"state": State.EMPTY.value, "reason": "It holds no text."}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
