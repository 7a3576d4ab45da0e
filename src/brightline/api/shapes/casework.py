"""The work on a case: tasks, reports, evidence, hours, deconfliction, relations, clearances, notices."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from brightline.api.shapes.cases import Labels
from brightline.api.shapes.common import Handle, In, Line, Listed, Out, Paged, Passage, Shown

ReportStep = Literal["opening", "continuing", "closing", "information"]
Activity = Literal["investigation", "records", "interview", "surveillance", "court", "travel", "writing", "other"]
KeyKind = Literal["phone", "email", "account", "plate", "number", "name", "address", "event"]
Said = Annotated[Passage, Field(min_length=1)]


class Task(Shown):
    """Something to be done in a case, by a person or by the unit."""

    id: UUID
    title: str
    detail: str = ""
    assignee: str | None = None
    assignee_title: str | None = None
    unit: str | None = None
    due: date | None = None
    state: str
    result: str = ""
    crossing: str | None = Field(
        default=None, description="The crossing, now over, whose values its words repeat: they are withheld."
    )
    overdue: bool = False
    by: str | None = None
    made: datetime | None = None
    ended_by: str | None = None
    ended: datetime | None = None


class TaskWanted(In):
    """Without assignee and unit it is one's own."""

    title: Line = Field(min_length=3, max_length=300, examples=["Trace transfers from account 7718"])
    detail: Passage | None = None
    assignee: Line | None = None
    unit: Line | None = None
    due: date | None = None


class TaskEnd(In):
    """How a task ended. Dropping it is for the lead or a supervisor."""

    state: Literal["done", "dropped"] = "done"
    result: Said


class TaskAssign(In):
    """Who does it now, and by when."""

    assignee: Line | None = None
    unit: Line | None = None
    due: date | None = None


class TasksAdded(Out):
    """How many tasks the template of the case's category added."""

    added: int = 0


class PassageWanted(In):
    """An assertion: fact or assessment, its basis, the source's reliability and the credibility of what it says."""

    kind: Literal["fact", "assessment"]
    text: Said
    basis: Passage | None = None
    reliability: Literal["A", "B", "C", "D", "E", "F"]
    credibility: int = Field(ge=1, le=6)
    subjects: list[Handle] = Field(default=[], max_length=50, description="Ids of items of the case.")
    evidence: list[Handle] = Field(default=[], max_length=50, description="Items of evidence: EV-0001.")


class CaseReportWanted(In):
    """A report of investigation as a whole; a draft is written anew as a whole."""

    step: ReportStep = "continuing"
    title: Line = Field(min_length=3, max_length=300)
    corrects: int | None = Field(default=None, ge=1, le=100_000, description="Number of the report it corrects.")
    passages: list[PassageWanted] = Field(min_length=1, max_length=200)


class CaseReportPassage(Out):
    """An assertion as it stands in a report."""

    place: int
    kind: str
    text: str
    basis: str = ""
    reliability: str
    credibility: int
    grade: str
    subjects: list[str] = []
    evidence: list[str] = []


class CaseReportHead(Shown):
    """A report without its words."""

    id: str
    number: int
    step: str
    title: str
    state: str
    corrects: int | None = None
    corrected_by: int | None = None
    author: str | None = None
    author_title: str | None = None
    made: datetime | None = None
    submitted: datetime | None = None
    decided_by: str | None = None
    decided_by_title: str | None = None
    decided: datetime | None = None
    reason: str = ""
    labels: Labels | None = None


class CaseReport(CaseReportHead):
    """A report with its words, and what may be done with it now."""

    passages: list[CaseReportPassage] = []
    may: list[str] = []


class Approval(In):
    """An approval may say why."""

    reason: Passage | None = None


class Because(In):
    """Why it is so decided."""

    reason: Said


class CustodyLink(Out):
    """One link of the chain of custody, with its ledger entry and its seal."""

    n: int
    act: str
    giver: str | None = None
    giver_title: str | None = None
    taker: str | None = None
    taker_title: str | None = None
    place: str = ""
    reason: str = ""
    by: str | None = None
    by_title: str | None = None
    at: datetime
    entry: UUID
    seal: str
    sha256: str | None = Field(default=None, description="Of the bytes, as the server computed it at this link.")


class Evidence(Shown):
    """An item of evidence with its chain. `sealed`: each seal, computed again, still fits."""

    id: UUID
    item: str
    title: str
    description: str = ""
    sha256: str | None = None
    hashed: Literal["here", "stated"] | None = Field(
        default=None, description="`here`: computed by this server; `stated`: typed in under a former version."
    )
    document: UUID | None = None
    barcode: str | None = None
    place: str = ""
    custodian: str | None = None
    custodian_title: str | None = None
    state: str
    offered_to: str | None = None
    offered_to_title: str | None = None
    links: int = 0
    cosigned: int = 0
    sealed: bool = False
    chain: list[CustodyLink] = []


class Seals(Out):
    """Each seal of each item, computed again: how many there are, and which items they don't fit."""

    items: int
    links: int
    broken: list[str] = []


class EvidenceListed(Listed[Evidence]):
    """One page of the evidence; the seals are those of all of it."""

    seals: Seals


class InCustody(Shown):
    """An item in somebody's hands. Of its case the number alone. `stranded`: who has it can't sign any more."""

    case: str
    item: str
    title: str
    place: str = ""
    state: str
    custodian: str | None = None
    custodian_title: str | None = None
    offered_to: str | None = None
    offered_to_title: str | None = None
    stranded: bool = False


class EvidenceWanted(In):
    """An item as it is seized. The bytes of a document of the case are hashed here."""

    title: Line = Field(min_length=3, max_length=300)
    place: Line = Field(min_length=1, max_length=300)
    description: Passage | None = None
    sha256: Annotated[str, Field(pattern=r"^[0-9a-fA-F]{64}$")] | None = Field(
        default=None,
        description="Checked against the document's bytes, and refused without them: it is never believed.",
    )
    document: UUID | None = None
    barcode: Annotated[str, Field(pattern=r"^[A-Za-z0-9./-]{1,60}$")] | None = None
    reason: Passage | None = None


class EvidencePlace(In):
    """Where it lies now."""

    place: Line = Field(min_length=1, max_length=300)
    reason: Passage | None = None


class EvidenceOffer(EvidencePlace):
    """Who takes it. That person accepts in a session of their own."""

    to: Line = Field(min_length=1)


class EvidenceReassign(In):
    """Another custodian, named by a supervisor who neither has the item nor takes it."""

    to: Line = Field(min_length=1)
    place: Line = Field(min_length=1, max_length=300)
    reason: Annotated[Passage, Field(min_length=20)]


class EvidenceEnd(In):
    """What becomes of it, decided by another person than its custodian."""

    act: Literal["return", "forfeit", "destroy"]
    place: Line = Field(min_length=1, max_length=300)
    reason: Said


class HoursWanted(In):
    """One's own hours on one day. Today unless said otherwise."""

    minutes: int = Field(ge=1, le=1440)
    day: date | None = None
    activity: Activity = "investigation"
    note: Line | None = None


class HoursAdded(Out):
    """What was written down, and the minutes of that day in all cases."""

    id: UUID
    day: date
    minutes: int
    of_day: int


class HoursRow(Out):
    """Hours of one person on one day; voided ones don't count."""

    id: UUID
    account: str | None = None
    title: str | None = None
    day: date
    activity: str
    minutes: int
    note: str = ""
    voided: bool = False
    why_void: str = ""


class HoursWeek(Out):
    """A week's minutes by activity."""

    week: str
    minutes: int
    activities: dict[str, int] = {}


class HoursPerson(Out):
    """One person's minutes."""

    account: str | None = None
    title: str | None = None
    minutes: int


class Hours(Out):
    """Hours on a case."""

    minutes: int = 0
    hours: list[HoursRow] = []
    weeks: list[HoursWeek] = []
    people: list[HoursPerson] = []


class HoursTotal(Out):
    """Minutes of a week in a regime."""

    week: str
    regime: str
    minutes: int
    cases: int
    people: int


class HoursTotals(Out):
    """Over the cases that the desk may see."""

    totals: list[HoursTotal] = []


class CheckWanted(In):
    """A key to be compared blind with all cases. Without a kind it is read off the key."""

    key: Line = Field(min_length=1, max_length=300, examples=["+1 202 555 0143", "Given Family, 1971-02-03"])
    kind: KeyKind | None = None
    starts: date | None = Field(default=None, description="Of a planned event, the key being its place.")
    ends: date | None = Field(default=None, description="Its last day, 31 days in all at most.")


class Told(Out):
    """Whom to talk to; nothing else of the other case."""

    unit: str
    unit_title: str | None = None
    contact: str | None = None
    kind: str


class Checked(Out):
    """What may be told at once: cases that the asker may know of anyway. Whom else it concerns hears later, by a
    notice; so does the asker. Nothing told doesn't mean that nothing is there."""

    kind: str
    told: list[Told] = []
    left: int = Field(description="Checks left under this inquiry.")
    compared: dict[str, str] | None = Field(default=None, description="An address as it was understood.")


class RelationWanted(In):
    """The other case is this one's parent, child, or related to it."""

    other: Line = Field(min_length=1, max_length=40)
    kind: Literal["parent", "child", "related"] = "related"
    reason: Said


class Related(Out):
    """Another case that one may know of."""

    case: str
    title: str = ""
    regime: str | None = None
    state: str | None = None
    kind: str
    reason: str = ""
    by: str | None = None
    at: datetime | None = None


class CaseClearanceWanted(In):
    """What a court's order or a form opens: one caveat, until a day."""

    caveat: Line = Field(min_length=1, max_length=40, examples=["sealed"])
    order: Passage = Field(min_length=1, examples=["District court of Saltmere, order 26-mj-88 of 4 May 2026."])
    expires: date


class CaseClearance(Shown):
    """A clearance on a case's purposes."""

    id: UUID
    case: str | None = None
    title: str | None = None
    caveat: str
    order: str = ""
    expires: date
    state: str
    asked_by: str | None = None
    asked: datetime | None = None
    decided_by: str | None = None
    decided: datetime | None = None
    reason: str = ""


class Notification(Out):
    """What somebody has to hear. `due` ones wait for their decision and end with it."""

    id: UUID | None = None
    kind: str
    what: str
    place: str | None = Field(default=None, description="What waits: case, crossing, proposal, disclosure…")
    key: str | None = Field(default=None, description="Which one, by its number.")
    desk: str | None = Field(default=None, description="The purpose under which it is decided.")
    case: str | None = None
    object: UUID | None = None
    detail: dict[str, Any] = {}
    at: datetime
    read: bool = False
    times: int = Field(default=1, description="How often it came before it was read.")
    due: bool = False


class Notifications(Paged):
    """One's own notices, what is due first."""

    notices: list[Notification] = []
    unread: int = 0
    waiting: int = Field(default=0, description="How many wait for one's decision.")


class NotificationsRead(Out):
    """How many were marked as read."""

    read: int = 0
