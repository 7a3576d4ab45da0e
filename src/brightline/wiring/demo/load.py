"""Load a demo world through the API: the organisation, its sources and feeds, then the work on its cases.

Every line of the result came in as a user's act by one of the demo's accounts, under its purposes; nothing is written
past the line.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from brightline.model import yml
from brightline.model.errors import BrightlineError, Conflict
from brightline.wiring.demo.door import Door, Under
from brightline.wiring.demo.generate import Written
from brightline.wiring.demo.hiring import Hiring
from brightline.wiring.demo.office import (
    ACCOUNTS,
    ADMIN,
    ADMIN_UNIT_TITLE,
    AUTHORITIES,
    PASSWORD,
    UNITS,
    Account,
    account,
)
from brightline.wiring.demo.progress import Progress, Steps

_STEWARD, _APPROVER, _OVERSEER = account("sam.orrin"), account("kim.thorne"), account("ada.quist")
STEWARD_DESK = Under(account=_STEWARD.name, purpose=_STEWARD.desk)
APPROVER_DESK = Under(account=_APPROVER.name, purpose=_APPROVER.desk)
_OVERSEER_DESK = Under(account=_OVERSEER.name, purpose=_OVERSEER.desk)
AGREED = "Read with the unit that it is for; nothing speaks against it."
_ADMIN_DESK = Under(account=ADMIN.name, purpose=ADMIN.desk)
_DONE = frozenset({"published", "failed", "withdrawn"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Loading:
    """What the acts of loading share."""

    door: Door
    steps: Steps
    world: Written
    progress: Progress
    patience: float = 3_600.0
    hiring: Hiring | None = None
    """How accounts are made; through the door where there is none."""
    began: date = field(default_factory=lambda: datetime.now(UTC).date())
    """The day on which the organisation is founded, by the database's clock."""


def set_up(loading: Loading, code: str | None) -> None:
    """The first administrator, by the one-time code; nothing when there is one already."""
    if code is None:
        return
    body = {
        "code": code,
        "account": ADMIN.name,
        "title": ADMIN.title,
        "password": PASSWORD,
        "unit": ADMIN.unit,
        "unit_title": ADMIN_UNIT_TITLE,
    }
    loading.steps.once("administrator", there, loading.door.open_call, "/setup", body)


def found_organisation(loading: Loading) -> None:
    """Units, the overseer, an approver and the steward, then statutes: the administrator's work, and from the first
    overseer on nobody's alone. Powers are accepted by the overseer, statutes by the approver."""
    once, door = loading.steps.once, loading.door
    for unit in UNITS:
        body: dict[str, Any] = {"name": unit.name, "title": unit.title, "regime": unit.regime}
        once(f"unit {unit.name}", there, door.post, _ADMIN_DESK, "/units", body)
    _people(loading, (_OVERSEER,))
    _people(loading, (_APPROVER, _STEWARD))
    for authority in AUTHORITIES:
        body = {
            "code": authority.code,
            "title": authority.title,
            "statute": authority.statute,
            "regime": authority.regime,
            "processes": list(authority.processes),
        }
        once(f"authority {authority.code}", there, door.post, _ADMIN_DESK, "/authorities", body)
    once("authorities agreed", agree, loading, APPROVER_DESK)


_ONCE = "for the first sign-in alone"


def hire_everybody(loading: Loading) -> None:
    """Accounts with their roles. Each changes the password that the administrator chose, as the line wants it, to the
    one that everybody has here. Before the first row is read: what is made later counts as new."""
    loading.progress("Making accounts", 0.0)
    _people(loading, ACCOUNTS)


def _people(loading: Loading, people: Sequence[Account]) -> None:
    once = loading.steps.once
    for person in people:
        body = {
            "name": person.name,
            "title": person.title,
            "unit": person.unit,
            "role": person.role,
            "supervisor": person.supervisor,
            "password": _ONCE,
        }
        once(f"account {person.name}", there, _hire, loading, body)
        once(f"password {person.name}", _own, loading, person.name)
    names = ", ".join(person.name for person in people)
    once(f"powers of {names}", agree, loading, _OVERSEER_DESK)


def _hire(loading: Loading, body: dict[str, Any]) -> Any:
    if loading.hiring is None:
        return loading.door.post(_ADMIN_DESK, "/accounts", body)
    return loading.hiring.add(loading.door.token(ADMIN.name), ADMIN.desk, body)


def _own(loading: Loading, account: str) -> None:
    if loading.hiring is None:
        loading.door.own(account, _ONCE)
    else:
        loading.hiring.own(account, _ONCE, PASSWORD)


def agree(loading: Loading, desk: Under) -> int:
    """Accept whatever waits for this desk; how many it was."""
    waiting = loading.door.get(desk, "/proposals", waits_for_me=True, limit=200)["items"]
    for one in waiting:
        loading.door.post(desk, f"/proposals/{one['proposal']}/accept", {"reason": AGREED})
    return len(waiting)


def agree_sources(loading: Loading) -> None:
    """Sources under their agreements, which an approver accepts. Before the first row of anything is there: a further
    one waits for its notice then."""
    for name, folder in loading.world.feeds.items():
        _source(loading, name, folder)
    loading.steps.once("sources agreed", agree, loading, APPROVER_DESK)


def ask_for_data(loading: Loading) -> None:
    """Feeds, and one refresh of each: the steward's work, then the worker's."""
    once, door = loading.steps.once, loading.door
    for name, folder in loading.world.feeds.items():
        once(f"feed {name}", there, door.post, STEWARD_DESK, "/feeds", {"folder": str(folder)})
        once(f"run {name}", _refresh, loading, name)


def wait_for_data(loading: Loading) -> dict[str, Any]:
    """Until every feed asked for is published; the runs by feed."""
    names = list(loading.world.feeds)
    runs = {}
    for n, name in enumerate(names):
        loading.progress(f"Reading in {name}", n / len(names))
        runs[name] = loading.steps.once(f"published {name}", _published, loading, name)
    loading.progress("Read in all feeds", 1.0)
    return runs


def _source(loading: Loading, name: str, folder: Path) -> None:
    manifest = yml.read((folder / "feed.yml").read_text("utf-8"))
    agreement, source = manifest["agreement"], manifest["source"]
    wanted = {
        "name": source["name"],
        "title": manifest["title"],
        "publisher": source["publisher"],
        "reliability": source["reliability"],
        "authority": manifest["authority"],
        "custodian_unit": source["custodian_unit"],
        "pointer_tier": agreement["pointer_tier"],
        "agreement": {key: _plain(value) for key, value in agreement.items()},
        "assessment": {key: _plain(value) for key, value in manifest["assessment"].items()},
    }
    for part, day in (("agreement", "valid_from"), ("assessment", "approved")):
        if wanted[part].get(day, "") > loading.began.isoformat():
            wanted[part][day] = loading.began.isoformat()
    loading.steps.once(f"source {name}", there, loading.door.post, STEWARD_DESK, "/sources", wanted)


def _refresh(loading: Loading, name: str) -> str:
    """Ask for a refresh, unless one asked for before is still there; its run."""
    feed = loading.door.get(STEWARD_DESK, f"/feeds/{name}")
    last = feed.get("last_run")
    if last and last["state"] in ("queued", "running", "published"):
        return str(last["run"])
    return str(loading.door.post(STEWARD_DESK, f"/feeds/{name}/refresh")["run"])


def _published(loading: Loading, name: str) -> dict[str, Any]:
    """Wait for the feed's run; its figures."""
    run_id = loading.steps.done[f"run {name}"]
    until = time.monotonic() + loading.patience
    while True:
        run = loading.door.get(STEWARD_DESK, f"/runs/{run_id}")
        if run["state"] in _DONE:
            break
        if time.monotonic() > until:
            raise BrightlineError(f"feed {name} is still {run['state']}", hint="Is the worker running?")
        time.sleep(0.2)
    if run["state"] != "published":
        raise BrightlineError(f"feed {name} {run['state']}: {run.get('message')}", hint="See brightline feed runs.")
    return {
        key: run.get(key) for key in ("run", "rows", "aspects", "links", "seconds", "rejected_rows", "rejected_values")
    }


def there(act: Callable[..., Any], *given: Any) -> dict[str, Any]:
    """Do it, or find it done by an earlier run that was killed before it could say so."""
    try:
        result = act(*given)
    except Conflict:
        return {"there": True}
    return {key: result[key] for key in ("name", "code", "account", "id", "proposal") if result and key in result}


def _plain(value: Any) -> Any:
    """Dates of YAML as the text that JSON has for them."""
    return value.isoformat() if hasattr(value, "isoformat") else value
