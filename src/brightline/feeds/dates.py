"""Dates, with the precision that they have: a year, a month, a day, a minute, a second, in UTC where they name a zone.

followthemoney's own reader takes as much of the beginning as it understands: `2026-05-14T10:11:12Z` lost its seconds,
30 February became a year, an interval its first year. Here what can't be read whole isn't read: it goes to quarantine
with the reason. What was written stays beside what is made of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone

EARLIEST_BIRTH, LATEST = 1800, 2200
"""Years outside of these were counted from another beginning (Hijri, Buddhist era). 9999 means no end, and stays."""

NO_DATE = re.compile(r"0{1,4}([-./]0{1,4}){0,2}( 0{1,2}(:0{2}){1,2})?\Z")
"""How files say that they know none."""

# Digits of other scripts are no digits here: of a text that mixes them nobody knows what was meant.
_ISO = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2})"
    r"(?:[T ](?P<hour>\d{1,2})(?::(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?)?"
    r"\s?(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?)?)?\Z",
    re.ASCII,
)
_BASIC = re.compile(r"(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})?(Z|[+-]\d{2}:?\d{2})?\Z", re.ASCII)
_ABOUT = re.compile(r"(?:c\.?|ca\.?|circa|about|approx\.?)\s*(\d{4})\Z", re.IGNORECASE | re.ASCII)
_INTERVAL = re.compile(r"\d{4}\s*(?:-|–|/|to)\s*\d{4}\Z|\d{4}-\d{2}-\d{2}\s*(?:/|to|–|-)\s*\d{4}-\d{2}-\d{2}\Z")
_SLASHED = re.compile(r"\d{4}[/.]\d{1,2}[/.]\d{1,2}\Z")
_ZONED = re.compile(r"[T ]\d{1,2}:\d{2}.*[A-Za-z]{3,}")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?\Z")


class NoDate(Exception):
    """Why a text is no date, as a sentence."""


def read_date(text: str, formats: Sequence[str] = (), *, birth: bool = False, pivot: int | None = None) -> str:
    """The date as followthemoney writes it; NoDate says why it can't be read."""
    found = _formatted(text, formats, birth, pivot) if formats else _plain(text)
    return _judged(found, birth)


def _today() -> date:
    return datetime.now(UTC).date()


def _judged(found: str, birth: bool) -> str:
    year = int(found[:4])
    if year > LATEST and year != 9999:
        raise NoDate(f"The year {year} is of another calendar, or mistyped.")
    if birth and found[:10] > _today().isoformat()[: len(found[:10])]:
        raise NoDate("Nobody is born in the future.")
    if birth and year < EARLIEST_BIRTH:
        raise NoDate(f"A birth in {year} is of another calendar, or mistyped.")
    return found


def _plain(text: str) -> str:
    about = _ABOUT.match(text)
    if about:
        return about[1]
    found = _ISO.match(text)
    if found is None:
        return _basic(text)
    parts = [found[name] for name in ("year", "month", "day", "hour", "minute", "second")]
    # 1985-00-00 is how a year without a month is written.
    while len(parts) > 1 and (parts[-1] is None or (len(parts) <= 3 and int(parts[-1]) == 0)):
        parts.pop()
    return _moment([int(part) for part in parts], found["zone"])


def _basic(text: str) -> str:
    found = _BASIC.match(text)
    if found is None:
        raise NoDate(_why(text))
    return _moment([int(part) for part in found.groups()[:6] if part is not None], found[7])


def _why(text: str) -> str:
    if _INTERVAL.match(text):
        return "This is an interval, and one date is needed: map its ends to two properties."
    if _SLASHED.match(text):
        return "This is no date by itself: a day with slashes or dots needs its form in feed.yml (format)."
    if _ZONED.search(text):
        return "The time names a zone that isn't an offset from UTC: which moment it is can't be told."
    if _SERIAL.match(text):
        return "This is no date, but perhaps a spreadsheet's count of days."
    return "This is no date."


def _moment(parts: list[int], zone: str | None) -> str:
    leap = len(parts) == 6 and parts[5] == 60
    try:
        known = [*parts[:5], 59] if leap else parts
        year, month, day, hour, minute, second = [*known, *(1, 1, 1, 0, 0, 0)[len(known) :]]
        at = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError as error:
        raise NoDate(f"There is no such day or time: {error}.") from None
    if parts[0] < 1000:
        raise NoDate(f"The year {parts[0]} is of another calendar, or mistyped.")
    if zone and len(parts) > 3:
        at = at.replace(tzinfo=_zone(zone)).astimezone(UTC)
    return _written(at, len(parts))


def _zone(text: str) -> timezone:
    if text in ("Z", "UTC", "GMT"):
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    try:
        return timezone((1 if text[0] == "+" else -1) * timedelta(hours=hours, minutes=minutes))
    except ValueError:
        raise NoDate(f"There is no zone {text}.") from None


_FORMS = ("%Y", "%Y-%m", "%Y-%m-%d", "%Y-%m-%dT%H", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S")


def _written(at: datetime, parts: int) -> str:
    # strftime("%Y") writes years before 1000 without zeros, and those are refused before.
    return at.strftime(_FORMS[parts - 1])


def _formatted(text: str, formats: Sequence[str], birth: bool, pivot: int | None) -> str:
    why = ""
    for form in formats:
        try:
            at = datetime.strptime(text, form)  # noqa: DTZ007 - without a zone it is UTC, as everywhere here
        except ValueError as error:
            why = f" ({error})" if "out of range" in str(error) else ""
            continue
        if "%y" in form:
            at = _century(at, birth, pivot)
        if at.tzinfo is not None:
            at = at.astimezone(UTC)
        if at.year < 1000:
            raise NoDate(f"The year {at.year} is of another calendar, or mistyped.")
        return _written(at, _precision(form))
    raise NoDate(f"This is no date in the form {' or '.join(formats)}{why}.")


def _century(at: datetime, birth: bool, pivot: int | None) -> datetime:
    """Two digits of a year say no century: feed.yml says the latest year that they can mean (`pivot`); of births it
    is this one."""
    if pivot is None and not birth:
        raise NoDate("Two digits of a year say no century: pivot in feed.yml says the latest year they can mean.")
    latest = pivot if pivot is not None else _today().year
    year = latest - (latest - at.year) % 100
    try:
        made = at.replace(year=year)
        if pivot is None and made.date() > _today():
            made = made.replace(year=year - 100)
    except ValueError:
        raise NoDate(f"There is no such day in {year}.") from None
    return made


def _precision(form: str) -> int:
    if re.search(r"%[STcXs]", form):
        return 6
    if "%M" in form:
        return 5
    if re.search(r"%[HI]", form):
        return 4
    if re.search(r"%[djxDFU]", form):
        return 3
    return 2 if re.search(r"%[mbB]", form) else 1
