"""Rules 42 and 47: versions of policy, approved by another than the author, in a public log, with notice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb
from tests.office import Office, office

from brightline.line import rulebook
from brightline.line.proof import seeing
from brightline.model.errors import BadInput, BrightlineError, Conflict, Missing, Refused
from brightline.policy import commands, doors, model, queries
from brightline.store import install

pytestmark = pytest.mark.database

ADMIN = ("ada", "records/admin")
APPROVER = ("lou", "legal/approver")
OVERSEER = ("ines", "inspectorate/overseer")
WHY = "The regional court asks for it in its letter of May."


@pytest.fixture
def at(db: Any) -> Iterator[Office]:
    with office(db) as made:
        yield made


def propose(at: Office, yaml: str, *, effective: str | None = None, who: tuple[str, str] = ADMIN) -> dict[str, Any]:
    made: dict[str, Any] = commands.propose(at.gate, at.call(*who), yaml=yaml, reason=WHY, effective=effective).result
    return made


def approve(at: Office, version: int, who: tuple[str, str] = APPROVER) -> dict[str, Any]:
    made: dict[str, Any] = commands.approve(at.gate, at.call(*who), version, reason=WHY).result
    return made


def in_force(at: Office) -> dict[str, Any]:
    found: dict[str, Any] = queries.show(at.gate, at.call(*APPROVER)).result
    return found


def later(**time: float) -> str:
    return (datetime.now(UTC) + timedelta(**time)).isoformat()


def pass_days(at: Office, version: int) -> None:
    """The version's day has come."""
    at.world.db.execute("UPDATE line.rulebook_version SET effective = now() WHERE version = %s", (version,))


def test_the_first_version_is_the_shipped_book(at: Office) -> None:
    found = in_force(at)
    assert (found["version"], found["state"], found["author_title"]) == (1, "in_force", "Installation")
    assert found["book"] == rulebook.shipped()
    assert "18-usc-1956" in found["registered"]["authorities"]


def test_a_stricter_version_holds_once_another_has_approved_it(at: Office) -> None:
    version = propose(at, "inquiry: {shortest_reason: 60}")["version"]
    assert in_force(at)["version"] == 1
    approve(at, version)
    found = in_force(at)
    assert (found["version"], found["state"], found["decided_by"]) == (version, "in_force", "lou")
    with pytest.raises(Refused) as caught:
        at.gate.run(
            at.call("ana", "C-2026-0001"), "inquiry_open", {"reason": "Invoice 4711 was paid twice to one firm."}
        )
    assert "at least 60" in caught.value.detail


def test_rule_47_nobody_approves_their_own_rulebook(at: Office) -> None:
    at.world.grant("lou", "records", "admin")
    version = propose(at, "bulk_threshold: 20", who=("lou", "records/admin"))["version"]
    with pytest.raises(Refused) as caught:
        approve(at, version)
    assert caught.value.code == "four_eyes"
    with pytest.raises(psycopg.errors.CheckViolation):
        at.world.db.execute(
            "UPDATE line.rulebook_version SET state = 'approved', decided_by = author WHERE version = %s", (version,)
        )


def test_rule_47_weakening_a_guard_creates_the_notice_before_it_holds(at: Office) -> None:
    made = propose(at, "bulk_threshold: 500\ninquiry: {acts: 100}")
    notices = queries.notices(at.gate, at.call(*OVERSEER)).result["items"]
    assert [n["version"] for n in notices] == [made["version"]]
    assert [c["key"] for c in notices[0]["changes"]] == ["bulk_threshold"]
    assert datetime.fromisoformat(notices[0]["effective"]) >= datetime.now(UTC) + timedelta(days=7)
    approve(at, made["version"])
    assert in_force(at)["version"] == 1
    seen = commands.see(at.gate, at.call(*OVERSEER), made["version"], remark="Asked the chair.").result
    assert seen["seen"][0]["remark"] == "Asked the chair."
    pass_days(at, made["version"])
    assert in_force(at)["version"] == made["version"]
    assert at.world.db.execute("SELECT line.rule_int('bulk_threshold')").fetchone() == (500,)


def test_rule_47_a_stricter_version_needs_no_notice(at: Office) -> None:
    propose(at, "bulk_threshold: 10")
    assert queries.notices(at.gate, at.call(*OVERSEER)).result["items"] == []


def test_rule_47_a_weaker_guard_without_notice_is_refused(at: Office) -> None:
    with pytest.raises(BadInput, match="7 days' notice"):
        propose(at, "bulk_threshold: 500", effective=later(days=2))
    assert in_force(at)["version"] == 1


def test_rule_47_a_book_cant_shorten_the_notice_of_its_own_weakening(at: Office) -> None:
    with pytest.raises(BadInput, match="7 days' notice"):
        propose(at, "bulk_threshold: 500\nnotice: {weakening_days: 1}", effective=later(days=2))


def test_rule_47_the_database_refuses_a_judgement_that_leaves_out_the_notice(at: Office) -> None:
    made = at.do(*ADMIN, "rulebook_propose", book={"version": 9}, yaml="", reason=WHY)
    told = {"holds": True, "changes": [{"key": "x", "weakens": True}], "proof": [], "effective": later(days=1)}
    with at.database.connect("brightline_policy") as conn, pytest.raises(psycopg.errors.RaiseException):
        conn.execute("SELECT line.policy_judged(%s, %s, %s)", (made["version"], made["hash"], Jsonb(told)))


def test_a_version_that_nobody_judged_cant_be_approved(at: Office) -> None:
    made = at.do(*ADMIN, "rulebook_propose", book=rulebook.shipped() | {"bulk_threshold": 1}, yaml="", reason=WHY)
    with pytest.raises(Conflict):
        approve(at, made["version"])
    with at.database.connect("brightline_app") as conn, pytest.raises(psycopg.errors.InsufficientPrivilege):
        conn.execute("SELECT line.policy_judged(%s, %s, '{}')", (made["version"], made["hash"]))


def test_a_judgement_that_fails_leaves_a_version_that_says_so_and_is_judged_again(at: Office) -> None:
    """The database goes away before the judgement: the same text again takes the version up, no second is made."""
    away = "ALTER FUNCTION line.policy_judged(integer, text, jsonb) RENAME TO policy_judged_away"
    at.world.db.execute(away)
    with pytest.raises(BrightlineError) as caught:
        propose(at, "bulk_threshold: 500")
    assert caught.value.code == "unjudged"
    assert "Version 2" in caught.value.detail
    assert "Propose the same text again" in caught.value.hint
    left = queries.versions(at.gate, at.call(*ADMIN)).result["items"][0]
    assert (left["version"], left["state"], left["may"]) == (2, "unchecked", ["withdraw"])
    with pytest.raises(Conflict) as early:
        approve(at, 2)
    assert early.value.code == "unjudged"
    at.world.db.execute("ALTER FUNCTION line.policy_judged_away(integer, text, jsonb) RENAME TO policy_judged")
    made = propose(at, "bulk_threshold: 500")
    assert (made["version"], made["state"], [c["key"] for c in made["difference"]]) == (
        2,
        "proposed",
        ["bulk_threshold"],
    )
    assert [n["version"] for n in queries.notices(at.gate, at.call(*OVERSEER)).result["items"]] == [2]
    assert propose(at, "bulk_threshold: 500")["version"] == 3


def test_a_version_that_was_withdrawn_while_it_was_judged_is_not_told_as_proposed(at: Office) -> None:
    def judge(facts: Any, doors: Any) -> model.Judgement:
        commands.withdraw(at.gate, at.call(*ADMIN), facts["version"], reason=WHY)
        return model.judge(facts, doors)

    made = at.do(*ADMIN, "rulebook_propose", book=rulebook.shipped() | {"bulk_threshold": 1}, yaml="", reason=WHY)
    with pytest.raises(Conflict, match="meanwhile"):
        at.gate.judge(made["version"], lambda facts: judge(facts, doors.installed()).document())


def test_a_broken_rulebook_is_refused_and_on_record(at: Office) -> None:
    with pytest.raises(BadInput, match=r"(?s)victim.*civil.*categories\.victim") as caught:
        propose(at, "categories: {victim: [criminal, civil]}")
    assert caught.value.code == "broken_rulebook"
    listed = queries.versions(at.gate, at.call(*OVERSEER)).result["items"]
    assert listed[0]["state"] == "broken"
    with pytest.raises(Conflict):
        approve(at, listed[0]["version"])


def test_rule_42_policy_changes_are_in_a_log_that_everybody_reads(at: Office) -> None:
    version = propose(at, "bulk_threshold: 10")["version"]
    approve(at, version)
    listed = queries.versions(at.gate, at.call("ana", "fraud/agent")).result["items"]
    assert [(v["version"], v["state"], v["author"], v["decided_by"]) for v in listed] == [
        (2, "in_force", "ada", "lou"),
        (1, "past", None, None),
    ]
    shown = queries.show(at.gate, at.call("ana", "fraud/agent"), version).result
    assert [c["key"] for c in shown["difference"]] == ["bulk_threshold"]
    assert all(one["holds"] for one in shown["proof"])


def test_a_past_effective_time_is_refused(at: Office) -> None:
    with pytest.raises(BadInput, match="lies in the past"):
        propose(at, "bulk_threshold: 10", effective=later(days=-1))


def test_the_same_book_again_is_nothing(at: Office) -> None:
    with pytest.raises(Conflict) as caught:
        propose(at, "bulk_threshold: 50")
    assert caught.value.code == "same"


def test_a_version_written_on_an_older_one_has_to_be_proposed_again(at: Office) -> None:
    first, second = propose(at, "bulk_threshold: 10")["version"], propose(at, "bulk_threshold: 12")["version"]
    approve(at, first)
    with pytest.raises(Conflict) as caught:
        approve(at, second)
    assert caught.value.code in ("base", "waits")


def test_an_approved_version_can_be_withdrawn_before_its_day(at: Office) -> None:
    version = propose(at, "bulk_threshold: 500")["version"]
    approve(at, version)
    assert commands.withdraw(at.gate, at.call(*ADMIN), version, reason=WHY).result["state"] == "withdrawn"
    pass_days(at, version)
    assert in_force(at)["version"] == 1


def test_an_upgrade_brings_keys_and_withdraws_what_was_written_without_them(at: Office) -> None:
    version = propose(at, "bulk_threshold: 500")["version"]
    approve(at, version)
    with at.database.admin as conn:
        lacking = "UPDATE line.state SET rulebook = (rulebook - 'pointers') || '{\"bulk_threshold\": 7}'"
        conn.execute(lacking)
        assert install.set_rulebook(conn, Path("/nowhere/rulebook.yml"))
        assert not install.set_rulebook(conn, Path("/nowhere/rulebook.yml"))
    found = in_force(at)
    assert (found["book"]["bulk_threshold"], found["book"]["pointers"]) == (7, {"highest_tier": 3})
    waited = queries.show(at.gate, at.call(*APPROVER), version).result
    assert (waited["state"], waited["decision"]) == (
        "withdrawn",
        f"Version {found['version']} brought keys that this one lacks; propose it again.",
    )


def test_only_administrators_propose_and_only_approvers_decide(at: Office) -> None:
    version = propose(at, "bulk_threshold: 10")["version"]
    for who in (ADMIN, OVERSEER, ("ana", "fraud/agent")):
        with pytest.raises(Refused):
            approve(at, version, who)
    with pytest.raises(Refused):
        propose(at, "bulk_threshold: 9", who=APPROVER)
    with pytest.raises(Missing):
        approve(at, 99)


def test_authorities_agreements_and_units_come_into_force_with_the_book(at: Office) -> None:
    yaml = """
authorities: {21-usc-841: {title: Controlled substances, regime: criminal, statute: 21 USC 841, processes: [warrant]}}
units: {narcotics: {title: Narcotics, parent: fraud, regime: criminal}}
agreements: {AG-new: {source: wages, regimes: [criminal], units: [narcotics], expires: 2099-01-01, pointer_tier: 1}}
"""
    version = propose(at, yaml)["version"]
    approve(at, version)
    assert at.world.db.execute("SELECT count(*) FROM line.authority WHERE code = '21-usc-841'").fetchone() == (0,)
    pass_days(at, version)
    in_force(at)
    assert at.world.db.execute("SELECT parent FROM line.unit WHERE name = 'narcotics'").fetchone() == ("fraud",)
    assert at.world.db.execute("SELECT units FROM line.agreement WHERE id = 'AG-new'").fetchone() == (["narcotics"],)
    second = propose(at, "")["version"]
    approve(at, second)
    pass_days(at, second)
    in_force(at)
    assert at.world.db.execute("SELECT state FROM line.agreement WHERE id = 'AG-new'").fetchone() == ("ended",)


@pytest.mark.parametrize(
    ("yaml", "said"),
    [
        ("agreements: {A: {source: nowhere, regimes: [civil], expires: 2099-01-01}}", "no source here"),
        ("agreements: {AG-bank: {source: wages, regimes: [civil], expires: 2099-01-01}}", "another source's"),
        ("agreements: {A: {source: wages, regimes: [civil], units: [moon], expires: 2099-01-01}}", "no unit"),
        ("units: {fraud: {title: F, parent: labour}, labour: {title: L, parent: fraud}}", "circle"),
    ],
)
def test_what_only_the_database_knows_is_checked_as_well(at: Office, yaml: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        propose(at, yaml)


def test_a_role_works_only_where_the_rulebook_says(at: Office) -> None:
    version = propose(at, "roles: {approver: [desk], agent: [desk]}")["version"]
    approve(at, version)
    in_force(at)
    with pytest.raises(Refused):
        at.do("ana", "C-2026-0001", "search_find", query="bright")


def test_who_decides_can_be_narrowed(at: Office) -> None:
    version = propose(at, "chains: {purge: {decides: [approver]}}")["version"]
    approve(at, version)
    in_force(at)
    with pytest.raises(Refused) as caught:
        at.do("sam", "fraud/supervisor", "retention_reject", purge="P-2026-000001", reason=WHY)
    assert caught.value.code == "refused"


def test_the_proof_starts_from_the_steps_of_a_crossing(at: Office) -> None:
    rows = at.world.db.execute("SELECT state, act, becomes FROM line.crossing_move").fetchall()
    assert {(state, act): becomes for state, act, becomes in rows} == dict(seeing.STEPS)
