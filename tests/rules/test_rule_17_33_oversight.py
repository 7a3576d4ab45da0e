"""Overseers read every log without asking anyone (33), and reading the log is itself in the log (17)."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast
from uuid import UUID, uuid4

import psycopg
import pytest
from tests.world import World, small_world

from brightline.gate import Call, Gate
from brightline.ledger import export, sequencer
from brightline.ledger.keys import load
from brightline.ledger.tiles import FolderTiles
from brightline.ledger.verify import verify
from brightline.model.errors import BadInput, Missing, Refused
from brightline.oversight import commands, queries
from brightline.stories.exporting import write_export

pytestmark = pytest.mark.database


@pytest.fixture(scope="module")
def world(module_db) -> World:
    @contextmanager
    def as_role(role: str) -> Iterator[psycopg.Connection[Any]]:
        with psycopg.connect(module_db.dsn(role), autocommit=True) as connection:
            yield connection

    gate = Gate(connect=lambda: as_role("brightline_app"), policy=lambda: as_role("brightline_policy"))
    return small_world(module_db.admin, gate)


@pytest.fixture(scope="module")
def log(module_db, tmp_path_factory: pytest.TempPathFactory) -> sequencer.Sequencer:
    home: Path = tmp_path_factory.mktemp("home")
    return sequencer.Sequencer(
        sequencer.Settings(
            dsn=module_db.dsn("brightline_sequencer"),
            folder=home / "ledger",
            ledger_key=home / "secrets" / "ledger.key",
            origin="brightline.local/test",
        )
    )


@pytest.fixture(scope="module")
def shown(world: World, log: sequencer.Sequencer) -> UUID:
    """An entity that ana was shown by an entered act, and cleo wasn't."""
    entity = uuid4()
    call = world.call("ana", "C-2026-0001")
    world.gate.compile(world.purposes["C-2026-0001"])
    world.db.execute(
        "SELECT line.leave(line.enter(%s, %s, %s, 'lab_view', 'view', '{\"q\": \"Maria Vega\"}', 'query',"
        " '{agent}', '{case}', true), %s)",
        (call.token, call.purpose, call.inquiry, json.dumps({"hit": 1, "_shown": [f"register-{entity.hex}"]})),
    )
    world.gate.run(world.call("ana"), "ledger_status")
    log.drain()
    return entity


def overseer(world: World) -> Call:
    return world.call("ines", "inspectorate/overseer")


def test_rule_33_an_overseer_reads_every_entry(world: World, log: sequencer.Sequencer, shown: UUID) -> None:
    found = queries.entries(world.gate, overseer(world), {"limit": 200}).result
    by_name = {(item["name"], item["outcome"]) for item in found["items"]}
    assert {("lab_view", "ok"), ("lab_view", "answer"), ("ledger_status", "ok")} <= by_name
    assert not found["more"]
    asked = next(item for item in found["items"] if (item["name"], item["outcome"]) == ("lab_view", "ok"))
    assert asked["account"] == "ana"
    assert asked["purpose"] == "C-2026-0001"
    assert asked["reason"].startswith("A reason written")
    assert asked["regime"] == "criminal"
    assert asked["body"] == "kept"
    assert "Maria Vega" not in json.dumps(found)
    one = queries.entry(world.gate, overseer(world), UUID(asked["entry"])).result
    assert one["body"]["params"] == {"q": "Maria Vega"}
    assert one["head"]["act"] == "view"
    assert len(one["head_salt"]) == 64


def test_rule_33_filters(world: World, shown: UUID) -> None:
    def names(**filters: object) -> set[str]:
        return {i["name"] for i in queries.entries(world.gate, overseer(world), filters).result["items"]}

    assert names(account="ana", act="view", outcome="answer") == {"lab_view", "ledger_status"}
    assert names(case="C-2026-0001") == {"lab_view"}
    assert names(regime="criminal") == {"lab_view"}
    assert names(unit="fraud", to="2020-01-01") == set()
    first = queries.entries(world.gate, overseer(world), {"limit": 1}).result
    assert first["more"]
    assert len(first["items"]) == 1
    for filters in ({"account": "nobody"}, {"case": "C-1"}, {"from": "soon"}, {"limit": "x"}, {"act": 5}):
        with pytest.raises(BadInput):
            queries.entries(world.gate, overseer(world), filters)


def who_saw(world: World, ids: list[str]) -> Any:
    return world.gate.run(overseer(world), "ledger_who_saw", {"ids": ids})


def test_who_saw_this_person(world: World, shown: UUID) -> None:
    found = who_saw(world, [f"register-{shown.hex}"]).result["items"]
    assert [(i["account"], i["outcome"], i["purpose"]) for i in found] == [("ana", "answer", "C-2026-0001")]
    assert found[0]["reason"].startswith("A reason written")
    assert who_saw(world, [str(uuid4())]).result["items"] == []
    with pytest.raises(BadInput):
        who_saw(world, ["x"])
    with pytest.raises(BadInput):
        who_saw(world, [])


def test_inquiries_with_their_reasons(world: World, shown: UUID) -> None:
    found = queries.inquiries(world.gate, overseer(world), {"account": "ana", "unit": "fraud"}).result["items"]
    assert found[-1]["acts"] == 1
    assert found[-1]["entries"] == 2
    assert found[-1]["purpose"] == "C-2026-0001"
    sample = queries.inquiries(world.gate, overseer(world), {"sample": 1}).result["items"]
    assert len(sample) == 1


def test_rule_17_reading_the_log_is_in_the_log(world: World, log: sequencer.Sequencer, shown: UUID) -> None:
    log.drain()
    count = "SELECT count(*) FROM ledger.entry WHERE act = 'read-log' AND name = 'ledger_who_saw'"
    before = world.db.execute(count).fetchone()
    who_saw(world, [shown.hex])
    log.drain()
    assert world.db.execute(count).fetchone()[0] == before[0] + 2


@pytest.mark.parametrize(
    "name", ["ledger_entries", "ledger_entry_show", "ledger_who_saw", "ledger_inquiries", "ledger_export"]
)
@pytest.mark.parametrize(("who", "purpose"), [
    ("ana", "C-2026-0001"), ("sam", "fraud/supervisor"), ("ada", "records/admin"), ("ana", "inspectorate/overseer"),
    ("ines", "C-2026-0001"), ("lou", "legal/approver"),
])  # fmt: skip
def test_rule_17_nobody_else_reads_the_log(world: World, name: str, who: str, purpose: str) -> None:
    with pytest.raises(Refused):
        world.gate.run(world.call(who, purpose), name, {"entry": str(uuid4()), "entity": uuid4().hex})


def test_bodies_need_an_inquiry(world: World, shown: UUID) -> None:
    bare = world.call("ines", "inspectorate/overseer", inquiry=False)
    assert queries.entries(world.gate, bare, {}).result["items"]
    for name in ("ledger_entry_show", "ledger_who_saw", "ledger_export"):
        with pytest.raises(Refused):
            world.gate.run(bare, name, {"index": 0, "entity": shown.hex})
    with pytest.raises(Missing):
        queries.entry(world.gate, overseer(world), uuid4())


def test_rule_33_an_overseer_exports_and_verifies_offline(
    world: World, log: sequencer.Sequencer, shown: UUID, tmp_path: Path
) -> None:
    kept = log.checkpoint()
    note = FolderTiles(log._settings.folder).checkpoint()
    queries.entries(world.gate, overseer(world), {})
    log.checkpoint()
    call = overseer(world)
    vkey = load(log._settings.ledger_key).verifier.vkey()
    rows = list(queries.rows(world.gate, call))
    history = queries.history(world.gate, call)
    export.write(tmp_path / "out", FolderTiles(log._settings.folder), rows, {"ledger": vkey}, history)
    report = verify(tmp_path / "out", key=vkey, since=note)
    assert report.problems == []
    assert report.size > kept.size
    assert (report.checked_entries, report.bodies) == (report.size, "checked")
    assert report.checkpoints == len(history) + 1


def test_an_export_is_of_what_its_pages_hold_though_a_checkpoint_follows(
    world: World, log: sequencer.Sequencer, shown: UUID, tmp_path: Path
) -> None:
    log.checkpoint()

    class Meanwhile:
        """The gate, and the sequencer at work between two pages."""

        def run(self, *asked: Any) -> Any:
            answer = world.gate.run(*asked)
            queries.entries(world.gate, overseer(world), {})
            log.checkpoint()
            return answer

    write_export(cast(Gate, Meanwhile()), overseer(world), FolderTiles(log._settings.folder), tmp_path / "out")
    report = verify(tmp_path / "out", key=load(log._settings.ledger_key).verifier.vkey())
    assert report.problems == []
    assert (report.checked_entries, report.bodies) == (report.size, "checked")


def test_a_checkpoint_on_demand(world: World, log: sequencer.Sequencer) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=log.run, args=(stop,))
    thread.start()
    try:
        asked = commands.checkpoint(world.gate, world.call("ana")).receipt.entry
        for _ in range(400):
            status = queries.status(world.gate, world.call("ana")).result
            row = world.db.execute("SELECT index FROM ledger.entry WHERE entry = %s", (asked,)).fetchone()
            if row and (status["checkpoint_size"] or 0) > row[0]:
                break
            stop.wait(0.05)
    finally:
        stop.set()
        thread.join(20)
    assert row is not None
    assert status["checkpoint_size"] > row[0]
    assert status["ok"]
    assert status["slot"] == "reserved"
