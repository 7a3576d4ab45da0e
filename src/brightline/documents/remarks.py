"""What has to be said of a reading: what wasn't read, and what stands in the text that nobody sees on the page."""

from __future__ import annotations

from collections.abc import Iterable

LONGEST = 480
NAMED = 4
"""So many names are told; of the rest, how many."""


class Remarks:
    """Gathered while a file is read, told in plain sentences at its end."""

    def __init__(self) -> None:
        self._told: dict[str, None] = {}
        self._pages: dict[str, list[int]] = {}

    def say(self, sentence: str) -> None:
        """One sentence, once."""
        self._told[sentence] = None

    def page(self, what: str, number: int) -> None:
        """The same of several pages is one sentence; `what` goes on after “Page 3: ”."""
        self._pages.setdefault(what, []).append(number)

    def __str__(self) -> str:
        pages = [f"{_numbers(found)}: {what}" for what, found in self._pages.items()]
        said = " ".join([*pages, *self._told])
        return said if len(said) <= LONGEST else said[: LONGEST - 1].rsplit(" ", 1)[0] + "…"


def counted(number: int, one: str, many: str = "") -> str:
    """“1 attachment”, “2 attachments”."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def named(names: Iterable[str]) -> str:
    """Some names, and how many more there are."""
    found = [name.strip()[:60] for name in names if name.strip()]
    more = len(found) - NAMED
    return ", ".join(found[:NAMED]) + (f" and {more} more" if more > 0 else "")


def _numbers(found: list[int]) -> str:
    if len(found) == 1:
        return f"Page {found[0]}"
    runs: list[list[int]] = []
    for number in found:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    said = [str(first) if first == last else f"{first} to {last}" for first, last in runs]
    return "Pages " + named(said) if len(said) > NAMED else "Pages " + ", ".join(said)
