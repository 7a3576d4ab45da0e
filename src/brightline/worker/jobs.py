"""The queue. A job's only argument is an id; what it stands for lies in the database, under its own rights."""

from __future__ import annotations

import logging
from uuid import UUID

import procrastinate
import psycopg
from procrastinate import PsycopgConnector

from brightline.feeds import pipeline
from brightline.model.errors import BrightlineError, NotRunning
from brightline.worker.place import Place

log = logging.getLogger(__name__)

HEARTBEAT = 3.0
STALLED = 12.0
"""Seconds without a heartbeat after which a worker counts as dead and its jobs go to another."""


def build(place: Place) -> procrastinate.App:
    """The app with its tasks. Each task is registered here by name: the database defers by that name."""
    app = procrastinate.App(connector=PsycopgConnector(conninfo=place.jobs, min_size=1, max_size=4))

    @app.task(name="feed_refresh", queue="feeds", retry=procrastinate.RetryStrategy(max_attempts=5, wait=2))
    def feed_refresh(run: str) -> None:
        refresh(place, UUID(run))

    return app


def refresh(place: Place, run: UUID) -> None:
    """One run of a feed, to its end: published or failed. Either way the job is done; the run says which."""
    try:
        done = pipeline.run(place.feeds, run)
        log.info("feed %s: published run %s, %s rows in %.1f s", done.feed, run, done.rows, done.seconds)
    except NotRunning:
        raise  # The database went away under the run: the queue tries it again.
    except BrightlineError as error:
        log.warning("feed run %s was not published: %s", run, error.code)


def orphans(place: Place, seconds: float = STALLED) -> int:
    """Gives the jobs of dead workers back to the queue; how many. The run starts again from its beginning."""
    return _asked(place, "SELECT jobs.orphans(%s)", seconds)


def adopt(place: Place) -> int:
    """Takes up what lost its job, and ends what was lost twice or waited too long; how many."""
    return _asked(place, "SELECT jobs.adopt()")


def _asked(place: Place, statement: str, *params: float) -> int:
    with psycopg.connect(place.jobs, autocommit=True) as conn:
        row = conn.execute(statement, params).fetchone()
    return int(row[0]) if row else 0


def drain(place: Place) -> None:
    """Works in this process until the queue is empty: for scripts and tests."""
    build(place).run_worker(wait=False, listen_notify=False, install_signal_handlers=False)
