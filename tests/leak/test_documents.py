"""What is written in a document is found under its case, and nowhere else is there a sign of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from tests.office import Office, office, reader_of

from brightline.cases import commands as cases
from brightline.documents import queries
from brightline.documents.commands import case_document_queue, case_document_read
from brightline.documents.model import Page, Reading, State
from brightline.gate import Call, Gate
from brightline.model.errors import BadInput, Conflict, Missing, Refused
from brightline.search import queries as search

pytestmark = pytest.mark.database

SECRET = "The ledger of Quillfeather lies behind the stove; call +1 202 555 0143."


@pytest.fixture(scope="module")
def at(module_db: Any) -> Iterator[Office]:
    with office(module_db) as made:
        yield made


@pytest.fixture(scope="module")
def case(at: Office) -> str:
    return at.opened()


def hits(at: Office, who: str, purpose: str, words: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = search.find(at.gate, at.call(who, purpose), search.Search(q=words, fuzzy=0)).result[
        "hits"
    ]
    return found


def add(at: Office, who: str, case: str, name: str, content: bytes, purpose: str = "") -> dict[str, Any]:
    """Add it, let the worker read it, and tell how that ended."""
    made: dict[str, Any] = cases.case_document_add(
        at.gate, at.call(who, purpose or case), case=case, name=name, content=content, media_type="text/plain"
    ).result
    reader_of(at.database).once()
    return {**made, "reading": told(at, who, case, made["id"], purpose)}


def told(at: Office, who: str, case: str, id: str, purpose: str = "") -> dict[str, Any] | None:
    """How the document's reading stands; None where nobody asked for one."""
    listed = at.do(who, purpose or case, "case_document_readings", case=case)["readings"]
    return next((one for one in listed if one["document"] == id), None)


def as_worker(at: Office, id: str, case: str) -> tuple[Gate, Call]:
    """The worker's gate, and a call under the standing order of a document that waits."""
    row = at.world.db.execute("SELECT standing_order FROM documents.waiting WHERE document = %s", (id,)).fetchone()
    assert row is not None
    return reader_of(at.database)._gate, Call(token=f"order:{row[0]}", purpose=case)


def read_again(at: Office, case: str, id: str) -> dict[str, Any] | None:
    case_document_queue(at.gate, at.call("ana", case), case=case, id=id)
    reader_of(at.database).once()
    return told(at, "ana", case, id)


def test_its_words_are_found_in_its_case_and_nowhere_else(at: Office, case: str) -> None:
    other, civil = at.opened(), at.opened("cleo", "labour")
    made = add(at, "ana", case, "letter.txt", SECRET.encode())
    assert made["reading"]["state"] == "extracted"
    found = hits(at, "ana", case, "Quillfeather stove")
    assert [hit["id"] for hit in found] == [f"case-{made['id'].replace('-', '')}"]
    assert hits(at, "ana", other, "Quillfeather stove") == []
    assert hits(at, "cleo", civil, "Quillfeather stove") == []
    assert hits(at, "cleo", civil, "Quillfeather") == []
    for who, purpose in (("ana", other), ("cleo", civil)):
        with pytest.raises(Missing):
            queries.case_document_text(at.gate, at.call(who, purpose), id=made["id"])
        with pytest.raises(Missing):
            at.do(who, purpose, "entity_show", id=made["id"])
    text = queries.case_document_text(at.gate, at.call("ana", case), id=made["id"]).result
    assert text["pages"] == [{"page": 1, "text": SECRET}]


def test_no_desk_and_no_overseer_reads_a_word(at: Office, case: str) -> None:
    made = add(at, "ana", case, "second.txt", SECRET.replace("stove", "chimney").encode())
    for who, purpose in (("sam", "fraud/supervisor"), ("ines", "inspectorate/overseer"), ("ana", "fraud/agent")):
        listed = at.do(who, purpose, "case_document_readings", case=case)
        assert made["id"] in json.dumps(listed)
        assert "Quillfeather" not in json.dumps(listed)
        assert "Quillfeather" not in json.dumps(at.do(who, purpose, "case_show", case=case))
        with pytest.raises(Refused):
            at.do(who, purpose, "case_document_text", case=case, id=made["id"])


def test_its_words_do_not_go_into_the_log(at: Office, case: str) -> None:
    conn = at.database.admin
    add(at, "ana", case, "third.txt", b"Zanzibarfeather hides the third ledger.")
    rows = conn.execute(
        "SELECT data FROM pg_logical_slot_peek_binary_changes(%s, NULL, NULL, 'proto_version', '1',"
        " 'publication_names', 'brightline_line', 'messages', 'true')",
        (at.database.slot,),
    ).fetchall()
    assert any(b"case_document_read" in row[0] for row in rows)
    assert not any(b"Zanzibarfeather" in row[0] for row in rows)


def test_a_draft_has_no_words_until_it_is_open(at: Office) -> None:
    number = at.draft()
    made = add(at, "ana", number, "complaint.txt", b"Draftfeather complains.", purpose="fraud/agent")
    assert made["reading"] is None
    at.do("ana", "fraud/agent", "case_submit", case=number)
    at.do("sam", "fraud/supervisor", "case_approve", case=number)
    at.know(number)
    assert hits(at, "ana", number, "Draftfeather") == []
    reader_of(at.database).once()
    done = next(
        one for one in at.do("ana", number, "case_document_readings")["readings"] if one["document"] == made["id"]
    )
    assert (done["state"], done["kept"]) == ("extracted", 1)
    assert len(hits(at, "ana", number, "Draftfeather")) == 1
    with pytest.raises(Conflict):
        read_again(at, number, made["id"])
    assert add(at, "ana", number, "again.txt", b"Draftfeather complains.")["reading"] == done


def test_a_reading_that_fails_keeps_the_file_and_says_why(at: Office, case: str) -> None:
    made = add(at, "ana", case, "torn.pdf", b"%PDF-1.7 and then nothing")
    assert (made["reading"]["state"], made["reading"]["kept"]) == ("broken", 0)
    assert made["reading"]["reason"]
    assert made["sha256"]
    again = read_again(at, case, made["id"])
    assert again is not None
    assert again["state"] == "broken"


def test_many_pages_are_one_entity(at: Office, case: str) -> None:
    id = at.paper(case, purpose=case, content=b"A file of many pages.")
    pages = tuple(Page(number=n, text=f"Manyfeather page{n}") for n in range(1, 121))
    reading = Reading(state=State.EXTRACTED, format="pdf", pages=pages, total=120)
    with pytest.raises(Missing):
        case_document_read(at.gate, at.call("ana", case), id=id, reading=reading)
    gate, call = as_worker(at, id, case)
    done = case_document_read(gate, call, id=id, reading=reading).result
    assert done["kept"] == 120
    assert len(hits(at, "ana", case, "Manyfeather")) == 1
    assert len(hits(at, "ana", case, "page77")) == 1
    some = queries.case_document_text(at.gate, at.call("ana", case), id=id, first=119).result
    assert [page["page"] for page in some["pages"]] == [119, 120]


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "read"},
        {"state": "extracted"},
        {"state": "empty", "reason": ""},
        {"state": "extracted", "content_base64": "%%"},
        {"state": "extracted", "content_base64": "/////w=="},
        {"state": "extracted", "content_base64": "WzFd"},
        {"state": "extracted", "content_base64": "eyJhIjoxfQ=="},
        {"state": "empty", "reason": "none", "pages": -1},
    ],
)
def test_a_reading_that_makes_no_sense_is_refused(at: Office, case: str, wrong: dict[str, Any]) -> None:
    id = at.paper(case, purpose=case, content=uuid4().bytes)
    gate, call = as_worker(at, id, case)
    with pytest.raises(BadInput):
        gate.run(call, "case_document_read", {"id": id, **wrong})


def test_anothers_document_cannot_be_read_through_ones_own_case(at: Office, case: str) -> None:
    hidden = at.opened("cleo", "labour")
    id = at.paper(hidden, "cleo", hidden, b"The hidden statement.")
    for wanted in (id, str(uuid4())):
        with pytest.raises(Missing):
            at.do("ana", case, "case_document_text", id=wanted)
        with pytest.raises(Missing):
            at.do("ana", case, "case_document_read", id=wanted, state="empty", reason="none")


@pytest.mark.data
def test_a_court_file_is_found_by_its_words(at: Office, case: str, data: Path) -> None:
    path = data / "docs_court_foia" / "pdfplumber_gov" / "scotus-transcript-p1.pdf"
    made = add(at, "ana", case, path.name, path.read_bytes())
    assert made["reading"]["state"] == "extracted"
    assert made["id"].replace("-", "") in str(hits(at, "ana", case, "Supreme Court"))
