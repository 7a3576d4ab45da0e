"""The Delta tables, as the worker reads and writes them. Nothing else of Brightline opens these files.

One table per source in `HOME/warehouse` (0700), partitioned by visibility class. Only key columns have statistics,
since the smallest and largest value of a column stand in `_delta_log`, where a purged name would survive.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, Transaction, write_deltalake
from deltalake.exceptions import DeltaError

from brightline.model.errors import Missing
from brightline.store.home import private_folder

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")
_CONFIGURATION: Mapping[str, str | None] = {
    "delta.enableChangeDataFeed": "true",
    "delta.dataSkippingStatsColumns": "record,version",
}

RECORDS = pa.schema(
    [
        ("class", pa.string()),
        ("source_key", pa.string()),
        ("record", pa.string()),
        ("version", pa.int32()),
        ("run", pa.string()),
        ("op", pa.string()),
        ("at", pa.timestamp("us", "UTC")),
        ("hash", pa.string()),
        ("payload", pa.string()),
        ("entities", pa.string()),
        ("marking", pa.int32()),
        ("regime", pa.string()),
        ("authority", pa.string()),
        ("category", pa.string()),
        ("caveats", pa.list_(pa.string())),
    ]
)
CASES = pa.schema(
    [
        ("class", pa.string()),
        ("kind", pa.string()),
        ("record", pa.string()),
        ("version", pa.int32()),
        ("case_number", pa.string()),
        ("unit", pa.string()),
        ("at", pa.timestamp("us", "UTC")),
        ("data", pa.string()),
        ("run", pa.string()),
        ("marking", pa.int32()),
        ("regime", pa.string()),
        ("authority", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """Where a run lies: the table's version, and whether it had been there before we came."""

    version: int
    again: bool
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """The folder with one table per source."""

    folder: Path

    def append(self, source: str, transaction: str, schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> Committed:
        """One commit. The caller holds the source's lock: a repeated transaction id isn't refused by Delta itself."""
        table = self._made(source, schema)
        if (found := self._committed(table, transaction)) is not None:
            return found
        reader = pa.RecordBatchReader.from_batches(schema, batches)
        write_deltalake(table, reader, mode="append", commit_properties=_properties(transaction))
        return self._told(source)

    def remove(self, source: str, run: str, transaction: str) -> Committed:
        """A withdrawn run's rows go; earlier versions of the table still have them."""
        table = self._made(source, RECORDS)
        if (found := self._committed(table, transaction)) is not None:
            return found
        table.delete(f"run = '{run}'", commit_properties=_properties(transaction))
        return self._told(source)

    def open(self, source: str, version: int | None = None, time: datetime | None = None) -> DeltaTable:
        """A table as it is or was; Missing when there was none then."""
        path = self._path(source)
        try:
            table = DeltaTable(str(path), version=version)
            if time is not None:
                table.load_as_version(time)
        except DeltaError as error:
            raise Missing("The table has no such version.", hint="`warehouse show` lists them.") from error
        return table

    def _path(self, source: str) -> Path:
        if not _NAME.fullmatch(source):
            raise Missing("There is no such table.")
        return private_folder(self.folder) / source

    def _made(self, source: str, schema: pa.Schema) -> DeltaTable:
        path = str(private_folder(self._path(source)))
        if DeltaTable.is_deltatable(path):
            return DeltaTable(path)
        return DeltaTable.create(path, schema, partition_by=["class"], configuration=dict(_CONFIGURATION))

    def _committed(self, table: DeltaTable, transaction: str) -> Committed | None:
        if table.transaction_version(transaction) is None:
            return None
        found = next((one["version"] for one in table.history() if one.get("transaction") == transaction), None)
        return Committed(version=table.version() if found is None else found, again=True, rows=table.count())

    def _told(self, source: str) -> Committed:
        table = DeltaTable(str(self._path(source)))
        return Committed(version=table.version(), again=False, rows=table.count())


def files(table: DeltaTable, classes: Sequence[str] | None = None) -> list[str]:
    """The files of these partitions, or of all; no other file is opened."""
    uris = table.file_uris()
    if classes is None:
        return uris
    wanted = {f"class={one}" for one in classes}
    return [uri for uri in uris if wanted & set(uri.split("/"))]


@contextmanager
def engine(paths: Sequence[str]) -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB that can open these files, to read or to write, and nothing else: no other path, no extension, no network.

    No statement is ever made of what somebody typed; should one be, it still reaches only what it was given.
    """
    with duckdb.connect() as connection:
        listed = ", ".join("'" + path.replace("'", "''") + "'" for path in paths)
        connection.execute(f"SET allowed_paths = [{listed}]")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        yield connection


def ask(statement: str, paths: Sequence[str], *given: object, **tables: pa.Table) -> list[dict[str, Any]]:
    """Rows of a query over Parquet files, which it names `$files`; further parameters by position in `given`."""
    with engine(paths) as connection:
        for name, table in tables.items():
            connection.register(name, table)
        given_all = {"files": list(paths), **{f"p{n}": one for n, one in enumerate(given)}}
        answer = connection.sql(statement, params=given_all)
        # By way of Arrow: DuckDB's own fetch wants a further package for moments with a time zone.
        found: list[dict[str, Any]] = answer.to_arrow_table().to_pylist()
        return found


def _properties(transaction: str) -> CommitProperties:
    return CommitProperties(
        custom_metadata={"transaction": transaction}, app_transactions=[Transaction(transaction, 1)]
    )
