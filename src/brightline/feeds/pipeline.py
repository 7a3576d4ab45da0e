"""One run of a feed: extract → validate → compare → map what changed → stage → publish at once.

The process holds the rights of `brightline_feed`: it can COPY into the stage and call six functions. Whatever
happens to it, content is as before until `feed.publish` commits, and as after from then on; a run whose process
died begins again from the start, and a run that can't be published ends as failed with what was set aside.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from brightline.box.starting import WHOLE, Box
from brightline.feeds import crawling, places, readers, sealing
from brightline.feeds.batches import Batch
from brightline.feeds.files import Places, refuse
from brightline.feeds.manifest import Manifest, digest
from brightline.feeds.mapper import Helpers, Task, no_collector
from brightline.feeds.mending import Mendings
from brightline.feeds.spool import Spool, Spooled
from brightline.feeds.stage import Stage
from brightline.feeds.validate import Validator
from brightline.model.errors import BrightlineError, InputFaults, NotRunning

log = logging.getLogger(__name__)

PARALLEL_FROM = 30_000
"""Rows from which a second process pays: it takes a second to start."""

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a run needs: a DSN of brightline_feed, the key of entity ids, and where feeds and their files may lie."""

    dsn: str
    entity_key: bytes
    data: Path | None = None
    inbox: Path | None = None
    closed: tuple[Path, ...] = ()
    feed_roots: tuple[Path, ...] = ()
    processes: int = 0
    box: Box = WHOLE

    def workers(self) -> int:
        return self.processes or max(1, min(os.cpu_count() or 1, 8))


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What `feed refresh` answers."""

    run: UUID
    feed: str
    state: str
    rows: int
    new: int
    changed: int
    unchanged: int
    deleted: int
    rejected_rows: int
    rejected_values: int
    aspects: int
    links: int
    seconds: float
    version: str | None
    message: str | None = None

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Summary:
        """From what feed.publish answers."""
        told: dict[str, Any] = {name: raw.get(name) for name in cls.__dataclass_fields__}
        return cls(**{**told, "run": UUID(raw["run"])})

    def json(self) -> dict[str, Any]:
        return {**asdict(self), "run": str(self.run)}


# --- the run ----------------------------------------------------------------------------------------


def run(settings: Settings, run_id: UUID, progress: Progress | None = None) -> Summary:
    """Works one queued run to its end and answers its summary, published.

    Raises InputFaults when the input was refused as a whole; the run is then failed, the state before stays.
    """
    stage = Stage(settings.dsn, str(run_id))
    work = _Work(settings, stage, progress or _silent)
    try:
        with no_collector():
            return work.done()
    except BrightlineError as error:
        work.failed(error)
        raise
    except psycopg.Error as error:
        told = _database_words(error)
        work.failed(told)
        raise told from error
    except Exception as error:
        log.exception("feed run %s failed", run_id)
        told = BrightlineError(
            "The run stopped by a fault of the program.", hint="See the worker's log.", code="internal"
        )
        work.failed(told)
        raise told from error
    finally:
        stage.close()


def _silent(stage: str, done: int, total: int) -> None:
    """No progress is shown."""


def _database_words(error: psycopg.Error) -> BrightlineError:
    """What our own functions refuse has its words in DETAIL; anything else is a fault of ours."""
    detail = error.diag.message_detail or ""
    if (error.sqlstate or "").startswith("BL") and detail.startswith("{"):
        words = json.loads(detail)
        return InputFaults(words["detail"], hint=words.get("hint", ""), code=words["code"])
    if isinstance(error, psycopg.OperationalError):
        return NotRunning("The database went away.", hint="The run starts again when it is back.", code="database_gone")
    log.error("feed run failed in the database: %s %s", error.sqlstate, error.diag.message_primary)
    return BrightlineError("The database refused the staged rows.", hint="See the server's log.", code="database")


class _Work:
    """One run at work; knows how far it came, so that a failure can say it."""

    def __init__(self, settings: Settings, stage: Stage, progress: Progress) -> None:
        self._settings = settings
        self._stage = stage
        self._progress = progress
        self._checked: Validator | None = None
        self._helpers = Helpers(1)

    def done(self) -> Summary:
        begun = self._stage.call("begin")
        manifest = Manifest.model_validate(begun["manifest"])
        with (
            tempfile.TemporaryDirectory(prefix="brightline-feed-") as scratch,
            Spool(Path(scratch) / "rows") as spool,
            Helpers(self._settings.workers()) as self._helpers,
        ):
            mendings = Mendings.read(begun["mendings"])
            checked = Validator(manifest, begun["digest"], begun["mode"], spool, self._stage.keys, mendings)
            self._checked = checked
            self._first_pass(begun, manifest, checked)
            self._told("comparing", checked.rows, checked.rows)
            counts = self._stage.call("diff", Jsonb(checked.profile()))
            mapped = counts["new"] + counts["changed"]
            if mapped:
                self._second_pass(manifest, checked, spool.close(), counts, mendings)
        self._told("publishing", mapped, mapped)
        published = self._stage.call("publish", Jsonb(_told_counts(checked, counts, begun["digest"])))
        with contextlib.suppress(psycopg.Error):
            self._stage.call("tidy")
        return Summary.read(published)

    def failed(self, error: BrightlineError) -> None:
        """Ends the run as failed; if the database is gone, the worker finds it again."""
        checked = self._checked
        counts = {}
        if checked is not None:
            counts = {
                "rows": checked.rows,
                "rejected_rows": checked.faults.rows,
                "rejected_values": checked.faults.values,
                "checksums": {"rows": checked.checksum.hexdigest()},
                "profile": checked.profile(),
            }
        self._stage.keys_abandon()
        self._set_aside(checked)
        try:
            self._stage.call("fail", error.code, str(error), Jsonb(counts))
        except psycopg.OperationalError:
            log.warning("feed run %s can't be ended: the database went away", self._stage.run)

    def _set_aside(self, checked: Validator | None) -> None:
        """What was set aside is kept if it can be; that it can't mustn't keep the run from ending."""
        try:
            if checked is not None:
                self._stage.faults([*checked.faults.take(), *checked.faults.rest()])
        except psycopg.Error:
            log.exception("what feed run %s set aside could not be kept", self._stage.run)

    def _told(self, what: str, done: int, total: int) -> None:
        self._stage.call("progress", Jsonb({"stage": what, "done": done, "total": total}))
        self._progress(what, done, total)

    def _first_pass(self, begun: Mapping[str, Any], manifest: Manifest, checked: Validator) -> None:
        held = begun["records"]
        every = _Every(lambda rows: self._told("reading", rows, max(rows, held)))

        def noted(rows: int) -> None:
            # Nothing is known yet, so that every row will be mapped.
            if rows >= PARALLEL_FROM and not held:
                self._helpers.start()
            self._stage.faults(checked.faults.take())
            every(rows)

        checked.take(_batches(self._settings, begun, manifest, self._stage), noted)
        self._stage.faults([*checked.faults.take(), *checked.faults.rest()])
        if checked.doubled:
            # Both rows of a doubled key are rejected: the first was staged before its twin came.
            checked.faults.rows += len(checked.doubled)
            self._stage.keys([*checked.doubled], [None] * len(checked.doubled), "k")
        self._stage.keys_done()
        checked.judge()
        if begun["kind"] == "refresh" and not begun["released"]:
            checked.hold(begun["profile"] or {})

    def _second_pass(
        self, manifest: Manifest, checked: Validator, spooled: Spooled, counts: Mapping[str, Any], mendings: Mendings
    ) -> None:
        stage, total, done = self._stage, counts["new"] + counts["changed"], 0
        retention = manifest.retention.words()
        markings = {said: stage.call("intern_marking", said[0], list(said[1]), retention) for said in checked.markings}
        todo = None
        if not counts["plain"]:
            todo = dict(stage.conn.execute("SELECT key, version FROM feed.todo(%s)", (stage.run,)).fetchall())
        task = Task(
            dsn=self._settings.dsn,
            run=stage.run,
            manifest=manifest.plain(),
            key=self._settings.entity_key,
            spool=spooled,
            offsets=spooled.offsets,
            markings=markings,
            todo=todo,
            skip=frozenset(checked.doubled),
            mendings=mendings,
        )
        if total >= PARALLEL_FROM:
            self._helpers.start()
        for rows, values in self._helpers.each(task):
            done += rows
            checked.faults.values += values
            self._told("mapping", done, total)


def _told_counts(checked: Validator, counts: Mapping[str, Any], digest_: str) -> dict[str, Any]:
    return {
        "rows": checked.rows,
        **{name: counts[name] for name in ("new", "changed", "unchanged", "deleted")},
        "rejected_rows": checked.faults.rows + counts["foreign"],
        "rejected_values": checked.faults.values,
        "checksums": {"rows": checked.checksum.hexdigest(), "mapping": digest_},
        "profile": checked.profile(),
    }


class _Every:
    """Calls at most once per 20,000 rows: progress costs a statement."""

    def __init__(self, call: Callable[[int], None]) -> None:
        self._call = call
        self._next = 0

    def __call__(self, rows: int) -> None:
        if rows >= self._next:
            self._next = rows + 20_000
            self._call(rows)


def _batches(settings: Settings, begun: Mapping[str, Any], manifest: Manifest, stage: Stage) -> Iterator[Batch]:
    folder = Path(begun["folder"])
    if not places.lies_in(folder, settings.feed_roots):
        raise refuse("folder", f"The feed's folder {places.OUTSIDE}.", places.HINT)
    allowed = Places(folder=folder, data=settings.data, inbox=settings.inbox, closed=settings.closed)
    patterns = [begun["input"]] if begun["input"] else manifest.input.path
    paths = [path for pattern in patterns for path in allowed.find(pattern)]
    if manifest.input.format != "crawl":
        return readers.read(manifest, paths, settings.entity_key)
    files = _sealed(begun, manifest, folder, stage)
    crawl = crawling.Crawling(manifest=manifest, files=files, key=settings.entity_key, box=settings.box)
    return crawl.batches(paths)


def _sealed(begun: Mapping[str, Any], manifest: Manifest, folder: Path, stage: Stage) -> sealing.Files:
    """The folder's files, which must be those that were added. A feed of before folders were sealed is sealed
    now, once, where at least its crawl.py is the one that was added."""
    files = sealing.read(folder, manifest)
    known = begun["seal"]
    if files.seal != known if known else digest(manifest, folder) != begun["digest"]:
        detail = "What lies in the feed's folder isn't what was added: crawl.py or a file beside it was changed."
        raise refuse("crawl", detail, "Look at the change, then add the feed again.")
    if not known:
        stage.call("seal", files.seal)
    return files
