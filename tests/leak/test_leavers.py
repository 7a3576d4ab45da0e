"""ATTACKS F6's kin: a list of leavers that was cut short, the last administrator, and the way back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb
from tests import reading
from tests.office import Office, office
from tests.signing import show

from brightline.accounts import commands
from brightline.gate import Call
from brightline.model.errors import Conflict, Refused

pytestmark = pytest.mark.database

ISSUER = "https://id.example"
ADMIN, OTHER, SEER = ("ada", "records/admin"), ("abel", "records/admin"), ("ines", "inspectorate/overseer")


@pytest.fixture
def at(db: Any) -> Iterator[Office]:
    with office(db) as made:
        made.world.person("abel", ("records", "admin"))
        for n in range(9):
            name = f"fed.number{n}"
            made.world.person(name, ("fraud", "agent"))
            made.world.db.execute(
                "INSERT INTO line.identity (account, issuer, subject)"
                " SELECT id, %s, name FROM line.account WHERE name = %s",
                (ISSUER, name),
            )
        yield made


def active(at: Office) -> int:
    row = at.world.db.execute(
        "SELECT count(*) FROM line.account WHERE name LIKE 'fed.%' AND state = 'active'"
    ).fetchone()
    return int(row[0])


def sync(at: Office, *names: str, complete: bool = True, active: bool = True) -> dict[str, Any]:
    users = [{"subject": name, "active": active} for name in names]
    done: dict[str, Any] = at.do(*ADMIN, "account_sync", issuer=ISSUER, users=users, complete=complete)
    return done


@pytest.mark.parametrize("complete", [True, False])
def test_f6_a_list_cut_short_ends_nobody_unasked(at: Office, complete: bool) -> None:
    names = [f"fed.number{n}" for n in range(8)]
    done = sync(at, "fed.number8") if complete else sync(at, *names, complete=False, active=False)
    assert (done["left"], active(at)) == ([], 9)
    assert len(done["waits"]["accounts"]) == 8
    again = sync(at, "fed.number8") if complete else sync(at, *names, complete=False, active=False)
    assert again["waits"]["id"] == done["waits"]["id"], "asked once"
    wanted = {"id": done["waits"]["id"], "reason": "The provider had an outage."}
    with pytest.raises(Refused) as caught:
        commands.leavers_decide(at.gate, at.call(*ADMIN), approve=True, **wanted)
    assert caught.value.code == "self"
    told = commands.leavers_decide(at.gate, at.call(*SEER), approve=False, **wanted).result
    assert (told["state"], active(at)) == ("refused", 9)
    with pytest.raises(Conflict):
        commands.leavers_decide(at.gate, at.call(*OTHER), approve=True, **wanted)


def test_f6_a_second_person_lets_them_go(at: Office) -> None:
    done = sync(at, "fed.number0", "fed.number1")
    listed = at.do(*OTHER, "account_leavers")["leavers"]
    assert [(one["state"], one["mine"]) for one in listed] == [("asked", False)]
    told = commands.leavers_decide(
        at.gate, at.call(*OTHER), done["waits"]["id"], approve=True, reason="They left with the summer."
    ).result
    assert (len(told["left"]), active(at)) == (7, 2)
    notices = at.do("ines", None, "notice_list", limit=50)["notices"]
    assert any("7 of 9 accounts would end" in one["what"] for one in notices)


def test_rule_32_a_single_leaver_leaves_at_once(at: Office) -> None:
    done = sync(at, *(f"fed.number{n}" for n in range(8)))
    assert (done["left"], done.get("waits"), active(at)) == (["fed.number8"], None, 8)


def test_f6_the_last_administrator_leaves_by_no_list(at: Office) -> None:
    """Even where another decides: somebody has to be left who can make the next one."""
    at.world.db.execute(
        "INSERT INTO line.identity (account, issuer, subject)"
        " SELECT id, %s, name FROM line.account WHERE name = 'abel'",
        (ISSUER,),
    )
    listed = at.do(*ADMIN, "account_sync", issuer=ISSUER, users=[{"subject": "abel", "active": False}])
    assert listed["left"] == ["abel"], "ada is left"
    commands.account_enable(at.gate, at.call(*ADMIN), name="abel", reason="That was a mistake.")
    at.world.db.execute(
        "INSERT INTO line.role_grant (account, unit, role) VALUES (%s, 'records', 'admin')",
        (at.world.accounts["abel"],),
    )
    done = at.world.db.execute(
        "SELECT line.accounts_governed(ARRAY[%s]::uuid[]), line.accounts_governed(ARRAY[%s, %s]::uuid[])",
        (at.world.accounts["abel"], at.world.accounts["ada"], at.world.accounts["abel"]),
    ).fetchone()
    assert done == (True, False)
    both = at.world.db.execute(
        "INSERT INTO line.leaving (issuer, accounts, known, asked_by) VALUES (%s, %s, 9, %s) RETURNING id::text",
        (ISSUER, [at.world.accounts["ada"], at.world.accounts["abel"]], at.world.accounts["bo"]),
    ).fetchone()
    with pytest.raises(Refused) as caught:
        commands.leavers_decide(at.gate, at.call(*SEER), both[0], approve=True, reason="All of them left.")
    assert caught.value.code == "last_admin"


def test_f6_two_administrators_disable_each_other_at_once(at: Office) -> None:
    gate, told = threading.Barrier(2), []
    calls = {"ada": (at.call(*ADMIN), "abel"), "abel": (at.call(*OTHER), "ada")}
    seen = {
        who: reading.revision(at.world.db, call, "account_disable", {"name": whom})
        for who, (call, whom) in calls.items()
    }

    def end(who: str) -> None:
        call, whom = calls[who]
        with at.database.connect("brightline_app") as conn:
            gate.wait(20)
            try:
                conn.execute(
                    "SELECT app.account_disable(%s, %s, NULL, %s)",
                    (call.token, call.purpose, Jsonb({"name": whom, "reason": "Each other.", "_seen": seen[who]})),
                )
                told.append(True)
            except psycopg.Error:
                told.append(False)

    at.do(*ADMIN, "account_list")
    at.do(*OTHER, "account_list")
    threads = [threading.Thread(target=end, args=(who,)) for who in calls]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    assert sorted(told) == [False, True]


def test_f6_an_account_comes_back_without_its_roles_and_with_a_password_to_change(at: Office) -> None:
    at.world.person("tess", ("fraud", "agent"))
    at.do(*ADMIN, "account_disable", name="tess", reason="By mistake.")
    back = commands.account_enable(at.gate, at.call(*OTHER), name="tess", reason="That was a mistake.").result
    assert (back["state"], back["federated"], back["roles_then"]) == ("active", False, ["fraud/agent"])
    with at.database.connect("brightline_login") as login:
        (challenge,) = login.execute("SELECT line.login_challenge('tess')").fetchone()
        proof = commands.passwords.proof(back["password"], challenge)
        opened = show(login, "tess", proof)
    assert (opened["ok"], opened["must_change"]) == (True, True)
    assert at.gate.run(Call(token=opened["token"]), "whoami").result["roles"] == []
    told = at.do("ines", None, "notice_list", limit=50)["notices"]
    assert any("abel enabled the account tess again" in one["what"] for one in told)
    with pytest.raises(Conflict):
        commands.account_enable(at.gate, at.call(*OTHER), name="tess", reason="Once more.")
    sync(at, *(f"fed.number{n}" for n in range(8)))
    outside = commands.account_enable(at.gate, at.call(*OTHER), name="fed.number8", reason="Back again.").result
    assert (outside["federated"], "password" in outside) == (True, False)
