"""ATTACKS, section A: no read without its entry, whatever is done to the transaction afterwards."""

from __future__ import annotations

import json
from pathlib import Path

import psycopg
import pytest
from psycopg import errors as pg
from psycopg.types.json import Jsonb
from tests.leak.conftest import Lab, find_params

from brightline.ledger import sequencer as seq
from brightline.model.errors import Refused
from brightline.store import doctor

pytestmark = pytest.mark.database
CASE = "C-2026-0001"


@pytest.fixture(autouse=True)
def compiled(lab: Lab) -> None:
    lab.warm("ana", CASE)


def test_a1_rollback_leaves_the_entry(lab: Lab) -> None:
    with lab.app() as app:
        app.execute("BEGIN")
        answer = lab.search(app, "ana", CASE, "canary")
        app.execute("ROLLBACK")
    assert answer["result"]["hits"]
    assert answer["entry"] in lab.entries()


def test_a2_savepoint_leaves_the_entry(lab: Lab) -> None:
    with lab.app() as app:
        app.execute("BEGIN")
        app.execute("SAVEPOINT s")
        answer = lab.search(app, "ana", CASE, "canary")
        app.execute("ROLLBACK TO SAVEPOINT s")
        left = app.execute("SELECT current_setting('line.pass', true)").fetchone()
        app.execute("COMMIT")
    assert left in ((None,), ("",))
    assert answer["entry"] in lab.entries()


def test_a3_no_do_block(lab: Lab) -> None:
    with lab.app() as app, pytest.raises(pg.InsufficientPrivilege):
        app.execute("DO $$ BEGIN PERFORM 1; EXCEPTION WHEN OTHERS THEN NULL; END $$")


def test_a4_no_prepared_transaction(lab: Lab) -> None:
    with lab.app() as app:
        app.execute("BEGIN")
        answer = lab.search(app, "ana", CASE, "canary")
        with pytest.raises(psycopg.Error, match="prepared transactions are disabled"):
            app.execute("PREPARE TRANSACTION 'x'")
    assert answer["entry"] in lab.entries()


def test_a5_two_transactions_of_one_message_are_two_entries(lab: Lab) -> None:
    call = lab.world.call("ana", CASE)
    before = len(lab.messages())
    with lab.app() as app:
        literal = psycopg.sql.SQL("SELECT app.search_find({}, {}, {}, {})").format(
            call.token, call.purpose, call.inquiry, Jsonb(find_params("canary"))
        )
        one_string = literal.as_string(app)
        app.execute(f"BEGIN; {one_string}; PREPARE pp AS SELECT 1; ROLLBACK; BEGIN; {one_string}; EXECUTE pp; COMMIT")
    heads = [m for m in lab.messages()[before:] if '"outcome": "ok"' in m["head"]]
    assert len(heads) == 2


def test_a6_a_refusal_is_entered_before_it_is_spoken(lab: Lab) -> None:
    with pytest.raises(Refused) as refused:
        lab.world.run("cleo", CASE, "search_find", **find_params("canary"))
    head, body = lab.said(str(refused.value.entry))
    assert head["outcome"] == "refused"
    assert body["why"] == "not entitled to the purpose"


def test_a7_the_entry_is_flushed_though_commits_are_not(lab: Lab) -> None:
    with lab.app() as app:
        app.execute("SET synchronous_commit = off")
        app.execute("BEGIN")
        before = lab.admin.execute("SELECT pg_current_wal_flush_lsn()").fetchone()
        answer = lab.search(app, "ana", CASE, "canary")
        after = lab.admin.execute("SELECT pg_current_wal_flush_lsn()").fetchone()
        app.execute("ROLLBACK")
    assert before is not None
    assert after is not None
    assert after[0] > before[0]
    assert answer["entry"] in lab.entries()


def test_a9_no_advisory_locks(lab: Lab) -> None:
    with lab.app() as app, pytest.raises(pg.InsufficientPrivilege):
        app.execute("SELECT pg_advisory_lock(1)")


def test_a10_the_entry_states_the_very_parameters(lab: Lab) -> None:
    with lab.app() as app:
        answer = lab.search(app, "ana", CASE, "canary")
    head, body = lab.said(answer["entry"])
    assert body["params"] == json.loads(json.dumps(find_params("canary")))
    assert (body["account_name"], body["purpose"], head["act"]) == ("ana", CASE, "search")
    assert head["regime"] == "criminal"
    assert "ana" not in str(head)


def test_a11_nothing_of_the_pass_is_left(lab: Lab) -> None:
    with lab.app() as app:
        app.execute("BEGIN")
        lab.search(app, "ana", CASE, "canary")
        assert app.execute("SELECT current_setting('line.pass', true)").fetchone() == ("",)
        app.execute("ROLLBACK")


def test_a12_the_answer_carries_what_a_receipt_needs(lab: Lab) -> None:
    answer = lab.world.run("ana", CASE, "search_find", **find_params("canary"))
    assert str(answer.receipt.entry) in lab.entries()
    assert len(bytes.fromhex(answer.receipt.leaf)) == 32


@pytest.mark.parametrize("kind", ["text", "bytea"])
def test_no_forged_message(lab: Lab, kind: str) -> None:
    with lab.app() as app, pytest.raises(pg.InsufficientPrivilege):
        app.execute(f"SELECT pg_logical_emit_message(false, 'line', 'x'::{kind}, true)")


def test_a_write_that_is_rolled_back_has_no_entry_and_a_committed_one_has(lab: Lab) -> None:
    call = lab.world.call("ana", CASE, inquiry=False)
    entered = {}
    for end in ("ROLLBACK", "COMMIT"):
        reason = f"Tracing the two canaries that were paid twice, before the {end} of this test."
        with lab.app() as app:
            app.execute("BEGIN")
            row = app.execute(
                "SELECT app.inquiry_open(%s, %s, NULL, %s)", (call.token, CASE, Jsonb({"reason": reason}))
            ).fetchone()
            app.execute(end)
        assert row is not None
        entered[end] = row[0]["entry"] in lab.entries()
    assert entered == {"ROLLBACK": False, "COMMIT": True}


def test_a_change_taken_back_leaves_its_attempt(lab: Lab) -> None:
    call = lab.world.call("ana", CASE, inquiry=False)
    with lab.app() as app:
        app.execute("BEGIN")
        row = app.execute(
            "SELECT app.inquiry_open(%s, %s, NULL, %s)",
            (call.token, CASE, Jsonb({"reason": "Looking at what a change tells before it is taken back again."})),
        ).fetchone()
        app.execute("ROLLBACK")
    assert row is not None
    heads = [json.loads(m["head"]) for m in lab.messages()]
    assert [h["outcome"] for h in heads if h.get("of") == row[0]["entry"]] == ["attempt"]


def test_a8_what_commits_late_is_not_lost_and_has_its_place(lab: Lab, tmp_path: Path) -> None:
    """A command begins first and commits last, reads go by meanwhile: all are integrated, in the order of the log."""
    settings = seq.Settings(
        dsn=lab.database.dsn("brightline_sequencer"),
        folder=tmp_path / "ledger",
        ledger_key=tmp_path / "ledger.key",
        origin="brightline.local/a8",
    )
    call = lab.world.call("ana", CASE, inquiry=False)
    reason = {"reason": "Opened early and committed late, while others read and are integrated before it."}
    with lab.app() as late, lab.app() as early:
        late.execute("BEGIN")
        row = late.execute("SELECT app.inquiry_open(%s, %s, NULL, %s)", (call.token, CASE, Jsonb(reason))).fetchone()
        read = lab.search(early, "ana", CASE, "canary")["entry"]
        seq.Sequencer(settings).drain()
        late.execute("COMMIT")
    seq.Sequencer(settings).drain()
    order = [str(one) for (one,) in lab.admin.execute("SELECT entry FROM ledger.entry ORDER BY index").fetchall()]
    assert order.index(read) < order.index(row[0]["entry"])
    dense = lab.admin.execute("SELECT count(*) = max(index) + 1, min(index) FROM ledger.entry").fetchone()
    assert dense == (True, 0)


def test_a9_a_caller_who_never_commits_does_not_keep_the_log_from_growing(lab: Lab, tmp_path: Path) -> None:
    """The row of an inquiry stays locked in an open transaction: entries are integrated all the same, its acts counted
    against its limit at once and into its row when that is free."""
    settings = seq.Settings(
        dsn=lab.database.dsn("brightline_sequencer"),
        folder=tmp_path / "ledger",
        ledger_key=tmp_path / "ledger.key",
        origin="brightline.local/a9",
    )
    counted = (
        "SELECT acts, (SELECT u.acts FROM line.uncounted u WHERE u.inquiry = i.id) FROM line.inquiry i WHERE id = %s"
    )
    call = lab.world.call("ana", CASE)
    find = (call.token, call.purpose, call.inquiry, Jsonb(find_params("canary")))
    with lab.app() as app, psycopg.connect(lab.database.admin_dsn) as holder:
        holder.execute("SELECT FROM line.inquiry WHERE id = %s FOR UPDATE", (call.inquiry,))
        app.execute("SELECT app.search_find(%s, %s, %s, %s)", find)
        assert seq.Sequencer(settings).drain() > 0
        assert lab.admin.execute(counted, (call.inquiry,)).fetchone() == (0, 1)
        holder.execute("UPDATE line.inquiry SET acts = 199 WHERE id = %s", (call.inquiry,))
        holder.commit()
        with pytest.raises(psycopg.Error, match="line: refused"):
            app.execute("SELECT app.search_find(%s, %s, %s, %s)", find)
    lab.search(lab.database.connect("brightline_app"), "ana", CASE, "canary")
    seq.Sequencer(settings).drain()
    assert lab.admin.execute(counted, (call.inquiry,)).fetchone() == (200, None)


def test_a12_doctor_is_alarmed_when_the_slot_is_gone(lab: Lab) -> None:
    lab.admin.execute("SELECT pg_drop_replication_slot(%s)", (lab.database.slot,))
    try:
        found = {check.name: check for check in doctor.examine(lab.database.home, lab.database.server)}
        assert not found["ledger.slot"].ok
    finally:
        lab.admin.execute("SELECT pg_create_logical_replication_slot(%s, 'pgoutput')", (lab.database.slot,))


def test_a_serializable_conflict_is_met_by_nobody_since_every_such_call_is_refused(lab: Lab) -> None:
    """Two serializable transactions that would conflict: both refused, by the one sentence, with an entry each."""
    refused = []
    with lab.app() as one, lab.app() as other:
        for app in (one, other):
            app.execute("BEGIN ISOLATION LEVEL SERIALIZABLE")
        for app in (one, other):
            with pytest.raises(psycopg.Error, match="line: refused") as told:
                lab.search(app, "ana", CASE, "canary")
            refused.append(json.loads(told.value.diag.message_detail)["entry"])
            app.execute("ROLLBACK")
    assert len(set(refused)) == 2
    assert [lab.said(entry)[1]["why"] for entry in refused] == ["isolation level", "isolation level"]


def test_a_role_that_makes_itself_serializable_only_shuts_itself_out(lab: Lab) -> None:
    """ALTER ROLE on oneself can't be taken away (C13); what it does to isolation is refused, not obeyed."""
    with lab.app() as app:
        app.execute("SET default_transaction_isolation = 'serializable'")
        with pytest.raises(psycopg.Error, match="line: refused"):
            lab.search(app, "ana", CASE, "canary")
        app.execute("SET default_transaction_isolation = 'read committed'")
        assert lab.search(app, "ana", CASE, "canary")["result"]["hits"]
