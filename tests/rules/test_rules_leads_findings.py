"""What two people found of a person's status outlives its lead (rules 7, 28): it binds, tells nothing, two end it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.leadroom import NOTICE, WHY, LeadRoom, lead_room
from tests.rules.test_rules_cases import refused
from tests.rules.test_rules_leads_terms import DESK, KEEP, decide, due, purged

from brightline.model.errors import Missing

pytestmark = pytest.mark.database

CLAIM = "His sister brought a birth certificate from the registry of Saltmere."
FOUND = {
    "sol": "The registry of Saltmere wrote that the certificate is theirs, number 4411.",
    "sid": "Read the registry's letter against the certificate; both name the same day.",
}


@pytest.fixture(scope="module")
def room(module_db: Any) -> Iterator[LeadRoom]:
    with lead_room(module_db) as made:
        yield made


def row(key: str, **changes: str) -> dict[str, str]:
    given = {
        "notice": key,
        "name": f"Oren Vale {key[:2]}",
        "passport": f"P{key[:2]}77",
        "id_no": "",
        "phone": "5550188",
    }
    return {**given, **changes}


def upheld(room: LeadRoom, key: str, status: str = "citizen", **changes: str) -> str:
    """A lead that ended because its claim held, whose time is over."""
    number = room.take_in(NOTICE, row(key, **changes))["leads"][0]
    room.do("stan", DESK, "lead_hold", lead=number, claim=CLAIM)
    for who in ("sol", "sid"):
        desk = "status/supervisor" if who == "sid" else DESK
        room.do(who, desk, "lead_clear", lead=number, status=status, reason=FOUND[who])
    room.do("stan", DESK, "lead_decide", lead=number, code="in_status", reason=WHY)
    room.at.world.db.execute("UPDATE leads.lead SET keep_until = CURRENT_DATE - 1 WHERE number = %s", (number,))
    return number


def findings(room: LeadRoom) -> list[Any]:
    return room.at.world.db.execute(
        "SELECT id, status, known_by, g::text FROM leads.finding g ORDER BY kept"
    ).fetchall()


@pytest.mark.parametrize("matched", [{"name": "Another Spelling"}, {"passport": "OTHER1"}])
def test_rule_28_a_claim_that_held_stops_the_next_lead_after_its_own_was_purged(
    room: LeadRoom, matched: dict[str, str]
) -> None:
    key = "A" + str(len(matched)) + next(iter(matched))[0]
    done = purged(room, upheld(room, key))
    assert done["counts"]["destroyed"] == 1
    shown = room.do("lou", "legal/approver", "retention_purge_show", purge=done["purge"])["items"][0]
    assert "stays" in shown["why"]
    again = room.take_in(NOTICE, row(key + "-later", **matched))["leads"][0]
    told = room.show(again, "stan", DESK)
    assert told["held"]
    assert "status" in [gap["code"] for gap in told["gaps"]]
    assert (told["hold"]["state"], told["hold"]["status"], told["hold"]["claim"]) == ("upheld", "citizen", "")
    assert told["hold"]["earlier"]
    room.checks(again, matched=(("identity", "passportNumber"), ("second-identifier", "phone")), who="stan", desk=DESK)
    refused("status", decide, room, again, "viable")
    assert room.do("stan", DESK, "lead_decide", lead=again, code="in_status", reason=WHY)["code"] == "in_status"


def test_rule_07_of_the_lead_nothing_else_stays(room: LeadRoom) -> None:
    number = upheld(room, "B1", name="Quillon Ashdown", passport="PB9911", id_no="S-4242")
    subject = room.at.world.db.execute("SELECT subject FROM leads.lead WHERE number = %s", (number,)).fetchone()
    purged(room, number)
    _, status, known_by, text = findings(room)[-1]
    assert (status, known_by) == ("citizen", ["idNumber", "name and birth date", "passportNumber"])
    assert subject is not None
    for word in ("quillon", "ashdown", "9911", "4242", "1990", CLAIM, number, str(subject[0]), "registry"):
        assert word.lower() not in text.lower()
    # Another person, and the same name with another birth date, are nobody that it knows.
    other = room.take_in(NOTICE, row("B2", name="Quillon Ashdown", born="1961-05-06", passport="PB2"))["leads"][0]
    assert not room.show(other, "stan", DESK)["held"]


def test_rule_28_an_arrest_is_stopped_by_it_too(room: LeadRoom) -> None:
    purged(room, upheld(room, "C1", name="Ives Marrow", passport="PC1551"))
    held = "SELECT line.leads_held_of(line.leads_person_keys(%s, %s, '{}', false))"
    for name, born, state in (
        (["Marrow Ives"], "1990-02-03", "upheld"),
        (["Ives Marrow"], "1990-03-02", "upheld"),
        (["Ives Marrow"], "1990-02-04", None),
        (["Ives Marrow"], None, None),
    ):
        assert room.at.world.db.execute(held, (name, born)).fetchone() == (state,)


def test_a_claim_upheld_of_a_mere_name_leaves_nothing(room: LeadRoom) -> None:
    before = len(findings(room))
    number = upheld(room, "D1", name="Tansy Brook", born="", passport="UNKNOWN", phone="5550144")
    done = purged(room, number)
    assert done["counts"]["destroyed"] == 1
    assert len(findings(room)) == before


def test_rule_07_a_finding_is_due_validated_and_purged_by_two(room: LeadRoom) -> None:
    ids = {}
    for key, status in (("E1", "lawful"), ("F1", "citizen")):
        purged(room, upheld(room, key, status))
        ids[status] = str(findings(room)[-1][0])
    listed = {one["id"]: one for one in due(room, kind="finding").values()}
    assert not set(ids.values()) & set(listed)
    db = room.at.world.db
    db.execute(
        "UPDATE leads.finding SET found = found - interval '400 days' WHERE id::text = ANY (%s)", (list(ids.values()),)
    )
    listed = {one["id"]: one for one in due(room, kind="finding").values()}
    assert ids["lawful"] in listed
    assert ids["citizen"] not in listed
    assert "lawful status" in listed[ids["lawful"]]["label"]
    assert ids["lawful"] in {one["id"] for one in due(room, "ines", "inspectorate/overseer", kind="finding").values()}
    with pytest.raises(Missing):
        room.do("tor", "tips/supervisor", "retention_validate", items=[ids["lawful"]], reason=KEEP)
    room.do("sid", "status/supervisor", "retention_validate", items=[ids["lawful"]], reason=KEEP)
    assert ids["lawful"] not in {one["id"] for one in due(room, kind="finding").values()}
    db.execute("UPDATE leads.finding SET found = found - interval '5 years' WHERE id::text = %s", (ids["citizen"],))
    assert room.show(room.take_in(NOTICE, row("F1-a"))["leads"][0], "stan", DESK)["held"]
    done = purged(room, ids["citizen"])
    assert (done["counts"]["destroyed"], done["counts"]["leads"]) == (1, 1)
    assert not room.show(room.take_in(NOTICE, row("F1-b", name="Oren Vale F1"))["leads"][0], "stan", DESK)["held"]
