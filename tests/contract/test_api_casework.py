"""From a draft to a case with people, notes and documents, and over the line by a crossing, through the web door."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from tests.contract.conftest import API, Door

from brightline.model.keys import entity_keys

pytestmark = pytest.mark.database

PREDICATE = "Four contractors won eight harbour contracts in strict turn between January and July."
NEED = "The foremen's names are needed to see who signed for the hours that the tender paid for."
OTHER_WAYS = "Asked the contractor and the bank; neither keeps the names."


def _ok(answer: httpx.Response, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()


def _person(door: Door, source: str, name: str) -> str:
    keys = sorted(entity_keys("Person", {"name": [name]}).keys)
    entity = door.world.aspect(source, name, marking=door.world.marking(source), keys=keys)
    return f"{source}-{entity.hex}"


def _opened(door: Door) -> str:
    """A case of ana's that sam approved; its number."""
    ana, sam = door.as_("ana", "fraud/agent"), door.as_("sam", "fraud/supervisor")
    wanted = {"title": "Harbour Works", "authority": "18-usc-1956", "predicate": PREDICATE, "category": "fraud"}
    draft = _ok(ana.post(f"{API}/cases", json=wanted), 201)
    number = str(draft["number"])
    assert draft["state"] == "draft"
    assert _ok(ana.get(f"{API}/cases"))["items"][0]["number"] == number
    early = ana.post(f"{API}/cases/{number}/submit", json={})
    assert early.status_code in {403, 409}
    assert early.json()["code"] == "document"
    files = {"file": ("../../predicate.pdf", b"%PDF-1.7 facts", "application/pdf")}
    kept = _ok(ana.post(f"{API}/cases/{number}/documents", files=files, data={"purpose": "predicate"}), 201)
    assert kept["name"] == "predicate.pdf"
    assert _ok(ana.post(f"{API}/cases/{number}/submit", json={}))["state"] == "submitted"
    own = ana.post(f"{API}/cases/{number}/approve", json={})
    assert own.status_code == 403
    assert _ok(sam.post(f"{API}/cases/{number}/approve", json={}))["state"] == "open"
    return number


@pytest.fixture(scope="module")
def number(door: Door) -> str:
    return _opened(door)


@pytest.fixture(scope="module")
def ana(door: Door, number: str) -> httpx.Client:
    client = door.as_("ana", number)
    reason = "Checks who signed for the hours that were paid in the harbour tender of May."
    inquiry = _ok(client.post(f"{API}/inquiries", json={"purpose": number, "reason": reason}), 201)
    client.headers["X-Inquiry"] = inquiry["id"]
    return client


def test_people_need_a_category_and_hidden_ids_are_absent_ids(door: Door, ana: httpx.Client, number: str) -> None:
    visible, hidden = _person(door, "register", "Quill Roadwright"), _person(door, "wages", "Hidden Foreman")
    path = f"{API}/cases/{number}/items"
    without = ana.post(path, json={"ids": [visible]})
    assert (without.status_code, without.json()["code"]) == (403, "category")
    basis = {"role": "suspect", "basis": "Named by the tip of 4 June as the winner."}
    unseen = ana.post(path, json={"ids": [visible, hidden], **basis})
    absent = ana.post(path, json={"ids": [visible, "wages-" + "0" * 32], **basis})
    assert unseen.status_code == absent.status_code == 404
    assert unseen.json()["detail"] == absent.json()["detail"]
    assert _ok(ana.post(path, json={"ids": [visible], **basis}), 201)["added"] == [visible]
    assert _ok(ana.post(path, json={"ids": [visible], **basis}), 201)["already"] == [visible]
    [item] = [one for one in _ok(ana.get(f"{API}/cases/{number}"))["items"] if one["id"] == visible]
    assert (item["role"], item["caption"]) == ("suspect", "Quill Roadwright")


def _refreshed(door: Door, record: str, *, marking: int, gone: bool = False) -> None:
    """The source's next version of a row, as a published run leaves it: the earlier one's aspects are gone."""
    run = door.world.db.execute
    run("DELETE FROM content.aspect WHERE record IN (SELECT id FROM content.record WHERE source_key = %s)", (record,))
    run("UPDATE content.record SET current = false WHERE source_key = %s", (record,))
    run(
        "INSERT INTO content.record (id, source, source_key, version, hash, payload, marking, current, gone)"
        " SELECT gen_random_uuid(), source, source_key, max(version) + 1, '\\x02', '{}', %s, true, %s"
        " FROM content.record WHERE source_key = %s GROUP BY source, source_key",
        (marking, gone, record),
    )


def test_a_row_of_a_source_stays_the_version_it_was_added_from(door: Door, ana: httpx.Client, number: str) -> None:
    """The case says which version it relied on, and that the source has changed it."""
    visible, hidden = door.world.marking("register"), door.world.marking("register", caveats=["sealed"])
    row = uuid4()
    entity = door.world.aspect("register", "Quoin Haulage Ltd", schema="Company", marking=visible, record=row)
    printed = f"register:{row.hex}"
    _ok(ana.post(f"{API}/cases/{number}/items", json={"ids": [printed]}), 201)

    def item() -> dict[str, Any]:
        [found] = [one for one in _ok(ana.get(f"{API}/cases/{number}"))["items"] if one["id"] == printed]
        return dict(found)

    added = item()
    assert (added["version"], added["newer"], added["entity"]) == (1, None, f"register-{entity.hex}")
    assert added["version_at"]
    _refreshed(door, row.hex, marking=visible)
    changed = item()
    assert (changed["version"], changed["newer"]["version"], changed["newer"]["gone"]) == (1, 2, False)
    assert changed["newer"]["at"] > changed["version_at"]
    assert changed["entity"] is None
    rows = _ok(ana.post(f"{API}/lineage", json={"about": printed}))["rows"]
    assert [(one["version"], one["current"]) for one in rows] == [(2, True), (1, False)]
    again = _ok(ana.post(f"{API}/cases/{number}/items", json={"ids": [printed]}), 201)
    assert (again["added"], again["already"]) == ([], [printed])
    _refreshed(door, row.hex, marking=hidden)
    assert item() == changed
    _refreshed(door, row.hex, marking=visible, gone=True)
    # The third that may be seen: the hidden one between leaves no gap.
    assert (item()["newer"]["version"], item()["newer"]["gone"]) == (3, True)


def test_a_person_gets_another_category_and_a_row_leaves_named_in_the_body(
    door: Door, ana: httpx.Client, number: str
) -> None:
    """As they were read: each item is listed with its revision, people too. A row's key stands in no address."""
    place, row = f"{API}/cases/{number}/items", uuid4()
    door.world.aspect(
        "register", "Quarrel Ferries", schema="Company", marking=door.world.marking("register"), record=row
    )
    person, printed = _person(door, "register", "Quentin Mole"), f"register:{row.hex}"
    basis = {"role": "witness", "basis": "Named by the clerk in her statement."}
    _ok(ana.post(place, json={"ids": [person], **basis}), 201)
    _ok(ana.post(place, json={"ids": [printed]}), 201)
    listed = {one["id"]: one["revision"] for one in _ok(ana.get(f"{API}/cases/{number}"))["items"]}
    wanted = {"id": person, "role": "associate", "basis": "Signed for the clerk, as the clerk says."}
    unread = ana.post(f"{place}/role", json=wanted, headers={"X-Seen": listed[printed]})
    assert unread.status_code == 409, unread.text
    changed = _ok(ana.post(f"{place}/role", json=wanted, headers={"X-Seen": listed[person]}))
    assert (changed["category"], changed["was"]) == ("associate", "witness")
    gone = {"id": printed, "reason": "Another ferry of the same name."}
    assert ana.post(f"{place}/remove", json=gone, headers={"X-Seen": listed[printed]}).status_code == 204
    left = {one["id"]: one["role"] for one in _ok(ana.get(f"{API}/cases/{number}"))["items"]}
    assert (left[person], printed in left) == ("associate", False)
    assert ana.post(f"{place}/{printed}/remove", json={"reason": gone["reason"]}).status_code == 405


def test_notes_and_documents_come_back_and_the_history_names_its_entries(ana: httpx.Client, number: str) -> None:
    note = {"text": "The two bidders share a telephone.", "kind": "fact", "basis": "Register, row 17."}
    _ok(ana.post(f"{API}/cases/{number}/notes", json=note), 201)
    listed = _ok(ana.get(f"{API}/cases/{number}/documents"))["items"]
    content = ana.get(f"{API}/cases/{number}/documents/{listed[0]['id']}")
    assert content.content == b"%PDF-1.7 facts"
    assert content.headers["Content-Type"] == "application/octet-stream"
    assert content.headers["Content-Disposition"].startswith("attachment")
    activity = _ok(ana.get(f"{API}/cases/{number}/activity"))["items"]
    assert activity
    assert all(event["entry"] and event["by"] and event["text"] for event in activity)


def test_a_search_an_entity_its_links_and_why(door: Door, ana: httpx.Client) -> None:
    id = _person(door, "register", "Marlow Finchley")
    found = _ok(ana.post(f"{API}/search", json={"q": "Marlow Finchley", "from": "2024", "to": "2024-12"}))
    assert [hit["id"] for hit in found["hits"]] == [id]
    assert found["hits"][0]["why"][0]["text"]
    page = _ok(ana.get(f"{API}/entities/{id}"))
    assert page["properties"][0]["values"][0]["sources"][0]["source"] == "register"
    assert _ok(ana.get(f"{API}/why/{id}"))["visible"] is True
    assert _ok(ana.get(f"{API}/entities/{id}/links"))["center"]["id"] == id
    assert _ok(ana.get(f"{API}/paths", params={"a": id, "b": id}))["hops"] == 0
    assert _ok(ana.post(f"{API}/suggest", json={"q": "Marlow Finch"}))["items"][0]["id"] == id


def test_a_crossing_opens_only_its_fields_and_ends(door: Door, ana: httpx.Client, number: str) -> None:
    id = _person(door, "wages", "Oswin Tallow")
    before = ana.get(f"{API}/entities/{id}")
    assert before.status_code == 404
    expires = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    wanted = {"purpose": number, "items": [id], "fields": ["name"], "basis": "18-usc-1956"}
    reasons = {"necessity": NEED, "alternatives": OTHER_WAYS, "expires": expires}
    asked = _ok(ana.post(f"{API}/crossings", json={**wanted, **reasons}), 201)
    path = f"{API}/crossings/{asked['number']}"
    opinion = {"opinion": "support", "text": "The need is real and the fields are few."}
    for who, purpose in (("sam", "fraud/supervisor"), ("vic", "labour/supervisor")):
        _ok(door.as_(who, purpose).post(f"{path}/opinion", json=opinion))
    reason = {"reason": "Necessary, narrow, and no other way is left to them."}
    lou = door.as_("lou", "legal/approver")
    assert lou.post(f"{path}/approve", json=reason).json()["code"] == "review"
    law = {"finding": "permitted", "reason": "Section 1956 permits it: the wages show where the money came from."}
    assert _ok(door.as_("lea", "legal/approver").post(f"{path}/review", json=law))["state"] == "reviewed"
    assert lou.post(f"{path}/approve", json={}).status_code in {403, 422}
    shown = _ok(lou.get(path))
    assert shown["people"] == [{"category": "other", "people": 1, "others": 0}]
    assert lou.post(f"{path}/approve", json={**reason, "seen": "0" * 64}).json()["code"] == "seen"
    assert _ok(lou.post(f"{path}/approve", json={**reason, "seen": shown["seen"]}))["state"] == "active"
    page = _ok(ana.get(f"{API}/entities/{id}"))
    assert {prop["name"] for prop in page["properties"]} == {"name"}
    assert page["aspects"][0]["marking"]["crossed"] is True
    assert _ok(lou.post(f"{path}/revoke", json=reason))["state"] == "revoked"
    assert ana.get(f"{API}/entities/{id}").status_code == 404
    ines = door.as_("ines", "inspectorate/overseer")
    waiting = _ok(ines.get(f"{API}/crossings", params={"unaudited": True}))["items"]
    assert asked["number"] in [one["number"] for one in waiting]
    audit = {"verdict": "proper", "remarks": "Request, opinions and review agree with the law."}
    assert _ok(ines.post(f"{path}/audit", json=audit))["state"] == "audited"
    assert ines.post(f"{path}/audit", json=audit).json()["code"] == "state"


def test_an_emergency_is_opened_by_a_supervisor_and_its_paper_read_by_who_decides(
    door: Door, ana: httpx.Client, number: str
) -> None:
    id = _person(door, "wages", "Perpetua Wren")
    expires = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    file = {"file": ("order.txt", b"The order.", "text/plain")}
    kept = _ok(ana.post(f"{API}/cases/{number}/documents", files=file), 201)
    wanted = {
        "purpose": number, "items": [id], "fields": ["name"], "basis": "18-usc-1956", "expires": expires,
        "necessity": NEED, "alternatives": OTHER_WAYS,
        "danger": "The caller said that she will be taken over the border tonight, at eight, by the foreman.",
        "instruments": [{"caveat": "tax", "reference": "26 USC 6103(i)(1), order 26-mc-12", "document": kept["id"]}],
    }  # fmt: skip
    asked = _ok(ana.post(f"{API}/crossings", json=wanted), 201)
    path = f"{API}/crossings/{asked['number']}"
    assert ana.post(f"{path}/open").status_code == 403
    assert _ok(door.as_("sam", "fraud/supervisor").post(f"{path}/open"))["state"] == "emergency"
    assert _ok(ana.get(f"{API}/entities/{id}"))["caption"] == "Perpetua Wren"
    lou = door.as_("lou", "legal/approver")
    assert lou.get(f"{path}/papers/{kept['id']}").content == b"The order."
    assert ana.get(f"{path}/papers/{kept['id']}").status_code == 403
    assert lou.get(f"{path}/papers/{uuid4()}").status_code == 404
    reason = {"reason": "No danger is told of in the statement."}
    assert _ok(lou.post(f"{path}/deny", json=reason))["state"] == "refused"
    assert ana.get(f"{API}/entities/{id}").status_code == 404


def test_the_question_is_kept_with_the_reason(door: Door, ana: httpx.Client, number: str) -> None:
    told = _ok(ana.get(f"{API}/prompts"))
    assert (told["limits"]["shortest_reason"], told["limits"]["inquiry_acts"]) == (40, 200)
    asked = next(one for one in told["prompts"] if one["name"] == "inquiry")
    said = {"purpose": number, "reason": "The tip of 3 May names a lorry driver; I look for who pays his rent."}
    stale = ana.post(f"{API}/inquiries", json={**said, "prompt": "0" * 16})
    assert (stale.status_code, stale.json()["code"]) == (409, "prompt")
    assert ana.post(f"{API}/inquiries", json={**said, "aim": "nose about"}).status_code == 422
    made = _ok(ana.post(f"{API}/inquiries", json={**said, "prompt": asked["version"], "aim": "connect"}), 201)
    assert (made["aim"], made["prompt"]) == ("connect", asked["version"])


def test_every_act_hands_out_its_entry(ana: httpx.Client, number: str) -> None:
    entries = {ana.get(f"{API}/cases/{number}").headers["X-Entry"] for _ in range(2)}
    assert len(entries) == 2
