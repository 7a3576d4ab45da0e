"""A small OpenID Connect provider on loopback, for tests: it signs with its own key and can misbehave."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT = "brightline"


@dataclass
class Person:
    """Somebody whom the provider knows."""

    sub: str
    name: str
    groups: list[str] = field(default_factory=list)
    active: bool = True


@dataclass
class FakeProvider:
    """`people` by subject; `twist` changes the claims of the next ID tokens, `sign` how they are signed."""

    issuer: str = ""
    people: dict[str, Person] = field(default_factory=dict)
    twist: dict[str, Any] = field(default_factory=dict)
    unsigned: bool = False
    down: bool = False
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}))
    published: list[RSAKey] = field(default_factory=list)
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)
    _refresh: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.published = [self.key]

    def rotate(self) -> None:
        """A new key, published in place of the old one."""
        self.key = RSAKey.generate_key(2048, {"kid": uuid4().hex, "use": "sig"})
        self.published = [self.key]

    def agree(self, url: str, sub: str) -> tuple[str, str]:
        """The person signs in at the provider: (state, code) with which the browser comes back."""
        asked = {key: values[0] for key, values in parse_qs(urlsplit(url).query).items()}
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = uuid4().hex
        self._codes[code] = {**asked, "sub": sub}
        return asked["state"], code

    def claims(self, sub: str, nonce: str | None) -> dict[str, Any]:
        now = int(time.time())
        person = self.people[sub]
        found = {
            "iss": self.issuer,
            "sub": sub,
            "aud": CLIENT,
            "exp": now + 300,
            "iat": now,
            "nonce": nonce,
            "jti": uuid4().hex,
            "sid": f"sid-{sub}",
            "preferred_username": person.name,
            "name": person.name.title(),
            "groups": person.groups,
            **self.twist,
        }
        return {key: value for key, value in found.items() if value is not None}

    def signed(self, claims: dict[str, Any], key: RSAKey | None = None) -> str:
        if self.unsigned:
            parts = ({"alg": "none"}, claims)
            return ".".join(base64.urlsafe_b64encode(json.dumps(p).encode()).decode().rstrip("=") for p in parts) + "."
        used = key or self.key
        return jwt.encode({"alg": "RS256", "kid": used.kid}, claims, used)

    def logout_token(self, sub: str, **changes: Any) -> str:
        now = int(time.time())
        event = {"http://schemas.openid.net/event/backchannel-logout": {}}
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 120, "jti": uuid4().hex, "sub": sub}
        found = {**claims, "events": event, **changes}
        return self.signed({key: value for key, value in found.items() if value is not None})

    # ----------------------------------------------------------------------------------- its door

    def answer(self, path: str, form: dict[str, str], bearer: str) -> tuple[int, dict[str, Any]]:
        if self.down:
            return 503, {}
        if path == "/.well-known/openid-configuration":
            names = {"authorization_endpoint": "auth", "token_endpoint": "token", "jwks_uri": "keys"}
            return 200, {
                "issuer": self.issuer,
                "userinfo_endpoint": f"{self.issuer}/me",
                **{key: f"{self.issuer}/{name}" for key, name in names.items()},
            }
        if path == "/keys":
            return 200, {"keys": [key.as_dict(private=False) for key in self.published]}
        if path == "/me":
            person = self.people.get(bearer.removeprefix("access-"))
            if person is None or not person.active:
                return 401, {"error": "invalid_token"}
            return 200, {"sub": person.sub, "groups": person.groups}
        return self._token(form) if path == "/token" else (404, {})

    def _token(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if form.get("grant_type") == "refresh_token":
            sub = self._refresh.pop(form["refresh_token"], "")
            if not sub or not self.people[sub].active:
                return 400, {"error": "invalid_grant"}
            # OpenID Connect Core 12.2: a refreshed token has no nonce, or the first one's.
            return 200, {**self._given(sub), "id_token": self.signed(self.claims(sub, None))}
        asked = self._codes.pop(form.get("code", ""), None)
        if asked is None:
            return 400, {"error": "invalid_grant"}
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        if base64.urlsafe_b64encode(digest).decode().rstrip("=") != asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        if form["redirect_uri"] != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        return 200, {**self._given(asked["sub"]), "id_token": self.signed(self.claims(asked["sub"], asked["nonce"]))}

    def _given(self, sub: str) -> dict[str, Any]:
        refresh = uuid4().hex
        self._refresh[refresh] = sub
        return {"access_token": f"access-{sub}", "token_type": "Bearer", "refresh_token": refresh, "expires_in": 300}


@contextmanager
def provider() -> Iterator[FakeProvider]:
    """The provider behind a real server on a free port."""
    fake = FakeProvider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply({})

        def do_POST(self) -> None:
            length = int(self.headers.get("content-length", "0"))
            form = parse_qs(self.rfile.read(length).decode())
            self._reply({key: values[0] for key, values in form.items()})

        def _reply(self, form: dict[str, str]) -> None:
            bearer = self.headers.get("authorization", "").removeprefix("Bearer ")
            status, body = fake.answer(urlsplit(self.path).path, form, bearer)
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    fake.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
