"""Rule 32 and its kin: sessions that end, roles that lapse, tokens that do one thing, glass that two people break."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb
from tests.office import Office, office
from tests.signing import show

from brightline.accounts import commands, passwords
from brightline.accounts.passwords import new_verifier
from brightline.gate import Call
from brightline.line import rulebook
from brightline.model.errors import BadInput, Conflict, Missing, Refused

pytestmark = pytest.mark.database

PASSWORD = "correct horse battery staple"
NEED = "The payee named in the tip of 4 May asks for protection tonight and the lead can't be reached."
RIGHT = "The lead is on a flight; the payee is in danger now."


@pytest.fixture(scope="module")
def at(module_db: Any) -> Iterator[Office]:
    with office(module_db) as made:
        yield made


def arm(at: Office, name: str) -> None:
    made = new_verifier(PASSWORD, account=name)
    at.world.db.execute(
        "UPDATE line.account SET verifier = %s, kdf = %s WHERE name = %s",
        (made.verifier, Jsonb(dict(made.kdf)), name),
    )


def sign_in(at: Office, name: str, device: str | None = None, client: str = "test") -> dict[str, Any]:
    with at.database.connect("brightline_login") as conn:
        (challenge,) = conn.execute("SELECT line.login_challenge(%s)", (name,)).fetchone()
        proof = passwords.proof(PASSWORD, challenge)
        return show(conn, name, proof, client=client, device=device)


def whoami(at: Office, token: str) -> str:
    return str(at.gate.run(Call(token=token), "whoami").result["account"])


def refused(at: Office, token: str) -> str:
    """The reason in the ledger for which this token is refused."""
    with pytest.raises(Refused) as caught:
        whoami(at, token)
    return why(at, caught.value.entry)


def why(at: Office, entry: str | None) -> str:
    """What the entry of a refusal says, read from the write-ahead log."""
    rows = at.database.admin.execute(
        "SELECT data FROM pg_logical_slot_peek_binary_changes(%s, NULL, NULL, 'proto_version', '1',"
        " 'publication_names', 'brightline_line', 'messages', 'true')",
        (at.database.slot,),
    ).fetchall()
    for (data,) in reversed(rows):
        content = bytes(data)
        if entry and entry.encode() in content:
            begin = content.index(b'{"v"') if b'{"v"' in content else content.index(b"{")
            return str(json.loads(json.loads(content[begin:])["body"])["why"])
    raise AssertionError(f"no entry {entry}")


def set_(at: Office, token: str, change: str) -> None:
    at.world.db.execute(
        f"UPDATE line.session SET {change} WHERE token_hash = sha256(convert_to(%s, 'UTF8'))", (token.split("~")[0],)
    )


# ------------------------------------------------------------------------------ devices, idleness, numbers


def test_a_browsers_token_alone_opens_nothing(at: Office) -> None:
    arm(at, "ana")
    opened = sign_in(at, "ana", device="")
    assert whoami(at, f"{opened['token']}~{opened['device']}") == "ana"
    assert refused(at, opened["token"]) == "session token without its device"
    assert refused(at, f"{opened['token']}~{'x' * 43}") == "session token without its device"
    again = sign_in(at, "ana", device=opened["device"])
    assert again["device"] == opened["device"], "a browser keeps its device"
    forged = sign_in(at, "ana", device="'; DROP TABLE line.session; --")
    assert len(forged["device"]) == 43


def test_a_browser_that_rests_too_long_is_signed_out(at: Office) -> None:
    arm(at, "ana")
    opened = sign_in(at, "ana", device="")
    token = f"{opened['token']}~{opened['device']}"
    set_(at, token, "seen = clock_timestamp() - interval '59 minutes'")
    assert whoami(at, token) == "ana"
    set_(at, token, "seen = clock_timestamp() - interval '61 minutes'")
    assert refused(at, token) == "session idle too long"


def test_rule_32_a_session_that_no_provider_confirmed_within_15_minutes_is_dead(at: Office) -> None:
    """Whatever the web process does or forgets: the deadline stands in the row, and enter reads it."""
    arm(at, "bo")
    token = sign_in(at, "bo")["token"]
    set_(at, token, "recheck_by = clock_timestamp() + interval '15 minutes'")
    assert whoami(at, token) == "bo"
    set_(at, token, "recheck_by = clock_timestamp()")
    assert refused(at, token) == "the provider has not confirmed the account in time"


def test_rule_44_a_sixth_session_ends_the_oldest_and_says_so(at: Office) -> None:
    at.world.person("crow", ("fraud", "agent"))
    arm(at, "crow")
    tokens = [sign_in(at, "crow", client=f"client {n}")["token"] for n in range(6)]
    assert refused(at, tokens[0]) == "no live session"
    assert [whoami(at, token) for token in tokens[1:]] == ["crow"] * 5
    notices = at.gate.run(Call(token=tokens[5]), "notice_list", {"limit": 50}).result["notices"]
    assert any("ended by a new sign-in" in one["what"] for one in notices)


def test_rule_44_or_only_flags_it_where_the_rulebook_says_so(at: Office) -> None:
    at.world.person("flagg", ("fraud", "agent"))
    arm(at, "flagg")
    book = rulebook.load()
    book["accounts"] = {**book["accounts"], "sessions": 1, "over": "flag"}
    at.world.db.execute("UPDATE line.state SET rulebook = %s", (Jsonb(book),))
    try:
        tokens = [sign_in(at, "flagg")["token"] for _ in range(2)]
        assert [whoami(at, token) for token in tokens] == ["flagg", "flagg"]
        notices = at.gate.run(Call(token=tokens[1]), "notice_list", {"limit": 50}).result["notices"]
        assert any("more places" in one["what"] for one in notices)
    finally:
        at.world.db.execute("UPDATE line.state SET rulebook = %s", (Jsonb(rulebook.load()),))


def test_one_ends_ones_own_sessions_and_nobody_elses(at: Office) -> None:
    arm(at, "sam")
    arm(at, "sue")
    token, other = sign_in(at, "sam")["token"], sign_in(at, "sue")
    mine = at.gate.run(Call(token=token), "session_list").result["sessions"]
    assert {one["client"] for one in mine} >= {"test"}
    with pytest.raises(Missing):
        at.gate.run(Call(token=token), "session_end", {"session": other["session"]})
    assert whoami(at, other["token"]) == "sue"
    at.gate.run(Call(token=other["token"]), "session_end", {"session": other["session"]})
    assert refused(at, other["token"]) == "no live session"


@pytest.mark.parametrize(
    "wrong",
    [
        {"sessions": 0},
        {"idle_minutes": "60"},
        {"recertify_days": 93},
        {"glass_hours": 5},
        {"over": "nothing"},
        {"second_factor": ["boss"]},
        {"unknown": 1},
        {"sessions": True},
    ],
)
def test_a_rulebook_that_loosens_too_much_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadInput) as caught:
        rulebook.check_accounts(wrong)
    assert next(iter(wrong)) in str(caught.value)


# -------------------------------------------------------------------------------------- service tokens


def token_add(at: Office, who: str, **changes: Any) -> dict[str, Any]:
    soon = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    wanted = {"title": "Nightly list", "acts": ["case_list"], "purpose": "fraud/agent", "expires": soon, **changes}
    arm(at, who)
    at.world.db.execute("DELETE FROM line.login_attempt")
    made: dict[str, Any] = commands.token_add(at.gate, at.call(who), password=PASSWORD, **wanted).result
    return made


def test_a_service_token_does_the_named_act_under_its_purpose_and_nothing_else(at: Office) -> None:
    made = token_add(at, "ana")
    token = made["token"]
    assert at.gate.run(Call(token=token, purpose="fraud/agent"), "case_list").result["total"] >= 0
    for call, name, said in (
        (Call(token=token, purpose="fraud/agent"), "case_open", "act of a person, no program's"),
        (Call(token=token), "whoami", "service token not for this act"),
        (Call(token=token, purpose="labour/agent"), "case_list", "service token not for this purpose"),
        (Call(token=token[:-1] + "x", purpose="fraud/agent"), "case_list", "no live service token"),
    ):
        with pytest.raises(Refused) as caught:
            at.gate.run(call, name)
        assert why(at, caught.value.entry) == said
    listed = at.do("ana", None, "token_list")["tokens"]
    assert [one["state"] for one in listed if one["id"] == made["id"]] == ["live"]
    assert token not in json.dumps(listed)
    with pytest.raises(Missing):
        at.do("bo", None, "token_revoke", id=made["id"])
    at.do("ana", None, "token_revoke", id=made["id"])
    with pytest.raises(Refused):
        at.gate.run(Call(token=token, purpose="fraud/agent"), "case_list")


def test_an_expired_token_and_a_leavers_token_are_dead(at: Office) -> None:
    at.world.person("toby", ("fraud", "agent"))
    expired, live = token_add(at, "toby"), token_add(at, "toby")
    at.world.db.execute(
        "UPDATE line.service_token SET made = made - interval '40 days', expires = now() WHERE id = %s",
        (expired["id"],),
    )
    with pytest.raises(Refused):
        at.gate.run(Call(token=expired["token"], purpose="fraud/agent"), "case_list")
    assert at.gate.run(Call(token=live["token"], purpose="fraud/agent"), "case_list").result["total"] >= 0
    at.do("ada", "records/admin", "account_disable", name="toby", reason="Left on Friday.")
    with pytest.raises(Refused):
        at.gate.run(Call(token=live["token"], purpose="fraud/agent"), "case_list")


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"acts": []}, BadInput),
        ({"acts": ["no_such_act"]}, BadInput),
        ({"acts": ["role_grant"]}, BadInput),
        ({"acts": ["token_add"]}, BadInput),
        ({"acts": ["glass_decide"]}, BadInput),
        ({"purpose": "labour/agent"}, Missing),
        ({"purpose": "no/desk"}, Missing),
        ({"expires": "2020-01-01"}, BadInput),
        ({"expires": "2099-01-01"}, BadInput),
        ({"expires": None}, BadInput),
        ({"title": ""}, BadInput),
    ],
)
def test_a_token_that_would_be_too_much_isnt_made(at: Office, change: dict[str, Any], kind: type[Exception]) -> None:
    with pytest.raises(kind):
        token_add(at, "ana", **change)


# -------------------------------------------------------------------------------- quarterly confirmation


def due(at: Office, name: str, days: int) -> None:
    at.world.db.execute(
        "UPDATE line.role_grant SET due = clock_timestamp() + make_interval(days => %s)"
        " WHERE account = (SELECT id FROM line.account WHERE name = %s)",
        (days, name),
    )


def test_rule_32_a_role_that_nobody_confirmed_lapses_on_its_day(at: Office) -> None:
    at.world.person("quin", ("fraud", "agent"))
    assert at.do("quin", "fraud/agent", "case_list")["total"] >= 0
    due(at, "quin", 5)
    listed = at.do("sam", "fraud/supervisor", "role_due")["roles"]
    assert [(one["role"], one["lapsed"]) for one in listed if one["account"] == "quin"] == [("agent", False)]
    due(at, "quin", -1)
    with pytest.raises(Refused):
        at.do("quin", "fraud/agent", "case_list")
    assert at.do("quin", None, "whoami")["roles"] == []
    confirm = {"account": "quin", "unit": "fraud", "role": "agent"}
    with pytest.raises(Conflict):
        at.do("sam", "fraud/supervisor", "role_confirm", **confirm)
    at.do("ada", "records/admin", "role_grant", **confirm)
    assert at.do("quin", "fraud/agent", "case_list")["total"] >= 0


def test_rule_32_a_supervisor_confirms_for_a_quarter_and_never_for_themselves(at: Office) -> None:
    at.world.person("kim", ("fraud", "agent"))
    due(at, "kim", 3)
    done = at.do("sam", "fraud/supervisor", "role_confirm", account="kim", unit="fraud", role="agent")
    ahead = datetime.fromisoformat(done["due"]) - datetime.now(UTC)
    assert timedelta(days=91) < ahead <= timedelta(days=92)
    assert done["confirmed_by"] == "sam"
    with pytest.raises(Refused) as caught:
        at.do("sam", "fraud/supervisor", "role_confirm", account="sam", unit="fraud", role="supervisor")
    assert caught.value.code == "self"
    with pytest.raises(Refused):
        at.do("kim", "fraud/agent", "role_confirm", account="ana", unit="fraud", role="agent")
    with pytest.raises(Missing):
        at.do("vic", "labour/supervisor", "role_confirm", account="kim", unit="fraud", role="agent")
    assert (
        at.do("ada", "records/admin", "role_confirm", account="sam", unit="fraud", role="supervisor")["lapsed"] is False
    )


def test_a_role_that_isnt_needed_ends_with_a_reason(at: Office) -> None:
    at.world.person("lee", ("fraud", "agent"))
    drop = {"account": "lee", "unit": "fraud", "role": "agent", "keep": False}
    with pytest.raises(BadInput):
        at.do("sam", "fraud/supervisor", "role_confirm", **drop)
    at.do("sam", "fraud/supervisor", "role_confirm", **drop, reason="Moved to records in May.")
    with pytest.raises(Refused):
        at.do("lee", "fraud/agent", "case_list")


def test_what_waits_to_be_confirmed_stands_in_the_notices(at: Office) -> None:
    at.world.person("nell", ("fraud", "agent"))
    due(at, "nell", 3)
    notices = at.do("sam", None, "notice_list", limit=50)["notices"]
    assert any(one["kind"] == "role" and one["due"] for one in notices)
    due(at, "nell", 90)


def test_the_last_administrator_is_overdue_and_not_locked_out(db: Any) -> None:
    with office(db) as alone:
        alone.world.db.execute("UPDATE line.role_grant SET due = now() - interval '1 day' WHERE role = 'admin'")
        assert alone.do("ada", "records/admin", "account_list")["accounts"]
        alone.world.person("abe", ("records", "admin"))
        with pytest.raises(Refused):
            alone.do("ada", "records/admin", "account_list")


# ------------------------------------------------------------------------------------------ break-glass


def ask(at: Office, who: str, case: str, desk: str = "fraud/agent", **changes: Any) -> dict[str, Any]:
    reason = changes.pop("reason", f"{NEED} It concerns {case} and {who}.")
    made: dict[str, Any] = at.do(who, desk, "glass_ask", case=case, reason=reason)
    at.settle()
    return made


def read(at: Office, who: str, case: str) -> Any:
    return at.do(who, case, "case_show")


def test_glass_takes_two_people_shows_and_changes_nothing_and_ends(at: Office) -> None:
    at.world.person("gil", ("fraud", "agent"))
    case = at.opened(restricted=True, supervisor="sam")
    with pytest.raises(Refused):
        read(at, "gil", case)
    number = ask(at, "gil", case)["glass"]
    with pytest.raises(Refused):
        read(at, "gil", case)
    with pytest.raises(Refused) as caught:
        at.do("gil", "fraud/agent", "glass_decide", glass=number, reason=RIGHT)
    with pytest.raises(Missing):
        at.do("sue", "fraud/supervisor", "glass_decide", glass=number, reason=RIGHT)
    opened = at.do("sam", "fraud/supervisor", "glass_decide", glass=number, reason=RIGHT)
    assert opened["state"] == "open"
    hours = (datetime.fromisoformat(opened["expires"]) - datetime.now(UTC)) / timedelta(hours=1)
    assert 3.9 < hours <= 4
    assert read(at, "gil", case)["case"] == case
    for act, params in (("case_close", {"outcome": "x", "summary": "x" * 40}), ("case_member_add", {"account": "gil"})):
        with pytest.raises(Refused) as caught:
            at.do("gil", case, act, **params)
        assert why(at, caught.value.entry) in {"break-glass reads only", "role"}
    told = [one["what"] for who in ("ana", "ines") for one in at.do(who, None, "notice_list", limit=50)["notices"]]
    assert sum("opened" in what and case in what for what in told) == 2
    at.world.db.execute(
        "UPDATE line.glass SET decided = decided - interval '5 hours', expires = expires - interval '5 hours'"
        " WHERE number = %s",
        (number,),
    )
    with pytest.raises(Refused):
        read(at, "gil", case)
    for who, desk in (("gil", "fraud/agent"), ("sam", "fraud/supervisor")):
        with pytest.raises(Refused):
            at.do(who, desk, "glass_review", glass=number, review="It was right, the payee was in danger.")
    done = at.do("lou", "legal/approver", "glass_review", glass=number, review="It was right, the payee was in danger.")
    assert (done["reviewed_by"], done["review_due"]) == ("lou", False)


def test_glass_never_opens_what_is_sealed_or_of_another_regime_and_never_tells(at: Office) -> None:
    at.world.person("gus", ("fraud", "agent"))
    sealed, other, absent = at.opened(), at.opened("cleo", "labour"), "C-2026-999999"
    at.world.db.execute("UPDATE line.purpose SET clearances = '{sealed}' WHERE key = %s", (sealed,))
    asked = [ask(at, "gus", case) for case in (sealed, other, absent)]
    for one in asked:
        del one["glass"], one["case"], one["asked"], one["reason"], one["revision"]
    assert asked[0] == asked[1] == asked[2], "hidden, foreign and absent are told alike"
    waiting = {
        one["case"]
        for who, desk in (("sam", "fraud/supervisor"), ("vic", "labour/supervisor"), ("lou", "legal/approver"))
        for one in at.do(who, desk, "glass_list")["requests"]
        if one["may_decide"]
    }
    assert not waiting & {sealed, other, absent}


def test_a_case_that_is_sealed_after_the_glass_broke_closes_again(at: Office) -> None:
    at.world.person("gwen", ("fraud", "agent"))
    case = at.opened()
    number = ask(at, "gwen", case)["glass"]
    at.do("lou", "legal/approver", "glass_decide", glass=number, reason=RIGHT, hours=1)
    assert read(at, "gwen", case)["case"] == case
    at.world.db.execute("UPDATE line.purpose SET clearances = '{protected}' WHERE key = %s", (case,))
    with pytest.raises(Refused):
        read(at, "gwen", case)


def test_glass_needs_a_reason_and_is_asked_once(at: Office) -> None:
    at.world.person("gert", ("fraud", "agent"))
    case = at.opened()
    with pytest.raises(Refused):
        ask(at, "gert", case, reason="investigation")
    with pytest.raises(BadInput):
        ask(at, "gert", "not a number")
    number = ask(at, "gert", case)["glass"]
    with pytest.raises(Conflict):
        ask(at, "gert", case, reason=f"{NEED} Once more, since nobody answered me about it.")
    with pytest.raises(BadInput):
        at.do("sam", "fraud/supervisor", "glass_decide", glass=number, reason=RIGHT, hours=5)
    denied = at.do("sam", "fraud/supervisor", "glass_decide", glass=number, reason=RIGHT, approve=False)
    assert denied["state"] == "denied"
    with pytest.raises(Refused):
        read(at, "gert", case)
    with pytest.raises(Conflict):
        ask(at, "ana", case)


def test_the_tables_themselves_hold_two_people_and_four_hours(at: Office) -> None:
    row = at.world.db.execute("SELECT id FROM line.glass WHERE case_id IS NOT NULL LIMIT 1").fetchone()
    assert row is not None
    for change in (
        "decided_by = asker, decided = now()",
        "state = 'open', decided_by = NULL",
        "decided = now(), expires = now() + interval '5 hours'",
        "reviewed_by = asker, review = repeat('x', 30)",
    ):
        with pytest.raises(psycopg.errors.CheckViolation):
            at.world.db.execute(f"UPDATE line.glass SET {change} WHERE id = %s", (row[0],))
