"""source: where data come from, under which agreement and assessment."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from brightline.cli.command import Kind, Limit, Offset, Work, command, segment
from brightline.cli.forms import read_form
from brightline.cli.groups.proposals import renewal, told
from brightline.cli.output import Columns
from brightline.model.errors import BadInput

source = typer.Typer(help="Where data come from, under which agreement.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(metavar="NAME")]
_SOURCE: Columns = {
    "Source": "name",
    "Title": "title",
    "Regime": "regime",
    "Authority": "authority",
    "Custodian": "custodian_unit",
    "Agreement": lambda item: (item.get("agreement") or {}).get("id"),
    "Until": lambda item: (item.get("agreement") or {}).get("expires"),
}


def install(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(source, name="source")


def _source_add(
    work: Work,
    file: Annotated[Path, typer.Argument(help="YAML: a source with agreement and assessment, or a feed.yml.")],
    unit: Annotated[str | None, typer.Option("--unit", help="Custodian, when the file names none.")] = None,
) -> None:
    """Propose a source with its agreement and privacy assessment. Another person accepts it."""
    told(work, work.post("/sources", source_in(file, unit)))


def _source_renew(
    work: Work,
    name: Name,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="YAML: a further agreement, assessment or both.")],
    reason: Annotated[str, typer.Option("--reason", help="Why, in a sentence.")],
) -> None:
    """Propose a further agreement or assessment. An assessment of the same id gets the later day."""
    told(work, work.post(f"/sources/{segment(name)}/renew", {**renewal(file), "reason": reason}))


def source_in(file: Path, unit: str | None) -> dict[str, Any]:
    """The source that a YAML file describes: fields at the top, or a feed's `source`, `agreement`, `assessment`."""
    whole = read_form(file, "FILE", "docs/how-to/feeds.md says what it needs, with an example.")
    head = whole.get("source", whole)
    head = head if isinstance(head, dict) else whole
    names = ("name", "title", "publisher", "reliability", "custodian_unit", "pointer_tier")
    body = {name: head[name] for name in names if head.get(name) is not None}
    body.setdefault("title", whole.get("title", body.get("name")))
    parts = {name: whole.get(name) for name in ("agreement", "assessment", "authority")}
    missing = [name for name, part in parts.items() if part is None]
    if missing:
        raise BadInput("FILE", f"lacks {', '.join(missing)}.", "No source is entered without them.")
    if unit:
        body["custodian_unit"] = unit
    if "custodian_unit" not in body:
        raise BadInput("--unit", "is missing.", "Name the unit that answers for the source: --unit UNIT.")
    return {**body, **parts}


def _source_list(work: Work, limit: Limit = 50, offset: Offset = 0) -> None:
    """Sources."""
    work.out.listed(work.get("/sources", limit=limit, offset=offset), _SOURCE)


def _source_show(work: Work, name: Name) -> None:
    """A source with all its agreements and assessments."""
    work.out.document(work.get(f"/sources/{segment(name)}"), lambda found: work.out.fields(found, _SOURCE))


command(source, "add", Kind.DESK, "steward")(_source_add)
command(source, "renew", Kind.DESK, "steward")(_source_renew)
command(source, "list", Kind.OPEN)(_source_list)
command(source, "show", Kind.OPEN)(_source_show)
