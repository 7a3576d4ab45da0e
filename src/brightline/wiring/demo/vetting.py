"""Leads of the demo: two programmes, about forty rows, and what people made of the planted ones.

Planted: two reports of one matter (duplicate), a wrong person, a claim of status that waits for a second person, a tip
on Tidewater Dredging that was vetted, checked and referred, one that waits for a crossing to the wage inspectors, one
half checked and one that waits for a second person.
"""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from brightline.leads.programme import SHIPPED
from brightline.model.errors import BrightlineError
from brightline.wiring.demo.casework import answer, find
from brightline.wiring.demo.door import Under
from brightline.wiring.demo.load import APPROVER_DESK, Loading, agree, there
from brightline.wiring.demo.office import ADMIN, account
from brightline.wiring.demo.people import Population
from brightline.wiring.demo.sizes import size_named

TIPS, STATUS = "procurement-fraud-tips", "status-review"
SOURCES = (
    ("procurement-tips", "Tips on public contracts", "tips", "smr-pen-125", "criminal", "E"),
    ("departure-records", "Departures not recorded", "status", "smr-res-22", "civil", "C"),
)
TIP = ("tip", "matter", "received", "firm", "text", "priority", "people", "register_no", "phone", "email")
NOTICE = (
    *("notice", "matter", "received", "name", "born", "remarks", "priority"),
    *("status_claim", "family", "passport", "id_no", "phone"),
)
# The shipped programmes rest on statutes of a real country; what the demo does rests on Saltmere's alone.
_LAW = {"18-usc-1031": "smr-pen-125", "8-usc-1227": "smr-res-22"}
DREDGING = "Two bidders answer one telephone"
WAGES = "Crew of a dredger paid through a staffing firm"
ROTATION = "Rotation of bids at the ferry terminal"
HOUSING = "Papers held for lodging debt at pier 9"
FENDERS = "Fenders bought twice for one berth"
WRONG = "Departure not recorded, names alike"
HELD = "Permission ended, says that he is a citizen"
REASON = "Find the register entry of the bidder that the tip names, and who else answers its telephone."
_MATTERS = (
    "Gravel that was never delivered",
    "Painting of a quay billed twice",
    "Same handwriting on three bids",
    "Catering for a closed site",
    "Lighting repaired on paper",
    "Guard posts that nobody fills",
)
_LODGING = (
    "Caller says that about forty seasonal workers on the dredging contract live in two buildings run by the staffing "
    "firm. Pay is cut each week for lodging. A manager keeps passports at Quarry Road until the debt is paid."
)
# What was found by each check, in words of its own: none repeats another's.
_FOUND = {
    "source-recorded": "The caller's code lies in the safe; the line is the only way to call back.",
    "facts-specific": "Firm, contract, month and two clerks are named, so that each of them can be asked for.",
    "no-protected-trait": "Read for it word by word: nobody's origin or belief is so much as mentioned.",
    "prior-leads": "Three years of this desk's own tips, by firm and by number, hold nothing earlier.",
    "register": "The extract shows the firm under this very number, and not struck off.",
    "contact": "Rang the number that the tip gives; the firm's clerk answered by its name.",
}
_WHY = "The register number and the telephone agree with two records; the facts are specific."


def take_in(loading: Loading) -> dict[str, str]:
    """Rows taken in, and the planted leads worked on whose checks cite no record of a feed; numbers by key."""
    once = loading.steps.once
    once("lead intake tips", _intake, loading, "mara.holt", TIPS, TIP, _tips(loading))
    once("lead intake status", _intake, loading, "nils.ode", STATUS, NOTICE, _notices(loading))
    numbers: dict[str, str] = once("planted leads", _numbers, loading)
    for key, act in (
        ("wages", _wages),
        ("rotation", _duplicate),
        ("wrong", _wrong),
        ("held", _held),
        ("housing", _begun),
        ("fenders", _waiting),
    ):
        once(f"vetted {key}", act, loading, numbers[key])
    return numbers


def vet(loading: Loading, numbers: dict[str, str]) -> None:
    """The lead that rests on a record which the search finds."""
    loading.steps.once("vetted dredging", _dredging, loading, numbers["dredging"])


def found_programmes(loading: Loading) -> None:
    """By which rules leads are vetted: in force from the first day on."""
    for name in (TIPS, STATUS):
        loading.steps.once(f"programme {name}", _programme, loading, name)
    loading.steps.once("programmes agreed", agree, loading, APPROVER_DESK)


PLANTED = {
    "dredging": ("mara.holt", DREDGING),
    "wages": ("mara.holt", WAGES),
    "rotation": ("mara.holt", ROTATION),
    "housing": ("mara.holt", HOUSING),
    "fenders": ("mara.holt", FENDERS),
    "wrong": ("nils.ode", WRONG),
    "held": ("nils.ode", HELD),
}


def _desk(name: str) -> Under:
    return Under(account=name, purpose=account(name).desk)


def enter_sources(loading: Loading) -> None:
    """Where reports come from, before the first row of anything is there; an approver accepts them with the others."""
    for source in SOURCES:
        loading.steps.once(f"lead source {source[0]}", _source, loading, source)


def _source(loading: Loading, source: tuple[str, ...]) -> str:
    name, title, unit, authority, regime, grade = source
    steward, today = _desk("sam.orrin"), loading.began
    until = (today + timedelta(days=3_000)).isoformat()
    wanted = {
        "name": name,
        "title": title,
        "publisher": title,
        "reliability": grade,
        "authority": authority,
        "custodian_unit": unit,
        "pointer_tier": 0,
        "agreement": {"id": f"AG-{name}", "regimes": [regime], "pointer_tier": 0, "expires": until},
        "assessment": {"id": f"PIA-{name}", "approved": today.isoformat(), "expires": until},
    }
    there(loading.door.post, steward, "/sources", wanted)
    return name


def _programme(loading: Loading, name: str) -> str:
    """Proposed by the administrator; an approver decides it."""
    text = (SHIPPED / f"{name}.yml").read_text("utf-8")
    for shipped, invented in _LAW.items():
        text = text.replace(f"authority: {shipped}", f"authority: {invented}")
    under = Under(account=ADMIN.name, purpose=ADMIN.desk)
    there(loading.door.post, under, "/programmes", {"text": text})
    return name


def _intake(
    loading: Loading, who: str, name: str, heading: Sequence[str], rows: Sequence[dict[str, str]]
) -> dict[str, Any]:
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=heading, restval="")
    writer.writeheader()
    writer.writerows(rows)
    found = loading.door.send_file(
        _desk(who), "/leads/intake", f"{name}.csv", out.getvalue().encode(), {"programme": name}
    )
    until = time.monotonic() + loading.patience
    while found["state"] not in ("done", "failed"):
        if time.monotonic() > until:
            raise BrightlineError(f"leads of {name} are still {found['state']}", hint="Is the worker running?")
        time.sleep(0.2)
        found = loading.door.get(_desk(who), "/leads/intakes", intake=found["intake"])["intakes"][0]
    if found["state"] == "failed":
        raise BrightlineError(f"leads of {name}: {found['message']}", hint=found["hint"] or "")
    return {key: found[key] for key in ("rows", "accepted", "known", "rejected", "linked", "held")}


def _ago(days: int) -> str:
    return (datetime.now(UTC) - timedelta(days=days, hours=3)).replace(microsecond=0).isoformat()


def _tips(loading: Loading) -> list[dict[str, str]]:
    """Twenty-two tips; the last has no firm and goes to quarantine."""
    shared = answer(loading, "works-phone")
    bidder = shared["ids"]["tidewater"]
    words = "Caller says that both firms answer one number and share a clerk, who writes both bids."
    rows = [
        {"matter": DREDGING, "firm": bidder["caption"], "text": words, "register_no": bidder["find"]}
        | {"phone": shared["query"], "people": "The clerk of both (employee)", "priority": "urgent"},
        {"matter": WAGES, "firm": "Halyard Dredging Crews", "register_no": "SM-990417", "phone": "+1 205 555 0143"}
        | {"text": "Deckhands are paid by another firm, less a fee for lodging that nobody agreed to."},
        {"matter": ROTATION, "firm": "Pilotage Paving", "register_no": "SM-990233", "phone": "+1 205 555 0177"}
        | {"text": "Four firms won in strict turn."},
        {
            "matter": ROTATION,
            "firm": "Pilotage Paving Ltd",
            "register_no": "SM 990233",
            "text": "Four firms won in strict turn.",
        },
        {"matter": HOUSING, "firm": "Brightwater Staffing", "register_no": "SM-990618", "phone": "+1 205 555 0161"}
        | {"text": _LODGING, "people": "The manager at Quarry Road (manager); Ilse Varn (payroll clerk)"}
        | {"priority": "urgent"},
        {"matter": FENDERS, "firm": "Berth and Quay Supplies", "register_no": "SM-990702", "phone": "+1 205 555 0188"}
        | {"text": "Invoice 4471 and invoice 4502 name the same forty fenders for berth 3; one delivery note exists."},
    ]
    for n in range(15):
        matter = _MATTERS[n % len(_MATTERS)]
        rows.append(
            {"matter": f"{matter}, lot {n + 1}", "firm": f"Yard Services {n + 1}", "register_no": f"SM-98{n:04d}"}
            | {
                "text": "An invoice was seen for work that two clerks say was not done.",
                "phone": f"+1 205 555 02{n:02d}",
            }
        )
    rows.append({"matter": "Nobody is named", "text": "They all do it."})
    return [
        {"tip": f"T-{n:04d}", "received": _ago(n % 9), "priority": "normal", **row} for n, row in enumerate(rows, 1)
    ]


def _notices(loading: Loading) -> list[dict[str, str]]:
    """Twenty people of the invented region; the last row has a birthday in the future and goes to quarantine."""
    rows = [
        {"matter": WRONG, "name": "Tomas Arlind", "born": "1984-03-09", "passport": "SX100201", "id_no": "77-0201"},
        {"matter": HELD, "name": "Davit Merrow", "born": "1979-11-30", "passport": "SX100202", "id_no": "77-0202"}
        | {
            "status_claim": "States that he was naturalised in 2019 and shows a certificate.",
            "family": "Lena Merrow (wife)",
        },
    ]
    measures = size_named(loading.world.size)
    population = Population(loading.world.seed, measures.people, measures.organisations)
    for n in range(17):
        person = population.person(n * 7 + 3)
        rows.append(
            {"matter": f"Departure not recorded, list {n + 1}", "name": person.name, "born": person.birth}
            | {"passport": f"SX2{n:05d}", "id_no": person.number}
        )
    rows.append({"matter": "Born tomorrow", "name": "Nobody", "born": "2099-01-01", "passport": "SX300000"})
    return [
        {"notice": f"N-{n:04d}", "received": _ago(n % 20), "remarks": "No exit found by the day named.", **row}
        | {"priority": row.get("priority", "normal")}
        for n, row in enumerate(rows, 1)
    ]


def _numbers(loading: Loading) -> dict[str, str]:
    """Those of the planted leads, as the queues of both desks show them."""
    waiting = {who: _to_vet(loading, who) for who in ("mara.holt", "nils.ode")}
    found = {}
    for key, (who, title) in PLANTED.items():
        rows = [row for row in waiting[who] if row["title"] == title]
        found[key] = str(max(rows, key=lambda row: str(row["duplicate_of"] or ""))["number"])
    return found


def _to_vet(loading: Loading, who: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    while not rows or len(rows) % 200 == 0:
        more = loading.door.get(_desk(who), "/leads", tab="to_vet", limit=200, offset=len(rows))["items"]
        rows += more
        if not more:
            break
    return rows


def _confirm_all(loading: Loading, number: str, matched: dict[str, tuple[str, str]], who: str = "mara.holt") -> None:
    """Every required check not done yet, confirmed; `matched` names identifier and document by check."""
    desk = _desk(who)
    for check in loading.door.get(desk, f"/leads/{number}")["checklist"]:
        if check["required"] and not check["entries"]:
            body = {"name": check["name"], "result": "confirmed", "finding": _FOUND[check["name"]]}
            if check["name"] in matched:
                identifier, document = matched[check["name"]]
                body |= {"matched": [identifier], "document": document}
            loading.door.post(desk, f"/leads/{number}/checks", body)


def _second(loading: Loading, number: str) -> None:
    """Viable by the vetter, confirmed by another."""
    door = loading.door
    if door.get(_desk("mara.holt"), f"/leads/{number}")["state"] == "vetting":
        door.post(_desk("mara.holt"), f"/leads/{number}/decide", {"code": "viable", "reason": _WHY})
    if door.get(_desk("mara.holt"), f"/leads/{number}")["state"] == "viable":
        words = "Read both records again; the register number and the telephone are the tip's."
        door.post(_desk("piet.sand"), f"/leads/{number}/decide", {"code": "confirm", "reason": words})


def _dredging(loading: Loading, number: str) -> str:
    """Searched under its own purpose, a record and a note cited, checked by another, referred to Fraud."""
    door, desk = loading.door, _desk("mara.holt")
    shown = door.get(desk, f"/leads/{number}")
    if shown["state"] in ("received", "vetting"):
        door.post(desk, f"/leads/{number}/open")
        under = door.inquiry("mara.holt", number, REASON)
        cited = find(loading, under, answer(loading, "works-phone")["ids"]["tidewater"])
        body = {"name": "register", "result": "confirmed", "matched": ["registrationNumber"], "evidence": cited}
        finding = "Opened the record in the search: it carries this register number as the tip states it."
        door.post(under, f"/leads/{number}/checks", {**body, "finding": finding})
        _confirm_all(loading, number, {"contact": ("phone", "Note of the call-back 101")})
    _second(loading, number)
    if door.get(desk, f"/leads/{number}")["state"] == "checked":
        body = {"to": "fraud", "basis": "Bears on the rotation of harbour contracts that Fraud works on."}
        door.post(desk, f"/leads/{number}/refer", {**body, "caveats": ["The caller's number is not to be rung."]})
    return "referred"


def _wages(loading: Loading, number: str) -> str:
    """Checked, and a crossing asked for: wages are the labour inspectors' matter."""
    door, desk = loading.door, _desk("mara.holt")
    cited = {"register": ("registrationNumber", "Extract 2026-114"), "contact": ("phone", "Note of the call-back 114")}
    if door.get(desk, f"/leads/{number}")["state"] in ("received", "vetting"):
        _confirm_all(loading, number, cited)
    _second(loading, number)
    if door.get(desk, f"/leads/{number}")["state"] == "checked":
        asked = {
            "fields": ["name", "registrationNumber"],
            "basis": "smr-lab-31",
            "necessity": "Deckhands pay a lodging fee out of their wages; only the wage inspectors may look into that.",
            "alternatives": "The caller was told of the inspectors' own line and would not ring it.",
            "expires": (datetime.now(UTC) + timedelta(days=60)).date().isoformat(),
        }
        door.post(desk, f"/leads/{number}/refer", {"to": "labour", "crossing": asked})
    return "crossing"


def _duplicate(loading: Loading, number: str) -> str:
    body = {
        "code": "duplicate",
        "reason": "The same firm under the same register number, in the words of the earlier tip.",
    }
    return _decided(loading, "mara.holt", number, body)


def _wrong(loading: Loading, number: str) -> str:
    reason = "The passport belongs to a namesake who left in May; this person was never meant."
    return _decided(loading, "nils.ode", number, {"code": "wrong_person", "reason": reason})


def _begun(loading: Loading, number: str) -> str:
    """Half checked: three checks done, one that waits for an answer."""
    door, desk = loading.door, _desk("mara.holt")
    found = (
        ("source-recorded", "confirmed", "Anonymous caller; a call-back code lies in the safe, nothing else."),
        ("facts-specific", "confirmed", "Place, number of people and the weekly deduction can be checked."),
        ("no-protected-trait", "confirmed", "Read for it: workers are named by their trade alone, nobody by origin."),
        ("contact", "inconclusive", "Call-back code tried once, no answer yet."),
    )
    done = {one["name"] for one in door.get(desk, f"/leads/{number}")["checklist"] if one["entries"]}
    for name, result, finding in found:
        if name not in done:
            door.post(desk, f"/leads/{number}/checks", {"name": name, "result": result, "finding": finding})
    return "vetting"


def _waiting(loading: Loading, number: str) -> str:
    """Called viable by one; a second person is still to look."""
    door, desk = loading.door, _desk("piet.sand")
    cited = {"register": ("registrationNumber", "Extract 2026-131"), "contact": ("phone", "Note of the call-back 131")}
    if door.get(desk, f"/leads/{number}")["state"] in ("received", "vetting"):
        _confirm_all(loading, number, cited, "piet.sand")
        words = "Both invoices name the same delivery note; the register number and the telephone are the firm's."
        door.post(desk, f"/leads/{number}/decide", {"code": "viable", "reason": words})
    return "viable"


def _decided(loading: Loading, who: str, number: str, body: dict[str, str]) -> str:
    shown = loading.door.get(_desk(who), f"/leads/{number}")
    if shown["state"] in ("received", "vetting"):
        shown = loading.door.post(_desk(who), f"/leads/{number}/decide", body)
    return str(shown["code"])


def _held(loading: Loading, number: str) -> str:
    """One of two people has looked at the claim, and not the one who brought it in; the second is still to."""
    shown = loading.door.get(_desk("tova.lind"), f"/leads/{number}")
    if shown["hold"]["first_by"] is None:
        body = {"status": "citizen", "reason": "The certificate's number stands in the civil registry under his name."}
        shown = loading.door.post(_desk("tova.lind"), f"/leads/{number}/clear", body)
    return str(shown["hold"]["state"])
