"""Signing in as the web process does: two statements over the sign-in's role, each committed by itself."""

from __future__ import annotations

from typing import Any

import psycopg


def ask(login: psycopg.Connection[Any], statement: str, *values: object) -> Any:
    """The one value that a function answers."""
    row = login.execute(statement, values).fetchone()
    assert row is not None
    return row[0]


def show(
    login: psycopg.Connection[Any],
    name: str,
    proof: bytes,
    *,
    client: str = "test",
    device: str | None = None,
    source: str = "192.0.2.1",
) -> dict[str, Any]:
    """What a proof of a password opens."""
    begun = ask(login, "SELECT line.session_attempt(%s, %s, %s, %s)", name, proof, source, device)
    if "attempt" not in begun:
        return dict(begun)
    return dict(ask(login, "SELECT line.session_open(%s, %s, %s)", begun["attempt"], client, device))


def show_code(login: psycopg.Connection[Any], token: str, kind: str, code: str, key: bytes) -> dict[str, Any]:
    """What a one-time or recovery code opens for a session that waits; `key` opens authenticators' secrets."""
    begun = ask(login, "SELECT line.session_second_attempt(%s, %s, %s)", token, kind, code)
    if "attempt" not in begun:
        return dict(begun)
    return dict(ask(login, "SELECT line.session_second(%s, %s, %s)", token, begun["attempt"], key))
