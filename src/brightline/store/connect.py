"""Which server an installation uses: the one BRIGHTLINE_DATABASE_URL names, else the home's own."""

from __future__ import annotations

from brightline.store import embedded
from brightline.store.home import Home
from brightline.store.server import Server, from_url


def server(home: Home, url: str | None = None) -> Server:
    """How to reach the database. Nothing is started and nothing is asked of it."""
    return from_url(url, home.path / "secrets") if url else embedded.server_of(home)


def started(home: Home, url: str | None = None) -> Server:
    """The same, with the embedded server started when it is the one that is used."""
    return from_url(url, home.path / "secrets") if url else embedded.start(home)
