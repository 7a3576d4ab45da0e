"""Nobody alone changes what another regime sees, and no power outlives what it rests on."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from typing import Any
from uuid import UUID

import psycopg
import pytest
from tests.office import AGREED, Office, office

from brightline.gate import Call, Gate
from brightline.model.errors import BrightlineError, Conflict, Missing, Refused
from brightline.store.install import PACKAGE
from brightline.worker import undecided

pytestmark = pytest.mark.database
ADMIN = ("ada", "records/admin")
WHY = "Moved to another unit on Friday."


@pytest.fixture
def at(db: Any) -> Iterator[Office]:
    with office(db) as made:
        yield made


def told(at: Office, who: str) -> list[str]:
    """What an account was told."""
    rows = at.world.db.execute(
        "SELECT what FROM line.account_notice WHERE account = %s ORDER BY at",
        (at.world.accounts[who],),
    ).fetchall()
    return [row[0] for row in rows]


def works(at: Office, who: str, case: str) -> bool:
    try:
        at.do(who, case, "case_show", case=case)
    except Refused:
        return False
    return True


# ------------------------------------------------------------------ a case's members are those entitled now (F5)


def test_f5_a_member_whose_role_ended_works_in_no_case_of_the_regime(at: Office) -> None:
    case = at.opened("cleo", "labour")
    at.world.grant("cleo", "fraud", "analyst")
    assert works(at, "cleo", case)
    at.do(*ADMIN, "role_revoke", account="cleo", unit="labour", role="agent", reason=WHY)
    assert not works(at, "cleo", case)
    assert case not in {
        p["key"] for p in at.gate.run(Call(token=at.world.token("cleo")), "my_purposes").result["purposes"]
    }
    assert [what for what in told(at, "vic") if "Cleo is no lead of " + case in what]


def test_f5_a_membership_alone_opens_nothing(at: Office) -> None:
    """Whatever left the row behind: a lapse, a version before this one, a hand in the table."""
    case = at.opened("cleo", "labour")
    at.world.db.execute(
        "UPDATE line.role_grant SET due = now() - interval '1 day' WHERE account = %s", (at.world.accounts["cleo"],)
    )
    assert not works(at, "cleo", case)
    at.world.grant("cleo", "fraud", "analyst")
    assert not works(at, "cleo", case)
    members = at.world.db.execute("SELECT account FROM line.case_members_now(%s)", (at.world.cases[case],)).fetchall()
    assert at.world.accounts["cleo"] not in {row[0] for row in members}


def test_f5_another_role_of_the_regime_keeps_the_membership(at: Office) -> None:
    case = at.opened("cleo", "labour")
    at.world.grant("cleo", "labour", "analyst")
    gone = at.do(*ADMIN, "role_revoke", account="cleo", unit="labour", role="agent", reason=WHY)
    assert gone["ended_with_it"] == {"cases": 0, "orders": 0, "tokens": 0}
    assert works(at, "cleo", case)


def test_f5_a_supervisor_who_isnt_one_any_more_reads_the_case_no_longer(at: Office) -> None:
    case = at.opened("cleo", "labour", supervisor="vic")
    at.world.person("val", ("labour", "supervisor"))
    assert works(at, "vic", case)
    at.do(*ADMIN, "role_revoke", account="vic", unit="labour", role="supervisor", reason=WHY)
    at.world.grant("vic", "labour", "agent")
    assert not works(at, "vic", case)
    row = at.world.db.execute(
        "SELECT r.supervisor, f.supervisor FROM line.case_ref r JOIN cases.case_file f ON f.id = r.case_id"
        " WHERE f.number = %s",
        (case,),
    ).fetchone()
    assert row == (None, None)
    assert [what for what in told(at, "cleo") if "no supervisor of " + case in what]


def test_f5_standing_orders_and_tokens_end_with_the_role_they_rest_on(at: Office) -> None:
    case = at.opened("cleo", "labour")
    account, purpose = at.world.accounts["cleo"], at.world.purposes[case]
    at.world.db.execute(
        "INSERT INTO line.standing_order (account, purpose, acts, expires)"
        " VALUES (%s, %s, '{watch_evaluate}', now() + interval '9 days')",
        (account, purpose),
    )
    at.world.db.execute(
        "INSERT INTO line.service_token (token_hash, account, title, acts, purpose, expires)"
        " VALUES (sha256('x'), %s, 'Nightly', '{case_show}', %s, now() + interval '9 days')",
        (account, purpose),
    )
    gone = at.do(*ADMIN, "role_revoke", account="cleo", unit="labour", role="agent", reason=WHY)
    # And the world's own case, and the order to read what the draft held.
    assert gone["ended_with_it"] == {"cases": 2, "orders": 2, "tokens": 1}


def test_f5_a_role_that_isnt_confirmed_takes_its_memberships_along(at: Office) -> None:
    case = at.opened("cleo", "labour")
    said = {"account": "cleo", "unit": "labour", "role": "agent", "keep": False, "reason": WHY}
    at.do("vic", "labour/supervisor", "role_confirm", **said)
    assert not works(at, "cleo", case)
    row = at.world.db.execute(
        "SELECT count(*) FROM line.case_member WHERE account = %s AND valid_to IS NULL", (at.world.accounts["cleo"],)
    ).fetchone()
    assert row == (0,)


# --------------------------------------------------- what others see takes a second person, and its notice (F4)

STEWARD = ("stu", "records/steward")
APPROVER = ("lou", "legal/approver")
SOURCE = {
    "name": "harbour",
    "title": "Vessels calling",
    "authority": "18-usc-1956",
    "agreement": {"id": "AG-014", "regimes": ["criminal", "civil"], "pointer_tier": 1, "expires": "2098-06-30"},
    "assessment": {"id": "PIA-031", "approved": "2026-02-01", "expires": "2098-02-01"},
}


def agree(at: Office, made: dict[str, Any], who: str = "lou", desk: str = "legal/approver") -> dict[str, Any]:
    """Somebody else accepts it."""
    return at.accept(made, who, desk)


def visible(at: Office, case: str) -> list[int]:
    at.gate.compile(str(at.world.purposes[case]))
    rows = at.world.db.execute(
        "SELECT marking FROM line.visible_marking WHERE purpose = %s ORDER BY 1", (at.world.purposes[case],)
    ).fetchall()
    return [row[0] for row in rows]


def test_f4_another_regimes_steward_touches_nothing_of_ours(at: Office) -> None:
    at.world.person("lab", ("labour", "steward"))
    desk = ("lab", "labour/steward")
    acts: list[tuple[str, dict[str, Any]]] = [
        ("authority_disable", {"authority": "18-usc-1956", "reason": WHY}),
        ("authority_extend", {"authority": "18-usc-1956", "reason": WHY}),
        ("authority_add", {"authority": "18-usc-9", "title": "Nine", "statute": "18 USC 9", "regime": "criminal"}),
        ("agreement_expire", {"id": "AG-bank", "reason": WHY}),
        ("agreement_extend", {"id": "AG-bank", "expires": "2100-01-01", "reason": WHY}),
        ("source_renew", {"name": "bank", "agreement": {**SOURCE["agreement"], "id": "AG-9"}, "reason": WHY}),
        ("source_add", {**SOURCE, "custodian_unit": "fraud"}),
    ]
    for act, params in acts:
        with pytest.raises(Refused) as caught:
            at.do(*desk, act, **params)
        assert caught.value.code == "custodian", act
    assert at.world.db.execute("SELECT count(*) FROM line.proposal").fetchone() == (0,)


def test_f4_an_authority_ends_by_two_and_those_who_lose_sight_hear_of_it(at: Office) -> None:
    case = at.opened(supervisor="sam")
    at.world.person("fay", ("fraud", "steward"), authority="inspector-general-act")
    made = at.do("fay", "fraud/steward", "authority_disable", authority="18-usc-1956", reason=WHY)
    assert (made["state"], made["may"]) == ("proposed", ["withdraw"])
    assert works(at, "ana", case)
    with pytest.raises(Refused):
        agree(at, made, "fay", "fraud/steward")
    assert agree(at, made)["state"] == "in_force"
    assert not works(at, "ana", case)
    for who in ("ana", "sam"):
        assert [what for what in told(at, who) if "18-usc-1956 is out of force" in what], who


def test_f4_an_agreement_that_widens_waits_for_its_notice(at: Office) -> None:
    at.world.person("fay", ("fraud", "steward"))
    at.world.marking("bank")
    before = visible(at, "C-2026-0002")
    wider = {"id": "bank-for-civil", "regimes": ["criminal", "civil"], "expires": "2099-01-01"}
    made = at.do("fay", "fraud/steward", "source_renew", name="bank", agreement=wider, reason=WHY)
    assert visible(at, "C-2026-0002") == before
    done = agree(at, made)
    assert (done["state"], done["began"]) == ("notice", None)
    assert visible(at, "C-2026-0002") == before
    assert [what for what in told(at, "ines") if "widens what may be seen" in what]
    at.pass_notice()
    assert len(visible(at, "C-2026-0002")) == len(before) + 1
    shown = at.do(*APPROVER, "proposal_show", proposal=made["proposal"])
    assert (shown["state"], shown["terms"]["agreement"]["regimes"]) == ("in_force", ["criminal", "civil"])


def test_f4_agreements_assessments_and_authorities_are_extended(at: Office) -> None:
    at.world.person("fay", ("fraud", "steward"))
    desk = ("fay", "fraud/steward")
    at.world.db.execute("UPDATE line.agreement SET expires = CURRENT_DATE + 3 WHERE id = 'AG-bank'")
    at.world.db.execute("UPDATE line.authority SET valid_to = CURRENT_DATE + 3 WHERE code = '18-usc-1956'")
    agree(at, at.do(*desk, "agreement_extend", id="AG-bank", expires="2098-01-01", reason=WHY))
    agree(at, at.do(*desk, "authority_extend", authority="18-usc-1956", valid_to="2098-01-01", reason=WHY))
    assessment = {"id": "PIA-bank", "approved": "2026-01-01", "expires": "2100-01-01"}
    agree(at, at.do(*desk, "source_renew", name="bank", assessment=assessment, reason=WHY))
    at.pass_notice()
    at.do("ana", "fraud/agent", "case_list")
    row = at.world.db.execute(
        "SELECT g.expires::text, a.valid_to::text, x.expires::text"
        " FROM line.agreement g, line.authority a, line.assessment x"
        " WHERE g.id = 'AG-bank' AND a.code = '18-usc-1956' AND x.id = 'PIA-bank'"
    ).fetchone()
    assert row == ("2098-01-01", "2098-01-01", "2100-01-01")


def test_f4_what_cant_begin_any_more_lapses_and_holds_nobody_up(at: Office) -> None:
    made = at.do(*STEWARD, "source_add", **SOURCE)
    agree(at, made)
    at.world.source("harbour", "18-usc-1956", ["criminal"])
    at.pass_notice()
    at.do("ana", "fraud/agent", "case_list")
    shown = at.do(*APPROVER, "proposal_show", proposal=made["proposal"])
    assert shown["state"] == "lapsed"
    assert "could not begin" in shown["decision"]


def test_f4_what_is_proposed_twice_withdrawn_refused_or_old_changes_nothing(at: Office) -> None:
    made = at.do(*STEWARD, "source_add", **SOURCE)
    with pytest.raises(Conflict):
        at.do(*STEWARD, "source_add", **SOURCE)
    assert at.do(*STEWARD, "proposal_withdraw", proposal=made["proposal"], reason=WHY)["state"] == "withdrawn"
    with pytest.raises(Conflict):
        agree(at, made)
    made = at.do(*STEWARD, "source_add", **SOURCE)
    done = at.do(*APPROVER, "proposal_refuse", proposal=made["proposal"], reason=AGREED)
    assert (done["state"], done["decided_by"]) == ("refused", "lou")
    made = at.do(*STEWARD, "source_add", **SOURCE)
    at.world.db.execute("UPDATE line.proposal SET proposed = now() - interval '15 days' WHERE state = 'proposed'")
    assert at.do(*STEWARD, "proposal_list", state="lapsed")["proposals"][0]["proposal"] == made["proposal"]
    with pytest.raises(Conflict):
        agree(at, made)
    assert at.world.db.execute("SELECT count(*) FROM line.source WHERE name = 'harbour'").fetchone() == (0,)


# ------------------------------------------------------------------------------- powers take a second person (R5)

KDF = {"kind": "argon2id", "time": 2, "memory": 19_456, "lanes": 1, "length": 32, "salt": "00" * 16}


def hire(at: Office, name: str, **role: Any) -> dict[str, Any]:
    made: dict[str, Any] = at.do(
        *ADMIN, "account_add", name=name, title=name.title(), verifier="00" * 32, kdf=KDF, **role
    )
    # As if its owner had signed in and taken a password of their own.
    row = at.world.db.execute(
        "UPDATE line.account SET must_change = false WHERE name = %s RETURNING id", (name,)
    ).fetchone()
    assert row is not None
    at.world.accounts[name] = row[0]
    return made


@pytest.mark.parametrize("role", ["supervisor", "steward", "approver", "overseer", "admin"])
def test_r5_a_power_is_given_by_nobody_alone(at: Office, role: str) -> None:
    unit = {"overseer": "inspectorate", "approver": "legal"}.get(role, "fraud")
    made = hire(at, "nia", unit=unit, role=role)
    assert made["purpose"] is None
    assert at.world.db.execute(
        "SELECT count(*) FROM line.role_grant WHERE account = %s", (at.world.accounts["nia"],)
    ).fetchone() == (0,)
    for who in ("ines", "sam") if unit == "fraud" else ("ines",):
        assert [what for what in told(at, who) if made["proposal"] in what], who
    with pytest.raises((Refused, Missing)):
        at.do(*ADMIN, "proposal_accept", proposal=made["proposal"], reason=AGREED)
    done = agree(at, made, "ines", "inspectorate/overseer")
    assert done["state"] == "in_force"
    held = at.world.db.execute(
        "SELECT unit, role FROM line.role_grant WHERE account = %s", (at.world.accounts["nia"],)
    ).fetchall()
    assert held == [(unit, role)]


def test_r5_a_units_supervisor_accepts_for_the_unit_and_no_higher(at: Office) -> None:
    boss = hire(at, "nia", unit="fraud", role="supervisor")
    with pytest.raises(Missing):
        agree(at, boss, "vic", "labour/supervisor")
    assert agree(at, boss, "sam", "fraud/supervisor")["state"] == "in_force"
    lawyer = hire(at, "noa", unit="fraud", role="approver")
    with pytest.raises(Refused):
        agree(at, lawyer, "sam", "fraud/supervisor")
    with pytest.raises(Missing):
        agree(at, lawyer)  # an approver accepts one only where no overseer is left


def test_r5_a_group_that_gives_a_power_takes_a_second_person_too(at: Office) -> None:
    given = {"issuer": "https://id.example", "group": "lawyers", "unit": "legal", "role": "approver"}
    made = at.do(*ADMIN, "group_add", **given)
    assert at.do(*ADMIN, "group_list")["groups"] == []
    agree(at, made, "ines", "inspectorate/overseer")
    assert [(g["group"], g["role"]) for g in at.do(*ADMIN, "group_list")["groups"]] == [("lawyers", "approver")]
    assert at.do(*ADMIN, "group_add", **{**given, "role": "agent"})["id"]


def test_r5_one_administrator_cant_be_every_side_of_a_crossing(at: Office) -> None:
    """The attack as it was made: eight accounts, each a side. None of them gets a power."""
    sides = [("fraud", "supervisor"), ("labour", "supervisor"), ("labour", "steward"), ("legal", "approver")]
    for n, (unit, role) in enumerate(sides):
        hire(at, f"puppet{n}", unit=unit, role=role)
        assert at.gate.run(Call(token=at.world.token(f"puppet{n}")), "my_purposes").result["purposes"] == []


def test_r5_whoever_made_an_account_stands_on_its_side(at: Office) -> None:
    hire(at, "pat", unit="fraud", role="agent")
    at.world.grant("ada", "fraud", "supervisor")
    number = at.draft("pat")
    at.paper(number, "pat")
    at.do("pat", "fraud/agent", "case_submit", case=number)
    with pytest.raises(Refused) as caught:
        at.do("ada", "fraud/supervisor", "case_approve", case=number)
    assert caught.value.code == "hands"
    at.do("sam", "fraud/supervisor", "case_approve", case=number)


def test_r5_decisions_of_new_accounts_and_of_one_hand_are_put_before_overseers(at: Office) -> None:
    hire(at, "pat", unit="fraud", role="agent")
    made = hire(at, "nia", unit="fraud", role="supervisor")
    agree(at, made, "ines", "inspectorate/overseer")
    number = at.draft("pat")
    at.paper(number, "pat")
    at.do("pat", "fraud/agent", "case_submit", case=number)
    at.do("nia", "fraud/supervisor", "case_approve", case=number)
    found = at.do("ines", "inspectorate/overseer", "oversight_exceptions")
    kinds = {x["kind"]: x for x in found["items"]}
    assert {"young", "hands"} <= set(kinds)
    assert kinds["young"]["account"] == kinds["hands"]["account"] == "nia"
    assert "Ada" in kinds["hands"]["detail"]


def test_r5_after_its_days_a_hand_is_forgotten(at: Office) -> None:
    hire(at, "pat", unit="fraud", role="agent")
    at.world.grant("ada", "fraud", "supervisor")
    at.world.db.execute("UPDATE line.account_hand SET at = now() - interval '31 days'")
    number = at.draft("pat")
    at.paper(number, "pat")
    at.do("pat", "fraud/agent", "case_submit", case=number)
    at.do("ada", "fraud/supervisor", "case_approve", case=number)


def test_r5_the_last_administrator_stays(at: Office) -> None:
    at.world.person("abe", ("records", "admin"))
    at.do(*ADMIN, "account_disable", name="abe", reason=WHY)
    at.world.person("aki", ("records", "admin"))
    at.do("aki", "records/admin", "role_revoke", account="ada", unit="records", role="admin", reason=WHY)
    at.world.person("art", ("fraud", "supervisor"))
    for act in (
        lambda: at.do("aki", "records/admin", "account_disable", name="aki", reason=WHY),
        lambda: at.do("aki", "records/admin", "role_revoke", account="aki", unit="records", role="admin", reason=WHY),
    ):
        with pytest.raises(Refused):
            act()


def test_r5_two_administrators_who_end_each_other_at_once_leave_one(at: Office) -> None:
    at.world.person("abe", ("records", "admin"))
    calls = {who: at.call(who, "records/admin") for who in ("ada", "abe")}

    def end(who: str, other: str) -> bool:
        with (
            psycopg.connect(at.database.dsn("brightline_app"), autocommit=True) as app,
            psycopg.connect(at.database.dsn("brightline_policy"), autocommit=True) as policy,
        ):
            gate = Gate(connect=lambda: nullcontext(app), policy=lambda: nullcontext(policy))
            start.wait(10)
            try:
                gate.run(calls[who], "account_disable", {"name": other, "reason": WHY})
            except BrightlineError:
                return False
            return True

    start = threading.Barrier(2)
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(end, ("ada", "abe"), ("abe", "ada")))
    assert sorted(done) == [False, True]
    live = at.world.db.execute("SELECT count(*) FROM line.account WHERE name IN ('ada', 'abe') AND state = 'active'")
    assert live.fetchone() == (1,)


def test_r5_the_first_overseer_ends_the_time_of_one_hand(db: Any) -> None:
    """Setup: one administrator gives powers alone until somebody else oversees, not a day longer."""
    with office(db) as at:
        at.world.db.execute("DELETE FROM line.role_grant WHERE role = 'overseer'")
        assert hire(at, "first", unit="inspectorate", role="overseer")["purpose"] == "inspectorate/overseer"
        assert hire(at, "second", unit="legal", role="approver")["purpose"] is None


# -------------------------------------------------------------------- every second person is asked for hands (R5)


def test_r5_every_decision_by_a_second_person_asks_whose_hands_it_went_through() -> None:
    missing = []
    for path in sorted(PACKAGE.glob("*/sql/*.sql")):
        for function in re.split(r"(?m)^CREATE OR REPLACE ", path.read_text()):
            if "'four_eyes'" in function and "line.decider(" not in function:
                missing.append(f"{path.parent.parent.name}/{path.name}: {function[:60]}")
    assert missing == []


# --------------------------------------------------------------------------- what an accusation alone can do (F12)


def restrict(at: Office, who: str = "stu", desk: str = "records/steward", key: str = "") -> str:
    """A row of `bank` said to be unlawful; the restriction's number."""
    number: str = at.do(
        who, desk, "restriction_ask", about=f"bank:{key}", kind="unlawful", basis="28 CFR 23.20(d)", reason=UNLAWFUL
    )["restriction"]
    at.settle()
    return number


UNLAWFUL = "A caller said that the account statement was taken from a desk without a warrant."


def row(at: Office, name: str = "Canary Freight") -> tuple[str, UUID, str]:
    """(printed id, entity, source key) of a row of `bank`."""
    printed, entity = at.thing("bank", "Company", name=[name])
    found = at.world.db.execute(
        "SELECT r.source_key FROM content.record r JOIN content.aspect a ON a.record = r.id WHERE a.entity = %s",
        (entity,),
    ).fetchone()
    assert found is not None
    return printed, entity, found[0]


def test_f12_the_cases_and_the_keepers_hear_that_something_went_out_of_sight(at: Office) -> None:
    at.world.person("fay", ("fraud", "steward"))
    printed, entity, key = row(at)
    case = at.opened(supervisor="sam")
    at.do("ana", case, "case_add_items", ids=[printed])
    number = restrict(at, key=key)
    for who in ("ana", "sam", "fay"):
        words = [what for what in told(at, who) if number in what]
        assert words, who
        assert not [what for what in words if "Canary" in what or "statement was taken" in what]
    found = at.do("ines", "inspectorate/overseer", "oversight_exceptions")
    assert [x["key"] for x in found["items"] if x["kind"] == "restriction"] == [f"restriction:{number}"]
    assert at.aspects(case, "ana", entity) == []


def test_f12_one_account_hides_no_more_than_a_few_in_a_day(at: Office) -> None:
    for n in range(5):
        restrict(at, key=row(at, f"Canary {n}")[2])
    with pytest.raises(Refused) as caught:
        restrict(at, key=row(at, "Canary 6")[2])
    assert caught.value.code == "too_many"


def test_f12_what_nobody_decides_is_seen_again(at: Office) -> None:
    _, entity, key = row(at)
    number = restrict(at, key=key)
    assert at.aspects("C-2026-0001", "ana", entity) == []
    worker = at.database.dsn("brightline_worker")
    assert undecided.once(worker) == 0
    at.world.db.execute("UPDATE restrictions.restriction SET asked = now() - interval '15 days'")
    assert undecided.once(worker) == 1
    assert [x["caption"] for x in at.aspects("C-2026-0001", "ana", entity)] == ["Canary Freight"]
    shown = at.do("stu", "records/steward", "restriction_list")["items"][0]
    assert (shown["restriction"], shown["state"]) == (number, "lapsed")
    with pytest.raises(Conflict):
        at.do("lou", "legal/approver", "restriction_decide", restriction=number, decision="confirm", reason=AGREED)
