"""The work on the demo's cases: tasks, a reviewed report, evidence that two people hand on twice, hours, documents,
blind checks between cases. Everything is a user's act through the API, and looked for before it is done again."""

from __future__ import annotations

import io
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import docx

from brightline.wiring.demo.casework import answer, at_work, lead_of
from brightline.wiring.demo.door import Under
from brightline.wiring.demo.load import Loading

LAPTOP, LEDGER = "Laptop, unit 7 desk, serial ending 5K2", "Paper ledger, green cover, 112 pages"
HAND_OVER = "dana.whitlock", "lee.fenn"

TASKS = (
    ("works", "Trace the transfers of Marlow Finch Consulting", "lee.fenn", 5),
    ("works", "Interview plan for the head of procurement", "dana.whitlock", 12),
    ("works", "Second seal, laptop image", "lee.fenn", 2),
    ("ferry", "Compare the nine landings with the night gate", "lee.fenn", 9),
    ("pier", "Summons to Brightwater Staffing", "rosa.vance", 7),
)
DONE = "Second seal, laptop image"

REPORT = {
    "step": "opening",
    "title": "The payments between the bidders of contracts HW-2101 to HW-2108",
    "passages": [
        {
            "kind": "fact",
            "text": "After each of the eight awards the winner paid Marlow Finch Consulting six per cent of the price.",
            "basis": "Bank payments of Marlow Finch Consulting, January 2025 to July 2026.",
            "reliability": "B",
            "credibility": 1,
        },
        {
            "kind": "fact",
            "text": "The firm's paper ledger names each losing bidder beside one and a half per cent of that price.",
            "basis": "Evidence taken at unit 7, Quarry Road.",
            "reliability": "A",
            "credibility": 2,
            "evidence": ["EV-0002"],
        },
        {
            "kind": "assessment",
            "text": "The bidders agreed on who should win before each contract was put out.",
            "basis": "The strict turn of the winners, and payments in both directions.",
            "reliability": "C",
            "credibility": 3,
        },
    ],
}

# Who worked how long on what, by weeks back from today.
HOURS = tuple(
    (key, who, activity, minutes + 30 * (week % 3), week)
    for week in range(8)
    for key, who, activity, minutes in (
        ("works", "dana.whitlock", "investigation", 420),
        ("works", "lee.fenn", "records", 240),
        ("works", "dana.whitlock", "court", 60),
        ("pier", "rosa.vance", "interview", 300),
        ("ferry", "lee.fenn", "surveillance", 180),
    )
)

MAIL = b"""From: Marlow Finch Consulting <office@marlow-finch.example>
To: tenders@quillon-roads.example
Date: Tue, 14 Jul 2026 18:12:00 +0000
Subject: HW-2108
Content-Type: text/plain; charset=utf-8

As agreed on the telephone: yours is the next one. The usual six, three days after the award;
the kestrel account takes it. Burn this when read.
"""

MINUTES = (
    "Minutes of the meeting of 9 March 2026, unit 7, Quarry Road",
    "Present: the five bidders of the harbour works, and a gentleman from procurement who was not named.",
    "The order of the awards until July was read out and agreed. The kestrel account was named once more.",
)


# Whose leads check the bidders' shared number: the first hears of the procurement case, the second doesn't.
CHECKS = ("ferry", "pier")


def work(loading: Loading, numbers: dict[str, str]) -> None:
    """All of it; each step once."""
    for key in numbers:
        loading.steps.once(f"predicate read {key}", _read_predicate, loading, key, numbers[key])
    for task in TASKS:
        loading.steps.once(f"task {task[1]}", _task, loading, task, numbers[task[0]])
    loading.steps.once("evidence", _evidence, loading, numbers["works"])
    loading.steps.once("report", _report, loading, numbers["works"])
    loading.steps.once("hours", _hours, loading, numbers)
    for name, content in (("order-of-the-awards.eml", MAIL), ("minutes.docx", _minutes())):
        loading.steps.once(f"attached {name}", _attach, loading, numbers["works"], name, content)
    loading.steps.once("related", _relate, loading, numbers)
    for key in CHECKS:
        loading.steps.once(f"checked {key}", _check, loading, key, numbers[key])
    loading.steps.once("clearance", _ask_clearance, loading, numbers["pier"])
    _await_readings(loading, numbers)


def _in(who: str, number: str) -> Under:
    return Under(account=who, purpose=number)


def _days(count: int) -> str:
    return (datetime.now(UTC) + timedelta(days=count)).date().isoformat()


def _read_predicate(loading: Loading, key: str, number: str) -> list[str]:
    """What came with the draft is read once there is a compartment for its words."""
    under, door = _in(lead_of(key), number), loading.door
    read = {one["document"] for one in door.get(under, f"/cases/{number}/readings")["items"]}
    unread = [one["id"] for one in door.get(under, f"/cases/{number}/documents")["items"] if one["id"] not in read]
    for id in unread:
        door.post(under, f"/cases/{number}/documents/{id}/read")
    return unread


def _await_readings(loading: Loading, numbers: dict[str, str], seconds: float = 30.0) -> None:
    """The worker reads what waits: whoever comes to the demo should find it by its words. It isn't waited for without
    end, since a worker that is down reads it when it is back."""
    until = time.monotonic() + seconds
    for key, number in numbers.items():
        path = f"/cases/{number}/readings"
        while any(one["state"] == "waiting" for one in loading.door.get(_in(lead_of(key), number), path)["items"]):
            if time.monotonic() > until:
                return
            time.sleep(0.5)


def _task(loading: Loading, task: tuple[str, str, str, int], number: str) -> str:
    key, title, who, days = task
    under = _in(lead_of(key), number)
    there = [one for one in loading.door.get(under, f"/cases/{number}/tasks")["items"] if one["title"] == title]
    if not there:
        body = {"title": title, "assignee": who, "due": _days(days)}
        there = [loading.door.post(under, f"/cases/{number}/tasks", body)]
    if title == DONE and there[0]["state"] == "open":
        body = {"state": "done", "result": "The image was sealed a second time; both hashes are equal."}
        loading.door.post(_in(who, number), f"/cases/{number}/tasks/{there[0]['id']}/end", body)
    return str(there[0]["id"])


def _evidence(loading: Loading, number: str) -> int:
    """Two items; the laptop is handed on twice, each time signed by both."""
    giver, taker = (_in(who, number) for who in HAND_OVER)
    place = "Quarry Road, unit 7"
    laptop = _item(loading, giver, number, {"title": LAPTOP, "place": place, "barcode": "S-40117"})
    _item(loading, giver, number, {"title": LEDGER, "place": place, "barcode": "S-40118"})
    address = f"/cases/{number}/evidence/{laptop['item']}"
    acts = (
        (giver, "offer", {"to": taker.account, "place": "Field evidence room", "reason": "For the laboratory."}),
        (taker, "accept", {"reason": "Bag unbroken."}),
        (taker, "store", {"place": "Laboratory, safe 2", "reason": "Imaged; the image verified twice."}),
        (taker, "offer", {"to": giver.account, "place": "Vault 3", "reason": "Imaging is done."}),
        (giver, "accept", {"reason": "Bag checked."}),
        (giver, "store", {"place": "Vault 3, shelf C2"}),
    )
    done = len(laptop["chain"]) - 1
    for under, act, body in acts[done:]:
        loading.door.post(under, f"{address}/{act}", body)
    return len(acts)


def _item(loading: Loading, under: Under, number: str, wanted: dict[str, str]) -> dict[str, Any]:
    for one in loading.door.get(under, f"/cases/{number}/evidence")["items"]:
        if one["title"] == wanted["title"]:
            return dict(one)
    return dict(loading.door.post(under, f"/cases/{number}/evidence", wanted))


def _report(loading: Loading, number: str) -> str:
    """Written by the lead, approved by the supervisor, locked; and a further one that waits for review."""
    author, reviewer = _in("dana.whitlock", number), _in("owen.hale", number)
    address = f"/cases/{number}/reports"
    heads = loading.door.get(author, address)["items"] or [loading.door.post(author, address, REPORT)]
    if heads[0]["state"] == "draft":
        loading.door.post(author, f"{address}/1/submit")
    if heads[0]["state"] in ("draft", "in_review"):
        loading.door.post(reviewer, f"{address}/1/approve", {"reason": "Complete, and each fact has its basis."})
    if len(heads) < 2:
        further = {**REPORT, "step": "continuing", "title": "What the minutes add", "corrects": 1}
        loading.door.post(author, address, further)
    if len(heads) < 2 or heads[1]["state"] == "draft":
        loading.door.post(author, f"{address}/2/submit")
    return "approved"


def _hours(loading: Loading, numbers: dict[str, str]) -> int:
    for key in ("works", "pier", "ferry"):
        if loading.door.get(_in(lead_of(key), numbers[key]), f"/cases/{numbers[key]}/hours")["hours"]:
            continue
        for of, who, activity, minutes, week in HOURS:
            if of == key:
                body = {"day": _days(-7 * week), "activity": activity, "minutes": minutes}
                loading.door.post(_in(who, numbers[key]), f"/cases/{numbers[key]}/hours", body)
    return len(HOURS)


def _attach(loading: Loading, number: str, name: str, content: bytes) -> str:
    """A document whose words are found in this case and nowhere else."""
    under = _in("dana.whitlock", number)
    for one in loading.door.get(under, f"/cases/{number}/documents")["items"]:
        if one["name"] == name:
            return str(one["id"])
    return str(loading.door.attach(under, f"/cases/{number}/documents", name, content)["id"])


def _minutes() -> bytes:
    made, out = docx.Document(), io.BytesIO()
    for line in MINUTES:
        made.add_paragraph(line)
    made.save(out)
    return out.getvalue()


def _relate(loading: Loading, numbers: dict[str, str]) -> str:
    body = {"other": numbers["ferry"], "kind": "related", "reason": "One number turned up in both; see the checks."}
    loading.door.post(_in("dana.whitlock", numbers["works"]), f"/cases/{numbers['works']}/related", body)
    return numbers["ferry"]


def _check(loading: Loading, key: str, number: str) -> list[dict[str, Any]]:
    """The bidders' shared number lies in the procurement case: one regime hears of it, the other doesn't."""
    under = at_work(loading, key, number)
    phone = answer(loading, "works-phone")["query"]
    told: list[dict[str, Any]] = loading.door.post(under, f"/cases/{number}/deconflict", {"key": phone})["told"]
    return told


def _ask_clearance(loading: Loading, number: str) -> str:
    """Asked for and left to the approver: what is sealed stays closed until then."""
    under, address = _in("rosa.vance", number), f"/cases/{number}/clearances"
    if not loading.door.get(under, address)["items"]:
        order = "District court of Saltmere, order 26-cv-88 of 4 October 2026, complainants of Pier 9 (invented)."
        loading.door.post(under, address, {"caveat": "sealed", "order": order, "expires": _days(90)})
    return "asked"
