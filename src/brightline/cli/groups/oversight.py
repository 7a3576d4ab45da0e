"""report, review: figures over the log, exceptions, flags of misuse, samples of reasons."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode

import typer

from brightline.cli.command import Kind, Limit, Offset, Work, command, segment
from brightline.cli.output import Columns
from brightline.model.characters import shown
from brightline.model.errors import BadInput
from brightline.oversight import misuse
from brightline.oversight.redraw import from_export
from brightline.oversight.reports import SAID

MOMENTS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S.%f%z"]

report = typer.Typer(help="Figures over the log.", no_args_is_help=True)
review = typer.Typer(help="What deserves an overseer's look.", no_args_is_help=True)
SAMPLES: Columns = {
    "Sample": "sample",
    "From": "from",
    "To": "to",
    "Of": "population",
    "Size": "size",
    "Crossings": "crossings",
    "Judged": "judged",
    "Sound": "sound",
    "Vague": "vague",
    "Not supported": "not_supported",
}


def install(app: typer.Typer) -> None:
    """Add the groups."""
    command(report, "list", Kind.OPEN)(listed)
    command(report, "run", Kind.DESK, "overseer")(run)
    command(report, "entries", Kind.DESK, "overseer")(entries)
    command(review, "exceptions", Kind.DESK, "overseer")(exceptions)
    command(review, "explain", Kind.DESK, "overseer")(explain)
    command(review, "draw", Kind.DESK, "overseer")(draw)
    command(review, "redraw", Kind.LOCAL)(redraw)
    command(review, "queue", Kind.DESK, "overseer")(queue)
    command(review, "samples", Kind.DESK, "overseer")(samples)
    command(review, "sample", Kind.DESK, "overseer")(sample)
    command(review, "judge", Kind.DESK, "overseer")(judge)
    command(review, "flags", Kind.DESK, "overseer")(flags)
    command(review, "flag", Kind.DESK, "overseer")(flag)
    command(review, "verdict", Kind.DESK, "overseer")(verdict)
    command(review, "sets", Kind.DESK, "overseer")(sets)
    command(review, "promises", Kind.DESK, "overseer")(promises)
    command(review, "referrals", Kind.DESK, "overseer")(referrals)
    command(review, "intakes", Kind.DESK, "overseer")(intakes)
    command(review, "lists", Kind.DESK, "overseer")(lists)
    command(review, "list", Kind.DESK, "overseer")(list_put)
    app.add_typer(report, name="report")
    app.add_typer(review, name="review")


def listed(work: Work, limit: Limit = 50, offset: Offset = 0) -> None:
    """The reports, and what their figures count."""
    columns: Columns = {"Report": "name", "Title": "title", "Figures": lambda r: [f["key"] for f in r["figures"]]}
    work.out.listed(work.get("/reports", limit=limit, offset=offset), columns)


AsOf = Annotated[str | None, typer.Option("--as-of", metavar="TIME", help="A past moment.")]
Since = Annotated[str | None, typer.Option("--from", metavar="TIME")]


def run(
    work: Work,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    as_of: AsOf = None,
    since: Since = None,
    published: Annotated[
        bool, typer.Option("--published", help="For the public: rounded, small ones untold, remembered.")
    ] = False,
    format: Annotated[str, typer.Option("--format", metavar="json|csv|html")] = "",
) -> None:
    """A report as of a past moment. The same moment gives the same hash."""
    if format not in ("", "json", "csv", "html"):
        raise BadInput("--format", f"{format} isn't known.", "json, csv or html.")
    wanted = {"as_of": as_of, "from": since, "published": "true" if published else None}
    if format in ("csv", "html"):
        asked = urlencode({key: value for key, value in {**wanted, "format": format}.items() if value})
        text = work.raw(f"/reports/{segment(name)}?{asked}").decode()
        sys.stdout.write(shown(text) if sys.stdout.isatty() else text)
        return
    found = work.get(f"/reports/{segment(name)}", **wanted)
    out = replace(work.out, as_json=True) if format == "json" else work.out
    out.document(found, lambda told: _told(work, told))


def _told(work: Work, found: dict[str, Any]) -> None:
    ledger = found["ledger"]
    work.out.say(f"{found['title']}, as of {found['as_of']}", style="bold")
    work.out.say(
        f"Ledger {ledger['size']} entries, root {ledger['root']}; definitions {found['definitions']['version']}"
    )
    for figure in found["figures"]:
        columns: Columns = {
            **{name: _part(place) for place, name in enumerate(figure["by"])},
            figure["unit"] or "number": _number,
        }
        work.out.say(f"\n{figure['title']}{', rounded to fives' if figure['rounded'] else ''}", style="bold")
        work.out.table(figure["rows"], columns)
        if figure["total"]:
            work.out.say(f"Total: {_number(figure['total'])}")
    work.out.say(f"\nsha256 {found['sha256']}")


def _number(row: Mapping[str, Any]) -> str:
    return SAID[row["suppressed"]] if row["suppressed"] else f"{row['value']:g}"


def _part(place: int) -> Any:
    return lambda row: row["cell"][place]


ENTRIES: Columns = {
    "Index": "index",
    "At": "at",
    "Account": "account",
    "Purpose": "purpose",
    "Name": "name",
    "Reason": "reason",
}


def entries(
    work: Work,
    figure: Annotated[str, typer.Argument(metavar="FIGURE")],
    cell: Annotated[list[str] | None, typer.Option("--cell", help="A part of the number, in order.")] = None,
    as_of: AsOf = None,
    since: Since = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> None:
    """The entries behind a number."""
    wanted = {"cell": cell, "as_of": as_of, "from": since, "limit": limit, "offset": offset}
    work.out.listed(work.get(f"/figures/{segment(figure)}/entries", **wanted), ENTRIES)


REFERRALS: Columns = {
    "Referral": "referral",
    "Lead": "lead",
    "Authority": "authority",
    "From": "from",
    "To": "to",
    "By": "by",
    "Sent": "sent",
    "State": "state",
    "Outcome": "outcome",
}
INTAKES: Columns = {
    "At": "at",
    "Programme": "programme",
    "Authority": "authority",
    "Unit": "unit",
    "By": "by",
    "Rows": "rows",
    "Rejected": "rejected",
    "Leads": "leads",
    "Holds": "holds",
}
Unit = Annotated[str | None, typer.Option("--unit", help="One that sent or received.")]


def referrals(
    work: Work,
    state: Annotated[str | None, typer.Option("--state", help="sent, accepted, declined, finished, …")] = None,
    unit: Unit = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> None:
    """Who referred which lead where, under which authority, and what came of it; newest first."""
    wanted = {"state": state, "unit": unit, "limit": limit, "offset": offset}
    work.out.listed(work.get("/oversight/referrals", **wanted), REFERRALS)


def intakes(
    work: Work,
    programme: Annotated[str | None, typer.Option("--programme")] = None,
    unit: Unit = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> None:
    """Which leads came in, by programme and authority; newest first."""
    wanted = {"programme": programme, "unit": unit, "limit": limit, "offset": offset}
    work.out.listed(work.get("/oversight/intakes", **wanted), INTAKES)


def exceptions(
    work: Work,
    since: Since = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> None:
    """Look-ups of oneself and colleagues, sessions at once, copied words, late decisions; newest first."""
    columns: Columns = {"No": "n", "At": "at", "What": "title", "Detail": "detail", "State": "state", "Key": "key"}
    work.out.listed(work.get("/oversight/exceptions", limit=limit, offset=offset, **{"from": since}), columns)


def explain(
    work: Work,
    key: Annotated[str, typer.Argument(metavar="KEY")],
    note: Annotated[str, typer.Option("--note", help="What you found.")],
) -> None:
    """Write down what was found about an exception."""
    made = work.post("/oversight/exceptions/explain", {"key": key, "note": note})
    work.out.document(made, lambda x: work.out.say(f"{x['title']}: explained."))


def draw(
    work: Work,
    since: Annotated[str, typer.Option("--from", metavar="TIME")],
    until: Annotated[str | None, typer.Option("--to", metavar="TIME")] = None,
) -> None:
    """Draw a sample of reasons: one in a hundred, at least twenty, and every crossing."""
    made = work.post("/oversight/samples", {"from": since, "to": until})
    work.out.document(
        made,
        lambda s: work.out.say(
            f"{s['sample']}: {s['size']} reasons, {s['crossings']} of them crossings, of {s['population']} inquiries;"
            f" by the log's {s['checkpoint']} entries"
        ),
    )


def redraw(
    work: Work,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="What ledger export wrote.")],
    since: Annotated[datetime, typer.Option("--from", metavar="TIME", formats=MOMENTS)],
    until: Annotated[datetime, typer.Option("--to", metavar="TIME", formats=MOMENTS)],
    percent: Annotated[int, typer.Option("--percent", min=1, max=100)] = 1,
    least: Annotated[int, typer.Option("--least", min=1)] = 20,
) -> None:
    """Work a sample out again from an exported log, without the database: the same marks, whoever draws."""
    found = from_export(folder, _aware(since), _aware(until), percent=percent, least=least)
    rows = [{**asdict(one), "entry": str(one.entry)} for one in found]
    columns: Columns = {"Index": "index", "Entry": "entry", "Crossing": "crossing", "Mark": "mark"}
    work.out.listed({"items": rows, "total": len(rows)}, columns)


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def queue(work: Work, limit: Limit = 50, offset: Offset = 0) -> None:
    """Reasons that wait for a verdict, crossings first."""
    columns: Columns = {
        "Sample": "sample",
        "Place": "place",
        "Kind": "kind",
        "Account": "account",
        "Purpose": "purpose",
        "Reason": "reason",
    }
    work.out.listed(work.get("/oversight/queue", limit=limit, offset=offset), columns)


def samples(work: Work, limit: Limit = 50, offset: Offset = 0) -> None:
    """The samples, with how far they are judged."""
    work.out.listed(work.get("/oversight/samples", limit=limit, offset=offset), SAMPLES)


Id = Annotated[str, typer.Argument(metavar="SAMPLE")]


def sample(work: Work, ident: Id) -> None:
    """One sample, reason by reason."""
    found = work.get(f"/oversight/samples/{segment(ident)}")
    columns: Columns = {
        "Place": "place",
        "Account": "account",
        "Purpose": "purpose",
        "Reason": "reason",
        "Verdict": "verdict",
    }
    work.out.document(found, lambda told: work.out.table(told["items"], columns))


def judge(
    work: Work,
    ident: Id,
    place: Annotated[int, typer.Argument(metavar="PLACE", min=1)],
    verdict: Annotated[str, typer.Argument(metavar="sound|vague|not_supported")],
    note: Annotated[str, typer.Option("--note", help="What is missing or wrong.")] = "",
) -> None:
    """Judge one sampled reason."""
    made = work.post(f"/oversight/samples/{segment(ident)}/{place}", {"verdict": verdict, "note": note})
    work.out.document(made, lambda m: work.out.say(f"{m['place']}: {m['verdict']}."))


FLAGS: Columns = {
    "Flag": "flag",
    "State": "state",
    "At": "at",
    "What": "title",
    "Account": "account",
    "Whom": lambda one: one["whom"] or one["list"],
    "Purpose": "purpose",
    "Entries": "entries",
}


def flags(
    work: Work,
    state: Annotated[str | None, typer.Option("--state", metavar="open|inquiry|founded|unfounded")] = None,
    kind: Annotated[str | None, typer.Option("--kind", help="self, colleague, household, press…")] = None,
    account: Annotated[str | None, typer.Option("--account")] = None,
    since: Since = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> None:
    """Flags of the misuse detectors, open ones first."""
    wanted = {"state": state, "kind": kind, "account": account, "from": since, "limit": limit, "offset": offset}
    work.out.listed(work.get("/oversight/flags", **wanted), FLAGS)


Flag = Annotated[str, typer.Argument(metavar="FLAG")]


def flag(work: Work, ident: Flag) -> None:
    """One flag: how it was computed, the entries it rests on, the verdicts."""
    work.out.document(work.get(f"/oversight/flags/{segment(ident)}"), lambda one: _flag(work, one))


def _flag(work: Work, one: dict[str, Any]) -> None:
    work.out.say(f"{one['title']}: {one['account_title'] or one['account']}  ({one['state']})", style="bold")
    work.out.say(f"{one['how']} Rule version {one['version']}.")
    work.out.table(one["evidence"], ENTRIES, title="Evidence")
    for said in one["verdicts"]:
        work.out.say(f"{said['at']} {said['by']}: {said['verdict']}. {said['remarks']}")


def verdict(
    work: Work,
    ident: Flag,
    said: Annotated[str, typer.Argument(metavar="founded|unfounded|inquiry")],
    remarks: Annotated[str, typer.Option("--remarks", help="What you looked at and found.")],
) -> None:
    """Give a verdict on a flag; inquiry leaves it open for another."""
    made = work.post(f"/oversight/flags/{segment(ident)}", {"verdict": said, "remarks": remarks})
    work.out.document(made, lambda one: work.out.say(f"{one['title']}: {one['state']}."))


SETS: Columns = {
    "Purpose": "purpose",
    "State": "state",
    "Sees": "sees",
    "Tells": "tells",
    "Too many": lambda one: len(one["more"]),
    "Too few": lambda one: len(one["fewer"]),
    "Compiled": "compiled",
    "Checked": "checked",
    "Entry": "entry",
}


def sets(
    work: Work,
    purpose: Annotated[str | None, typer.Option("--of", metavar="PURPOSE", help="One purpose's set.")] = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> None:
    """What each purpose sees, held against the rulebook now."""
    work.out.listed(work.get("/oversight/sets", purpose=purpose, limit=limit, offset=offset), SETS)


PROMISES: Columns = {
    "Late": "late",
    "Since": "since",
    "What": "kind",
    "Of": "of",
    "Why": "why",
    "Account": "account",
    "Id": "id",
}


def promises(
    work: Work,
    limit: Limit = 50,
    offset: Offset = 0,
) -> None:
    """What is promised and not done: runs, exports, schedules."""
    work.out.listed(work.get("/oversight/promises", limit=limit, offset=offset), PROMISES)


def lists(work: Work, limit: Limit = 50, offset: Offset = 0) -> None:
    """What the detectors compare with: how many, never whom."""
    columns: Columns = {"List": "list", "Account": "account", "Title": "title", "People": "people", "By": "by"}
    work.out.listed(work.get("/oversight/lists", limit=limit, offset=offset), columns)


def list_put(
    work: Work,
    of_list: Annotated[str, typer.Argument(metavar="own|household|press|officials")],
    file: Annotated[str, typer.Argument(metavar="FILE", help="NAME; IDENTIFIER… a line; household: SURNAME; ADDRESS.")],
    account: Annotated[str | None, typer.Option("--account", help="Whose own names or household.")] = None,
    title: Annotated[str, typer.Option("--title", help="Of a list of press or officials.")] = "",
) -> None:
    """Put a list in the place of the former one. Kept are keyed hashes; nobody can read it again."""
    try:
        text = Path(file).read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput("FILE", f"{file} can't be read as UTF-8 text", "Name a text file, one person a line.") from error
    people = [asdict(person) for person in misuse.read_people(of_list, text)]
    made = work.put("/oversight/lists", {"list": of_list, "account": account, "title": title, "people": people})
    work.out.document(made, lambda one: work.out.say(f"{one['list']}: {one['people']} people."))
