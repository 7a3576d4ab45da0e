"""watch, workspace: saved searches that alert, saved charts."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from brightline.cli.command import Kind, Limit, Offset, Work, command, segment
from brightline.cli.output import Columns

watch = typer.Typer(help="Saved searches that alert when a refresh brings a match.", no_args_is_help=True)
workspace = typer.Typer(help="Saved charts: ids and positions.", no_args_is_help=True)
Watch = Annotated[str, typer.Argument(metavar="WATCH")]
Space = Annotated[str, typer.Argument(metavar="WORKSPACE")]
WATCHES: Columns = {
    "Watch": "watch",
    "Query": "query",
    "State": "state",
    "Hits": "hits",
    "Newest": lambda one: one["newest"] or "",
    "Until": lambda one: one["until"] or "",
}
HITS: Columns = {"At": "at", "Query": "query", "Id": "id", "Kind": "schema", "Caption": "caption", "Source": "source"}
SPACES: Columns = {"Workspace": "workspace", "Title": "title", "State": "state", "Changed": "changed"}


def install(app: typer.Typer) -> None:
    """Add the groups."""
    command(watch, "add", Kind.CONTENT)(add)
    command(watch, "list", Kind.CONTENT)(listed)
    command(watch, "hits", Kind.CONTENT)(hits)
    command(watch, "pause", Kind.CONTENT)(pause)
    command(watch, "resume", Kind.CONTENT)(resume)
    command(watch, "end", Kind.CONTENT)(end)
    command(workspace, "new", Kind.CONTENT)(new)
    command(workspace, "list", Kind.CONTENT)(spaces)
    command(workspace, "show", Kind.CONTENT)(show)
    command(workspace, "share", Kind.CONTENT)(share)
    app.add_typer(watch, name="watch")
    app.add_typer(workspace, name="workspace")


def add(
    work: Work,
    query: Annotated[str, typer.Argument(help="Names, words, identifiers.")],
    schema: Annotated[list[str] | None, typer.Option("--schema", help="Person, Company…; may repeat.")] = None,
    source: Annotated[list[str] | None, typer.Option("--source", help="May repeat.")] = None,
    fuzzy: Annotated[int, typer.Option("--fuzzy", min=0, max=1, help="1: a letter may differ.")] = 1,
) -> None:
    """Save a search: what a refresh brings anew is a hit. It ends with the purpose."""
    wanted = {"query": query, "schemas": schema or [], "sources": source or [], "fuzzy": fuzzy}
    made = work.post("/watches", wanted)
    work.out.document(made, lambda one: work.out.say(f"{one['watch']}: watching for “{one['query']}”."))


def listed(work: Work, limit: Limit = 50, offset: Offset = 0) -> None:
    """One's own watches under the purpose."""
    work.out.listed(work.get("/watches", limit=limit, offset=offset), WATCHES)


def hits(
    work: Work,
    which: Annotated[str | None, typer.Argument(metavar="WATCH", help="All without it.")] = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> None:
    """What watches found, newest first."""
    found = work.get("/watches/hits", watch=which, limit=limit, offset=offset)
    work.out.listed({**found, "items": found["hits"]}, HITS)


def pause(work: Work, which: Watch) -> None:
    """Let a watch rest."""
    _set(work, which, "pause")


def resume(work: Work, which: Watch) -> None:
    """Wake a paused watch: it looks at what came meanwhile."""
    _set(work, which, "resume")


def end(work: Work, which: Watch) -> None:
    """End a watch. It doesn't come back."""
    _set(work, which, "end")


def _set(work: Work, which: str, act: str) -> None:
    done = work.post(f"/watches/{segment(which)}", {"act": act})
    work.out.document(done, lambda one: work.out.say(f"{one['watch']}: {one['state']}."))


def new(
    work: Work,
    title: Annotated[str, typer.Argument(help="What it shows.")],
    items: Annotated[list[str], typer.Option("--items", help="Ids; may repeat.")],
) -> None:
    """A private workspace of these entities."""
    made = work.post("/workspaces", {"title": title, "ids": items})
    work.out.document(made, lambda one: _told(work, one))


def spaces(work: Work, limit: Limit = 50, offset: Offset = 0) -> None:
    """One's own workspaces and those shared with the case."""
    work.out.listed(work.get("/workspaces", limit=limit, offset=offset), SPACES)


def show(work: Work, which: Space) -> None:
    """The entities of a workspace that the purpose sees."""
    found = work.get(f"/workspaces/{segment(which)}")
    work.out.document(found, lambda one: _shown(work, one))


def _shown(work: Work, found: dict[str, Any]) -> None:
    _told(work, found)
    for id in found["ids"]:
        work.out.say(id)


def share(
    work: Work,
    which: Space,
    back: Annotated[bool, typer.Option("--back", help="Take it back.")] = False,
) -> None:
    """Share a workspace with everybody on the case."""
    done = work.post(f"/workspaces/{segment(which)}/share", {"act": "unshare" if back else "share"})
    work.out.document(done, lambda one: _told(work, one))


def _told(work: Work, one: dict[str, Any]) -> None:
    work.out.say(f"{one['workspace']}: {one['title']} ({one['state']})", style="bold")
