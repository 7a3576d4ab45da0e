"""Errands: what a command has left to the worker, since what it writes itself must tell nothing of hidden rows."""

from __future__ import annotations

import psycopg

PAUSE = 0.5
"""Seconds between two looks at what was left."""
MOST = 200


def once(dsn: str, *, most: int = MOST) -> int:
    """Do what is due, each in a transaction of its own; how many. What fails stays and is tried again later."""
    done = 0
    with psycopg.connect(dsn, autocommit=True, application_name="errands") as conn:
        conn.prepare_threshold = None
        while done < most and _turn(conn):
            done += 1
    return done


def _turn(conn: psycopg.Connection) -> bool:
    row = conn.execute("SELECT line.errand_turn()").fetchone()
    return bool(row and row[0])
