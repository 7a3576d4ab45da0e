"""Signing in by a provider, and asking it again: a federated session lives on its word of the last 15 minutes.

What is checked here makes for clear words; what counts is checked in the database, which is given the provider's token
as it was signed (`accounts/sql/definer/40_federation.sql`). Its keys come there by the worker, so this process makes
nobody up.

Refresh tokens stay in this process's memory, never in the database: whoever holds them could act at the provider for
the person. When the process restarts, federated sessions end at their deadline and people sign in anew.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from brightline.accounts.oidc import Faulty, Gone, OpenId, Tokens, key_of
from brightline.gate.refusals import translate
from brightline.model.errors import BrightlineError, Missing, NotRunning, Unauthenticated
from brightline.stories.signing_in import Connect, Opened, opened

log = logging.getLogger(__name__)

RETURN = "/signin/provider"
"""Where a provider sends the browser back to; its address is registered there."""
PAUSE = 300.0
"""Seconds between two questions about one session: three of them fit into its deadline."""
_TOLD = {
    "no group of theirs gives a role here": (
        "None of your groups gives a role here.",
        "Ask an administrator to map one: brightline group add.",
    ),
    "the token names no groups": (
        "The provider's token names no groups, so it gives no role here.",
        "The provider has to put them into the ID token; see docs/how-to/sign-in.md.",
    ),
    "account disabled": ("Your account here is disabled.", "Ask an administrator."),
    "the name there holds letters that a name here can't hold, or is too long": (
        "Your name at the provider can't be a name here: it holds letters of another alphabet, or is too long.",
        "The provider can send preferred_username in plain Latin letters.",
    ),
    "an account exists whose name looks the same": (
        "An account exists here whose name looks the same as yours.",
        "The provider can send another preferred_username.",
    ),
    "an account of that name exists already": (
        "An account of your name exists here and isn't the provider's.",
        "An administrator has to disable or rename it; none is taken over.",
    ),
}
PATIENCE = 15.0
"""Seconds for which a sign-in waits until the worker has fetched a provider's keys."""


@dataclass(slots=True)
class _Held:
    provider: OpenId
    tokens: Tokens = field(repr=False)
    asked: float


class Federation:
    """All providers of the site, over the sign-in's own database role."""

    def __init__(self, connect: Connect, providers: Sequence[OpenId], public_url: str) -> None:
        self._connect = connect
        self._providers = {one.provider.name: one for one in providers}
        self._redirect = public_url.rstrip("/") + RETURN
        self._held: dict[str, _Held] = {}
        self._lock = threading.Lock()
        self._stop = threading.Event()

    @property
    def names(self) -> list[dict[str, str]]:
        """[{name, title}] for the sign-in page."""
        return [{"name": one.provider.name, "title": one.provider.title} for one in self._providers.values()]

    def begin(self, name: str) -> tuple[str, str]:
        """(address for the browser, the secret that it must bring back). Missing when there is no such provider."""
        provider = self._named(name)
        begun = self._ask("SELECT line.federation_begin(%s)", provider.provider.issuer)
        if begun is None:
            raise NotRunning(
                f"The keys of {provider.provider.title} aren't known here yet.",
                hint="The worker fetches them within a minute of its start; `brightline status` says whether it runs.",
            )
        return provider.address(begun, self._redirect), begun["browser"]

    def open(self, state: str, code: str, *, browser: str, client: str, device: str) -> Opened:
        """A session for whom the provider vouches. Each refusal is an entry, and says what is wrong."""
        taken = self._ask("SELECT line.federation_take(%s, %s)", state, browser)
        if taken is None:
            raise Unauthenticated(
                "This sign-in was used already, is too old, or began in another browser.",
                hint="Begin again from the sign-in page.",
                code="provider",
            )
        provider = self._of(taken["issuer"])
        try:
            tokens = provider.exchange(code, taken["verifier"], self._redirect)
            provider.claims(tokens.id_token, taken["nonce"])
        except Faulty as fault:
            self._refused(taken["issuer"], fault)
            raise
        self._await(taken["issuer"], tokens.id_token)
        answer = self._ask("SELECT line.session_open_federated(%s, %s, %s, %s)", state, tokens.id_token, client, device)
        if not answer["ok"]:
            raise _told(str(answer["why"]))
        with self._lock:
            self._held[answer["session"]] = _Held(provider, tokens, time.monotonic())
        return opened(answer)

    def logout(self, token: str) -> int:
        """A provider's back-channel logout; how many sessions ended. Faulty for a token that none of ours signed."""
        faults: list[Faulty] = []
        for provider in self._providers.values():
            try:
                said = provider.logout(token)
            except Faulty as fault:
                faults.append(fault)
                continue
            self._await(provider.provider.issuer, token)
            ended = self._ask("SELECT line.session_end_federated(%s, %s)", provider.provider.issuer, token)
            if ended < 0:
                why = "This logout token was used before, or can't be taken."
                raise Faulty("token used before", why, proof=said["token_sha256"])
            return int(ended)
        last = faults[-1] if faults else Faulty("no provider", "No provider is set up here.")
        self._refused(None, last)
        raise last

    def ask_again(self, *, older_than: float = PAUSE) -> int:
        """Ask the providers about every session that was not asked about lately; how many ended."""
        now = time.monotonic()
        with self._lock:
            due = [(session, held) for session, held in self._held.items() if now - held.asked >= older_than]
        return sum(self._asked(session, held) for session, held in due)

    def run(self) -> None:
        """Until `stop`: a thread of the web process."""
        while not self._stop.wait(30.0):
            try:
                self.ask_again()
            except (BrightlineError, psycopg.Error) as error:
                log.error("asking providers again: %s", type(error).__name__)

    def start(self) -> None:
        """Begin to ask again, where there is a provider to ask."""
        if self._providers:
            threading.Thread(target=self.run, name="providers", daemon=True).start()

    def stop(self) -> None:
        """End the thread and the connections."""
        self._stop.set()
        for provider in self._providers.values():
            provider.close()

    def _asked(self, session: str, held: _Held) -> int:
        try:
            groups, proof = self._still(held)
        except NotRunning as error:
            log.warning("%s", error.detail)  # the deadline in the database goes on
            return 0
        except Gone:
            groups, proof = None, ""
            alive = False
        else:
            alive = True
        lives = self._ask(
            "SELECT line.session_recheck(%s, %s, %s, %s, %s)",
            session,
            alive,
            held.tokens.id_token or None,
            None if groups is None else Jsonb(groups),
            proof,
        )
        held.asked = time.monotonic()
        if not lives:
            with self._lock:
                self._held.pop(session, None)
        return 0 if lives else 1

    def _still(self, held: _Held) -> tuple[list[str] | None, str]:
        """(groups now, SHA-256 of the provider's answer); Gone when it no longer vouches."""
        if held.tokens.refresh:
            fresh = held.provider.refresh(held.tokens.refresh)
            held.tokens = Tokens(
                id_token=fresh.id_token, access=fresh.access, refresh=fresh.refresh or held.tokens.refresh
            )
        said = held.provider.person(held.tokens.access)
        groups = said.get(held.provider.provider.groups_claim)
        proof = hashlib.sha256(repr(sorted(said.items(), key=lambda item: item[0])).encode()).hexdigest()
        return _texts(groups), proof

    def _await(self, issuer: str, token: str) -> None:
        """Until the database knows the key that signed the token: a provider that changed its keys is asked anew."""
        late = time.monotonic() + PATIENCE
        while not self._ask("SELECT line.federation_ready(%s, %s)", issuer, key_of(token)):
            if time.monotonic() > late:
                raise NotRunning("The provider's new key isn't known here yet.", hint="Try again in a minute.")
            time.sleep(0.2)

    def _refused(self, issuer: str | None, fault: Faulty) -> None:
        more = Jsonb({"token_sha256": fault.proof} if fault.proof else {})
        self._ask("SELECT line.federation_refused(%s, %s, %s)", issuer, fault.why, more)

    def _named(self, name: str) -> OpenId:
        if name not in self._providers:
            raise Missing("There is no such provider.", hint="See GET /api/v1/session/providers.")
        return self._providers[name]

    def _of(self, issuer: str) -> OpenId:
        for one in self._providers.values():
            if one.provider.issuer == issuer:
                return one
        raise Missing("There is no such provider any more.", hint="Begin again from the sign-in page.")

    def _ask(self, statement: str, *values: object) -> Any:
        try:
            with self._connect() as connection:
                row = connection.execute(statement, values).fetchone()
        except psycopg.Error as error:
            raise translate(error) from None
        return row[0] if row else None


def _texts(groups: Any) -> list[str] | None:
    """None when the provider names no list: absent isn't none, and neither is a form that nobody here knows."""
    return [one for one in groups if isinstance(one, str)] if isinstance(groups, list) else None


def _told(why: str) -> Unauthenticated:
    detail, hint = _TOLD.get(
        why, (f"The provider's answer can't be taken: {why}.", "Begin again from the sign-in page.")
    )
    return Unauthenticated(detail, hint=hint, code="provider")
