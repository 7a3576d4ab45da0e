"""Rules 2, 24, 28, 29, 35, 41 and 47 where leads are vetted and referred."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import psycopg
import pytest
import yaml
from psycopg.types.json import Jsonb
from tests.leadroom import AGAIN, TIP, WHY, LeadRoom, lead_room, shipped, table
from tests.rules.test_rules_cases import refused

from brightline.leads import commands, programme
from brightline.model.errors import BadInput, Conflict, Missing, Refused

pytestmark = pytest.mark.database

BOTH = (("register", "registrationNumber"), ("contact", "phone"))


@pytest.fixture(scope="module")
def room(module_db: Any) -> Iterator[LeadRoom]:
    with lead_room(module_db) as made:
        yield made


# --------------------------------------------------------------------------------------- rule 2


@pytest.mark.parametrize("heading", ["Religion", "ethnic origin", "politicalOpinion", "Trade union"])
def test_rule_02_no_programme_asks_for_a_protected_trait(heading: str) -> None:
    given = yaml.safe_load(shipped("status-review"))
    with pytest.raises(BadInput, match="protected trait"):
        programme.parse({**given, "intake": {**given["intake"], "narrative": heading}})
    with pytest.raises(BadInput, match="protected trait"):
        programme.parse({**given, "checks": [*given["checks"], {"name": "x", "title": heading, "system": "y"}]})


def test_rule_02_no_file_brings_one_along(room: LeadRoom) -> None:
    content = table({**TIP, "religion": "none"}, {"tip": "T-trait"})
    with pytest.raises(BadInput, match="protected trait"):
        commands.lead_intake(
            room.at.gate,
            room.at.call("tam", "tips/vetter"),
            name="procurement-fraud-tips",
            file="x.csv",
            content=content,
        )


def test_rule_02_the_required_check_can_not_be_left_out(room: LeadRoom) -> None:
    given = yaml.safe_load(shipped("status-review"))
    without = [check for check in given["checks"] if check["name"] != "no-protected-trait"]
    with pytest.raises(BadInput, match="no-protected-trait"):
        programme.parse({**given, "checks": without})
    config = {
        **programme.parse(given).config(),
        "checks": [{"name": "x", "title": "x", "system": "x", "required": True}],
    }
    refused("trait", room.do, "stu", "records/steward", "programme_apply", config=config)


def test_rule_02_a_trait_that_was_a_basis_ends_it(room: LeadRoom) -> None:
    number = room.tip("T-2a")
    room.checks(number, matched=BOTH)
    words = {"finding": "The caller names an origin as the only ground for it.", "lead": number}
    room.do("tam", "tips/vetter", "lead_check", name="no-protected-trait", result="refuted", **words)
    refused("trait", room.viable, number)


# -------------------------------------------------------------------------------------- rule 24


def test_rule_24_no_lead_moves_without_a_persons_reason(room: LeadRoom) -> None:
    number = room.tip("T-24")
    room.checks(number, matched=BOTH)
    assert room.show(number)["state"] == "vetting"
    for reason in (None, "", "bad firm", "x" * 19, "z" * 60, "very bad firm " * 4):
        with pytest.raises(BadInput, match="reason"):
            room.do("tam", "tips/vetter", "lead_decide", lead=number, code="viable", reason=reason)
    with pytest.raises(psycopg.errors.CheckViolation):
        room.at.world.db.execute(
            "UPDATE leads.lead SET viable_by = vetter, viable_reason = 'short' WHERE number = %s", (number,)
        )


def test_rule_24_the_second_person_is_another(room: LeadRoom) -> None:
    number = room.tip("T-24b")
    room.checks(number, matched=BOTH)
    assert room.viable(number)["state"] == "viable"
    for code in ("confirm", "return"):
        with pytest.raises(Refused, match="can't check it"):
            room.do("tam", "tips/vetter", "lead_decide", lead=number, code=code, reason=WHY)
    with pytest.raises(Conflict):
        room.refer(number)
    with pytest.raises(psycopg.errors.CheckViolation):
        room.at.world.db.execute(
            "UPDATE leads.lead SET state = 'checked', checked_by = viable_by, checked_reason = %s WHERE number = %s",
            (WHY, number),
        )
    back = room.do("tess", "tips/vetter", "lead_decide", lead=number, code="return", reason=AGAIN)
    assert back["state"] == "vetting"


def test_rule_24_no_row_ranks_a_person(room: LeadRoom) -> None:
    room.tip("T-24c")
    for row in room.do("tam", "tips/vetter", "lead_list", tab="to_vet")["leads"]:
        assert not {"score", "rank", "risk"} & set(row)
    due = [row["due"] for row in room.do("tam", "tips/vetter", "lead_list", tab="to_vet")["leads"]]
    assert due == sorted(due)


# -------------------------------------------------------------------------------------- rule 28


def _status(room: LeadRoom, key: str, **changes: str) -> str:
    number = room.notice(key, **changes)
    pairs = (("identity", "passportNumber"), ("second-identifier", "idNumber"))
    room.checks(number, matched=pairs, who="stan", desk="status/vetter")
    return number


def _clear(room: LeadRoom, who: str, number: str, status: str = "none") -> Any:
    looked = {
        "stan": "The civil registry and the passport office were asked by letter of 4 May.",
        "sol": "Rang the consulate in Marlow: it has issued nobody of that name a paper.",
        "sid": "Read the answers of both offices myself; neither knows this birth.",
    }
    words = {"status": status, "reason": looked[who]}
    return room.do(who, "status/supervisor" if who == "sid" else "status/vetter", "lead_clear", lead=number, **words)


def test_rule_28_a_claim_holds_the_lead_until_two_people_clear_it(room: LeadRoom) -> None:
    number = _status(room, "N-28", status_claim="Says he was naturalised in 2019", passport="PX28", id_no="I28")
    refused("hold", room.viable, number, "stan", "status/vetter")
    refused("two_people", _clear, room, "stan", number)
    assert _clear(room, "sol", number)["hold"] == "open"
    refused("two_people", _clear, room, "sol", number)
    refused("hold", room.viable, number, "stan", "status/vetter")
    assert _clear(room, "sid", number)["hold"] == "cleared"
    assert room.viable(number, "stan", "status/vetter")["state"] == "viable"


def test_rule_28_two_who_disagree_clear_nothing(room: LeadRoom) -> None:
    number = _status(room, "N-28b", status_claim="Says she has a permit", passport="PX28b", id_no="I28b")
    _clear(room, "sid", number, "lawful")
    assert _clear(room, "sol", number, "none")["hold"] == "open"
    refused("two_people", _clear, room, "sol", number)
    assert _clear(room, "sid", number, "none")["hold"] == "cleared"


def test_rule_28_a_confirmed_status_ends_the_way(room: LeadRoom) -> None:
    number = _status(room, "N-28c", status_claim="Shows a certificate", passport="PX28c", id_no="I28c")
    _clear(room, "sid", number, "citizen")
    assert _clear(room, "sol", number, "citizen")["hold"] == "upheld"
    refused("status", room.viable, number, "stan", "status/vetter")
    shut = room.do("stan", "status/vetter", "lead_decide", lead=number, code="in_status", reason=WHY)
    assert shut["code"] == "in_status"


def test_rule_28_a_claim_found_late_stops_the_referral_too(room: LeadRoom) -> None:
    number = room.checked("T-28", register_no="R28", phone="028")
    room.do("tor", "tips/supervisor", "lead_hold", lead=number, claim="His counsel sent a copy of a passport.")
    refused("hold", room.refer, number)
    refused("hold", room.ask, number)


def test_rule_28_the_table_knows_no_hold_cleared_by_one(room: LeadRoom) -> None:
    room.notice("N-28d", status_claim="Says so", passport="PX28d")
    with pytest.raises(psycopg.errors.CheckViolation):
        room.at.world.db.execute(
            "UPDATE leads.hold SET state = 'cleared', status = 'none', first_by = opened_by, second_by = opened_by,"
            " first_reason = repeat('x', 30), second_reason = repeat('x', 30) WHERE state = 'open'"
        )


# ------------------------------------------------------------------------------- rules 29 and 41


def test_rule_29_two_independent_identifiers_or_a_reasoned_decision(room: LeadRoom) -> None:
    number = room.tip("T-29", register_no="R29", phone="029")
    room.checks(number, matched=(("register", "registrationNumber"),))
    refused("identity", room.viable, number)
    for words in ("It is him.", "z" * 60, WHY):
        with pytest.raises(BadInput, match="match_reason"):
            room.viable(number, match_reason=words)
    long = "The register's extract carries the very stamp and signature that the tip describes."
    assert room.viable(number, match_reason=long)["state"] == "viable"


def test_rule_29_two_identifiers_of_one_system_are_one(room: LeadRoom) -> None:
    number = room.tip("T-29b", register_no="R29b", phone="029b")
    room.checks(number, matched=(("register", "registrationNumber"), ("register", "phone")))
    refused("identity", room.viable, number)


def test_rule_41_a_name_and_a_birth_date_never_make_a_match(room: LeadRoom) -> None:
    number = room.notice("N-41", passport="PX41", id_no="I41")
    pairs = (("identity", "name"), ("identity", "birthDate"), ("second-identifier", "name"))
    room.checks(number, matched=pairs, who="stan", desk="status/vetter")
    for more in ({}, {"match_reason": "The name and the day of birth agree in both, which can hardly be chance."}):
        refused("identity", room.viable, number, "stan", "status/vetter", **more)


def test_rule_41_what_the_lead_doesnt_state_can_not_match(room: LeadRoom) -> None:
    number = room.tip("T-41", email="")
    with pytest.raises(BadInput, match="matched"):
        room.checks(number, matched=(("register", "email"),))


# -------------------------------------------------------------------------------------- rule 35


def test_rule_35_a_lead_crosses_by_a_decision_outside_both_chains(room: LeadRoom) -> None:
    number = room.checked("T-35", register_no="R35", phone="035")
    refused("crossing_needed", room.refer, number, "labour")
    crossing = room.ask(number)
    assert room.show(number)["state"] == "crossing"
    assert room.do("lara", "labour/vetter", "referral_list")["referrals"] == []
    for who in ("tor", "vic", "lara"):
        room.at.world.grant(who, "legal", "approver")
        refused("chain", room.at.approve, crossing, who)
        room.at.take(who, "approver")
    text = "The wage side needs the firm's name and number."
    room.do("vic", "labour/supervisor", "crossing_opinion", crossing=crossing, opinion="support", text=text)
    room.do("tor", "tips/supervisor", "crossing_opinion", crossing=crossing, opinion="support", text=text)
    room.at.review(crossing)
    room.at.approve(crossing)
    told = room.at.world.db.execute(
        "SELECT line.crossing_counts(id) FROM line.crossing WHERE number = %s", (crossing,)
    ).fetchone()
    assert told
    assert (told[0]["from"], told[0]["to"]) == (["criminal"], "civil")
    got = room.do("lara", "labour/vetter", "referral_list")["referrals"]
    assert [one["state"] for one in got] == ["sent"]
    one = room.do("lara", "labour/vetter", "referral_list", referral=got[0]["referral"])["referrals"][0]
    assert set(one["package"]["subject"]["properties"]) == {"name", "phone"}
    assert "R35" not in json.dumps(one)
    assert one["lead"] is None
    with pytest.raises(Missing):
        room.show(number, "lara", "labour/vetter")
    room.do("lou", "legal/approver", "crossing_revoke", crossing=crossing, reason="The need is over by what we heard.")
    assert room.do("lara", "labour/vetter", "referral_list")["referrals"] == []
    assert room.show(number)["state"] == "checked"


def test_rule_35_a_denied_crossing_leaves_the_lead_where_it_was(room: LeadRoom) -> None:
    number = room.checked("T-35b", register_no="R35b", phone="035b")
    crossing = room.ask(number)
    room.do(
        "lou", "legal/approver", "crossing_deny", crossing=crossing, reason="Nothing shows that wages are concerned."
    )
    assert room.show(number)["state"] == "checked"
    assert room.do("lara", "labour/vetter", "referral_list")["referrals"] == []


# -------------------------------------------------------------------------------------- rule 47


def proposed(room: LeadRoom, name: str = "procurement-fraud-tips", **changes: Any) -> dict[str, Any]:
    call = room.at.call("stu", "records/steward")
    made: dict[str, Any] = commands.programme_apply(room.at.gate, call, text=shipped(name, **changes)).result
    return made


def taken_back(room: LeadRoom, made: dict[str, Any]) -> None:
    reason = "It was only tried; nothing of it is to hold."
    room.do("stu", "records/steward", "proposal_withdraw", proposal=made["proposal"], reason=reason)


def in_force(room: LeadRoom, name: str) -> int:
    rows = room.do("stu", "records/steward", "programme_list", programme=name)["programmes"]
    return next(int(row["version"]) for row in rows if row["in_force"])


def test_rule_47_a_programme_changes_by_two_people_and_weakening_is_announced(room: LeadRoom) -> None:
    given = yaml.safe_load(shipped("procurement-fraud-tips"))
    weaker = [
        {**check, "required": check.get("required", True) and check["name"] != "register"} for check in given["checks"]
    ]
    made = proposed(room, checks=weaker, keep_days=200)
    assert made["weakens"] == ["check register no longer required", "keep_days longer"]
    assert [part["part"] for part in made["diff"]] == ["check register", "keep_days"]
    assert in_force(room, "procurement-fraud-tips") == 1
    with pytest.raises(Conflict):
        proposed(room, keep_days=90)
    for who, desk in (("stu", "records/steward"), ("tor", "tips/supervisor")):
        with pytest.raises((Refused, Missing)):
            room.at.accept(made, who, desk)
    agreed = room.at.accept(made)
    assert agreed["state"] == "notice"
    notice = room.do("ines", "inspectorate/overseer", "lead_notices")["notices"][0]
    assert (notice["kind"], notice["details"]["version"], notice["effective"]) == ("weakened", 2, agreed["effective"])
    number = room.tip("T-47")
    assert room.show(number)["version"] == 1
    room.at.pass_notice()
    assert room.show(room.tip("T-47c"))["version"] == 2
    row = room.do("stu", "records/steward", "programme_list", programme="procurement-fraud-tips")["programmes"][0]
    assert (row["made_by"], row["approved_by"], row["proposal"]) == ("stu", "lou", made["proposal"])
    with pytest.raises(psycopg.errors.CheckViolation):
        room.at.world.db.execute("UPDATE leads.programme SET effective = made WHERE version = 2")
    with pytest.raises(psycopg.errors.CheckViolation):
        room.at.world.db.execute("UPDATE leads.programme SET approved_by = made_by WHERE version = 2")
    stricter = proposed(room)
    assert stricter["weakens"] == []
    assert room.at.accept(stricter)["state"] == "in_force"
    assert in_force(room, "procurement-fraud-tips") == 3


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"authority": "other-civil"}, "authority other-civil instead of 29-usc-216"),
        ({"source": "other-records"}, "source other-records instead of departure-records"),
        ({"close_codes": "less"}, "closings without insufficient"),
        ({"identifiers": {"passportNumber": "other_column"}}, "identifier passportNumber from another column"),
        ({"system": "One system"}, "check departure: another system"),
        ({"title": "Most workers speak Spanish or attend mosque"}, "check departure: another title"),
        ({"title": "Surname looks foreign"}, "words of a protected trait: surname looks"),
        ({"claim": None}, "column claim is another"),
        ({"priorities": "later"}, "priority normal later"),
    ],
)
def test_rule_47_every_change_of_a_guard_is_weakening_unless_it_is_known_as_stricter(
    room: LeadRoom, changes: dict[str, Any], said: str
) -> None:
    given = yaml.safe_load(shipped("status-review"))
    if "authority" in changes:
        room.at.world.authority("other-civil", "civil")
    if "source" in changes:
        room.at.world.source("other-records", "29-usc-216", ["civil"], custodian="status")
    for key in ("system", "title"):
        if key in changes:
            checks = [{**c, key: changes[key]} if c["name"] == "departure" else c for c in given["checks"]]
            changes = {"checks": checks}
            break
    if "close_codes" in changes:
        changes = {"close_codes": [code for code in given["close_codes"] if code != "insufficient"]}
    if "identifiers" in changes:
        changes = {
            "intake": {**given["intake"], "identifiers": {**given["intake"]["identifiers"], **changes["identifiers"]}}
        }
    if "claim" in changes:
        changes = {"intake": {key: value for key, value in given["intake"].items() if key != "claim"}}
    if "priorities" in changes:
        changes = {"priorities": [{**one, "hours": one["hours"] + 24} for one in given["priorities"]]}
    made = proposed(room, "status-review", **changes)
    taken_back(room, made)
    assert said in made["weakens"]


def test_rule_47_what_is_stricter_owes_no_notice(room: LeadRoom) -> None:
    old = programme.read(shipped("status-review")).config()
    second = {"name": "second-look", "title": "Somebody else looked", "system": "Desk"}
    for changes, weaker in (
        ({"identifiers_needed": 3}, False),
        ({"keep_days": 10, "closed_keep_days": 10}, False),
        ({"cross_to": []}, False),
        ({"title": "Another title", "description": "Other words."}, False),
        (
            {"checks": [*old["checks"], second]},
            False,
        ),
        ({"refer_to": ["labour", "status"]}, True),
        ({"checks": old["checks"][3:]}, True),
    ):
        new = programme.read(shipped("status-review", **changes)).config()
        row = room.at.world.db.execute("SELECT leads.weakenings(%s, %s)", (Jsonb(old), Jsonb(new))).fetchone()
        assert row is not None
        assert (row[0] != []) is weaker, (changes, row[0])


def test_rule_2_words_of_a_trait_in_a_leads_sentences_are_flagged(room: LeadRoom) -> None:
    number = room.tip("T-trait", matter="Owner is a Muslim from Syria", text="He attends mosque on Fridays, they say.")
    assert room.show(number)["traits"] == ["mosque", "muslim"]
    assert room.show(room.tip("T-plain"))["traits"] == []


def test_only_stewards_and_administrators_set_programmes(room: LeadRoom) -> None:
    for who, desk in (("tam", "tips/vetter"), ("ana", "fraud/agent"), ("sam", "fraud/supervisor")):
        with pytest.raises(Refused):
            commands.programme_apply(room.at.gate, room.at.call(who, desk), text=shipped("status-review"))


def test_wrong_person_tells_the_source_and_the_recipient(room: LeadRoom) -> None:
    number = room.checked("T-wrong", register_no="RW", phone="0W")
    sent = room.refer(number)
    finn = "fraud/vetter"
    room.do("finn", finn, "referral_answer", referral=sent["referral"], act="acknowledge")
    room.do(
        "finn",
        finn,
        "referral_answer",
        referral=sent["referral"],
        act="accept",
        reason="The firm stands in an open case of ours on dredging.",
    )
    assert room.show(number)["state"] == "accepted"
    with pytest.raises(Conflict):
        room.do("tam", "tips/vetter", "lead_decide", lead=number, code="insufficient", reason=WHY)
    room.do("tam", "tips/vetter", "lead_decide", lead=number, code="wrong_person", reason=WHY)
    told = room.do("finn", finn, "lead_notices")["notices"]
    assert [one["details"] for one in told] == [{"referral": sent["referral"]}]
    home = room.do("tor", "tips/supervisor", "lead_notices")["notices"]
    assert [one["details"]["source_key"] for one in home] == ["T-wrong"]
    assert room.do("finn", finn, "referral_list")["referrals"] == []


def test_a_change_that_rests_on_an_older_reading_is_a_conflict_and_writes_nothing(room: LeadRoom) -> None:
    number = room.tip("T-seen", register_no="RS-1", phone="+1 555 0199")
    seen = room.show(number)["revision"]
    found = {"name": "register", "result": "nothing", "finding": "No such firm in the register of companies of 4 May."}
    room.do("tess", "tips/vetter", "lead_check", lead=number, **found)
    for function, wanted in (
        ("lead_check", {**found, "result": "confirmed"}),
        ("lead_decide", {"code": "insufficient", "reason": WHY}),
        ("lead_hold", {"claim": "Says that he is a citizen."}),
        ("lead_open", {}),
    ):
        call = replace(room.at.call("tam", "tips/vetter"), seen=seen)
        with pytest.raises(Conflict) as caught:
            room.at.gate.run(call, function, {"lead": number, **wanted})
        assert caught.value.code == "changed"
        assert "history" in caught.value.detail
    after = room.show(number)
    assert after["revision"] != seen
    assert after["state"] == "vetting"
    assert [one["what"] for one in after["history"]].count("checked register") == 1
    closing = {"lead": number, "code": "insufficient", "reason": WHY}
    call = replace(room.at.call("tam", "tips/vetter"), seen=after["revision"])
    room.at.gate.run(call, "lead_decide", closing)
    with pytest.raises(Conflict):
        room.at.gate.run(call, "lead_decide", closing)


def test_a_search_that_was_opened_changes_no_revision(room: LeadRoom) -> None:
    number = room.tip("T-quiet", register_no="RQ-1", phone="+1 555 0198")
    room.do("tam", "tips/vetter", "lead_open", lead=number)
    seen = room.show(number)["revision"]
    room.do("tess", "tips/vetter", "lead_open", lead=number)
    assert room.show(number)["revision"] == seen


def test_what_a_lead_says_one_may_do_is_what_one_may(room: LeadRoom) -> None:
    number = room.tip("T-may", register_no="RM-1", phone="+1 555 0197")
    assert {"check", "close", "hold", "search", "promote"} == set(room.show(number)["may"])
    assert {"close", "hold"} == set(room.show(number, "tor", "tips/supervisor")["may"])
    with pytest.raises(Refused):
        room.do("tor", "tips/supervisor", "lead_check", lead=number, name="register", result="inconclusive")
    room.do("tor", "tips/supervisor", "lead_decide", lead=number, code="insufficient", reason=WHY)
    assert room.show(number)["may"] == []
