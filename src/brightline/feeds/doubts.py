"""What looks like a value and isn't one: words for nothing, numbers that a spreadsheet rounded, names that were
damaged on their way."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

NOTHING = frozenset(
    ("null", "(null)", "<null>", "none", "n/a", "n.a.", "#n/a", "nil", "nan", "-", "--", "---", "?", "unknown", "\\n")
)
"""Words by which files say that there is no value. As a key they would make one of everybody without one. Not NA and
NO, which are countries, nor anything that could be a key by itself."""

_NO_NUMBER = frozenset(
    (
        "na",
        "no",
        "none",
        "tbd",
        "tba",
        "nn",
        "xx",
        "xxx",
        "blank",
        "missing",
        "pending",
        "notavailable",
        "notapplicable",
    )
)
_ROUNDED = re.compile(r"[+-]?\d(?:[.,]\d+)?[eE][+-]?\d+\Z")
_SAME = re.compile(r"(\w)\1*\Z")
_SUSPECT = re.compile("[\u00c2\u00c3\u00c5\u00d0\u00d1\u00e2\ufffd?&]")
_ENTITY = re.compile(r"&(?:#\d{1,6}|#x[0-9a-fA-F]{1,5}|[a-zA-Z]{2,10});")
_ASKED = re.compile(r"[^\W\d_]\?[^\W\d_]")
_HIDDEN = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def says(part: str) -> bool:
    """Whether a text says anything."""
    return bool(part) and part.strip().casefold() not in NOTHING


def rounded(text: str) -> bool:
    """A number that a spreadsheet wrote with an exponent: most of its digits are lost."""
    return _ROUNDED.match(text) is not None


def identifies(value: str) -> bool:
    """Whether a value can be somebody's number at all: 0, 0000 and UNKNOWN are everybody's."""
    plain = re.sub(r"[\W_]+", "", value).casefold()
    if not plain or plain in _NO_NUMBER or not says(value):
        return False
    return not (plain.strip("0") == "" or (len(plain) > 2 and not plain.isdigit() and _SAME.match(plain)))


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it can be taken, or what is wrong with it."""

    text: str
    wrong: str | None = None


def name(text: str) -> Name:
    """Characters that nobody sees go, HTML's words for characters are read; what is damaged beyond that is told."""
    plain = _HIDDEN.sub("", text) if not text.isascii() else text
    if _SUSPECT.search(plain) is None:
        return Name(plain)
    if "&" in plain and _ENTITY.search(plain):
        plain = html.unescape(plain).strip()
    if "\ufffd" in plain:
        return Name(plain, "The name is damaged: a character was lost on its way.")
    if _ASKED.search(plain):
        return Name(plain, "The name is damaged: a question mark stands for a letter.")
    meant = _misread(plain)
    return (
        Name(plain) if meant is None else Name(plain, f"The name was read in the wrong encoding; it may be {meant!r}.")
    )


def _misread(text: str) -> str | None:
    """What UTF-8 said that was read as cp1252 or Latin-1; None where it wasn't."""
    if text.isascii():
        return None
    for encoding in ("cp1252", "latin-1"):
        try:
            meant = text.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
        return meant if meant != text else None
    return None


_UNIT = r"(?:\s?(?:%|[^\W\d_][\w²³/]{0,9}))?\Z"
_PLAIN = re.compile(r"[+-]?(?:\d+(?:\.\d+)?|\.\d+)" + _UNIT)
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:(?:,\d{3}){2,}(?:\.\d+)?|,\d{3}\.\d+)" + _UNIT)


def number(text: str, decimal: str | None, thousands: str | None) -> str | None:
    """A number with a point, as it is or as the file's own rules say; None where it is none, or one of two without a
    rule."""
    if rounded(text):
        return None
    if decimal is None and thousands is None:
        return text if _PLAIN.match(text) or _GROUPED.match(text) else None
    plain = text
    if thousands is not None:
        head, point, tail = plain.partition(decimal or ".")
        groups = head.lstrip("+-").split(thousands) if thousands != " " else head.lstrip("+-").split()
        if len(groups) > 1 and not all(len(group) == 3 for group in groups[1:]):
            return None
        sign = "-" if head.startswith("-") else ""
        plain = sign + "".join(groups) + point + tail
    plain = plain.replace(decimal, ".") if decimal else plain
    return plain if _PLAIN.match(plain) else None
