"""What overseers and stewards find to do: look-ups that are flagged, a sample of reasons, reports past their time."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from brightline.model.errors import BrightlineError, Conflict
from brightline.wiring.demo.casework import at_work
from brightline.wiring.demo.door import Under
from brightline.wiring.demo.load import Loading
from brightline.wiring.demo.office import account

_OVERSEER = account("ada.quist")
_STEWARD = account("sam.orrin")
CURIOUS = "Lee Fenn"
TRIES = 20
COLLEAGUE = "Rosa Vance"
REPORTER = "Hedda Quill"
PRESS = {
    "list": "press",
    "title": "Accredited press",
    "people": [{"name": REPORTER, "identifiers": ["+1 617 555 0101"]}],
}
HOUSEHOLD = {"list": "household", "account": "lee.fenn", "people": [{"name": "Fenn", "address": "14 Cooper Row"}]}
ASKED = "His search is no part of the case's predicate; asked him and his supervisor in writing what it was for."
UNLAWFUL_ROW = "tips:T0000006"
UNLAWFUL = "The caller was recorded without a warrant, as the court found on 3 May; nothing may rest on it."
OVERDUE = "Reports whose two years are over; nobody asked to keep them and no hold names them."


def oversee(loading: Loading, numbers: dict[str, str]) -> dict[str, Any]:
    """Look-ups of oneself, a colleague, a reporter; the overseer asks and samples, the steward proposes a purge."""
    once = loading.steps.once
    for name, wanted in (("press", PRESS), ("household", HOUSEHOLD)):
        once(f"{name} list", loading.door.put, _desk(_OVERSEER), "/oversight/lists", wanted)
    for name, words in (("curious", CURIOUS), ("colleague", COLLEAGUE), ("reporter", REPORTER)):
        once(name, _look_up, loading, numbers["ferry"], words)
    sample = once("sample", _draw, loading)
    once("judged", _judge, loading, sample)
    once("flag judged", _ask_him, loading)
    once("counted", _count_overdue, loading)
    once("unlawful", _withdraw_unlawful, loading)
    return {"purge": once("purge", _propose, loading), "sample": sample}


def _desk(who: Any) -> Under:
    return Under(account=who.name, purpose=who.desk)


def _look_up(loading: Loading, number: str, words: str) -> int:
    found = loading.door.ask(at_work(loading, "ferry", number), "/search", q=words, fuzzy=0, limit=5)
    return int(found["total"])


def _ask_him(loading: Loading) -> str:
    """The detectors' flag on it, once the worker has read the log: the overseer's first verdict leaves it open."""
    door, under, until = loading.door, _desk(_OVERSEER), time.monotonic() + min(loading.patience, 120)
    while time.monotonic() < until:
        for flag in door.get(under, "/oversight/flags", kind="self")["items"]:
            if flag["state"] == "open":
                door.post(under, f"/oversight/flags/{flag['flag']}", {"verdict": "inquiry", "remarks": ASKED})
            return str(flag["flag"])
        time.sleep(0.5)
    raise BrightlineError("no detector flagged the search for one's own name", hint="Is the worker running?")


def _draw(loading: Loading) -> str:
    """The log picks the sample, so it has to be signed first; where nobody sequences it there is none."""
    door, under = loading.door, _desk(_OVERSEER)
    since = (datetime.now(UTC) - timedelta(days=30)).isoformat()
    if not door.get(under, "/ledger/status")["size"]:
        return ""
    for _ in range(TRIES):
        door.post(under, "/ledger/checkpoint")
        try:
            return str(door.post(under, "/oversight/samples", {"from": since})["sample"])
        except Conflict:
            time.sleep(1)
    return ""


def _judge(loading: Loading, sample: str) -> int:
    """The first two of the sample, unless a killed load has judged them."""
    if not sample:
        return 0
    door, under = loading.door, _desk(_OVERSEER)
    for reason in door.get(under, f"/oversight/samples/{sample}")["items"][:2]:
        if not reason["verdict"]:
            said = {"verdict": "sound", "note": "Names the contracts and what is looked for."}
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
