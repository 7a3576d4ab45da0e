"""Exports: what a case's purpose may see of its items, out of the warehouse, with a manifest.

The worker asks the line under the export's own standing order, gets the records and markings that the purpose sees now,
opens only the partitions that can hold them, and compares every row's marking again. The file goes where the web
process may read it (0600); the manifest with its hash goes into the ledger with the entry that ends the export.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa

from brightline.gate import Call, Gate
from brightline.model import sheet
from brightline.model.errors import BrightlineError, Missing, NotRunning
from brightline.model.schemata import schema_of
from brightline.warehouse import delta
from brightline.warehouse.delta import Tables
from brightline.warehouse.model import classes_of

log = logging.getLogger(__name__)

_WAIT = 60.0
ENDINGS = {"csv": "csv", "parquet": "parquet", "ftm": "ftm.json"}
_PICK = (
    "SELECT r.* REPLACE (w.told AS version) FROM read_parquet($files, hive_partitioning = false) r JOIN wanted w"
    " ON r.source_key = w.source_key AND r.version = w.version"
    " WHERE r.op = 'put' AND list_contains($p0, r.marking) ORDER BY r.source_key, w.told"
)
_TELL = (
    'SELECT source, source_key, version, "at" AS collected_at, regime, authority, category,'
    " array_to_string(caveats, ' ') AS caveats, hash, entities FROM found ORDER BY source, source_key, version"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exporter:
    """`gate` runs as brightline_worker; `folder` is where the web process finds what is ready."""

    dsn: str
    gate: Gate
    tables: Tables
    folder: Path

    def once(self) -> int:
        """Every export that waits; how many were ended, well or not."""
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            row = connection.execute("SELECT warehouse.work()").fetchone()
            work = row[0] if row else {"runs": [], "exports": []}
            # What was just published is in the tables in a moment; an export waits for it, but not for ever.
            waiting = [one for one in work["exports"] if not work["runs"] or one["age"] > _WAIT]
            for export in waiting:
                try:
                    self.make(export["id"], export["purpose"], export["order"])
                except NotRunning:
                    raise
                except BrightlineError as error:
                    log.warning("export %s was not made: %s", export["id"], error.code)
                    connection.execute("SELECT warehouse.export_failed(%s, %s)", (export["id"], error.detail))
        return len(waiting)

    def make(self, export: str, purpose: str, order: str) -> dict[str, Any]:
        """One export, from the question what may be seen to the file; the manifest."""
        call = Call(token=f"order:{order}", purpose=purpose)
        opened = self.gate.run(call, "export_open", {"id": export}).result
        picked = {name: self._picked(name, wanted, opened["markings"]) for name, wanted in opened["sources"].items()}
        name = f"{export}.{ENDINGS[opened['format']]}"
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self.folder / f".{name}"
        draft.unlink(missing_ok=True)
        draft.touch(mode=0o600)
        rows = _write(opened["format"], [one.rows for one in picked.values()], draft)
        _hand_over(draft)
        manifest = _manifest(export, opened, picked, rows, draft)
        final = draft.rename(self.folder / name)
        try:
            self.gate.run(call, "export_close", {"id": export, "file": name, "manifest": manifest})
        except BrightlineError:
            final.unlink(missing_ok=True)
            raise
        return manifest

    def _picked(self, source: str, wanted: Mapping[str, Any], markings: list[dict[str, Any]]) -> _Picked:
        """The wanted records of one source: only partitions that may hold them, only rows of visible markings."""
        allowed = set(wanted["markings"])
        try:
            table = self.tables.open(source)
        except Missing:
            return _Picked(source=source, version=None, classes=[], rows=_none(source), missing=len(wanted["keys"]))
        uris = table.file_uris()
        known = {part[6:] for uri in uris for part in uri.split("/") if part.startswith("class=")}
        classes = classes_of([one for one in markings if one["id"] in allowed], known)
        paths = delta.files(table, classes)
        if not paths:
            return _Picked(
                source=source, version=table.version(), classes=[], rows=_none(source), missing=len(wanted["keys"])
            )
        keys = pa.table(
            {
                "source_key": pa.array([key for key, _, _ in wanted["keys"]], pa.string()),
                "version": pa.array([version for _, version, _ in wanted["keys"]], pa.int32()),
                "told": pa.array([told for _, _, told in wanted["keys"]], pa.int32()),
            }
        )
        rows = [
            row | {"source": source, "entities": _only(row["entities"], wanted["entities"])}
            for row in delta.ask(_PICK, paths, sorted(allowed), wanted=keys)
        ]
        return _Picked(
            source=source,
            version=table.version(),
            classes=classes,
            rows=pa.Table.from_pylist(rows, schema=_schema()),
            missing=len(wanted["keys"]) - len(rows),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Picked:
    source: str
    version: int | None
    classes: list[str]
    rows: pa.Table
    missing: int


def _only(text: str, wanted: list[str]) -> str:
    """Of a record's entities only the items: it may name people who are in the case without a category (rule 18)."""
    return json.dumps([one for one in json.loads(text) if one["id"] in wanted], ensure_ascii=False)


def _hand_over(path: Path) -> None:
    """For its reader's eyes only: the folder belongs to the user that the web process runs as."""
    os.chmod(path, 0o600)
    owner = path.parent.stat()
    if owner.st_uid != os.geteuid():
        os.chown(path, owner.st_uid, owner.st_gid)


def _schema() -> pa.Schema:
    return pa.schema([("source", pa.string()), *(field for field in delta.RECORDS if field.name != "class")])


def _none(source: str) -> pa.Table:
    return pa.Table.from_pylist([], schema=_schema())


def _write(format: str, tables: list[pa.Table], path: Path) -> int:
    found = pa.concat_tables([_none(""), *tables])
    if format == "ftm":
        with path.open("w", encoding="utf-8") as out:
            count = 0
            for entity in entities(found.to_pylist()):
                out.write(json.dumps(entity, ensure_ascii=False, sort_keys=True) + "\n")
                count += 1
        return count
    # DuckDB writes beside the file first.
    with delta.engine([str(path), str(path.with_name(f"tmp_{path.name}"))]) as connection:
        connection.register("found", found)
        told = connection.sql(_TELL)
        if format == "csv":
            # Texts alone: a version is a number and a moment no formula.
            texts = [name for name, kind in zip(told.columns, told.dtypes, strict=True) if str(kind) == "VARCHAR"]
            told = told.project(", ".join(sheet.in_sql(name) if name in texts else name for name in told.columns))
            told.write_csv(str(path), header=True)
        else:
            told.write_parquet(str(path))
    return int(found.num_rows)


def entities(rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """FollowTheMoney's form: one entity a line, its values joined from the records that speak of it."""
    joined: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        for one in json.loads(row["entities"]):
            schema = schema_of(one["schema"])
            if schema is None or one["schema"] == "Value":  # a value node is no entity of FollowTheMoney
                continue
            key = (f"{row['source']}-{one['id']}", one["schema"])
            fresh = {"id": key[0], "schema": key[1], "caption": one["caption"], "datasets": [row["source"]]}
            entity = joined.setdefault(key, {**fresh, "properties": {}})
            for name, values in one["properties"].items():
                prop = schema.get(name)
                named = prop is not None and prop.type.name == "entity"
                held = entity["properties"].setdefault(name, [])
                told = [f"{row['source']}-{value}" if named else value for value in values]
                held.extend(value for value in told if value not in held)
    yield from joined.values()


def _manifest(
    export: str, opened: Mapping[str, Any], picked: Mapping[str, _Picked], rows: int, path: Path
) -> dict[str, Any]:
    content = path.read_bytes()
    return {
        "export": export,
        "made": datetime.now(UTC).isoformat(),
        **{name: opened[name] for name in ("format", "case", "purpose", "regime", "authority", "by", "asked", "entry")},
        "items": opened["items"],
        "left_out": opened["left_out"],
        "rows": rows,
        "tables": [
            {
                "source": one.source,
                "delta_version": one.version,
                "partitions": one.classes,
                "records": one.rows.num_rows,
                "not_yet_there": one.missing,
            }
            for one in picked.values()
        ],
        "markings": [
            {"id": one["id"], "category": one["category"], "caveats": one["caveats"]} for one in opened["markings"]
        ],
        "file": {"name": path.name.lstrip("."), "size": len(content), "sha256": hashlib.sha256(content).hexdigest()},
    }
