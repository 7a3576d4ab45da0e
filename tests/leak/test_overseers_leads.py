"""Overseers see which leads came in and where they were referred, of every unit, and not a word about a subject."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from tests.leadroom import AGAIN, TIP, WHY, LeadRoom, lead_room

from brightline.model.errors import Refused

pytestmark = pytest.mark.database
DESK = "inspectorate/overseer"
WORDS = ("Quillfeather", "Zephyrine", "dredging", "telephone", "rows.csv", "PASS-900")


@pytest.fixture(scope="module")
def room(module_db: Any) -> Iterator[LeadRoom]:
    with lead_room(module_db) as made:
        yield made


@pytest.fixture(scope="module")
def sent(room: LeadRoom) -> dict[str, str]:
    """A lead referred and answered, another on its way to another regime, a third that only came in."""
    one = room.checked("T-1", register_no="R1", phone="01", firm="Zephyrine Quillfeather")
    went = room.refer(one)["referral"]
    for act, more in (
        ("acknowledge", {}),
        ("accept", {"reason": WHY}),
        ("outcome", {"reason": AGAIN, "outcome": "case_opened"}),
    ):
        room.do("finn", "fraud/vetter", "referral_answer", referral=went, act=act, **more)
    crossing = room.ask(room.checked("T-2", register_no="R2", phone="02", firm="Zephyrine Quillfeather"))
    room.notice("N-1", name="Zephyrine Quillfeather", passport="PASS-900", status_claim="Born here, says Quillfeather")
    return {"lead": one, "referral": went, "crossing": crossing}


def test_who_referred_what_where_under_which_authority_and_what_came_of_it(
    room: LeadRoom, sent: dict[str, str]
) -> None:
    told = room.do("ines", DESK, "oversight_referrals")
    one = next(item for item in told["items"] if item["referral"] == sent["referral"])
    assert (one["lead"], one["by"], one["from"], one["to"]) == (sent["lead"], "tam", "tips", "fraud")
    assert (one["authority"], one["state"], one["outcome"]) == ("18-usc-1956", "finished", "case_opened")
    assert one["answered_by"] == "finn"
    (other,) = [item for item in told["items"] if item["crossing"] == sent["crossing"]]
    assert (other["to"], other["to_regime"], other["state"]) == ("labour", "civil", "asked")
    assert told["total"] == sum(row["number"] for row in told["sums"]) == 2
    assert {"from": "tips", "to": "fraud", "authority": "18-usc-1956", "state": "finished", "number": 1} in told["sums"]
    assert room.do("ines", DESK, "oversight_referrals", unit="labour")["total"] == 1
    assert room.do("ines", DESK, "oversight_referrals", state="declined")["items"] == []


def test_which_leads_came_in_and_how_many(room: LeadRoom, sent: dict[str, str]) -> None:
    told = room.do("ines", DESK, "oversight_intakes")
    newest = told["items"][0]
    assert (newest["programme"], newest["unit"], newest["by"]) == ("status-review", "status", "stan")
    assert (newest["rows"], newest["rejected"], newest["leads"], newest["holds"]) == (1, 0, 1, 1)
    by_programme = {row["programme"]: (row["intakes"], row["leads"]) for row in told["sums"]}
    assert by_programme == {"procurement-fraud-tips": (2, 2), "status-review": (1, 1)}
    assert room.do("ines", DESK, "oversight_intakes", programme="status-review")["total"] == 1


def test_pages_reach_all_and_tell_the_total(room: LeadRoom, sent: dict[str, str]) -> None:
    seen = []
    for offset in range(3):
        part = room.do("ines", DESK, "oversight_intakes", limit=1, offset=offset)
        assert (part["total"], len(part["items"]), part["more"]) == (3, 1, offset < 2)
        seen += [item["at"] for item in part["items"]]
    assert seen == sorted(seen, reverse=True)


def test_no_word_about_a_subject(room: LeadRoom, sent: dict[str, str]) -> None:
    text = json.dumps([room.do("ines", DESK, f"oversight_{what}") for what in ("referrals", "intakes")])
    assert [word for word in (*WORDS, TIP["matter"]) if word.lower() in text.lower()] == []
    subjects = room.at.world.db.execute("SELECT subject::text FROM leads.lead").fetchall()
    assert [subject for (subject,) in subjects if subject in text] == []


def test_nobody_else_and_no_look_past_the_gate(room: LeadRoom, sent: dict[str, str]) -> None:
    for who, desk in (("tor", "tips/supervisor"), ("tam", "tips/vetter"), ("ada", "records/admin")):
        for what in ("referrals", "intakes"):
            with pytest.raises(Refused):
                room.do(who, desk, f"oversight_{what}")
    with room.at.world.db.transaction(force_rollback=True):
        room.at.world.db.execute("SET LOCAL ROLE brightline_reader")
        for name in ("oversight_referred", "oversight_taken_in"):
            count = room.at.world.db.execute(f"SELECT count(*) FROM line.{name}()").fetchone()
            assert count == (0,), "without an overseer's pass"
