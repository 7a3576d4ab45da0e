"""One inbox: what waits for a person, of every room, with the page and desk where it is decided, until it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests import fieldwork
from tests.contract.test_disclosures import prepare, suspect
from tests.office import AGREED, LAW, REASON, Office, office

from brightline.disclosures import commands as disclosures

pytestmark = pytest.mark.database


@pytest.fixture(scope="module")
def made(module_db: Any) -> Iterator[Office]:
    with office(module_db) as at:
        at.world.db.execute("UPDATE line.agreement SET redistribution = 'case-by-case' WHERE source = 'register'")
        at.world.move()
        yield at


def waits(at: Office, who: str, place: str, key: str) -> list[tuple[str, str | None]]:
    """What of one thing waits for somebody: in which words, to be decided under which purpose."""
    found = at.do(who, None, "notice_list", limit=200)
    assert found["waiting"] == len([one for one in found["notices"] if one["due"]])
    return [
        (one["what"].replace(key, "N"), one["desk"])
        for one in found["notices"]
        if one["due"] and (one["place"], one["key"]) == (place, key)
    ]


def test_a_crossing_waits_for_opinions_then_for_the_law_then_for_the_decision(made: Office) -> None:
    case = made.opened()
    printed, _ = made.person("wages", "Anton Quillon", email=["a@quillon.example"])
    number = made.request(case, printed)
    made.settle()
    sam, vic, lea, lou = "sam", "vic", "lea", "lou"
    opinion = "crossing N waits for your opinion"
    assert waits(made, sam, "crossing", number) == [(opinion, "fraud/supervisor")]
    assert waits(made, vic, "crossing", number) == [(opinion, "labour/supervisor")]
    assert waits(made, lea, "crossing", number) == [("crossing N waits for a review of its law", "legal/approver")]
    for nobody in ("ana", "cleo", "stu"):
        assert waits(made, nobody, "crossing", number) == []
    made.opine(number)
    assert waits(made, sam, "crossing", number) == waits(made, vic, "crossing", number) == []
    made.review(number)
    assert waits(made, lea, "crossing", number) == []
    assert waits(made, lou, "crossing", number) == [("crossing N waits for your decision", "legal/approver")]
    made.approve(number)
    assert waits(made, lou, "crossing", number) == []


def test_an_operation_waits_for_the_law_then_for_the_supervisor(made: Office) -> None:
    number = fieldwork.planned(made)
    assert waits(made, "lou", "operation", number) == []
    made.do("ana", "fraud/agent", "operation_submit", operation=number)
    assert waits(made, "lou", "operation", number) == [("operation N waits for legal review", "legal/approver")]
    assert waits(made, "sam", "operation", number) == []
    made.do("lou", "legal/approver", "operation_approve", operation=number, reason=fieldwork.WHY)
    assert waits(made, "sam", "operation", number) == [("operation N waits for your approval", "fraud/supervisor")]
    assert waits(made, "vic", "operation", number) == []
    made.do("sam", "fraud/supervisor", "operation_approve", operation=number)
    assert waits(made, "sam", "operation", number) == []


def test_a_disclosure_waits_for_the_units_supervisor_until_it_is_decided(made: Office) -> None:
    case = made.opened()
    number = prepare(made, case, suspect(made, case))["disclosure"]
    assert waits(made, "sam", "disclosure", number) == []
    disclosures.submit(made.gate, made.call("ana", case), number)
    assert waits(made, "sam", "disclosure", number) == [("disclosure N waits for your decision", "fraud/supervisor")]
    assert waits(made, "vic", "disclosure", number) == waits(made, "ana", "disclosure", number) == []
    made.do("sam", "fraud/supervisor", "disclosure_decide", disclosure=number, decision="approve", reason=REASON)
    assert waits(made, "sam", "disclosure", number) == []


def test_a_proposal_waits_for_who_may_accept_it(made: Office) -> None:
    power = made.do("ada", "records/admin", "role_grant", account="cleo", unit="fraud", role="supervisor")
    number = power["proposal"]
    said = [("proposal N waits for your decision: power cleo, fraud/supervisor", "fraud/supervisor")]
    assert [(what.split(":")[0], desk) for what, desk in waits(made, "sam", "proposal", number)] == [
        (said[0][0].split(":")[0], said[0][1])
    ]
    assert waits(made, "ada", "proposal", number) == waits(made, "cleo", "proposal", number) == []
    made.do("sam", "fraud/supervisor", "proposal_refuse", proposal=number, reason=AGREED)
    assert waits(made, "sam", "proposal", number) == waits(made, "ines", "proposal", number) == []


def test_an_ended_crossing_waits_for_an_overseer_and_a_case_for_its_supervisor(made: Office) -> None:
    draft = made.draft()
    made.paper(draft)
    made.do("ana", "fraud/agent", "case_submit", case=draft)
    assert waits(made, "sam", "case", draft) == [("a case waits for its opening", "fraud/supervisor")]
    made.do("sam", "fraud/supervisor", "case_approve", case=draft)
    assert waits(made, "sam", "case", draft) == []
    made.know(draft)
    printed, _ = made.person("wages", "Bertha Quillon")
    number = made.crossed(draft, printed)
    assert waits(made, "ines", "crossings", "unaudited") == []
    made.do("lea", "legal/approver", "crossing_revoke", crossing=number, reason=LAW)
    [(what, desk)] = waits(made, "ines", "crossings", "unaudited")
    assert (what, desk) == ("1 crossings have ended and wait for an audit", "inspectorate/overseer")


def test_every_line_of_the_inbox_can_be_opened_under_its_desk(made: Office) -> None:
    """Whoever has the line has the desk, and sees there what it names."""
    shows = {
        "crossing": "crossing_show",
        "operation": "operation_show",
        "disclosure": "disclosure_show",
        "case": "case_show",
    }
    printed, _ = made.person("wages", "Clara Quillon")
    case = made.opened()
    made.request(case, printed)
    made.settle()
    waiting = made.draft()
    made.paper(waiting)
    made.do("ana", "fraud/agent", "case_submit", case=waiting)
    tried = set()
    for who in ("sam", "vic", "lou", "lea", "sue", "max"):
        mine = {one["key"] for one in made.do(who, None, "whoami")["purposes"]}
        for one in made.do(who, None, "notice_list", limit=200)["notices"]:
            if one["due"]:
                assert one["desk"] in mine, (who, one)
                if one["place"] in shows:
                    made.do(who, one["desk"], shows[one["place"]], **{one["place"]: one["key"]})
                    tried.add(one["place"])
    assert tried >= {"crossing", "case"}
