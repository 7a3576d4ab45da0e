"""Evidence never gets stuck: custody outlives members and cases, bytes are hashed here, and an end leaves hashes."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.office import Office, office
from tests.sealing import Link, seal

from brightline.ledger import sequencer
from brightline.model.errors import BadInput, Conflict, Missing, Refused

pytestmark = pytest.mark.database

TITLE = "Invoices paid twice"
LEFT = "Ana has left the service; nobody else can sign for her."
DROP = "The time limit of this closed case is over and nothing holds it."
OK = "Checked against the holds; nothing stands in the way of it."


@pytest.fixture(scope="module")
def at(module_db: Any) -> Iterator[Office]:
    with office(module_db) as made:
        made.world.person("pia", ("fraud", "agent"))
        made.world.person("quin", ("fraud", "analyst"))
        yield made


@pytest.fixture(scope="module")
def log(module_db: Any, tmp_path_factory: pytest.TempPathFactory) -> sequencer.Sequencer:
    home: Path = tmp_path_factory.mktemp("home")
    return sequencer.Sequencer(
        sequencer.Settings(
            dsn=module_db.dsn("brightline_sequencer"),
            folder=home / "ledger",
            ledger_key=home / "secrets" / "ledger.key",
            origin="brightline.local/test",
        )
    )


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


def only(db: Any, asked: str, *given: Any) -> Any:
    row = db.execute(asked, given).fetchone()
    assert row is not None
    return row[0]


def seize(at: Office, case: str, title: str = "Laptop", **more: Any) -> str:
    item: str = at.do("ana", case, "case_evidence_add", title=title, place="Quarry Road", **more)["item"]
    return item


def close(at: Office, case: str) -> None:
    at.do("ana", case, "case_close", outcome="charged", summary="The trial follows.")
    at.do("sue", "fraud/supervisor", "case_approve", case=case)


def suspend(at: Office, case: str) -> None:
    at.do("ana", "fraud/agent", "case_suspend", case=case, reason="Waits for the court's answer.")


# ----------------------------------------------------------------------- cases that rest or are closed


@pytest.mark.parametrize("rest", [close, suspend])
def test_custody_goes_on_when_the_case_rests_or_is_closed(at: Office, case: str, rest: Any) -> None:
    item, other = seize(at, case), seize(at, case, "Telephone")
    rest(at, case)
    assert at.do("ana", case, "case_evidence_store", item=item, place="Vault 3")["state"] == "stored"
    at.do("ana", case, "case_evidence_offer", item=item, to="bo", place="Court")
    at.do("bo", case, "case_evidence_decline", item=item, reason="The seal is broken.")
    at.do("ana", case, "case_evidence_offer", item=item, to="bo", place="Court")
    assert at.do("bo", case, "case_evidence_accept", item=item)["custodian"] == "bo"
    gone = at.do("sam", case, "case_evidence_dispose", item=item, act="return", place="Owner", reason="Trial is over.")
    assert (gone["state"], gone["sealed"]) == ("returned", True)
    gone = at.do(
        "sue", "fraud/supervisor", "case_evidence_dispose", case=case, item=other, act="destroy", place="Furnace",
        reason="Trial is over.",
    )  # fmt: skip
    assert gone["state"] == "destroyed"


@pytest.mark.parametrize("rest", [close, suspend])
def test_nothing_else_is_done_in_it_by_that_way(at: Office, case: str, rest: Any) -> None:
    seize(at, case)
    rest(at, case)
    for act, params in (
        ("case_evidence_add", {"title": "One more", "place": "Here"}),
        ("case_note_add", {"text": "One more.", "kind": "assessment"}),
        ("case_task_add", {"title": "One more thing"}),
        ("search_find", {"q": "Zephyrine"}),
    ):
        with pytest.raises((Refused, Conflict)):
            at.do("ana", case, act, **params)


def test_who_may_sign_is_asked_in_a_closed_case_as_well(at: Office, case: str) -> None:
    item = seize(at, case)
    close(at, case)
    with pytest.raises(Refused):
        at.do("pia", case, "case_evidence_store", item=item, place="My desk")
    with pytest.raises(Refused):
        at.do("cleo", case, "case_evidence_store", item=item, place="My desk")
    refused("custodian", at.do, "bo", case, "case_evidence_store", item=item, place="My desk")
    refused("taker", at.do, "ana", case, "case_evidence_offer", item=item, to="cleo", place="Another regime")
    refused("two_people", at.do, "ana", case, "case_evidence_offer", item=item, to="ana", place="Lab")


def test_an_authority_that_has_ended_is_followed_by_another(at: Office) -> None:
    at.world.authority("18-usc-3", "criminal")
    case = at.opened(authority="18-usc-3")
    at.do("ana", case, "case_member_add", account="sam", capacity="supervisor")
    item = seize(at, case)
    close(at, case)
    at.world.db.execute("UPDATE line.authority SET valid_to = CURRENT_DATE - 1 WHERE code = '18-usc-3'")
    try:
        with pytest.raises(Refused):
            at.do("ana", case, "case_evidence_store", item=item, place="Vault 3")
        # The supervisor names an authority that is in force; the case stays closed.
        added = at.do("sue", "fraud/supervisor", "case_authority_add", case=case, authority="18-usc-1956")
        under = f"{case}@18-usc-1956"
        assert under in added["purposes"]
        at.know(under)
        assert at.do("ana", under, "case_evidence_store", item=item, place="Vault 3")["state"] == "stored"
        with pytest.raises(Refused):
            at.do("ana", under, "case_note_add", text="One more.", kind="assessment")
    finally:
        at.world.db.execute("UPDATE line.authority SET valid_to = NULL WHERE code = '18-usc-3'")


def test_an_authority_is_added_to_a_closed_case_for_custody_alone(at: Office, case: str) -> None:
    close(at, case)
    with pytest.raises(Conflict):
        at.do("sue", "fraud/supervisor", "case_authority_add", case=case, authority="18-usc-3")


# -------------------------------------------------------------------------------- a custodian who leaves


def test_a_custodian_hands_over_before_leaving(at: Office, case: str) -> None:
    at.do("ana", case, "case_evidence_offer", item=seize(at, case), to="bo", place="Lab")
    second = seize(at, case, "Telephone")
    at.do("bo", case, "case_evidence_accept", item="EV-0001")
    at.do("ana", case, "case_evidence_offer", item=second, to="bo", place="Lab")
    at.do("bo", case, "case_evidence_accept", item=second)
    with pytest.raises(Conflict) as caught:
        at.do("ana", case, "case_member_remove", account="bo", reason="Moves to another unit.")
    assert caught.value.code == "custody"
    assert "EV-0001, EV-0002" in str(caught.value)
    for item in ("EV-0001", "EV-0002"):
        at.do("bo", case, "case_evidence_offer", item=item, to="ana", place="Vault 3")
        at.do("ana", case, "case_evidence_accept", item=item)
    at.do("ana", case, "case_member_remove", account="bo", reason="Moves to another unit.")


def test_a_supervisor_reassigns_with_two_signatures(at: Office, case: str) -> None:
    item = seize(at, case)
    params = {"case": case, "item": item, "place": "Vault 3", "reason": LEFT}
    with pytest.raises(Refused):
        at.do("bo", case, "case_evidence_reassign", **params, to="bo")
    refused("two_people", at.do, "sam", case, "case_evidence_reassign", **params, to="sam")
    refused("two_people", at.do, "sam", case, "case_evidence_reassign", **params, to="ana")
    refused("taker", at.do, "sam", case, "case_evidence_reassign", **params, to="cleo")
    with pytest.raises(BadInput):
        at.do("sam", case, "case_evidence_reassign", **{**params, "reason": "She left."}, to="bo")
    with pytest.raises(Missing):
        at.do("vic", "labour/supervisor", "case_evidence_reassign", **params, to="bo")
    # It takes the place of an offer that nobody will answer.
    at.do("ana", case, "case_evidence_offer", item=item, to="pia", place="Lab")
    asked = at.do("sue", "fraud/supervisor", "case_evidence_reassign", **params, to="bo")
    assert (asked["custodian"], asked["offered_to"], asked["chain"][-1]["act"]) == ("ana", "bo", "reassign")
    assert "another custodian" in str(at.do("ana", None, "notice_list"))
    with pytest.raises(Conflict):
        at.do("sue", "fraud/supervisor", "case_evidence_reassign", **params, to="bo")
    refused("taker", at.do, "ana", case, "case_evidence_accept", item=item)
    done = at.do("bo", case, "case_evidence_accept", item=item)
    assert (done["custodian"], done["sealed"], done["chain"][-1]["giver"]) == ("bo", True, "ana")
    at.do("sue", "fraud/supervisor", "case_evidence_reassign", **params, to="pia")
    back = at.do("sue", "fraud/supervisor", "case_evidence_decline", case=case, item=item, reason="She is ill herself.")
    assert (back["custodian"], back["offered_to"]) == ("bo", None)


def test_whose_role_has_ended_is_replaced_and_the_supervisor_is_told(at: Office, case: str) -> None:
    item = seize(at, case)
    at.do("ana", case, "case_evidence_offer", item=item, to="quin", place="Lab")
    at.do("quin", case, "case_evidence_accept", item=item)
    close(at, case)
    at.world.db.execute("UPDATE line.role_grant SET valid_to = now() WHERE account = %s", (at.world.accounts["quin"],))
    try:
        with pytest.raises(Refused):
            at.do("quin", case, "case_evidence_store", item=item, place="Vault 3")
        assert "can't sign any more" in str(at.do("sue", None, "notice_list"))
        listed = at.do("sue", "fraud/supervisor", "custody_list")["items"]
        assert [(i["case"], i["item"]) for i in listed if i["stranded"]] == [(case, item)]
        told = {"case": case, "item": item, "place": "Vault 3", "reason": "His role has ended and he can't sign."}
        at.do("sue", "fraud/supervisor", "case_evidence_reassign", **told, to="ana")
        assert at.do("ana", case, "case_evidence_accept", item=item)["custodian"] == "ana"
    finally:
        at.world.db.execute(
            "UPDATE line.role_grant SET valid_to = NULL WHERE account = %s", (at.world.accounts["quin"],)
        )


def test_who_leaves_and_who_takes_come_one_after_the_other(at: Office, case: str) -> None:
    item = seize(at, case)
    at.do("ana", case, "case_evidence_offer", item=item, to="bo", place="Lab")
    calls = (
        (at.call("bo", case), "case_evidence_accept", {"item": item}),
        (at.call("ana", case), "case_member_remove", {"account": "bo", "reason": "Moves to another unit."}),
    )
    ended: list[str] = []

    def go(call: Any, act: str, params: dict[str, Any]) -> None:
        with psycopg.connect(at.database.dsn("brightline_app"), autocommit=True) as conn:
            try:
                conn.execute(
                    f"SELECT app.{act}(%s, %s, %s, %s::jsonb)",
                    (call.token, call.purpose, call.inquiry, json.dumps(params)),
                )
                ended.append(act)
            except psycopg.Error as error:
                ended.append(str(error))

    both = [threading.Thread(target=go, args=one) for one in calls]
    for one in both:
        one.start()
    for one in both:
        one.join(30)
    assert len(ended) == 2
    # Whichever came first, the item can be signed for.
    holder = at.do("sam", case, "case_evidence_show", item=item)["custodian"]
    at.do(holder, case, "case_evidence_store" if holder == "bo" else "case_evidence_decline", item=item,
          **({"place": "Vault 3"} if holder == "bo" else {"reason": "He has left."}))  # fmt: skip


# ------------------------------------------------------------------- custody without the case's words


def test_an_item_in_hand_opens_the_item_and_nothing_of_its_case(at: Office, case: str) -> None:
    item, other = seize(at, case), seize(at, case, "Telephone")
    at.do("ana", case, "case_note_add", text="Zephyrine is named.", kind="assessment")
    with pytest.raises(Refused):
        at.do("pia", case, "case_evidence_show", item=item)
    close(at, case)
    at.do("ana", case, "case_evidence_offer", item=item, to="pia", place="Property room")
    assert f"{item} of {case}" in str(at.do("pia", None, "notice_list"))
    for act, params in (
        ("case_show", {}), ("case_evidence_list", {}), ("case_document_list", {}), ("case_activity", {}),
        ("case_note_add", {"text": "Mine.", "kind": "assessment"}), ("search_find", {"q": "Zephyrine"}),
        ("case_evidence_add", {"title": "Mine", "place": "Here"}), ("case_close", {"outcome": "other"}),
    ):  # fmt: skip
        with pytest.raises(Refused):
            at.do("pia", case, act, **params)
    with pytest.raises(Missing):
        at.do("pia", case, "case_evidence_show", item=other)
    with pytest.raises(Missing):
        at.do("pia", case, "case_evidence_store", item=other, place="Mine")
    with pytest.raises(Missing):
        at.do("pia", case, "case_evidence_show", item=item, case="C-1999-0001")
    taken = at.do("pia", case, "case_evidence_accept", item=item)
    assert (taken["custodian"], taken["sealed"]) == ("pia", True)
    listed = at.do("pia", "fraud/agent", "custody_list")
    assert [(i["case"], i["item"], i["stranded"]) for i in listed["items"]] == [(case, item, False)]
    # Whoever acts on what the list shows has read the item as it stands.
    assert listed["items"][0]["revision"] == taken["revision"]
    told = json.dumps([taken, listed, at.do("pia", None, "notice_list")])
    assert TITLE not in told
    assert "Zephyrine" not in told
    at.do("pia", case, "case_evidence_store", item=item, place="Property room, shelf 4")
    at.do("pia", case, "case_evidence_offer", item=item, to="ana", place="Court")
    back = at.do("ana", case, "case_evidence_accept", item=item)
    assert back["sealed"]
    with pytest.raises(Refused):
        at.do("pia", case, "case_evidence_show", item=item)
    assert at.do("pia", "fraud/agent", "custody_list")["items"] == []


def test_who_declines_sees_what_was_declined_and_then_nothing(at: Office, case: str) -> None:
    item = seize(at, case)
    at.do("ana", case, "case_evidence_offer", item=item, to="pia", place="Property room")
    left = at.do("pia", case, "case_evidence_decline", item=item, reason="The bag is open.")
    assert (left["custodian"], left["sealed"], left["chain"][-1]["act"]) == ("ana", True, "decline")
    with pytest.raises(Refused):
        at.do("pia", case, "case_evidence_show", item=item)


def test_a_restricted_cases_items_go_to_its_members_alone(at: Office) -> None:
    number = at.opened(restricted=True, supervisor="sam")
    item = seize(at, number)
    refused("taker", at.do, "ana", number, "case_evidence_offer", item=item, to="pia", place="Property room")
    at.do("ana", number, "case_evidence_offer", item=item, to="sam", place="Vault 3")
    assert at.do("sam", number, "case_evidence_accept", item=item)["custodian"] == "sam"


# ----------------------------------------------------------------------------------- what its bytes are


def test_a_stated_hash_is_never_believed(at: Office, case: str) -> None:
    with pytest.raises(BadInput) as caught:
        at.do("ana", case, "case_evidence_add", title="Disk image", place="Lab", sha256="ab" * 32)
    assert "document" in str(caught.value.hint)
    paper = at.paper(case, purpose=case, content=b"The seized file.")
    with pytest.raises(BadInput):
        at.do("ana", case, "case_evidence_add", title="Disk image", place="Lab", document=paper, sha256="ab" * 32)
    told = at.do("ana", case, "case_evidence_add", title="Disk image", place="Lab", document=paper)
    assert told["sha256"] == hashlib.sha256(b"The seized file.").hexdigest()
    assert (told["hashed"], told["chain"][0]["sha256"]) == ("here", told["sha256"])


def test_acceptance_computes_the_hash_anew(at: Office, case: str) -> None:
    paper = at.paper(case, purpose=case, content=b"The seized ledger, page by page.")
    item = at.do("ana", case, "case_evidence_add", title="Ledger", place="Größe 7", document=paper)
    at.do("ana", case, "case_evidence_offer", item=item["item"], to="bo", place="Lab")
    taken = at.do("bo", case, "case_evidence_accept", item=item["item"])
    link = taken["chain"][-1]
    assert link["sha256"] == item["sha256"]
    ids = at.world.accounts
    made = Link(
        n=3, act="accept", giver=str(ids["ana"]), taker=str(ids["bo"]), place=link["place"], reason="",
        account=str(ids["bo"]), at=link["at"], entry=link["entry"], sha256=link["sha256"],
    )  # fmt: skip
    assert seal(bytes.fromhex(taken["chain"][1]["seal"]), item["id"], made).hex() == link["seal"]


def test_bytes_that_changed_in_the_store_are_not_accepted(at: Office, case: str) -> None:
    paper = at.paper(case, purpose=case, content=b"The seized ledger, as it was.")
    item = at.do("ana", case, "case_evidence_add", title="Ledger", place="Lab", document=paper)["item"]
    at.do("ana", case, "case_evidence_offer", item=item, to="bo", place="Lab")
    db = at.world.db
    checks = db.execute(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'cases.document'::regclass"
        " AND contype = 'c' AND pg_get_constraintdef(oid) LIKE '%%content%%'",
        (),
    ).fetchall()
    for name, _ in checks:
        db.execute(f"ALTER TABLE cases.document DROP CONSTRAINT {name}")
    db.execute("UPDATE cases.document SET content = 'The ledger, improved.' WHERE id = %s", (paper,))
    caught = refused("hash", at.do, "bo", case, "case_evidence_accept", item=item)
    assert item in str(caught)
    assert at.do("ana", case, "case_evidence_show", item=item)["custodian"] == "ana"
    at.do("bo", case, "case_evidence_decline", item=item, reason="Its bytes were changed.")
    db.execute("UPDATE cases.document SET content = 'The seized ledger, as it was.' WHERE id = %s", (paper,))
    for name, text in checks:
        db.execute(f"ALTER TABLE cases.document ADD CONSTRAINT {name} {text}")
    at.do("ana", case, "case_evidence_offer", item=item, to="bo", place="Lab")
    assert at.do("bo", case, "case_evidence_accept", item=item)["custodian"] == "bo"


# --------------------------------------------------------------------------------------- many items


def test_item_230_is_found_and_the_seals_are_those_of_all(at: Office, case: str) -> None:
    seize(at, case)
    db = at.world.db
    db.execute(
        "INSERT INTO cases.evidence (case_id, number, title, place, custodian, state, links, made_by)"
        " SELECT e.case_id, n, 'Box ' || n, 'Vault', e.custodian, 'seized', 0, e.made_by FROM cases.evidence e"
        " JOIN cases.case_file f ON f.id = e.case_id, generate_series(2, 236) n WHERE f.number = %s AND e.number = 1",
        (case,),
    )
    first = at.do("ana", case, "case_evidence_list", limit=50)
    assert ([e["item"] for e in first["evidence"]][-1], first["total"]) == ("EV-0050", 236)
    assert first["seals"]["items"] == 236
    # Items without a link have no seal at all: each of them is told, on whatever page it stands.
    assert len(first["seals"]["broken"]) == 235
    last = at.do("ana", case, "case_evidence_list", limit=50, offset=200)
    assert [e["item"] for e in last["evidence"]][-1] == "EV-0236"
    assert at.do("ana", case, "case_evidence_show", item="EV-0230")["title"] == "Box 230"
    assert at.do("ana", case, "case_evidence_store", item="EV-0230", place="Vault 9")["place"] == "Vault 9"
    with pytest.raises(Missing):
        at.do("ana", case, "case_evidence_show", item="EV-0237")


def test_a_broken_seal_is_told_by_name(at: Office, case: str) -> None:
    seize(at, case)
    second = seize(at, case, "Telephone")
    assert at.do("ana", case, "case_evidence_list", limit=1)["seals"] == {"items": 2, "links": 2, "broken": []}
    db = at.world.db
    db.execute("ALTER TABLE cases.custody DISABLE TRIGGER append_only")
    db.execute(
        "UPDATE cases.custody c SET place = 'elsewhere'"
        " FROM cases.evidence e JOIN cases.case_file f ON f.id = e.case_id"
        " WHERE e.id = c.evidence AND f.number = %s AND e.number = 2",
        (case,),
    )
    db.execute("ALTER TABLE cases.custody ENABLE TRIGGER append_only")
    assert at.do("ana", case, "case_evidence_list", limit=1)["seals"]["broken"] == [second]


# --------------------------------------------------------------------------------------- its end


def _due(at: Office, case: str) -> None:
    at.world.db.execute(
        "UPDATE cases.case_file SET made = made - interval '7 years', opened = opened - interval '7 years',"
        " closed = closed - interval '7 years', review_by = review_by - 7 * 365 WHERE number = %s",
        (case,),
    )


def test_rule_50_a_closed_case_with_custody_and_reports_is_purged_and_its_hashes_stay(
    at: Office, case: str, log: sequencer.Sequencer
) -> None:
    paper = at.paper(case, purpose=case, content=b"The seized file of this purge.")
    item = at.do("ana", case, "case_evidence_add", title="Paper ledger", place="Quarry Road", document=paper)
    passage = {"kind": "fact", "text": "It was so.", "basis": "Her words", "reliability": "B", "credibility": 2}
    at.do("ana", case, "case_report_write", title="First report", passages=[passage])
    at.do("ana", case, "case_report_submit", report=1)
    at.do("sam", case, "case_report_approve", report=1, parts={})
    at.do("ana", case, "case_report_write", title="A draft", passages=[{**passage, "evidence": [item["item"]]}])
    at.do("ana", case, "case_hours_add", minutes=30, activity="records")
    close(at, case)
    _due(at, case)
    with pytest.raises(Conflict) as caught:
        at.do("sam", "fraud/supervisor", "retention_propose", items=[case], reason=DROP)
    assert "EV-0001" in str(caught.value)
    listed = at.do("sam", "fraud/supervisor", "retention_due", limit=200)["items"]
    mine = next(one for one in listed if one["label"] == case)
    assert (mine["custody"], mine["purgeable"]) == ("EV-0001", False)
    at.do("sam", case, "case_evidence_dispose", item="EV-0001", act="return", place="Owner", reason="Trial is over.")
    chain = at.do("sam", case, "case_evidence_show", item="EV-0001")["chain"]
    number = at.do("sam", "fraud/supervisor", "retention_propose", items=[case], reason=DROP)["purge"]
    done = at.do("lou", "legal/approver", "retention_confirm", purge=number, reason=OK)
    assert done["counts"]["destroyed"] == 1, done
    db = at.world.db
    id = only(db, "SELECT id FROM cases.case_file WHERE number = %s", case)
    for table in ("evidence", "custody", "report", "passage", "document", "hours", "item"):
        assert only(db, f"SELECT count(*) FROM cases.{table} WHERE case_id = %s", id) == 0, table
    kept = db.execute(
        "SELECT place, encode(sha256, 'hex') FROM retention.kept_hash WHERE object = %s ORDER BY place", (item["id"],)
    ).fetchall()
    assert kept == [(link["n"], link["seal"]) for link in chain]
    assert only(db, "SELECT count(*) FROM retention.kept_hash WHERE of_case = %s AND kind = 'report'", id) == 2
    body = _certificate(at, log, done["certificate"])
    told = {one["id"]: one for one in body["kept_hashes"]}
    assert (told[item["id"]]["links"], told[item["id"]]["sha256"]) == (len(chain), chain[-1]["seal"])
    assert "ledger" not in json.dumps(body)


def _certificate(at: Office, log: sequencer.Sequencer, entry: str) -> dict[str, Any]:
    log.drain()
    asked = "SELECT convert_from(body, 'UTF8')::jsonb FROM ledger.entry WHERE entry = %s"
    found: dict[str, Any] = only(at.world.db, asked, entry)
    return found


def test_what_was_put_back_into_custody_since_the_proposal_keeps_its_case(at: Office, case: str) -> None:
    seize(at, case)
    close(at, case)
    at.do("sam", case, "case_evidence_dispose", item="EV-0001", act="return", place="Owner", reason="Trial is over.")
    _due(at, case)
    number = at.do("sam", "fraud/supervisor", "retention_propose", items=[case], reason=DROP)["purge"]
    at.world.db.execute(
        "UPDATE cases.evidence e SET custodian = %s, state = 'stored' FROM cases.case_file f"
        " WHERE f.id = e.case_id AND f.number = %s",
        (at.world.accounts["ana"], case),
    )
    done = at.do("lou", "legal/approver", "retention_confirm", purge=number, reason=OK)
    assert (done["counts"]["kept"], done["counts"]["destroyed"]) == (1, 0)


def test_no_link_goes_unless_its_hash_stays(at: Office, case: str) -> None:
    item = seize(at, case)
    id = at.do("ana", case, "case_evidence_show", item=item)["id"]
    for role in ("brightline_app", "brightline_worker"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            at.database.connect(role).execute("INSERT INTO retention.kept_hash DEFAULT VALUES")
    with pytest.raises(psycopg.Error, match="append_only"):
        at.world.db.execute("DELETE FROM cases.custody WHERE evidence = %s", (id,))
