"""Signing in by a provider: the code flow, groups as roles, and everything that is refused with a word and an entry."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.contract.conftest import API, Door, credentials_of, served
from tests.provider import CLIENT, FakeProvider, Person, provider
from tests.world import small_world

from brightline.accounts import oidc
from brightline.api.app import create_app
from brightline.cli.users import read_users
from brightline.model.errors import BadInput
from brightline.wiring import providers
from brightline.wiring.objects import House
from brightline.worker import providing

pytestmark = pytest.mark.database


@pytest.fixture(scope="module")
def fake() -> Iterator[FakeProvider]:
    with provider() as made:
        yield made


@contextmanager
def keys_brought(database: Any, folder: Path) -> Iterator[None]:
    """The worker's thread that brings providers' keys, with the worker's own password."""
    stop = threading.Event()
    given = [oidc.OpenId(one) for one in providers.build(providers.load(folder))]
    once = providing.Providing(database.dsn("brightline_worker"), given, rest=0.1).once
    once()

    def again() -> None:
        while not stop.wait(0.1):
            once()

    thread = threading.Thread(target=again, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(10)


@pytest.fixture(scope="module")
def door(module_db: Any, tmp_path_factory: pytest.TempPathFactory, fake: FakeProvider) -> Iterator[Door]:
    folder = tmp_path_factory.mktemp("door")
    (folder / "ledger").mkdir()
    (folder / "providers.yml").write_text(
        json.dumps([{"name": "agency", "title": "Agency", "issuer": fake.issuer, "client_id": CLIENT}])
    )
    known = providers.load(folder)
    house = House(credentials_of(module_db, folder, pool_size=4, public_url="http://127.0.0.1", providers=known))
    world = small_world(module_db.admin, house.gate)
    with served(create_app(house, static=folder / "static")) as url, keys_brought(module_db, folder):
        made = Door(world=world, house=house, url=url, ledger=folder / "ledger", inbox=folder / "inbox")
        admin = made.as_("ada", "records/admin")
        for group, unit, role in (("investigators", "fraud", "agent"), ("chiefs", "fraud", "supervisor")):
            body = {"issuer": fake.issuer, "group": group, "unit": unit, "role": role}
            proposal = admin.post(f"{API}/groups", json=body).json()["proposal"]
            if proposal:
                says = {"reason": "Agreed with the unit: its chiefs lead it."}
                desk = made.as_("ines", "inspectorate/overseer")
                assert desk.post(f"{API}/proposals/{proposal}/accept", json=says).status_code == 200
        yield made
        made.close()


@pytest.fixture(autouse=True)
def honest(fake: FakeProvider) -> Iterator[None]:
    yield
    fake.twist, fake.unsigned, fake.down = {}, False, False


def leave(door: Door) -> tuple[httpx.Client, str]:
    """A browser on its way to the provider: (the browser, where it is sent)."""
    client = door.open
    begun = client.post(f"{API}/session/federated/start", json={"provider": "agency"})
    assert begun.status_code == 200, begun.text
    return client, begun.json()["url"]


def come_back(client: httpx.Client, state: str, code: str) -> httpx.Response:
    return client.post(f"{API}/session/federated", json={"state": state, "code": code})


def sign_in(door: Door, fake: FakeProvider, sub: str, *groups: str) -> tuple[httpx.Client, httpx.Response]:
    fake.people.setdefault(sub, Person(sub=sub, name=f"fed.{sub}")).groups = list(groups)
    client, url = leave(door)
    return client, come_back(client, *fake.agree(url, sub))


def log_of(door: Door) -> list[dict[str, Any]]:
    """The bodies of the entries so far."""
    rows = door.world.db.execute(
        "SELECT data FROM pg_logical_slot_peek_binary_changes((SELECT slot_name FROM pg_replication_slots"
        " WHERE database = current_database()), NULL, NULL, 'proto_version', '1',"
        " 'publication_names', 'brightline_line', 'messages', 'true')"
    ).fetchall()
    found = []
    for (data,) in rows:
        content = bytes(data)
        if b'{"v"' in content:
            message = json.loads(content[content.index(b'{"v"') :])
            found.append({**json.loads(message["head"]), **json.loads(message["body"])})
    return found


def refused(door: Door, answer: httpx.Response, why: str) -> None:
    assert answer.status_code == 401, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json()["code"] == "provider"
    assert answer.json()["hint"]
    last = [one for one in log_of(door) if one["name"] == "session_open_federated"][-1]
    assert (last["outcome"], last["why"]) == ("refused", why)


def test_a_group_of_the_provider_gives_the_role_and_nothing_else(door: Door, fake: FakeProvider) -> None:
    client, opened = sign_in(door, fake, "one", "investigators", "cafeteria")
    assert opened.status_code == 201, opened.text
    me = client.get(f"{API}/me").json()
    assert me["account"] == "fed.one"
    assert [(one["unit"], one["role"]) for one in me["roles"]] == [("fraud", "agent")]
    session = client.get(f"{API}/me/sessions").json()["items"][0]
    assert session["recheck_by"]
    entry = [one for one in log_of(door) if one["name"] == "session_open_federated"][-1]
    assert (entry["outcome"], entry["subject"], entry["issuer"]) == ("ok", "one", fake.issuer)
    assert len(entry["token_sha256"]) == 64
    assert door.open.get(f"{API}/session/providers").json() == {"providers": [{"name": "agency", "title": "Agency"}]}


def test_unmapped_groups_open_nothing(door: Door, fake: FakeProvider) -> None:
    _, answer = sign_in(door, fake, "two", "cafeteria")
    refused(door, answer, "no group of theirs gives a role here")
    assert door.world.db.execute("SELECT count(*) FROM line.account WHERE name = 'fed.two'").fetchone() == (0,)


@pytest.mark.parametrize(
    ("twist", "why"),
    [
        ({"aud": "somebody-else"}, "audience"),
        ({"iss": "https://evil.example"}, "issuer"),
        ({"nonce": "another"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"exp": int(time.time()) - 3600}, "expired"),
        ({"iat": int(time.time()) + 3600}, "iat"),
        ({"sub": None}, "sub"),
    ],
)
def test_a_token_that_isnt_right_is_refused(door: Door, fake: FakeProvider, twist: dict[str, Any], why: str) -> None:
    fake.twist = twist
    _, answer = sign_in(door, fake, "three", "investigators")
    refused(door, answer, why)


def test_an_unsigned_token_is_refused(door: Door, fake: FakeProvider) -> None:
    fake.unsigned = True
    _, answer = sign_in(door, fake, "three", "investigators")
    refused(door, answer, "signature")


def test_a_strangers_signature_is_refused_and_a_new_key_is_looked_for(
    door: Door, fake: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oidc, "_KEYS_PAUSE", 0.0)
    kept = list(fake.published)
    fake.rotate()
    fake.published = kept
    _, answer = sign_in(door, fake, "three", "investigators")
    refused(door, answer, "signature")
    fake.published = [fake.key]
    _, answer = sign_in(door, fake, "three", "investigators")
    assert answer.status_code == 201, answer.text


def test_clocks_may_differ_by_less_than_a_minute(door: Door, fake: FakeProvider) -> None:
    now = int(time.time())
    fake.twist = {"iat": now + 30, "exp": now + 330}
    assert sign_in(door, fake, "four", "investigators")[1].status_code == 201
    fake.twist = {"iat": now - 400, "exp": now - 30}
    assert sign_in(door, fake, "four", "investigators")[1].status_code == 201


def test_a_replayed_code_and_a_strange_state_are_refused(door: Door, fake: FakeProvider) -> None:
    fake.people["five"] = Person(sub="five", name="fed.five", groups=["investigators"])
    client, url = leave(door)
    state, code = fake.agree(url, "five")
    assert come_back(client, state, code).status_code == 201
    refused(door, come_back(client, state, code), "state unknown, used, too old, or of another browser")
    _, other = leave(door)
    again, _ = fake.agree(other, "five")
    refused(door, come_back(client, again, code), "state unknown, used, too old, or of another browser")
    mine, url = leave(door)
    state, _ = fake.agree(url, "five")
    refused(door, come_back(mine, state, code), "code refused")
    thief = door.open
    _, url = leave(door)
    refused(door, come_back(thief, *fake.agree(url, "five")), "state unknown, used, too old, or of another browser")


def test_no_account_is_taken_over_by_its_name(door: Door, fake: FakeProvider) -> None:
    fake.people["six"] = Person(sub="six", name="ana", groups=["investigators"])
    client, url = leave(door)
    refused(door, come_back(client, *fake.agree(url, "six")), "an account of that name exists already")


def test_a_group_removed_in_mid_session_ends_what_it_gave(door: Door, fake: FakeProvider) -> None:
    client, _ = sign_in(door, fake, "seven", "investigators", "chiefs")
    desk = {"X-Purpose": "fraud/supervisor"}
    assert client.get(f"{API}/roles/due", headers=desk).status_code == 200
    fake.people["seven"].groups = ["investigators"]
    assert door.house.federation.ask_again(older_than=0) == 0
    assert client.get(f"{API}/roles/due", headers=desk).status_code == 403
    assert [one["role"] for one in client.get(f"{API}/me").json()["roles"]] == ["agent"]
    entry = [one for one in log_of(door) if one["name"] == "session_recheck" and one["subject"] == "seven"][-1]
    assert entry["roles"]["taken"] == ["fraud/supervisor"]


@pytest.mark.parametrize("said", [None, "investigators", {"investigators": True}, 7])
def test_absent_groups_are_not_none(door: Door, fake: FakeProvider, said: Any) -> None:
    """A provider that leaves groups out, or says them in a form that is no list, takes no role and gives none."""
    sub = f"absent-{type(said).__name__}"
    fake.people[sub] = Person(sub=sub, name=f"fed.{sub}", groups=["investigators"])
    fake.twist = {"groups": said}
    client, url = leave(door)
    refused(door, come_back(client, *fake.agree(url, sub)), "the token names no groups")
    fake.twist = {}
    client, answer = sign_in(door, fake, sub, "investigators", "chiefs")
    assert answer.status_code == 201, answer.text
    before = client.get(f"{API}/me").json()["roles"]
    assert {one["role"] for one in before} >= {"agent", "supervisor"}
    fake.twist = {"groups": said}
    anew, url = leave(door)
    assert come_back(anew, *fake.agree(url, sub)).status_code == 201
    assert anew.get(f"{API}/me").json()["roles"] == before
    fake.people[sub].groups = said  # type: ignore[assignment]
    assert door.house.federation.ask_again(older_than=0) == 0
    assert client.get(f"{API}/me").json()["roles"] == before
    admin = door.as_("ada", "records/admin")
    done = admin.post(f"{API}/accounts/sync", json={"issuer": fake.issuer, "users": [{"subject": sub, "active": True}]})
    assert (done.status_code, done.json()["changed"]) == (200, [])
    assert client.get(f"{API}/me").json()["roles"] == before
    # None is none: a list without an entry takes them all.
    fake.twist, fake.people[sub].groups = {}, []
    door.house.federation.ask_again(older_than=0)
    assert client.get(f"{API}/me").status_code in (401, 403) or not client.get(f"{API}/me").json()["roles"]


def test_rule_32_a_leaver_at_the_provider_has_no_session_within_15_minutes(door: Door, fake: FakeProvider) -> None:
    client, _ = sign_in(door, fake, "eight", "investigators")
    fake.people["eight"].active = False
    assert door.house.federation.ask_again(older_than=0) == 1
    assert client.get(f"{API}/me").status_code == 401


def test_rule_32_a_silent_provider_ends_sessions_by_the_databases_own_clock(door: Door, fake: FakeProvider) -> None:
    client, _ = sign_in(door, fake, "nine", "investigators")
    fake.down = True
    assert door.house.federation.ask_again(older_than=0) == 0
    assert client.get(f"{API}/me").status_code == 200
    row = door.world.db.execute(
        "SELECT recheck_by <= clock_timestamp() + interval '15 minutes' FROM line.session WHERE subject = 'nine'"
    ).fetchone()
    assert row == (True,)
    door.world.db.execute("UPDATE line.session SET recheck_by = clock_timestamp() WHERE subject = 'nine'")
    assert client.get(f"{API}/me").status_code == 401
    fake.down = False
    door.house.federation.ask_again(older_than=0)
    assert client.get(f"{API}/me").status_code == 401, "a deadline that passed isn't lifted"


def test_rule_32_a_providers_logout_ends_the_session_at_once(door: Door, fake: FakeProvider) -> None:
    client, _ = sign_in(door, fake, "ten", "investigators")
    outside = httpx.Client(base_url=door.url)
    for changes, word in (
        ({"aud": "else"}, "audience"),
        ({"nonce": "n"}, "nonce"),
        ({"events": {}}, "event"),
        ({"iat": 1}, "time"),
    ):
        wrong = outside.post(
            f"{API}/session/federated/logout", data={"logout_token": fake.logout_token("ten", **changes)}
        )
        assert (wrong.status_code, word in wrong.json()["detail"]) == (401, True), wrong.text
    token = fake.logout_token("ten")
    done = outside.post(f"{API}/session/federated/logout", data={"logout_token": token})
    assert (done.status_code, done.json()["sessions_ended"]) == (200, 1)
    assert client.get(f"{API}/me").status_code == 401
    assert outside.post(f"{API}/session/federated/logout", data={"logout_token": token}).status_code == 401
    outside.close()


def test_rule_32_a_list_of_the_provider_ends_leavers(door: Door, fake: FakeProvider) -> None:
    gone, _ = sign_in(door, fake, "eleven", "investigators")
    stays, _ = sign_in(door, fake, "twelve", "investigators")
    admin = door.as_("ada", "records/admin")
    users = [{"subject": "eleven", "active": False}, {"subject": "twelve", "active": True, "groups": ["investigators"]}]
    done = admin.post(f"{API}/accounts/sync", json={"issuer": fake.issuer, "users": users})
    assert done.status_code == 200, done.text
    assert (done.json()["left"], done.json()["sessions_ended"]) == (["fed.eleven"], 1)
    assert gone.get(f"{API}/me").status_code == 401
    assert stays.get(f"{API}/me").status_code == 200
    empty = admin.post(f"{API}/accounts/sync", json={"issuer": fake.issuer, "users": [], "complete": True})
    assert (empty.status_code, empty.json()["field"]) == (422, "users")
    _, back = sign_in(door, fake, "eleven", "investigators")
    refused(door, back, "account disabled")


def test_an_account_of_a_provider_has_no_password_and_no_tokens_here(door: Door, fake: FakeProvider) -> None:
    client, _ = sign_in(door, fake, "thirteen", "investigators")
    admin = door.as_("ada", "records/admin")
    assert admin.post(f"{API}/accounts/fed.thirteen/reset").json()["code"] == "federated"
    body = {"title": "Nightly", "acts": ["case_list"], "purpose": "fraud/agent", "expires": "2026-12-20"}
    assert client.post(f"{API}/tokens", json=body).json()["code"] == "federated"


def test_nobody_maps_a_group_for_themselves(door: Door, fake: FakeProvider) -> None:
    client, _ = sign_in(door, fake, "fourteen", "investigators", "bosses")
    door.world.db.execute(
        "INSERT INTO line.role_grant (account, unit, role) SELECT id, 'records', 'admin' FROM line.account"
        " WHERE name = 'fed.fourteen'"
    )
    body = {"issuer": fake.issuer, "group": "bosses", "unit": "fraud", "role": "supervisor"}
    assert client.post(f"{API}/groups", json=body, headers={"X-Purpose": "records/admin"}).status_code == 201
    again, _ = sign_in(door, fake, "fourteen", "investigators", "bosses")
    assert "supervisor" not in {one["role"] for one in again.get(f"{API}/me").json()["roles"]}


def test_an_ended_mapping_ends_the_roles_it_gave(door: Door, fake: FakeProvider) -> None:
    admin = door.as_("ada", "records/admin")
    body = {"issuer": fake.issuer, "group": "temps", "unit": "fraud", "role": "analyst"}
    made = admin.post(f"{API}/groups", json=body).json()
    assert admin.post(f"{API}/groups", json=body).status_code == 409
    client, _ = sign_in(door, fake, "fifteen", "temps")
    assert client.get(f"{API}/cases", headers={"X-Purpose": "fraud/analyst"}).status_code == 200
    assert admin.delete(f"{API}/groups/{made['id']}").json()["roles_ended"] == 1
    assert client.get(f"{API}/cases", headers={"X-Purpose": "fraud/analyst"}).status_code == 403


def test_what_isnt_there_says_so(door: Door, fake: FakeProvider) -> None:
    client = door.open
    assert client.post(f"{API}/session/federated/start", json={"provider": "none"}).status_code == 404
    fake.down = True
    door.house.federation._providers["agency"]._known = None
    silent = client.post(f"{API}/session/federated/start", json={"provider": "agency"})
    assert (silent.status_code, silent.json()["code"]) == (503, "not_running")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "providers.yml"),
        ("a: b", "list"),
        ("- 1", "keys"),
        ("- {name: a}", "issuer"),
        ("- {name: a, issuer: 'http://id.example', client_id: b}", "https"),
        ("- {name: a, issuer: 'https://id.example', client_id: b, colour: red}", "colour"),
        ("- {name: a, issuer: 'https://x', client_id: b}\n- {name: a, issuer: 'https://y', client_id: b}", "twice"),
        ("- {name: a, issuer: 'https://x', client_id: b, client_secret_file: /no/such}", "client_secret_file"),
    ],
)
def test_a_providers_file_that_is_wrong_says_where(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "providers.yml").write_text(text)
    with pytest.raises(BadInput) as caught:
        providers.load(tmp_path)
    assert said in str(caught.value)


def test_a_list_of_users_may_be_scim(tmp_path: Path) -> None:
    file = tmp_path / "users.json"
    file.write_text(
        json.dumps({"Resources": [{"externalId": "7", "active": True, "groups": [{"display": "g"}, {"value": "x"}]}]})
    )
    assert read_users(file) == [{"subject": "7", "active": True, "groups": ["g"]}]
    for wrong in ("{", "{}", "[1]", '[{"subject": "a"}]'):
        file.write_text(wrong)
        with pytest.raises(BadInput):
            read_users(file)
    with pytest.raises(BadInput):
        read_users(tmp_path / "none.json")
