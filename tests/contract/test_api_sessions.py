"""Signing in, being refused, and what a forged request meets."""

from __future__ import annotations

import statistics
import time

import pytest
from tests.contract.conftest import API, PASSWORD, REASON, Door

pytestmark = pytest.mark.database


def _sign_in(door: Door, account: str, password: str, *, cookie: bool = False):
    return door.open.post(f"{API}/session", json={"account": account, "password": password, "cookie": cookie})


def test_a_session_by_token_opens_and_ends(door: Door) -> None:
    door.password_of("ana")
    opened = _sign_in(door, "ana", PASSWORD)
    assert opened.status_code == 201
    bearer = {"Authorization": f"Bearer {opened.json()['token']}"}
    client = door.open
    me = client.get(f"{API}/me", headers=bearer)
    assert me.status_code == 200
    assert me.json()["account"] == "ana"
    assert me.headers["X-Entry"]
    keys = {purpose["key"] for purpose in me.json()["purposes"]}
    assert keys == {"fraud/agent", "C-2026-0001"}
    assert client.delete(f"{API}/session", headers=bearer).status_code == 204
    assert client.get(f"{API}/me", headers=bearer).status_code == 401


def test_a_session_by_cookie_is_closed_to_scripts_and_other_sites(door: Door) -> None:
    door.password_of("ana")
    opened = _sign_in(door, "ana", PASSWORD, cookie=True)
    assert opened.json()["token"] is None
    cookie = opened.headers["Set-Cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


def test_a_change_with_the_cookie_needs_our_header_and_our_origin(door: Door) -> None:
    door.password_of("ana")
    client = door.open
    body = {"account": "ana", "password": PASSWORD, "cookie": True}
    assert client.post(f"{API}/session", json=body).status_code == 201
    inquiry = {"purpose": "C-2026-0001", "reason": REASON}
    path = f"{API}/inquiries"
    del client.headers["X-Brightline"]
    assert client.post(path, json=inquiry).json()["code"] == "csrf"
    ours = {"X-Brightline": "1"}
    foreign = client.post(path, json=inquiry, headers={**ours, "Origin": "https://evil.example"})
    assert (foreign.status_code, foreign.json()["code"]) == (403, "csrf")
    other_site = client.post(path, json=inquiry, headers={**ours, "Sec-Fetch-Site": "cross-site"})
    assert other_site.json()["code"] == "csrf"
    own = client.post(path, json=inquiry, headers={**ours, "Origin": door.url})
    assert own.status_code == 201, own.text


def test_a_wrong_name_and_a_wrong_password_are_told_alike(door: Door) -> None:
    door.password_of("sam")
    known, unknown = _sign_in(door, "sam", "not the password"), _sign_in(door, "nobody.at.all", "not the password")
    for answer in (known, unknown):
        assert answer.status_code == 401
        assert answer.json()["code"] == "unauthenticated"
    assert known.json()["detail"] == unknown.json()["detail"]


def test_a_wrong_name_costs_about_as_long_as_a_wrong_password(door: Door) -> None:
    door.password_of("lou")

    def cost(name: str) -> float:
        begun = time.perf_counter()
        _sign_in(door, name, "not the password")
        return time.perf_counter() - begun

    known = statistics.median(cost("lou") for _ in range(4))
    unknown = statistics.median(cost("nobody.here") for _ in range(4))
    assert 0.33 < known / unknown < 3


@pytest.mark.parametrize("account", ["cleo", "no.such.account"])
def test_ten_wrong_passwords_lock_the_name_with_a_clear_word(door: Door, account: str) -> None:
    if account == "cleo":
        door.password_of("cleo")
    answers = [_sign_in(door, account, f"guess number {number}") for number in range(10)]
    assert {answer.status_code for answer in answers} == {401}
    last = _sign_in(door, account, PASSWORD)
    assert last.status_code == 401
    assert last.json()["code"] == "locked"
    assert "Try again after" in last.json()["hint"]


@pytest.mark.parametrize(
    "header",
    [
        "Bearer forged-token-of-some-length",
        "Bearer ' OR 1=1 --",
        "Bearer " + "x" * 5_000,
        "Bearer",
        "Basic YW5hOmFuYQ==",
        "Bearer \xff\xfe".encode("latin-1").decode("latin-1"),
    ],
)
def test_a_forged_token_is_401_and_says_how_to_sign_in(door: Door, header: str) -> None:
    answer = door.open.get(f"{API}/me", headers={"Authorization": header.encode("latin-1")})
    assert answer.status_code == 401
    assert answer.json()["code"] == "unauthenticated"
    assert "/api/v1/session" in answer.json()["hint"]


def test_a_live_session_under_somebody_elses_purpose_is_403_not_401(door: Door) -> None:
    answer = door.as_("ana", "C-2026-0002").get(f"{API}/cases/C-2026-0002")
    assert answer.status_code == 403
    assert answer.json()["entry"]


def test_a_boilerplate_reason_is_refused(door: Door) -> None:
    answer = door.as_("ana").post(f"{API}/inquiries", json={"purpose": "C-2026-0001", "reason": "investigation"})
    assert answer.status_code in {403, 422}
    assert answer.json()["hint"]


def test_an_ended_inquiry_or_none_says_what_is_missing(door: Door) -> None:
    client = door.as_("ana", "C-2026-0001")
    answer = client.get(f"{API}/search", params={"q": "bright"})
    assert (answer.status_code, answer.json()["code"]) == (422, "inquiry_needed")
    answer = door.as_("ana").get(f"{API}/search", params={"q": "bright"})
    assert (answer.status_code, answer.json()["code"]) == (422, "purpose_needed")
