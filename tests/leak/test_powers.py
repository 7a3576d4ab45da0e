"""Nobody alone changes what another regime sees, and no power outlives what it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.office import Office, office

from brightline.gate import Call
from brightline.model.errors import Conflict, Refused

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
    assert gone["ended_with_it"] == {"cases": 2, "orders": 1, "tokens": 1}  # and the world's own case


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
AGREED = "Read against the statute; the custodian was asked."
SOURCE = {
    "name": "harbour",
    "title": "Vessels calling",
    "authority": "18-usc-1956",
    "agreement": {"id": "AG-014", "regimes": ["criminal", "civil"], "pointer_tier": 1, "expires": "2098-06-30"},
    "assessment": {"id": "PIA-031", "approved": "2026-02-01", "expires": "2098-02-01"},
}


def agree(at: Office, made: dict[str, Any], who: str = "lou", desk: str = "legal/approver") -> dict[str, Any]:
    """Somebody else accepts it."""
    told: dict[str, Any] = at.do(who, desk, "proposal_accept", proposal=made["proposal"], reason=AGREED)
    return told


def pass_notice(at: Office) -> None:
    """Let the days of every notice go by."""
    at.world.db.execute("UPDATE line.proposal SET effective = now() WHERE state = 'notice'")


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
    pass_notice(at)
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
    pass_notice(at)
    at.do("ana", "fraud/agent", "case_list")
    row = at.world.db.execute(
        "SELECT g.expires::text, a.valid_to::text, x.expires::text FROM line.agreement g, line.authority a, line.assessment x"
        " WHERE g.id = 'AG-bank' AND a.code = '18-usc-1956' AND x.id = 'PIA-bank'"
    ).fetchone()
    assert row == ("2098-01-01", "2098-01-01", "2100-01-01")


def test_f4_what_cant_begin_any_more_lapses_and_holds_nobody_up(at: Office) -> None:
    made = at.do(*STEWARD, "source_add", **SOURCE)
    agree(at, made)
    at.world.source("harbour", "18-usc-1956", ["criminal"])
    pass_notice(at)
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
