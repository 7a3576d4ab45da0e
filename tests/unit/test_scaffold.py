"""What a newcomer meets first: make, the locks, the floors, a feed that is begun."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from brightline.feeds import check

ROOT = Path(__file__).resolve().parents[2]
TARGETS = (
    *("setup", "demo", "stop", "demo-reset", "test", "test-fast", "test-leak", "check", "bench", "screens"),
    *("new-feed", "new-report", "new-programme", "help"),
)


def _new(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "scripts" / "new"), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("target", TARGETS)
def test_make_help_explains_the_target(target):
    lines = (ROOT / "Makefile").read_text().splitlines()
    assert any(re.match(rf"^{target}:.*## \S", line) for line in lines)


def test_a_feed_that_is_begun_can_be_checked_at_once(tmp_path):
    done = _new("feed", "harbour-register", str(tmp_path))
    assert done.returncode == 0, done.stderr
    report = check.check_folder(tmp_path / "harbour-register")
    assert report.problems == ()
    again = _new("feed", "harbour-register", str(tmp_path))
    assert again.returncode == 1
    assert "there already" in again.stderr


@pytest.mark.parametrize(
    "words", [(), ("feed",), ("castle", "x"), ("feed", "Bad Name"), ("feed", "../up"), ("report", "x")]
)
def test_what_can_not_be_begun_is_said(words):
    done = _new(*words)
    assert done.returncode == 1
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("path", sorted((ROOT / "requirements").glob("*.txt")), ids=lambda path: path.name)
def test_locks_have_hashes_and_no_addresses(path):
    text = path.read_text()
    pinned = re.findall(r"^[a-z0-9][\w.-]*==", text, re.MULTILINE | re.IGNORECASE)
    assert pinned
    assert text.count("--hash=sha256:") >= len(pinned)
    assert not re.search(r"^[^#\n]*https?://", text, re.MULTILINE)


def test_pre_commit_fetches_nothing():
    text = (ROOT / ".pre-commit-config.yaml").read_text()
    assert re.findall(r"repo: (\S+)", text) == ["local"]


def test_continuous_integration_skips_nothing_it_could_run():
    text = (ROOT / ".ci" / "run").read_text()
    assert re.findall(r"^(?:exec )?(make .*)$", text, re.MULTILINE) == ["make check", "make test"]
    assert "BRIGHTLINE_REQUIRE=browser" in text
