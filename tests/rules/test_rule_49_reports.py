"""Figures count over the heads of the log, the same for the same past moment (49); reasons are sampled (40)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from tests.world import World, small_world

from brightline.gate import Call, Gate
from brightline.ledger import sequencer
from brightline.model.errors import BadInput, Conflict, Missing, Refused
from brightline.oversight import queries, recount
from brightline.oversight.definitions import registry
from brightline.oversight.reports import as_csv, as_html, digest

pytestmark = pytest.mark.database


@pytest.fixture(scope="module")
def world(module_db: Any) -> World:
    @contextmanager
    def as_role(role: str) -> Iterator[psycopg.Connection[Any]]:
        with psycopg.connect(module_db.dsn(role), autocommit=True) as connection:
            yield connection

    gate = Gate(connect=lambda: as_role("brightline_app"), policy=lambda: as_role("brightline_policy"))
    world = small_world(module_db.admin, gate)
    titles = {
        "ana": "Ana Corwen",
        "cleo": "Cleo Marchbanks",
        "sam": "Sam Thorne",
        "ines": "Ines Quist",
        "stu": "Stu Ferrow",
    }
    for name, title in titles.items():
        world.db.execute("UPDATE line.account SET title = %s WHERE name = %s", (title, name))
    return world


@pytest.fixture(scope="module")
def log(module_db: Any, tmp_path_factory: pytest.TempPathFactory) -> sequencer.Sequencer:
    home: Path = tmp_path_factory.mktemp("home")
    return sequencer.Sequencer(
        sequencer.Settings(
            dsn=module_db.dsn("brightline_sequencer"),
            folder=home / "ledger",
            ledger_key=home / "secrets" / "ledger.key",
            origin="brightline.local/test",
        )
    )


def overseer(world: World) -> Call:
    return world.call("ines", "inspectorate/overseer")


def act(world: World, who: str, purpose: str, name: str, kind: str, counts: Any, params: Any = None) -> None:
    """An act with its head and body as any installed function would enter them."""
    call = world.call(who, purpose)
    world.gate.compile(world.purposes[purpose])
    world.db.execute(
        "SELECT line.leave(line.enter(%s, %s, %s, %s, %s, %s, %s, '{agent,approver}', '{case,desk}', false), %s)",
        (call.token, purpose, call.inquiry, name, kind, json.dumps(params or {}),
         "query" if kind in ("search", "view") else "command", json.dumps({"_count": counts})),
    )  # fmt: skip


@pytest.fixture(scope="module")
def past(world: World, log: sequencer.Sequencer) -> datetime:
    """A quarter's work, signed; the moment just after it."""
    act(
        world,
        "ana",
        "C-2026-0001",
        "crossing_request",
        "crossing",
        {"crossing": "X-2026-0001", "from": ["civil"], "to": "criminal"},
    )
    act(world, "ana", "C-2026-0001", "crossing_request", "crossing",
        {"crossing": "X-2026-0002", "from": ["civil", "regulatory"], "to": "criminal"})  # fmt: skip
    act(world, "lou", "legal/approver", "crossing_approve", "crossing",
        {"crossing": "X-2026-0001", "from": ["civil"], "to": "criminal", "days": 1.5})  # fmt: skip
    act(world, "lou", "legal/approver", "crossing_deny", "crossing",
        {"crossing": "X-2026-0002", "from": ["civil", "regulatory"], "to": "criminal", "days": 4})  # fmt: skip
    for n in range(7):
        act(world, "ana", "C-2026-0001", "search_find", "search", 3, {"q": f"quillon {n}"})
    for n, who in enumerate(("cleo", "cleo", "ana")):
        purpose = "C-2026-0002" if who == "cleo" else "C-2026-0001"
        arrests = {"civil": {"targeted": 1, "collateral": 2}} if n else {"criminal": {"targeted": 0, "collateral": 1}}
        act(world, who, purpose, "encounter_add", "change", {"encounters": 1, "arrests": arrests})
    act(world, "ana", "C-2026-0001", "case_hours_add", "change", {"minutes": 90})
    act(world, "cleo", "C-2026-0002", "case_hours_add", "change", {"minutes": 120})
    act(world, "cleo", "C-2026-0002", "case_hours_void", "change", {"minutes": -30})
    act(
        world, "ana", "C-2026-0001", "operation_cost_add", "change", {"spend": {"criminal": 250.5}, "over_budget": True}
    )
    with pytest.raises(Refused):
        world.gate.run(world.call("ana", "C-2026-0002"), "case_list", {})
    log.checkpoint()
    return datetime.now(UTC)


def rows(document: dict[str, Any], key: str) -> dict[tuple[str, ...], float]:
    figure = next(f for f in document["figures"] if f["key"] == key)
    return {tuple(row["cell"]): row["value"] for row in figure["rows"]}


def run(world: World, name: str, **more: Any) -> dict[str, Any]:
    published = more.pop("published", False)
    moments = queries.Moments(**more)
    found: dict[str, Any] = queries.report(world.gate, overseer(world), name, moments, published=published).result
    return found


def test_rule_49_the_same_report_at_the_same_past_moment_has_the_same_hash(
    world: World, log: sequencer.Sequencer, past: datetime
) -> None:
    first = run(world, "overview", as_of=past)
    assert first["sha256"] == digest(first)
    act(
        world,
        "ana",
        "C-2026-0001",
        "crossing_request",
        "crossing",
        {"crossing": "X-2026-0009", "from": ["civil"], "to": "criminal"},
    )
    for n in range(3):
        act(world, "ana", "C-2026-0001", "search_find", "search", 3, {"q": f"later {n}"})
    log.checkpoint()
    assert run(world, "overview", as_of=past) == first
    assert first["ledger"]["size"] > 0
    assert first["definitions"]["version"] == registry().version
    assert run(world, "crossings")["sha256"] != run(world, "crossings", as_of=past)["sha256"]


def test_rule_49_figures_survive_the_purge_of_bodies(world: World, log: sequencer.Sequencer, past: datetime) -> None:
    before = run(world, "overview", as_of=past)
    named = world.db.execute("SELECT array_agg(entry::text) FROM ledger.entry WHERE act <> 'purge'").fetchone()[0]
    nulls = "null, " * 9
    ctx = f"row(null, %s, 'ines', {nulls}now(), 'lab', 'purge', 'command', '{{}}', null)"
    certificate = uuid4()
    world.db.execute(
        "INSERT INTO retention.purge (number, state, unit, reason, proposed_by, decided_by, decided, certificate)"
        " VALUES ('P-2026-0011', 'done', 'fraud', 'over', gen_random_uuid(), gen_random_uuid(), now(), %s)",
        (certificate,),
    )
    world.db.execute(
        f"SELECT line.emit(%s, line.head({ctx}::line.context, 'ok', '{{}}'), %s, true, false)",
        (certificate, world.accounts["ines"], json.dumps({"entries": named})),
    )
    log.checkpoint()
    assert world.db.execute("SELECT count(*) FROM ledger.entry WHERE body IS NULL").fetchone()[0] >= len(named)
    assert run(world, "overview", as_of=past) == before


def test_figures_say_what_was_done(world: World, past: datetime) -> None:
    found = run(world, "overview", as_of=past)
    assert rows(found, "crossings_requested") == {("civil", "criminal"): 2, ("regulatory", "criminal"): 1}
    assert rows(found, "crossings_decided")[("crossing_deny", "regulatory", "criminal")] == 1
    assert rows(found, "crossings_days") == {(): 2.75}
    assert rows(found, "arrests") == {
        ("civil", "collateral"): 4,
        ("civil", "targeted"): 2,
        ("criminal", "collateral"): 1,
    }
    assert rows(found, "hours") == {("civil",): 1.5, ("criminal",): 1.5}
    assert rows(found, "money") == {("criminal",): 250.5}
    assert rows(found, "over_budget") == {(): 1}
    assert rows(run(world, "activity", as_of=past), "searches") == {("criminal", "fraud"): 7}
    assert sum(rows(run(world, "activity", as_of=past), "refusals").values()) == 1


def test_rule_49_an_exported_log_gives_the_same_figures(world: World, past: datetime) -> None:
    """Counted again in Python over the exported heads alone, figure by figure."""
    exported = list(queries.rows(world.gate, overseer(world)))
    for name in registry().reports:
        wanted = [registry().figures[key].terms(key) for key in registry().reports[name].figures]
        given = {"figures": wanted, "as_of": past.isoformat()}
        counted = world.gate.run(overseer(world), "oversight_figures", given).result
        below = [row for row in exported if row.index < counted["size"]]
        for key in registry().reports[name].figures:
            again = recount.count(below, registry().figures[key].terms(key), since=None, until=past)
            assert again == sorted(counted["figures"][key], key=lambda row: row["cell"]), key


def test_rule_49_a_report_is_of_a_past_moment(world: World, past: datetime) -> None:
    with pytest.raises(BadInput):
        run(world, "overview", as_of=datetime.now(UTC) + timedelta(days=1))
    with pytest.raises(Conflict):
        run(world, "overview", as_of=datetime(2020, 1, 1, tzinfo=UTC))
    with pytest.raises(BadInput):
        run(world, "overview", as_of=past, since=past + timedelta(days=1))
    with pytest.raises(Missing):
        run(world, "castle")
    assert rows(run(world, "crossings", as_of=past, since=past), "crossings_requested") == {}
    for call in (
        world.call("ana", "C-2026-0001"),
        world.call("sam", "fraud/supervisor"),
        world.call("ada", "records/admin"),
    ):
        with pytest.raises(Refused):
            queries.report(world.gate, call, "overview", queries.Moments())


def test_every_figure_opens_its_rows(world: World, past: datetime) -> None:
    def drill(key: str, *cell: str) -> list[dict[str, Any]]:
        page = {"limit": 50, "offset": 0}
        found = queries.counted(world.gate, overseer(world), key, cell, queries.Moments(as_of=past), page)
        items: list[dict[str, Any]] = found.result["items"]
        return items

    assert {i["name"] for i in drill("crossings_requested", "civil", "criminal")} == {"crossing_request"}
    assert len(drill("crossings_requested", "regulatory", "criminal")) == 1
    assert len(drill("arrests", "civil", "collateral")) == 2
    assert len(drill("searches", "criminal", "fraud")) == 7
    with pytest.raises(BadInput):
        drill("castle")


def test_small_numbers_are_not_published(world: World, past: datetime) -> None:
    full, published = run(world, "enforcement", as_of=past), run(world, "enforcement", as_of=past, published=True)
    assert full["sha256"] != published["sha256"]
    assert set(rows(published, "arrests").values()) == {None}
    assert "fewer than 5" in as_csv(published)
    assert "fewer than 5" in as_html(published)
    assert "<script" not in as_html(published)
    assert run(world, "enforcement", as_of=past, published=True) == published, "the same moment says the same again"


def test_rule_49_what_is_printed_is_true_and_later_reports_tell_no_difference(
    world: World, log: sequencer.Sequencer, past: datetime
) -> None:
    """F3 of the trial: 5 collateral arrests were printed as fewer than 5, and 8 then 9 told of one person."""
    for _ in range(8):
        arrests = {"criminal": {"targeted": 1, "collateral": 0}}
        act(world, "ana", "C-2026-0001", "encounter_add", "change", {"encounters": 1, "arrests": arrests})
    log.checkpoint()
    first = run(world, "enforcement", published=True)
    figure = next(f for f in first["figures"] if f["key"] == "arrests")
    said = {tuple(row["cell"]): (row["value"], row["suppressed"]) for row in figure["rows"]}
    assert said["criminal", "targeted"] == (10, None)
    assert said["criminal", "collateral"] == (None, "small")
    assert figure["rounded"] is True
    assert figure["total"]["suppressed"] == "kept"
    assert "not shown" in as_csv(first)
    arrests = {"criminal": {"targeted": 5, "collateral": 4}}
    act(world, "ana", "C-2026-0001", "encounter_add", "change", {"encounters": 1, "arrests": arrests})
    log.checkpoint()
    second = next(f for f in run(world, "enforcement", published=True)["figures"] if f["key"] == "arrests")
    said = {tuple(row["cell"]): (row["value"], row["suppressed"]) for row in second["rows"]}
    assert said["criminal", "targeted"] == (15, None)
    assert said["criminal", "collateral"] == (None, "kept"), "from 1 to 5: neither number may tell the other"
    assert run(world, "enforcement")["figures"] != [], "the full form is as it was"


def test_rule_49_hours_count_in_the_month_of_work(world: World, log: sequencer.Sequencer, past: datetime) -> None:
    act(world, "ana", "C-2026-0001", "case_hours_add", "change", {"minutes": 600, "month": "2025-10"})
    act(world, "ana", "C-2026-0001", "case_hours_void", "change", {"minutes": -60, "month": "2025-10"})
    log.checkpoint()
    assert rows(run(world, "resources"), "hours_months")["2025-10", "criminal"] == 9
