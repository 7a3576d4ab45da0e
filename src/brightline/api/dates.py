"""Dates as people narrow by them: a year, a month or a day."""

from __future__ import annotations

import calendar
import re
from datetime import date

from brightline.model.errors import BadInput

_SHAPE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


def first_day(text: str | None, field: str) -> date | None:
    """The first day that is meant."""
    return _day(text, field, last=False)


def last_day(text: str | None, field: str) -> date | None:
    """The last day that is meant: `2026-02` is its 28th."""
    return _day(text, field, last=True)


def _day(text: str | None, field: str, *, last: bool) -> date | None:
    if not text:
        return None
    found = _SHAPE.fullmatch(text)
    try:
        if found is None:
            raise ValueError(text)
        year, month, day = (int(part) if part else None for part in found.groups())
        assert year is not None
        of = month or (12 if last else 1)
        return date(year, of, day or (calendar.monthrange(year, of)[1] if last else 1))
    except ValueError as error:
        raise BadInput(field, "is no date", "Write 2026, 2026-03 or 2026-03-01.") from error
