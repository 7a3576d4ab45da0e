"""Witnessing without a database: what a witness signs and refuses, and what the log makes of its answers."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.logbook import ORIGIN, Logbook, logbook, message

from brightline.ledger import asking, witness
from brightline.ledger.asking import Endpoint, ask, endpoints
from brightline.ledger.checkpoint import Checkpoint, open_checkpoint
from brightline.ledger.errors import BadSignature, MalformedNote
from brightline.ledger.note import COSIGNATURE, ED25519, Note, Signer, Verifier
from brightline.ledger.publish import cosign
from brightline.ledger.serving import Server
from brightline.ledger.submission import Submission, cosignature, size_told, with_signatures
from brightline.ledger.tiles import TileNodes
from brightline.ledger.tree import EMPTY_ROOT, prove_consistency
from brightline.ledger.verify import Wanted, verify
from brightline.ledger.witness import Witness


def made(folder: Path, book: Logbook, name: str = "w.example/1") -> Witness:
    return Witness(folder, Signer.create(name, COSIGNATURE), [book.signer.verifier])


def request(book: Logbook, old: int, note: bytes | None = None) -> bytes:
    raw = note or book.tiles.checkpoint()
    size = Checkpoint.parse(Note.parse(raw).text).size
    proof = prove_consistency(TileNodes(book.tiles, size), old, size) if 0 < old <= size else []
    return Submission(old=old, proof=tuple(proof), note=raw).encode()


def test_the_specifications_own_request_is_read() -> None:
    text = (
        "old 20852014\nPlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\njrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n"
        "5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=\n/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=\n\n"
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
        "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE"
        "+xeMcTOAYQ8=\n"
    )
    got = Submission.parse(text.encode())
    assert (got.old, len(got.proof)) == (20852014, 4)
    assert got.encode() == text.encode()


def test_a_witness_cosigns_what_grows_and_keeps_it_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = logbook(tmp_path, 3)
    one = made(tmp_path / "w", book)
    kept: list[bytes] = []
    monkeypatch.setattr(witness, "write_file", lambda path, raw: kept.append(raw) or path.write_bytes(raw))
    answer = one.add_checkpoint(request(book, 0))
    assert answer.status == 200
    verifier = Verifier.parse(one.vkey)
    assert verifier.kind == COSIGNATURE
    text = Note.parse(book.tiles.checkpoint()).text
    signed = with_signatures(book.tiles.checkpoint(), [cosignature(text, answer.body, verifier)])
    assert open_checkpoint(signed, book.signer.verifier, [verifier]).size == 3
    assert kept == [book.tiles.checkpoint()]
    book.add(300)
    book.publish()
    assert one.add_checkpoint(request(book, 3)).status == 200
    assert one.last(ORIGIN) == open_checkpoint(book.tiles.checkpoint(), book.signer.verifier)
    # Once more the same: a fresh cosignature, as after an answer that was lost.
    assert one.add_checkpoint(request(book, 303)).status == 200


def test_a_full_disk_at_the_witness_signs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = logbook(tmp_path, 3)
    one = made(tmp_path / "w", book)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(witness, "write_file", full)
        with pytest.raises(OSError, match="No space"):
            one.add_checkpoint(request(book, 0))
    assert one.last(ORIGIN) is None


def test_rule_52_a_rollback_and_a_split_view_are_refused(tmp_path: Path) -> None:
    """The operator holds the log's key and signs another history; the witness signs one line of history only."""
    book = logbook(tmp_path, 5)
    one = made(tmp_path / "w", book)
    assert one.add_checkpoint(request(book, 0)).status == 200
    fork = Logbook(tmp_path / "fork", signer=book.signer)
    fork.messages = [*book.messages[:3], message(99), book.messages[4]]
    fork.publish()
    # The same size with another root.
    answer = one.add_checkpoint(request(fork, 5))
    assert (answer.status, answer.kind, answer.body) == (409, "text/x.tlog.size", b"5\n")
    # A larger tree that doesn't hold the first five.
    fork.add(3)
    fork.publish()
    assert one.add_checkpoint(request(fork, 5)).status == 422
    # Back to before, in the hope that the witness forgot.
    short = Logbook(tmp_path / "short", signer=book.signer)
    short.messages = book.messages[:2]
    short.publish()
    answer = one.add_checkpoint(request(short, 0))
    assert (answer.status, answer.body) == (409, b"5\n")
    assert one.add_checkpoint(request(short, 2)).status == 409
    # A new process over the same folder remembers.
    again = Witness(tmp_path / "w", one._signer, [book.signer.verifier])
    assert again.add_checkpoint(request(fork, 0)).status == 409
    # So what was signed for others fails at whoever asks for a witness.
    report = verify(fork.export(), Wanted(key=book.vkey, witnesses=[one.vkey]))
    assert [p.kind for p in report.problems] == ["witness"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"old 0\n", 400),
        (b"old 00\n\n", 400),
        (b"old -1\n\n", 400),
        (b"\xff\n\n", 400),
        (b"old 0\nnot base64\n\n", 400),
        (b"old 0\n" + base64.b64encode(bytes(31)) + b"\n\n", 400),
        (b"old 0\n" + (base64.b64encode(bytes(32)) + b"\n") * 64 + b"\n", 400),
    ],
)
def test_what_is_no_request_is_refused(tmp_path: Path, body: bytes, status: int) -> None:
    book = logbook(tmp_path, 3)
    one = made(tmp_path / "w", book)
    assert one.add_checkpoint(body + book.tiles.checkpoint() if body.endswith(b"\n\n") else body).status == status


def test_each_refusal_is_the_one_that_the_specification_names(tmp_path: Path) -> None:
    book = logbook(tmp_path, 3)
    one = made(tmp_path / "w", book)
    stranger = Logbook(tmp_path / "stranger", signer=Signer.create("other.example"))
    stranger.add(1)
    stranger.publish()
    assert one.add_checkpoint(request(stranger, 0)).status == 404
    forged = Logbook(tmp_path / "forged", signer=Signer.create(ORIGIN))
    forged.add(1)
    forged.publish()
    assert one.add_checkpoint(request(forged, 0)).status == 403
    raw = book.tiles.checkpoint()
    assert one.add_checkpoint(Submission(old=4, proof=(), note=raw).encode()).status == 400
    assert one.add_checkpoint(Submission(old=0, proof=(bytes(32),), note=raw).encode()).status == 422
    wrong = Checkpoint(origin=ORIGIN, size=0, root=b"\x01" * 32).sign(book.signer)
    assert one.add_checkpoint(Submission(old=0, proof=(), note=wrong).encode()).status == 422
    empty = Checkpoint(origin=ORIGIN, size=0, root=EMPTY_ROOT).sign(book.signer)
    assert one.add_checkpoint(Submission(old=0, proof=(), note=empty).encode()).status == 200
    with pytest.raises(MalformedNote):
        Witness(tmp_path / "x", Signer.create("w", ED25519), [])
    with pytest.raises(MalformedNote):
        Witness(tmp_path / "x", Signer.create("w", COSIGNATURE), [Verifier.parse(one.vkey)])


def test_many_requests_at_once_never_take_a_witness_back(tmp_path: Path) -> None:
    book = logbook(tmp_path, *range(1, 30))
    one = made(tmp_path / "w", book)
    notes = [str(item["note"]).encode() for item in book.history]
    one.add_checkpoint(request(book, 0, notes[0]))
    seen: list[int] = []

    def work() -> None:
        for note in notes:
            last = one.last(ORIGIN)
            one.add_checkpoint(request(book, last.size if last else 0, note))
            now = one.last(ORIGIN)
            seen.append(now.size if now else 0)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert one.last(ORIGIN).size == 29
    assert max(seen) == 29


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Logbook, Server]]:
    book = logbook(tmp_path, 3)
    server = Server("127.0.0.1", 0, made(tmp_path / "w", book), tmp_path / "w")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield book, server
    server.shutdown()
    server.server_close()


def test_the_log_asks_over_http_and_finds_its_place_again(served: tuple[Logbook, Server]) -> None:
    book, server = served
    endpoint = Endpoint(witness=Verifier.parse(server.witness.vkey), url=server.url)
    first = ask(endpoint, book.tiles.checkpoint(), book.tiles, 0, asking.post)
    assert (first.known, first.fault) == (3, None)
    book.add(7)
    note = book.publish()
    # The log forgot where the witness stands: one 409, then the right proof.
    again = ask(endpoint, note, book.tiles, 0, asking.post)
    assert (again.known, again.fault) == (10, None)
    assert cosign(book.folder / "log", Note.parse(note).text, [again.signature])
    assert verify(book.folder / "log", Wanted(key=book.vkey, witnesses=[server.witness.vkey])).ok
    # A checkpoint that was replaced meanwhile isn't touched.
    assert not cosign(book.folder / "log", Note.parse(str(book.history[0]["note"]).encode()).text, [first.signature])
    # Publishing again keeps what was gathered.
    book.publish()
    assert verify(book.folder / "log", Wanted(key=book.vkey, witnesses=[server.witness.vkey])).witnessed == 10


def test_what_a_witness_may_answer_never_raises(tmp_path: Path) -> None:
    book = logbook(tmp_path, 3)
    signer = Signer.create("w.example", COSIGNATURE)
    endpoint = Endpoint(witness=signer.verifier, url="http://w.example")
    note = book.tiles.checkpoint()
    text = Note.parse(note).text
    other = Signer.create("w.example", COSIGNATURE)

    def told(status: int, body: bytes) -> asking.Outcome:
        return ask(endpoint, note, book.tiles, 0, lambda _url, _body: (status, body))

    assert told(200, signer.cosign(text, 5).line().encode()).signature
    mixed = other.cosign(text, 5).line() + signer.cosign(text, 5).line()
    assert told(200, mixed.encode()).signature == signer.cosign(text, 5)
    for status, body in (
        (200, b""), (200, b"nonsense"), (200, other.cosign(text, 5).line().encode()), (500, b"\xff"), (404, b"who?"),
        (200, signer.cosign(text + "x\n", 5).line().encode()), (200, signer.cosign(text, 2**62).line().encode()),
        (409, b""), (409, b"x\n"), (403, b""), (302, b""),
    ):  # fmt: skip
        outcome = told(status, body)
        assert outcome.signature is None, (status, body)
        assert outcome.fault
        assert not outcome.grave
    for status, body in ((409, b"9\n"), (409, b"3\n"), (422, b"")):
        assert told(status, body).grave, status
    unreachable = Endpoint(witness=signer.verifier, url="http://127.0.0.1:1")
    assert "reached" in (ask(unreachable, note, book.tiles, 0, asking.post).fault or "")
    with pytest.raises(MalformedNote):
        size_told(b"01\n")
    with pytest.raises(BadSignature):
        cosignature(text, b"x", signer.verifier)


def test_a_list_of_witnesses_is_read_and_faults_are_named() -> None:
    one, two = (Signer.create(name, COSIGNATURE).verifier.vkey() for name in ("w.example/1", "w.example/2"))
    got = endpoints(f"{one} https://w.example/one/, {two} http://localhost:9\n")
    assert [(e.witness.name, e.url) for e in got] == [
        ("w.example/1", "https://w.example/one"),
        ("w.example/2", "http://localhost:9"),
    ]
    assert endpoints(" ") == ()
    log = Signer.create("log.example").verifier.vkey()
    for bad in (one, f"{one} ftp://x", "nonsense https://x", f"{log} https://x", f"{one} https://x, {one} https://y"):
        with pytest.raises(MalformedNote):
            endpoints(bad)


def test_a_quorum_counts_keys_not_lines(tmp_path: Path) -> None:
    book = logbook(tmp_path, 2, 6)
    signers = [Signer.create(f"w.example/{n}", COSIGNATURE) for n in range(3)]
    keys = [signer.verifier.vkey() for signer in signers]
    texts = [Note.parse(str(item["note"]).encode()) for item in book.history]
    book.history[0]["note"] = with_signatures(texts[0].encode(), [s.cosign(texts[0].text, 9) for s in signers]).decode()
    cosign(book.folder / "log", texts[1].text, [s.cosign(texts[1].text, 9) for s in signers[:2]])
    folder = book.export()

    def judged(quorum: int | None, *names: str) -> tuple[bool, int | None]:
        report = verify(folder, Wanted(key=book.vkey, witnesses=names, quorum=quorum))
        return report.ok, report.witnessed

    assert judged(2, *keys) == (True, 6)
    assert judged(None, *keys[:2]) == (True, 6)
    # The third saw only the first two entries: what came after could be a history that only two saw.
    assert judged(3, *keys) == (False, 2)
    assert judged(1, keys[2]) == (False, 2)
    alias = Signer(name="w.example/alias", seed=signers[0].seed, kind=COSIGNATURE)
    cosign(book.folder / "log", texts[1].text, [alias.cosign(texts[1].text, 9)])
    folder = book.export("again")
    assert judged(2, keys[0], alias.verifier.vkey()) == (False, 0)
    stranger = Signer.create("w.example/9", COSIGNATURE).verifier.vkey()
    assert judged(1, stranger) == (False, 0)
    assert judged(1, "nonsense") == (False, 0)
    assert judged(1, book.vkey) == (False, 0)
    # A cosignature of a trusted witness that is wrong is a finding, however many others hold.
    forged = Signer(name=signers[2].name, seed=signers[0].seed, kind=COSIGNATURE).cosign(texts[1].text, 9)
    line = type(forged)(name=forged.name, key_id=signers[2].verifier.key_id, blob=forged.blob)
    cosign(book.folder / "log", texts[1].text, [line])
    report = verify(book.folder / "log", Wanted(key=book.vkey, witnesses=keys, quorum=2))
    assert [p.kind for p in report.problems] == ["witness"]
