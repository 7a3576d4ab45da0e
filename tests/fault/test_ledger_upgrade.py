"""A log that a former version wrote goes on: what its line had written and nobody had read yet, in the former form."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.types.json import Jsonb
from tests.fault.test_ledger_sequencer import emit, logged

from brightline.ledger import sequencer as seq
from brightline.ledger.keys import load
from brightline.ledger.leaf import Leaf
from brightline.ledger.verify import verify
from brightline.store import embedded, install
from brightline.store.home import Home

pytestmark = pytest.mark.database


@pytest.fixture
def settings(db, tmp_path: Path) -> seq.Settings:
    return seq.Settings(
        dsn=db.dsn("brightline_sequencer"),
        folder=tmp_path / "ledger",
        ledger_key=tmp_path / "secrets" / "ledger.key",
        origin="brightline.local/test",
    )


def former(conn: psycopg.Connection, **body: object) -> UUID:
    """An entry as the line wrote it before leaves had lengths."""
    entry = uuid4()
    head = {"act": "view", "name": "item_view", "time": "2026-03-01T10:00:00.000001Z", "outcome": "ok"}
    conn.execute(
        "SELECT pg_logical_emit_message(false, 'line', convert_to(jsonb_build_object('v', 1, 'entry', %s::uuid,"
        " 'head', (%s::jsonb)::text, 'head_salt', repeat('01', 32), 'body', (%s::jsonb)::text,"
        " 'body_salt', repeat('02', 32))::text, 'UTF8'), true)",
        (entry, Jsonb(head), Jsonb(body)),
    )
    return entry


def test_entries_of_the_former_form_stay_in_their_places_and_verify(db, settings: seq.Settings) -> None:
    admin = db.admin
    install.down(db.server, target="0034")
    entries = [former(admin, account=str(uuid4()), words="größer") for _ in range(3)]
    where = "SELECT confirmed_flush_lsn, failover FROM pg_replication_slots WHERE slot_name = %s"
    stood = admin.execute(where, (db.slot,)).fetchone()
    # The rows of a former version are of version 1; the rulebook that `up` seeds is an entry of its own.
    install.up(db.server)
    assert admin.execute(where, (db.slot,)).fetchone() == stood
    log = seq.Sequencer(settings)
    log.checkpoint()
    entries.append(emit(admin))
    assert log.checkpoint().size == len(logged(admin))
    assert [entry for entry in logged(admin) if entry in entries] == entries
    rows = admin.execute("SELECT entry, leaf, account IS NULL, act FROM ledger.entry ORDER BY index").fetchall()
    versions = {entry: Leaf.parse(bytes(leaf)).version for entry, leaf, _, _ in rows}
    assert [versions[entry] for entry in entries] == [1, 1, 1, 2]
    assert {row[2:] for row in rows if row[0] in entries[:3]} == {(False, "view")}
    assert not [row for row in rows if row[3] in ("gap", "malformed")]
    assert verify(settings.folder, key=load(settings.ledger_key).verifier.vkey()).ok


def test_a_home_s_file_of_who_may_connect_is_renewed_and_one_of_the_site_s_is_left(tmp_path: Path) -> None:
    home = Home.find(tmp_path / "home")
    cluster = embedded.cluster_of(home)
    cluster.data.mkdir(parents=True)
    path = cluster.data / "pg_hba.conf"
    path.write_text(embedded._FORMER_HBA)
    embedded._renew_hba(cluster)
    assert path.read_text() == embedded._HBA
    path.write_text("local all all scram-sha-256\n")
    embedded._renew_hba(cluster)
    assert path.read_text() == "local all all scram-sha-256\n"
