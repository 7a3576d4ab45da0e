"""The sequencer against a real PostgreSQL: what reaches the log, in which order, once, whatever is killed."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest

from brightline.ledger import sequencer as seq
from brightline.ledger.checkpoint import open_checkpoint
from brightline.ledger.errors import SequencerFault
from brightline.ledger.keys import load
from brightline.ledger.leaf import Leaf
from brightline.ledger.proof import inclusion
from brightline.ledger.tiles import FolderTiles
from brightline.ledger.tree import leaf_hash
from brightline.ledger.verify import verify

pytestmark = pytest.mark.database

ORIGIN = "brightline.local/test"


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
        checkpoint_seconds=0.2,
        poll_seconds=0.02,
    )


@pytest.fixture
def sequencer(settings: seq.Settings) -> seq.Sequencer:
    return seq.Sequencer(settings)


def emit(conn: psycopg.Connection, *, transactional: bool = False, act: str = "search", **body: object) -> UUID:
    """One entry, as the line writes it."""
    entry = uuid4()
    head = {"time": "2026-03-01T10:00:00.000001Z", "act": act, "name": act, "outcome": "ok", "unit": "fraud"}
    conn.execute(
        "SELECT line.emit(%s, %s::jsonb, %s::jsonb, %s, %s)",
        (entry, json.dumps(head), json.dumps(body), transactional, not transactional),
    )
    return entry


def decided(admin: psycopg.Connection, certificate: UUID) -> None:
    """A purge that two people decided, with this certificate."""
    admin.execute(
        "INSERT INTO retention.purge (number, state, unit, reason, proposed_by, decided_by, decided, certificate)"
        " VALUES ('P-2026-' || lpad((random() * 999999)::int::text, 6, '0'), 'done', 'fraud', 'over',"
        " gen_random_uuid(), gen_random_uuid(), clock_timestamp(), %s)",
        (certificate,),
    )


def logged(admin) -> list[UUID]:
    return [row[0] for row in admin.execute("SELECT entry FROM ledger.entry ORDER BY index")]


def test_a_read_stays_and_a_write_shares_its_transactions_fate(db, admin, sequencer) -> None:
    conn = admin
    with conn.transaction(force_rollback=True):
        read = emit(conn)
        emit(conn, transactional=True, act="change")
    with conn.transaction():
        written = emit(conn, transactional=True, act="change")
        asked = emit(conn)
    assert sequencer.drain() == 3
    # A transactional entry takes its place where it commits, after the read that was made within.
    assert logged(admin) == [read, asked, written]


def test_savepoints_caught_exceptions_and_killed_backends_take_nothing_back(db, admin, sequencer) -> None:
    conn = admin
    with conn.transaction():
        conn.execute("SAVEPOINT s")
        first = emit(conn)
        conn.execute("ROLLBACK TO s")
    conn.execute("BEGIN")
    second = emit(conn)
    pid = conn.execute("SELECT pg_backend_pid()").fetchone()[0]
    admin = db.admin
    admin.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))
    assert sequencer.drain() == 2
    assert logged(admin) == [first, second]


def test_killed_between_insert_and_advance_nothing_is_doubled(db, admin, settings, monkeypatch) -> None:
    entries = [emit(admin) for _ in range(5)]
    broken = seq.Sequencer(settings)

    def killed(self: seq.Book) -> None:
        raise psycopg.OperationalError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(seq.Book, "advance", killed)
        with pytest.raises(psycopg.OperationalError):
            broken.drain()
    assert logged(admin) == entries
    entries.append(emit(admin))
    assert seq.Sequencer(settings).drain() == 1
    assert logged(admin) == entries


def test_killed_before_commit_everything_comes_again(db, admin, settings) -> None:
    entries = [emit(admin) for _ in range(3)]
    dying = db.connect("brightline_sequencer", autocommit=False)
    assert dying.execute("SELECT moved FROM ledger.integrate(2000, 1 << 26)").fetchone()[0] == 3
    (pid,) = dying.execute("SELECT pg_backend_pid()").fetchone()
    admin.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))
    assert logged(admin) == []
    assert seq.Sequencer(settings).drain() == 3
    assert logged(admin) == entries


def test_small_batches_keep_order_and_indexes_dense(db, admin, settings) -> None:
    conn = admin
    entries = []
    for n in range(40):
        with conn.transaction():
            entries += [emit(conn, transactional=n % 3 == 0) for _ in range(1 + n % 4)]
    small = seq.Sequencer(seq.Settings(**{f: getattr(settings, f) for f in settings.__slots__} | {"batch": 3}))
    assert small.drain() == len(entries)
    rows = admin.execute("SELECT index, entry, lsn FROM ledger.entry ORDER BY index").fetchall()
    assert [row[0] for row in rows] == list(range(len(entries)))
    assert {row[1] for row in rows} == set(entries)
    assert [row[2] for row in rows] == sorted(
        (row[2] for row in rows), key=lambda t: [int(x, 16) for x in t.split("/")]
    )


def test_what_is_filed_is_signed_while_more_waits(db, admin, settings, monkeypatch) -> None:
    """Where entries come faster than they are filed, a checkpoint comes all the same, of what is there by then."""
    monkeypatch.setattr(seq, "SIGN_UNDER_LOAD", 0.0)
    for _ in range(30):
        emit(admin)
    log = seq.Sequencer(seq.Settings(**{f: getattr(settings, f) for f in settings.__slots__} | {"batch": 3}))
    stop = threading.Event()
    running = threading.Thread(target=log.run, args=(stop,), daemon=True)
    running.start()
    until = time.monotonic() + 60
    while time.monotonic() < until and admin.execute("SELECT size FROM ledger.state").fetchone() != (30,):
        time.sleep(0.05)
    stop.set()
    running.join(30)
    sizes = [size for (size,) in admin.execute("SELECT size FROM ledger.checkpoint ORDER BY size")]
    assert len(sizes) > 2
    assert 0 < sizes[0] < 30
    assert verify(settings.folder).problems == []


def test_two_sequencers_never_share_a_turn(db, admin, sequencer, settings) -> None:
    emit(admin)
    holder = db.connect("brightline_sequencer", autocommit=False)
    holder.execute("SELECT ledger.hold()")
    with pytest.raises(SequencerFault, match="another sequencer"):
        sequencer.drain()
    holder.rollback()
    assert sequencer.drain() == 1


def test_a_message_that_is_no_entry_is_kept_and_named(db, admin, sequencer) -> None:
    admin.execute("SELECT pg_logical_emit_message(false, 'line', 'nonsense', true)")
    twin = emit(admin)
    content = admin.execute("SELECT head, head_salt FROM ledger.entry").fetchall()
    assert content == []
    admin.execute(
        'SELECT line.emit(%s, \'{"act": "search", "time": "x"}\'::jsonb, \'{}\'::jsonb, false, true)', (twin,)
    )
    admin.execute("SELECT pg_logical_emit_message(false, 'other', 'not ours', true)")
    assert sequencer.drain() == 3
    rows = admin.execute("SELECT act, convert_from(body, 'UTF8') FROM ledger.entry ORDER BY index").fetchall()
    assert [row[0] for row in rows] == ["malformed", "search", "malformed"]
    assert json.loads(rows[0][1])["content"] == b"nonsense".hex()
    assert json.loads(rows[2][1])["entry"] == str(twin)


def test_the_leaf_is_the_one_that_the_line_put_into_the_receipt(db, admin, sequencer) -> None:
    row = admin.execute(
        'SELECT encode(line.emit(gen_random_uuid(), \'{"act": "view"}\', \'{"a": "ü"}\', false, true), \'hex\')'
    ).fetchone()
    sequencer.drain()
    stored = admin.execute("SELECT leaf, entry FROM ledger.entry").fetchone()
    assert leaf_hash(bytes(stored[0])).hex() == row[0]
    assert Leaf.parse(bytes(stored[0])).entry == stored[1]


def test_checkpoint_publishes_what_the_verifier_accepts(db, admin, sequencer, settings) -> None:
    for _ in range(3):
        emit(admin)
    sequencer.checkpoint()
    for _ in range(300):
        emit(admin)
    checkpoint = sequencer.checkpoint()
    log = load(settings.ledger_key).verifier
    tiles = FolderTiles(settings.folder)
    assert open_checkpoint(tiles.checkpoint(), log) == checkpoint
    assert checkpoint.size == 303
    report = verify(settings.folder, key=log.vkey())
    assert report.ok
    assert report.checked_entries == 303
    assert inclusion(tiles, log, 302)["size"] == 303
    assert admin.execute("SELECT count(*) FROM ledger.checkpoint").fetchone()[0] == 2


def test_the_folder_is_made_again_from_the_table(db, admin, sequencer, settings) -> None:
    for _ in range(5):
        emit(admin)
    before = sequencer.checkpoint()
    (settings.folder / "tile/0/000.p/5").write_bytes(b"\x00" * 160)
    emit(admin)
    after = seq.Sequencer(settings).checkpoint()
    assert (before.size, after.size) == (5, 6)
    assert verify(settings.folder, key=load(settings.ledger_key).verifier.vkey()).ok
    for path in settings.folder.rglob("*"):
        if path.is_file():
            path.unlink()
    assert seq.Sequencer(settings).checkpoint() == after
    assert verify(settings.folder, key=load(settings.ledger_key).verifier.vkey()).ok


@pytest.mark.parametrize("step", ["extend", "add_checkpoint", "commit"])
def test_killed_while_signing_the_next_start_finishes(db, admin, settings, monkeypatch, step) -> None:
    emit(admin)
    seq.Sequencer(settings).checkpoint()
    for _ in range(600):
        emit(admin)
    owner = seq.Book if step == "add_checkpoint" else seq.Publisher

    def killed(*args: object) -> None:
        raise OSError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(owner, step, killed)
        with pytest.raises(OSError, match="killed"):
            seq.Sequencer(settings).checkpoint()
    vkey = load(settings.ledger_key).verifier.vkey()
    assert verify(settings.folder, key=vkey).size == 1
    assert seq.Sequencer(settings).checkpoint().size == 601
    assert verify(settings.folder, key=vkey).ok


def test_a_rewritten_table_is_never_signed(db, admin, sequencer, settings) -> None:
    for _ in range(4):
        emit(admin)
    sequencer.checkpoint()
    emit(admin)
    sequencer.drain()
    admin.execute("SET session_replication_role = replica")
    admin.execute("UPDATE ledger.entry SET leaf = (SELECT leaf FROM ledger.entry WHERE index = 1) WHERE index = 2")
    for path in (settings.folder / "tile").rglob("*"):
        if path.is_file():
            path.unlink()
    with pytest.raises(SequencerFault):
        seq.Sequencer(settings).checkpoint()


def test_a_table_set_back_is_never_signed(db, admin, sequencer, settings) -> None:
    emit(admin)
    sequencer.checkpoint()
    admin.execute("SET session_replication_role = replica")
    admin.execute("DELETE FROM ledger.entry")
    admin.execute("DELETE FROM ledger.checkpoint")
    admin.execute("UPDATE ledger.state SET size = 0, frontier = ''")
    with pytest.raises(SequencerFault, match="set back"):
        seq.Sequencer(settings).checkpoint()


def test_a_lost_slot_stops_the_log_and_a_new_one_leaves_a_gap(db, admin, sequencer, settings) -> None:
    emit(admin)
    sequencer.drain()
    admin.execute("SELECT pg_drop_replication_slot(%s)", (db.slot,))
    emit(admin)
    with pytest.raises(SequencerFault, match="missing"):
        sequencer.drain()
    assert not seq.health(admin)["ok"]
    with pytest.raises(SequencerFault, match="lost"):
        seq.create_slot(db.admin_dsn)
    assert seq.create_slot(db.admin_dsn, replace=True)
    kept = emit(admin)
    sequencer.drain()
    acts = [row[0] for row in admin.execute("SELECT act FROM ledger.entry ORDER BY index")]
    assert acts == ["search", "gap", "search"]
    assert logged(admin)[-1] == kept
    assert seq.health(admin)["ok"]


def test_run_works_until_told_to_stop_and_answers_wishes(db, admin, settings) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=seq.Sequencer(settings).run, args=(stop,))
    thread.start()
    try:
        entry = emit(admin)
        admin.execute("SELECT ledger.ask_checkpoint()")
        until = time.monotonic() + 20
        while time.monotonic() < until and seq.health(admin)["checkpoint_size"] != 1:
            time.sleep(0.05)
        health = seq.health(admin)
    finally:
        stop.set()
        thread.join(20)
    assert health["checkpoint_size"] == 1
    assert health["ok"]
    assert health["origin"] == ORIGIN
    assert logged(admin) == [entry]


def test_rows_are_only_added(db, admin, sequencer, settings) -> None:
    emit(admin)
    sequencer.checkpoint()
    for role in ("brightline_sequencer", "admin"):
        conn = admin if role == "admin" else db.connect(role)
        for order in (
            "UPDATE ledger.entry SET act = 'view'",
            "UPDATE ledger.entry SET body = NULL, body_salt = NULL, shown = NULL",
            "DELETE FROM ledger.entry",
            "TRUNCATE ledger.entry CASCADE",
            "DELETE FROM ledger.checkpoint",
            "UPDATE ledger.checkpoint SET size = 9",
        ):
            with pytest.raises(psycopg.Error):
                conn.execute(order)
    for role in ("brightline_app", "brightline_worker", "brightline_feed", "brightline_overseer", "brightline_policy"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            db.connect(role).execute("SELECT * FROM ledger.entry")


def test_rule_50_a_purge_destroys_bodies_and_keeps_the_log_consistent(db, admin, sequencer, settings) -> None:
    shown = uuid4()
    gone = emit(admin, params={"q": "Maria Vega"}, shown=[f"register-{shown.hex}"], account=str(uuid4()))
    kept = emit(admin, params={"q": "something else"})
    before = sequencer.checkpoint()
    certificate = emit(admin, transactional=True, act="purge", entries=[str(gone)])
    decided(admin, certificate)
    sequencer.checkpoint()
    rows = dict(admin.execute("SELECT entry, (body, body_salt, shown, account) IS NULL FROM ledger.entry").fetchall())
    assert rows == {gone: True, kept: False, certificate: False}
    vkey = load(settings.ledger_key).verifier.vkey()
    report = verify(
        settings.folder,
        key=vkey,
        since=admin.execute("SELECT note FROM ledger.checkpoint WHERE size = %s", (before.size,)).fetchone()[0],
    )
    assert report.ok
    # The certificate itself can't be purged: missing bodies are valid only through it.
    decided(admin, emit(admin, transactional=True, act="purge", entries=[str(certificate)]))
    sequencer.drain()
    assert admin.execute("SELECT body IS NOT NULL FROM ledger.entry WHERE entry = %s", (certificate,)).fetchone()[0]
