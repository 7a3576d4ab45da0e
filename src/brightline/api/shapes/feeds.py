"""Sources, their agreements, feeds, runs and quarantine."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from brightline.api.shapes.common import In, Line, Out, Passage, Shown

Mode = Literal["full", "incremental"]


class Agreement(Out):
    """Who may use a source, for which regimes, until when."""

    id: str
    regimes: list[str] = []
    units: list[str] = []
    pointer_tier: int = 0
    valid_from: date | None = None
    expires: date | None = None
    redistribution: str | None = None
    sole_basis: bool = False
    document: str | None = None
    state: str = "active"


class Assessment(Out):
    """A privacy assessment."""

    id: str
    approved: date | None = None
    expires: date | None = None
    state: str | None = None


class Source(Out):
    """Where data come from."""

    name: str
    title: str = ""
    publisher: str | None = None
    reliability: str | None = None
    regime: str | None = None
    authority: str | None = None
    custodian_unit: str | None = None
    pointer_tier: int | None = None
    state: str = "active"
    agreement: Agreement | None = None
    assessment: Assessment | None = None


class SourceFull(Source):
    """A source with all its agreements and assessments."""

    agreements: list[Agreement] = []
    assessments: list[Assessment] = []


class AgreementWanted(In):
    """An agreement as it was signed."""

    id: Line = Field(min_length=1, examples=["AG-014"])
    regimes: list[Line] = Field(min_length=1)
    units: list[Line] = []
    pointer_tier: int | None = Field(default=None, ge=0, le=3)
    valid_from: date | None = None
    expires: date
    redistribution: Line = "none"
    sole_basis: bool = False
    document: Line | None = None


class AssessmentWanted(In):
    """The privacy assessment without which no source gives data (rule 15)."""

    id: Line = Field(min_length=1, examples=["PIA-031"])
    approved: date
    expires: date


class SourceWanted(In):
    """A source with its agreement and assessment."""

    name: Line = Field(min_length=1, pattern=r"^[a-z0-9][a-z0-9-]{0,40}$")
    title: Line = Field(min_length=1)
    publisher: Line = ""
    reliability: Literal["A", "B", "C", "D", "E", "F"] = "F"
    authority: Line = Field(min_length=1)
    custodian_unit: Line = Field(min_length=1)
    pointer_tier: int = Field(default=0, ge=0, le=3)
    agreement: AgreementWanted
    assessment: AssessmentWanted
    reason: Passage | None = None


class Progress(Out):
    """How far a run is."""

    stage: str | None = None
    done: int | None = None
    total: int | None = None


class Run(Shown):
    """One refresh of a feed: what came in and what became of it."""

    run: UUID
    feed: str | None = None
    kind: str = "refresh"
    mode: str | None = None
    state: str
    by: str | None = None
    input: str | None = None
    progress: Progress | None = None
    started: datetime | None = None
    ended: datetime | None = None
    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    deleted: int = 0
    rejected_rows: int = 0
    rejected_values: int = 0
    aspects: int = 0
    links: int = 0
    seconds: float | None = None
    version: str | None = None
    message: str | None = None
    code: str | None = None
    held: bool = False
    releases: UUID | None = None
    reason: str | None = None


class FeedRow(Out):
    """A feed in a list."""

    name: str
    title: str = ""
    source: str | None = None
    format: str | None = None
    mode: str | None = None
    schedule: str | None = None
    state: str = "active"
    last_run: Run | None = None
    records: int | None = None
    aspects: int | None = None
    quarantine: int | None = None
    looked: datetime | None = Field(default=None, description="When its input was last looked at, whatever came of it.")
    data_changed: datetime | None = Field(default=None, description="When a run last brought a change.")


class Feed(FeedRow):
    """A feed with its mapping, what it expects, and its last runs."""

    keys: list[str] = []
    folder: str | None = None
    digest: str | None = None
    mapping: dict[str, Any] = {}
    marking: dict[str, Any] = {}
    expect: dict[str, Any] = {}
    runs: list[Run] = []


class FeedWanted(In):
    """A feed folder on the server: `feed.yml`, a sample, expectations, README."""

    folder: Line = Field(min_length=1)


class RefreshWanted(In):
    """Which rows to take: everything, or only what is new. Null leaves it to the feed."""

    mode: Mode | None = None
    input: Line | None = Field(default=None, description="A file on the server instead of the feed's own.")


class ReplayWanted(In):
    """Quarantined rows to try again; null means all that are open."""

    ids: list[UUID] | None = Field(default=None, max_length=1_000)
    input: Line | None = Field(default=None, description="A file with the fixed rows.")


class Quarantined(Out):
    """A row or value that could not be taken, and why."""

    id: UUID
    run: UUID | None = None
    row: int | None = None
    column: str | None = None
    reason: str
    text: str = ""
    value: str | None = None
    key: str | None = None
    at: datetime | None = None
    state: str = "open"


class MendWanted(In):
    """A value in quarantine, and what is right in its place."""

    id: UUID = Field(description="Of the entry in quarantine.")
    value: Line = Field(description="Empty where nothing should stand.")
    column: Line | None = Field(default=None, description="Where the entry names several columns.")
    reason: Passage = Field(min_length=20)


class Mended(Out):
    """A value that a steward has mended: over what the source says, until it says something else."""

    id: UUID
    feed: str
    key: str
    column: str
    wrong: str
    value: str
    reason: str
    by: str
    at: datetime
    ended: datetime | None = None
    end_reason: str | None = None


class Dropped(Out):
    """A row that the source no longer has."""

    key: str
    at: datetime | None = None
