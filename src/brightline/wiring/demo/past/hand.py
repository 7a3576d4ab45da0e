"""The hand that plays the past: installed functions through the gate, by people signed in on the days of their acts.

Nothing is written past the line. Only the clock is a demo's (store/clock.py): it goes forward from one act to the next.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from brightline.gate import Call, Gate
from brightline.model.errors import BrightlineError
from brightline.stories.signing_in import SignIn
from brightline.wiring.demo.office import account

_SHIFT = timedelta(hours=10)
_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


class Hand:
    """Acts of the demo's accounts, each at its own moment. `go` moves the demo's clock, and only forward."""

    def __init__(self, *, gate: Gate, sign_in: SignIn, go: Callable[[datetime], None], password: str) -> None:
        self.gate = gate
        self._sign_in, self._go, self._password = sign_in, go, password
        self._tokens: dict[str, tuple[str, datetime]] = {}
        self.now = _LONG_AGO
        self.acts = 0
        self._turns = 0

    def turn(self) -> int:
        """0, 1, 2, …: which crossing this is, so that each outcome has its turn."""
        self._turns += 1
        return self._turns - 1

    def at(self, moment: datetime) -> None:
        """The clock stands at this moment from now on, and goes on from it."""
        self.now = moment
        self._go(moment)

    def call(self, who: str, purpose: str | None = None, seen: str | None = None) -> Call:
        """As whom and under which purpose; one's own desk where none is named."""
        if purpose is None:
            purpose = account(who).desk
        return Call(token=self._token(who), purpose=purpose, seen=seen)

    def do(
        self, who: str, name: str, /, purpose: str | None = None, read: Mapping[str, Any] | None = None, **params: Any
    ) -> Any:
        """One act. `read` is the answer that showed the thing which it changes."""
        self.acts += 1
        revision = str(read["revision"]) if read else None
        try:
            return self.gate.run(self.call(who, purpose, revision), name, params).result
        except BrightlineError as error:
            raise type(error)(
                f"{name} by {who} at {self.now:%Y-%m-%d %H:%M}: {error.detail}", hint=error.hint, code=error.code
            ) from error

    def _token(self, who: str) -> str:
        """Signed in this morning, or now: a session doesn't last until tomorrow."""
        token, since = self._tokens.get(who, ("", _LONG_AGO))
        if not token or self.now - since > _SHIFT:
            token = self._sign_in.open(who, self._password, "the demo's past").token
            self._tokens[who] = token, self.now
        return token

    def close(self) -> None:
        """Sign out who is signed in still."""
        for token, since in self._tokens.values():
            if self.now - since <= _SHIFT:
                self._sign_in.close(token)
        self._tokens.clear()
