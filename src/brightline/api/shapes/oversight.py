"""Oversight: reports, the chart of crossings, exceptions, samples of reasons."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from brightline.api.shapes.common import In, Line, Listed, Out, Paged, Passage, Shown


class FigureDefinition(Out):
    """What a figure counts."""

    key: str
    title: str
    wording: str
    formula: str
    unit: str = ""


class ReportDefinition(Out):
    """A report of the registry."""

    name: str
    title: str
    version: str
    figures: list[FigureDefinition] = []


class Cell(Out):
    """One number and what it counts. None where it isn't told: `small` is 1 to 4, `kept` would tell another."""

    cell: list[str] = []
    value: float | None = None
    suppressed: Literal["small", "kept"] | None = None


class Figure(FigureDefinition):
    """A figure with its numbers."""

    by: list[str] = []
    rows: list[Cell] = []
    rounded: bool = Field(default=False, description="Published: rounded to fives.")
    total: Cell | None = None


class Definitions(Out):
    """By which words and terms it was counted."""

    version: str
    sha256: str


class Signed(Out):
    """The checkpoint whose entries were counted."""

    size: int
    root: str
    checkpoint_at: datetime


class FigureReport(Out):
    """A report as of a moment. The same moment gives the same document and hash."""

    report: str
    title: str
    form: str
    definitions: Definitions
    as_of: str
    from_: str | None = Field(default=None, alias="from")
    ledger: Signed
    figures: list[Figure]
    sha256: str


class CrossingEntry(Out):
    """A step of a crossing in the log."""

    entry: UUID
    index: int
    name: str
    at: datetime


class CrossingArc(Out):
    """What became of a crossing, read off the log."""

    crossing: str
    from_: list[str] = Field(default=[], alias="from")
    to: str | None = None
    requested: datetime | None = None
    ended: datetime | None = None
    outcome: str
    revoked: datetime | None = None
    emergency: datetime | None = Field(default=None, description="When it was opened before its decision.")
    audited: str | None = Field(default=None, description="The audit's verdict.")
    entries: list[CrossingEntry] = []


class OverseenReferral(Out):
    """A referral as overseers see it: who referred what where, under which authority, and what came of it."""

    referral: str
    lead: str
    programme: str
    authority: str
    regime: str
    from_: str = Field(alias="from")
    to: str
    to_regime: str | None = None
    crossing: str | None = Field(default=None, description="Where it went to another regime.")
    state: str
    at: datetime | None = None
    by: str | None = None
    due: date
    sent: datetime | None = None
    acknowledged: datetime | None = None
    answered: datetime | None = None
    answered_by: str | None = None
    finished: datetime | None = None
    outcome: str | None = None


class ReferralSum(Out):
    """How many referrals of one kind there are."""

    from_: str = Field(alias="from")
    to: str
    authority: str
    state: str
    number: int


class OverseenReferrals(Listed[OverseenReferral]):
    """A page, and the counts over all that was asked for."""

    sums: list[ReferralSum] = []


class OverseenIntake(Out):
    """A file of leads as overseers see it: from where, under which authority, and how many."""

    intake: UUID
    programme: str
    version: int
    authority: str
    regime: str
    source: str
    unit: str
    sha256: str
    by: str | None = None
    at: datetime
    rows: int
    rejected: int
    leads: int
    holds: int = Field(description="Claims of citizenship or status among them.")


class IntakeSum(Out):
    """How many came in by one programme under one authority."""

    programme: str
    authority: str
    intakes: int
    rows: int
    rejected: int
    leads: int
    holds: int


class OverseenIntakes(Listed[OverseenIntake]):
    """A page, and the counts over all that was asked for."""

    sums: list[IntakeSum] = []


class ExceptionRow(Out):
    """What deserves a look. It proves nothing by itself."""

    key: str
    n: int
    kind: str
    title: str
    detail: str = ""
    at: datetime | None = None
    account: str | None = None
    crossing: str | None = None
    operation: str | None = None
    case: str | None = None
    entries: list[UUID] = []
    state: str = "open"
    note: str | None = None
    explained_by: str | None = None
    explained: datetime | None = None


class Exceptions(Listed[ExceptionRow]):
    """A page of exceptions; `open` of all wait for somebody's word."""

    open: int = 0


class Explanation(In):
    """What an overseer found."""

    key: Line = Field(min_length=1)
    note: Passage = Field(min_length=1)


class SampleWanted(In):
    """The period."""

    from_: datetime = Field(alias="from")
    to: datetime | None = None


class SampleRow(Out):
    """A sample of reasons: one in a hundred inquiries, at least twenty, and every crossing.

    Which inquiries follows from the log: the smallest SHA-256(root of the first checkpoint that covers it, entry).
    """

    sample: UUID
    from_: datetime = Field(alias="from")
    to: datetime
    seed: str | None = Field(default=None, description="Of samples drawn before they followed from the log.")
    checkpoint: int | None = Field(default=None, description="Size of the log up to which entries had marks.")
    population: int
    size: int
    crossings: int = 0
    judged: int = 0
    sound: int = 0
    vague: int = 0
    not_supported: int = 0
    by: str | None = None
    at: datetime


class SampledReason(Shown):
    """One reason in review: an inquiry's sentence, or a crossing's necessity. `prompt` is the question it answers."""

    sample: UUID
    place: int
    kind: str = "inquiry"
    inquiry: UUID
    mark: str | None = None
    opened: datetime
    account: str
    purpose: str
    regime: str | None = None
    unit: str | None = None
    reason: str
    aim: str | None = None
    prompt: str | None = None
    acts: int = 0
    crossing: str | None = None
    state: str | None = None
    fields: list[str] = []
    verdict: str | None = None
    note: str = ""
    judge: str | None = None
    judged: datetime | None = None


class Sample(SampleRow):
    """A sample with its reasons."""

    items: list[SampledReason] = []


class ReviewQueue(Paged):
    """What waits for a verdict, crossings first."""

    items: list[SampledReason] = []
    waiting: int | None = None


class Verdict(In):
    """A judgement on one reason; `note` holds the remarks."""

    verdict: Literal["sound", "vague", "not_supported"]
    note: Passage = ""


class ReasonJudged(Out):
    """As it was written down."""

    sample: UUID
    place: int
    verdict: str
    note: str = ""


FlagState = Literal["open", "inquiry", "founded", "unfounded"]
FlagKind = Literal[
    "self", "colleague", "family", "household", "press", "official", "after_hours", "unused", "sessions", "split"
]


class FlagQuery(In):
    """Which flags."""

    state: FlagState | None = None
    kind: FlagKind | None = None
    account: Line | None = None
    from_: datetime | None = Field(default=None, alias="from")
    to: datetime | None = None
    limit: int = Field(default=50, ge=1, le=200)
    offset: int = Field(default=0, ge=0, le=10_000)


class FlagRow(Shown):
    """A flag of the misuse detectors. It proves nothing by itself; `how` says how it was computed."""

    flag: UUID
    kind: FlagKind
    title: str
    how: str
    state: FlagState
    account: str | None = None
    account_title: str | None = None
    purpose: str | None = None
    whom: str | None = None
    whom_title: str | None = None
    list: str = ""
    at: datetime
    found: datetime
    entries: int = 0
    figures: dict[str, Any] = {}
    version: str
    remarks: str | None = None


class Flags(Listed[FlagRow]):
    """A page of flags; `open` of all wait for a verdict, `behind` entries aren't read yet."""

    open: int = 0
    behind: int = 0


class FlagEvidence(Out):
    """An entry that a flag rests on. Its words are read entry by entry, with a stated reason."""

    entry: UUID
    index: int
    at: datetime
    act: str
    name: str
    outcome: str
    unit: str | None = None
    regime: str | None = None
    account: str | None = None
    purpose: str | None = None
    reason: str | None = None


class FlagVerdict(Out):
    """What an overseer found."""

    verdict: str
    remarks: str
    by: str | None = None
    at: datetime


class Flag(FlagRow):
    """A flag with what it rests on and what was made of it."""

    evidence: Sequence[FlagEvidence] = ()
    verdicts: Sequence[FlagVerdict] = ()


class VerdictWanted(In):
    """A verdict on a flag. `inquiry` leaves it open for another."""

    verdict: Literal["founded", "unfounded", "inquiry"]
    remarks: Passage = Field(description="What you looked at and found; at least 20 characters.")


class ListedPerson(In):
    """Somebody of a list that detectors compare with. Kept are keyed hashes alone."""

    name: Line = ""
    identifiers: list[Line] = Field(default=[], max_length=20)
    address: Line = Field(default="", description="Of a household: street and number.")


class ListWanted(In):
    """A list, in the place of the former one of its kind, account and title."""

    list: Literal["own", "household", "press", "officials"]
    account: Line | None = Field(default=None, description="Whose own names or household; not for press and officials.")
    title: Line = ""
    people: Sequence[ListedPerson] = Field(max_length=5_000)


class SetQuery(In):
    """Which visible sets."""

    purpose: Line | None = None
    limit: int = Field(default=50, ge=1, le=200)
    offset: int = Field(default=0, ge=0, le=10_000)


class VisibleSet(Out):
    """A purpose's visible set as it lies there now. `set` and `rulebook` are the hashes that its entry names."""

    purpose: str
    kind: str
    state: Literal["right", "stale", "changed", "wrong"]
    sees: int = Field(description="Markings whose rows the purpose sees.")
    tells: int = Field(description="Markings of which a pointer may tell it.")
    more: Sequence[int] = Field(description="Markings that the set opens and the rules don't.")
    fewer: Sequence[int] = Field(description="Markings that the rules open and the set doesn't.")
    compiled: datetime
    until: datetime | None = None
    epoch: int
    set: str
    rulebook: str | None = None
    entry: UUID | None = Field(default=None, description="None for a set of before sets were entries.")
    checked: datetime | None = Field(default=None, description="When pure code last found the same.")


class PromiseDue(Out):
    """Something that somebody was promised and that isn't done yet."""

    kind: Literal["run", "store", "export", "look", "reading", "errand", "cases", "schedule"]
    id: str
    of: str | None = None
    account: str | None = None
    since: datetime
    late: bool = Field(description="Longer than it should be.")
    why: str


class Promises(Listed[PromiseDue]):
    """What is late first."""

    late: int = 0


class WatchedList(Out):
    """How many are on a list; who, nobody can read."""

    list: str
    account: str | None = None
    title: str = ""
    people: int
    by: str | None = None
    at: datetime | None = None
