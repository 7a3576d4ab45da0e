"""Formats against vectors that others made: RFC 6962 trees, Go's signed notes, C2SP's paths and examples."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest
from tests.logbook import logbook

from brightline.ledger import keys, note, tiles, tree
from brightline.ledger.checkpoint import Checkpoint, open_checkpoint
from brightline.ledger.errors import BadProof, BadSignature, LogFault, MalformedNote
from brightline.ledger.leaf import Leaf, commitment, leaf_bytes
from brightline.ledger.note import Note, Signer, Verifier, open_note, sign
from brightline.ledger.receipt import Receipt, ReceiptSigner

# golang.org/x/mod/sumdb/note, note_test.go
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_KEY = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETER_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
ENOCH_LINE = (
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
)

# RFC 6962's reference tree (certificate-transparency, merkletree tests): inputs and the root of each prefix.
LEAVES = [bytes.fromhex(h) for h in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"
)]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def test_roots_of_the_reference_tree() -> None:
    frontier = tree.Frontier()
    assert frontier.root() == tree.EMPTY_ROOT == sha256().digest()
    for leaf, root in zip(LEAVES, ROOTS, strict=True):
        frontier.append(tree.leaf_hash(leaf))
        assert frontier.root().hex() == root
    assert tree.perfect_root([tree.leaf_hash(leaf) for leaf in LEAVES]).hex() == ROOTS[-1]
    assert tree.Frontier.unpack(8, frontier.pack()).root() == frontier.root()
    with pytest.raises(MalformedNote):
        tree.Frontier.unpack(7, frontier.pack())


@pytest.mark.data
def test_shared_proofs_are_judged_as_their_makers_say(data: Path) -> None:
    judged = 0
    for path in sorted((data / "merkle" / "testdata").rglob("*.json")):
        case = json.loads(path.read_text())
        try:
            judge(case)
            wrong = False
        except BadProof:
            wrong = True
        assert wrong == case["wantErr"], path
        judged += 1
    assert judged == 196


def judge(case: dict[str, object]) -> None:
    def raw(name: str) -> bytes:
        return base64.b64decode(str(case[name]))

    path = [base64.b64decode(p) for p in case["proof"] or []]
    if "leafIdx" in case:
        tree.verify_inclusion(case["leafIdx"], case["treeSize"], raw("leafHash"), path, raw("root"))
    else:
        tree.verify_consistency(case["size1"], case["size2"], raw("root1"), raw("root2"), path)


def test_go_signs_and_opens_the_same_notes() -> None:
    peter = Signer.parse(PETER_KEY)
    assert peter.verifier.vkey() == PETER
    assert peter.skey() == PETER_KEY
    assert "AYEK" not in repr(peter)
    assert sign(TEXT, peter).decode() == TEXT + "\n" + PETER_LINE
    opened = open_note((TEXT + "\n" + PETER_LINE + ENOCH_LINE).encode(), [Verifier.parse(PETER)])
    assert opened.text == TEXT
    assert [s.name for s in opened.verified] == ["PeterNeumann"]
    assert [s.name for s in opened.others] == ["EnochRoot"]
    both = open_note((TEXT + "\n" + PETER_LINE + ENOCH_LINE).encode(), [Verifier.parse(PETER), Verifier.parse(ENOCH)])
    assert len(both.verified) == 2


@pytest.mark.parametrize("text", [PETER, PETER_KEY])
def test_mangled_keys_are_refused(text: str) -> None:
    parse = Signer.parse if text is PETER_KEY else Verifier.parse
    mangled = [text[i:j] for i in range(len(text) + 1) for j in range(i + 1, len(text) + 1) if (i, j) != (0, len(text))]
    mangled += [text[:i] + chr(ord(text[i]) + 1) + text[i + 1 :] for i in range(len(text))]
    for bad in mangled:
        with pytest.raises(MalformedNote):
            parse(bad)


@pytest.mark.parametrize(
    "bad",
    [
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ],
)
def test_keys_of_other_kinds_are_refused(bad: str) -> None:
    with pytest.raises(MalformedNote):
        Verifier.parse(bad)


@pytest.mark.parametrize(
    "bad",
    [
        TEXT,
        TEXT + "\n",
        TEXT + "\n" + PETER_LINE[:-1],
        "\x01" + TEXT + "\n" + PETER_LINE,
        TEXT
        + "\n— Bad Name x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=",
        TEXT + "\n" + PETER_LINE + "Unexpected line.\n",
        TEXT + "\n" + PETER_LINE * 101,
        TEXT + "\n" + PETER_LINE.replace("nAM=", "nAN="),
        "\n" + PETER_LINE,
    ],
)
def test_what_is_no_note_is_refused(bad: str) -> None:
    with pytest.raises(MalformedNote):
        open_note(bad.encode(), [Verifier.parse(PETER)])
    with pytest.raises(MalformedNote):
        Note.parse(b"\xff" + bad.encode())


def test_signatures_known_unknown_wrong_and_doubled() -> None:
    peter = Verifier.parse(PETER)
    body = TEXT + "\n"
    with pytest.raises(BadSignature, match="no trusted key"):
        open_note((body + ENOCH_LINE).encode(), [peter])
    with pytest.raises(BadSignature, match="is wrong"):
        open_note((body + PETER_LINE[:60] + "ABCD" + PETER_LINE[60:]).encode(), [peter])
    with pytest.raises(BadSignature, match="no trusted key"):
        open_note((body + PETER_LINE.replace("PeterNeumann", "CarmenSandiego")).encode(), [peter])
    doubled = open_note((body + PETER_LINE * 2 + ENOCH_LINE * 2).encode(), [peter])
    assert (len(doubled.verified), len(doubled.others)) == (1, 1)
    kept = sign(TEXT, Signer.parse(PETER_KEY), Note.parse((body + PETER_LINE + ENOCH_LINE).encode()).signatures)
    assert kept.decode() == body + ENOCH_LINE + PETER_LINE
    with pytest.raises(MalformedNote):
        open_note(kept, [peter, peter])


def test_cosignatures_of_witnesses_are_checked() -> None:
    log, witness = Signer.create("log.example"), Signer.create("witness.example/w1")
    checkpoint = Checkpoint(origin="log.example", size=5, root=b"\x07" * 32)
    raw = checkpoint.sign(log)
    time = 1679315147
    blob = time.to_bytes(8, "big") + witness.sign_text(f"cosignature/v1\ntime {time}\n{checkpoint.text()}")
    known = Verifier(name=witness.name, kind=note.COSIGNATURE, public=witness.verifier.public)
    assert Verifier.parse(known.vkey()) == known
    line = note.Signature(name=known.name, key_id=known.key_id, blob=blob).line()
    assert open_checkpoint(raw + line.encode(), log.verifier, [known]) == checkpoint
    assert open_checkpoint(raw + line.encode(), log.verifier) == checkpoint
    bad = note.Signature(name=known.name, key_id=known.key_id, blob=blob[:-1] + bytes([blob[-1] ^ 1])).line()
    with pytest.raises(BadSignature):
        open_checkpoint(raw + bad.encode(), log.verifier, [known])
    alone = checkpoint.text() + "\n" + line
    with pytest.raises(BadSignature):
        open_checkpoint(alone.encode(), log.verifier, [known])


@pytest.mark.parametrize(
    "text",
    [
        "o\n1\n",
        "o\n1\nAAAA\n",
        "o\n01\n" + base64.b64encode(bytes(32)).decode() + "\n",
        "o\n-1\n" + base64.b64encode(bytes(32)).decode() + "\n",
        "\n1\n" + base64.b64encode(bytes(32)).decode() + "\n",
        "o\n1\n" + base64.b64encode(bytes(32)).decode(),
        "o\n1\n" + base64.b64encode(bytes(32)).decode() + "\n\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(MalformedNote):
        Checkpoint.parse(text)


def test_a_checkpoint_has_the_lines_of_the_specification() -> None:
    text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    got = Checkpoint.parse(text)
    assert (got.origin, got.size, got.text()) == ("example.com/behind-the-sofa", 20852163, text)
    with pytest.raises(MalformedNote):
        got.sign(Signer.create("other.example"))
    other = Signer.create("other.example")
    with pytest.raises(BadSignature, match=r"is of example\.com"):
        open_checkpoint(sign(text, other), other.verifier)


def test_tile_paths() -> None:
    assert tiles.tile_path(0, 1234067) == "tile/0/x001/x234/067"
    assert tiles.tile_path(5, 123456078, 2) == "tile/5/x123/x456/078.p/2"
    assert tiles.tile_path("entries", 0, 255) == "tile/entries/000.p/255"
    # The specification's example: a tree of 70,000 entries.
    made = [(level, *span) for level, count in tiles.levels(70_000) for span in tiles.spans(count)]
    assert sum(1 for level, _, width in made if level == 0 and width == 256) == 273
    assert [m for m in made if m[0] == 0][-1] == (0, 273, 112)
    assert [m for m in made if m[0] >= 1] == [(1, 0, 256), (1, 1, 17), (2, 0, 1)]
    assert [(lv, *s) for lv, c in tiles.levels(256) for s in tiles.spans(c)] == [(0, 0, 256), (1, 0, 1)]
    assert tiles.unbundle(tiles.bundle([b"", b"a" * 300])) == [b"", b"a" * 300]
    with pytest.raises(MalformedNote):
        tiles.unbundle(b"\x00\x05abc")


def test_only_the_log_is_served(tmp_path: Path) -> None:
    book = logbook(tmp_path, 3)
    (tmp_path / "log" / "secret").write_text("no")
    (tmp_path / "log" / "tile" / "0" / "secret").write_text("no")
    assert book.tiles.public("checkpoint") == book.tiles.checkpoint()
    assert book.tiles.public("tile/entries/000.p/3")
    for path in (
        "secret", "tile/0/secret", "tile/0/../../secret", "../log/checkpoint", "/etc/passwd", "tile/0/000.p/256",
        "tile/64/000", "tile/00/000", "tile/0/000.p/0", "tile/0/000.p/3/", "tile/0/000", "keys/ledger.key", "keys", "",
        "checkpoint\n", "tile/0/000.p/3\n", "tile/0/x000", "tile/0",
    ):  # fmt: skip
        assert book.tiles.public(path) is None, path


def test_leaf_and_commitment() -> None:
    entry = UUID("00112233-4455-6677-8899-aabbccddeeff")
    for version in (1, 2):
        raw = leaf_bytes(entry, b"h" * 32, b"b" * 32, version)
        assert raw.hex() == (
            f"000000010{version}0000001000112233445566778899aabbccddeeff00000020{'68' * 32}00000020{'62' * 32}"
        )
        assert Leaf.parse(raw) == Leaf(entry=entry, head=b"h" * 32, body=b"b" * 32, version=version)
        for bad_leaf in (raw + b"\x00", raw[:4] + b"\x03" + raw[5:], raw[:4] + b"\x00" + raw[5:], raw[1:]):
            with pytest.raises(MalformedNote):
                Leaf.parse(bad_leaf)
    salt, text = bytes(range(32)), b'{"a": 1}'
    assert commitment(salt, text, 1) == hashlib.sha256(salt + text).digest()
    lengths = (b"\x00\x00\x00\x20", b"\x00\x00\x00\x08")
    assert commitment(salt, text, 2) == hashlib.sha256(lengths[0] + salt + lengths[1] + text).digest()


def test_f2_a_salt_of_another_length_commits_to_nothing() -> None:
    for version in (1, 2):
        for length in (0, 31, 33, 64):
            with pytest.raises(MalformedNote, match="32 bytes"):
                commitment(bytes(length), b"{}", version)


def test_receipts_in_their_three_forms() -> None:
    signer = ReceiptSigner(Signer.create("log.example/receipt"))
    at = datetime(2026, 3, 1, 11, 0, 0, 5, tzinfo=timezone(timedelta(hours=1)))
    receipt = signer.sign(UUID(int=7), b"\x05" * 32, at)
    receipt.check(signer.verifier)
    for text in (json.dumps(receipt.json()), receipt.header(), receipt.note(signer.verifier).decode()):
        assert Receipt.parse(text) == receipt
        Receipt.parse(text).check(signer.verifier)
    assert receipt.header().isascii()
    assert open_note(receipt.note(signer.verifier), [signer.verifier]).text == (
        "log.example/receipt\nentry 00000000-0000-0000-0000-000000000007\n"
        "leaf BQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU=\ntime 2026-03-01T10:00:00.000005Z\n"
    )
    for change in ({"entry": str(UUID(int=8))}, {"leaf": "06" * 32}, {"at": "2026-03-01T10:00:00.000006Z"}):
        with pytest.raises(BadSignature):
            Receipt.parse(json.dumps(receipt.json() | change)).check(signer.verifier)
    for bad in (
        "",
        "{}",
        "x",
        json.dumps(receipt.json() | {"leaf": "05"}),
        json.dumps(receipt.json() | {"at": "2026"}),
        "[]",
    ):
        with pytest.raises(MalformedNote):
            Receipt.parse(bad)
    with pytest.raises(ValueError, match="aware"):
        signer.sign(UUID(int=7), b"\x05" * 32, datetime.now(UTC).replace(tzinfo=None))


def test_keys_are_made_once_and_kept_from_others(tmp_path: Path) -> None:
    path = tmp_path / "secrets" / "ledger.key"
    first = keys.load_or_create(path, "log.example")
    assert keys.load_or_create(path, "another.name") == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(path.parent) == ["ledger.key"]
    path.chmod(0o644)
    with pytest.raises(LogFault, match="read by others"):
        keys.load(path)


def test_the_ledger_needs_nothing_but_cryptography() -> None:
    """An inspector gets this folder and `model/errors.py`; anything else imported would be missing there."""
    program = (
        "import sys\n"
        "class Guard:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        top = name.split('.')[0]\n"
        "        ours = ('brightline', 'brightline.model', 'brightline.model.errors')\n"
        "        if top == 'brightline' and (name in ours or name.startswith('brightline.ledger')): return None\n"
        "        if top in sys.stdlib_module_names or top in ('cryptography', '_cffi_backend', 'cffi'): return None\n"
        "        raise ModuleNotFoundError(name)\n"
        "sys.meta_path.insert(0, Guard())\n"
        "import brightline.ledger.verify, brightline.ledger.proof, brightline.ledger.receipt\n"
        "import brightline.ledger.publish, brightline.ledger.keys, brightline.ledger.leaf\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
