"""Whether the log goes on: the worker's heartbeat, what health says of it, acts that stop when it doesn't."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb
from tests.fault.test_ledger_sequencer import emit
from tests.world import World, small_world

from brightline.gate import Gate
from brightline.ledger import sequencer as seq
from brightline.model.errors import NotRunning
from brightline.worker.parts import Heart, Parts

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
        origin="brightline.local/test",
        checkpoint_seconds=0.2,
        poll_seconds=0.02,
    )


@pytest.fixture
def world(db) -> World:
    @contextmanager
    def as_role(role: str) -> Iterator[psycopg.Connection[Any]]:
        with psycopg.connect(db.dsn(role), autocommit=True) as connection:
            yield connection

    gate = Gate(connect=lambda: as_role("brightline_app"), policy=lambda: as_role("brightline_policy"))
    return small_world(db.admin, gate)


def beat(db, process: int = 1, **ages: float | None) -> None:
    parts = [{"part": name, "begun": 100.0, "seen": age} for name, age in ages.items()]
    with psycopg.connect(db.dsn("brightline_sequencer"), autocommit=True) as conn:
        conn.execute("SELECT ledger.beat(%s, %s)", (process, Jsonb(parts)))


def turn(db) -> None:
    """All that waits is in the table, and the database knows when that was."""
    with psycopg.connect(db.dsn("brightline_sequencer"), autocommit=True) as conn:
        for _ in range(50):
            if not conn.execute("SELECT more FROM ledger.integrate(2000, 1 << 26)").fetchone()[0]:
                return
    raise AssertionError("there is always more")


def pulse(db) -> dict[str, Any]:
    with psycopg.connect(db.dsn("brightline_policy"), autocommit=True) as conn:
        return conn.execute("SELECT line.log_pulse()").fetchone()[0]


def stood_still(admin: psycopg.Connection, minutes: int) -> None:
    admin.execute("UPDATE ledger.alive SET at = clock_timestamp() - make_interval(mins => %s)", (minutes,))


def test_f1_an_entry_that_waits_for_a_minute_is_an_alarm_however_small(db, admin, settings) -> None:
    log = seq.Sequencer(settings)
    emit(admin)
    log.checkpoint()
    beat(db, sequencer=0.1, heart=0.1)
    assert seq.health(admin)["failing"] == []
    assert pulse(db)["ledger"] == "ok"
    emit(admin)
    admin.execute("UPDATE ledger.state SET seen = clock_timestamp() - interval '61 seconds'")
    beat(db, sequencer=61.0, heart=0.1)
    told = seq.health(admin)
    # Far from the lag that is an alarm by itself; other tests on this server write meanwhile.
    assert not any("MB behind" in each for each in told["failing"]), told["failing"]
    assert not told["ok"]
    assert any("entries wait" in each for each in told["failing"]), told["failing"]
    assert pulse(db)["ledger"] == "failing"
    log.checkpoint()
    beat(db, sequencer=0.1, heart=0.1)
    assert pulse(db)["ledger"] == "ok"


def test_f1_a_worker_that_is_silent_is_an_alarm(db, admin, settings) -> None:
    seq.Sequencer(settings).checkpoint()
    assert pulse(db)["worker"] == "starting"
    beat(db, sequencer=0.0)
    assert pulse(db)["worker"] == "ok"
    admin.execute("UPDATE ledger.heartbeat SET told = told - interval '61 seconds'")
    assert pulse(db)["worker"] == "failing"
    assert any("worker was last seen" in each for each in seq.health(admin)["failing"])


def test_a_part_whose_every_turn_fails_is_told(db, admin, settings) -> None:
    seq.Sequencer(settings).checkpoint()
    parts = Parts(threading.Event())

    def broken() -> int:
        raise ValueError("a secret word")

    parts.again("misuse", broken, 0.01)
    parts.part("sequencer").turned()
    until = time.monotonic() + 10
    while parts.part("misuse").failing is None and time.monotonic() < until:
        time.sleep(0.01)
    assert Heart(settings.dsn, parts).once() == 2
    parts.stop.set()
    told = {part["part"]: part for part in seq.health(admin)["parts"]}
    assert told["misuse"]["fault"] == "ValueError"
    assert told["sequencer"]["failing"] is None
    admin.execute("UPDATE ledger.heartbeat SET failing = failing - interval '6 minutes' WHERE failing IS NOT NULL")
    assert [each for each in seq.health(admin)["alarms"] if each.startswith("misuse has failed since")]


def test_f1_a_part_that_ends_by_itself_ends_its_process() -> None:
    ended: list[str] = []
    for act in (lambda: None, lambda: json.loads("[" * 100_000), lambda: (_ for _ in ()).throw(SystemExit(3))):
        parts = Parts(threading.Event(), end=lambda: ended.append("ended"))
        parts.start("sequencer", act).join(timeout=10)
    assert ended == ["ended"] * 3
    parts = Parts(threading.Event(), end=lambda: ended.append("ended"))
    parts.start("sequencer", parts.stop.wait)
    parts.stop.set()
    parts.threads[0].join(timeout=10)
    assert len(ended) == 3


def test_a_second_worker_does_not_speak_for_the_first(db, admin) -> None:
    beat(db, process=1, sequencer=0.1)
    beat(db, process=2, sequencer=None)
    assert admin.execute("SELECT process FROM ledger.heartbeat").fetchall() == [(1,)]
    admin.execute("UPDATE ledger.heartbeat SET told = told - interval '31 seconds'")
    beat(db, process=2, sequencer=None)
    assert admin.execute("SELECT process, seen FROM ledger.heartbeat").fetchall() == [(2, None)]


def test_f1_a_log_that_stands_still_takes_no_more_acts_and_says_so(db, admin, world) -> None:
    call = world.call("ana")
    turn(db)
    stood_still(admin, 9)
    assert world.gate.run(call, "whoami", {}).result["account"]
    stood_still(admin, 11)
    flushed = admin.execute("SELECT pg_current_wal_insert_lsn()").fetchone()
    with pytest.raises(NotRunning) as refused:
        world.gate.run(call, "whoami", {})
    assert refused.value.code == "log_stopped"
    assert "brightline doctor" in refused.value.hint
    assert flushed
    told = world.gate.run(call, "ledger_status", {}).result
    assert told["stopped"]
    assert any("acts have been refused since" in each for each in told["failing"])
    assert pulse(db)["ledger"] == "stopped"
    # A turn that was long ago is no sign of life; one of now is.
    beat(db, sequencer=31.0)
    with pytest.raises(NotRunning):
        world.gate.run(call, "whoami", {})
    beat(db, sequencer=0.5)
    assert world.gate.run(call, "whoami", {}).result["account"]


def test_the_sequencers_own_turns_keep_it_alive_and_a_lost_slot_does_not(db, admin, settings) -> None:
    parts = Parts(threading.Event())
    part = parts.part("sequencer")
    thread = parts.start("sequencer", lambda: seq.Sequencer(settings, turned=part.turned).run(parts.stop))
    try:
        emit(admin)
        until = time.monotonic() + 20
        while part.seen is None and time.monotonic() < until:
            time.sleep(0.05)
        Heart(settings.dsn, parts).once()
        before = admin.execute("SELECT at FROM ledger.alive").fetchone()[0]
        assert before is not None
        drop(admin)
        time.sleep(1.0)
        seen = part.seen
        time.sleep(1.5)
        assert part.seen == seen
    finally:
        parts.stop.set()
        thread.join(timeout=20)
    assert "renew" in " ".join(seq.health(admin)["failing"])


def drop(admin: psycopg.Connection) -> None:
    """The slot is gone, whoever reads it at the moment."""
    for _ in range(50):
        try:
            admin.execute("SELECT pg_drop_replication_slot(%s)", (seq.slot_name(admin.info.dbname),))
            return
        except psycopg.errors.ObjectInUse:
            time.sleep(0.1)
    raise AssertionError("the slot is in use all the time")


def test_a_clock_set_back_an_hour_neither_stops_acts_nor_keeps_a_dead_log_alive(db, admin, world) -> None:
    """`at` follows the clock back with the next beat, so that a log that dies then is found out in time."""
    admin.execute("UPDATE ledger.alive SET at = clock_timestamp() + interval '1 hour'")
    assert world.gate.run(world.call("ana"), "whoami", {}).result["account"]
    turn(db)
    beat(db, sequencer=0.0)
    late = admin.execute("SELECT at <= clock_timestamp() FROM ledger.alive").fetchone()
    assert late == (True,)
