"""Rules 3 and 27: what was obtained unlawfully goes with every copy; nobody can tell that a protected person exists."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from tests.contract.test_disclosures import WANTED, suspect
from tests.feeding import BASE, feeding, folder_of
from tests.fieldwork import active, met
from tests.leadroom import LeadRoom, lead_room
from tests.office import Office, office
from tests.rules.test_rules_cases import refused

from brightline.disclosures import commands as disclosures
from brightline.disclosures import queries as disclosed
from brightline.model.errors import Conflict, Missing
from brightline.model.ids import printed
from brightline.restrictions import commands, queries

pytestmark = pytest.mark.database

GROUND = "8 USC 1367"
WHY = "Her counsel showed the petition under the statute; the person she fled from works at the yard."
UNLAWFUL = "The court of appeal held on 3 May that the search which brought this row was unlawful."
DECIDED = "Read the petition and the receipt of the agency."


@pytest.fixture
def at(db: Any) -> Iterator[Office]:
    with office(db) as made:
        made.world.db.execute("UPDATE line.agreement SET redistribution = 'case-by-case' WHERE source = 'register'")
        made.world.move()
        yield made


@pytest.fixture(scope="module")
def room(module_db: Any) -> Iterator[LeadRoom]:
    with lead_room(module_db) as made:
        yield made


def protect(at: Office, case: str, about: str, who: str = "ana") -> str:
    made = commands.ask(at.gate, at.call(who, case), about=about, kind="protected", basis=GROUND, reason=WHY)
    number: str = made.result["restriction"]
    at.settle()
    return number


def decide(at: Office, number: str, decision: str, who: str = "lou") -> dict[str, Any]:
    call = at.call(who, "legal/approver")
    made: dict[str, Any] = commands.decide(at.gate, call, number, decision=decision, reason=DECIDED).result
    return made


def unlawful(at: Office, about: str, who: str = "stu", purpose: str = "records/steward") -> dict[str, Any]:
    call = at.call(who, purpose)
    made: dict[str, Any] = commands.ask(
        at.gate, call, about=about, kind="unlawful", basis="28 CFR 23.20(d)", reason=UNLAWFUL
    ).result
    at.settle()
    # What was called back is counted when the worker has done it.
    row = at.world.db.execute(
        "SELECT counts FROM restrictions.restriction WHERE number = %s", (made["restriction"],)
    ).fetchone()
    assert row is not None
    return {**made, "counts": row[0]}


def stored(at: Office, entity: UUID) -> list[Any]:
    found = at.world.db.execute("SELECT marking, keys, text::text FROM content.aspect WHERE entity = %s", (entity,))
    return found.fetchall()


def row_of(at: Office, entity: UUID) -> str:
    found = at.world.db.execute(
        "SELECT r.source || ':' || r.source_key FROM content.record r JOIN content.aspect a ON a.record = r.id"
        " WHERE a.entity = %s AND r.source <> 'case'",
        (entity,),
    ).fetchone()
    assert found is not None
    key: str = found[0]
    return key


# --------------------------------------------------------------------------------------- states


def test_another_person_decides_and_lifting_puts_all_back(at: Office) -> None:
    case = at.opened()
    printed, person = at.person("register", "Mara Holt", birthDate=["1990-02-03"])
    before = at.world.db.execute(
        "SELECT marking, keys, text::text FROM content.aspect WHERE entity = %s", (person,)
    ).fetchall()
    at.world.grant("ana", "legal", "approver")
    number = protect(at, case, printed)
    refused(
        "four_eyes", commands.decide, at.gate, at.call("ana", "legal/approver"), number, decision="lift", reason=DECIDED
    )
    at.take("ana", "approver")
    done = commands.decide(at.gate, at.call("lou", "legal/approver"), number, decision="confirm", reason=DECIDED).result
    assert done["state"] == "confirmed"
    assert at.aspects(case, "ana", person) == []
    decide(at, number, "lift")
    after = at.world.db.execute(
        "SELECT marking, keys, text::text FROM content.aspect WHERE entity = %s", (person,)
    ).fetchall()
    assert after == before
    assert len(at.aspects(case, "ana", person)) == 1
    with pytest.raises(Conflict):
        decide(at, number, "lift")


def test_lifting_one_leaves_alone_what_another_covers_and_does_not_touch_the_rest(at: Office) -> None:
    """Two people on one link, a third far from both: one lifted, the link stays hidden, the third isn't looked at."""
    case = at.opened()
    one, first = at.person("register", "Mara Holt")
    two, second = at.person("register", "Nell Holt")
    three, third = at.person("register", "Otto Far")
    marking = at.world.marking("register")
    at.world.link(first, second, "relative", source="register", marking=marking)
    numbers = [protect(at, case, id) for id in (one, two, three)]
    at.world.db.execute("UPDATE content.aspect SET marking = %s WHERE entity = %s", (marking, third))
    decide(at, numbers[0], "lift")
    assert at.do("ana", case, "entity_show", id=str(first))
    assert at.do("ana", case, "links_expand", ids=[str(first)])["edges"] == []
    assert stored(at, second)[0][0] != marking
    assert stored(at, third)[0][0] == marking
    decide(at, numbers[1], "lift")
    assert len(at.do("ana", case, "links_expand", ids=[str(first)])["edges"]) == 1


@pytest.mark.parametrize("first", ["protected", "unlawful"])
def test_two_kinds_over_one_row_are_lifted_in_either_order(at: Office, first: str) -> None:
    """The second keeps the row as the first left it; lifted last, it must not bring the first one's caveat back."""
    case = at.opened()
    printed, person = at.person("register", "Mara Holt", birthDate=["1990-02-03"])
    before, row = stored(at, person), row_of(at, person)
    numbers = {"protected": protect(at, case, printed), "unlawful": unlawful(at, row)["restriction"]}
    decide(at, numbers.pop(first), "lift")
    assert at.aspects(case, "ana", person) == []
    decide(at, *numbers.values(), "lift")
    assert stored(at, person) == before
    assert len(at.aspects(case, "ana", person)) == 1


# --------------------------------------------------------------------------------------- rule 27


def test_rule_27_a_protected_persons_existence_is_hidden(at: Office) -> None:
    """Entity, record, links to it and what they tell of: as if it weren't there, with no pointer at the widest tier."""
    at.world.db.execute("UPDATE line.agreement SET pointer_tier = 3")
    at.world.move()
    case = at.opened()
    printed, person = at.person("register", "Mara Holt", phone=["+13085550129"])
    _firm_id, firm = at.thing("register", "Company", name=["Holt Haulage"])
    at.world.link(person, firm, "directorOf", source="register", marking=at.world.marking("register"))
    assert at.do("ana", case, "entity_show", id=str(person))
    assert len(at.do("ana", case, "links_expand", ids=[str(firm)])["edges"]) == 1
    protect(at, case, printed)
    for who, purpose in (("ana", case), ("bo", at.opened("bo")), ("cleo", at.opened("cleo", "labour"))):
        with pytest.raises(Missing) as hidden:
            at.do(who, purpose, "entity_show", id=str(person))
        with pytest.raises(Missing) as absent:
            at.do(who, purpose, "entity_show", id="00000000-0000-4000-8000-000000000000")
        assert str(hidden.value) == str(absent.value)
        assert at.aspects(purpose, who, person) == []
    assert at.do("ana", case, "links_expand", ids=[str(firm)])["edges"] == []
    assert at.do("ana", case, "entity_show", id=str(firm))
    keys = stored(at, person)[0][1:]
    assert all(key.split(":")[0].isdigit() for key in keys[0])
    assert keys[1] == ""
    rows = at.world.db.execute(
        "SELECT count(*) FROM line.pointer_marking k JOIN line.marking m ON m.id = k.marking"
        " WHERE 'protected' = ANY (m.caveats)"
    ).fetchone()
    assert rows == (0,)


def test_rule_27_what_crossed_is_hidden_too(at: Office) -> None:
    case = at.opened()
    printed, person = at.person("wages", "Ines Wages", birthDate=["1991-01-01"])
    at.crossed(case, printed)
    assert at.do("ana", case, "entity_show", id=str(person))
    labour = at.opened("cleo", "labour")
    protect(at, labour, printed, "cleo")
    with pytest.raises(Missing):
        at.do("ana", case, "entity_show", id=str(person))
    assert at.aspects(case, "ana", person) == []


def test_rule_27_the_list_names_nobody(at: Office) -> None:
    case = at.opened()
    printed, _ = at.person("register", "Mara Holt")
    number = protect(at, case, printed)
    for who, purpose in (("lou", "legal/approver"), ("ines", "inspectorate/overseer")):
        listed = queries.listed(at.gate, at.call(who, purpose)).result["items"]
        assert [one["restriction"] for one in listed] == [number]
        assert "Holt" not in str(listed)
        assert printed not in str(listed)
    assert queries.listed(at.gate, at.call("bo", "fraud/agent")).result["items"] == []


def test_rule_27_an_alert_before_any_action(room: LeadRoom) -> None:
    """Arrest, and a lead called viable, are stopped; the answer says that legal has to be asked."""
    at = room.at
    case = at.opened()
    printed, _ = at.person("register", "Ida Alert", birthDate=["1990-02-03"], passportNumber=["PX 27-27"])
    protect(at, case, printed)
    operation = active(at)
    person = {"name": "ida  alert", "birth_date": "1990-02-03"}
    refused("legal_check", met, at, operation, person=person)
    refused("legal_check", met, at, operation, person=person, outcome="referred")
    assert met(at, operation, person={"name": "Ida Alert", "birth_date": "1991-02-03"})["encounter"]
    number = room.notice("N-27", passport="PX2727", id_no="I27")
    pairs = (("identity", "passportNumber"), ("second-identifier", "idNumber"))
    room.checks(number, matched=pairs, who="stan", desk="status/vetter")
    refused("legal_check", room.viable, number, "stan", "status/vetter")


def test_rule_27_what_the_household_supplied_does_not_stand_alone(room: LeadRoom) -> None:
    number = room.notice("N-27h", passport="PX27h", id_no="I27h")
    room.checks(number, matched=(("identity", "passportNumber"),), who="stan", desk="status/vetter")
    words = {
        "finding": "Her husband brought the card to the desk on Monday.",
        "document": "Copy of card 12",
        "matched": ["idNumber"],
    }
    check = {"lead": number, "name": "second-identifier", "result": "confirmed", **words}
    room.do("stan", "status/vetter", "lead_check", **check, household=True)
    refused("identity", room.viable, number, "stan", "status/vetter")
    room.do("stan", "status/vetter", "lead_check", **check, household=False)
    assert room.viable(number, "stan", "status/vetter")["state"] == "viable"


def test_rule_27_a_civil_arrest_needs_sources_beside_the_household(at: Office) -> None:
    operation = active(at, "labour")
    graded = {"kind": "letter", "reliability": "B", "found": "no permit"}
    two = [{**graded, "source": "permit register"}, {**graded, "source": "her husband", "household": True}]
    refused("sources", met, at, operation, "labour", status_evidence=two)
    two[1]["household"] = False
    assert met(at, operation, "labour", status_evidence=two)["encounter"]


# --------------------------------------------------------------------------------------- rule 3


def test_rule_03_what_was_obtained_unlawfully_is_gone_and_every_copy_recalled(at: Office) -> None:
    case = at.opened()
    id = suspect(at, case)
    person = UUID(id.split("-", 1)[1])
    gate = at.gate
    sent = _sent(at, case, id)
    waiting = disclosures.prepare(gate, at.call("ana", case), {**WANTED, "items": [id]}).result["disclosure"]
    row = row_of(at, person)
    made = unlawful(at, row)
    assert made["counts"]["recalled"] == 1
    assert made["counts"]["aspects"] == 1
    assert made["counts"]["records"] == 1
    shown = disclosed.shown(gate, at.call("ana", case), sent).result
    assert shown["state"] == "recalled"
    assert [n["kind"] for n in shown["notices"]] == ["recall"]
    assert shown["lines"][0]["properties"] in (None, {})
    assert disclosed.shown(gate, at.call("ana", case), waiting).result["state"] == "denied"
    assert at.aspects(case, "ana", person) == []
    told = at.world.db.execute(
        "SELECT count(*) FROM line.account_notice WHERE kind = 'restriction' AND account = %s",
        (at.world.accounts["ana"],),
    ).fetchone()
    assert told is not None
    assert told[0] >= 1


def test_rule_03_no_clearance_opens_it(at: Office) -> None:
    at.world.case(
        "C-CLEARED", "fraud", "18-usc-1956", ["ana"], clearances=["sealed", "covert", "protected", "unlawful"]
    )
    _, person = at.person("register", "Otto Unlawful")
    at.do("ana", "C-CLEARED", "entity_show", id=str(person))
    unlawful(at, row_of(at, person))
    with pytest.raises(Missing):
        at.do("ana", "C-CLEARED", "entity_show", id=str(person))


def test_rule_03_only_a_steward_or_who_sees_it_asks(at: Office) -> None:
    case = at.opened()
    _, hidden = at.person("wages", "Ines Wages")
    _, seen = at.person("register", "Otto Seen")
    ask = {"kind": "unlawful", "basis": "28 CFR 23.20(d)", "reason": UNLAWFUL}
    with pytest.raises(Missing):
        commands.ask(at.gate, at.call("ana", case), about=row_of(at, hidden), **ask)
    with pytest.raises(Missing):
        commands.ask(at.gate, at.call("ana", case), about="register:nowhere", **ask)
    refused("purpose", commands.ask, at.gate, at.call("ana", "fraud/agent"), about=row_of(at, seen), **ask)
    assert commands.ask(at.gate, at.call("ana", case), about=row_of(at, seen), **ask).result["state"] == "asked"
    at.settle()
    with pytest.raises(Missing):
        commands.ask(at.gate, at.call("ana", case), about=row_of(at, seen), **ask)


def _sent(at: Office, case: str, id: str) -> str:
    number: str = disclosures.prepare(at.gate, at.call("ana", case), {**WANTED, "items": [id]}).result["disclosure"]
    disclosures.submit(at.gate, at.call("ana", case), number)
    reason = "Needed for the charge, nothing beyond it."
    disclosures.decide(at.gate, at.call("sam", "fraud/supervisor"), number, decision="approve", reason=reason)
    disclosures.send(at.gate, at.call("ana", case), number)
    return number


def test_rule_03_a_refresh_does_not_bring_it_back(db: Any, tmp_path: Path) -> None:
    """The source delivers the row again, edited: the new version is out of sight as soon as it is published."""
    desk = feeding(db)
    folder = folder_of(tmp_path, deepcopy(BASE), {"inbox/a.csv": "id,name,born,phone\n1,Otto Row,,\n2,Ida Row,,\n"})
    assert desk.add(folder)["added"]
    desk.refresh("people")
    ask = {"about": "register:1", "kind": "unlawful", "basis": "28 CFR 23.20(d)", "reason": UNLAWFUL}
    commands.ask(desk.gate, desk.call, **ask)
    desk.world.settle()
    assert desk.all("SELECT counts ->> 'aspects' FROM restrictions.restriction") == [("1",)]
    (folder / "inbox" / "a.csv").write_text("id,name,born,phone\n1,Otto Row the Second,,\n2,Ida Row,,+13085550199\n")
    done = desk.refresh("people")
    assert (done.changed, done.unchanged) == (2, 0)
    seen = desk.all(
        "SELECT a.caption, 'unlawful' = ANY (m.caveats) FROM content.aspect a JOIN line.marking m ON m.id = a.marking"
        " WHERE a.schema = 'Person' ORDER BY 1"
    )
    assert seen == [("Ida Row", False), ("Otto Row the Second", True)]


def test_rule_26_no_crossing_makes_a_witness_material_for_civil_work(at: Office) -> None:
    """What criminal work holds about a witness is refused to a civil case with a word, whoever would approve it."""
    case = at.opened("cleo", "labour")
    person = at.world.aspect("bank", "Wanda Witness", marking=at.world.marking("bank", "witness"))
    number = at.request(case, printed("bank", person), who="cleo", basis="29-usc-216")
    words = "Needed for the case, nothing else shows it."
    for who, desk in (("vic", "labour/supervisor"), ("sam", "fraud/supervisor")):
        at.do(who, desk, "crossing_opinion", crossing=number, opinion="support", text=words)
    at.review(number)
    refused("protected", at.approve, number)
    with pytest.raises(Missing):
        at.do("cleo", case, "entity_show", id=str(person))
