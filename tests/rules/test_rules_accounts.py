"""Rules of RULES.md that accounts, roles and inquiries keep: 15, 32, 40, and who may give powers to whom."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb
from tests.office import Office, office
from tests.signing import show

from brightline.accounts import commands, passwords, queries
from brightline.gate import Call
from brightline.model.errors import BadInput, Conflict, Missing, Refused

pytestmark = pytest.mark.database

ADMIN = ("ada", "records/admin")
STEWARD = ("stu", "records/steward")


@pytest.fixture(scope="module")
def at(module_db: Any) -> Iterator[Office]:
    with office(module_db) as made:
        yield made


def hire(at: Office, name: str, **details: Any) -> dict[str, Any]:
    made: dict[str, Any] = commands.account_add(at.gate, at.call(*ADMIN), name=name, **details).result
    return made


def sign_in(at: Office, name: str, password: str) -> dict[str, Any]:
    with at.database.connect("brightline_login") as conn:
        (challenge,) = conn.execute("SELECT line.login_challenge(%s)", (name,)).fetchone()
        proof = passwords.proof(password, challenge)
        return show(conn, name, proof)


def settled(at: Office, name: str, given: str) -> str:
    """A session of somebody who has changed the password that the administrator knows."""
    new = "a password of one's own"
    token = sign_in(at, name, given)["token"]
    commands.password_change(at.gate, Call(token=token), account=name, old=given, new=new)
    return str(sign_in(at, name, new)["token"])


def day(days: int) -> str:
    return (datetime.now(UTC).date() + timedelta(days=days)).isoformat()


def refused(code: str, act: Any, *given: Any, **params: Any) -> None:
    with pytest.raises(Refused) as caught:
        act(*given, **params)
    assert caught.value.code == code, caught.value


# ------------------------------------------------------------------------------------ accounts


def test_a_new_account_signs_in_with_its_one_time_password(at: Office) -> None:
    made = hire(at, "nia.new", title="Nia New", unit="fraud", role="agent", supervisor="sam")
    assert made["purpose"] == "fraud/agent"
    answer = sign_in(at, "nia.new", made["password"])
    assert (answer["ok"], answer["must_change"]) == (True, True)
    me = queries.whoami(at.gate, Call(token=answer["token"])).result
    assert (me["account"], me["supervisor"], me["must_change"]) == ("nia.new", "sam", True)
    assert [(r["unit"], r["role"]) for r in me["roles"]] == [("fraud", "agent")]
    assert [p["key"] for p in me["purposes"]] == ["fraud/agent"]


def test_no_password_and_no_verifier_stands_in_the_log(at: Office) -> None:
    made = hire(at, "lou.logless")
    stored = at.world.db.execute(
        "SELECT encode(verifier, 'hex') FROM line.account WHERE name = 'lou.logless'"
    ).fetchone()
    rows = at.database.admin.execute(
        "SELECT data FROM pg_logical_slot_peek_binary_changes(%s, NULL, NULL, 'proto_version', '1',"
        " 'publication_names', 'brightline_line', 'messages', 'true')",
        (at.database.slot,),
    ).fetchall()
    log = b"".join(bytes(row[0]) for row in rows)
    assert b"lou.logless" in log
    assert made["password"].encode() not in log
    assert stored[0].encode() not in log


def test_a_changed_password_ends_every_session(at: Office) -> None:
    made = hire(at, "cora.change")
    old = sign_in(at, "cora.change", made["password"])["token"]
    change = {"account": "cora.change", "new": "correct horse battery staple"}
    refused("password", commands.password_change, at.gate, Call(token=old), old="wrong wrong wrong", **change)
    commands.password_change(at.gate, Call(token=old), old=made["password"], **change)
    with pytest.raises(Refused):
        queries.whoami(at.gate, Call(token=old))
    assert sign_in(at, "cora.change", made["password"])["ok"] is False
    assert sign_in(at, "cora.change", change["new"])["must_change"] is False


def test_only_administrators_make_accounts(at: Office) -> None:
    for who, desk in (("ana", "fraud/agent"), ("sam", "fraud/supervisor"), ("ines", "inspectorate/overseer")):
        with pytest.raises(Refused):
            commands.account_add(at.gate, at.call(who, desk), name="mallory")
    with pytest.raises(Refused):
        commands.account_add(at.gate, at.call("ana", "records/admin"), name="mallory")
    with pytest.raises(Conflict):
        hire(at, "ana")
    for wrong in ("", "has space", "'; DROP TABLE line.account; --", "x" * 64, "../etc"):
        with pytest.raises(BadInput):
            hire(at, wrong)
    with pytest.raises(BadInput):
        hire(at, "shorty", password="short")


def test_a_weak_verifier_is_not_taken(at: Office) -> None:
    weak = {"kind": "argon2id", "time": 1, "memory": 8, "lanes": 1, "length": 32, "salt": "00" * 16}
    for kdf in (weak, {**weak, "kind": "none"}, {}, [], None):
        with pytest.raises(BadInput):
            at.do(*ADMIN, "account_add", name="weak", verifier="00" * 32, kdf=kdf)


# ------------------------------------------------------------------------------------- rule 32


def test_rule_32_a_leaver_has_no_session_from_that_moment(at: Office) -> None:
    made = hire(at, "lena.leaver", unit="fraud", role="agent")
    first, second = (sign_in(at, "lena.leaver", made["password"])["token"] for _ in range(2))
    assert queries.whoami(at.gate, Call(token=first)).result["account"] == "lena.leaver"
    ended = commands.account_disable(at.gate, at.call(*ADMIN), name="lena.leaver", reason="Left on Friday.").result
    assert ended["sessions_ended"] == 2
    for token in (first, second):
        with pytest.raises(Refused):
            queries.whoami(at.gate, Call(token=token))
    assert sign_in(at, "lena.leaver", made["password"])["ok"] is False
    shown = queries.account_show(at.gate, at.call(*ADMIN), name="lena.leaver").result
    assert (shown["state"], shown["roles"], shown["sessions"], shown["cases"]) == ("disabled", [], 0, 0)


def test_rule_32_a_leaver_is_no_member_any_more(at: Office) -> None:
    made = hire(at, "max.member", unit="fraud", role="agent")
    case = at.opened()
    at.do("ana", case, "case_member_add", account="max.member")
    token = settled(at, "max.member", made["password"])
    assert at.gate.run(Call(token=token, purpose=case), "case_show").result["case"] == case
    commands.account_disable(at.gate, at.call(*ADMIN), name="max.member", reason="Left on Friday.")
    with pytest.raises(Refused):
        at.gate.run(Call(token=token, purpose=case), "case_show")
    assert [m["account"] for m in at.do("ana", case, "case_show")["members"] if m["to"] is None] == ["ana"]


def test_rule_32_a_role_that_ended_opens_nothing(at: Office) -> None:
    made = hire(at, "ruth.role", unit="fraud", role="agent")
    token = settled(at, "ruth.role", made["password"])
    assert at.gate.run(Call(token=token, purpose="fraud/agent"), "case_list").result["total"] == 0
    commands.role_revoke(at.gate, at.call(*ADMIN), account="ruth.role", unit="fraud", role="agent", reason="Moved.")
    with pytest.raises(Refused):
        at.gate.run(Call(token=token, purpose="fraud/agent"), "case_list")


# ----------------------------------------------------------------------- who gives powers to whom


def test_nobody_gives_a_role_to_themselves(at: Office) -> None:
    refused("self", commands.role_grant, at.gate, at.call(*ADMIN), account="ada", unit="fraud", role="agent")
    refused("self", commands.account_disable, at.gate, at.call(*ADMIN), name="ada", reason="I leave.")
    refused("self", commands.account_reset, at.gate, at.call(*ADMIN), name="ada")


def test_an_overseer_does_nothing_else(at: Office) -> None:
    refused("overseer", commands.role_grant, at.gate, at.call(*ADMIN), account="ines", unit="fraud", role="agent")
    refused(
        "overseer", commands.role_grant, at.gate, at.call(*ADMIN), account="ana", unit="inspectorate", role="overseer"
    )


def test_a_role_brings_its_desk(at: Office) -> None:
    commands.unit_add(at.gate, at.call(*ADMIN), name="wildlife", title="Wildlife", regime="criminal", parent="fraud")
    hire(at, "wim.warden")
    made = commands.role_grant(at.gate, at.call(*ADMIN), account="wim.warden", unit="wildlife", role="agent").result
    assert made["purpose"] == "wildlife/agent"
    row = at.world.db.execute(
        "SELECT a.regime FROM line.purpose p JOIN line.authority a ON a.code = p.authority"
        " WHERE p.key = 'wildlife/agent'"
    ).fetchone()
    assert row == ("criminal",)
    with pytest.raises(Conflict):
        commands.role_grant(at.gate, at.call(*ADMIN), account="wim.warden", unit="wildlife", role="agent")
    with pytest.raises(Missing):
        commands.role_grant(at.gate, at.call(*ADMIN), account="nobody", unit="wildlife", role="agent")


# ----------------------------------------------------------------------- authorities and sources


def test_an_authority_out_of_force_stops_its_purposes_at_once(at: Office) -> None:
    made = commands.authority_add(
        at.gate, at.call(*ADMIN), authority="16-usc-3372", title="Lacey Act", regime="criminal", statute="16 USC 3372"
    )
    assert at.agreed(made.result)["state"] == "in_force"
    number = at.opened(authority="16-usc-3372")
    assert at.do("ana", number, "case_show")["case"] == number
    done = commands.authority_disable(at.gate, at.call(*ADMIN), authority="16-usc-3372", reason="Repealed.").result
    assert at.accept(done)["state"] == "in_force"
    law = queries.authority_show(at.gate, at.call("ana"), authority="16-usc-3372").result
    assert law["in_force"] is False
    with pytest.raises(Refused):
        at.do("ana", number, "case_show")


def test_an_authoritys_regime_is_given_once(at: Office) -> None:
    with pytest.raises(Conflict):
        commands.authority_add(
            at.gate, at.call(*ADMIN), authority="18-usc-1956", title="Other", regime="civil", statute="18 USC 1956"
        )


SOURCE = {
    "name": "harbour",
    "title": "Vessels calling",
    "publisher": "Port authority",
    "reliability": "B",
    "authority": "18-usc-1956",
    "agreement": {"id": "AG-014", "regimes": ["criminal"], "pointer_tier": 1, "expires": "2098-06-30"},
    "assessment": {"id": "PIA-031", "approved": "2026-02-01", "expires": "2098-02-01"},
}


@pytest.mark.parametrize(
    "change",
    [
        {"agreement": None},
        {"agreement": {"id": "AG-1", "regimes": ["criminal"], "expires": "2020-01-01"}},
        {"agreement": {"id": "AG-1", "regimes": [], "expires": "2098-01-01"}},
        {"agreement": {"id": "AG-1", "regimes": ["oversight"], "expires": "2098-01-01"}},
        {"assessment": None},
        {"assessment": {"id": "P", "approved": "2020-01-01", "expires": "2021-01-01"}},
        {"authority": "no-such-act"},
        {"name": "case"},
        {"reliability": "Z"},
    ],
)
def test_rule_15_no_source_without_agreement_and_assessment_in_force(at: Office, change: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        commands.source_add(at.gate, at.call(*STEWARD), {**SOURCE, "name": "unfit", **change})


def test_a_source_from_a_feeds_own_words(at: Office) -> None:
    feed = {
        **{key: SOURCE[key] for key in ("title", "authority", "agreement", "assessment")},
        "feed": "harbour-register",
        "source": {key: SOURCE[key] for key in ("name", "publisher", "reliability")},
    }
    proposal = commands.source_add(at.gate, at.call(*STEWARD), feed).result
    assert at.agreed(proposal)["state"] == "in_force"
    made = queries.source_show(at.gate, at.call(*STEWARD), name="harbour").result
    assert (made["name"], made["agreement"]["state"], made["agreement"]["pointer_tier"]) == ("harbour", "active", 1)
    with pytest.raises(Conflict):
        commands.source_add(at.gate, at.call(*STEWARD), SOURCE)


def test_an_ended_agreement_hides_its_rows_at_the_next_call(at: Office) -> None:
    made = commands.source_add(
        at.gate, at.call(*STEWARD), {**SOURCE, "name": "ending", "agreement": {**SOURCE["agreement"], "id": "AG-end"}}
    )
    at.agreed(made.result)
    id, entity = at.thing("ending", "Company", name=["Ending Ltd"])
    number = at.opened()
    at.do("ana", number, "case_add_items", ids=[id])
    assert at.do("ana", number, "case_show")["items"][0]["visible"] is True
    at.accept(commands.agreement_expire(at.gate, at.call(*STEWARD), id="AG-end", reason="The port withdrew it.").result)
    item = at.do("ana", number, "case_show")["items"][0]
    assert (item["visible"], item["caption"], item["id"]) == (False, None, id)
    assert entity.hex in id


def test_a_silent_source_is_not_listed_to_those_it_does_not_serve(at: Office) -> None:
    seen = {
        who: [s["name"] for s in queries.source_list(at.gate, at.call(who)).result["sources"]]
        for who in ("ana", "cleo", "ines")
    }
    assert "bank" in seen["ana"]
    assert "bank" not in seen["cleo"]
    assert "bank" in seen["ines"]
    with pytest.raises(Missing):
        queries.source_show(at.gate, at.call("cleo"), name="bank")
    assert "pointer_tier" not in queries.source_show(at.gate, at.call("ana"), name="wages").result["agreement"]


# ------------------------------------------------------------------------------------- rule 40


@pytest.mark.parametrize(
    "reason",
    ["", "investigation", "Official law enforcement purposes, ongoing investigation", "x" * 60, "test test test " * 4],
)
def test_rule_40_boilerplate_is_no_reason(at: Office, reason: str) -> None:
    with pytest.raises(Refused):
        commands.inquiry_open(at.gate, at.call("ana", None), purpose="fraud/agent", reason=reason)


def test_rule_40_nobody_repeats_their_last_reasons(at: Office) -> None:
    def ask(reason: str) -> dict[str, Any]:
        found: dict[str, Any] = commands.inquiry_open(
            at.gate, at.call("ana"), purpose="fraud/agent", reason=reason
        ).result
        return found

    reason = "The payee of invoice 17 shares a telephone with the clerk who signed it."
    opened = ask(reason)
    assert (opened["purpose"], opened["reason"], opened["acts_left"]) == ("fraud/agent", reason, 200)
    with pytest.raises(Refused):
        ask(reason)
    with pytest.raises(Refused):
        ask(reason.upper() + "!!")
    mine = queries.my_purposes(at.gate, at.call("ana")).result["purposes"]
    assert [p["inquiry"]["id"] for p in mine if p["key"] == "fraud/agent"] == [opened["id"]]


# --------------------------------------------------------------------------- first administrator


def test_the_first_administrator_is_made_once(db: Any) -> None:
    made = passwords.new_verifier("correct horse battery staple")
    given = {
        "account": "first",
        "title": "First",
        "unit": "office",
        "verifier": made.verifier.hex(),
        "kdf": dict(made.kdf),
    }
    db.admin.execute(
        "INSERT INTO line.setup (code_hash, expires) VALUES (%s, now() + interval '1 day')",
        (hashlib.sha256(b"ONE-TIME").digest(),),
    )

    def ask(code: str) -> dict[str, Any]:
        row = (
            db.connect("brightline_login")
            .execute("SELECT line.setup_first_admin(%s, %s)", (code, Jsonb(given)))
            .fetchone()
        )
        return dict(row[0])

    assert ask("WRONG") == {"ok": False}
    assert ask("ONE-TIME") == {"ok": True, "account": "first", "unit": "office", "purpose": "office/admin"}
    assert ask("ONE-TIME") == {"ok": False}
    db.admin.execute("UPDATE line.setup SET used = NULL")
    assert ask("ONE-TIME") == {"ok": False}


def test_the_application_itself_cannot_set_up(db: Any) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        db.connect("brightline_app").execute("SELECT line.setup_first_admin('x', '{}')")
