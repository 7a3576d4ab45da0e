"""The product's version is told to whoever is signed in, and to nobody else: it says which holes to try."""

from __future__ import annotations

import pytest
from tests.contract.conftest import API, Door

import brightline

pytestmark = pytest.mark.database

OPEN = ("/health", f"{API}/health", f"{API}/state", f"{API}/openapi.json")


@pytest.mark.parametrize("path", OPEN)
def test_a_stranger_is_not_told_the_version(door: Door, path: str) -> None:
    answer = door.open.get(path)
    told = answer.json()
    assert brightline.__version__ not in str(told.get("version", told.get("info", {}).get("version")))
    assert brightline.__version__ not in str(dict(answer.headers))


@pytest.mark.parametrize("path", OPEN[:3])
def test_who_is_signed_in_is(door: Door, path: str) -> None:
    assert door.as_("ana").get(path).json()["version"] == brightline.__version__


@pytest.mark.parametrize("header", ["Bearer x", "Bearer nonsense", "Bearer \u00e4", "Basic YTpi"])
def test_what_is_no_session_tells_nothing(door: Door, header: str) -> None:
    """Nor does coming from this machine, which behind a proxy everybody does."""
    answer = door.open.get("/health", headers={b"Authorization": header.encode(), b"X-Forwarded-For": b"127.0.0.1"})
    assert answer.json()["version"] == ""
