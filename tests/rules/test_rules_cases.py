"""Rules of RULES.md that case files keep, tried through the real gate against a real database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import psycopg
import pytest
from tests.office import PREDICATE, Office, office

from brightline.cases import commands as cases
from brightline.cases import queries
from brightline.model.errors import BadInput, Conflict, Missing, Refused
from brightline.search import queries as search

pytestmark = pytest.mark.database


@pytest.fixture(scope="module")
def at(module_db: Any) -> Iterator[Office]:
    with office(module_db) as made:
        yield made


def refused(code: str, act: Any, *given: Any, **params: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        act(*given, **params)
    assert caught.value.code == code, caught.value
    assert caught.value.hint
    return caught.value


# ------------------------------------------------------------------------------------------ rule 1


def test_rule_01_no_case_without_facts(at: Office) -> None:
    refused("predicate", at.draft, predicate="He is suspicious.")
    number = at.draft()
    refused("predicate", at.do, "ana", "fraud/agent", "case_edit", case=number, predicate="Gut feeling.")


def test_rule_01_no_criminal_case_without_the_activity(at: Office) -> None:
    refused("category", at.draft, category="")


def test_rule_01_no_criminal_case_without_a_document(at: Office) -> None:
    number = at.draft()
    refused("document", at.do, "ana", "fraud/agent", "case_submit", case=number)
    at.paper(number)
    assert at.do("ana", "fraud/agent", "case_submit", case=number)["state"] == "submitted"


def test_rule_01_the_table_refuses_facts_that_are_none(at: Office) -> None:
    """Even whoever writes past the functions meets the rule."""
    with pytest.raises(psycopg.errors.CheckViolation):
        at.world.db.execute("UPDATE cases.case_file SET predicate = 'because'")


def test_rule_01_no_suspect_without_a_basis(at: Office) -> None:
    number = at.opened()
    id, _ = at.person("register", "Basil Unfounded")
    refused("basis", at.do, "ana", number, "case_add_items", ids=[id], role="suspect", basis="looks it")
    assert at.do("ana", number, "case_show")["people"] == []


def test_rule_01_no_case_under_an_authority_out_of_force(at: Office) -> None:
    at.world.authority("old-act", "criminal", valid_to=date(2020, 1, 1))
    refused("authority", at.draft, authority="old-act")
    refused("authority", at.draft, authority="no-such-act")
    refused("authority", at.draft, authority="case-born")


def test_rule_01_an_authority_that_lapses_meanwhile_opens_nothing(at: Office) -> None:
    at.world.authority("lapsing-act", "criminal")
    number = at.draft(authority="lapsing-act")
    at.paper(number)
    at.do("ana", "fraud/agent", "case_submit", case=number)
    at.world.db.execute("UPDATE line.authority SET valid_to = CURRENT_DATE - 1 WHERE code = 'lapsing-act'")
    refused("authority", at.do, "sam", "fraud/supervisor", "case_approve", case=number)


# --------------------------------------------------------------------------------------- regime


def test_one_regime_for_ever(at: Office) -> None:
    refused("regime", at.draft, authority="29-usc-216")
    refused("regime", at.draft, authorities=["18-usc-1956", "29-usc-216"])
    number = at.opened()
    refused("regime", at.do, "sam", "fraud/supervisor", "case_authority_add", case=number, authority="29-usc-216")
    with pytest.raises(psycopg.Error, match="regime"):
        at.world.db.execute("UPDATE cases.case_file SET regime = 'civil' WHERE number = %s", (number,))


def test_a_second_authority_is_a_second_purpose(at: Office) -> None:
    at.world.authority("18-usc-1343", "criminal")
    number = at.opened()
    made = at.do("sam", "fraud/supervisor", "case_authority_add", case=number, authority="18-usc-1343")
    assert made["purposes"] == [number, f"{number}@18-usc-1343"]
    assert at.do("ana", f"{number}@18-usc-1343", "case_show")["case"] == number


# ---------------------------------------------------------------------------------- four eyes


def test_who_asks_never_decides(at: Office) -> None:
    number = at.draft("ana")
    at.world.grant("ana", "fraud", "supervisor")
    at.paper(number)
    at.do("ana", "fraud/agent", "case_submit", case=number)
    refused("four_eyes", at.do, "ana", "fraud/supervisor", "case_approve", case=number)
    refused("four_eyes", at.do, "ana", "fraud/supervisor", "case_return", case=number, reason="I change my mind.")
    assert at.do("sam", "fraud/supervisor", "case_approve", case=number)["state"] == "open"
    at.world.db.execute(
        "DELETE FROM line.role_grant WHERE role = 'supervisor' AND account = %s", (at.world.accounts["ana"],)
    )


def test_agents_cannot_approve(at: Office) -> None:
    number = at.draft()
    at.paper(number)
    at.do("ana", "fraud/agent", "case_submit", case=number)
    with pytest.raises(Refused):
        at.do("bo", "fraud/agent", "case_approve", case=number)


def test_returned_then_submitted_again(at: Office) -> None:
    number = at.draft()
    at.paper(number)
    at.do("ana", "fraud/agent", "case_submit", case=number)
    back = at.do("sam", "fraud/supervisor", "case_return", case=number, reason="Name the invoices.")
    assert back["state"] == "returned"
    at.do("ana", "fraud/agent", "case_edit", case=number, title="Invoices 17, 18 and 19 paid twice")
    at.do("ana", "fraud/agent", "case_submit", case=number)
    head = at.do("sam", "fraud/supervisor", "case_approve", case=number)
    assert head["state"] == "open"
    assert head["title"] == "Invoices 17, 18 and 19 paid twice"


def test_the_head_names_its_people_by_account_and_by_name(at: Office) -> None:
    head = at.do("ana", at.opened(supervisor="sam"), "case_show")
    for role in ("lead", "supervisor"):
        titles = at.world.db.execute("SELECT title FROM line.account WHERE name = %s", (head[role],)).fetchone()
        assert (head[f"{role}_title"],) == titles
    assert (head["lead"], head["supervisor"]) == ("ana", "sam")


def test_rule_23_the_review_date_is_computed(at: Office) -> None:
    number = at.opened()
    head = at.do("ana", number, "case_show")
    opened = date.fromisoformat(head["opened"][:10])
    assert (date.fromisoformat(head["review_by"]) - opened).days == 365
    with pytest.raises(psycopg.errors.CheckViolation):
        at.world.db.execute("UPDATE cases.case_file SET review_by = '2199-01-01' WHERE number = %s", (number,))


# --------------------------------------------------------------------------------------- closing


def test_closing_needs_an_outcome_and_another_person(at: Office) -> None:
    number = at.opened()
    refused("outcome", at.do, "ana", number, "case_close", summary="Nothing more to be found.")
    assert (
        at.do("ana", number, "case_close", outcome="unfounded", summary="The invoices were two.")["state"]
        == "closure_requested"
    )
    assert at.do("sam", "fraud/supervisor", "case_approve", case=number)["state"] == "closed"


def test_a_closed_case_is_read_only_and_reopened_by_two(at: Office) -> None:
    number = at.opened()
    id, _ = at.thing("register", "Company", name=["Closed Ltd"])
    at.do("ana", number, "case_close", outcome="other", summary="Done with it.")
    with pytest.raises(Conflict):
        at.do("ana", number, "case_add_items", ids=[id])
    at.do("sam", "fraud/supervisor", "case_approve", case=number)
    with pytest.raises(Refused):
        at.do("ana", number, "case_add_items", ids=[id])
    assert at.do("ana", number, "case_show")["state"] == "closed"
    with pytest.raises(Conflict):
        at.do("sam", "fraud/supervisor", "case_approve", case=number)
    at.do("ana", "fraud/agent", "case_reopen", case=number, reason="A fourth invoice appeared.")
    assert at.do("sam", "fraud/supervisor", "case_approve", case=number)["state"] == "open"
    assert at.do("ana", number, "case_add_items", ids=[id])["added"] == [id]


def test_a_closed_case_justifies_no_search(at: Office) -> None:
    number = at.opened()
    at.thing("register", "Company", name=["Findable Ltd"])
    find = search.Search(q="Findable", fuzzy=0)
    assert search.find(at.gate, at.call("ana", number), find).result["total"] == 1
    at.do("ana", number, "case_close", outcome="other", summary="Done with it.")
    at.do("sam", "fraud/supervisor", "case_approve", case=number)
    with pytest.raises(Refused):
        search.find(at.gate, at.call("ana", number), find)


def test_a_suspended_case_rests(at: Office) -> None:
    number = at.opened()
    at.do("ana", "fraud/agent", "case_suspend", case=number, reason="The court decides first.")
    with pytest.raises(Refused):
        at.do("ana", number, "case_note_add", text="Still working.", kind="assessment")
    assert at.do("sam", "fraud/supervisor", "case_resume", case=number, reason="It has decided.")["state"] == "open"


# --------------------------------------------------------------------------------------- rule 18


def test_rule_18_a_person_enters_with_a_category_only(at: Office) -> None:
    number = at.opened()
    person, _ = at.person("register", "Petra Plain")
    company, _ = at.thing("register", "Company", name=["Plain Ltd"])
    unclear, _ = at.thing("register", "LegalEntity", name=["Plain or Simple"])
    refused("category", at.do, "ana", number, "case_add_items", ids=[person])
    refused("category", at.do, "ana", number, "case_add_items", ids=[unclear])
    refused("category", at.do, "ana", number, "case_add_items", ids=[company, person])
    assert at.do("ana", number, "case_show")["items"] == []
    with pytest.raises(BadInput):
        at.do("ana", number, "case_add_items", ids=[person], role="villain", basis="a look")
    assert at.do("ana", number, "case_add_items", ids=[company])["people"] == 0
    added = at.do("ana", number, "case_add_items", ids=[person], role="witness", basis="Saw the second invoice.")
    assert (added["added"], added["people"]) == ([person], 1)
    shown = at.do("ana", number, "case_show")["people"][0]
    assert (shown["category"], shown["basis"], shown["caption"]) == (
        "witness",
        "Saw the second invoice.",
        "Petra Plain",
    )


def test_rule_18_the_table_holds_no_person_without_category(at: Office) -> None:
    with pytest.raises(psycopg.errors.NotNullViolation):
        at.world.db.execute(
            "INSERT INTO cases.person_role (case_id, entity, basis, account, category)"
            " SELECT id, gen_random_uuid(), 'x', made_by, NULL FROM cases.case_file LIMIT 1"
        )


@pytest.mark.parametrize("was", ["victim", "witness"])
def test_rule_18_victims_and_witnesses_are_promoted_on_a_predicate_only(at: Office, was: str) -> None:
    number = at.opened()
    id, _ = at.person("register", f"Wilma {was}")
    facts = "Her own account received the second payment of 4 May, statement 12, page 3."
    at.do("ana", number, "case_add_items", ids=[id], role=was, basis="Named in the complaint.")
    refused(
        "promotion", at.do, "ana", number, "case_role_set", id=id, role="suspect", basis="She behaves oddly, I think."
    )
    refused("promotion", at.do, "ana", number, "case_role_set", id=id, role="suspect", basis=facts)
    paper = at.paper(number, purpose=number, content=b"Statement 12.")
    other = at.paper(at.opened(title="Another case"), content=b"Statement 13.") if was == "victim" else None
    if other:
        with pytest.raises(Missing):
            at.do("ana", number, "case_role_set", id=id, role="suspect", basis=facts, document=other)
    done = at.do("ana", number, "case_role_set", id=id, role="suspect", basis=facts, document=paper)
    assert done == {"id": id, "category": "suspect", "was": was}


# --------------------------------------------------------------------------------------- rule 20


def test_rule_20_each_note_is_fact_or_assessment_with_a_basis(at: Office) -> None:
    number = at.opened()
    refused("basis", at.do, "ana", number, "case_note_add", text="It was paid twice.", kind="fact")
    with pytest.raises(BadInput):
        at.do("ana", number, "case_note_add", text="It was paid twice.", kind="rumour")
    note = cases.case_note_add(
        at.gate,
        at.call("ana", number),
        text="It was paid twice.",
        kind="fact",
        basis="Statement 12",
        reliability="B",
        credibility=2,
    ).result
    shown = at.do("ana", number, "case_show")["notes"][0]
    assert (shown["id"], shown["text"], shown["kind"], shown["basis"]) == (
        note["id"],
        "It was paid twice.",
        "fact",
        "Statement 12",
    )
    assert (shown["by"], shown["reliability"], shown["credibility"]) == ("ana", "B", 2)


# ---------------------------------------------------------------------------------------- rule 6


def test_rule_06_every_entry_carries_its_labels(at: Office) -> None:
    """Sensitivity, source reliability, content credibility, submitting unit, control official; ungraded is F6."""
    number = at.opened()
    at.do("ana", number, "case_note_add", text="It was paid twice.", kind="fact", basis="Statement 12")
    words = {"kind": "fact", "text": "Paid on 4 March.", "basis": "Statement", "reliability": "B", "credibility": 2}
    report = at.do("ana", number, "case_report_write", step="opening", title="First steps", passages=[words])
    note = at.do("ana", number, "case_show")["notes"][0]
    assert (note["reliability"], note["credibility"], note["grade"]) == ("F", 6, "F6")
    assert [passage["grade"] for passage in report["passages"]] == ["B2"]
    for entry in (note, report):
        assert set(entry["labels"]) == {"sensitivity", "unit", "control"}
        assert all(entry["labels"].values())
        assert entry["labels"]["unit"] == "fraud"
    for grade in ({"reliability": "G"}, {"credibility": 7}):
        with pytest.raises(BadInput):
            at.do("ana", number, "case_note_add", text="Paid twice.", kind="fact", basis="Statement 12", **grade)


# --------------------------------------------------------------------------------------- rule 34


def test_rule_34_within_a_regime_both_sides_hear_at_once(at: Office) -> None:
    mine, theirs = at.opened(), at.opened("bo", boss="sue")
    id, _ = at.thing("register", "Vehicle", name=["Grey van"])
    assert at.do("bo", theirs, "case_add_items", ids=[id])["pointers"] == []
    told = at.do("ana", mine, "case_add_items", ids=[id])["pointers"]
    assert told == [{"id": id, "unit": "fraud", "unit_title": "Fraud", "contact": "Bo", "kind": "same entity"}]
    at.settle()
    heard = [e for e in at.do("bo", theirs, "case_activity")["activity"] if e["object"]["kind"] == "deconfliction"]
    assert [e["new"]["contact"] for e in heard] == ["Ana"]
    assert theirs not in str(told)
    assert mine not in str(heard)


def test_rule_34_across_regimes_the_criminal_owner_alone_is_told(at: Office) -> None:
    criminal, civil = at.opened(), at.opened("cleo", "labour")
    id, _ = at.thing("register", "Vehicle", name=["Blue van"])
    other, _ = at.thing("register", "Vehicle", name=["Unwatched van"])
    at.do("ana", criminal, "case_add_items", ids=[id])
    asked = at.do("cleo", civil, "case_add_items", ids=[id])
    plain = at.do("cleo", civil, "case_add_items", ids=[other])
    assert {**asked, "added": []} == {**plain, "added": []}
    assert at.do("cleo", civil, "case_show")["pointers"] == []
    at.settle()
    heard = [e for e in at.do("ana", criminal, "case_activity")["activity"] if e["object"]["kind"] == "deconfliction"]
    assert [(e["new"]["unit"], e["new"]["contact"]) for e in heard] == [("labour", "Cleo")]


def test_a_restricted_case_names_its_supervisor(at: Office) -> None:
    with pytest.raises(BadInput):
        at.draft(restricted=True)


def test_rule_34_a_restricted_case_is_told_of_to_nobody(at: Office) -> None:
    at.do("ana", "fraud/agent", "case_list")
    secret = at.opened("bo", boss="sue", restricted=True, supervisor="sue")
    id, _ = at.thing("register", "Vehicle", name=["Black van"])
    at.do("bo", secret, "case_add_items", ids=[id])
    mine = at.opened()
    assert at.do("ana", mine, "case_add_items", ids=[id])["pointers"] == []
    assert secret not in str(at.do("sam", "fraud/supervisor", "case_list"))
    assert secret in str(at.do("sue", "fraud/supervisor", "case_list"))


# ------------------------------------------------------------------- one record in several cases


def test_one_thing_in_several_cases(at: Office) -> None:
    one, two = at.opened(), at.opened()
    id, _ = at.thing("register", "Company", name=["Shared Ltd"])
    assert at.do("ana", one, "case_add_items", ids=[id])["added"] == [id]
    assert at.do("ana", two, "case_add_items", ids=[id])["added"] == [id]
    again = at.do("ana", two, "case_add_items", ids=[id])
    assert (again["added"], again["already"]) == ([], [id])


def test_the_case_shows_who_did_what(at: Office) -> None:
    number = at.opened()
    id, _ = at.thing("register", "Company", name=["Active Ltd"])
    at.do("ana", number, "case_add_items", ids=[id])
    at.do("ana", number, "case_item_remove", id=id, reason="Another company of the same name.")
    activity = at.do("ana", number, "case_activity")["activity"]
    assert [(e["by"], e["what"]) for e in activity] == [
        ("ana", "took out of the case"),
        ("ana", "added to the case"),
        ("sam", "approved: open"),
        ("ana", "submitted"),
        ("ana", "added a document"),
        ("ana", "opened a draft"),
    ]
    assert all(e["entry"] for e in activity)


def test_a_document_comes_back_byte_by_byte_and_not_into_the_log(at: Office) -> None:
    number = at.opened()
    content = bytes(range(256)) * 40
    id = at.paper(number, purpose=number, content=content)
    got = queries.case_document_get(at.gate, at.call("ana", number), case=number, id=id).result
    assert got["content"] == content
    assert at.do("sam", "fraud/supervisor", "case_document_list", case=number)["documents"][-1]["id"] == id
    with pytest.raises(BadInput):
        at.do("ana", number, "case_document_add", name="a", media_type="text/plain", content_base64="%%%")
    with pytest.raises(BadInput):
        at.do(
            "ana",
            number,
            "case_document_add",
            name="a",
            media_type="text/plain",
            content_base64="QUJD",
            sha256="00" * 32,
        )


def test_members_come_from_the_regime(at: Office) -> None:
    number = at.opened()
    refused("member", at.do, "ana", number, "case_member_add", account="cleo")
    refused("member", at.do, "ana", number, "case_member_add", account="bo", capacity="supervisor")
    with pytest.raises(Refused):
        at.do("bo", number, "case_show")
    at.do("ana", number, "case_member_add", account="bo")
    assert at.do("bo", number, "case_show")["case"] == number
    refused("capacity", at.do, "bo", number, "case_member_add", account="sam")
    at.do("ana", number, "case_member_remove", account="bo", reason="Off to another case.")
    with pytest.raises(Refused):
        at.do("bo", number, "case_show")
    with pytest.raises(Conflict):
        at.do("ana", number, "case_member_remove", account="ana", reason="I leave.")


def test_overseers_read_case_files_and_change_nothing(at: Office) -> None:
    number = at.opened()
    assert at.do("ines", "inspectorate/overseer", "case_show", case=number)["predicate"] == PREDICATE
    with pytest.raises(Refused):
        at.do("ines", "inspectorate/overseer", "case_close", case=number, outcome="other")
