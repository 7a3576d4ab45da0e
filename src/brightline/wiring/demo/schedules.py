"""What the demo's clock does: case data each minute, the first case's export each night, and one export right away."""

from __future__ import annotations

from typing import Any

from brightline.model.errors import Conflict
from brightline.wiring.demo.casework import at_work
from brightline.wiring.demo.door import Under
from brightline.wiring.demo.load import Loading
from brightline.wiring.demo.office import account

EACH_MINUTE = {"name": "case-data-each-minute", "kind": "flow", "target": "case-data", "cron": "* * * * *"}
EACH_NIGHT = {"name": "case-export-nightly", "kind": "export", "target": "ftm", "cron": "15 2 * * *"}


def schedule(loading: Loading, cases: dict[str, str]) -> None:
    """The steward's schedule and the first case's. Those of the feeds came with their feed.yml."""
    steward = account("sam.orrin")
    key, number = next(iter(cases.items()))
    lead = at_work(loading, key, number)
    once = loading.steps.once
    once("schedule flow", _there, loading, Under(account=steward.name, purpose=steward.desk), EACH_MINUTE)
    once("schedule export", _there, loading, lead, EACH_NIGHT)
    once("export now", loading.door.post, lead, "/exports", {"format": "csv"})


def _there(loading: Loading, under: Under, wanted: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"name": loading.door.post(under, "/schedules", wanted)["name"]}
    except Conflict:
        return {"name": wanted["name"]}
