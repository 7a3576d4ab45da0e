"""Builds what a process needs from what it was given, and from nothing else.

The installer (`up`) reads the secrets; the web process is handed connection strings and two keys through a pipe, so
that it never has the secrets folder, and so that nothing of them stands in its command line or environment.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg import Connection
from psycopg_pool import ConnectionPool

import brightline
from brightline.accounts import factors
from brightline.accounts.oidc import OpenId
from brightline.gate import Gate
from brightline.ledger.note import Signer
from brightline.ledger.receipt import ReceiptSigner
from brightline.ledger.tiles import FolderTiles
from brightline.model.errors import BadInput, NotRunning
from brightline.store.home import Home
from brightline.store.sessions import pool
from brightline.stories.federating import Federation
from brightline.stories.signing_in import SignIn
from brightline.wiring import providers
from brightline.wiring.inbox import Inbox

Sign = Callable[[UUID, str, str], str]
_LOGIN_POOL = 4
SHIPPED_FEEDS = Path(brightline.__file__).parents[2] / "feeds"
"""Feed folders of a checkout; an installed package has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """All that the web process is given: three roles' connection strings, two keys, folders."""

    app: str = field(repr=False)
    policy: str = field(repr=False)
    login: str = field(repr=False)
    receipt_key: str | None = field(default=None, repr=False)
    factor_key: str | None = field(default=None, repr=False)
    ledger: str
    inbox: str
    exports: str = ""
    feeds: Sequence[str] = ()
    pool_size: int = 8
    public_url: str = ""
    providers: Sequence[Mapping[str, Any]] = field(default=(), repr=False)
    installation: str = ""
    intake_mb: int = 2_000

    def to_json(self) -> str:
        """As it goes through the pipe."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Credentials:
        """As it comes out of the pipe."""
        try:
            return cls(**json.loads(text))
        except (ValueError, TypeError) as error:
            raise BadInput("credentials", "can't be read", "The web process is started by `brightline up`.") from error


class House:
    """The objects of a web process."""

    def __init__(self, credentials: Credentials) -> None:
        factor_key = bytes.fromhex(credentials.factor_key) if credentials.factor_key else None
        self._pools = {
            "app": pool(credentials.app, size=credentials.pool_size, name="app"),
            "policy": pool(credentials.policy, size=2, name="policy"),
            "login": pool(credentials.login, size=_LOGIN_POOL, name="login"),
        }
        self.gate = Gate(
            connect=_taken(self._pools["app"]),
            policy=_taken(self._pools["policy"]),
            sign=_signing(credentials.receipt_key),
            beside=factors.beside(factor_key),
        )
        self.sign_in = SignIn(_taken(self._pools["login"]), factor_key)
        self.public_url = credentials.public_url
        self.installation = credentials.installation
        # What comes around a file in a form is small.
        self.largest_file = (credentials.intake_mb + 1) * 1_000_000
        self.federation = Federation(
            _taken(self._pools["login"]),
            [OpenId(one) for one in providers.build(credentials.providers)],
            credentials.public_url,
        )
        self.ledger = Path(credentials.ledger)
        self.tiles = FolderTiles(self.ledger)
        self.inbox = Inbox(Path(credentials.inbox))
        self.exports = Path(credentials.exports)
        self.feed_roots = tuple(Path(each) for each in credentials.feeds)

    def pulse(self) -> dict[str, Any]:
        """What the database says of the log and its worker (`line.log_pulse`); nothing when it doesn't answer."""
        try:
            with self._pools["app"].connection(timeout=2) as connection:
                connection.execute("SELECT 1")
            with self._pools["policy"].connection(timeout=2) as connection:
                row = connection.execute("SELECT line.log_pulse()").fetchone()
        except (psycopg.Error, NotRunning):
            return {}
        return row[0] if row else {}

    def close(self) -> None:
        """Give the connections back."""
        self.federation.stop()
        for each in self._pools.values():
            each.close()


def _taken(source: ConnectionPool[Connection[Any]]) -> Callable[[], AbstractContextManager[Connection[Any]]]:
    return lambda: source.connection()


def _signing(key: str | None) -> Sign:
    if key is None:
        return lambda _entry, _leaf, _at: ""
    signer = ReceiptSigner(Signer.parse(key))
    return lambda entry, leaf, at: signer.sign(entry, bytes.fromhex(leaf), datetime.fromisoformat(at)).header()


def inbox_of(home: Home) -> Path:
    """Where files that are sent along wait for the worker."""
    return home.path / "inbox"


def exports_of(home: Home) -> Path:
    """Where the worker puts finished exports for the web process to hand out."""
    return home.path / "exports"


def feed_roots(home: Home) -> tuple[Path, ...]:
    """The folders under which feeds may lie: those of BRIGHTLINE_FEEDS, the home's own, the shipped ones."""
    listed = os.environ.get("BRIGHTLINE_FEEDS", "").split(os.pathsep)
    own = (home.path / "feeds", home.path / "demo")
    return (*(Path(each).absolute() for each in listed if each), *own, SHIPPED_FEEDS)


def warehouse_of(home: Home) -> Path:
    """The warehouse's files: the worker's alone, since files know no row-level security."""
    return home.path / "warehouse"
