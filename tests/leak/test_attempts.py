"""ATTACKS F8 and R11: guessing with the sign-in's own password, and locking others out."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from tests.office import Office, office
from tests.rules.test_rule_32_access import arm, sign_in
from tests.rules.test_second_factor import code_of, enrol
from tests.signing import ask, show, show_code

from brightline.gate import Call

pytestmark = pytest.mark.database

SECOND = "SELECT line.session_second(%s, %s, %s)"


@pytest.fixture(scope="module")
def at(module_db: Any) -> Iterator[Office]:
    with office(module_db) as made:
        yield made


@pytest.fixture
def login(at: Office) -> Iterator[psycopg.Connection[Any]]:
    with at.database.connect("brightline_login") as conn:
        yield conn


def person(at: Office, name: str, role: str = "agent") -> str:
    """Somebody whose proof is their own name, as tests.world makes it."""
    at.world.person(name, ("fraud", role))
    return name


def begin(
    login: psycopg.Connection[Any], name: str, proof: bytes, source: str = "192.0.2.1", device: Any = None
) -> Any:
    return ask(login, "SELECT line.session_attempt(%s, %s, %s, %s)", name, proof, source, device)


# ----------------------------------------------------------------------------- F8: no count is taken back


def test_f8_what_was_not_committed_is_not_compared(at: Office, login: psycopg.Connection[Any]) -> None:
    """In one transaction, by savepoints, by ROLLBACK: a right password opens nothing that way."""
    name = person(at, "fay.eight")
    with login.transaction():
        begun = begin(login, name, name.encode())
        with login.transaction():
            told = ask(login, "SELECT line.session_open(%s, 'x', NULL)", begun["attempt"])
        assert told == {"ok": False}
    with login.transaction(force_rollback=True):
        gone = begin(login, name, name.encode())
    assert ask(login, "SELECT line.session_open(%s, 'x', NULL)", gone["attempt"]) == {"ok": False}
    assert ask(login, "SELECT line.session_open(%s, 'x', NULL)", str(uuid4())) == {"ok": False}


def test_f8_a_rollback_takes_no_wrong_password_back(at: Office, login: psycopg.Connection[Any]) -> None:
    name = person(at, "gus.eight")
    for n in range(10):
        begun = begin(login, name, f"guess {n}".encode())
        with login.transaction(force_rollback=True):
            assert ask(login, "SELECT line.session_open(%s, 'x', NULL)", begun["attempt"])["ok"] is False
    shut = begin(login, name, name.encode())
    assert shut["ok"] is False
    assert shut["retry_after"] > 600


def test_f8_comparing_again_tells_nothing_new_and_opens_once(at: Office, login: psycopg.Connection[Any]) -> None:
    name = person(at, "hal.eight")
    begun = begin(login, name, name.encode())
    opened = "SELECT line.session_open(%s, 'x', NULL)"
    with login.transaction(force_rollback=True):
        taken_back = ask(login, opened, begun["attempt"])
    assert ask(login, opened, begun["attempt"])["ok"] is True
    assert ask(login, opened, begun["attempt"]) == {"ok": False}
    sessions = at.world.db.execute(
        "SELECT count(*) FROM line.session s JOIN line.account a ON a.id = s.account WHERE a.name = %s", (name,)
    ).fetchone()
    assert sessions == (1,)
    assert taken_back["token"]


def test_f8_wrong_codes_count_whatever_is_rolled_back(at: Office, login: psycopg.Connection[Any]) -> None:
    secret, _ = enrol(at, "ida.eight")
    token = sign_in(at, "ida.eight")["token"]
    for n in range(5):
        begun = ask(login, "SELECT line.session_second_attempt(%s, 'totp', %s)", token, f"{n:06d}")
        with login.transaction(force_rollback=True):
            assert ask(login, SECOND, token, begun["attempt"], at.database.home.factor_key())["ok"] is False
    assert show_code(login, token, "totp", code_of(secret, 1), at.database.home.factor_key()) == {"ok": False}
    assert ask(login, "SELECT line.session_waits(%s)", token) is None, "the session that guessed is over"


def test_f8_a_right_code_taken_back_is_spent(at: Office, login: psycopg.Connection[Any]) -> None:
    secret, codes = enrol(at, "jan.eight")
    for kind, code in (("totp", code_of(secret, 1)), ("recovery", codes[0])):
        token = sign_in(at, "jan.eight")["token"]
        begun = ask(login, "SELECT line.session_second_attempt(%s, %s, %s)", token, kind, code)
        with login.transaction(force_rollback=True):
            assert ask(login, SECOND, token, begun["attempt"], at.database.home.factor_key())["ok"] is True
        assert show_code(login, token, kind, code, at.database.home.factor_key())["ok"] is False, kind


@pytest.mark.parametrize("kind", ["totp", "recovery"])
def test_f8_a_code_used_twice_in_two_parallel_requests(at: Office, kind: str) -> None:
    secret, codes = enrol(at, f"par.{kind}")
    tokens = [sign_in(at, f"par.{kind}")["token"] for _ in range(4)]
    code = codes[0] if kind == "recovery" else code_of(secret, 1)
    gate, told = threading.Barrier(4), []

    def use(token: str) -> None:
        with at.database.connect("brightline_login") as conn:
            gate.wait(20)
            told.append(show_code(conn, token, kind, code, at.database.home.factor_key())["ok"])

    threads = [threading.Thread(target=use, args=(token,)) for token in tokens]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    assert sorted(told) == [False, False, False, True]


def test_f8_attempts_at_once_are_counted_one_after_another(at: Office) -> None:
    name = person(at, "kit.eight")
    gate, told = threading.Barrier(8), []

    def try_(n: int) -> None:
        with at.database.connect("brightline_login") as conn:
            gate.wait(20)
            told.extend("attempt" in begin(conn, name, f"{n} {m}".encode()) for m in range(3))

    threads = [threading.Thread(target=try_, args=(n,)) for n in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    assert (sum(told), len(told)) == (10, 24)


def test_f8_sources_made_up_by_whoever_holds_the_password_are_bounded_by_the_name(
    at: Office, login: psycopg.Connection[Any]
) -> None:
    name = person(at, "lil.eight")
    tried = sum("attempt" in begin(login, name, f"{n}".encode(), f"made-up-{n}") for n in range(80))
    assert tried == 60


# -------------------------------------------------------------------------- R11: nobody locks others out


def test_r11_a_strangers_wrong_passwords_lock_the_stranger(at: Office, login: psycopg.Connection[Any]) -> None:
    name = person(at, "mia.eleven")
    opened = show(login, name, name.encode(), device="", source="198.51.100.7")
    for n in range(10):
        show(login, name, f"{n}".encode(), source="203.0.113.9")
    assert begin(login, name, name.encode(), "203.0.113.9")["ok"] is False
    assert show(login, name, name.encode(), source="198.51.100.7")["ok"] is True, "another place"
    known = show(login, name, name.encode(), device=opened["device"], source="203.0.113.9")
    assert known["ok"] is True, "a browser that was here before, from the stranger's own place"


def test_r11_a_known_browser_has_a_lane_of_its_own_and_only_for_its_account(
    at: Office, login: psycopg.Connection[Any]
) -> None:
    name, other = person(at, "ned.eleven"), person(at, "ola.eleven")
    device = show(login, name, name.encode(), device="")["device"]
    for n in range(70):
        begin(login, name, f"{n}".encode(), f"place-{n}")
    assert begin(login, name, name.encode(), "a new place")["ok"] is False, "the name is locked for who isn't known"
    assert show(login, name, name.encode(), device=device)["ok"] is True
    for n in range(10):
        begin(login, other, f"{n}".encode(), "office", device)
    assert begin(login, other, b"x", "office", device)["ok"] is False, "another's device opens no lane here"
    for n in range(10):
        begin(login, name, f"{n}".encode(), "office", device)
    assert begin(login, name, name.encode(), "office", device)["ok"] is False, "ten in its own lane lock that"


def test_r11_hammering_at_a_locked_lane_locks_no_other(at: Office, login: psycopg.Connection[Any]) -> None:
    name = person(at, "pam.eleven")
    for n in range(90):
        begin(login, name, f"{n}".encode(), "one place")
    assert show(login, name, name.encode(), source="another place")["ok"] is True


def test_r11_the_account_hears_of_it_and_the_answer_says_until_when(at: Office, login: psycopg.Connection[Any]) -> None:
    name = person(at, "rex.eleven")
    told = [show(login, name, f"{n}".encode(), source="somewhere") for n in range(11)]
    assert told[8].get("locked_until") is None
    assert 0 < told[9]["retry_after"] <= 900
    assert told[10]["locked_until"] == told[9]["locked_until"]
    token = show(login, name, name.encode(), source="elsewhere")["token"]
    notices = at.gate.run(Call(token=token), "notice_list", {"limit": 50}).result["notices"]
    assert [one for one in notices if "stopped 1 times" in one["what"]]


def test_r11_many_locked_names_are_an_alarm_for_overseers(at: Office, login: psycopg.Connection[Any]) -> None:
    """Told once in an hour, and by number: names that no account bears count as well."""
    at.world.db.execute("DELETE FROM line.lockout")
    at.world.db.execute("DELETE FROM line.login_attempt")
    ines = at.world.accounts["ines"]
    before = at.world.db.execute("SELECT count(*) FROM line.account_notice WHERE account = %s", (ines,)).fetchone()
    for who in range(7):
        for n in range(10):
            begin(login, f"nobody.{who}", f"{n}".encode(), f"place-{who}")
    rows = at.world.db.execute(
        "SELECT what FROM line.account_notice WHERE account = %s ORDER BY at", (ines,)
    ).fetchall()[before[0] :]
    assert rows == [("wrong passwords have locked 5 names within an hour",)]


def test_r11_a_browser_is_known_no_more_once_credentials_ended(at: Office, login: psycopg.Connection[Any]) -> None:
    name = person(at, "tom.eleven")
    arm(at, name)
    device = sign_in(at, name, device="")["device"]
    assert ask(login, "SELECT line.session_attempt(%s, 'x', 'p', %s)", name, device)["attempt"]
    at.world.db.execute("UPDATE line.account SET known_since = clock_timestamp() WHERE name = %s", (name,))
    for n in range(10):
        begin(login, name, f"{n}".encode(), "p2", device)
    assert begin(login, name, b"x", "p3", device).get("attempt"), "counted by place, as anybody's"
    assert begin(login, name, b"x", "p2", device).get("ok") is False
