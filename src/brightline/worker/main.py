"""The worker process: watched threads for the log's sequencer and all that goes on beside it; the queue."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from functools import partial

import psycopg

from brightline.accounts.oidc import OpenId
from brightline.gate import again
from brightline.ledger.cosigning import Cosigner, enlist
from brightline.ledger.sequencer import Sequencer
from brightline.ledger.stamping import Stamper
from brightline.warehouse.clock import Clock
from brightline.warehouse.exporting import Exporter
from brightline.warehouse.keeper import Keeper
from brightline.wiring import settings as wiring
from brightline.worker import errands, held, inbox, jobs, misuse, providing, reading, taking, undecided, watching
from brightline.worker.parts import PAUSE, Heart, Parts
from brightline.worker.place import Place, find
from brightline.worker.watching import connecting

log = logging.getLogger(__name__)

SETS = 10.0
"""Seconds between two looks at visible sets that were stored meanwhile."""
GRACE = 8.0
"""Seconds that a running job is given when the worker is asked to end; a killed run starts again by itself."""


def main() -> None:
    """Until SIGTERM or SIGINT."""
    settings = wiring.load()
    logging.basicConfig(
        level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s", force=True
    )
    run(find(settings))
    # A job that outlived its grace sits in a thread that nothing can interrupt.
    os._exit(0)


def run(place: Place, stop: threading.Event | None = None) -> None:
    """Work until the process is asked to end. A part that ends by itself ends the process."""
    parts = Parts(stop or threading.Event())
    sequencer = parts.part("sequencer")
    parts.start("sequencer", lambda: Sequencer(place.ledger, turned=sequencer.turned).run(parts.stop))
    for name, act, pause in (*_always(place), *_warehouse(place), *_tidying(place), *_outside(place)):
        parts.again(name, act, pause)
    parts.again("heart", Heart(place.ledger.dsn, parts).once, PAUSE)
    try:
        _work(place, parts.stop)
    finally:
        parts.stop.set()
        for thread in parts.threads:
            thread.join(timeout=5)


def _work(place: Place, stop: threading.Event) -> None:
    """The queue; when the database goes away it is tried again, as long as nobody asked us to end."""
    while not stop.is_set():
        try:
            jobs.build(place).run_worker(
                queues=["feeds"],
                concurrency=1,
                fetch_job_polling_interval=2.0,
                shutdown_graceful_timeout=GRACE,
                update_heartbeat_interval=jobs.HEARTBEAT,
                stalled_worker_timeout=jobs.STALLED,
                delete_jobs="successful",
            )
            return
        except (psycopg.Error, OSError) as error:
            log.error("queue: %s", error)
            stop.wait(2.0)


def _always(place: Place) -> list[tuple[str, Callable[[], int], float]]:
    """What looks after the log, the queue and the watches."""
    return [
        ("orphans", partial(_adopt, place), jobs.HEARTBEAT),
        ("watches", partial(_watch, place), watching.PAUSE),
        ("errands", partial(errands.once, place.orders.worker), errands.PAUSE),
        ("misuse", partial(misuse.once, place.ledger.dsn), misuse.PAUSE),
    ]


def _warehouse(all_of_it: Place) -> list[tuple[str, Callable[[], int], float]]:
    """What the warehouse does beside the queue: a long refresh holds up no clock, no export, no document."""
    place = all_of_it.warehouse
    if place is None:
        return []
    keeper = Keeper(place.dsn, place.tables)
    exporter = Exporter(dsn=place.dsn, gate=place.gate, tables=place.tables, folder=place.exports)
    clock = Clock(place.dsn, place.gate)
    reader = reading.Reader(place.dsn, place.gate, all_of_it.box)
    taken: list[tuple[str, Callable[[], int], float]] = []
    if all_of_it.inbox is not None:
        folder, most = all_of_it.inbox.folder, all_of_it.inbox.most_rows
        taker = taking.Taker(place.dsn, place.gate, all_of_it.box, folder, most)
        tables = taking.Tables(place.dsn, place.gate, all_of_it.box, folder, most)
        taken += [("leads", taker.once, taking.PAUSE), ("tables", tables.once, taking.PAUSE)]
    return [
        *taken,
        ("documents", reader.once, reading.PAUSE),
        ("keeper", keeper.once, 2.0),
        ("exporter", exporter.once, 1.0),
        ("clock", clock.tick, 2.0),
    ]


def _tidying(place: Place) -> list[tuple[str, Callable[[], int], float]]:
    """What looks after the rest: transactions held open, restrictions that nobody decided, files that a run has taken,
    visible sets that were stored."""
    acts: list[tuple[str, Callable[[], int], float]] = [("held", held.Watch(place.ledger.dsn).once, held.PAUSE)]
    acts.append(("undecided", partial(undecided.once, place.orders.worker), undecided.PAUSE))
    acts.append(("sets", partial(again.look, connecting(place.orders.policy)), SETS))
    if place.inbox is not None:
        acts.append(("inbox", inbox.Sweep(place.inbox).once, inbox.PAUSE))
    return acts


def _outside(place: Place) -> list[tuple[str, Callable[[], int], float]]:
    """What asks others about the log: they may be slow or away, and the sequencer must not notice."""
    acts: list[tuple[str, Callable[[], int], float]] = []
    if place.witnesses is not None:
        enlist(place.witnesses)
        for each in place.witnesses.endpoints:
            acts.append((f"witness {each.witness.name}", Cosigner(place.witnesses, each).once, 0.5))
    if place.providers:
        bring = providing.Providing(place.orders.worker, [OpenId(one) for one in place.providers]).once
        acts.append(("providers", bring, providing.PAUSE))
    if place.stamps is not None:
        acts.append(("timestamps", Stamper(place.stamps).once, 5.0))
    return acts


def _adopt(place: Place) -> int:
    if count := jobs.orphans(place):
        log.warning("%d jobs of a dead worker are in the queue again", count)
    if lost := jobs.adopt(place):
        log.warning("%d promised things had lost their job, or waited too long", lost)
    return count + lost


def _watch(place: Place) -> int:
    if count := watching.evaluate(place.orders):
        log.info("%d new matches of watches", count)
    return count
