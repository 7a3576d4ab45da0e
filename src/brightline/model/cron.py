"""Five fields of cron, in UTC: minute, hour, day of month, month, day of week (0 or 7 is Sunday).

Our own, and small: a schedule is read where feeds are checked, where it is asked for, and by the worker, and all
three must mean the same. Day of month and day of week are joined by "or" when both are given, as cron does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from brightline.model.errors import BadInput

_BOUNDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
_PART = re.compile(r"^(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:/(\d{1,2}))?$")
_HORIZON = 366 * 5
_HINT = "Five fields in UTC: minute hour day month weekday; “15 2 * * *” is every night, “* * * * *” every minute."


@dataclass(frozen=True, slots=True, kw_only=True)
class Cron:
    """When something is due."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    any_day: bool
    any_weekday: bool

    @classmethod
    def parse(cls, text: str, field: str = "schedule") -> Cron:
        """Reads it strictly; BadInput says what is wrong, also where no moment can ever match (30 February)."""
        parts = text.split()
        if len(parts) != len(_BOUNDS):
            raise BadInput(field, f"“{text}” has {len(parts)} fields, not five.", _HINT)
        read = [_field(part, low, high, field) for part, (low, high) in zip(parts, _BOUNDS, strict=True)]
        minutes, hours, days, months, weekdays = read
        made = cls(
            minutes=minutes,
            hours=hours,
            days=days,
            months=months,
            weekdays=frozenset(day % 7 for day in weekdays),
            any_day=parts[2].startswith("*"),
            any_weekday=parts[4].startswith("*"),
        )
        if made._first_day(datetime(2024, 1, 1, tzinfo=UTC)) is None:
            raise BadInput(field, f"“{text}” is never due.", _HINT)
        return made

    def after(self, moment: datetime) -> datetime:
        """The first due moment later than `moment`."""
        start = (moment.astimezone(UTC) + timedelta(minutes=1)).replace(second=0, microsecond=0)
        day = self._first_day(start)
        while day is not None:
            for hour in sorted(self.hours):
                for minute in sorted(self.minutes):
                    found = day.replace(hour=hour, minute=minute)
                    if found >= start:
                        return found
            day = self._first_day(day + timedelta(days=1))
        raise BadInput("schedule", "is never due again.", _HINT)

    def _first_day(self, start: datetime) -> datetime | None:
        day = start.replace(hour=0, minute=0, second=0, microsecond=0)
        for _ in range(_HORIZON):
            if day.month in self.months and self._on(day):
                return day
            day += timedelta(days=1)
        return None

    def _on(self, day: datetime) -> bool:
        of_month, of_week = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        if self.any_day or self.any_weekday:
            return of_month and of_week
        return of_month or of_week


def _field(text: str, low: int, high: int, field: str) -> frozenset[int]:
    found: set[int] = set()
    for part in text.split(","):
        match = _PART.match(part)
        if match is None:
            raise BadInput(field, f"“{part}” isn't understood.", _HINT)
        first, last, step = (int(group) if group else None for group in match.groups())
        start = low if first is None else first
        end = high if first is None or (step and last is None) else (last if last is not None else start)
        if step == 0 or not low <= start <= end <= high:
            raise BadInput(field, f"“{part}” lies outside {low}–{high}.", _HINT)
        found.update(range(start, end + 1, step or 1))
    return frozenset(found)
