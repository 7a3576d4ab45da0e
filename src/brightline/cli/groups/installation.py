"""up, down, status, init, doctor: this machine's installation, without signing in."""

from __future__ import annotations

import signal
import time
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

import typer

from brightline.cli.command import Kind, Work, command
from brightline.cli.local import house, processes, supervisor
from brightline.cli.output import Columns, Printer
from brightline.model.errors import NotRunning, VerificationFailed
from brightline.store import connect
from brightline.store.doctor import examine, healthy

_CHECKS: Columns = {
    "": lambda check: "ok" if check["ok"] else "!!",
    "Check": "name",
    "Severity": "severity",
    "Detail": "detail",
}


def install(app: typer.Typer) -> None:
    """Add the commands that stand at the top level."""
    for name, function in (
        ("up", up),
        ("down", down),
        ("status", status),
        ("init", init),
        ("doctor", doctor),
    ):
        command(app, name, Kind.LOCAL)(function)


def up(
    work: Work,
    port: Annotated[
        int | None, typer.Option("--port", min=1, max=65_535, metavar="N", help="Default: 8177, or the next free one.")
    ] = None,
    detach: Annotated[bool, typer.Option("--detach", help="Return when all runs.")] = False,
    without_copy: Annotated[
        bool, typer.Option("--without-copy", help="Migrate without keeping a copy of the database first.")
    ] = False,
) -> None:
    """Start database, migrations, API, web application and worker."""
    found = start(work, port, copy=not without_copy)
    work.out.document(asdict(found), lambda _: _say_up(work.out, found))
    if not detach:
        _stay(work)


def start(work: Work, port: int | None, *, copy: bool = True, past: datetime | None = None) -> house.Up:
    """Start what doesn't run yet, with a progress bar. `past`: where a demo that is made now begins."""
    with work.out.progress("Starting") as step:
        return house.up(work.settings, port=port, copy=copy, past=past, say=lambda words: step(words, None))


def _say_up(out: Printer, found: house.Up) -> None:
    for warning in found.warnings:
        out.say(warning)
    if found.port_taken:
        out.say("The port that was asked for is taken; the next free one is used.")
    out.say(f"Brightline {'runs' if found.started else 'runs already'} at {found.url}")
    if found.waits_for_setup:
        out.say("It has no administrator yet: brightline init prints a one-time code.")


def _stay(work: Work) -> None:
    """Stay in the foreground until Ctrl-C or a signal, then end what was started. What is given up is an error, for
    systemd or whoever else started this."""
    home = work.settings.find_home()
    ending: list[int] = []
    for which in (signal.SIGINT, signal.SIGTERM):
        signal.signal(which, lambda number, _frame: ending.append(number))
    work.out.say("Ctrl-C ends it.")
    given_up: dict[str, Any] = {}
    while not ending and not given_up and processes.find(home, supervisor.NAME) is not None:
        time.sleep(0.3)
        given_up = supervisor.read_given_up(home)
    house.down(work.settings)
    if not ending:
        said = "; ".join(f"the {name} {told['said']}" for name, told in given_up.items()) or "its supervisor is gone"
        raise NotRunning(f"Brightline ended: {said}.", hint=f"The logs: {home.path}/log", code="process_ended")


def down(work: Work) -> None:
    """End this home's processes and its database, and nothing else."""
    ended = house.down(work.settings)
    names = ", ".join(name for name, ran in ended.items() if ran)
    work.out.document({"ended": ended}, lambda _: work.out.say(f"Ended: {names}." if names else "Nothing ran."))


def status(work: Work) -> None:
    """What runs; exit 4 when something doesn't."""
    found = house.status(work.settings)
    work.out.document(found, lambda told: _say_status(work.out, told))
    if not found["ok"]:
        raise NotRunning(
            "Brightline doesn't run, or not all of it.",
            hint="brightline doctor says what fails; brightline up --detach starts what doesn't run.",
        )


def _say_status(out: Printer, found: dict[str, Any]) -> None:
    health = found["health"] or {}
    log = {"Log": health.get("ledger"), "Log's worker": health.get("worker")}
    stops = {"Acts are refused from": health["stops_at"]} if health.get("stops_at") else {}
    demo = {"Demo": _demo_words(health["demo"])} if health.get("demo") else {}
    out.fields({"Home": found["home"], "URL": found["url"], **found["processes"], **log, **stops, **demo})


def _demo_words(told: dict[str, str | None]) -> str:
    since, until = (str(told[key] or "now")[:10] for key in ("since", "until"))
    return f"all of it is invented; the clock was moved between {since} and {until}"


def init(work: Work) -> None:
    """Make an empty installation, and a one-time code for its first administrator."""
    with work.out.progress("Preparing") as step:
        server = house.prepare(work.settings, say=lambda words: step(words, None))
    code = house.setup_code(server)
    told = {"home": str(work.settings.find_home().path), "setup_code": code, "expires_days": 7}
    work.out.document(told, lambda _: _say_code(work.out, code))


def _say_code(out: Printer, code: str) -> None:
    out.say("The installation is ready. One-time code for its first administrator, good for seven days:")
    out.say(f"\n    {code}\n", style="bold")
    out.say("Start it with `brightline up --detach` and open the address it prints; the setup page asks for the code.")


def doctor(work: Work) -> None:
    """Check installation, rights, ledger, the parsers' box, feeds, reviews; exit 5 when one of the first four fails."""
    home = work.settings.find_home()
    server = connect.server(home, work.settings.server_url())
    found = examine(home, server, partial_box=work.settings.box == "partial")
    told: dict[str, Any] = {"ok": healthy(found), "checks": [check.json() for check in found]}
    work.out.document(told, lambda _: work.out.table(told["checks"], _CHECKS))
    if not told["ok"]:
        raise VerificationFailed("A check failed; it is marked above.", hint="What to do stands beside it.")
