"""Crossings: named fields of named items, for one purpose, until a date."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from brightline.api.shapes.common import Handle, In, Line, Out, Passage

State = Literal["requested", "approved", "denied", "withdrawn", "expired", "revoked"]


class CrossingRow(Out):
    """A crossing in a list."""

    number: str
    id: str | None = None
    state: str
    purpose: str | None = None
    to_regime: str | None = None
    requester: str | None = None
    requester_title: str | None = None
    requested_at: datetime | None = None
    item_count: int = 0
    fields: list[str] = []
    links: bool = False
    basis: str | None = None
    basis_title: str | None = None
    expires: datetime | None = None
    decided: datetime | None = None
    decided_by: str | None = None
    decision_reason: str | None = None


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
    items: list[str] = []
    opinions: list[Opinion] = []
    missing_opinions: list[str] = []
    preview: list[Preview] = []
    in_chain: bool = Field(default=False, description="You are in one of the chains, so you can't decide (rule 35).")
    may: list[str] = []


class CrossingWanted(In):
    """Asks for named fields of named items, for one purpose, until a date, and says why nothing less will do."""

    purpose: Line = Field(min_length=1, examples=["C-2026-4711"])
    items: list[Handle] = Field(min_length=1, max_length=50)
    fields: list[Line] = Field(min_length=1, max_length=40, examples=[["name", "birthDate"]])
    basis: Line = Field(min_length=1, description="Code of the authority that permits the further use.")
    necessity: Passage = Field(min_length=1)
    alternatives: Passage = Field(min_length=1)
    expires: date
    links: bool = False


class OpinionWanted(In):
    """For or against, with reasons."""

    opinion: Literal["support", "oppose"]
    text: Passage = Field(min_length=1)
