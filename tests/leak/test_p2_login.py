"""ATTACKS P2 and D4: whoever holds the sign-in's database password (brightline_login), with any SQL."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from psycopg import errors as pg
from psycopg.types.json import Jsonb
from tests.authenticator import Key
from tests.office import Office, office
from tests.rules.test_rule_32_access import arm, sign_in
from tests.signing import ask, show

from brightline.accounts import keys
from brightline.accounts.keys import Place
from brightline.gate import Call

pytestmark = pytest.mark.database

ISSUER, CLIENT = "https://id.example", "brightline"
PLACE = Place(rp="localhost", origin="http://localhost")


@pytest.fixture(scope="module")
def at(module_db: Any) -> Iterator[Office]:
    with office(module_db) as made:
        for group, role in (("investigators", "agent"), ("chiefs", "analyst")):
            made.do("ada", "records/admin", "group_add", issuer=ISSUER, group=group, unit="fraud", role=role)
        yield made


@pytest.fixture
def login(at: Office) -> Iterator[psycopg.Connection[Any]]:
    with at.database.connect("brightline_login") as conn:
        yield conn


@pytest.fixture(scope="module")
def signer(at: Office) -> RSAKey:
    """The provider's key, brought by the worker."""
    key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
    with at.database.connect("brightline_worker") as worker:
        public = Jsonb([key.as_dict(private=False)])
        assert ask(worker, "SELECT line.provider_put(%s, %s, 'groups', %s)", ISSUER, CLIENT, public) == 1
    return key


def claims(nonce: str | None, **changes: Any) -> dict[str, Any]:
    now = int(time.time())
    found = {
        "iss": ISSUER,
        "sub": "mallory",
        "aud": CLIENT,
        "exp": now + 300,
        "iat": now,
        "nonce": nonce,
        "preferred_username": "mallory",
        "groups": ["chiefs"],
        **changes,
    }
    return {key: value for key, value in found.items() if value is not None}


def signed(key: RSAKey, said: dict[str, Any]) -> str:
    return jwt.encode({"alg": "RS256", "kid": "one"}, said, key)


def begun(login: psycopg.Connection[Any]) -> tuple[str, str]:
    """(state, nonce) of a sign-in that the browser came back from."""
    made = ask(login, "SELECT line.federation_begin(%s)", ISSUER)
    assert ask(login, "SELECT line.federation_take(%s, %s)", made["state"], made["browser"])
    return made["state"], made["nonce"]


def opens(login: psycopg.Connection[Any], state: str, token: str | None) -> dict[str, Any]:
    return dict(ask(login, "SELECT line.session_open_federated(%s, %s, 'x', NULL)", state, token))


def none_made(at: Office, name: str = "mallory") -> bool:
    row = at.world.db.execute("SELECT count(*) FROM line.account WHERE name = %s", (name,)).fetchone()
    return bool(row == (0,))


def test_p2_a_federated_account_needs_the_providers_signature(
    at: Office, login: psycopg.Connection[Any], signer: RSAKey
) -> None:
    """What the web process could once say by itself: claims of its own making, in every dress a token may wear."""
    own = RSAKey.generate_key(2048, {"kid": "one"})
    public = json.dumps(signer.as_dict(private=False)).encode()
    for make in (
        lambda said: None,
        lambda said: json.dumps(said),
        lambda said: signed(own, said),
        lambda said: signed(signer, said)[:-8] + "AAAAAAAA",
        lambda said: ".".join([*signed(own, said).split(".")[:2], signed(signer, {"sub": "x"}).split(".")[2]]),
        lambda said: jwt.encode({"alg": "HS256", "kid": "one"}, said, OctKey.import_key(public)),
        lambda said: signed(own, said).rsplit(".", 1)[0] + ".",
        lambda said: "eyJhbGciOiJub25lIn0." + signed(own, said).split(".")[1] + ".",
    ):
        state, nonce = begun(login)
        told = opens(login, state, make(claims(nonce)))
        assert (told["ok"], told["why"]) == (False, "signature")
    assert none_made(at)
    state, nonce = begun(login)
    assert opens(login, state, signed(signer, claims(nonce, sub="m1", preferred_username="true.one")))["ok"] is True


@pytest.mark.parametrize(
    ("twist", "why"),
    [
        ({"iss": "https://evil.example"}, "issuer"),
        ({"aud": "another-client"}, "audience"),
        ({"aud": [CLIENT, "other"], "azp": "other"}, "audience"),
        ({"nonce": "mine"}, "nonce"),
        ({"sub": None}, "subject"),
        ({"exp": 1}, "expired"),
        ({"iat": 1}, "issued too long ago, or in the future"),
        ({"groups": None}, "the token names no groups"),
        ({"groups": ["strangers"]}, "no group of theirs gives a role here"),
    ],
)
def test_p2_a_token_signed_for_something_else_opens_nothing(
    at: Office, login: psycopg.Connection[Any], signer: RSAKey, twist: dict[str, Any], why: str
) -> None:
    state, nonce = begun(login)
    told = opens(login, state, signed(signer, claims(**{"nonce": nonce, **twist})))
    assert (told["ok"], told["why"]) == (False, why)
    assert none_made(at)


def test_p2_a_token_and_a_return_serve_once_and_in_two_steps(
    at: Office, login: psycopg.Connection[Any], signer: RSAKey
) -> None:
    with login.transaction():
        state, nonce = begun(login)
        token = signed(signer, claims(nonce, sub="m2", preferred_username="two.steps"))
        assert opens(login, state, token) == {"ok": False, "why": "no request of ours"}
    assert opens(login, state, token)["ok"] is True
    assert opens(login, state, token) == {"ok": False, "why": "no request of ours"}


def test_p2_no_password_of_the_web_process_brings_a_key(at: Office, signer: RSAKey) -> None:
    mine = Jsonb([RSAKey.generate_key(2048, {"kid": "one"}).as_dict(private=False)])
    for role in ("brightline_login", "brightline_app", "brightline_policy"):
        with at.database.connect(role) as conn, pytest.raises(pg.InsufficientPrivilege):
            conn.execute("SELECT line.provider_put(%s, %s, 'groups', %s)", (ISSUER, CLIENT, mine))
    with at.database.connect("brightline_worker") as conn, pytest.raises(pg.InsufficientPrivilege):
        conn.execute("SELECT line.session_open_federated('x', 'y', 'z', NULL)")


def test_p2_groups_that_nobody_signed_give_no_role_and_may_take_one(
    at: Office, login: psycopg.Connection[Any], signer: RSAKey
) -> None:
    state, nonce = begun(login)
    said = claims(nonce, sub="m3", preferred_username="grace.three", groups=["investigators"])
    opened = opens(login, state, signed(signer, said))
    session = opened["session"]

    def roles() -> list[str]:
        found = at.gate.run(Call(token=opened["token"]), "whoami").result["roles"]
        return [one["role"] for one in found]

    recheck = "SELECT line.session_recheck(%s, true, %s, %s, 'x')"
    assert ask(login, recheck, session, None, Jsonb(["investigators", "chiefs"])) is True
    assert roles() == ["agent"]
    old = claims(None, sub="m3", groups=["chiefs"], iat=int(time.time()) - 3600)
    other = claims(None, sub="m4", groups=["chiefs"])
    for token in (signed(signer, old), signed(signer, other), signed(RSAKey.generate_key(2048), other)):
        assert ask(login, recheck, session, token, None) is True
        assert roles() == ["agent"]
    fresh = claims(None, sub="m3", groups=["chiefs"])
    assert ask(login, recheck, session, signed(signer, fresh), None) is True
    assert roles() == ["analyst"]
    absent = claims(None, sub="m3", groups=None)
    assert ask(login, recheck, session, signed(signer, absent), None) is True
    assert roles() == ["analyst"], "absent isn't none"
    assert ask(login, recheck, session, None, Jsonb([])) is True
    assert roles() == []


def test_p2_a_logout_needs_the_providers_signature(at: Office, login: psycopg.Connection[Any], signer: RSAKey) -> None:
    state, nonce = begun(login)
    opened = opens(login, state, signed(signer, claims(nonce, sub="m5", preferred_username="five.out")))
    events = {"http://schemas.openid.net/event/backchannel-logout": {}}
    good = {**claims(None, sub="m5"), "events": events}
    forged = signed(RSAKey.generate_key(2048), good)
    end = "SELECT line.session_end_federated(%s, %s)"
    for token in (None, "x", forged, signed(signer, claims(nonce, sub="m5"))):
        assert ask(login, end, ISSUER, token) == -1
    assert at.gate.run(Call(token=opened["token"]), "whoami").result["account"] == "five.out"
    assert ask(login, end, ISSUER, signed(signer, good)) == 1
    assert ask(login, end, ISSUER, signed(signer, good)) == -1


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("\u0430na.cyril", "the name there holds letters that a name here can't hold, or is too long"),
        ("\u03bfmega", "the name there holds letters that a name here can't hold, or is too long"),
        ("x" * 64, "the name there holds letters that a name here can't hold, or is too long"),
        ("ana", "an account of that name exists already"),
        ("\uff41\uff4e\uff41", "an account of that name exists already"),
        ("\u00e1na", "an account of that name exists already"),
        ("arn\u0301os", "an account exists whose name looks the same"),
        ("0mar.l", "an account exists whose name looks the same"),
        ("omar.1", "an account exists whose name looks the same"),
    ],
)
def test_f8_names_that_only_look_alike_are_refused_and_never_shortened(
    at: Office, login: psycopg.Connection[Any], signer: RSAKey, given: str, why: str
) -> None:
    for name in ("amos", "omar.l"):
        if none_made(at, name):
            at.world.person(name, ("fraud", "agent"))
    before = at.world.db.execute("SELECT count(*) FROM line.account").fetchone()
    state, nonce = begun(login)
    told = opens(login, state, signed(signer, claims(nonce, sub=uuid4().hex, preferred_username=given)))
    assert (told["ok"], told["why"]) == (False, why)
    assert at.world.db.execute("SELECT count(*) FROM line.account").fetchone() == before


def test_f8_a_name_with_accents_is_taken_in_plain_letters(
    at: Office, login: psycopg.Connection[Any], signer: RSAKey
) -> None:
    state, nonce = begun(login)
    said = claims(nonce, sub=uuid4().hex, preferred_username="Jos\u00e9 Garc\u00eda@agency.example")
    assert opens(login, state, signed(signer, said))["account"] == "jose.garcia"


# ------------------------------------------------------------------------------------------ security keys


def test_p2_the_web_process_cant_say_that_a_key_was_shown(at: Office, login: psycopg.Connection[Any]) -> None:
    """With the password of a person and the sign-in's own: the second factor still takes the key."""
    at.world.person("kay.two", ("fraud", "agent"))
    arm(at, "kay.two")
    token = sign_in(at, "kay.two")["token"]
    key, thief = Key(origin=PLACE.origin), Key(origin=PLACE.origin)
    options = keys.begin(at.gate, Call(token=token), title="Key", at=PLACE).result
    keys.confirm(at.gate, Call(token=token), credential=key.create(options), at=PLACE)
    waiting = sign_in(at, "kay.two")["token"]

    def challenge() -> dict[str, Any]:
        return keys.wanted(ask(login, "SELECT line.webauthn_challenge(%s)", waiting), PLACE)

    def shown(told: dict[str, Any]) -> bool:
        return bool(ask(login, "SELECT line.webauthn_shown(%s, %s)", waiting, Jsonb(told))["ok"])

    public = ask(login, "SELECT line.webauthn_keys(%s)", waiting)
    wanted = challenge()
    good = keys.shown(public, key.get(wanted), PLACE)
    assert not shown({**good, "challenge": good["challenge"][:-2] + "00"})
    for change in (
        {"signature": None},
        {"signature": good["signature"][:-2] + ("00" if good["signature"][-2:] != "00" else "01")},
        {"verified": True, "sign_count": 99, "signature": ""},
        {"auth_data": good["auth_data"][:-2] + "ff"},
        {"client_data": b'{"type":"webauthn.get"}'.hex()},
    ):
        wanted = challenge()
        told = keys.shown(public, key.get(wanted), PLACE)
        assert not shown({**told, **change}), change
    wanted = challenge()
    stolen = thief.get(wanted)
    stolen["rawId"] = stolen["id"] = wanted["allowCredentials"][0]["id"]
    parts = {"client_data": "clientDataJSON", "auth_data": "authenticatorData", "signature": "signature"}
    raw = {name: keys.base64url_to_bytes(stolen["response"][part]).hex() for name, part in parts.items()}
    assert not shown({**keys.shown(public, stolen, PLACE), "credential": public[0]["credential"], **raw})
    assert shown(keys.shown(public, key.get(challenge()), PLACE))


# ---------------------------------------------------------------------------------------- all it may call

NEEDS_A_SECRET = {
    "session_close": "a live token",
    "session_waits": "a token that waits",
    "session_lives": "a live token",
    "session_second": "a token that waits",
    "session_second_attempt": "a token that waits",
    "webauthn_challenge": "a token that waits",
    "webauthn_keys": "a token that waits",
    "webauthn_shown": "a token that waits",
    "session_open": "an attempt that was committed",
    "federation_take": "a state and its browser's secret",
    "session_open_federated": "a signed token",
    "session_recheck": "the id of a federated session",
    "session_end_federated": "a signed token",
    "setup_first_admin": "the one-time code",
}
OPEN_TO_IT = {
    "login_challenge": "a salt, for names that exist and for others",
    "session_attempt": "counts against the name",
    "federation_begin": "a request that opens nothing",
    "federation_ready": "whether a public key is known",
    "federation_refused": "an entry of a refusal",
    "setup_waits": "whether the installation has no administrator yet",
}


def test_p2_every_function_of_it_is_known_and_opens_nothing_without_a_secret(
    at: Office, login: psycopg.Connection[Any]
) -> None:
    """By the catalogue: whatever it may execute is listed here, with what it needs; with made-up values none opens."""
    rows = at.database.admin.execute(
        "SELECT p.proname, p.pronargs, pg_get_function_identity_arguments(p.oid) FROM pg_proc p"
        " JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')"
        " AND has_function_privilege('brightline_login', p.oid, 'EXECUTE')"
        " AND has_schema_privilege('brightline_login', n.oid, 'USAGE') AND n.nspname <> 'ext'"
    ).fetchall()
    assert {name for name, _, _ in rows} == NEEDS_A_SECRET.keys() | OPEN_TO_IT.keys()
    sessions = "SELECT count(*), count(*) FILTER (WHERE ended IS NULL) FROM line.session"
    before = at.world.db.execute(sessions).fetchone()
    made_up = {"text": "'made up'", "uuid": "gen_random_uuid()", "jsonb": "'{}'", "bytea": "'x'", "boolean": "true"}
    for name, _, arguments in rows:
        types = [one.strip().split(" ")[-1] for one in arguments.split(",") if one.strip()]
        call = f"SELECT line.{name}({', '.join(f'{made_up[kind]}::{kind}' for kind in types)})"
        told = ask(login, call)
        if name in NEEDS_A_SECRET:
            assert told in (None, False, -1, [], {"ok": False}) or told.get("ok") is False, (name, told)
    assert at.world.db.execute(sessions).fetchone() == before


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM line.account",
        "SELECT secret FROM line.factor",
        "SELECT guess FROM line.attempt",
        "SELECT jwk FROM line.provider_key",
        "INSERT INTO line.attempt (kind, method, lanes, guess) VALUES ('password', 'password', '{}', '')",
        "UPDATE line.login_attempt SET failed = 0",
        "DELETE FROM line.login_attempt",
        "DELETE FROM line.attempt",
        "SELECT line.attempt_held(NULL::line.attempt)",
        "SELECT line.attempt_take(gen_random_uuid(), 'password')",
        "SELECT line.attempt_write(NULL::line.attempt, '{}', '{}', '', '')",
        "SELECT line.second_open(NULL::line.session, 'totp', '{}')",
        "SELECT line.second_right(NULL::line.attempt, NULL)",
        "SELECT line.session_make(NULL::line.account, 'x', NULL)",
        "SELECT line.federation_account('x', '{}', '{}')",
        "SELECT line.federation_apply(gen_random_uuid(), 'x', '{}')",
        "SELECT line.totp('x', 1)",
        "SELECT line.account_tell(gen_random_uuid(), 'session', 'x')",
        "SELECT caption FROM content.aspect",
        "SELECT app.whoami('x', NULL, NULL, '{}')",
        "SELECT pg_logical_emit_message(false, 'line', 'x')",
        "SET ROLE brightline_line",
        "SET SESSION AUTHORIZATION brightline_line",
        "COPY (SELECT 1) TO PROGRAM 'true'",
        "CREATE TEMP TABLE t (x int)",
        "DO 'BEGIN END'",
    ],
)
def test_p2_nothing_else_is_its(login: psycopg.Connection[Any], statement: str) -> None:
    with pytest.raises((pg.InsufficientPrivilege, pg.UndefinedFunction)) as denied:
        login.execute(statement)
    assert denied.value.sqlstate == "42501", denied.value


def test_p2_a_right_password_is_what_it_opens_and_only_for_its_account(
    at: Office, login: psycopg.Connection[Any]
) -> None:
    at.world.person("pia.two", ("fraud", "agent"))
    assert show(login, "pia.two", b"ana")["ok"] is False
    token = show(login, "pia.two", b"pia.two")["token"]
    assert at.gate.run(Call(token=token), "whoami").result["account"] == "pia.two"
