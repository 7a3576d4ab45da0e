"""restrict: protected persons, and rows that were obtained unlawfully."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from brightline.cli.command import Kind, Limit, Offset, Work, command, segment
from brightline.cli.output import Columns

restrict = typer.Typer(help="What a decision takes out of sight.", no_args_is_help=True)
Number = Annotated[str, typer.Argument(metavar="N", help="RS-2026-471100")]
Reason = Annotated[str, typer.Option("--reason", help="Why, in a sentence.")]
COLUMNS: Columns = {
    "Restriction": "restriction",
    "Kind": "kind",
    "Of": "of",
    "State": "state",
    "Basis": "basis",
    "Asked by": "asked_by",
    "Asked": "asked",
    "Decided by": "decided_by",
    "Re-marked": lambda r: sum(r["counts"].get(name, 0) for name in ("aspects", "links", "records")),
    "Recalled": lambda r: r["counts"].get("recalled", ""),
}


def install(app: typer.Typer) -> None:
    """Add the group."""
    command(restrict, "add", Kind.DESK, "steward")(add)
    command(restrict, "list", Kind.DESK, "approver", "overseer", "steward")(listed)
    command(restrict, "confirm", Kind.DESK, "approver")(confirm)
    command(restrict, "lift", Kind.DESK, "approver")(lift)
    app.add_typer(restrict, name="restrict")


def add(
    work: Work,
    about: Annotated[str, typer.Argument(metavar="ID", help="A person's id under --purpose CASE, or SOURCE:KEY.")],
    kind: Annotated[str, typer.Option("--kind", help="protected or unlawful.")],
    basis: Annotated[str, typer.Option("--basis", help="Statute or order.")],
    reason: Reason,
) -> None:
    """Take a person or a source's row out of sight, at once and everywhere. An approver decides whether it stays."""
    made = work.post("/restrictions", {"about": about, "kind": kind, "basis": basis, "reason": reason})
    work.out.document(made, _told(work))


def listed(work: Work, limit: Limit = 50, offset: Offset = 0) -> None:
    """Restrictions: one's own; all for approvers and overseers. Never whom."""
    work.out.listed(work.get("/restrictions", limit=limit, offset=offset), COLUMNS)


def confirm(work: Work, number: Number, reason: Reason) -> None:
    """Confirm a restriction that somebody else asked for."""
    _decide(work, number, "confirm", reason)


def lift(work: Work, number: Number, reason: Reason) -> None:
    """Lift a restriction: every marking is put back as it was."""
    _decide(work, number, "lift", reason)


def _decide(work: Work, number: str, decision: str, reason: str) -> None:
    body = {"decision": decision, "reason": reason}
    work.out.document(work.post(f"/restrictions/{segment(number)}/decide", body), _told(work))


def _told(work: Work) -> Any:
    def say(made: dict[str, Any]) -> None:
        counts = ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in made["counts"].items() if number)
        rest = "nothing was held" if made["counts"] else "in force"
        work.out.say(f"{made['restriction']}: {made['state']}; {counts or rest}.")

    return say
