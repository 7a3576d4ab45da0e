"""Nobody alone changes what another regime sees, and no power outlives what it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.office import Office, office

from brightline.gate import Call
from brightline.model.errors import Refused

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
