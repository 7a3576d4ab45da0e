"""Bulk runs through the doors: the API's problems and the command line, from the list to the judged match."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.contract.conftest import API, Door, Typed

from brightline.model.keys import entity_keys

pytestmark = pytest.mark.database
CASE = "C-2026-0001"
WHO = "Foremen on the payroll list of May that the company handed over"
AIM = "Find which of the foremen own a company that was paid from the harbour account."
REASON = "Checks which foremen of the May payroll own one of the firms of the tip."


def _people(door: Door, *names: str) -> None:
    for name in names:
        keys = sorted(entity_keys("Person", {"name": [name]}).keys)
        door.world.aspect("register", name, marking=door.world.marking("register"), keys=keys)


def test_from_the_list_to_the_judged_match(door: Door, typed: Typed, tmp_path: Path) -> None:
    _people(door, "Tamsin Overquell", "Wystan Dray")
    (tmp_path / "list.txt").write_text("Tamsin Overquell\nWystan Dray; 1980\nNobody Atall\n", encoding="utf-8")
    under = ("--purpose", CASE, "--inquiry", str(door.world.inquiry("ana", CASE)))
    asked = ("--population", WHO, "--aim", AIM, "--expected", "2", "--fuzzy", "0")
    made = typed("ana", "bulk", "request", "list.txt", *asked, *under, "--json")
    number = made["bulk"]
    assert (made["state"], made["size"]) == ("requested", 3)
    assert typed("ana", "bulk", "sample", number, *under, "--json")["sample_hits"] == 2
    found = typed("ana", "bulk", "hits", number, "--sample", "--open", *under, "--json")["items"]
    for hit in found:
        said = ("confirmed", "--because", "The passport numbers agree.", "--compared", "identifier")
        told = typed("ana", "bulk", "judge", hit["hit"], *said, *under, "--json")
    assert told["actionable"] is True
    assert told["bulk"]["error_rate"] == 0.0
    because = ("--because", "One employer, and the sample was right.")
    row = door.world.db.execute("SELECT case_id FROM bulk.request WHERE number = %s", (number,)).fetchone()
    assert row == (door.world.cases[CASE],)
    assert "four_eyes" not in typed("sam", "bulk", "approve", number, *because)
    assert typed("ana", "bulk", "run", number, *under, "--json")["state"] == "done"
    assert "done" in typed("ana", "bulk", "show", number, *under)
    assert number in typed("ines", "bulk", "list")
    # What sam saw last was approved; meanwhile it was run.
    assert "state changed" in typed("sam", "bulk", "deny", number, *because, code=1)
    typed("sam", "bulk", "show", number)
    assert "Possible now" in typed("sam", "bulk", "deny", number, *because, code=1)


def test_what_is_wrong_is_said(door: Door, typed: Typed, tmp_path: Path) -> None:
    under = ("--purpose", CASE, "--inquiry", str(door.world.inquiry("ana", CASE)))
    asked = ("--population", WHO, "--aim", AIM, "--expected", "2")
    assert "isn't there" in typed("ana", "bulk", "request", "absent.txt", *asked, *under, code=2)
    assert "--schema" in typed("ana", "bulk", "request", *asked, *under, code=2)
    (tmp_path / "bad.txt").write_text("Maria Vega; soon\n")
    assert "NAME; YYYY-MM-DD" in typed("ana", "bulk", "request", "bad.txt", *asked, *under, code=2)
    assert "Nothing of that id" in typed("ana", "bulk", "show", "B-2026-000000", *under, code=1)
    assert "--purpose" in typed("ana", "bulk", "sample", "B-2026-000000", code=2)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"population": WHO, "aim": AIM, "expected": 1}, 422),
        ({"population": WHO, "aim": AIM, "expected": 1, "lines": [{"q": "x", "born": "May"}]}, 422),
        ({"population": WHO, "aim": AIM, "expected": 0, "lines": [{"q": "Maria"}]}, 422),
        ({"population": WHO, "aim": AIM, "expected": 1, "lines": [{"q": "%%"}]}, 422),
        ({"population": "x", "aim": AIM, "expected": 1, "lines": [{"q": "Maria"}]}, 422),
        ({"population": WHO, "aim": AIM, "expected": 1, "lines": [{"q": "Maria"}], "more": 1}, 422),
        ({"population": WHO, "aim": AIM, "expected": 1, "filters": {"schemas": ["Nonsense"]}}, 422),
    ],
)
def test_a_bad_request_is_a_problem_with_a_way_out(door: Door, body: dict[str, Any], status: int) -> None:
    told = door.as_("ana", CASE, inquiry=True).post(f"{API}/bulk", json=body)
    assert told.status_code == status
    assert told.headers["content-type"] == "application/problem+json"
    assert told.json()["detail"]


def test_a_split_list_is_a_problem_that_names_the_bulk_path(door: Door) -> None:
    client = door.as_("ana", CASE, inquiry=True)
    ask = f"{API}/search/batch"
    for start in (0, 25):
        names = [f"Stray{n} Person" for n in range(start, start + 25)]
        assert client.post(ask, json={"queries": names}).status_code == 200
    told = client.post(ask, json={"queries": ["One More"]})
    assert told.status_code == 403
    assert told.json()["code"] == "bulk_split"
    assert "brightline bulk request" in told.json()["hint"]
