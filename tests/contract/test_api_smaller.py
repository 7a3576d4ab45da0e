"""Answers are compressed for whoever reads that, reasons of several windows stay, and the answer says what is left."""

from __future__ import annotations

import asyncio
import gzip
import random
from typing import Any

import pytest
from tests.contract.conftest import API, Door

from brightline.api.smaller import Smaller

pytestmark = pytest.mark.database

CASE = "C-2026-0001"


def test_an_answer_is_packed_for_whoever_reads_that_and_says_the_same(door: Door) -> None:
    client = door.as_("ana", CASE)
    plain = client.get(f"{API}/openapi.json", headers={"Accept-Encoding": "identity"})
    packed = client.get(f"{API}/openapi.json", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert int(packed.headers["Content-Length"]) * 4 < int(plain.headers["Content-Length"])
    assert packed.json() == plain.json()
    refused = client.get(f"{API}/openapi.json", headers={"Accept-Encoding": "gzip;q=0"})
    assert "Content-Encoding" not in refused.headers


def test_what_is_streamed_or_packed_already_passes_as_it_is(door: Door) -> None:
    archive = gzip.compress(random.Random(3).randbytes(5000))
    sent: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:  # a real answer in two pieces, and one that is no text
        kind = b"application/json" if scope["path"] == "/pieces" else b"application/gzip"
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", kind)]})
        await send({"type": "http.response.body", "body": archive, "more_body": scope["path"] == "/pieces"})
        if scope["path"] == "/pieces":
            await send({"type": "http.response.body", "body": archive})

    async def nothing() -> Any:
        return {"type": "http.request"}

    async def keep(message: Any) -> None:
        sent.append(message)

    for path in ("/pieces", "/archive"):
        sent.clear()
        scope = {"type": "http", "path": path, "headers": [(b"accept-encoding", b"gzip")]}
        asyncio.run(Smaller(app)(scope, nothing, keep))
        assert b"content-encoding" not in dict(sent[0]["headers"])
        assert {message["body"] for message in sent[1:]} == {archive}


def test_the_applications_files_are_packed_once_and_told_apart(door: Door) -> None:
    static = door.ledger.parent / "static"
    (static / "assets").mkdir(parents=True)
    try:
        (static / "index.html").write_text("<!doctype html>" + "<p>here</p>" * 500)
        (static / "assets" / "a-1.js").write_text("let a = 1;\n" * 500)
        (static / "assets" / "f-1.woff2").write_bytes(b"\x00" * 5000)
        for path in ("/", "/case/C-2026-0001", "/assets/a-1.js"):
            packed = door.open.get(path, headers={"Accept-Encoding": "gzip, br"})
            plain = door.open.get(path, headers={"Accept-Encoding": "identity"})
            assert packed.headers["Content-Encoding"] == "gzip"
            assert "Content-Encoding" not in plain.headers
            assert packed.text == plain.text
            assert packed.headers["Content-Type"] == plain.headers["Content-Type"]
            assert packed.headers["Cache-Control"] == plain.headers["Cache-Control"]
        font = door.open.get("/assets/f-1.woff2", headers={"Accept-Encoding": "gzip"})
        assert "Content-Encoding" not in font.headers
    finally:
        (static / "index.html").unlink()


def _reason(door: Door, n: int) -> str:
    client = door.as_("ana")
    who = ("Okafor's brother", "the Lisbon lorry", "invoice eighty", "the second landlord", "a cousin in Graz")
    what = ("signed for the deposit", "was hired twice in March", "names a company nobody registered")
    text = f"{who[n % 5]} {what[n % 3]}: which telephone number {n * 7919} belongs to them?"
    opened = client.post(f"{API}/inquiries", json={"purpose": CASE, "reason": text})
    assert opened.status_code == 201, opened.text
    return str(opened.json()["id"])


def test_a_reason_in_a_second_window_doesnt_end_the_first_and_their_number_is_bounded(door: Door) -> None:
    def looks(inquiry: str) -> int:
        client = door.as_("ana", CASE)
        return client.post(f"{API}/search", json={"q": "oak"}, headers={"X-Inquiry": inquiry}).status_code

    first, second = _reason(door, 1), _reason(door, 2)
    assert (looks(first), looks(second)) == (200, 200)
    rows = (
        "SELECT count(*) FROM line.inquiry i JOIN line.account a ON a.id = i.account"
        " WHERE a.name = 'ana' AND ended IS NULL"
    )
    others = [_reason(door, n) for n in range(3, 10)]
    assert door.world.db.execute(rows).fetchone() == (8,)
    assert looks(first) == 403
    assert looks(second) == 200
    assert looks(others[-1]) == 200


def test_the_answer_says_how_many_acts_are_left_and_only_under_a_reason(door: Door) -> None:
    client = door.as_("ana", CASE, inquiry=True)
    first = int(client.post(f"{API}/search", json={"q": "oak"}).headers["X-Acts-Left"])
    assert first == 199
    inquiry = client.headers["X-Inquiry"]
    # What another window or a job did meanwhile, as the log's keeper counts it.
    door.world.db.execute("UPDATE line.inquiry SET acts = acts + 41 WHERE id = %s", (inquiry,))
    assert int(client.post(f"{API}/search", json={"q": "oak"}).headers["X-Acts-Left"]) <= first - 41
    assert "X-Acts-Left" not in client.get(f"{API}/me", headers={"X-Inquiry": ""}).headers
