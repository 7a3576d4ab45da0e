"""What the log holds (16), for how long (11, 50), and that it is read for a reason, in the log itself (17)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
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
from brightline.model.errors import BadInput, Conflict, Refused
from brightline.oversight import queries as log_queries
from brightline.retention import commands, queries
from brightline.store import install

pytestmark = pytest.mark.database

WHY = "The yearly end of what nobody may need to check any longer."


@pytest.fixture(scope="module")
def world(module_db: Any) -> World:
    @contextmanager
    def as_role(role: str) -> Iterator[psycopg.Connection[Any]]:
        with psycopg.connect(module_db.dsn(role), autocommit=True) as connection:
            yield connection

    gate = Gate(connect=lambda: as_role("brightline_app"), policy=lambda: as_role("brightline_policy"))
    world = small_world(module_db.admin, gate)
    world.person("leo", ("legal", "approver"))
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


def old(world: World, act: str, years: float, **body: object) -> UUID:
    """An entry that states a time so many years ago."""
    entry = uuid4()
    world.db.execute(
        "SELECT line.emit(%s, jsonb_build_object('act', %s::text, 'name', 'x', 'outcome', 'ok', 'time',"
        " line.stamp(clock_timestamp() - make_interval(days => %s))), %s::jsonb, false, true)",
        (entry, act, round(years * 365.25), json.dumps({"words": "Maria Vega", **body})),
    )
    return entry


def kept(world: World, *entries: UUID) -> list[bool]:
    rows = world.db.execute("SELECT entry, body IS NOT NULL FROM ledger.entry WHERE entry = ANY (%s)", (list(entries),))
    found = dict(rows.fetchall())
    return [found[entry] for entry in entries]


def test_rule_16_each_act_says_who_when_why_and_what(world: World, log: sequencer.Sequencer) -> None:
    """A consultation with its reason, a refusal with the true one, the answer with what was shown, a change."""
    call = world.call("ana", "C-2026-0001")
    world.gate.compile(world.purposes["C-2026-0001"])
    shown = uuid4()
    world.db.execute(
        "SELECT line.leave(line.enter(%s, %s, %s, 'lab_view', 'view', '{\"q\": \"Maria Vega\"}', 'query',"
        " '{agent}', '{case}', true), %s)",
        (call.token, call.purpose, call.inquiry, json.dumps({"_shown": [f"register-{shown.hex}"]})),
    )
    with pytest.raises(Refused):
        world.gate.run(world.call("ana", "C-2026-0001"), "retention_log", {})
    commands.log_term(world.gate, world.call("leo", "legal/approver"), "consultation", years=4, reason=WHY)
    log.drain()
    rows = [
        (act, outcome, json.loads(bytes(head)), json.loads(bytes(body)))
        for act, outcome, head, body in world.db.execute(
            "SELECT act, outcome, head, body FROM ledger.entry ORDER BY index"
        )
    ]

    def of(name: str, outcome: str) -> tuple[dict[str, Any], dict[str, Any]]:
        return next((head, body) for _, o, head, body in rows if head["name"] == name and o == outcome)

    head, body = of("lab_view", "ok")
    assert (head["act"], head["regime"]) == ("view", "criminal")
    assert head["authority"]
    assert head["time"].endswith("Z")
    assert body["reason"].startswith("A reason written")
    assert body["account_name"] == "ana"
    assert body["params"] == {"q": "Maria Vega"}
    answer, told = of("lab_view", "answer")
    question = "SELECT entry FROM ledger.entry WHERE name = 'lab_view' AND outcome = 'ok'"
    assert answer["of"] == str(world.db.execute(question).fetchone()[0])
    assert told["shown"] == [f"register-{shown.hex}"]
    refused, why = of("retention_log", "refused")
    assert refused["act"] == "view"
    assert why["why"] == "act not for this kind of purpose"
    changed, said = of("retention_log_term", "ok")
    assert (changed["act"], said["account_name"], said["params"]["years"]) == ("change", "leo", 4)


def test_rule_16_every_kind_of_act_has_functions_that_leave_it(world: World) -> None:
    """Collection and alteration (change), consultation (view, search), disclosure, combination (crossing, resolution),
    erasure (purge certificates): each installed function states its act, and none is without."""
    acts = {function.name: function.act for function in install.read_rooms(install.ROOMS)}
    assert set(acts.values()) == {"search", "view", "change", "export", "crossing", "disclosure", "read-log", "enter"}
    installed = world.db.execute(
        "SELECT p.proname, pg_get_functiondef(p.oid) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
        " WHERE n.nspname = 'app'"
    ).fetchall()
    assert {name for name, _ in installed} == set(acts)
    for name, text in installed:
        assert f"line.enter(token, purpose, inquiry, '{name}', '{acts[name]}'" in text
        assert "line.leave(" in text


def test_rule_17_the_log_is_read_under_oversight_with_a_reason_and_that_is_logged(
    world: World, log: sequencer.Sequencer
) -> None:
    entry = old(world, "search", 0)
    log.drain()
    bare = world.call("ines", "inspectorate/overseer", inquiry=False)
    with pytest.raises(Refused):
        log_queries.entry(world.gate, bare, entry)
    log_queries.entry(world.gate, world.call("ines", "inspectorate/overseer"), entry)
    log.drain()
    rows = world.db.execute(
        "SELECT outcome, convert_from(body, 'UTF8')::jsonb FROM ledger.entry WHERE name = 'ledger_entry_show' AND act ="
        " 'read-log' ORDER BY index"
    ).fetchall()
    assert [outcome for outcome, _ in rows] == ["refused", "ok", "answer"]
    assert rows[0][1]["why"] == "no open inquiry"
    assert rows[1][1]["reason"].startswith("A reason written")
    assert rows[1][1]["params"]["entry"] == str(entry)


def test_rule_50_a_class_of_the_log_ends_under_a_certificate_and_the_log_still_holds(
    world: World, log: sequencer.Sequencer, tmp_path: Path
) -> None:
    gone, young = old(world, "search", 6), old(world, "search", 3)
    read, told = old(world, "read-log", 6), old(world, "disclosure", 12)
    unknown = old(world, "something-new", 50)
    lou, leo = world.call("lou", "legal/approver"), world.call("leo", "legal/approver")
    commands.log_term(world.gate, leo, "consultation", years=5, reason=WHY)
    log.drain()
    due = {item["class"]: item["due"] for item in queries.log_classes(world.gate, lou).result["items"]}
    assert due == {"consultation": 1, "alteration": 0, "reading of the log": 0, "disclosure": 1}
    with pytest.raises(Refused) as caught:
        commands.log_erase(world.gate, leo, "consultation", reason=WHY)
    assert caught.value.code == "four_eyes"
    made = commands.log_erase(world.gate, lou, "consultation", reason=WHY).result
    assert (made["bodies"], made["more"]) == (1, False)
    assert commands.log_erase(world.gate, lou, "disclosure", reason=WHY).result["bodies"] == 1
    log.checkpoint()
    assert kept(world, gone, young, read, told, unknown) == [False, True, True, False, True]
    with pytest.raises(Conflict) as nothing:
        commands.log_erase(world.gate, lou, "consultation", reason=WHY)
    assert nothing.value.code == "nothing_due"
    # Heads are kept for good, and whoever checks sees certificate and missing body belong together.
    overseer = world.call("ines", "inspectorate/overseer")
    one = log_queries.entry(world.gate, overseer, gone).result
    assert (one["body"], one["certificate"], one["head"]["act"]) == (None, made["certificate"], "search")
    settings = log._settings
    vkey = load(settings.ledger_key).verifier.vkey()
    log.checkpoint()
    rows = list(log_queries.rows(world.gate, overseer))
    history = log_queries.history(world.gate, overseer)
    export.write(tmp_path / "out", FolderTiles(settings.folder), rows, {"ledger": vkey}, history)
    assert verify(tmp_path / "out", key=vkey).problems == []
    # A missing head always is an error, certificate or not.
    path = next(iter(sorted((tmp_path / "out/bodies").rglob("*.jsonl"))))
    lines = path.read_bytes().split(b"\n")
    index = next(n for n, line in enumerate(lines) if str(gone).encode() in line.split(b'"head"')[0])
    row = json.loads(lines[index]) | {"head": None}
    lines[index] = json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode()
    path.write_bytes(b"\n".join(lines))
    assert ("head", index) in {(p.kind, p.index) for p in verify(tmp_path / "out", key=vkey).problems}


def test_rule_11_no_certificate_reaches_a_disclosure_before_its_term(world: World, log: sequencer.Sequencer) -> None:
    lou = world.call("lou", "legal/approver")
    with pytest.raises(BadInput) as caught:
        commands.log_term(world.gate, lou, "disclosure", years=4, reason=WHY)
    assert caught.value.field == "years"
    told, exported, seen = old(world, "disclosure", 4), old(world, "export", 4), old(world, "view", 4)
    log.drain()
    # Even a certificate that somebody with the database in hands writes himself.
    certificate = uuid4()
    world.db.execute(
        'SELECT line.emit(%s, \'{"act": "purge", "outcome": "ok", "name": "x"}\'::jsonb,'
        " jsonb_build_object('entries', %s::jsonb), true, false)",
        (certificate, json.dumps([str(told), str(exported), str(seen)])),
    )
    log.checkpoint()
    assert kept(world, told, exported, seen) == [True, True, True]
    # And even one that a purge stands behind.
    world.db.execute(
        "INSERT INTO retention.purge (number, state, unit, reason, proposed_by, decided_by, decided, certificate)"
        " VALUES ('P-2026-0011', 'done', 'fraud', 'over', gen_random_uuid(), gen_random_uuid(), now(), %s)",
        (certificate,),
    )
    log.checkpoint()
    assert kept(world, told, exported, seen) == [True, True, False]
    assert verify(log._settings.folder, key=load(log._settings.ledger_key).verifier.vkey()).problems == []


def test_a_hold_keeps_the_words_about_what_it_names(world: World, log: sequencer.Sequencer) -> None:
    purpose = world.purposes["C-2026-0001"]
    entry = old(world, "search", 30, purpose_id=str(purpose))
    free = old(world, "search", 30)
    world.db.execute(
        "INSERT INTO retention.hold (kind, object, label, reason, account) SELECT 'case', p.case_id, 'C-2026-0001',"
        " 'A court asked for all that was looked for in this case.', gen_random_uuid() FROM line.purpose p"
        " WHERE p.id = %s",
        (purpose,),
    )
    log.drain()
    commands.log_erase(world.gate, world.call("lou", "legal/approver"), "consultation", reason=WHY)
    log.drain()
    assert kept(world, entry, free) == [True, False]


@pytest.mark.parametrize(
    ("who", "purpose"),
    [
        ("ana", "C-2026-0001"),
        ("sam", "fraud/supervisor"),
        ("stu", "records/steward"),
        ("ines", "inspectorate/overseer"),
    ],
)
def test_nobody_else_ends_the_log(world: World, who: str, purpose: str) -> None:
    with pytest.raises(Refused):
        commands.log_erase(world.gate, world.call(who, purpose), "consultation", reason=WHY)
    with pytest.raises(Refused):
        commands.log_term(world.gate, world.call(who, purpose), "consultation", years=9, reason=WHY)
