"""What the demo's units do in the field: a criminal operation with a warrant, a civil one whose first plan was refused,
people met, custody, a claim of citizenship that waits for its second person, and a published table."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from brightline.model.errors import BrightlineError, Conflict, Refused
from brightline.wiring.demo.casework import desk
from brightline.wiring.demo.load import Loading

CLEARED = "Instruments and authorities fit the objectives; the sites are named and the numbers are reasoned."


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """Somebody met, hours ago."""

    name: str
    hours: float
    selection: str = "targeted"
    outcome: str = "arrested"
    warrant: str | None = None
    facts: str | None = None
    indicia: str | None = None
    sources: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Operating:
    """An operation: its plan, what was tried before it, whom it met, what it cost."""

    key: str
    case: str
    title: str
    author: str
    supervisor: str
    authority: str
    regime: str
    sites: tuple[str, ...]
    aims: tuple[tuple[str, str, int], ...]  # text, instrument, cost
    people: int
    budget: int
    spent: tuple[tuple[str, int], ...]
    met: tuple[Met, ...]
    heard: tuple[tuple[str, str], ...] = ()  # name, victim or witness
    refused_instrument: str | None = None
    custody: tuple[tuple[str, str, float, str], ...] = ()  # name, event, hours ago, facility or reason


OPERATIONS = (
    Operating(
        key="slack-water",
        case="works",
        title="Slack Water",
        author="dana.whitlock",
        supervisor="owen.hale",
        authority="smr-pen-118",
        regime="criminal",
        sites=("Marlow Finch Consulting, 77 Harbor Street", "Pelham Ridge office, 9 Tarn Lane"),
        aims=(
            ("Seize the second set of books of Marlow Finch Consulting.", "search warrant", 5200),
            ("Arrest the four bidders' agents named in the warrants.", "arrest warrant", 3800),
        ),
        people=4,
        budget=12_000,
        spent=(("Overtime of eleven officers", 6400), ("Locksmith and transport", 900)),
        met=(
            Met(name="Corwin Tarrask", hours=8, warrant="W-2026-301, magistrate at Port Sable"),
            Met(name="Isolde Brannock", hours=7.9, warrant="W-2026-302, magistrate at Port Sable"),
            Met(name="Perrin Oakhollow", hours=7.5, warrant="W-2026-303, magistrate at Port Sable"),
            Met(name="Maude Sellicks", hours=7.2, warrant="W-2026-304, magistrate at Port Sable"),
            Met(
                name="Tobin Wrexley",
                hours=7,
                selection="collateral",
                facts=(
                    "Came out of the back room with the ledger of the Marlow Finch account under his coat and tried to"
                    " burn three pages of it in the yard."
                ),
            ),
        ),
        heard=(("Nell Harrowgate", "witness"),),
        custody=(
            ("Corwin Tarrask", "book_in", 6, "Port Sable custody suite"),
            ("Corwin Tarrask", "transfer", 3, "Fort Amory remand centre"),
            ("Tobin Wrexley", "book_in", 5.5, "Port Sable custody suite"),
            ("Tobin Wrexley", "release", 1, "released on bail by the magistrate"),
        ),
    ),
    Operating(
        key="long-table",
        case="pier",
        title="Long Table",
        author="rosa.vance",
        supervisor="paula.renner",
        authority="smr-lab-31",
        regime="civil",
        sites=("Pier 9 canteen", "418 Harbor Loop"),
        aims=(
            ("See the wage books of Brightwater Staffing and copy them.", "administrative warrant", 700),
            ("Hear the workers about the deductions.", "consent", 400),
        ),
        people=2,
        budget=1_500,
        spent=(("Interpreters for two days", 1100), ("Ferry and overtime", 620)),
        met=(
            Met(
                name="Anselm Dray",
                hours=5,
                outcome="questioned",
                facts="Held the wage book when the inspectors came in and said that he enters the deductions himself.",
                indicia="Says that he was born at Corrin Head; his mother keeps the certificate of birth.",
            ),
            Met(
                name="Ludo Cray",
                hours=4.5,
                outcome="cited",
                facts="Foreman; signed the sheet of deductions of September that lay on the canteen table.",
                sources=(("permit register", "A"), ("employer's personnel file", "B")),
            ),
        ),
        heard=(("Mirela Fanshawe", "victim"), ("Jory Penhale", "victim")),
        refused_instrument="search warrant",
    ),
)

_HEAD = (
    "Apprehension Date,Apprehension Method,Apprehension Criminality,"
    "Case Status,Final Order Yes No,Operation,Birth Year\n"
)
TABLE = (
    _HEAD
    + """\
2026-10-05,Located,1 Convicted Criminal,Active,NO,Slack Water,1979
2026-10-05,Located,2 Pending Criminal Charges,Active,NO,Slack Water,1984
2026-10-05,Located,2 Pending Criminal Charges,Active,NO,Slack Water,1990
2026-10-05,Other Efforts,2 Pending Criminal Charges,Active,NO,Slack Water,1971
2026-10-06,Located,3 Other Immigration Violator,Active,NO,Long Table,1988
2026-02-30,Located,3 Other Immigration Violator,Active,NO,Long Table,1992
2026-10-07,Located,9 Unheard Of,Active,NO,,1966
"""
)


def operate(loading: Loading, cases: dict[str, str]) -> dict[str, str]:
    """Both operations, carried out as far as the demo goes; their numbers by key."""
    numbers = {}
    for one in OPERATIONS:
        if one.refused_instrument:
            loading.steps.once(f"refused {one.key}", _refused, loading, one)
        number = loading.steps.once(f"operation {one.key}", _planned, loading, one, cases[one.case])
        loading.steps.once(f"begun {one.key}", _begun, loading, one, number)
        for met in one.met:
            loading.steps.once(f"met {met.name}", _meet, loading, one, number, met)
        for name, category in one.heard:
            loading.steps.once(f"heard {name}", _hear, loading, one, number, name, category)
        loading.steps.once(f"custody {one.key}", _keep, loading, one, number)
        loading.steps.once(f"costs {one.key}", _pay, loading, one, number)
        numbers[one.key] = number
    loading.steps.once("first of two", _look, loading, numbers["long-table"])
    loading.steps.once("published table", _publish, loading)
    return numbers


def _plan(one: Operating) -> dict[str, Any]:
    return {
        "title": one.title,
        "starts": datetime.now(UTC).date().isoformat(),
        "sites": list(one.sites),
        "objectives": [
            {"text": text, "instrument": tool, "authority": one.authority, "cost": cost}
            for text, tool, cost in one.aims
        ],
        "expected": [{"category": "suspect", "people": one.people}],
        "budget": {one.regime: one.budget},
    }


def _refused(loading: Loading, one: Operating) -> str:
    """The plan as it was first thought of: a criminal instrument for a civil purpose."""
    wanted = _plan(one)
    wanted["objectives"][0]["instrument"] = one.refused_instrument
    try:
        loading.door.post(desk(one.author), "/operations", wanted)
    except Refused as refusal:
        return refusal.code
    return "accepted"


def _planned(loading: Loading, one: Operating, case: str) -> str:
    for row in loading.door.get(desk(one.author), "/operations", limit=200)["items"]:
        if row["title"] == one.title:
            return str(row["operation"])
    return str(loading.door.post(desk(one.author), "/operations", {**_plan(one), "case": case})["operation"])


def _begun(loading: Loading, one: Operating, number: str) -> str:
    """Submitted, judged in law, approved by another person, begun."""
    door, author, path = loading.door, desk(one.author), f"/operations/{number}"
    state = str(door.get(author, path)["state"])
    steps = {
        "draft": (author, "submit", {}),
        "legal_review": (desk("kim.thorne"), "approve", {"reason": CLEARED}),
        "cleared": (desk(one.supervisor), "approve", {}),
        "approved": (author, "activate", {}),
    }
    while state in steps:
        who, verb, body = steps[state]
        state = str(door.post(who, f"{path}/{verb}", body)["state"])
    return state


def _ago(hours: float) -> str:
    return (datetime.now(UTC) - timedelta(hours=hours)).isoformat()


def _people(loading: Loading, one: Operating, number: str) -> dict[str, str]:
    """Codes of people met so far, by name."""
    seen = loading.door.get(desk(one.author), f"/operations/{number}")["encounters"]
    return {each["name"]: each["person"] for each in seen}


def _meet(loading: Loading, one: Operating, number: str, met: Met) -> str:
    there = _people(loading, one, number)
    if met.name in there:
        return there[met.name]
    body = {
        "person": {"name": met.name, "category": "suspect"},
        "time": _ago(met.hours),
        "place": one.sites[0],
        "selection": met.selection,
        "authority": one.authority,
        "basis": "warrant" if met.warrant else "facts",
        "warrant": met.warrant,
        "facts": met.facts,
        "outcome": met.outcome,
        "status_evidence": [
            {"kind": "record", "source": name, "reliability": grade, "found": "looked up on the spot"}
            for name, grade in met.sources
        ],
        "indicia": [{"kind": "birth", "text": met.indicia}] if met.indicia else None,
    }
    given = {key: value for key, value in body.items() if value is not None}
    return str(loading.door.post(desk(one.author), f"/operations/{number}/encounters", given)["person"])


def _hear(loading: Loading, one: Operating, number: str, name: str, category: str) -> str:
    heard = len(loading.door.get(desk(one.author), f"/operations/{number}")["protected"])
    if heard > [each for each, _ in one.heard].index(name):
        return "there"
    body = {"person": {"name": name, "category": category, "note": "Heard on the spot; wishes to be called first."}}
    return str(loading.door.post(desk(one.author), f"/operations/{number}/encounters", body)["protected"])


def _keep(loading: Loading, one: Operating, number: str) -> int:
    """Book-ins, one transfer, one release. What is there already conflicts, and is left."""
    codes = _people(loading, one, number)
    for name, event, hours, words in one.custody:
        said = {"facility" if event in {"book_in", "transfer"} else "reason": words}
        body = {"person": codes[name], "event": event, "time": _ago(hours), **said}
        try:
            loading.door.post(desk(one.author), "/operations/custody", body)
        except Conflict:
            continue
    return len(one.custody)


def _pay(loading: Loading, one: Operating, number: str) -> int:
    author, path = desk(one.author), f"/operations/{number}"
    booked = {each["what"] for each in loading.door.get(author, path)["costs"]}
    for what, amount in one.spent:
        if what not in booked:
            loading.door.post(author, f"{path}/costs", {"amount": amount, "what": what})
    return len(one.spent)


def _look(loading: Loading, number: str) -> str:
    """The first of two people looks at the claim; the second is left to whoever takes the tour."""
    analyst = desk("ines.pell")
    [hold] = loading.door.get(analyst, f"/operations/{number}")["holds"]
    if hold["clearances"]:
        return str(hold["hold"])
    body = {
        "finding": "not supported",
        "reason": "The register of births at Corrin Head has nobody of that name and year.",
    }
    return str(loading.door.post(analyst, f"/operations/holds/{hold['hold']}/clear", body)["hold"])


def _publish(loading: Loading) -> str:
    """A table as such bodies publish it, with two rows that can't be right."""
    under = desk("lee.fenn")
    listed = loading.door.get(under, "/operations/extracts")["extracts"]
    if listed:
        return str(listed[0]["extract"])
    made = loading.door.table(under, "/operations/extracts", "arrests-2026.csv", TABLE.encode(), kind="arrests")
    until = time.monotonic() + loading.patience
    while made["state"] not in ("done", "failed"):
        if time.monotonic() > until:
            raise BrightlineError(f"the table is still {made['state']}", hint="Is the worker running?")
        time.sleep(0.2)
        made = loading.door.get(under, f"/operations/extracts/{made['extract']}")
    return str(made["extract"])
