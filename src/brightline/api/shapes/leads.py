"""Programmes, leads, their checks, holds and referrals."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import Field

from brightline.api.shapes.common import Handle, In, Line, Out, Paged, Passage, Shown

Tab = Literal["to_vet", "second", "decided", "changed", "all"]
Result = Literal["confirmed", "refuted", "nothing", "inconclusive", "claim"]
Status = Literal["citizen", "lawful", "none"]
Answering = Literal["acknowledge", "accept", "decline", "outcome"]


class ProgrammeCheck(Out):
    """One thing that a programme has consulted."""

    name: str
    title: str
    system: str
    required: bool = True
    ends: dict[str, str] | None = Field(default=None, description="Results that end a lead, and its close code.")


class ProgrammePriority(Out):
    """By when an answer is promised."""

    name: str
    hours: int


class ProgrammeColumns(Out):
    """Which column of the programme's CSV holds what; identifiers by FollowTheMoney property."""

    key: str = ""
    title: str = ""
    received: str = ""
    name: str = ""
    narrative: str | None = None
    birth_date: str | None = None
    priority: str | None = None
    claim: str | None = None
    associates: str | None = None
    identifiers: dict[str, str] = {}


class LeadProgramme(Shown):
    """A programme's version: who vets what, under which authority, with which checks."""

    programme: str
    version: int
    title: str = ""
    description: str = ""
    in_force: bool = True
    unit: str
    unit_title: str | None = None
    regime: str | None = None
    authority: str
    source: str
    identifiers_needed: int = 2
    checks: list[ProgrammeCheck] = []
    priorities: list[ProgrammePriority] = []
    close_codes: list[str] = []
    refer_to: list[str] = []
    cross_to: list[str] = []
    keep_days: int = 0
    closed_keep_days: int = 0
    stale_days: int | None = None
    outcomes: list[str] | None = None
    intake: ProgrammeColumns | None = None
    weakens: list[str] = []
    made: datetime | None = None
    made_by: str | None = None
    approved_by: str | None = None
    proposal: str | None = None
    effective: datetime | None = None


class ProgrammeWanted(In):
    """A programme as YAML."""

    text: str = Field(min_length=1, max_length=100_000)
    reason: Passage | None = None


class ProgrammePart(Out):
    """A part that the version changes: a check, a column, or a value by its name."""

    part: str
    before: Any = None
    after: Any = None


class ProgrammeApplied(Out):
    """What was proposed. An approver decides; what weakens a guard holds a week after that."""

    programme: str
    version: int | None = Field(default=None, description="The one in force.")
    changed: bool
    weakens: list[str] = []
    diff: list[ProgrammePart] = []
    traits: list[str] = Field(default=[], description="Words of a protected trait in its own sentences.")
    proposal: str | None = None
    state: str | None = None


class RowFault(Out):
    """A row that went to quarantine, and why."""

    row: int
    reasons: list[str] = []


class QuarantinedLead(RowFault):
    """A row as it came."""

    raw: dict[str, Any] = {}


class LeadIntake(Out):
    """A file: how far it is (`rows` of `total`), and what it brought. `leads` and `faults`: the first 200 of each."""

    intake: str
    programme: str
    version: int
    name: str
    sha256: str
    state: Literal["open", "waiting", "running", "done", "failed"]
    rows: int = 0
    total: int | None = None
    accepted: int = 0
    known: int = 0
    changed: int = Field(default=0, description="Known rows that say something else now.")
    rejected: int = 0
    linked: int = 0
    held: int = 0
    message: str | None = None
    hint: str | None = None
    by: str | None = None
    at: datetime | None = None
    ended: datetime | None = None
    leads: list[str] = []
    faults: list[RowFault] = []


class LeadIntakes(Paged):
    """Files, and the quarantine of the one that was named."""

    intakes: list[LeadIntake] = []
    quarantine: list[QuarantinedLead] = []


class LeadRow(Out):
    """A lead in the queue: when an answer is promised and how many checks are done, never a rank of a person."""

    number: str
    title: str
    programme: str
    programme_title: str = ""
    version: int = 1
    unit: str | None = None
    unit_title: str | None = None
    regime: str | None = None
    authority: str | None = None
    source: str | None = None
    priority: str = ""
    state: str
    received: datetime | None = None
    due: datetime | None = None
    keep_until: date | None = None
    vetter: str | None = None
    vetter_title: str | None = None
    viable_by: str | None = None
    checked_by: str | None = None
    code: str | None = None
    outcome: str | None = None
    checks_required: int = 0
    checks_done: int = 0
    held: bool = False
    same_subject: int = 0
    duplicate_of: str | None = None
    twin_of: str | None = Field(
        default=None, description="One person says that it repeats this lead; a second is asked."
    )
    twin_by: str | None = None
    says_status: str | None = Field(
        default=None, description="Words in the remarks that claim citizenship or a status."
    )
    changed: bool = Field(default=False, description="The source sends it otherwise now, and nobody has looked.")


class LeadCounts(Out):
    """How many lie where."""

    to_vet: int = 0
    second: int = 0
    decided: int = 0
    changed: int = 0
    late: int = 0


class LeadQueue(Out):
    """One page of a desk's leads."""

    items: list[LeadRow] = []
    counts: LeadCounts = LeadCounts()
    total: int | None = None
    limit: int = 50
    offset: int = 0
    more: bool = False


class LeadSubject(Out):
    """Whom or what a lead is about, as its source says."""

    id: str
    schema_: str = Field(alias="schema", serialization_alias="schema")
    properties: dict[str, list[str]] = {}


class CheckEntry(Out):
    """One consultation."""

    result: str
    system: str
    finding: str = ""
    evidence: str = ""
    matched: list[str] = []
    by: str | None = None
    by_title: str | None = None
    at: datetime | None = None


class ChecklistItem(ProgrammeCheck):
    """A check with what was found; the latest entry counts."""

    entries: list[CheckEntry] = []


class LeadHold(Out):
    """A claim of citizenship or status; two people end it."""

    claim: str = ""
    state: str
    opened: datetime | None = None
    opened_by: str | None = None
    status: str | None = None
    first_by: str | None = None
    first_reason: str | None = None
    second_by: str | None = None
    second_reason: str | None = None
    earlier: datetime | None = Field(
        default=None, description="When it was found, if of an earlier lead of this person that was purged since."
    )


class Associate(Out):
    """Somebody around the subject who is not the subject: initials, unless the whole was asked for."""

    id: str
    name: str
    relation: str
    expires: datetime | None = None
    promoted: bool = False


class RelatedLead(Out):
    """Another lead of the same subject."""

    lead: str
    title: str
    state: str
    code: str | None = None
    held: bool = False
    duplicate: bool = False


class LikeLead(Out):
    """Another lead that may be of the same person: why, and in what the two differ. A person decides."""

    lead: str
    title: str
    state: str
    code: str | None = None
    held: bool = False
    why: list[str] = []
    differs: list[str] = []


class Shared(Out):
    """What this lead shares with others and tells nobody apart: a telephone, an address."""

    type: str
    others: int


class Differing(Out):
    """A field as it was, and as the source says it now."""

    was: str | None = None
    is_: str | None = Field(default=None, alias="is", serialization_alias="is")


class OpenChange(Out):
    """What the source sends otherwise now."""

    at: datetime
    difference: dict[str, Differing] = {}


class LeadChange(OpenChange):
    """A change, and what somebody made of it."""

    state: str
    fields: list[str] = []
    by: str | None = None
    decided: datetime | None = None
    reason: str | None = None


class Package(Out):
    """What the recipient gets: the subject, on which basis, with which caveats."""

    subject: dict[str, Any] = {}
    basis: str = ""
    authority: str | None = None
    authority_title: str | None = None
    statute: str | None = None
    regime: str | None = None
    documents: list[str] = []
    caveats: list[str] = []
    source: str | None = None
    reliability: str | None = None
    currency: datetime | None = None
    narrative: str | None = None
    checks: list[dict[str, Any]] = []


class Referral(Shown):
    """A package on its way."""

    referral: str
    lead: str | None = None
    from_: str = Field(alias="from", serialization_alias="from")
    from_title: str | None = None
    to: str
    to_title: str | None = None
    state: str
    due: date | None = None
    sent: datetime | None = None
    crossed: bool = False
    held: bool = Field(default=False, description="Suspended: a claim of citizenship or status isn't cleared.")
    acknowledged: datetime | None = None
    answered: datetime | None = None
    answer: str | None = None
    outcome: str | None = None
    outcome_text: str | None = None
    outcomes: list[str] | None = Field(default=None, description="By what the recipient may end it.")
    package: Package | None = None


class LeadGap(Out):
    """What stands before a decision."""

    code: str
    text: str
    name: str | None = None


class LeadDecisions(Out):
    """Who decided, and why."""

    viable_by: str | None = None
    viable_reason: str | None = None
    match_reason: str | None = None
    checked_by: str | None = None
    checked_reason: str | None = None
    closed_by: str | None = None
    close_reason: str | None = None


class LeadEvent(Out):
    """What happened to a lead."""

    at: datetime
    by: str
    what: str
    details: dict[str, Any] = {}
    entry: str | None = None


class Lead(LeadRow, Shown):
    """A lead with everything that its vetter works with. The subject is null for overseers."""

    subject: LeadSubject | None = None
    narrative: str = ""
    traits: list[str] = Field(default=[], description="Words of a protected trait in title or narrative: no basis.")
    source_key: str | None = None
    checklist: list[ChecklistItem] = []
    hold: LeadHold | None = None
    associates: list[Associate] = []
    related: list[RelatedLead] = []
    alike: list[LikeLead] = []
    shares: list[Shared] = []
    change: OpenChange | None = None
    changes: list[LeadChange] = []
    referrals: list[Referral] = []
    gaps: list[LeadGap] = []
    decisions: LeadDecisions = LeadDecisions()
    refer_to: list[str] = []
    cross_to: list[str] = []
    close_codes: list[str] = []
    history: list[LeadEvent] = []
    may: list[str] = []


class LeadConsulted(In):
    """A question put outside: in which of the programme's systems, under which reference of its own, when."""

    system: Line = Field(min_length=1, examples=["Border records"])
    reference: Line = Field(min_length=1, examples=["Query BR-2026-118"])
    time: datetime


class LeadCheckWanted(In):
    """What somebody consulted, and found. What matched rests on one record, document or consultation."""

    name: Line = Field(min_length=1)
    result: Result
    finding: Passage = ""
    evidence: Line = Field(default="", description="Id of a record, or number of a paper of this lead.")
    document: Line | None = Field(default=None, description="Title and number or date.", examples=["Extract 2026-377"])
    consulted: LeadConsulted | None = None
    matched: list[Line] = Field(default=[], max_length=20)
    household: bool = Field(
        default=False, description="Somebody of the person's own household supplied it: it counts towards no match."
    )


class DecisionWanted(In):
    """viable, confirm, return, or a close code of the programme."""

    code: Line = Field(min_length=1, examples=["insufficient"])
    reason: Passage
    match_reason: Passage | None = None
    of: Handle | None = None


class LeadHoldWanted(In):
    """What is claimed."""

    claim: Passage


class ClearingWanted(In):
    """What one of two people found."""

    status: Status
    reason: Passage


class LeadCrossing(In):
    """What a crossing to another regime asks for."""

    fields: list[Line] = Field(min_length=1, max_length=40)
    basis: Line
    necessity: Passage
    alternatives: Passage
    expires: date


class ReferralWanted(In):
    """Where a lead goes. To another regime only with `crossing`."""

    to: Line = Field(min_length=1)
    basis: Passage = ""
    documents: list[Line] = Field(default=[], max_length=50)
    caveats: list[Line] = Field(default=[], max_length=20)
    due: date | None = None
    crossing: LeadCrossing | None = None


class AnswerWanted(In):
    """The recipient's answer."""

    act: Answering
    reason: Passage | None = None
    outcome: Line | None = None


class PromotionWanted(In):
    """The facts that make an associate a subject."""

    associate: Handle
    predicate: Passage


class ChangeWanted(In):
    """What becomes of that which the source sends otherwise now: taken over, or left as it is."""

    as_: Literal["taken", "left"] = Field(alias="as")
    reason: Passage


class LeadPurpose(Out):
    """The key under which one searches for this lead."""

    lead: str
    purpose: str


class LeadNotice(Out):
    """What a unit or the overseers are told."""

    kind: str
    to_unit: str | None = None
    source: str | None = None
    text: str
    details: dict[str, Any] = {}
    made: datetime | None = None
    effective: datetime | None = None


class LeadNotices(Paged):
    """Notices, newest first."""

    items: list[LeadNotice] = []


class Referrals(Out):
    """Packages that came in or went out."""

    items: list[Referral] = []


class Programmes(Out):
    """Programmes in force, or all versions of one."""

    items: list[LeadProgramme] = []
