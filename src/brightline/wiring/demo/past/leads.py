"""Three hundred leads of eighteen months and what came of them: one source is mostly right, one mostly isn't.

Tips on contracts come from a line that people trust; most that are referred become cases. The departure records name
people who left, who may stay or who were never meant: of what is referred from there, little is found.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from brightline.leads import commands, intake, programme
from brightline.wiring.demo.chance import Stream
from brightline.wiring.demo.past.cases import PLACES
from brightline.wiring.demo.past.crossings import crossed
from brightline.wiring.demo.past.days import later
from brightline.wiring.demo.past.hand import Hand
from brightline.wiring.demo.past.play import Life
from brightline.wiring.demo.people import Population
from brightline.wiring.demo.vetting import NOTICE, STATUS, TIP, TIPS

A_MONTH = {TIPS: 10, STATUS: 7}
_EVERY_DAYS = 28
_LATE = timedelta(days=130)
_LATE_ROWS = (2, 5)
"""Since then two tips of each month at least go to the wage inspectors: a quarter of them shows how long that takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vetting:
    """Who vets a programme's leads, on which day of the week, and what comes of a hundred of them."""

    programme: str
    desk: str
    vetter: str
    second: str
    weekday: int
    heading: Sequence[str]
    to: str
    receiver: str
    closes: tuple[tuple[int, str, str], ...]  # of a hundred: up to which, code, reason
    referred: int  # of a hundred: up to which, beyond the closed; the rest waits
    outcomes: tuple[tuple[int, str, str], ...]
    papers: tuple[tuple[str, str], ...]  # check, identifier that it confirms


TIPS_DESK = Vetting(
    programme=TIPS,
    desk="tips/vetter",
    vetter="mara.holt",
    second="piet.sand",
    weekday=3,
    heading=TIP,
    to="fraud",
    receiver="owen.hale",
    closes=(
        (26, "insufficient", "Neither the month nor the contract is named, and the caller at {place} left no number."),
        (48, "unfounded", "The delivery notes of {place} for {month} are signed and complete; {n} were compared."),
        (52, "wrong_person", "Another firm of that name works at {place}; the register number is the other one's."),
    ),
    referred=70,
    outcomes=(
        (55, "case_opened", "A case was opened on the books of {place} for {month}."),
        (80, "merged", "It belongs to a case on {place} that was open already."),
        (100, "nothing_found", "The books of {place} for {month} show nothing of what was said."),
    ),
    papers=(("register", "registrationNumber"), ("contact", "phone")),
)
STATUS_DESK = Vetting(
    programme=STATUS,
    desk="status/vetter",
    vetter="nils.ode",
    second="tova.lind",
    weekday=4,
    heading=NOTICE,
    to="labour",
    receiver="paula.renner",
    closes=(
        (
            30,
            "wrong_person",
            "The passport is a namesake's, who was at {place} in {month}; this person was never meant.",
        ),
        (62, "insufficient", "The list names a day and nothing else; the ferry's manifest of {month} has {n} gaps."),
    ),
    referred=74,
    outcomes=(
        (12, "acted", "Heard at {place}; the permission had ended in {month} and nobody had renewed it."),
        (55, "nothing_found", "At {place} nobody of that name works or lives; the list was wrong."),
        (80, "in_status", "The permission was renewed in {month}; the list had been made before."),
        (100, "wrong_person", "Another person of that name, born {n} years apart."),
    ),
    papers=(("identity", "passportNumber"), ("second-identifier", "idNumber")),
)
DESKS = (TIPS_DESK, STATUS_DESK)
# What each check found: words of its own for each, so that none repeats another's.
_FOUND = {
    "source-recorded": "The call of {day} stands in the log of the line with its code, {n}.",
    "facts-specific": "Place, month and the foreman at {place} are named; each can be asked for.",
    "no-protected-trait": "Nothing in it speaks of where anybody comes from or what they believe.",
    "prior-leads": "Earlier tips were searched by number and firm, back to {month}: none.",
    "register": "Extract of the register, drawn on {day}: the firm stands under this number.",
    "contact": "The number was rung on {day}; the office at {place} answered by the firm's name.",
    "identity": "The register of travel documents shows this passport, issued in {month}.",
    "second-identifier": "The card's number agrees with the residents' list of {place}.",
    "departure": "Manifests of {n} crossings were looked through: no departure.",
    "benefit": "The benefit register has no application pending for this card.",
    "citizenship": "The civil registry at {place} has no entry for this birth.",
}
_ENDS_NOTHING = frozenset({"departure", "benefit", "citizenship"})
_MATTERS = (
    "Gravel short by the lorry, {place}",
    "Painting billed twice, {place}",
    "One handwriting on three bids, {place}",
    "Guards that nobody saw, {place}",
    "Lamps repaired on paper, {place}",
)
_NARRATIVES = (
    "Caller says that in {month} about {n} lorries were signed for at {place} and never came.",
    "A clerk of {place} says that the offers of {month} were written in one room, {n} pages of them.",
    "Invoices for {place} of {month} name work on {n} days on which the site was closed.",
)
_WHY = (
    "Two records of {month} agree with the tip, and what is said of {place} can be checked on the spot.",
    "What is said of {place} can be asked for by name; both identifiers stand in records of their own.",
)
_SECOND = (
    "Looked up both papers again on {day}; they say what the vetter wrote.",
    "Compared number and telephone with the originals of {day}: no difference.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A month's rows of one programme."""

    desk: Vetting
    n: int
    at: datetime
    late: bool
    rows: tuple[dict[str, str], ...]


def batches(seed: int, people: Population, since: datetime, until: datetime) -> Iterator[Batch]:
    """Month by month what each source sends; about three hundred rows in all."""
    for which, desk in enumerate(DESKS):
        chance = Stream(seed, f"past leads {desk.programme}")
        at, n = later(since, days=12, hours=1, weekday=desk.weekday), 0
        while at < until - timedelta(days=20):
            made = (_row(chance, desk, people, n, k, at) for k in range(A_MONTH[desk.programme]))
            yield Batch(desk=desk, n=n, at=at, late=at > until - _LATE, rows=tuple(made))
            at, n = later(at, days=_EVERY_DAYS, hours=which, weekday=desk.weekday), n + 1


def _row(chance: Stream, desk: Vetting, people: Population, n: int, k: int, at: datetime) -> dict[str, str]:
    place = n * 100 + k
    words = _words(chance, place, at)
    received = (at - timedelta(days=1 + chance.below(24, place, 1), hours=chance.below(8, place, 2))).isoformat()
    if desk is TIPS_DESK:
        return {
            "tip": f"P-{n:02d}{k:02d}",
            "received": received,
            "priority": "normal",
            "matter": chance.pick(_MATTERS, place, 3).format(**words),
            "firm": f"{words['place']} Works {n:02d}{k:02d}",
            "text": chance.pick(_NARRATIVES, place, 4).format(**words),
            "register_no": f"SM-7{n:02d}{k:02d}{chance.below(9, place, 5)}",
            "phone": f"+1 206 555 {n:02d}{k:02d}",
        }
    person = people.person(11 + place * 3)
    return {
        "notice": f"Q-{n:02d}{k:02d}",
        "received": received,
        "priority": "normal",
        "matter": f"Departure not recorded, list of {at:%B %Y}, line {k + 1}",
        "name": person.name,
        "born": person.birth,
        "remarks": "No exit found by the day named.",
        "passport": f"SX4{n:02d}{k:02d}{chance.below(9, place, 5)}",
        "id_no": f"78-{n:02d}{k:02d}",
    }


def _words(chance: Stream, n: int, moment: datetime) -> dict[str, Any]:
    return {
        "place": chance.pick(PLACES, n, 31),
        "month": f"{moment - timedelta(days=40):%B %Y}",
        "day": f"{moment:%d %B %Y}",
        "n": 2 + chance.below(30, n, 32),
    }


def taken_in(hand: Hand, batch: Batch, seed: int, add: Any) -> Life:
    """A month's file is taken in by the vetter; each lead goes its own way from there."""
    yield batch.at
    for k, number in enumerate(_sent(hand, batch)):
        add(vetted(hand, batch, k, number, seed))


def _sent(hand: Hand, batch: Batch) -> list[str]:
    """The numbers of the leads that the rows became, in their order."""
    desk, out = batch.desk, io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(desk.heading), restval="")
    writer.writeheader()
    writer.writerows(batch.rows)
    content = out.getvalue().encode()
    call = hand.call(desk.vetter)
    shown = hand.do(desk.vetter, "programme_list", programme=desk.programme)["programmes"]
    known = programme.parse(next(one["config"] for one in shown if one["in_force"]))
    name, digest = f"{desk.programme}-{batch.at:%Y-%m}.csv", hashlib.sha256(content).hexdigest()
    begun = hand.do(desk.vetter, "lead_intake", programme=desk.programme, name=name, sha256=digest)["intake"]
    numbers: list[str] = []
    for piece in intake.pieces(known, io.BytesIO(content), now=hand.now):
        sent = commands.lead_rows(hand.gate, call, piece, intake=begun, at=0, total=len(batch.rows))
        numbers += sent.result["numbers"]
    commands.lead_intake_end(hand.gate, call, intake=begun)
    return numbers


def vetted(hand: Hand, batch: Batch, k: int, number: str, seed: int) -> Life:
    """What came of one lead: closed with a reason, referred and answered, or left lying."""
    desk, place = batch.desk, batch.n * 100 + k
    chance = Stream(seed, f"past vetting {desk.programme}")
    drawn = chance.below(100, place, 1)
    if desk is TIPS_DESK and batch.late and k in _LATE_ROWS:
        drawn = desk.referred - 1
    if drawn >= desk.referred:
        return
    yield later(batch.at, days=7 * (1 + chance.below(2, place, 2)), hours=k / 4, weekday=desk.weekday)
    words = _words(chance, place, hand.now)
    for most, code, reason in desk.closes:
        if drawn < most:
            shown = hand.do(desk.vetter, "lead_show", lead=number)
            if shown["state"] in ("received", "vetting"):
                hand.do(desk.vetter, "lead_decide", read=shown, lead=number, code=code, reason=reason.format(**words))
            return
    yield from _referred(hand, batch, number, chance, place)


def _referred(hand: Hand, batch: Batch, number: str, chance: Stream, place: int) -> Life:
    desk = batch.desk
    checked = _checked(hand, desk, number, chance, place)
    if checked is None:
        return
    words = _words(chance, place, hand.now)
    reason = chance.pick(_WHY, place, 3).format(**words)
    hand.do(desk.vetter, "lead_decide", read=checked, lead=number, code="viable", reason=reason)
    yield later(hand.now, days=1, weekday=(desk.weekday + 1) % 5)
    words = _words(chance, place, hand.now)
    _decide(hand, desk.second, number, "confirm", chance.pick(_SECOND, place, 5).format(**words))
    if desk is TIPS_DESK and (batch.late or place % 5 < 2):
        yield from crossed(hand, number, desk.vetter, chance, place)
        return
    shown = hand.do(desk.second, "lead_show", lead=number)
    basis = "What it says of {place} is the receiving unit's matter, and {n} records bear it out.".format(**words)
    sent = hand.do(desk.second, "lead_refer", read=shown, lead=number, to=desk.to, basis=basis)
    yield from _answered(hand, desk, str(sent["referral"]), chance, place)


def _answered(hand: Hand, desk: Vetting, referral: str, chance: Stream, place: int) -> Life:
    yield later(hand.now, days=1, weekday=2)
    head = _referral(hand, desk.receiver, referral)
    head = hand.do(desk.receiver, "referral_answer", read=head, referral=referral, act="acknowledge")
    words = _words(chance, place + 7, hand.now)
    reason = "The unit has room for it and will look at {place} first.".format(**words)
    hand.do(desk.receiver, "referral_answer", read=head, referral=referral, act="accept", reason=reason)
    yield later(hand.now, days=14 + 7 * chance.below(4, place, 7), weekday=2)
    drawn = chance.below(100, place, 8)
    outcome, reason = next((code, text) for most, code, text in desk.outcomes if drawn < most)
    head = _referral(hand, desk.receiver, referral)
    told = reason.format(**_words(chance, place, hand.now))
    hand.do(desk.receiver, "referral_answer", read=head, referral=referral, act="outcome", outcome=outcome, reason=told)


def _referral(hand: Hand, who: str, referral: str) -> Any:
    return hand.do(who, "referral_list", referral=referral)["referrals"][0]


def _checked(hand: Hand, desk: Vetting, number: str, chance: Stream, place: int) -> Any:
    """Each required check, two of them with a paper; the last one's answer, or None where the lead was gone already."""
    papers = dict(desk.papers)
    shown = hand.do(desk.vetter, "lead_show", lead=number)
    if shown["state"] not in ("received", "vetting") or shown["held"]:
        return None
    read = shown
    for check in [one for one in shown["checklist"] if one["required"]]:
        name = str(check["name"])
        words = _words(chance, place, hand.now)
        told: dict[str, Any] = {"result": "nothing" if name in _ENDS_NOTHING else "confirmed"}
        told["finding"] = _FOUND[name].format(**words)
        if name in papers:
            told |= {"matched": [papers[name]], "document": f"{check['title']}, no. {place + 100} of {words['day']}"}
        read = hand.do(desk.vetter, "lead_check", read=read, lead=number, name=name, **told)
    return read


def _decide(hand: Hand, who: str, number: str, code: str, reason: str) -> None:
    shown = hand.do(who, "lead_show", lead=number)
    hand.do(who, "lead_decide", read=shown, lead=number, code=code, reason=reason)
