"""What the log's sequencer is given, for the worker and for commands of this machine."""

from __future__ import annotations

import psycopg

from brightline.ledger import sequencer
from brightline.ledger.keys import load_or_create
from brightline.store.home import Home
from brightline.store.server import Server
from brightline.wiring.settings import Settings


def ledger_settings(settings: Settings, home: Home, server: Server) -> sequencer.Settings:
    """From the environment and the home's secrets; the database must be up."""
    origin = settings.origin or f"brightline.local/{_installation(server)}"
    receipt = load_or_create(home.secrets / "receipt.key", f"{origin}/receipt")
    return sequencer.Settings(
        dsn=server.dsn("brightline_sequencer"),
        folder=home.path / "ledger",
        ledger_key=home.secrets / "ledger.key",
        origin=origin,
        receipt_vkey=receipt.verifier.vkey(),
    )


def _installation(server: Server) -> str:
    with psycopg.connect(server.admin_dsn(), autocommit=True) as conn:
        row = conn.execute("SELECT installation FROM line.state").fetchone()
    return str(row[0]) if row else "unknown"
