"""What nobody decided in time: restrictions lapse, and overseers are told; leads that nobody touches end."""

from __future__ import annotations

import psycopg

PAUSE = 60.0
"""Seconds between two looks; the term itself is days (`accounts.undecided_days`)."""


def once(dsn: str) -> int:
    """As brightline_worker: how many lapsed or ended."""
    with psycopg.connect(dsn, autocommit=True, application_name="undecided", prepare_threshold=None) as conn:
        row = conn.execute("SELECT line.lapse_restrictions() + line.lapse_leads()").fetchone()
        return int(row[0]) if row else 0
