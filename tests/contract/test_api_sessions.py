"""Signing in, being refused, and what a forged request meets."""

from __future__ import annotations

import statistics
import time
from datetime import UTC, datetime, timedelta

import pytest
from tests import hashing
from tests.contract.conftest import API, PASSWORD, REASON, Door

from brightline.accounts import passwords

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


def test_a_wrong_name_costs_about_as_long_as_a_wrong_password(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    # A name that nobody bears costs what a site's passwords do.
    for name, shipped in (("TIME", "time"), ("MEMORY_KIB", "memory"), ("LANES", "lanes")):
        monkeypatch.setattr(passwords, name, hashing.SHIPPED[shipped])
    door.password_of("lou")

    def cost(name: str) -> float:
        begun = time.perf_counter()
        _sign_in(door, name, "not the password")
        return time.perf_counter() - begun

    known = statistics.median(cost("lou") for _ in range(4))
    unknown = statistics.median(cost("nobody.here") for _ in range(4))
    assert 0.33 < known / unknown < 3


@pytest.mark.parametrize("account", ["cleo", "no.such.account"])
def test_r11_ten_wrong_passwords_lock_the_name_here_with_a_clear_word(door: Door, account: str) -> None:
    if account == "cleo":
        door.password_of("cleo")
    answers = [_sign_in(door, account, f"guess number {number}") for number in range(10)]
    assert [answer.status_code for answer in answers] == [401] * 9 + [429]
    last = _sign_in(door, account, PASSWORD)
    assert last.status_code == 429
    assert last.json()["code"] == "locked"
    assert 0 < int(last.headers["retry-after"]) <= 900
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
    answer = client.post(f"{API}/search", json={"q": "bright"})
    assert (answer.status_code, answer.json()["code"]) == (422, "inquiry_needed")
    answer = door.as_("ana").post(f"{API}/search", json={"q": "bright"})
    assert (answer.status_code, answer.json()["code"]) == (422, "purpose_needed")


def _browser(door: Door, name: str):
    door.password_of(name)
    client = door.open
    body = {"account": name, "password": PASSWORD, "cookie": True}
    assert client.post(f"{API}/session", json=body).status_code == 201
    return client


def test_a_stolen_session_cookie_alone_opens_nothing(door: Door) -> None:
    client = _browser(door, "ana")
    assert client.get(f"{API}/me").status_code == 200
    token, device = client.cookies["brightline_session"], client.cookies["brightline_device"]
    for cookies in ({"brightline_session": token}, {"brightline_session": token, "brightline_device": "A" * 43}):
        thief = door.open
        thief.cookies.update(cookies)
        assert thief.get(f"{API}/me").status_code == 401
    assert door.open.get(f"{API}/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    assert client.get(f"{API}/me").status_code == 200
    again = client.post(f"{API}/session", json={"account": "ana", "password": PASSWORD, "cookie": True})
    assert again.status_code == 201
    assert client.cookies["brightline_device"] == device


def test_the_devices_cookie_is_closed_to_scripts_and_other_sites(door: Door) -> None:
    door.password_of("ana")
    opened = _sign_in(door, "ana", PASSWORD, cookie=True)
    found = [cookie.lower() for cookie in opened.headers.get_list("set-cookie") if "brightline_device" in cookie]
    assert len(found) == 1
    assert "httponly" in found[0]
    assert "samesite=strict" in found[0]


def test_sessions_and_tokens_through_the_door(door: Door) -> None:
    client = _browser(door, "ana")
    listed = client.get(f"{API}/me/sessions").json()["items"]
    assert any(one["bound"] for one in listed)
    body = {"title": "Nightly list", "acts": ["case_list"], "purpose": "fraud/agent", "expires": "2020-01-01"}
    wrong = client.post(f"{API}/tokens", json=body)
    assert (wrong.status_code, wrong.json()["field"]) == (422, "expires")
    soon = (datetime.now(UTC) + timedelta(days=20)).date().isoformat()
    unproved = client.post(f"{API}/tokens", json={**body, "expires": soon})
    assert unproved.status_code in {401, 403, 422}, "a session alone makes no token"
    made = client.post(f"{API}/tokens", json={**body, "expires": soon, "password": PASSWORD})
    assert made.status_code == 201, made.text
    bearer = {"Authorization": f"Bearer {made.json()['token']}", "X-Purpose": "fraud/agent"}
    assert door.open.get(f"{API}/cases", headers=bearer).status_code == 200
    other = door.open.get(f"{API}/me", headers=bearer)
    assert other.status_code in {401, 403}
    assert other.json()["hint"]
    assert client.delete(f"{API}/tokens/{made.json()['id']}").json()["state"] == "revoked"
    assert door.open.get(f"{API}/cases", headers=bearer).status_code in {401, 403}
    assert client.delete(f"{API}/me/sessions/{listed[0]['id']}").status_code == 200


def test_roles_and_glass_through_the_door(door: Door) -> None:
    due = door.as_("sam", "fraud/supervisor").get(f"{API}/roles/due", params={"days": 366})
    assert due.status_code == 200
    assert "ana" in {one["account"] for one in due.json()["items"]}
    confirm = {"account": "ana", "unit": "fraud", "role": "agent"}
    done = door.as_("sam", "fraud/supervisor").post(f"{API}/roles/confirm", json=confirm)
    assert (done.status_code, done.json()["confirmed_by"]) == (200, "sam")
    wanted = {
        "case": "C-2026-9999",
        "reason": "The payee of the tip of 4 May asks for protection tonight, the lead is away.",
    }
    asked = door.as_("ana", "fraud/agent").post(f"{API}/glass", json=wanted)
    assert (asked.status_code, asked.json()["state"]) == (201, "asked")
    denied = door.as_("sam", "fraud/supervisor").post(
        f"{API}/glass/{asked.json()['glass']}/approve", json={"reason": "It is right and urgent."}
    )
    assert denied.status_code == 404, "what isn't there can't be opened, nor be told from what is hidden"
