"""case: open, submit, approve, return, list, show, add, note, document, close. The work: `casework`, `worklist`."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from brightline.cli.command import Kind, Limit, Offset, Work, command, segment
from brightline.cli.groups import casework, worklist
from brightline.cli.output import Columns
from brightline.model.errors import BadInput

case = typer.Typer(help="Case files.", no_args_is_help=True)

_WORKERS = ("agent", "analyst", "supervisor")
_DECIDERS = ("supervisor",)
_READERS = (*_WORKERS, "overseer")
_DOCUMENT: Columns = {
    "Id": "id",
    "Name": lambda one: " = ".join([one["name"], *one["also"]]),
    "Bytes": "size",
    "SHA-256": "sha256",
    "By": "by",
    "At": "at",
}
_READINGS: Columns = {
    "Id": "document",
    "Ended": lambda one: f"{one['state']}, in part" if one["state"] == "extracted" and one["reason"] else one["state"],
    "Format": "format",
    "Pages": "pages",
    "With text": "kept",
    "Why": "reason",
}
Number = Annotated[str, typer.Argument(metavar="CASE")]
Why = Annotated[str | None, typer.Option("--reason", help="Why.")]


def install(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(case, name="case")


def _address(number: str) -> str:
    return f"/cases/{segment(number)}"


def _told(work: Work, file: dict[str, Any]) -> None:
    work.out.document(file, lambda found: work.out.say(f"{found['number']} {found['title']}: {found['state']}"))


def _open(
    work: Work,
    title: Annotated[str, typer.Option("--title")],
    authority: Annotated[list[str], typer.Option("--authority", help="Code; may repeat within one regime.")],
    predicate: Annotated[str, typer.Option("--predicate", help="The facts that justify the case.")],
    document: Annotated[
        list[Path] | None,
        typer.Option("--document", help="Supporting document; may repeat.", exists=True, dir_okay=False),
    ] = None,
    category: Annotated[str | None, typer.Option("--category", help="The activity; a must when criminal.")] = None,
    priority: Annotated[str | None, typer.Option("--priority", help="low, normal or high.")] = None,
    supervisor: Annotated[str | None, typer.Option("--supervisor", help="Account.")] = None,
    restricted: Annotated[bool, typer.Option("--restricted", help="Seen by its members only.")] = False,
) -> None:
    """Draft a case with its documents. Submit it next."""
    body = {
        "title": title,
        "authorities": authority,
        "predicate": predicate,
        "category": category,
        "priority": priority,
        "supervisor": supervisor,
        "restricted": restricted or None,
    }
    made = work.post("/cases", {key: value for key, value in body.items() if value is not None})
    for path in document or []:
        casework.add_file(work, made["number"], path, "predicate")
    _told(work, work.get(_address(made["number"])) if document else made)


def _submit(work: Work, number: Number) -> None:
    """Hand a draft to the supervisor."""
    _told(work, work.post(f"{_address(number)}/submit"))


def _approve(work: Work, number: Number, reason: Why = None) -> None:
    """Approve what waits: opening, closure, reopening. Never one's own request."""
    _told(work, work.post(f"{_address(number)}/approve", {"reason": reason} if reason else {}))


def _return(
    work: Work, number: Number, reason: Annotated[str, typer.Option("--reason", help="What is missing.")]
) -> None:
    """Send back what waits."""
    _told(work, work.post(f"{_address(number)}/return", {"reason": reason}))


def _withdraw(
    work: Work, number: Number, reason: Annotated[str, typer.Option("--reason", help="Why you take it back.")]
) -> None:
    """Take back what you asked for, while nobody has decided it."""
    _told(work, work.post(f"{_address(number)}/withdraw", {"reason": reason}))


def _list(
    work: Work,
    state: Annotated[str | None, typer.Option("--state")] = None,
    mine: Annotated[bool, typer.Option("--mine", help="Only those you work on.")] = False,
    limit: Limit = 50,
    offset: Offset = 0,
) -> None:
    """Cases of the desk."""
    found = work.get("/cases", state=state, mine=mine or None, limit=limit, offset=offset)
    columns: Columns = {
        "Case": "number",
        "Title": "title",
        "Regime": "regime",
        "State": "state",
        "Lead": "lead_title",
        "Opened": "opened",
        "People": "people",
        "Items": "item_count",
    }
    work.out.listed(found, columns)


def _show(work: Work, number: Number) -> None:
    """A case file."""
    work.under(number)
    work.out.document(work.get(_address(number)), lambda found: _file(work, found))


def _file(work: Work, found: dict[str, Any]) -> None:
    work.out.say(f"{found['number']}  {found['title']}", style="bold")
    authorities = [f"{each['code']} {each['title']}".strip() for each in found["authorities"]]
    fields: Columns = {
        "State": "state",
        "Regime": "regime",
        "Authority": lambda _: authorities,
        "Predicate": "predicate",
        "Unit": "unit_title",
        "Lead": "lead_title",
        "Supervisor": "supervisor_title",
        "Opened": "opened",
        "Review by": "review_by",
        "You may": "may",
    }
    work.out.fields(found, fields)
    if found["items"]:
        columns: Columns = {"Id": "id", "Kind": "schema", "What": "caption", "Category": "role", "By": "added_by"}
        if any(item["version"] for item in found["items"]):
            columns = {**columns, "Version": _version}
        work.out.table(found["items"], columns, title="\nIn the case")
        changed = [item["id"] for item in found["items"] if item["newer"]]
        if changed:
            work.out.say(f"The source changed {', '.join(changed)} since: see brightline entity show ID --lineage.")
    if found["notes"]:
        work.out.table(found["notes"], {"At": "at", "By": "by", "Kind": "kind", "Text": "text"}, title="\nNotes")
    if found["documents"]:
        work.out.table(found["documents"], _DOCUMENT, title="\nDocuments")


def _version(item: Mapping[str, Any]) -> str:
    """Which version of a source's row the case relied on, and what the source has made of it since."""
    relied, newer = item["version"], item["newer"]
    if not newer:
        return str(relied or "")
    return f"{relied}; taken away since" if newer["gone"] else f"{relied}; the source has {newer['version']} now"


def _add(
    work: Work,
    number: Number,
    ids: Annotated[list[str], typer.Argument(metavar="ID…")],
    role: Annotated[
        str | None, typer.Option("--role", help="suspect, convicted, victim, witness, associate or other.")
    ] = None,
    basis: Annotated[str | None, typer.Option("--basis", help="On what the category rests.")] = None,
    note: Annotated[str | None, typer.Option("--note")] = None,
) -> None:
    """Put entities into the case. A person needs --role and --basis."""
    work.purpose = work.purpose or number
    body = {"ids": ids, "role": role, "basis": basis, "note": note}
    added = work.post(f"{_address(number)}/items", {key: value for key, value in body.items() if value is not None})
    work.out.document(added, lambda found: _added(work, found))


def _added(work: Work, found: dict[str, Any]) -> None:
    work.out.say(f"{len(found['added'])} added, {len(found['already'])} there already.")
    for pointer in found["pointers"]:
        work.out.say(f"{pointer['id']} is also in a case of {pointer['unit']}; contact {pointer['contact']}.")


def _role(
    work: Work,
    number: Number,
    item: Annotated[str, typer.Argument(metavar="ID", help="The person, as `case show` prints it.")],
    role: Annotated[str, typer.Argument(help="suspect, convicted, victim, witness, associate or other.")],
    basis: Annotated[str, typer.Option("--basis", help="On what the category rests.")],
    document: Annotated[str | None, typer.Option("--document", help="A document of the case that shows it.")] = None,
) -> None:
    """Change a person's category. A victim or witness becomes a suspect only with a document of the case."""
    work.purpose = work.purpose or number
    body = {"id": item, "role": role, "basis": basis, **({"document": document} if document else {})}
    done = work.post(f"{_address(number)}/items/role", body)
    work.out.document(done, lambda found: work.out.say(f"{found['category']}, was {found['was'] or 'none'}."))


def _remove(
    work: Work,
    number: Number,
    item: Annotated[str, typer.Argument(metavar="ID", help="An entity or a source's row, as `case show` prints it.")],
    reason: Annotated[str, typer.Option("--reason", help="Why it leaves; the case's history keeps it.")],
) -> None:
    """Take an entity or a source's row out of the case. Its history keeps that it was there."""
    work.purpose = work.purpose or number
    work.post(f"{_address(number)}/items/remove", {"id": item, "reason": reason})
    work.out.document({"removed": item}, lambda found: work.out.say(f"{found['removed']} isn't in {number} any more."))


def _note(
    work: Work,
    number: Number,
    text: Annotated[str, typer.Argument()],
    kind: Annotated[str, typer.Option("--kind", help="fact or assessment.")] = "fact",
    basis: Annotated[str | None, typer.Option("--basis")] = None,
    reliability: Annotated[str | None, typer.Option("--reliability", help="A–F, of the source.")] = None,
    credibility: Annotated[int | None, typer.Option("--credibility", help="1–6, of what it says.")] = None,
    about: Annotated[list[str] | None, typer.Option("--about", help="Id it speaks of; may repeat.")] = None,
) -> None:
    """Write a note into the case."""
    work.purpose = work.purpose or number
    body = {
        "text": text,
        "kind": kind,
        "basis": basis,
        "reliability": reliability,
        "credibility": credibility,
        "about": about or None,
    }
    made = work.post(f"{_address(number)}/notes", {key: value for key, value in body.items() if value is not None})
    work.out.document(made, lambda found: work.out.say(f"Note {found['id']}"))


def _document(
    work: Work,
    number: Number,
    file: Annotated[Path | None, typer.Argument(help="File to add; without it, the list.")] = None,
    predicate: Annotated[bool, typer.Option("--predicate", help="It supports the predicate.")] = False,
    get: Annotated[str | None, typer.Option("--get", help="Fetch this document.", metavar="ID")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Where to, with --get.", metavar="FILE")] = None,
    read: Annotated[str | None, typer.Option("--read", help="Read this one, kept earlier.", metavar="ID")] = None,
    text: Annotated[str | None, typer.Option("--text", help="Show this one's text.", metavar="ID")] = None,
    readings: Annotated[bool, typer.Option("--readings", help="How the reading of each ended.")] = False,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="Wait until it is read.")] = True,
    limit: Limit = 50,
    offset: Offset = 0,
) -> None:
    """Add a document, list them, fetch one, have one read, or show its text. The worker reads them."""
    work.under(number)
    if get:
        _fetch(work, number, get, out)
    elif read or text:
        _words(work, number, (read, wait), text)
    elif readings:
        work.out.listed(work.get(f"{_address(number)}/readings", limit=limit, offset=offset), _READINGS)
    elif file is None:
        work.out.listed(work.get(f"{_address(number)}/documents", limit=limit, offset=offset), _DOCUMENT)
    else:
        made = casework.add_file(work, number, file, "predicate" if predicate else "other")
        if wait and made["reading"]:
            made["reading"] = _awaited(work, number, made["reading"])
        work.out.document(made, lambda found: _kept(work, found))


def _kept(work: Work, found: dict[str, Any]) -> None:
    work.out.say(f"{found['name']}  SHA-256 {found['sha256']}")
    if found["reading"]:
        _read(work, found["reading"])


def _read(work: Work, reading: dict[str, Any]) -> None:
    if reading["state"] == "waiting":
        work.out.say("It waits to be read. `brightline case document CASE --readings` tells when it was.")
        return
    work.out.say(f"{reading['state']}: {reading['kept']} of {reading['pages']} pages hold text. {reading['reason']}")


_LONGEST = 120.0


def _awaited(work: Work, number: str, reading: dict[str, Any]) -> dict[str, Any]:
    """The reading when it has ended, or as it stands after two minutes: a worker that is down reads it later."""
    until, pause = time.monotonic() + _LONGEST, 0.5
    with work.out.progress("Being read") as step:
        while reading["state"] == "waiting" and time.monotonic() < until:
            step("waits for the worker", None)
            time.sleep(pause)
            # Each look is an entry in the log.
            pause = min(pause * 1.5, 5.0)
            reading = _reading_of(work, number, reading["document"]) or reading
    return reading


def _reading_of(work: Work, number: str, id: str) -> dict[str, Any] | None:
    return next((one for one in work.every(f"{_address(number)}/readings") if one["document"] == id), None)


def _words(work: Work, number: str, wanted: tuple[str | None, bool], text: str | None) -> None:
    """What a document says, after having it read where that is wanted."""
    read, wait = wanted
    if read:
        done = work.post(f"{_address(number)}/documents/{segment(read)}/read")
        if wait:
            done = _awaited(work, number, done)
        work.out.document(done, lambda found: _read(work, found))
    elif text:
        found = _all_pages(work, f"{_address(number)}/documents/{segment(text)}/text")
        work.out.document(found, lambda one: work.out.say("\n\n".join(part["text"] for part in one["pages"])))


def _all_pages(work: Work, path: str) -> dict[str, Any]:
    """A document's text whole: the server gives a hundred pages at a time."""
    whole: dict[str, Any] = work.get(path, limit=100)
    part = whole["pages"]
    while len(part) == 100:
        part = work.get(path, limit=100, **{"from": part[-1]["page"] + 1})["pages"]
        whole["pages"] += part
    return whole


def _fetch(work: Work, number: str, id: str, out: Path | None) -> None:
    if out is None:
        raise BadInput("--out", "is missing.", "Say where the document goes.")
    content = work.raw(f"{_address(number)}/documents/{segment(id)}")
    out.write_bytes(content)
    work.out.document({"id": id, "file": str(out), "size": len(content)})


_MEMBER: Columns = {"Account": "account", "Name": "title", "As": "capacity", "Since": "from"}


def _member(
    work: Work,
    number: Number,
    account: Annotated[str, typer.Argument(help="Account name.")],
    capacity: Annotated[str, typer.Option("--as", help="member, lead or supervisor.")] = "member",
    remove: Annotated[str | None, typer.Option("--remove", help="Take them off the case; say why.")] = None,
) -> None:
    """Let somebody work on the case, or take them off it: by its lead or its supervisor."""
    place = f"{_address(number)}/members"
    if remove is None:
        made = work.post(place, {"account": account, "capacity": capacity})
    else:
        made = work.post(f"{place}/{segment(account)}/remove", {"reason": remove})
    work.out.listed(made, _MEMBER)


def _close(
    work: Work,
    number: Number,
    outcome: Annotated[
        str,
        typer.Option("--outcome", help="charged, referred, unfounded, insufficient, administrative or other."),
    ],
    summary: Annotated[str, typer.Option("--summary", help="How it ended.")] = "",
) -> None:
    """Ask for closure; another supervisor approves it."""
    work.under(number)
    body = {"outcome": outcome, "summary": summary or f"Closed with outcome {outcome}."}
    _told(work, work.post(f"{_address(number)}/close", body))


command(case, "open", Kind.DESK, *_WORKERS)(_open)
command(case, "submit", Kind.DESK, *_WORKERS)(_submit)
command(case, "approve", Kind.DESK, *_DECIDERS)(_approve)
command(case, "return", Kind.DESK, *_DECIDERS)(_return)
command(case, "withdraw", Kind.DESK, *_WORKERS)(_withdraw)
command(case, "list", Kind.DESK, "supervisor", "agent", "analyst", "overseer")(_list)
command(case, "show", Kind.DESK, "supervisor", "agent", "analyst", "overseer")(_show)
command(case, "add", Kind.DESK, *_WORKERS)(_add)
command(case, "role", Kind.DESK, *_WORKERS)(_role)
command(case, "remove", Kind.DESK, *_WORKERS)(_remove)
command(case, "note", Kind.DESK, *_WORKERS)(_note)
command(case, "document", Kind.DESK, *_READERS)(_document)
command(case, "member", Kind.DESK, *_WORKERS)(_member)
command(case, "close", Kind.DESK, *_WORKERS)(_close)
casework.join(case)
worklist.join(case)
