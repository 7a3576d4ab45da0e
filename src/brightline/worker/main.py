"""The worker process: threads for the log's sequencer, misuse detectors, orphaned jobs and watches; the queue."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from functools import partial

import psycopg

from brightline.accounts.oidc import OpenId
from brightline.box.starting import Box
from brightline.gate import again
from brightline.ledger.cosigning import Cosigner, enlist
from brightline.ledger.sequencer import Sequencer
from brightline.ledger.stamping import Stamper
from brightline.model.errors import BrightlineError
from brightline.warehouse.clock import Clock
from brightline.warehouse.exporting import Exporter
from brightline.warehouse.keeper import Keeper
from brightline.wiring import settings as wiring
from brightline.worker import errands, held, inbox, jobs, misuse, providing, reading, undecided, watching
from brightline.worker.place import Place, Warehouse, find
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


def run(place: Place) -> None:
    """Work until the process is asked to end."""
    stop = threading.Event()
    threads = [
        threading.Thread(target=Sequencer(place.ledger).run, args=(stop,), name="sequencer", daemon=True),
        threading.Thread(target=_adopt, args=(place, stop), name="orphans", daemon=True),
        threading.Thread(target=_watch, args=(place, stop), name="watches", daemon=True),
    ]
    look = partial(misuse.once, place.ledger.dsn)
    threads.append(
        threading.Thread(target=_again, args=(stop, "misuse", look, misuse.PAUSE), name="misuse", daemon=True)
    )
    warehouse = [] if place.warehouse is None else _warehouse(place.warehouse, place.box)
    telling = ("errands", partial(errands.once, place.orders.worker), errands.PAUSE)
    for name, act, pause in (telling, *warehouse, *_tidying(place), *_outside(place)):
        threading.Thread(target=_again, args=(stop, name, act, pause), name=name, daemon=True).start()
    for thread in threads:
        thread.start()
    try:
        _work(place, stop)
    finally:
        stop.set()
        for thread in threads:
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


def _warehouse(place: Warehouse, box: Box) -> list[tuple[str, Callable[[], int], float]]:
    """What is done through the gate beside the queue: a long refresh holds up no clock, no export and no document."""
    keeper = Keeper(place.dsn, place.tables)
    exporter = Exporter(dsn=place.dsn, gate=place.gate, tables=place.tables, folder=place.exports)
    clock = Clock(place.dsn, place.gate)
    reader = reading.Reader(place.dsn, place.gate, box)
    return [
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


def _again(stop: threading.Event, name: str, act: Callable[[], int], pause: float) -> None:
    """Until the end, whatever happens in between: what was begun is found again."""
    while not stop.wait(pause):
        try:
            act()
        except (psycopg.Error, BrightlineError, OSError) as error:
            log.error("%s: %s", name, type(error).__name__)
        except Exception:
            log.exception("%s", name)


def _adopt(place: Place, stop: threading.Event) -> None:
    while not stop.wait(jobs.HEARTBEAT):
        try:
            if count := jobs.orphans(place):
                log.warning("%d jobs of a dead worker are in the queue again", count)
        except psycopg.Error as error:
            log.error("orphans: %s", error)


def _watch(place: Place, stop: threading.Event) -> None:
    while not stop.wait(watching.PAUSE):
        try:
            if count := watching.evaluate(place.orders):
                log.info("%d new matches of watches", count)
        except (psycopg.Error, BrightlineError) as error:
            log.error("watches: %s", error)
