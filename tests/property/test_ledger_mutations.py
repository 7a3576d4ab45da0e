"""The verifier against whoever holds an export: bytes moved, cut, doubled, swapped across every boundary."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.logbook import Logbook, logbook, message
from tests.unit.test_ledger_stamp import authority

from brightline.ledger import stamp
from brightline.ledger.errors import LogFault
from brightline.ledger.export import bodies_path
from brightline.ledger.note import COSIGNATURE, Note, Signer, Verifier
from brightline.ledger.publish import cosign
from brightline.ledger.receipt import Receipt, ReceiptSigner
from brightline.ledger.record import KEYS, _spelling
from brightline.ledger.report import Report
from brightline.ledger.submission import with_signatures
from brightline.ledger.tree import leaf_hash
from brightline.ledger.verify import Wanted, verify


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


@dataclass(frozen=True)
class Whole:
    """An export with all that an export can have, and what an inspector brings along."""

    folder: Path
    wanted: Wanted
    receipt: Receipt

    def check(self) -> Report:
        return verify(self.folder, self.wanted)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    place = tmp_path_factory.mktemp("mutations")
    book = logbook(place, 2, 3)
    first = book.vkey
    book.rotate()
    book.introduce()
    gone = book.messages[1].entry
    book.purged.add(gone)
    book.add(2)
    book.add(1, lambda n: message(n, act="purge", entries=[str(gone)]))
    book.publish()
    witness = Signer.create("w.example/1", COSIGNATURE)
    for item in book.history:
        note = Note.parse(str(item["note"]).encode())
        item["note"] = with_signatures(note.encode(), [witness.cosign(note.text, 9)]).decode()
    text = Note.parse(str(book.history[-1]["note"]).encode()).text
    assert cosign(book.folder / "log", text, [witness.cosign(text, 9)])
    answer = authority(place / "tsa")
    roots = (place / "tsa/root.pem").read_bytes()
    response, _ = stamp.fetch("https://tsa.example", text.encode(), roots, answer)
    one = book.messages[2]
    receipt = ReceiptSigner(book.receipts).sign(one.entry, leaf_hash(one.leaf()), datetime.now(UTC))
    folder = book.export(stamps=[(len(book.messages), response)])
    wanted = Wanted(
        key=first, receipts=[receipt.header()], witnesses=[witness.verifier.vkey()], quorum=1, authority=roots
    )
    made = Whole(folder, wanted, receipt)
    report = made.check()
    assert (report.ok, report.notes, report.size, len(report.keys), len(report.stamps)) == (True, [], 8, 2, 1)
    assert report.witnessed == 8
    assert report.receipt_keys == [book.receipts.verifier.vkey()]
    return made


# Where one part of a file ends and the next begins, whatever the file is: fields and strings of JSON, lines, words.
_EDGES = re.compile(rb'[\n"{}:,\[\] ]|\\.|(?<=[0-9a-f])(?=")')


def edges(name: str, raw: bytes) -> list[int]:
    """The boundaries of a file's parts: by its form for what has fixed lengths, by its marks for texts."""
    if name.startswith("tile/entries/"):
        parts = [0, 2, 6, 7, 11, 27, 31, 63, 67]
        return sorted({at + part for at in range(0, len(raw), 99) for part in parts} | {len(raw)})
    if name.startswith("tile/"):
        return list(range(0, len(raw) + 1, 32))
    if name.endswith(".tsr"):
        return list(range(0, len(raw) + 1, max(1, len(raw) // 60)))
    marks = {found.start() for found in _EDGES.finditer(raw)}
    if name.startswith("bodies/"):
        # One entry without a body, one of each version of leaves; of the others, where they begin and end.
        marks = {at for at in marks if raw[:at].count(b"\n") in (1, 2, 5) or raw[at : at + 1] == b"\n"}
    return sorted({0, len(raw)} | marks | {at + 1 for at in marks})


def mutations(raw: bytes, at: list[int]) -> Iterator[tuple[str, int, bytes]]:
    """Bytes and whole parts cut, doubled, moved over and swapped across each boundary; (what, where, the file)."""
    for left, here, right in zip([0, *at], at, [*at[1:], len(raw)], strict=False):
        before, a, b, after = raw[:left], raw[left:here], raw[here:right], raw[right:]
        yield "cut at", here, raw[:here]
        yield "part cut", left, before + b + after
        yield "part doubled", left, before + a + a + b + after
        yield "parts swapped", left, before + b + a + after
        yield "byte cut", here, raw[:here] + raw[here + 1 :]
        yield "byte doubled", here, raw[: here + 1] + raw[here:]
        if a and b:
            yield "bytes swapped", here, raw[: here - 1] + raw[here : here + 1] + raw[here - 1 : here] + raw[here + 1 :]
            yield "byte moved", here, before + a[:-1] + b + a[-1:] + after
            yield "byte moved back", here, before + b[:1] + a + b[1:] + after


def entry_at(name: str, raw: bytes, at: int) -> int | None:
    """The entry that a byte belongs to, where a file has a place for each."""
    if name.startswith("tile/entries/"):
        return at // 99
    if name.startswith("tile/0/"):
        return at // 32
    return raw[:at].count(b"\n") if name.startswith("bodies/") else None


def files(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


NAMES = [
    "bodies/000.jsonl", "checkpoint", "checkpoints.jsonl", "keys/ledger.vkey", "keys/receipt.vkey",
    "keys/rotations.jsonl", "keys/receipts.jsonl", "tile/0/000.p/8", "tile/entries/000.p/8", "timestamps/8.tsr",
]  # fmt: skip


def test_f2_no_file_of_an_export_is_left_out_here(whole: Whole) -> None:
    assert files(whole.folder) == sorted([*NAMES, "README.txt"])


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_f2_whatever_is_moved_cut_doubled_or_swapped_is_named(whole: Whole, name: str) -> None:
    path = whole.folder / name
    raw = path.read_bytes()
    tried = {changed: (what, at) for what, at, changed in mutations(raw, edges(name, raw)) if changed != raw}
    assert len(tried) > 8
    try:
        for changed, (what, at) in tried.items():
            path.write_bytes(changed)
            report = whole.check()
            assert not report.ok or report.notes, (what, at, changed[max(0, at - 40) : at + 40])
            place = entry_at(name, raw, at)
            if what == "bytes swapped" and place is not None:
                named = {problem.index for problem in report.problems}
                assert named & {place, entry_at(name, raw, at - 1)}, (what, at, report.problems)
    finally:
        path.write_bytes(raw)
    assert whole.check().ok


@pytest.mark.slow
@pytest.mark.parametrize("form", ["json", "header", "note"])
def test_f2_a_changed_receipt_is_named_or_says_the_same(whole: Whole, form: str) -> None:
    key = Verifier.parse((whole.folder / "keys/receipt.vkey").read_text())
    text = {"json": json.dumps(whole.receipt.json()), "header": whole.receipt.header(),
            "note": whole.receipt.note(key).decode()}[form]  # fmt: skip
    raw = text.encode()
    for _, _, changed in mutations(raw, sorted({*edges(form, raw), *range(0, len(raw), 7)})):
        report = verify(whole.folder, Wanted(key=whole.wanted.key, receipts=[changed.decode("utf-8", "replace")]))
        assert not report.ok or same(changed, whole.receipt), changed


def same(changed: bytes, receipt: Receipt) -> bool:
    """Spaces between the parts of JSON and around the whole change nothing."""
    try:
        return Receipt.parse(changed.decode()) == receipt
    except LogFault:
        return False


def test_r13_an_exchanged_receipt_key_is_named_and_the_holder_is_no_forger(tmp_path: Path) -> None:
    book = logbook(tmp_path, 3)
    book.introduce()
    one = book.messages[1]
    receipt = ReceiptSigner(book.receipts).sign(one.entry, leaf_hash(one.leaf()), datetime.now(UTC)).header()
    folder = book.export()
    assert verify(folder, Wanted(key=book.vkey, receipts=[receipt])).problems == []
    other = Signer.create(book.receipts.name)
    (folder / "keys/receipt.vkey").write_text(other.verifier.vkey() + "\n")
    report = verify(folder, Wanted(key=book.vkey, receipts=[receipt]))
    assert [p.kind for p in report.problems] == ["key"]
    assert "none of the keys that the log introduces" in report.problems[0].detail
    # Without the list of keys the entries still speak.
    (folder / "keys/receipts.jsonl").unlink()
    report = verify(folder, Wanted(key=book.vkey, receipts=[receipt]))
    assert {p.kind for p in report.problems} == {"key", "receipt"}
    assert 3 in {p.index for p in report.problems}
    assert any("signed by another key than this folder holds" in p.detail for p in report.problems)


def test_r13_receipts_of_a_former_key_hold_after_another_was_introduced(tmp_path: Path) -> None:
    book = logbook(tmp_path, 3)
    book.introduce()
    one = book.messages[1]
    receipt = ReceiptSigner(book.receipts).sign(one.entry, leaf_hash(one.leaf()), datetime.now(UTC)).header()
    book.introduce(Signer.create(book.receipts.name))
    later = book.messages[2]
    fresh = ReceiptSigner(book.receipts).sign(later.entry, leaf_hash(later.leaf()), datetime.now(UTC)).header()
    for place in (book.export(), book.folder / "log"):
        report = verify(place, Wanted(key=book.vkey, receipts=[receipt, fresh]))
        assert report.problems == []
        assert len(report.receipt_keys) == 2
    # A key that the log's key didn't vouch for is none, whoever wrote the line.
    stranger = Signer.create(book.receipts.name)
    forged = ReceiptSigner(stranger).sign(one.entry, leaf_hash(one.leaf()), datetime.now(UTC)).header()
    folder = book.export("forged")
    path = folder / "keys/receipts.jsonl"
    path.write_bytes(path.read_bytes().replace(json.dumps(book.introduced[1].told()["key"])[1:-1].encode(),
                                               stranger.verifier.vkey().encode()))  # fmt: skip
    report = verify(folder, Wanted(key=book.vkey, receipts=[forged]))
    assert "key" in {p.kind for p in report.problems}
