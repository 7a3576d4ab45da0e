"""Rules 29 and 41: two sources mean two. What a match rests on is compared, told apart, and said in own words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.fieldwork import active, met, planned
from tests.leadroom import AGAIN, TIP, WHY, LeadRoom, lead_room
from tests.rules.test_rules_cases import refused

from brightline.model.errors import BadInput, Missing
from brightline.store.install import PACKAGE, read_rooms

pytestmark = pytest.mark.database

TIPS = "tips/vetter"
FOUND = {
    "register": "The extract shows the firm under this very number, not struck off.",
    "contact": "Rang the number of the tip; a clerk answered by the firm's name.",
}
NOW = datetime.now(UTC).isoformat()


@pytest.fixture(scope="module")
def room(module_db: Any) -> Iterator[LeadRoom]:
    with lead_room(module_db) as made:
        yield made


def tip(room: LeadRoom, key: str, **changes: str) -> str:
    """A tip with all that is required but the two checks that identify."""
    number = room.tip(key, register_no=f"R-{key}", phone=f"+1 555 {key} 0100", **changes)
    room.checks(number, matched=())
    return number


def check(room: LeadRoom, number: str, name: str, identifier: str, purpose: str = TIPS, **proof: Any) -> Any:
    told = {"name": name, "result": "confirmed", "finding": FOUND[name], "matched": [identifier], **proof}
    return room.do("tam", purpose, "lead_check", lead=number, **told)


def both(room: LeadRoom, number: str, one: dict[str, Any], two: dict[str, Any]) -> None:
    check(room, number, "register", "registrationNumber", **one)
    check(room, number, "contact", "phone", **two)


def consulted(system: str, reference: str = "Query 2026-118", time: str = NOW) -> dict[str, Any]:
    return {"consulted": {"system": system, "reference": reference, "time": time}}


ONCE: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"document": "Paper 1"}, {"document": "paper  (1)"}),
    (consulted("Register of companies"), consulted("register of  COMPANIES", "Query 2026-119")),
    ({"document": "Extract 7"}, consulted("Register of companies")),
]


@pytest.mark.parametrize(("one", "two"), ONCE)
def test_rule_29_one_paper_or_one_register_counts_once(
    room: LeadRoom, one: dict[str, Any], two: dict[str, Any]
) -> None:
    number = tip(room, f"70{ONCE.index((one, two))}")
    both(room, number, one, two)
    refused("identity", room.viable, number)


def test_rule_29_a_paper_of_another_check_is_the_same_paper(room: LeadRoom) -> None:
    number = tip(room, "711")
    made = check(room, number, "register", "registrationNumber", document="Extract 2026-377")
    assert made["proof"].startswith("Q-")
    check(room, number, "contact", "phone", evidence=made["proof"])
    refused("identity", room.viable, number)
    check(room, number, "contact", "phone", **consulted("Search"))
    assert room.viable(number)["state"] == "viable"


@pytest.mark.parametrize("words", ["e", "my desk", "zzzzzz 1", "12", "paper"])
def test_rule_29_what_nobody_finds_again_is_no_document(room: LeadRoom, words: str) -> None:
    number = tip(room, f"72{len(words)}{words[0]}")
    with pytest.raises(BadInput, match="document"):
        check(room, number, "register", "registrationNumber", document=words)


def test_rule_29_what_is_asked_outside_is_named_by_the_programme(room: LeadRoom) -> None:
    number = tip(room, "731")
    later = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    for field, wanted in (
        ("system", consulted("One Register (2)")),
        ("system", consulted("Invented")),
        ("reference", consulted("Search", "")),
        ("time", consulted("Search", time=later)),
        ("time", consulted("Search", time="2001-01-01T00:00:00Z")),
    ):
        with pytest.raises(BadInput, match=field):
            check(room, number, "contact", "phone", **wanted)
    with pytest.raises(BadInput, match="evidence"):
        check(room, number, "contact", "phone", evidence="Anything typed")
    with pytest.raises(BadInput, match="evidence"):
        check(room, number, "contact", "phone", document="Extract 12", **consulted("Search"))
    shown = next(one for one in room.show(number)["checklist"] if one["name"] == "contact")
    assert not [entry for entry in shown["entries"] if entry["matched"]]
    # No system is taken from the caller: it is the check's own, or the one that was asked.
    check(room, number, "contact", "phone", document="Extract 12", system="Invented")
    shown = next(one for one in room.show(number)["checklist"] if one["name"] == "contact")
    assert shown["entries"][0]["system"] == "Search"


def test_rule_41_a_cited_record_has_to_state_the_leads_value(room: LeadRoom) -> None:
    number = tip(room, "741")
    same, _ = room.at.person("bank", "Orrin Vale", registrationNumber=["r 741"])
    another, _ = room.at.person("bank", "Quillon Roadworks", registrationNumber=["SM-1"], phone=["+15557410100"])
    own, _ = room.at.person("procurement-tips", "Quarry Dredging", registrationNumber=["R-741"])
    room.do("tam", TIPS, "lead_open", lead=number)
    room.at.know(number)
    room.at.know(TIPS)
    refused("no_match", check, room, number, "register", "registrationNumber", number, evidence=another)
    refused("own_source", check, room, number, "register", "registrationNumber", number, evidence=own)
    refused("no_match", check, room, number, "register", "name", number, evidence=same)
    assert check(room, number, "register", "registrationNumber", number, evidence=same)["result"] == "confirmed"
    # Two checks on one record, or on two of one source, are one.
    both_in_one, _ = room.at.person("bank", "Nobody", registrationNumber=["R741"], phone=["+1 555 741 0100"])
    for evidence in (both_in_one, another):
        check(room, number, "contact", "phone", number, evidence=evidence)
        refused("identity", room.viable, number)
    check(room, number, "contact", "phone", document="Note of the call-back 12")
    assert room.viable(number)["state"] == "viable"


def test_rule_41_a_birth_date_and_a_name_are_compared_too(room: LeadRoom) -> None:
    number = room.notice("N-74", name="Ida Marlow Quill", born="1990-02-03", passport="PX74", id_no="I74")
    right, _ = room.at.person("wages", "QUILL, Ida Marlow", birthDate=["1990-02-03"])
    wrong, _ = room.at.person("wages", "Ida M. Quill", birthDate=["1990-03-02"])
    room.do("stan", "status/vetter", "lead_open", lead=number)
    room.at.know(number)
    told = {"lead": number, "name": "identity", "result": "confirmed"}
    told["finding"] = "The payroll of the yard has the very person of the notice."
    for kind in ("name", "birthDate"):
        refused("no_match", room.do, "stan", number, "lead_check", **told, matched=[kind], evidence=wrong)
        room.do("stan", number, "lead_check", **told, matched=[kind], evidence=right)


# ------------------------------------------------------------------------------- one test of words for all

BAD = ("z" * 60, "the case the case the case the case the case the case", "work " * 20, "x", "")
# Where a call takes such a text: (function, field) → how it is called with these words; made once the room stands.
NOT_REASONS = {
    ("custody_add", "reason"): "how a stay ended, a word",
    ("programme_apply", "reason"): "goes with the proposal, which is judged where it is decided",
    ("custody_add", "basis"): "the same words, judged with the law that takes over (test_rules_field)",
    ("custody_add", "looked"): "the same words, judged with the sources beside it (test_rules_field)",
    ("hold_clear", "finding"): "one of three words",
    ("encounter_add", "basis"): "warrant or facts",
    ("encounter_add", "facts"): "compared with other people's facts",
    ("extract_rows", "reason"): "of a row that was kept back",
    ("lead_intake", "reason"): "of a row in quarantine",
    ("lead_intakes", "reason"): "of a row in quarantine",
}
WORDS = ("reason", "match_reason", "finding", "findings", "basis", "predicate", "looked", "summary")


def _calls(room: LeadRoom) -> dict[tuple[str, str], Any]:
    at, do = room.at, room.do
    number, second, referred = tip(room, "751", people="Mara Kell (sister)"), tip(room, "752"), room.checked("T-753")
    both(room, second, {"document": "Extract 8"}, {"document": "Note 9"})
    room.viable(second)
    held = room.notice("N-75", status_claim="Says that he is a citizen.", passport="PX75")
    sent = room.refer(room.checked("T-754", register_no="R754", phone="0754"))["referral"]
    do("finn", "fraud/vetter", "referral_answer", referral=sent, act="acknowledge")
    resent = room.tip("755", register_no="R755", phone="0755")
    room.take_in(TIP, {"tip": "755", "register_no": "R755", "phone": "0756"})
    kin = room.show(number, associates=True)["associates"][0]["id"]
    draft, cleared, live = planned(at), planned(at), active(at, "labour")
    for one in (draft, cleared):
        do("ana", "fraud/agent", "operation_submit", operation=one)
    closed = active(at)
    do("ana", "fraud/agent", "operation_close", operation=closed, summary=f"{AGAIN} Books were found in the yard.")
    claim = [{"kind": "birth", "text": "Says she was born in Port Saltmere."}]
    hold = met(at, live, "labour", person={"name": "Tilda Brand"}, indicia=claim, outcome="questioned")["hold"]
    person = {"person": {"name": "Edda Rook"}, "status_evidence": []}
    sid, tess, lou = ("sid", "status/supervisor"), ("tess", TIPS), ("lou", "legal/approver")
    told = {"name": "register", "result": "confirmed"}
    return {
        ("lead_check", "finding"): lambda w: do("tam", TIPS, "lead_check", lead=number, **told, finding=w),
        ("lead_decide", "reason"): lambda w: do(*tess, "lead_decide", lead=second, code="confirm", reason=w),
        ("lead_decide", "match_reason"): lambda w: room.viable(number, match_reason=w or "x"),
        ("lead_change", "reason"): lambda w: do("tess", TIPS, "lead_change", lead=resent, **{"as": "left"}, reason=w),
        ("lead_clear", "reason"): lambda w: do(*sid, "lead_clear", lead=held, status="none", reason=w),
        ("lead_promote", "predicate"): lambda w: do(
            "tam", TIPS, "lead_promote", lead=number, associate=kin, predicate=w
        ),
        ("lead_refer", "basis"): lambda w: do("tam", TIPS, "lead_refer", lead=referred, to="fraud", basis=w),
        ("referral_withdraw", "reason"): lambda w: do("tam", TIPS, "referral_withdraw", referral=sent, reason=w),
        ("referral_answer", "reason"): lambda w: do(
            "finn", "fraud/vetter", "referral_answer", referral=sent, act="accept", reason=w
        ),
        ("operation_approve", "reason"): lambda w: do(*lou, "operation_approve", operation=draft, reason=w),
        ("operation_return", "reason"): lambda w: do(*lou, "operation_return", operation=cleared, reason=w),
        ("operation_withdraw", "reason"): lambda w: do(
            "ana", "fraud/agent", "operation_withdraw", operation=draft, reason=w
        ),
        ("operation_close", "summary"): lambda w: do(
            "cleo", "labour/agent", "operation_close", operation=live, summary=w
        ),
        ("operation_review", "findings"): lambda w: do(
            "sue", "fraud/supervisor", "operation_review", operation=closed, findings=w
        ),
        ("hold_clear", "reason"): lambda w: do(
            "vic", "labour/supervisor", "hold_clear", hold=hold, finding="not supported", reason=w
        ),
        ("encounter_add", "looked"): lambda w: met(at, live, "labour", **person, looked=w or "x", outcome="cited"),
    }


def test_rule_40_every_reason_finding_and_predicate_passes_one_test(room: LeadRoom) -> None:
    """Of every function of the two rooms that takes such a text, whatever is added: none takes bad words."""
    found = set()
    for function in read_rooms([PACKAGE / "leads" / "sql", PACKAGE / "operations" / "sql"]):
        words = (
            function.params.replace("?", " ").replace("{", " ").replace("}", " ").replace(",", " ").replace(":", " ")
        )
        found |= {(function.name, word) for word in WORDS if word in words.replace("]", " ").replace("[", " ").split()}
    calls = _calls(room)
    assert found - set(NOT_REASONS) == set(calls)
    for (name, field), call in calls.items():
        for words in BAD:
            with pytest.raises(BadInput) as caught:
                call(words)
            assert caught.value.field == field, f"{name}: {words!r}"


def test_rule_40_nobody_copies_what_another_said_of_the_lead(room: LeadRoom) -> None:
    number = tip(room, "761")
    both(room, number, {"document": "Extract 8"}, {"document": "Note 9"})
    found = {"name": "deconfliction", "result": "nothing", "finding": FOUND["register"]}
    with pytest.raises(BadInput, match="finding"):
        room.do("tess", TIPS, "lead_check", lead=number, **found)
    room.viable(number)
    for copy in (WHY, WHY.upper(), f"{WHY}!"):
        with pytest.raises(BadInput, match="reason"):
            room.do("tess", TIPS, "lead_decide", lead=number, code="confirm", reason=copy)
    assert room.do("tess", TIPS, "lead_decide", lead=number, code="confirm", reason=AGAIN)["state"] == "checked"


def test_a_paper_of_another_lead_is_none(room: LeadRoom) -> None:
    one, other = tip(room, "771"), tip(room, "772")
    made = check(room, one, "register", "registrationNumber", document="Extract 2026-1")
    with pytest.raises(BadInput, match="evidence"):
        check(room, other, "register", "registrationNumber", evidence=made["proof"])
    with pytest.raises(Missing):
        room.do("stan", "status/vetter", "lead_check", lead=one, name="register", result="nothing")
