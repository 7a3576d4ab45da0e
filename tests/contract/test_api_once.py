"""R8 through the web door: a request sent twice is done once, and a change names what was read."""

from __future__ import annotations

import httpx
import pytest
from tests.contract.conftest import API, Door

from brightline.api.reference import document

pytestmark = pytest.mark.database
CASE = "C-2026-0001"


@pytest.fixture(scope="module")
def ana(door: Door) -> httpx.Client:
    """At work in an open case."""
    door.world.db.execute(
        "INSERT INTO line.case_ref (case_id, unit) SELECT %s, 'fraud' ON CONFLICT DO NOTHING", (door.world.cases[CASE],)
    )
    door.world.db.execute(
        "INSERT INTO cases.case_file (id, number, title, regime, authorities, predicate, unit, lead, made_by, state,"
        " opened) VALUES (%s, %s, 'Harbour works', 'criminal', '{18-usc-1956}', repeat('predicate ', 6), 'fraud', %s,"
        " %s, 'open', now())",
        (door.world.cases[CASE], CASE, door.world.accounts["ana"], door.world.accounts["ana"]),
    )
    return door.as_("ana", CASE, inquiry=True)


def test_r8_a_request_sent_thrice_is_done_once(ana: httpx.Client) -> None:
    key = {"Idempotency-Key": "0f9d6f5e-3f0a-4c53-8f3c-6c7c0a4a9d11"}
    note = {"text": "Sent three times.", "kind": "assessment"}
    answers = [ana.post(f"{API}/cases/{CASE}/notes", json=note, headers=key) for _ in range(3)]
    assert [one.status_code for one in answers] == [201, 201, 201]
    assert len({one.text for one in answers}) == 1
    assert len({one.headers["X-Entry"] for one in answers}) == 1
    texts = [one["text"] for one in ana.get(f"{API}/cases/{CASE}").json()["notes"]]
    assert texts.count("Sent three times.") == 1
    other = ana.post(f"{API}/cases/{CASE}/notes", json={**note, "text": "Another."}, headers=key)
    assert (other.status_code, other.json()["code"]) == (409, "key_reused")
    bad = ana.post(f"{API}/cases/{CASE}/notes", json=note, headers={"Idempotency-Key": "short"})
    assert (bad.status_code, bad.json()["field"]) == (422, "Idempotency-Key")


def test_r8_a_change_names_what_was_read(ana: httpx.Client) -> None:
    task = ana.post(f"{API}/cases/{CASE}/tasks", json={"title": "Hear the clerk"}).json()
    listed = ana.get(f"{API}/cases/{CASE}/tasks").json()["items"]
    assert task["revision"] in {one["revision"] for one in listed}
    path, done = f"{API}/cases/{CASE}/tasks/{task['id']}", {"result": "Heard on 4 May."}
    moved = ana.post(f"{path}/assign", json={"unit": "fraud"}, headers={"X-Seen": task["revision"]})
    assert moved.status_code == 200
    stale = ana.post(f"{path}/end", json=done, headers={"X-Seen": task["revision"]})
    assert (stale.status_code, stale.json()["code"]) == (409, "changed")
    assert "assignee" in stale.json()["detail"]
    assert ana.post(f"{path}/end", json=done, headers={"X-Seen": moved.json()["revision"]}).status_code == 200


def test_r8_every_change_is_described_with_both_headers() -> None:
    for path, operations in document()["paths"].items():
        for method, operation in operations.items():
            names = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "header"}
            assert ({"Idempotency-Key", "X-Seen"} <= names) == (method != "get"), (path, method)
