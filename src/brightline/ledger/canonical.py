"""The one way in which heads and bodies are written, told apart from everything else that JSON allows.

A text is canonical when it is exactly one JSON object and

    - nothing stands before or after it, and within it one space after each comma and colon (as PostgreSQL writes
      jsonb), or none at all (as the sequencer writes its own entries), and no other space;
    - its strings escape only `"`, `\\` and what lies below U+0020, each in its shortest form, in lower-case hex;
    - its numbers are plain decimals, without exponent, plus sign or leading zeros;
    - no object in it has a key twice.

So no byte of an entry can be moved out of its text, and no reader can be shown another value than the next one.
Depth and length are not bounded: PostgreSQL takes more of both than a parser that calls itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, NoReturn

from brightline.ledger.errors import MalformedNote

_STRING = r'"(?:[^"\\\x00-\x1f]|\\["\\bfnrt]|\\u00(?:0[0-7bef]|1[0-9a-f]))*+"'
_ATOM = r"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?|true|false|null"
_SPACED = re.compile(rf"({_STRING})|({_ATOM})|([\[\]{{}}]|, |: )")
_COMPACT = re.compile(rf"({_STRING})|({_ATOM})|([\[\]{{}},:])")


def loads(text: str | bytes) -> Any:
    """What a JSON text says; MalformedNote for whatever it does to the parser, depth and digits included."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError, MemoryError) as error:
        raise MalformedNote(f"not JSON that can be read: {type(error).__name__}") from error


def loads_object(text: str | bytes) -> dict[str, Any]:
    """What a JSON object says; MalformedNote for anything else."""
    got = loads(text)
    if not isinstance(got, dict):
        raise MalformedNote("not a JSON object")
    return got


def is_canonical(text: str) -> bool:
    """Whether `text` is exactly one object in one of the two forms."""
    return text[:1] == "{" and (_written_back(text) or _scan(text, _SPACED) or _scan(text, _COMPACT))


def _refuse(_: str) -> NoReturn:
    raise ValueError


# Fast, and enough for nearly all: a text is canonical if it comes out the same when it is read and written again.
# Numbers with a point aren't judged so (1.50 would come back as 1.5), nor what is too deep or has too many digits.
_read = json.JSONDecoder(parse_float=_refuse, parse_constant=_refuse).decode
_WRITERS: tuple[Callable[[Any], str], ...] = tuple(
    json.JSONEncoder(ensure_ascii=False, separators=each).encode for each in ((", ", ": "), (",", ":"))
)


def _written_back(text: str) -> bool:
    try:
        got = _read(text)
        return any(write(got) == text for write in _WRITERS)
    except (ValueError, RecursionError, MemoryError):
        return False


def _scan(text: str, tokens: re.Pattern[str]) -> bool:
    """Token by token, without a call for each level: what opened is kept in a list."""
    opened: list[set[str] | None] = []
    at, want = 0, "value"
    while at < len(text):
        found = tokens.match(text, at)
        if found is None or (at and not opened):
            return False
        at = found.end()
        string, atom, mark = found.groups()
        want = _scalar(string, want, opened) if string or atom else _mark(mark.strip(), want, opened)
        if not want:
            return False
    return not opened and want == "next"


def _scalar(string: str | None, want: str, opened: list[set[str] | None]) -> str:
    """What may follow a string or an atom; nothing when it may not stand here."""
    if want in ("value", "first value"):
        return "next"
    keys = opened[-1] if opened else None
    if want not in ("key", "first key") or string is None or keys is None or string in keys:
        return ""
    keys.add(string)
    return "colon"


def _mark(mark: str, want: str, opened: list[set[str] | None]) -> str:
    """What may follow a bracket, comma or colon; nothing when it may not stand here."""
    if mark in "{[":
        if want not in ("value", "first value"):
            return ""
        opened.append(set() if mark == "{" else None)
        return "first key" if mark == "{" else "first value"
    if mark == ":":
        return "value" if want == "colon" else ""
    inside = bool(opened) and opened[-1] is not None
    if mark == ",":
        return ("key" if inside else "value") if want == "next" and opened else ""
    fits = opened and inside == (mark == "}") and want in ("next", "first key" if inside else "first value")
    if not fits:
        return ""
    opened.pop()
    return "next"
