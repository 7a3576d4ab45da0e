"""Bulk runs: a list of people, or a search by attributes alone, above the threshold (rule 41)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from brightline.api.shapes.common import In, Line, Marking, Out, Passage, Shown
from brightline.search.bulk import COMPARED, MOST_LINES

State = Literal["requested", "sampled", "measured", "approved", "denied", "withdrawn", "running", "done"]
Born = Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d{2}){0,2}$")]


class ListLine(In):
    """One person of a list."""

    q: Line = Field(min_length=1, description="A name or an identifier.")
    born: Born | None = Field(default=None, description="YYYY, YYYY-MM or YYYY-MM-DD, where known.")


class Filters(In):
    """A search by attributes alone."""

    schemas: list[Line] = Field(default=[], max_length=50)
    sources: list[Line] = Field(default=[], max_length=50)
    countries: list[Line] = Field(default=[], max_length=50)
    from_: date | None = Field(default=None, alias="from")
    to: date | None = None


class BulkWanted(In):
    """A request: who, what for, how many are expected; a list, or attributes."""

    population: Passage = Field(description="Who is on the list, and from where it comes; at least 20 characters.")
    aim: Passage = Field(description="What the run is to find out, and what follows; at least 40 characters.")
    expected: int = Field(ge=1, le=100_000_000, description="How many matches are expected.")
    lines: list[ListLine] = Field(default=[], max_length=MOST_LINES)
    filters: Filters | None = None
    fuzzy: int = Field(default=1, ge=0, le=1)

    @model_validator(mode="after")
    def _something(self) -> BulkWanted:
        if not self.lines and self.filters is None:
            raise ValueError("lines or filters: one of the two says whom to look for")
        return self


class BulkRun(Shown):
    """A bulk run. `error_rate`: the share of the sample's matches that weren't confirmed; None when it had none."""

    bulk: str
    state: State
    kind: Literal["list", "attributes"]
    case: str | None = None
    unit: str
    by: str | None = None
    by_title: str | None = None
    population: str
    aim: str
    expected: int
    size: int
    threshold: int
    earlier: int = Field(default=0, description="How often the same list was asked for before.")
    seed: str | None = None
    sample: int | None = None
    sample_hits: int | None = None
    confirmed: int | None = None
    wrong: int | None = None
    unsure: int | None = None
    error_rate: float | None = None
    error_high: float | None = Field(default=None, description="Upper end of Wilson's 95 % interval.")
    decider: str | None = None
    decided: datetime | None = None
    decision: str | None = None
    run_by: datetime | None = None
    searched: int = 0
    found: int = 0
    made: datetime
    acts: list[str] = []


class BulkHit(Out):
    """A match of one line. Unjudged it is gone at `expires`; not `actionable`, it carries no action."""

    hit: UUID
    place: int
    query: str | None = None
    born: str | None = None
    id: str
    schema_: str = Field(alias="schema", serialization_alias="schema")
    schema_label: str = ""
    caption: str = ""
    source: str
    marking: Marking | None = None
    score: float = 0.0
    matched: list[str] = []
    sample: bool = False
    found: datetime
    expires: datetime | None = None
    verdict: str | None = None
    actionable: bool = False
    compared: list[str] = []
    reason: str | None = None
    judge: str | None = None
    judged: datetime | None = None


class BulkHits(Out):
    """One page of matches; `open` of all are unjudged."""

    items: list[BulkHit]
    total: int
    open: int = 0
    limit: int = 50
    offset: int = 0
    more: bool = False


class HitVerdict(In):
    """A person's judgement on one match."""

    verdict: Literal["confirmed", "wrong", "unsure"]
    compared: list[Literal[COMPARED]] = Field(default=[], max_length=len(COMPARED))  # type: ignore[valid-type]
    reason: Passage = Field(description="What agrees or differs; at least 10 characters.")


class HitJudged(Out):
    """As it was written down, with the run as it stands now."""

    hit: UUID
    verdict: str
    compared: list[str] = []
    actionable: bool = False
    bulk: BulkRun


class BulkDecision(In):
    """What the decision rests on."""

    reason: Passage = Field(description="At least 20 characters.")
