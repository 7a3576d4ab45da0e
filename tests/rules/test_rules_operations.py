"""Rules that enforcement records keep, tried through the real gate against a real database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb
from tests.fieldwork import FACTS, LAW, SOURCES, WHY, active, ago, met, plan, planned
from tests.office import Office, office

from brightline.model.errors import BadInput, BrightlineError, Conflict, Missing, Refused

pytestmark = pytest.mark.database


@pytest.fixture(scope="module")
def at(module_db: Any) -> Iterator[Office]:
    with office(module_db) as made:
        made.world.person("lin", ("labour", "analyst"))
        yield made


@pytest.fixture(scope="module")
def civil(at: Office) -> str:
    return active(at, "labour")


def refused(code: str, act: Any, *given: Any, **params: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        act(*given, **params)
    assert caught.value.code == code, caught.value
    assert caught.value.hint
    return caught.value


# ------------------------------------------------------------------------------------------ the plan


def test_rule_30_a_criminal_instrument_for_a_civil_primary_objective_is_refused(at: Office) -> None:
    for tool in ("search warrant", "arrest warrant"):
        aim = {"text": "Meet everybody who works there.", "instrument": tool, "authority": LAW["labour"]}
        said = refused("instrument", planned, at, "labour", objectives=[aim])
        assert "Perez Cruz v. Barr, 926 F.3d 1128" in said.hint
    assert at.do("cleo", "labour/agent", "operation_list")["total"] == 0


def test_rule_30_nor_does_it_serve_a_civil_objective_of_second_rank(at: Office) -> None:
    aims = [
        *plan()["objectives"],
        {"text": "And meet the others.", "instrument": "search warrant", "authority": LAW["labour"]},
    ]
    refused("instrument", planned, at, objectives=aims)


def test_rule_30_stands_in_the_table(at: Office) -> None:
    planned(at)
    with pytest.raises(psycopg.errors.CheckViolation):
        at.world.db.execute("UPDATE operations.objective SET regime = 'civil'")


def test_rule_30_a_civil_purpose_behind_a_warrant_is_flagged(at: Office) -> None:
    """The letter kept, the numbers not: more people are expected under civil law than under the warrant's."""
    made = at.do(
        "ana",
        "fraud/agent",
        "operation_plan",
        **plan(
            expected=[
                {"regime": "criminal", "category": "suspect", "people": 1},
                {"regime": "civil", "category": "other", "people": 40},
            ]
        ),
    )
    assert "civil_majority" in made["flags"]


def test_rule_31_a_process_outside_its_statute_is_refused(at: Office) -> None:
    at.world.authority("papers-act", "civil")
    at.world.db.execute("UPDATE line.authority SET processes = '{summons}' WHERE code = 'papers-act'")
    aim = {"text": "See the wage books.", "instrument": "administrative warrant", "authority": "papers-act"}
    refused("process", planned, at, "labour", objectives=[aim])


def test_a_plan_has_four_eyes_and_legal_review(at: Office) -> None:
    number = at.do("sam", "fraud/supervisor", "operation_plan", **plan())["operation"]
    with pytest.raises(Conflict):
        at.do("sue", "fraud/supervisor", "operation_approve", operation=number)
    at.do("sam", "fraud/supervisor", "operation_submit", operation=number)
    with pytest.raises(Conflict):
        at.do("sue", "fraud/supervisor", "operation_approve", operation=number)
    with pytest.raises(Conflict):
        at.do("sam", "fraud/supervisor", "operation_submit", operation=number)
    with pytest.raises(BadInput):
        at.do("lou", "legal/approver", "operation_approve", operation=number)
    at.do("lou", "legal/approver", "operation_approve", operation=number, reason=WHY)
    refused("four_eyes", at.do, "sam", "fraud/supervisor", "operation_approve", operation=number)
    assert at.do("sue", "fraud/supervisor", "operation_approve", operation=number)["state"] == "approved"


def test_returned_and_sent_again(at: Office) -> None:
    number = planned(at)
    at.do("ana", "fraud/agent", "operation_submit", operation=number)
    why = {"operation": number, "reason": "Name the court of the warrant, and the judge who signed it."}
    refused("capacity", at.do, "sam", "fraud/supervisor", "operation_return", **why)
    at.do("lou", "legal/approver", "operation_return", **why)
    assert at.do("ana", "fraud/agent", "operation_submit", operation=number)["state"] == "legal_review"


def test_rule_48_over_budget_is_booked_and_flagged(at: Office) -> None:
    number = active(at)
    book = {"operation": number, "what": "Overtime", "regime": "criminal"}
    assert at.do("ana", "fraud/agent", "operation_cost_add", amount=600, **book)["over_budget"] is False
    assert at.do("ana", "fraud/agent", "operation_cost_add", amount=600.5, **book)["over_budget"] is True
    drift = at.do("ana", "fraud/agent", "operation_cost_add", operation=number, what="Bus", amount=5, regime="civil")
    assert drift["over_budget"] is True, "there is no budget for civil work in this operation"
    assert "over_budget" in at.do("ana", "fraud/agent", "operation_show", operation=number)["flags"]


def test_planned_is_held_against_what_happened(at: Office) -> None:
    number = active(at)
    met(at, number)
    met(at, number, selection="collateral", basis="facts", warrant=None, facts=FACTS, person={"name": "Una Wick"})
    met(at, number, outcome="questioned", person={"name": "Noll Fen"}, selection="collateral")
    [one] = at.do("ana", "fraud/agent", "operation_show", operation=number)["figures"]
    assert (one["regime"], one["planned"], one["targeted"], one["collateral"], one["ratio"]) == (
        "criminal",
        4,
        1,
        1,
        0.5,
    )
    at.do(
        "ana",
        "fraud/agent",
        "operation_close",
        operation=number,
        summary="Two people were arrested; the second set of books was found.",
    )
    with pytest.raises(Conflict):
        met(at, number)
    words = "Half of those expected were met, since the yard had closed at noon."
    reviewed = at.do("sue", "fraud/supervisor", "operation_review", operation=number, findings=words)
    assert reviewed["state"] == "reviewed"


# ------------------------------------------------------------------------------------------- rule 42


@pytest.mark.parametrize(
    "field", ["selection", "authority", "basis", "outcome", "time", "place", "person", "operation"]
)
def test_rule_42_an_arrest_without_a_mandatory_field_isnt_saved(at: Office, civil: str, field: str) -> None:
    before = at.do("cleo", "labour/agent", "operation_show", operation=civil)["encounters"]
    with pytest.raises(BrightlineError):
        met(at, civil, "labour", **{field: None})
    assert at.do("cleo", "labour/agent", "operation_show", operation=civil)["encounters"] == before


def test_rule_42_a_rulebook_asks_for_more_and_never_for_less(at: Office, civil: str) -> None:
    before = at.world.db.execute("SELECT rulebook FROM line.state").fetchone()
    assert before is not None
    fields = "UPDATE line.state SET rulebook = jsonb_set(rulebook, '{mandatory,encounter}', '[\"looked\"]')"
    try:
        at.world.db.execute(fields)
        with pytest.raises(BadInput, match="looked"):
            met(at, civil, "labour", person={"name": "Nobody Looked"}, looked=None)
        with pytest.raises(BadInput, match="place"):
            met(at, civil, "labour", person={"name": "No Place"}, looked="Papers seen.", place=None)
    finally:
        at.world.db.execute("UPDATE line.state SET rulebook = %s", (Jsonb(before[0]),))


def test_rule_42_a_collateral_civil_arrest_needs_facts_of_its_own(at: Office, civil: str) -> None:
    beside = {"selection": "collateral", "person": {"name": "Ira Moss"}}
    refused("collateral", met, at, civil, "labour", **beside)
    refused("facts", met, at, civil, "labour", **beside, basis="facts", warrant=None, facts="Was there.")
    own = "Told the inspector that he was paid in cash at this table each Friday since June."
    met(at, civil, "labour", **beside, basis="facts", warrant=None, facts=own)
    copied = {**beside, "person": {"name": "Ada Moss"}, "basis": "facts", "warrant": None}
    refused("facts", met, at, civil, "labour", **copied, facts=own.upper() + "!")
    refused("facts", met, at, civil, "labour", **copied, facts=own.replace("June", "July"))


def test_rule_42_stands_in_the_tables_and_no_role_can_switch_it_off(at: Office, civil: str) -> None:
    met(at, civil, "labour", person={"name": "Table Person"})
    db = at.world.db
    for change in (
        "selection = NULL",
        "selection = 'other'",
        "authority = ''",
        "basis = NULL",
        "officer = NULL",
        "place = ''",
        "time = NULL",
        "operation = NULL",
        "basis = 'facts', facts = 'short'",
        "selection = 'collateral'",
        "status_evidence = '[]'",
    ):
        with pytest.raises((psycopg.errors.CheckViolation, psycopg.errors.NotNullViolation)):
            db.execute(f"UPDATE operations.encounter SET {change} WHERE selection = 'targeted' AND regime = 'civil'")
    for role in ("brightline_app", "brightline_worker", "brightline_policy"):
        with at.database.connect(role) as conn:
            for statement in (
                "ALTER TABLE operations.encounter DROP CONSTRAINT collateral_facts",
                "ALTER TABLE operations.encounter DISABLE TRIGGER locked",
                "UPDATE operations.encounter SET selection = 'targeted'",
            ):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    conn.execute(statement)


def test_rule_42_nobody_is_targeted_beside_the_plan(at: Office) -> None:
    number = active(at)
    refused("authority", met, at, number, authority=LAW["labour"])


def test_rule_42_an_encounter_is_never_changed(at: Office) -> None:
    granted = at.world.db.execute(
        "SELECT privilege_type FROM information_schema.role_table_grants WHERE grantee = 'brightline_writer'"
        " AND table_schema = 'operations' AND table_name = 'encounter' ORDER BY 1"
    ).fetchall()
    assert granted == [("INSERT",), ("SELECT",)]


def test_rule_29_a_civil_arrest_needs_two_sources_or_a_person(at: Office, civil: str) -> None:
    who = {"person": {"name": "Edda Rook"}}
    refused("sources", met, at, civil, "labour", **who, status_evidence=[])
    refused("sources", met, at, civil, "labour", **who, status_evidence=[SOURCES[0], SOURCES[0]])
    refused(
        "sources", met, at, civil, "labour", **who, status_evidence=[SOURCES[0], {**SOURCES[1], "reliability": "E"}]
    )
    refused(
        "sources",
        met,
        at,
        civil,
        "labour",
        **who,
        status_evidence=[],
        looked="Compared the passport with the register.",
    )
    met(
        at,
        civil,
        "labour",
        **who,
        status_evidence=[SOURCES[0]],
        looked="Compared the passport with the permit register.",
    )


# ------------------------------------------------------------------------------------------- rule 28


def test_rule_28_a_claim_locks_civil_action_until_two_people_clear_it(at: Office, civil: str) -> None:
    claim = [{"kind": "birth", "text": "Says she was born in Port Saltmere; a birth certificate lies at home."}]
    who = {"name": "Tilda Brand"}
    refused("hold", met, at, civil, "labour", person=who, indicia=claim)
    first = met(at, civil, "labour", person=who, indicia=claim, outcome="questioned")
    refused("hold", met, at, civil, "labour", person=first["person"])
    refused("hold", met, at, civil, "labour", person={"name": " tilda  BRAND"})
    with pytest.raises(psycopg.errors.Error) as caught:
        at.world.db.execute(
            "INSERT INTO operations.custody_stay (id, operation, person, facility, authority, regime, book_in, account)"
            " SELECT gen_random_uuid(), h.operation, h.person, 'Cell', 'x', 'civil', now(), h.opener"
            " FROM operations.hold h LIMIT 1"
        )
    assert caught.value.sqlstate == "BL003"
    why = {
        "hold": first["hold"],
        "finding": "not supported",
        "reason": "The register of births of Port Saltmere has no such entry.",
    }
    refused("four_eyes", at.do, "cleo", "labour/agent", "hold_clear", **why)
    assert at.do("lin", "labour/analyst", "hold_clear", **why)["state"] == "one of two"
    refused("four_eyes", at.do, "lin", "labour/analyst", "hold_clear", **why)
    refused("hold", met, at, civil, "labour", person=first["person"])
    with pytest.raises(BadInput, match="reason"):
        at.do("vic", "labour/supervisor", "hold_clear", **why)
    own = {**why, "reason": "Rang the parish of Saltmere; its book of 1988 names no Brand at all."}
    cleared = at.do("vic", "labour/supervisor", "hold_clear", **own)
    assert (cleared["state"], cleared["status"]) == ("cleared", "not supported")
    assert met(at, civil, "labour", person=first["person"])["outcome"] == "arrested"
    with pytest.raises(Conflict):
        at.do("max", "labour/agent", "hold_clear", **why)


def test_rule_28_a_claim_that_holds_locks_for_good(at: Office, civil: str) -> None:
    first = met(at, civil, "labour", person={"name": "Odo Pine"}, indicia=[{"kind": "passport"}], outcome="released")
    found = at.do(
        "lin",
        "labour/analyst",
        "hold_clear",
        hold=first["hold"],
        finding="citizen",
        reason="The passport was compared with the register of the consulate.",
    )
    assert (found["state"], found["status"]) == ("confirmed", "citizen")
    refused("hold", met, at, civil, "labour", person=first["person"])


# ------------------------------------------------------------------------- victims, custody


def test_victims_and_witnesses_live_apart(at: Office, civil: str) -> None:
    before = at.do("cleo", "labour/agent", "operation_show", operation=civil)
    refused("category", met, at, civil, "labour", person={"name": "Wren Low", "category": "victim"})
    said = at.do(
        "cleo", "labour/agent", "encounter_add", operation=civil, person={"name": "Wren Low", "category": "victim"}
    )
    after = at.do("cleo", "labour/agent", "operation_show", operation=civil)
    assert after["figures"] == before["figures"]
    assert after["encounters"] == before["encounters"]
    assert "Wren Low" not in str(after)
    assert said["protected"] in str(after["protected"])
    [named] = [
        v
        for v in at.do("cleo", "labour/agent", "operation_protected", operation=civil)["protected"]
        if v["code"] == said["protected"]
    ]
    assert named["name"] == "Wren Low"


def test_one_person_is_in_one_place(at: Office, civil: str) -> None:
    who = met(at, civil, "labour", person={"name": "Jory Salt"}, time=ago(300))["person"]
    add = lambda **more: at.do("cleo", "labour/agent", "custody_add", person=who, **more)  # noqa: E731
    with pytest.raises(Conflict):
        add(event="release", time=ago(200), reason="bond")
    add(event="book_in", time=ago(200), facility="Harbour House")
    with pytest.raises(Conflict):
        add(event="book_in", time=ago(100), facility="Fort Amory")
    with pytest.raises(psycopg.errors.ExclusionViolation):
        at.world.db.execute(
            "INSERT INTO operations.custody_stay (id, operation, person, facility, authority, regime, book_in, account)"
            " SELECT gen_random_uuid(), operation, person, 'Cell', authority, regime, now(), account"
            " FROM operations.custody_stay LIMIT 1"
        )
    moved = add(event="transfer", time=ago(90), facility="Fort Amory")
    assert moved["facility"] == "Fort Amory"
    with pytest.raises(BadInput):
        add(event="release", time=ago(95), reason="bond")
    assert add(event="release", time=ago(20), reason="bond")["release_reason"] == "bond"
    with pytest.raises(Conflict):
        add(event="book_in", time=ago(60), facility="Harbour House")
    stays = [
        s for s in at.do("cleo", "labour/agent", "operation_show", operation=civil)["custody"] if s["person"] == who
    ]
    assert [(s["facility"], s["release_reason"]) for s in stays] == [
        ("Harbour House", "transfer"),
        ("Fort Amory", "bond"),
    ]


def test_nobody_is_booked_in_without_an_arrest(at: Office, civil: str) -> None:
    who = met(at, civil, "labour", person={"name": "Merle Oak"}, outcome="questioned")["person"]
    refused(
        "arrest",
        at.do,
        "cleo",
        "labour/agent",
        "custody_add",
        person=who,
        event="book_in",
        time=ago(1),
        facility="Harbour House",
    )
    with pytest.raises(Missing):
        at.do(
            "cleo",
            "labour/agent",
            "custody_add",
            person="P-00000000",
            event="book_in",
            time=ago(1),
            facility="Harbour House",
        )
