"""crossing: request, list, show, opinion, approve, deny, revoke."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from brightline.cli.command import Kind, Work, command, segment
from brightline.cli.output import Columns
from brightline.model.errors import BadInput

crossing = typer.Typer(
    help="Use of information under another regime: named fields, reasons, an end.", no_args_is_help=True
)
Number = Annotated[str, typer.Argument(metavar="N")]
_HEAD: Columns = {
    "Crossing": "number",
    "State": "state",
    "For": "purpose",
    "Asked by": "requester_title",
    "Items": "item_count",
    "Fields": "fields",
    "Basis": "basis",
    "Expires": "expires",
    "Decided by": "decided_by",
}


def install(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(crossing, name="crossing")


def _told(work: Work, found: dict[str, Any]) -> None:
    work.out.document(found, lambda one: work.out.say(f"{one['number']}: {one['state']}"))


def _request(
    work: Work,
    items: Annotated[list[str], typer.Option("--items", help="Id; may repeat.", metavar="ID")],
    fields: Annotated[list[str], typer.Option("--fields", help="Property; may repeat.", metavar="F")],
    basis: Annotated[str, typer.Option("--basis", help="Authority that permits it.", metavar="CODE")],
    necessity: Annotated[str, typer.Option("--necessity", help="Why nothing less will do.")],
    alternatives: Annotated[str, typer.Option("--alternatives", help="What else was tried.")],
    expires: Annotated[str, typer.Option("--expires", metavar="DATE")],
    links: Annotated[bool, typer.Option("--links", help="Links between the items cross too.")] = False,
) -> None:
    """Ask for named fields of named items, for the case named by --purpose."""
    if not work.purpose:
        raise BadInput("--purpose", "is missing.", "Name the case that needs it.")
    body = {
        "purpose": work.purpose,
        "items": _split(items),
        "fields": _split(fields),
        "basis": basis,
        "necessity": necessity,
        "alternatives": alternatives,
        "expires": expires,
        "links": links,
    }
    _told(work, work.post("/crossings", body))


def _split(values: list[str]) -> list[str]:
    return [part for value in values for part in value.replace(",", " ").split()]


def _list(
    work: Work,
    state: Annotated[str | None, typer.Option("--state")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=200)] = 50,
) -> None:
    """Crossings that concern your desk or case."""
    work.out.listed(work.get("/crossings", state=state, limit=limit), _HEAD)


def _show(work: Work, number: Number) -> None:
    """A crossing with its reasons and opinions."""
    work.out.document(work.get(f"/crossings/{segment(number)}"), lambda found: _whole(work, found))


def _whole(work: Work, found: dict[str, Any]) -> None:
    work.out.fields(found, {**_HEAD, "Necessity": "necessity", "Alternatives": "alternatives", "You may": "may"})
    if found["opinions"]:
        work.out.table(found["opinions"], {"By": "title", "Side": "side", "Opinion": "opinion", "Why": "text"})
    if found["preview"]:
        columns: Columns = {"Id": "id", "Kind": "schema", "Source": "source", "Values": lambda row: str(row["values"])}
        work.out.table(found["preview"], columns, title="\nWhat would cross")


def _opinion(
    work: Work,
    number: Number,
    opinion: Annotated[str, typer.Argument(help="support or oppose")],
    reason: Annotated[str, typer.Option("--reason", help="Why.")],
) -> None:
    """Say what you think of it, as supervisor or custodian."""
    _told(work, work.post(f"/crossings/{segment(number)}/opinion", {"opinion": opinion, "text": reason}))


def _approve(
    work: Work, number: Number, reason: Annotated[str | None, typer.Option("--reason", help="Why.")] = None
) -> None:
    """Approve it, with the reason. Only somebody in neither chain can."""
    _told(work, work.post(f"/crossings/{segment(number)}/approve", {"reason": reason} if reason else {}))


def _deny(work: Work, number: Number, reason: Annotated[str, typer.Option("--reason", help="Why.")]) -> None:
    """Deny it."""
    _told(work, work.post(f"/crossings/{segment(number)}/deny", {"reason": reason}))


def _revoke(work: Work, number: Number, reason: Annotated[str, typer.Option("--reason", help="Why.")]) -> None:
    """Revoke it, at once."""
    _told(work, work.post(f"/crossings/{segment(number)}/revoke", {"reason": reason}))


_ALL = ("approver", "steward", "supervisor", "agent", "analyst", "vetter", "overseer")
command(crossing, "request", Kind.DESK, "agent", "analyst", "supervisor")(_request)
command(crossing, "list", Kind.DESK, *_ALL)(_list)
command(crossing, "show", Kind.DESK, *_ALL)(_show)
command(crossing, "opinion", Kind.DESK, "supervisor", "steward")(_opinion)
command(crossing, "approve", Kind.DESK, "approver")(_approve)
command(crossing, "deny", Kind.DESK, "approver")(_deny)
command(crossing, "revoke", Kind.DESK, "approver", "steward", "supervisor")(_revoke)
