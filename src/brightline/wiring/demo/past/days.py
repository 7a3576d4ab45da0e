"""Working days of the past: whatever happens, happens between nine and five, from Monday to Friday, UTC."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

MONTHS = 18
_OPENS, _CLOSES = 8, 17


def first_day(today: datetime) -> datetime:
    """The Monday eighteen months ago on which the organisation begins, at eight."""
    day = (today - timedelta(days=int(MONTHS * 30.44))).date()
    day -= timedelta(days=day.weekday())
    return datetime.combine(day, time(_OPENS), UTC)


def last_day(today: datetime) -> datetime:
    """Where the past ends: the evening of the last working day before today."""
    day = today - timedelta(days=1)
    while day.weekday() > 4:
        day -= timedelta(days=1)
    return day.replace(hour=_CLOSES, minute=0, second=0, microsecond=0)


def later(moment: datetime, *, days: float = 0, hours: float = 0, weekday: int | None = None) -> datetime:
    """A moment of work after this one; on the given day of the week at the earliest, where one is named."""
    found = moment + timedelta(days=days, hours=hours)
    if found.hour >= _CLOSES:
        found = (found + timedelta(days=1)).replace(hour=_OPENS, minute=found.minute)
    elif found.hour < _OPENS:
        found = found.replace(hour=_OPENS, minute=found.minute)
    while found.weekday() > 4 or (weekday is not None and found.weekday() != weekday):
        found += timedelta(days=1)
    return found
