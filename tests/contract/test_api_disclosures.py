"""Disclosures and judgements through the web door: what people click, end to end."""

from __future__ import annotations

import hashlib
import io
import zipfile

import pytest
from tests.contract.conftest import API, Door

from brightline.model.ids import printed
from brightline.model.keys import entity_keys

pytestmark = pytest.mark.database
CASE = "C-2026-0001"


def put(door: Door, name: str) -> str:
    world = door.world
    keys = sorted(entity_keys("Person", {"name": [name]}).keys)
    return printed("register", world.aspect("register", name, marking=world.marking("register"), keys=keys))


def test_candidates_judgement_history_and_split(door: Door) -> None:
    a, b = put(door, "Ilse Marion Rowan"), put(door, "Ilsa Marion Rowan")
    ana = door.as_("ana", CASE, inquiry=True)
    found = ana.get(f"{API}/entities/{a}/candidates").json()
    assert [one["id"] for one in found["candidates"]] == [b]
    body = {"left": a, "right": b, "verdict": "same", "reason": "Both papers carry the same photograph and number."}
    made = ana.post(f"{API}/judgements", json={**body, "parts": found["candidates"][0]["parts"]})
    assert made.status_code == 201, made.text
    assert sorted(made.json()["members"]) == sorted([a, b])
    told = ana.get(f"{API}/entities/{b}/judgements").json()
    assert [(j["verdict"], j["counts"], j["by"]) for j in told["judgements"]] == [("same", True, "ana")]
    split = ana.post(f"{API}/entities/{a}/split", json={"reason": "The photographs show two people after all."})
    assert split.json()["apart"] == [b]


def test_a_disclosure_from_preview_to_recall(door: Door) -> None:
    world = door.world
    world.db.execute("UPDATE line.agreement SET redistribution = 'case-by-case' WHERE source = 'register'")
    world.db.execute(
        "INSERT INTO cases.case_file (id, number, title, regime, authorities, predicate, unit, lead, made_by, state,"
        " opened) VALUES (%s, %s, 'Invoices', 'criminal', '{18-usc-1956}', repeat('predicate ', 6), 'fraud', %s, %s,"
        " 'open', now()) ON CONFLICT DO NOTHING",
        (world.cases[CASE], CASE, world.accounts["ana"], world.accounts["ana"]),
    )
    id = put(door, "Otto Discloses")
    ana, sam = door.as_("ana", CASE, inquiry=True), door.as_("sam", "fraud/supervisor")
    added = ana.post(
        f"{API}/cases/{CASE}/items", json={"ids": [id], "role": "suspect", "basis": "Signed the second invoice."}
    )
    assert added.status_code == 201, added.text
    wanted = {
        "items": [id],
        "fields": ["name"],
        "recipient": "District court",
        "address": "Court square 1, Saltmere",
        "recipient_kind": "court",
        "purpose": "Trial of the invoices that were paid twice in March.",
        "need_to_know": "The payee is named in the charge.",
        "right_to_know": "Courts receive files by statute.",
        "nature": "One name",
    }
    made = ana.post(f"{API}/disclosures", json=wanted)
    assert made.status_code == 201, made.text
    assert made.json()["people"] == {"suspect": 1, "total": 1}
    path = f"{API}/disclosures/{made.json()['disclosure']}"
    assert ana.post(f"{path}/submit").json()["state"] == "submitted"
    decision = {"decision": "approve", "reason": "Needed for the charge, no more."}
    assert sam.post(f"{path}/decide", json=decision).json()["state"] == "approved"
    sent = ana.post(f"{path}/send")
    assert sent.headers["x-package-sha256"] == hashlib.sha256(sent.content).hexdigest()
    assert sent.headers["x-entry"]
    with zipfile.ZipFile(io.BytesIO(sent.content)) as archive:
        assert sorted(archive.namelist()) == ["README.txt", "entities.ftm.json", "manifest.json"]
    assert ana.get(f"{path}/package").content == sent.content
    recalled = ana.post(f"{path}/recall", json={"text": "The name is another person's; destroy it."})
    assert recalled.json()["state"] == "recalled"
    notice = ana.get(path).json()["notices"][0]["id"]
    confirmed = ana.post(f"{path}/notices/{notice}/confirm", json={"by": "Clerk of the court"})
    assert confirmed.status_code == 200, confirmed.text
    report = door.as_("stu", "records/steward", inquiry=True).post(f"{API}/subjects/{id}/report", json={})
    assert report.status_code == 200, report.text
    assert [one["recipient"] for one in report.json()["disclosures"]] == ["District court"] * 2
