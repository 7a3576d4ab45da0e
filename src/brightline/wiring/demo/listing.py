"""Two lists of people in the works case: one approved by its sample and run, one whose sample shows too many errors."""

from __future__ import annotations

import csv
from typing import Any

from brightline.wiring.demo.casework import at_work
from brightline.wiring.demo.door import Under
from brightline.wiring.demo.load import Loading
from brightline.wiring.demo.office import account

LONGEST = 54
NUMBERED = "Officers of the companies that bid for the harbour works, by the telephone number they gave"
NAMED = "Signatories of the same bids, by name and birth date as the clerk typed them"
_AIM = "Find which of them also hold an account that Marlow Finch Consulting paid; each match is read before any step."
_SUPERVISOR = account("owen.hale")


def list_people(loading: Loading, numbers: dict[str, str]) -> dict[str, str]:
    """Both requests, to where the demo leaves them; their numbers."""
    once, case = loading.steps.once, numbers["works"]
    officers = _officers(loading)
    by_number = [{"q": one["officer_phone"]} for one in officers if one["officer_phone"]]
    by_name = [{"q": one["officer_name"], "born": one["officer_birth"][:10] or None} for one in officers[:LONGEST]]
    first = once("bulk numbered", _ask, loading, case, NUMBERED, by_number)
    once("bulk numbered sample", _sample, loading, case, first)
    once("bulk numbered done", _finish, loading, case, first)
    second = once("bulk named", _ask, loading, case, NAMED, by_name)
    once("bulk named sample", _sample, loading, case, second)
    return {"numbered": first, "named": second}


def _officers(loading: Loading) -> list[dict[str, str]]:
    """Officers of the register's file, each once, until enough of them have a telephone number."""
    found: dict[str, dict[str, str]] = {}
    path = loading.world.feeds["companies"] / "inbox" / "appointments.csv"
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["officer_no"] and row["officer_name"]:
                found.setdefault(row["officer_no"], row)
            if sum(bool(one["officer_phone"]) for one in found.values()) >= LONGEST:
                break
    return list(found.values())


def _ask(loading: Loading, case: str, population: str, lines: list[dict[str, Any]]) -> str:
    under = at_work(loading, "works", case)
    for one in loading.door.get(under, "/bulk")["items"]:
        if one["population"] == population:
            return str(one["bulk"])
    wanted: dict[str, Any] = {"population": population, "aim": _AIM, "expected": 12, "lines": lines, "fuzzy": 0}
    wanted["filters"] = {"schemas": ["Person"]}
    return str(loading.door.post(under, "/bulk", wanted)["bulk"])


def _sample(loading: Loading, case: str, number: str) -> str:
    """Drawn, and each of its matches judged: by number that is easy, by name and birth date it often isn't."""
    under, door = at_work(loading, "works", case), loading.door
    if door.get(under, f"/bulk/{number}")["state"] == "requested":
        door.post(under, f"/bulk/{number}/sample")
    for hit in door.get(under, f"/bulk/{number}/hits", sample="true", judged="false", limit=200)["items"]:
        door.post(Under(account=under.account, purpose=case), f"/bulk/hits/{hit['hit']}", _verdict(hit))
    return str(door.get(under, f"/bulk/{number}")["state"])


def _verdict(hit: dict[str, Any]) -> dict[str, Any]:
    if "identifier" in hit["matched"]:
        return {"verdict": "confirmed", "compared": ["identifier"], "reason": "The telephone number is the same."}
    if "birth_date" in hit["matched"] and hit["place"] % 2:
        said = "Name and birth date agree, and nothing else is known."
        return {"verdict": "confirmed", "compared": ["name", "birth_date"], "reason": said}
    return {"verdict": "wrong", "compared": ["name"], "reason": "A namesake: lives in another town since birth."}


def _finish(loading: Loading, case: str, number: str) -> str:
    under, door = at_work(loading, "works", case), loading.door
    state = door.get(under, f"/bulk/{number}")["state"]
    if state == "measured":
        reason = {"reason": "Telephone numbers from the register; every match of the sample was right."}
        boss = Under(account=_SUPERVISOR.name, purpose=_SUPERVISOR.desk)
        state = door.post(boss, f"/bulk/{number}/approve", reason)["state"]
    while state in ("approved", "running"):
        state = door.post(under, f"/bulk/{number}/run")["state"]
    return str(state)
