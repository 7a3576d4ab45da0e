"""Commands of the log's own machine: changing the key, settings for witnesses and time-stamps, a witness."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from tests.fault.test_ledger_sequencer import emit
from tests.logbook import logbook

from brightline.cli.app import perform
from brightline.ledger import keys
from brightline.ledger.checkpoint import Checkpoint, open_checkpoint
from brightline.ledger.errors import SequencerFault
from brightline.ledger.note import COSIGNATURE, Signer, Verifier
from brightline.ledger.sequencer import Sequencer, slot_name
from brightline.model.errors import BadInput
from brightline.store import connect, install
from brightline.store.doctor import slot_checks
from brightline.store.server import Server
from brightline.wiring.log import ledger_settings
from brightline.wiring.settings import Settings
from brightline.worker import place

WHY = "The yearly change of the key, as the security plan says."


@pytest.fixture
def house(db, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Settings:
    """The settings of a home whose server is the tests' own."""
    settings = Settings(home=tmp_path / "home")
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("BRIGHTLINE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(connect, "server", lambda *_: db.server)
    return settings


def said(capsys: pytest.CaptureFixture[str]) -> str:
    told = capsys.readouterr()
    assert "Traceback" not in told.err
    return told.out + told.err


@pytest.mark.database
def test_rotate_key_changes_it_and_verify_follows(db, house, capsys, tmp_path: Path) -> None:
    admin: psycopg.Connection = db.admin
    log = Sequencer(ledger_settings(house, house.find_home(), db.server))
    emit(admin)
    log.checkpoint()
    folder = house.find_home().path / "ledger"
    (tmp_path / "old.vkey").write_text((folder / "keys/ledger.vkey").read_text())
    assert perform(["ledger", "rotate-key", "--why", "planned", "--reason", "short"]) == 2
    assert perform(["ledger", "rotate-key", "--why", "whim", "--reason", WHY]) == 2
    said(capsys)
    assert perform(["ledger", "rotate-key", "--why", "planned", "--reason", WHY, "--json"]) == 0
    told = json.loads(said(capsys))
    assert told["old"] == (tmp_path / "old.vkey").read_text().strip()
    assert told["new"] == (folder / "keys/ledger.vkey").read_text().strip() != told["old"]
    row = admin.execute("SELECT act, convert_from(body, 'UTF8') FROM ledger.entry WHERE index = %s", (told["index"],))
    act, body = row.fetchone()
    assert act == "rotate-key"
    assert json.loads(body)["reason"] == WHY
    assert json.loads(body)["by"].startswith("system:")
    # The worker's sequencer, which had the old key in memory, goes on with the new one.
    emit(admin)
    log.checkpoint()
    verify = ["ledger", "verify", "--tiles", str(folder), "--key", str(tmp_path / "old.vkey"), "--json"]
    assert perform(verify) == 0
    assert json.loads(said(capsys))["keys"] == [told["old"], told["new"]]
    # A change that waits is finished by the next checkpoint, and another can't be begun.
    keys.prepare(house.find_home().secrets / "ledger.key", why="planned", reason=WHY, by="system:test")
    assert perform(["ledger", "rotate-key", "--why", "planned", "--reason", WHY]) == 1
    assert "waits already" in said(capsys)
    log.checkpoint()
    assert len(log.links()) == 2


@pytest.mark.database
def test_f1_a_lost_slot_is_made_anew_by_name_and_reason_alone(db, house, capsys, tmp_path: Path) -> None:
    admin: psycopg.Connection = db.admin
    log = Sequencer(ledger_settings(house, house.find_home(), db.server))
    emit(admin)
    log.checkpoint()
    why = "The disk of the first server was replaced overnight."
    assert perform(["ledger", "renew", "--reason", why]) == 1
    assert "lost nothing" in said(capsys)
    admin.execute("SELECT pg_drop_replication_slot(%s)", (slot_name(db.name),))
    lost = emit(admin)
    # Neither a start nor a resumption mends it in silence; both doors name the way on.
    assert install.ready_ledger(admin) is False
    with pytest.raises(SequencerFault):
        log.checkpoint()
    assert perform(["ledger", "resume", "--reason", why]) == 1
    assert "ledger renew" in said(capsys)
    assert "ledger renew" in " ".join(check.detail for check in slot_checks(admin) if not check.ok)
    admin.execute("UPDATE ledger.alive SET at = clock_timestamp() - interval '1 hour'")
    assert perform(["ledger", "renew", "--reason", "short"]) == 2
    said(capsys)
    assert perform(["ledger", "renew", "--reason", why, "--json"]) == 0
    told = json.loads(said(capsys))
    rows = admin.execute(
        "SELECT entry::text, act, convert_from(body, 'UTF8')::jsonb FROM ledger.entry ORDER BY index"
    ).fetchall()
    named = {entry: (act, body) for entry, act, body in rows}
    assert named[told["entry"]][0] == "gap"
    assert named[told["entry"]][1]["reason"] == why
    assert named[told["entry"]][1]["by"].startswith("system:")
    assert str(lost) not in named
    assert admin.execute("SELECT at > clock_timestamp() - interval '1 minute' FROM ledger.alive").fetchone() == (True,)
    emit(admin)
    assert log.checkpoint().size > told["size"]
    assert perform(["ledger", "verify", "--tiles", str(house.find_home().path / "ledger")]) == 0


@pytest.mark.database
def test_f1_a_log_goes_on_by_somebodys_word_once_its_fault_is_mended(db, house, capsys) -> None:
    admin: psycopg.Connection = db.admin
    log = Sequencer(ledger_settings(house, house.find_home(), db.server))
    emit(admin)
    log.checkpoint()
    why = "The worker was away for the night and runs again."
    assert perform(["ledger", "resume", "--reason", why, "--json"]) == 0
    assert json.loads(said(capsys))["entry"] is None
    emit(admin)
    admin.execute("UPDATE ledger.alive SET at = clock_timestamp() - interval '1 hour'")
    assert perform(["ledger", "resume", "--reason", why, "--json"]) == 0
    told = json.loads(said(capsys))
    assert "acts have been refused since" in told["was"][0]
    assert told["now"] == []
    log.checkpoint()
    row = admin.execute(
        "SELECT act, convert_from(body, 'UTF8')::jsonb FROM ledger.entry WHERE entry = %s", (told["entry"],)
    ).fetchone()
    assert row[0] == "resume"
    assert row[1]["reason"] == why


@pytest.mark.database
def test_f1_a_log_that_was_set_back_is_not_resumed(db, house, capsys, tmp_path: Path) -> None:
    """A backup older than the published log: what was signed can't be contradicted, whoever asks."""
    admin: psycopg.Connection = db.admin
    log = Sequencer(ledger_settings(house, house.find_home(), db.server))
    for _ in range(3):
        emit(admin)
    log.checkpoint()
    folder = house.find_home().path / "ledger"
    grown = logbook(tmp_path / "other", 9)
    signer = keys.load(house.find_home().secrets / "ledger.key")
    note = Checkpoint(origin=signer.name, size=9, root=open_checkpoint(grown.publish(), grown.signer.verifier).root)
    (folder / "checkpoint").write_bytes(note.sign(signer))
    assert perform(["ledger", "resume", "--reason", "A backup of last night was restored."]) == 4
    assert "it was set back" in said(capsys)


def test_verify_asks_for_witnesses_that_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = logbook(tmp_path, 3)
    out = str(book.export())
    witness = Signer.create("w.example/1", COSIGNATURE).verifier.vkey()
    (tmp_path / "w.vkey").write_text(witness + "\n")
    assert perform(["ledger", "verify", "--tiles", out, "--quorum", "1"]) == 2
    assert "0 witnesses are named" in said(capsys)
    assert perform(["ledger", "verify", "--tiles", out, "--witness", str(tmp_path / "w.vkey"), "--json"]) == 5
    found = json.loads(capsys.readouterr().out)
    assert (found["witnessed"], [p["kind"] for p in found["problems"]]) == (0, ["witness"])


def _both(settings: Settings, server: Server) -> None:
    place._witnesses(settings, settings.find_home(), server)
    place._stamps(settings, server)


@pytest.mark.parametrize(
    ("name", "value", "field"),
    [
        ("witnesses", "nonsense", "BRIGHTLINE_WITNESSES"),
        ("witnesses", "{witness}", "BRIGHTLINE_WITNESSES"),
        ("witnesses", "{log} https://w.example", "BRIGHTLINE_WITNESSES"),
        ("witness_quorum", 2, "BRIGHTLINE_WITNESS_QUORUM"),
        ("tsa_url", "https://tsa.example", "BRIGHTLINE_TSA_CERTIFICATES"),
    ],
)
def test_wrong_settings_are_named(tmp_path: Path, name: str, value: object, field: str) -> None:
    witness = Signer.create("w.example/1", COSIGNATURE).verifier.vkey()
    log = Signer.create("log.example").verifier.vkey()
    text = value.format(witness=witness, log=log) if isinstance(value, str) else value
    given = {"witnesses": f"{witness} https://w.example", name: text}
    settings = Settings(home=tmp_path, **given)
    server = Server(place={}, superuser="postgres", secrets=tmp_path / "secrets")
    with pytest.raises(BadInput) as caught:
        _both(settings, server)
    assert caught.value.field == field
    assert caught.value.hint


@pytest.mark.slow
def test_the_witness_command_makes_its_key_and_says_where_it_listens(tmp_path: Path) -> None:
    """The key is printed at once, so that it can be handed over; then it serves until it is told to end."""
    log = Signer.create("log.example").verifier.vkey()
    words = [sys.executable, "-m", "brightline.cli", "witness", "--state", str(tmp_path / "w")]
    more = ["--name", "w.example/1", "--log", log, "--listen", "127.0.0.1:0", "--json"]
    with subprocess.Popen([*words, *more], stdout=subprocess.PIPE, text=True, env=dict(os.environ)) as running:
        try:
            assert running.stdout is not None
            text = ""
            while not text.endswith("}\n"):
                line = running.stdout.readline()
                assert line
                text += line
        finally:
            running.terminate()
    assert running.returncode == 0
    told = json.loads(text)
    assert Verifier.parse(told["key"]).kind == COSIGNATURE
    assert told["url"].startswith("http://127.0.0.1:")
    assert (tmp_path / "w" / "witness.key").stat().st_mode & 0o077 == 0
    done = subprocess.run([*words, "--key-only", "--json"], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["key"] == told["key"]
