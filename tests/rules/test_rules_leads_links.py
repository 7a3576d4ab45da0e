"""Leads of one person: what is one's own joins, what is shared or alike proposes, what contradicts keeps apart.

And what a source sends otherwise than before: seen by the vetter, decided or not.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.leadroom import AGAIN, NOTICE, WHY, LeadRoom, lead_room
from tests.rules.test_rules_cases import refused

from brightline.model.errors import BadInput, Conflict

pytestmark = pytest.mark.database

DESK = "status/vetter"
REASON = "The sender's letter of 4 May says why the name was written otherwise."


@pytest.fixture(scope="module")
def room(module_db: Any) -> Iterator[LeadRoom]:
    with lead_room(module_db) as made:
        made.at.world.grant("sid", "status", "vetter")
        yield made


def show(room: LeadRoom, number: str) -> Any:
    return room.show(number, "stan", DESK)


def alike(room: LeadRoom, number: str) -> dict[str, Any]:
    return {one["lead"]: one for one in show(room, number)["alike"]}


def related(room: LeadRoom, number: str) -> set[str]:
    return {one["lead"] for one in show(room, number)["related"]}


def person(room: LeadRoom, key: str, name: str, born: str = "1990-02-03", **more: str) -> str:
    stated = {"passport": f"P-{key}", "id_no": f"I-{key}", **more}
    return room.notice(key, name=name, born=born, **stated)


def decide(room: LeadRoom, who: str, number: str, code: str, reason: str, **more: Any) -> Any:
    return room.do(who, DESK, "lead_decide", lead=number, code=code, reason=reason, **more)


# ------------------------------------------------------------------------------------------ who is one


def test_rule_41_a_shelters_telephone_makes_nobody_one(room: LeadRoom) -> None:
    rows = [
        {"notice": f"SH{n}", "name": f"{chr(65 + n)}lma Wender{n}", "born": f"19{60 + n}-01-02"}
        | {"passport": f"SHP{n}", "id_no": f"SHI{n}", "phone": "+1 555 0170"}
        for n in range(12)
    ]
    numbers = room.take_in(NOTICE, *rows)["leads"]
    assert all(related(room, number) == set() for number in numbers)
    assert show(room, numbers[0])["shares"] == [{"type": "phone", "others": 11}]
    assert alike(room, numbers[0]) == {}


@pytest.mark.parametrize("filler", ["UNKNOWN", "N/A", "-", "000000000"])
def test_rule_41_what_forms_are_filled_with_makes_nobody_one(room: LeadRoom, filler: str) -> None:
    one = person(room, f"F1{filler}", f"Tessa Barrow {filler}", passport=filler)
    other = person(room, f"F2{filler}", f"Olav Quist {filler}", "1971-05-06", passport=filler)
    assert other not in related(room, one)
    assert other not in alike(room, one)


def test_rule_41_ones_own_identifier_makes_one_subject(room: LeadRoom) -> None:
    one = person(room, "S1", "Marten Ilves", passport="SAME-77", id_no="")
    other = person(room, "S2", "M. Ilves", passport="same 77", id_no="")
    assert related(room, one) == {other}


def test_rule_41_what_contradicts_keeps_apart_and_is_proposed(room: LeadRoom) -> None:
    """One passport with two birth dates, and with two identity numbers."""
    one = person(room, "C1", "Ada Solveig", passport="CON-1", id_no="CI-1")
    born = person(room, "C2", "Ada Solveig", "1991-02-03", passport="CON-1", id_no="")
    numbered = person(room, "C3", "Ada Solveig", passport="CON-1", id_no="CI-3")
    for other, differs in ((born, ["birthDate"]), (numbered, ["idNumber"])):
        assert other not in related(room, one)
        assert alike(room, one)[other]["differs"] == differs
        assert "the same passportNumber" in alike(room, one)[other]["why"]


def test_rule_41_a_lead_that_joins_two_joins_only_where_nothing_speaks_against_it(room: LeadRoom) -> None:
    one = person(room, "J1", "Rolf Amund", passport="J-A", id_no="J-1")
    two = person(room, "J2", "Rolf Amund", passport="J-B", id_no="J-2")
    third = person(room, "J3", "Rolf Amund", passport="J-A", id_no="J-2")
    assert related(room, one) == related(room, two) == related(room, third) == set()
    assert set(alike(room, third)) >= {one, two}


def test_rule_41_day_and_month_changed_and_spellings_are_proposed(room: LeadRoom) -> None:
    one = person(room, "W1", "Ferdinand Okonkwo", "1985-04-03")
    turned = person(room, "W2", "Ferdinand Okonkwo", "1985-03-04", passport="", id_no="")
    assert alike(room, one)[turned]["why"] == ["the same name and the birth date with day and month changed"]
    for n, spelled in enumerate(
        ("Ferdinant Okonkwo", "Okonkwo, Ferdinand", "Ferdinand Okonquo", "Ferdinand O. Okonkwo")
    ):
        other = person(room, f"W{n}s", spelled, "1985-04-03", passport="", id_no="")
        assert other in alike(room, one), spelled
    stranger = person(room, "W9", "Ferdinand Okonkwo", "1961-11-12")
    assert stranger not in alike(room, one)


def test_rule_24_a_twin_is_no_duplicate_by_one_persons_word(room: LeadRoom) -> None:
    one = person(room, "T1", "Kari Twinborn", passport="TW-1", phone="+1 555 0180")
    other = person(room, "T2", "Kari Twinborn", passport="TW-2", phone="+1 555 0180")
    said = "Both were sent of the same house on the same day, by the same clerk."
    asked = decide(room, "stan", other, "duplicate", said, of=one)
    assert (asked["state"], asked["twin_of"], asked["twin_by"]) == ("vetting", one, "stan")
    again = decide(room, "stan", other, "duplicate", f"{said} So says the clerk.", of=one)
    assert again["state"] == "vetting"
    with pytest.raises(BadInput, match="reason"):
        decide(room, "sol", other, "duplicate", said, of=one)
    shut = decide(room, "sol", other, "duplicate", "Read both forms; the clerk wrote one number wrongly.", of=one)
    assert (shut["state"], shut["code"], shut["duplicate_of"]) == ("closed", "duplicate", one)


def test_a_duplicate_of_the_same_number_takes_one_person(room: LeadRoom) -> None:
    one = person(room, "D1", "Jens Duple", passport="DU-1", id_no="")
    other = person(room, "D2", "Jens Duple", passport="DU-1", id_no="")
    assert decide(room, "stan", other, "duplicate", WHY, of=one)["state"] == "closed"


def test_leads_that_were_joined_by_a_telephone_are_split_and_stay_held(room: LeadRoom) -> None:
    """As an upgrade does: the first keeps the subject, a person's own leads stay together, a hold goes on holding."""
    first = person(room, "U1", "Uma Split", passport="UP-1", phone="+1 555 0190")
    own = person(room, "U2", "Uma Split", passport="UP-1", id_no="", phone="+1 555 0190")
    stranger = person(room, "U3", "Tor Apart", "1970-01-01", passport="UP-3", phone="+1 555 0190")
    room.do("sol", DESK, "lead_hold", lead=stranger, claim="Shows a certificate of birth from Dayton.")
    db = room.at.world.db
    db.execute(
        "UPDATE leads.lead SET subject = (SELECT subject FROM leads.lead WHERE number = %s) WHERE number IN (%s, %s)",
        (first, own, stranger),
    )
    assert related(room, first) == {own, stranger}
    db.execute("SELECT line.leads_split()")
    assert related(room, first) == {own}
    assert related(room, stranger) == set()
    assert show(room, stranger)["held"]
    assert not show(room, first)["held"]
    assert db.execute("SELECT line.leads_split()").fetchone() == (0,)


# ---------------------------------------------------------------------------------- sent once more


def test_a_row_that_says_something_else_is_a_change_that_its_vetter_sees(room: LeadRoom) -> None:
    row = {"notice": "R1", "name": "Kalder Freight", "passport": "RP-1", "id_no": "RI-1"}
    number = room.take_in(NOTICE, row)["leads"][0]
    assert room.take_in(NOTICE, row)["known"] == 1
    told = room.take_in(NOTICE, {**row, "name": "Kalder Freeman", "passport": "RP-2"})
    assert (told["accepted"], told["known"], told["changed"]) == (0, 0, 1)
    assert room.take_in(NOTICE, {**row, "name": "Kalder Freeman", "passport": "RP-2"})["known"] == 1
    shown = show(room, number)
    assert shown["changed"]
    assert shown["change"]["difference"]["name"] == {"was": "Kalder Freight", "is": "Kalder Freeman"}
    assert shown["subject"]["properties"]["passportNumber"] == ["RP-1"]
    assert "the source sent it otherwise" in {one["what"] for one in shown["history"]}
    assert "Freeman" not in str(room.do("ines", "inspectorate/overseer", "lead_show", lead=number))
    listed = room.do("stan", DESK, "lead_list", tab="changed")
    assert number in {one["lead"] for one in listed["leads"]}
    pairs = (("identity", "passportNumber"), ("second-identifier", "idNumber"))
    room.checks(number, matched=pairs, who="stan", desk=DESK)
    refused("changed", decide, room, "stan", number, "viable", WHY)
    taken = room.do("stan", DESK, "lead_change", lead=number, **{"as": "taken"}, reason=REASON)
    assert not taken["changed"]
    assert show(room, number)["subject"]["properties"]["passportNumber"] == ["RP-2"]
    # The check agreed with a number that the source has taken back.
    refused("identity", decide, room, "stan", number, "viable", WHY)
    with pytest.raises(Conflict):
        room.do("stan", DESK, "lead_change", lead=number, **{"as": "left"}, reason=REASON)


def test_a_decided_lead_comes_up_again_and_its_recipient_is_told(room: LeadRoom) -> None:
    row = {"notice": "R2", "name": "Olga Referred", "passport": "RR-1", "id_no": "RR-2"}
    number = room.take_in(NOTICE, row)["leads"][0]
    pairs = (("identity", "passportNumber"), ("second-identifier", "idNumber"))
    room.checks(number, matched=pairs, who="stan", desk=DESK)
    decide(room, "stan", number, "viable", WHY)
    decide(room, "sol", number, "confirm", AGAIN)
    basis = "Two records of other registers state what the sender states."
    sent = room.do("stan", DESK, "lead_refer", lead=number, to="labour", basis=basis)["referral"]
    room.take_in(NOTICE, {**row, "born": "1977-07-07"})
    notice = room.do("lara", "labour/vetter", "lead_notices")["notices"][0]
    assert (notice["kind"], notice["details"]) == ("changed", {"referral": sent, "fields": ["birthDate"]})
    shown = show(room, number)
    assert shown["changed"]
    assert "leave" in shown["may"]
    assert "take" not in shown["may"]
    with pytest.raises(Conflict):
        room.do("stan", DESK, "lead_change", lead=number, **{"as": "taken"}, reason=REASON)
    room.do("sid", DESK, "lead_change", lead=number, **{"as": "left"}, reason=REASON)
    assert [one["state"] for one in show(room, number)["changes"]] == ["left"]
    assert room.take_in(NOTICE, {**row, "born": "1977-07-07"})["known"] == 1


def test_a_closed_lead_whose_change_is_taken_is_vetted_again(room: LeadRoom) -> None:
    row = {"notice": "R3", "name": "Per Closed", "passport": "RC-1", "id_no": "RC-2"}
    number = room.take_in(NOTICE, row)["leads"][0]
    decide(room, "stan", number, "insufficient", WHY)
    room.take_in(NOTICE, {**row, "remarks": "Left the country by ferry on 2 May, says the shipping line."})
    assert room.do("stan", DESK, "lead_list", tab="changed")["counts"]["changed"] >= 1
    back = room.do("sol", DESK, "lead_change", lead=number, **{"as": "taken"}, reason=REASON)
    assert (back["state"], back["code"]) == ("vetting", None)
    room.do("stan", DESK, "lead_open", lead=number)


def test_rule_28_a_claim_that_comes_later_holds_at_once(room: LeadRoom) -> None:
    row = {"notice": "R4", "name": "Nia Later", "passport": "RL-1", "id_no": "RL-2"}
    number = room.take_in(NOTICE, row)["leads"][0]
    room.take_in(NOTICE, {**row, "status_claim": "Says that she was naturalised in 2019."})
    assert show(room, number)["held"]
    assert show(room, number)["hold"]["claim"].startswith("Says that she")


def test_a_corrected_number_leaves_the_subject_that_it_contradicts(room: LeadRoom) -> None:
    one = person(room, "L1", "Eli Leaver", passport="LV-1", id_no="")
    row = {"notice": "L2", "name": "Eli Leaver", "passport": "LV-1", "id_no": ""}
    other = room.take_in(NOTICE, row)["leads"][0]
    assert related(room, one) == {other}
    room.take_in(NOTICE, {**row, "passport": "LV-2"})
    room.do("stan", DESK, "lead_change", lead=other, **{"as": "taken"}, reason=REASON)
    assert related(room, one) == set()
