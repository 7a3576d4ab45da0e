"""Passwords become proofs and verifiers; nothing else of them is ever sent."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from tests import hashing

from brightline.accounts import passwords
from brightline.accounts.commands import source_params
from brightline.model.errors import BadInput


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "MEMORY_KIB", 64)
    monkeypatch.setattr(passwords, "TIME", 1)
    monkeypatch.setattr(passwords, "LANES", 1)


def test_the_proof_opens_its_own_verifier_only() -> None:
    made = passwords.new_verifier("correct horse battery staple")
    assert hashlib.sha256(passwords.proof("correct horse battery staple", made.kdf)).digest() == made.verifier
    assert hashlib.sha256(passwords.proof("Correct horse battery staple", made.kdf)).digest() != made.verifier


def test_equal_passwords_have_different_verifiers() -> None:
    one, two = (passwords.new_verifier("correct horse battery staple") for _ in range(2))
    assert one.verifier != two.verifier
    assert one.kdf["salt"] != two.kdf["salt"]


def test_accents_are_one_however_a_keyboard_writes_them() -> None:
    made = passwords.new_verifier("Frühling im Allgäu")
    assert hashlib.sha256(passwords.proof("Fru\u0308hling im Allga\u0308u", made.kdf)).digest() == made.verifier


@pytest.mark.parametrize("weak", ["", "short", "aaaaaaaaaaaaaaaa", "ana.torres123", "x" * 2000])
def test_weak_passwords_are_refused(weak: str) -> None:
    with pytest.raises(BadInput):
        passwords.new_verifier(weak, account="ana.torres")


@pytest.mark.database
def test_the_shipped_cost_is_the_standards_and_that_of_a_name_which_does_not_exist(db: Any) -> None:
    """RFC 9106, second recommended set: 64 MiB, 3 passes, 4 lanes."""
    assert hashing.SHIPPED == {"time": 3, "memory": 64 << 10, "lanes": 4}
    told = db.connect("brightline_login").execute("SELECT line.login_challenge('nobody')").fetchone()[0]
    assert {name: told[name] for name in hashing.SHIPPED} == hashing.SHIPPED


def test_made_passwords_are_strong_and_differ() -> None:
    made = {passwords.generate() for _ in range(200)}
    assert len(made) == 200
    for password in made:
        passwords.check(password)


def test_a_challenge_that_would_eat_the_memory_is_not_answered() -> None:
    kdf = {"kind": "argon2id", "time": 1, "memory": 1 << 30, "lanes": 1, "length": 32, "salt": "00" * 16}
    with pytest.raises(BadInput):
        passwords.proof("correct horse battery staple", kdf)
    with pytest.raises(BadInput):
        passwords.proof("correct horse battery staple", {**kdf, "memory": 64, "kind": "md5"})


def test_a_feeds_own_words_make_a_source() -> None:
    feed = {
        "feed": "harbour-register",
        "title": "Vessels",
        "source": {"name": "harbour", "publisher": "Port"},
        "authority": "19-usc-1431",
        "agreement": {"id": "AG-1", "pointer_tier": 2},
        "mapping": {},
    }
    assert source_params(feed) == {
        "name": "harbour",
        "title": "Vessels",
        "publisher": "Port",
        "authority": "19-usc-1431",
        "pointer_tier": 2,
        "agreement": {"id": "AG-1", "pointer_tier": 2},
    }
