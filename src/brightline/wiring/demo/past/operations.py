"""Operations of the past: planned, judged in law, carried out, paid for. Some drifted from criminal to civil work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from brightline.wiring.demo.chance import Stream
from brightline.wiring.demo.past.cases import FRAUD, LABOUR, PLACES, Desk
from brightline.wiring.demo.past.days import later
from brightline.wiring.demo.past.hand import Hand
from brightline.wiring.demo.past.play import Life

NAMES = (
    *("Spring Tide", "Lee Shore", "Cold Anchor", "Dry Ledger", "Grey Heron", "Long Swell", "Iron Gate", "Fair Count"),
    *("Low Lantern", "Stone Bridge", "Quiet Harbour", "Open Book"),
)
# Which of them, counted through, met more people of civil law than of the one they were planned for.
DRIFTED = (2, 6, 8, 10)
CIVIL = "smr-lab-31"
_CLEARED = "The instruments fit what the plan is for, and the number of people at {place} is reasoned."
_OVER = "{n} people were met at {place}; books and copies lie with the case, and nobody is in custody any more."
_COSTS = ("Overtime of the officers", "Cars and a locksmith", "Interpreters", "Copies and seals")
_FACTS = (
    "Stood at the copier at {place} with the wage book of {month} in hand and gave another name at first.",
    "Opened the back door of {place} to {n} people with luggage and said that he answers for them.",
    "Carried the cash box of {place} to a car while the officers came in; {n} envelopes were in it.",
    "Was named by {n} workers of {place} as the one who keeps their papers, and had the key on him.",
    "Signed the sheet of hours of {month} at {place} for others, as the pen and the sheet before him showed.",
)
_GIVEN = ("Aldo", "Berit", "Cosmo", "Dagny", "Edric", "Freya", "Gustav", "Hanne", "Ivar", "Jorun", "Knut", "Liv")
_FAMILY = ("Ashgrove", "Birkett", "Cullen", "Dravik", "Ellory", "Fairweather", "Garrick", "Holm", "Istvane", "Jessop")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    n: int
    desk: Desk
    title: str
    author: str
    authority: str
    place: str
    begins: datetime
    drifts: bool


def plans(seed: int, since: datetime, until: datetime) -> Iterator[Plan]:
    """One every six weeks or so, in turn by both units that go out."""
    chance = Stream(seed, "past operations")
    days = (until - since).days
    for n, title in enumerate(NAMES):
        desk = FRAUD if n % 2 == 0 else LABOUR
        begins = later(since, days=60 + n * (days - 110) / len(NAMES), hours=1, weekday=desk.weekday)
        yield Plan(
            n=n,
            desk=desk,
            title=title,
            author=desk.leads[0],
            authority=desk.authorities[0],
            place=chance.pick(PLACES, n, 1),
            begins=begins,
            drifts=n in DRIFTED,
        )


def carried_out(hand: Hand, plan: Plan, seed: int, open_now: dict[str, list[str]]) -> Life:
    """From the plan to its end, for the case that its author opened last. Whoever isn't planned is met on facts."""
    chance = Stream(seed, f"past operation {plan.n}")
    yield plan.begins
    words: dict[str, Any] = {"place": plan.place, "n": 5 + chance.below(12, 1), "month": f"{hand.now:%B %Y}"}
    budget = 3_000 + 500 * chance.below(14, 2)
    case = next(reversed(open_now.get(plan.author, [])), None)
    number = _planned(hand, plan, case, words, budget, chance)
    yield later(hand.now, days=2)
    _step(hand, "kim.thorne", "approve", number, reason=_CLEARED.format(**words))
    yield later(hand.now, days=1, hours=1)
    _step(hand, plan.desk.supervisor, "approve", number)
    yield later(hand.now, days=5, weekday=plan.desk.weekday)
    _step(hand, plan.author, "activate", number)
    yield later(hand.now, hours=4)
    for k in range(3 + chance.below(3, 3)):
        _met(hand, plan, number, k, chance)
    yield later(hand.now, days=3)
    for k, what in enumerate(_COSTS[: 2 + chance.below(3, 4)]):
        amount = budget * (20 + chance.below(25, 5, k)) // 100
        hand.do(plan.author, "operation_cost_add", operation=number, amount=amount, what=what)
    yield later(hand.now, days=6, weekday=plan.desk.weekday)
    _step(hand, plan.author, "close", number, summary=_OVER.format(**words))


def _planned(hand: Hand, plan: Plan, case: str | None, words: dict[str, Any], budget: int, chance: Stream) -> str:
    criminal = plan.desk is FRAUD
    aims = [
        {
            "text": "See and copy the books kept at {place}, of {month} and the two months before.".format(**words),
            "instrument": "search warrant" if criminal else "summons",
            "authority": plan.authority,
            "cost": budget // 2,
        }
    ]
    body: dict[str, Any] = {
        "title": plan.title,
        "starts": later(hand.now, days=8).date().isoformat(),
        "sites": [plan.place],
        "objectives": aims,
        "expected": [{"category": "suspect", "people": 2 + chance.below(3, 6)}],
        "budget": {"criminal" if criminal else "civil": budget},
    }
    if case:
        body["case"] = case
    head = hand.do(plan.author, "operation_plan", **body)
    number = str(head["operation"])
    hand.do(plan.author, "operation_submit", read=head, operation=number)
    return number


def _step(hand: Hand, who: str, act: str, number: str, **more: Any) -> None:
    shown = hand.do(who, "operation_show", operation=number)
    hand.do(who, f"operation_{act}", read=shown, operation=number, **more)


def _met(hand: Hand, plan: Plan, number: str, k: int, chance: Stream) -> None:
    """The first under the plan's authority; in what drifted, the others under the civil one."""
    criminal = plan.desk is FRAUD
    beside = criminal and plan.drifts and k > 0
    words: dict[str, Any] = {"place": plan.place, "n": 2 + chance.below(20, k, 11), "month": f"{hand.now:%B %Y}"}
    name = f"{chance.pick(_GIVEN, plan.n * 9 + k, 12)} {chance.pick(_FAMILY, plan.n * 9 + k, 13)}"
    body: dict[str, Any] = {
        "person": {"name": name, "category": "suspect"},
        "time": (hand.now - timedelta(minutes=90 - 12 * k)).isoformat(),
        "place": plan.place,
        "selection": "collateral" if beside else "targeted",
        "authority": CIVIL if beside else plan.authority,
        "outcome": "arrested" if criminal else ("cited", "questioned", "released")[k % 3],
    }
    if criminal and not beside:
        body |= {"basis": "warrant", "warrant": f"W-{hand.now:%Y}-{100 + plan.n * 10 + k}, magistrate at Port Sable"}
    else:
        body |= {"basis": "facts", "facts": _FACTS[k % len(_FACTS)].format(**words)}
    if beside:
        found = (("permit register", "A"), ("employer's personnel file", "B"))
        body["status_evidence"] = [
            {"kind": "record", "source": source, "reliability": grade, "found": f"line {words['n'] + k}: no permit"}
            for source, grade in found
        ]
        body["looked"] = "Asked for papers and rang the registry at Corrin Head, which has no birth of that name."
    hand.do(plan.author, "encounter_add", operation=number, **body)
