"""Cron in five fields, as feeds and schedules write it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from brightline.model.cron import Cron
from brightline.model.errors import BadInput

NOW = datetime(2026, 3, 14, 10, 30, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("* * * * *", "2026-03-14T10:31"),
        ("15 2 * * *", "2026-03-15T02:15"),
        ("*/20 9-11 * * *", "2026-03-14T10:40"),
        ("0 0 29 2 *", "2028-02-29T00:00"),
        ("0 6 * * 1", "2026-03-16T06:00"),
        ("0 6 * * 7", "2026-03-15T06:00"),
        ("0 6 1 * 1", "2026-03-16T06:00"),
        ("5,50 10 14 3 *", "2026-03-14T10:50"),
        ("30 10 * * *", "2026-03-15T10:30"),
    ],
)
def test_due_next(text, due):
    assert Cron.parse(text).after(NOW) == datetime.fromisoformat(due).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "5-1 * * * *", "a * * * *", "*/0 * * * *",
     "0 0 30 2 *", "@daily", "-1 * * * *"],
)  # fmt: skip
def test_what_is_no_schedule_is_refused(text):
    with pytest.raises(BadInput):
        Cron.parse(text)
