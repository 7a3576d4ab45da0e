"""The clock of the worker: whatever a schedule names is asked for under its standing order.

The line judges each act anew, as if its account asked. An order whose account, purpose or date is gone lets nothing
happen, and its schedule ends.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg

from brightline.gate import Call, Gate
from brightline.model.cron import Cron
from brightline.model.errors import BrightlineError, Conflict, NotRunning, Refused

log = logging.getLogger(__name__)


class Clock:
    """`gate` runs as brightline_worker."""

    def __init__(self, dsn: str, gate: Gate) -> None:
        self._dsn = dsn
        self._gate = gate

    def tick(self, now: datetime | None = None) -> int:
        """Fires what is due; how many. What was missed while nobody worked is done once."""
        moment = now or datetime.now(UTC)
        fired = 0
        with psycopg.connect(self._dsn, autocommit=True) as connection:
            row = connection.execute("SELECT warehouse.due()").fetchone()
            for schedule in row[0] if row else []:
                fired += self._one(connection, schedule, moment)
        return fired

    def _one(self, connection: psycopg.Connection[Any], schedule: dict[str, Any], now: datetime) -> int:
        following = Cron.parse(schedule["cron"]).after(now)
        if schedule["next"] is None:
            connection.execute("SELECT warehouse.armed(%s, %s)", (schedule["name"], following))
            return 0
        row = connection.execute(
            "SELECT warehouse.fire(%s, %s, %s)", (schedule["name"], schedule["next"], following)
        ).fetchone()
        if row is None or row[0] is None:
            return 0
        state, detail, made = self._ask(schedule)
        connection.execute("SELECT warehouse.told(%s, %s, %s, %s)", (row[0], state, detail, made))
        log.info("schedule %s: %s", schedule["name"], state)
        return 1

    def _ask(self, schedule: dict[str, Any]) -> tuple[str, str, UUID | None]:
        call = Call(token=f"order:{schedule['order']}", purpose=schedule["purpose"])
        name, params = _act(schedule)
        try:
            result = self._gate.run(call, name, params).result
        except NotRunning:
            raise
        except Refused as refusal:
            return "refused", refusal.detail, None
        except Conflict as conflict:
            return "skipped", conflict.detail, None
        except BrightlineError as error:
            return "failed", error.detail, None
        made = result.get("run") or result.get("id")
        return "done", "", UUID(made) if made else None


def _act(schedule: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    if schedule["kind"] == "feed":
        return "feed_refresh", {"name": schedule["target"]}
    if schedule["kind"] == "flow":
        return "warehouse_flow", {"target": schedule["target"]}
    return "export_request", {"format": schedule["target"], **schedule["params"]}
