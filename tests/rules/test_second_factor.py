"""The second factor in the database: codes by the vectors, used once, locked after ten, wanted by role."""

from __future__ import annotations

import hashlib
import hmac
import json
import struct
import time
from collections.abc import Iterator
from typing import Any

import pytest
from psycopg.types.json import Jsonb
from tests.office import Office, office
from tests.rules.test_rule_32_access import PASSWORD, arm, sign_in, whoami, why
from tests.signing import show_code

from brightline.gate import Call
from brightline.line import rulebook
from brightline.model.errors import Missing, Refused

pytestmark = pytest.mark.database


@pytest.fixture(scope="module")
def at(module_db: Any) -> Iterator[Office]:
    with office(module_db) as made:
        yield made


def code_of(secret: bytes, ahead: int = 0) -> str:
    """RFC 6238, written once more and apart from the database's."""
    mac = hmac.new(secret, struct.pack(">Q", int(time.time() // 30) + ahead), hashlib.sha1).digest()
    at = mac[19] & 15
    return f"{(int.from_bytes(mac[at : at + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06d}"


def second(at: Office, token: str, kind: str, code: str) -> dict[str, Any]:
    with at.database.connect("brightline_login") as conn:
        return show_code(conn, token, kind, code, at.database.home.factor_key())


def enrol(at: Office, name: str) -> tuple[bytes, list[str]]:
    """Somebody with an authenticator: (secret, recovery codes). The present code is spent, the next isn't."""
    at.world.person(name, ("fraud", "agent"))
    arm(at, name)
    token = sign_in(at, name)["token"]
    begun = at.gate.run(Call(token=token), "factor_totp_begin", {"title": "Telephone"}).result
    secret = bytes.fromhex(begun["secret"])
    done = at.gate.run(Call(token=token), "factor_totp_confirm", {"id": begun["id"], "code": code_of(secret)}).result
    return secret, done["recovery_codes"]


@pytest.mark.parametrize(
    ("at_", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_the_vectors_of_rfc_6238(module_db: Any, at_: int, code: str) -> None:
    row = module_db.admin.execute("SELECT line.totp(%s, %s, 8)", (b"12345678901234567890", at_ // 30)).fetchone()
    assert row == (code,)


@pytest.mark.parametrize("size", [0, 1, 55, 56, 63, 64, 65, 119, 120, 200])
def test_sha1_of_any_length(module_db: Any, size: int) -> None:
    data = bytes(n * 7 % 256 for n in range(size))
    row = module_db.admin.execute("SELECT line.sha1(%s), line.hmac_sha1(%s, %s)", (data, data, b"what")).fetchone()
    assert row == (hashlib.sha1(data).digest(), hmac.new(data, b"what", hashlib.sha1).digest())


def test_a_password_alone_opens_nothing_once_there_is_a_factor(at: Office) -> None:
    secret, _ = enrol(at, "tess")
    opened = sign_in(at, "tess")
    assert (opened["waits"], opened["kinds"]) == ("second", ["totp"])
    with pytest.raises(Refused) as caught:
        whoami(at, opened["token"])
    assert why(at, caught.value.entry) == "session waits for its second factor"
    assert second(at, opened["token"], "totp", "000000")["ok"] is False
    done = second(at, opened["token"], "totp", code_of(secret, 1))
    assert done["ok"] is True
    assert whoami(at, done["token"]) == "tess"
    with pytest.raises(Refused):
        whoami(at, opened["token"])  # the token of before the second factor is worth nothing


def test_a_code_serves_once(at: Office) -> None:
    secret, _ = enrol(at, "oona")
    code = code_of(secret, 1)
    assert second(at, sign_in(at, "oona")["token"], "totp", code)["ok"] is True
    assert second(at, sign_in(at, "oona")["token"], "totp", code)["ok"] is False
    assert second(at, sign_in(at, "oona")["token"], "totp", code_of(secret, -9))["ok"] is False


def test_a_recovery_code_serves_once_and_is_told(at: Office) -> None:
    _, codes = enrol(at, "rhea")
    assert len(set(codes)) == 10
    done = second(at, sign_in(at, "rhea")["token"], "recovery", codes[0].upper())
    assert done["ok"] is True
    notices = at.gate.run(Call(token=done["token"]), "notice_list", {"limit": 50}).result["notices"]
    assert any("recovery code" in one["what"] for one in notices)
    assert second(at, sign_in(at, "rhea")["token"], "recovery", codes[0])["ok"] is False
    assert at.gate.run(Call(token=done["token"]), "factor_list").result["recovery_left"] == 9


def test_five_wrong_codes_end_the_session_and_ten_lock_the_account(at: Office) -> None:
    secret, _ = enrol(at, "wanda")
    token = sign_in(at, "wanda")["token"]
    for _ in range(5):
        assert second(at, token, "totp", "123")["ok"] is False
    assert second(at, token, "totp", code_of(secret, 1))["ok"] is False
    token = sign_in(at, "wanda")["token"]
    answers = [second(at, token, "totp", "123") for _ in range(5)]
    assert answers[-1].get("locked_until")
    assert second(at, sign_in(at, "wanda")["token"], "totp", code_of(secret, 1)).get("locked_until")


def test_setting_up_a_factor_ends_the_sessions_that_were_without(at: Office) -> None:
    at.world.person("sol", ("fraud", "agent"))
    arm(at, "sol")
    old, token = sign_in(at, "sol")["token"], sign_in(at, "sol")["token"]
    begun = at.gate.run(Call(token=token), "factor_totp_begin").result
    with pytest.raises(Refused) as caught:
        at.gate.run(Call(token=token), "factor_totp_confirm", {"id": begun["id"], "code": "000000"})
    assert caught.value.code == "code"
    code = code_of(bytes.fromhex(begun["secret"]))
    at.gate.run(Call(token=token), "factor_totp_confirm", {"id": begun["id"], "code": code})
    assert whoami(at, token) == "sol"
    with pytest.raises(Refused):
        whoami(at, old)


def test_a_role_that_needs_a_factor_may_do_nothing_but_enrol(at: Office) -> None:
    at.world.person("sven", ("fraud", "supervisor"))
    arm(at, "sven")
    book = rulebook.load()
    book["accounts"] = {**book["accounts"], "second_factor": ["supervisor"]}
    at.world.db.execute("UPDATE line.state SET rulebook = %s", (Jsonb(book),))
    try:
        opened = sign_in(at, "sven")
        assert opened["waits"] == "enrol"
        token = opened["token"]
        assert whoami(at, token) == "sven"
        for act, purpose in (("case_list", "fraud/supervisor"), ("token_list", None), ("session_list", None)):
            with pytest.raises(Refused):
                at.gate.run(Call(token=token, purpose=purpose), act)
        begun = at.gate.run(Call(token=token), "factor_totp_begin").result
        code = code_of(bytes.fromhex(begun["secret"]))
        done = at.gate.run(Call(token=token), "factor_totp_confirm", {"id": begun["id"], "code": code}).result
        assert at.gate.run(Call(token=token, purpose="fraud/supervisor"), "case_list").result["total"] >= 0
        with pytest.raises(Refused) as caught:
            at.gate.run(Call(token=token), "factor_end", {"id": done["id"]})
        assert caught.value.code == "needed"
    finally:
        at.world.db.execute("UPDATE line.state SET rulebook = %s", (Jsonb(rulebook.load()),))


def test_an_administrator_resets_factors_of_others_only(at: Office) -> None:
    enrol(at, "lost")
    with pytest.raises(Refused):
        at.do("ada", "records/admin", "account_factors_reset", name="ada", reason="Mine.")
    done = at.do("ada", "records/admin", "account_factors_reset", name="lost", reason="Telephone drowned.")
    assert done["factors_ended"] == 1
    assert sign_in(at, "lost")["waits"] == ""


def test_nobody_ends_somebody_elses_factor(at: Office) -> None:
    enrol(at, "fay")
    row = at.world.db.execute(
        "SELECT id FROM line.factor WHERE account = %s AND ended IS NULL", (at.world.accounts["fay"],)
    ).fetchone()
    with pytest.raises(Missing):
        at.do("ana", None, "factor_end", id=str(row[0]))


def test_no_secret_and_no_code_stands_in_the_log(at: Office) -> None:
    secret, codes = enrol(at, "mute")
    rows = at.database.admin.execute(
        "SELECT data FROM pg_logical_slot_peek_binary_changes(%s, NULL, NULL, 'proto_version', '1',"
        " 'publication_names', 'brightline_line', 'messages', 'true')",
        (at.database.slot,),
    ).fetchall()
    log = b"".join(bytes(row[0]) for row in rows)
    assert b"factor_totp_confirm" in log
    for word in (secret.hex(), codes[0], json.dumps(PASSWORD), f'"{code_of(secret)}"'):
        assert word.encode() not in log
