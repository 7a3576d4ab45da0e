"""crossing: request, list, show, opinion, review, open, approve, deny, withdraw, revoke, audit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from brightline.cli.command import Kind, Limit, Offset, Work, command, segment
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
    "Begins": "starts",
    "Expires": "expires",
    "Reviewed by": "reviewed_by",
    "Decided by": "decided_by",
}
_PEOPLE: Columns = {"Category": "category", "People": "people", "Other things": "others"}


def install(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(crossing, name="crossing")


def _told(work: Work, found: dict[str, Any]) -> None:
    work.out.document(found, lambda one: work.out.say(f"{one['number']}: {one['state']}"))


def _request(
    work: Work,
    fields: Annotated[list[str], typer.Option("--fields", help="Property; may repeat.", metavar="F")],
    basis: Annotated[str, typer.Option("--basis", help="Authority that permits it.", metavar="CODE")],
    necessity: Annotated[str, typer.Option("--necessity", help="Why nothing less will do.")],
    alternatives: Annotated[str, typer.Option("--alternatives", help="What else was tried.")],
    expires: Annotated[str, typer.Option("--expires", metavar="DATE")],
    items: Annotated[list[str] | None, typer.Option("--items", help="Id; may repeat.", metavar="ID")] = None,
    pointer: Annotated[
        str | None, typer.Option("--pointer", metavar="HANDLE", help="In their place: of a pointer that search shows.")
    ] = None,
    links: Annotated[bool, typer.Option("--links", help="Links between the items cross too.")] = False,
    starts: Annotated[str | None, typer.Option("--starts", metavar="DATE", help="First day, if not at once.")] = None,
    danger: Annotated[
        str | None, typer.Option("--danger", help="Asks for the emergency path: which harm to whom is imminent.")
    ] = None,
    instruments: Annotated[
        list[str] | None,
        typer.Option("--instrument", metavar="CAVEAT=DOCUMENT:REFERENCE", help="Order or form; may repeat."),
    ] = None,
) -> None:
    """Ask for named fields of named items, or of what a pointer stands for, for the case named by --purpose."""
    if not work.purpose:
        raise BadInput("--purpose", "is missing.", "Name the case that needs it.")
    body = {
        "purpose": work.purpose,
        "items": _split(items or []),
        "pointer": pointer,
        "fields": _split(fields),
        "basis": basis,
        "necessity": necessity,
        "alternatives": alternatives,
        "expires": expires,
        "links": links,
        "starts": starts,
        "danger": danger,
        "instruments": [_instrument(one) for one in instruments or []],
    }
    _told(work, work.post("/crossings", body))


def _instrument(text: str) -> dict[str, str]:
    caveat, _, rest = text.partition("=")
    document, _, reference = rest.partition(":")
    if not (caveat and document and reference):
        raise BadInput("--instrument", f"{text} can't be read.", "CAVEAT=DOCUMENT:REFERENCE; the document by its id.")
    return {"caveat": caveat, "document": document, "reference": reference.strip()}


def _split(values: list[str]) -> list[str]:
    return [part for value in values for part in value.replace(",", " ").split()]


def _list(
    work: Work,
    state: Annotated[str | None, typer.Option("--state")] = None,
    unaudited: Annotated[bool, typer.Option("--unaudited", help="Ended, and not audited yet.")] = False,
    limit: Limit = 50,
    offset: Offset = 0,
) -> None:
    """Crossings that concern your desk or case."""
    found = work.get("/crossings", state=state, unaudited="true" if unaudited else None, limit=limit, offset=offset)
    work.out.listed(found, _HEAD)


def _show(work: Work, number: Number) -> None:
    """A crossing with its reasons and opinions."""
    work.out.document(work.get(f"/crossings/{segment(number)}"), lambda found: _whole(work, found))


def _whole(work: Work, found: dict[str, Any]) -> None:
    said: Columns = {
        "Necessity": "necessity",
        "Alternatives": "alternatives",
        "From a pointer to": _pointed,
        "Danger": "danger",
        "Open until": "open_until",
        "Law": "review_text",
        "Audit": "verdict",
        "Remarks": "remarks",
        "You may": "may",
    }
    filled = {name: key for name, key in said.items() if (key(found) if callable(key) else found[key])}
    work.out.fields(found, {**_HEAD, **filled})
    if found["people"]:
        work.out.table(found["people"], _PEOPLE, title="\nWhom it would affect")
    if found["needs"]:
        columns: Columns = {"Marking": "caveat", "Takes": "kind", "Met": "met"}
        work.out.table(found["needs"], columns, title="\nBeside the approval")
    if found["opinions"]:
        work.out.table(found["opinions"], {"By": "title", "Side": "side", "Opinion": "opinion", "Why": "text"})
    if found["preview"]:
        shown: Columns = {"Id": "id", "Kind": "schema", "Source": "source", "Values": lambda row: str(row["values"])}
        work.out.table(found["preview"], shown, title="\nWhat would cross")


def _pointed(found: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in (found["pointer"] or {}).items() if value and name != "tier")


def _opinion(
    work: Work,
    number: Number,
    opinion: Annotated[str, typer.Argument(help="support or oppose")],
    reason: Annotated[str, typer.Option("--reason", help="Why.")],
) -> None:
    """Say what you think of it, as supervisor or custodian."""
    _told(work, work.post(f"/crossings/{segment(number)}/opinion", {"opinion": opinion, "text": reason}))


def _review(
    work: Work,
    number: Number,
    finding: Annotated[str, typer.Argument(metavar="permitted|not-permitted")],
    reason: Annotated[str, typer.Option("--reason", help="Which section permits it or doesn't.")],
    covers: Annotated[
        list[str] | None, typer.Option("--covers", metavar="CAVEAT", help="Order or form that you have read.")
    ] = None,
) -> None:
    """Review the law of it. Another approver decides."""
    said = {"finding": finding.replace("-", "_"), "reason": reason, "covers": covers or []}
    _told(work, work.post(f"/crossings/{segment(number)}/review", said))


def _open(work: Work, number: Number) -> None:
    """Open it for a day, before its decision, where it names an imminent danger. Overseers hear of it at once."""
    _told(work, work.post(f"/crossings/{segment(number)}/open"))


def _approve(
    work: Work,
    number: Number,
    reason: Annotated[str | None, typer.Option("--reason", help="Why.")] = None,
    items: Annotated[list[str] | None, typer.Option("--items", metavar="ID", help="Only these; may repeat.")] = None,
    expires: Annotated[str | None, typer.Option("--expires", metavar="DATE", help="An earlier last day.")] = None,
) -> None:
    """Approve it, with the reason. Only somebody in neither chain can, who didn't review it."""
    path = f"/crossings/{segment(number)}"
    shown = work.get(path)
    if not work.out.as_json and shown["people"]:
        work.out.table(shown["people"], _PEOPLE, title="Whom it affects")
    said = {"reason": reason, "seen": shown["seen"], "items": _split(items or []), "expires": expires}
    _told(work, work.post(f"{path}/approve", {key: value for key, value in said.items() if value}))


def _deny(work: Work, number: Number, reason: Annotated[str, typer.Option("--reason", help="Why.")]) -> None:
    """Deny it."""
    _told(work, work.post(f"/crossings/{segment(number)}/deny", {"reason": reason}))


def _withdraw(work: Work, number: Number, reason: Annotated[str, typer.Option("--reason", help="Why.")]) -> None:
    """Take your own request back before it is decided."""
    _told(work, work.post(f"/crossings/{segment(number)}/withdraw", {"reason": reason}))


def _audit(
    work: Work,
    number: Number,
    verdict: Annotated[str, typer.Argument(metavar="proper|flawed|unlawful")],
    remarks: Annotated[str, typer.Option("--remarks", help="What you looked at and found.")],
) -> None:
    """Audit one that has ended. `crossing list --unaudited` is the queue."""
    _told(work, work.post(f"/crossings/{segment(number)}/audit", {"verdict": verdict, "remarks": remarks}))


def _revoke(work: Work, number: Number, reason: Annotated[str, typer.Option("--reason", help="Why.")]) -> None:
    """Revoke it, at once."""
    _told(work, work.post(f"/crossings/{segment(number)}/revoke", {"reason": reason}))


_ALL = ("approver", "steward", "supervisor", "agent", "analyst", "vetter", "overseer")
command(crossing, "request", Kind.DESK, "agent", "analyst", "supervisor")(_request)
command(crossing, "list", Kind.DESK, *_ALL)(_list)
command(crossing, "show", Kind.DESK, *_ALL)(_show)
command(crossing, "opinion", Kind.DESK, "supervisor", "steward")(_opinion)
command(crossing, "review", Kind.DESK, "approver")(_review)
command(crossing, "open", Kind.DESK, "supervisor")(_open)
command(crossing, "approve", Kind.DESK, "approver")(_approve)
command(crossing, "deny", Kind.DESK, "approver")(_deny)
command(crossing, "withdraw", Kind.DESK, "agent", "analyst", "supervisor")(_withdraw)
command(crossing, "revoke", Kind.DESK, "approver", "steward", "supervisor")(_revoke)
command(crossing, "audit", Kind.DESK, "overseer")(_audit)
