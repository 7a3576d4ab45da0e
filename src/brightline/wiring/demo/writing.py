"""How sources write the same name: another order, initials, no accents, a slip of the finger, another script."""

from __future__ import annotations

from functools import cache, lru_cache
from unicodedata import combining, normalize

import icu

from brightline.wiring.demo.chance import Stream

SCRIPTS = (
    "Latin-Cyrillic",
    "Latin-Greek",
    "Latin-Armenian",
    "Latin-Devanagari",
    "Latin-Katakana",
    "Latin-Hangul",
    "Latin-Thai",
    "Latin-Hebrew",
    "Latin-Arabic",
)
_KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_LETTERS = str.maketrans({"ø": "o", "Ø": "O", "æ": "ae", "ð": "d", "ı": "i", "ł": "l", "Ł": "L", "ß": "ss"})


@cache
def _transliterator(script: str) -> icu.Transliterator:
    return icu.Transliterator.createInstance(f"Latin-ASCII; {script}")


@lru_cache(maxsize=200_000)
def in_script(text: str, script: str) -> str:
    """The text in another script, by ICU's rules; cached, since the parts of names repeat."""
    return str(_transliterator(script).transliterate(text))


@lru_cache(maxsize=200_000)
def plain(text: str) -> str:
    """Latin letters without marks."""
    kept = "".join(c for c in normalize("NFD", text.translate(_LETTERS)) if not combining(c))
    return kept.replace("'", "").replace("’", "")


def slip(text: str, chance: Stream, i: int) -> str:
    """One slip of the finger inside a word: two letters swapped, one lost, one doubled or a neighbour key hit."""
    if len(text) < 5:
        return text
    at = 1 + chance.below(len(text) - 3, i, 91)
    kind = chance.below(4, i, 92)
    before, letter, following, after = text[:at], text[at], text[at + 1], text[at + 2 :]
    if " " in (letter, following):
        return text
    if kind == 0:
        return before + following + letter + after
    if kind == 1:
        return before + following + after
    if kind == 2:
        return before + letter + letter + following + after
    return before + _neighbour(letter, chance, i) + following + after


def _neighbour(letter: str, chance: Stream, i: int) -> str:
    for row in _KEYBOARD:
        at = row.find(letter)
        if at >= 0:
            return row[at - 1] if at and chance.happens(50, i, 93) else row[min(at + 1, len(row) - 1)]
    return letter


def as_written(given: str, family: str, chance: Stream, i: int) -> str:
    """The name as one source happens to hold it. Which way it is written depends on the source and the row alone."""
    way = chance.below(100, i, 90)
    if way < 52:
        return f"{given} {family}"
    if way < 66:
        return f"{family.upper()}, {given}"
    if way < 78:
        return plain(f"{given} {family}")
    if way < 86:
        return f"{given[0]}. {family}"
    if way < 94:
        return slip(f"{given} {family}", chance, i)
    script = chance.pick(SCRIPTS, i, 94)
    return " ".join(in_script(part, script) for part in (given + " " + family).split(" "))


def phone_as_written(area: int, line: int, chance: Stream, i: int) -> str:
    """A telephone number in one of the forms people type."""
    way = chance.below(4, i, 95)
    tail = f"{line:04d}"
    if way == 0:
        return f"+1 {area} 555 {tail}"
    if way == 1:
        return f"({area}) 555-{tail}"
    if way == 2:
        return f"{area}-555-{tail}"
    return f"+1{area}555{tail}"
