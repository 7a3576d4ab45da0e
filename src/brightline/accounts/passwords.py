"""Passwords: turned into a proof before they leave the gate, so that the database never meets one.

The caller asks for the account's challenge (salt and cost), makes the Argon2id hash here and sends
that proof; the database keeps only its SHA-256, the verifier. Whoever reads the verifier can neither
sign in with it nor guess faster than Argon2id lets them.
"""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from argon2.low_level import Type, hash_secret_raw

from brightline.model.errors import BadInput

TIME = 3
MEMORY_KIB = 65_536
LANES = 4
LENGTH = 32
SALT_BYTES = 16
"""RFC 9106, second recommended set (64 MiB, 3 passes, 4 lanes)."""

LEAST: Mapping[str, int] = {"time": 2, "memory": 19_456, "lanes": 1}
"""The least cost that the database takes (`line.accounts_verifier`): for a demo's accounts and the tests."""

SHORTEST = 12
LONGEST = 1024
_MOST_MEMORY_KIB = 1 << 20
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 5, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Verifier:
    """What the database keeps of a password: 32 bytes, and how to make the proof again."""

    verifier: bytes
    kdf: Mapping[str, Any]


def generate() -> str:
    """A one-time password that can be read out over a telephone: 20 letters and digits, 99 bits."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


def new_verifier(password: str, *, account: str = "") -> Verifier:
    """Verifier for a new password, with a fresh salt. BadInput when the password is too weak."""
    check(password, account=account)
    kdf = new_challenge({"time": TIME, "memory": MEMORY_KIB, "lanes": LANES})
    return Verifier(verifier=hashlib.sha256(proof(password, kdf)).digest(), kdf=kdf)


def new_challenge(cost: Mapping[str, int]) -> dict[str, Any]:
    """A challenge of this cost (time, memory in KiB, lanes) with a fresh salt."""
    return {"kind": "argon2id", **cost, "length": LENGTH, "salt": secrets.token_hex(SALT_BYTES)}


def proof(password: str, kdf: Mapping[str, Any]) -> bytes:
    """The 32 bytes that prove knowledge of the password under this challenge."""
    time, memory, lanes = (int(kdf[name]) for name in ("time", "memory", "lanes"))
    if kdf.get("kind") != "argon2id" or not 1 <= time <= 16 or memory > _MOST_MEMORY_KIB or not 1 <= lanes <= 16:
        raise BadInput("kdf", "this challenge can't be answered", "Ask the administrator to reset the password.")
    return hash_secret_raw(
        secret=_bytes(password),
        salt=bytes.fromhex(str(kdf["salt"])),
        time_cost=time,
        memory_cost=memory,
        parallelism=lanes,
        hash_len=int(kdf["length"]),
        type=Type.ID,
    )


def check(password: str, *, account: str = "") -> None:
    """Length alone makes a password good (NIST SP 800-63B); one's own name doesn't."""
    if len(password) < SHORTEST:
        raise BadInput(
            "password", f"has fewer than {SHORTEST} characters", "Take four words that don't belong together."
        )
    if len(password) > LONGEST:
        raise BadInput("password", f"has more than {LONGEST} characters", "Take a shorter one.")
    folded = password.casefold()
    if len(set(folded)) < 5 or (account and folded.startswith(account.casefold()) and len(password) < 20):
        raise BadInput("password", "is too easy to guess", "Take four unrelated words.")


def _bytes(password: str) -> bytes:
    """One spelling for one password: keyboards write accents in two ways (RFC 8265, OpaqueString)."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
