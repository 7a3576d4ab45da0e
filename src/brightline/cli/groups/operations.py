"""operation, encounter, custody, hold: enforcement records."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from brightline.cli.command import SENDING, Kind, Limit, Offset, Wait, Work, command, segment, still_waits, taken_in
from brightline.cli.forms import read_form
from brightline.cli.output import Columns
from brightline.model.errors import BadInput, InputFaults

operation = typer.Typer(help="Operation plans, from draft to review; published extracts.", no_args_is_help=True)
encounter = typer.Typer(help="People met at an operation.", no_args_is_help=True)
custody = typer.Typer(help="Stays in custody.", no_args_is_help=True)
hold = typer.Typer(help="Claims of citizenship or lawful status.", no_args_is_help=True)
Number = Annotated[str, typer.Argument(metavar="N")]
File = Annotated[Path, typer.Argument(metavar="FILE", help="YAML or JSON; - reads standard input.")]
_HEAD: Columns = {
    "Operation": "operation",
    "Title": "title",
    "State": "state",
    "Regime": "regime",
    "Starts": "starts",
    "Planned / actual": lambda row: [_ratio(one) for one in row["figures"]],
    "Flags": "flags",
    "Open holds": lambda row: row["open_holds"] or "",
}


def install(app: typer.Typer) -> None:
    """Add the groups."""
    for name, group in (("operation", operation), ("encounter", encounter), ("custody", custody), ("hold", hold)):
        app.add_typer(group, name=name)


def _ratio(one: dict[str, Any]) -> str:
    beside = f" + {one['collateral']} collateral" if one["collateral"] else ""
    return f"{one['regime']} {one['planned']} / {one['targeted']}{beside}"


def _read(path: Path) -> dict[str, Any]:
    return read_form(path, "FILE", "docs/how-to/plan-an-operation.md has a form of each kind.")


def _told(work: Work, found: dict[str, Any]) -> None:
    work.out.document(found, lambda one: work.out.say(f"{one['operation']}: {one['state'].replace('_', ' ')}"))


def plan(work: Work, file: File) -> None:
    """Draft a plan from a file: title, starts, sites, objectives by rank, expected, budget, case."""
    _told(work, work.post("/operations", _read(file)))


def submit(work: Work, number: Number) -> None:
    """Send it to legal review."""
    _told(work, work.post(f"/operations/{segment(number)}/submit"))


def approve(
    work: Work,
    number: Number,
    reason: Annotated[str | None, typer.Option("--reason", help="Why it holds in law.")] = None,
) -> None:
    """At an approver's desk the legal review (with --reason), at a supervisor's the approval."""
    _told(work, work.post(f"/operations/{segment(number)}/approve", {"reason": reason} if reason else {}))


def send_back(
    work: Work, number: Number, reason: Annotated[str, typer.Option("--reason", help="What has to change.")]
) -> None:
    """Send it back."""
    _told(work, work.post(f"/operations/{segment(number)}/return", {"reason": reason}))


def activate(work: Work, number: Number) -> None:
    """Begin what is approved."""
    _told(work, work.post(f"/operations/{segment(number)}/activate"))


def withdraw(
    work: Work, number: Number, reason: Annotated[str, typer.Option("--reason", help="Why you take it back.")]
) -> None:
    """Take your plan back, while it waits or as long as it hasn't begun."""
    _told(work, work.post(f"/operations/{segment(number)}/withdraw", {"reason": reason}))


def close(
    work: Work,
    number: Number,
    summary: Annotated[str, typer.Option("--summary", help="What happened.")],
    hand_over: Annotated[
        str | None, typer.Option("--hand-over", help="Account that answers for those still in custody.")
    ] = None,
) -> None:
    """End it. Whoever is still in custody is listed, and is ended or handed over first."""
    body = {"summary": summary, **({"hand_over": hand_over} if hand_over else {})}
    _told(work, work.post(f"/operations/{segment(number)}/close", body))


def review(
    work: Work, number: Number, findings: Annotated[str, typer.Option("--findings", help="What it shows.")]
) -> None:
    """Hold the plan against what happened; by a supervisor who neither cleared, approved nor closed it."""
    _told(work, work.post(f"/operations/{segment(number)}/review", {"findings": findings}))


def cost(
    work: Work,
    number: Number,
    amount: Annotated[float, typer.Argument(min=0)],
    what: Annotated[str | None, typer.Option("--what", help="What for.")] = None,
    regime: Annotated[str | None, typer.Option("--regime")] = None,
    corrects: Annotated[str | None, typer.Option("--corrects", help="The booking (K-…) that this replaces.")] = None,
    correction: Annotated[str | None, typer.Option("--correction", help="What was wrong.")] = None,
) -> None:
    """Book money on it; above a regime's budget it is flagged. With --corrects, 0 takes a booking back."""
    given = {"what": what, "regime": regime, "corrects": corrects, "correction": correction}
    body = {"amount": amount, **{key: value for key, value in given.items() if value is not None}}
    found = work.post(f"/operations/{segment(number)}/costs", body)
    over = ", over budget" if found["over_budget"] else ""
    work.out.document(
        found, lambda f: work.out.say(f"{f['cost']}: {f['spent']:.2f} of {f['budget']:.2f} spent ({f['regime']}){over}")
    )


def show(work: Work, number: Number) -> None:
    """The plan, decisions, budget, what happened, holds, custody, costs."""
    work.out.document(work.get(f"/operations/{segment(number)}"), lambda found: _whole(work, found))


def _whole(work: Work, found: dict[str, Any]) -> None:
    work.out.fields(found, {**_HEAD, "Sites": "sites", "Author": "author_title", "You may": "may"})
    aims: Columns = {
        "": "rank",
        "Objective": "text",
        "Instrument": "instrument",
        "Authority": "authority",
        "Regime": "regime",
    }
    work.out.table(found["objectives"], aims, title="\nObjectives")
    for key, title, columns in _PARTS:
        if found[key]:
            work.out.table(found[key], columns, title=f"\n{title}")


def _state_of(one: Mapping[str, Any]) -> str:
    if one["corrected_by"]:
        return f"corrected by {one['corrected_by']}"
    return f"corrects {one['corrects']}" if one["corrects"] else ""


_HOLD: Columns = {
    "Hold": "hold",
    "State": "state",
    "Person": lambda h: f"{h['person']} {h['name'] or ''}",
    "Status": "status",
    "Indicia": lambda h: [i["kind"] for i in h["indicia"]],
}


_PARTS: tuple[tuple[str, str, Columns], ...] = (
    ("expected", "Expected", {"Regime": "regime", "Category": "category", "People": "people"}),
    (
        "figures",
        "Money",
        {
            "Regime": "regime",
            "Budget": lambda f: f"{f['budget']:.2f}",
            "Planned": lambda f: f"{f['planned_cost']:.2f}",
            "Spent": lambda f: f"{f['spent']:.2f}",
            "": lambda f: "over budget" if f["over_budget"] else "",
        },
    ),
    ("decisions", "Decisions", {"Step": "step", "By": "by_title", "At": "at", "Why": "reason"}),
    (
        "encounters",
        "Encounters",
        {
            "Encounter": "encounter",
            "Person": lambda e: f"{e['person']} {e['name'] or ''}",
            "": "selection",
            "Outcome": "outcome",
            "Authority": "authority",
            "Basis": lambda e: e["warrant"] if e["basis"] == "warrant" else e["facts"],
            "Flags": lambda e: [flag.replace("_", " ") for flag in e["flags"]],
            "Stands": _state_of,
        },
    ),
    ("holds", "Holds", _HOLD),
    (
        "custody",
        "Custody",
        {
            "Stay": "stay",
            "Person": "person",
            "Facility": "facility",
            "Authority": "authority",
            "In": "book_in",
            "Out": lambda s: "void" if s["voided"] else s["book_out"],
            "Why": "release_reason",
            "Answers": "held_by",
        },
    ),
    (
        "custody_events",
        "Events of custody",
        {"Event": "event", "Person": "person", "": "kind", "Time": "time", "What": "detail", "Stands": _state_of},
    ),
    (
        "costs",
        "Costs",
        {
            "Cost": "cost",
            "Day": "day",
            "Regime": "regime",
            "Amount": lambda c: f"{c['amount']:.2f}",
            "What": "what",
            "Stands": _state_of,
        },
    ),
)


def listed(
    work: Work,
    state: Annotated[str | None, typer.Option("--state")] = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> None:
    """Operations of your desk."""
    work.out.listed(work.get("/operations", state=state, limit=limit, offset=offset), _HEAD)


def take_in(
    work: Work,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV in UTF-8.")],
    kind: Annotated[str, typer.Option("--kind", help="arrests, detentions or removals")],
    wait: Wait = True,
) -> None:
    """Take in a table shaped like the published extracts. Ends with 3 when rows were kept back."""
    try:
        with file.open("rb") as source:
            files = {"file": (file.name, source, "text/csv")}
            sent = work.post("/operations/extracts", files=files, data={"kind": kind}, timeout=SENDING)
    except OSError as error:
        raise BadInput("FILE", f"can't be read: {error.strerror}.", "Check the path.") from error
    number = sent["extract"]
    place = f"/operations/extracts/{segment(number)}"
    found = taken_in(work, sent, lambda: work.get(place, limit=50, offset=0), wait=wait)
    if found["state"] == "failed":
        raise InputFaults(f"{file.name} {found['message']}.", hint=found["hint"] or "")
    if found["state"] != "done":
        waits = still_waits(found, f"brightline operation extract {number}")
        work.out.document(found, lambda _: work.out.say(waits))
        return
    work.out.document(found, lambda f: _taken(work, f))
    if found["quarantined"]:
        first = found["faults"][0]
        raise InputFaults(
            f"{found['quarantined']:,} of {found['rows']:,} rows were kept back; row {first['row']}, {first['column']}:"
            f" {first['reason']}.",
            hint=f"See `brightline operation extract {found['extract']}`, mend the file and import it again.",
        )


def _taken(work: Work, found: dict[str, Any]) -> None:
    work.out.say(f"{found['extract']}: {found['kept']} of {found['rows']} rows of {found['kind']} taken in.")
    if found["faults"]:
        columns: Columns = {"Row": "row", "Column": "column", "Value": "value", "Reason": "reason"}
        shown = {"items": found["faults"], "total": found["faults_total"]}
        work.out.listed({**shown, "more": len(found["faults"]) < found["faults_total"]}, columns)


def extract(
    work: Work,
    number: Annotated[str, typer.Argument(metavar="X", help="Its code; none lists all.")] = "",
    limit: Limit = 50,
    offset: Offset = 0,
) -> None:
    """Figures of a published table, held against plans and records."""
    if not number:
        columns: Columns = {
            "Extract": "extract",
            "Kind": "kind",
            "File": "name",
            "Rows": "rows",
            "Kept": "kept",
            "Quarantined": "quarantined",
        }
        work.out.listed({"items": work.get("/operations/extracts")["extracts"]}, columns)
        return
    found = work.get(f"/operations/extracts/{segment(number)}", limit=limit, offset=offset)
    work.out.document(found, lambda one: _figures(work, one))


def _figures(work: Work, found: dict[str, Any]) -> None:
    _taken(work, found)
    work.out.table(found["figures"], {"Column": "column", "Value": "value", "Rows": "rows"}, title="\nFigures")
    if found["compared"]:
        side: Columns = {
            "Operation": "operation",
            "Title": "title",
            "Planned": "planned",
            "Recorded": "recorded",
            "Published": "published",
        }
        work.out.table(found["compared"], side, title="\nPlanned, recorded, published")


def encounter_add(work: Work, file: File) -> None:
    """Enter somebody met, from a file: operation, person, time, place, selection, authority, basis, outcome, …"""
    body = _read(file)
    number = body.pop("operation", None)
    if not isinstance(number, str):
        raise BadInput("operation", "is missing in the file.", "Name the operation.")
    found = work.post(f"/operations/{segment(number)}/encounters", body)
    work.out.document(found, lambda one: work.out.say(_entered(one)))


def _entered(one: dict[str, Any]) -> str:
    if one.get("protected"):
        return f"{one['protected']}: {one['category']}, kept apart."
    held = f"; hold {one['hold']} is open" if one.get("hold") else ""
    odd = f"; overseers see: {', '.join(flag.replace('_', ' ') for flag in one['flags'])}" if one["flags"] else ""
    return f"{one['encounter']}: {one['person']} {one['outcome']}, {one['selection']}, {one['regime']}{held}{odd}"


def custody_add(work: Work, file: File) -> None:
    """Enter events of custody from a file: person, event, time, facility, reason, corrects; several under `events`."""
    body = _read(file)
    events = body.get("events", [body])
    if not isinstance(events, list) or not all(isinstance(one, dict) for one in events) or not events:
        raise BadInput("events", "must be a list of events.", "Give each its event and time.")
    shared = {key: value for key, value in body.items() if key != "events"}
    done = [work.post("/operations/custody", {**shared, **one} if "events" in body else one) for one in events]
    columns: Columns = {
        "Code": "code",
        "Person": "person",
        "Event": "event",
        "Facility": "facility",
        "In": "book_in",
        "Out": "book_out",
    }
    work.out.listed({"items": done}, columns)


def hold_list(work: Work) -> None:
    """Claims that lock civil action, and who has looked at them."""
    work.out.listed({"items": work.get("/operations/holds")["holds"]}, _HOLD)


def hold_clear(
    work: Work,
    number: Annotated[str, typer.Argument(metavar="H")],
    finding: Annotated[str, typer.Option("--finding", help="not supported, citizen or lawful")],
    reason: Annotated[str, typer.Option("--reason", help="What was looked at, and what it shows.")],
) -> None:
    """Say whether the claim is supported; two people, neither of whom opened the hold."""
    found = work.post(f"/operations/holds/{segment(number)}/clear", {"finding": finding, "reason": reason})
    work.out.document(found, lambda one: work.out.say(f"{one['hold']}: {one['state']}"))


_TEAM = ("agent", "analyst", "supervisor")
command(operation, "plan", Kind.DESK, *_TEAM)(plan)
command(operation, "submit", Kind.DESK, *_TEAM)(submit)
command(operation, "approve", Kind.DESK, "approver", "supervisor")(approve)
command(operation, "return", Kind.DESK, "approver", "supervisor")(send_back)
command(operation, "activate", Kind.DESK, *_TEAM)(activate)
command(operation, "withdraw", Kind.DESK, *_TEAM)(withdraw)
command(operation, "close", Kind.DESK, *_TEAM)(close)
command(operation, "review", Kind.DESK, "supervisor", "overseer")(review)
command(operation, "cost", Kind.DESK, *_TEAM)(cost)
command(operation, "show", Kind.DESK, *_TEAM, "approver", "overseer")(show)
command(operation, "list", Kind.DESK, *_TEAM, "approver", "overseer")(listed)
command(operation, "import", Kind.DESK, *_TEAM)(take_in)
command(operation, "extract", Kind.DESK, *_TEAM, "overseer")(extract)
command(encounter, "add", Kind.DESK, *_TEAM)(encounter_add)
command(custody, "add", Kind.DESK, *_TEAM)(custody_add)
command(hold, "list", Kind.DESK, *_TEAM, "overseer")(hold_list)
command(hold, "clear", Kind.DESK, *_TEAM)(hold_clear)
