"""Misuse flags through the doors: lists from files, flags with evidence, verdicts, and what is said of mistakes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.contract.conftest import API, Door, Typed
from tests.misusing import sequencer_of

from brightline.worker import misuse

pytestmark = pytest.mark.database
REMARKS = "Read the entry and asked his supervisor: the name is a reporter's, the case is not about him."


@pytest.fixture
def look(door: Door, module_db: Any, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], int]:
    log = sequencer_of(module_db.dsn("brightline_sequencer"), tmp_path_factory.getbasetemp() / "log")

    def go() -> int:
        log.drain()
        return misuse.once(module_db.dsn("brightline_sequencer"))

    return go


def test_a_list_from_a_file_a_flag_and_its_verdict(door: Door, typed: Typed, tmp_path: Path, look: Any) -> None:
    (tmp_path / "press.txt").write_text("Hedda Quillmark; +1 617 555 0101\nJan Overstroom\n", encoding="utf-8")
    put = typed("ines", "review", "list", "press", "press.txt", "--title", "Press 2026", "--json")
    assert (put["people"], put["list"]) == (2, "press")
    assert "Press 2026" in typed("ines", "review", "lists")
    assert "Quillmark" not in typed("ines", "review", "lists")
    client = door.as_("ana", "C-2026-0001", inquiry=True)
    assert client.post(f"{API}/search", json={"q": "Hedda Quillmark"}).status_code == 200
    assert look() >= 1
    (flag,) = typed("ines", "review", "flags", "--kind", "press", "--json")["items"]
    assert (flag["account"], flag["list"], flag["state"]) == ("ana", "Press 2026", "open")
    told = typed("ines", "review", "flag", flag["flag"])
    assert "Rule version 2/" in told
    assert "Evidence" in told
    made = typed("ines", "review", "verdict", flag["flag"], "unfounded", "--remarks", REMARKS, "--json")
    assert (made["state"], made["verdicts"][0]["remarks"]) == ("unfounded", REMARKS)
    assert "judged unfounded" in typed(
        "ines", "review", "verdict", flag["flag"], "founded", "--remarks", REMARKS, code=1
    )


def test_what_is_wrong_is_said(door: Door, typed: Typed, tmp_path: Path) -> None:
    (tmp_path / "short.txt").write_text("Hedda\n", encoding="utf-8")
    assert "line 1" in typed("ines", "review", "list", "press", "short.txt", "--title", "Press", code=2)
    assert "UTF-8" in typed("ines", "review", "list", "press", "absent.txt", "--title", "Press", code=2)
    assert "an address" in typed("ines", "review", "list", "household", "short.txt", code=2)
    nobody = "00000000-0000-4000-8000-000000000000"
    assert "Nothing of that id" in typed("ines", "review", "flag", nobody, code=1)
    assert "role add" in typed("ana", "review", "flags", code=1)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/oversight/flags?state=closed", 422),
        ("/oversight/flags?kind=belief", 422),
        ("/oversight/flags?account=nobody-there", 422),
        ("/oversight/flags?limit=0", 422),
        ("/oversight/flags?castle=1", 422),
        ("/oversight/flags/soon", 422),
        ("/oversight/flags/00000000-0000-4000-8000-000000000000", 404),
    ],
)
def test_a_bad_question_is_a_problem(door: Door, path: str, status: int) -> None:
    told = door.as_("ines", "inspectorate/overseer").get(API + path)
    assert told.status_code == status
    assert told.json()["detail"]


def test_nobody_else_reads_flags(door: Door) -> None:
    for who, purpose in (("ana", "C-2026-0001"), ("sam", "fraud/supervisor"), ("lou", "legal/approver")):
        assert door.as_(who, purpose, inquiry=True).get(f"{API}/oversight/flags").status_code == 403
