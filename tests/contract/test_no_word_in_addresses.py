"""What is searched for stands in no address: whoever serves, passes on or caches requests keeps lists of those.

The server's own list is off; here it is turned on, as a proxy in front would keep it, while the command line and a
browser's requests ask for names and numbers.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import pytest
import uvicorn
from tests.contract import conftest
from tests.contract.conftest import API, Door, Ended

from brightline.api.app import create_app
from brightline.api.reference import document

pytestmark = pytest.mark.database
WORDS = ("Quillfeather", "P-77-1234", "8812")
# What the addresses of readings may hold: where in a list, states and kinds that the product names, days, and names of
# units, accounts, cases, programmes, sources and ids of the product's own. A further one is words until somebody has
# thought about it.
HARMLESS = set(
    """limit offset from to days before as_of state kind tab side mode format rows outcome mine waits_for_me unaudited
    ended associates sample judged public published act hops max_hops a b ids account unit purpose programme case name
    regime run watch intake cell detector verdict""".split()  # noqa: SIM905 - forty lines of one word each, else
)


class Listed:
    """A server that keeps a list of the addresses asked for; the list."""

    def __init__(self, url: str, kept: io.StringIO) -> None:
        self.url, self._kept = url, kept

    def text(self) -> str:
        return unquote_plus(self._kept.getvalue())


@pytest.fixture
def listed(door: Door, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Listed]:
    kept = io.StringIO()
    handler, access = logging.StreamHandler(kept), logging.getLogger("uvicorn.access")
    access.addHandler(handler)
    access.setLevel(logging.INFO)
    config = uvicorn.Config
    monkeypatch.setattr(uvicorn, "Config", lambda app, **more: config(app, **{**more, "access_log": True}))
    with conftest.served(create_app(door.house, static=tmp_path / "static")) as url:
        yield Listed(url, kept)
    access.removeHandler(handler)


def test_the_list_of_addresses_holds_no_word_that_was_asked_for(
    door: Door, listed: Listed, ended: Ended, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRIGHTLINE_URL", listed.url)
    name, number, key = WORDS
    case = ("--purpose", "C-2026-0001")
    ended(
        "ana",
        "search",
        f"{name} {number}",
        *case,
        "--reason",
        f"Checks whether {name} of the tip has a second account.",
    )
    ended("ana", "entity", "show", f"register:{key}", "--lineage", "--value", name, *case)
    ended(
        "ines",
        "ledger",
        "who-asked",
        f"{name} {number}",
        "--purpose",
        "inspectorate/overseer",
        "--reason",
        "Who looked for the two people of the complaint of May, and why?",
    )
    ended(
        "stu",
        "subject",
        "report",
        "register-" + "0" * 32,
        "--exceptions",
        f"What {name} said in confidence.",
        "--purpose",
        "records/steward",
        "--reason",
        "The person asked on 4 May what is held about them.",
    )
    client = door.as_("ana", "C-2026-0001", inquiry=True)
    assert client.post(f"{listed.url}{API}/suggest", json={"q": name}).status_code == 200
    assert client.post(f"{listed.url}{API}/search", json={"q": name, "source": ["register"]}).status_code == 200
    items = f"{listed.url}{API}/cases/C-2026-0001/items"
    for act, said in (
        ("role", {"role": "witness", "basis": f"{name} says so."}),
        ("remove", {"reason": "Another one."}),
    ):
        assert client.post(f"{items}/{act}", json={"id": f"register:{key}", **said}).status_code == 404
    text = listed.text()
    for asked in ("/search", "/lineage", "/ledger/who-asked", "/report", "/suggest", "/items/role", "/items/remove"):
        assert f"POST {API}" in text
        assert asked in text, f"{asked} wasn't asked for:\n{text}"
    assert [word for word in WORDS if word in text] == []


@pytest.mark.parametrize(
    "path", ["search?q=quill", "suggest?q=quill", "ledger/who-asked?words=quill", "lineage?value=quill"]
)
def test_the_forms_with_words_in_the_address_are_refused(door: Door, path: str) -> None:
    answer = door.as_("ana", "C-2026-0001", inquiry=True).get(f"{API}/{path}")
    assert answer.status_code == 404, answer.text
    assert "quill" not in answer.text


def test_no_reading_takes_words_by_its_address() -> None:
    found: dict[str, set[str]] = {}
    described: dict[str, Any] = document()
    for path, operations in described["paths"].items():
        for parameter in operations.get("get", {}).get("parameters", []):
            if parameter["in"] == "query" and parameter["name"] not in HARMLESS:
                found.setdefault(path, set()).add(parameter["name"])
    assert found == {}
