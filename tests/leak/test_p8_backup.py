"""ATTACKS P8: whoever holds the backup's password, or a dump that was kept, and wants to come in as somebody else."""

from __future__ import annotations

import base64
import subprocess
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from tests.office import Office, office
from tests.rules.test_rule_32_access import sign_in, whoami
from tests.rules.test_second_factor import code_of, enrol, second
from tests.signing import show_code

from brightline.accounts import commands
from brightline.gate import Call, Gate
from brightline.model.errors import Refused, Unauthenticated
from brightline.store import doctor, engine, factors, install
from brightline.store.home import Home, factor_key_in
from brightline.stories.signing_in import SignIn

pytestmark = pytest.mark.database


@pytest.fixture(scope="module")
def at(module_db: Any) -> Iterator[Office]:
    with office(module_db) as made:
        yield made


def stored(at: Office, name: str) -> dict[str, Any]:
    """The row of somebody's authenticator, as a backup has it."""
    with at.database.connect("brightline_backup") as conn:
        row = conn.execute(
            "SELECT f.id, f.secret, f.seal, f.cipher FROM line.factor f JOIN line.account a ON a.id = f.account"
            " WHERE a.name = %s AND f.kind = 'totp' AND f.ended IS NULL",
            (name,),
        ).fetchone()
    assert row is not None
    return dict(zip(("id", "secret", "seal", "cipher"), row, strict=True))


def in_clear(at: Office, name: str, secret: bytes) -> None:
    """As a former version stored it."""
    at.world.db.execute(
        "UPDATE line.factor SET secret = %s, seal = NULL, cipher = 0 WHERE id = %s", (secret, stored(at, name)["id"])
    )


@pytest.fixture
def other_home(at: Office, tmp_path: Path) -> Iterator[Path]:
    """Secrets of another installation, in which the database was restored; afterwards the right ones are back."""
    secrets = Home.find(tmp_path / "home").secrets
    yield secrets
    factors.encipher(at.world.db, at.database.home.secrets)


def test_p8_no_dump_opens_a_second_factor(at: Office) -> None:
    secret, _ = enrol(at, "kim.dump")
    program = engine.wheel_folder() / "pginstall" / "bin" / "pg_dump"
    words = [program, "--data-only", "--schema=line", at.database.dsn("brightline_backup")]
    dump = subprocess.run(words, capture_output=True, check=True).stdout
    assert b"kim.dump" in dump
    key = at.database.home.factor_key()
    for told in (secret, secret.hex().encode(), base64.b32encode(secret), base64.b64encode(secret)):
        assert told not in dump
    for told in (key, key.hex().encode(), base64.b64encode(key)):
        assert told not in dump
    row = stored(at, "kim.dump")
    assert row["cipher"] == 1
    for guess in (bytes(row["secret"]), bytes(row["seal"]), bytes(row["seal"])[:20]):
        assert second(at, sign_in(at, "kim.dump")["token"], "totp", code_of(guess, 1))["ok"] is False
    assert second(at, sign_in(at, "kim.dump")["token"], "totp", code_of(secret, 1))["ok"] is True


def test_p8_one_secret_is_enciphered_otherwise_for_each_factor(at: Office) -> None:
    key, secret = at.database.home.factor_key(), bytes(range(70))
    ask = "SELECT line.factor_cipher(%s, %s, %s)"
    first, other = uuid4(), uuid4()
    (one,) = at.world.db.execute(ask, (key, first, secret)).fetchone()
    (two,) = at.world.db.execute(ask, (key, other, secret)).fetchone()
    assert len({bytes(one), bytes(two), secret}) == 3
    stream = bytes(a ^ b for a, b in zip(bytes(one), secret, strict=True))
    assert len({stream[:32], stream[32:64]}) == 2, "no part of the stream comes again in a longer secret"
    assert at.world.db.execute(ask, (key, first, bytes(one))).fetchone() == (secret,)


def test_p8_another_key_opens_nothing_and_the_answer_says_so(at: Office) -> None:
    secret, codes = enrol(at, "lea.key")
    with at.database.connect("brightline_login") as login:
        told = show_code(login, sign_in(at, "lea.key")["token"], "totp", code_of(secret, 1), bytes(32))
        assert (told["ok"], told["why"]) == (False, "factor_key")
        door = SignIn(lambda: nullcontext(login), bytes(32))
        with pytest.raises(Unauthenticated) as caught:
            door.second(sign_in(at, "lea.key")["token"], "totp", "123456")
        assert caught.value.code == "factor_key"
        assert "recovery code" in caught.value.hint
        opened = door.second(sign_in(at, "lea.key")["token"], "recovery", codes[0])
    assert whoami(at, opened.token) == "lea.key"


def test_p8_a_factor_is_set_up_and_shown_with_the_installations_key_alone(at: Office) -> None:
    secret, codes = enrol(at, "mia.key")
    token = second(at, sign_in(at, "mia.key")["token"], "recovery", codes[0])["token"]
    with at.database.connect("brightline_app") as app, at.database.connect("brightline_policy") as policy:
        for beside in ({}, {"factor_key": "00" * 32}, {"factor_key": "x"}, {"factor_key": 7}):
            wrong = {"factor_totp_begin": beside, "token_add": beside}
            gate = Gate(connect=lambda: nullcontext(app), policy=lambda: nullcontext(policy), beside=wrong)  # type: ignore[arg-type]
            with pytest.raises(Refused) as caught:
                gate.run(Call(token=token), "factor_totp_begin", {"title": "Mine"})
            assert caught.value.code == "factor_key"
        wanted = {"title": "x", "acts": ["case_list"], "purpose": "fraud/agent"}
        ends = (date.today() + timedelta(days=9)).isoformat()  # noqa: DTZ011
        with pytest.raises(Refused) as caught:
            commands.token_add(gate, Call(token=token), code=code_of(secret, 1), expires=ends, **wanted)
        assert caught.value.code == "factor_key"
    # What a caller sends under that name is never taken for the installation's.
    begun = at.gate.run(Call(token=token), "factor_totp_begin", {"title": "Mine", "factor_key": "00" * 32}).result
    made = at.gate.run(
        Call(token=token), "factor_totp_confirm", {"id": begun["id"], "code": code_of(bytes.fromhex(begun["secret"]))}
    )
    assert made.result["kind"] == "totp"


def test_p8_the_key_never_reaches_the_log(at: Office) -> None:
    enrol(at, "noa.log")
    rows = at.database.admin.execute(
        "SELECT data FROM pg_logical_slot_peek_binary_changes(%s, NULL, NULL, 'proto_version', '1',"
        " 'publication_names', 'brightline_line', 'messages', 'true')",
        (at.database.slot,),
    ).fetchall()
    log = b"".join(bytes(row[0]) for row in rows)
    assert b"factor_key" in log
    key = at.database.home.factor_key()
    assert key.hex().encode() not in log
    assert key not in log


def test_p8_what_lay_in_clear_is_enciphered_once_and_goes_on_working(at: Office) -> None:
    secret, _ = enrol(at, "ola.old")
    in_clear(at, "ola.old", secret)
    secrets = at.database.home.secrets
    assert "lie in clear" in str(factors.trouble(at.world.db, secrets))
    assert second(at, sign_in(at, "ola.old")["token"], "totp", code_of(secret))["ok"] is False, "in clear it isn't read"
    assert factors.encipher(at.world.db, secrets) == 1
    assert factors.encipher(at.world.db, secrets) == 0
    assert factors.trouble(at.world.db, secrets) is None
    assert bytes(stored(at, "ola.old")["secret"]) != secret
    assert second(at, sign_in(at, "ola.old")["token"], "totp", code_of(secret, 1))["ok"] is True


def test_p8_up_enciphers_what_lay_in_clear(at: Office) -> None:
    secret, _ = enrol(at, "pia.old")
    in_clear(at, "pia.old", secret)
    install.up(at.database.server)
    assert stored(at, "pia.old")["cipher"] == 1
    assert second(at, sign_in(at, "pia.old")["token"], "totp", code_of(secret, 1))["ok"] is True


def test_p8_a_restore_without_the_key_says_so_and_names_the_way_on(at: Office, other_home: Path) -> None:
    secret, codes = enrol(at, "quin.lost")
    factors.encipher(at.world.db, other_home)
    said = str(factors.trouble(at.world.db, other_home))
    assert "restored without it" in said
    assert "brightline factor reset" in said
    found = {each.name: each for each in doctor.database_checks(at.world.db, at.database.server, install.Sources())}
    assert found["factors.key"].ok, "the former key still lies in this home, and doctor compares with that"
    with at.database.connect("brightline_login") as login:
        door = SignIn(lambda: nullcontext(login), factor_key_in(other_home))
        with pytest.raises(Unauthenticated) as caught:
            door.second(sign_in(at, "quin.lost")["token"], "totp", code_of(secret, 1))
        assert caught.value.code == "factor_key"
        assert whoami(at, door.second(sign_in(at, "quin.lost")["token"], "recovery", codes[0]).token) == "quin.lost"
    at.do("ada", "records/admin", "account_factors_reset", name="quin.lost", reason="The key was lost.")
    assert sign_in(at, "quin.lost")["waits"] == ""


def test_p8_no_constraint_lets_a_secret_in_clear_in(at: Office) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        at.world.db.execute(
            "INSERT INTO line.factor (account, kind, title, secret) VALUES (%s, 'totp', 'x', sha256('x'))",
            (at.world.accounts["ana"],),
        )


# Columns whose name says that they might let somebody in, and what lies there.
KEPT = {
    "line.account.verifier": "a hash of an Argon2id proof",
    "line.attempt.guess": "a hash, of codes with a secret of the database; spent when it is shown",
    "line.ceremony.challenge": "serves once, and only who holds the key can answer",
    "line.factor.credential": "the public name of a security key",
    "line.factor.public_key": "public",
    "line.factor.seal": "tells a wrong key from a wrong code",
    "line.factor.secret": "enciphered",
    "line.factor_key.key_hash": "a hash of 256 random bits",
    "line.federation.browser_hash": "a hash of 256 random bits",
    "line.federation.nonce": "worth nothing without the browser's secret and the provider's answer",
    "line.federation.state_hash": "a hash of 256 random bits",
    "line.federation.verifier": "worth nothing without the browser's secret and the provider's answer",
    "line.lockout.name_hash": "a hash of a name",
    "line.lockout.source_hash": "a hash of an address",
    "line.login_attempt.name_hash": "a hash of a lane",
    "line.provider_token.token_hash": "a hash of a token that was taken",
    "line.recovery_code.code_hash": "a hash of 80 random bits",
    "line.repeat.key": "a hash",
    "line.rulebook_version.hash": "no secret",
    "line.rulebook_version.proof": "what was proved of a rulebook",
    "line.service_token.token_hash": "a hash of 256 random bits",
    "line.session.device_hash": "a hash of 256 random bits",
    "line.session.token_hash": "a hash of 256 random bits",
    "line.setup.code_hash": "a hash of 80 random bits",
    "line.state.rulebook_hash": "no secret",
    "line.visible_set.hash": "no secret",
    "line.authority.code": "the name of a statute section",
    "line.purpose.key": "the name of a purpose",
    "ledger.state.ledger_key": "public",
    "ledger.state.receipt_key": "public",
    "ledger.witness.vkey": "public",
    "ledger.entry.head_salt": "of the entries, which a backup has",
    "ledger.entry.body_salt": "of the entries, which a backup has",
}


def test_p8_every_secret_in_the_tables_is_known(at: Office) -> None:
    """A new column of this kind is looked at by somebody before it is there."""
    rows = at.database.admin.execute(
        "SELECT c.oid::regclass::text || '.' || a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
        " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p')"
        " AND n.nspname IN ('line', 'ledger') AND a.attnum > 0 AND NOT a.attisdropped"
        " AND a.attname ~ 'secret|token|verifier|nonce|salt|guess|challenge|proof|hash|password|seal|code|key|cred'"
        " AND format_type(a.atttypid, NULL) ~ 'bytea|text|json'"
    ).fetchall()
    assert {name for (name,) in rows} == KEPT.keys()
    secrets = at.database.admin.execute("SELECT name FROM line.secret").fetchall()
    assert {name for (name,) in secrets} == {"pass", "challenge", "pseudonym"}
