"""ATTACKS, section C: one purpose a call, revocation at once, nothing left for the next user of a connection."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import errors as pg
from psycopg.types.json import Jsonb
from tests.leak.conftest import Lab, find_params

from brightline.model.errors import Refused
from brightline.store import sessions

pytestmark = pytest.mark.database
CASE, OTHER = "C-2026-0001", "C-2026-0002"


def captions(answer: dict[str, Any]) -> set[str]:
    return {hit["caption"] for hit in answer["result"]["hits"]}


def test_each_regime_sees_exactly_its_own(lab: Lab) -> None:
    lab.warm("ana", CASE)
    lab.warm("cleo", OTHER)
    with lab.app() as app:
        assert captions(lab.search(app, "ana", CASE, "canary")) == {"Open Canary", "Banked Canary", "Victim Canary"}
        assert captions(lab.search(app, "cleo", OTHER, "canary")) == {"Open Canary", "Waged Canary", "Note Canary"}


def test_c1_two_purposes_in_one_transaction_stay_two_answers(lab: Lab) -> None:
    lab.world.db.execute(
        "INSERT INTO line.case_member (case_id, account, capacity) VALUES (%s, %s, 'member') ON CONFLICT DO NOTHING",
        (lab.world.cases[OTHER], lab.world.accounts["ana"]),
    )
    # A member works in a case's regime, by a role there, or not at all.
    lab.world.grant("ana", "labour", "agent")
    lab.warm("ana", CASE)
    lab.warm("ana", OTHER)
    with lab.app() as app:
        app.execute("BEGIN")
        first, second = lab.search(app, "ana", CASE, "canary"), lab.search(app, "ana", OTHER, "canary")
        app.execute("COMMIT")
    assert "Waged Canary" not in captions(first)
    assert "Banked Canary" not in captions(second)
    assert {first["entry"], second["entry"]} <= lab.entries()
    lab.world.db.execute(
        "UPDATE line.case_member SET valid_to = now() WHERE case_id = %s AND account = %s",
        (lab.world.cases[OTHER], lab.world.accounts["ana"]),
    )
    lab.world.db.execute(
        "DELETE FROM line.role_grant WHERE account = %s AND unit = 'labour'", (lab.world.accounts["ana"],)
    )


def test_c2_a_cursor_holds_one_answer_and_no_rows(lab: Lab) -> None:
    lab.warm("ana", CASE)
    call = lab.world.call("ana", CASE)
    with lab.app() as app:
        app.execute("BEGIN")
        sql = psycopg.sql.SQL("DECLARE c CURSOR FOR SELECT app.search_find({}, {}, {}, {})").format(
            call.token, call.purpose, call.inquiry, Jsonb(find_params("canary"))
        )
        app.execute(sql)
        lab.admin.execute("UPDATE line.inquiry SET ended = now() WHERE id = %s", (call.inquiry,))
        with pytest.raises(psycopg.Error, match="line: refused"):
            app.execute("FETCH ALL FROM c")


def test_c2_a_cursor_over_many_calls_is_asked_anew_at_each_row(lab: Lab) -> None:
    """Each row is a call with its entry; what was revoked between two FETCHes is refused at the second."""
    lab.warm("ana", CASE)
    call = lab.world.call("ana", CASE)
    with lab.app() as app:
        app.execute("BEGIN")
        sql = psycopg.sql.SQL(
            "DECLARE c NO SCROLL CURSOR FOR SELECT app.search_find({}, {}, {}, {}) FROM generate_series(1, 5)"
        ).format(call.token, call.purpose, call.inquiry, Jsonb(find_params("canary")))
        app.execute(sql)
        given = [app.execute("FETCH 1 FROM c").fetchone()[0]["entry"] for _ in range(2)]
        assert len(set(given)) == 2
        assert set(given) <= lab.entries()
        lab.admin.execute("UPDATE line.session SET ended = now() WHERE account = %s", (lab.world.accounts["ana"],))
        try:
            with pytest.raises(psycopg.Error, match="line: refused"):
                app.execute("FETCH 1 FROM c")
        finally:
            lab.admin.execute("UPDATE line.session SET ended = NULL WHERE account = %s", (lab.world.accounts["ana"],))


def test_c3_nothing_is_left_when_a_connection_goes_back_to_the_pool(lab: Lab) -> None:
    lab.warm("ana", CASE)
    pool = sessions.pool(lab.database.dsn("brightline_app"), size=1, name="leak")
    try:
        with pool.connection() as app:
            app.execute("SELECT set_config('line.note', 'left behind', false)")
            app.execute("PREPARE left_behind AS SELECT 1")
            app.execute("LISTEN left_behind")
        with pool.connection() as app:
            assert app.execute("SELECT current_setting('line.note', true)").fetchone() in ((None,), ("",))
            assert app.execute("SELECT count(*) FROM pg_listening_channels()").fetchone() == (0,)
            with pytest.raises(psycopg.Error):
                app.execute("EXECUTE left_behind")
    finally:
        pool.close()


def test_c4_an_old_snapshot_is_refused(lab: Lab) -> None:
    lab.warm("ana", CASE)
    for level in ("REPEATABLE READ", "SERIALIZABLE"):
        with lab.app() as app:
            app.execute(f"BEGIN ISOLATION LEVEL {level}")
            with pytest.raises(psycopg.Error, match="line: refused"):
                lab.search(app, "ana", CASE, "canary")


def test_c5_no_exported_snapshot(lab: Lab) -> None:
    with lab.app() as app, pytest.raises(pg.InsufficientPrivilege):
        app.execute("SELECT pg_export_snapshot()")


def test_c6_an_expired_pass_raises_instead_of_answering_less(lab: Lab) -> None:
    lab.warm("ana", CASE)
    lab.admin.execute("BEGIN")
    try:
        lab.admin.execute(
            "SELECT set_config('line.pass', t || '|' || line.pass_mac(t), true) FROM (SELECT concat_ws('|', %s::text,"
            " %s::text, %s::text, 'case', 'x') AS t) s",
            ("1000", str(lab.world.purposes[CASE]), str(lab.world.accounts["ana"])),
        )
        with pytest.raises(psycopg.Error, match="too_slow"):
            lab.admin.execute("SELECT count(*) FROM line.visible()")
    finally:
        lab.admin.execute("ROLLBACK")


def test_c6_a_transaction_held_open_holds_no_right(lab: Lab) -> None:
    """A watch ends it, after minutes; till then it keeps no pass, no snapshot and no row: each call is judged now."""
    lab.warm("ana", CASE)
    call = lab.world.call("ana", CASE)
    find = (call.token, call.purpose, call.inquiry, Jsonb(find_params("canary")))
    with lab.app() as app:
        for limit in ("transaction_timeout", "idle_in_transaction_session_timeout", "statement_timeout"):
            app.execute(f"SET {limit} = 0")
        app.execute("BEGIN")
        first = app.execute("SELECT app.search_find(%s, %s, %s, %s)", find).fetchone()[0]
        assert first["entry"] in lab.entries()
        assert app.execute("SELECT current_setting('line.pass', true)").fetchone() == ("",)
        late = lab.put("register", "Late Canary")
        second = app.execute("SELECT app.search_find(%s, %s, %s, %s)", find).fetchone()[0]
        assert captions(second) - captions(first) == {"Late Canary"}
        lab.admin.execute("DELETE FROM content.aspect WHERE entity = %s", (late,))
        lab.admin.execute("UPDATE line.inquiry SET ended = now() WHERE id = %s", (call.inquiry,))
        with pytest.raises(psycopg.Error, match="line: refused"):
            app.execute("SELECT app.search_find(%s, %s, %s, %s)", find)


def test_c6_a_real_pass_held_for_longer_than_it_lives_is_worth_nothing(lab: Lab) -> None:
    lab.warm("ana", CASE)
    (lives,) = lab.admin.execute("SELECT pass_seconds FROM line.state").fetchone()
    assert lives <= 10
    lab.admin.execute("UPDATE line.state SET pass_seconds = 1")
    try:
        lab.admin.execute("BEGIN")
        lab.admin.execute(
            "SELECT line.give_pass(jsonb_populate_record(NULL::line.context, jsonb_build_object('entry',"
            " gen_random_uuid(), 'account', %s::uuid, 'purpose', %s::uuid, 'kind', 'case')))",
            (lab.world.accounts["ana"], lab.world.purposes[CASE]),
        )
        lab.admin.execute("SET LOCAL ROLE brightline_reader")
        assert lab.admin.execute("SELECT count(*) > 0 FROM content.aspect").fetchone() == (True,)
        lab.admin.execute("SELECT pg_sleep(1.2)")
        with pytest.raises(psycopg.Error, match="too_slow"):
            lab.admin.execute("SELECT count(*) FROM content.aspect")
    finally:
        lab.admin.execute("ROLLBACK")
        lab.admin.execute("UPDATE line.state SET pass_seconds = %s", (lives,))


def test_c7_every_refusal_reads_the_same(lab: Lab) -> None:
    """To the caller, and in what the entry says openly: only its body, which overseers read, knows the reason."""
    told, entered = set(), set()
    for who, purpose in (("cleo", CASE), ("ana", OTHER), ("ana", "C-1999-0001"), ("ana", "fraud/supervisor")):
        with pytest.raises(Refused) as refused:
            lab.world.run(who, purpose, "search_find", **find_params("canary"))
        told.add((refused.value.detail, refused.value.hint, refused.value.code))
        head, body = lab.said(str(refused.value.entry))
        entered.add((head["act"], head["name"], head["outcome"], tuple(sorted(head))))
        assert body["why"]
    with pytest.raises(Refused) as refused:
        lab.world.gate.run(lab.world.call("ana", CASE, inquiry=False), "search_find", find_params("canary"))
    told.add((refused.value.detail, refused.value.hint, refused.value.code))
    assert len(told) == 1
    assert len(entered) == 1


def test_c8_definer_functions_have_a_fixed_search_path(lab: Lab) -> None:
    rows = lab.admin.execute(
        "SELECT p.oid::regprocedure::text, p.proconfig FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
        " WHERE p.prosecdef AND n.nspname !~ '^(pg_|ext|information_schema|procrastinate|jobs)'"
    ).fetchall()
    assert rows
    assert [name for name, config in rows if "search_path=pg_catalog, pg_temp" not in (config or [])] == []


def test_c8_no_function_takes_a_table_of_its_callers(lab: Lab) -> None:
    """Even where temporary tables are allowed again, by a mistake: names are qualified, pg_temp is searched last."""
    lab.warm("ana", CASE)
    (database,) = lab.admin.execute("SELECT quote_ident(current_database())").fetchone()
    with lab.app() as app:
        before = captions(lab.search(app, "ana", CASE, "canary"))
    lab.admin.execute(f"GRANT TEMPORARY ON DATABASE {database} TO brightline_app")
    try:
        with lab.app() as app:
            purpose = lab.world.purposes[CASE]
            app.execute("CREATE TEMP TABLE visible_marking (marking int, purpose uuid)")
            app.execute("INSERT INTO visible_marking SELECT n, %s FROM generate_series(1, 1000) n", (purpose,))
            app.execute("CREATE TEMP TABLE secret (name text, value bytea)")
            app.execute("INSERT INTO secret VALUES ('pass', '\\x00')")
            app.execute("CREATE TEMP TABLE aspect (caption text, keys text[], marking int)")
            app.execute("CREATE TEMP TABLE session (token_hash bytea)")
            app.execute("GRANT ALL ON visible_marking, secret, aspect, session TO PUBLIC")
            app.execute("SET search_path = pg_temp, line, content")
            assert captions(lab.search(app, "ana", CASE, "canary")) == before
    finally:
        lab.admin.execute(f"REVOKE TEMPORARY ON DATABASE {database} FROM brightline_app")


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT query FROM pg_stat_activity",
        "SELECT * FROM pg_stat_get_activity(NULL)",
        "SELECT * FROM pg_locks",
        "SELECT pg_terminate_backend(1)",
        "SELECT pg_cancel_backend(1)",
        "SELECT pg_notify('x', 'y')",
        "SELECT lo_create(0)",
        "SELECT pg_advisory_xact_lock(1)",
        "SELECT pg_logical_slot_peek_changes('x', NULL, NULL)",
    ],
)
def test_c10_c13_c14_channels_between_sessions_are_closed(lab: Lab, statement: str) -> None:
    with lab.app() as app, pytest.raises(pg.InsufficientPrivilege):
        app.execute(statement)


def test_c10_c11_c12_the_server_keeps_no_copy_of_what_was_asked(lab: Lab) -> None:
    show = {
        name: lab.admin.execute("SELECT current_setting(%s)", (name,)).fetchone()[0]
        for name in (
            "log_statement",
            "log_min_error_statement",
            "log_parameter_max_length",
            "log_min_duration_statement",
        )
    }
    assert show == {
        "log_statement": "none",
        "log_min_error_statement": "panic",
        "log_parameter_max_length": "0",
        "log_min_duration_statement": "-1",
    }
    assert lab.admin.execute("SELECT count(*) FROM pg_extension WHERE extname = 'pg_stat_statements'").fetchone() == (
        0,
    )
    with lab.app() as app:
        assert app.execute("SHOW track_activities").fetchone() == ("off",)


def test_c12_the_server_s_log_holds_no_token_and_no_word_of_a_question(lab: Lab) -> None:
    """The file itself, after calls that are answered, refused and broken, by somebody who turns on what can be."""
    lab.warm("ana", CASE)
    call = lab.world.call("ana", CASE)
    with lab.app() as app:
        app.execute("SET log_parameter_max_length_on_error = -1")
        app.execute("SET client_min_messages = debug1")
        find = "SELECT app.search_find(%s, %s, %s, %s)"
        app.execute(find, (call.token, call.purpose, call.inquiry, Jsonb(find_params("unspeakable canary"))))
        for statement, given in (
            (find, ("token-unspeakable", call.purpose, call.inquiry, Jsonb(find_params("canary")))),
            (find, (call.token, "C-unspeakable", call.inquiry, Jsonb(find_params("canary")))),
            ("SELECT 1 / (length(%s) - length(%s))", ("unspeakable", "unspeakable")),
            ("SELECT 'unspeakable', 1 / 0", None),
            ("SELECT 'unspeakable' FROM content.aspect", None),
        ):
            with pytest.raises(psycopg.Error):
                app.execute(statement, given)
    (name, data) = lab.admin.execute("SELECT pg_current_logfile(), current_setting('data_directory')").fetchone()
    said = (Path(data) / name).read_text("utf-8", "replace")
    assert "division by zero" in said  # it is the file of this server, and the errors came to it
    assert "unspeakable" not in said
    assert call.token not in said


def test_c9_nothing_of_the_application_s_shadows_a_name(lab: Lab) -> None:
    """No temporary table, no schema of its own, and a search_path of its own changes nothing inside the functions."""
    lab.warm("ana", CASE)
    with lab.app() as app:
        for statement in (
            "CREATE TEMP TABLE aspect (caption text)",
            "CREATE SCHEMA line2",
            "CREATE VIEW app.v AS SELECT 1",
        ):
            with pytest.raises((pg.InsufficientPrivilege, pg.InvalidSchemaName)):
                app.execute(statement)
        before = captions(lab.search(app, "ana", CASE, "canary"))
        app.execute("SET search_path = pg_temp, public, content, line")
        assert captions(lab.search(app, "ana", CASE, "canary")) == before


def test_c13_what_a_role_may_always_do_to_itself_gains_it_nothing(lab: Lab) -> None:
    lab.warm("ana", CASE)
    with lab.app() as app:
        app.execute("SET statement_timeout = 0")
        app.execute("SET transaction_timeout = 0")
        for setting in ("track_activities = on", "session_replication_role = replica", "log_statement = 'all'"):
            with pytest.raises(pg.InsufficientPrivilege):
                app.execute(f"SET {setting}")
        with pytest.raises(pg.InsufficientPrivilege):
            app.execute("ALTER ROLE brightline_worker SET search_path = x")
        with pytest.raises(pg.InsufficientPrivilege):
            app.execute("ALTER ROLE brightline_app BYPASSRLS")
        assert captions(lab.search(app, "ana", CASE, "canary")) == {"Open Canary", "Banked Canary", "Victim Canary"}


def test_c14_what_is_notified_is_the_name_of_a_queue_and_an_id(lab: Lab) -> None:
    """LISTEN can't be taken away: so payloads hold nothing that tells."""
    (schema,) = lab.admin.execute(
        "SELECT relnamespace::regnamespace::text FROM pg_class WHERE relname = 'procrastinate_jobs'"
    ).fetchone()
    with lab.app() as app:
        app.execute('LISTEN "procrastinate_any_queue_v1"')
        (job,) = lab.admin.execute(
            f"INSERT INTO {schema}.procrastinate_jobs (queue_name, task_name, args)"
            " VALUES ('q', 'task', '{\"q\": \"Sealed Canary\"}') RETURNING id"
        ).fetchone()
        told = [json.loads(note.payload) for note in app.notifies(timeout=5, stop_after=1)]
    assert told == [{"type": "job_inserted", "job_id": job}]
    sources = lab.admin.execute(
        "SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
        " WHERE n.nspname !~ '^(pg_|information_schema|procrastinate|jobs)' AND p.prosrc ~* 'pg_notify|\\mnotify\\M'"
    ).fetchall()
    assert sources == []


def revoke(lab: Lab, sql: str, value: object) -> None:
    lab.admin.execute(sql, (value,))


def test_revocation_works_at_once(lab: Lab) -> None:
    world = lab.world
    world.person("rex", ("fraud", "agent"))
    world.db.execute(
        "INSERT INTO line.case_member (case_id, account, capacity) VALUES (%s, %s, 'member')",
        (world.cases[CASE], world.accounts["rex"]),
    )
    call = world.call("rex", CASE)
    assert world.gate.run(call, "search_find", find_params("canary")).result["hits"]
    for sql, undo in (
        (
            "UPDATE line.account SET state = 'disabled' WHERE id = %s",
            "UPDATE line.account SET state = 'active' WHERE id = %s",
        ),
        (
            "UPDATE line.session SET ended = now() WHERE account = %s",
            "UPDATE line.session SET ended = NULL WHERE account = %s",
        ),
        (
            "UPDATE line.session SET expires = now() WHERE account = %s",
            "UPDATE line.session SET expires = now() + interval '1 hour' WHERE account = %s",
        ),
        ("UPDATE line.case_member SET valid_to = now() WHERE account = %s", ""),
    ):
        revoke(lab, sql, world.accounts["rex"])
        with pytest.raises(Refused):
            world.gate.run(call, "search_find", find_params("canary"))
        if undo:
            revoke(lab, undo, world.accounts["rex"])
            assert world.gate.run(call, "search_find", find_params("canary")).result["hits"]


@pytest.mark.parametrize("zone", ["XXX+150", "XXX-150", "Etc/GMT+12"])
def test_c13_no_time_zone_of_the_caller_s_brings_an_authority_back(lab: Lab, zone: str) -> None:
    """TimeZone is everybody's to set, and six days were to be had by it: inside the functions a day is one of UTC."""
    lab.warm("ana", CASE)
    with lab.app() as app:
        app.execute(f"SET TimeZone = '{zone}'")
        for days, answers in ((-1, False), (0, True)):
            lab.admin.execute(
                "UPDATE line.authority SET valid_to = (now() AT TIME ZONE 'UTC')::date + %s WHERE code = '18-usc-1956'",
                (days,),
            )
            try:
                lab.search(app, "ana", CASE, "canary")
                found = True
            except psycopg.Error as error:
                assert "line: refused" in str(error)  # noqa: PT017
                found = False
            finally:
                lab.admin.execute("UPDATE line.authority SET valid_to = NULL WHERE code = '18-usc-1956'")
            assert found == answers, days


def test_an_authority_out_of_force_and_an_ended_agreement_close_at_once(lab: Lab) -> None:
    world = lab.world
    call = world.call("ana", CASE)
    lab.admin.execute("UPDATE line.agreement SET state = 'ended' WHERE source = 'bank'")
    world.move()
    seen = {h["caption"] for h in world.gate.run(call, "search_find", find_params("canary")).result["hits"]}
    lab.admin.execute("UPDATE line.agreement SET state = 'active' WHERE source = 'bank'")
    world.move()
    assert "Banked Canary" not in seen
    lab.admin.execute("UPDATE line.authority SET valid_to = CURRENT_DATE - 1 WHERE code = '18-usc-1956'")
    try:
        with pytest.raises(Refused):
            world.gate.run(call, "search_find", find_params("canary"))
    finally:
        lab.admin.execute("UPDATE line.authority SET valid_to = NULL WHERE code = '18-usc-1956'")
