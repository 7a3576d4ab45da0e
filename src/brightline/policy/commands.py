"""Proposing, approving, rejecting, withdrawing a version; an overseer's word that a notice was seen."""

from __future__ import annotations

import logging
from typing import Any

from brightline.gate import Answer, Call, Gate
from brightline.line import rulebook, rulebook_check
from brightline.model.errors import BadInput, BrightlineError, Conflict, NotRunning
from brightline.policy import doors, model

log = logging.getLogger(__name__)


def propose(gate: Gate, call: Call, *, yaml: str, reason: str, effective: str | None = None) -> Answer:
    """Propose a site's YAML (over the shipped book) as the next version, and have it judged.

    BadInput names the key that is wrong; `broken_rulebook` tells the counter-example of a promise that isn't kept: then
    the version is on record as broken. A judgement that fails (`unjudged`) leaves a version that nobody can approve;
    proposing the same text again has it judged. Entered in the ledger twice: the proposal, and what was found.
    """
    book = rulebook.overlaid(rulebook.shipped(), rulebook.read(yaml))
    rulebook_check.check(book, doors=doors.installed())
    params = {"book": book, "yaml": yaml, "reason": reason, **({"effective": effective} if effective else {})}
    answer = gate.run(call, "rulebook_propose", params)
    version = int(answer.result["version"])
    told = _judged(gate, version)
    if not told["holds"]:
        raise BadInput(
            "rulebook",
            f"version {version} is refused. {told['broken']}",
            "Change the keys that are named and propose it again.",
            code="broken_rulebook",
        )
    result = answer.result | {key: told[key] for key in ("weakens", "proof", "effective")}
    return Answer(result={**result, "state": "proposed", "difference": told["changes"]}, receipt=answer.receipt)


def _judged(gate: Gate, version: int) -> dict[str, Any]:
    try:
        return gate.judge(version, lambda facts: model.judge(facts, doors.installed()).document())
    except Conflict:
        raise
    except Exception as error:
        log.exception("version %s of the rulebook could not be judged", version)
        kind = NotRunning if isinstance(error, NotRunning) else BrightlineError
        raise kind(
            f"Version {version} is on record, but judging it failed, so nobody can approve it.",
            hint="Propose the same text again: it is judged then. Or withdraw the version.",
            code="unjudged",
        ) from error


def approve(gate: Gate, call: Call, version: int, *, reason: str) -> Answer:
    """Approve somebody else's proved version. Refused `four_eyes`; Conflict `base`, `waits`, `late`, `state`."""
    return gate.run(call, "rulebook_approve", {"version": version, "reason": reason})


def reject(gate: Gate, call: Call, version: int, *, reason: str) -> Answer:
    """Decide against a version."""
    return gate.run(call, "rulebook_reject", {"version": version, "reason": reason})


def withdraw(gate: Gate, call: Call, version: int, *, reason: str) -> Answer:
    """Take a version back before it holds: its author, or an approver."""
    return gate.run(call, "rulebook_withdraw", {"version": version, "reason": reason})


def see(gate: Gate, call: Call, version: int, *, remark: str = "") -> Answer:
    """An overseer has seen the notice of a weaker guard; a remark is kept with it."""
    params: dict[str, Any] = {"version": version, "remark": remark}
    return gate.run(call, "rulebook_see", params)
