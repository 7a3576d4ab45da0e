"""demo: the invented region, made and loaded."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import asdict
from functools import partial
from typing import Annotated, Any

import httpx
import typer

from brightline.cli.command import Kind, Work, command
from brightline.cli.groups.installation import start
from brightline.cli.local import house
from brightline.model.errors import BadInput
from brightline.store import connect, embedded
from brightline.wiring.demo import Making, begins, render
from brightline.wiring.demo import run as load_demo

_SIZES = ("small", "medium", "large")


def install(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "demo", Kind.LOCAL)(demo)


def demo(
    work: Work,
    size: Annotated[str, typer.Option("--size", help="small, medium or large.")] = "small",
    seed: Annotated[int, typer.Option("--seed", help="Another number, another region.")] = 1,
    port: Annotated[
        int | None, typer.Option("--port", min=1, max=65_535, metavar="N", help="Default: 8177, or the next free one.")
    ] = None,
    reset: Annotated[bool, typer.Option("--reset", help="Delete the demo installation first, all of it.")] = False,
) -> None:
    """Make and load the demo world: an invented region with three investigations. Idempotent."""
    if size not in _SIZES:
        raise BadInput("--size", f"is none of {', '.join(_SIZES)}.", "Choose one of them.")
    if reset:
        house.reset_demo(work.settings)
    found = start(work, port, past=begins())
    home = work.settings.find_home()
    code = _code_if_empty(work, found)
    server = connect.server(home, work.settings.server_url())
    past = Making(
        server=server,
        size=size,
        seed=seed,
        over=lambda: start(work, port),
        meanwhile=partial(embedded.unflushed, home) if server.embedded else nullcontext,
    )
    with (
        work.out.progress("Loading the demo world") as step,
        httpx.Client(base_url=found.url, timeout=httpx.Timeout(120.0), headers={"X-Brightline": "1"}) as client,
    ):
        report = load_demo(
            size=size, seed=seed, home=home.path, client=client, setup_code=code, past=past, progress=step
        )
    told = {"url": found.url, **_plain(report)}
    work.out.document(told, lambda _: work.out.say(render(report, found.url)))


def _code_if_empty(work: Work, found: house.Up) -> str | None:
    if not found.waits_for_setup:
        return None
    home = work.settings.find_home()
    return house.setup_code(connect.server(home, work.settings.server_url()))


def _plain(report: Any) -> dict[str, Any]:
    plain = asdict(report)
    return {key: str(value) if hasattr(value, "as_posix") else value for key, value in plain.items()}
