"""Time limits: what is due, validations, holds, purges."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from brightline.api.shapes.common import Handle, In, Line, Out, Passage, Shown

Kind = Literal["record", "case", "lead", "quarantine", "finding"]


class DueItem(Out):
    """A record or case whose time is over. `due` is computed; nothing takes it from anybody."""

    kind: str
    id: UUID
    label: str
    source: str
    version: int = 1
    rule: str = ""
    years: int
    counted_from: date
    due: date
    entered: datetime | None = None
    validated: datetime | None = None
    held: str | None = None
    custody: str | None = Field(default=None, description="Items of evidence that somebody still has in hand.")
    purgeable: bool = False
    proposed: bool = False


class Validated(Out):
    """What was validated, with its new day."""

    items: list[DueItem] = []


class ValidationWanted(In):
    """A reviewer's reason to keep these."""

    items: list[Handle] = Field(min_length=1, max_length=200, description="Ids of records, or case numbers.")
    reason: Passage = Field(min_length=1)


class PurgeWanted(In):
    """A proposal: these, or, without items, all that is due and free."""

    items: list[Handle] = Field(default=[], max_length=1000)
    reason: Passage = Field(min_length=1)


class PurgeCounts(Out):
    """How many items, and what became of them."""

    items: int = 0
    records: int = 0
    cases: int = 0
    leads: int = 0
    destroyed: int = 0
    kept: int = 0


class PurgeRow(Shown):
    """A purge: proposed by one, decided by another."""

    purge: str
    id: UUID
    state: str
    unit: str
    reason: str
    proposed_by: str
    proposed_title: str = ""
    proposed: datetime
    decided_by: str | None = None
    decided: datetime | None = None
    decision_reason: str | None = None
    certificate: UUID | None = Field(default=None, description="The ledger entry of act purge.")
    bodies: int = Field(default=0, description="Bodies of ledger entries that the certificate names.")
    counts: PurgeCounts = PurgeCounts()
    may: list[str] = []


class PurgeItem(Out):
    """One item of a purge. What was destroyed has a hash and no label."""

    kind: str
    id: UUID
    source: str
    label: str | None = None
    due: date
    outcome: str
    why: str = ""
    sha256: str | None = None


class Purge(PurgeRow):
    """A purge with its items."""

    items: list[PurgeItem] = []


class LegalHoldWanted(In):
    """What isn't purged until the hold is lifted: one record or case, or a source."""

    item: Handle | None = None
    source: Line | None = None
    reason: Passage = Field(min_length=1)


class LegalHold(Shown):
    """A legal hold."""

    id: UUID
    kind: str
    label: str
    reason: str
    by: str | None = None
    at: datetime
    lifted: datetime | None = None
    lifted_by: str | None = None
    lift_reason: str | None = None


class LogClass(Shown):
    """A class of acts of the log: how long its bodies are kept. Heads are kept for good."""

    class_: str = Field(alias="class")
    acts: list[str] = []
    years: int
    least: int = Field(description="The term can't be set below so many years.")
    source: str = Field(default="", description="Where that comes from.")
    due: int = Field(default=0, description="Bodies past their term; 5001 means more than 5000.")
    set_by: str | None = None
    set_at: datetime | None = None
    reason: str | None = None


class LogTermWanted(In):
    """A term for a class of the log."""

    years: int = Field(ge=1, le=100)
    reason: Passage = Field(min_length=1)


class LogEraseWanted(In):
    """Why what is past its term goes now."""

    reason: Passage = Field(min_length=1)


class LogErased(Out):
    """What was certified; the sequencer destroys the bodies when it comes to the certificate."""

    class_: str = Field(alias="class")
    years: int
    certificate: UUID
    bodies: int = 0
    more: bool = Field(default=False, description="More are due: erase again.")
