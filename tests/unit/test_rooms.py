"""`make test ROOM=…` knows every test file, and every room has tests."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from tests import rooms

REPOSITORY = Path(__file__).resolve().parents[2]
KEPT_APART = {"api", "cli", "worker", "wiring", "stories", "gate", "model", "policy"}


def test_every_test_file_belongs_to_a_room_or_to_the_whole() -> None:
    assert rooms.undeclared() == []


def test_every_file_that_tries_the_whole_is_there() -> None:
    found = {path.stem.removeprefix("test_") for path in (REPOSITORY / "tests").glob("*/test_*.py")}
    assert set(rooms.WHOLE) - found == set()


@pytest.mark.parametrize("room", rooms.ROOMS)
def test_a_room_has_tests(room: str) -> None:
    assert rooms.files(room)


def test_every_room_of_the_house_is_one() -> None:
    source = REPOSITORY / "src" / "brightline"
    there = {path.parent.name for path in source.glob("*/__init__.py")}
    assert there - KEPT_APART - set(rooms.ROOMS) == set()


def test_a_room_that_is_none_runs_nothing() -> None:
    done = subprocess.run(
        ["make", "-n", "test", "ROOM=cases"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert "tests.rooms" in done.stdout
    wrong = subprocess.run(
        [REPOSITORY / ".venv/bin/python", "-m", "tests.rooms", "kitchen"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "cases" in wrong.stderr
