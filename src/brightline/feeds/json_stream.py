"""JSON as it is written: read one value after the other, numbers kept to the letter, a key that comes twice told.

A whole document in memory takes six times its size, and Python's own reader makes 9.007199254740994e+16 of an
identifier that ends in .0, takes the last of two equal keys, and knows NaN, which JSON doesn't.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import IO, Any

import orjson

from brightline.model.errors import InputFaults

BLOCK = 1 << 18
LONGEST = 256 << 20
"""Characters of one value: PostgreSQL keeps no longer one."""

_SPACE = re.compile(r"[ \t\r\n]*")
_HUGE = re.compile(r"[eE][+-]?\d{4,}$")


class Number(str):
    """A number as it is written."""

    __slots__ = ()


class Doubtful:
    """Stands where JSON says something that can't be kept: a key twice, NaN, a number beyond all bounds."""

    __slots__ = ("value", "why")

    def __init__(self, why: str, value: Any = None) -> None:
        self.why = why
        self.value = value


def _object(pairs: list[tuple[str, Any]]) -> Any:
    made = dict(pairs)
    if len(made) == len(pairs):
        return made
    names = [name for name, _ in pairs]
    return Doubtful(f"it has {next(name for name in names if names.count(name) > 1)!r} twice", made)


def _number(text: str) -> Number | Doubtful:
    return Doubtful(f"{text[:40]} is no number that can be kept") if _HUGE.search(text) else Number(text)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_float=_number,
    parse_int=Number,
    parse_constant=lambda text: Doubtful(f"{text} is no number"),
)


def decoded(text: str) -> Any:
    """One whole value."""
    return _DECODER.decode(text)


def doubt(value: Any) -> str | None:
    """The first thing in it that can't be kept."""
    if isinstance(value, Doubtful):
        return value.why
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return next((found for one in inner if (found := doubt(one)) is not None), None)


def written(value: Any) -> bytes:
    """As JSON again, with its numbers to the letter."""
    return orjson.dumps(_fragments(value))


def _fragments(value: Any) -> Any:
    if isinstance(value, Number):
        return orjson.Fragment(str(value))
    if isinstance(value, Mapping):
        return {name: _fragments(one) for name, one in value.items()}
    return [_fragments(one) for one in value] if isinstance(value, (list, tuple)) else value


class Stream:
    """The values of a text, one after the other, with as much of it in memory as the longest takes."""

    def __init__(self, name: str, text: IO[str]) -> None:
        self._name = name
        self._text = text
        self._held = ""
        self._at = 0
        self._ended = False
        self.lines = 1

    def peek(self) -> str:
        """The next character that isn't space; '' at the end."""
        while True:
            found = _SPACE.match(self._held, self._at)
            end = found.end() if found else self._at
            self.lines += self._held.count("\n", self._at, end)
            self._at = end
            if self._at < len(self._held) or not self._more():
                return self._held[self._at : self._at + 1]

    def take(self, wanted: str) -> None:
        """The next character, which must be this one."""
        if self.peek() != wanted:
            raise self.broken(f"{wanted!r} is missing")
        self._at += 1

    def value(self) -> Any:
        """The next value, whole."""
        self.peek()
        size = BLOCK
        while True:
            try:
                made, end = _DECODER.raw_decode(self._held, self._at)
            except json.JSONDecodeError as error:
                if not self._more(size):
                    raise self.broken(error.msg) from None
                size *= 2
                continue
            # A number may go on in what isn't read yet.
            if end == len(self._held) and self._more(size):
                continue
            self.lines += self._held.count("\n", self._at, end)
            self._at = end
            return made

    def items(self) -> Iterator[Any]:
        """The values of the list that begins here."""
        self.take("[")
        if self.peek() == "]":
            self.take("]")
            return
        while True:
            yield self.value()
            if self.peek() == "]":
                self.take("]")
                return
            self.take(",")

    def enter(self, name: str) -> bool:
        """Into the field of this name of the object that begins here; what comes before it is left out."""
        self.take("{")
        while self.peek() not in ("}", ""):
            found = self.value()
            self.take(":")
            if found == name:
                return True
            self.value()
            if self.peek() == ",":
                self.take(",")
        return False

    def _more(self, size: int = BLOCK) -> bool:
        if self._ended:
            return False
        fresh = self._text.read(size)
        self._held, self._at = self._held[self._at :] + fresh, 0
        self._ended = not fresh
        if len(self._held) > LONGEST:
            raise self.broken(f"a value is longer than {LONGEST >> 20} MB")
        return not self._ended

    def broken(self, why: str) -> InputFaults:
        """What is wrong, and where."""
        detail = f"{self._name} isn't whole JSON: {why} at line {self.lines}."
        return InputFaults(detail, hint="The state before stays as it was.", code="json")
