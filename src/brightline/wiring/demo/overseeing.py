"""What overseers and stewards find to do: a look-up of one's own name, a sample of reasons, reports past their time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from brightline.wiring.demo.casework import at_work
from brightline.wiring.demo.door import Under
from brightline.wiring.demo.load import Loading
from brightline.wiring.demo.office import account

_OVERSEER = account("ada.quist")
_STEWARD = account("sam.orrin")
CURIOUS = "Lee Fenn"
UNLAWFUL_ROW = "tips:T0000060"
UNLAWFUL = "The caller was recorded without a warrant, as the court found on 3 May; nothing may rest on it."
OVERDUE = "Reports whose two years are over; nobody asked to keep them and no hold names them."


def oversee(loading: Loading, numbers: dict[str, str]) -> dict[str, Any]:
    """Somebody looks himself up, the overseer draws and begins to judge, the steward proposes a purge."""
    once = loading.steps.once
    once("curious", _look_himself_up, loading, numbers["ferry"])
    sample = once("sample", _draw, loading)
    once("judged", _judge, loading, sample)
    once("counted", _count_overdue, loading)
    once("unlawful", _withdraw_unlawful, loading)
    return {"purge": once("purge", _propose, loading), "sample": sample}


def _desk(who: Any) -> Under:
    return Under(account=who.name, purpose=who.desk)


def _look_himself_up(loading: Loading, number: str) -> int:
    found = loading.door.get(at_work(loading, "ferry", number), "/search", q=CURIOUS, fuzzy=0, limit=5)
    return int(found["total"])


def _draw(loading: Loading) -> str:
    since = (datetime.now(UTC) - timedelta(days=30)).isoformat()
    return str(loading.door.post(_desk(_OVERSEER), "/oversight/samples", {"from": since})["sample"])


def _judge(loading: Loading, sample: str) -> int:
    """The first two of the sample, unless a killed load has judged them."""
    door, under = loading.door, _desk(_OVERSEER)
    for reason in door.get(under, f"/oversight/samples/{sample}")["items"][:2]:
        if not reason["verdict"]:
            said = {"verdict": "specific", "note": "Names the contracts and what is looked for."}
            door.post(under, f"/oversight/samples/{sample}/{reason['place']}", said)
    return 2


def _count_overdue(loading: Loading) -> int:
    return int(loading.door.get(_desk(_OVERSEER), "/retention/due")["total"])


def _withdraw_unlawful(loading: Loading) -> str:
    """A report that was obtained unlawfully is taken out of sight; an approver has yet to decide."""
    door, under = loading.door, _desk(_STEWARD)
    for made in door.get(under, "/restrictions")["items"]:
        return str(made["restriction"])
    wanted = {"about": UNLAWFUL_ROW, "kind": "unlawful", "basis": "28 CFR 23.20(d)", "reason": UNLAWFUL}
    return str(door.post(under, "/restrictions", wanted)["restriction"])


def _propose(loading: Loading) -> str:
    """Two of the overdue reports: the others wait for a reviewer."""
    door, under = loading.door, _desk(_STEWARD)
    for made in door.get(under, "/retention/purges")["items"]:
        return str(made["purge"])
    due = [item["id"] for item in door.get(under, "/retention/due")["items"]][:2]
    return str(door.post(under, "/retention/purges", {"items": due, "reason": OVERDUE})["purge"])
