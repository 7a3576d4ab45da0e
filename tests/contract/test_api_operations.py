"""Operations through the web door and the command line: from a refused plan to custody and a table with faults."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from tests.contract.conftest import API, Door
from tests.contract.test_cli import Run, run  # noqa: F401
from tests.fieldwork import FACTS, SOURCES, WHY, plan
from tests.office import tables_of

pytestmark = pytest.mark.database


def _ok(answer: httpx.Response, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()


def _ago(minutes: int) -> str:
    return (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat()


@pytest.fixture
def as_(run: Run, door: Door, monkeypatch: pytest.MonkeyPatch) -> Any:  # noqa: F811
    """Command lines of somebody who is signed in."""

    def go(who: str, *words: str) -> Any:
        monkeypatch.setenv("BRIGHTLINE_URL", door.url)
        monkeypatch.setenv("BRIGHTLINE_TOKEN", door.world.token(who))
        return run(*words)

    return go


def _civil(tool: str) -> dict[str, Any]:
    aim = {"text": "See the wage books and hear the workers.", "instrument": tool, "authority": "29-usc-216"}
    return {**plan("labour"), "objectives": [aim], "budget": {"civil": 500}}


def test_a_criminal_instrument_for_a_civil_purpose_is_403(door: Door) -> None:
    answer = door.as_("cleo", "labour/agent").post(f"{API}/operations", json=_civil("search warrant"))
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (403, "instrument")
    assert "926 F.3d 1128" in problem["hint"]
    assert problem["entry"]


def test_bad_forms_are_422_and_name_the_field(door: Door) -> None:
    cleo = door.as_("cleo", "labour/agent")
    for change in ({"title": ""}, {"objectives": []}, {"starts": "soon"}, {"budget": {"secret": 1}}, {"guards": "off"}):
        answer = cleo.post(f"{API}/operations", json={**_civil("consent"), **change})
        assert answer.status_code == 422, (change, answer.text)
    assert cleo.get(f"{API}/operations/nonsense").status_code in {404, 422}
    assert cleo.get(f"{API}/operations/O-1999-0000").status_code == 404


def test_from_a_plan_to_custody_through_the_web_door(door: Door) -> None:
    cleo, vic, lou = (
        door.as_(*who) for who in (("cleo", "labour/agent"), ("vic", "labour/supervisor"), ("lou", "legal/approver"))
    )
    made = _ok(cleo.post(f"{API}/operations", json=_civil("administrative warrant")), 201)
    path = f"{API}/operations/{made['operation']}"
    assert vic.post(f"{path}/approve", json={}).json()["code"] == "state"
    assert _ok(cleo.post(f"{path}/submit", json={}))["state"] == "legal_review"
    assert cleo.post(f"{path}/submit", json={}).status_code == 409
    assert _ok(lou.post(f"{path}/approve", json={"reason": WHY}))["state"] == "cleared"
    assert _ok(vic.post(f"{path}/approve", json={}))["state"] == "approved"
    assert _ok(cleo.post(f"{path}/activate", json={}))["may"] == ["close"]
    body = {
        "person": {"name": "Basil Quarrel"},
        "time": _ago(90),
        "place": "12 Quay Street",
        "selection": "collateral",
        "authority": "29-usc-216",
        "basis": "facts",
        "facts": FACTS,
        "outcome": "arrested",
        "status_evidence": SOURCES,
    }
    without = cleo.post(f"{path}/encounters", json={k: v for k, v in body.items() if k != "selection"})
    assert (without.status_code, without.json()["field"]) == (422, "selection")
    met = _ok(cleo.post(f"{path}/encounters", json=body), 201)
    stay = {"person": met["person"], "event": "book_in", "time": _ago(60), "facility": "Harbour House"}
    _ok(cleo.post(f"{API}/operations/custody", json=stay), 201)
    assert cleo.post(f"{API}/operations/custody", json=stay).status_code == 409
    assert _ok(cleo.post(f"{path}/costs", json={"amount": 501, "what": "Boat"}), 201)["over_budget"] is True
    whole = _ok(cleo.get(path))
    assert whole["figures"][0]["collateral"] == 1
    assert "over_budget" in whole["flags"]
    assert cleo.get(f"{path}/protected").status_code == 422, "names of witnesses need a stated reason"
    assert door.as_("ana", "fraud/agent").get(path).status_code == 404


def test_the_command_line_does_the_same(as_: Any, tmp_path: Path) -> None:
    def file(name: str, content: Any) -> str:
        (tmp_path / name).write_text(yaml.safe_dump(content), "utf-8")
        return str(tmp_path / name)

    refused = as_("cleo", "operation", "plan", file("bad.yml", _civil("arrest warrant")))
    assert refused.code == 1
    assert "Perez Cruz" in refused.err
    number = as_("ana", "operation", "plan", file("plan.yml", plan()), "--json").json["operation"]
    assert as_("ana", "operation", "submit", number).code == 0
    assert as_("ana", "operation", "approve", number).code == 1
    assert as_("lou", "operation", "approve", number, "--reason", WHY).code == 0
    assert as_("sam", "operation", "approve", number).code == 0
    assert "what you have read any more" in as_("ana", "operation", "activate", number).err, "others decided meanwhile"
    assert as_("ana", "operation", "show", number).code == 0
    assert as_("ana", "operation", "activate", number).code == 0
    met = {
        "operation": number,
        "person": {"name": "Una Wick", "category": "suspect"},
        "time": _ago(30),
        "place": "12 Quay Street",
        "selection": "targeted",
        "authority": "18-usc-1956",
        "basis": "warrant",
        "warrant": "W-2026-118",
        "outcome": "arrested",
    }
    one = as_("ana", "encounter", "add", file("met.yml", met), "--json").json
    stays = [
        {"event": "book_in", "time": _ago(20), "facility": "Fort Amory"},
        {"event": "release", "time": _ago(5), "reason": "bail"},
    ]
    done = as_("ana", "custody", "add", file("stay.yml", {"person": one["person"], "events": stays}), "--json")
    assert done.json["items"][1]["release_reason"] == "bail"
    shown = as_("ana", "operation", "show", number)
    assert (shown.code, "W-2026-118" in shown.out) == (0, True)
    assert number in as_("ana", "operation", "list").out
    assert as_("ana", "encounter", "add", file("none.yml", "words")).code == 2
    assert as_("ana", "hold", "list", "--json").json == {"items": []}


@pytest.fixture
def taking(door: Door, module_db: Any) -> Iterator[None]:
    """The worker's part in published tables, at work meanwhile."""
    stop = threading.Event()
    tables = tables_of(module_db, door.inbox)

    def work() -> None:
        while not stop.wait(0.05):
            tables.once()

    thread = threading.Thread(target=work)
    thread.start()
    yield
    stop.set()
    thread.join(30)


@pytest.mark.usefixtures("taking")
def test_a_table_with_faults_is_3_and_says_where(as_: Any, tmp_path: Path) -> None:
    table = tmp_path / "arrests.csv"
    head = "Apprehension Date,Apprehension Method,Apprehension Criminality,Operation,Ethnicity"
    rows = [
        "2026-03-01,Located,1 Convicted Criminal,Lantern yard,Other",
        "2026-02-30,Located,,,",
        "2026-03-04,Located,9 Bad,,",
    ]
    table.write_text("\n".join([head, *rows]), "utf-8")
    ended = as_("ana", "operation", "import", str(table), "--kind", "arrests", "--json")
    assert ended.code == 3
    found = json.loads(ended.out)
    assert (found["rows"], found["kept"], found["quarantined"], found["omitted"]) == (3, 1, 2, ["Ethnicity"])
    assert found["faults"][0] == {
        "row": 2,
        "column": "Apprehension Date",
        "value": "2026-02-30",
        "reason": "is no date",
    }
    again = as_("ana", "operation", "import", str(table), "--kind", "arrests")
    assert again.code == 1, "the very same table twice is a conflict"
    whole = as_("ana", "operation", "extract", found["extract"], "--json").json
    assert {"column": "criminality", "value": "convicted", "rows": 1} in whole["figures"]
    [beside] = whole["compared"]
    assert (beside["planned"], beside["recorded"], beside["published"]) == (4, 1, 1)
