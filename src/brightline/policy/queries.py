"""The rulebook in force, its versions, what a text would change, the notices to overseers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from brightline.gate import Answer, Call, Gate
from brightline.line import rulebook, rulebook_check, rulebook_diff
from brightline.line.proof import prove
from brightline.policy import doors


def show(gate: Gate, call: Call, version: int | None = None) -> Answer:
    """One version, or the one in force: book, YAML, difference, proof, notice, what is registered beside it."""
    return gate.run(call, "rulebook_show", {} if version is None else {"version": version})


def versions(gate: Gate, call: Call) -> Answer:
    """Every version that was ever proposed, newest first: the public log of policy changes (rule 42)."""
    return gate.run(call, "rulebook_list")


def notices(gate: Gate, call: Call) -> Answer:
    """Weaker guards, for overseers, before they hold (rule 47)."""
    return gate.run(call, "rulebook_notices")


def difference(gate: Gate, call: Call, yaml: str) -> Answer:
    """What a site's YAML would change in the rulebook in force, and whether the result keeps its promises."""
    answer = show(gate, call)
    book = rulebook.overlaid(rulebook.shipped(), rulebook.read(yaml))
    rulebook_check.check(book, doors=doors.installed())
    result = {**compared(answer.result["book"], book), "version": answer.result["version"]}
    return Answer(result=result, receipt=answer.receipt)


def compared(old: dict[str, Any], book: dict[str, Any]) -> dict[str, Any]:
    """{difference, weakens, proof, holds, asked} of a checked book against another."""
    changes = rulebook_diff.changes(old, book)
    proof = prove(book, doors.installed())
    return {
        "difference": [change.document() for change in changes],
        "weakens": any(change.weakens for change in changes),
        "proof": proof.documents(),
        "holds": proof.holds,
        "asked": datetime.now(UTC).isoformat(),
    }
