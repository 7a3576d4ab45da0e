"""rulebook: the rulebook in force, its versions, what a file would change, proof, approval, notices."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from brightline.cli.command import Kind, Limit, Offset, Work, command
from brightline.cli.output import Columns
from brightline.line import rulebook as book
from brightline.line import rulebook_check
from brightline.line.proof import prove as prove_book
from brightline.model.characters import shown
from brightline.model.errors import BadInput, Conflict, VerificationFailed
from brightline.policy import doors

rulebook = typer.Typer(help="The rulebook: versions, difference, proof, approval.", no_args_is_help=True)
Reason = Annotated[str, typer.Option("--reason", help="Why, in a sentence.")]
Number = Annotated[int, typer.Argument(metavar="VERSION", min=1)]
File = Annotated[Path, typer.Argument(metavar="FILE", help="A site's YAML: what differs from the shipped rulebook.")]
_DESKS = ("admin", "approver", "overseer", "steward", "supervisor", "vetter", "agent", "analyst")
VERSIONS: Columns = {
    "Version": "version",
    "State": lambda v: v["state"].replace("_", " "),
    "Effective": "effective",
    "Changes": "changes",
    "Weakens": "weakens",
    "Author": "author_title",
    "Decided by": "decided_title",
    "Reason": "reason",
}
CHANGES: Columns = {"Change": "words", "Weaker": "weakens"}
PROMISES: Columns = {
    "Promise": "promise",
    "Holds": "holds",
    "Counter-example": lambda p: p.get("counter") or "",
}
NOTICES: Columns = {
    "Version": "version",
    "State": lambda n: n["state"].replace("_", " "),
    "Effective": "effective",
    "Weaker": lambda n: "; ".join(c["words"] for c in n["changes"]),
    "Author": "author_title",
    "Seen by": lambda n: [s["by"] for s in n["seen"]],
}


def install(app: typer.Typer) -> None:
    """Add the group."""
    command(rulebook, "show", Kind.DESK, *_DESKS)(show)
    command(rulebook, "shipped", Kind.LOCAL)(shipped)
    command(rulebook, "list", Kind.DESK, *_DESKS)(listing)
    command(rulebook, "diff", Kind.DESK, *_DESKS)(diff)
    command(rulebook, "apply", Kind.DESK, "admin")(apply)
    command(rulebook, "prove", Kind.LOCAL)(prove)
    command(rulebook, "approve", Kind.DESK, "approver")(approve)
    command(rulebook, "reject", Kind.DESK, "approver")(reject)
    command(rulebook, "withdraw", Kind.DESK, "admin", "approver")(withdraw)
    command(rulebook, "notices", Kind.DESK, "overseer")(notices)
    command(rulebook, "seen", Kind.DESK, "overseer")(seen)
    app.add_typer(rulebook, name="rulebook")


def show(
    work: Work,
    version: Annotated[int | None, typer.Option("--version", min=1, help="Another than the one in force.")] = None,
) -> None:
    """The rulebook in force, as YAML."""
    found = work.get("/rulebook" if version is None else f"/rulebook/versions/{version}")
    work.out.document(found, lambda one: _shown(work, one))


def _shown(work: Work, one: dict[str, Any]) -> None:
    state = one["state"].replace("_", " ")
    work.out.say(f"# Version {one['version']}, {state}, {one['hash'][:16]}, by {one['author_title']}")
    typer.echo(shown(book.written(one["book"])), nl=False)
    work.out.say("# Registered one by one or by the rulebook (the database's state):")
    typer.echo(shown(book.written(one["registered"])), nl=False)


def shipped(work: Work) -> None:
    """The rulebook as shipped, with its comments: where a site's file begins."""
    work.out.document(book.shipped(), lambda _: typer.echo(book.shipped_text(), nl=False))


def listing(
    work: Work,
    limit: Limit = 50,
    offset: Offset = 0,
) -> None:
    """Every version that was proposed, newest first: the log of policy changes."""
    work.out.listed(work.get("/rulebook/versions", limit=limit, offset=offset), VERSIONS)


def diff(work: Work, file: File) -> None:
    """What a file would change in the rulebook in force, which guards it weakens, and whether it is proved."""
    found = work.post("/rulebook/diff", {"yaml": _text(file)})
    work.out.document(found, lambda one: _compared(work, one))


def _compared(work: Work, one: dict[str, Any]) -> None:
    if not one["difference"]:
        work.out.say("Nothing differs from the rulebook in force.")
        return
    work.out.table(one["difference"], CHANGES)
    work.out.table([p for p in one["proof"] if not p["holds"]] or one["proof"], PROMISES)
    if one["weakens"]:
        work.out.say("A guard becomes weaker: overseers have their notice before it can hold.", style="bold")


def apply(
    work: Work,
    file: File,
    reason: Reason,
    effective: Annotated[
        str | None, typer.Option("--effective", help="From when it holds, as 2026-05-01T00:00:00Z.", metavar="TIME")
    ] = None,
) -> None:
    """Propose a file as the next version. It is proved at once; somebody else approves it."""
    text = _text(file)
    rulebook_check.check(book.overlaid(book.shipped(), book.read(text)), doors=doors.installed())
    body = {"yaml": text, "reason": reason, **({"effective": effective} if effective else {})}
    with work.out.progress("Proving the rulebook"):
        made = work.post("/rulebook/versions", body)
    work.out.document(made, lambda one: _proposed(work, one))


def _proposed(work: Work, one: dict[str, Any]) -> None:
    work.out.table(one["difference"], CHANGES)
    when = one["effective"] or "its approval"
    work.out.say(f"Version {one['version']} is proposed and proved. It holds from {when} once an approver agrees:")
    work.out.say(f"brightline rulebook approve {one['version']} --reason TEXT")


def prove(
    work: Work,
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="Without one: the shipped rulebook.")] = None,
) -> None:
    """Show that a rulebook keeps its six promises, or how it breaks one. Needs no server and no network."""
    whole = book.overlaid(book.shipped(), book.read(_text(file)) if file else {})
    rulebook_check.check(whole, doors=doors.installed())
    with work.out.progress("Proving the rulebook"):
        proof = prove_book(whole, doors.installed())
    found = {"holds": proof.holds, "hash": book.digest(whole), "promises": proof.documents()}
    work.out.document(found, lambda one: work.out.table(one["promises"], PROMISES))
    if not proof.holds:
        told = " ".join(one.counter.words() for one in proof.broken if one.counter)
        raise VerificationFailed(told, hint="Change the keys that are named.", code="broken_rulebook")


def approve(work: Work, version: Number, reason: Reason) -> None:
    """Approve somebody else's version. It holds from its effective time on."""
    work.out.document(work.post(f"/rulebook/versions/{version}/approve", {"reason": reason}))


def reject(work: Work, version: Number, reason: Reason) -> None:
    """Decide against a version."""
    work.out.document(work.post(f"/rulebook/versions/{version}/reject", {"reason": reason}))


def withdraw(work: Work, version: Number, reason: Reason) -> None:
    """Take a version back before it holds."""
    work.out.document(work.post(f"/rulebook/versions/{version}/withdraw", {"reason": reason}))


def notices(
    work: Work,
    limit: Limit = 50,
    offset: Offset = 0,
) -> None:
    """Weaker guards, before they hold."""
    work.out.listed(work.get("/rulebook/notices", limit=limit, offset=offset), NOTICES)


def seen(
    work: Work, version: Number, remark: Annotated[str, typer.Option("--remark", help="Kept with the notice.")] = ""
) -> None:
    """Say that a notice was seen."""
    work.out.document(work.post(f"/rulebook/notices/{version}/seen", {"remark": remark}))


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except FileNotFoundError as error:
        raise BadInput(str(file), "isn't there", "Name a YAML file; see brightline rulebook shipped.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise Conflict(f"{file} can't be read: {error}", hint="Name a readable YAML file.") from error
