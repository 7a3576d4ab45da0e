"""The ledger: its state, entries for overseers, proofs, and the health of the house."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from brightline.api.shapes.common import MAX_LIMIT, MAX_OFFSET, In, Line, Out


class EntriesQuery(In):
    """Which entries."""

    account: Line | None = None
    act: Line | None = None
    name: Line | None = None
    unit: Line | None = None
    regime: Line | None = None
    outcome: Line | None = None
    case: Line | None = None
    rows: Literal["all", "acts", "technical"] = Field(
        default="all",
        description="acts: one row for each, its answer told by `found`, without what pages ask of themselves.",
    )
    from_: datetime | None = Field(default=None, alias="from")
    to: datetime | None = None
    limit: int = Field(default=50, ge=1, le=MAX_LIMIT)
    offset: int = Field(default=0, ge=0, le=MAX_OFFSET)


class AskedQuery(In):
    """A name, a number or an id, and between which days somebody asked for it."""

    words: Line = Field(min_length=1, max_length=200, description="A name, a number or an id.")
    account: Line | None = Field(default=None, max_length=200)
    from_: datetime | None = Field(default=None, alias="from")
    to: datetime | None = None
    limit: int = Field(default=50, ge=1, le=MAX_LIMIT)
    offset: int = Field(default=0, ge=0, le=MAX_OFFSET)


class Witness(Out):
    """An outside witness as this log knows it."""

    name: str
    key: str
    url: str = ""
    size: int = Field(default=0, description="How many entries the tree had that it cosigned last.")
    at: datetime | None = Field(default=None, description="When, as the witness states.")
    tried: datetime | None = None
    fault: str | None = Field(default=None, description="Why the last try failed.")
    grave: bool = Field(default=False, description="The fault can only come from a history that was changed.")


class Part(Out):
    """One part of the worker."""

    part: str
    seen: datetime | None = Field(default=None, description="When it last finished a turn.")
    failing: datetime | None = Field(default=None, description="Since when every turn of it has failed.")
    fault: str | None = None


class LedgerStatus(Out):
    """How far the log is integrated and signed."""

    ok: bool = True
    size: int = 0
    root: str | None = None
    checkpoint_at: datetime | None = None
    checkpoint_size: int | None = None
    origin: str | None = None
    key: str | None = None
    lag_bytes: int | None = None
    slot: str | None = None
    pending: int | None = None
    alarms: list[str] = []
    failing: list[str] = Field(default=[], description="What keeps the log from going on; part of the alarms.")
    seen: datetime | None = Field(default=None, description="When the sequencer last finished a turn.")
    worker_seen: datetime | None = None
    stops_at: datetime | None = Field(default=None, description="When acts are refused, unless the log goes on before.")
    stopped: bool = Field(default=False, description="Acts are refused: the log has stood still for too long.")
    parts: list[Part] = Field(default=[], description="The worker's parts and what each last did.")
    quorum: int = Field(default=0, description="How many witnesses must agree.")
    witnessed: int | None = Field(default=None, description="The largest tree that so many witnesses cosigned.")
    witnesses: list[Witness] = []
    stamped: int | None = Field(default=None, description="The largest tree that was time-stamped (RFC 3161).")
    stamped_at: datetime | None = None
    rotations: int = Field(default=0, description="How often the log's key was changed.")


class EntryRow(Out):
    """An entry, for somebody with an oversight purpose."""

    index: int
    entry: UUID
    at: datetime | None = None
    act: str | None = None
    name: str | None = None
    outcome: str | None = None
    regime: str | None = None
    unit: str | None = None
    authority: str | None = None
    purpose_kind: str | None = None
    account: str | None = None
    pseudonym: str | None = None
    purpose: str | None = None
    reason: str | None = None
    counts: Any = None
    found: int | None = Field(default=None, description="How many the act showed; none where that isn't told.")
    leaf: str | None = None
    body: str | None = Field(default=None, description="kept, or purged.")


class AskedRow(EntryRow):
    """A question that held the words: and what was typed."""

    asked: list[str] = []


class Entry(Out):
    """An entry with its head, its body unless purged, the salts that prove both, and the ids its answer showed."""

    index: int
    entry: UUID
    at: datetime | None = None
    act: str | None = None
    name: str | None = None
    outcome: str | None = None
    account: str | None = None
    purpose: str | None = None
    reason: str | None = None
    leaf: str | None = None
    head: dict[str, Any] | None = None
    body: dict[str, Any] | None = None
    head_salt: str | None = None
    body_salt: str | None = None
    shown: list[str] = []
    certificate: UUID | None = None


class InquiryRow(Out):
    """An inquiry as overseers see it."""

    inquiry: UUID
    opened: datetime | None = None
    ended: datetime | None = None
    account: str | None = None
    purpose: str | None = None
    regime: str | None = None
    unit: str | None = None
    reason: str | None = None
    acts: int | None = None
    entries: int | None = None


class Proof(Out):
    """That an entry is in the tree of a signed checkpoint (RFC 6962)."""

    index: int
    leaf_hash: str
    size: int
    root: str
    path: list[str] = []
    checkpoint: str = ""


class Checkpoint(Out):
    """A signed head of the tree."""

    size: int
    root: str
    origin: str = ""
    note: str = Field(default="", description="The signed note as it is published.")


class Health(Out):
    """Whether the parts answer."""

    status: str
    version: str = Field(default="", description="Of the product; empty without a session.")
    installation: str = Field(default="", description="Which installation answers; `up` and `demo` know theirs by it.")
    database: str = "unknown"
    ledger: str = Field(default="unknown", description="starting, ok, alarm, failing, or stopped: acts are refused.")
    worker: str = Field(default="unknown", description="starting, ok or failing.")
    stops_at: datetime | None = Field(default=None, description="When acts are refused, unless the log goes on before.")
