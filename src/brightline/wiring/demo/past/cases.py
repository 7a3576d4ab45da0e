"""Sixty cases of eighteen months: opened on facts, worked on by the week, most of them closed by two people."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from brightline.wiring.demo.chance import Stream
from brightline.wiring.demo.past.days import later
from brightline.wiring.demo.past.hand import Hand
from brightline.wiring.demo.past.play import Life

COUNT = 60
_EVERY_WEEKS = 3
# On which days before this one they worked on it: nobody works on all of their cases on one day.
_BACK = (0, 1, 7, 8, 14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Who works on the cases of a unit, on which law, on which day of the week."""

    leads: tuple[str, ...]
    supervisor: str
    authorities: tuple[str, ...]
    weekday: int
    matters: tuple[tuple[str, str, str], ...]  # category, title, predicate


FRAUD = Desk(
    leads=("dana.whitlock", "lee.fenn"),
    supervisor="owen.hale",
    authorities=("smr-pen-118", "smr-pen-203"),
    weekday=1,
    matters=(
        (
            "procurement fraud",
            "Two bids in one hand, {place}",
            "Two bids for the works at {place} carry the same slip in their quantities, as the audit of {month} shows.",
        ),
        (
            "smuggling",
            "Unsealed containers at {place}",
            "The gate log of {place} shows {n} containers that left with seals of another number in {month}.",
        ),
        (
            "bribery",
            "Envelopes to an inspector, {place}",
            "A clerk of {place} handed in an envelope with {n} notes that was left for the inspector in {month}.",
        ),
        (
            "false invoices",
            "Work billed and not done at {place}",
            "{n} invoices of {month} name repairs at {place} that its foreman has never seen, as he states in writing.",
        ),
    ),
)
LABOUR = Desk(
    leads=("rosa.vance", "ines.pell"),
    supervisor="paula.renner",
    authorities=("smr-lab-31",),
    weekday=2,
    matters=(
        (
            "unlawful deductions",
            "Deductions for tools, {place}",
            "The wage lines of {month} at {place} show the same deduction for tools with each of {n} workers.",
        ),
        (
            "unpaid hours",
            "Night shifts without pay, {place}",
            "The gate of {place} let {n} workers in at night in {month}; their wage lines name day shifts alone.",
        ),
        (
            "withheld papers",
            "Passports in a drawer, {place}",
            "An inspector saw {n} passports of workers in the office at {place} in {month}, and none was given back.",
        ),
    ),
)
INTAKE = Desk(
    leads=("theo.marsh",),
    supervisor="june.sorrel",
    authorities=("smr-rep-9",),
    weekday=3,
    matters=(
        (
            "public reports",
            "Reports about {place}",
            "{n} callers within {month} name {place} and one firm; that is looked into before anything is referred.",
        ),
    ),
)
_SHARE = (FRAUD, LABOUR, FRAUD, LABOUR, INTAKE, FRAUD, LABOUR)
PLACES = (
    *("Tarn Lane", "Quarry Road", "Corrin Head", "Fort Amory", "Court Square", "Ropewalk 12", "Berth 3", "Pilot House"),
    *(
        "Saltworks yard",
        "Gull Stairs",
        "Kiln Street",
        "Lower Quay",
        "Old Customs House",
        "Wharf 6",
        "Net Loft",
        "Mill Dam",
    ),
)
_ACTIVITIES = ("investigation", "records", "interview", "surveillance", "writing", "court", "travel")
_NOTES = (
    "The clerk of {place} brought the ledger of {month}; {n} of its lines name the firm that is looked into.",
    "Of {n} people who were asked at {place} two remember the delivery in {month}, and neither signed for it.",
    "The figures of {month} for {place} were compared with the bank's; they differ in {n} of the lines.",
)
_TASKS = ("Ask {place} for its books of {month}", "Compare the gate log of {place}", "Hear the foreman of {place}")
_DONE = (
    "The copies lie with the case, nine pages.",
    "Done by telephone; the note of it names who spoke.",
    "Compared line by line, and written down where it differs.",
)
_ENDS = ("charged", "referred", "unfounded", "insufficient", "administrative", "charged", "unfounded")
_ENDINGS = {
    "charged": "The prosecutor took it over and has charged {n} people; the file went with a list of its evidence.",
    "referred": "It belongs to the harbour office, which has taken it on; nothing is left to do here.",
    "unfounded": "The books of {place} agree with the gate log after all; the first count had left a week out.",
    "insufficient": "Nobody at {place} would sign what was said, and the papers alone don't carry it.",
    "administrative": "The firm paid what was owed to {n} people after the inspection, and accepted a fine.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """One case as it will go."""

    n: int
    desk: Desk
    lead: str
    mate: str
    title: str
    category: str
    predicate: str
    authority: str
    begins: datetime
    weeks: int
    ends: str | None


def matters(seed: int, since: datetime, until: datetime) -> Iterator[Matter]:
    """All cases of the past. The last ones are open still."""
    chance = Stream(seed, "past cases")
    days = (until - since).days
    for n in range(COUNT):
        desk = _SHARE[n % len(_SHARE)]
        begins = later(since, days=5 + n * (days - 25) / COUNT, hours=1 + chance.below(6, n, 1), weekday=desk.weekday)
        category, title, predicate = chance.pick(desk.matters, n, 2)
        words = _words(chance, n, begins)
        lead = chance.pick(desk.leads, n, 3)
        weeks = 4 + chance.below(24, n, 4)
        yield Matter(
            n=n,
            desk=desk,
            lead=lead,
            mate=next((one for one in desk.leads if one != lead), desk.supervisor),
            title=title.format(**words),
            category=category,
            predicate=predicate.format(**words),
            authority=chance.pick(desk.authorities, n, 5),
            begins=begins,
            weeks=weeks,
            ends=None if n > COUNT - 6 else chance.pick(_ENDS, n, 6),
        )


def _words(chance: Stream, n: int, moment: datetime) -> dict[str, Any]:
    return {
        "place": PLACES[(n * 5 + chance.below(3, n, 11)) % len(PLACES)],
        "month": f"{moment:%B %Y}",
        "n": 3 + chance.below(40, n, 12),
    }


def life(hand: Hand, matter: Matter, seed: int, open_now: dict[str, list[str]]) -> Life:
    """From the draft to the closure, or to where it stands today. `open_now`: the numbers of whose cases are open."""
    chance = Stream(seed, f"past case {matter.n}")
    yield matter.begins
    number = _drafted(hand, matter)
    now = later(hand.now, days=1 + 6 * chance.below(2, 0), weekday=(matter.desk.weekday + 1) % 5)
    yield now
    shown = hand.do(matter.desk.supervisor, "case_show", case=number)
    opened = hand.do(matter.desk.supervisor, "case_approve", read=shown, case=number)
    if matter.mate != matter.desk.supervisor:
        hand.do(matter.desk.supervisor, "case_member_add", read=opened, case=number, account=matter.mate)
    open_now.setdefault(matter.lead, []).append(number)
    for week in range(0, matter.weeks, _EVERY_WEEKS):
        now = later(now, days=7 * _EVERY_WEEKS, weekday=matter.desk.weekday)
        yield now
        _worked(hand, matter, number, chance, week)
    if matter.ends is None:
        return
    yield later(now, days=7, weekday=matter.desk.weekday)
    words = _ENDINGS[matter.ends].format(**_words(chance, matter.n, hand.now))
    shown = hand.do(matter.lead, "case_show", case=number)
    open_now[matter.lead].remove(number)
    _tasks_done(hand, matter.lead, number, chance)
    asked = hand.do(matter.lead, "case_close", read=shown, case=number, outcome=matter.ends, summary=words)
    yield later(hand.now, days=1 + 7 * chance.below(2, 2), weekday=(matter.desk.weekday + 1) % 5)
    shown = hand.do(matter.desk.supervisor, "case_show", case=number)
    if shown["state"] == asked["state"]:
        hand.do(matter.desk.supervisor, "case_approve", read=shown, case=number)


def _tasks_done(hand: Hand, who: str, number: str, chance: Stream) -> None:
    for n, task in enumerate(hand.do(who, "case_task_list", number, case=number)["tasks"]):
        if task["state"] == "open":
            told = chance.pick(_DONE, n, 31)
            hand.do(who, "case_task_end", number, read=task, case=number, task=task["id"], state="done", result=told)


def _drafted(hand: Hand, matter: Matter) -> str:
    head = hand.do(
        matter.lead,
        "case_open",
        title=matter.title,
        authorities=[matter.authority],
        predicate=matter.predicate,
        category=matter.category,
        supervisor=matter.desk.supervisor,
    )
    number = str(head["case"])
    if matter.desk is FRAUD:
        _papered(hand, matter, number)
    hand.do(matter.lead, "case_submit", read=head, case=number)
    return number


def _papered(hand: Hand, matter: Matter, number: str) -> None:
    """A criminal case rests on a document."""
    paper = f"Memorandum of {hand.now:%d %B %Y} (invented). {matter.predicate}".encode()
    hand.do(
        matter.lead,
        "case_document_add",
        case=number,
        name="memorandum.txt",
        media_type="text/plain",
        sha256=hashlib.sha256(paper).hexdigest(),
        content_base64=base64.b64encode(paper).decode(),
    )


def _worked(hand: Hand, matter: Matter, number: str, chance: Stream, week: int) -> None:
    """Three weeks: hours of the lead and often of a second person, now and then a note or a task."""
    for k, who in enumerate((matter.lead, matter.mate)):
        if k and not chance.happens(45, week, 21):
            continue
        if who == matter.desk.supervisor:
            continue
        minutes = 30 * (3 + chance.below(7, week, 22 + k))
        activity = chance.pick(_ACTIVITIES, week, 24 + k)
        day = (hand.now - timedelta(days=_BACK[matter.n % len(_BACK)])).date().isoformat()
        hand.do(who, "case_hours_add", number, case=number, day=day, activity=activity, minutes=minutes)
    words = _words(chance, matter.n + week, hand.now)
    if chance.happens(35, week, 26):
        text = chance.pick(_NOTES, week, 27).format(**words)
        basis = f"Papers of {words['place']}, {words['month']}."
        hand.do(
            matter.lead,
            "case_note_add",
            number,
            case=number,
            text=text,
            kind="fact",
            basis=basis,
            reliability="B",
            credibility=2,
        )
    elif chance.happens(25, week, 28):
        title = chance.pick(_TASKS, week, 29).format(**words)
        day = later(hand.now, days=14).date().isoformat()
        hand.do(matter.lead, "case_task_add", number, case=number, title=title, due=day)
