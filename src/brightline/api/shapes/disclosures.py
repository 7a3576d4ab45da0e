"""Disclosures: what leaves, to whom, on which ground."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from brightline.api.shapes.common import Handle, In, Line, Out, Passage, Shown

State = Literal["draft", "submitted", "approved", "denied", "sent", "recalled", "withdrawn"]
Recipient = Literal["law_enforcement", "court", "prosecutor", "regulator", "victim_services", "subject", "other"]


class DisclosureWanted(In):
    """What should leave, to whom, and why. Every part goes into the accounting."""

    items: Annotated[list[Handle], Field(min_length=1, max_length=1000)]
    fields: Annotated[list[Line], Field(min_length=1, max_length=60, description="FollowTheMoney property names.")]
    recipient: Line
    address: Line
    recipient_kind: Recipient
    rules_accepted: date | None = Field(default=None, description="When the recipient accepted the handling rules.")
    request: Passage | None = Field(default=None, description="The written request of a law-enforcement body's head.")
    purpose: Passage
    need_to_know: Passage
    right_to_know: Passage
    nature: Line
    others_justified: Passage | None = Field(default=None, description="Why people who are no suspects are needed.")
    caveats: Passage | None = None


class DisclosureDecision(In):
    """Approve or deny, with a sentence."""

    decision: Literal["approve", "deny"]
    reason: Passage


class NoticeWanted(In):
    """What was wrong, and what the recipient should do."""

    kind: Literal["recall", "correction"] = "recall"
    text: Passage


class Withdrawal(In):
    """Why it is taken back."""

    reason: Passage


class Owed(Out):
    """A notice that its recipient hasn't confirmed, and for how many days."""

    disclosure: str
    case: str | None = None
    recipient: str
    address: str
    notice: str
    kind: str
    text: str
    at: str
    days: int


class ReceiptWanted(In):
    """Who confirmed the notice."""

    by: Line


class DisclosureRow(Shown):
    """One disclosure in a list."""

    disclosure: str
    case: str | None = None
    unit: str
    regime: str
    authority: str
    recipient: str
    address: str
    recipient_kind: str
    nature: str
    purpose: str
    state: State
    people: dict[str, int]
    fields: list[str]
    caveats: str
    requester: str | None = None
    approver: str | None = None
    second: str | None = None
    left_out: list[str] = Field(
        default=[],
        description="When prepared: sources that let nothing leave.",
    )
    needs_second: bool
    reason: str
    made: str
    decided: str | None = None
    sent: str | None = None
    recalled: str | None = None
    recall_reason: str
    package_sha256: str | None = None
    items: int


class DisclosureLine(Out):
    """One item: values show under the case, kinds and categories everywhere."""

    id: str
    schema_: str = Field(alias="schema")
    category: str | None = None
    reliability: str
    currency: str | None = None
    properties: dict[str, list[Any]] | None = None
    sources: list[str] | None = None


class Notice(Out):
    """A recall or correction, owed until the recipient confirms."""

    id: str
    kind: str
    text: str
    at: str
    confirmed: str | None = None
    confirmed_by: str


class Disclosure(DisclosureRow):
    """A disclosure with its items, grounds and notices."""

    request: str
    need_to_know: str
    right_to_know: str
    others_justified: str
    rules_accepted: str | None = None
    changed: bool | None = None
    lines: list[DisclosureLine]
    notices: list[Notice]
    manifest: dict[str, Any] | None = None


class Held(Out):
    """How much one source holds about an entity; `withheld`: something is sealed, as overseers alone learn."""

    source: str
    title: str
    records: int
    withheld: bool


class Accounted(Out):
    """One release, as the accounting keeps it (552a(c)(1))."""

    disclosure: str
    released: str
    nature: str
    purpose: str
    recipient: str
    address: str
    authority: str
    fields: list[str]
    keep_until: str


class Seen(Out):
    """How often a unit's entries showed the entity in one month."""

    month: str
    unit: str
    times: int


class ReportWanted(In):
    """What the report on somebody states besides."""

    exceptions: Passage = Field(default="", max_length=2000, description="Lawful exceptions.")


class SubjectReport(Out):
    """What is held about an entity, to whom it went, how often it was looked at."""

    id: str
    held: list[Held]
    disclosures: list[Accounted]
    seen: list[Seen]
    exceptions: str
