"""What ends a lead ends it, and a claim holds the person: through the real gate against a real database."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from tests.fieldwork import active, met
from tests.leadroom import AGAIN, WHY, LeadRoom, lead_room
from tests.rules.test_rules_cases import refused

from brightline.model.errors import BrightlineError

pytestmark = pytest.mark.database

VETTER = "status/vetter"
PAIRS = (("identity", "passportNumber"), ("second-identifier", "idNumber"))
SEEN = {
    "stan": "The register's page seven was copied for the desk.",
    "sol": "Went to the office in person and read the volume there.",
    "sid": "Had the shipping line's list sent over by courier.",
}
REASON = {
    "stan": "The civil registry and the passport office were asked by letter of 4 May.",
    "sol": "Rang the consulate in Marlow: it has issued nobody of that name a paper.",
    "sid": "Read the answers of both offices myself; neither knows this birth.",
}


@pytest.fixture(scope="module")
def room(module_db: Any) -> Iterator[LeadRoom]:
    with lead_room(module_db) as made:
        made.at.world.grant("sid", "status", "vetter")
        yield made


def ready(room: LeadRoom, key: str, **changes: str) -> str:
    stated = {"passport": f"P{key}", "id_no": f"I{key}", **changes}
    number = room.notice(key, **stated)
    room.checks(number, matched=PAIRS, who="stan", desk=VETTER)
    return number


def check(room: LeadRoom, number: str, name: str, result: str, who: str = "stan") -> Any:
    said = {"finding": f"{SEEN[who]} It was asked about {name}, and said {result}."}
    return room.do(who, VETTER, "lead_check", lead=number, name=name, result=result, **said)


def decide(room: LeadRoom, number: str, code: str, who: str = "stan", reason: str = WHY) -> Any:
    return room.do(who, VETTER, "lead_decide", lead=number, code=code, reason=reason)


def referred(room: LeadRoom, key: str, **changes: str) -> tuple[str, str]:
    number = ready(room, key, **changes)
    decide(room, number, "viable")
    decide(room, number, "confirm", "sol", AGAIN)
    sent = room.do(
        "stan",
        VETTER,
        "lead_refer",
        lead=number,
        to="labour",
        basis="Two records of other registers state what the sender states.",
    )
    return number, sent["referral"]


def answer(room: LeadRoom, referral: str, act: str, **more: Any) -> Any:
    reason = (
        {} if act == "acknowledge" else {"reason": f"The package fits work of ours in that town; {act} by letter 12."}
    )
    return room.do("lara", "labour/vetter", "referral_answer", referral=referral, act=act, **reason, **more)


def clear(room: LeadRoom, number: str, who: str, status: str = "none") -> Any:
    desk = "status/supervisor" if who == "sid" else VETTER
    return room.do(who, desk, "lead_clear", lead=number, status=status, reason=REASON[who])


# ------------------------------------------------------------------- a check's result has a direction

ENDS = [
    ("departure", "confirmed", "ended"),
    ("benefit", "confirmed", "ended"),
    ("citizenship", "confirmed", "hold"),
    ("second-identifier", "refuted", "ended"),
    ("identity", "refuted", "ended"),
]


@pytest.mark.parametrize(("name", "result", "code"), ENDS)
def test_rule_28_what_ends_a_lead_is_never_viable(room: LeadRoom, name: str, result: str, code: str) -> None:
    number = ready(room, f"E-{name}")
    check(room, number, name, result)
    refused(code, decide, room, number, "viable")
    check(room, number, name, "nothing" if name in ("departure", "benefit", "citizenship") else "confirmed")
    refused(code, decide, room, number, "viable")
    # Not even past the functions.
    with pytest.raises(psycopg.Error, match=r"hold|ended"):
        room.at.world.db.execute(
            "UPDATE leads.lead SET state = 'viable', viable_by = vetter, viable_reason = %s WHERE number = %s",
            (WHY, number),
        )


def test_another_person_may_find_otherwise(room: LeadRoom) -> None:
    number = ready(room, "E-again")
    check(room, number, "departure", "confirmed")
    refused("ended", decide, room, number, "viable")
    check(room, number, "departure", "nothing", "sol")
    assert decide(room, number, "viable")["state"] == "viable"


STEPS = ("check", "decide", "refer", "answer", "hold", "clear")


def _step(room: LeadRoom, dice: random.Random, number: str, sent: list[str]) -> None:
    who = dice.choice(("stan", "sol", "sid"))
    step = dice.choice(STEPS)
    if step == "check":
        names = [one["name"] for one in room.show(number, "stan", VETTER)["checklist"]]
        check(room, number, dice.choice(names), dice.choice(("confirmed", "refuted", "nothing", "claim")), who)
    elif step == "decide":
        decide(
            room,
            number,
            dice.choice(("viable", "confirm", "return")),
            who,
            f"{WHY} So reads {who} on page {dice.random()}.",
        )
    elif step == "refer":
        told = {"lead": number, "to": "labour", "basis": "Two records of other registers state what the sender states."}
        sent.append(room.do(who, VETTER, "lead_refer", **told)["referral"])
    elif step == "answer" and sent:
        answer(room, sent[-1], dice.choice(("acknowledge", "accept", "outcome")), outcome="nothing_found")
    elif step == "hold":
        room.do(who, VETTER, "lead_hold", lead=number, claim="His counsel sent a copy of a passport.")
    elif step == "clear":
        clear(room, number, who, dice.choice(("none", "citizen")))


def _standing(room: LeadRoom, number: str) -> set[str]:
    """What ends this lead or holds its subject, read from the tables, not from the functions under test."""
    rows = room.at.world.db.execute(
        "SELECT DISTINCT k.name FROM leads.check_entry k JOIN leads.lead f ON f.id = k.lead WHERE f.number = %s AND"
        " ((k.name IN ('departure', 'benefit') AND k.result = 'confirmed') OR (k.name IN ('identity',"
        " 'second-identifier') AND k.result = 'refuted')) AND NOT EXISTS (SELECT FROM leads.check_entry l WHERE"
        " l.lead = k.lead AND l.name = k.name AND l.at > k.at AND l.account <> k.account AND l.result <> k.result"
        " AND l.result <> 'claim')"
        " UNION SELECT 'hold' FROM leads.hold h JOIN leads.lead f ON f.id = h.lead WHERE f.number = %s"
        " AND h.state IN ('open', 'upheld')",
        (number, number),
    ).fetchall()
    return {name for (name,) in rows}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_rule_28_a_random_walk_never_refers_what_has_ended(room: LeadRoom, seed: int) -> None:
    dice = random.Random(seed)
    number = ready(room, f"W-{seed}")
    sent: list[str] = []
    moved = 0
    for _ in range(45):
        before = room.show(number, "stan", VETTER)["state"]
        try:
            _step(room, dice, number, sent)
        except BrightlineError:
            continue
        after = room.show(number, "stan", VETTER)["state"]
        onwards = after != before and after in ("viable", "checked", "referred", "accepted", "finished")
        moved += onwards
        if onwards:
            assert not _standing(room, number)
    assert room.show(number, "stan", VETTER)["history"]


# -------------------------------------------------------------------------- a hold belongs to the person


def test_rule_28_a_hold_holds_every_lead_of_the_person(room: LeadRoom) -> None:
    first, second = ready(room, "H1", passport="PH-1", id_no="IH"), ready(room, "H2", passport="PH 1", id_no="IH")
    turned = ready(room, "H3", name="QUILL h1, Ida")
    room.do("sol", VETTER, "lead_hold", lead=first, claim="Born in Dayton, shows a passport.")
    for number in (first, second, turned):
        refused("hold", decide, room, number, "viable")
        assert room.show(number, "stan", VETTER)["held"]
    assert first in {one["lead"] for one in room.show(second, "stan", VETTER)["related"] if one["held"]}
    clear(room, first, "stan")
    assert clear(room, first, "sid")["hold"] == "cleared"
    assert decide(room, second, "viable")["state"] == "viable"


def test_rule_28_another_birth_date_is_another_person_and_swapped_is_not(room: LeadRoom) -> None:
    first = ready(room, "S1", name="Tom Twin", born="1990-03-04")
    swapped = ready(room, "S2", name="Twin Tom", born="1990-04-03")
    another = ready(room, "S3", name="Tom Twin", born="1991-03-04")
    room.do("sol", VETTER, "lead_hold", lead=first, claim="Born in Dayton, shows a passport.")
    refused("hold", decide, room, swapped, "viable")
    assert decide(room, another, "viable")["state"] == "viable"


def test_rule_28_a_claim_suspends_what_is_referred_and_tells_the_recipient(room: LeadRoom) -> None:
    number, referral = referred(room, "R1")
    sibling = room.notice("R2", passport="PR1")
    answer(room, referral, "acknowledge")
    room.do("sol", VETTER, "lead_hold", lead=sibling, claim="A lawyer writes that he is a citizen.")
    refused("hold", answer, room, referral, "accept")
    told = room.do("lara", "labour/vetter", "lead_notices")["notices"][0]
    assert (told["kind"], told["details"]["referral"]) == ("held", referral)
    shown = room.do("lara", "labour/vetter", "referral_list", referral=referral)["referrals"][0]
    assert shown["held"]
    assert shown["package"]["caveats"][0].startswith("Suspended")
    clear(room, sibling, "stan")
    clear(room, sibling, "sid")
    assert room.do("lara", "labour/vetter", "lead_notices")["notices"][0]["kind"] == "hold_ended"
    assert answer(room, referral, "accept")["state"] == "accepted"
    room.do("stan", VETTER, "lead_hold", lead=number, claim="A lawyer writes that he is a citizen.")
    refused("hold", answer, room, referral, "outcome", outcome="acted")


def test_rule_28_who_opened_a_hold_never_clears_it(room: LeadRoom) -> None:
    number = room.notice("O1", passport="PO1")
    room.do("sol", VETTER, "lead_hold", lead=number, claim="Born in Dayton, shows a passport.")
    refused("two_people", clear, room, number, "sol")
    assert "clear" not in room.show(number, "sol", VETTER)["may"]
    with pytest.raises(psycopg.errors.CheckViolation):
        room.at.world.db.execute("UPDATE leads.hold SET first_by = opened_by WHERE state = 'open'")


def test_rule_28_leads_and_operations_know_of_each_others_holds(room: LeadRoom) -> None:
    operation = active(room.at, "labour")
    number = ready(room, "X1", name="Cit Izen", born="1980-01-01")
    room.do("sol", VETTER, "lead_hold", lead=number, claim="Born in Dayton, shows a passport.")
    person = {"name": "IZEN, Cit", "birth_date": "1980-01-01"}
    refused("hold", met, room.at, operation, "labour", person=person)
    other = ready(room, "X2", name="Ope Rated", born="1981-01-01")
    claim = [{"kind": "says so", "text": "Shows a certificate of naturalisation."}]
    met(room.at, operation, "labour", person={"name": "Rated Ope"}, outcome="questioned", indicia=claim)
    refused("hold", decide, room, other, "viable")


# Last, since it takes the directions out of the programme that the others use.
def test_a_programme_of_before_has_a_direction_too(room: LeadRoom) -> None:
    number = ready(room, "E-old")
    room.at.world.db.execute(
        "UPDATE leads.programme SET config = jsonb_set(config, '{checks}', (SELECT jsonb_agg(c - 'ends')"
        " FROM jsonb_array_elements(config -> 'checks') c)) WHERE name = 'status-review'"
    )
    check(room, number, "departure", "confirmed")
    refused("ended", decide, room, number, "viable")
