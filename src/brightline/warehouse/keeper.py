"""The worker that keeps the files: published runs, withdrawals, what cases say of themselves, stewards' looks.

Each step is one PostgreSQL transaction that holds the source's row, writes one Delta commit under the run's id as its
transaction, and then stores the commit's version. A process that dies between the two finds its commit again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial
from typing import Any

import duckdb
import psycopg
import pyarrow as pa
from deltalake.exceptions import DeltaError
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from brightline.model.errors import BrightlineError
from brightline.warehouse import delta
from brightline.warehouse.delta import CASES, RECORDS, Committed, Tables
from brightline.warehouse.model import visibility_class

log = logging.getLogger(__name__)

_BATCH = 20_000
_MOST_CASES = 5_000
Connection = psycopg.Connection[Any]


class Keeper:
    """`dsn` is brightline_worker's, which sees whole runs by definer functions and no table."""

    def __init__(self, dsn: str, tables: Tables) -> None:
        self._dsn = dsn
        self._tables = tables

    def once(self) -> int:
        """Everything that waits; how many commits and answers were made. A fault of one source stops no other."""
        done = 0
        with psycopg.connect(self._dsn, autocommit=True) as connection:
            work = _one(connection, "SELECT warehouse.work()")
            for run in work["runs"]:
                done += self._guarded(connection, run["source"], partial(self.keep, connection, **run))
            if work["cases"]:
                done += self._guarded(connection, "case", partial(self.keep_cases, connection))
            for look in work["looks"]:
                done += self._look(connection, look)
        return done

    def keep(self, connection: Connection, *, run: str, source: str, how: str) -> int:
        """One run into its table, or out of it again."""
        with connection.transaction():
            held = _one(connection, "SELECT warehouse.hold(%s)", source)
            if not _one(connection, "SELECT warehouse.waits(%s, %s)", run, how):
                return 0
            classes, counts = set(held["classes"]), {"put": 0, "gone": 0}
            if how == "withdrawal":
                done = self._tables.remove(source, run, f"{run}:withdrawn")
            else:
                done = self._tables.append(source, run, RECORDS, self._batches(connection, run, classes, counts))
            if done.again:
                counts, classes = self._counted(source, done, run)
            told = {**counts, "total": done.rows, "classes": sorted(classes)}
            connection.execute("SELECT warehouse.stored(%s, %s, %s, %s)", (run, how, done.version, Jsonb(told)))
        log.info("warehouse: %s of run %s is version %d of %s", how, run, done.version, source)
        return 1

    def keep_cases(self, connection: Connection) -> int:
        """What changed in cases, one batch a commit. A batch keeps its rows until it is stored."""
        batch = _one(connection, "SELECT warehouse.case_claim(%s)", _MOST_CASES)
        if batch is None:
            return 0
        with connection.transaction():
            held = _one(connection, "SELECT warehouse.hold('case')")
            rows = _all(connection, "SELECT * FROM warehouse.case_rows(%s)", batch)
            classes = set(held["classes"])
            for row in rows:
                row["class"] = visibility_class(row["regime"], (), classes)
                classes.add(row["class"])
                row |= {"record": row.pop("object"), "version": held["version"] + 1, "run": row.pop("batch")}
            done = self._tables.append("case", str(batch), CASES, iter([_batch(rows, CASES)] if rows else []))
            told = {"put": len(rows), "gone": 0, "total": done.rows, "classes": sorted(classes)}
            connection.execute("SELECT warehouse.case_done(%s, %s, %s)", (batch, done.version, Jsonb(told)))
        return 1

    def _batches(
        self, connection: Connection, run: str, classes: set[str], counts: dict[str, int]
    ) -> Iterator[pa.RecordBatch]:
        with connection.cursor(name="warehouse_rows", row_factory=dict_row) as cursor:
            cursor.itersize = _BATCH
            cursor.execute("SELECT * FROM warehouse.rows(%s)", (run,))
            while rows := cursor.fetchmany(_BATCH):
                for row in rows:
                    row["class"] = visibility_class(row["regime"], row["caveats"], classes)
                    classes.add(row["class"])
                    counts[row["op"]] += 1
                yield _batch(rows, RECORDS)

    def _counted(self, source: str, done: Committed, run: str) -> tuple[dict[str, int], set[str]]:
        """What an earlier process had written and not told."""
        table = self._tables.open(source, version=done.version)
        paths = delta.files(table)
        found = delta.ask(_COUNT, paths, run) if paths else []
        classes = {part.removeprefix("class=") for uri in paths for part in uri.split("/") if part.startswith("class=")}
        return {"put": 0, "gone": 0} | {one["op"]: one["n"] for one in found}, classes

    def _look(self, connection: Connection, look: dict[str, Any]) -> int:
        try:
            told = see(
                self._tables,
                look["source"],
                version=look["as_of_version"],
                time=datetime.fromisoformat(look["as_of_time"]) if look["as_of_time"] else None,
                key=look["source_key"],
            )
        except (BrightlineError, duckdb.Error, DeltaError) as error:
            connection.execute("SELECT warehouse.answer(%s, NULL, %s)", (look["id"], str(error)))
            return 1
        connection.execute("SELECT warehouse.answer(%s, %s, NULL)", (look["id"], Jsonb(told)))
        return 1

    def _guarded(self, connection: Connection, source: str, act: Callable[[], int]) -> int:
        try:
            return act()
        except psycopg.OperationalError:
            raise
        except (DeltaError, duckdb.Error, OSError, pa.ArrowException, psycopg.Error, BrightlineError) as error:
            # The text of such an error may hold a value; its kind says enough, the log's level is the operator's.
            log.exception("warehouse: %s can't be written", source)
            connection.execute("SELECT warehouse.faulty(%s, %s)", (source, type(error).__name__))
            return 0


_COUNT = "SELECT op, count(*) AS n FROM read_parquet($files, hive_partitioning = false) WHERE run = $p0 GROUP BY 1"
_CLASSES = (
    "SELECT parse_path(filename)[-2] AS part, count(*) AS n FROM read_parquet($files, filename = true,"
    " hive_partitioning = false) GROUP BY 1 ORDER BY 1"
)
_RECORDS = "SELECT count(DISTINCT source_key) AS n FROM read_parquet($files, hive_partitioning = false)"
_VERSIONS = (
    'SELECT version, op, run, "at", hash FROM read_parquet($files, hive_partitioning = false)'
    " WHERE source_key = $p0 ORDER BY version"
)


def see(
    tables: Tables, source: str, *, version: int | None = None, time: datetime | None = None, key: str | None = None
) -> dict[str, Any]:
    """A table as it was: how many rows in which class, and the versions of one record without their content."""
    table = tables.open(source, version, time)
    found = next((one for one in table.history() if one.get("version") == table.version()), {})
    paths = delta.files(table)
    told: dict[str, Any] = {
        "version": table.version(),
        "at": datetime.fromtimestamp(found["timestamp"] / 1000).astimezone().isoformat() if found else None,
        "rows": table.count(),
        "records": 0,
        "classes": [],
        "versions": [],
    }
    if paths and source != "case":
        told["records"] = delta.ask(_RECORDS, paths)[0]["n"]
        if key is not None:
            rows = delta.ask(_VERSIONS, paths, key)
            told["versions"] = [row | {"at": row["at"].isoformat()} for row in rows]
    if paths:
        counted = delta.ask(_CLASSES, paths)
        told["classes"] = [{"class": row["part"].removeprefix("class="), "rows": row["n"]} for row in counted]
    return told


def _batch(rows: Iterable[dict[str, Any]], schema: pa.Schema) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist(list(rows), schema=schema)


def _one(connection: Connection, statement: str, *given: object) -> Any:
    row = connection.execute(statement.encode(), given or None).fetchone()
    return row[0] if row else None


def _all(connection: Connection, statement: str, *given: object) -> list[dict[str, Any]]:
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(statement.encode(), given).fetchall()
