"""Security keys through the door, with a key in software: set up, shown, replayed, copied, of another origin."""

from __future__ import annotations

import copy
from typing import Any

import httpx
import pytest
from tests.authenticator import Key
from tests.contract.conftest import API, PASSWORD, Door

from brightline.accounts.keys import place
from brightline.model.errors import Conflict

pytestmark = pytest.mark.database


def browser(door: Door, name: str) -> tuple[httpx.Client, str]:
    """A browser at http://localhost and the origin it stands at."""
    port = door.url.rsplit(":", 1)[1]
    client = door.open
    client.headers["Host"] = f"localhost:{port}"
    answer = client.post(f"{API}/session", json={"account": name, "password": PASSWORD, "cookie": True})
    assert answer.status_code == 201, answer.text
    return client, f"http://localhost:{port}"


def enrolled(door: Door, name: str, **changes: Any) -> Key:
    door.world.person(name, ("fraud", "agent"))
    door.password_of(name)
    client, origin = browser(door, name)
    key = Key(origin=origin, **changes)
    begun = client.post(f"{API}/me/factors/key", json={"title": "Blue key"})
    assert begun.status_code == 201, begun.text
    answer = key.create(begun.json()["options"])
    made = client.post(f"{API}/me/factors/key/confirm", json={"credential": answer})
    assert made.status_code == 200, made.text
    assert len(made.json()["recovery_codes"]) == 10
    again = client.post(f"{API}/me/factors/key/confirm", json={"credential": answer})
    assert (again.status_code, again.json()["code"]) == (403, "challenge")
    return key


def ask(client: httpx.Client) -> dict[str, Any]:
    answer = client.post(f"{API}/session/second/key")
    assert answer.status_code == 200, answer.text
    options: dict[str, Any] = answer.json()["options"]
    return options


def show(client: httpx.Client, credential: dict[str, Any]) -> httpx.Response:
    return client.post(f"{API}/session/second/key/shown", json={"credential": credential})


def test_a_key_opens_the_session_once(door: Door) -> None:
    key = enrolled(door, "kira")
    client, _ = browser(door, "kira")
    assert client.get(f"{API}/me").json()["code"] == "second_factor"
    answer = key.get(ask(client))
    assert show(client, answer).status_code == 200
    assert client.get(f"{API}/me").json()["account"] == "kira"
    other, _ = browser(door, "kira")
    ask(other)
    replayed = show(other, answer)
    assert (replayed.status_code, replayed.json()["code"]) == (401, "second_factor_wrong")


def test_a_challenge_serves_its_own_session_only(door: Door) -> None:
    key = enrolled(door, "karl")
    first, _ = browser(door, "karl")
    second, _ = browser(door, "karl")
    answer = key.get(ask(first))
    assert show(second, answer).status_code == 401
    assert show(first, answer).status_code == 200


@pytest.mark.parametrize("counts", [True, False])
def test_a_copied_key_is_told_by_its_counter(door: Door, counts: bool) -> None:
    name = f"kop{counts}".lower()
    key = enrolled(door, name, counts=counts)
    twin = copy.copy(key)
    client, _ = browser(door, name)
    assert show(client, key.get(ask(client))).status_code == 200
    client, _ = browser(door, name)
    assert show(client, twin.get(ask(client))).status_code == (401 if counts else 200)


def test_another_key_another_origin_and_a_changed_signature_are_refused(door: Door) -> None:
    key = enrolled(door, "kurt")
    client, origin = browser(door, "kurt")
    stranger = Key(origin=origin, id=key.id)
    assert show(client, stranger.get(ask(client))).status_code == 401
    phished = copy.copy(key)
    phished.origin = "https://brightline.evil.example"
    assert show(client, phished.get(ask(client))).status_code == 401
    wrong_party = {**ask(client), "rpId": "evil.example"}
    assert show(client, key.get(wrong_party)).status_code == 401
    assert client.get(f"{API}/me").status_code == 401


@pytest.mark.parametrize("credential", [{}, {"response": {}}, {"response": {"clientDataJSON": "e30"}}, {"rawId": 1}])
def test_what_isnt_a_keys_answer_says_so(door: Door, credential: dict[str, Any]) -> None:
    door.password_of("ana")
    client, _ = browser(door, "ana")
    client.post(f"{API}/me/factors/key", json={"title": "Key"})
    answer = client.post(f"{API}/me/factors/key/confirm", json={"credential": credential})
    assert (answer.status_code, answer.json()["field"]) == (422, "credential")
    assert show(client, credential).status_code == 422


def test_keys_need_a_host_name(door: Door) -> None:
    door.password_of("ana")
    client = door.open
    client.post(f"{API}/session", json={"account": "ana", "password": PASSWORD, "cookie": True})
    answer = client.post(f"{API}/me/factors/key", json={"title": "Key"})
    assert (answer.status_code, answer.json()["code"]) == (409, "no_host_name")
    assert "BRIGHTLINE_PUBLIC_URL" in answer.json()["hint"]
    assert place("https://b.example", "http", "evil.example").rp == "b.example"
    with pytest.raises(Conflict):
        place("http://b.example", "http", "evil.example")


def test_without_a_session_that_waits_no_key_is_asked_for(door: Door) -> None:
    assert door.open.post(f"{API}/session/second/key").status_code == 401
