"""The web door over a small world: a real house on a real database, asked through HTTP."""

from __future__ import annotations

import io
import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from psycopg.types.json import Jsonb
from tests import reading
from tests.feeding import ROOTS
from tests.world import World, small_world

from brightline.accounts.passwords import new_verifier
from brightline.api.app import create_app
from brightline.api.guard import Limits
from brightline.cli.app import perform
from brightline.wiring.objects import Credentials, House

API = "/api/v1"
Typed = Callable[..., Any]
Ended = Callable[..., tuple[int, str, str]]
PASSWORD = "correct horse battery staple"
REASON = "Checks whether the two staffing firms of the tip share a bank account."


@dataclass
class Door:
    """A client per person, over one application. `open` is nobody's."""

    world: World
    house: House
    url: str
    ledger: Path
    inbox: Path
    _clients: list[httpx.Client] = field(default_factory=list)

    @property
    def open(self) -> httpx.Client:
        return self._client({"X-Brightline": "1"})

    def _client(self, headers: dict[str, str]) -> httpx.Client:
        client = httpx.Client(base_url=self.url, headers={"X-Seen": reading.NOW, **headers}, timeout=30)
        self._clients.append(client)
        return client

    def close(self) -> None:
        for client in self._clients:
            client.close()

    def as_(self, name: str, purpose: str | None = None, *, inquiry: bool = False) -> httpx.Client:
        """Somebody with a bearer token, under a purpose, with an inquiry of their own where asked for."""
        headers = {"Authorization": f"Bearer {self.world.token(name)}"}
        if purpose:
            headers["X-Purpose"] = purpose
        if inquiry and purpose:
            headers["X-Inquiry"] = str(self.world.inquiry(name, purpose))
        return self._client(headers)

    def password_of(self, name: str, password: str = PASSWORD) -> None:
        """Give somebody a password that opens a session."""
        made = new_verifier(password, account=name)
        self.world.db.execute(
            "UPDATE line.account SET verifier = %s, kdf = %s WHERE name = %s",
            (made.verifier, Jsonb(dict(made.kdf)), name),
        )


def credentials_of(database: Any, folder: Path, **more: Any) -> Credentials:
    """What a web process is given over this database, its folders below `folder`."""
    given = {role: database.dsn(f"brightline_{role}") for role in ("app", "policy", "login")}
    return Credentials(**given, ledger=str(folder / "ledger"), inbox=str(folder / "inbox"), **more)


@pytest.fixture(scope="module")
def door(module_db: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    folder = tmp_path_factory.mktemp("door")
    key, feeds = module_db.home.factor_key().hex(), [str(each) for each in ROOTS]
    credentials = credentials_of(module_db, folder, factor_key=key, feeds=feeds, pool_size=4)
    (folder / "ledger").mkdir()
    house = House(credentials)
    app = create_app(house, limits=Limits(json=200_000, upload=1_000_000), static=folder / "static")
    world = small_world(module_db.admin, house.gate)
    with served(app) as url:
        door = Door(world=world, house=house, url=url, ledger=folder / "ledger", inbox=folder / "inbox")
        yield door
        door.close()


@pytest.fixture
def ended(door: Door, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Ended:
    """One command line against the door, typed by somebody or with any token: (exit code, output, error text)."""
    for name in ("PURPOSE", "INQUIRY"):
        monkeypatch.delenv(f"BRIGHTLINE_{name}", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("BRIGHTLINE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("BRIGHTLINE_URL", door.url)
    monkeypatch.chdir(tmp_path)

    def go(who: str, *words: str) -> tuple[int, str, str]:
        monkeypatch.setenv("BRIGHTLINE_TOKEN", door.world.token(who) if who in door.world.accounts else who)
        monkeypatch.setattr(sys, "stdin", io.StringIO(""))
        capsys.readouterr()
        code = perform(words)
        told = capsys.readouterr()
        return code, told.out, told.err

    return go


@pytest.fixture
def typed(ended: Ended) -> Typed:
    """`typed(who, *words)` tells what a command line that ends with `code` printed, or its JSON."""

    def go(who: str, *words: str, code: int = 0) -> Any:
        did, out, err = ended(who, *words)
        assert did == code, err
        assert "Traceback" not in err + out
        return json.loads(out) if "--json" in words and code == 0 else out + err

    return go


@contextmanager
def served(app: Any) -> Iterator[str]:
    """The application behind a real server on a free port of this machine.

    The server opens the port itself, as it does for `brightline up`: answers over a socket that is handed to it wait
    40 ms each, since nobody tells that one to send small packets at once.
    """
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, access_log=False, server_header=False)
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server didn't start"
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(15)
