"""Rules that the work on a case keeps: tasks, reports, evidence, hours, deconfliction, clearances."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from tests.office import Office, office
from tests.sealing import Link, seal

from brightline.cases import commands as cases
from brightline.model.errors import BadInput, Conflict, Missing, Refused
from brightline.search import queries as search

pytestmark = pytest.mark.database

TODAY = date.today()  # noqa: DTZ011
ORDER = "District court of Saltmere, order 26-mj-88 of 4 May 2026, records of account 4711."


@pytest.fixture(scope="module")
def at(module_db: Any) -> Iterator[Office]:
    with office(module_db) as made:
        yield made


@pytest.fixture
def case(at: Office) -> str:
    """An open case of ana's, with bo in it and sam as its supervisor."""
    number = at.opened()
    at.do("ana", number, "case_member_add", account="bo")
    at.do("ana", number, "case_member_add", account="sam", capacity="supervisor")
    return number


def refused(code: str, act: Any, *given: Any, **params: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        act(*given, **params)
    assert caught.value.code == code, caught.value
    assert caught.value.hint
    return caught.value


def hits(at: Office, who: str, purpose: str, words: str) -> int:
    found = search.find(at.gate, at.call(who, purpose), search.Search(q=words, fuzzy=0))
    return int(found.result["total"])


# ------------------------------------------------------------------------------------------- tasks


def test_no_case_closes_with_open_tasks(at: Office, case: str) -> None:
    task = at.do("ana", case, "case_task_add", title="Hear the clerk", assignee="bo", due=TODAY.isoformat())
    assert (task["assignee"], task["state"], task["overdue"]) == ("bo", "open", False)
    refused("tasks", at.do, "ana", case, "case_close", outcome="unfounded", summary="Nothing to be found.")
    at.do("bo", case, "case_task_end", task=task["id"], state="done", result="Heard on 4 May; protocol in the file.")
    at.do("ana", case, "case_close", outcome="unfounded", summary="Nothing to be found.")
    assert at.do("sue", "fraud/supervisor", "case_approve", case=case)["state"] == "closed"


def test_a_task_added_after_the_request_holds_up_the_closure(at: Office, case: str) -> None:
    at.do("ana", case, "case_close", outcome="unfounded", summary="Nothing to be found.")
    with pytest.raises(Conflict):
        at.do("ana", case, "case_task_add", title="One more thing")
    at.world.db.execute(
        "INSERT INTO cases.task (case_id, title, unit, made_by) SELECT id, 'Late task', unit, lead FROM cases.case_file"
        " WHERE number = %s",
        (case,),
    )
    refused("tasks", at.do, "sue", "fraud/supervisor", "case_approve", case=case)


def test_a_template_gives_the_tasks_of_its_category_once(at: Office, case: str) -> None:
    assert at.do("ana", case, "case_task_template")["added"] == 4
    assert at.do("ana", case, "case_task_template")["added"] == 0
    tasks = at.do("ana", case, "case_task_list")["tasks"]
    assert {t["assignee"] for t in tasks} == {"ana"}
    assert "Chart the payments between the parties" in {t["title"] for t in tasks}


def test_tasks_go_to_members_or_the_unit(at: Office, case: str) -> None:
    refused("assignee", at.do, "ana", case, "case_task_add", title="Not for him", assignee="cleo")
    refused("assignee", at.do, "ana", case, "case_task_add", title="Not for them", unit="labour")
    with pytest.raises(BadInput):
        at.do("ana", case, "case_task_add", title="Too late", due="2020-01-01")
    task = at.do("ana", case, "case_task_add", title="Anybody's", unit="fraud")
    moved = at.do("ana", case, "case_task_assign", task=task["id"], assignee="bo")
    assert (moved["assignee"], moved["unit"]) == ("bo", None)
    refused("capacity", at.do, "bo", case, "case_task_end", task=task["id"], state="dropped", result="No use.")
    at.do("ana", case, "case_task_end", task=task["id"], state="dropped", result="The clerk has left.")
    with pytest.raises(Conflict):
        at.do("ana", case, "case_task_end", task=task["id"], result="Done after all.")


# ----------------------------------------------------------------------------------------- reports


def passage(text: str = "Zephyrine paid the invoice twice.", **changes: Any) -> dict[str, Any]:
    return {"kind": "fact", "text": text, "basis": "Statement 12", "reliability": "B", "credibility": 2, **changes}


def test_rule_20_each_assertion_of_a_report_is_typed_and_graded(at: Office, case: str) -> None:
    refused("basis", at.do, "ana", case, "case_report_write", title="First steps", passages=[passage(basis="")])
    refused("grade", at.do, "ana", case, "case_report_write", title="First steps", passages=[passage(reliability=None)])
    with pytest.raises(BadInput):
        at.do("ana", case, "case_report_write", title="First steps", passages=[passage(kind="rumour")])
    with pytest.raises(BadInput):
        at.do("ana", case, "case_report_write", title="First steps", passages=[])
    id, _ = at.thing("register", "Company", name=["Zephyrine Ltd"])
    at.do("ana", case, "case_add_items", ids=[id])
    item = at.do("ana", case, "case_evidence_add", title="Paper ledger", place="Quarry Road, unit 7")
    made = at.do(
        "ana",
        case,
        "case_report_write",
        step="opening",
        title="First steps",
        passages=[passage(subjects=[id], evidence=[item["item"]]), passage("It may go on.", kind="assessment")],
    )
    first = made["passages"][0]
    assert (first["grade"], first["subjects"], first["evidence"]) == ("B2", [id], ["EV-0001"])
    with pytest.raises(Missing):
        at.do(
            "ana", case, "case_report_write", title="Strangers", passages=[passage(subjects=["register-" + "0" * 32])]
        )


def test_an_author_never_approves_and_what_is_approved_is_locked(at: Office, case: str) -> None:
    at.do("ana", case, "case_report_write", step="opening", title="First steps", passages=[passage()])
    at.do("ana", case, "case_report_submit", report=1)
    at.world.grant("ana", "fraud", "supervisor")
    refused("four_eyes", at.do, "ana", case, "case_report_approve", report=1)
    at.take("ana", "supervisor")
    with pytest.raises(Refused):
        at.do("bo", case, "case_report_approve", report=1)
    back = at.do("sam", case, "case_report_return", report=1, reason="Name the payee.")
    assert (back["state"], back["reason"]) == ("returned", "Name the payee.")
    at.do("ana", case, "case_report_write", report=1, step="opening", title="First steps", passages=[passage()])
    at.do("ana", case, "case_report_submit", report=1)
    assert hits(at, "ana", case, "Zephyrine paid") == 0
    done = cases.case_report_approve(at.gate, at.call("sam", case), report=1).result
    assert (done["state"], done["decided_by"]) == ("approved", "sam")
    assert hits(at, "ana", case, "Zephyrine paid") == 1
    with pytest.raises(Conflict):
        at.do("ana", case, "case_report_write", report=1, title="Second thoughts", passages=[passage()])
    fixed = at.do("ana", case, "case_report_write", title="Correction", corrects=1, passages=[passage("It was once.")])
    assert (fixed["number"], fixed["corrects"]) == (2, 1)


def test_the_tables_refuse_an_author_who_approves_and_a_changed_report(at: Office, case: str) -> None:
    """Even whoever writes past the functions meets the rule."""
    at.do("ana", case, "case_report_write", title="First steps", passages=[passage()])
    at.do("ana", case, "case_report_submit", report=1)
    db, mine = at.world.db, "case_id = (SELECT id FROM cases.case_file WHERE number = %s)"
    with pytest.raises(psycopg.errors.CheckViolation):
        db.execute(f"UPDATE cases.report SET state = 'approved', decided_by = author WHERE {mine}", (case,))
    with pytest.raises(psycopg.Error, match="locked"):
        db.execute(f"UPDATE cases.passage SET text = 'other' WHERE {mine}", (case,))
    at.do("sam", case, "case_report_approve", report=1)
    for change in ("UPDATE cases.report SET title = 'Another title'", "DELETE FROM cases.report"):
        with pytest.raises(psycopg.Error, match="locked"):
            db.execute(f"{change} WHERE {mine}", (case,))


def test_no_desk_and_no_overseer_reads_a_reports_words(at: Office, case: str) -> None:
    at.do("ana", case, "case_report_write", title="First steps", passages=[passage("Quillsecret met the clerk.")])
    assert at.do("ines", "inspectorate/overseer", "case_report_list", case=case)["reports"][0]["number"] == 1
    with pytest.raises(Refused):
        at.do("ines", "inspectorate/overseer", "case_report_show", case=case, report=1)
    assert "Quillsecret" not in str(at.do("sam", "fraud/supervisor", "case_show", case=case))


# ---------------------------------------------------------------------------------------- evidence


def test_two_people_sign_each_transfer(at: Office, case: str) -> None:
    item = at.do("ana", case, "case_evidence_add", title="Laptop", place="Quarry Road", barcode="S-40117")["item"]
    refused("two_people", at.do, "ana", case, "case_evidence_offer", item=item, to="ana", place="Lab")
    refused("taker", at.do, "ana", case, "case_evidence_offer", item=item, to="cleo", place="Lab")
    refused("custodian", at.do, "bo", case, "case_evidence_offer", item=item, to="ana", place="Lab")
    at.do("ana", case, "case_evidence_offer", item="S-40117", to="bo", place="Laboratory")
    refused("taker", at.do, "ana", case, "case_evidence_accept", item=item)
    refused("custody", at.do, "ana", case, "case_close", outcome="other", summary="Done with it.")
    with pytest.raises(Conflict):
        at.do("ana", case, "case_evidence_store", item=item, place="Vault 3")
    taken = at.do("bo", case, "case_evidence_accept", item=item)
    assert (taken["custodian"], taken["state"], taken["cosigned"], taken["sealed"]) == ("bo", "transferred", 1, True)
    refused("custodian", at.do, "ana", case, "case_evidence_store", item=item, place="Vault 3")
    at.do("bo", case, "case_evidence_store", item=item, place="Vault 3, C2")
    at.do("bo", case, "case_evidence_offer", item=item, to="ana", place="Court")
    back = at.do("ana", case, "case_evidence_accept", item=item)
    assert (back["cosigned"], [link["act"] for link in back["chain"]]) == (
        2,
        ["seize", "offer", "accept", "store", "offer", "accept"],
    )
    assert len({link["entry"] for link in back["chain"]}) == 6


def test_a_declined_offer_leaves_the_custodian(at: Office, case: str) -> None:
    item = at.do("ana", case, "case_evidence_add", title="Telephone", place="Quarry Road")["item"]
    with pytest.raises(Conflict):
        at.do("bo", case, "case_evidence_accept", item=item)
    at.do("ana", case, "case_evidence_offer", item=item, to="bo", place="Laboratory")
    left = at.do("bo", case, "case_evidence_decline", item=item, reason="The seal is broken.")
    assert (left["custodian"], left["state"], left["offered_to"]) == ("ana", "seized", None)


def test_the_chain_is_only_added_to_and_betrays_a_change(at: Office, case: str) -> None:
    item = at.do("ana", case, "case_evidence_add", title="Paper ledger", place="Quarry Road")
    at.do("ana", case, "case_evidence_store", item=item["item"], place="Vault 3, B4")
    db = at.world.db
    with pytest.raises(psycopg.Error, match="append_only"):
        db.execute("UPDATE cases.custody SET place = 'elsewhere' WHERE evidence = %s", (item["id"],))
    with pytest.raises(psycopg.Error, match="append_only"):
        db.execute("DELETE FROM cases.custody WHERE evidence = %s", (item["id"],))
    assert at.do("ana", case, "case_evidence_list")["evidence"][0]["sealed"] is True
    db.execute("ALTER TABLE cases.custody DISABLE TRIGGER append_only")
    db.execute("UPDATE cases.custody SET place = 'elsewhere' WHERE evidence = %s AND act = 'seize'", (item["id"],))
    db.execute("ALTER TABLE cases.custody ENABLE TRIGGER append_only")
    assert at.do("ana", case, "case_evidence_list")["evidence"][0]["sealed"] is False


def test_the_table_refuses_a_transfer_with_one_signature(at: Office, case: str) -> None:
    item = at.do("ana", case, "case_evidence_add", title="Photographs", place="Quarry Road")
    with pytest.raises(psycopg.errors.CheckViolation, match="taker_accepts"):
        at.world.db.execute(
            "INSERT INTO cases.custody"
            " (evidence, case_id, place_in_chain, act, giver, taker, place, account, entry, seal)"
            " SELECT id, case_id, 2, 'accept', custodian, gen_random_uuid(), 'Lab', custodian,"
            " gen_random_uuid(), sha256('')"
            " FROM cases.evidence WHERE id = %s",
            (item["id"],),
        )


def test_another_person_disposes_of_an_item(at: Office, case: str) -> None:
    item = at.do("ana", case, "case_evidence_add", title="Keys", place="Quarry Road")["item"]
    with pytest.raises(Refused):
        at.do("ana", case, "case_evidence_dispose", item=item, act="destroy", place="Furnace", reason="Not needed.")
    gone = at.do("sam", case, "case_evidence_dispose", item=item, act="return", place="Owner", reason="Not needed.")
    assert (gone["state"], gone["custodian"]) == ("returned", None)
    with pytest.raises(Conflict):
        at.do("sam", case, "case_evidence_dispose", item=item, act="destroy", place="Furnace", reason="Again.")


def test_evidence_of_a_document_takes_its_hash(at: Office, case: str) -> None:
    paper = at.paper(case, purpose=case, content=b"The seized file.")
    item = at.do("ana", case, "case_evidence_add", title="Seized file", place="Digital store", document=paper)
    sha = next(d["sha256"] for d in at.do("ana", case, "case_show")["documents"] if d["id"] == paper)
    assert item["sha256"] == sha
    with pytest.raises(BadInput):
        at.do("ana", case, "case_evidence_add", title="Other", place="Store", document=paper, sha256="00" * 32)


# ------------------------------------------------------------------------------------------- hours


def test_rule_48_hours_by_person_week_and_regime(at: Office, case: str) -> None:
    day = TODAY.isoformat()
    at.do("ana", case, "case_hours_add", day=day, minutes=90, activity="records")
    mine = at.do("ana", case, "case_hours_add", day=day, minutes=60)
    at.do("bo", case, "case_hours_add", day=day, minutes=30)
    refused("hours", at.do, "ana", case, "case_hours_add", day=day, minutes=1440)
    with pytest.raises(Missing):
        at.do("bo", case, "case_hours_void", hours=mine["id"], reason="Not mine.")
    at.do("ana", case, "case_hours_void", hours=mine["id"], reason="Written twice.")
    told = at.do("ana", case, "case_hours_list")
    assert told["minutes"] == 120
    assert [(one["account"], one["minutes"]) for one in told["people"]] == [("ana", 90), ("bo", 30)]
    totals = at.do("sam", "fraud/supervisor", "hours_totals")["totals"]
    assert any(one["regime"] == "criminal" and one["minutes"] >= 120 for one in totals)
    for bad in ({"minutes": 0}, {"minutes": 30, "activity": "nap"}, {"minutes": 30, "day": "2199-01-01"}):
        with pytest.raises(BadInput):
            at.do("ana", case, "case_hours_add", **bad)


# ----------------------------------------------------------------------------------------- rule 34


def check(at: Office, who: str, purpose: str, key: str, kind: str | None = None) -> dict[str, Any]:
    told: dict[str, Any] = cases.case_deconflict(at.gate, at.call(who, purpose), key=key, kind=kind).result
    before = len(heard(at, who))
    at.settle()
    # What the asker doesn't know of itself is told by the worker, as notices.
    news = heard(at, who)
    told["later"] = [one["detail"] for one in news[: len(news) - before]]
    return told


def heard(at: Office, who: str) -> list[dict[str, Any]]:
    notices = at.do(who, None, "notice_list")["notices"]
    return [one for one in notices if one["kind"] == "deconfliction"]


def test_rule_34_a_key_is_told_of_to_both_sides_of_a_regime(at: Office) -> None:
    mine, theirs = at.opened(), at.opened("bo", boss="sue")
    id, _ = at.thing("register", "Vehicle", name=["Grey truck"], registrationNumber=["SM 4471 NJ"])
    at.do("bo", theirs, "case_add_items", ids=[id])
    before = len(heard(at, "bo"))
    told = check(at, "ana", mine, "sm-4471 nj")
    assert told["told"] == []
    assert told["later"] == [{"unit": "fraud", "unit_title": "Fraud", "contact": "Bo", "kind": "same plate"}]
    news = heard(at, "bo")
    assert len(news) == before + 1
    assert news[0]["case"] == theirs
    assert news[0]["detail"] == {"unit": "fraud", "unit_title": "Fraud", "contact": "Ana", "kind": "same plate"}
    assert "4471" not in str(news)
    assert mine not in str(news)


@pytest.mark.parametrize(
    ("schema", "properties", "key"),
    [
        ("Company", {"name": ["Ring Ltd"], "phone": ["+12025550143"]}, "+1 202 555 0143"),
        ("BankAccount", {"name": ["Account"], "accountNumber": ["SM-99-1234"]}, "SM991234"),
        ("Person", {"name": ["Wilhelmina Oakhollow"], "birthDate": ["1971-02-03"]}, "Wilhelmina Oakhollow, 1971-02-03"),
        ("Address", {"name": ["418 Harbor Loop"], "full": ["418 Harbor Loop"]}, "418 Harbor Loop"),
        ("Person", {"name": ["Mail Person"], "email": ["oak@hollow.example"]}, "Oak@Hollow.example"),
    ],
)
def test_rule_34_by_phone_account_name_address_and_mail(
    at: Office, schema: str, properties: dict[str, list[str]], key: str
) -> None:
    mine, theirs = at.opened(), at.opened("bo", boss="sue")
    id, entity = at.thing("register", schema, **properties)
    at.world.db.execute(
        "UPDATE content.aspect SET text = to_tsvector('pg_catalog.simple', lower(caption)) WHERE entity = %s", (entity,)
    )
    at.do("bo", theirs, "case_add_items", ids=[id], role="associate", basis="Named in the complaint.")
    assert [one["contact"] for one in check(at, "ana", mine, key)["later"]] == ["Bo"]


def test_rule_34_the_civil_asker_hears_what_no_match_says(at: Office) -> None:
    criminal, civil = at.opened(), at.opened("cleo", "labour")
    id, _ = at.thing("register", "Vehicle", name=["Red truck"], registrationNumber=["SM 5512 RT"])
    at.do("ana", criminal, "case_add_items", ids=[id])
    call = at.call("cleo", civil)
    hit = cases.case_deconflict(at.gate, call, key="SM 5512 RT").result
    miss = cases.case_deconflict(at.gate, call, key="SM 5512 XX").result
    assert {**hit, "left": 0} == {**miss, "left": 0}
    assert hit["told"] == []
    at.settle()
    events = [e for e in at.do("cleo", civil, "case_activity")["activity"] if e["object"]["kind"] == "deconfliction"]
    assert len({(e["what"], str(e["new"])) for e in events}) == 1
    assert heard(at, "cleo") == []
    assert heard(at, "ana")[0]["detail"]["unit"] == "labour"
    # And the criminal side alone hears when it asks itself.
    other, _ = at.thing("register", "Vehicle", name=["Blue truck"], registrationNumber=["SM 6613 BT"])
    at.do("cleo", civil, "case_add_items", ids=[other])
    assert check(at, "ana", criminal, "SM 6613 BT")["later"][0]["contact"] == "Cleo"
    assert heard(at, "cleo") == []


def test_rule_34_a_restricted_case_is_told_of_to_nobody(at: Office) -> None:
    secret = at.opened("bo", boss="sue", restricted=True, supervisor="sue")
    id, _ = at.thing("register", "Vehicle", name=["Black truck"], registrationNumber=["SM 7714 BK"])
    at.do("bo", secret, "case_add_items", ids=[id])
    told = check(at, "ana", at.opened(), "SM 7714 BK")
    assert (told["told"], told["later"]) == ([], [])


def test_rule_34_checks_are_counted_by_inquiry_and_stand_in_the_ledger(at: Office) -> None:
    mine = at.opened()
    call = at.call("ana", mine)
    for n in range(20):
        left = cases.case_deconflict(at.gate, call, key=f"SM 80{n:02d} ZZ").result["left"]
    assert left == 0
    refused("rate", cases.case_deconflict, at.gate, call, key="SM 8100 ZZ")
    answer = cases.case_deconflict(at.gate, at.call("ana", mine), key="SM 8100 ZZ")
    assert answer.receipt is not None
    with pytest.raises(Refused):
        cases.case_deconflict(at.gate, at.world.call("ana", mine, inquiry=False), key="SM 8100 ZZ")


@pytest.mark.parametrize("key", ["", "   ", "ab", "Smith, 1971-02-03", "Oakhollow Street", "x" * 500])
def test_rule_34_too_little_is_not_compared(at: Office, case: str, key: str) -> None:
    kind = "name" if "Smith" in key else "address" if "Street" in key else "number"
    with pytest.raises(BadInput):
        check(at, "ana", case, key, kind)


# -------------------------------------------------------------------------------------- clearances


def test_sealed_rows_open_by_an_approved_clearance_alone(at: Office, case: str) -> None:
    marking = at.world.marking("register", caveats=["sealed"])
    at.world.aspect("register", "Sealana Witness", marking=marking, keys=["t:sealana", "t:witness"])
    assert hits(at, "ana", case, "Sealana") == 0
    soon = (TODAY + timedelta(days=30)).isoformat()
    for bad in ({"caveat": "pii"}, {"caveat": "nonsense"}, {"expires": "2199-01-01"}, {"expires": None}):
        with pytest.raises(BadInput):
            at.do("ana", case, "case_clearance_ask", **{"caveat": "sealed", "order": ORDER, "expires": soon, **bad})
    refused("order", at.do, "ana", case, "case_clearance_ask", caveat="sealed", order="some order", expires=soon)
    asked = at.do("ana", case, "case_clearance_ask", caveat="sealed", order=ORDER, expires=soon)
    assert hits(at, "ana", case, "Sealana") == 0
    queue = at.do("lou", "legal/approver", "clearance_queue")["clearances"]
    assert asked["id"] in {one["id"] for one in queue}
    at.do("lou", "legal/approver", "clearance_decide", clearance=asked["id"], verdict="approved", reason="In order.")
    assert hits(at, "ana", case, "Sealana") == 1
    assert hits(at, "ana", at.opened(), "Sealana") == 0
    at.world.db.execute("UPDATE line.clearance SET expires = CURRENT_DATE - 1 WHERE id = %s", (asked["id"],))
    at.world.move()
    assert hits(at, "ana", case, "Sealana") == 0
    assert at.do("ana", case, "case_clearance_list")["clearances"][0]["state"] == "expired"


def test_who_asks_or_belongs_to_the_case_never_clears(at: Office, case: str) -> None:
    soon = (TODAY + timedelta(days=30)).isoformat()
    asked = at.do("ana", case, "case_clearance_ask", caveat="covert", order=ORDER, expires=soon)
    at.world.grant("ana", "legal", "approver")
    with pytest.raises(Missing):
        at.do("ana", "legal/approver", "clearance_decide", clearance=asked["id"], verdict="approved", reason="Mine.")
    at.take("ana", "approver")
    with pytest.raises(Refused):
        at.do("sam", "fraud/supervisor", "clearance_decide", clearance=asked["id"], verdict="approved", reason="Mine.")
    with pytest.raises(psycopg.errors.CheckViolation):
        at.world.db.execute("UPDATE line.clearance SET state = 'approved', decided_by = asked_by")
    at.do("lou", "legal/approver", "clearance_decide", clearance=asked["id"], verdict="denied", reason="No such order.")
    with pytest.raises(Conflict):
        at.do("lou", "legal/approver", "clearance_decide", clearance=asked["id"], verdict="approved", reason="Oh well.")


# ------------------------------------------------------------------------- relations and notices


def test_related_cases_are_told_to_those_who_may_know(at: Office, case: str) -> None:
    other, secret = at.opened(title="The other invoices"), at.opened("bo", boss="sue", title="Unknown to ana")
    with pytest.raises(Missing):
        at.do("ana", case, "case_relate", other=secret, reason="A guess.")
    made = at.do("ana", case, "case_relate", other=other, kind="parent", reason="It grew out of it.")
    assert [(one["case"], one["kind"]) for one in made["related"]] == [(other, "parent")]
    assert [one["case"] for one in at.do("ana", other, "case_related")["related"]] == [case]
    assert at.do("bo", case, "case_related")["related"] == []


def test_notices_go_to_whom_they_concern(at: Office, case: str) -> None:
    at.do("bo", None, "notice_read")
    task = at.do("ana", case, "case_task_add", title="Hear the driver", assignee="bo")
    told = at.do("bo", None, "notice_list")
    assert (told["notices"][0]["kind"], told["notices"][0]["case"], told["notices"][0]["object"]) == (
        "task",
        case,
        task["id"],
    )
    assert case not in str(at.do("cleo", None, "notice_list"))
    at.do("ana", case, "case_report_write", title="First steps", passages=[passage()])
    at.do("ana", case, "case_report_submit", report=1)
    due = [one for one in at.do("sam", None, "notice_list")["notices"] if one["due"] and one["case"] == case]
    assert [one["what"] for one in due] == ["report 1 waits for review"]
    assert not any(one["due"] and one["case"] == case for one in at.do("ana", None, "notice_list")["notices"])
    at.do("ana", case, "case_member_remove", account="bo", reason="Off to another case.")
    assert case not in str(at.do("bo", None, "notice_list"))
    at.do("bo", None, "notice_read")
    assert at.do("bo", None, "notice_list")["unread"] == 0


def test_the_seal_is_computed_outside_alike(at: Office, case: str) -> None:
    item = at.do("ana", case, "case_evidence_add", title="Ledger", place="Größe 7")
    ids = at.world.accounts
    link = item["chain"][0]
    made = Link(
        n=link["n"],
        act=link["act"],
        giver=None,
        taker=str(ids["ana"]),
        place=link["place"],
        reason=link["reason"],
        account=str(ids["ana"]),
        at=link["at"],
        entry=link["entry"],
    )
    assert seal(b"", item["id"], made).hex() == link["seal"]
