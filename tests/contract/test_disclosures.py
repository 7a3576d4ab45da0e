"""Disclosures through the gate on a real database: prepared, decided, sent, accounted, recalled."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from psycopg.errors import Error
from tests.office import Office, office

from brightline.disclosures import commands, queries
from brightline.model.errors import BrightlineError, Conflict, Missing, Refused

pytestmark = pytest.mark.database

WANTED = {
    "fields": ["name"],
    "recipient": "District prosecutor of Saltmere",
    "address": "Court square 1, Saltmere",
    "recipient_kind": "prosecutor",
    "rules_accepted": "2026-01-05",
    "purpose": "Charging decision on the invoices that were paid twice in March.",
    "need_to_know": "The payee is named in the draft charge.",
    "right_to_know": "Prosecutors receive case files by statute.",
    "nature": "Names of two suspects",
}


@pytest.fixture(scope="module")
def fraud(module_db: Any) -> Iterator[tuple[Office, str]]:
    with office(module_db) as made:
        made.world.db.execute("UPDATE line.agreement SET redistribution = 'case-by-case' WHERE source = 'register'")
        made.world.move()
        yield made, made.opened()


def suspect(made: Office, case: str, name: str = "Ilse Rowan", category: str = "suspect") -> str:
    id, _ = made.person("register", name)
    made.do("ana", case, "case_add_items", ids=[id], role=category, basis="Signed the second invoice of 4 March.")
    return id


def prepare(made: Office, case: str, *ids: str, **changes: Any) -> dict[str, Any]:
    wanted = {**WANTED, "items": list(ids), **changes}
    result: dict[str, Any] = commands.prepare(made.gate, made.call("ana", case), wanted).result
    return result


def approved(made: Office, case: str, *ids: str, **changes: Any) -> str:
    number: str = prepare(made, case, *ids, **changes)["disclosure"]
    commands.submit(made.gate, made.call("ana", case), number)
    decide(made, number)
    return number


def decide(made: Office, number: str, who: str = "sam", desk: str = "fraud/supervisor", says: str = "approve") -> Any:
    reason = "Needed for the charge, nothing beyond it."
    return commands.decide(made.gate, made.call(who, desk), number, decision=says, reason=reason).result


def test_rule_10_a_sent_disclosure_is_accounted_for_each_person(fraud: tuple[Office, str]) -> None:
    made, case = fraud
    id = suspect(made, case)
    number = approved(made, case, id)
    answer, package = commands.send(made.gate, made.call("ana", case), number)
    assert answer.result["state"] == "sent"
    assert answer.result["package_sha256"] == hashlib.sha256(package.content).hexdigest() == package.sha256
    told = queries.subject(made.gate, made.call("stu", "records/steward"), id).result
    (row,) = told["disclosures"]
    assert (row["recipient"], row["address"], row["nature"]) == (
        WANTED["recipient"],
        WANTED["address"],
        WANTED["nature"],
    )
    assert told["held"] == [{"source": "register", "title": "Register", "records": 1, "withheld": False}]


def test_the_package_names_its_files_by_hash_and_holds_the_named_fields_only(fraud: tuple[Office, str]) -> None:
    made, case = fraud
    id, _ = made.person("register", "Ilsa Holm", passportNumber=["X1234567"])
    made.do("ana", case, "case_add_items", ids=[id], role="suspect", basis="Signed the second invoice of 4 March.")
    _, package = commands.send(made.gate, made.call("ana", case), approved(made, case, id))
    with zipfile.ZipFile(io.BytesIO(package.content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(files["manifest.json"])
    for name, told in manifest["files"].items():
        assert hashlib.sha256(files[name]).hexdigest() == told["sha256"]
    (entity,) = [json.loads(line) for line in files["entities.ftm.json"].splitlines()]
    assert entity["properties"] == {"name": ["Ilsa Holm"]}
    assert b"X1234567" not in b"".join(files.values())


def test_rule_11_the_accounting_outlives_the_record_and_is_never_changed(fraud: tuple[Office, str]) -> None:
    made, case = fraud
    id = suspect(made, case, "Egon Vale")
    commands.send(made.gate, made.call("ana", case), approved(made, case, id))
    db = made.world.db
    db.execute("DELETE FROM content.aspect WHERE caption = 'Egon Vale'")
    row = db.execute(
        "SELECT keep_until - released::date >= 1825 FROM disclosures.accounting WHERE entity = %s", (id.split("-")[-1],)
    ).fetchone()
    assert row == (True,)
    for statement in ("DELETE FROM disclosures.accounting", "UPDATE disclosures.accounting SET recipient = 'nobody'"):
        with pytest.raises(Error, match="kept"):
            db.execute(statement)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"recipient_kind": "law_enforcement"}, "request"),
        ({"rules_accepted": None}, "rules"),
        ({"need_to_know": "yes"}, "stated"),
        ({"purpose": "trial"}, "stated"),
        ({"fields": ["name", "religion"]}, "trait"),
    ],
)
def test_rule_04_05_14_what_must_be_stated(fraud: tuple[Office, str], changes: dict[str, Any], code: str) -> None:
    made, case = fraud
    id = suspect(made, case, f"Ilse {code} {len(str(changes))}")
    with pytest.raises(Refused) as refused:
        prepare(made, case, id, **changes)
    assert refused.value.code == code


def test_rule_18_46_people_without_category_and_no_suspects(fraud: tuple[Office, str]) -> None:
    made, case = fraud
    stranger, _ = made.person("register", "Nobody Known")
    with pytest.raises(Refused) as refused:
        prepare(made, case, stranger)
    assert refused.value.code == "category"
    witness = suspect(made, case, "Wera Witness", "witness")
    with pytest.raises(Refused) as refused:
        prepare(made, case, witness)
    assert refused.value.code == "others"
    told = prepare(made, case, witness, others_justified="Her statement is the charge's only proof.")
    assert told["people"] == {"witness": 1, "total": 1}


def test_what_an_agreement_keeps_inside_stays_inside(fraud: tuple[Office, str]) -> None:
    made, case = fraud
    id, _ = made.person("bank", "Borek Bank")
    made.do("ana", case, "case_add_items", ids=[id], role="suspect", basis="Holds the account that was paid twice.")
    with pytest.raises(Refused) as refused:
        prepare(made, case, id)
    assert refused.value.code == "redistribution"


def test_a_merged_entity_leaves_without_what_a_source_keeps_inside(fraud: tuple[Office, str]) -> None:
    """Whichever of its ids it is called by: the register's values leave, the bank's stay, and that is said."""
    made, case = fraud
    kept, at_bank = made.person("bank", "Merle Twofold", nationality=["de"])
    named, in_register = made.person("register", "Merle Twofold")
    basis = "Signed for both companies on 4 March."
    made.do("ana", case, "case_add_items", ids=[named], role="suspect", basis=basis)
    why = "The passport number and the birth date agree in both."
    made.do("ana", case, "resolution_judge", left=str(at_bank), right=str(in_register), verdict="same", reason=why)
    for handle in (kept, named):
        prepared = prepare(made, case, handle, fields=["name", "nationality"])
        assert prepared["left_out"] == ["bank"]
        assert prepared["people"] == {"suspect": 1, "total": 1}
        shown = queries.shown(made.gate, made.call("ana", case), prepared["disclosure"]).result
        assert [(line["sources"], line["properties"]) for line in shown["lines"]] == [
            (["register"], {"name": ["Merle Twofold"]})
        ]


def test_four_eyes(fraud: tuple[Office, str]) -> None:
    made, case = fraud
    number = prepare(made, case, suspect(made, case, "Otto Eye"))["disclosure"]
    commands.submit(made.gate, made.call("ana", case), number)
    made.world.grant("ana", "fraud", "supervisor")
    with pytest.raises(Refused) as refused:
        decide(made, number, "ana")
    made.take("ana", "supervisor")
    assert refused.value.code == "four_eyes"
    with pytest.raises(Conflict):
        commands.send(made.gate, made.call("ana", case), number)


def test_rule_46_more_than_25_people_need_a_second_approver(fraud: tuple[Office, str]) -> None:
    made, case = fraud
    ids = [suspect(made, case, f"Person Number{n}") for n in range(26)]
    told = prepare(made, case, *ids)
    assert told["needs_second"] is True
    commands.submit(made.gate, made.call("ana", case), told["disclosure"])
    assert decide(made, told["disclosure"])["state"] == "submitted"
    assert decide(made, told["disclosure"], "lou", "legal/approver")["state"] == "approved"


def test_what_changed_since_the_approval_does_not_leave(fraud: tuple[Office, str]) -> None:
    made, case = fraud
    id = suspect(made, case, "Change Ling")
    number = approved(made, case, id)
    made.world.db.execute(
        "UPDATE content.aspect SET properties = %s WHERE caption = 'Change Ling'",
        (json.dumps({"name": ["Other Name"]}),),
    )
    with pytest.raises(Conflict) as changed:
        commands.send(made.gate, made.call("ana", case), number)
    assert changed.value.code == "changed"


def test_rule_08_a_recall_is_owed_until_the_recipient_confirms(fraud: tuple[Office, str]) -> None:
    made, case = fraud
    number = approved(made, case, suspect(made, case, "Rita Call"))
    commands.send(made.gate, made.call("ana", case), number)
    commands.recall(made.gate, made.call("ana", case), number, text="The name belongs to somebody else; destroy it.")
    (notice,) = queries.shown(made.gate, made.call("ana", case), number).result["notices"]
    assert notice["confirmed"] is None
    commands.confirm(made.gate, made.call("ana", case), number, notice=notice["id"], by="Clerk of the prosecutor")
    (notice,) = queries.shown(made.gate, made.call("ana", case), number).result["notices"]
    assert notice["confirmed_by"] == "Clerk of the prosecutor"


def test_another_unit_meets_nothing(fraud: tuple[Office, str]) -> None:
    made, case = fraud
    number = prepare(made, case, suspect(made, case, "Leo Hidden"))["disclosure"]
    told = set()
    for wanted in (number, "D-1999-0001"):
        with pytest.raises(Missing) as missing:
            queries.shown(made.gate, made.call("vic", "labour/supervisor"), wanted)
        told.add((missing.value.detail, missing.value.hint))
    assert len(told) == 1
    listed = queries.listed(made.gate, made.call("vic", "labour/supervisor")).result["disclosures"]
    assert listed == []


def test_every_refusal_is_a_sentence(fraud: tuple[Office, str]) -> None:
    made, case = fraud
    for changes in ({"items": []}, {"fields": []}, {"recipient_kind": "friend"}, {"items": ["no id"]}):
        with pytest.raises(BrightlineError) as refused:
            prepare(made, case, suspect(made, case, f"Sentence {changes}"[:60]), **changes)
        assert refused.value.http_status == 422 or refused.value.http_status == 403
