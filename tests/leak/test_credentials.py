"""ATTACKS F6: what a stolen session makes of service tokens, and what outlives a new password."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb
from tests.office import Office, office
from tests.rules.test_rule_32_access import PASSWORD, arm, sign_in, why
from tests.rules.test_second_factor import code_of, enrol, second
from tests.signing import ask

from brightline.accounts import commands, passwords
from brightline.accounts.access import factors_reset
from brightline.gate import Call
from brightline.model.errors import BadInput, Refused
from brightline.store.headers import UPLOADS, read, read_rooms
from brightline.store.install import ROOMS

pytestmark = pytest.mark.database

ADMIN = ("ada", "records/admin")


@pytest.fixture(scope="module")
def at(module_db: Any) -> Iterator[Office]:
    with office(module_db) as made:
        yield made


def person(at: Office, name: str, role: str = "agent") -> str:
    at.world.person(name, ("fraud", role))
    arm(at, name)
    return str(sign_in(at, name)["token"])


def wanted(**changes: Any) -> dict[str, Any]:
    soon = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    return {"title": "Nightly list", "acts": ["case_list"], "purpose": "fraud/agent", "expires": soon, **changes}


def make(at: Office, token: str, **changes: Any) -> str:
    return str(commands.token_add(at.gate, Call(token=token), password=PASSWORD, **wanted(**changes)).result["token"])


def works(at: Office, token: str, name: str = "case_list") -> bool:
    try:
        at.gate.run(Call(token=token, purpose="fraud/agent"), name)
    except Refused:
        return False
    return True


def notices(at: Office, name: str) -> list[str]:
    rows = at.world.db.execute(
        "SELECT n.what FROM line.account_notice n JOIN line.account a ON a.id = n.account WHERE a.name = %s"
        " ORDER BY n.at",
        (name,),
    ).fetchall()
    return [what for (what,) in rows]


# ------------------------------------------------------------------------------------------ what a token may


def test_f6_a_session_alone_makes_no_token(at: Office) -> None:
    token = person(at, "ada.six")
    with pytest.raises(Refused) as caught:
        at.gate.run(Call(token=token), "token_add", wanted())
    assert caught.value.code == "proof"
    for shown in ({"password": "wrong wrong wrong"}, {"code": "123456"}, {"code": "0123-4567"}):
        with pytest.raises(Refused) as caught:
            commands.token_add(at.gate, Call(token=token), **shown, **wanted())
        assert caught.value.code == "password"
    made = make(at, token)
    assert works(at, made)
    assert any("a service token was made for you: Nightly list" in one for one in notices(at, "ada.six"))


def test_f6_a_code_serves_for_it_once(at: Office) -> None:
    secret, _ = enrol(at, "bea.six")
    code = code_of(secret, 1)
    token = sign_in(at, "bea.six")["token"]
    opened = second(at, token, "totp", code)
    with pytest.raises(Refused) as caught:
        commands.token_add(at.gate, Call(token=opened["token"]), code=code, **wanted())
    assert caught.value.code == "password", "the code that opened the session is spent"


def test_f6_guessing_with_a_stolen_session_is_counted_whatever_is_rolled_back(at: Office) -> None:
    token = person(at, "cal.six")
    proof = "SELECT app.proof_show(%s, NULL, NULL, %s)"
    with at.database.connect("brightline_app") as app:
        for n in range(10):
            shown = ask(app, proof, token, Jsonb({"proof": f"{n:064x}"}))["result"]["attempt"]
            with app.transaction(force_rollback=True), pytest.raises(psycopg.Error), app.transaction():
                ask(app, "SELECT app.token_add(%s, NULL, NULL, %s)", token, Jsonb({**wanted(), "attempt": shown}))
        with pytest.raises(psycopg.Error) as caught:
            ask(app, proof, token, Jsonb({"proof": "0" * 64}))
        assert "Too many wrong" in str(caught.value.diag.message_detail)
    assert sign_in(at, "cal.six")["ok"] is True, "its holder still signs in"


def test_f6_anothers_attempt_and_an_attempt_of_the_same_transaction_prove_nothing(at: Office) -> None:
    mine, theirs = person(at, "dag.six"), person(at, "eli.six")
    with at.database.connect("brightline_app") as app:
        challenge = ask(app, "SELECT app.password_challenge(%s, NULL, NULL, '{}')", mine)["result"]
        proof = Jsonb({"proof": passwords.proof(PASSWORD, challenge).hex()})
        shown = ask(app, "SELECT app.proof_show(%s, NULL, NULL, %s)", mine, proof)["result"]["attempt"]
        for token, attempt in ((theirs, shown), (mine, "00000000-0000-4000-8000-000000000000")):
            with pytest.raises(psycopg.Error):
                ask(app, "SELECT app.token_add(%s, NULL, NULL, %s)", token, Jsonb({**wanted(), "attempt": attempt}))
        with app.transaction():
            shown = ask(app, "SELECT app.proof_show(%s, NULL, NULL, %s)", mine, proof)["result"]["attempt"]
            with pytest.raises(psycopg.Error), app.transaction():
                ask(app, "SELECT app.token_add(%s, NULL, NULL, %s)", mine, Jsonb({**wanted(), "attempt": shown}))


def test_f6_tokens_read_and_upload_and_decide_nothing(at: Office) -> None:
    """By declaration: an act that its file doesn't give to tokens is none of theirs, whatever it is called."""
    rooms = read_rooms(ROOMS)
    declared = {one.name: one for one in rooms if one.token}
    for one in declared.values():
        assert one.kind == "query" or one.name in (*UPLOADS, "inquiry_open"), one.name
        assert one.act in {"view", "search", "enter"} or one.name in UPLOADS, one.name
    listed = at.world.db.execute("SELECT name FROM line.token_act").fetchall()
    assert {name for (name,) in listed} == declared.keys()
    token = person(at, "fox.six")
    attempts = "DELETE FROM line.login_attempt"
    for one in rooms:
        if not one.token:
            at.world.db.execute(attempts)
            with pytest.raises(BadInput):
                at.gate.run(Call(token=token), "token_add", wanted(acts=["case_list", one.name]))


def test_f6_a_token_of_before_decides_no_more(at: Office) -> None:
    """One that was made when decisions could be named: the line asks at each call."""
    made = make(at, person(at, "gil.six"))
    at.world.db.execute(
        "UPDATE line.service_token SET acts = acts || '{whoami,notice_read,case_open,password_challenge}'::text[]"
    )
    with pytest.raises(Refused) as caught:
        at.gate.run(Call(token=made, purpose="fraud/agent"), "case_open")
    assert why(at, caught.value.entry) == "act of a person, no program's"
    assert works(at, made)


def test_f6_a_header_that_gives_a_decision_to_tokens_stops_the_installation(tmp_path: Any) -> None:
    for act, kind, name in (
        ("change", "command", "case_approve"),
        ("read-log", "query", "x"),
        ("export", "query", "y"),
    ):
        file = tmp_path / f"{name}.sql"
        lines = [f"-- act: {act}", f"-- kind: {kind}", "-- roles: any", "-- purposes: none", "-- inquiry: optional"]
        file.write_text("\n".join([*lines, "-- token: yes", "-- params: {}", "-- result: {}", "BEGIN", "END"]))
        with pytest.raises(BadInput, match="reads and uploads"):
            read(file)


# ------------------------------------------------------------------------------------- what ends them


def test_f6_whatever_ends_credentials_ends_all_that_was_made_with_them(at: Office) -> None:
    def change(name: str, token: str) -> None:
        new = "another horse battery staple"
        commands.password_change(at.gate, Call(token=token), account=name, old=PASSWORD, new=new)

    ways = {
        "hew.six": change,
        "ivy.six": lambda name, _: commands.account_reset(at.gate, at.call(*ADMIN), name=name),
        "jim.six": lambda name, _: factors_reset(at.gate, at.call(*ADMIN), name, reason="Lost."),
        "kip.six": lambda name, _: commands.account_disable(at.gate, at.call(*ADMIN), name=name, reason="Left."),
    }
    for name, end in ways.items():
        token = person(at, name)
        made = make(at, token)
        device = sign_in(at, name, device="")["device"]
        order = "INSERT INTO line.standing_order (account, purpose, acts, expires, made) SELECT a.id, p.id, '{x}',"
        for ago in ("0 minutes", "2 days"):
            at.world.db.execute(
                f"{order} now() + interval '1 day', now() - interval '{ago}' FROM line.account a, line.purpose p"
                " WHERE a.name = %s AND p.key = 'fraud/agent'",
                (name,),
            )
        assert works(at, made)
        end(name, token)
        assert not works(at, made), name
        assert not works(at, token), name
        live = at.world.db.execute(
            "SELECT count(*) FROM line.standing_order o JOIN line.account a ON a.id = o.account"
            " WHERE a.name = %s AND o.ended IS NULL",
            (name,),
        ).fetchone()
        assert live == ((1,) if end is change else (0,)), f"{name}: a new password ends those of the sessions it ends"
        row = at.world.db.execute(
            "SELECT line.device_known(id, %s) FROM line.account WHERE name = %s", (device, name)
        ).fetchone()
        assert row == (False,), name
        assert any("1 service tokens and" in one for one in notices(at, name)), name


# ---------------------------------------------------------------------- a password that others know


def test_f6_a_password_that_an_administrator_knows_opens_the_change_alone(at: Office) -> None:
    """Whether it was made or chosen: at the line, whatever a door does."""
    for given in (None, "chosen by the administrator"):
        name = "lou.six" if given is None else "mo.six"
        made = commands.account_add(
            at.gate, at.call(*ADMIN), name=name, unit="fraud", role="agent", **({"password": given} if given else {})
        ).result
        word = given or made["password"]
        with at.database.connect("brightline_login") as login:
            challenge = ask(login, "SELECT line.login_challenge(%s)", name)
            proof = passwords.proof(word, challenge)
            begun = ask(login, "SELECT line.session_attempt(%s, %s, 'x', NULL)", name, proof)
            token = ask(login, "SELECT line.session_open(%s, 'x', NULL)", begun["attempt"])["token"]
        for act, purpose in (("case_list", "fraud/agent"), ("token_list", None), ("factor_totp_begin", None)):
            with pytest.raises(Refused) as caught:
                at.gate.run(Call(token=token, purpose=purpose), act)
            assert why(at, caught.value.entry) == "password has to be changed first"
        assert at.gate.run(Call(token=token), "whoami").result["must_change"] is True
        commands.password_change(at.gate, Call(token=token), account=name, old=word, new=PASSWORD)
        assert works(at, sign_in(at, name)["token"])


def test_f6_an_administrator_cant_say_that_nobody_knows_it(at: Office) -> None:
    made = passwords.new_verifier("chosen by me, told to none", account="ned.six")
    params = {"name": "ned.six", "verifier": made.verifier.hex(), "kdf": dict(made.kdf), "must_change": False}
    at.gate.run(at.call(*ADMIN), "account_add", params)
    row = at.world.db.execute("SELECT must_change FROM line.account WHERE name = 'ned.six'").fetchone()
    assert row == (True,)


def test_f6_a_reset_is_told_to_the_account_and_to_overseers(at: Office) -> None:
    person(at, "pat.six")
    commands.account_reset(at.gate, at.call(*ADMIN), name="pat.six")
    factors_reset(at.gate, at.call(*ADMIN), "pat.six", reason="Lost.")
    assert "ada gave you a new password" in notices(at, "pat.six")
    told = notices(at, "ines")
    assert "ada gave pat.six a new password" in told
    assert "ada took the second factors of pat.six away" in told
