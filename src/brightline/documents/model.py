"""What became of a document when it was read, and in which portions its text is kept.

    unread ──read──▶ extracted
                 └─▶ empty | encrypted | broken | unsupported | too_large | too_slow  ──read again──▶ …

The file itself is kept by its hash before anybody tries to read it; a reading that fails states why and loses nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

LONGEST_PAGE = 20_000
MOST_PAGES = 2_000
MOST_CHARACTERS = 5_000_000
BATCH_PAGES = 50
BATCH_CHARACTERS = 500_000


class State(StrEnum):
    """How a reading ended."""

    EXTRACTED = "extracted"
    EMPTY = "empty"
    ENCRYPTED = "encrypted"
    BROKEN = "broken"
    UNSUPPORTED = "unsupported"
    TOO_LARGE = "too_large"
    TOO_SLOW = "too_slow"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page, or a portion of a text that has none. `number` counts from 1."""

    number: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was read: the pages that hold text, how many there are in all, and what has to be said of it."""

    state: State
    reason: str = ""
    format: str = ""
    pages: tuple[Page, ...] = ()
    total: int = 0

    @property
    def characters(self) -> int:
        return sum(len(page.text) for page in self.pages)


def portions(text: str, longest: int = LONGEST_PAGE) -> Iterator[str]:
    """A text without pages, cut at white space into portions; together they are the text."""
    rest = text
    while len(rest) > longest:
        cut = max(rest.rfind("\n", longest // 2, longest), rest.rfind(" ", longest // 2, longest))
        cut = longest if cut < 0 else cut + 1
        yield rest[:cut]
        rest = rest[cut:]
    if rest.strip():
        yield rest


def batches(pages: Sequence[Page]) -> Iterator[tuple[Page, ...]]:
    """Pages in portions that one act can store in its time; at least one, so that an empty reading is told too."""
    batch: list[Page] = []
    size = 0
    for page in pages:
        if batch and (len(batch) >= BATCH_PAGES or size + len(page.text) > BATCH_CHARACTERS):
            yield tuple(batch)
            batch, size = [], 0
        batch.append(page)
        size += len(page.text)
    yield tuple(batch)


def storable(text: str) -> str:
    """Text as PostgreSQL can hold it: no NUL, no half of a surrogate pair."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
