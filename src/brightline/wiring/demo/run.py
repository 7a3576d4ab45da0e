"""Make and load a demo world: generate, load through the API, say what to try first. Doing it again changes nothing."""

from __future__ import annotations

import time
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import httpx

from brightline.model.errors import Conflict
from brightline.wiring.demo.casework import cross, fill_cases, open_cases
from brightline.wiring.demo.disclosing import disclose, judge
from brightline.wiring.demo.door import Door
from brightline.wiring.demo.generate import generate
from brightline.wiring.demo.hiring import hiring
from brightline.wiring.demo.listing import list_people
from brightline.wiring.demo.load import (
    Loading,
    agree_sources,
    ask_for_data,
    found_organisation,
    hire_everybody,
    set_up,
    wait_for_data,
)
from brightline.wiring.demo.needing import need
from brightline.wiring.demo.office import PASSWORD
from brightline.wiring.demo.operating import operate
from brightline.wiring.demo.overseeing import oversee
from brightline.wiring.demo.past import Making, begins, make
from brightline.wiring.demo.progress import Progress, Steps
from brightline.wiring.demo.ruling import rule
from brightline.wiring.demo.schedules import schedule
from brightline.wiring.demo.tour import Report, tour
from brightline.wiring.demo.vetting import enter_sources, found_programmes, take_in, vet
from brightline.wiring.demo.watching import watch
from brightline.wiring.demo.work import work


def run(  # noqa: PLR0913
    *,
    size: str,
    seed: int,
    home: Path,
    client: httpx.Client,
    setup_code: str | None,
    past: Making | None = None,
    progress: Progress = lambda _step, _part: None,
) -> Report:
    """Generate and load the world of this size and seed; idempotent, and goes on where a killed run stopped.

    `client` speaks to a running server, `setup_code` is the one-time code for its first administrator (None when there
    is one), `past` makes eighteen months of work before today's where the database's clock waits for that. Raises
    BadInput when the home holds another demo, and whatever the API answers otherwise.
    """
    began = time.monotonic()
    steps = Steps(home / "demo" / "state.json", size, seed)
    loaded = "finished" not in steps.done
    world = generate(size, seed, home / "demo" / f"{seed}-{size}", progress)
    door = Door(client, PASSWORD)
    loading = Loading(door=door, steps=steps, world=world, progress=progress, began=_began(past))
    set_up(loading, setup_code)
    with hiring(past.server) if past is not None else nullcontext() as logins:
        _found(replace(loading, hiring=logins))
    if past is not None and past.waits():
        door.close()
        _only_once(steps)
        steps.once("past", make, past, progress)
    ask_for_data(loading)
    # What needs no row of a feed is done while the worker reads them in.
    progress("Opening cases", 0.0)
    cases = open_cases(loading)
    progress("Operations", 0.0)
    operate(loading, cases)
    progress("Leads", 0.0)
    leads = take_in(loading)
    wait_for_data(loading)
    fill_cases(loading, cases)
    progress("Work on the cases", 0.3)
    work(loading, cases)
    progress("Crossings", 0.5)
    crossings = cross(loading, cases)
    progress("Disclosures and judgements", 0.8)
    disclose(loading, cases)
    judge(loading, cases)
    progress("Leads", 0.85)
    vet(loading, leads)
    watch(loading, cases)
    list_people(loading, cases)
    schedule(loading, cases)
    oversee(loading, cases)
    rule(loading)
    need(loading, cases)
    steps.once("finished", lambda: True)
    door.close()
    progress("The demo is ready", 1.0)
    return Report(
        size=size,
        seed=seed,
        folder=str(world.folder),
        cases=cases,
        crossings=crossings,
        tour=tour(world.answers, cases, crossings),
        loaded=loaded,
        seconds=time.monotonic() - began,
    )


def _found(loading: Loading) -> None:
    """Everything that an organisation has before its first day of work."""
    for step in (found_organisation, hire_everybody, enter_sources, agree_sources, found_programmes):
        step(loading)


def _only_once(steps: Steps) -> None:
    """A past is made in one go: what half happened can't be told from what is still to happen."""
    begun = "past begun" in steps.done
    steps.once("past begun", lambda: True)
    if begun:
        raise Conflict(
            "The loading of this demo was stopped in the middle of its past.",
            hint="Start over: brightline demo --reset (make demo-reset).",
            code="half_a_past",
        )


def _began(past: Making | None) -> date:
    """On which day the organisation is founded: eighteen months ago, where there is a past to make."""
    if past is not None and past.waits():
        return begins().date()
    return datetime.now(UTC).date()
