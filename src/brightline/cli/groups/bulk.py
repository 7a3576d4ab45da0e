"""bulk: a list of people above the threshold, asked for, sampled, judged, approved, run (rule 41)."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from brightline.cli.command import Kind, Limit, Offset, Work, command, segment
from brightline.cli.output import Columns
from brightline.model.errors import BadInput
from brightline.search import bulk as lists

bulk = typer.Typer(
    help="Lists of people above the threshold: approved by their sampled error rate.", no_args_is_help=True
)
Number = Annotated[str, typer.Argument(metavar="BULK")]
RUNS: Columns = {
    "Bulk": "bulk",
    "State": "state",
    "Case": lambda one: one["case"] or "",
    "People": "size",
    "Expected": "expected",
    "Error": lambda one: _percent(one["error_rate"]),
    "Found": "found",
    "By": "by",
    "Population": "population",
}
HITS: Columns = {
    "Hit": "hit",
    "Line": "place",
    "Looked for": lambda one: "; ".join(part for part in (one["query"], one["born"]) if part),
    "Id": "id",
    "Caption": "caption",
    "Source": "source",
    "Matched": "matched",
    "Verdict": lambda one: one["verdict"] or f"open until {one['expires']}",
    "Carries action": "actionable",
}


def install(app: typer.Typer) -> None:
    """Add the group."""
    command(bulk, "request", Kind.CONTENT)(request)
    command(bulk, "list", Kind.DESK, "supervisor", "agent", "analyst", "overseer")(listed)
    command(bulk, "show", Kind.DESK, "supervisor", "agent", "analyst", "overseer")(show)
    command(bulk, "sample", Kind.CONTENT)(sample)
    command(bulk, "hits", Kind.CONTENT)(hits)
    command(bulk, "judge", Kind.CONTENT)(judge)
    command(bulk, "approve", Kind.DESK, "supervisor")(approve)
    command(bulk, "deny", Kind.DESK, "supervisor")(deny)
    command(bulk, "withdraw", Kind.CONTENT)(withdraw)
    command(bulk, "run", Kind.CONTENT)(run)
    app.add_typer(bulk, name="bulk")


def _percent(part: float | None) -> str:
    return "" if part is None else f"{part * 100:.1f} %"


def request(
    work: Work,
    population: Annotated[str, typer.Option("--population", help="Who is on the list, and from where it comes.")],
    aim: Annotated[str, typer.Option("--aim", help="What it is to find out, and what follows from a match.")],
    expected: Annotated[int, typer.Option("--expected", min=1, help="How many matches you expect.")],
    file: Annotated[
        str | None, typer.Argument(metavar="[FILE]", help="One NAME; YYYY-MM-DD a line; - reads input.")
    ] = None,
    schema: Annotated[list[str] | None, typer.Option("--schema", help="By attributes alone: Person…")] = None,
    source: Annotated[list[str] | None, typer.Option("--source", help="By attributes alone; may repeat.")] = None,
    country: Annotated[list[str] | None, typer.Option("--country", help="By attributes alone; may repeat.")] = None,
    fuzzy: Annotated[int, typer.Option("--fuzzy", min=0, max=1, help="1: a letter may differ.")] = 1,
) -> None:
    """Ask for a bulk run of a list, or of a search by attributes alone. Nothing is looked up yet."""
    filters = {"schemas": schema or [], "sources": source or [], "countries": country or []}
    body: dict[str, Any] = {"population": population, "aim": aim, "expected": expected, "fuzzy": fuzzy}
    if file is not None:
        body["lines"] = [asdict(line) for line in lists.read_list(_text(file))]
    if any(filters.values()):
        body["filters"] = filters
    if not body.get("lines") and "filters" not in body:
        raise BadInput("FILE", "names nobody", "Name a file with one person a line, or --schema, --source, --country.")
    made = work.post("/bulk", body)
    work.out.document(
        made,
        lambda one: work.out.say(f"{one['bulk']}: {one['size']} people. Next: brightline bulk sample {one['bulk']}"),
    )


def _text(file: str) -> str:
    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text("utf-8-sig")
    except FileNotFoundError as error:
        raise BadInput("FILE", f"{file} isn't there", "Name a text file with one person a line.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput("FILE", f"{file} can't be read as UTF-8 text", "Save it as a text file.") from error


def listed(
    work: Work,
    state: Annotated[str | None, typer.Option("--state", help="measured: waits for approval.")] = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> None:
    """Bulk runs that the purpose or desk sees."""
    work.out.listed(work.get("/bulk", state=state, limit=limit, offset=offset), RUNS)


def show(work: Work, number: Number) -> None:
    """One bulk run with its sample's figures."""
    work.out.document(work.get(f"/bulk/{segment(number)}"), lambda one: _told(work, one))


def _told(work: Work, one: dict[str, Any]) -> None:
    work.out.say(f"{one['bulk']}  {one['state']}", style="bold")
    work.out.say(f"{one['size']} people, {one['expected']} matches expected. {one['population']}")
    work.out.say(f"For: {one['aim']}")
    if one["sample"]:
        judged = sum(one[name] or 0 for name in ("confirmed", "wrong", "unsure"))
        work.out.say(f"Sample: {one['sample']} lines, {one['sample_hits']} matches, {judged} judged.")
    if one["error_rate"] is not None:
        work.out.say(f"Not confirmed: {_percent(one['error_rate'])}, at most {_percent(one['error_high'])} (95 %).")
    if one["decision"]:
        work.out.say(f"{one['decider']}: {one['decision']}")
    work.out.say(
        f"Looked up {one['searched']}, found {one['found']}. Possible now: {', '.join(one['acts']) or 'nothing'}."
    )


def sample(work: Work, number: Number) -> None:
    """Draw the random sample and look it up; once."""
    made = work.post(f"/bulk/{segment(number)}/sample")
    work.out.document(made, lambda one: _told(work, one))


def hits(
    work: Work,
    number: Number,
    sample: Annotated[bool, typer.Option("--sample", help="Only the sample's.")] = False,
    open: Annotated[bool, typer.Option("--open", help="Only those that nobody judged.")] = False,
    limit: Limit = 50,
    offset: Offset = 0,
) -> None:
    """Matches, line by line. What nobody judges in time is gone."""
    only = {"sample": "true" if sample else None, "judged": "false" if open else None}
    work.out.listed(work.get(f"/bulk/{segment(number)}/hits", **only, limit=limit, offset=offset), HITS)


def judge(
    work: Work,
    hit: Annotated[str, typer.Argument(metavar="HIT")],
    verdict: Annotated[str, typer.Argument(metavar="confirmed|wrong|unsure")],
    why: Annotated[str, typer.Option("--because", help="What agrees or differs.")],
    compared: Annotated[
        list[str] | None, typer.Option("--compared", help="identifier, phone, address…; may repeat.")
    ] = None,
) -> None:
    """Judge one match. By name and birth date alone it carries no action."""
    said = {"verdict": verdict, "compared": compared or [], "reason": why}
    made = work.post(f"/bulk/hits/{segment(hit)}", said)
    note = {True: "It may carry an action.", False: "It carries no action."}
    work.out.document(made, lambda one: work.out.say(f"{one['verdict']}. {note[one['actionable']]}"))


def approve(
    work: Work, number: Number, why: Annotated[str, typer.Option("--because", help="What it rests on.")]
) -> None:
    """Approve a run whose sample is judged; never one's own."""
    _decided(work, number, "approve", why)


def deny(work: Work, number: Number, why: Annotated[str, typer.Option("--because", help="What it rests on.")]) -> None:
    """Deny a run whose sample is judged."""
    _decided(work, number, "deny", why)


def _decided(work: Work, number: str, act: str, why: str) -> None:
    made = work.post(f"/bulk/{segment(number)}/{act}", {"reason": why})
    work.out.document(made, lambda one: work.out.say(f"{one['bulk']}: {one['state']}."))


def withdraw(work: Work, number: Number) -> None:
    """Take one's request back before it runs."""
    made = work.post(f"/bulk/{segment(number)}/withdraw")
    work.out.document(made, lambda one: work.out.say(f"{one['bulk']}: {one['state']}."))


def run(work: Work, number: Number) -> None:
    """Run what was approved, to its end; a run that was stopped goes on."""
    path = f"/bulk/{segment(number)}/run"
    with work.out.progress("Looking up the list") as step:
        made = work.post(path)
        while made["state"] == "running":
            step(f"Looked up {made['searched']} of {made['size']}", made["searched"] / made["size"])
            made = work.post(path)
    work.out.document(made, lambda one: work.out.say(f"{one['bulk']}: {one['found']} matches of {one['size']} people."))
