"""proposal: what one person wants changed of sight or powers, and another decides. agreement: longer, or no longer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from brightline.cli.command import Kind, Limit, Offset, Work, command, segment
from brightline.cli.forms import read_form
from brightline.cli.output import Columns
from brightline.model.errors import BadInput

proposal = typer.Typer(help="What waits for a second person.", no_args_is_help=True)
agreement = typer.Typer(help="How long a source may be used.", no_args_is_help=True)
Number = Annotated[str, typer.Argument(metavar="N", help="PR-2026-004711")]
Id = Annotated[str, typer.Argument(metavar="ID", help="The agreement's id: AG-014")]
Reason = Annotated[str, typer.Option("--reason", help="Why, in a sentence.")]
COLUMNS: Columns = {
    "Proposal": "proposal",
    "What": lambda item: str(item["kind"]).replace("_", " "),
    "About": "about",
    "Unit": "unit",
    "Regimes": "regimes",
    "State": "state",
    "By": "author",
    "Proposed": "proposed",
    "Holds from": "effective",
    "Decided by": "decided_by",
}
_WHOLE: Columns = {**COLUMNS, "Terms": "terms", "Why": "reason", "Decision": "decision"}


def install(app: typer.Typer) -> None:
    """Add both groups, and the renewals of source and authority."""
    deciders = ("approver", "overseer", "supervisor")
    command(proposal, "list", Kind.DESK, *deciders, "steward", "admin")(listed)
    command(proposal, "show", Kind.DESK, *deciders, "steward", "admin")(show)
    command(proposal, "accept", Kind.DESK, *deciders)(accept)
    command(proposal, "refuse", Kind.DESK, *deciders)(refuse)
    command(proposal, "withdraw", Kind.DESK, "steward", "admin", *deciders)(withdraw)
    command(agreement, "extend", Kind.DESK, "steward")(extend)
    command(agreement, "end", Kind.DESK, "steward")(end)
    app.add_typer(proposal, name="proposal")
    app.add_typer(agreement, name="agreement")


def listed(
    work: Work,
    state: Annotated[
        str | None, typer.Option("--state", help="proposed, notice, in_force, refused, withdrawn, lapsed.")
    ] = None,
    mine: Annotated[bool, typer.Option("--waits-for-me", help="Only what you can decide.")] = False,
    limit: Limit = 50,
    offset: Offset = 0,
) -> None:
    """Proposals: your own, those that your desk decides or that are about your unit; all for overseers."""
    work.out.listed(work.get("/proposals", state=state, waits_for_me=mine or None, limit=limit, offset=offset), COLUMNS)


def show(work: Work, number: Number) -> None:
    """A proposal with the terms that will hold."""
    work.out.document(work.get(f"/proposals/{segment(number)}"), lambda found: work.out.fields(found, _WHOLE))


def accept(work: Work, number: Number, reason: Reason) -> None:
    """Accept what another person proposed. What widens sight waits for the notice to overseers."""
    _decided(work, number, "accept", reason)


def refuse(work: Work, number: Number, reason: Reason) -> None:
    """Refuse it; it stays on record."""
    _decided(work, number, "refuse", reason)


def withdraw(work: Work, number: Number, reason: Reason) -> None:
    """Take your own back before it holds."""
    _decided(work, number, "withdraw", reason)


def extend(
    work: Work,
    id: Id,
    until: Annotated[str, typer.Option("--until", metavar="DATE", help="Its later last day.")],
    reason: Reason,
) -> None:
    """Propose a later last day; the terms stay. Another person accepts it."""
    told(work, work.post(f"/agreements/{segment(id)}/extend", {"expires": until, "reason": reason}))


def end(work: Work, id: Id, reason: Reason) -> None:
    """Propose to end an agreement; once accepted, what rests on it alone is seen no longer."""
    told(work, work.post(f"/agreements/{segment(id)}/expire", {"reason": reason}))


def renewal(file: Path) -> dict[str, Any]:
    """A further agreement, assessment or both, as they stand in a YAML file or a feed.yml."""
    whole = read_form(file, "FILE", "It holds agreement, assessment or both; docs/how-to/feeds.md has an example.")
    given = {name: whole[name] for name in ("agreement", "assessment") if whole.get(name) is not None}
    if not given:
        raise BadInput("FILE", "holds neither agreement nor assessment.", "docs/how-to/feeds.md has an example.")
    return given


def told(work: Work, made: dict[str, Any]) -> None:
    """Which number another person is asked under."""
    work.out.document(made, lambda found: work.out.fields(found, COLUMNS))


def _decided(work: Work, number: str, verb: str, reason: str) -> None:
    told(work, work.post(f"/proposals/{segment(number)}/{verb}", {"reason": reason}))
