"""P6, R1, R2: somebody has the sequencer's password and writes any SQL. They can turn the crank that moves the log on.

What they try: a copy of the cluster, a tap on what is written, entries of their own, entries that never come, bodies
that go, bodies that are read, checkpoints and keys of their own.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import errors as pg
from psycopg.types.json import Jsonb
from tests.leak.conftest import Lab, find_params

from brightline.ledger import keys
from brightline.ledger import sequencer as seq
from brightline.ledger.checkpoint import Checkpoint
from brightline.ledger.errors import SequencerFault
from brightline.ledger.note import Note, Signer
from brightline.ledger.verify import verify
from brightline.store import doctor, embedded, engine, roles

pytestmark = pytest.mark.database
CASE = "C-2026-0001"
MAY = {
    "add_checkpoint", "advance", "alarm", "beat", "health", "hold", "integrate",
    "introduce", "links", "name_keys", "others", "receipt_keys", "misuse_accounts", "misuse_name", "misuse_turn",
    "held_transactions", "end_transaction",
}  # fmt: skip
PLUGINS = sorted(
    path.stem
    for path in (engine.wheel_folder() / "pginstall" / "lib").glob("*.so")
    if b"_PG_output_plugin_init" in path.read_bytes()
)


@pytest.fixture
def thief(lab: Lab) -> Iterator[psycopg.Connection[Any]]:
    """Has the password, and an autocommit connection."""
    with psycopg.connect(lab.database.dsn("brightline_sequencer"), autocommit=True) as connection:
        yield connection


@pytest.fixture
def settings(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> seq.Settings:
    place = tmp_path_factory.getbasetemp() / "p6"
    return seq.Settings(
        dsn=lab.database.dsn("brightline_sequencer"),
        folder=place / "ledger",
        ledger_key=place / "secrets" / "ledger.key",
        origin="brightline.local/p6",
    )


def emit(lab: Lab, act: str = "search", *, transactional: bool = False, **body: object) -> UUID:
    entry = uuid4()
    head = {"time": "2026-03-01T10:00:00.000001Z", "act": act, "name": act, "outcome": "ok"}
    lab.admin.execute(
        "SELECT line.emit(%s, %s, %s, %s, %s)", (entry, Jsonb(head), Jsonb(body), transactional, not transactional)
    )
    return entry


def size(lab: Lab) -> int:
    row = lab.admin.execute("SELECT size FROM ledger.state").fetchone()
    return int(row[0]) if row else -1


def is_logged(lab: Lab, entry: UUID) -> bool:
    return lab.admin.execute("SELECT 1 FROM ledger.entry WHERE entry = %s", (entry,)).fetchone() is not None


# ------------------------------------------------------------------------------- what the password opens at all


def test_p6_only_these_functions_and_columns(lab: Lab) -> None:
    functions = lab.admin.execute(
        "SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
        " WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'ext', 'public')"
        " AND has_function_privilege('brightline_sequencer', p.oid, 'EXECUTE')"
        " AND has_schema_privilege('brightline_sequencer', n.oid, 'USAGE')"
    ).fetchall()
    assert {name for (name,) in functions} <= MAY
    columns = lab.admin.execute(
        "SELECT a.attname FROM pg_attribute a WHERE a.attrelid = 'ledger.entry'::regclass AND a.attnum > 0"
        " AND has_column_privilege('brightline_sequencer', a.attrelid, a.attnum, 'SELECT')"
    ).fetchall()
    assert {name for (name,) in columns} == {"index", "entry", "leaf"}
    written = lab.admin.execute(
        "SELECT c.relname, a.attname, w FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0"
        " CROSS JOIN unnest(ARRAY['INSERT', 'UPDATE']) w WHERE c.relnamespace = 'ledger'::regnamespace"
        " AND c.relkind = 'r' AND has_column_privilege('brightline_sequencer', c.oid, a.attnum, w)"
    ).fetchall()
    # What witnesses and the time-stamping authority answered, each with a signature of theirs, and how they do.
    assert {table for table, _, _ in written} == {"witness", "cosignature", "stamp", "state"}
    assert {column for table, column, _ in written if table == "state"} == {"quorum", "stamping"}
    elsewhere = lab.admin.execute(
        "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname IN ('line', 'content', 'cases', 'feed', 'stage', 'jobs', 'retention', 'crossings', 'leads')"
        " AND c.relkind IN ('r', 'p', 'v') AND has_table_privilege('brightline_sequencer', c.oid, 'SELECT, INSERT')"
    ).fetchall()
    assert elsewhere == []


# ------------------------------------------------------------------------------------------ R1: copying and tapping


@pytest.mark.parametrize("mode", ["true", "database"])
@pytest.mark.parametrize("role", roles.LOGINS)
def test_r1_no_login_starts_a_walsender(lab: Lab, role: str, mode: str) -> None:
    commands = ("IDENTIFY_SYSTEM", "BASE_BACKUP ( LABEL 'x', CHECKPOINT 'fast' )", "START_REPLICATION 0/1000000",
                f'START_REPLICATION SLOT "{lab.database.slot}" LOGICAL 0/0 (proto_version \'1\')',
                "CREATE_REPLICATION_SLOT tap TEMPORARY LOGICAL pgoutput")  # fmt: skip
    for command in commands:
        with (
            pytest.raises(psycopg.OperationalError, match=r"REPLICATION|pg_hba"),
            psycopg.connect(f"{lab.database.dsn(role)} replication={mode}", autocommit=True) as sender,
        ):
            sender.pgconn.exec_(command.encode())
    assert lab.admin.execute("SELECT count(*) FROM pg_stat_replication").fetchone() == (0,)


def test_r1_replication_is_a_role_s_that_nobody_can_be(lab: Lab) -> None:
    rows = lab.admin.execute(
        "SELECT rolname, rolcanlogin FROM pg_roles WHERE rolreplication AND NOT rolsuper AND rolname LIKE 'brightline%'"
    ).fetchall()
    assert rows == [("brightline_slot", False)]
    members = lab.admin.execute(
        "SELECT 1 FROM pg_auth_members m WHERE m.roleid = 'brightline_slot'::regrole"
    ).fetchall()
    assert members == []
    for role in roles.LOGINS:
        with pytest.raises(pg.InsufficientPrivilege):
            lab.database.connect(role).execute("SET ROLE brightline_slot")


SLOT_CALLS = (
    "SELECT pg_create_physical_replication_slot('tap')",
    "SELECT pg_drop_replication_slot('{slot}')",
    "SELECT pg_copy_logical_replication_slot('{slot}', 'tap')",
    "SELECT pg_copy_physical_replication_slot('{slot}', 'tap')",
    "SELECT pg_replication_slot_advance('{slot}', pg_current_wal_lsn())",
    "SELECT pg_logical_slot_get_changes('{slot}', NULL, NULL)",
    "SELECT pg_logical_slot_peek_changes('{slot}', NULL, NULL)",
    "SELECT pg_logical_slot_get_binary_changes('{slot}', NULL, NULL, 'proto_version', '1')",
    "SELECT pg_logical_slot_peek_binary_changes('{slot}', NULL, NULL, 'proto_version', '1')",
    "SELECT pg_sync_replication_slots()",
    "SELECT pg_replication_origin_create('tap')",
    "SELECT pg_replication_origin_session_setup('tap')",
    "SELECT * FROM pg_replication_slots",
    "SELECT ledger.slot_peek(NULL, 10)",
    "SELECT ledger.slot_advance('F/0')",
    *(f"SELECT pg_create_logical_replication_slot('tap', '{plugin}')" for plugin in (*PLUGINS, "pgoutput")),
)


@pytest.mark.parametrize("role", roles.LOGINS)
def test_r1_no_login_makes_reads_moves_or_drops_a_slot(lab: Lab, role: str) -> None:
    assert "pgoutput" in PLUGINS
    assert "test_decoding" in PLUGINS
    connection = lab.database.connect(role)
    for call in SLOT_CALLS:
        with pytest.raises(pg.InsufficientPrivilege):
            connection.execute(call.format(slot=lab.database.slot))
    slots = lab.admin.execute("SELECT slot_name FROM pg_replication_slots WHERE slot_name = 'tap'").fetchall()
    assert slots == []


def test_r1_a_copied_server_has_no_plugin_that_prints_what_is_written(lab: Lab) -> None:
    """Where the programs are a copy of ours; where they run in place they belong to the system's package."""
    programs = embedded.cluster_of(lab.database.home).programs
    libraries = programs.parent / "lib"
    assert (libraries / "pgoutput.so").exists()
    if programs != engine.wheel_folder() / "pginstall" / "bin":
        assert sorted(
            path.stem for path in libraries.glob("*.so") if b"_PG_output_plugin_init" in path.read_bytes()
        ) == ["pgoutput"]


def test_r1_doctor_names_every_slot_and_publication_that_is_not_ours(lab: Lab) -> None:
    assert doctor.strays(lab.admin) == []
    lab.admin.execute("SELECT pg_create_logical_replication_slot('p6_tap', 'pgoutput')")
    lab.admin.execute("SELECT pg_create_physical_replication_slot('p6_copy')")
    lab.admin.execute("CREATE PUBLICATION p6_all FOR TABLE line.account")
    lab.admin.execute("CREATE ROLE brightline_p6 LOGIN REPLICATION")
    try:
        said = " ".join(doctor.strays(lab.admin))
        checks = {check.name: check for check in doctor.slot_checks(lab.admin)}
    finally:
        lab.admin.execute("SELECT pg_drop_replication_slot('p6_tap'), pg_drop_replication_slot('p6_copy')")
        lab.admin.execute("DROP PUBLICATION p6_all")
        lab.admin.execute("DROP ROLE brightline_p6")
    for word in ("p6_tap", "p6_copy", "p6_all", "line.account", "brightline_p6"):
        assert word in said
    assert (checks["ledger.strays"].ok, checks["ledger.strays"].severity) == (False, "error")
    assert doctor.strays(lab.admin) == []


# ---------------------------------------------------------------------------- R2: forging, erasing, dropping, reading

FORGERIES = (
    "INSERT INTO ledger.entry SELECT * FROM ledger.entry",
    "INSERT INTO ledger.entry (index, entry) VALUES (1, gen_random_uuid())",
    "UPDATE ledger.entry SET leaf = leaf",
    "DELETE FROM ledger.entry",
    "TRUNCATE ledger.entry CASCADE",
    "UPDATE ledger.state SET size = size + 1",
    "UPDATE ledger.state SET frontier = ''",
    "UPDATE ledger.state SET confirmed = 'F/0'",
    "UPDATE ledger.state SET promised = 'F/0'",
    "UPDATE ledger.state SET alarm = NULL, seen = now()",
    "INSERT INTO ledger.checkpoint (size, root, note) VALUES (1, sha256(''), '')",
    "INSERT INTO ledger.rotation (index, size) VALUES (0, 1)",
    "INSERT INTO ledger.due (certificate) VALUES (gen_random_uuid())",
    "DELETE FROM ledger.due",
    "INSERT INTO ledger.erasure (entry, certificate) SELECT entry, entry FROM ledger.entry",
    "SELECT ledger.erase(gen_random_uuid())",
    "SELECT ledger.put(NULL, 1)",
    "SELECT ledger.own('search', '{}', '{}')",
    "SELECT ledger.carry_out()",
    "SELECT line.emit(gen_random_uuid(), '{}', '{}', false, true)",
    "SELECT line.count_acts('[]')",
    "SELECT pg_logical_emit_message(false, 'line', 'x', true)",
    "SELECT body FROM ledger.entry",
    "SELECT head FROM ledger.entry",
    "SELECT account, inquiry, shown FROM ledger.entry",
    "SELECT * FROM ledger.heard('F/0', 10)",
    "SELECT value FROM line.secret",
    "SELECT caption FROM content.aspect",
    "ALTER TABLE ledger.entry DISABLE TRIGGER ALL",
    "CREATE TEMP TABLE x (y int)",
    "COPY (SELECT 1) TO PROGRAM 'true'",
    "SET session_replication_role = replica",
)


@pytest.mark.parametrize("statement", FORGERIES)
def test_r2_the_role_writes_no_entry_and_reads_no_body(thief: psycopg.Connection[Any], statement: str) -> None:
    with pytest.raises(pg.InsufficientPrivilege):
        thief.execute(statement)


def test_r2_an_act_is_not_dropped_by_holding_the_row_or_taking_a_turn_back(lab: Lab) -> None:
    with psycopg.connect(lab.database.dsn("brightline_sequencer")) as thief:
        thief.execute("SELECT ledger.hold()")
        entry = emit(lab)
        thief.execute("SELECT ledger.integrate(2000, 1 << 26)")
        # The rows and the slot's move can't be parted: the slot follows only what was committed.
        for order in ("SELECT ledger.advance(true)", "SAVEPOINT s; SELECT ledger.advance(false)"):
            with pytest.raises(psycopg.Error, match="transaction of its own"), thief.transaction():
                thief.execute(order)
        thief.rollback()
        thief.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        thief.execute("SELECT ledger.advance(true)")
        thief.commit()
    assert not is_logged(lab, entry)
    book = seq.Book(lab.database.connect("brightline_sequencer"))
    while book.integrate(2000)[1]:
        pass
    book.advance()
    assert is_logged(lab, entry)
    acts = lab.admin.execute("SELECT count(*) FROM ledger.entry WHERE act IN ('gap', 'malformed')").fetchone()
    assert acts == (0,)


def test_r2_settings_of_the_session_change_nothing_of_what_is_filed(lab: Lab, thief: psycopg.Connection[Any]) -> None:
    for setting in (
        "standard_conforming_strings = off", "transform_null_equals = on", "bytea_output = escape",
        "TimeZone = 'Asia/Tokyo'",
        "DateStyle = 'German, DMY'", "IntervalStyle = sql_standard", "array_nulls = off", "extra_float_digits = -15",
        "debug_logical_replication_streaming = immediate", "logical_decoding_work_mem = '64kB'",
        "plan_cache_mode = force_generic_plan",
        "enable_indexscan = off", "synchronous_commit = off", "client_encoding = LATIN1",
        "search_path = pg_temp, public",
    ):  # fmt: skip
        thief.execute(f"SET {setting}")
    entry = uuid4()
    head = {"time": "2026-03-01T10:00:00.5Z", "act": "search", "name": "näme", "outcome": "ok"}
    leaf = lab.admin.execute(
        "SELECT line.emit(%s, %s, %s, false, true)", (entry, Jsonb(head), Jsonb({"account": str(entry)}))
    ).fetchone()
    moved = True
    while moved:
        (moved,) = thief.execute("SELECT more FROM ledger.integrate(100, 1 << 26)").fetchone() or (False,)
    row = lab.admin.execute(
        "SELECT sha256('\\x00' || leaf), act, name, account, at = '2026-03-01T10:00:00.5Z' FROM ledger.entry"
        " WHERE entry = %s",
        (entry,),
    ).fetchone()
    assert leaf is not None
    assert row == (leaf[0], "search", "näme", entry, True)


def test_r2_a_certificate_without_a_purge_destroys_nothing_and_is_an_alarm(lab: Lab) -> None:
    victim = emit(lab, params={"q": "what the purge would hide"})
    false = emit(lab, "purge", transactional=True, entries=[str(victim)])
    book = seq.Book(lab.database.connect("brightline_sequencer"))
    while book.integrate(2000)[1]:
        pass
    assert is_logged(lab, false)
    kept = lab.admin.execute("SELECT body IS NOT NULL FROM ledger.entry WHERE entry = %s", (victim,)).fetchone()
    assert kept == (True,)
    lab.admin.execute("UPDATE ledger.due SET since = since - interval '2 minutes'")
    book.integrate(2000)
    alarms = lab.admin.execute("SELECT ledger.health() -> 'alarms'").fetchone()
    assert alarms is not None
    assert str(false) in " ".join(alarms[0])
    # A refusal to destroy isn't final: the decision behind it may only become visible a moment later.
    lab.admin.execute(
        "INSERT INTO retention.purge (number, state, unit, reason, proposed_by, decided_by, decided, certificate)"
        " VALUES ('P-2026-0666', 'done', 'fraud', 'over', gen_random_uuid(), gen_random_uuid(), now(), %s)",
        (false,),
    )
    book.integrate(2000)
    kept = lab.admin.execute("SELECT body IS NOT NULL FROM ledger.entry WHERE entry = %s", (victim,)).fetchone()
    assert kept == (False,)
    alarms = lab.admin.execute("SELECT ledger.health() -> 'alarms'").fetchone()
    assert alarms is not None
    assert str(false) not in " ".join(alarms[0])


def test_r2_the_end_of_a_term_reaches_only_what_is_of_its_class_and_past_it(lab: Lab) -> None:
    fresh = emit(lab)
    body = {"entries": [str(fresh)], "params": {"class": "consultation"}}
    head = {"time": "2026-03-01T10:00:00Z", "act": "purge", "name": "log_certificate", "outcome": "ok"}
    lab.admin.execute("SELECT line.emit(gen_random_uuid(), %s, %s, true, false)", (Jsonb(head), Jsonb(body)))
    book = seq.Book(lab.database.connect("brightline_sequencer"))
    while book.integrate(2000)[1]:
        pass
    kept = lab.admin.execute("SELECT body IS NOT NULL FROM ledger.entry WHERE entry = %s", (fresh,)).fetchone()
    assert kept == (True,)


def test_r2_only_the_tree_that_the_table_has_is_a_checkpoint(
    lab: Lab, thief: psycopg.Connection[Any], settings: seq.Settings
) -> None:
    emit(lab)
    log = seq.Sequencer(settings)
    log.checkpoint()
    emit(lab)
    log.drain()
    (grown, root) = thief.execute("SELECT size, root FROM ledger.hold()").fetchone() or (0, b"")
    true = f"{settings.origin}\n{grown}\n"
    for wrong in (
        (grown + 1, root, b"x"),
        (grown, bytes(32), b"x"),
        (grown, root, b"another.log\n" + true.encode()),
        (grown, root, f"{settings.origin}\n{grown + 1}\n".encode()),
        (None, None, None),
    ):
        with pytest.raises(psycopg.Error, match="isn't of the tree"):
            thief.execute("SELECT ledger.add_checkpoint(%s, %s, %s)", wrong)
    assert log.checkpoint().size == grown


def note_of(settings: seq.Settings, size: int, root: bytes, *signers: Signer) -> bytes:
    """A checkpoint as a note, signed by whom the test names."""
    return Checkpoint(origin=settings.origin, size=size, root=root).sign(*signers)


def test_p6_no_checkpoint_stands_in_the_signer_s_way(
    lab: Lab, thief: psycopg.Connection[Any], settings: seq.Settings
) -> None:
    """One that nobody signed, or a stranger, would be published in place of the true one."""
    log = seq.Sequencer(settings)
    log.checkpoint()
    emit(lab)
    log.drain()
    (grown, root) = thief.execute("SELECT size, root FROM ledger.hold()").fetchone() or (0, b"")
    mine = Signer.create(settings.origin)
    true = keys.load(settings.ledger_key)
    other = note_of(settings, grown - 1, bytes(root), true)
    bare = f"{settings.origin}\n{grown}\n{base64.b64encode(root).decode()}\n\n".encode()
    for wrong in (
        bare,
        note_of(settings, grown, bytes(root), mine),
        bare + other.split(b"\n\n", 1)[1],
        bare + f"— {settings.origin} {base64.b64encode(bytes(68)).decode()}\n".encode(),
        bare + b"\xe2\x80\x94 x\n",
    ):
        with pytest.raises(psycopg.Error, match="isn't signed"):
            thief.execute("SELECT ledger.add_checkpoint(%s, %s, %s)", (grown, root, wrong))
    assert log.checkpoint().size == grown
    assert Checkpoint.parse(Note.parse((settings.folder / "checkpoint").read_bytes()).text).size == grown


@pytest.mark.parametrize("act", ["receipt-key", "rotate-key"])
def test_p6_no_key_is_introduced_without_the_log_s_own_signature(
    lab: Lab, thief: psycopg.Connection[Any], settings: seq.Settings, act: str
) -> None:
    log = seq.Sequencer(settings)
    log.checkpoint()
    before, mine = size(lab), Signer.create(settings.origin)
    vkey = mine.verifier.vkey()
    told = Jsonb({"key": vkey, "old": keys.load(settings.ledger_key).verifier.vkey(), "new": vkey, "why": "planned"})

    def introduce(*signers: Signer) -> None:
        with thief.transaction():
            thief.execute("SELECT ledger.introduce(%s, %s, '{}')", (act, told))
            if signers:
                (grown, root) = thief.execute("SELECT size, root FROM ledger.hold()").fetchone() or (0, b"")
                note = note_of(settings, grown, bytes(root), *signers)
                thief.execute("SELECT ledger.add_checkpoint(%s, %s, %s)", (grown, root, note))

    with pytest.raises(pg.ForeignKeyViolation):
        introduce()
    with pytest.raises(psycopg.Error, match="isn't signed"):
        introduce(mine)
    if act == "rotate-key":
        with pytest.raises(psycopg.Error, match="isn't signed"):
            introduce(keys.load(settings.ledger_key))
    for function in ("add_receipt_key", "add_rotation"):
        with pytest.raises(pg.UndefinedFunction):
            thief.execute(f"SELECT ledger.{function}(0, 1)")
    assert size(lab) == before
    log.checkpoint()
    assert verify(settings.folder).problems == []


def test_p6_the_log_s_key_is_named_once(lab: Lab, thief: psycopg.Connection[Any], settings: seq.Settings) -> None:
    log = seq.Sequencer(settings)
    log.checkpoint()
    mine = Signer.create(settings.origin).verifier.vkey()
    for origin in (settings.origin, "another.log"):
        with pytest.raises(psycopg.Error, match="never just named"):
            thief.execute("SELECT ledger.name_keys(%s, %s, NULL)", (origin, mine))
    right = keys.load(settings.ledger_key).verifier.vkey()
    thief.execute("SELECT ledger.name_keys(%s, %s, %s)", (settings.origin, right, mine))
    assert seq.health(lab.admin)["receipt_key"] != mine
    emit(lab)
    log.checkpoint()


@pytest.mark.parametrize("act", ["search", "purge", "gap", "malformed", "", None])
def test_r2_the_log_s_own_name_introduces_keys_and_says_nothing_else(lab: Lab, act: str | None) -> None:
    book = seq.Book(lab.database.connect("brightline_sequencer"))
    before = size(lab)
    with pytest.raises(SequencerFault, match="nothing else"):
        book.introduce(act, {}, {})  # type: ignore[arg-type]
    with pytest.raises(SequencerFault, match="nothing else"):
        book.introduce("rotate-key", {"why": "x" * 70_000}, {})
    assert size(lab) == before


def test_r2_an_introduced_key_says_who_wrote_it_and_when(lab: Lab, settings: seq.Settings) -> None:
    seq.Sequencer(settings).checkpoint()
    book = seq.Book(lab.database.connect("brightline_sequencer"))
    signer, told = keys.load(settings.ledger_key), {"new": "k", "key": Signer.create("x/receipt").verifier.vkey()}
    told |= {"time": "1999-01-01T00:00:00Z", "act": "purge", "name": "search_find", "outcome": "refused"}
    with book.conn.transaction():
        index = book.introduce("receipt-key", told, {"by": "nobody"})
        tree = book.lock()
        checkpoint = Checkpoint(origin=settings.origin, size=tree.size, root=tree.root)
        book.add_checkpoint(checkpoint, checkpoint.sign(signer))
    row = lab.admin.execute(
        "SELECT act, name, outcome, at > now() - interval '1 minute', convert_from(head, 'UTF8') FROM ledger.entry"
        " WHERE index = %s",
        (index,),
    ).fetchone()
    assert row is not None
    assert row[:4] == ("receipt-key", "sequencer", "ok", True)
    assert json.loads(row[4])["new"] == "k"


def test_r2_the_bodies_of_a_search_reach_overseers_and_nobody_else(lab: Lab, thief: psycopg.Connection[Any]) -> None:
    lab.warm("ana", CASE)
    lab.world.run("ana", CASE, "search_find", **find_params("canary unspeakable"))
    rows = thief.execute("SELECT index, entry, leaf FROM ledger.entry").fetchall()
    assert "unspeakable" not in str(rows)
    assert "unspeakable" not in str(thief.execute("SELECT ledger.integrate(2000, 1 << 26), ledger.health()").fetchall())


# ------------------------------------------------------------------------ P6: acts that go on while the log doesn't


def beat_as(thief: psycopg.Connection[Any]) -> None:
    thief.execute("SELECT ledger.beat(1, %s)", (Jsonb([{"part": "sequencer", "begun": 9.0, "seen": 0.0}]),))


def stopped(lab: Lab) -> bool:
    row = lab.admin.execute("SELECT (ledger.health() ->> 'stopped')::boolean").fetchone()
    return bool(row and row[0])


def stand_still(lab: Lab) -> None:
    lab.admin.execute("UPDATE ledger.alive SET at = clock_timestamp() - interval '1 hour'")
    lab.admin.execute("UPDATE ledger.state SET seen = clock_timestamp() - interval '1 hour'")


def test_p6_saying_that_it_turned_keeps_no_acts_going(lab: Lab, thief: psycopg.Connection[Any]) -> None:
    emit(lab)
    stand_still(lab)
    try:
        for call in ("SELECT ledger.alarm('')", "SELECT ledger.hold()", "SELECT ledger.advance(true)"):
            thief.execute(call)
            beat_as(thief)
            assert stopped(lab), call
        said = lab.admin.execute("SELECT ledger.health() ->> 'failing'").fetchone()
        assert said is not None
        assert "entries wait" in said[0]
        # Turns that leave more behind than they take are none either.
        for _ in range(3):
            emit(lab)
            emit(lab)
            assert thief.execute("SELECT more FROM ledger.integrate(1, 1)").fetchone() == (True,)
            beat_as(thief)
            assert stopped(lab)
    finally:
        while thief.execute("SELECT more FROM ledger.integrate(2000, 1 << 26)").fetchone() == (True,):
            pass
        beat_as(thief)
    assert not stopped(lab)


def test_p6_honest_turns_that_keep_the_signer_out_end_acts(
    lab: Lab, thief: psycopg.Connection[Any], settings: seq.Settings
) -> None:
    """The crank is turned and the heartbeat told, as it should be; only the true signer never gets the lock."""
    log = seq.Sequencer(settings)
    log.checkpoint()
    emit(lab)
    try:
        while thief.execute("SELECT more FROM ledger.integrate(2000, 1 << 26)").fetchone() == (True,):
            pass
        with thief.transaction():
            thief.execute("SELECT ledger.hold()")
            with pytest.raises(SequencerFault, match="another sequencer"):
                log.checkpoint()
        # The minutes go by in which it goes on like that.
        for minutes, ended in ((2, False), (9, True)):
            lab.admin.execute("UPDATE ledger.state SET unsigned = unsigned - make_interval(mins => %s)", (minutes,))
            thief.execute("SELECT ledger.integrate(2000, 1 << 26)")
            beat_as(thief)
            told = seq.health(lab.admin)
            assert "no checkpoint was signed since" in " ".join(told["failing"])
            assert told["stopped"] is ended
    finally:
        log.checkpoint()
        beat_as(thief)
    told = seq.health(lab.admin)
    assert not told["stopped"]
    assert "no checkpoint" not in " ".join(told["failing"])


# -------------------------------------------------------------------------------------------- P8: who keeps backups


def test_p8_the_backup_reads_everything_changes_nothing_and_calls_nothing(lab: Lab) -> None:
    may = lab.admin.execute(
        "SELECT c.oid::regclass::text, w FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " CROSS JOIN unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) w"
        " WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
        " AND has_table_privilege('brightline_backup', c.oid, w)"
    ).fetchall()
    assert may == []
    calls = lab.admin.execute(
        "SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
        " WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'ext', 'public')"
        " AND has_schema_privilege('brightline_backup', n.oid, 'USAGE')"
        " AND has_function_privilege('brightline_backup', p.oid, 'EXECUTE')"
    ).fetchall()
    assert calls == []
    connection = lab.database.connect("brightline_backup")
    for statement in (
        "SET ROLE brightline_line",
        "SET session_replication_role = replica",
        "SELECT pg_logical_emit_message(false, 'line', 'x', true)",
        "SELECT ledger.integrate(1, 1)",
        "SELECT app.whoami('x', NULL, NULL, '{}')",
        "COPY (SELECT 1) TO PROGRAM 'true'",
        "SELECT pg_read_file('/etc/hostname')",
        "CREATE TEMP TABLE x (y int)",
        "SELECT lo_create(0)",
    ):
        with pytest.raises(pg.InsufficientPrivilege):
            connection.execute(statement)
    assert connection.execute("SELECT count(*) > 0 FROM line.account").fetchone() == (True,)


# ------------------------------------------------------------------------- R2: what never came is missed by itself


def reconciled(lab: Lab, book: seq.Book) -> str:
    """The alarm after two looks that lie over a minute apart."""
    for _ in range(2):
        lab.admin.execute("UPDATE ledger.state SET reconciled = NULL")
        while book.integrate(2000)[1]:
            pass
        lab.admin.execute("UPDATE ledger.unaccounted SET since = since - interval '2 minutes'")
    book.integrate(2000)
    (alarms,) = lab.admin.execute("SELECT ledger.health() -> 'alarms'").fetchone() or ([],)
    return "; ".join(each for each in alarms if "trace" in each)


def test_r2_an_act_whose_entry_never_came_is_missed(lab: Lab) -> None:
    """Whoever is above all rights keeps entries away: by the traces that acts leave elsewhere they are missed."""
    book = seq.Book(lab.database.connect("brightline_sequencer"))
    # The lab's own rows were put there by hand; nobody acted.
    lab.admin.execute("UPDATE line.session SET seen = now() - interval '1 hour', opened = now() - interval '1 hour'")
    lab.admin.execute("UPDATE line.inquiry SET opened = now() - interval '1 hour'")
    lab.warm("ana", CASE)
    lab.world.run("ana", CASE, "search_find", **find_params("canary"))
    assert reconciled(lab, book) == ""
    account, purpose = lab.world.accounts["ana"], lab.world.purposes[CASE]
    lab.admin.execute(
        "INSERT INTO line.inquiry (account, purpose, reason, folded, entry)"
        " VALUES (%s, %s, 'x', 'x', gen_random_uuid())",
        (account, purpose),
    )
    assert "1 acts left a trace and no entry in the log, the first is inquiry" in reconciled(lab, book)
    lab.admin.execute("DELETE FROM ledger.unaccounted")
    lab.admin.execute("DELETE FROM line.inquiry WHERE reason = 'x'")
    lab.admin.execute(
        "UPDATE line.session SET seen = (SELECT max(at) FROM ledger.entry) + interval '10 minutes' WHERE id ="
        " (SELECT id FROM line.session WHERE account = %s LIMIT 1)",
        (account,),
    )
    assert "the first is session" in reconciled(lab, book)
    lab.admin.execute("UPDATE line.session SET seen = now() - interval '1 hour' WHERE account = %s", (account,))
    lab.admin.execute("DELETE FROM ledger.unaccounted")
    assert reconciled(lab, book) == ""


def test_r2_an_entry_taken_out_of_an_inquiry_is_missed(lab: Lab) -> None:
    book = seq.Book(lab.database.connect("brightline_sequencer"))
    lab.warm("ana", CASE)
    call = lab.world.call("ana", CASE)
    lab.world.gate.run(call, "search_find", find_params("canary"))
    while book.integrate(2000)[1]:
        pass
    lab.admin.execute("DELETE FROM ledger.unaccounted")
    lab.admin.execute("UPDATE line.inquiry SET opened = now(), acts = acts + 1 WHERE id = %s", (call.inquiry,))
    assert f"inquiry {call.inquiry} with" in reconciled(lab, book)
