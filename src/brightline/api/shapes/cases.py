"""Cases, what lies in them, and crossings."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from brightline.api.shapes.common import Handle, In, Line, Marking, Out, Passage, Shown

Category = Literal["suspect", "convicted", "victim", "witness", "associate", "other"]
State = Literal[
    "draft", "submitted", "returned", "open", "suspended", "closure_requested", "reopen_requested", "closed"
]
Outcome = Literal["charged", "referred", "unfounded", "insufficient", "administrative", "other"]
Priority = Literal["low", "normal", "high"]
DocumentPurpose = Literal["predicate", "other"]


class CaseAuthority(Out):
    """An authority that the case relies on; `purpose` is the key to work under it."""

    code: str
    title: str = ""
    statute: str = ""
    purpose: str | None = None


class CaseRow(Shown):
    """A case in a list."""

    number: str
    title: str = ""
    regime: str | None = None
    authorities: list[CaseAuthority] = []
    category: str | None = None
    state: str
    priority: str | None = None
    restricted: bool = False
    unit: str | None = None
    unit_title: str | None = None
    lead: str | None = None
    lead_title: str | None = None
    supervisor: str | None = None
    supervisor_title: str | None = None
    opened: datetime | None = None
    review_by: date | None = None
    updated: datetime | None = None
    purposes: list[str] = []
    people: int = 0
    item_count: int = 0
    outcome: str | None = None


class Member(Out):
    """Somebody who works on the case."""

    account: str
    title: str = ""
    capacity: str
    from_: datetime | None = Field(default=None, alias="from", serialization_alias="from")
    to: datetime | None = None


class NewerVersion(Out):
    """What the source has made of a row since it was added to the case."""

    version: int = Field(description="Counted, as everywhere, over the versions that this purpose may see.")
    at: datetime | None = None
    gone: bool = Field(default=False, description="The source took the row away.")


class LeftBehind(Out):
    """A source no longer has what the case holds."""

    source: str
    since: datetime
    caption: str | None = None
    schema_: str | None = Field(default=None, alias="schema", serialization_alias="schema")


class CaseItem(Shown):
    """An entity or a source's row in the case; its role belongs to the case and never re-marks a source's data."""

    id: str
    kind: str = "entity"
    schema_: str | None = Field(default=None, alias="schema", serialization_alias="schema")
    caption: str | None = None
    note: str | None = None
    role: str | None = None
    basis: str | None = None
    added_by: str | None = None
    added_at: datetime | None = None
    sources: list[str] = []
    markings: list[Marking] = []
    visible: bool = True
    version: int | None = Field(
        default=None, description="Of a source's row: the version it was added from, on which the case relied."
    )
    version_at: datetime | None = None
    newer: NewerVersion | None = Field(
        default=None,
        description="Of a source's row: the present version, where the source changed it since and it may be seen.",
    )
    entity: str | None = Field(default=None, description="Of a source's row: what its present version is about.")
    left: LeftBehind | None = Field(
        default=None, description="Since when the source no longer has it; it isn't withheld."
    )


class Labels(Out):
    """What every entry carries beside its grade: sensitivity, submitting unit, control official (28 CFR 23.20(g))."""

    sensitivity: str
    unit: str
    control: str = ""


class Note(Out):
    """A note of the case."""

    id: str
    kind: str = "fact"
    text: str
    basis: str | None = None
    grade: str | None = Field(default=None, description="Reliability A to F, credibility 1 to 6; F6: can't be judged.")
    labels: Labels | None = None
    about: list[str] = []
    by: str | None = None
    at: datetime | None = None


class Document(Out):
    """A document of the case, by its content's hash."""

    id: UUID
    name: str
    media_type: str = "application/octet-stream"
    size: int = 0
    sha256: str = ""
    purpose: str | None = None
    by: str | None = None
    at: datetime | None = None
    also: list[str] = Field(default=[], description="Further names under which the same bytes were added.")


class Pending(Out):
    """What waits for a decision, asked by whom."""

    act: str
    by: str | None = None
    at: datetime | None = None


class CasePointer(Out):
    """Another case of the same regime has the same entity: whom to talk to, nothing else."""

    id: str | None = None
    unit: str | None = None
    contact: str | None = None


class Case(CaseRow):
    """A case file."""

    id: UUID
    predicate: str = ""
    members: list[Member] = []
    pending: Pending | None = None
    pointers: list[CasePointer] = []
    may: list[str] = Field(default=[], description="What you may do with it now.")
    items: list[CaseItem] = []
    notes: list[Note] = []
    documents: list[Document] = []


class Touched(Out):
    """What an event happened to."""

    kind: str
    id: str | None = None


class Activity(Out):
    """Who did what in the case, when, and by which ledger entry."""

    at: datetime
    by: str | None = None
    title: str | None = None
    what: str
    text: str = ""
    object: Touched | None = None
    old: dict[str, Any] | None = None
    new: dict[str, Any] | None = None
    entry: UUID | None = None


class CaseWanted(In):
    """A draft. No case opens without an authority, the facts that justify it, and a supporting document."""

    title: Line = Field(min_length=1, examples=["Harbor Lantern"])
    authority: Line | None = Field(default=None, examples=["18-usc-1956"])
    authorities: list[Line] | None = Field(default=None, max_length=20, description="Several, of one regime.")
    predicate: Passage = Field(min_length=1)
    category: Line | None = None
    priority: Priority | None = None
    supervisor: Line | None = None
    restricted: bool | None = None


class CaseEdit(In):
    """What changes in a draft; what is left out stays."""

    title: Line | None = None
    predicate: Passage | None = None
    category: Line | None = None
    priority: Priority | None = None
    supervisor: Line | None = None
    restricted: bool | None = None


class Closing(In):
    """How the case ended."""

    outcome: Outcome
    summary: Passage = Field(min_length=1)


class ItemsWanted(In):
    """What is put into the case. A person needs a category and its basis."""

    ids: list[Handle] = Field(min_length=1, max_length=200)
    role: Category | None = None
    basis: Passage | None = None
    note: Passage | None = None


class ItemsAdded(Out):
    """What was added, what was there already, and who else holds it."""

    added: list[str] = []
    already: list[str] = []
    people: int = 0
    pointers: list[CasePointer] = []


class RoleChange(In):
    """A person of the case, the new category, and on what it rests."""

    id: Handle = Field(description="The id that the case prints.")
    role: Category
    basis: Passage = Field(min_length=1)
    document: UUID | None = None


class ItemRemoval(In):
    """What leaves the case, and why. A source's row is printed as SOURCE:KEY, so it stands in no address."""

    id: Handle = Field(description="The id that the case prints.")
    reason: Passage = Field(min_length=1, examples=["Another company of the same name."])


class RoleSet(Out):
    """The category now, and before."""

    id: str
    category: str
    was: str | None = None


class NoteWanted(In):
    """A statement, typed as fact or assessment (rule 20), with the source's reliability and its credibility."""

    text: Passage = Field(min_length=1)
    kind: Literal["fact", "assessment"] = "fact"
    basis: Passage | None = None
    reliability: Literal["A", "B", "C", "D", "E", "F"] | None = None
    credibility: int | None = Field(default=None, ge=1, le=6)
    about: list[Handle] | None = Field(default=None, max_length=50)
    corrects: Handle | None = None


class NoteAdded(Out):
    """The note's id: it is an entity of its own."""

    id: str
    at: datetime | None = None


class DocumentReading(Out):
    """How the reading of a document ended: extracted, or why not; until then it is waiting."""

    document: UUID
    state: str
    reason: str = Field(default="", description="Why not; or what of it wasn't read, or what the page hides.")
    whole: bool = Field(default=False, description="All of it was read.")
    format: str = ""
    pages: int = 0
    kept: int = Field(default=0, description="Pages that hold text.")
    characters: int = 0
    by: str | None = None
    at: datetime | None = None


class DocumentPage(Out):
    """The text of a page, or of a portion where there are no pages."""

    page: int
    text: str


class DocumentText(Out):
    """Some pages of a document. `entity` is what a search under the case finds it as."""

    document: UUID
    entity: str
    name: str
    kept: int = 0
    pages: list[DocumentPage] = []


class DocumentAdded(Out):
    """What was kept, and that it waits to be read; null at a desk, where nothing is read."""

    id: UUID
    name: str
    media_type: str = ""
    size: int = 0
    sha256: str = ""
    purpose: str | None = None
    same_as: str | None = Field(
        default=None, description="The case has these bytes already, under this name, and keeps them once."
    )
    reading: DocumentReading | None = None


class Members(Out):
    """Who works on the case now."""

    items: list[Member] = []


class AuthorityAdded(In):
    """A further authority's code."""

    authority: Line = Field(min_length=1)


class MemberWanted(In):
    """Who joins, and as what."""

    account: Line = Field(min_length=1)
    capacity: Literal["member", "lead", "supervisor"] = "member"


class Approval(In):
    """An approval may say why."""

    reason: Passage | None = None
