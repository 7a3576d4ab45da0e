"""ATTACKS, section D: what the other logins could do: the feed process, the login role, the overseer, replication."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import errors as pg
from psycopg.types.json import Jsonb
from tests.feeding import BASE, Feeding, feeding, folder_of
from tests.leak.conftest import Lab, find_params
from tests.signing import show

pytestmark = pytest.mark.database
CASE = "C-2026-0001"


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT caption FROM content.aspect",
        "INSERT INTO content.aspect (id) VALUES (gen_random_uuid()) RETURNING caption",
        "DELETE FROM content.aspect WHERE caption LIKE 'S%'",
        "DELETE FROM content.aspect a USING content.record r WHERE r.id = a.record",
        "MERGE INTO content.aspect a USING (SELECT 1) s ON a.caption = 'x' WHEN MATCHED THEN DELETE",
        "COPY content.aspect TO STDOUT",
        "COPY content.record (id) FROM STDIN",
        "SELECT count(*) FROM content.record WHERE source_key LIKE 'K1%'",
        "INSERT INTO content.record (id) VALUES (gen_random_uuid()) ON CONFLICT DO NOTHING",
        "SELECT marking, count(*) FROM content.aspect GROUP BY 1",
        "SELECT * FROM stage.record",
        "SELECT * FROM line.source",
        "EXPLAIN SELECT 1 FROM content.aspect WHERE marking = 1",
    ],
)
def test_d1_d2_the_feed_process_reads_and_probes_nothing(lab: Lab, statement: str) -> None:
    feed = lab.database.connect("brightline_feed")
    with pytest.raises(pg.InsufficientPrivilege) as denied:
        feed.execute(statement)
    assert "canary" not in str(denied.value).lower()


@pytest.fixture
def desk(db: Any, tmp_path: Path) -> Feeding:
    made = feeding(db)
    manifest = {
        **BASE,
        "marking": {"category": {"default": "other"}, "caveats": {"column": "phone", "map": {"S": ["sealed"]}}},
    }
    made.add(folder_of(tmp_path, manifest, {"inbox/a.csv": "id,name,born,phone\n1,Rosa Quist,1970,\n"}))
    return made


def test_d2_d3_a_run_marks_with_its_own_source_alone(desk: Feeding) -> None:
    """Another source's marking, no run of its own, a crossing's caveat: each is refused, and nothing is published."""
    conn = desk.db.connect("brightline_feed")
    run = desk.queue("people")
    with pytest.raises(psycopg.Error, match="state"):
        conn.execute("SELECT feed.publish(%s, '{}')", ("00000000-0000-4000-8000-000000000000",))
    conn.execute("SELECT feed.begin(%s)", (run,))
    with pytest.raises(psycopg.Error, match="caveat"):
        conn.execute("SELECT feed.intern_marking(%s, 'other', '{crossed}', '28cfr23:5')", (run,))
    (made,) = conn.execute("SELECT feed.intern_marking(%s, 'other', '{sealed}', '28cfr23:5')", (run,)).fetchone()
    origins = desk.one("SELECT origins FROM line.marking WHERE id = %s", (made,))
    assert origins == [["register", "18-usc-1956"]]
    conn.execute("INSERT INTO stage.key VALUES (%s, 'x', '\\x00', 'u')", (run,))
    conn.execute("SELECT feed.diff(%s, '{}')", (run,))
    for marking in (desk.world.marking("wages"), desk.world.marking("bank", caveats=["sealed"]), 99999):
        with conn.transaction(force_rollback=True):
            conn.execute(
                "INSERT INTO stage.record VALUES (%s, gen_random_uuid(), 'x', 1, '\\x00', '{}', %s)", (run, marking)
            )
            with pytest.raises(psycopg.Error, match="marking"), conn.transaction():
                conn.execute("SELECT feed.publish(%s, '{}')", (run,))
    assert desk.one("SELECT count(*) FROM content.record") == 0


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO line.session (token_hash, account, expires)"
        " SELECT '\\x00', gen_random_uuid(), now() + interval '99 years'",
        "SELECT token_hash FROM line.session",
        "SELECT verifier FROM line.account",
        "UPDATE line.session SET expires = now() + interval '99 years'",
        "SELECT line.give_pass(NULL::line.context)",
        "SELECT line.enter('', '', NULL, '', '', '{}', 'query', '{any}', '{none}', false)",
        "SELECT app.whoami('x', NULL, NULL, '{}')",
    ],
)
def test_d4_the_login_role_mints_and_lists_nothing(lab: Lab, statement: str) -> None:
    login = lab.database.connect("brightline_login")
    with pytest.raises(pg.InsufficientPrivilege):
        login.execute(statement)


def test_d4_every_attempt_to_open_a_session_is_an_entry_and_the_function_sets_its_end(lab: Lab) -> None:
    login = lab.database.connect("brightline_login")
    before = len(lab.messages())
    told = show(login, "ana", b"guess", client="a client")
    assert told["ok"] is False
    opened = show(login, "ana", b"ana", client="a client")  # tests.world keeps the SHA-256 of the name as the verifier
    assert opened["ok"] is True
    longest = lab.admin.execute(
        "SELECT max(expires - opened) <= make_interval(hours => (SELECT session_hours FROM line.state))"
        " FROM line.session WHERE client = 'a client'"
    ).fetchone()
    assert longest == (True,)
    outcomes = [json.loads(m["head"])["outcome"] for m in lab.messages()[before:]]
    assert outcomes == ["refused", "ok"]


def test_d5_the_database_login_for_overseers_reads_no_entry_and_no_content(lab: Lab) -> None:
    """The log's bodies hold search words and names: people read them through functions, whose reading is an entry."""
    conn = lab.database.connect("brightline_overseer")
    for statement in (
        "SELECT body FROM ledger.entry",
        "SELECT caption FROM content.aspect",
        "SELECT reason FROM line.inquiry",
        "SELECT app.ledger_entries('x', NULL, NULL, '{}')",
    ):
        with pytest.raises(pg.InsufficientPrivilege):
            conn.execute(statement)


def test_d5_listed_entries_hold_no_search_words(lab: Lab) -> None:
    lab.warm("ana", CASE)
    lab.world.run("ana", CASE, "search_find", **find_params("canary unspeakable"))
    listed = lab.world.run("ines", "inspectorate/overseer", "ledger_entries").result
    assert "unspeakable" not in json.dumps(listed)
    call = lab.world.call("ines", "inspectorate/overseer")
    row = lab.database.connect("brightline_app").execute(
        "SELECT app.ledger_entries(%s, %s, %s, %s)", (call.token, call.purpose, call.inquiry, Jsonb({}))
    )
    entry = row.fetchone()[0]["entry"]
    head, _ = lab.said(entry)
    assert head["act"] == "read-log"


@pytest.mark.parametrize("role", ["brightline_app", "brightline_worker", "brightline_feed", "brightline_login"])
def test_d6_no_replication_for_those_who_serve_people(lab: Lab, role: str) -> None:
    with pytest.raises(psycopg.OperationalError, match=r"REPLICATION|pg_hba"):
        psycopg.connect(f"{lab.database.dsn(role)} replication=database").execute("IDENTIFY_SYSTEM")
    rules = "SELECT database, user_name, auth_method FROM pg_hba_file_rules ORDER BY rule_number"
    hba = lab.admin.execute(rules).fetchall()
    assert hba == [
        (["replication"], ["postgres"], "scram-sha-256"),
        (["replication"], ["all"], "reject"),
        (["all"], ["all"], "scram-sha-256"),
    ]
