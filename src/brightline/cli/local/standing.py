"""A log that stands still, set going again on its own machine: after a fault was mended, or with a slot made anew.

Both leave an entry that names the operating system's user and why; a person's account isn't known here, and nobody can
sign in while acts are refused.
"""

from __future__ import annotations

import getpass
import time
from typing import Any

import psycopg

from brightline.ledger.errors import SequencerFault
from brightline.ledger.sequencer import Sequencer
from brightline.model.errors import BadInput, Conflict
from brightline.store import connect, install
from brightline.store.server import Server
from brightline.wiring.log import ledger_settings
from brightline.wiring.settings import Settings

_PATIENCE = 20.0
_BUSY = "another sequencer"


def resume(settings: Settings, reason: str) -> dict[str, Any]:
    """Take everything that waits into the log and sign it; acts are answered again. {size, entry, was_stopped}.

    Raises what keeps the log from going on, with what to do about it: nothing is forced here.
    """
    home, server = settings.find_home(), _server(settings, reason)
    before = _health(server)
    if before["slot"] in ("missing", "lost"):
        raise Conflict(
            f"The log's slot is {before['slot']}, so what was written since isn't kept.",
            hint="brightline ledger renew makes it anew, and says so in the log.",
            code="slot_lost",
        )
    size = _turn(Sequencer(ledger_settings(settings, home, server)))
    entry = None
    if before["failing"]:
        entry = _call(server, "SELECT ledger.go_on(%s, %s)", _who(), reason.strip())
    return {"size": size, "entry": entry, "was": before["failing"], "now": _health(server)["failing"]}


def renew(settings: Settings, reason: str) -> dict[str, Any]:
    """Make the log's slot anew after it was lost or a backup was restored; an entry `gap` says who and why.

    What was written between the loss and now isn't in the log. Conflict while the slot is there and whole.
    """
    home, server = settings.find_home(), _server(settings, reason)
    with psycopg.connect(server.admin_dsn(), autocommit=True) as conn:
        lost = install.remake_slot(conn)
    if lost is None:
        raise Conflict(
            "The log's slot is there, and it lost nothing.",
            hint="brightline doctor says what else fails; brightline ledger resume goes on after it was mended.",
            code="slot_is_there",
        )
    entry = _call(
        server,
        "SELECT ledger.tell('gap', 'gap', %s, %s, jsonb_build_object('why', %s::text))",
        _who(),
        reason.strip(),
        lost,
    )
    size = _turn(Sequencer(ledger_settings(settings, home, server)))
    _call(server, "SELECT ledger.go_on(%s, %s)", _who(), reason.strip())
    return {"size": size, "entry": entry, "was": [lost], "now": _health(server)["failing"]}


def _server(settings: Settings, reason: str) -> Server:
    if len(reason.strip()) < 10:
        raise BadInput("--reason", "is too short.", "Write a sentence that an overseer will understand.")
    return connect.server(settings.find_home(), settings.server_url())


def _who() -> str:
    return f"system:{getpass.getuser()}"


def _health(server: Server) -> dict[str, Any]:
    found: dict[str, Any] = _call(server, "SELECT ledger.health()")
    return found


def _call(server: Server, statement: str, *values: object) -> Any:
    with psycopg.connect(server.admin_dsn(), autocommit=True) as conn:
        row = conn.execute(statement.encode(), values).fetchone()
    return row[0] if row else None


def _turn(log: Sequencer) -> int:
    """One checkpoint over all there is; the worker's sequencer may have the turn, and then is waited for."""
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            return log.checkpoint().size
        except SequencerFault as error:
            if _BUSY not in error.detail or time.monotonic() > until:
                raise
        time.sleep(0.2)
