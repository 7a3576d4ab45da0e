"""feed: the steward's desk; `feed check` works on a folder alone."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any

import typer

from brightline.box.starting import Box
from brightline.cli.command import Kind, Limit, Offset, Work, command, segment
from brightline.cli.output import Columns
from brightline.feeds.check import check_folder
from brightline.model.errors import BadInput, BrightlineError, Conflict, InputFaults

feed = typer.Typer(help="Feeds: folders that say how a source is read.", no_args_is_help=True)

feed_run = typer.Typer(help="Runs of feeds.", no_args_is_help=True)
feed.add_typer(feed_run, name="run")

Name = Annotated[str, typer.Argument(metavar="NAME")]
_FIGURES = (
    "run",
    "rows",
    "new",
    "changed",
    "unchanged",
    "deleted",
    "rejected_rows",
    "rejected_values",
    "aspects",
    "links",
    "seconds",
    "version",
)
_RUN: Columns = {
    "Run": "run",
    "State": "state",
    "Started": "started",
    "Rows": "rows",
    "New": "new",
    "Changed": "changed",
    "Deleted": "deleted",
    "Rejected rows": "rejected_rows",
    "Rejected values": "rejected_values",
    "Seconds": "seconds",
    "Message": "message",
    "Held": lambda item: "yes" if item.get("held") else "",
}
_FEED: Columns = {
    "Feed": "name",
    "Title": "title",
    "Source": "source",
    "State": "state",
    "Records": "records",
    "Aspects": "aspects",
    "Quarantine": "quarantine",
    "Looked at": "looked",
    "Data changed": "data_changed",
    "Last run": lambda item: (item.get("last_run") or {}).get("state"),
}
_QUARANTINE: Columns = {
    "Id": "id",
    "Row": "row",
    "Column": "column",
    "Reason": "reason",
    "Why": "text",
    "Value": "value",
    "State": "state",
}
_MENDED: Columns = {
    "Id": "id",
    "Key": "key",
    "Column": "column",
    "Wrong": "wrong",
    "Right": "value",
    "By": "by",
    "Since": "at",
    "Reason": "reason",
    "Ended": "ended",
    "Why ended": "end_reason",
}
_DROPPED: Columns = {"Key": "key", "Since": "at"}
_ENDED = frozenset({"published", "failed", "withdrawn"})
_NOT_THE_INPUT = frozenset({None, "agreement", "assessment", "authority", "no_source", "overtaken"})


def install(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(feed, name="feed")


def _feed_add(work: Work, folder: Annotated[Path, typer.Argument(metavar="FOLDER")]) -> None:
    """Add a feed. Its folder lies on the server, among those for feeds; its source must have been entered."""
    made = work.post("/feeds", {"folder": str(folder.absolute())})
    work.out.document(made, lambda found: work.out.fields(found, _FEED))


def _feed_list(work: Work, limit: Limit = 50, offset: Offset = 0) -> None:
    """Feeds."""
    work.out.listed(work.get("/feeds", limit=limit, offset=offset), _FEED)


def _feed_show(work: Work, name: Name) -> None:
    """A feed with its last runs."""
    work.out.document(work.get(f"/feeds/{segment(name)}"), lambda found: _shown(work, found))


def _shown(work: Work, found: dict[str, Any]) -> None:
    work.out.fields(found, {**_FEED, "Format": "format", "Mode": "mode", "Schedule": "schedule", "Folder": "folder"})
    work.out.table(found["runs"], _RUN, title="\nRuns")


def _feed_status(work: Work, name: Annotated[str | None, typer.Argument(metavar="[NAME]")] = None) -> None:
    """How the feeds, or one feed, stand."""
    if name is None:
        _feed_list(work, 200)
        return
    found = work.get(f"/feeds/{segment(name)}")
    work.out.document(found, lambda one: work.out.fields(one, _FEED))


def _feed_refresh(
    work: Work,
    name: Name,
    input: Annotated[Path | None, typer.Option("--input", help="A file instead of the feed's own.")] = None,
    full: Annotated[bool, typer.Option("--full", help="Take everything.")] = False,
    incremental: Annotated[bool, typer.Option("--incremental", help="Take only what is new.")] = False,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="Wait until it is published.")] = True,
) -> None:
    """Read a feed's new and edited rows, and publish them whole or not at all."""
    if full and incremental:
        raise BadInput("--full", "contradicts --incremental.", "Choose one.")
    mode = "full" if full else "incremental" if incremental else None
    base = f"/feeds/{segment(name)}"
    if input is None:
        run = work.post(f"{base}/refresh", {"mode": mode})
    else:
        run = _send(work, f"{base}/input", input, {"mode": mode} if mode else {})
    _ended(work, run, wait)


def _feed_replay(
    work: Work,
    name: Name,
    input: Annotated[Path | None, typer.Option("--input", help="A file with the fixed rows.")] = None,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="Wait until it is published.")] = True,
) -> None:
    """Try quarantined rows again."""
    base = f"/feeds/{segment(name)}/replay"
    run = work.post(base) if input is None else _send(work, f"{base}/input", input, {})
    _ended(work, run, wait)


def _send(work: Work, path: str, file: Path, params: dict[str, str]) -> dict[str, Any]:
    if not file.is_file():
        raise BadInput("--input", f"{file} can't be read.", "Name a file.")
    with file.open("rb") as content:
        sent: dict[str, Any] = work.post(path, files={"file": (file.name, content)}, params=params)
    return sent


def _ended(work: Work, run: dict[str, Any], wait: bool) -> None:
    """Follow a run to its end; exit 3 when something went to quarantine, naming how much."""
    if wait:
        run = _followed(work, run)
    told = {name: run.get(name) for name in _FIGURES} | {"state": run["state"]}
    work.out.document(told, lambda found: work.out.table([run], _RUN))
    if run["state"] == "failed":
        raise _failed(run)
    if run["rejected_rows"] or run["rejected_values"]:
        raise InputFaults(
            f"{run['rejected_rows']} rows and {run['rejected_values']} values went to quarantine.",
            hint=f"See them: brightline feed quarantine {run['feed']} --run {run['run']}",
        )


def _failed(run: dict[str, Any]) -> BrightlineError:
    """The input's own faults end with 3; what the agreement, the authority or a newer run forbids, with 1."""
    kind = Conflict if run.get("code") in _NOT_THE_INPUT else InputFaults
    hint = f"What was published before stays. The run: brightline feed runs {run['feed']}"
    if run.get("held"):
        hint = (
            f"What was published before stays. Somebody else may let it go ahead: brightline feed release {run['run']}"
        )
    return kind(run.get("message") or "The run failed.", hint=hint, code="run_failed")


def _followed(work: Work, run: dict[str, Any]) -> dict[str, Any]:
    with work.out.progress("Refreshing") as step:
        while run["state"] not in _ENDED:
            time.sleep(0.3)
            run = work.get(f"/runs/{run['run']}")
            at = run.get("progress") or {}
            done, total = at.get("done"), at.get("total")
            step(at.get("stage") or run["state"], done / total if done is not None and total else None)
    return run


def _feed_runs(work: Work, name: Name, limit: Limit = 20, offset: Offset = 0) -> None:
    """Runs of a feed, newest first."""
    work.out.listed(work.get(f"/feeds/{segment(name)}/runs", limit=limit, offset=offset), _RUN)


def _feed_end(
    work: Work,
    run: Annotated[str, typer.Argument(metavar="RUN")],
    reason: Annotated[str, typer.Option("--reason", help="Why.")],
) -> None:
    """End a run that is queued or running; nothing of it is published."""
    found = work.post(f"/runs/{segment(run)}/end", {"reason": reason})
    work.out.document(found, lambda one: work.out.table([one], _RUN))


def _feed_release(
    work: Work,
    run: Annotated[str, typer.Argument(metavar="RUN")],
    reason: Annotated[str, typer.Option("--reason", help="How you know that the source did change so.")],
) -> None:
    """Let a held run go ahead; somebody else than who started it does."""
    _ended(work, work.post(f"/runs/{segment(run)}/release", {"reason": reason}), True)


def _feed_withdraw(
    work: Work,
    run: Annotated[str, typer.Argument(metavar="RUN")],
    reason: Annotated[str, typer.Option("--reason", help="Why.")],
) -> None:
    """Take a run back whole."""
    found = work.post(f"/runs/{segment(run)}/withdraw", {"reason": reason})
    work.out.document(found, lambda one: work.out.table([one], _RUN))


def _feed_quarantine(
    work: Work,
    name: Name,
    run: Annotated[str | None, typer.Option("--run", metavar="RUN")] = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> None:
    """What could not be taken, and why."""
    found = work.get(f"/feeds/{segment(name)}/quarantine", run=run, limit=limit, offset=offset)
    work.out.listed(found, _QUARANTINE)


def _feed_run_show(
    work: Work,
    run: Annotated[str, typer.Argument(metavar="RUN")],
    dropped: Annotated[bool, typer.Option("--dropped", help="The rows that the source no longer had, by key.")] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, max=200)] = 50,
    offset: Annotated[int, typer.Option("--offset", min=0)] = 0,
) -> None:
    """A run: what came in, and what became of it."""
    if dropped:
        work.out.listed(work.get(f"/runs/{segment(run)}/dropped", limit=limit, offset=offset), _DROPPED)
        return
    work.out.document(work.get(f"/runs/{segment(run)}"), lambda found: work.out.table([found], _RUN))


def _feed_mend(
    work: Work,
    name: Name,
    id: Annotated[str, typer.Argument(metavar="ID", help="Of a value in quarantine.")],
    value: Annotated[str, typer.Option("--value", help="What is right; empty where nothing should stand.")],
    reason: Annotated[str, typer.Option("--reason", help="How you know.")],
    column: Annotated[str | None, typer.Option("--column", help="Where the entry names several.")] = None,
) -> None:
    """Mend a value in quarantine, from the next run on and until the source says something else."""
    body = {"id": id, "value": value, "reason": reason, "column": column}
    made = work.post(f"/feeds/{segment(name)}/mended", body)
    work.out.document(made, lambda found: work.out.fields(found, _MENDED))


def _feed_mended(
    work: Work,
    name: Name,
    ended: Annotated[bool, typer.Option("--ended", help="Also those that ended.")] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, max=200)] = 50,
    offset: Annotated[int, typer.Option("--offset", min=0)] = 0,
) -> None:
    """Values that were mended, by whom and why."""
    found = work.get(f"/feeds/{segment(name)}/mended", ended=ended, limit=limit, offset=offset)
    work.out.listed(found, _MENDED)


def _feed_mend_end(
    work: Work,
    name: Name,
    id: Annotated[str, typer.Argument(metavar="ID", help="Of a mended value.")],
    reason: Annotated[str, typer.Option("--reason", help="Why.")],
) -> None:
    """Take a mended value back: what the source says counts again."""
    made = work.post(f"/feeds/{segment(name)}/mended/{segment(id)}/end", {"reason": reason})
    work.out.document(made, lambda found: work.out.fields(found, _MENDED))


def _feed_check(work: Work, folder: Annotated[Path, typer.Argument(metavar="FOLDER")]) -> None:
    """Validate a feed before it is added, on a sample; nothing is stored."""
    report = check_folder(folder, box=Box(partial=work.settings.box == "partial"))
    told = _report(report)
    work.out.document(told, lambda found: _checked(work, found))
    if not told["ok"]:
        raise InputFaults(
            "The feed has faults; they are listed above.",
            hint="Mend them and check again; rows and values at fault would go to quarantine.",
        )


def _checked(work: Work, found: dict[str, Any]) -> None:
    work.out.fields({name: value for name, value in found.items() if name != "problems"})
    for problem in found["problems"]:
        work.out.say(problem)


def _report(report: Any) -> dict[str, Any]:
    names = ("ok", "feed", "rows", "entities", "links", "rejected_rows", "rejected_values", "problems")
    return {name: getattr(report, name) for name in names}


_STEWARDS = ("steward",)
_WATCHERS = ("steward", "supervisor", "overseer")
command(feed, "add", Kind.DESK, *_STEWARDS)(_feed_add)
command(feed, "list", Kind.DESK, *_WATCHERS)(_feed_list)
command(feed, "show", Kind.DESK, *_WATCHERS)(_feed_show)
command(feed, "status", Kind.DESK, *_WATCHERS)(_feed_status)
command(feed, "refresh", Kind.DESK, *_STEWARDS)(_feed_refresh)
command(feed, "runs", Kind.DESK, *_WATCHERS)(_feed_runs)
command(feed_run, "show", Kind.DESK, *_WATCHERS)(_feed_run_show)
command(feed, "mend", Kind.DESK, *_STEWARDS)(_feed_mend)
command(feed, "mended", Kind.DESK, *_WATCHERS)(_feed_mended)
command(feed, "mend-end", Kind.DESK, *_STEWARDS)(_feed_mend_end)
command(feed, "end", Kind.DESK, *_STEWARDS)(_feed_end)
command(feed, "release", Kind.DESK, "steward", "supervisor")(_feed_release)
command(feed, "withdraw", Kind.DESK, *_STEWARDS)(_feed_withdraw)
command(feed, "quarantine", Kind.DESK, *_WATCHERS)(_feed_quarantine)
command(feed, "replay", Kind.DESK, *_STEWARDS)(_feed_replay)
command(feed, "check", Kind.LOCAL)(_feed_check)
