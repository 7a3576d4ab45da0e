"""Attacks on leads: another unit's, guessed numbers, the lead's purpose in other hands, raw reads, wrong order."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from tests.leadroom import AGAIN, TIP, WHY, LeadRoom, lead_room

from brightline.gate import Call
from brightline.model.errors import BadInput, BrightlineError, Conflict, Missing, Refused
from brightline.search import queries
from brightline.store.install import PACKAGE, read_rooms

pytestmark = pytest.mark.database

FUNCTIONS = {f.name: f for f in read_rooms([PACKAGE / "leads" / "sql"])}
ONE_LEAD = sorted(name for name, f in FUNCTIONS.items() if f.params.startswith("{lead"))
FULL: dict[str, Any] = {
    "name": "register",
    "result": "confirmed",
    "finding": "The register of companies has this firm on page 12.",
    "code": "insufficient",
    "reason": WHY,
    "claim": "Says that he is a citizen.",
    "status": "none",
    "to": "fraud",
    "basis": "Two records of other registers state what the sender states.",
    "associate": str(uuid4()),
    "predicate": "Signed the second invoice on 4 March, as the clerk of the yard reports.",
}


@pytest.fixture(scope="module")
def room(module_db: Any) -> Iterator[LeadRoom]:
    with lead_room(module_db) as made:
        yield made


@pytest.fixture(scope="module")
def hidden(room: LeadRoom) -> str:
    return room.notice("N-hidden", name="Zephyrine Quillfeather", family="Ambrose Quillfeather (brother)")


@pytest.mark.parametrize("name", ONE_LEAD)
def test_anothers_lead_and_no_lead_are_one_answer(room: LeadRoom, hidden: str, name: str) -> None:
    told = []
    for number in (hidden, "L-1999-0000", "nonsense", "L-1999-0000'--"):
        with pytest.raises(Missing) as caught:
            room.do("tam", "tips/vetter", name, **{**FULL, "lead": number})
        told.append((caught.value.code, caught.value.detail, caught.value.hint))
    assert len(set(told)) == 1


def test_no_list_of_another_unit_holds_it(room: LeadRoom, hidden: str) -> None:
    mine = room.tip("T-mine", register_no="RM", phone="0M")
    for who, desk in (("tam", "tips/vetter"), ("tor", "tips/supervisor"), ("lara", "labour/vetter")):
        for function in ("lead_list", "lead_intakes", "lead_notices", "referral_list"):
            try:
                text = json.dumps(room.do(who, desk, function))
            except Refused:
                continue
            assert hidden not in text
            assert "Quillfeather" not in text
    assert mine in json.dumps(room.do("tor", "tips/supervisor", "lead_list"))
    assert hidden in json.dumps(room.do("sid", "status/supervisor", "lead_list"))


@pytest.mark.parametrize(
    ("who", "desk"), [("ana", "fraud/agent"), ("stu", "records/steward"), ("lou", "legal/approver")]
)
def test_other_desks_have_no_leads(room: LeadRoom, hidden: str, who: str, desk: str) -> None:
    for function in ("lead_list", "lead_show", "referral_list", "lead_intakes"):
        with pytest.raises(Refused):
            room.do(who, desk, function, lead=hidden)


def test_an_agent_of_the_unit_isnt_a_vetter(room: LeadRoom, hidden: str) -> None:
    room.at.world.person("art", ("status", "agent"))
    for desk in ("status/agent", "status/vetter"):
        with pytest.raises(Refused):
            room.do("art", desk, "lead_list")


def test_overseers_see_the_handling_and_not_the_person(room: LeadRoom, hidden: str) -> None:
    seen = room.do("ines", "inspectorate/overseer", "lead_show", lead=hidden)
    assert seen["subject"] is None
    assert seen["associates"] == []
    assert "Quillfeather" not in json.dumps(seen)
    with pytest.raises(Refused):
        room.do("ines", "inspectorate/overseer", "lead_decide", lead=hidden, code="insufficient", reason=WHY)


def test_every_reading_names_its_subject_in_the_entry(room: LeadRoom, hidden: str) -> None:
    shown = room.show(hidden, "stan", "status/vetter")
    subject = room.at.world.db.execute("SELECT subject FROM leads.lead WHERE number = %s", (hidden,)).fetchone()
    assert subject is not None
    assert shown["subject"]["id"].endswith(subject[0].hex)
    row = room.at.world.db.execute(
        "SELECT count(*) FROM pg_logical_slot_peek_binary_changes(%s, NULL, NULL, 'proto_version', '1',"
        " 'publication_names', 'brightline_line', 'messages', 'true')"
        " WHERE position(convert_to(%s, 'UTF8') IN data) > 0",
        (room.at.database.slot, str(subject[0])),
    ).fetchone()
    assert row is not None
    assert row[0] >= 1


def test_the_ledger_keeps_no_rows_of_an_intake(room: LeadRoom) -> None:
    room.notice("N-log", name="Unloggable Wrenfield", passport="PLOG")
    row = room.at.world.db.execute(
        "SELECT count(*) FROM pg_logical_slot_peek_binary_changes(%s, NULL, NULL, 'proto_version', '1',"
        " 'publication_names', 'brightline_line', 'messages', 'true')"
        " WHERE position('Wrenfield'::bytea IN data) > 0",
        (room.at.database.slot,),
    ).fetchone()
    assert row == (0,)


# ------------------------------------------------------------------------- purposes of kind lead


def _search(room: LeadRoom, who: str, key: str, inquiry: bool = True) -> Any:
    room.at.know(key)
    call = room.at.world.call(who, key, inquiry=inquiry)
    return [
        hit["caption"]
        for hit in queries.find(room.at.gate, call, queries.Search(q="Harrowgate", fuzzy=0)).result["hits"]
    ]


def test_a_leads_purpose_searches_with_the_programmes_authority(room: LeadRoom) -> None:
    number = room.tip("T-search", register_no="RS", phone="0S")
    room.at.person("bank", "Olaf Harrowgate")
    room.at.person("wages", "Olga Harrowgate")
    with pytest.raises(Refused):
        room.do("tam", number, "lead_show")
    assert room.do("tam", "tips/vetter", "lead_open", lead=number)["purpose"] == number
    assert _search(room, "tam", number) == ["Olaf Harrowgate"]
    with pytest.raises(Refused):
        _search(room, "tam", number, inquiry=False)


def test_a_leads_purpose_is_its_workers_alone(room: LeadRoom) -> None:
    number = room.tip("T-own", register_no="RO", phone="0O")
    room.do("tam", "tips/vetter", "lead_open", lead=number)
    for who in ("tess", "tor", "stan", "ana", "ines", "finn"):
        with pytest.raises(Refused):
            _search(room, who, number)
    room.do("tess", "tips/vetter", "lead_open", lead=number)
    assert _search(room, "tess", number) is not None
    room.at.take("tess", "vetter")
    with pytest.raises(Refused):
        _search(room, "tess", number)
    room.at.world.grant("tess", "tips", "vetter")


def test_a_leads_purpose_sees_its_own_lead_only(room: LeadRoom) -> None:
    number, other = room.tip("T-a", register_no="RA1", phone="0A1"), room.tip("T-b", register_no="RB1", phone="0B1")
    room.do("tam", "tips/vetter", "lead_open", lead=number)
    room.at.know(number)
    assert room.do("tam", number, "lead_show")["lead"] == number
    with pytest.raises(Missing):
        room.do("tam", number, "lead_show", lead=other)
    for function in ("lead_list", "lead_decide", "lead_refer", "case_list", "lead_intake"):
        with pytest.raises(Refused):
            room.do("tam", number, function, lead=number)


def test_a_closed_leads_purpose_is_over(room: LeadRoom) -> None:
    number = room.tip("T-over", register_no="RX1", phone="0X1")
    room.do("tam", "tips/vetter", "lead_open", lead=number)
    room.at.know(number)
    room.do("tam", "tips/vetter", "lead_decide", lead=number, code="insufficient", reason=WHY)
    for function in ("lead_show", "search_find"):
        with pytest.raises(Refused):
            room.do("tam", number, function)
    with pytest.raises(Conflict):
        room.do("tam", "tips/vetter", "lead_open", lead=number)


def test_a_record_is_cited_only_where_it_can_be_seen(room: LeadRoom) -> None:
    number = room.tip("T-cite", register_no="RC1", phone="0C1")
    seen, _ = room.at.person("bank", "Cited Person", registrationNumber=["RC 1"])
    unseen, _ = room.at.person("wages", "Unseen Person")
    words = {"name": "register", "result": "confirmed", "matched": ["registrationNumber"], "finding": FULL["finding"]}
    for id in (seen, unseen, f"bank-{uuid4().hex}"):
        with pytest.raises(Refused, match="desk sees no records"):
            room.do("tam", "tips/vetter", "lead_check", lead=number, evidence=id, **words)
    room.do("tam", "tips/vetter", "lead_open", lead=number)
    room.at.know(number)
    told = []
    for id in (unseen, f"wages-{uuid4().hex}"):
        with pytest.raises(Missing) as caught:
            room.do("tam", number, "lead_check", evidence=id, **words)
        told.append(str(caught.value))
    assert told[0] == told[1]
    assert room.do("tam", number, "lead_check", evidence=seen, **words)["result"] == "confirmed"


def test_the_purpose_of_a_crossing_is_nobodys(room: LeadRoom) -> None:
    number = room.checked("T-cross", register_no="RCX", phone="0CX")
    room.ask(number)
    for who in ("lara", "vic", "cleo", "tam"):
        for function in ("search_find", "lead_show"):
            with pytest.raises(Refused):
                room.at.gate.run(Call(token=room.at.world.token(who), purpose=f"{number}@labour"), function, {"q": "x"})
    assert f"{number}@labour" not in json.dumps(room.do("lara", None, "my_purposes"))  # type: ignore[arg-type]


def test_the_application_reads_no_table(room: LeadRoom) -> None:
    with psycopg.connect(room.at.database.dsn("brightline_app"), autocommit=True) as app:
        for name in ("lead", "content", "identifier", "associate", "referral"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(f"SELECT * FROM leads.{name}")  # type: ignore[call-overload]


def test_without_a_pass_the_reader_sees_nothing(room: LeadRoom, hidden: str) -> None:
    with psycopg.connect(room.at.database.admin_dsn) as conn:
        conn.execute("SET ROLE brightline_reader")
        for name in (
            "lead",
            "content",
            "identifier",
            "check_entry",
            "hold",
            "associate",
            "referral",
            "event",
            "quarantine",
        ):
            assert conn.execute(f"SELECT count(*) FROM leads.{name}").fetchone() == (0,)  # type: ignore[call-overload]


# ------------------------------------------------------------------------------ order and bad input


def test_subjects_found_again_are_linked_within_the_unit_alone(room: LeadRoom) -> None:
    first = room.tip("T-l1", register_no="SAME-1", phone="")
    second = room.tip("T-l2", register_no="same 1", phone="", matter="Another matter", text="Other words entirely.")
    third = room.tip("T-l3", register_no="SAME1", phone="")
    elsewhere = room.notice("N-l4", passport="SAME1", id_no="")
    shown = room.show(first)
    assert {one["lead"] for one in shown["related"]} == {second, third}
    assert room.show(third)["duplicate_of"] == first
    assert room.show(second)["duplicate_of"] is None
    assert room.show(elsewhere, "stan", "status/vetter")["related"] == []
    with pytest.raises(BadInput, match="of"):
        room.do("tam", "tips/vetter", "lead_decide", lead=third, code="duplicate", reason=WHY, of=elsewhere)
    shut = room.do("tam", "tips/vetter", "lead_decide", lead=third, code="duplicate", reason=WHY, of=first)
    assert (shut["state"], shut["duplicate_of"]) == ("closed", first)


def test_the_same_file_twice_brings_nothing_new(room: LeadRoom) -> None:
    assert room.take_in(TIP, {"tip": "T-twice"})["accepted"] == 1
    again = room.take_in(TIP, {"tip": "T-twice"})
    assert (again["accepted"], again["known"]) == (0, 1)


def test_associates_are_initials_until_asked_and_gone_with_the_lead(room: LeadRoom) -> None:
    number = room.tip("T-as", register_no="RAS", phone="0AS", people="Mara Kell (sister); Jon Vale (employer)")
    assert [(a["name"], a["relation"]) for a in room.show(number)["associates"]] == [
        ("J. V.", "employer"),
        ("M. K.", "sister"),
    ]
    whole = room.show(number, associates=True)["associates"]
    assert [a["name"] for a in whole] == ["Jon Vale", "Mara Kell"]
    with pytest.raises(BadInput, match="predicate"):
        room.do("tam", "tips/vetter", "lead_promote", lead=number, associate=whole[0]["id"], predicate="Looks odd.")
    made = room.do("tam", "tips/vetter", "lead_promote", **{**FULL, "lead": number, "associate": whole[0]["id"]})
    assert made["state"] == "received"
    with pytest.raises(Conflict):
        room.do("tam", "tips/vetter", "lead_promote", **{**FULL, "lead": number, "associate": whole[0]["id"]})
    room.do("tam", "tips/vetter", "lead_decide", lead=number, code="unfounded", reason=WHY)
    assert room.show(number, associates=True)["associates"] == []


def test_wrong_order_is_a_conflict(room: LeadRoom) -> None:
    number = room.tip("T-order", register_no="ROD", phone="0OD")
    with pytest.raises(Conflict):
        room.refer(number)
    with pytest.raises(Conflict):
        room.do("tess", "tips/vetter", "lead_decide", lead=number, code="confirm", reason=AGAIN)
    with pytest.raises(Conflict):
        room.do("tam", "tips/vetter", "lead_clear", lead=number, status="none", reason=WHY)
    room.do("tam", "tips/vetter", "lead_decide", lead=number, code="insufficient", reason=WHY)
    for code in ("insufficient", "viable"):
        with pytest.raises(Conflict):
            room.do("tam", "tips/vetter", "lead_decide", lead=number, code=code, reason=WHY)


def test_a_referral_goes_once_and_is_answered_in_order(room: LeadRoom) -> None:
    number = room.checked("T-ref", register_no="RRF", phone="0RF")
    sent = room.refer(number)
    with pytest.raises(Conflict):
        room.refer(number)
    for act in ("accept", "decline", "outcome"):
        with pytest.raises(Conflict):
            room.do("finn", "fraud/vetter", "referral_answer", referral=sent["referral"], act=act, reason=WHY)
    told = []
    for who, desk, known in (("lara", "labour/vetter", sent["referral"]), ("lara", "labour/vetter", "R-1999-0000")):
        with pytest.raises(Missing) as caught:
            room.do(who, desk, "referral_answer", referral=known, act="acknowledge")
        told.append(str(caught.value))
    assert told[0] == told[1]
    room.do("finn", "fraud/vetter", "referral_answer", referral=sent["referral"], act="acknowledge")
    room.do("finn", "fraud/vetter", "referral_answer", referral=sent["referral"], act="accept", reason=WHY)
    done = {"act": "outcome", "outcome": "case_opened", "reason": AGAIN}
    room.do("finn", "fraud/vetter", "referral_answer", referral=sent["referral"], **done)
    assert (room.show(number)["state"], room.show(number)["outcome"]) == ("finished", "case_opened")


BAD: tuple[Any, ...] = (None, "", 7, True, [], {}, ["x"], "x" * 200_000, "\u202e", "'; DROP TABLE leads.lead; --")


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_wrong_types_are_said_and_nothing_breaks(room: LeadRoom, name: str) -> None:
    number = room.tip(f"T-bad-{name}", register_no=f"RB{name}", phone=f"0B{name}")
    function = FUNCTIONS[name]
    who, desk = (
        ("stu", "records/steward")
        if "steward" in function.roles and "vetter" not in function.roles
        else ("tam", "tips/vetter")
    )
    base = {
        **FULL,
        "lead": number,
        "programme": "procurement-fraud-tips",
        "content_base64": "e30=",
        "sha256": "0",
        "config": {},
    }
    for key in (*base, "matched", "limit", "act", "referral", "due", "intake", "tab"):
        for value in BAD:
            try:
                room.do(who, desk, name, **{**base, "code": "return", key: value})
            except (BadInput, Missing, Refused, Conflict):
                continue
            except BrightlineError as error:
                raise AssertionError(f"{name} {key}={value!r:.40}: {error}") from error
