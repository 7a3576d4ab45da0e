"""Case data by the outbox, schedules under standing orders, exports under a purpose, lineage both ways."""

from __future__ import annotations

import csv
import hashlib
import json
import stat
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pyarrow.parquet as pq
import pytest
from tests.warehousing import Warehousing, warehousing

from brightline.gate import Call
from brightline.model.errors import BadInput, BrightlineError, Conflict, Missing, Refused
from brightline.model.ids import printed
from brightline.warehouse import commands, delta, queries

pytestmark = pytest.mark.database

CASE = "C-2026-0001"
OTHER = "C-2026-0002"


@pytest.fixture(scope="module")
def house(module_db: Any, tmp_path_factory: pytest.TempPathFactory) -> Warehousing:
    made = warehousing(module_db, tmp_path_factory.mktemp("flows"), sealed=True, schedule="15 2 * * *")
    world = made.feeds.world
    for key, unit, authority, regime, who in (
        (CASE, "fraud", "18-usc-1956", "criminal", "ana"),
        (OTHER, "labour", "29-usc-216", "civil", "cleo"),
    ):
        world.db.execute(
            "INSERT INTO cases.case_file (id, number, title, regime, authorities, predicate, unit, lead, made_by,"
            " state) VALUES (%s, %s, 'Harbour works', %s, %s, repeat('predicate ', 5), %s, %s, %s, 'open')",
            (world.cases[key], key, regime, [authority], unit, world.accounts[who], world.accounts[who]),
        )
    made.keeper.once()
    return made


def _entity(house: Warehousing, caption: str) -> UUID:
    found: UUID = house.one("SELECT entity FROM content.aspect WHERE caption = %s", caption)
    return found


def _item(house: Warehousing, caption: str, case: str = CASE) -> str:
    entity, account = _entity(house, caption), house.feeds.world.accounts["ana"]
    id = printed("register", entity)
    house.feeds.world.db.execute(
        "INSERT INTO cases.item (case_id, kind, object, printed, account) VALUES (%s, 'entity', %s, %s, %s)"
        " ON CONFLICT DO NOTHING",
        (house.feeds.world.cases[case], entity, id, account),
    )
    return id


# ------------------------------------------------------------------------------------ cases


def test_what_is_written_in_a_case_reaches_the_warehouse_with_its_marking(house):
    _item(house, "Rosa Quist")
    house.keeper.once()
    rows = delta.ask("SELECT * FROM read_parquet($files)", delta.files(house.tables.open("case")))
    assert {row["kind"] for row in rows} == {"case", "item"}
    assert all(row["regime"] and row["marking"] for row in rows)
    assert {row["case_number"] for row in rows} == {CASE, OTHER}
    assert {row["regime"] for row in rows} == {"criminal", "civil"}
    assert house.one("SELECT count(*) FROM warehouse.outbox") == 0


def test_a_row_without_a_marking_is_held_back_and_says_so(house):
    world = house.feeds.world
    draft = uuid4()
    world.db.execute(
        "INSERT INTO cases.case_file (id, number, title, regime, authorities, predicate, unit, lead, made_by)"
        " VALUES (%s, 'C-2026-0777', 'Never opened', 'criminal', '{18-usc-1956}', repeat('predicate ', 5),"
        " 'fraud', %s, %s)",
        (draft, world.accounts["ana"], world.accounts["ana"]),
    )
    house.keeper.once()
    assert "never opened" in house.one("SELECT held FROM warehouse.outbox WHERE object = %s", draft)
    rows = delta.ask("SELECT case_number FROM read_parquet($files)", delta.files(house.tables.open("case")))
    assert "C-2026-0777" not in {row["case_number"] for row in rows}
    world.db.execute("DELETE FROM warehouse.outbox")


# -------------------------------------------------------------------------------- schedules


def _schedule(house: Warehousing, name: str) -> dict[str, Any]:
    listed = house.feeds.world.run("stu", "records/steward", "schedule_list").result["schedules"]
    return next(one for one in listed if one["name"] == name)


def _due(house: Warehousing, name: str) -> None:
    """Reckoned, then made due a moment ago."""
    house.clock.tick()
    house.feeds.world.db.execute(
        "UPDATE warehouse.schedule SET next_run = date_trunc('minute', now()) WHERE name = %s", (name,)
    )


def test_a_feed_s_schedule_is_one_from_the_day_it_is_added(house):
    assert _schedule(house, "feed:people")["cron"] == "15 2 * * *"
    house.clock.tick(datetime(2026, 3, 1, 12, tzinfo=UTC))
    assert house.one("SELECT next_run FROM warehouse.schedule WHERE name = 'feed:people'") == datetime(
        2026, 3, 2, 2, 15, tzinfo=UTC
    )
    assert house.clock.tick() == 1
    (run,) = _schedule(house, "feed:people")["runs"]
    assert (run["state"], run["result"]) == ("done", "queued")
    assert run["lag"] > 0
    assert house.one("SELECT account_name FROM feed.run WHERE state = 'queued'") == "stu"
    assert house.clock.tick() == 0
    _due(house, "feed:people")
    assert house.clock.tick() == 1
    assert _schedule(house, "feed:people")["runs"][0]["state"] == "skipped"
    house.feeds.world.db.execute("DELETE FROM feed.run WHERE state = 'queued'")


def test_an_every_minute_flow_pauses_and_goes_on(house):
    gate, call = house.feeds.gate, house.feeds.call
    wanted = {"name": "each-minute", "kind": "flow", "target": "case-data", "cron": "* * * * *"}
    made = commands.schedule_add(gate, call, wanted).result
    assert made["state"] == "active"
    with pytest.raises(Conflict):
        commands.schedule_add(gate, call, wanted)
    house.clock.tick()
    following = house.one("SELECT next_run FROM warehouse.schedule WHERE name = 'each-minute'")
    assert timedelta(0) < following - datetime.now(UTC) <= timedelta(minutes=1)
    _due(house, "each-minute")
    assert house.clock.tick() == 1
    assert _schedule(house, "each-minute")["runs"][0]["state"] == "done"
    assert commands.schedule_pause(gate, call, "each-minute", paused=True).result["state"] == "paused"
    assert house.clock.tick() == 0
    with pytest.raises(Conflict):
        commands.schedule_pause(gate, call, "each-minute", paused=True)
    assert commands.schedule_pause(gate, call, "each-minute", paused=False).result["state"] == "active"


@pytest.mark.parametrize(
    ("change", "back", "why"),
    [
        ("UPDATE line.standing_order SET ended = now() WHERE id = %(order)s", None, "ended"),
        ("UPDATE line.standing_order SET expires = now() WHERE id = %(order)s", None, "expired"),
        (
            "UPDATE line.account SET state = 'disabled' WHERE name = 'stu'",
            "UPDATE line.account SET state = 'active' WHERE name = 'stu'",
            "disabled",
        ),
        (
            "UPDATE line.role_grant SET valid_to = now() WHERE role = 'steward'",
            "UPDATE line.role_grant SET valid_to = NULL WHERE role = 'steward'",
            "no longer",
        ),
        (
            "UPDATE line.purpose SET state = 'closed' WHERE key = 'records/steward'",
            "UPDATE line.purpose SET state = 'active' WHERE key = 'records/steward'",
            "purpose",
        ),
    ],
)
def test_a_standing_order_dies_with_itself_its_account_and_its_purpose(house, change, back, why):
    db = house.feeds.world.db
    name = f"dies-{uuid4().hex[:8]}"
    wanted = {"name": name, "kind": "flow", "target": "records", "cron": "* * * * *"}
    commands.schedule_add(house.feeds.gate, house.feeds.call, wanted)
    _due(house, name)
    order = house.one("SELECT standing_order FROM warehouse.schedule WHERE name = %s", name)
    call = Call(token=f"order:{order}", purpose="records/steward")
    house.clock._gate.run(call, "warehouse_flow", {"target": "records"})
    db.execute(change, {"order": order} if "%(" in change else None)
    try:
        with pytest.raises(Refused):
            house.clock._gate.run(call, "warehouse_flow", {"target": "records"})
        house.clock.tick()
        state, said = house.one("SELECT state, why FROM warehouse.schedule WHERE name = %s", name)
        assert state == "ended"
        assert why in said
    finally:
        if back:
            db.execute(back)
        db.execute("UPDATE warehouse.schedule SET state = 'active' WHERE name IN ('each-minute', 'feed:people')")


def test_an_order_opens_nothing_but_its_act_and_purpose_and_only_to_the_worker(house):
    order = house.one("SELECT standing_order FROM warehouse.schedule WHERE name = 'each-minute'")
    token = f"order:{order}"
    assert house.clock._gate.run(Call(token=token, purpose="records/steward"), "warehouse_flow", {"target": "records"})
    for purpose, act in (
        ("records/steward", "feed_refresh"),
        ("records/admin", "warehouse_flow"),
        (None, "whoami"),
        (CASE, "export_request"),
    ):
        with pytest.raises(Refused):
            house.clock._gate.run(Call(token=token, purpose=purpose), act, {"target": "records"})
    with pytest.raises(Refused):  # the web process, with an id that it read in a list
        house.feeds.gate.run(Call(token=token, purpose="records/steward"), "warehouse_flow", {"target": "records"})
    for bad in ("order:", "order:x", f"order:{uuid4()}", f"ORDER:{order}"):
        with pytest.raises(Refused):
            house.clock._gate.run(Call(token=bad, purpose="records/steward"), "warehouse_flow", {"target": "records"})


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "Not A Name"},
        {"kind": "shell"},
        {"cron": "61 * * * *"},
        {"cron": "@daily"},
        {"target": "everything"},
        {"name": ""},
        {"expires": "2020-01-01T00:00:00Z"},
        {"name": "x" * 200},
    ],
)
def test_what_is_no_schedule_is_refused(house, wrong):
    wanted = {"name": "wrong", "kind": "flow", "target": "records", "cron": "* * * * *", **wrong}
    with pytest.raises(BadInput):
        commands.schedule_add(house.feeds.gate, house.feeds.call, wanted)


def test_a_feed_of_another_regime_is_not_scheduled(house):
    world = house.feeds.world
    world.person("cora", ("labour", "steward"))
    wanted = {"name": "theirs", "kind": "feed", "target": "people", "cron": "* * * * *"}
    with pytest.raises(Missing):
        commands.schedule_add(house.feeds.gate, world.call("cora", "labour/steward"), wanted)
    listed = world.run("cora", "labour/steward", "schedule_list").result["schedules"]
    assert listed == []


# ---------------------------------------------------------------------------------- exports


def _exported(house: Warehousing, who: str = "ana", purpose: str = CASE, **wanted: Any) -> dict[str, Any]:
    call = house.feeds.world.call(who, purpose)
    asked = commands.export_request(house.feeds.gate, call, **wanted).result
    house.exporter.once()
    (found,) = queries.exports(house.feeds.gate, call, UUID(asked["id"])).result["exports"]
    return dict(found)


@pytest.mark.parametrize("format", ["csv", "parquet", "ftm"])
def test_an_export_holds_what_the_purpose_sees_of_its_items(house, format):
    rosa = _item(house, "Rosa Quist")
    _item(house, "Una Weld")  # sealed: an item of the case by an earlier clearance, unseen now
    export = _exported(house, format=format)
    assert export["state"] == "ready", export
    path = house.exporter.folder / f"{export['id']}.{'ftm.json' if format == 'ftm' else format}"
    content = path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert hashlib.sha256(content).hexdigest() == export["sha256"]
    if format == "csv":
        rows = list(csv.DictReader(content.decode().splitlines()))
        assert [json.loads(row["entities"])[0]["caption"] for row in rows] == ["Rosa Quist"]
        assert rows[0]["regime"] == "criminal"
    elif format == "parquet":
        assert pq.read_table(path).column("source_key").to_pylist() == ["1"]
    else:
        assert [json.loads(line)["id"] for line in content.decode().splitlines()] == [rosa]
    assert b"Una" not in content
    manifest = export["manifest"]
    assert manifest["tables"][0]["partitions"] == ["criminal"]
    assert manifest["left_out"] == 1
    assert manifest["entry"]


def test_only_partitions_that_the_purpose_sees_are_opened(house, monkeypatch):
    opened: list[str] = []
    own = delta.ask

    def ask(statement: str, paths: Any, *given: Any, **tables: Any) -> Any:
        opened.extend(paths)
        return own(statement, paths, *given, **tables)

    monkeypatch.setattr(delta, "ask", ask)
    _item(house, "Rosa Quist")
    assert _exported(house, format="csv")["state"] == "ready"
    assert opened
    assert all("/class=criminal/" in path for path in opened)


def test_an_export_is_its_owner_s_under_its_purpose(house):
    world = house.feeds.world
    _item(house, "Rosa Quist")
    export = _exported(house, format="csv")
    id = UUID(export["id"])
    assert queries.fetch(house.feeds.gate, world.call("ana", CASE), id).result["sha256"] == export["sha256"]
    for who, purpose in (("cleo", OTHER), ("sam", "fraud/supervisor"), ("stu", "records/steward")):
        with pytest.raises((Missing, Refused)):
            queries.fetch(house.feeds.gate, world.call(who, purpose), id)
    assert queries.exports(house.feeds.gate, world.call("cleo", OTHER)).result["exports"] == []
    world.db.execute("UPDATE line.agreement SET state = 'ended' WHERE source = 'register'")
    world.move()
    try:
        with pytest.raises(Refused, match="no longer sees"):
            queries.fetch(house.feeds.gate, world.call("ana", CASE), id)
    finally:
        world.db.execute("UPDATE line.agreement SET state = 'active' WHERE source = 'register'")
        world.move()


def test_nothing_but_items_of_the_case_is_exported(house):
    call = house.feeds.world.call("ana", CASE)
    other = printed("register", _entity(house, "Emil Tarn"))
    with pytest.raises(Missing):
        commands.export_request(house.feeds.gate, call, format="csv", items=[other])
    with pytest.raises(Missing):
        commands.export_request(house.feeds.gate, call, format="csv", items=["register-" + "0" * 32])
    with pytest.raises(BadInput):
        commands.export_request(house.feeds.gate, call, format="docx")
    with pytest.raises(BadInput):
        commands.export_request(house.feeds.gate, call, format="csv", items=["nobody"])
    with pytest.raises(Refused):
        commands.export_request(house.feeds.gate, house.feeds.world.call("cleo", OTHER), format="csv")
    with pytest.raises(Refused):
        commands.export_request(house.feeds.gate, house.feeds.world.call("ana", CASE, inquiry=False), format="csv")


def test_an_export_dies_with_whoever_asked(house):
    world = house.feeds.world
    call = world.call("ana", CASE)
    asked = commands.export_request(house.feeds.gate, call, format="csv").result
    world.db.execute("UPDATE line.case_member SET valid_to = now() WHERE account = %s", (world.accounts["ana"],))
    try:
        house.exporter.once()
        assert house.one("SELECT state FROM warehouse.export WHERE id = %s", asked["id"]) == "failed"
        assert not (house.exporter.folder / f"{asked['id']}.csv").exists()
    finally:
        world.db.execute("UPDATE line.case_member SET valid_to = NULL WHERE account = %s", (world.accounts["ana"],))


def test_the_web_process_can_open_and_close_no_export(house):
    call = house.feeds.world.call("ana", CASE)
    asked = commands.export_request(house.feeds.gate, call, format="csv").result
    with pytest.raises(Missing):
        house.feeds.gate.run(call, "export_open", {"id": asked["id"]})
    with pytest.raises(Missing):
        house.feeds.gate.run(call, "export_close", {"id": asked["id"], "file": f"{asked['id']}.csv", "manifest": {}})
    house.exporter.once()
    app = house.feeds.db.connect("brightline_app")
    for what in ("warehouse.work()", "warehouse.rows(gen_random_uuid())", "warehouse.export"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute(f"SELECT * FROM {what}")


def test_a_scheduled_export_runs_under_its_case(house):
    _item(house, "Rosa Quist")
    wanted = {"name": "nightly-export", "kind": "export", "target": "ftm", "cron": "15 2 * * *"}
    with pytest.raises(Refused):
        commands.schedule_add(house.feeds.gate, house.feeds.call, wanted)
    call = house.feeds.world.call("ana", CASE)
    assert commands.schedule_add(house.feeds.gate, call, wanted).result["purpose"] == CASE
    _due(house, "nightly-export")
    house.clock.tick()
    house.exporter.once()
    listed = queries.schedules(house.feeds.gate, call).result["schedules"]
    (schedule,) = [one for one in listed if one["name"] == "nightly-export"]
    assert (schedule["runs"][0]["state"], schedule["runs"][0]["result"]) == ("done", "ready")


# ---------------------------------------------------------------------------------- lineage


def test_lineage_goes_both_ways(house):
    world = house.feeds.world
    rosa = _item(house, "Rosa Quist")
    export = _exported(house, format="csv")
    found = queries.lineage(house.feeds.gate, world.call("ana", CASE), rosa).result
    (row,) = found["rows"]
    assert (row["source"], row["key"], row["version"], row["feed"]) == ("register", "1", 1, "people")
    assert row["delta_version"] == 1
    assert {"name": "name", "value": "Rosa Quist"} in row["properties"]
    assert [item["case"] for item in found["items"]] == [CASE]
    assert export["id"] in {one["id"] for one in found["exports"]}
    back = queries.lineage(house.feeds.gate, world.call("ana", CASE), "register:1").result
    assert [one["id"] for one in back["entities"]] == [rosa]
    assert export["id"] in {one["id"] for one in back["exports"]}
    one = queries.lineage(house.feeds.gate, world.call("ana", CASE), rosa, property="name", value="Rosa Quist").result
    assert [v["name"] for v in one["rows"][0]["properties"]] == ["name"]
    none = queries.lineage(house.feeds.gate, world.call("ana", CASE), rosa, property="name", value="Somebody").result
    assert none["rows"] == []


def test_lineage_shows_what_the_purpose_sees_and_no_more(house):
    world = house.feeds.world
    una = printed("register", _entity(house, "Una Weld"))
    absent = "register-" + uuid4().hex
    told = []
    for about in (una, absent, "register:3", "register:nothing"):
        with pytest.raises(Missing) as error:
            queries.lineage(house.feeds.gate, world.call("ana", CASE), about)
        told.append(str(error.value))
    assert len(set(told)) == 1
    rosa = _item(house, "Rosa Quist")
    try:
        seen = queries.lineage(house.feeds.gate, world.call("cleo", OTHER), rosa).result
    except BrightlineError:
        return
    assert seen["items"] == []
    assert seen["exports"] == []


def test_the_entry_of_an_export_holds_its_manifest(house):
    _item(house, "Rosa Quist")
    export = _exported(house, format="csv")
    rows = house.feeds.world.db.execute(
        "SELECT data FROM pg_logical_slot_peek_binary_changes(%s, NULL, NULL, 'proto_version', '1',"
        " 'publication_names', 'brightline_line', 'messages', 'true')",
        (house.feeds.db.slot,),
    ).fetchall()
    said = [bytes(data).decode("utf-8", "replace") for (data,) in rows if b"export_close" in bytes(data)]
    assert any(export["sha256"] in one and "standing_order" in one for one in said)
