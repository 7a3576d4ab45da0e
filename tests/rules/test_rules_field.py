"""What is odd in the field is flagged and seen; corrections are further entries; nobody is in custody twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from tests.fieldwork import FACTS, LAW, SOURCES, active, ago, met, plan
from tests.office import Office, office

from brightline.model.errors import BadInput, BrightlineError, Conflict, Refused
from brightline.operations import commands

pytestmark = pytest.mark.database
LOOKED = "Compared the passport shown with the permit register of the port."
WRONG = "The name was taken from another form; the papers seen later say otherwise."


@pytest.fixture(scope="module")
def at(module_db: Any) -> Iterator[Office]:
    with office(module_db) as made:
        made.world.person("lin", ("labour", "analyst"))
        made.world.person("gone", ("fraud", "agent"))
        made.take("gone", "agent")
        yield made


@pytest.fixture
def civil(at: Office) -> str:
    return active(at, "labour", expected=[{"category": "other", "people": 40}])


def refused(code: str, act: Any, *given: Any, **params: Any) -> BrightlineError:
    with pytest.raises((Refused, Conflict)) as caught:
        act(*given, **params)
    assert caught.value.code == code, caught.value
    assert caught.value.hint
    return caught.value


def show(at: Office, number: str, unit: str = "labour", who: str = "cleo") -> dict[str, Any]:
    found: dict[str, Any] = at.do(who, f"{unit}/agent", "operation_show", operation=number)
    return found


def heard(at: Office, who: str) -> list[str]:
    rows = at.world.db.execute(
        "SELECT n.what FROM line.account_notice n JOIN line.account a ON a.id = n.account WHERE a.name = %s", (who,)
    ).fetchall()
    return [what for (what,) in rows]


def marks(at: Office, number: str) -> set[str]:
    rows = at.world.db.execute("SELECT flag FROM oversight.marked WHERE of = %s", (number,)).fetchall()
    return {flag for (flag,) in rows}


# ------------------------------------------------------------------------------- what an arrest rests on


def test_rule_29_a_civil_arrest_without_evidence_of_status_is_refused(at: Office, civil: str) -> None:
    who = {"person": {"name": "Edda Rook"}}
    for looked in (None, "x" * 40, LOOKED):
        refused("sources", met, at, civil, "labour", **who, status_evidence=[], looked=looked)
    refused("looked", met, at, civil, "labour", **who, status_evidence=[SOURCES[0]], looked="x" * 24)
    refused("looked", met, at, civil, "labour", **who, status_evidence=[SOURCES[0]], looked="seen seen seen seen seen")
    met(at, civil, "labour", **who, status_evidence=[SOURCES[0]], looked=LOOKED)


@pytest.mark.parametrize(
    "second",
    ["Permit Register (EARM)", "permit  register 2", "the permit register", "Register, permit", "PERMIT-REGISTER"],
)
def test_rule_29_one_source_under_two_names_is_one(at: Office, civil: str, second: str) -> None:
    told = [SOURCES[0], {**SOURCES[0], "source": second, "reliability": "B"}]
    refused("sources", met, at, civil, "labour", person={"name": "Edda Rook"}, status_evidence=told)
    done = met(at, civil, "labour", person={"name": "Edda Finch"}, status_evidence=told, looked=LOOKED)
    assert "sources_alike" in done["flags"]


def test_rule_29_stands_in_the_table(at: Office, civil: str) -> None:
    met(at, civil, "labour", person={"name": "Table Person"})
    with pytest.raises(psycopg.errors.Error) as caught:
        at.world.db.execute(
            "INSERT INTO operations.encounter (id, operation, person, time, place, officer, selection, authority,"
            " regime, basis, warrant, outcome, status_evidence, looked, account, entry)"
            " SELECT gen_random_uuid(), operation, person, time, place, officer, selection, authority, regime,"
            " basis, warrant, outcome, '[]', repeat('x', 40), account, entry"
            " FROM operations.encounter WHERE regime = 'civil' AND outcome = 'arrested' LIMIT 1"
        )
    assert caught.value.sqlstate == "BL003"


# ----------------------------------------------------------------------------------- flagged, stored, seen


def test_what_lies_outside_the_plan_is_flagged_and_reaches_overseers(at: Office) -> None:
    number = active(at)
    assert met(at, number)["flags"] == []
    year_ago = "2025-10-01T08:00:00Z"
    assert met(at, number, person={"name": "Ada One"}, time=year_ago)["flags"] == ["before_start"]
    far = met(at, number, person={"name": "Ada Two"}, place="in another city 900 km away")
    assert far["flags"] == ["other_place"]
    child = (datetime.now(UTC) - timedelta(days=7 * 365)).date().isoformat()
    assert "minor" in met(at, number, person={"name": "Ada Three", "birth_date": child})["flags"]
    assert "other_unit" in met(at, number, person={"name": "Ada Four"}, officer="cleo")["flags"]
    shown = show(at, number, "fraud", "ana")
    assert {"outside_plan", "minor", "over_plan"} <= set(shown["flags"])
    assert shown["encounters"][0]["flags"] == ["before_start"]
    seen = at.do("ines", "inspectorate/overseer", "operation_show", operation=number)
    assert [e["flags"] for e in seen["encounters"]] == [e["flags"] for e in shown["encounters"]]
    listed = at.do("ines", "inspectorate/overseer", "oversight_exceptions", limit=200)["items"]
    mine = {one["kind"] for one in listed if one.get("operation") == number}
    assert {"outside_plan", "minor", "over_plan"} <= mine
    assert any(number in what and "outside plan" in what for what in heard(at, "ines"))


def test_more_arrests_than_planned_are_noticed(at: Office) -> None:
    number = active(at, expected=[{"category": "suspect", "people": 2}])
    names = ["Una", "Bert", "Cleve", "Dorrit"]
    flags = [met(at, number, person={"name": f"{name} Wick"})["flags"] for name in names]
    assert flags == [[], [], ["over_plan"], ["over_plan"]]
    assert marks(at, number) == {"over_plan"}


@pytest.mark.parametrize(("who", "says"), [("ines", "overseer"), ("gone", "left")])
def test_overseers_and_leavers_meet_nobody(at: Office, who: str, says: str) -> None:
    assert says in refused("officer", met, at, active(at), officer=who).detail


def test_a_birth_in_the_future_is_refused(at: Office) -> None:
    number = active(at)
    for born in ("2099-01-01", "1701-01-01"):
        with pytest.raises(BadInput, match="birth_date"):
            met(at, number, person={"name": "Nova Late", "birth_date": born})


def test_facts_with_a_few_words_changed_are_flagged(at: Office, civil: str) -> None:
    beside = {"selection": "collateral", "basis": "facts", "warrant": None}
    one = "He told the inspector of the port that he is paid 200 in cash at the table each Friday by the foreman."
    two = "She told an inspector of the port that she is paid 950 in cash at the bar every Friday by that foreman."
    own = "Carried the sacks of cement from the ferry to the yard while the inspectors counted the lorries there."
    assert met(at, civil, "labour", **beside, person={"name": "Ira Moss"}, facts=one)["flags"] == []
    assert met(at, civil, "labour", **beside, person={"name": "Ada Moss"}, facts=two)["flags"] == ["facts_alike"]
    assert met(at, civil, "labour", **beside, person={"name": "Eda Moss"}, facts=own)["flags"] == []
    assert "copied_facts" in show(at, civil)["flags"]


def test_somebody_heard_as_a_victim_isnt_arrested_on_an_officers_word(at: Office, civil: str) -> None:
    at.do("cleo", "labour/agent", "encounter_add", operation=civil, person={"name": "Wren Lowe", "category": "victim"})
    said = refused("legal_check", met, at, civil, "labour", person={"name": "LOWE, Wren"})
    assert "legal" in said.detail
    assert met(at, civil, "labour", person={"name": "Wren Lowe"}, outcome="questioned")["outcome"] == "questioned"


def test_drift_from_criminal_to_civil_is_an_exception_of_the_operation_and_its_case(at: Office) -> None:
    case = at.opened("ana")
    number = active(at, case=case)
    at.world.authority("fraud-civil", "civil")
    met(at, number, person={"name": "Warrant Person"})
    for n, name in enumerate(("Adela", "Bruno", "Corin")):
        met(
            at,
            number,
            authority="fraud-civil",
            selection="collateral",
            basis="facts",
            warrant=None,
            facts=f"{FACTS} {'abc'[n] * 3} {name} was {('cooking', 'sleeping', 'repairing nets')[n]} in room {n}."
            + ("The kitchen smelled of fish. " * 3, "Two blankets lay by the stove. " * 3, "Hemp and tar. " * 5)[n],
            person={"name": f"{name} Fen"},
        )
    assert {"drift", "collateral_majority", "over_plan"} <= marks(at, number)
    told = at.do("ines", "inspectorate/overseer", "oversight_exceptions", limit=200)["items"]
    [drift] = [one for one in told if one["kind"] == "drift" and one.get("operation") == number]
    assert drift["entries"]
    assert [one["key"] for one in told if one.get("case") == case] == [f"case:{case}:drift"]
    word = {"key": drift["key"], "note": "Spoke with the supervisor; the warrants were served first."}
    assert at.do("ines", "inspectorate/overseer", "oversight_explain", **word)["state"] == "explained"


# ---------------------------------------------------------------------------------------------- corrections


def test_a_correction_is_a_further_entry(at: Office) -> None:
    number = active(at)
    first = met(at, number, person={"name": "Basil Quarrel"})
    fix = {"corrects": first["encounter"], "correction": WRONG, "outcome": "questioned", "person": first["person"]}
    with pytest.raises(BadInput, match="correction"):
        met(at, number, **{**fix, "correction": "z" * 40})
    second = met(at, number, **fix)
    assert second["corrects"] == first["encounter"]
    shown = show(at, number, "fraud", "ana")
    assert [(e["corrected_by"], e["corrects"]) for e in shown["encounters"]] == [
        (second["encounter"], None),
        (None, first["encounter"]),
    ]
    [figure] = shown["figures"]
    assert (figure["targeted"], figure["ratio"]) == (0, 0)
    refused("corrected", met, at, number, **fix)
    at.do("ana", "fraud/agent", "operation_close", operation=number, summary="Nobody was arrested in the end.")
    third = met(at, number, **{**fix, "corrects": second["encounter"], "outcome": "cited", "time": ago(0)})
    assert "after_close" in third["flags"]
    refused("state", met, at, number, person={"name": "Somebody New"})


def test_an_arrest_that_custody_rests_on_isnt_corrected_away(at: Office) -> None:
    number = active(at)
    first = met(at, number, person={"name": "Basil Quarrel"}, time=ago(60))
    booked = book(at, first["person"], 50)
    fix = {"corrects": first["encounter"], "correction": WRONG, "outcome": "questioned", "person": first["person"]}
    refused("custody", met, at, number, **fix)
    custody(at, person=first["person"], event="void", time=ago(1), corrects=booked["code"], correction=WRONG)
    assert met(at, number, **fix)["outcome"] == "questioned"


def test_a_cost_is_corrected_by_a_further_booking(at: Office) -> None:
    number = active(at)
    book_ = {"operation": number, "what": "Boat", "regime": "criminal"}
    one = at.do("ana", "fraud/agent", "operation_cost_add", amount=600, **book_)
    for day in ("1800-01-01", "2099-01-01"):
        with pytest.raises(BadInput, match="day"):
            at.do("ana", "fraud/agent", "operation_cost_add", amount=6, day=day, **book_)
    fixed = at.do(
        "ana", "fraud/agent", "operation_cost_add", operation=number, amount=60, corrects=one["cost"], correction=WRONG
    )
    assert (fixed["spent"], fixed["corrects"]) == (60, one["cost"])
    gone = at.do(
        "ana", "fraud/agent", "operation_cost_add", operation=number, amount=0, corrects=fixed["cost"], correction=WRONG
    )
    assert gone["spent"] == 0
    costs = show(at, number, "fraud", "ana")["costs"]
    assert [c["corrected_by"] for c in costs] == [fixed["cost"], gone["cost"], None]
    with pytest.raises(Conflict):
        at.do(
            "ana",
            "fraud/agent",
            "operation_cost_add",
            operation=number,
            amount=5,
            corrects=one["cost"],
            correction=WRONG,
        )


# -------------------------------------------------------------------------------------------------- custody


def custody(at: Office, who: str = "ana", unit: str = "fraud", **event: Any) -> dict[str, Any]:
    done: dict[str, Any] = commands.custody_add(at.gate, at.call(who, f"{unit}/agent"), event).result
    return done


def book(at: Office, person: str, minutes: int, who: str = "ana", unit: str = "fraud") -> dict[str, Any]:
    return custody(at, who, unit, person=person, event="book_in", time=ago(minutes), facility="Harbour House")


BORN = {"birth_date": "1990-02-03"}


def test_one_person_is_in_custody_once_under_two_codes(at: Office) -> None:
    number, other = active(at), active(at)
    one = met(at, number, person={"name": "Cit Izen", **BORN}, time=ago(90))["person"]
    two = met(at, other, person={"name": "IZEN, Cit", **BORN}, time=ago(80))["person"]
    namesake = met(at, other, person={"name": "Cit Izen", "birth_date": "1971-01-01"}, time=ago(80))["person"]
    book(at, one, 60)
    assert number in refused("overlap", book, at, two, 50).detail
    book(at, namesake, 50)
    custody(at, person=one, event="release", time=ago(30), reason="bail")
    book(at, two, 20)


def test_one_person_is_in_custody_once_in_all_units_and_neither_learns_of_the_other(at: Office, civil: str) -> None:
    number = active(at)
    paper = {"identifiers": [{"type": "passportNumber", "value": "pa-77 88"}]}
    one = met(at, number, person={"name": "Orla Venn", **paper}, time=ago(90))["person"]
    book(at, one, 60)
    again = {"identifiers": [{"type": "passportNumber", "value": "PA7788"}]}
    two = met(at, civil, "labour", person={"name": "Aurla Fenn", **again}, time=ago(80))["person"]
    said = refused("elsewhere", book, at, two, 50, "cleo", "labour")
    assert not any(word in str(said) + said.hint for word in (number, "fraud", "criminal", "Harbour", "Venn"))
    assert any(two in what and civil in what for what in heard(at, "vic"))
    assert any("Another unit" in what and civil not in what and two not in what for what in heard(at, "sam"))
    assert "held_elsewhere" in show(at, civil)["flags"]
    with pytest.raises(psycopg.errors.ExclusionViolation):
        at.world.db.execute(
            "INSERT INTO operations.custody_stay (id, operation, person, facility, authority, regime, book_in, account)"
            " SELECT gen_random_uuid(), p.operation, p.id, 'Cell', 'x', 'criminal', now(), o.author"
            " FROM operations.person p JOIN operations.operation o ON o.id = p.operation WHERE p.name = 'Aurla Fenn'"
        )


def test_fillers_make_nobody_one_person(at: Office) -> None:
    number = active(at)
    for n, name in enumerate(("Ada", "Bea")):
        filler = {"identifiers": [{"type": "passportNumber", "value": ("UNKNOWN", "unknown")[n]}]}
        book(at, met(at, number, person={"name": f"{name} Loe", **filler}, time=ago(60))["person"], 50)


def test_nobody_is_booked_in_again_without_a_new_arrest(at: Office) -> None:
    number = active(at)
    who = met(at, number, person={"name": "Jory Salt"}, time=ago(300))["person"]
    book(at, who, 200)
    custody(at, person=who, event="release", time=ago(100), reason="bail")
    refused("arrest", book, at, who, 50)
    met(at, number, person=who, time=ago(40), warrant="W-2026-119")
    assert book(at, who, 30)["stay"]


def test_nothing_is_decided_about_somebody_never_arrested(at: Office) -> None:
    who = met(at, active(at), person={"name": "Merle Oak"}, outcome="questioned")["person"]
    refused("arrest", custody, at, person=who, event="disposition", time=ago(1), reason="Voluntary departure ordered")


def test_another_law_takes_a_person_over_by_an_act_of_its_own(at: Office) -> None:
    number = active(at)
    at.world.authority("take-over", "civil")
    who = met(at, number, person={"name": "Della Tane", **BORN}, time=ago(300))["person"]
    refused("regime", custody, at, person=who, event="book_in", time=ago(200), facility="Suite", authority="take-over")
    booked = custody(at, person=who, event="book_in", time=ago(200), facility="Suite", authority=LAW["fraud"])
    assert booked["authority"] == LAW["fraud"]
    change = {"person": who, "event": "detain", "time": ago(100), "authority": "take-over"}
    with pytest.raises(BadInput, match="basis"):
        custody(at, **change)
    change["basis"] = "Order 77 of the district office, signed by its director on Monday."
    refused("sources", custody, at, **change)
    done = custody(at, **change, status_evidence=SOURCES)
    assert (done["regime"], done["authority"], done["facility"]) == ("civil", "take-over", "Suite")
    stays = [s for s in show(at, number, "fraud", "ana")["custody"] if s["person"] == who]
    assert [(s["regime"], s["release_reason"]) for s in stays] == [
        ("criminal", "detained under take-over"),
        ("civil", None),
    ]
    assert "regime_changed" in marks(at, number)


def test_a_hold_locks_the_change_to_civil_custody(at: Office) -> None:
    number = active(at)
    at.world.authority("take-over", "civil")
    claim = [{"kind": "birth", "text": "Says she was born in Port Saltmere."}]
    who = met(at, number, person={"name": "Hetty Dorn"}, time=ago(300), indicia=claim)["person"]
    book(at, who, 200)
    change = {"person": who, "event": "detain", "time": ago(100), "authority": "take-over", "status_evidence": SOURCES}
    refused("hold", custody, at, **change, basis="Order 78 of the district office, signed on Monday.")


def test_custody_is_corrected_from_the_last_event_back(at: Office) -> None:
    number = active(at)
    who = met(at, number, person={"name": "Tobin Rex"}, time=ago(300))["person"]
    first = book(at, who, 200)
    moved = custody(at, person=who, event="transfer", time=ago(150), facility="Fort Amory")
    void = {"person": who, "event": "void", "time": ago(1), "correction": WRONG}
    refused("later", custody, at, **void, corrects=first["code"])
    right = custody(
        at, person=who, event="transfer", time=ago(140), facility="Pier 9", corrects=moved["code"], correction=WRONG
    )
    assert (right["facility"], right["corrects"]) == ("Pier 9", moved["code"])
    out = custody(at, person=who, event="release", time=ago(100), reason="bail")
    custody(at, **void, corrects=out["code"])
    shown = show(at, number, "fraud", "ana")
    standing = [(s["facility"], s["book_out"] is None) for s in shown["custody"] if not s["voided"]]
    assert standing == [("Harbour House", False), ("Pier 9", True)]
    kinds = [(e["kind"], e["corrected_by"] is not None) for e in shown["custody_events"]]
    assert kinds == [("book_in", False), ("transfer", True), ("transfer", False), ("release", True), ("void", False)]


def test_an_operation_with_people_in_custody_closes_only_handed_over(at: Office) -> None:
    number = active(at)
    who = met(at, number, person={"name": "Perrin Oak"}, time=ago(300))["person"]
    book(at, who, 200)
    end = {"operation": number, "summary": "One arrest, the books were found."}
    said = refused("held", at.do, "ana", "fraud/agent", "operation_close", **end)
    assert who in said.detail
    with pytest.raises(BadInput, match="hand_over"):
        at.do("ana", "fraud/agent", "operation_close", **end, hand_over="ines")
    closed = at.do("ana", "fraud/agent", "operation_close", **end, hand_over="bo")
    assert closed["state"] == "closed"
    assert "held_after_close" in closed["flags"]
    assert any(number in what for what in heard(at, "bo"))
    [stay] = show(at, number, "fraud", "ana")["custody"]
    assert stay["held_by"] == "bo"


# -------------------------------------------------------------------------------------------- who decides


def test_who_approved_doesnt_review_and_an_overseer_does_where_nobody_else_can(at: Office, civil: str) -> None:
    number = active(at)
    at.do("ana", "fraud/agent", "operation_close", operation=number, summary="Nobody was met at this place.")
    said = {"operation": number, "findings": "The plan was kept; nobody was met there."}
    refused("four_eyes", at.do, "sam", "fraud/supervisor", "operation_review", **said)
    refused("side", at.do, "ines", "inspectorate/overseer", "operation_review", **said)
    assert at.do("sue", "fraud/supervisor", "operation_review", **said)["state"] == "reviewed"
    at.do("cleo", "labour/agent", "operation_close", operation=civil, summary="Nobody was met at this place.")
    said = {"operation": civil, "findings": "The plan was kept; nobody was met there."}
    refused("four_eyes", at.do, "vic", "labour/supervisor", "operation_review", **said)
    assert at.do("ines", "inspectorate/overseer", "operation_show", operation=civil)["may"] == ["review"]
    assert at.do("ines", "inspectorate/overseer", "operation_review", **said)["state"] == "reviewed"


def test_its_author_takes_a_plan_back(at: Office) -> None:
    number = at.do("ana", "fraud/agent", "operation_plan", **plan())["operation"]
    at.do("ana", "fraud/agent", "operation_submit", operation=number)
    why = {"operation": number, "reason": "The site is named wrongly."}
    refused("side", at.do, "bo", "fraud/agent", "operation_withdraw", **why)
    assert at.do("ana", "fraud/agent", "operation_withdraw", **why)["state"] == "draft"
    assert at.do("ana", "fraud/agent", "operation_submit", operation=number)["state"] == "legal_review"
