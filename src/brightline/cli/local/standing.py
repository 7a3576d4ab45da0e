"""A log that stands still, set going again on its own machine: after a fault was mended, or with a slot made anew.

Both leave an entry that names the operating system's user and why; a person's account isn't known here, and nobody can
sign in while acts are refused.
"""

from __future__ import annotations

import getpass
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import psycopg

from brightline.ledger import keys
from brightline.ledger.chain import SET_BACK, Continuation
from brightline.ledger.continuing import WAY_ON, Former
from brightline.ledger.errors import SequencerFault
from brightline.ledger.sequencer import Sequencer
from brightline.model.errors import BadInput, Conflict
from brightline.store import connect, install
from brightline.store.server import Server
from brightline.wiring.log import ledger_settings
from brightline.wiring.settings import Settings

T = TypeVar("T")
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


def renew(settings: Settings, reason: str, *, set_back: bool = False) -> dict[str, Any]:
    """Make the log's slot anew after it was lost or a backup was restored; an entry `gap` says who and why.

    What was written between the loss and now isn't in the log. Conflict while the slot is there and whole. With
    `set_back`, a log whose newest entries nobody has any more goes on under another name (docs/operations.md), and its
    first entry of its own says which those are; without it, such a log is refused: restoring the newer table is better.
    """
    home, server = settings.find_home(), _server(settings, reason)
    with psycopg.connect(server.admin_dsn(), autocommit=True) as conn:
        lost = install.remake_slot(conn)
    entry = None
    if lost is not None:
        told = "SELECT ledger.tell('gap', 'gap', %s, %s, jsonb_build_object('why', %s::text))"
        entry = _call(server, told, _who(), reason.strip(), lost)
    found = ledger_settings(settings, home, server)
    log = Sequencer(found)
    former = _patiently(log.set_back) if keys.pending(found.ledger_key) is None else None
    if set_back:
        continued = _continue(server, log, found.ledger_key, former, reason.strip())
    elif former is not None:
        raise Conflict(
            f"The log was set back: {former.checkpoint.size} entries were signed, {former.kept} of them are here.",
            hint=WAY_ON,
            code="set_back",
        )
    elif lost is None:
        raise Conflict(
            "The log's slot is there, and it lost nothing.",
            hint="brightline doctor says what else fails; brightline ledger resume goes on after it was mended.",
            code="slot_is_there",
        )
    else:
        continued = None
    size = _turn(log)
    _call(server, "SELECT ledger.go_on(%s, %s)", _who(), reason.strip())
    was = [each for each in (lost, continued and continued["said"]) if each]
    return {"size": size, "entry": entry, "was": was, "continued": continued, "now": _health(server)["failing"]}


def _continue(server: Server, log: Sequencer, key: Path, former: Former | None, reason: str) -> dict[str, Any]:
    """Have the next checkpoint begin the continuation, and tell overseers. Killed, the next renew finishes it."""
    if former is not None:
        note = former.note.decode()
        keys.prepare(key, why=SET_BACK, reason=reason, by=_who(), former=note, kept=former.kept)
    waiting = keys.pending(key)
    if waiting is None or not waiting.continues:
        raise Conflict(
            "The log wasn't set back: the table has all that was signed.",
            hint="Without --set-back the slot is made anew; brightline doctor says what fails.",
            code="not_set_back",
        )
    _turn(log)
    link = next(one for one in reversed(log.links()) if isinstance(one, Continuation))
    said = link.words()
    notice = f"the log was set back: {said}. Reason: {waiting.reason}"
    _call(server, "SELECT line.overseers_tell(%s, NULL)", notice[:900])
    return {"said": said, "index": link.index, "origin": link.new.name, "key": link.new.vkey(), **link.told()["lost"]}


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
    """One checkpoint over all there is."""
    return _patiently(lambda: log.checkpoint().size)


def _patiently(do: Callable[[], T]) -> T:
    """The worker's sequencer may have the turn, and then is waited for."""
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            return do()
        except SequencerFault as error:
            if _BUSY not in error.detail or time.monotonic() > until:
                raise
        time.sleep(0.2)
