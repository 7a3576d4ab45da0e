"""Signing in: a challenge, a proof made here, a session. The password ends in this function."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from brightline.accounts.passwords import new_verifier, proof
from brightline.gate.refusals import translate
from brightline.model.errors import Conflict, Locked, Unauthenticated

Connect = Callable[[], AbstractContextManager[psycopg.Connection[Any]]]
Prove = Callable[[str, Mapping[str, Any]], bytes]

# Each proof takes 64 MB for a tenth of a second: more at once would let strangers fill the memory.
_AT_ONCE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A new session."""

    token: str = field(repr=False)
    expires: datetime
    account: str
    must_change: bool
    device: str | None = field(default=None, repr=False)
    waits: str = ""
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class First:
    """The first administrator, before the password became a verifier."""

    account: str
    title: str
    password: str = field(repr=False)
    unit: str
    unit_title: str


class SignIn:
    """Opens and ends sessions over the role that may do nothing else (`brightline_login`).

    An unknown name gets a challenge too and costs the same proof, so that neither the answer nor its time tells
    whether an account exists. Each attempt is an entry in the ledger. `factor_key` opens authenticators' secrets;
    `prove` makes the proof of a password, for whoever signs the same account in again and again.
    """

    def __init__(self, connect: Connect, factor_key: bytes | None = None, prove: Prove = proof) -> None:
        self._connect = connect
        self._prove = prove
        self._factor_key = factor_key
        self._places = threading.BoundedSemaphore(_AT_ONCE)

    def open(self, account: str, password: str, client: str, device: str | None = None, *, source: str = "") -> Opened:
        """A session, or Unauthenticated with one text for a wrong name and a wrong password.

        `device` is for browsers: the secret that they keep beside the token, or "" for a new one. None binds nothing.
        `source` is where the request comes from; wrong passwords are counted by it too. Two statements, each committed
        by itself: what is shown is counted before it is compared, so that nothing takes a count back.
        """
        challenge = self._ask("SELECT line.login_challenge(%s)", account)
        with self._places:
            proven = self._prove(password, challenge)
        begun = self._ask("SELECT line.session_attempt(%s, %s, %s, %s)", account, proven, source, device)
        if "attempt" not in begun:
            raise _refused(begun)
        answer = self._ask("SELECT line.session_open(%s, %s, %s)", begun["attempt"], client, device)
        if not answer["ok"]:
            raise _refused(answer)
        return opened(answer)

    def second(self, token: str, kind: str, code: str) -> Opened:
        """The session behind a token that waits, opened by a one-time or recovery code; its token is a new one."""
        begun = self._ask("SELECT line.session_second_attempt(%s, %s, %s)", token, kind, code)
        if "attempt" not in begun:
            raise refused_second(begun)
        answer = self._ask("SELECT line.session_second(%s, %s, %s)", token, begun["attempt"], self._factor_key)
        if not answer["ok"]:
            raise refused_second(answer)
        return opened(answer)

    def key_challenge(self, token: str) -> Mapping[str, Any]:
        """{challenge, keys} for a session that waits; Unauthenticated for any other token."""
        answer: Mapping[str, Any] | None = self._ask("SELECT line.webauthn_challenge(%s)", token)
        if answer is None or not answer["keys"]:
            raise refused_second({})
        return answer

    def keys_of(self, token: str) -> list[Mapping[str, Any]]:
        """[{credential, public_key}] of a session that waits; none for any other token."""
        answer: list[Mapping[str, Any]] = self._ask("SELECT line.webauthn_keys(%s)", token)
        return answer

    def key_shown(self, token: str, told: Mapping[str, Any]) -> Opened:
        """The session, opened by a key whose answer was checked; the entry keeps the hash of that answer."""
        answer = self._ask("SELECT line.webauthn_shown(%s, %s)", token, Jsonb(dict(told)))
        if not answer["ok"]:
            raise Unauthenticated(
                "The key's answer can't be taken.",
                hint="Touch the key again; use a recovery code when it is lost.",
                code="second_factor_wrong",
            )
        return opened(answer)

    def waits(self, token: str) -> Mapping[str, Any] | None:
        """{waits, kinds, account} of a session that waits for its second factor; None for any other token."""
        answer: Mapping[str, Any] | None = self._ask("SELECT line.session_waits(%s)", token)
        return answer

    def lives(self, token: str) -> bool:
        """Whether a live session or service token is behind it. Opens nothing: the line asks again at each act."""
        return bool(self._ask("SELECT line.session_lives(%s)", token))

    def close(self, token: str) -> bool:
        """End the session; whether there was one."""
        return bool(self._ask("SELECT line.session_close(%s)", token))

    def setup_waits(self) -> bool:
        """Whether the installation has a live one-time code and no administrator yet."""
        return bool(self._ask("SELECT line.setup_waits()"))

    def first_administrator(self, code: str, first: First) -> dict[str, Any]:
        """Make the first administrator with the one-time code; works once."""
        with self._places:
            made = new_verifier(first.password, account=first.account)
        given = {
            "account": first.account,
            "title": first.title,
            "unit": first.unit,
            "unit_title": first.unit_title,
            "verifier": made.verifier.hex(),
            "kdf": dict(made.kdf),
        }
        answer: dict[str, Any] = self._ask("SELECT line.setup_first_admin(%s, %s)", code.strip(), Jsonb(given))
        if not answer["ok"]:
            raise Conflict(
                "The code is wrong, used or expired, or an administrator exists already.",
                hint="`brightline init` prints a new code as long as there is no administrator.",
                code="setup_refused",
            )
        return answer

    def _ask(self, statement: str, *values: object) -> Any:
        try:
            with self._connect() as connection:
                row = connection.execute(statement, values).fetchone()
        except psycopg.Error as error:
            raise translate(error) from None
        return row[0] if row else None


def opened(answer: Mapping[str, Any]) -> Opened:
    """What the database says of a session that it made."""
    return Opened(
        token=answer["token"],
        expires=datetime.fromisoformat(answer["expires"]),
        account=answer["account"],
        must_change=bool(answer.get("must_change")),
        device=answer.get("device"),
        waits=str(answer.get("waits") or ""),
        kinds=tuple(answer.get("kinds") or ()),
    )


def refused_second(answer: Mapping[str, Any]) -> Unauthenticated:
    """A wrong code, one that was used already, or none that this session could take."""
    if answer.get("why") == "factor_key" and not answer.get("locked_until"):
        return Unauthenticated(
            "Your authenticator was set up under another key than this installation has now.",
            hint="Take a recovery code or a security key, or ask an administrator to take your second factors away.",
            code="factor_key",
        )
    if not answer.get("locked_until"):
        return Unauthenticated(
            "The code is wrong, was used already, or came too late.",
            hint="Type the code that is shown now. After five wrong ones sign in from the beginning.",
            code="second_factor_wrong",
        )
    return Locked("Too many wrong codes: the second step of this account is locked here.", **_until(answer))


def _refused(answer: Mapping[str, Any]) -> Unauthenticated:
    if not answer.get("locked_until"):
        return Unauthenticated(
            "Account or password is wrong.", hint="Ten wrong attempts lock the name for 15 minutes, for this place."
        )
    return Locked("Too many wrong passwords: this name is locked here.", **_until(answer))


def _until(answer: Mapping[str, Any]) -> dict[str, Any]:
    until = str(answer["locked_until"])[:16].replace("T", " ")
    hint = f"Try again after {until} UTC, from a browser that you used before, or ask an administrator."
    return {"hint": hint, "retry_after": int(answer["retry_after"])}
