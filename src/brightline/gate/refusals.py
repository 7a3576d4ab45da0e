"""From the database's refusals (SQLSTATE class BL) to the house's errors. Anything else is a fault of ours."""

from __future__ import annotations

import json
from typing import Any

import psycopg
from psycopg import errors as pg

from brightline.model.errors import BadInput, BrightlineError, Conflict, Missing, NotRunning, Refused, TooOften

REFUSED = "The line refuses this call."
REFUSED_HINT = (
    "Check that you are signed in, that the purpose is open and yours, and that an inquiry with a reason is open. "
    "The reason for the refusal is in the ledger, where overseers can read it."
)

READ_ONLY_HINT = (
    "It is a standby, or was set read-only: name the first server in BRIGHTLINE_DATABASE_URL, or promote this one."
)


def is_stale(error: psycopg.Error) -> bool:
    """Whether the purpose's visible set must be compiled first."""
    return error.sqlstate == "BL002"


def stale_purpose(error: psycopg.Error) -> str:
    """The id of the purpose to compile."""
    return error.diag.message_detail or ""


def translate(error: psycopg.Error) -> BrightlineError:
    """The one map from the database's errors to ours; an unknown one says nothing of the database."""
    state = error.sqlstate or ""
    told = _detail(error)
    entry = told.get("entry")
    code, detail, hint = told.get("code", ""), told.get("detail", ""), told.get("hint", "")
    if state == "BL001":
        return Refused(REFUSED, hint=REFUSED_HINT, entry=entry)
    if state == "BL003":
        return Refused(detail, hint=hint, code=code, entry=entry)
    if state == "BL004":
        return Missing(detail, hint=hint, entry=entry)
    if state == "BL005":
        return Conflict(detail, hint=hint, code=code, entry=entry)
    if state == "BL006":
        return BadInput(told.get("field", "input"), detail, hint)
    if state == "BL007":
        return Conflict(detail, hint=hint, code=code)
    if state == "BL008":
        return NotRunning(detail, hint=hint, code=code)
    if state == "BL009":
        return TooOften(detail, hint=hint, code=code, entry=entry)
    return _fault(error)


def _fault(error: psycopg.Error) -> BrightlineError:
    """What isn't the line's word but the server's state, or a fault of ours."""
    if isinstance(error, pg.ReadOnlySqlTransaction):
        return NotRunning("The database takes no changes now.", hint=READ_ONLY_HINT, code="read_only")
    if isinstance(error, psycopg.OperationalError) and not isinstance(error, pg.QueryCanceled):
        return NotRunning("The database is out of reach.", hint="Run `brightline status`, then `brightline up`.")
    if isinstance(error, pg.UntranslatableCharacter | pg.CharacterNotInRepertoire):
        return BadInput("input", "holds a character that can't be stored (NUL)", "Remove it.")
    return BrightlineError(
        "The call failed inside the database.", hint="Give the request id to whoever runs this installation."
    )


def _detail(error: psycopg.Error) -> dict[str, Any]:
    try:
        told = json.loads(error.diag.message_detail or "{}")
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
