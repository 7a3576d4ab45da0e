"""Tables of the warehouse, schedules, exports, lineage."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, Field

from brightline.api.shapes.common import In, Line, Out, Paged, Shown, storable

Format = Literal["csv", "parquet", "ftm"]


class LineageQuery(In):
    """What is asked for, and of it one property or value."""

    about: Annotated[str, AfterValidator(storable)] = Field(
        max_length=1_100, description="An entity's id, or SOURCE:KEY for a source's row.", examples=["harbour:17"]
    )
    property: Annotated[str, AfterValidator(storable)] | None = Field(default=None, max_length=100)
    value: Annotated[str, AfterValidator(storable)] | None = Field(default=None, max_length=2_000)


class WarehouseCommit(Out):
    """One version of a table."""

    version: int
    kind: str
    of: UUID
    put: int = 0
    gone: int = 0
    rows: int = 0
    lag: float = 0
    at: datetime | None = None


class WarehouseTable(Out):
    """A Delta table: one per source, and `case` for what cases say of themselves."""

    source: str
    title: str | None = None
    version: int | None = None
    commits: int = 0
    rows: int = 0
    classes: list[str] = []
    last_commit: datetime | None = None
    lag: float | None = None
    waiting: int = 0
    held: int = 0
    fault: str | None = None
    history: list[WarehouseCommit] = []


class ExportRow(Out):
    """An export: who asked for what under which purpose, and what became of it."""

    id: UUID
    purpose: str
    by: str
    format: Format
    sources: list[str] = []
    items: int = 0
    state: str
    made: datetime | None = None
    ended: datetime | None = None
    fault: str | None = None
    rows: int | None = None
    size: int | None = None
    sha256: str | None = None


class Export(ExportRow):
    """With its manifest."""

    manifest: dict[str, Any] | None = None


class Warehouse(Paged):
    """What a steward may see of the tables, and an overseer of the exports besides."""

    tables: list[WarehouseTable]
    exports: list[ExportRow] = []


class LookWanted(In):
    """As of a version or a moment; `key` asks for one record's versions."""

    version: int | None = Field(default=None, ge=0, le=2_000_000_000)
    time: datetime | None = None
    key: Line | None = None


class WarehouseClass(Out):
    """A partition and its rows."""

    class_: str = Field(alias="class")
    rows: int


class WarehouseVersion(Out):
    """One version of a record, without its content."""

    version: int
    op: str
    run: str
    at: datetime
    hash: str


class WarehouseLook(Out):
    """What the worker saw; `queued` until it has looked."""

    id: UUID
    state: str = "queued"
    source: str | None = None
    key: str | None = None
    fault: str | None = None
    version: int | None = None
    at: datetime | None = None
    rows: int | None = None
    records: int | None = None
    classes: list[WarehouseClass] = []
    versions: list[WarehouseVersion] = []


class ScheduleRun(Out):
    """One time that a schedule was due: when, how late, what came of it."""

    due: datetime
    started: datetime | None = None
    ended: datetime | None = None
    state: str
    result: str | None = None
    detail: str = ""
    object: UUID | None = None
    lag: float = 0


class Schedule(Shown):
    """Something done by the clock, under a standing order of its account and purpose."""

    name: str
    kind: str
    target: str
    cron: str
    state: str
    why: str | None = None
    purpose: str
    by: str
    params: dict[str, Any] = {}
    next: datetime | None = None
    expires: datetime | None = None
    runs: list[ScheduleRun] = []


class ScheduleWanted(In):
    """Feeds and flows at a steward's desk, exports under a case; cron in UTC."""

    name: Line = Field(min_length=1, max_length=79)
    kind: Literal["feed", "flow", "export"]
    target: Line = Field(min_length=1, description="A feed, `case-data` or `records`, or an export's format.")
    cron: Line = Field(min_length=1, max_length=100, examples=["15 2 * * *", "* * * * *"])
    items: list[Line] = Field(default=[], max_length=200)
    sources: list[Line] = Field(default=[], max_length=50)
    expires: datetime | None = None


class PauseWanted(In):
    """False lets it go on."""

    paused: bool = True


class ExportWanted(In):
    """All of the case's items, or those named; records of all sources, or of those named."""

    format: Format
    items: list[Line] = Field(default=[], max_length=1_000)
    sources: list[Line] = Field(default=[], max_length=50)


class LineageEntity(Out):
    """An entity in a lineage."""

    id: str
    caption: str = ""


class LineageValue(Out):
    """A property's value."""

    name: str
    value: str


class LineageMended(Out):
    """A value of the row that a steward has mended."""

    column: str
    wrong: str
    value: str
    reason: str
    by: str
    at: datetime | None = None
    ended: datetime | None = None
    end_reason: str | None = None


class LineageRow(Out):
    """A version of a source's row, and what was made of it."""

    source: str
    key: str
    version: int = Field(
        description="Counted over the versions that this purpose may see; `record` and `hash` name one."
    )
    record: UUID
    hash: str
    at: datetime | None = None
    feed: str | None = None
    run: UUID | None = None
    delta_version: int | None = None
    current: bool = True
    born_in_case: bool = False
    entities: list[str] = []
    properties: list[LineageValue] = []
    mended: list[LineageMended] = []


class LineageItem(Out):
    """A case that holds it."""

    case: str
    id: str
    added: datetime | None = None
    removed: datetime | None = None


class LineageNote(Out):
    """A note about it."""

    id: str
    kind: str
    at: datetime | None = None


class LineageCrossing(Out):
    """A crossing that made copies for this purpose."""

    number: str
    state: str
    fields: list[str] = []
    expires: datetime | None = None


class LineageDisclosure(Out):
    """What left the organisation from this case."""

    number: str
    state: str
    recipient: str = ""


class LineageExport(Out):
    """An export of this case that holds it."""

    id: UUID
    by: str
    format: str
    at: datetime | None = None
    sha256: str | None = None


class Lineage(Out):
    """From the source's row to every copy that this purpose may know of, and back."""

    entities: list[LineageEntity] = []
    rows: list[LineageRow] = []
    items: list[LineageItem] = []
    notes: list[LineageNote] = []
    crossings: list[LineageCrossing] = []
    disclosures: list[LineageDisclosure] = []
    exports: list[LineageExport] = []
    capped: bool = False
