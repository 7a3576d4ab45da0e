"""Rules of RULES.md that crossings keep: 13, 22, 35, and what of 51 is theirs, through the real gate."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from tests.office import ALTERNATIVES, NECESSITY, REASON, SOON, Office, office

from brightline.crossings import commands as crossings
from brightline.model.errors import BadInput, Conflict, Missing, Refused
from brightline.model.ids import printed

pytestmark = pytest.mark.database

WORDS = "It is needed for the case and nothing else shows it."


@pytest.fixture(scope="module")
def at(module_db: Any) -> Iterator[Office]:
    with office(module_db) as made:
        yield made


@pytest.fixture(scope="module")
def case(at: Office) -> str:
    return at.opened()


def refused(code: str, act: Any, *given: Any, **params: Any) -> None:
    with pytest.raises(Refused) as caught:
        act(*given, **params)
    assert caught.value.code == code, caught.value


def wage_earner(at: Office, name: str = "Hidden Earner") -> tuple[str, Any]:
    return at.person(
        "wages", name, birthDate=["1980-02-03"], idNumber=["AB123456"], address=["12 Quiet Lane"], religion=["secret"]
    )


# ------------------------------------------------------------------------ rules 13, 22: the request


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"necessity": "investigation"}, "necessity"),
        ({"necessity": "For the official purposes of the ongoing criminal investigation and research"}, "necessity"),
        ({"alternatives": "none"}, "alternatives"),
        ({"basis": "no-such-act"}, "authority"),
        ({"fields": ["religion"]}, "trait"),
    ],
)
def test_rule_22_a_new_purpose_needs_basis_and_necessity(at: Office, case: str, change: Any, code: str) -> None:
    id, _ = wage_earner(at)
    wanted = {"basis": "18-usc-1956", "necessity": NECESSITY, "alternatives": ALTERNATIVES, "expires": SOON}
    params = {"items": [id], "fields": ["name"], **wanted, **change}
    refused(code, at.do, "ana", case, "crossing_request", **params)


def test_rule_22_a_crossing_ends_soon(at: Office, case: str) -> None:
    id, _ = wage_earner(at)
    for days in (-1, 0, 181, 40_000):
        with pytest.raises(BadInput):
            at.request(case, id, expires=(datetime.now(UTC).date() + timedelta(days=days)).isoformat())
    with pytest.raises(BadInput):
        at.request(case, id, fields=("shoeSize",))
    with pytest.raises(BadInput):
        at.do(
            "ana",
            case,
            "crossing_request",
            items=[id],
            fields=["a'b"],
            basis="18-usc-1956",
            necessity=NECESSITY,
            alternatives=ALTERNATIVES,
            expires=SOON,
        )


def test_rule_13_inside_one_organisation_the_same_fields_are_kept(at: Office, case: str) -> None:
    """Basis, nature, purpose, date, who asked and who decided, to whom: as of a disclosure outside."""
    id, _ = wage_earner(at)
    number = at.crossed(case, id)
    shown = at.do("ines", "inspectorate/overseer", "crossing_show", crossing=number)
    assert shown["state"] == "active"
    what = ("basis", "necessity", "alternatives", "fields", "beneficiary", "requester", "requested", "expires")
    for field in (*what, "decided", "decided_by", "decision_reason"):
        assert shown[field], field
    assert {o["side"] for o in shown["opinions"]} == {"supervisor", "custodian"}
    assert shown["preview"][0]["values"] == {}


def test_rule_04_need_and_right_to_know_are_kept_apart_with_the_activity(at: Office, case: str) -> None:
    """The need is the stated necessity, the right a statute section in force, the activity the case's own."""
    id, _ = wage_earner(at)
    shown = at.do("ana", case, "crossing_show", crossing=at.request(case, id))
    assert shown["necessity"] == NECESSITY
    assert (shown["basis"], shown["basis_statute"]) == ("18-usc-1956", "18-USC-1956")
    assert at.do("ana", case, "case_show")["category"] == "fraud"
    with pytest.raises(psycopg.errors.CheckViolation):
        at.world.db.execute("UPDATE line.crossing SET necessity = ''")
    with pytest.raises(psycopg.errors.NotNullViolation):
        at.world.db.execute("UPDATE line.crossing SET basis = NULL")


# --------------------------------------------------------------------------------- no oracle


def test_a_hidden_and_an_absent_id_get_the_same_answer(at: Office, case: str) -> None:
    hidden, _ = wage_earner(at)
    absent = printed("wages", uuid4())
    answers = []
    for id in (hidden, absent):
        number = at.request(case, id)
        shown = at.do("ana", case, "crossing_show", crossing=number)
        listed = next(c for c in at.do("ana", case, "crossing_list")["crossings"] if c["crossing"] == number)
        answers.append([_without(shown), _without(listed)])
    assert answers[0] == answers[1]


def _without(answer: dict[str, Any]) -> dict[str, Any]:
    own = {"crossing", "id", "requested", "items"}
    return {key: value for key, value in answer.items() if key not in own}


def test_nothing_to_cross_is_told_to_the_approver_only(at: Office, case: str) -> None:
    number = at.request(case, printed("wages", uuid4()))
    at.do("sam", "fraud/supervisor", "crossing_opinion", crossing=number, opinion="support", text=WORDS)
    at.review(number)
    with pytest.raises(Conflict) as caught:
        at.approve(number)
    assert caught.value.code == "nothing"
    with pytest.raises(Missing):
        at.do("vic", "labour/supervisor", "crossing_show", crossing=number)


def test_a_crossing_of_others_is_absent(at: Office, case: str) -> None:
    id, _ = wage_earner(at)
    number = at.request(case, id)
    other = at.opened("cleo", "labour")
    absent = "X-2001-0001"
    texts = []
    for asked in (number, absent):
        with pytest.raises(Missing) as caught:
            at.do("cleo", other, "crossing_show", crossing=asked)
        texts.append(str(caught.value))
    assert texts[0] == texts[1]


# -------------------------------------------------------------------- rule 35: who may decide


def test_rule_35_both_sides_speak_and_a_third_decides(at: Office, case: str) -> None:
    id, _ = wage_earner(at)
    number = at.request(case, id)
    with pytest.raises(Conflict) as caught:
        at.approve(number)
    assert caught.value.code == "review"
    at.review(number)
    with pytest.raises(Conflict) as caught:
        at.approve(number)
    assert caught.value.code == "opinions"
    shown = at.do("lou", "legal/approver", "crossing_show", crossing=number)
    assert shown["missing_opinions"] == ["supervisor", "custodian labour"]
    at.opine(number)
    with pytest.raises(Conflict):
        at.opine(number)
    assert at.approve(number)["state"] == "active"


def test_rule_35_requester_and_members_cannot_decide(at: Office) -> None:
    at.world.grant("ana", "legal", "approver")
    at.world.grant("bo", "legal", "approver")
    try:
        case = at.opened()
        at.do("ana", case, "case_member_add", account="bo")
        id, _ = wage_earner(at)
        number = at.request(case, id)
        at.opine(number)
        refused("chain", at.approve, number, "ana")
        refused("chain", at.approve, number, "bo")
        refused("chain", at.do, "bo", "legal/approver", "crossing_deny", crossing=number, reason=REASON)
        assert at.do("bo", "legal/approver", "crossing_show", crossing=number)["chains"] == {"you_are_in": True}
    finally:
        at.take("ana", "approver")
        at.take("bo", "approver")


@pytest.mark.parametrize("who", ["sam", "sue", "vic"])
def test_rule_35_neither_sides_supervisors_decide(at: Office, case: str, who: str) -> None:
    at.world.grant(who, "legal", "approver")
    id, _ = wage_earner(at)
    number = at.request(case, id)
    at.opine(number)
    refused("chain", at.approve, number, who)
    at.take(who, "approver")


def test_rule_35_a_superior_of_the_chain_is_in_it(at: Office, case: str) -> None:
    """lou is outside; from the moment he is the supervisor's superior he isn't."""
    id, _ = wage_earner(at)
    number = at.request(case, id)
    at.opine(number)
    at.world.db.execute("UPDATE line.account SET supervisor = %s WHERE name = 'vic'", (at.world.accounts["lou"],))
    refused("chain", at.approve, number)
    at.world.db.execute("UPDATE line.account SET supervisor = NULL WHERE name = 'vic'")
    at.review(number)
    assert at.approve(number)["state"] == "active"


def test_rule_35_whoever_was_in_the_chain_at_the_request_stays_out(at: Office) -> None:
    at.world.grant("bo", "legal", "approver")
    case = at.opened()
    at.do("ana", case, "case_member_add", account="bo")
    id, _ = wage_earner(at)
    number = at.request(case, id)
    at.do("ana", case, "case_member_remove", account="bo", reason="To decide on it.")
    at.opine(number)
    refused("chain", at.approve, number, "bo")
    at.take("bo", "approver")


def test_rule_35_whoever_decided_cannot_join_the_case_later(at: Office) -> None:
    case = at.opened()
    id, _ = wage_earner(at)
    number = at.crossed(case, id)
    at.world.grant("lou", "fraud", "agent")
    refused("chain", at.do, "ana", case, "case_member_add", account="lou")
    at.do("lea", "legal/approver", "crossing_revoke", crossing=number, reason=REASON)
    assert "lou" in str(at.do("ana", case, "case_member_add", account="lou"))
    at.do("ana", case, "case_member_remove", account="lou", reason="A test only.")
    at.take("lou", "agent")


def test_rule_35_the_table_itself_refuses_a_decider_of_the_chain(at: Office, case: str) -> None:
    id, _ = wage_earner(at)
    number = at.request(case, id)
    with pytest.raises(psycopg.errors.CheckViolation):
        at.world.db.execute(
            "UPDATE line.crossing SET state = 'approved', decided = now(), decided_by = requester,"
            " chain_at_decision = '{}' WHERE number = %s",
            (number,),
        )


def test_rule_35_a_unit_that_asks_for_what_it_keeps_speaks_for_both_sides(at: Office, case: str) -> None:
    id, _ = at.person("bank", "Benny Banked")
    number = at.request(case, id)
    at.do("sam", "fraud/supervisor", "crossing_opinion", crossing=number, opinion="support", text=WORDS)
    at.review(number)
    assert at.approve(number)["state"] == "active"


def test_the_approvers_role_is_no_way_to_look_before_the_decision(at: Office, case: str) -> None:
    id, _ = wage_earner(at)
    number = at.request(case, id)
    at.world.grant("ana", "legal", "approver")
    seen = at.do("ana", "legal/approver", "crossing_show", crossing=number)
    at.take("ana", "approver")
    assert (seen["preview"], seen["missing_opinions"], seen["may"]) == ([], [], [])
    assert at.do("lou", "legal/approver", "crossing_show", crossing=number)["preview"]
    at.do("lou", "legal/approver", "crossing_deny", crossing=number, reason="More than the need explains, by far.")
    assert at.do("lou", "legal/approver", "crossing_show", crossing=number)["preview"] == []


def test_rule_35_only_approvers_decide(at: Office, case: str) -> None:
    id, _ = wage_earner(at)
    number = at.request(case, id)
    for who, desk in (("ana", case), ("sam", "fraud/supervisor"), ("ines", "inspectorate/overseer")):
        with pytest.raises(Refused):
            at.do(who, desk, "crossing_approve", crossing=number, reason=REASON)


# ---------------------------------------------------------------------- what crosses, and to whom


def test_only_the_named_fields_cross(at: Office, case: str) -> None:
    id, entity = wage_earner(at, "Nora Narrow")
    before = at.aspects(case, "ana", entity)
    assert before == []
    at.crossed(case, id, fields=("name", "birthDate"))
    (copy,) = at.aspects(case, "ana", entity)
    assert copy["properties"] == {"name": ["Nora Narrow"], "birthDate": ["1980-02-03"]}
    assert copy["original"] == copy["properties"]
    everything = str(copy).lower()
    for secret in ("ab123456", "quiet", "lane", "religion", "secret"):
        assert secret not in everything
    assert any(key.startswith("t:nora") for key in copy["keys"])
    assert not any(key.startswith("i:") for key in copy["keys"])


def test_an_unnamed_name_is_no_caption(at: Office, case: str) -> None:
    id, entity = wage_earner(at, "Nameless Nell")
    at.crossed(case, id, fields=("birthDate",))
    (copy,) = at.aspects(case, "ana", entity)
    assert copy["caption"] == id
    assert "nell" not in str(copy).lower()


def test_search_finds_the_copy_by_named_fields_only_and_under_that_purpose_only(at: Office, case: str) -> None:
    from brightline.search import queries

    def ids(who: str, purpose: str, text: str) -> list[str]:
        at.know(purpose)
        found = queries.find(at.gate, at.call(who, purpose), queries.Search(q=text, fuzzy=0)).result
        return [hit["id"] for hit in found["hits"]]

    id, _ = wage_earner(at, "Zeno Crossgate")
    second = at.opened()
    assert ids("ana", case, "Zeno Crossgate") == []
    number = at.crossed(case, id, fields=("name",))
    assert ids("ana", case, "Zeno Crossgate") == [id]
    assert ids("ana", case, "AB123456") == []
    assert ids("ana", second, "Zeno Crossgate") == []
    at.do("lea", "legal/approver", "crossing_revoke", crossing=number, reason=REASON)
    assert ids("ana", case, "Zeno Crossgate") == []


def test_invented_search_words_do_not_enter_a_copy(at: Office, case: str) -> None:
    id, entity = wage_earner(at, "Ivo Invented")
    number = at.request(case, id)
    at.opine(number)
    at.review(number)
    shown = at.do("lou", "legal/approver", "crossing_show", crossing=number)
    copies = [{"aspect": shown["preview"][0]["aspect"], "keys": ["t:ivo", "t:bait", "i:any:999"], "document": "ivo"}]
    decided = {"crossing": number, "reason": REASON, "seen": shown["seen"], "copies": copies}
    at.do("lou", "legal/approver", "crossing_approve", **decided)
    (copy,) = at.aspects(case, "ana", entity)
    assert copy["keys"] == ["t:ivo"]


def test_a_crossing_opens_one_purpose_only(at: Office, case: str) -> None:
    id, entity = wage_earner(at)
    at.crossed(case, id)
    assert len(at.aspects(case, "ana", entity)) == 1
    assert at.aspects(at.opened(), "ana", entity) == []
    assert at.aspects("fraud/supervisor", "sam", entity) == []


def test_it_ends_by_the_clock(at: Office, case: str) -> None:
    id, entity = wage_earner(at)
    number = at.crossed(case, id)
    assert at.aspects(case, "ana", entity)
    at.world.db.execute(
        "UPDATE line.compartment_open SET expires = now() - interval '1 second' WHERE compartment ="
        " (SELECT id FROM line.crossing WHERE number = %s)",
        (number,),
    )
    at.world.db.execute("UPDATE line.crossing SET expires = now() - interval '1 second' WHERE number = %s", (number,))
    assert at.aspects(case, "ana", entity) == []
    assert at.do("ana", case, "crossing_show", crossing=number)["state"] == "expired"
    with pytest.raises(Conflict):
        at.do("lea", "legal/approver", "crossing_revoke", crossing=number, reason=REASON)


def test_it_ends_by_revocation_at_once(at: Office, case: str) -> None:
    id, entity = wage_earner(at)
    number = at.crossed(case, id)
    assert at.aspects(case, "ana", entity)
    head = at.do("vic", "labour/supervisor", "crossing_revoke", crossing=number, reason=REASON)
    assert head["state"] == "revoked"
    assert at.aspects(case, "ana", entity) == []
    with pytest.raises(Conflict):
        at.approve(number)


def test_a_denial_stays_and_overseers_see_it(at: Office, case: str) -> None:
    id, entity = wage_earner(at)
    number = at.request(case, id)
    at.do("lou", "legal/approver", "crossing_deny", crossing=number, reason="Two fields more than the need explains.")
    with pytest.raises(Conflict):
        at.approve(number)
    denied = at.do("ines", "inspectorate/overseer", "crossing_list", state="denied")["crossings"]
    assert number in [c["crossing"] for c in denied]
    assert at.aspects(case, "ana", entity) == []


def test_the_copy_is_frozen_and_flagged_when_its_source_changes(at: Office, case: str) -> None:
    id, entity = wage_earner(at, "Fay Frozen")
    number = at.crossed(case, id)
    assert at.do("ana", case, "crossing_show", crossing=number)["changed"] == []
    at.world.db.execute(
        "UPDATE content.aspect SET properties = jsonb_build_object('name', jsonb_build_array('Fay Thawed'))"
        " WHERE entity = %s AND compartment IS NULL",
        (entity,),
    )
    (copy,) = at.aspects(case, "ana", entity)
    assert copy["caption"] == "Fay Frozen"
    assert at.do("ana", case, "crossing_show", crossing=number)["changed"] == [id]


def test_links_cross_only_when_named(at: Office, case: str) -> None:
    one, a = wage_earner(at, "Lia Linked")
    two, b = wage_earner(at, "Leo Linked")
    third = wage_earner(at, "Lou Unlinked")[1]
    marking = at.world.marking("wages")
    at.world.link(a, b, "Family", source="wages", marking=marking)
    at.world.link(a, third, "Family", source="wages", marking=marking)
    at.crossed(case, one, two)
    count = "SELECT count(*) FROM content.link WHERE src = %s AND compartment IS NOT NULL"
    assert at.world.db.execute(count, (a,)).fetchone() == (0,)
    at.crossed(case, one, two, links=True)
    assert at.world.db.execute(count, (a,)).fetchone() == (1,)


def test_what_is_sealed_is_not_opened_by_approval_alone(at: Office, case: str) -> None:
    marking = at.world.marking("wages", "other", ["sealed"])
    entity = at.world.aspect("wages", "Sealed Earner", marking=marking, keys=["t:sealed"])
    number = at.request(case, printed("wages", entity))
    at.opine(number)
    at.review(number)
    refused("secret", at.approve, number)


def test_what_lies_in_a_case_never_crosses(at: Office, case: str) -> None:
    civil = at.opened("cleo", "labour")
    note = at.do("cleo", civil, "case_note_add", text="A note of the civil case.", kind="assessment")["id"]
    number = at.request(case, note)
    at.do("sam", "fraud/supervisor", "crossing_opinion", crossing=number, opinion="support", text=WORDS)
    with pytest.raises(Conflict):
        at.approve(number)


def test_the_requester_withdraws(at: Office, case: str) -> None:
    id, _ = wage_earner(at)
    number = at.request(case, id)
    assert crossings.crossing_withdraw(at.gate, at.call("ana", case), crossing=number).result["state"] == "withdrawn"
    with pytest.raises(Conflict):
        at.approve(number)


def test_the_custodian_sees_its_own_part_only(at: Office, case: str) -> None:
    id, _ = wage_earner(at)
    bank, _ = at.person("bank", "Bea Banked")
    number = at.request(case, id, bank)
    preview = at.do("vic", "labour/supervisor", "crossing_show", crossing=number)["preview"]
    assert [p["source"] for p in preview] == ["wages"]
    assert at.do("ana", case, "crossing_show", crossing=number)["preview"] == []
