"""Crossings: named fields of named items, for one purpose, until a date."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from brightline.api.shapes.common import Handle, In, Line, Out, Passage, Shown
from brightline.api.shapes.search import Told

State = Literal[
    "requested",
    "reviewed",
    "emergency",
    "approved",
    "active",
    "denied",
    "refused",
    "withdrawn",
    "lapsed",
    "unreviewed",
    "expired",
    "revoked",
    "audited",
]


class CrossingRow(Shown):
    """A crossing in a list."""

    number: str
    id: str | None = None
    state: str
    purpose: str | None = None
    to_regime: str | None = None
    requester: str | None = None
    requester_title: str | None = None
    requested_at: datetime | None = None
    item_count: int = Field(default=0, description="Of a request from a pointer: how many were opened.")
    pointer: Told | None = Field(default=None, description="What the pointer told from which it was asked for.")
    fields: list[str] = []
    links: bool = False
    basis: str | None = None
    basis_title: str | None = None
    expires: datetime | None = None
    decided: datetime | None = None
    decided_by: str | None = None
    decision_reason: str | None = None
    starts: datetime | None = None
    emergency: bool = Field(default=False, description="It names an imminent danger.")
    opened: datetime | None = Field(default=None, description="When a supervisor opened it before its decision.")
    opened_by: str | None = None
    open_until: datetime | None = None
    reviewed: datetime | None = None
    reviewed_by: str | None = None
    finding: Literal["permitted", "not_permitted"] | None = None
    ended_as: str | None = None
    audited: datetime | None = None
    audited_by: str | None = None
    verdict: Literal["proper", "flawed", "unlawful"] | None = None


class Instrument(Out):
    """The court's order or the statute's form that opens a secret marking, as the request names it."""

    caveat: str
    kind: str
    reference: str
    document: str
    name: str = ""
    sha256: str = ""


class Need(Out):
    """What a marking asks for beside the approval; `kind` null: nothing opens it to another purpose."""

    caveat: str
    kind: str | None = None
    met: bool = False


class Affected(Out):
    """How many people of a category would be affected, and how many things that are no people."""

    category: str
    people: int = 0
    others: int = 0


class Opinion(Out):
    """What a supervisor or the custodian thinks of it. It doesn't decide."""

    side: str | None = None
    by: str
    title: str | None = None
    opinion: str
    text: str = ""
    at: datetime | None = None


class Preview(Out):
    """What would cross, for the custodian and the approver only."""

    id: str
    schema_: str | None = Field(default=None, alias="schema", serialization_alias="schema")
    source: str | None = None
    custodian: str | None = None
    category: str | None = None
    caveats: list[str] = []
    values: dict[str, list[str]] = {}
    changed: bool = Field(default=False, description="The source changed since the approval.")


class Crossing(CrossingRow):
    """A crossing with what it names, why, and what was thought of it."""

    necessity: str = ""
    alternatives: str = ""
    danger: str = ""
    items: list[str] = []
    left_out: list[str] = Field(default=[], description="Items that the approver didn't open.")
    instruments: list[Instrument] = []
    needs: list[Need] = []
    people: list[Affected] = Field(default=[], description="Whom it would affect, for who weighs or decides it.")
    people_shown: list[Affected] | None = Field(default=None, description="What was shown before it was decided.")
    seen: str | None = Field(default=None, description="Names what you were shown; send it with the approval.")
    review_text: str = ""
    covers: list[str] = []
    remarks: str = ""
    opinions: list[Opinion] = []
    missing_opinions: list[str] = []
    preview: list[Preview] = []
    side: str | None = Field(default=None, description="As whom you meet it: beneficiary, supervisor, custodian …")
    in_chain: bool = Field(default=False, description="You are in one of the chains, so you can't decide (rule 35).")
    may: list[str] = []


class CrossingWanted(In):
    """Asks for named fields of named items, or of what a pointer stands for, for one purpose, until a date, and why."""

    purpose: Line = Field(min_length=1, examples=["C-2026-4711"])
    items: list[Handle] = Field(default=[], max_length=50)
    pointer: Passage | None = Field(
        default=None,
        description="In the place of items: `handle` of a pointer that was shown under this purpose within a day. Its "
        "records are looked up for custodian and approver; whoever asks isn't told them before they are opened.",
    )
    fields: list[Line] = Field(min_length=1, max_length=40, examples=[["name", "birthDate"]])
    basis: Line = Field(min_length=1, description="Code of the authority that permits the further use.")
    necessity: Passage = Field(min_length=1)
    alternatives: Passage = Field(min_length=1)
    expires: date
    starts: date | None = Field(default=None, description="First day; at once after the approval without one.")
    links: bool = False
    danger: Passage | None = Field(
        default=None, description="Asks for the emergency path: which harm to whom is imminent, and how you know."
    )
    instruments: list[InstrumentWanted] = Field(default=[], max_length=5)
    prompts: dict[str, str] = Field(default={}, description="Versions of the questions shown, of GET /prompts.")


class InstrumentWanted(In):
    """A court's order or a statute's own form, as a document of the asking case."""

    caveat: Line = Field(examples=["grand-jury"])
    reference: Line = Field(min_length=10, examples=["District court, order 26-mj-0088 of 3 May"])
    document: Line = Field(description="Its id, as case document list prints it.")


class ApprovalWanted(In):
    """Approves what was shown, or less of it. What is left out stays closed."""

    reason: Passage = ""
    seen: Line | None = Field(default=None, description="`seen` of the crossing as it was shown; 409 when it changed.")
    items: list[Handle] = Field(default=[], max_length=50, description="Only these of the items asked for.")
    expires: date | None = Field(default=None, description="An earlier last day.")


class ReviewWanted(In):
    """What the law says to it, by an approver outside both chains who won't decide it."""

    finding: Literal["permitted", "not_permitted"]
    reason: Passage = Field(min_length=1)
    covers: list[Line] = Field(default=[], max_length=5, description="Caveats whose order or form you have read.")


class AuditWanted(In):
    """An overseer's audit of a crossing that has ended."""

    verdict: Literal["proper", "flawed", "unlawful"]
    remarks: Passage = Field(min_length=1)


class OpinionWanted(In):
    """For or against, with reasons."""

    opinion: Literal["support", "oppose"]
    text: Passage = Field(min_length=1)
