"""Restrictions that nobody decided in time lapse: what they hid is seen again, and overseers are told."""

from __future__ import annotations

import psycopg

PAUSE = 60.0
"""Seconds between two looks; the term itself is days (`accounts.undecided_days`)."""


def once(dsn: str) -> int:
    """As brightline_worker: how many lapsed."""
    with psycopg.connect(dsn, autocommit=True, application_name="undecided", prepare_threshold=None) as conn:
        row = conn.execute("SELECT line.lapse_restrictions()").fetchone()
        return int(row[0]) if row else 0
