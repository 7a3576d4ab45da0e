"""Witnesses, time-stamps, the clock, the slot: what the log makes of a world that is slow, absent, wrong or hostile."""

from __future__ import annotations

import json
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from tests.fault.test_ledger_sequencer import ORIGIN, emit, logged
from tests.unit.test_ledger_stamp import authority

from brightline.ledger import cosigning, stamping
from brightline.ledger import sequencer as seq
from brightline.ledger.asking import Endpoint
from brightline.ledger.cosigning import Cosigner, enlist
from brightline.ledger.keys import load
from brightline.ledger.note import COSIGNATURE, Signer, Verifier
from brightline.ledger.serving import Server
from brightline.ledger.verify import Wanted, verify
from brightline.ledger.witness import Witness
from brightline.model.errors import Conflict
from brightline.store import doctor, install

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
        checkpoint_seconds=0.2,
        poll_seconds=0.02,
    )


@pytest.fixture
def log(settings: seq.Settings) -> seq.Sequencer:
    return seq.Sequencer(settings)


@pytest.fixture
def servers(settings: seq.Settings, log: seq.Sequencer, tmp_path: Path) -> Iterator[list[Server]]:
    """Two witnesses, each on a port of its own."""
    trusted = [load(settings.ledger_key).verifier]
    made = []
    for n in range(2):
        folder = tmp_path / f"w{n}"
        witness = Witness(folder, Signer.create(f"w.example/{n}", COSIGNATURE), trusted)
        made.append(Server("127.0.0.1", 0, witness, folder))
        threading.Thread(target=made[-1].serve_forever, daemon=True).start()
    yield made
    for server in made:
        server.shutdown()
        server.server_close()


def asked(settings: seq.Settings, servers: list[Server], quorum: int) -> cosigning.Settings:
    endpoints = tuple(Endpoint(witness=Verifier.parse(s.witness.vkey), url=s.url) for s in servers)
    return cosigning.Settings(dsn=settings.dsn, folder=settings.folder, endpoints=endpoints, quorum=quorum)


def checks(db, settings: seq.Settings) -> dict[str, doctor.Check]:
    return {check.name: check for check in doctor.database_checks(db.admin, db.server, install.Sources())}


def test_witnesses_cosign_each_checkpoint_and_doctor_says_so(db, admin, settings, log, servers) -> None:
    given = asked(settings, servers, 2)
    enlist(given)
    cosigners = [Cosigner(given, each) for each in given.endpoints]
    assert [each.once() for each in cosigners] == [0, 0]
    emit(admin)
    log.checkpoint()
    keys = [server.witness.vkey for server in servers]
    assert not verify(settings.folder, Wanted(key=log_key(settings), witnesses=keys)).ok
    assert [each.once() for each in cosigners] == [1, 1]
    assert [each.once() for each in cosigners] == [0, 0]
    for _ in range(300):
        emit(admin)
    log.checkpoint()
    assert [each.once() for each in cosigners] == [1, 1]
    log.checkpoint()
    report = verify(settings.folder, Wanted(key=log_key(settings), witnesses=keys, quorum=2))
    assert report.problems == []
    assert (report.witnessed, report.quorum) == (301, 2)
    health = seq.health(admin)
    assert (health["witnessed"], health["quorum"], health["ok"]) == (301, 2, True)
    assert [(w["name"], w["size"], w["fault"]) for w in health["witnesses"]] == [
        ("w.example/0", 301, None),
        ("w.example/1", 301, None),
    ]
    found = checks(db, settings)
    assert found["ledger.witness w.example/0"].ok
    assert "301 of 301" in found["ledger.witness w.example/0"].detail
    assert found["ledger.quorum"].ok
    # A second process that starts anew knows where each witness stands; a published folder that is lost, too.
    (settings.folder / "checkpoint").unlink()
    assert seq.Sequencer(settings).checkpoint().size == 301
    assert verify(settings.folder, Wanted(key=log_key(settings), witnesses=keys, quorum=2)).ok
    assert Cosigner(given, given.endpoints[0]).once() == 0


def log_key(settings: seq.Settings) -> str:
    return load(settings.ledger_key).verifier.vkey()


def test_a_witness_that_is_away_holds_up_nothing(db, admin, settings, log, servers) -> None:
    given = asked(settings, servers, 1)
    enlist(given)
    emit(admin)
    log.checkpoint()
    gone = Cosigner(given, Endpoint(witness=given.endpoints[0].witness, url="http://127.0.0.1:1"))
    clock = iter([0.0, 0.0, 0.5, 1.5, 1.5, 3.0])
    assert gone.once(lambda: next(clock)) == 0
    assert gone.once(lambda: next(clock)) == 0
    assert gone.once(lambda: next(clock)) == 0
    emit(admin)
    assert log.checkpoint().size == 2
    health = seq.health(admin)
    assert health["ok"]
    assert "reached" in health["witnesses"][0]["fault"]
    found = checks(db, settings)
    assert not found["ledger.witness w.example/0"].ok
    assert found["ledger.witness w.example/0"].severity == "warning"
    # The other alone makes the quorum of one.
    assert Cosigner(given, given.endpoints[1]).once() == 1
    assert seq.health(admin)["witnessed"] == 2
    # One that is no longer named is no longer told of, and its cosignatures stay.
    enlist(asked(settings, servers[1:], 1))
    assert [w["name"] for w in seq.health(admin)["witnesses"]] == ["w.example/1"]


def test_rule_52_a_split_view_shows_at_the_witness(db, admin, settings, log, servers) -> None:
    """The operator sets the table back and lets another history grow; with his key it holds by itself, but the
    witness has seen the first one: it refuses, doctor fails, and the alarm stands on the overseer's page."""
    given = asked(settings, servers[:1], 1)
    enlist(given)
    cosigner = Cosigner(given, given.endpoints[0])
    for _ in range(4):
        emit(admin)
    log.checkpoint()
    assert cosigner.once() == 1
    admin.execute("SET session_replication_role = replica")
    for table in ("cosignature", "checkpoint", "entry"):
        admin.execute(f"DELETE FROM ledger.{table}")
    admin.execute("UPDATE ledger.state SET size = 0, frontier = ''")
    admin.execute("SET session_replication_role = origin")
    for path in sorted(settings.folder.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    for _ in range(6):
        emit(admin)
    rewritten = seq.Sequencer(settings)
    rewritten.checkpoint()
    assert verify(settings.folder, key=log_key(settings)).ok
    assert Cosigner(given, given.endpoints[0]).once() == 0
    health = seq.health(admin)
    assert not health["ok"]
    assert "another history" in health["alarms"][0]
    check = checks(db, settings)["ledger.witness w.example/0"]
    assert (check.ok, check.severity) == (False, "error")
    report = verify(settings.folder, Wanted(key=log_key(settings), witnesses=[servers[0].witness.vkey]))
    assert [p.kind for p in report.problems] == ["witness"]


def test_no_quorum_for_long_is_an_alarm(db, admin, settings, log, servers) -> None:
    enlist(asked(settings, servers, 2))
    emit(admin)
    log.checkpoint()
    assert seq.health(admin)["ok"]
    admin.execute("SET session_replication_role = replica")
    admin.execute("UPDATE ledger.checkpoint SET at = at - interval '20 minutes'")
    assert "no 2 witnesses" in seq.health(admin)["alarms"][0]


def timed(conn: psycopg.Connection, time: str, *, transactional: bool = False) -> None:
    conn.execute(
        "SELECT line.emit(gen_random_uuid(), %s::jsonb, '{}'::jsonb, %s, %s)",
        (json.dumps({"time": time, "act": "search", "outcome": "ok"}), transactional, not transactional),
    )


def test_a_clock_that_was_set_back_is_noted_and_the_order_stays(db, admin, settings, log) -> None:
    times = ["10:00:00", "10:00:30", "09:59:45", "09:00:00", "09:00:01", "10:00:40", "nonsense"]
    for at in times:
        timed(admin, f"2026-03-01T{at}.000000Z")
    with admin.transaction():
        # A change states when it began, and is written when it ends.
        timed(admin, "2026-03-01T08:00:00.000000Z", transactional=True)
    log.checkpoint()
    rows = admin.execute("SELECT act, lsn FROM ledger.entry ORDER BY index").fetchall()
    assert [row[0] for row in rows] == ["search"] * 3 + ["clock"] + ["search"] * 5
    told = admin.execute("SELECT convert_from(body, 'UTF8') FROM ledger.entry WHERE index = 3").fetchone()
    body = json.loads(told[0])
    assert (body["from"], body["to"]) == ("2026-03-01T10:00:30.000000Z", "2026-03-01T09:00:00.000000Z")
    assert "the clock went back" in seq.health(admin)["alarms"][0]
    # It is remembered over a restart, and said once for each time.
    timed(admin, "2026-03-01T10:00:41.000000Z")
    timed(admin, "2026-03-01T08:00:00.000000Z")
    timed(admin, "2026-03-01T08:00:01.000000Z")
    seq.Sequencer(settings).drain()
    count = admin.execute("SELECT count(*) FROM ledger.entry WHERE act = 'clock'").fetchone()[0]
    assert count == 2


def test_a_slot_that_is_gone_or_lags_is_an_alarm_of_doctor(db, admin, settings, log) -> None:
    emit(admin)
    log.drain()
    assert checks(db, settings)["ledger.slot"].ok
    assert checks(db, settings)["ledger.lag"].ok
    limit, doctor.LARGEST_LAG_BYTES = doctor.LARGEST_LAG_BYTES, 1 << 16
    try:
        for _ in range(200):
            emit(admin, words="x" * 1000)
        lagging = checks(db, settings)["ledger.lag"]
    finally:
        doctor.LARGEST_LAG_BYTES = limit
    assert not lagging.ok
    assert "worker" in lagging.detail
    log.drain()
    admin.execute("SELECT pg_drop_replication_slot(%s)", (db.slot,))
    gone = checks(db, settings)["ledger.slot"]
    assert (gone.ok, gone.severity) == (False, "error")
    assert "missing" in seq.health(admin)["alarms"][0]


def test_a_slot_made_without_failover_is_said_and_mended_where_it_stands(db, admin, settings, log) -> None:
    """As a former version made it: with entries that nobody has read yet. `up` changes it in place, none is lost."""
    log.drain()
    admin.execute("SELECT pg_drop_replication_slot(%s)", (db.slot,))
    admin.execute("SELECT pg_create_logical_replication_slot(%s, 'pgoutput')", (db.slot,))
    log.drain()
    before = len(logged(admin))
    assert checks(db, settings)["ledger.slot"].ok
    told = checks(db, settings)["ledger.failover"]
    assert (told.ok, told.severity) == (False, "warning")
    assert "brightline up" in told.detail
    entries = [emit(admin) for _ in range(3)]
    stands = "SELECT confirmed_flush_lsn, failover FROM pg_replication_slots WHERE slot_name = %s"
    at = admin.execute(stands, (db.slot,)).fetchone()[0]
    install.up(db.server)
    assert admin.execute(stands, (db.slot,)).fetchone() == (at, True)
    assert checks(db, settings)["ledger.failover"].ok
    log.drain()
    assert len(logged(admin)) == before + len(entries)
    assert not install.let_fail_over(admin, db.admin_dsn)


def test_a_slot_that_is_held_is_waited_for_and_then_said(db, admin) -> None:
    admin.execute("SELECT pg_drop_replication_slot(%s)", (db.slot,))
    admin.execute("SELECT pg_create_logical_replication_slot(%s, 'pgoutput')", (db.slot,))
    with closing(psycopg.connect(db.admin_dsn, autocommit=True, replication="database")) as holder:
        names = f"proto_version '1', publication_names '{install.PUBLICATION}'"
        holder.pgconn.exec_(f'START_REPLICATION SLOT "{db.slot}" LOGICAL 0/0 ({names})'.encode())
        with pytest.raises(Conflict, match="in use") as caught:
            install.let_fail_over(admin, db.admin_dsn, patience=0.3)
    assert "brightline up" in caught.value.hint


def test_two_sequencers_at_once_write_each_entry_once(db, admin, settings) -> None:
    """Both run as they would in two processes; whoever has the turn works, the other is refused and comes back."""
    stop = threading.Event()
    threads = [threading.Thread(target=seq.Sequencer(settings).run, args=(stop,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        entries = []
        for _ in range(60):
            entries.append(emit(admin))
            time.sleep(0.01)
        until = time.monotonic() + 60
        while time.monotonic() < until and len(logged(admin)) < len(entries):
            time.sleep(0.1)
    finally:
        stop.set()
        for thread in threads:
            thread.join(40)
    assert logged(admin) == entries
    seq.Sequencer(settings).checkpoint()
    assert verify(settings.folder, key=log_key(settings)).ok


def test_checkpoints_are_stamped_now_and_then_and_a_failure_is_told(db, admin, settings, log, tmp_path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl isn't here to play the authority")
    answer = authority(tmp_path / "tsa")
    roots = (tmp_path / "tsa" / "root.pem").read_bytes()
    given = stamping.Settings(dsn=settings.dsn, url="https://tsa.example", authority=roots, seconds=3600)

    def away(_url: str, _request: bytes) -> bytes:
        raise OSError("away")

    assert stamping.Stamper(given, answer).once() == 0
    emit(admin)
    log.checkpoint()
    broken = stamping.Stamper(given, away)
    assert broken.once() == 0
    assert broken.once() == 0
    assert seq.health(admin)["stamping"] == "the authority can't be reached"
    check = checks(db, settings)["ledger.timestamp"]
    assert (check.ok, check.severity) == (False, "warning")
    assert seq.health(admin)["ok"]
    assert stamping.Stamper(given, answer).once() == 1
    health = seq.health(admin)
    assert (health["stamped"], health["stamping"]) == (1, None)
    assert checks(db, settings)["ledger.timestamp"].ok
    # Not before its time, and then only if there is something new.
    emit(admin)
    log.checkpoint()
    assert stamping.Stamper(given, answer).once() == 0
    hurry = stamping.Settings(dsn=settings.dsn, url="https://tsa.example", authority=roots, seconds=0)
    assert stamping.Stamper(hurry, answer).once() == 1
    assert stamping.Stamper(hurry, answer).once() == 0
    assert admin.execute("SELECT array_agg(size ORDER BY size) FROM ledger.stamp").fetchone() == ([1, 2],)
