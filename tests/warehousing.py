"""For tests of the warehouse: a feed's world with the keeper, the clock and the exporter beside it."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.feeding import BASE, Feeding, feeding, folder_of

from brightline.gate import Gate
from brightline.warehouse.clock import Clock
from brightline.warehouse.delta import Tables
from brightline.warehouse.exporting import Exporter
from brightline.warehouse.keeper import Keeper
from brightline.worker.place import _opened

ROWS = "id,name,born,phone\n1,Rosa Quist,1970,\n2,Emil Tarn,1981,\n3,Una Weld,1990,\n"


@dataclass
class Warehousing:
    """`feeds` with the feed `people` of source `register` published once."""

    feeds: Feeding
    keeper: Keeper
    clock: Clock
    exporter: Exporter
    tables: Tables
    folder: Path

    def change(self, rows: str) -> Any:
        (self.folder / "inbox" / "a.csv").write_text(rows)
        return self.feeds.refresh("people")

    def one(self, statement: str, *given: Any) -> Any:
        return self.feeds.one(statement, given)


def warehousing(db: Any, root: Path, *, sealed: bool = False, schedule: str | None = None) -> Warehousing:
    feeds = feeding(db)
    manifest = deepcopy(BASE)
    if sealed:
        manifest["marking"]["caveats"] = {"column": "seal", "map": {"S": "sealed"}}
    if schedule:
        manifest["input"]["schedule"] = schedule
    rows = ROWS
    if sealed:
        rows = "id,name,born,phone,seal\n1,Rosa Quist,1970,,\n2,Emil Tarn,1981,,\n3,Una Weld,1990,,S\n"
    folder = folder_of(root, manifest, {"inbox/a.csv": rows})
    feeds.add(folder)
    feeds.refresh("people")
    worker = db.dsn("brightline_worker")
    gate = Gate(connect=_opened(worker), policy=_opened(db.dsn("brightline_policy")))
    tables = Tables(folder=root / "warehouse")
    return Warehousing(
        feeds=feeds,
        keeper=Keeper(worker, tables),
        clock=Clock(worker, gate),
        exporter=Exporter(dsn=worker, gate=gate, tables=tables, folder=root / "exports"),
        tables=tables,
        folder=folder,
    )
