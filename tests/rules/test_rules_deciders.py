"""What nobody could ever decide is refused at the start, in words; whoever asked takes back; who is missing is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.fieldwork import plan
from tests.leadroom import WHY, LeadRoom, lead_room
from tests.office import ALTERNATIVES, NECESSITY, PREDICATE, SOON, Office
from tests.rules.test_rules_casework import passage

from brightline.model.errors import BrightlineError, Conflict, Missing, Refused
from brightline.store import doctor

pytestmark = pytest.mark.database
BACK = "It was sent too early; the second bill is missing."


@pytest.fixture(scope="module")
def room(module_db: Any) -> Iterator[LeadRoom]:
    with lead_room(module_db) as made:
        world = made.at.world
        world.unit("lone", "criminal")
        world.person("una", ("lone", "agent"))
        world.person("boss", ("lone", "supervisor"))
        yield made


@pytest.fixture
def at(room: LeadRoom) -> Office:
    return room.at


def refused(code: str, act: Any, *given: Any, **params: Any) -> BrightlineError:
    with pytest.raises((Refused, Conflict)) as caught:
        act(*given, **params)
    assert caught.value.code == code, caught.value
    return caught.value


def lacking(at: Office) -> set[tuple[str, str]]:
    rows = at.world.db.execute("SELECT unit, lacks FROM line.undecidable()").fetchall()
    return {(unit, lacks.split(":")[0]) for unit, lacks in rows}


def a_case(at: Office, who: str, desk: str) -> str:
    wanted = {"title": "Invoices paid twice", "authority": "18-usc-1956", "predicate": PREDICATE, "category": "fraud"}
    number: str = at.do(who, desk, "case_open", **wanted)["case"]
    at.paper(number, who, desk)
    return number


def test_a_case_that_its_only_supervisor_asks_for_is_refused_at_the_start(at: Office) -> None:
    number = a_case(at, "boss", "lone/supervisor")
    said = refused("nobody", at.do, "boss", "lone/supervisor", "case_submit", case=number)
    assert "no supervisor of" in said.detail
    assert "role add" in said.hint
    at.world.grant("sue", "lone", "supervisor")
    assert at.do("boss", "lone/supervisor", "case_submit", case=number)["state"] == "submitted"
    at.world.db.execute("DELETE FROM line.role_grant WHERE unit = 'lone' AND account = %s", (at.world.accounts["sue"],))


def test_an_operation_that_its_only_supervisor_plans_is_refused_at_the_start(at: Office) -> None:
    number = at.do("boss", "lone/supervisor", "operation_plan", **plan())["operation"]
    assert (
        "supervisor of"
        in refused("nobody", at.do, "boss", "lone/supervisor", "operation_submit", operation=number).detail
    )
    number = at.do("una", "lone/agent", "operation_plan", **plan())["operation"]
    assert at.do("una", "lone/agent", "operation_submit", operation=number)["state"] == "legal_review"


def test_a_crossing_without_two_approvers_outside_is_refused_at_the_start(at: Office) -> None:
    number = at.opened("ana")
    printed, _ = at.person("wages", "Wanda Hidden")
    ask = {
        "items": [printed],
        "fields": ["name"],
        "basis": "18-usc-1956",
        "necessity": NECESSITY,
        "alternatives": ALTERNATIVES,
        "expires": SOON,
    }
    at.take("lea", "approver")
    try:
        said = refused("nobody", at.do, "ana", number, "crossing_request", **ask)
        assert "approver" in said.detail
        assert "wages" not in str(said) + said.hint
        assert "labour" not in str(said) + said.hint
    finally:
        at.world.grant("lea", "legal", "approver")
    assert at.do("ana", number, "crossing_request", **ask)["state"] == "requested"


def test_a_custodian_with_nobody_to_speak_is_told_to_those_who_can_help_and_not_to_who_asked(at: Office) -> None:
    number = at.opened("ana")
    printed, _ = at.person("wages", "Walter Hidden")
    at.take("vic", "supervisor")
    try:
        crossing = at.request(number, printed)
        at.settle()
        rows = at.world.db.execute(
            "SELECT a.name, n.what FROM line.account_notice n JOIN line.account a ON a.id = n.account"
            " WHERE n.kind = 'nobody'"
        ).fetchall()
        assert {name for name, what in rows if crossing in what} >= {"ines"}
        assert all(name != "ana" for name, _ in rows)
        assert "labour" not in str(at.do("ana", number, "crossing_show", crossing=crossing))
        words = "Needed for the case, nothing else shows it."
        at.do("sam", "fraud/supervisor", "crossing_opinion", crossing=crossing, opinion="support", text=words)
        at.review(crossing)
        with pytest.raises(Conflict) as caught:
            at.approve(crossing)
        assert "labour has nobody who could speak for it" in caught.value.hint
    finally:
        at.world.grant("vic", "labour", "supervisor")


def test_a_lead_isnt_referred_to_a_unit_where_nobody_could_take_it_up(room: LeadRoom) -> None:
    number = room.checked("T-nobody", register_no="NB", phone="0N")
    at = room.at
    at.world.db.execute(
        "UPDATE line.role_grant SET valid_to = now() WHERE unit = 'fraud' AND role IN ('vetter', 'supervisor')"
    )
    try:
        refused("nobody", room.refer, number)
    finally:
        at.world.db.execute("UPDATE line.role_grant SET valid_to = NULL WHERE unit = 'fraud'")


# ---------------------------------------------------------------------------------------------- taken back


def test_whoever_asked_takes_a_case_back(at: Office) -> None:
    number = a_case(at, "ana", "fraud/agent")
    at.do("ana", "fraud/agent", "case_submit", case=number)
    with pytest.raises((Refused, Missing)):
        at.do("bo", "fraud/agent", "case_withdraw", case=number, reason=BACK)
    refused("side", at.do, "sam", "fraud/supervisor", "case_withdraw", case=number, reason=BACK)
    assert "withdraw" in at.do("ana", "fraud/agent", "case_show", case=number)["may"]
    assert at.do("ana", "fraud/agent", "case_withdraw", case=number, reason=BACK)["state"] == "draft"
    refused("state", at.do, "ana", "fraud/agent", "case_withdraw", case=number, reason=BACK)


def test_a_request_for_closure_is_taken_back_and_the_case_works_on(at: Office) -> None:
    number = at.opened("ana")
    at.do("ana", "fraud/agent", "case_close", case=number, outcome="unfounded", summary="Nothing was found in it.")
    assert at.do("ana", "fraud/agent", "case_withdraw", case=number, reason=BACK)["state"] == "open"
    assert at.do("ana", number, "case_note_add", kind="assessment", text="The work goes on after all.")


def test_a_report_in_review_is_taken_back_by_its_author(at: Office) -> None:
    number = at.opened("ana")
    made = at.do("ana", number, "case_report_write", step="opening", title="First findings", passages=[passage()])
    at.do("ana", number, "case_report_submit", report=made["number"])
    back = at.do("ana", number, "case_report_withdraw", report=made["number"], reason=BACK)
    assert back["state"] == "draft"


def test_a_referral_is_taken_back_before_it_is_accepted_and_the_recipient_hears(room: LeadRoom) -> None:
    number = room.checked("T-back", register_no="BK", phone="0B")
    sent = room.refer(number)
    why = {"referral": sent["referral"], "reason": WHY}
    with pytest.raises(Missing):
        room.do("finn", "fraud/vetter", "referral_withdraw", **why)
    assert room.do("tam", "tips/vetter", "referral_withdraw", **why)["state"] == "withdrawn"
    assert room.show(number)["state"] == "checked"
    told = room.do("finn", "fraud/vetter", "lead_notices")["notices"]
    assert ("taken_back", {"referral": sent["referral"]}) in [(one["kind"], one["details"]) for one in told]
    again = room.refer(number)
    for act in ("acknowledge", "accept"):
        more = {"reason": WHY} if act == "accept" else {}
        room.do("finn", "fraud/vetter", "referral_answer", referral=again["referral"], act=act, **more)
    refused("state", room.do, "tam", "tips/vetter", "referral_withdraw", referral=again["referral"], reason=WHY)


# -------------------------------------------------------------------------------------------------- doctor


def test_doctor_lists_units_where_nobody_could_decide(at: Office, module_db: Any) -> None:
    assert ("lone", "one supervisor") in lacking(at)
    at.world.db.execute("UPDATE line.role_grant SET valid_to = now() WHERE unit = 'lone' AND role = 'supervisor'")
    found = lacking(at)
    assert ("lone", "no supervisor") in found
    check = doctor.deciders_check(at.world.db)
    assert (check.ok, check.severity) == (False, "warning")
    assert "lone: no supervisor" in check.detail
