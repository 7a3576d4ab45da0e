"""resolve: who is who, judged by people."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from brightline.cli.command import Kind, Limit, Offset, Work, command, segment
from brightline.cli.output import Columns
from brightline.model.errors import BadInput

resolve = typer.Typer(help="Who is who: candidates, judgements, splits.", no_args_is_help=True)
Id = Annotated[str, typer.Argument(metavar="ID")]


def install(app: typer.Typer) -> None:
    """Add the group."""
    command(resolve, "review", Kind.CONTENT)(review)
    command(resolve, "judge", Kind.CONTENT)(judge)
    command(resolve, "split", Kind.CONTENT)(split)
    command(resolve, "history", Kind.CONTENT)(history)
    app.add_typer(resolve, name="resolve")


def review(work: Work, id: Id, limit: Annotated[int, typer.Option("--limit", min=1, max=50)] = 20) -> None:
    """Who might be the same as this one, with the parts of each score. A score decides nothing."""
    found = work.get(f"/entities/{segment(id)}/candidates", limit=limit)
    if work.out.as_lines:
        work.out.listed({"items": found["candidates"]}, {})
        return
    work.out.document(found, lambda answer: _candidates(work, answer))


def _candidates(work: Work, found: dict[str, Any]) -> None:
    columns: Columns = {
        "Id": "id",
        "Caption": "caption",
        "Source": "sources",
        "Score": lambda c: f"{c['score']:.2f}",
        "Parts": lambda c: [f"{p['part']} {p['alike']:.2f}" for p in c["parts"]],
        "Judged": lambda c: c["judged"] or "",
    }
    work.out.say(f"{found['subject']['caption']}  ({found['subject']['schema_label']})", style="bold")
    work.out.table(found["candidates"], columns)


def judge(
    work: Work,
    left: Annotated[str, typer.Argument(metavar="A")],
    right: Annotated[str, typer.Argument(metavar="B")],
    verdict: Annotated[str, typer.Argument(metavar="same|different|unsure")],
    reason: Annotated[str, typer.Option("--reason", help="Which facts agree, or which differ.")],
    despite: Annotated[bool, typer.Option("--despite", help="Births differ, and the reason says why.")] = False,
    cut: Annotated[
        list[str] | None,
        typer.Option("--cut", metavar="A=B", help="A link of the chain that is wrong too; may be repeated."),
    ] = None,
) -> None:
    """Judge two entities. Nothing is overwritten; a later judgement on the pair counts."""
    body: dict[str, Any] = {"left": left, "right": right, "verdict": verdict, "reason": reason, "despite": despite}
    body["cut"] = [_pair(one) for one in cut or []]
    made = work.post("/judgements", body)
    work.out.document(made, lambda m: work.out.say(f"Judged {m['verdict']}. The entity is {m['canonical']}."))


def _pair(text: str) -> dict[str, str]:
    left, _, right = text.partition("=")
    if not (left and right):
        raise BadInput("--cut", "is no pair.", "Write the two ids with = between them, as the refusal printed them.")
    return {"left": left.strip(), "right": right.strip()}


def split(work: Work, id: Id, reason: Annotated[str, typer.Option("--reason", help="What differs.")]) -> None:
    """Take an entity out of what it was joined with."""
    made = work.post(f"/entities/{segment(id)}/split", {"reason": reason})
    work.out.document(made, lambda m: work.out.say(f"{m['id']} stands apart from {', '.join(m['apart'])}."))


def history(work: Work, id: Id, limit: Limit = 50, offset: Offset = 0) -> None:
    """Every judgement on an entity that this purpose may see."""
    found = work.get(f"/entities/{segment(id)}/judgements", limit=limit, offset=offset)
    columns: Columns = {
        "At": "at",
        "By": "by",
        "Verdict": lambda j: j["verdict"] + ("" if j["counts"] else " (judged again since)"),
        "Left": lambda j: j["left"]["id"],
        "Right": lambda j: j["right"]["id"],
        "Reason": "reason",
    }
    if work.out.as_json:
        work.out.document(found)
        return
    work.out.listed({**found, "items": found["judgements"]}, columns)
