"""warehouse, schedule, export: tables for stewards, what the clock does, files out of a case."""

from __future__ import annotations

import hashlib
import json
import os
import time
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from brightline.cli.command import Kind, Limit, Offset, Work, command, segment
from brightline.cli.output import Columns
from brightline.model.errors import BadInput, Conflict, NotRunning, VerificationFailed

warehouse = typer.Typer(help="The warehouse: one Delta table per source.", no_args_is_help=True)
schedule = typer.Typer(help="What is done by the clock.", no_args_is_help=True)

_TABLE: Columns = {
    "Source": "source",
    "Version": "version",
    "Rows": "rows",
    "Classes": "classes",
    "Last commit": "last_commit",
    "Lag (s)": "lag",
    "Waiting": "waiting",
    "Held": "held",
    "Fault": "fault",
}
_EXPORTED: Columns = {
    "Export": "id",
    "Purpose": "purpose",
    "By": "by",
    "Format": "format",
    "State": "state",
    "Made": "made",
    "Rows": "rows",
}
_SCHEDULE: Columns = {
    "Schedule": "name",
    "Kind": "kind",
    "Target": "target",
    "Cron (UTC)": "cron",
    "State": "state",
    "Why": "why",
    "Next": "next",
    "By": "by",
    "Last": lambda item: (item["runs"] or [{}])[0].get("result") or (item["runs"] or [{}])[0].get("state"),
    "Lag (s)": lambda item: (item["runs"] or [{}])[0].get("lag"),
}
_EXPORT: Columns = {
    "Export": "id",
    "Format": "format",
    "State": "state",
    "Rows": "rows",
    "Made": "made",
    "SHA-256": "sha256",
}
_PATIENCE = 120.0


def install(app: typer.Typer) -> None:
    """Add the groups."""
    app.add_typer(warehouse, name="warehouse")
    app.add_typer(schedule, name="schedule")
    command(app, "export", Kind.CONTENT)(export)


def _warehouse_list(work: Work, limit: Limit = 50, offset: Offset = 0) -> None:
    """Tables with their versions; --limit and --offset are of an overseer's list of exports."""
    found = work.get("/warehouse", limit=limit, offset=offset)
    if work.out.as_lines:
        work.out.listed({"items": found["tables"]}, _TABLE)
        return
    work.out.document(found, lambda one: _tables_and_exports(work, one))


def _tables_and_exports(work: Work, found: dict[str, Any]) -> None:
    work.out.table(found["tables"], _TABLE)
    if found["total"]:
        work.out.listed({**found, "items": found["exports"]}, _EXPORTED, title="\nExports")


def _warehouse_show(
    work: Work,
    source: Annotated[str, typer.Argument(metavar="SOURCE")],
    as_of: Annotated[str | None, typer.Option("--as-of", help="A version or a moment.", metavar="TIME|VERSION")] = None,
    key: Annotated[str | None, typer.Option("--key", help="One record's versions, by its key in the source.")] = None,
) -> None:
    """A table as it is or was: counts and one record's versions, no content."""
    asked = work.post(f"/warehouse/{segment(source)}/looks", {**_as_of(as_of), **({"key": key} if key else {})})
    until = time.monotonic() + _PATIENCE
    found = work.get(f"/warehouse/looks/{asked['id']}")
    while found["state"] == "queued":
        if time.monotonic() > until:
            raise NotRunning("The worker hasn't looked yet.", hint="See `brightline status`.")
        time.sleep(0.3)
        found = work.get(f"/warehouse/looks/{asked['id']}")
    if found["state"] == "failed":
        raise Conflict(found["fault"] or "The worker couldn't look.", code="no_version")
    work.out.document(found, lambda one: _seen(work, one))


def _seen(work: Work, found: dict[str, Any]) -> None:
    work.out.fields(
        found, {"Source": "source", "Version": "version", "Written": "at", "Rows": "rows", "Records": "records"}
    )
    work.out.table(found["classes"], {"Class": "class", "Rows": "rows"}, title="\nVisibility classes")
    if found["key"]:
        columns: Columns = {"Version": "version", "What": "op", "Since": "at", "Run": "run", "Hash": "hash"}
        work.out.table(found["versions"], columns, title=f"\nRecord {found['key']}")


def _as_of(text: str | None) -> dict[str, Any]:
    if text is None:
        return {}
    if text.isdigit():
        return {"version": int(text)}
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput("--as-of", "is neither a version nor a moment.", "Write 12 or 2026-03-01T02:15:00Z.") from error
    return {"time": moment.astimezone().isoformat()}


def _schedule_list(work: Work, limit: Limit = 50, offset: Offset = 0) -> None:
    """Schedules with their next and last run."""
    work.out.listed(work.get("/schedules", limit=limit, offset=offset), _SCHEDULE)


def _schedule_add(
    work: Work,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    cron: Annotated[str, typer.Option("--cron", help="Five fields, UTC: “15 2 * * *”.")],
    feed: Annotated[str | None, typer.Option("--feed", help="Refresh this feed.")] = None,
    flow: Annotated[str | None, typer.Option("--flow", help="case-data or records.")] = None,
    export: Annotated[str | None, typer.Option("--export", help="csv, parquet or ftm; needs --purpose CASE.")] = None,
    expires: Annotated[str | None, typer.Option("--expires", help="A day.")] = None,
) -> None:
    """Have a feed refreshed, data flow, or a case exported by the clock."""
    given = {"feed": feed, "flow": flow, "export": export}
    chosen = [(kind, target) for kind, target in given.items() if target]
    if len(chosen) != 1:
        raise BadInput("--feed", "or --flow or --export: name exactly one.", "A schedule does one thing.")
    (kind, target) = chosen[0]
    wanted = {"name": name, "kind": kind, "target": target, "cron": cron}
    if expires:
        wanted["expires"] = expires if "T" in expires else f"{expires}T00:00:00Z"
    work.out.document(work.post("/schedules", wanted), lambda one: work.out.fields(one, _SCHEDULE))


def _schedule_pause(
    work: Work,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    resume: Annotated[bool, typer.Option("--resume", help="Let it go on.")] = False,
) -> None:
    """Pause a schedule, or let it go on."""
    made = work.post(f"/schedules/{segment(name)}/pause", {"paused": not resume})
    work.out.document(made, lambda one: work.out.fields(one, _SCHEDULE))


def export(
    work: Work,
    format: Annotated[str, typer.Option("--format", help="csv, parquet or ftm.")],
    out: Annotated[Path, typer.Option("--out", help="Where to put it; its manifest lies beside it.")],
    items: Annotated[list[str] | None, typer.Option("--items", help="Items of the case; without it, all.")] = None,
    source: Annotated[list[str] | None, typer.Option("--source", help="Records of these sources only.")] = None,
) -> None:
    """What a case's purpose may see of its items, with a manifest."""
    if out.exists():
        raise BadInput("--out", f"{out} is there already.", "Name a new file.")
    asked = work.post("/exports", {"format": format, "items": items or [], "sources": source or []})
    until = time.monotonic() + _PATIENCE
    with work.out.progress("The worker makes the export"):
        while asked["state"] in ("queued", "working"):
            if time.monotonic() > until:
                raise NotRunning(f"The export {asked['id']} isn't ready yet.", hint="See `brightline status`.")
            time.sleep(0.3)
            asked = work.get(f"/exports/{asked['id']}")
    if asked["state"] != "ready":
        raise Conflict(asked["fault"] or "The export failed.", hint="Ask for it again.", code="export_failed")
    content = work.raw(f"/exports/{asked['id']}/file")
    if hashlib.sha256(content).hexdigest() != asked["sha256"]:
        raise VerificationFailed("The file isn't the one that the manifest names.", hint="Ask for it again.")
    _keep(out, content)
    _keep(out.with_name(f"{out.name}.manifest.json"), json.dumps(asked["manifest"], indent=2).encode())
    work.out.document({**asked, "out": str(out)}, lambda one: work.out.fields(one, {**_EXPORT, "File": "out"}))


def _keep(path: Path, content: bytes) -> None:
    """A new file that nobody else may read."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)


command(warehouse, "list", Kind.DESK, "steward", "overseer")(_warehouse_list)
command(warehouse, "show", Kind.DESK, "steward")(_warehouse_show)
command(schedule, "list", Kind.DESK, "steward", "overseer", "agent", "analyst", "supervisor")(_schedule_list)
command(schedule, "add", Kind.DESK, "steward")(_schedule_add)
command(schedule, "pause", Kind.DESK, "steward")(_schedule_pause)
