"""Stored visible sets, looked at again: what lies there must be what rulebook and facts give.

The database judges each set by rules of its own before it stores it; this asks the rules in Python once more, of what
is stored now. Neither believes the other: a difference is an entry, an exception for overseers, and the set goes.
"""

from __future__ import annotations

import logging
from typing import Any

import psycopg
from psycopg import IsolationLevel

from brightline.gate.gate import Connect
from brightline.line import rules, visible

log = logging.getLogger(__name__)

AT_ONCE = 50


def look(policy: Connect) -> int:
    """Looks at sets that nobody has looked at since they were stored; how many were not what they should be."""
    with policy() as connection:
        purposes = connection.execute("SELECT line.policy_unchecked(%s)", (AT_ONCE,)).fetchall()
        return sum(not one(connection, str(purpose)) for (purpose,) in purposes)


def one(connection: psycopg.Connection[Any], purpose: str) -> bool:
    """Whether one purpose's stored set is right. True as well where it isn't in force any more: nothing rests on it."""
    facts, stored = _at_one_moment(connection, purpose)
    if facts is None or stored is None or stored["epoch"] != facts.epoch:
        return True
    found = visible.compiled(facts).hash
    with connection.transaction():
        row = connection.execute("SELECT line.policy_checked(%s, %s, %s)", (purpose, facts.epoch, found)).fetchone()
    right = bool(row and row[0]) or stored["hash"] == found == visible.digest(stored["rows"], stored["pointers"])
    if not right:
        log.error("the visible set of purpose %s was not what its rulebook gives", purpose)
    return right


def _at_one_moment(
    connection: psycopg.Connection[Any], purpose: str
) -> tuple[rules.Facts | None, dict[str, Any] | None]:
    """Facts and set in one snapshot: what changed between them would look like a difference."""
    former = connection.isolation_level
    connection.isolation_level = IsolationLevel.REPEATABLE_READ
    try:
        with connection.transaction():
            row = connection.execute(
                "SELECT line.policy_read(%s), line.policy_stored(%s)", (purpose, purpose)
            ).fetchone()
    finally:
        connection.isolation_level = former
    if row is None or row[0]["purpose"] is None:
        return None, None
    return rules.read_facts(row[0]), row[1]
