"""Time limits are computed, extended by reasons alone, and end in a purge that leaves a certificate (7, 23, 45, 50)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from tests.world import World, small_world

from brightline.gate import Gate
from brightline.ledger import export, sequencer
from brightline.ledger.keys import load
from brightline.ledger.tiles import FolderTiles
from brightline.ledger.verify import verify
from brightline.model.errors import BadInput, Conflict, Missing, Refused
from brightline.oversight import queries as log_queries
from brightline.retention import commands, queries
from brightline.store import install

pytestmark = pytest.mark.database

WHY = "Reviewed against the source: the vessel still calls at the port each week."
DROP = "Nobody validated these in time and no case or hold needs them any longer."
OK = "Checked the list against the holds; nothing stands in the way."


@pytest.fixture(scope="module")
def world(module_db: Any) -> World:
    @contextmanager
    def as_role(role: str) -> Iterator[psycopg.Connection[Any]]:
        with psycopg.connect(module_db.dsn(role), autocommit=True) as connection:
            yield connection

    gate = Gate(connect=lambda: as_role("brightline_app"), policy=lambda: as_role("brightline_policy"))
    world = small_world(module_db.admin, gate)
    world.person("rob", ("fraud", "supervisor"))
    world.person("tia", ("records", "steward"))
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


def put(world: World, source: str, caption: str, *, years: float = 0, rule: str = "kept:5") -> tuple[UUID, UUID]:
    """(record, entity) of this source, entered so many years ago under this rule."""
    marking = world.marking(source)
    row = world.db.execute(
        "SELECT line.intern_marking(m.origins, m.category, m.caveats, %s) FROM line.marking m WHERE m.id = %s",
        (rule, marking),
    ).fetchone()
    keys = [f"t:{word.lower()}" for word in caption.split()]
    entity = world.aspect(source, caption, marking=row[0], keys=keys)
    record = world.db.execute("SELECT record FROM content.aspect WHERE entity = %s", (entity,)).fetchone()[0]
    world.db.execute(
        "UPDATE content.record SET at = at - make_interval(days => %s) WHERE id = %s", (round(years * 365.25), record)
    )
    return record, entity


def due(world: World, who: str = "stu", purpose: str = "records/steward") -> dict[str, dict[str, Any]]:
    found = queries.due(world.gate, world.call(who, purpose), {"limit": 200}).result
    return {item["id"]: item for item in found["items"]}


def years_of(rule: str) -> int:
    """The years of a marking's retention words (`reports:2`); 28 CFR 23.20(h) knows no more than five."""
    _, found, years = rule.rpartition(":")
    return min(int(years), 5) if found and years.isdecimal() else 5


def later(day: date, years: int) -> date:
    """The same day some years on; the 28th where there is no 29th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def steward(world: World, who: str = "stu") -> Any:
    return world.call(who, "records/steward")


def approver(world: World) -> Any:
    return world.call("lou", "legal/approver")


@pytest.mark.parametrize(
    ("years", "rule", "is_due"),
    [(1, "kept:5", False), (5.1, "kept:5", True), (2.1, "short:2", True), (1.9, "short:2", False),
     (5.1, "century:100", True), (5.1, "", True), (4.9, "", False), (2.1, "28cfr23:2", True)],
)  # fmt: skip
def test_rule_07_every_record_has_a_computed_limit_of_at_most_five_years(
    world: World, years: float, rule: str, is_due: bool
) -> None:
    record, _ = put(world, "register", f"Limit {rule} {years}", years=years, rule=rule)
    assert (str(record) in due(world)) is is_due
    row = world.db.execute(
        "SELECT line.retention_day(line.retention_start(r), line.retention_years(m.retention)),"
        " (r.at AT TIME ZONE 'UTC')::date FROM content.record r JOIN line.marking m ON m.id = r.marking"
        " WHERE r.id = %s",
        (record,),
    ).fetchone()
    assert row[0] == later(row[1], years_of(rule))
    assert (row[0] - row[1]).days <= 5 * 366


def test_rule_07_the_rows_own_day_counts_when_its_feed_names_it(world: World) -> None:
    record, _ = put(world, "register", "Old Report", rule="reports:2")
    assert str(record) not in due(world)
    world.db.execute("UPDATE content.record SET since = '2020-02-29' WHERE id = %s", (record,))
    assert due(world)[str(record)]["due"] == "2022-02-28"


def test_rule_45_no_function_takes_a_date_of_a_limit() -> None:
    # The log's own classes have terms, which the law bounds below (tests of rule 16); no record or case has.
    own = [f for f in install.read_rooms(install.ROOMS) if f.room == "retention"]
    functions = [f for f in own if not f.name.startswith("retention_log")]
    assert len(functions) == 11
    for function in functions:
        for word in ("date", "until", "expires", "review_by", "due:", "years:", "keep_until"):
            assert word not in function.params, function.name
    for function in install.read_rooms(install.ROOMS):
        assert "review_by" not in function.params, function.name


def test_rule_07_only_a_reasoned_validation_extends(world: World) -> None:
    record, _ = put(world, "register", "Kept Longer", years=6)
    with pytest.raises(Refused):
        commands.validate(world.gate, steward(world), [str(record)], reason="still needed")
    for who, purpose in (("ana", "fraud/agent"), ("ana", "C-2026-0001"), ("ines", "inspectorate/overseer")):
        with pytest.raises(Refused):
            commands.validate(world.gate, world.call(who, purpose), [str(record)], reason=WHY)
    told = commands.validate(world.gate, steward(world), [str(record)], reason=WHY).result["items"][0]
    today = datetime.now(UTC).date()
    assert told["due"] == str(later(today, 5))
    assert str(record) not in due(world)
    row = world.db.execute("SELECT account, reason FROM retention.validation WHERE object = %s", (record,)).fetchone()
    assert row == (world.accounts["stu"], WHY)
    with pytest.raises(Conflict):
        commands.propose(world.gate, steward(world), [str(record)], reason=DROP)


def test_rule_07_a_purge_takes_two_people(world: World) -> None:
    record, _ = put(world, "bank", "Two People", years=6)
    number = commands.propose(world.gate, steward(world), [str(record)], reason=DROP).result["purge"]
    for call in (steward(world), world.call("cleo", "labour/agent"), world.call("ines", "inspectorate/overseer")):
        with pytest.raises(Refused):
            commands.confirm(world.gate, call, number, reason=OK)
    with pytest.raises(Missing):  # another unit's supervisor isn't even told of it
        commands.confirm(world.gate, world.call("vic", "labour/supervisor"), number, reason=OK)
    with pytest.raises(BadInput):
        commands.confirm(world.gate, approver(world), number, reason="yes")
    with pytest.raises(Refused):
        commands.withdraw(world.gate, steward(world, "tia"), number, reason=OK)
    with pytest.raises(Conflict):  # it is in a proposal already
        commands.propose(world.gate, steward(world, "tia"), [str(record)], reason=DROP)
    done = commands.confirm(world.gate, world.call("sam", "fraud/supervisor"), number, reason=OK).result
    assert (done["state"], done["counts"]["destroyed"]) == ("done", 1)
    with pytest.raises(Conflict):
        commands.confirm(world.gate, approver(world), number, reason=OK)
    # a supervisor who proposes doesn't confirm, whatever other roles he holds
    own, _ = put(world, "bank", "Own Proposal", years=6)
    world.grant("sam", "legal", "approver")
    number = commands.propose(world.gate, world.call("sam", "fraud/supervisor"), [str(own)], reason=DROP).result[
        "purge"
    ]
    with pytest.raises(Refused) as refusal:
        commands.confirm(world.gate, world.call("sam", "legal/approver"), number, reason=OK)
    assert refusal.value.code == "four_eyes"
    assert commands.reject(world.gate, approver(world), number, reason=OK).result["state"] == "rejected"
    assert str(own) in due(world)


def test_rule_07_a_legal_hold_blocks_and_a_late_validation_saves(world: World) -> None:
    held, _ = put(world, "register", "Held Record", years=6)
    late, _ = put(world, "register", "Late Validation", years=6)
    number = commands.propose(world.gate, steward(world), [str(held), str(late)], reason=DROP).result["purge"]
    hold = commands.hold(world.gate, approver(world), item=str(held), source=None, reason=WHY).result
    commands.validate(world.gate, steward(world), [str(late)], reason=WHY)
    done = commands.confirm(world.gate, approver(world), number, reason=OK).result
    assert done["counts"] == {"items": 2, "records": 2, "cases": 0, "leads": 0, "destroyed": 0, "kept": 2}
    shown = queries.purge(world.gate, approver(world), number).result["items"]
    assert {item["why"] for item in shown} == {"legal hold", "validated or open"}
    assert due(world)[str(held)]["held"] == "legal hold"
    with pytest.raises(Conflict):
        commands.propose(world.gate, steward(world), [str(held)], reason=DROP)
    with pytest.raises(Refused):
        commands.lift(world.gate, world.call("sam", "fraud/supervisor"), hold["id"], reason=WHY)
    commands.lift(world.gate, approver(world), hold["id"], reason=WHY)
    assert due(world)[str(held)]["purgeable"]


def test_rule_23_an_open_case_is_reviewed_each_year_and_never_purged_open(world: World) -> None:
    case = _file(world, "C-2026-0001", "open", "400 days")
    found = due(world, "sam", "fraud/supervisor")[str(case)]
    assert (found["kind"], found["label"], found["purgeable"]) == ("case", "C-2026-0001", False)
    assert str(case) not in due(world, "vic", "labour/supervisor")
    assert str(case) not in due(world)
    assert str(case) in due(world, "ines", "inspectorate/overseer")
    with pytest.raises(Conflict):
        commands.propose(world.gate, world.call("sam", "fraud/supervisor"), ["C-2026-0001"], reason=DROP)
    commands.validate(world.gate, world.call("sam", "fraud/supervisor"), ["C-2026-0001"], reason=WHY)
    assert str(case) not in due(world, "sam", "fraud/supervisor")


def _file(world: World, key: str, state: str, age: str) -> UUID:
    case = world.cases[key]
    world.db.execute(
        "INSERT INTO cases.case_file (id, number, title, regime, authorities, predicate, unit, lead, made_by, state,"
        " made, opened, review_by, closed, outcome) SELECT %(id)s, %(key)s, 'Quayside Canary', a.regime, ARRAY[a.code],"
        " 'A canary predicate that is long enough to be one.', p.unit, %(who)s, %(who)s, %(state)s, t.day, t.day,"
        " t.day::date + 365, CASE WHEN %(state)s = 'closed' THEN t.day END,"
        " CASE WHEN %(state)s = 'closed' THEN 'unfounded' END FROM (SELECT now() - %(age)s::interval AS day) t,"
        " line.purpose p JOIN line.authority a ON a.code = p.authority WHERE p.key = %(key)s",
        {"id": case, "key": key, "who": world.accounts["ana"], "state": state, "age": age},
    )
    return case


def _see(world: World, who: str, purpose: str, entities: list[UUID], words: str) -> tuple[str, str]:
    """An entered read that showed these; (question, answer) as the log will name them."""
    call = world.call(who, purpose)
    world.gate.compile(world.purposes[purpose])
    row = world.db.execute(
        "SELECT line.leave(line.enter(%s, %s, %s, 'lab_view', 'view', %s, 'query', '{agent}', '{case}', true), %s)",
        (
            call.token,
            purpose,
            call.inquiry,
            json.dumps({"q": words}),
            json.dumps({"_shown": [e.hex for e in entities]}),
        ),
    ).fetchone()
    return row[0]["entry"], words


def _body(world: World, entry: str) -> Any:
    return world.db.execute("SELECT body FROM ledger.entry WHERE entry = %s", (entry,)).fetchone()[0]


def _verified(world: World, log: sequencer.Sequencer, folder: Path, since: bytes | None) -> Any:
    call = world.call("ines", "inspectorate/overseer")
    vkey = load(log._settings.ledger_key).verifier.vkey()
    log.checkpoint()
    history = log_queries.history(world.gate, call)
    rows = list(log_queries.rows(world.gate, call))
    export.write(folder, FolderTiles(log._settings.folder), rows, {"ledger": vkey}, history)
    return verify(folder, key=vkey, since=since)


def test_rule_50_a_purge_leaves_a_certificate_and_the_log_still_verifies(
    world: World, log: sequencer.Sequencer, tmp_path: Path
) -> None:
    record, entity = put(world, "register", "Zebedee Oldfield", years=6)
    _, other = put(world, "register", "Young Neighbour")
    alone, _ = _see(world, "ana", "C-2026-0001", [entity], "zebedee oldfield")
    both, _ = _see(world, "ana", "C-2026-0001", [entity, other], "both of them")
    log.checkpoint()
    before = FolderTiles(log._settings.folder).checkpoint()
    number = commands.propose(world.gate, steward(world), [str(record)], reason=DROP).result["purge"]
    done = commands.confirm(world.gate, approver(world), number, reason=OK).result
    log.checkpoint()
    assert done["bodies"] == 2
    assert _body(world, alone) is None
    assert _body(world, both) is not None
    left = world.db.execute(
        "SELECT (SELECT count(*) FROM content.record WHERE id = %s)"
        " + (SELECT count(*) FROM content.aspect WHERE entity = %s)"
        " + (SELECT count(*) FROM content.token WHERE token = 'zebedee')",
        (record, entity),
    ).fetchone()
    assert left == (0,)
    head, body = world.db.execute(
        "SELECT convert_from(head, 'UTF8')::jsonb, convert_from(body, 'UTF8')::jsonb FROM ledger.entry"
        " WHERE entry = %s",
        (done["certificate"],),
    ).fetchone()
    assert (head["act"], head["outcome"], head["counts"]["destroyed"]) == ("purge", "ok", 1)
    assert alone in body["entries"]
    assert body["reach"] == "database"  # what a certificate doesn't cover, it must not claim
    assert [d["id"] for d in body["destroyed"]] == [str(record)]
    assert len(body["destroyed"][0]["sha256"]) == 64
    assert "ebedee" not in json.dumps(body)
    report = _verified(world, log, tmp_path / "out", before)
    assert report.problems == []
    assert report.size > 0


def test_rule_50_purging_a_case_destroys_its_words_and_keeps_its_trail(
    world: World, log: sequencer.Sequencer, tmp_path: Path
) -> None:
    case = _file(world, "C-2026-0002", "closed", "1900 days")
    marking = world.db.execute("SELECT line.case_marking('29-usc-216')").fetchone()[0]
    note = world.aspect("case", "Note Canary", marking=marking, schema="Note", compartment=case, keys=["t:canary"])
    world.db.execute(
        "INSERT INTO cases.note (id, case_id, kind, basis, account) VALUES (%s, %s, 'fact', 'seen', %s)",
        (uuid4(), case, world.accounts["cleo"]),
    )
    _, seen = put(world, "register", "Still There")
    entry, _ = _see(world, "cleo", "C-2026-0002", [seen], "words under the case")
    log.drain()
    assert due(world, "vic", "labour/supervisor")[str(case)]["purgeable"]
    number = commands.propose(world.gate, world.call("vic", "labour/supervisor"), [], reason=DROP).result["purge"]
    commands.confirm(world.gate, approver(world), number, reason=OK)
    assert _body(world, entry) is not None  # until the sequencer has come to the certificate
    report = _verified(world, log, tmp_path / "out", None)
    assert report.problems == []
    assert _body(world, entry) is None
    row = world.db.execute(
        "SELECT f.title, f.regime, f.outcome, (SELECT count(*) FROM content.aspect WHERE entity = %s),"
        " (SELECT count(*) FROM cases.note WHERE case_id = f.id),"
        " (SELECT state FROM line.purpose WHERE key = f.number),"
        " (SELECT string_agg(DISTINCT reason, '') FROM line.inquiry i JOIN line.purpose p ON p.id = i.purpose"
        " WHERE p.case_id = f.id) FROM cases.case_file f WHERE f.id = %s",
        (note, case),
    ).fetchone()
    assert row == ("(purged)", "civil", "unfounded", 0, 0, "closed", "(purged)")
    head = world.db.execute(
        "SELECT convert_from(head, 'UTF8')::jsonb FROM ledger.entry WHERE entry = %s", (entry,)
    ).fetchone()
    assert head[0]["regime"] == "civil"


def test_rule_07_all_that_is_due_in_one_proposal(world: World) -> None:
    put(world, "wages", "Due One", years=6)
    put(world, "wages", "Due Two", years=7)
    made = commands.propose(world.gate, world.call("vic", "labour/supervisor"), [], reason=DROP).result
    assert made["counts"]["records"] == 2
    with pytest.raises(Conflict):
        commands.propose(world.gate, world.call("vic", "labour/supervisor"), [], reason=DROP)
    assert (
        commands.withdraw(world.gate, world.call("vic", "labour/supervisor"), made["purge"], reason=OK).result["may"]
        == []
    )


def test_bad_input_is_named(world: World) -> None:
    for call in (lambda: commands.validate(world.gate, steward(world), [], reason=WHY),
                 lambda: queries.due(world.gate, steward(world), {"kind": "castle"}),
                 lambda: queries.due(world.gate, steward(world), {"limit": "x"})):  # fmt: skip
        with pytest.raises(BadInput):
            call()
    for thing in ("nonsense", str(uuid4()), "C-2026-9999"):
        with pytest.raises(Missing):
            commands.validate(world.gate, steward(world), [thing], reason=WHY)
    with pytest.raises(Missing):
        queries.purge(world.gate, steward(world), "P-2026-000000")
    record, _ = put(world, "register", "Not Yet")
    with pytest.raises(Conflict):
        commands.propose(world.gate, steward(world), [str(record)], reason=DROP)
