"""Five fields of cron, in UTC: minute, hour, day of month, month, day of week (0 or 7 is Sunday).

croniter reads them. It knows more forms than these (seconds, names, `@daily`, ranges that go round, hashes that differ
by machine); a schedule is read where feeds are checked, where it is asked for and by the worker, and all three take
the plain ones alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from croniter import CroniterBadDateError, CroniterError, croniter

from brightline.model.errors import BadInput

_FIELDS = re.compile(r"[0-9*,/-]+(?: [0-9*,/-]+){4}")
_RANGE = re.compile(r"([0-9]+)-([0-9]+)")
_YEARS = 8
"""The longest that a day can be away: 29 February around a century's turn."""
_HINT = "Five fields in UTC: minute hour day month weekday; “15 2 * * *” is every night, “* * * * *” every minute."


@dataclass(frozen=True, slots=True, kw_only=True)
class Cron:
    """When something is due. Day of month and day of week are joined by "or" when both are given, as cron does."""

    text: str

    @classmethod
    def parse(cls, text: str, field: str = "schedule") -> Cron:
        """Reads it strictly; BadInput says what is wrong, also where no moment can ever match (30 February)."""
        made = cls(text=" ".join(text.split()))
        if not _FIELDS.fullmatch(made.text):
            raise BadInput(field, f"“{text}” isn't five fields of digits, `*`, `,`, `-` and `/`.", _HINT)
        if any(int(first) > int(last) for first, last in _RANGE.findall(made.text)):
            raise BadInput(field, f"“{text}” has a range that ends before it begins.", _HINT)
        try:
            made._next(datetime(2024, 1, 1, tzinfo=UTC))
        except CroniterBadDateError:
            raise BadInput(field, f"“{text}” is never due.", _HINT) from None
        except CroniterError as error:
            raise BadInput(field, f"“{text}” isn't understood: {error}.", _HINT) from None
        return made

    def after(self, moment: datetime) -> datetime:
        """The first due moment later than `moment`."""
        return self._next(moment.astimezone(UTC))

    def _next(self, start: datetime) -> datetime:
        found = croniter(self.text, start, ret_type=datetime, max_years_between_matches=_YEARS).get_next()
        assert isinstance(found, datetime)
        return found
