"""OpenID Connect with one provider: where to send a browser, what its code is worth, whether an account lives there.

Nothing here opens a session: the claims go to the database, which checks them again (`sql/definer/40_federation.sql`).
Signatures are checked against the provider's published keys; a key that isn't known is looked for once, since providers
change theirs. A token without a signature, or with one that a shared secret could make, is never taken.
"""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import OpenIDProviderMetadata
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from brightline.model.errors import NotRunning, Unauthenticated

ALGORITHMS = ("RS256", "RS384", "RS512", "ES256", "ES384")
"""As line/sql/17_signatures.sql checks them."""
SKEW = 60
"""Seconds by which a provider's clock may differ from ours."""
_LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
_KEYS_PAUSE = 10.0
_DISCOVERY_LIFE = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One provider as the site's `providers.yml` names it."""

    name: str
    title: str
    issuer: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    scopes: tuple[str, ...] = ("openid", "profile", "email", "offline_access")
    groups_claim: str = "groups"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """What a provider gave for a code or a refresh token."""

    id_token: str = field(default="", repr=False)
    access: str = field(default="", repr=False)
    refresh: str = field(default="", repr=False)


class Faulty(Unauthenticated):
    """The provider's answer can't be taken. `why` is a word for the ledger, `proof` the token's SHA-256."""

    def __init__(self, why: str, detail: str, *, proof: str = "") -> None:
        super().__init__(
            detail, hint="Sign in once more; if that doesn't help, tell an administrator.", code="provider"
        )
        self.why = why
        self.proof = proof


class Gone(Exception):
    """The provider no longer vouches for the account."""


class OpenId:
    """A provider to talk to. `http` is a client of our own, so that tests bring theirs."""

    def __init__(
        self, provider: Provider, http: httpx.Client | None = None, now: Callable[[], float] = time.time
    ) -> None:
        self.provider = provider
        self._http = http or httpx.Client(timeout=10.0, follow_redirects=False)
        self._now = now
        self._lock = threading.Lock()
        self._known: tuple[float, Mapping[str, Any]] | None = None
        self._keys: tuple[float, KeySet] | None = None

    def close(self) -> None:
        """Give the connection back."""
        self._http.close()

    def address(self, begun: Mapping[str, str], redirect: str) -> str:
        """Where the browser goes: authorization code with PKCE, state and nonce."""
        wanted = {
            "response_type": "code",
            "client_id": self.provider.client_id,
            "redirect_uri": redirect,
            "scope": " ".join(self.provider.scopes),
            "state": begun["state"],
            "nonce": begun["nonce"],
            "code_challenge": create_s256_code_challenge(begun["verifier"]),
            "code_challenge_method": "S256",
        }
        return f"{self._metadata()['authorization_endpoint']}?{urlencode(wanted)}"

    def exchange(self, code: str, verifier: str, redirect: str) -> Tokens:
        """The tokens for a code. Faulty when the provider refuses it (used, expired, not ours)."""
        body = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect, "code_verifier": verifier}
        answer = self._token(body)
        if answer.status_code != 200:
            raise Faulty("code refused", "The provider doesn't take this code: it was used already, or came too late.")
        return self._tokens(answer)

    def refresh(self, token: str) -> Tokens:
        """Fresh tokens. Gone when the provider says no; NotRunning when it says nothing."""
        answer = self._token({"grant_type": "refresh_token", "refresh_token": token})
        if answer.status_code in {400, 401, 403}:
            raise Gone
        if answer.status_code != 200:
            raise NotRunning(f"The provider {self.provider.name} answers {answer.status_code}.")
        return self._tokens(answer)

    def person(self, access: str) -> Mapping[str, Any]:
        """What the provider says of the account now. Gone when it says no."""
        answer = self._send("GET", self._metadata()["userinfo_endpoint"], headers={"Authorization": f"Bearer {access}"})
        if answer.status_code in {401, 403}:
            raise Gone
        return self._document(answer)

    def claims(self, token: str, nonce: str) -> dict[str, Any]:
        """The claims of an ID token that is signed, of this provider, for us, alive, of this sign-in; else Faulty."""
        proof = hashlib.sha256(token.encode()).hexdigest()
        found = self._verified(token, proof)
        client = self.provider.client_id
        options = {
            "iss": {"essential": True, "value": self.provider.issuer},
            "aud": {"essential": True, "value": client},
        }
        claims = CodeIDToken(found.claims, found.header, options, {"nonce": nonce, "client_id": client})
        try:
            claims.validate(now=int(self._now()), leeway=SKEW)
        except Exception as error:  # Authlib raises errors of two families here
            raise Faulty(_word(error), f"The provider's token can't be taken: {_word(error)}.", proof=proof) from None
        return {**found.claims, "token_sha256": proof}

    def logout(self, token: str) -> dict[str, Any]:
        """{sub, sid, token_sha256} of a back-channel logout token; else Faulty."""
        proof = hashlib.sha256(token.encode()).hexdigest()
        found = self._verified(token, proof).claims
        audience = found.get("aud")
        now = self._now()
        wrong = (
            "issuer"
            if found.get("iss") != self.provider.issuer
            else "audience"
            if self.provider.client_id not in (audience if isinstance(audience, list) else [audience])
            else "nonce"
            if "nonce" in found
            else "event"
            if _LOGOUT not in (found.get("events") or {})
            else "time"
            if not _recent(found.get("iat"), now) or not _alive(found.get("exp"), now)
            else "subject"
            if not (found.get("sub") or found.get("sid"))
            else ""
        )
        if wrong:
            raise Faulty(wrong, f"The logout token can't be taken: {wrong}.", proof=proof)
        return {"sub": found.get("sub"), "sid": found.get("sid"), "token_sha256": proof}

    def published(self) -> list[dict[str, Any]]:
        """The provider's public keys, asked for now. For the worker, which brings them to the database."""
        keys: list[dict[str, Any]] = self._key_set(anew=True).as_dict(private=False)["keys"]
        return keys

    def _verified(self, token: str, proof: str) -> jwt.Token:
        try:
            return jwt.decode(token, self._key_set(), algorithms=list(ALGORITHMS))
        except (JoseError, ValueError):
            pass
        try:
            return jwt.decode(token, self._key_set(anew=True), algorithms=list(ALGORITHMS))
        except (JoseError, ValueError):
            raise Faulty(
                "signature", "The provider's token isn't signed by a key of the provider.", proof=proof
            ) from None

    def _key_set(self, *, anew: bool = False) -> KeySet:
        """The provider's keys; looked for again when one is missing, at most once in ten seconds."""
        with self._lock:
            if self._keys is not None and (not anew or time.monotonic() - self._keys[0] < _KEYS_PAUSE):
                return self._keys[1]
        said = self._document(self._send("GET", self._metadata()["jwks_uri"]))
        found = KeySet.import_key_set(said)  # type: ignore[arg-type]
        with self._lock:
            self._keys = (time.monotonic(), found)
        return found

    def _metadata(self) -> Mapping[str, Any]:
        with self._lock:
            if self._known is not None and time.monotonic() - self._known[0] < _DISCOVERY_LIFE:
                return self._known[1]
        where = self.provider.issuer.rstrip("/") + "/.well-known/openid-configuration"
        found: Mapping[str, Any] = OpenIDProviderMetadata(self._document(self._send("GET", where)))
        wrong = [
            name
            for name in ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint")
            if not found.get(name)
        ]
        if found.get("issuer") != self.provider.issuer or wrong:
            raise NotRunning(
                f"What {where} says doesn't fit this provider: {', '.join(wrong) or 'another issuer'}.",
                hint="Check issuer in providers.yml, letter by letter.",
            )
        with self._lock:
            self._known = (time.monotonic(), found)
        return found

    def _token(self, body: Mapping[str, str]) -> httpx.Response:
        given = {**body, "client_id": self.provider.client_id}
        if self.provider.client_secret:
            given["client_secret"] = self.provider.client_secret
        return self._send("POST", self._metadata()["token_endpoint"], data=given)

    def _tokens(self, answer: httpx.Response) -> Tokens:
        found = self._document(answer)
        return Tokens(
            id_token=str(found.get("id_token") or ""),
            access=str(found.get("access_token") or ""),
            refresh=str(found.get("refresh_token") or ""),
        )

    def _send(self, method: str, url: str, **more: Any) -> httpx.Response:
        try:
            return self._http.request(method, url, **more)
        except httpx.HTTPError as error:
            raise NotRunning(
                f"The provider {self.provider.name} can't be reached.", hint="Try again in a minute."
            ) from error

    def _document(self, answer: httpx.Response) -> dict[str, Any]:
        try:
            found = answer.json() if answer.status_code == 200 else None
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise NotRunning(
                f"The provider {self.provider.name} gives no answer that can be read.", hint="Try again later."
            )
        return found


def key_of(token: str) -> str | None:
    """The id of the key that a token says it was signed by; None where it doesn't say."""
    try:
        head = json.loads(base64.urlsafe_b64decode(token.split(".")[0] + "=="))
    except ValueError:
        return None
    return head.get("kid") if isinstance(head, dict) and isinstance(head.get("kid"), str) else None


def _word(error: Exception) -> str:
    """One word for what is wrong with a token: the claim's name where the error has one."""
    named = getattr(error, "claim", None) or getattr(error, "claim_name", None)
    kind = type(error).__name__
    if kind == "ExpiredTokenError":
        return "expired"
    words = {"aud": "audience", "iss": "issuer", "exp": "expired"}
    text = str(named or getattr(error, "description", "") or kind)
    for claim in ("aud", "iss", "exp", "nonce", "azp", "iat", "nbf", "sub", "at_hash"):
        if claim in text:
            return words.get(claim, claim)
    return kind


def _recent(moment: Any, now: float) -> bool:
    return isinstance(moment, int | float) and abs(now - moment) <= 600


def _alive(moment: Any, now: float) -> bool:
    return moment is None or (isinstance(moment, int | float) and moment > now - SKEW)
