"""Timeline and map, watches, workspaces."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from brightline.api.shapes.common import MAX_OFFSET, Handle, In, Line, Marking, Out, Paged, Shown
from brightline.api.shapes.search import Place


class EventsQuery(In):
    """Of which entities."""

    ids: list[Handle] = Field(min_length=1, max_length=300)


class Event(Out):
    """Something dated: what a record says of an entity (`thing`), or its link (`link`, whose far end is `other`)."""

    id: UUID
    sort: Literal["thing", "link"]
    kind: str
    label: str = ""
    caption: str = ""
    on: list[str] = []
    other: str | None = None
    from_: str | None = Field(
        default=None,
        alias="from",
        serialization_alias="from",
        description="A day, a month or a year, as it was said; null: its beginning was left open.",
    )
    to: str | None = Field(default=None, description="The same of its end.")
    source: str
    marking: Marking | None = None
    place: Place | None = None


class Placed(Out):
    """A place of an entity: its own, or by a linked entity (`via`)."""

    on: str
    lat: float
    lon: float
    label: str | None = None
    via: str | None = None
    marking: Marking | None = None


class Unplaced(Out):
    """An address of an entity that no coordinates are known of: it stands on no map."""

    on: str
    label: str | None = None
    via: str | None = None
    marking: Marking | None = None


class Named(Out):
    """An entity that was asked for and may be seen."""

    id: str
    caption: str = ""
    schema_: str = Field(alias="schema", serialization_alias="schema")


class Events(Out):
    """Everything dated and placed of some entities that this purpose sees; `capped` says when that is a part."""

    events: list[Event] = []
    places: list[Placed] = []
    unplaced: list[Unplaced] = []
    entities: list[Named] = []
    capped: bool = False
    cap_note: str | None = None


class WatchWanted(In):
    """A search to save."""

    query: Line = Field(min_length=1, max_length=400)
    fuzzy: int = Field(default=1, ge=0, le=1, description="1: a letter may differ.")
    schemas: list[Line] = Field(default=[], max_length=30)
    sources: list[Line] = Field(default=[], max_length=30)


class WatchAct(In):
    """What becomes of a watch."""

    act: Literal["pause", "resume", "end"]


class Watch(Shown):
    """A saved search. `until` is when its standing order ends at the latest."""

    watch: UUID
    query: str
    fuzzy: int = 1
    schemas: list[str] = []
    sources: list[str] = []
    reason: str = ""
    state: Literal["active", "paused", "ended"]
    made: datetime
    until: datetime | None = None
    hits: int = 0
    newest: datetime | None = None
    evaluated: datetime | None = None


class WatchHit(Out):
    """What a watch found, as this purpose sees it now."""

    watch: UUID
    query: str
    at: datetime
    run: UUID
    id: str
    schema_: str = Field(alias="schema", serialization_alias="schema")
    caption: str = ""
    source: str
    marking: Marking | None = None


class WatchHits(Paged):
    """Newest first."""

    hits: list[WatchHit] = []


class HitsQuery(In):
    """Of which watch; of all without one."""

    watch: Handle | None = None
    limit: int = Field(default=100, ge=1, le=500)
    offset: int = Field(default=0, ge=0, le=MAX_OFFSET)


Spot = Annotated[list[float], Field(min_length=2, max_length=2)]


class WorkspaceWanted(In):
    """Ids and where they stand; `workspace` names the one to write anew."""

    title: Line | None = Field(default=None, min_length=1, max_length=200)
    ids: list[Handle] = Field(min_length=1, max_length=500)
    layout: dict[str, Spot] = Field(default={}, max_length=500)
    workspace: Handle | None = None


class WorkspaceAct(In):
    """Share with the case, or take back."""

    act: Literal["share", "unshare"] = "share"


class WorkspaceRow(Shown):
    """A saved workspace."""

    workspace: UUID
    title: str
    state: Literal["private", "shared"]
    mine: bool
    made: datetime
    changed: datetime


class Workspace(WorkspaceRow):
    """With the entities that this purpose sees."""

    ids: list[str] = []
    layout: dict[str, list[float]] = {}
