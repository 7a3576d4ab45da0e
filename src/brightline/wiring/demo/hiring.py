"""Makes the demo's accounts, as the API does and by the same installed functions, with one difference: their passwords
are hashed at the least cost that the database takes.

There are some twenty of them, each with two passwords and many sign-ins, and the one that everybody has stands in the
README. A real installation's passwords are hashed by the API, at its full cost.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import psycopg

from brightline.accounts.passwords import LEAST, new_challenge, proof
from brightline.gate import Call, Gate
from brightline.model.errors import Unauthenticated
from brightline.store.server import Server
from brightline.stories.signing_in import Prove, SignIn


@dataclass(frozen=True, slots=True, kw_only=True)
class Hiring:
    """The application's own logins, in the process of whoever holds the installation."""

    gate: Gate
    sign_in: SignIn
    prove: Prove

    def add(self, token: str, purpose: str, body: Mapping[str, Any]) -> Any:
        """Make an account whose password is good for changing it alone; whoever `token` is does so."""
        told = {key: value for key, value in body.items() if value is not None and key != "password"}
        return self.gate.run(
            Call(token=token, purpose=purpose), "account_add", {**told, **self._secret(body["password"])}
        ).result

    def own(self, account: str, once: str, password: str) -> None:
        """Change the password that an account was made with; done already where a load that was killed did it."""
        try:
            call = Call(token=self.sign_in.open(account, once, "the demo's loader").token)
        except Unauthenticated:
            return
        challenge = self.gate.run(call, "password_challenge").result
        shown = self.gate.run(call, "proof_show", {"proof": self.prove(once, challenge).hex()}).result
        self.gate.run(call, "password_change", {"attempt": shown["attempt"], **self._secret(password)})

    def _secret(self, password: str) -> dict[str, Any]:
        kdf = new_challenge(LEAST)
        return {"verifier": hashlib.sha256(self.prove(password, kdf)).hexdigest(), "kdf": kdf}


@contextmanager
def hiring(server: Server) -> Iterator[Hiring]:
    """Over connections that are kept. A proof is made once: on each day of a past the same people sign in."""
    remembered: dict[str, bytes] = {}

    def prove(password: str, challenge: Mapping[str, Any]) -> bytes:
        key = f"{password} {challenge['salt']} {challenge['memory']}"
        if key not in remembered:
            remembered[key] = proof(password, challenge)
        return remembered[key]

    logins = ("brightline_app", "brightline_policy", "brightline_login")
    app, policy, login = (psycopg.connect(server.dsn(name), autocommit=True, prepare_threshold=None) for name in logins)
    with app, policy, login:
        gate = Gate(connect=lambda: nullcontext(app), policy=lambda: nullcontext(policy))
        yield Hiring(gate=gate, sign_in=SignIn(lambda: nullcontext(login), prove=prove), prove=prove)
