"""The verifier against whoever holds an export: bytes moved, cut, doubled, swapped across every boundary."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.logbook import Logbook, logbook

from brightline.ledger.export import bodies_path
from brightline.ledger.record import KEYS, _spelling
from brightline.ledger.verify import verify


@pytest.fixture
def book(tmp_path: Path) -> Logbook:
    return logbook(tmp_path, 2, 6)


def written(got: dict[str, object]) -> bytes:
    return _spelling(*(got[key] for key in KEYS)).encode()  # type: ignore[arg-type]


@pytest.mark.parametrize("keep", [1, 10])
@pytest.mark.parametrize("at", [2, 3], ids=["leaf version 1", "leaf version 2"])
def test_f2_an_entry_whose_text_was_moved_into_its_salt_is_named(book: Logbook, at: int, keep: int) -> None:
    """All bytes of a text but the last, at the end of the salt: with version 1 the same hash."""
    folder = book.export()
    path = folder / bodies_path(0)
    whole = path.read_bytes().split(b"\n")
    for part in ("head", "body"):
        got = json.loads(whole[at])
        text = got[part].encode()
        got[f"{part}_salt"] += text[:-keep].hex()
        got[part] = text[-keep:].decode()
        path.write_bytes(b"\n".join([*whole[:at], written(got), *whole[at + 1 :]]))
        report = verify(folder, key=book.vkey)
        assert [(p.index, p.kind) for p in report.problems] == [(at, part)]


def test_f2_bytes_of_the_salt_moved_into_the_text_are_named(book: Logbook) -> None:
    folder = book.export()
    path = folder / bodies_path(0)
    whole = path.read_bytes().split(b"\n")
    for at in (2, 3):
        for part in ("head", "body"):
            got = json.loads(whole[at])
            salt = bytes.fromhex(got[f"{part}_salt"])[:-1] + b"\x20"
            got[f"{part}_salt"], got[part] = salt[:-1].hex(), " " + got[part]
            path.write_bytes(b"\n".join([*whole[:at], written(got), *whole[at + 1 :]]))
            assert {p.index for p in verify(folder, key=book.vkey).problems} == {at}
