"""case evidence, relate, clearance; deconflict."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import Annotated, Any

import typer

from brightline.cli.command import Kind, Limit, Offset, Work, command, segment
from brightline.cli.output import Columns
from brightline.model.errors import BadInput

evidence = typer.Typer(help="Evidence and its chain of custody.", no_args_is_help=True)
clearance = typer.Typer(help="What a court's order opens to a case.", no_args_is_help=True)

_WORKERS = ("agent", "analyst", "supervisor")
_READERS = (*_WORKERS, "overseer")
Number = Annotated[str, typer.Argument(metavar="CASE")]
Item = Annotated[str, typer.Argument(metavar="ITEM", help="EV-0001, or its barcode.")]
Place = Annotated[str, typer.Option("--place", help="Where it is now.")]
Why = Annotated[str, typer.Option("--reason", help="Why.")]
MaybeWhy = Annotated[str | None, typer.Option("--reason", help="Why.")]


def install(app: typer.Typer) -> None:
    """Add what stands outside `case`."""
    command(app, "deconflict", Kind.CONTENT)(deconflict)


def join(case: typer.Typer) -> None:
    """Add what belongs to `case`."""
    case.add_typer(evidence, name="evidence")
    case.add_typer(clearance, name="clearance")
    command(case, "relate", Kind.DESK, *_WORKERS)(relate)


def place_of(number: str, *parts: Any) -> str:
    """The address of something in a case."""
    return "/".join(("/cases", segment(number), *(segment(str(part)) for part in parts)))


def inside(work: Work, number: str) -> None:
    """Under the case itself: what is done in it, is done under its purpose."""
    work.purpose = work.purpose or number


def told(**given: Any) -> dict[str, Any]:
    """What was given; what wasn't is left out."""
    return {key: value for key, value in given.items() if value is not None}


def add_file(work: Work, number: str, path: Path, purpose: str = "other") -> dict[str, Any]:
    """A file put into the case; the document as it is kept."""
    if not path.is_file():
        raise BadInput("FILE", f"{path} can't be read.", "Name a file.")
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    with path.open("rb") as content:
        files = {"file": (path.name, content, kind)}
        made: dict[str, Any] = work.post(place_of(number, "documents"), files=files, data={"purpose": purpose})
    return made


# ------------------------------------------------------------------------------------------ evidence

_EVIDENCE: Columns = {
    "Item": "item",
    "What": "title",
    "Place": "place",
    "Custodian": "custodian_title",
    "State": lambda e: f"{e['state']}, offered to {e['offered_to_title']}" if e["offered_to"] else e["state"],
    "Chain": lambda e: f"{e['links']} links, {'sealed' if e['sealed'] else 'SEAL BROKEN'}",
}
_HELD: Columns = {
    "Case": "case",
    "Item": "item",
    "What": "title",
    "Place": "place",
    "Custodian": lambda e: f"{e['custodian_title']}{', who can sign no more' if e['stranded'] else ''}",
    "Offered to": "offered_to_title",
}
_LINK: Columns = {
    "At": "at",
    "Act": "act",
    "From": "giver_title",
    "To": "taker_title",
    "Place": "place",
    "Signed": "by_title",
    "Entry": "entry",
}


def _item(work: Work, found: dict[str, Any]) -> None:
    work.out.document(found, lambda e: work.out.say(f"{e['item']} {e['title']}: {e['state']}, {e['links']} links"))


def evidence_add(
    work: Work,
    number: Number,
    title: Annotated[str, typer.Argument()],
    place: Annotated[str, typer.Option("--place", help="Where it was seized.")],
    file: Annotated[Path | None, typer.Option("--file", help="Its bytes: added to the case as a document.")] = None,
    sha256: Annotated[str | None, typer.Option("--sha256", help="What its bytes must come to; checked.")] = None,
    document: Annotated[str | None, typer.Option("--document", help="Document of the case that it is.")] = None,
    barcode: Annotated[str | None, typer.Option("--barcode")] = None,
    description: Annotated[str | None, typer.Option("--description")] = None,
    reason: MaybeWhy = None,
) -> None:
    """Take an item into evidence; you become its custodian. The server hashes the file, or the document that it is."""
    inside(work, number)
    if file is not None:
        document = document or str(add_file(work, number, file)["id"])
    body = told(title=title, place=place, sha256=sha256, document=document, barcode=barcode, description=description)
    _item(work, work.post(place_of(number, "evidence"), {**body, **told(reason=reason)}))


def evidence_list(work: Work, number: Number, limit: Limit = 50, offset: Offset = 0) -> None:
    """Items of evidence, with what the seals of all of them say."""
    work.under(number)
    found = work.get(place_of(number, "evidence"), limit=limit, offset=offset)
    work.out.listed(found, _EVIDENCE)
    if work.out.for_people:
        work.out.say(_sealed(found["seals"]))


def _sealed(seals: dict[str, Any]) -> str:
    broken = seals["broken"]
    said = f"SEAL BROKEN: {', '.join(broken)}" if broken else "all seals fit"
    return f"{seals['items']} items, {seals['links']} links of custody: {said}."


def evidence_show(work: Work, number: Number, item: Item) -> None:
    """An item with its chain of custody. Who has it in hand without being a member works under --purpose CASE."""
    work.under(number)
    work.out.document(work.get(place_of(number, "evidence", item)), lambda one: _chain(work, one))


def evidence_mine(work: Work, limit: Limit = 50, offset: Offset = 0) -> None:
    """What you have in hand or are offered, over all cases; for a supervisor also what nobody can sign for."""
    work.out.listed(work.get("/custody", limit=limit, offset=offset), _HELD)


def _chain(work: Work, found: dict[str, Any]) -> None:
    work.out.say(f"{found['item']}  {found['title']}", style="bold")
    fields: Columns = {"State": "state", "Place": "place", "Custodian": "custodian_title", "SHA-256": "sha256"}
    work.out.fields(found, fields)
    work.out.table(
        found["chain"], _LINK, title=f"\nChain of custody ({'sealed' if found['sealed'] else 'SEAL BROKEN'})"
    )


def evidence_store(work: Work, number: Number, item: Item, place: Place, reason: MaybeWhy = None) -> None:
    """Store an item of which you are the custodian."""
    inside(work, number)
    _item(work, work.post(place_of(number, "evidence", item, "store"), told(place=place, reason=reason)))


def evidence_transfer(
    work: Work,
    number: Number,
    item: Item,
    to: Annotated[str, typer.Option("--to", help="Account that takes it.")],
    place: Place,
    reason: MaybeWhy = None,
) -> None:
    """Hand an item on: your signature. The taker's is `evidence accept`, in a session of their own."""
    inside(work, number)
    _item(work, work.post(place_of(number, "evidence", item, "offer"), told(to=to, place=place, reason=reason)))


def evidence_accept(work: Work, number: Number, item: Item, reason: MaybeWhy = None) -> None:
    """Take over an item that is offered to you."""
    inside(work, number)
    _item(work, work.post(place_of(number, "evidence", item, "accept"), told(reason=reason)))


def evidence_decline(work: Work, number: Number, item: Item, reason: Why) -> None:
    """Decline what is offered to you, or take back your offer."""
    inside(work, number)
    _item(work, work.post(place_of(number, "evidence", item, "decline"), {"reason": reason}))


def evidence_reassign(
    work: Work,
    number: Number,
    item: Item,
    to: Annotated[str, typer.Option("--to", help="Account that takes it.")],
    place: Place,
    reason: Why,
) -> None:
    """Give an item to another custodian, as a supervisor of the unit; the new one signs with `evidence accept`."""
    work.under(number)
    body = {"to": to, "place": place, "reason": reason}
    _item(work, work.post(place_of(number, "evidence", item, "reassign"), body))


def evidence_dispose(
    work: Work,
    number: Number,
    item: Item,
    act: Annotated[str, typer.Argument(metavar="return|forfeit|destroy")],
    place: Place,
    reason: Why,
) -> None:
    """Decide what becomes of an item; for a supervisor who isn't its custodian, whether or not the case is open."""
    work.under(number)
    body = {"act": act, "place": place, "reason": reason}
    _item(work, work.post(place_of(number, "evidence", item, "dispose"), body))


# ---------------------------------------------------------------- deconfliction, relations, clearances


def deconflict(
    work: Work,
    key: Annotated[str, typer.Argument(help="A number, a name with a birth date, an address or a place.")],
    kind: Annotated[
        str | None, typer.Option("--kind", help="phone, email, account, plate, number, name, address or event.")
    ] = None,
    starts: Annotated[str | None, typer.Option("--from", help="Of a planned event: its first day.")] = None,
    ends: Annotated[str | None, typer.Option("--to", help="Its last day.")] = None,
) -> None:
    """Check a key blind against all cases. What may be told is a unit, a contact and the kind of match; of cases that
    you don't know of it comes as a notice, a moment later."""
    work.headers()
    number = (work.purpose or "").split("@")[0]
    found = work.post(place_of(number, "deconflict"), told(key=key, kind=kind, starts=starts, ends=ends))
    work.out.document(found, lambda f: _heard(work, f))


def _heard(work: Work, found: dict[str, Any]) -> None:
    if read := found["compared"]:
        town = (
            f", town {read['town']}" if read["town"] else "; no town named, so compared with addresses that name none"
        )
        work.out.say(f"Compared as number {read['number']}, street {read['street']}{town}.", style="dim")
    for one in found["told"]:
        work.out.say(f"{one['kind'].capitalize()}: {one['unit_title'] or one['unit']}; contact {one['contact']}.")
    if not found["told"]:
        work.out.say(f"Nothing among the cases that you know of ({found['kind']}).")
    work.out.say("What other cases may be told of comes as a notice: brightline notices.", style="dim")
    work.out.say(f"{found['left']} checks left under this inquiry.", style="dim")


def relate(
    work: Work,
    number: Number,
    other: Annotated[str, typer.Argument(metavar="OTHER")],
    kind: Annotated[str, typer.Option("--kind", help="OTHER is its parent, its child, or related.")] = "related",
    why: Annotated[str, typer.Option("--because", help="What ties them.")] = "",
) -> None:
    """Relate two cases that you know."""
    work.under(number)
    made = work.post(place_of(number, "related"), {"other": other, "kind": kind, "reason": why})
    work.out.listed(made, {"Case": "case", "Title": "title", "Is": "kind", "Because": "reason"})


_CLEARANCE: Columns = {
    "Id": "id",
    "Case": "case",
    "Caveat": "caveat",
    "Order": "order",
    "Until": "expires",
    "State": "state",
    "Asked by": "asked_by",
}


def _cleared(work: Work, found: dict[str, Any]) -> None:
    work.out.document(
        found, lambda c: work.out.say(f"{c['caveat']} for {c['case']} until {c['expires']}: {c['state']}  {c['id']}")
    )


def clearance_grant(
    work: Work,
    number: Number,
    caveat: Annotated[str, typer.Argument(metavar="CAVEAT")],
    order: Annotated[str, typer.Option("--order", help="Court, number, date and scope of the order.")],
    expires: Annotated[str, typer.Option("--expires", help="YYYY-MM-DD, within a year.")],
) -> None:
    """Ask that an approver grants a clearance; nothing opens before that."""
    work.under(number)
    _cleared(work, work.post(place_of(number, "clearances"), {"caveat": caveat, "order": order, "expires": expires}))


def clearance_list(
    work: Work,
    number: Annotated[str | None, typer.Argument(metavar="CASE")] = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> None:
    """Clearances of a case; without one, those that you may decide as an approver."""
    if number is None:
        work.roles = ("approver",)
        work.out.listed(work.get("/clearances", limit=limit, offset=offset), _CLEARANCE)
    else:
        work.under(number)
        work.out.listed(work.get(place_of(number, "clearances"), limit=limit, offset=offset), _CLEARANCE)


def clearance_approve(work: Work, id: str, reason: Why) -> None:
    """Approve a clearance, as an approver without part in the case."""
    _cleared(work, work.post(f"/clearances/{segment(id)}/approve", {"reason": reason}))


def clearance_deny(work: Work, id: str, reason: Why) -> None:
    """Deny a clearance."""
    _cleared(work, work.post(f"/clearances/{segment(id)}/deny", {"reason": reason}))


def clearance_revoke(work: Work, id: str, reason: Why) -> None:
    """Revoke a clearance, at once."""
    _cleared(work, work.post(f"/clearances/{segment(id)}/revoke", {"reason": reason}))


command(evidence, "add", Kind.DESK, *_WORKERS)(evidence_add)
command(evidence, "store", Kind.DESK, *_WORKERS)(evidence_store)
command(evidence, "transfer", Kind.DESK, *_WORKERS)(evidence_transfer)
command(evidence, "accept", Kind.DESK, *_WORKERS)(evidence_accept)
command(evidence, "decline", Kind.DESK, *_WORKERS)(evidence_decline)
command(evidence, "reassign", Kind.DESK, "supervisor")(evidence_reassign)
command(evidence, "dispose", Kind.DESK, "supervisor")(evidence_dispose)
command(evidence, "list", Kind.DESK, *_READERS)(evidence_list)
command(evidence, "show", Kind.DESK, *_READERS)(evidence_show)
command(evidence, "mine", Kind.DESK, "supervisor", "agent", "analyst")(evidence_mine)
command(clearance, "grant", Kind.DESK, *_WORKERS)(clearance_grant)
command(clearance, "list", Kind.DESK, *_READERS)(clearance_list)
command(clearance, "approve", Kind.DESK, "approver")(clearance_approve)
command(clearance, "deny", Kind.DESK, "approver")(clearance_deny)
command(clearance, "revoke", Kind.DESK, "approver")(clearance_revoke)
