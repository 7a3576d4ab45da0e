"""Leads end in time (rules 7, 23, 45): what is due is purged by two, with all of it; what nobody touches ends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.leadroom import NOTICE, TIP, WHY, LeadRoom, lead_room
from tests.rules.test_rules_cases import refused

from brightline.model.errors import BadInput, Conflict, Missing, Refused

pytestmark = pytest.mark.database

DESK, BOSS = "status/vetter", "status/supervisor"
KEEP = "The ombudsman's letter of 4 May asks that this file is kept until she has answered."
GO = "The time of these leads is over, and nobody works on any of them."
TABLES = ("content", "identifier", "check_entry", "hold", "associate", "event", "paper", "change", "referral")


@pytest.fixture(scope="module")
def room(module_db: Any) -> Iterator[LeadRoom]:
    with lead_room(module_db) as made:
        yield made


def aged(room: LeadRoom, key: str, *, shut: bool = True, **more: str) -> str:
    """A lead whose time is over, closed."""
    number = room.notice(key, passport=f"P{key}", id_no=f"I{key}", family="Mara Kell (sister)", **more)
    if shut:
        room.do("stan", DESK, "lead_decide", lead=number, code="insufficient", reason=WHY)
    db = room.at.world.db
    db.execute("UPDATE leads.lead SET keep_until = CURRENT_DATE - 1 WHERE number = %s", (number,))
    return number


def due(room: LeadRoom, who: str = "sid", desk: str = BOSS, **more: Any) -> dict[str, Any]:
    found = room.do(who, desk, "retention_due", limit=200, **more)["items"]
    return {one["label"]: one for one in found}


def purged(room: LeadRoom, *items: str) -> Any:
    made = room.do("sid", BOSS, "retention_propose", items=list(items), reason=GO)
    return room.do(
        "lou",
        "legal/approver",
        "retention_confirm",
        purge=made["purge"],
        reason="Read the list; nothing of it is needed.",
    )


def rows(room: LeadRoom, id: Any) -> dict[str, int]:
    found = {}
    for table in TABLES:
        row = room.at.world.db.execute(f"SELECT count(*) FROM leads.{table} WHERE lead = %s", (id,)).fetchone()  # type: ignore[call-overload]
        found[table] = row[0]
    return {table: count for table, count in found.items() if count}


def test_rule_07_a_lead_is_due_on_its_programmes_day_and_purged_with_all_of_it_by_two(room: LeadRoom) -> None:
    number, open_one = aged(room, "G1"), aged(room, "G2", shut=False)
    kept = room.notice("G3", passport="PG3")
    listed = due(room, kind="lead")
    assert (listed[number]["purgeable"], listed[open_one]["purgeable"]) == (True, False)
    assert kept not in listed
    row = room.at.world.db.execute("SELECT id, subject FROM leads.lead WHERE number = %s", (number,)).fetchone()
    assert row is not None
    with pytest.raises(Conflict, match="open lead"):
        room.do("sid", BOSS, "retention_propose", items=[open_one], reason=GO)
    with pytest.raises(Conflict, match="not due"):
        room.do("sid", BOSS, "retention_propose", items=[kept], reason=GO)
    made = room.do("sid", BOSS, "retention_propose", items=[number], reason=GO)
    with pytest.raises(Refused):
        room.do("sid", BOSS, "retention_confirm", purge=made["purge"], reason=GO)
    assert rows(room, row[0])
    done = room.do("lou", "legal/approver", "retention_confirm", purge=made["purge"], reason=GO)
    assert (done["state"], done["counts"]["destroyed"], done["counts"]["leads"]) == ("done", 1, 1)
    assert rows(room, row[0]) == {}
    with pytest.raises(Missing):
        room.show(number, "stan", DESK)
    assert number not in due(room)


def test_rule_23_the_same_row_stays_away_and_a_changed_one_is_new(room: LeadRoom) -> None:
    row = {"notice": "B1", "name": "Back Again", "passport": "PB1", "id_no": "IB1"}
    number = room.take_in(NOTICE, row)["leads"][0]
    room.do("stan", DESK, "lead_decide", lead=number, code="insufficient", reason=WHY)
    room.at.world.db.execute("UPDATE leads.lead SET keep_until = CURRENT_DATE - 1 WHERE number = %s", (number,))
    purged(room, number)
    again = room.take_in(NOTICE, row)
    assert (again["accepted"], again["known"]) == (0, 1)
    assert room.take_in(NOTICE, {**row, "remarks": "Seen at the ferry on Monday."})["accepted"] == 1


def test_rule_45_validated_and_held_leads_stay(room: LeadRoom) -> None:
    number, held, claimed = aged(room, "V1"), aged(room, "V2"), aged(room, "V3", status_claim="Says he is a citizen.")
    told = room.do("sid", BOSS, "retention_validate", items=[number], reason=KEEP)["items"][0]
    assert told["validated"]
    assert number not in due(room)
    room.do("sid", BOSS, "retention_hold", item=held, reason=KEEP)
    assert due(room)[held]["held"] == "legal hold"
    assert due(room)[claimed]["held"] == "claim of status"
    for item in (held, claimed):
        with pytest.raises(Conflict, match="hold"):
            room.do("sid", BOSS, "retention_propose", items=[item], reason=GO)


def test_another_unit_knows_nothing_of_them(room: LeadRoom) -> None:
    number = aged(room, "X1")
    assert number not in due(room, "tor", "tips/supervisor")
    for function in ("retention_validate", "retention_propose"):
        told = []
        for item in (number, "L-1999-0000"):
            with pytest.raises(Missing) as caught:
                room.do("tor", "tips/supervisor", function, items=[item], reason=GO)
            told.append(str(caught.value))
        assert told[0] == told[1]
    assert number in due(room, "ines", "inspectorate/overseer")


def test_rows_that_could_not_be_taken_end_too(room: LeadRoom) -> None:
    found = room.take_in(NOTICE, {"notice": "Q1", "name": ""})
    intake = found["intake"]
    assert not [one for one in due(room, kind="quarantine").values() if one["id"] == intake]
    db = room.at.world.db
    db.execute("UPDATE leads.intake SET at = at - interval '400 days' WHERE id = %s", (intake,))
    assert [one["purgeable"] for one in due(room, kind="quarantine").values() if one["id"] == intake] == [True]
    purged(room, intake)
    assert db.execute("SELECT count(*) FROM leads.quarantine WHERE intake = %s", (intake,)).fetchone() == (0,)
    assert room.do("stan", DESK, "lead_intakes", intake=intake)["intakes"][0]["rejected"] == 1


def test_what_nobody_touches_ends_as_insufficient_and_the_unit_is_told(room: LeadRoom) -> None:
    old = room.notice("S1", passport="PS1", family="Mara Kell (sister)")
    fresh = room.notice("S2", passport="PS2")
    db = room.at.world.db
    for table, column in (("lead", "id"), ("event", "lead")):
        moment = "updated" if table == "lead" else "at"
        db.execute(
            f"UPDATE leads.{table} SET {moment} = now() - interval '91 days'"  # type: ignore[call-overload]
            f" WHERE {column} = (SELECT id FROM leads.lead WHERE number = %s)",
            (old,),
        )
    assert db.execute("SELECT line.lapse_leads()").fetchone() == (1,)
    shown = room.show(old, "stan", DESK)
    assert (shown["state"], shown["code"], shown["associates"]) == ("closed", "insufficient", [])
    assert shown["history"][0]["by"] == "worker"
    assert room.show(fresh, "stan", DESK)["state"] == "received"
    told = room.do("sid", BOSS, "lead_notices")["notices"][0]
    assert (told["kind"], told["details"]) == ("stale", {"lead": old})
    assert db.execute("SELECT line.lapse_leads()").fetchone() == (0,)
    db.execute("UPDATE leads.associate SET expires = now() - interval '2 days' WHERE expires < now()")
    db.execute("SELECT line.lapse_leads()")
    assert db.execute("SELECT count(*) FROM leads.associate WHERE expires < now()").fetchone() == (0,)


# --------------------------------------------------------------------------------- codes and outcomes


def decide(room: LeadRoom, number: str, code: str) -> Any:
    return room.do("stan", DESK, "lead_decide", lead=number, code=code, reason=WHY)


@pytest.mark.parametrize(("code", "check"), [("departed", "departure"), ("pending_benefit", "benefit")])
def test_a_code_needs_the_check_that_shows_it(room: LeadRoom, code: str, check: str) -> None:
    number = room.notice(f"K{code}", passport=f"PK{code}")
    refused("unshown", decide, room, number, code)
    found = {
        "name": check,
        "result": "confirmed",
        "finding": "The shipping line's list has the person on the ferry of 2 May.",
    }
    room.do("stan", DESK, "lead_check", lead=number, **found)
    assert decide(room, number, code)["code"] == code


def test_in_status_needs_a_claim_that_held_or_its_check(room: LeadRoom) -> None:
    number = room.notice("KS", passport="PKS")
    refused("unshown", decide, room, number, "in_status")


@pytest.mark.parametrize(
    ("remarks", "said"),
    [
        ("States he is a US citizen, shows nothing.", "citizen"),
        ("Her lawyer says that she was naturalised in 2019.", "naturalised"),
        ("Born in the United States, says his mother.", "Born in the United States"),
        ("Holds a green card.", "green card"),
        ("Permission ended in December.", None),
    ],
)
def test_rule_28_a_claim_in_the_remarks_is_shown_to_the_vetter(room: LeadRoom, remarks: str, said: str | None) -> None:
    number = room.notice(f"R{len(remarks)}", passport=f"PR{len(remarks)}", remarks=remarks)
    shown = room.show(number, "stan", DESK)
    assert (shown["says_status"] is None) == (said is None)
    assert said is None or shown["says_status"].startswith(said)
    assert not shown["held"]


def test_an_outcome_is_one_of_the_programmes_and_is_counted(room: LeadRoom) -> None:
    sent = room.refer(room.checked("T-out", register_no="ROUT", phone="0OUT"))["referral"]
    for act, more in (
        ("acknowledge", {}),
        ("accept", {"reason": "The firm stands in an open case of ours on dredging."}),
    ):
        room.do("finn", "fraud/vetter", "referral_answer", referral=sent, act=act, **more)
    words = {"reason": "Its invoices went into the case; two of them had been paid twice."}
    with pytest.raises(BadInput, match="case_opened, merged"):
        room.do("finn", "fraud/vetter", "referral_answer", referral=sent, act="outcome", outcome="arrested", **words)
    done = room.do("finn", "fraud/vetter", "referral_answer", referral=sent, act="outcome", outcome="merged", **words)
    assert (done["state"], done["outcome"]) == ("finished", "merged")
    assert TIP["tip"]
