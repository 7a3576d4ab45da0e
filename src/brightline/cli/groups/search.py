"""search, entity, links, why: reading content, under a purpose and a stated reason."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from brightline.cli.command import Kind, Work, command, segment
from brightline.cli.output import Columns

entity = typer.Typer(help="One entity with the source of every value.", no_args_is_help=True)
links = typer.Typer(help="What hangs together.", no_args_is_help=True)
Id = Annotated[str, typer.Argument(metavar="ID")]


def install(app: typer.Typer) -> None:
    """Add the commands and the two groups."""
    command(app, "search", Kind.CONTENT)(search)
    command(app, "why", Kind.CONTENT)(why)
    app.add_typer(entity, name="entity")
    app.add_typer(links, name="links")


def search(
    work: Work,
    query: Annotated[str, typer.Argument(help="Names, words, identifiers.")],
    schema: Annotated[list[str] | None, typer.Option("--schema", help="Person, Company…; may repeat.")] = None,
    source: Annotated[list[str] | None, typer.Option("--source", help="May repeat.")] = None,
    fuzzy: Annotated[int, typer.Option("--fuzzy", min=0, max=2, help="Typing errors per word.")] = 1,
    date_from: Annotated[str | None, typer.Option("--from", metavar="D")] = None,
    date_to: Annotated[str | None, typer.Option("--to", metavar="D")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100)] = 20,
    offset: Annotated[int, typer.Option("--offset", min=0)] = 0,
    explain: Annotated[bool, typer.Option("--explain", help="Every reason for each hit.")] = False,
) -> None:
    """Search what the purpose may see. Each hit says why it matched."""
    params = {
        "q": query,
        "schema": schema or None,
        "source": source or None,
        "fuzzy": fuzzy,
        "from": date_from,
        "to": date_to,
        "limit": limit,
        "offset": offset,
    }
    found = work.ask("/search", **params)
    if work.out.as_lines:
        work.out.listed({"items": found["hits"]}, {})
        return
    work.out.document(found, lambda answer: _hits(work, answer, explain))


def _pages(pages: list[int]) -> str:
    if not pages:
        return ""
    return f", page{'s' if len(pages) > 1 else ''} {', '.join(map(str, pages))}"


def _hits(work: Work, found: dict[str, Any], explain: bool) -> None:
    columns: Columns = {
        "Id": "id",
        "Kind": "schema",
        "Caption": lambda hit: hit["caption"] + _pages(hit["pages"]),
        "Source": lambda hit: [source["name"] for source in hit["sources"]],
        "Why": lambda hit: [why["text"] for why in hit["why"][: None if explain else 1]],
    }
    work.out.table(found["hits"], columns)
    work.out.say(f"\n{found.get('total_text') or found['total']} found in {found['took_ms']:.1f} ms.")
    if left := found.get("unread"):
        part = f" ({left['partly']} of them in part)" if left["partly"] else ""
        said = (
            f"Not all words of {left['documents']} documents of this case were searched{part}: they weren't read whole."
        )
        work.out.say(f"{said} See: brightline case document CASE --readings.")
    for pointer in found["pointers"]:
        parts = [
            f"{name} {value}" for name, value in pointer.items() if value is not None and name not in ("tier", "handle")
        ]
        work.out.say(f"Something else exists: {', '.join(parts)}. It needs a crossing.")
        if pointer["handle"]:
            work.out.say(f"  brightline crossing request --pointer {pointer['handle']}")


def _entity_show(
    work: Work,
    id: Id,
    as_of: Annotated[str | None, typer.Option("--as-of", help="A past moment.", metavar="TIME")] = None,
    lineage: Annotated[bool, typer.Option("--lineage", help="Where its values come from and where they went.")] = False,
    value: Annotated[str | None, typer.Option("--value", help="With --lineage: only what holds this value.")] = None,
) -> None:
    """An entity as the purpose may see it; with --lineage also SOURCE:KEY, a source's row."""
    if lineage:
        work.out.document(work.ask("/lineage", about=id, value=value), lambda found: _lineage(work, found))
        return
    work.out.document(work.get(f"/entities/{segment(id)}", as_of=as_of), lambda found: _entity(work, found))


def _lineage(work: Work, found: dict[str, Any]) -> None:
    rows: Columns = {
        "Source row": lambda row: f"{row['source']}:{row['key']}",
        "Version": "version",
        "Current": "current",
        "Since": "at",
        "Feed": "feed",
        "Table version": "delta_version",
        "Values": lambda row: "; ".join(f"{one['name']}: {one['value']}" for one in row["properties"]),
    }
    work.out.table(found["rows"], rows, title="Rows")
    mended = [
        {**one, "row": f"{row['source']}:{row['key']}", "why": _mended_why(one)}
        for row in found["rows"]
        for one in row["mended"]
    ]
    if mended:
        told: Columns = {"Source row": "row", "Column": "column", "The source says": "wrong", "Mended to": "value"}
        work.out.table(mended, {**told, "Why": "why", "By": "by", "Since": "at"}, title="\nMended values")
    copies = [{"what": "case", "name": one["case"], "since": one["added"]} for one in found["items"]]
    copies += [{"what": "note", "name": one["id"], "since": one["at"]} for one in found["notes"]]
    copies += [{"what": "crossing", "name": one["number"], "since": None} for one in found["crossings"]]
    copies += [{"what": "disclosure", "name": one["number"], "since": None} for one in found["disclosures"]]
    copies += [{"what": "export", "name": one["id"], "since": one["at"]} for one in found["exports"]]
    work.out.table(copies, {"Copy in": "what", "Named": "name", "Since": "since"}, title="\nCopies")


def _mended_why(one: dict[str, Any]) -> str:
    return f"{one['reason']} Ended {one['ended']}: {one['end_reason']}" if one["ended"] else str(one["reason"])


def _entity(work: Work, found: dict[str, Any]) -> None:
    work.out.say(f"{found['caption']}  ({found['schema']})", style="bold")
    work.out.say(found["id"])
    rows = [
        {
            "property": prop["label"] or prop["name"],
            "value": value["caption"] or value["value"],
            "sources": value["sources"],
        }
        for prop in found["properties"]
        for value in prop["values"]
    ]
    columns: Columns = {
        "Property": "property",
        "Value": "value",
        "Source": lambda row: sorted({source["source"] for source in row["sources"]}),
    }
    work.out.table(rows, columns)


def _expand(
    work: Work,
    id: Id,
    kind: Annotated[list[str] | None, typer.Option("--kind", help="Ownership, Payment…; may repeat.")] = None,
    hops: Annotated[int, typer.Option("--hops", min=1, max=3)] = 1,
    limit: Annotated[int, typer.Option("--limit", min=1, max=500)] = 50,
) -> None:
    """What is linked to an entity."""
    found = work.get(f"/entities/{segment(id)}/links", kind=kind or None, hops=hops, limit=limit)
    if work.out.as_lines:
        work.out.listed({"items": found["edges"]}, {})
        return
    work.out.document(found, lambda answer: _edges(work, [answer["center"], *answer["nodes"]], answer))


def _path(
    work: Work,
    a: Annotated[str, typer.Argument(metavar="A")],
    b: Annotated[str, typer.Argument(metavar="B")],
    max_hops: Annotated[int, typer.Option("--max-hops", min=1, max=8)] = 6,
) -> None:
    """The shortest way between two entities."""
    found = work.get("/paths", a=a, b=b, max_hops=max_hops)
    work.out.document(found, lambda answer: _way(work, answer))


def _way(work: Work, found: dict[str, Any]) -> None:
    if not found["found"]:
        work.out.say("No way between the two that this purpose may see.")
        return
    work.out.say(f"{found['hops']} hops, in {found['took_ms']:.1f} ms")
    _edges(work, found["nodes"], found)


def _edges(work: Work, nodes: list[dict[str, Any]], found: dict[str, Any]) -> None:
    names = {node["id"]: node["caption"] or node["id"] for node in nodes}
    columns: Columns = {
        "From": lambda edge: names.get(edge["source"], edge["source"]),
        "Link": lambda edge: edge["label"] or edge["kind"],
        "To": lambda edge: names.get(edge["target"], edge["target"]),
        "Since": "from",
        "Until": "to",
        "Source": "origin",
    }
    work.out.table(found["edges"], columns)
    if found["capped"]:
        work.out.say(found["cap_note"] or "Some links are left out: too many.")


def why(work: Work, id: Id) -> None:
    """May I see this, by which rule; if not, what would allow it, as far as that may be told."""
    work.out.document(work.get(f"/why/{segment(id)}"), lambda found: _why(work, found))


def _why(work: Work, found: dict[str, Any]) -> None:
    if found["visible"]:
        work.out.say(f"You may see {found['id']} under {found['purpose']}:")
        work.out.table(found["rules"], {"Source": "source", "Rule": "rule", "Because": "text"})
        return
    work.out.say(f"Nothing of {found['id']} can be seen under {found['purpose']}.")
    for need in found["needs"]:
        work.out.say(f"- {need}")


command(entity, "show", Kind.CONTENT)(_entity_show)
command(links, "expand", Kind.CONTENT)(_expand)
command(links, "path", Kind.CONTENT)(_path)
