"""The misuse detectors' turns over what the sequencer has integrated, by its login; the database does the work."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from brightline.oversight.misuse import name_parts

PAUSE = 5.0
"""Seconds between two looks at the log."""
MOST = 2_000


def once(dsn: str, *, most: int = MOST) -> int:
    """Work off what is there, turn by turn, each its own transaction; how many flags were raised."""
    found = 0
    with psycopg.connect(dsn, autocommit=True, application_name="misuse") as conn:
        conn.prepare_threshold = None
        take_names(conn)
        more = True
        while more:
            turn = _turn(conn, most)
            found += int(turn["found"])
            more = bool(turn["more"])
    return found


def take_names(conn: psycopg.Connection[Any]) -> None:
    """Names of accounts that are new or have changed, in the words that queries are cut into."""
    for account, title in conn.execute("SELECT account, title FROM line.misuse_accounts()").fetchall():
        conn.execute("SELECT line.misuse_name(%s, %s, %s)", (account, title, Jsonb(name_parts(title))))


def _turn(conn: psycopg.Connection[Any], most: int) -> dict[str, Any]:
    row = conn.execute("SELECT line.misuse_turn(%s)", (most,)).fetchone()
    made: dict[str, Any] = row[0] if row else {"found": 0, "more": False}
    return made
