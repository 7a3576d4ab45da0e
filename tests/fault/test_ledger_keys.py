"""The log's key is changed: whoever holds any key of the chain finds the others; killed anywhere, it goes on."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import psycopg
import pytest
from psycopg.types.json import Jsonb
from tests.fault.test_ledger_sequencer import ORIGIN, emit
from tests.logbook import Logbook

from brightline.ledger import export, keys
from brightline.ledger import sequencer as seq
from brightline.ledger.chain import ROTATIONS, Chain, Link, read_links
from brightline.ledger.checkpoint import Checkpoint
from brightline.ledger.errors import LogFault, MalformedNote, SequencerFault
from brightline.ledger.note import Note, Signer
from brightline.ledger.receipt import ReceiptSigner
from brightline.ledger.record import Row
from brightline.ledger.tiles import FolderTiles
from brightline.ledger.tree import leaf_hash
from brightline.ledger.verify import Wanted, verify

pytestmark = pytest.mark.database


@pytest.fixture
def admin(db) -> psycopg.Connection:
    return db.admin


@pytest.fixture
def settings(db, tmp_path: Path) -> seq.Settings:
    return seq.Settings(
        dsn=db.dsn("brightline_sequencer"),
        folder=tmp_path / "ledger",
        ledger_key=tmp_path / "secrets" / "ledger.key",
        origin=ORIGIN,
    )


def prepare(settings: seq.Settings, why: str = "planned") -> str:
    waiting = keys.prepare(settings.ledger_key, why=why, reason="The yearly change of the key.", by="system:root")
    return waiting.signer.verifier.vkey()


def exported(admin: psycopg.Connection, settings: seq.Settings, folder: Path) -> Path:
    rows = [
        Row(index=i, entry=e, head=bytes(h), head_salt=bytes(hs), body=bytes(b), body_salt=bytes(bs))
        for i, e, h, hs, b, bs in admin.execute(
            "SELECT index, entry, head, head_salt, body, body_salt FROM ledger.entry ORDER BY index"
        )
    ]
    history = [
        {"size": s, "note": bytes(n).decode()}
        for s, n in admin.execute("SELECT size, note FROM ledger.checkpoint ORDER BY size")
    ]
    key = (settings.folder / "keys/ledger.vkey").read_text().strip()
    export.write(folder, FolderTiles(settings.folder), rows, {"ledger": key}, history)
    return folder


def test_rule_52_a_new_key_is_introduced_by_an_entry_and_a_checkpoint_of_both(db, admin, settings, tmp_path) -> None:
    log = seq.Sequencer(settings)
    emit(admin)
    log.checkpoint()
    before = (settings.folder / "checkpoint").read_bytes()
    first = keys.load(settings.ledger_key).verifier
    second = prepare(settings)
    emit(admin)
    changed = log.checkpoint()
    assert changed.size == 3
    assert keys.load(settings.ledger_key).verifier.vkey() == second
    assert keys.pending(settings.ledger_key) is None
    names = [s.key_id for s in Note.parse((settings.folder / "checkpoint").read_bytes()).signatures]
    assert names == [first.key_id, Chain(first, log.links()).current.key_id]
    emit(admin)
    assert log.checkpoint().size == 4
    third = prepare(settings)
    assert log.checkpoint().size == 5
    emit(admin)
    log.checkpoint()
    row = admin.execute("SELECT act, outcome, convert_from(head, 'UTF8'), convert_from(body, 'UTF8') FROM ledger.entry"
                        " WHERE index = 2").fetchone()  # fmt: skip
    assert row[:2] == ("rotate-key", "ok")
    assert json.loads(row[2])["new"] == second
    assert json.loads(row[3]) == {"reason": "The yearly change of the key.", "by": "system:root"}
    # Public tiles alone, and an export with everything; the first key that was ever given still does.
    out = exported(admin, settings, tmp_path / "out")
    for place in (settings.folder, out):
        for key in (first.vkey(), second, third):
            report = verify(place, Wanted(key=key, since=before))
            assert report.problems == [], report.problems
            assert report.keys == [first.vkey(), second, third]
    assert verify(out).ok
    health = seq.health(admin)
    assert (health["key"], health["rotations"], health["ok"]) == (third, 2, True)
    stranger = Signer.create(ORIGIN).verifier.vkey()
    assert "key" in {p.kind for p in verify(out, key=stranger).problems}


def test_old_receipts_still_hold_after_the_key_changed(db, admin, settings, tmp_path) -> None:
    receipts = ReceiptSigner(Signer.create(f"{ORIGIN}/receipt"))
    own = seq.Settings(**{f: getattr(settings, f) for f in settings.__slots__}
                       | {"receipt_vkey": receipts.verifier.vkey()})  # fmt: skip
    log = seq.Sequencer(own)
    entry = emit(admin)
    log.checkpoint()
    leaf, at = admin.execute("SELECT leaf, at FROM ledger.entry WHERE entry = %s", (entry,)).fetchone()
    receipt = receipts.sign(entry, leaf_hash(bytes(leaf)), at)
    new = prepare(own, "compromised")
    log.checkpoint()
    assert verify(own.folder, Wanted(key=new, receipts=[receipt.header()])).problems == []


def test_a_key_in_wrong_hands_is_no_ground_any_more(db, admin, settings, tmp_path) -> None:
    log = seq.Sequencer(settings)
    emit(admin)
    log.checkpoint()
    old = keys.load(settings.ledger_key).verifier.vkey()
    new = prepare(settings, "compromised")
    log.checkpoint()
    report = verify(settings.folder, key=old)
    assert [(p.kind, p.index) for p in report.problems] == [("key", 1)]
    assert "wrong hands" in report.problems[0].detail
    assert verify(settings.folder, key=new).ok


@pytest.mark.parametrize("step", ["before", "commit", "finish", "tell"])
def test_killed_while_the_key_changes_the_next_start_finishes(db, admin, settings, monkeypatch, step) -> None:
    log = seq.Sequencer(settings)
    emit(admin)
    log.checkpoint()
    old = keys.load(settings.ledger_key).verifier.vkey()
    new = prepare(settings)

    def killed(*_: object) -> None:
        raise OSError("killed")

    where = {
        "before": (seq.Book, "add_checkpoint"),
        "commit": (seq.Publisher, "commit"),
        "finish": (keys, "finish"),
        "tell": (seq, "write_file"),
    }[step]
    with monkeypatch.context() as patch:
        patch.setattr(*where, killed)
        with pytest.raises(OSError, match="killed"):
            log.checkpoint()
    assert verify(settings.folder, key=old).ok
    emit(admin)
    again = seq.Sequencer(settings)
    again.checkpoint()
    emit(admin)
    again.checkpoint()
    assert keys.load(settings.ledger_key).verifier.vkey() == new
    assert len(again.links()) == 1
    for key in (old, new):
        assert verify(settings.folder, key=key).problems == []


def test_a_key_that_nothing_introduced_signs_nothing(db, admin, settings) -> None:
    log = seq.Sequencer(settings)
    emit(admin)
    log.checkpoint()
    kept = settings.ledger_key.read_text()
    settings.ledger_key.write_text(Signer.create(ORIGIN).skey() + "\n")
    emit(admin)
    for one in (log, seq.Sequencer(settings)):
        with pytest.raises(SequencerFault, match="isn't the one that signs this log"):
            one.checkpoint()
    settings.ledger_key.write_text(kept)
    assert log.checkpoint().size == 2


def test_one_change_at_a_time(db, settings) -> None:
    seq.Sequencer(settings)
    prepare(settings)
    with pytest.raises(MalformedNote, match="waits already"):
        prepare(settings)
    settings.ledger_key.with_name(keys.ROTATION).write_text("{")
    with pytest.raises(MalformedNote, match="can't be read"):
        keys.pending(settings.ledger_key)


def test_rule_52_nobody_slips_a_key_in(db, admin, settings, tmp_path) -> None:
    """Whatever is put into the file of rotations without the log's own keys and entries is found."""
    log = seq.Sequencer(settings)
    for _ in range(3):
        emit(admin)
    log.checkpoint()
    old = keys.load(settings.ledger_key).verifier
    prepare(settings)
    log.checkpoint()
    new = keys.load(settings.ledger_key).verifier
    emit(admin)
    log.checkpoint()
    out = exported(admin, settings, tmp_path / "out")
    path = out / ROTATIONS
    whole = path.read_bytes()
    for at in range(0, len(whole), 7):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert not verify(out, key=old.vkey()).ok, at
    path.unlink()
    assert not verify(out, key=old.vkey()).ok
    path.write_bytes(whole + whole)
    assert not verify(out, key=old.vkey()).ok
    path.write_bytes(whole[:-1])
    assert not verify(out, key=old.vkey()).ok
    # A thief's own rotation: his key, and a checkpoint that the old key did sign, with his signature added.
    thief, link = Signer.create(ORIGIN), read_links(whole)[0]
    head = link.head.replace(new.vkey().encode(), thief.verifier.vkey().encode())
    text = Note.parse(link.note).text
    mine = Note.parse(Checkpoint.parse(text).sign(thief)).signatures
    note = Note(text=text, signatures=(*Note.parse(link.note).signatures[:1], *mine)).encode()
    forged = Link(index=link.index, entry=link.entry, head=head, head_salt=link.head_salt, size=link.size, note=note)
    path.write_bytes(forged.line())
    other = Logbook(tmp_path / "other", signer=thief)
    other.add(9)
    raw = other.publish()
    shutil.copy(out / "checkpoint", tmp_path / "kept")
    (out / "checkpoint").write_bytes(raw)
    kinds = {p.kind for p in verify(out, key=old.vkey()).problems}
    assert "key" in kinds
    # The same with a log that is shorter than the entry which is said to introduce the key.
    short = Logbook(tmp_path / "short", signer=thief)
    short.add(2)
    short.publish()
    folder = short.export()
    (folder / "keys").mkdir(exist_ok=True)
    (folder / ROTATIONS).write_bytes(forged.line())
    assert not verify(folder, key=old.vkey()).ok
    with pytest.raises(LogFault):
        Chain(old, [link, link])
    with pytest.raises(LogFault):
        Chain(thief.verifier, [link])


def test_r13_each_receipt_key_is_introduced_by_an_entry_once(db, admin, settings, tmp_path) -> None:
    first, second = (Signer.create(f"{ORIGIN}/receipt") for _ in range(2))

    def log_with(signer: Signer) -> seq.Sequencer:
        given = {name: getattr(settings, name) for name in settings.__slots__}
        return seq.Sequencer(seq.Settings(**given | {"receipt_vkey": signer.verifier.vkey()}))

    def receipt(signer: Signer) -> str:
        entry = emit(admin)
        log.checkpoint()
        leaf, at = admin.execute("SELECT leaf, at FROM ledger.entry WHERE entry = %s", (entry,)).fetchone()
        return ReceiptSigner(signer).sign(entry, leaf_hash(bytes(leaf)), at).header()

    log = log_with(first)
    kept = [receipt(first), receipt(first)]
    log = log_with(second)
    kept.append(receipt(second))
    rows = admin.execute(
        "SELECT convert_from(e.head, 'UTF8')::jsonb ->> 'key' FROM ledger.entry e WHERE e.act = 'receipt-key'"
        " ORDER BY e.index"
    ).fetchall()
    assert [row[0] for row in rows] == [first.verifier.vkey(), second.verifier.vkey()]
    # A new key of the log doesn't cut the chain: the older introductions are judged by the key of their time.
    new = prepare(settings)
    log.checkpoint()
    for place in (settings.folder, exported(admin, settings, tmp_path / "out")):
        report = verify(place, Wanted(key=new, receipts=kept))
        assert report.problems == [], report.problems
        assert {note.kind for note in report.notes} <= {"clock"}, "emit's entries are of March"
        assert len(report.receipt_keys) == 2
    told = Jsonb({"key": Signer.create(f"{ORIGIN}/receipt").verifier.vkey()})
    with psycopg.connect(settings.dsn, autocommit=True) as conn, pytest.raises(psycopg.errors.ForeignKeyViolation):
        conn.execute("SELECT ledger.introduce('receipt-key', %s, '{}')", (told,))


def test_rule_52_a_forked_rotation_and_two_logs_of_one_name_pass_as_no_one_log(db, admin, settings, tmp_path) -> None:
    """The operator sets the table back, and has the old key introduce another one: each history holds by itself, and
    neither passes for the other, under either key, with the keys' files exchanged or with one checkpoint signed by
    both. Another log that merely has the name is nobody's."""
    log = seq.Sequencer(settings)
    for _ in range(3):
        emit(admin)
    log.checkpoint()
    old, kept = keys.load(settings.ledger_key).verifier.vkey(), settings.ledger_key.read_text()
    histories = []
    for name in ("first", "second"):
        new = prepare(settings)
        seq.Sequencer(settings).checkpoint()
        emit(admin)
        seq.Sequencer(settings).checkpoint()
        histories.append((exported(admin, settings, tmp_path / name), new))
        _set_back(admin, 3)
        settings.ledger_key.write_text(kept)
        admin.execute("UPDATE ledger.state SET ledger_key = %s", (old,))
        shutil.rmtree(settings.folder)
    (first, one), (second, two) = histories
    for folder, new in histories:
        assert verify(folder, key=old).ok
        assert verify(folder, key=new).ok
    # What was handed out after the first rotation refuses the second history, and the other way about.
    assert not verify(second, key=one).ok
    assert not verify(first, key=two).ok
    shutil.copy(first / ROTATIONS, tmp_path / "rotations")
    (first / ROTATIONS).write_bytes((second / ROTATIONS).read_bytes())
    assert not verify(first, key=old).ok
    both = read_links((tmp_path / "rotations").read_bytes()) + read_links((second / ROTATIONS).read_bytes())
    with pytest.raises(LogFault):
        Chain(keys.load(settings.ledger_key).verifier, both)
    stranger = Logbook(tmp_path / "stranger", signer=Signer.create(ORIGIN))
    stranger.add(5)
    stranger.publish()
    for key in (old, one, two):
        assert not verify(stranger.export(), key=key).ok


def _set_back(admin: psycopg.Connection, size: int) -> None:
    """Entries, rotations and checkpoints from `size` on are gone, as after a restore of an older table."""
    admin.execute("SET session_replication_role = replica")
    admin.execute("DELETE FROM ledger.rotation WHERE index >= %s", (size,))
    admin.execute("DELETE FROM ledger.checkpoint WHERE size > %s", (size,))
    admin.execute("DELETE FROM ledger.entry WHERE index >= %s", (size,))
    leaves = [bytes(leaf) for (leaf,) in admin.execute("SELECT leaf FROM ledger.entry ORDER BY index")]
    hashes = [leaf_hash(leaf) for leaf in leaves]
    admin.execute("UPDATE ledger.state SET size = %s, frontier = ledger.grown(0, '', %s::bytea[])", (size, hashes))
    admin.execute("SET session_replication_role = origin")
