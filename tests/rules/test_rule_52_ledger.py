"""Rule 52: any changed, dropped or reordered entry of an exported log is detected, and named."""

from __future__ import annotations

import base64
import json
import random
import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tests.logbook import Logbook, logbook, message

from brightline.ledger.errors import LogFault
from brightline.ledger.export import bodies_path
from brightline.ledger.note import Signer
from brightline.ledger.receipt import ReceiptSigner
from brightline.ledger.tiles import bundle, tile_path, unbundle
from brightline.ledger.tree import leaf_hash
from brightline.ledger.verify import Report, verify

LEAF = 99
HASH = 32


def flip(path: Path, at: int, mask: int) -> Callable[[], None]:
    """Change one byte; the answer undoes it."""
    raw = path.read_bytes()
    path.write_bytes(raw[:at] + bytes([raw[at] ^ mask]) + raw[at + 1 :])
    return lambda: path.write_bytes(raw) and None


def named(report: Report) -> set[int | None]:
    return {problem.index for problem in report.problems}


@pytest.fixture
def small(tmp_path: Path) -> tuple[Logbook, Path]:
    book = logbook(tmp_path, 2, 5)
    return book, book.export()


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> tuple[Logbook, Path]:
    book = logbook(tmp_path_factory.mktemp("large"), 100, 256, 300, 700, 900)
    return book, book.export()


def test_an_untouched_export_holds(small: tuple[Logbook, Path]) -> None:
    book, folder = small
    report = verify(folder, key=book.vkey)
    assert report.problems == []
    assert (report.ok, report.size, report.checked_entries, report.checkpoints) == (True, 5, 5, 2)
    assert report.json()["bodies"] == "checked"
    assert report.json()["key_source"] == "given"
    assert verify(folder).json()["key_source"] == "export"


def expected_index(folder: Path, path: Path, at: int) -> int | None:
    """The entry to which a byte of an export of fewer than 256 entries belongs; None when to none."""
    name = path.relative_to(folder).as_posix()
    if name.startswith("tile/entries/"):
        return at // LEAF
    if name.startswith("tile/0/"):
        return at // HASH
    if name.startswith("bodies/"):
        return path.read_bytes()[:at].count(b"\n")
    return None


@pytest.mark.slow
def test_rule_52_every_flipped_byte_is_found_and_named(tmp_path: Path) -> None:
    book = logbook(tmp_path, 1, 3)
    folder = book.export()
    dice = random.Random(52)
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.name == "README.txt":
            continue
        for at in range(path.stat().st_size):
            index = expected_index(folder, path, at)
            undo = flip(path, at, dice.randrange(1, 256))
            report = verify(folder, key=book.vkey)
            undo()
            assert not report.ok, (path, at)
            assert index is None or index in named(report), (path, at, report.problems)
    assert verify(folder, key=book.vkey).ok


def test_rule_52_a_changed_case_of_hex_or_an_added_space_is_a_change(small: tuple[Logbook, Path]) -> None:
    book, folder = small
    path = folder / bodies_path(0)
    whole = path.read_bytes()
    for change in (
        lambda line: line.replace(b'"head_salt":"', b'"head_salt": "'),
        lambda line: line[:-200] + line[-200:].swapcase(),
        lambda line: line.replace(b'{"index":3,', b'{"index":3,"index":3,'),
        lambda line: line.replace(b'{"index":3,', b'{"index":3.0,'),
        lambda line: line.replace(b'"body_salt"', b'"extra":1,"body_salt"'),
        lambda line: json.dumps(json.loads(line), separators=(",", ":")).encode(),
    ):
        lines = whole.split(b"\n")
        lines[3] = change(lines[3])
        path.write_bytes(b"\n".join(lines))
        assert named(verify(folder, key=book.vkey)) == {3}
    path.write_bytes(whole)


@pytest.mark.slow
def test_rule_52_flips_anywhere_in_a_larger_log(large: tuple[Logbook, Path]) -> None:
    book, folder = large
    dice = random.Random(7)
    for path in (p for p in sorted(folder.rglob("*")) if p.is_file() and p.parent.name != "keys"):
        name = path.relative_to(folder).as_posix()
        if name in ("README.txt", "checkpoint", "checkpoints.jsonl"):
            continue
        for _ in range(4):
            at = dice.randrange(path.stat().st_size)
            number = int(path.relative_to(folder).parts[-1 if ".p" not in name else -2][:3])
            undo = flip(path, at, 1 << dice.randrange(8))
            report = verify(folder, key=book.vkey)
            undo()
            first = number * 256
            expected = first + (expected_index(folder, path, at) or 0) if "tile/1" not in name else at // HASH * 256
            assert not report.ok
            assert expected in named(report), (name, at, report.problems)


def test_rule_52_dropped_entries(small: tuple[Logbook, Path], tmp_path: Path) -> None:
    book, folder = small
    lines = (folder / bodies_path(0)).read_bytes().split(b"\n")
    # only the texts of entry 2
    (folder / bodies_path(0)).write_bytes(b"\n".join(lines[:2] + lines[3:]))
    report = verify(folder, key=book.vkey)
    assert ("head", 2) in {(p.kind, p.index) for p in report.problems}
    assert [p.entry for p in report.problems if p.kind == "head"] == [book.messages[2].entry]
    # the texts of a whole bundle
    (folder / bodies_path(0)).unlink()
    assert named(verify(folder, key=book.vkey)) == {0, 1, 2, 3, 4}
    # all texts: an export stays an export
    shutil.rmtree(folder / "bodies")
    assert not verify(folder, key=book.vkey).ok
    # the leaf, too, and all behind it moved up
    folder = book.export("again")
    path = folder / tile_path("entries", 0, 5)
    leaves = unbundle(path.read_bytes())
    path.write_bytes(bundle(leaves[:2] + leaves[3:]))
    assert 2 in named(verify(folder, key=book.vkey))
    path.unlink()
    assert named(verify(folder, key=book.vkey)) >= {0, 1, 2, 3, 4}


def test_rule_52_cut_short(small: tuple[Logbook, Path]) -> None:
    """An older checkpoint with its own files holds by itself; whoever kept a later one sees that it was cut."""
    book, folder = small
    later = (folder / "checkpoint").read_bytes()
    older = Logbook(book.folder / "older", signer=book.signer)
    older.messages = book.messages[:2]
    older.publish()
    cut = older.export()
    assert verify(cut, key=book.vkey).ok
    report = verify(cut, key=book.vkey, since=later)
    assert [(p.kind, p.index) for p in report.problems] == [("since", 2)]


def test_rule_52_reordered_with_all_files_made_to_match(small: tuple[Logbook, Path]) -> None:
    """Somebody without the key changes the order and computes everything again: the root gives it away, and the
    earlier checkpoints bound the place."""
    book, folder = small
    other = Logbook(book.folder / "other")
    other.messages = [*book.messages[:2], book.messages[3], book.messages[2], book.messages[4]]
    other.publish()
    forged = other.export()
    for name in ("checkpoint", "checkpoints.jsonl", "keys/ledger.vkey"):
        shutil.copy(folder / name, forged / name)
    report = verify(forged, key=book.vkey)
    assert {(p.kind, p.index) for p in report.problems} <= {("root", 2), ("history", 2)}
    assert "entries 2 to 4" in report.problems[0].detail


def test_rule_52_rewritten_by_whoever_holds_the_key(small: tuple[Logbook, Path]) -> None:
    """Evident to whoever kept an earlier checkpoint or receipt; not to anybody else, and no more is promised."""
    book, folder = small
    kept = (folder / "checkpoint").read_bytes()
    receipts = ReceiptSigner(book.receipts)
    dropped = book.messages[3]
    receipt = receipts.sign(dropped.entry, leaf_hash(dropped.leaf()), datetime(2026, 3, 1, 10, tzinfo=UTC))
    assert verify(folder, key=book.vkey, since=kept, receipts=[receipt.header()]).ok
    rewritten = Logbook(book.folder / "rewritten", signer=book.signer, receipts=book.receipts)
    rewritten.messages = [*book.messages[:3], *book.messages[4:]]
    rewritten.add(4)
    rewritten.publish()
    forged = rewritten.export()
    assert verify(forged, key=book.vkey).ok
    assert [(p.kind, p.index) for p in verify(forged, key=book.vkey, since=kept).problems] == [("since", 0)]
    report = verify(forged, key=book.vkey, receipts=[json.dumps(receipt.json())])
    assert [(p.kind, p.entry) for p in report.problems] == [("receipt", dropped.entry)]
    changed = receipts.sign(book.messages[1].entry, b"\x00" * 32, datetime(2026, 3, 1, tzinfo=UTC))
    assert [p.kind for p in verify(folder, key=book.vkey, receipts=[changed.header()]).problems] == ["receipt"]
    forged_receipt = ReceiptSigner(Signer.create(book.receipts.name)).sign(dropped.entry, receipt.leaf, receipt.at)
    assert [p.kind for p in verify(folder, key=book.vkey, receipts=[forged_receipt.header(), "x"]).problems] == [
        "receipt",
        "receipt",
    ]


def test_rule_52_another_key_or_none(small: tuple[Logbook, Path]) -> None:
    book, folder = small
    stranger = Signer.create(book.signer.name).verifier.vkey()
    kinds = [p.kind for p in verify(folder, key=stranger).problems]
    assert "key" in kinds
    assert "checkpoint" in kinds
    assert [p.kind for p in verify(folder, key="nonsense").problems] == ["key"]
    (folder / "keys" / "ledger.vkey").unlink()
    assert [p.kind for p in verify(folder).problems] == ["key"]
    assert verify(folder, key=book.vkey).ok
    (folder / "checkpoint").unlink()
    assert [p.kind for p in verify(folder, key=book.vkey).problems] == ["checkpoint"]
    assert [p.kind for p in verify(folder / "nowhere", key=book.vkey).problems] == ["checkpoint"]
    since = verify(book.folder / "log", key=book.vkey, since=b"x")
    assert [p.kind for p in since.problems] == ["since"]


def test_rule_50_bodies_may_be_missing_only_under_a_certificate(tmp_path: Path) -> None:
    book = logbook(tmp_path, 3)
    first, second = book.messages[0].entry, book.messages[1].entry
    book.add(1, lambda n: message(n, act="purge", entries=[str(first)]))
    book.add(1, lambda n: message(n, act="purge", outcome="refused", entries=[str(second)]))
    book.publish()
    book.purged = {first}
    assert verify(book.export(), key=book.vkey).ok
    book.purged = {first, second}
    report = verify(book.export("two"), key=book.vkey)
    assert [(p.index, p.entry, p.kind) for p in report.problems] == [(1, second, "body")]
    # A certificate can't excuse itself, nor what comes after it.
    book.purged = {first, book.messages[3].entry}
    assert named(verify(book.export("three"), key=book.vkey)) == {0, 3}
    # A head is never missing.
    folder = book.export("four")
    lines = (folder / bodies_path(0)).read_bytes().split(b"\n")
    row = json.loads(lines[2])
    row["head"] = None
    lines[2] = json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode()
    (folder / bodies_path(0)).write_bytes(b"\n".join(lines))
    assert ("head", 2) in {(p.kind, p.index) for p in verify(folder, key=book.vkey).problems}


def test_an_export_never_hides_that_table_and_tiles_differ(tmp_path: Path) -> None:
    book = logbook(tmp_path, 5)
    book.messages[3] = message(99)
    with pytest.raises(LogFault, match="entry 3"):
        book.export()


@pytest.fixture
def server(large: tuple[Logbook, Path]) -> Iterator[str]:
    quiet = type("Quiet", (SimpleHTTPRequestHandler,), {"log_message": lambda *args: None})
    handler = partial(quiet, directory=str(large[0].folder / "log"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


def test_a_published_log_is_checked_over_http(large: tuple[Logbook, Path], server: str) -> None:
    book, _ = large
    steps: list[tuple[int, int]] = []
    since = book.history[2]["note"].encode()
    report = verify(server, key=book.vkey, since=since, progress=lambda done, size: steps.append((done, size)))
    assert report.problems == []
    assert (report.size, report.checked_entries, report.bodies, report.checkpoints) == (900, 900, "absent", 1)
    assert steps[-1] == (900, 900)
    assert [p.kind for p in verify(server + "/nowhere", key=book.vkey).problems] == ["checkpoint"]
    assert [p.kind for p in verify("http://127.0.0.1:1", key=book.vkey).problems] == ["checkpoint"]


def test_tiles_against_a_reading_of_the_specification(large: tuple[Logbook, Path]) -> None:
    """The published files, checked without any of our code: MTH by its definition over every range a tile names."""
    book, _ = large
    leaves = [m.leaf() for m in book.messages]

    def mth(part: list[bytes]) -> bytes:
        if len(part) == 1:
            return sha256(b"\x00" + part[0]).digest()
        k = 1
        while k * 2 < len(part):
            k *= 2
        return sha256(b"\x01" + mth(part[:k]) + mth(part[k:])).digest()

    found = {p.relative_to(book.folder / "log").as_posix() for p in (book.folder / "log").rglob("*") if p.is_file()}
    assert found == {
        "checkpoint", "tile/0/000", "tile/0/001", "tile/0/002", "tile/0/003.p/132", "tile/1/000.p/1", "tile/1/000.p/2",
        "tile/1/000.p/3", "tile/entries/000", "tile/entries/001", "tile/entries/002", "tile/entries/003.p/132",
    }  # fmt: skip
    for n, width in ((0, 256), (1, 256), (2, 256), (3, 132)):
        name = f"00{n}" + ("" if width == 256 else f".p/{width}")
        part = leaves[n * 256 : n * 256 + width]
        assert (book.folder / f"log/tile/0/{name}").read_bytes() == b"".join(mth([leaf]) for leaf in part)
        assert (book.folder / f"log/tile/entries/{name}").read_bytes() == b"".join(
            len(leaf).to_bytes(2, "big") + leaf for leaf in part
        )
    whole = b"".join(mth(leaves[n * 256 : n * 256 + 256]) for n in range(3))
    assert (book.folder / "log/tile/1/000.p/3").read_bytes() == whole
    text = (book.folder / "log/checkpoint").read_text().split("\n")
    assert text[1] == "900"
    assert base64.b64decode(text[2]) == mth(leaves)
