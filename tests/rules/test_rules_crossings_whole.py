"""Crossings, whole: legal review, papers of secret markings, people affected, emergency, audit (13, 22, 33, 35)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from tests.office import LAW, NECESSITY, REASON, Office, office

from brightline.crossings import commands, queries
from brightline.model.errors import BadInput, Conflict, Missing, Refused
from brightline.model.ids import printed

pytestmark = pytest.mark.database

DANGER = "A caller said at noon that the foreman will drive the two witnesses over the border tonight."
REMARKS = "Read the request, both opinions and the review; the fields were those that the need names."
OVER = "UPDATE line.crossing SET {column} = now() - interval '1 second' WHERE number = %s"


@pytest.fixture(scope="module")
def at(module_db: Any) -> Iterator[Office]:
    with office(module_db) as made:
        made.world.person("lux", ("legal", "approver"))
        made.world.person("ira", ("inspectorate", "overseer"))
        yield made


@pytest.fixture
def case(at: Office) -> str:
    """A case of its own, and no emergency left over from another test."""
    at.world.db.execute(
        "UPDATE line.crossing SET opened = NULL, opened_by = NULL, open_until = NULL,"
        " state = CASE WHEN state IN ('emergency', 'refused') THEN 'withdrawn' ELSE state END WHERE opened IS NOT NULL"
    )
    at.world.db.execute("DELETE FROM line.compartment_open o USING line.crossing c WHERE c.id = o.compartment")
    return at.opened()


def refused(code: str, act: Any, *given: Any, **params: Any) -> None:
    with pytest.raises(Refused) as caught:
        act(*given, **params)
    assert caught.value.code == code, caught.value


def earner(at: Office, name: str = "Hidden Earner", caveats: tuple[str, ...] = (), category: str = "other") -> Any:
    """(printed id, uuid) of a wage earner."""
    entity = at.world.aspect(
        "wages",
        name,
        marking=at.world.marking("wages", category, caveats),
        keys=[f"t:{word}" for word in name.lower().split()],
        properties={"name": [name], "idNumber": ["AB123456"], "religion": ["secret"]},
    )
    return printed("wages", entity), entity


def show(at: Office, number: str, who: str = "lou", desk: str = "legal/approver") -> Any:
    return at.do(who, desk, "crossing_show", crossing=number)


# --------------------------------------------------------------------------- legal review (rule 35)


def test_rule_35_review_decision_and_audit_are_three_people(at: Office, case: str) -> None:
    id, _ = earner(at)
    number = at.request(case, id)
    at.opine(number)
    assert show(at, number)["may"] == ["review", "deny"]
    assert at.review(number)["state"] == "reviewed"
    refused("four_eyes", at.approve, number, "lea")
    assert show(at, number, "lea")["may"] == []
    assert at.approve(number)["state"] == "active"
    with pytest.raises(psycopg.errors.CheckViolation):
        at.world.db.execute("UPDATE line.crossing SET reviewed_by = decided_by WHERE number = %s", (number,))


def test_rule_35_whoever_reviews_stands_in_neither_chain(at: Office, case: str) -> None:
    id, _ = earner(at)
    number = at.request(case, id)
    for who in ("ana", "sam", "vic"):
        at.world.grant(who, "legal", "approver")
        refused("chain", at.review, number, who)
        at.take(who, "approver")
    for who, desk in (("ana", case), ("ines", "inspectorate/overseer")):
        with pytest.raises(Refused):
            at.do(who, desk, "crossing_review", crossing=number, finding="permitted", reason=LAW)


def test_rule_35_a_reviewer_who_joins_a_side_has_reviewed_nothing(at: Office, case: str) -> None:
    id, _ = earner(at)
    number = at.request(case, id)
    at.opine(number)
    at.review(number)
    with pytest.raises(Conflict):
        at.review(number, "lux")
    at.world.db.execute("UPDATE line.account SET supervisor = %s WHERE name = 'vic'", (at.world.accounts["lea"],))
    with pytest.raises(Conflict) as caught:
        at.approve(number)
    assert caught.value.code == "review"
    at.review(number, "lux")
    at.world.db.execute("UPDATE line.account SET supervisor = NULL WHERE name = 'vic'")
    assert at.approve(number)["state"] == "active"


def test_rule_35_whoever_reviewed_cannot_join_the_case_nor_speak_for_a_side(at: Office, case: str) -> None:
    id, _ = earner(at)
    number = at.request(case, id)
    at.review(number)
    at.world.grant("lea", "fraud", "agent")
    refused("chain", at.do, "ana", case, "case_member_add", account="lea")
    at.take("lea", "agent")
    at.world.grant("lea", "labour", "supervisor")
    words = {"crossing": number, "opinion": "support", "text": "I have seen it already and it is fine."}
    refused("chain", at.do, "lea", "labour/supervisor", "crossing_opinion", **words)
    at.take("lea", "supervisor")


def test_rule_22_what_no_law_permits_cannot_be_approved(at: Office, case: str) -> None:
    id, _ = earner(at)
    number = at.request(case, id)
    at.opine(number)
    with pytest.raises(BadInput):
        at.do("lea", "legal/approver", "crossing_review", crossing=number, finding="permitted", reason="Fine.")
    assert at.review(number, finding="not_permitted")["finding"] == "not_permitted"
    assert show(at, number)["may"] == ["deny"]
    refused("law", at.approve, number)
    denied = at.do("lou", "legal/approver", "crossing_deny", crossing=number, reason="No section permits it.")
    assert denied["state"] == "denied"


# ------------------------------------------------------------------ people affected, before the decision


def test_people_affected_are_shown_before_the_decision_and_kept_with_it(at: Office, case: str) -> None:
    one, _ = earner(at, "Victor Vane", category="victim")
    two, _ = earner(at, "Walter Wynn", category="witness")
    three, _ = at.thing("wages", "Company", name=["Payee Ltd"])
    number = at.request(case, one, two, three)
    told = [
        {"category": "other", "people": 0, "others": 1},
        {"category": "victim", "people": 1, "others": 0},
        {"category": "witness", "people": 1, "others": 0},
    ]
    assert show(at, number)["people"] == told
    assert show(at, number, "vic", "labour/supervisor")["people"] == told
    assert show(at, number, "ines", "inspectorate/overseer")["people"] == told
    assert show(at, number, "ana", case)["people"] == []
    at.opine(number)
    at.review(number)
    at.approve(number)
    assert show(at, number)["people_shown"] == told


def test_a_decision_on_what_was_not_shown_is_refused(at: Office, case: str) -> None:
    id, entity = earner(at)
    number = at.request(case, id)
    at.opine(number)
    at.review(number)
    seen = show(at, number)["seen"]
    at.world.db.execute(
        "UPDATE content.aspect SET properties = jsonb_build_object('name', jsonb_build_array('Another Name'))"
        " WHERE entity = %s",
        (entity,),
    )
    call = at.call("lou", "legal/approver")
    for stale in (seen, "0" * 64):
        with pytest.raises(Conflict) as caught:
            commands.crossing_approve(at.gate, call, crossing=number, reason=REASON, seen=stale)
        assert caught.value.code == "seen"
    with pytest.raises(Conflict):
        at.do("lou", "legal/approver", "crossing_approve", crossing=number, reason=REASON)
    assert at.approve(number)["state"] == "active"


# ---------------------------------------------------------------------------- per item, time-boxed


def test_item_by_item_and_no_longer_than_approved(at: Office, case: str) -> None:
    one, a = earner(at, "Kept Item")
    two, b = earner(at, "Left Item")
    number = at.request(case, one, two)
    at.opine(number)
    at.review(number)
    call = at.call("lou", "legal/approver")
    soon = (datetime.now(UTC) + timedelta(days=3)).date()
    for wrong in ({"items": [earner(at)[0]]}, {"expires": (soon + timedelta(days=300)).isoformat()}):
        with pytest.raises(BadInput):
            commands.crossing_approve(at.gate, call, crossing=number, reason=REASON, **wrong)
    made = commands.crossing_approve(
        at.gate, call, crossing=number, reason=REASON, items=[one], expires=soon.isoformat()
    )
    assert made.result["expires"].startswith((soon + timedelta(days=1)).isoformat())
    assert len(at.aspects(case, "ana", a)) == 1
    assert at.aspects(case, "ana", b) == []
    items = show(at, number)["items"]
    assert {i["id"]: i["left_out"] for i in items} == {one: False, two: True}


def test_approved_is_active_from_its_first_day_on(at: Office, case: str) -> None:
    id, entity = earner(at)
    later = (datetime.now(UTC) + timedelta(days=5)).date().isoformat()
    number = at.crossed(case, id, starts=later)
    assert show(at, number)["state"] == "approved"
    assert at.aspects(case, "ana", entity) == []
    at.world.db.execute(
        "UPDATE line.compartment_open SET starts = now() - interval '1 second' WHERE starts IS NOT NULL"
    )
    at.world.db.execute(OVER.format(column="starts"), (number,))
    assert show(at, number)["state"] == "active"
    assert len(at.aspects(case, "ana", entity)) == 1
    with pytest.raises(BadInput):
        at.request(case, id, starts="2199-01-01")


# -------------------------------------------------- markings that an approval alone doesn't open (rule 22)


def instruments(at: Office, case: str, caveat: str) -> tuple[list[dict[str, str]], str]:
    document = at.paper(case, "ana", case, f"Order on {caveat}.".encode())
    return [{"caveat": caveat, "reference": "District court, order 26-mj-0088", "document": document}], document


@pytest.mark.parametrize("caveat", ["grand-jury", "tax", "sealed"])
def test_rule_22_a_statute_of_secrecy_opens_by_its_own_paper(at: Office, caveat: str) -> None:
    case = at.opened()
    id, entity = earner(at, f"Secret {caveat}", (caveat,))
    bare = at.request(case, id)
    at.opine(bare)
    at.review(bare)
    refused("secret", at.approve, bare)
    named, document = instruments(at, case, caveat)
    number = at.request(case, id, instruments=named)
    at.opine(number)
    shown = show(at, number)
    kind = "statutory-form" if caveat == "tax" else "court-order"
    assert shown["needs"] == [{"caveat": caveat, "kind": kind, "met": False}]
    assert shown["instruments"][0]["reference"] == named[0]["reference"]
    read = queries.crossing_paper(at.gate, at.call("lea", "legal/approver"), crossing=number, document=document)
    assert read.result["content"] == f"Order on {caveat}.".encode()
    at.review(number)
    refused("secret", at.approve, number)
    at.world.db.execute("UPDATE line.crossing SET covers = %s WHERE number = %s", ([caveat], number))
    assert at.approve(number)["state"] == "active"
    at.gate.run(at.call("ana", case), "case_show", {})
    assert [copy["caption"] for copy in at.aspects(case, "ana", entity)] == [f"Secret {caveat}"]
    at.do("lux", "legal/approver", "crossing_revoke", crossing=number, reason=REASON)
    assert at.aspects(case, "ana", entity) == []


def test_the_review_confirms_only_papers_of_the_request(at: Office, case: str) -> None:
    id, _ = earner(at, "Taxed Earner", ("tax",))
    named, _ = instruments(at, case, "tax")
    number = at.request(case, id, instruments=named)
    with pytest.raises(BadInput):
        at.review(number, covers=["sealed"])
    at.opine(number)
    at.review(number, covers=["tax"])
    assert at.approve(number)["state"] == "active"


def test_a_paper_lies_in_the_asking_case_and_is_read_by_who_decides_alone(at: Office, case: str) -> None:
    id, _ = earner(at)
    other = at.opened()
    named, document = instruments(at, other, "tax")
    refused("document", at.request, case, id, instruments=named)
    for wrong in (
        [{**named[0], "caveat": "covert"}],
        [{**named[0], "reference": "order"}],
        ["order"],
        {"caveat": "tax"},
    ):
        with pytest.raises(BadInput):
            at.request(other, id, instruments=wrong)
    number = at.request(other, id, instruments=named)
    paper = {"crossing": number, "document": document}
    at.world.grant("ana", "legal", "approver")
    with pytest.raises(Missing):
        at.do("ana", "legal/approver", "crossing_paper", **paper)
    at.take("ana", "approver")
    with pytest.raises(Missing):
        at.do("lou", "legal/approver", "crossing_paper", crossing=number, document=at.paper(case, "ana", case))
    assert at.do("ines", "inspectorate/overseer", "crossing_paper", **paper)["name"] == "complaint.txt"


@pytest.mark.parametrize("caveat", ["covert", "protected", "oversight"])
def test_what_no_paper_opens_never_crosses(at: Office, caveat: str) -> None:
    case = at.opened()
    id, _ = earner(at, f"Never {caveat}", (caveat,))
    number = at.request(case, id)
    at.opine(number)
    at.review(number)
    refused("secret", at.approve, number)


# ---------------------------------------------------------------------------------------- emergency


def hurried(at: Office, case: str, *ids: str, **changes: Any) -> str:
    """An emergency asked for by ana and opened by sam."""
    number = at.request(case, *ids, danger=DANGER, **changes)
    at.do("sam", "fraud/supervisor", "crossing_open", crossing=number)
    return number


def test_an_emergency_opens_for_a_day_and_waits_for_its_review(at: Office, case: str) -> None:
    id, entity = earner(at, "Mira Missing")
    number = at.request(case, id, danger=DANGER)
    for who, desk in (("ana", case), ("vic", "labour/supervisor"), ("lou", "legal/approver")):
        with pytest.raises(Refused):
            at.do(who, desk, "crossing_open", crossing=number)
    head = at.do("sam", "fraud/supervisor", "crossing_open", crossing=number)
    assert (head["state"], head["emergency"]) == ("emergency", True)
    hours = datetime.fromisoformat(head["open_until"]) - datetime.fromisoformat(head["opened"])
    assert hours <= timedelta(hours=24)
    (copy,) = at.aspects(case, "ana", entity)
    assert copy["properties"] == {"name": ["Mira Missing"]}
    at.opine(number)
    at.review(number)
    assert at.approve(number)["state"] == "active"
    (copy,) = at.aspects(case, "ana", entity)
    assert "t:mira" in copy["keys"]


def test_rule_33_overseers_and_custodians_hear_of_an_emergency_at_once(at: Office, case: str) -> None:
    id, _ = earner(at)
    number = hurried(at, case, id)
    for who in ("ines", "vic", "lou"):
        told = at.do(who, None, "notice_list")["notices"]
        assert any(n["kind"] == "crossing" and n["detail"]["crossing"] == number for n in told), who
    seen = at.do("ines", "inspectorate/overseer", "oversight_exceptions")["items"]
    assert any(item["kind"] == "emergency" and item["crossing"] == number for item in seen)
    listed = at.do("ines", "inspectorate/overseer", "crossing_list", state="emergency")["crossings"]
    assert number in [c["crossing"] for c in listed]


def test_an_emergency_nobody_reviews_ends_with_its_day_and_bars_the_next(at: Office, case: str) -> None:
    id, entity = earner(at)
    number = hurried(at, case, id)
    at.opine(number)
    at.review(number)
    at.world.db.execute(OVER.format(column="open_until"), (number,))
    at.world.db.execute(
        "UPDATE line.compartment_open SET expires = now() WHERE compartment = (SELECT id FROM line.crossing"
        " WHERE number = %s)",
        (number,),
    )
    assert at.aspects(case, "ana", entity) == []
    assert show(at, number)["state"] == "unreviewed"
    with pytest.raises(Conflict):
        at.approve(number)
    seen = at.do("ines", "inspectorate/overseer", "oversight_exceptions")["items"]
    assert any(item["kind"] == "unreviewed" and item["crossing"] == number for item in seen)
    refused("unreviewed", hurried, at, case, id)
    audit = {"crossing": number, "verdict": "flawed", "remarks": REMARKS}
    at.do("ines", "inspectorate/overseer", "crossing_audit", **audit)
    assert show(at, hurried(at, case, id))["state"] == "emergency"


def test_an_emergency_that_its_review_refuses_closes_at_once(at: Office, case: str) -> None:
    id, entity = earner(at)
    number = hurried(at, case, id)
    assert at.aspects(case, "ana", entity)
    denied = at.do("lou", "legal/approver", "crossing_deny", crossing=number, reason="No danger is told of here.")
    assert denied["state"] == "refused"
    assert at.aspects(case, "ana", entity) == []
    refused("unreviewed", hurried, at, case, id)
    at.do("ines", "inspectorate/overseer", "crossing_audit", crossing=number, verdict="unlawful", remarks=REMARKS)


def test_an_emergency_that_is_revoked_before_its_decision_bars_the_next_all_the_same(at: Office, case: str) -> None:
    """Revoked by the custodian within the hour: that it was right to open it, nobody has said yet."""
    id, entity = earner(at)
    number = hurried(at, case, id)
    at.opine(number)
    at.review(number)
    at.do("vic", "labour/supervisor", "crossing_revoke", crossing=number, reason=REASON)
    assert at.aspects(case, "ana", entity) == []
    seen = at.do("ines", "inspectorate/overseer", "oversight_exceptions")["items"]
    (told,) = [item for item in seen if item["kind"] == "unreviewed" and item["crossing"] == number]
    assert told["title"] == "Emergency revoked before its review"
    refused("unreviewed", hurried, at, case, id)
    at.do("ines", "inspectorate/overseer", "crossing_audit", crossing=number, verdict="proper", remarks=REMARKS)
    assert show(at, hurried(at, case, id))["state"] == "emergency"


def test_an_emergency_that_was_approved_and_then_revoked_bars_nothing(at: Office, case: str) -> None:
    id, _ = earner(at)
    number = hurried(at, case, id)
    at.opine(number)
    at.review(number)
    at.approve(number)
    at.do("vic", "labour/supervisor", "crossing_revoke", crossing=number, reason=REASON)
    assert show(at, hurried(at, case, id))["state"] == "emergency"
    seen = at.do("ines", "inspectorate/overseer", "oversight_exceptions")["items"]
    assert not [item for item in seen if item["kind"] == "unreviewed" and item["crossing"] == number]


def test_an_emergency_is_narrow_and_rare(at: Office, case: str) -> None:
    id, _ = earner(at)
    refused("emergency", at.request, case, id, danger=DANGER, links=True)
    refused("emergency", at.request, case, *[earner(at)[0] for _ in range(6)], danger=DANGER)
    refused("danger", at.request, case, id, danger="Urgent, urgent, urgent, urgent, urgent, urgent, urgent!")
    with pytest.raises(Refused):
        at.do("sam", "fraud/supervisor", "crossing_open", crossing=at.request(case, id))
    for _ in range(3):
        number = hurried(at, case, id)
        at.do("lux", "legal/approver", "crossing_revoke", crossing=number, reason=REASON)
        at.do("ines", "inspectorate/overseer", "crossing_audit", crossing=number, verdict="proper", remarks=REMARKS)
    refused("often", hurried, at, case, id)


def test_an_emergency_opens_nothing_secret_and_tells_nobody(at: Office, case: str) -> None:
    """A sealed item, a grand-jury one and one that isn't there get one answer, and no copy."""
    sealed, a = earner(at, "Sealed One", ("sealed",))
    jury, b = earner(at, "Jury One", ("grand-jury",))
    absent = printed("wages", UUID(int=4711))
    heads = []
    for id in (sealed, jury, absent):
        number = hurried(at, case, id)
        own = show(at, number, "ana", case)
        heads.append({k: v for k, v in own.items() if k not in {*WHOSE, "revision"}})
    assert heads[0] == heads[1] == heads[2]
    for entity in (a, b):
        assert at.world.db.execute(
            "SELECT count(*) FROM content.aspect WHERE entity = %s AND compartment IS NOT NULL", (entity,)
        ).fetchone() == (0,)


WHOSE = {"crossing", "id", "requested", "items", "opened", "open_until"}


# -------------------------------------------------------------------------------------------- audit


def test_rule_33_overseers_audit_what_has_ended(at: Office, case: str) -> None:
    id, _ = earner(at)
    number = at.crossed(case, id)
    wanted = {"crossing": number, "verdict": "proper", "remarks": REMARKS}
    with pytest.raises(Conflict):
        at.do("ines", "inspectorate/overseer", "crossing_audit", **wanted)
    at.do("lux", "legal/approver", "crossing_revoke", crossing=number, reason=REASON)

    def queue() -> list[str]:
        found = at.do("ines", "inspectorate/overseer", "crossing_list", unaudited=True, limit=500)["crossings"]
        return [c["crossing"] for c in found]

    assert number in queue()
    for wrong in ({"verdict": "fine"}, {"remarks": "Fine."}):
        with pytest.raises(BadInput):
            at.do("ines", "inspectorate/overseer", "crossing_audit", **{**wanted, **wrong})
    head = at.do("ines", "inspectorate/overseer", "crossing_audit", **wanted)
    assert (head["state"], head["ended_as"], head["verdict"]) == ("audited", "revoked", "proper")
    assert number not in queue()
    with pytest.raises(Conflict):
        at.do("ira", "inspectorate/overseer", "crossing_audit", **wanted)
    assert show(at, number, "ines", "inspectorate/overseer")["remarks"] == REMARKS
    assert show(at, number, "ana", case)["remarks"] == ""


def test_rule_33_nobody_audits_what_he_had_a_part_in(at: Office, case: str) -> None:
    id, _ = earner(at)
    number = at.crossed(case, id)
    at.do("lux", "legal/approver", "crossing_revoke", crossing=number, reason=REASON)
    for who in ("lou", "lea", "ana"):
        at.world.grant(who, "inspectorate", "overseer")
        wanted = {"crossing": number, "verdict": "proper", "remarks": REMARKS}
        refused("chain", at.do, who, "inspectorate/overseer", "crossing_audit", **wanted)
        at.take(who, "overseer")


def test_a_crossing_is_audited_when_its_time_is_over(at: Office, case: str) -> None:
    id, _ = earner(at)
    number = at.crossed(case, id)
    at.world.db.execute(OVER.format(column="expires"), (number,))
    head = at.do("ines", "inspectorate/overseer", "crossing_audit", crossing=number, verdict="proper", remarks=REMARKS)
    assert head["ended_as"] == "expired"


# ------------------------------------------------------------------------- rule 13: the accounting


def test_rule_13_a_persons_accounting_tells_of_internal_crossings(at: Office, case: str) -> None:
    """Date, nature, purpose, recipient's name and address: the fields that the statute asks of a disclosure outside."""
    id, entity = earner(at)
    number = at.crossed(case, id)
    report = at.do("stu", "records/steward", "subject_report", id=str(entity))
    (row,) = [d for d in report["disclosures"] if d["disclosure"] == number]
    assert row["internal"] is True
    assert row["released"]
    assert "criminal" in row["nature"]
    assert row["purpose"] == NECESSITY
    assert row["recipient"] == "Ana, Fraud"
    assert row["address"] == "desk@fraud"
    assert (row["authority"], row["fields"]) == ("18-usc-1956", ["name"])
    with pytest.raises(psycopg.Error):
        at.world.db.execute("UPDATE disclosures.accounting SET purpose = '' WHERE disclosure = %s", (number,))


def test_rule_13_what_was_denied_or_never_held_is_in_no_accounting(at: Office, case: str) -> None:
    id, entity = earner(at)
    number = at.request(case, id)
    at.do("lou", "legal/approver", "crossing_deny", crossing=number, reason="More than the need explains, by far.")
    count = "SELECT count(*) FROM disclosures.accounting WHERE entity = %s"
    assert at.world.db.execute(count, (entity,)).fetchone() == (0,)
    again = hurried(at, case, id)
    at.opine(again)
    at.review(again)
    at.approve(again)
    assert at.world.db.execute(count, (entity,)).fetchone() == (1,)
