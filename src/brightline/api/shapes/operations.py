"""Enforcement records: plans, encounters, holds, custody, published extracts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from brightline.api.shapes.common import In, Line, Out, Passage, Shown

Regime = Literal["criminal", "civil", "regulatory"]
State = Literal["draft", "legal_review", "cleared", "returned", "approved", "active", "closed", "reviewed"]
Instrument = Literal["search warrant", "arrest warrant", "administrative warrant", "summons", "consent", "none"]
Category = Literal["suspect", "convicted", "victim", "witness", "associate", "other"]
Amount = Annotated[float, Field(ge=0, lt=1_000_000_000, allow_inf_nan=False)]


class ObjectiveWanted(In):
    """An aim and the instrument it is reached with; the regime is its authority's."""

    text: Passage = Field(min_length=1)
    instrument: Instrument
    authority: Line = Field(min_length=1, examples=["18-usc-1956"])
    regime: Regime | None = None
    cost: Amount | None = None


class ExpectedWanted(In):
    """How many people of a category the plan reckons with."""

    category: Category
    people: int = Field(ge=0, le=10_000)
    regime: Regime | None = None


class PlanWanted(In):
    """A plan. Objectives come in their rank; the first is the primary one."""

    title: Line = Field(min_length=1, examples=["Lantern yard"])
    starts: date
    sites: list[Line] = Field(min_length=1, max_length=100)
    objectives: list[ObjectiveWanted] = Field(min_length=1, max_length=50)
    expected: list[ExpectedWanted] = Field(default=[], max_length=50)
    budget: dict[Regime, Amount] = {}
    case: Line | None = None


class OperationApproval(In):
    """Legal review needs a reason; a supervisor may give one."""

    reason: Passage | None = None


class OperationClosing(In):
    """What happened."""

    summary: Passage = Field(min_length=1)
    hand_over: Line | None = Field(default=None, description="Who answers for those who are still in custody.")


class OperationReview(In):
    """What the plan and the facts show side by side."""

    findings: Passage = Field(min_length=1)


class CostWanted(In):
    """Money spent on a regime's work. With `corrects` it takes the place of another booking; 0 takes that back."""

    amount: Amount
    what: Line | None = None
    regime: Regime | None = None
    day: date | None = None
    corrects: Line | None = Field(default=None, examples=["K-4F1C22AB"])
    correction: Passage | None = None


class PersonNumber(In):
    """A number that belongs to one person."""

    type: Line = Field(min_length=1, examples=["passportNumber"])
    value: Line = Field(min_length=1)


class PersonMet(In):
    """Somebody met for the first time."""

    name: Line = Field(min_length=1)
    birth_date: date | None = None
    identifiers: list[PersonNumber] | None = Field(default=None, max_length=20)
    category: Category | None = None
    note: Passage | None = None


class StatusSource(In):
    """What one source says of a person's status, graded A to F."""

    kind: Line = Field(min_length=1)
    source: Line = Field(min_length=1)
    reliability: Literal["A", "B", "C", "D", "E", "F"]
    found: Passage | None = None
    household: bool = Field(default=False, description="The person's own household supplied it: it doesn't count.")


class Indicium(In):
    """A sign of citizenship or lawful status. It opens a hold."""

    kind: Line = Field(min_length=1)
    text: Passage | None = None


class EncounterWanted(In):
    """Somebody met. All but victims and witnesses need selection, authority, basis, outcome, time and place."""

    person: PersonMet | Annotated[str, Field(max_length=40)] | None = None
    time: datetime | None = None
    place: Line | None = None
    officer: Line | None = None
    selection: Literal["targeted", "collateral"] | None = None
    authority: Line | None = None
    basis: Literal["warrant", "facts"] | None = None
    warrant: Line | None = None
    facts: Passage | None = None
    outcome: Literal["questioned", "released", "cited", "referred", "arrested"] | None = None
    status_evidence: list[StatusSource] | None = Field(default=None, max_length=50)
    looked: Passage | None = None
    indicia: list[Indicium] | None = Field(default=None, max_length=20)
    corrects: Line | None = Field(default=None, examples=["E-4F1C22AB"])
    correction: Passage | None = Field(default=None, description="What was wrong in the entry that this one corrects.")


class EncounterAdded(Out):
    """What was entered: an encounter, or a victim or witness apart from them."""

    operation: str
    encounter: str | None = None
    person: str | None = None
    selection: str | None = None
    regime: str | None = None
    outcome: str | None = None
    flags: list[str] = []
    corrects: str | None = None
    hold: str | None = None
    protected: str | None = None
    category: str | None = None


class ClearanceWanted(In):
    """One person's finding on a claim."""

    finding: Literal["not supported", "citizen", "lawful"]
    reason: Passage = Field(min_length=1)


class CustodyWanted(In):
    """An event of custody. A transfer ends one stay and begins the next."""

    person: Line = Field(min_length=1, examples=["P-4F1C22AB"])
    event: Literal["book_in", "release", "transfer", "removal", "disposition", "detain", "void"]
    time: datetime
    facility: Line | None = None
    reason: Line | None = None
    authority: Line | None = Field(default=None, description="Of a book_in: another of its regime. Of detain: the law.")
    basis: Passage | None = Field(default=None, description="Of detain: the order, or this person's facts.")
    status_evidence: list[StatusSource] | None = Field(default=None, max_length=50)
    looked: Passage | None = None
    corrects: Line | None = Field(default=None, examples=["C-4F1C22AB"])
    correction: Passage | None = None


class CustodyAdded(Out):
    """The stay as it is now."""

    person: str
    operation: str
    event: str
    code: str
    corrects: str | None = None
    authority: str | None = None
    regime: str | None = None
    stay: str | None = None
    facility: str | None = None
    book_in: datetime | None = None
    book_out: datetime | None = None
    release_reason: str | None = None


class Figures(Out):
    """One regime's share: people and money, planned and actual."""

    regime: str
    planned: int = 0
    targeted: int = 0
    collateral: int = 0
    ratio: float | None = None
    planned_cost: float = 0
    budget: float = 0
    spent: float = 0
    over_budget: bool = False


class OperationRow(Shown):
    """An operation in a list."""

    operation: str
    title: str
    regime: str
    unit: str
    unit_title: str = ""
    author: str | None = None
    author_title: str | None = None
    case: str | None = None
    state: str
    starts: date | None = None
    sites: list[str] = []
    made: datetime | None = None
    updated: datetime | None = None
    figures: list[Figures] = []
    flags: list[str] = []
    open_holds: int = 0
    may: list[str] = []


class Objective(Out):
    """An aim in its rank."""

    rank: int
    text: str
    regime: str
    instrument: str
    authority: str
    cost: float = 0


class Expected(Out):
    """People the plan reckons with."""

    regime: str
    category: str
    people: int


class OperationDecision(Out):
    """Who took which step."""

    step: str
    by: str | None = None
    by_title: str | None = None
    at: datetime | None = None
    reason: str = ""


class Encounter(Out):
    """Somebody met. `name` is null for overseers."""

    encounter: str
    person: str
    name: str | None = None
    status: str
    held: bool = False
    time: datetime
    place: str
    officer: str | None = None
    officer_title: str | None = None
    selection: str
    authority: str
    regime: str
    basis: str
    warrant: str | None = None
    facts: str | None = None
    outcome: str
    status_evidence: list[dict[str, Any]] = []
    looked: str | None = None
    entry: UUID | None = None
    flags: list[str] = []
    corrects: str | None = None
    correction: str | None = None
    corrected_by: str | None = None


class ProtectedPerson(Out):
    """A victim or witness; the name under an inquiry only."""

    code: str
    category: str
    name: str | None = None
    note: str | None = None
    by: str | None = None
    at: datetime | None = None


class ProtectedList(Out):
    """Victims and witnesses of an operation."""

    protected: list[ProtectedPerson] = []


class Clearance(Out):
    """One person's finding."""

    by: str | None = None
    by_title: str | None = None
    finding: str
    reason: str
    at: datetime | None = None


class StatusHold(Shown):
    """A claim of citizenship or lawful status, and who has looked at it."""

    hold: str
    operation: str
    person: str
    name: str | None = None
    status: str
    encounter: str
    indicia: list[dict[str, Any]] = []
    state: str
    by: str | None = None
    at: datetime | None = None
    clearances: list[Clearance] = []


class StatusHolds(Out):
    """Holds, newest first."""

    holds: list[StatusHold] = []


class Stay(Out):
    """A stay in custody."""

    stay: str
    person: str
    name: str | None = None
    facility: str
    authority: str
    regime: str
    basis: str = ""
    book_in: datetime
    book_out: datetime | None = None
    release_reason: str | None = None
    voided: bool = False
    held_by: str | None = None


class CustodyEvent(Out):
    """What was entered of custody, in the order of entry; what a later event corrects stays."""

    event: str
    person: str
    kind: str
    stay: str | None = None
    time: datetime
    detail: str = ""
    authority: str | None = None
    flags: list[str] = []
    by: str | None = None
    at: datetime | None = None
    corrects: str | None = None
    corrected_by: str | None = None


class OperationCost(Out):
    """Money spent."""

    cost: str
    corrects: str | None = None
    correction: str | None = None
    corrected_by: str | None = None
    regime: str
    amount: float
    what: str
    day: date
    by: str | None = None


class CostAdded(Out):
    """What was booked, and whether the regime's budget is overspent."""

    operation: str
    cost: str
    corrects: str | None = None
    regime: str
    amount: float
    spent: float
    budget: float
    over_budget: bool


class Operation(OperationRow):
    """The whole record, as far as this desk may see it."""

    budget: dict[str, float] = {}
    objectives: list[Objective] = []
    expected: list[Expected] = []
    decisions: list[OperationDecision] = []
    summary: str = ""
    encounters: list[Encounter] = []
    protected: list[ProtectedPerson] = []
    holds: list[StatusHold] = []
    custody: list[Stay] = []
    custody_events: list[CustodyEvent] = []
    costs: list[OperationCost] = []


class ExtractFault(Out):
    """Why a row is kept back."""

    row: int
    column: str
    value: str
    reason: str


class ExtractRow(Out):
    """A published table that was taken in."""

    extract: str
    kind: str
    name: str
    sha256: str = ""
    state: Literal["open", "waiting", "running", "done", "failed"] = "done"
    rows: int
    total: int | None = None
    kept: int
    quarantined: int
    omitted: list[str] = []
    message: str | None = None
    hint: str | None = None
    unit: str | None = None
    by: str | None = None
    at: datetime | None = None


class ExtractList(Out):
    """Published tables, newest first."""

    extracts: list[ExtractRow] = []


class Counted(Out):
    """How many rows have this value."""

    column: str
    value: str
    rows: int


class ExtractMonth(Out):
    """Rows of a month."""

    month: str
    rows: int


class Compared(Out):
    """One operation as planned, as recorded here and as published."""

    operation: str
    title: str
    planned: int
    recorded: int
    published: int


class Extract(ExtractRow):
    """Its figures and what was kept back."""

    figures: list[Counted] = []
    figures_total: int = 0
    months: list[ExtractMonth] = []
    compared: list[Compared] = []
    faults: list[ExtractFault] = []
    faults_total: int = 0
