"""A second factor through the door and on the command line: set up, asked for, shown, wrong, lost."""

from __future__ import annotations

import base64

import pytest
from tests.contract.conftest import API, PASSWORD, Door
from tests.rules.test_second_factor import code_of

pytestmark = pytest.mark.database


def sign_in(door: Door, name: str):
    client = door.open
    answer = client.post(f"{API}/session", json={"account": name, "password": PASSWORD, "cookie": True})
    return client, answer


def enrolled(door: Door, name: str) -> tuple[bytes, list[str]]:
    door.world.person(name, ("fraud", "agent"))
    door.password_of(name)
    client, _ = sign_in(door, name)
    begun = client.post(f"{API}/me/factors/totp", json={"title": "Telephone"})
    assert begun.status_code == 201, begun.text
    told = begun.json()
    assert told["address"].startswith(f"otpauth://totp/Brightline:{name}?secret={told['secret']}")
    assert told["picture"].startswith("data:image/svg+xml")
    secret = base64.b32decode(told["secret"] + "=" * (-len(told["secret"]) % 8))
    wrong = client.post(f"{API}/me/factors/totp/confirm", json={"id": told["id"], "code": "000000"})
    assert (wrong.status_code, wrong.json()["code"]) == (403, "code")
    made = client.post(f"{API}/me/factors/totp/confirm", json={"id": told["id"], "code": code_of(secret)})
    assert made.status_code == 200, made.text
    return secret, made.json()["recovery_codes"]


def test_the_second_step_in_a_browser(door: Door) -> None:
    secret, codes = enrolled(door, "uma")
    client, opened = sign_in(door, "uma")
    assert (opened.json()["waits"], opened.json()["kinds"]) == ("second", ["totp"])
    me = client.get(f"{API}/me")
    assert (me.status_code, me.json()["code"]) == (401, "second_factor")
    assert "second" in me.json()["hint"]
    wrong = client.post(f"{API}/session/second", json={"code": "000000"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "second_factor_wrong")
    before = client.cookies["brightline_session"]
    right = client.post(f"{API}/session/second", json={"code": code_of(secret, 1)})
    assert right.status_code == 200, right.text
    assert right.json()["token"] is None
    assert client.cookies["brightline_session"] != before
    assert client.get(f"{API}/me").json()["account"] == "uma"
    factors = client.get(f"{API}/me/factors").json()
    assert (factors["recovery_left"], len(factors["factors"])) == (10, 1)
    assert "secret" not in factors["factors"][0]
    client, _ = sign_in(door, "uma")
    again = client.post(f"{API}/session/second", json={"kind": "recovery", "code": codes[3]})
    assert again.status_code == 200


def test_the_second_step_by_token(door: Door) -> None:
    secret, _ = enrolled(door, "theo")
    opened = door.open.post(f"{API}/session", json={"account": "theo", "password": PASSWORD, "cookie": False}).json()
    bearer = {"Authorization": f"Bearer {opened['token']}"}
    assert door.open.get(f"{API}/me", headers=bearer).json()["code"] == "second_factor"
    done = door.open.post(f"{API}/session/second", json={"code": code_of(secret, 1)}, headers=bearer).json()
    assert door.open.get(f"{API}/me", headers={"Authorization": f"Bearer {done['token']}"}).json()["account"] == "theo"


@pytest.mark.parametrize(
    "body", [{}, {"code": ""}, {"code": "x" * 100}, {"kind": "sms", "code": "1"}, {"code": "1\x00"}]
)
def test_a_second_step_that_cant_be_read_says_what_is_wrong(door: Door, body: dict[str, str]) -> None:
    answer = door.open.post(f"{API}/session/second", json=body)
    assert answer.status_code == 422
    assert answer.json()["hint"]


def test_a_second_step_without_a_first_is_refused(door: Door) -> None:
    answer = door.open.post(f"{API}/session/second", json={"code": "123456"})
    assert (answer.status_code, answer.json()["code"]) == (401, "second_factor_wrong")


def test_an_administrator_takes_lost_factors_away(door: Door) -> None:
    enrolled(door, "lars")
    admin = door.as_("ada", "records/admin")
    assert admin.post(f"{API}/accounts/lars/factors/reset", json={"reason": "Telephone drowned."}).status_code == 200
    _, opened = sign_in(door, "lars")
    assert opened.json()["waits"] == ""
    mine = admin.post(f"{API}/accounts/ada/factors/reset", json={"reason": "Telephone drowned."})
    assert (mine.status_code, mine.json()["code"]) == (403, "self")
