"""Access in need: one broken glass that was closed and reviewed, and one request that waits."""

from __future__ import annotations

from time import sleep
from typing import Any

from brightline.model.errors import NotRunning
from brightline.wiring.demo.casework import desk
from brightline.wiring.demo.load import Loading

URGENT = "A caller says that a foreman of the works is threatened tonight; whom I send depends on this case."
WAITS = "A letter of this morning names a fourth bidder for the harbour works; the award is on Monday at nine."
RIGHT = "The lead can't be reached, and the foreman can't wait."
FOUND = "Two pages were read, both about the foreman; the reason was sound and the glass was closed after half an hour."


def need(loading: Loading, numbers: dict[str, str]) -> dict[str, Any]:
    """Two vetters ask; the approver opens one request, the vetter closes it, the unit's supervisor reviews it."""
    once = loading.steps.once
    asked = once("glass-berth", _ask, loading, "mara.holt", numbers["works"], URGENT)
    once("glass-berth-done", _done, loading, asked)
    return {"reviewed": asked, "waits": once("glass-works", _ask, loading, "piet.sand", numbers["works"], WAITS)}


def _ask(loading: Loading, who: str, case: str, reason: str) -> str:
    """The request's number; of a load that was killed after asking, the one that is there."""
    for made in loading.door.get(desk(who), "/glass")["items"]:
        if made["mine"] and made["case"] == case:
            return str(made["glass"])
    return str(loading.door.post(desk(who), "/glass", {"case": case, "reason": reason})["glass"])


def _found(loading: Loading, who: str, number: str) -> dict[str, Any]:
    """The request as this account meets it. Whom it waits for, the worker finds a moment after it was made."""
    for _ in range(100):
        for one in loading.door.get(desk(who), "/glass")["items"]:
            if one["glass"] == number:
                return dict(one)
        sleep(0.1)
    raise NotRunning("The worker hasn't passed the request on.", hint="See whether it runs: brightline status.")


def _done(loading: Loading, number: str) -> str:
    door, path = loading.door, f"/glass/{number}"
    for state, who, act, body in (
        ("asked", "kim.thorne", "approve", {"reason": RIGHT}),
        ("open", "mara.holt", "end", {}),
        ("ended", "owen.hale", "review", {"review": FOUND}),
    ):
        found = _found(loading, who, number)
        if found["state"] == state and not found["reviewed"]:
            door.post(desk(who), f"{path}/{act}", body)
    return number
