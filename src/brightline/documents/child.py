"""Reading in the box: a process with little memory, little time, no files, no network and no secrets.

The file goes in through its standard input; each page comes out as a line, so that what was read before a limit was
met is kept.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, BinaryIO

from brightline.box.closing import Bounds
from brightline.box.inside import Say, preload
from brightline.box.starting import Box, Stopped
from brightline.documents.extract import pages_of, rehearsal
from brightline.documents.formats import Unreadable
from brightline.documents.model import MOST_CHARACTERS, MOST_PAGES, Page, Reading, State
from brightline.documents.remarks import Remarks

_MEBIBYTE = 1024 * 1024
PLACES = 2
"""As many files are read at once; further ones wait, so that uploads can't take the whole machine."""
_PLACES = threading.BoundedSemaphore(PLACES)
_MOST_SAID = 256 * _MEBIBYTE
"""Far more than the characters that are kept take, written as JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a reading may use. `seconds` bounds both the processor's time and the clock's."""

    seconds: int = 40
    memory: int = 1024 * _MEBIBYTE
    pages: int = MOST_PAGES
    characters: int = MOST_CHARACTERS

    def bounds(self) -> Bounds:
        """The same for the box; how much it says is bounded by what is kept of a file."""
        return Bounds(seconds=self.seconds, wall=self.seconds + 65, memory=self.memory, output=_MOST_SAID)


def read(content: bytes, name: str, media_type: str, limits: Limits | None = None, box: Box | None = None) -> Reading:
    """Read a file in a box. Never raises for what is in the file: the reading says what happened.

    Raises NotRunning where the kernel can't close the box.
    """
    allowed = limits or Limits()
    if not content.strip():
        return Reading(state=State.EMPTY, reason="The file holds nothing.")
    words = {"name": name, "media_type": media_type, "pages": allowed.pages, "characters": allowed.characters}
    with (
        _PLACES,
        contextlib.closing((box or Box()).run(__name__, words, given=content, bounds=allowed.bounds())) as lines,
    ):
        return _told(lines)


def _told(lines: Iterable[dict[str, Any]]) -> Reading:
    """The box's lines as a reading. They come from where a hostile file was read, so that each is looked at."""
    pages: list[Page] = []
    total, format, last, ended = 0, "", {}, "done"
    try:
        for found in lines:
            format = str(found.get("format", format))[:20]
            total = max(total, int(found.get("total", 0)))
            if found.get("text"):
                pages.append(Page(number=int(found["page"]), text=str(found["text"])))
            last = found
    except Stopped as stop:
        ended = stop.how
    except (TypeError, ValueError, KeyError):
        ended = "died"
    return _judged(tuple(pages), total, format, last, ended)


_ENDINGS = {
    "slow": (State.TOO_SLOW, "Reading it took too long."),
    "memory": (State.TOO_LARGE, "Reading it takes more memory than a file is given."),
    "full": (State.TOO_LARGE, "It holds more text than is kept of one file."),
}
_FAILED = (State.BROKEN, "The file made its reader fail.")


def _judged(pages: tuple[Page, ...], total: int, format: str, last: dict[str, Any], ended: str) -> Reading:
    state, reason = _ENDINGS.get(ended, _FAILED)
    if ended == "done" and last.get("state") in {each.value for each in State}:
        state, reason = State(last["state"]), str(last.get("reason", ""))[:500]
    if pages and state in (State.TOO_SLOW, State.TOO_LARGE, State.BROKEN):
        told = f"{reason} {len(pages)} of {total} pages were read. {last.get('remarks', '')}"
        state, reason = State.EXTRACTED, told.strip()[:500]
    if state is State.EXTRACTED and not pages:
        state, reason = _FAILED
    return Reading(
        state=state, reason=reason, format=format, pages=() if state is not State.EXTRACTED else pages, total=total
    )


# ------------------------------------------------------------------------------------ in the box itself


def prepare(words: dict[str, Any]) -> None:
    """Everything the parsers import late, while Python's files can be reached."""
    preload("encodings", "chardet", "email", "html", "lxml", "pypdf", "docx")
    for sample in rehearsal():
        with contextlib.suppress(Exception):
            list(pages_of(sample, "", "")[1])


def work(words: dict[str, Any], given: BinaryIO, say: Say) -> None:
    """Read the standard input; the last line says how it ended."""
    try:
        _read(given.read(), words, say)
    except Unreadable as fault:
        say(state=fault.state.value, reason=fault.reason)
    except RecursionError:
        say(state=State.BROKEN.value, reason="Its parts lie in each other without end.")


def _read(content: bytes, words: dict[str, Any], say: Say) -> None:
    remarks = Remarks()
    format, pages = pages_of(content, words["name"], words["media_type"], remarks)
    say(format=format)
    number = characters = 0
    for total, text in pages:
        if number >= words["pages"] or characters + len(text) > words["characters"]:
            say(
                state=State.TOO_LARGE.value, reason="It holds more text than is kept of one file.", remarks=str(remarks)
            )
            return
        number += 1
        characters += len(text.strip())
        say(page=number, total=total, text=text if text.strip() else "")
    say(**_end(format, characters, number, str(remarks)))


def _end(format: str, characters: int, pages: int, remarks: str) -> dict[str, str]:
    if characters > 0:
        return {"state": State.EXTRACTED.value, "reason": remarks}
    if format == "pdf":
        reason = f"None of its {pages} pages holds text: it may be scanned, and no text recognition runs here."
        told = remarks if "letters can't be told" in remarks else reason
        return {"state": State.EMPTY.value, "reason": told}
    return {"state": State.EMPTY.value, "reason": f"It holds no text. {remarks}".strip()}
