"""The rulebook at work: a stricter version in force, a weaker guard that waits until overseers had their notice."""

from __future__ import annotations

from typing import Any

from brightline.wiring.demo.door import Under
from brightline.wiring.demo.load import Loading
from brightline.wiring.demo.office import ADMIN, account

_APPROVER = account("kim.thorne")
STRICTER = "# Tax secrets stay with the two regimes that have asked for them.\nclearable: {tax: [criminal, civil]}\n"
WHY_STRICTER = "No regulatory unit has asked for tax data in two years; the data protection officer wants it closed."
WEAKER = f"{STRICTER}# Lists of the port's crews run to eighty names.\nbulk_threshold: 80\n"
WHY_WEAKER = "Crew lists of the new ferries have up to eighty names, and each of them waits for an approval today."
AGREED = "Discussed with the inspectorate and the units on 12 May."


def rule(loading: Loading) -> dict[str, Any]:
    """The administrator proposes twice, the approver agrees twice; the second version waits for its day."""
    once = loading.steps.once
    stricter = once("rules-stricter", _propose, loading, STRICTER, WHY_STRICTER)
    once("rules-stricter-agreed", _approve, loading, stricter)
    weaker = once("rules-weaker", _propose, loading, WEAKER, WHY_WEAKER)
    once("rules-weaker-agreed", _approve, loading, weaker)
    return {"stricter": stricter, "weaker": weaker}


def _propose(loading: Loading, yaml: str, reason: str) -> int:
    """The version's number; of a load that was killed after proposing, the one that is there."""
    under = Under(account=ADMIN.name, purpose=ADMIN.desk)
    for made in loading.door.get(under, "/rulebook/versions")["items"]:
        if made["reason"] == reason:
            return int(made["version"])
    return int(loading.door.post(under, "/rulebook/versions", {"yaml": yaml, "reason": reason})["version"])


def _approve(loading: Loading, version: int) -> str:
    under = Under(account=_APPROVER.name, purpose=_APPROVER.desk)
    path = f"/rulebook/versions/{version}"
    if loading.door.get(under, path)["state"] == "proposed":
        loading.door.post(under, f"{path}/approve", {"reason": AGREED})
    return str(loading.door.get(under, path)["state"])
