"""case task, report, hours: what is done in a case, by whom and how long; notices: what waits for you."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from brightline.cli.command import Kind, Limit, Offset, Work, command
from brightline.cli.forms import read_form
from brightline.cli.groups.casework import MaybeWhy, Number, Why, inside, place_of, told
from brightline.cli.output import Columns

task = typer.Typer(help="Tasks of a case.", no_args_is_help=True)
report = typer.Typer(help="Reports of investigation.", no_args_is_help=True)
hours = typer.Typer(help="Hours on a case.", no_args_is_help=True)

_WORKERS = ("agent", "analyst", "supervisor")
_READERS = (*_WORKERS, "overseer")
Which = Annotated[int, typer.Argument(metavar="REPORT", min=1)]


def install(app: typer.Typer) -> None:
    """Add what stands outside `case`."""
    command(app, "notices", Kind.OPEN)(notices)


def join(case: typer.Typer) -> None:
    """Add what belongs to `case`."""
    for name, group in (("task", task), ("report", report), ("hours", hours)):
        case.add_typer(group, name=name)


# --------------------------------------------------------------------------------------------- tasks

_TASK: Columns = {
    "Id": "id",
    "Task": "title",
    "For": lambda t: t["assignee_title"] or t["unit"],
    "Due": "due",
    "State": lambda t: "overdue" if t["overdue"] else t["state"],
    "Result": "result",
}


def _task(work: Work, found: dict[str, Any]) -> None:
    work.out.document(found, lambda t: work.out.say(f"{t['title']}: {t['state']}  {t['id']}"))


def task_add(
    work: Work,
    number: Number,
    title: Annotated[str, typer.Argument()],
    assignee: Annotated[str | None, typer.Option("--assignee", help="Account.")] = None,
    unit: Annotated[str | None, typer.Option("--unit", help="The case's unit, instead of a person.")] = None,
    due: Annotated[str | None, typer.Option("--due", help="YYYY-MM-DD.")] = None,
    detail: Annotated[str | None, typer.Option("--detail")] = None,
) -> None:
    """Add a task; without --assignee and --unit it is your own."""
    inside(work, number)
    body = told(title=title, assignee=assignee, unit=unit, due=due, detail=detail)
    _task(work, work.post(place_of(number, "tasks"), body))


def task_list(work: Work, number: Number, limit: Limit = 50, offset: Offset = 0) -> None:
    """Tasks of a case, open ones first."""
    work.under(number)
    work.out.listed(work.get(place_of(number, "tasks"), limit=limit, offset=offset), _TASK)


def task_done(work: Work, number: Number, id: str, result: Annotated[str, typer.Option("--result")]) -> None:
    """End a task with its result."""
    inside(work, number)
    _task(work, work.post(place_of(number, "tasks", id, "end"), {"state": "done", "result": result}))


def task_drop(work: Work, number: Number, id: str, reason: Why) -> None:
    """Drop a task; for the case's lead or a supervisor."""
    inside(work, number)
    _task(work, work.post(place_of(number, "tasks", id, "end"), {"state": "dropped", "result": reason}))


def task_assign(
    work: Work,
    number: Number,
    id: str,
    assignee: Annotated[str | None, typer.Option("--assignee")] = None,
    unit: Annotated[str | None, typer.Option("--unit")] = None,
    due: Annotated[str | None, typer.Option("--due")] = None,
) -> None:
    """Give a task to another member, or to the unit."""
    inside(work, number)
    _task(work, work.post(place_of(number, "tasks", id, "assign"), told(assignee=assignee, unit=unit, due=due)))


def task_template(work: Work, number: Number) -> None:
    """Add the tasks that cases of this category begin with."""
    inside(work, number)
    made = work.post(place_of(number, "tasks", "template"))
    work.out.document(made, lambda found: work.out.say(f"{found['added']} tasks added."))


# ------------------------------------------------------------------------------------------- reports

_REPORT: Columns = {
    "No": "number",
    "Step": "step",
    "Title": "title",
    "State": "state",
    "Author": "author_title",
    "Decided by": "decided_by_title",
    "Corrects": "corrects",
}


def _report(work: Work, found: dict[str, Any]) -> None:
    work.out.document(found, lambda r: work.out.say(f"Report {r['number']} {r['title']}: {r['state']}"))


def report_add(
    work: Work,
    number: Number,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="YAML or JSON: step, title, passages.")],
    rewrite: Annotated[int | None, typer.Option("--rewrite", help="Write this draft anew.", min=1)] = None,
) -> None:
    """Begin a report from a file, or write a draft anew."""
    inside(work, number)
    body = read_form(
        file,
        "FILE",
        "docs/how-to/work-a-case.md has one: step, title, passages.",
    )
    if rewrite is None:
        _report(work, work.post(place_of(number, "reports"), body))
    else:
        _report(work, work.put(place_of(number, "reports", rewrite), body))


def report_list(work: Work, number: Number, limit: Limit = 50, offset: Offset = 0) -> None:
    """Reports of a case."""
    work.under(number)
    work.out.listed(work.get(place_of(number, "reports"), limit=limit, offset=offset), _REPORT)


def report_show(work: Work, number: Number, which: Which) -> None:
    """A report with its words."""
    inside(work, number)
    work.out.document(work.get(place_of(number, "reports", which)), lambda found: _narrative(work, found))


def _narrative(work: Work, found: dict[str, Any]) -> None:
    work.out.say(f"Report {found['number']} ({found['step']}): {found['title']}", style="bold")
    work.out.fields(
        found, {"State": "state", "Author": "author_title", "Decided by": "decided_by_title", "Reason": "reason"}
    )
    for part in found["passages"]:
        work.out.say(f"\n{part['place']}. {part['text']}")
        linked = ", ".join(part["subjects"] + part["evidence"])
        work.out.say(
            f"   {part['kind']} {part['grade']}; {part['basis']}{'; ' + linked if linked else ''}", style="dim"
        )


def report_submit(work: Work, number: Number, which: Which) -> None:
    """Hand your report to another person for review."""
    inside(work, number)
    _report(work, work.post(place_of(number, "reports", which, "submit")))


def report_approve(work: Work, number: Number, which: Which, reason: MaybeWhy = None) -> None:
    """Approve another's report; it is locked then."""
    inside(work, number)
    _report(work, work.post(place_of(number, "reports", which, "approve"), told(reason=reason)))


def report_return(work: Work, number: Number, which: Which, reason: Why) -> None:
    """Return a report to its author."""
    inside(work, number)
    _report(work, work.post(place_of(number, "reports", which, "return"), {"reason": reason}))


# --------------------------------------------------------------------------------------------- hours


def hours_add(
    work: Work,
    number: Number,
    minutes: Annotated[int, typer.Option("--minutes", min=1, max=1440)],
    day: Annotated[str | None, typer.Option("--day", help="YYYY-MM-DD; today unless said.")] = None,
    activity: Annotated[
        str,
        typer.Option(
            "--activity", help="investigation, records, interview, surveillance, court, travel, writing or other."
        ),
    ] = "investigation",
    note: Annotated[str | None, typer.Option("--note")] = None,
) -> None:
    """Write down your hours."""
    inside(work, number)
    made = work.post(place_of(number, "hours"), told(minutes=minutes, day=day, activity=activity, note=note))
    work.out.document(
        made, lambda h: work.out.say(f"{h['minutes']} minutes on {h['day']}; that day {h['of_day']} in all.")
    )


def hours_list(work: Work, number: Number) -> None:
    """Hours on a case, by person and week."""
    work.under(number)
    work.out.document(work.get(place_of(number, "hours")), lambda found: _hours(work, found))


def _hours(work: Work, found: dict[str, Any]) -> None:
    work.out.say(f"{found['minutes'] / 60:.1f} hours")
    weeks: Columns = {
        "Week": "week",
        "Minutes": "minutes",
        "By": lambda w: [f"{k} {v}" for k, v in w["activities"].items()],
    }
    work.out.table(found["weeks"], weeks)
    rows: Columns = {
        "Id": "id",
        "Day": "day",
        "Who": "title",
        "Activity": "activity",
        "Minutes": "minutes",
        "Note": lambda h: f"voided: {h['why_void']}" if h["voided"] else h["note"],
    }
    work.out.table(found["hours"], rows)


def hours_void(work: Work, number: Number, id: str, reason: Why) -> None:
    """Take back hours of yours; the row stays and no longer counts."""
    inside(work, number)
    work.post(place_of(number, "hours", id, "void"), {"reason": reason})
    work.out.document({"id": id, "voided": True}, lambda _: work.out.say("They no longer count."))


def hours_totals(
    work: Work,
    since: Annotated[str | None, typer.Option("--from", help="YYYY-MM-DD.")] = None,
    until: Annotated[str | None, typer.Option("--to", help="YYYY-MM-DD.")] = None,
) -> None:
    """Hours by week and regime, over the cases of the desk."""
    found = work.get("/hours", **{"from": since, "to": until})
    columns: Columns = {
        "Week": "week",
        "Regime": "regime",
        "Hours": lambda t: f"{t['minutes'] / 60:.1f}",
        "Cases": "cases",
        "People": "people",
    }
    work.out.document(found, lambda f: work.out.table(f["totals"], columns))


def notices(
    work: Work,
    read: Annotated[bool, typer.Option("--read", help="Mark them as read afterwards.")] = False,
    limit: Limit = 50,
    offset: Offset = 0,
) -> None:
    """What waits for you, and what you have to hear."""
    found = work.get("/notifications", limit=limit, offset=offset)
    columns: Columns = {
        "At": "at",
        "": lambda n: "due" if n["due"] else "" if n["read"] else "new",
        "Case": "case",
        "What": lambda n: f"{n['what']} ({n['times']} times)" if n["times"] > 1 else n["what"],
        "From": lambda n: n["detail"].get("contact"),
    }
    work.out.listed({**found, "items": found["notices"]}, columns)
    if read:
        work.post("/notifications/read")


command(task, "add", Kind.DESK, *_WORKERS)(task_add)
command(task, "done", Kind.DESK, *_WORKERS)(task_done)
command(task, "drop", Kind.DESK, *_WORKERS)(task_drop)
command(task, "assign", Kind.DESK, *_WORKERS)(task_assign)
command(task, "template", Kind.DESK, *_WORKERS)(task_template)
command(task, "list", Kind.DESK, *_READERS)(task_list)
command(report, "add", Kind.DESK, *_WORKERS)(report_add)
command(report, "show", Kind.DESK, *_WORKERS)(report_show)
command(report, "submit", Kind.DESK, *_WORKERS)(report_submit)
command(report, "approve", Kind.DESK, "supervisor")(report_approve)
command(report, "return", Kind.DESK, "supervisor")(report_return)
command(report, "list", Kind.DESK, *_READERS)(report_list)
command(hours, "add", Kind.DESK, *_WORKERS)(hours_add)
command(hours, "void", Kind.DESK, *_WORKERS)(hours_void)
command(hours, "list", Kind.DESK, *_READERS)(hours_list)
command(hours, "totals", Kind.DESK, "supervisor", "agent", "analyst", "overseer")(hours_totals)
