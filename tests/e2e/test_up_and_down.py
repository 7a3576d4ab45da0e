"""`brightline up`, `status`, `down` as processes of a home of its own: started whole, found again, ended exactly."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from brightline.store import embedded
from brightline.store.home import Home

pytestmark = [pytest.mark.database, pytest.mark.slow]


@dataclass(frozen=True)
class Machine:
    """A home, and the command run against it."""

    home: Path
    port: int

    def run(self, *words: str, expect: int = 0, silent: bool = False) -> Any:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("BRIGHTLINE_")}
        env = {**kept, "BRIGHTLINE_HOME": str(self.home), "XDG_CONFIG_HOME": str(self.home / "config")}
        done = subprocess.run(
            [sys.executable, "-m", "brightline.cli", *words, "--json"],
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == expect, done.stdout + done.stderr
        return None if silent else json.loads(done.stdout)

    def pid(self, name: str) -> int:
        return int(json.loads((self.home / "run" / f"{name}.json").read_text())["pid"])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def machine() -> Iterator[Machine]:
    home = Path(tempfile.mkdtemp(prefix="bl-up-"))
    home.chmod(0o711)
    made = Machine(home=home, port=_free_port())
    try:
        yield made
    finally:
        made.run("down")
        embedded.destroy(Home.find(home))
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="module")
def up(machine: Machine) -> dict[str, Any]:
    """Started while its port is taken by somebody else."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", machine.port))
        taken.listen()
        found: dict[str, Any] = machine.run("up", "--detach", "--port", str(machine.port))
    return found


def test_up_answers_on_the_next_free_port_and_says_so(up: dict[str, Any], machine: Machine) -> None:
    assert up["started"] is True
    assert up["port_taken"] is True
    assert up["url"] != f"http://127.0.0.1:{machine.port}"
    assert httpx.get(f"{up['url']}/health").json()["status"] == "ok"
    assert up["waits_for_setup"] is True


def test_up_again_changes_nothing(up: dict[str, Any], machine: Machine) -> None:
    before = {name: machine.pid(name) for name in ("api", "worker")}
    again = machine.run("up", "--detach")
    assert (again["started"], again["url"]) == (False, up["url"])
    assert {name: machine.pid(name) for name in ("api", "worker")} == before


def test_no_secret_stands_in_a_command_line_or_an_environment(up: dict[str, Any], machine: Machine) -> None:
    secrets = [path.read_text().strip() for path in (machine.home / "secrets").iterdir() if path.is_file()]
    for name in ("api", "worker"):
        for place in ("cmdline", "environ"):
            told = Path(f"/proc/{machine.pid(name)}/{place}").read_bytes().decode(errors="replace")
            assert not any(secret in told for secret in secrets), f"{place} of {name}"


def test_the_log_is_published_and_verifies_without_signing_in(up: dict[str, Any], machine: Machine) -> None:
    until = time.monotonic() + 60
    while httpx.get(f"{up['url']}/log/checkpoint").status_code != 200 and time.monotonic() < until:
        time.sleep(0.3)
    checkpoint = httpx.get(f"{up['url']}/log/checkpoint").text
    assert checkpoint.startswith("brightline.local/")
    assert machine.run("ledger", "verify")["ok"] is True
    for path in ("secrets/ledger.key", "../secrets/ledger.key", "keys/../../secrets/ledger.key", "tile/0/000/../../x"):
        assert httpx.get(f"{up['url']}/log/{path}").status_code in {200, 404}
        assert "PRIVATE+KEY" not in httpx.get(f"{up['url']}/log/{path}").text


def test_the_first_administrator_by_a_code_that_works_once(up: dict[str, Any], machine: Machine) -> None:
    code = machine.run("init")["setup_code"]
    wanted = {"code": code, "account": "ivo", "title": "Ivo", "password": "four words that differ"}
    path, ours = f"{up['url']}/api/v1/setup", {"X-Brightline": "1"}
    wrong = httpx.post(path, json={**wanted, "code": "0000-0000"}, headers=ours)
    assert (wrong.status_code, wrong.json()["code"]) == (409, "setup_refused")
    assert httpx.post(path, json=wanted, headers=ours).status_code == 201
    assert httpx.post(path, json={**wanted, "account": "eve"}, headers=ours).status_code == 409
    assert httpx.get(f"{up['url']}/api/v1/state").json()["setup"] is False


def eventually(check: Callable[[], bool], seconds: float) -> bool:
    """Whether it comes true within so many seconds."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if check():
            return True
        time.sleep(0.2)
    return check()


def alive(machine: Machine, name: str, but: int) -> bool:
    """Whether another process of that name runs now."""
    try:
        pid = machine.pid(name)
        return pid != but and Path(f"/proc/{pid}").exists()
    except (OSError, ValueError):
        return False


def well(up: dict[str, Any]) -> bool:
    try:
        return bool(httpx.get(f"{up['url']}/health", timeout=5).json()["status"] == "ok")
    except httpx.HTTPError:
        return False


@pytest.mark.parametrize("name", ["worker", "api"])
def test_f1_a_killed_process_is_started_again_by_nobodys_hand(up: dict[str, Any], machine: Machine, name: str) -> None:
    killed = machine.pid(name)
    os.kill(killed, signal.SIGKILL)
    assert eventually(lambda: alive(machine, name, killed), 30)
    assert eventually(lambda: well(up), 30), "on the same port"
    assert machine.run("status")["ok"] is True


def test_f1_the_worker_says_in_the_database_that_it_lives(up: dict[str, Any], machine: Machine) -> None:
    assert eventually(lambda: httpx.get(f"{up['url']}/health").json()["worker"] == "ok", 30)
    checks = {check["name"]: check for check in machine.run("doctor")["checks"]}
    assert checks["ledger.alive"]["ok"]
    with psycopg.connect(embedded.server_of(Home.find(machine.home)).admin_dsn(), autocommit=True) as conn:
        parts = {part["part"]: part for part in conn.execute("SELECT ledger.health() -> 'parts'").fetchone()[0]}
    assert {"sequencer", "heart", "misuse", "watches", "keeper"} <= set(parts)
    assert all(part["failing"] is None for part in parts.values())


def test_what_ends_too_often_is_given_up_loudly_until_the_next_up(up: dict[str, Any], machine: Machine) -> None:
    def given_up() -> bool:
        return (machine.home / "run/given-up.json").exists()

    last = 0
    until = time.monotonic() + 120
    while not given_up() and time.monotonic() < until:
        if alive(machine, "worker", last):
            last = machine.pid("worker")
            os.kill(last, signal.SIGKILL)
        time.sleep(0.2)
    assert given_up()
    told = machine.run("status", expect=4, silent=False)
    assert "isn't started any more" in told["processes"]["worker"]
    assert "isn't started any more" in (machine.home / "log/supervisor.log").read_text()
    machine.run("up", "--detach")
    assert not given_up()
    assert eventually(lambda: alive(machine, "worker", last), 10)
    assert eventually(lambda: well(up), 30)


def test_two_homes_that_start_at_once_on_one_port_are_two_installations() -> None:
    """Each knows its own by its id, whoever was first at the port, and no answer is taken for another's."""
    port = _free_port()
    machines = [Machine(home=Path(tempfile.mkdtemp(prefix="bl-two-")), port=port) for _ in range(2)]
    for machine in machines:
        machine.home.chmod(0o711)
    try:
        with ThreadPoolExecutor(2) as at_once:
            found = list(at_once.map(lambda one: one.run("up", "--detach", "--port", str(port)), machines))
        assert len({one["url"] for one in found}) == 2
        told = [httpx.get(f"{one['url']}/health", timeout=10).json()["installation"] for one in found]
        own = []
        for machine in machines:
            with psycopg.connect(embedded.server_of(Home.find(machine.home)).admin_dsn()) as conn:
                own.append(str(conn.execute("SELECT installation FROM line.state").fetchone()[0]))
        assert told == own
        assert len(set(own)) == 2
    finally:
        for machine in machines:
            machine.run("down")
            embedded.destroy(Home.find(machine.home))
            shutil.rmtree(machine.home, ignore_errors=True)


def test_up_of_a_newer_version_starts_its_processes_anew(up: dict[str, Any], machine: Machine) -> None:
    """What runs still is the former version's, which the database that `up` has just brought here isn't made for."""
    before = {name: machine.pid(name) for name in ("api", "worker")}
    for name in before:
        path = machine.home / "run" / f"{name}.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), "version": "0.0.1"}))
    found = machine.run("up", "--detach", "--port", str(machine.port))
    assert found["started"]
    assert all(machine.pid(name) != pid for name, pid in before.items())
    assert httpx.get(f"{found['url']}/health", timeout=10).json()["database"] == "ok"


def test_down_ends_these_processes_and_no_other(up: dict[str, Any], machine: Machine) -> None:
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    pids = [machine.pid(name) for name in ("api", "worker")]
    try:
        (machine.home / "run" / "api.json").write_text(
            json.dumps({"pid": stranger.pid, "started": "another moment", "port": 1})
        )
        kept = pids[0]
        assert machine.run("down")["ended"]["worker"] is True
        assert stranger.poll() is None, "a number of another program must not be enough"
        os.kill(kept, signal.SIGTERM)
    finally:
        stranger.kill()
        stranger.wait()
    assert machine.run("status", expect=4)["processes"]["database"] == "stopped"


def test_a_reset_of_the_demo_deletes_no_installation_that_is_none(up: dict[str, Any], machine: Machine) -> None:
    machine.run("demo", "--reset", expect=1, silent=True)
    assert (machine.home / "postgres").is_dir()
    assert (machine.home / "secrets" / "entity-key").is_file()
