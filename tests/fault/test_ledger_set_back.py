"""ATTACKS F1: the database is an older copy, and the newer one is gone. The log goes on as another, and says so."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from tests.fault.test_ledger_keys import _set_back, exported
from tests.fault.test_ledger_sequencer import emit
from tests.logbook import Logbook, logbook, message
from tests.world import small_world

from brightline.cli.app import perform
from brightline.cli.local.standing import renew
from brightline.gate import Gate
from brightline.ledger import continuing, keys
from brightline.ledger import sequencer as seq
from brightline.ledger.chain import Chain, Continuation, Link, following, link_of, read_links
from brightline.ledger.checkpoint import Checkpoint
from brightline.ledger.errors import LogFault, SequencerFault
from brightline.ledger.note import COSIGNATURE, Note, Signer, Verifier
from brightline.ledger.publish import cosign
from brightline.ledger.receipt import ReceiptSigner
from brightline.ledger.submission import Submission, cosignature
from brightline.ledger.tiles import FolderTiles, TileNodes
from brightline.ledger.tree import leaf_hash, prove_consistency
from brightline.ledger.verify import Wanted, verify
from brightline.ledger.witness import Witness
from brightline.store import connect, doctor, engine, install
from brightline.store.server import Server
from brightline.store.sessions import connect as connected
from brightline.wiring.log import ledger_settings
from brightline.wiring.settings import Settings

pytestmark = [pytest.mark.database, pytest.mark.slow]

WHY = "The disks of both servers burned; last night's backup is all there is."
PROGRAMS = engine.wheel_folder() / "pginstall" / "bin"


@pytest.fixture
def house(db: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Settings:
    """The settings of a home whose server is the tests' own."""
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("BRIGHTLINE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(connect, "server", lambda *_: db.server)
    return Settings(home=tmp_path / "home")


@pytest.fixture
def restored(db: Any) -> Iterator[Server]:
    """Another database of the server, in which a dump is put back as an operator does it."""
    other = db.server.named(f"{db.name}_restored")
    with connected(db.server.admin_dsn("postgres")) as conn:
        name = sql.Identifier(other.dbname)
        conn.execute(sql.SQL("CREATE DATABASE {} OWNER brightline_owner TEMPLATE template0").format(name))
        try:
            yield other
        finally:
            install.drop_database(conn, other.dbname)


def log_of(house: Settings, server: Server) -> seq.Sequencer:
    return seq.Sequencer(ledger_settings(house, house.find_home(), server))


def run(*words: object) -> None:
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def renewed(capsys: pytest.CaptureFixture[str], *more: str) -> dict[str, Any]:
    capsys.readouterr()
    code = perform(["ledger", "renew", "--reason", WHY, "--json", *more])
    told = capsys.readouterr()
    assert code == 0, told.err
    found: dict[str, Any] = json.loads(told.out)
    return found


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    capsys.readouterr()
    assert perform(["ledger", *words, "--reason", WHY]) != 0
    told = capsys.readouterr()
    assert "Traceback" not in told.err
    return told.out + told.err


def witnessed(folder: Path, witness: Witness, old: int) -> int:
    """What a witness answers to the published checkpoint; its signature is put there."""
    note = (folder / "checkpoint").read_bytes()
    size = Checkpoint.parse(Note.parse(note).text).size
    proof = prove_consistency(TileNodes(FolderTiles(folder), size), old, size) if 0 < old <= size else []
    answer = witness.add_checkpoint(Submission(old=old, proof=tuple(proof), note=note).encode())
    if answer.status == 200:
        text = Note.parse(note).text
        cosign(folder, text, [cosignature(text, answer.body, Verifier.parse(witness.vkey))])
    return answer.status


def test_f1_a_log_that_was_set_back_goes_on_under_another_name(
    db: Any,
    house: Settings,
    restored: Server,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    gate = Gate(connect=lambda: nullcontext(db.admin), policy=lambda: nullcontext(db.admin))
    world = small_world(db.admin, gate)
    log, folder = log_of(house, db.server), house.find_home().path / "ledger"
    for _ in range(3):
        emit(db.admin)
    log.checkpoint()
    emit(db.admin)
    kept = log.checkpoint().size
    before = (folder / "checkpoint").read_bytes()
    run(PROGRAMS / "pg_dump", "--format=custom", f"--file={tmp_path / 'old'}", db.dsn("brightline_backup"))
    lost = [emit(db.admin) for _ in range(4)]
    last = log.checkpoint().size
    old_key = (folder / "keys/ledger.vkey").read_text().strip()
    witness = Witness(tmp_path / "w", Signer.create("w.example/1", COSIGNATURE), [Verifier.parse(old_key)])
    assert witnessed(folder, witness, 0) == 200
    signed = (folder / "checkpoint").read_bytes()
    leaf, at = db.admin.execute("SELECT leaf, at FROM ledger.entry WHERE entry = %s", (lost[0],)).fetchone()
    receipts = ReceiptSigner(keys.load(house.find_home().secrets / "receipt.key"))
    promise = receipts.sign(lost[0], leaf_hash(bytes(leaf)), at).header()

    # The newer database is gone; the older copy stands in its place.
    run(PROGRAMS / "pg_restore", "--exit-on-error", f"--dbname={restored.admin_dsn()}", tmp_path / "old")
    monkeypatch.setattr(connect, "server", lambda *_: restored)
    install.up(restored)
    assert "ledger renew" in refused(capsys, "resume")
    assert "--set-back" in refused(capsys, "renew")
    assert "--set-back" in refused(capsys, "resume")
    told = renewed(capsys, "--set-back")
    going = told["continued"]
    name = following(Note.parse(signed).text.split("\n")[0])
    assert (going["from"], going["to"], going["origin"]) == (kept, last - 1, name)

    # The entry says which head went before, what is lost, why and by whose hand.
    with connected(restored.admin_dsn()) as admin:
        row = admin.execute(
            "SELECT convert_from(head, 'UTF8')::jsonb, convert_from(body, 'UTF8')::jsonb FROM ledger.entry"
            " WHERE index = %s",
            (going["index"],),
        ).fetchone()
        assert row is not None
        assert row[0]["act"] == "continue"
        assert row[0]["former"].encode() == signed, "with what the witness signed"
        assert (row[0]["kept"], row[0]["lost"]) == (kept, {"from": kept, "to": last - 1})
        assert row[1]["reason"] == WHY
        assert row[1]["by"].startswith("system:")
        health = seq.health(admin)
        assert name in " ".join(health["alarms"])
        assert (health["origin"], health["key"], health["failing"]) == (name, going["key"], [])
        told_to = admin.execute(
            "SELECT what FROM line.account_notice WHERE account = %s", (world.accounts["ines"],)
        ).fetchall()
        assert any("was set back" in what for (what,) in told_to)
        # It goes on, and its export holds.
        emit(admin)
        log = log_of(house, restored)
        assert log.checkpoint().size > told["size"]
        out = exported(admin, ledger_settings(house, house.find_home(), restored), tmp_path / "out")
        found = {check.name: check.detail for check in doctor.slot_checks(admin)}
        assert "goes on as" in found["ledger.alarms"]
    for place in (folder, out):
        for key in (old_key, going["key"]):
            report = verify(place, Wanted(key=key))
            assert report.problems == [], report.problems
            assert report.continued == [
                f"{name} continues {Note.parse(signed).text.splitlines()[0]} after entry {kept - 1}; entries {kept} to"
                f" {last - 1} of the former log are not in it"
            ]
    # Checkpoints that were kept: of before, of what was lost, and of more than is told of.
    assert verify(folder, Wanted(key=old_key, since=before)).problems == []
    report = verify(folder, Wanted(key=old_key, since=signed))
    assert report.problems == []
    assert any("the last one that was signed" in note.detail for note in report.notes)
    # A receipt of what was lost proves that it was there.
    report = verify(folder, Wanted(key=old_key, receipts=[promise]))
    assert [problem.kind for problem in report.problems] == ["receipt"]
    assert "not in it" in report.problems[0].detail
    # The former log is still there to be looked at, as it was signed.
    assert verify(folder / "former" / "1", Wanted(key=old_key, since=before, receipts=[promise])).problems == []
    assert FolderTiles(folder).public("former/1/checkpoint") == signed
    for path in ("former/1/former/1/checkpoint", "former/0/checkpoint", "former/1/../../checkpoint", "former/1/"):
        assert FolderTiles(folder).public(path) is None
    # The witness signs no second head of the old name, and the new one as a log of its own.
    again = Witness(tmp_path / "w", witness._signer, [Verifier.parse(old_key)])
    assert witnessed(folder, again, 0) == 404
    assert witnessed(folder, Witness(tmp_path / "w", witness._signer, [Verifier.parse(going["key"])]), 0) == 200


@pytest.fixture
def set_back(db: Any, house: Settings) -> tuple[psycopg.Connection[Any], seq.Sequencer, Signer]:
    """A log of which the table lost its last entries; and its key, as a thief of the secrets would have kept it."""
    log, admin = log_of(house, db.server), db.admin
    for _ in range(3):
        emit(admin)
    kept = log.checkpoint().size
    for _ in range(300):
        emit(admin)
    log.checkpoint()
    _set_back(admin, kept)
    return admin, log_of(house, db.server), keys.load(house.find_home().secrets / "ledger.key")


@pytest.mark.parametrize("step", ["set_aside", "add_checkpoint", "extend", "commit", "finish"])
def test_f1_a_continuation_that_was_killed_goes_on(
    house: Settings, set_back: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    admin, _, _ = set_back
    owner = {"set_aside": continuing, "add_checkpoint": seq.Book, "finish": keys}.get(step, seq.Publisher)
    true = getattr(owner, step)

    def killed(*given: Any, **more: Any) -> None:
        if step in ("set_aside", "commit"):
            true(*given, **more)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(owner, step, killed)
        with pytest.raises(KeyboardInterrupt):
            renew(house, WHY, set_back=True)
    told = renewed(capsys, "--set-back")
    folder = house.find_home().path / "ledger"
    assert verify(folder, key=told["continued"]["key"]).problems == []
    acts = admin.execute("SELECT count(*) FROM ledger.entry WHERE act = 'continue'").fetchone()
    assert acts == (1,)
    assert keys.pending(house.find_home().secrets / "ledger.key") is None
    assert len(list((folder / "former").iterdir())) == 1
    emit(admin)
    log_of(house, connect.server(house.find_home())).checkpoint()
    assert verify(folder, key=told["continued"]["key"]).problems == []


def test_f1_set_back_twice_the_chain_is_followed(
    db: Any, house: Settings, set_back: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    admin, _, first = set_back
    one = renewed(capsys, "--set-back")["continued"]
    for _ in range(3):
        emit(admin)
    log_of(house, db.server).checkpoint()
    _set_back(admin, one["index"] + 1)
    two = renewed(capsys, "--set-back")["continued"]
    assert (one["origin"].rsplit("-", 1)[1], two["origin"].rsplit("-", 1)[1]) == ("2", "3")
    folder = house.find_home().path / "ledger"
    for key in (first.verifier.vkey(), one["key"], two["key"]):
        report = verify(folder, key=key)
        assert report.problems == []
        assert len(report.continued) == 2


def test_f1_only_a_log_that_was_set_back_is_continued(
    db: Any, house: Settings, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    log = log_of(house, db.server)
    emit(db.admin)
    log.checkpoint()
    assert "wasn't set back" in refused(capsys, "renew", "--set-back")
    key = house.find_home().secrets / "ledger.key"
    note = (house.find_home().path / "ledger" / "checkpoint").read_text()
    # A continuation waits, and the newer table came back meanwhile.
    keys.prepare(key, why="set-back", reason=WHY, by="system:test", former=note, kept=0)
    emit(db.admin)
    with pytest.raises(SequencerFault, match="isn't set back") as caught:
        log.checkpoint()
    assert str(key.with_name(keys.ROTATION)) in caught.value.hint
    key.with_name(keys.ROTATION).unlink()
    log.checkpoint()


def test_f1_a_continuation_that_nobody_declared_is_a_fork(
    db: Any, house: Settings, set_back: Any, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    _, _, thief = set_back
    folder = house.find_home().path / "ledger"
    signed = (folder / "checkpoint").read_bytes()
    size = Checkpoint.parse(Note.parse(signed).text).size
    # More was signed than the continuation tells of: by whoever had the key.
    more = Checkpoint(origin=thief.name, size=size + 5, root=bytes(32)).sign(thief)
    other = Checkpoint(origin=thief.name, size=size, root=bytes(32)).sign(thief)
    renewed(capsys, "--set-back")
    for kept in (more, other):
        report = verify(folder, Wanted(key=thief.verifier.vkey(), since=kept))
        assert [problem.kind for problem in report.problems] == ["since"]
        assert "this is a fork" in report.problems[0].detail
    # The name alone makes no continuation: without its entry the former key is none of this log's.
    whole = (folder / "keys/rotations.jsonl").read_bytes()
    (folder / "keys/rotations.jsonl").unlink()
    assert "key" in {problem.kind for problem in verify(folder, key=thief.verifier.vkey()).problems}
    (folder / "keys/rotations.jsonl").write_bytes(whole)
    # Nor does a history that was signed on under the old name, for whoever kept a checkpoint of the true one.
    true, false = logbook(tmp_path / "true", 9), Logbook(tmp_path / "false")
    false.signer, false.messages = true.signer, [*true.messages[:5], *(message(90 + n) for n in range(7))]
    false.publish()
    report = verify(false.export(), Wanted(key=true.vkey, since=true.publish()))
    assert "this is a fork" in report.problems[0].detail
    (link,) = read_links(whole)
    assert isinstance(link, Continuation)
    head = json.loads(link.head)
    for change in (
        {"kept": size},
        {"kept": -1},
        {"kept": link.index + 1},
        {"kept": "3"},
        {"why": "planned"},
        {"former": other.decode().replace(thief.name, "x")},
        {"former": ""},
        {"act": "rotate-key", "why": "planned"},
    ):
        told = json.dumps({**head, **change}).encode()
        wrong = link_of(
            Link(
                index=link.index, entry=link.entry, head=told, head_salt=link.head_salt, size=link.size, note=link.note
            )
        )
        with pytest.raises(LogFault):
            Chain(thief.verifier, [wrong])
