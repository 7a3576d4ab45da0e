"""disclose, subject: what leaves the organisation, and a person's accounting."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from brightline.cli.command import Kind, Limit, Offset, Work, command, segment
from brightline.cli.forms import read_form
from brightline.cli.output import Columns
from brightline.model.errors import BadInput

disclose = typer.Typer(help="What leaves the organisation.", no_args_is_help=True)
subject = typer.Typer(help="What is held about somebody.", no_args_is_help=True)
Number = Annotated[str, typer.Argument(metavar="N", help="D-2026-4711")]
_RECIPIENT = "Give recipient, address, recipient_kind, fields, need_to_know, right_to_know, rules_accepted, nature."
COLUMNS: Columns = {
    "Disclosure": "disclosure",
    "State": "state",
    "Recipient": "recipient",
    "Nature": "nature",
    "People": lambda d: str(d["people"].get("total", 0)),
    "Items": "items",
    "Sent": lambda d: d["sent"] or "",
}


def install(app: typer.Typer) -> None:
    """Add the groups."""
    command(disclose, "prepare", Kind.DESK)(prepare)
    command(disclose, "submit", Kind.DESK)(submit)
    command(disclose, "list", Kind.DESK, "supervisor", "approver", "overseer", "agent", "analyst")(listed)
    command(disclose, "show", Kind.DESK, "supervisor", "approver", "overseer", "agent", "analyst")(show)
    command(disclose, "approve", Kind.DESK, "supervisor", "approver")(approve)
    command(disclose, "deny", Kind.DESK, "supervisor", "approver")(deny)
    command(disclose, "send", Kind.DESK)(send)
    command(disclose, "withdraw", Kind.DESK)(withdraw)
    command(disclose, "package", Kind.DESK)(package)
    command(disclose, "recall", Kind.DESK)(recall)
    command(disclose, "owed", Kind.DESK, "supervisor", "approver", "overseer", "agent", "analyst")(owed)
    command(disclose, "confirm", Kind.DESK)(confirm)
    command(subject, "report", Kind.CONTENT)(report)
    app.add_typer(disclose, name="disclose")
    app.add_typer(subject, name="subject")


def prepare(
    work: Work,
    case: Annotated[str, typer.Option("--case", help="The case that discloses.")],
    items: Annotated[list[str], typer.Option("--items", help="Ids; may repeat.")],
    recipient: Annotated[Path, typer.Option("--recipient", help="YAML: recipient, address, recipient_kind, fields…")],
    purpose: Annotated[str, typer.Option("--purpose", help="Why it leaves, in a sentence.")],
) -> None:
    """Draft a disclosure and show how many people of which category it would name."""
    work.purpose = case
    body = {
        **read_form(recipient, "--recipient", _RECIPIENT),
        "items": items,
        "purpose": purpose,
    }
    made = work.post("/disclosures", body)
    work.out.document(made, lambda d: _told(work, d))


def _told(work: Work, made: dict[str, Any]) -> None:
    people = ", ".join(f"{n} {name}" for name, n in made["people"].items() if name != "total") or "no people"
    work.out.say(f"{made['disclosure']} is {made['state']}: {made['items']} items to {made['recipient']}; {people}.")
    if made["left_out"]:
        work.out.say(f"Stays behind, since nothing may leave from there: {', '.join(made['left_out'])}.")
    if made["needs_second"] and made["state"] in ("draft", "submitted"):
        work.out.say("More people than one approver may decide on: an approver outside the unit decides too.")


def submit(work: Work, number: Number) -> None:
    """Ask for approval."""
    work.out.document(work.post(f"/disclosures/{segment(number)}/submit"), lambda d: _told(work, d))


def listed(
    work: Work,
    state: Annotated[str | None, typer.Option("--state")] = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> None:
    """Disclosures of the case, the unit, an approver's queue, or all for overseers."""
    work.out.listed(work.get("/disclosures", state=state, limit=limit, offset=offset), COLUMNS)


def show(work: Work, number: Number) -> None:
    """One disclosure with its items and notices."""
    found = work.get(f"/disclosures/{segment(number)}")
    work.out.document(found, lambda d: _whole(work, d))


def _whole(work: Work, found: dict[str, Any]) -> None:
    names = ("state", "recipient", "address", "purpose", "authority", "caveats", "package_sha256", "reason")
    work.out.fields({name: found[name] for name in names})
    columns: Columns = {
        "Id": "id",
        "Kind": "schema",
        "Category": lambda line: line["category"] or "",
        "Reliability": "reliability",
        "Values": lambda line: [f"{k}: {', '.join(map(str, v))}" for k, v in (line["properties"] or {}).items()],
    }
    work.out.table(found["lines"], columns)
    for notice in found["notices"]:
        owed = f"confirmed by {notice['confirmed_by']}" if notice["confirmed"] else "not confirmed yet"
        work.out.say(f"{notice['kind']} {notice['id']}: {notice['text']} ({owed})")


def _decide(work: Work, number: str, decision: str, reason: str) -> None:
    made = work.post(f"/disclosures/{segment(number)}/decide", {"decision": decision, "reason": reason})
    work.out.document(made, lambda d: _told(work, d))


def approve(work: Work, number: Number, reason: Annotated[str, typer.Option("--reason", help="Why.")]) -> None:
    """Approve, at a supervisor's or an approver's desk."""
    _decide(work, number, "approve", reason)


def deny(work: Work, number: Number, reason: Annotated[str, typer.Option("--reason", help="Why not.")]) -> None:
    """Deny."""
    _decide(work, number, "deny", reason)


def send(work: Work, number: Number, out: Annotated[Path, typer.Option("--out", help="The package.")]) -> None:
    """Make the package, account for every item, and write it."""
    _fetch(work, number, "POST", "send", out)


def package(work: Work, number: Number, out: Annotated[Path, typer.Option("--out", help="The package.")]) -> None:
    """Fetch once more what was sent: the very bytes; each fetch is accounted for."""
    _fetch(work, number, "GET", "package", out)


def _fetch(work: Work, number: str, method: str, act: str, out: Path) -> None:
    if out.exists():
        raise BadInput("--out", f"{out} exists already", "Name a new file.")
    path = f"/disclosures/{segment(number)}/{act}"
    answer = work.file_of(path) if method == "POST" else work.client.raw(method, path, headers=work.headers())
    out.write_bytes(answer.content)
    told = {"disclosure": number, "file": str(out), "sha256": answer.headers["X-Package-Sha256"]}
    work.out.document(told, lambda t: work.out.say(f"Wrote {t['file']}, SHA-256 {t['sha256']}."))


def withdraw(work: Work, number: Number, reason: Annotated[str, typer.Option("--reason", help="Why.")]) -> None:
    """Take back what hasn't left yet: a draft, what waits, what was approved."""
    work.out.document(
        work.post(f"/disclosures/{segment(number)}/withdraw", {"reason": reason}), lambda d: _told(work, d)
    )


def owed(
    work: Work,
    limit: Annotated[int, typer.Option("--limit", min=1, max=200)] = 50,
    offset: Annotated[int, typer.Option("--offset", min=0)] = 0,
) -> None:
    """Recalls and corrections that no recipient has confirmed yet, oldest first."""
    columns: Columns = {
        "Disclosure": "disclosure",
        "Recipient": "recipient",
        "Kind": "kind",
        "Notice": "notice",
        "Days": lambda o: str(o["days"]),
        "Says": "text",
    }
    work.out.listed(work.get("/disclosures/owed", limit=limit, offset=offset), columns)


def confirm(
    work: Work,
    number: Number,
    notice: Annotated[str, typer.Argument(metavar="NOTICE", help="Its id, as `disclose show` tells.")],
    by: Annotated[str, typer.Option("--by", help="Who confirmed it at the recipient's.")],
) -> None:
    """Record that the recipient confirmed a recall or correction."""
    path = f"/disclosures/{segment(number)}/notices/{segment(notice)}/confirm"
    work.out.document(work.post(path, {"by": by}), lambda d: _told(work, d))


def recall(
    work: Work,
    number: Number,
    reason: Annotated[str, typer.Option("--reason", help="What was wrong, and what to do.")],
    correction: Annotated[bool, typer.Option("--correction", help="Correct instead of calling back.")] = False,
) -> None:
    """Call back or correct what was sent."""
    body = {"kind": "correction" if correction else "recall", "text": reason}
    work.out.document(work.post(f"/disclosures/{segment(number)}/recall", body), lambda d: _told(work, d))


def report(
    work: Work,
    id: Annotated[str, typer.Argument(metavar="ID")],
    exceptions: Annotated[str, typer.Option("--exceptions", help="Lawful exceptions, as stated.")] = "",
) -> None:
    """What is held, from whom, how often it was looked at, to whom it went."""
    found = work.ask(f"/subjects/{segment(id)}/report", exceptions=exceptions or None)
    work.out.document(found, lambda f: _report(work, f))


def _report(work: Work, found: dict[str, Any]) -> None:
    work.out.table(found["held"], {"Source": "source", "Title": "title", "Records": "records"}, title="Held")
    columns: Columns = {"Released": "released", "Recipient": "recipient", "Address": "address", "Purpose": "purpose"}
    work.out.table(found["disclosures"], columns, title="Released")
    work.out.table(found["seen"], {"Month": "month", "Unit": "unit", "Times": "times"}, title="Looked at")
