"""Watches: when a refresh has published, each live watch looks at what it brought, by its own standing order."""

from __future__ import annotations

import logging
from contextlib import AbstractContextManager
from typing import Any

import psycopg

from brightline.gate import Call, Gate
from brightline.gate.gate import Connect
from brightline.model.errors import BrightlineError, NotRunning
from brightline.worker.place import Orders

log = logging.getLogger(__name__)

PAUSE = 2.0
"""Seconds between two looks at what was published."""


def evaluate(orders: Orders) -> int:
    """Evaluate what is due; how many new matches there were. One watch that fails doesn't keep the others."""
    with psycopg.connect(orders.worker, autocommit=True) as conn:
        due = conn.execute("SELECT standing, purpose, watch, runs FROM analysis.due()").fetchall()
    if not due:
        return 0
    gate = Gate(connect=connecting(orders.worker), policy=connecting(orders.policy))
    found = 0
    for standing, purpose, watch, runs in due:
        call = Call(token=f"order:{standing}", purpose=purpose)
        try:
            answer = gate.run(call, "watch_evaluate", {"watch": str(watch), "runs": [str(run) for run in runs]})
        except NotRunning:
            raise
        except BrightlineError as error:
            log.warning("watch %s was not evaluated: %s", watch, error.code)
            continue
        found += int(answer.result["new"])
    return found


def connecting(dsn: str) -> Connect:
    """A new connection for each use."""

    def connect() -> AbstractContextManager[psycopg.Connection[Any]]:
        return psycopg.connect(dsn, autocommit=True)

    return connect
