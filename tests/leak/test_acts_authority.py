"""The head of an entry names the authority of the act itself: a programme's, an operation's, a crossing's basis."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb
from tests.fieldwork import ago, met, planned
from tests.leadroom import TIP, WHY, LeadRoom, lead_room, shipped, table
from tests.misusing import sequencer_of

from brightline.leads import commands
from brightline.ledger.sequencer import Sequencer
from brightline.model.errors import Refused
from brightline.oversight.definitions import registry

pytestmark = pytest.mark.database
OWN, OTHER = "18-usc-1031", "31-usc-5332"
BASIS = "Two records agree with the tip."
SEARCH = {"text": "Find the second set of books.", "instrument": "search warrant", "authority": OWN}
COURT = {
    "recipient": "District court",
    "address": "Court square 1, Saltmere",
    "recipient_kind": "court",
    "purpose": "Trial of the invoices that were paid twice in March.",
    "need_to_know": "The payee is named in the charge.",
    "right_to_know": "Courts receive files by statute.",
    "nature": "One name",
}
FACTS = "Stood at the safe with the ledger of account 4711 in hand and tried to leave by the yard."


@pytest.fixture(scope="module")
def room(module_db: Any) -> Iterator[LeadRoom]:
    with lead_room(module_db) as made:
        for code in (OWN, OTHER):
            made.at.world.authority(code, "criminal")
        text = shipped("procurement-fraud-tips", programme="own-tips", authority=OWN)
        made.at.accept(commands.programme_apply(made.at.gate, made.at.call("stu", "records/steward"), text=text).result)
        yield made


@pytest.fixture(scope="module")
def log(module_db: Any, tmp_path_factory: pytest.TempPathFactory) -> Sequencer:
    return sequencer_of(module_db.dsn("brightline_sequencer"), tmp_path_factory.mktemp("log"))


def _said(room: LeadRoom, log: Sequencer, *names: str, outcome: str = "ok") -> list[tuple[str, str]]:
    """(name, authority) of the entries with these names, oldest first."""
    log.checkpoint()
    rows = room.at.world.db.execute(
        "SELECT name, convert_from(head, 'UTF8')::jsonb ->> 'authority' FROM ledger.entry"
        " WHERE name = ANY (%s) AND outcome = %s ORDER BY index",
        (list(names), outcome),
    ).fetchall()
    return [(name, code) for name, code in rows]


def _lead(room: LeadRoom, key: str) -> str:
    """A lead of the programme whose authority isn't its desk's."""
    call, content = room.at.call("tam", "tips/vetter"), table(TIP, {"tip": key, "register_no": key, "phone": key})
    made = commands.lead_intake(room.at.gate, call, name="own-tips", file="rows.csv", content=content).result
    number: str = made["leads"][0]
    return number


def test_a_leads_acts_are_under_its_programmes_authority(room: LeadRoom, log: Sequencer) -> None:
    number = _lead(room, "4711-1")
    room.checks(number, matched=(("register", "registrationNumber"), ("contact", "phone")))
    room.viable(number)
    room.do("tess", "tips/vetter", "lead_decide", lead=number, code="confirm", reason=WHY)
    with pytest.raises(Refused):
        room.do("tam", "tips/vetter", "lead_refer", lead=number, to="nowhere", basis=BASIS)
    sent = room.refer(number)
    room.do("finn", "fraud/vetter", "referral_answer", referral=sent["referral"], act="acknowledge")
    names = ("lead_intake", "lead_check", "lead_decide", "lead_refer", "referral_answer")
    said = _said(room, log, *names)
    assert {name for name, _ in said} == set(names)
    assert {code for _, code in said} == {OWN}
    assert {code for _, code in _said(room, log, "lead_show", outcome="answer")} == {OWN}
    assert (("lead_refer", OWN)) in _said(room, log, "lead_refer", outcome="refused")


def test_the_desks_own_acts_keep_the_desks_authority(room: LeadRoom, log: Sequencer) -> None:
    room.show(_lead(room, "4711-2"))
    room.do("tam", "tips/vetter", "lead_list")
    assert _said(room, log, "lead_list")[-1] == ("lead_list", "18-usc-1956")


def test_what_a_caller_sets_and_what_a_former_call_left_count_for_nothing(room: LeadRoom, log: Sequencer) -> None:
    number = _lead(room, "4711-4")
    token = room.at.world.token("tam")
    with psycopg.connect(room.at.database.dsn("brightline_app")) as app:
        for forged in ("0" * 36 + OTHER, OTHER, "%" * 36 + OTHER, ""):
            app.execute("SELECT set_config('line.under', %s, false)", (forged,))
            app.execute("SELECT app.lead_list(%s, 'tips/vetter', NULL, '{}')", (token,))
        app.execute("SELECT app.lead_show(%s, 'tips/vetter', NULL, %s)", (token, Jsonb({"lead": number})))
        app.execute("SELECT app.lead_list(%s, 'tips/vetter', NULL, '{}')", (token,))
    assert _said(room, log, "lead_list")[-5:] == [("lead_list", "18-usc-1956")] * 5
    assert _said(room, log, "lead_show", outcome="answer")[-1] == ("lead_show", OWN)


def test_an_operations_acts_are_under_its_plans_and_an_encounter_under_its_own(room: LeadRoom, log: Sequencer) -> None:
    at = room.at
    number = planned(at, objectives=[SEARCH])
    at.do("ana", "fraud/agent", "operation_submit", operation=number)
    at.do("lou", "legal/approver", "operation_approve", operation=number, reason=WHY)
    at.do("sam", "fraud/supervisor", "operation_approve", operation=number)
    at.do("ana", "fraud/agent", "operation_activate", operation=number)
    at.do("ana", "fraud/agent", "operation_cost_add", operation=number, amount=5, what="Boat")
    plan = ("operation_plan", "operation_submit", "operation_approve", "operation_activate", "operation_cost_add")
    said = _said(room, log, *plan)
    assert {name for name, _ in said} == set(plan)
    assert {code for _, code in said} == {OWN}
    beside: dict[str, Any] = {
        "selection": "collateral",
        "basis": "facts",
        "warrant": None,
        "facts": FACTS,
        "authority": OTHER,
    }
    one = met(at, number, **beside, time=ago(60))
    stay = {"person": one["person"], "time": ago(30), "facility": "Harbour House"}
    at.do("ana", "fraud/agent", "custody_add", event="book_in", **stay)
    other: dict[str, Any] = {"person": {"name": "Ivo Q"}, "outcome": "released", "indicia": [{"kind": "birth"}]}
    beside["facts"] = "Carried boxes of the second set of books to the van behind the gate."
    claimed = met(at, number, **beside, **other)
    at.do("bo", "fraud/agent", "hold_clear", hold=claimed["hold"], finding="not supported", reason=WHY)
    said = _said(room, log, "encounter_add", "custody_add", "hold_clear")
    assert {name for name, _ in said} == {"encounter_add", "custody_add", "hold_clear"}
    assert {code for _, code in said} == {OTHER}


def test_a_crossing_is_under_the_basis_that_it_names(room: LeadRoom, log: Sequencer) -> None:
    at = room.at
    case, (id, _) = at.opened(), at.person("wages", "Crossed Over")
    number = at.request(case, id, basis=OTHER)
    at.settle()
    at.opine(number)
    at.review(number)
    at.approve(number)
    names = ("crossing_request", "crossing_opinion", "crossing_review", "crossing_approve")
    said = _said(room, log, *names)
    assert {name for name, _ in said} == set(names)
    assert {code for _, code in said} == {OTHER}
    at.do("ines", "inspectorate/overseer", "crossing_show", crossing=number)
    (looked,) = {code for _, code in _said(room, log, "crossing_show", outcome="answer")[-1:]}
    assert looked not in (OTHER, None), "an overseer looks under oversight's own authority"


def test_a_disclosure_decided_at_a_desk_is_under_its_cases_authority(room: LeadRoom, log: Sequencer) -> None:
    at = room.at
    at.world.db.execute("UPDATE line.agreement SET redistribution = 'case-by-case' WHERE source = 'register'")
    case, (id, _) = at.opened(authority=OWN), at.person("register", "Otto Discloses")
    at.do("ana", case, "case_add_items", ids=[id], role="suspect", basis="Signed the second invoice.")
    wanted = {"items": [id], "fields": ["name"], **COURT}
    made = at.gate.run(at.call("ana", case), "disclosure_prepare", wanted).result["disclosure"]
    at.do("ana", case, "disclosure_submit", disclosure=made)
    at.do("sam", "fraud/supervisor", "disclosure_decide", disclosure=made, decision="approve", reason=WHY)
    names = ("disclosure_prepare", "disclosure_submit", "disclosure_decide")
    assert _said(room, log, *names) == [(name, OWN) for name in names]


def test_figures_by_authority_count_the_acts_own(room: LeadRoom, log: Sequencer) -> None:
    _lead(room, "4711-3")
    log.checkpoint()
    wanted = registry().figures["authorities"].terms("authorities")
    told = room.do("ines", "inspectorate/overseer", "oversight_figures", figures=[wanted])
    cells = {tuple(one["cell"][:2]): one["value"] for one in told["figures"]["authorities"]}
    counted = room.at.world.db.execute(
        "SELECT count(*) FROM ledger.entry WHERE name IN ('lead_intake') AND outcome = 'ok'"
        " AND convert_from(head, 'UTF8')::jsonb ->> 'authority' = %s",
        (OWN,),
    ).fetchone()
    assert counted is not None
    assert cells[(OWN, "change")] >= counted[0] >= 1
