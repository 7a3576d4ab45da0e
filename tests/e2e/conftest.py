"""A demo world of its own behind the real door, and a browser to walk through it. One server for all of e2e."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent.parent
WEB = REPOSITORY / "web"
BUILT = REPOSITORY / "src" / "brightline" / "api" / "static" / "index.html"
Play = Callable[..., list[dict[str, object]]]


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _brightline(*arguments: str, home: Path, port: int) -> subprocess.CompletedProcess[str]:
    """As a person would call it; the tests' own database fixtures know nothing of this installation."""
    environment = {**os.environ, "BRIGHTLINE_HOME": str(home), "BRIGHTLINE_PORT": str(port)}
    return subprocess.run(
        [sys.executable, "-m", "brightline.cli", *arguments],
        env=environment,
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )


@pytest.fixture(scope="session")
def installation() -> Iterator[tuple[str, str]]:
    """URL and home of a running demo: those that BRIGHTLINE_URL and BRIGHTLINE_HOME name, else a new one."""
    running = os.environ.get("BRIGHTLINE_URL")
    if running:
        yield running, os.environ.get("BRIGHTLINE_HOME", "")
        return
    if not BUILT.exists():
        pytest.fail("The web application isn't built: run `make setup` first.")
    # A short path: the database's socket lies in it.
    home, port = Path(tempfile.mkdtemp(prefix="bl-e2e-")), _free_port()
    home.chmod(0o711)
    try:
        started = _brightline("demo", "--size", "small", "--port", str(port), home=home, port=port)
        if started.returncode != 0:
            pytest.fail(f"The demo world didn't start: {started.stderr or started.stdout}")
        yield f"http://127.0.0.1:{port}", str(home)
    finally:
        _brightline("down", home=home, port=port)
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def application(installation: tuple[str, str]) -> str:
    """The URL of the running demo."""
    return installation[0]


@pytest.fixture(scope="session")
def empty() -> Iterator[tuple[str, str]]:
    """The URL of an installation that nobody has set up, and its one-time code."""
    if not BUILT.exists():
        pytest.fail("The web application isn't built: run `make setup` first.")
    home, port = Path(tempfile.mkdtemp(prefix="bl-new-")), _free_port()
    home.chmod(0o711)
    try:
        made = _brightline("init", home=home, port=port)
        code = re.search(r"^\s+([0-9a-f]{4}(?:-[0-9a-f]{4}){4})$", made.stdout, flags=re.MULTILINE)
        if code is None:
            pytest.fail(f"No one-time code: {made.stdout}{made.stderr}")
        started = _brightline("up", "--detach", "--port", str(port), home=home, port=port)
        if started.returncode != 0:
            pytest.fail(f"It didn't start: {started.stderr or started.stdout}")
        yield f"http://127.0.0.1:{port}", code.group(1)
    finally:
        _brightline("down", home=home, port=port)
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def play(application: str, installation: tuple[str, str], browser: Path) -> Play:
    """Runs a script of web/e2e in node and reads its lines of JSON."""

    def run(script: str, *arguments: str, url: str = application, code: str = "") -> list[dict[str, object]]:
        environment = {
            **os.environ,
            "BRIGHTLINE_URL": url,
            "BRIGHTLINE_HOME": installation[1],
            "BRIGHTLINE_CODE": code,
            "BRIGHTLINE_CHROMIUM": str(browser),
        }
        done = subprocess.run(
            [str(REPOSITORY / "scripts" / "node"), f"e2e/{script}.mjs", *arguments],
            env=environment,
            cwd=WEB,
            capture_output=True,
            text=True,
            timeout=1_400,
            check=False,
        )
        lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        return lines

    return run
