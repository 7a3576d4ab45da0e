"""retention: what is due, validated, held, purged."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from brightline.cli.command import Kind, Limit, Offset, Work, command, segment
from brightline.cli.output import Columns
from brightline.model.errors import BadInput

retention = typer.Typer(help="Time limits: review or purge.", no_args_is_help=True)
Reason = Annotated[str, typer.Option("--reason", help="Why, in a sentence.")]
DUE: Columns = {
    "Id": "id",
    "What": "label",
    "Rule": "rule",
    "Counted from": "counted_from",
    "Due": "due",
    "State": lambda i: (
        i["held"]
        or (i["custody"] and f"in custody: {i['custody']}")
        or ("proposed" if i["proposed"] else "overdue" if i["purgeable"] else "review")
    ),
}
PURGES: Columns = {
    "Purge": "purge",
    "State": "state",
    "Items": lambda p: p["counts"]["items"],
    "Destroyed": lambda p: p["counts"]["destroyed"],
    "Proposed by": "proposed_by",
    "Decided by": "decided_by",
    "Certificate": "certificate",
}

LOG: Columns = {
    "Class": "class",
    "Acts": lambda c: ", ".join(c["acts"]),
    "Years": "years",
    "At least": lambda c: f"{c['least']} ({c['source']})",
    "Past it": lambda c: "more than 5000" if c["due"] > 5000 else c["due"],
}


def install(app: typer.Typer) -> None:
    """Add the group."""
    command(retention, "due", Kind.DESK, "steward", "supervisor", "overseer", "approver")(due)
    command(retention, "validate", Kind.DESK, "steward", "supervisor")(validate)
    command(retention, "purge", Kind.DESK, "steward", "supervisor", "approver")(purge)
    command(retention, "purges", Kind.DESK, "steward", "supervisor", "approver", "overseer")(purges)
    command(retention, "confirm", Kind.DESK, "approver", "supervisor")(confirm)
    command(retention, "reject", Kind.DESK, "approver", "supervisor")(reject)
    command(retention, "hold", Kind.DESK, "approver", "supervisor")(hold)
    command(retention, "holds", Kind.DESK, "approver", "supervisor", "steward", "overseer")(holds)
    command(retention, "lift", Kind.DESK, "approver")(lift)
    command(retention, "log", Kind.DESK, "approver", "overseer")(log)
    command(retention, "log-term", Kind.DESK, "approver")(log_term)
    command(retention, "log-erase", Kind.DESK, "approver")(log_erase)
    app.add_typer(retention, name="retention")


def due(
    work: Work,
    kind: Annotated[str | None, typer.Option("--kind", help="record, case, lead, quarantine or finding.")] = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> None:
    """What has to be validated or purged, oldest first. The days are computed; nobody can set one."""
    work.out.listed(work.get("/retention/due", kind=kind, limit=limit, offset=offset), DUE)


def validate(work: Work, ids: Annotated[list[str], typer.Argument(metavar="ID…")], reason: Reason) -> None:
    """Keep these, with a reason. Their time counts from now, by the same rule."""
    made = work.post("/retention/validate", {"items": ids, "reason": reason})
    work.out.document(made, lambda told: work.out.table(told["items"], DUE))


def purge(
    work: Work,
    reason: Reason,
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID…]")] = None,
    all_due: Annotated[bool, typer.Option("--due", help="All that is due and free.")] = False,
) -> None:
    """Propose a purge of these, or of all that is due. Somebody else has to confirm it."""
    if bool(ids) == all_due:
        raise BadInput("ID", "is missing, or there beside --due.", "Name ids, or give --due.")
    made = work.post("/retention/purges", {"items": ids or [], "reason": reason})
    work.out.document(
        made, lambda p: work.out.say(f"{p['purge']}: {p['counts']['items']} items wait for a confirmation.")
    )


def purges(work: Work, limit: Limit = 50, offset: Offset = 0) -> None:
    """Purges, proposed and decided."""
    work.out.listed(work.get("/retention/purges", limit=limit, offset=offset), PURGES)


Number = Annotated[str, typer.Argument(metavar="N", help="P-2026-471100")]


def confirm(work: Work, number: Number, reason: Reason) -> None:
    """Destroy what is still due and free, with a certificate in the ledger. It can't be undone."""
    made = work.post(f"/retention/purges/{segment(number)}/confirm", {"reason": reason})
    work.out.document(made, lambda p: _done(work, p))


def _done(work: Work, made: dict[str, Any]) -> None:
    counts = made["counts"]
    work.out.say(
        f"{counts['destroyed']} destroyed, {counts['kept']} kept, {made['bodies']} bodies of the ledger;"
        f" certificate {made['certificate']}. Copies in the warehouse and in backups are not reached."
    )


def reject(work: Work, number: Number, reason: Reason) -> None:
    """Decide that nothing of it is destroyed."""
    made = work.post(f"/retention/purges/{segment(number)}/reject", {"reason": reason})
    work.out.document(made, lambda p: work.out.say(f"{p['purge']} is rejected."))


def hold(
    work: Work,
    reason: Reason,
    item: Annotated[str | None, typer.Argument(metavar="[ID]", help="A record's id or a case number.")] = None,
    source: Annotated[str | None, typer.Option("--source", help="A whole source.")] = None,
) -> None:
    """Forbid a purge until the hold is lifted."""
    if (item is None) == (source is None):
        raise BadInput("ID", "is missing, or there beside --source.", "Name one of the two.")
    made = work.post("/retention/holds", {"item": item, "source": source, "reason": reason})
    work.out.document(made, lambda h: work.out.say(f"{h['label']} is held: {h['id']}"))


def holds(work: Work, limit: Limit = 50, offset: Offset = 0) -> None:
    """Legal holds, those in force first."""
    columns: Columns = {"Id": "id", "What": "label", "Since": "at", "By": "by", "Reason": "reason", "Lifted": "lifted"}
    work.out.listed(work.get("/retention/holds", limit=limit, offset=offset), columns)


def lift(work: Work, ident: Annotated[str, typer.Argument(metavar="HOLD")], reason: Reason) -> None:
    """Lift a hold."""
    made = work.post(f"/retention/holds/{segment(ident)}/lift", {"reason": reason})
    work.out.document(made, lambda h: work.out.say(f"{h['label']} is no longer held."))


def log(work: Work, limit: Limit = 50, offset: Offset = 0) -> None:
    """How long the log's own bodies are kept, by class of act. Heads are kept for good."""
    work.out.listed(work.get("/retention/log", limit=limit, offset=offset), LOG)


def log_term(
    work: Work,
    name: Annotated[str, typer.Argument(metavar="CLASS")],
    years: Annotated[int, typer.Argument(metavar="YEARS", min=1, max=100)],
    reason: Reason,
) -> None:
    """Keep the bodies of CLASS for YEARS, never fewer than the law asks for."""
    work.out.document(work.put(f"/retention/log/{segment(name)}", {"years": years, "reason": reason}))


def log_erase(work: Work, name: Annotated[str, typer.Argument(metavar="CLASS")], reason: Reason) -> None:
    """Destroy bodies of CLASS past their term, under a certificate. By another than who set the term."""
    made = work.post(f"/retention/log/{segment(name)}/erase", {"reason": reason})
    more = " More are due: erase again." if made["more"] else ""
    work.out.document(made, lambda m: work.out.say(f"{m['bodies']} bodies go; certificate {m['certificate']}.{more}"))
