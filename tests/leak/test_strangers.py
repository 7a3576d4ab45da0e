"""What somebody without a session can make the web process do: nothing that others notice."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from fastapi.routing import APIRoute
from tests.contract.conftest import API, PASSWORD, Door, door  # noqa: F401

from brightline.api import app as application
from brightline.api.guard import OPEN, SAFE_METHODS
from brightline.api.lane import Lane, Width, address_of
from brightline.api.visit import visit
from brightline.line import rulebook
from brightline.model import yml
from brightline.model.errors import BadInput, BrightlineError

pytestmark = pytest.mark.database
SOURCE = Path(rulebook.__file__).parents[1]


def bomb(levels: int) -> str:
    """Nested aliases: each level holds the one before nine times."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    for level in range(1, levels):
        lines.append(f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]")
    return "\n".join(lines)


def _needs_a_session(route: APIRoute) -> bool:
    waiting = [route.dependant]
    while waiting:
        one = waiting.pop()
        if one.call is visit:
            return True
        waiting.extend(one.dependencies)
    return False


def test_f7_every_route_that_takes_something_asks_for_a_session_or_is_listed_as_open() -> None:
    found = {
        f"{application.PREFIX}{route.path}"
        for room in (application.public, *application.ROUTERS)
        for route in room.router.routes
        if isinstance(route, APIRoute) and route.methods - SAFE_METHODS and not _needs_a_session(route)
    }
    assert found == OPEN


@pytest.mark.parametrize(
    "path", ["/rulebook/diff", "/rulebook/versions", "/search/batch", "/cases", "/no/such/address", "/programmes"]
)
@pytest.mark.parametrize("token", [None, "nonsense", "n" * 43])
def test_f7_nothing_that_a_stranger_sends_is_parsed(door: Door, path: str, token: str | None) -> None:  # noqa: F811
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = door.open.post(f"{API}{path}", headers=headers, content=b"{ this is no JSON")
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    assert (answer.json()["entry"] is None) == (token is None)


def test_f7_an_upload_is_refused_before_it_has_come(door: Door) -> None:  # noqa: F811
    host, port = door.url.removeprefix("http://").split(":")
    head = (
        f"POST {API}/leads/intake HTTP/1.1\r\nHost: {host}:{port}\r\nAuthorization: Bearer nonsense\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 900000\r\n\r\n--b\r\n"
    )
    with socket.create_connection((host, int(port)), timeout=10) as line:
        line.sendall(head.encode())
        assert line.recv(4096).startswith(b"HTTP/1.1 401 ")


def test_f7_what_comes_without_a_session_is_small(door: Door) -> None:  # noqa: F811
    form = {"Content-Type": "multipart/form-data; boundary=b"}
    answer = door.open.post(f"{API}/session", headers=form, content=b"x" * 100_000)
    assert answer.status_code == 413


def test_f7_aliases_cost_nothing_and_are_refused(door: Door) -> None:  # noqa: F811
    for levels in (2, 9, 60):
        began = time.process_time()
        answer = door.as_("ada", "records/admin").post(f"{API}/rulebook/diff", json={"yaml": bomb(levels)})
        assert answer.status_code == 422, answer.text
        assert "aliases and anchors" in answer.json()["detail"]
        assert time.process_time() - began < 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (bomb(3), "aliases"),
        ("a: &b 1", "aliases"),
        ("a: [" + ", ".join(["1"] * 30_000) + "]", "more than 20000"),
        ("a: " + "[" * 100 + "]" * 100, "more than 40 levels"),
        ("a: " + "x" * 1_000_001, "longer than"),
        ("a: 1\na: 2", "twice"),
        ("a: .nan", "no number"),
        ("a: -.inf", "no number"),
        ("a: 1.0e+400", "no number"),
        ("a: " + "9" * 5000, "digits"),
        ("a: 2026-02-30", "day"),
    ],
)
def test_f7_the_reader_of_yaml_is_bounded(text: str, said: str) -> None:
    began = time.process_time()
    with pytest.raises(yaml.YAMLError, match=said):
        yml.read(text)
    assert time.process_time() - began < 2
    with pytest.raises(BadInput):
        rulebook.read(text)


def test_f7_all_yaml_is_read_by_the_one_reader() -> None:
    loose = ("safe_load", "yaml.load", "yaml.compose", "full_load", "unsafe_load")
    found = {
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        if any(word in path.read_text("utf-8") for word in loose)
    }
    assert found == {"model/yml.py"}


def test_f7_a_flood_of_sign_ins_leaves_others_their_time(door: Door) -> None:  # noqa: F811
    door.password_of("ana")
    me = door.as_("ana")
    me.get(f"{API}/me")
    told: Counter[int] = Counter()
    many = httpx.Limits(max_connections=130)
    stranger = httpx.Client(base_url=door.url, headers={"X-Brightline": "1"}, timeout=60, limits=many)
    over = threading.Event()

    def knock(number: int) -> None:
        body = {"account": f"nobody-{number}", "password": "wrong"}
        answer = stranger.post(f"{API}/session", json=body)
        told[answer.status_code] += 1
        if answer.status_code in (429, 503):
            assert int(answer.headers["Retry-After"]) >= 1
            assert answer.json()["hint"]

    waits: list[float] = []

    def watch() -> None:
        while not over.is_set() and len(waits) < 500:
            began = time.monotonic()
            assert me.get(f"{API}/me").status_code == 200
            waits.append(time.monotonic() - began)

    began = time.monotonic()
    with ThreadPoolExecutor(121) as crowd:
        watching = crowd.submit(watch)
        list(crowd.map(knock, range(120)))
        over.set()
        watching.result()
    stranger.close()
    assert set(told) <= {401, 429, 503}
    assert (told[401] > 0, told[429] > 0, told.total()) == (True, True, 120)
    assert sorted(waits)[len(waits) // 2] < 1.0
    # It was more than a minute. This machine makes the flood, serves it and watches, and does other things.
    assert max(waits) < 10.0
    assert time.monotonic() - began < 40
    signed = door.open.post(f"{API}/session", json={"account": "ana", "password": PASSWORD})
    assert signed.status_code == 201


def _scope(peer: str, told: str = "") -> dict[str, Any]:
    return {"type": "http", "client": (peer, 1), "headers": [(b"x-forwarded-for", told.encode())] if told else []}


@pytest.mark.parametrize(
    ("peer", "told", "address"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),  # no proxy of ours: what it says of itself counts for nothing
        ("127.0.0.1", "10.9.9.9, 198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"),
        ("127.0.0.1", "nonsense", "unknown"),
    ],
)
def test_f7_an_address_is_what_the_connection_or_the_own_proxy_says(peer: str, told: str, address: str) -> None:
    assert address_of(_scope(peer, told)) == address


def test_f7_one_address_gets_its_share_and_the_next_gets_in() -> None:
    async def go() -> list[str]:
        lane, told, leave = Lane(Width(places=1, waiting=5, share=2, patience=0.2)), [], asyncio.Event()

        async def come(address: str) -> None:
            try:
                async with lane.place(address):
                    told.append(f"{address} in")
                    await leave.wait()
            except BrightlineError as error:
                told.append(f"{address} {error.code}")

        crowd = [asyncio.create_task(come(address)) for address in ("a", "a", "a", "b", "c", "d", "e", "f")]
        await asyncio.sleep(0.6)
        leave.set()
        await asyncio.gather(*crowd)
        async with lane.place("a"):
            told.append("again")
        return told

    told = asyncio.run(go())
    # One sits; the third of the address is sent off at once, the last finds no room, the others waited in vain.
    assert told[:3] == ["a in", "a too_often", "f busy"]
    assert sorted(told[3:-1]) == ["a busy", "b busy", "c busy", "d busy", "e busy"]
    assert told[-1] == "again"


def test_f7_an_address_pays_for_each_attempt() -> None:
    async def go(lane: Lane, times: int) -> list[str]:
        told = []
        for _ in range(times):
            try:
                async with lane.place("a"):
                    told.append("in")
            except BrightlineError as error:
                told.append(error.code)
        async with lane.place("b"):
            return told

    told = asyncio.run(go(Lane(Width(burst=3, per_second=0.001)), 5))
    assert told == ["in", "in", "in", "too_often", "too_often"]
