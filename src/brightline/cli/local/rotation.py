"""Rotating the log's key, on its own machine, whether the worker runs or not."""

from __future__ import annotations

import getpass
import time
from collections.abc import Callable
from typing import Any

from brightline.ledger import keys
from brightline.ledger.errors import MalformedNote, SequencerFault
from brightline.ledger.sequencer import Sequencer
from brightline.model.errors import BadInput, Conflict, NotRunning
from brightline.store import connect
from brightline.wiring.log import ledger_settings
from brightline.wiring.settings import Settings

_PATIENCE = 60.0


def rotate(settings: Settings, why: str, reason: str, *, say: Callable[[str], None]) -> dict[str, Any]:
    """Prepare the key and have a checkpoint introduce it; {old, new, index, size}. Begun and killed, the worker's
    next checkpoint finishes it.

    Raises BadInput for an empty reason, Conflict when a key waits already, NotRunning when the log can't be
    continued. The entry names the operating system's user; a person's account isn't known here.
    """
    if len(reason.strip()) < 10:
        raise BadInput("--reason", "is too short.", "Write a sentence that an overseer will understand.")
    home = settings.find_home()
    found = ledger_settings(settings, home, connect.server(home, settings.server_url()))
    log = Sequencer(found)
    say("Making the key")
    try:
        waiting = keys.prepare(found.ledger_key, why=why, reason=reason.strip(), by=f"system:{getpass.getuser()}")
    except MalformedNote as error:
        raise Conflict(error.detail, hint=error.hint, code="rotation_waits") from error
    say("Signing with both")
    return {"old": None, **_signed(log, waiting.signer.verifier.vkey())}


def _signed(log: Sequencer, new: str) -> dict[str, Any]:
    """The worker's sequencer may be at work: only one has the turn, and either may be the one that signs."""
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            log.checkpoint()
        except SequencerFault:
            if time.monotonic() > until:
                raise
        for link in log.links():
            told = link.told()
            if told["new"] == new:
                return {"old": told["old"], "new": new, "index": link.index, "size": link.size}
        if time.monotonic() > until:
            raise NotRunning("No checkpoint introduced the key yet; it waits.", hint="Is the worker running?")
        time.sleep(0.2)
