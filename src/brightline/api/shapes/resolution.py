"""Judgements between entities, and who might be the same."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from brightline.api.shapes.common import Handle, In, Line, Out, Paged


class Part(Out):
    """One contribution to a score: what was compared, the pair that agrees best, how alike, with what weight."""

    part: str
    left: str
    right: str
    alike: float
    weight: float


class PartGiven(In):
    """A compared part, as the candidates' list gave it."""

    part: Line
    left: Annotated[str, Field(max_length=2000)]
    right: Annotated[str, Field(max_length=2000)]
    alike: Annotated[float, Field(ge=0, le=1)]
    weight: Annotated[float, Field(ge=0, le=100)]


class PairGiven(In):
    """A link of a chain, by the ids that a list printed."""

    left: Handle
    right: Handle


class JudgementWanted(In):
    """Two entities, a verdict, and why."""

    left: Handle
    right: Handle
    verdict: Literal["same", "different", "unsure"]
    reason: Annotated[str, Field(max_length=2000)]
    parts: Annotated[list[PartGiven], Field(max_length=20)] = []
    despite: bool = Field(
        default=False, description="Births that contradict were seen and are explained in the reason."
    )
    cut: Annotated[list[PairGiven], Field(max_length=20)] = Field(
        default=[], description="Pairs judged different in the same act, where a chain would keep the two together."
    )


class SplitWanted(In):
    """Why this one belongs to none of those it was joined with."""

    reason: Annotated[str, Field(max_length=2000)]


class Judged(Out):
    """What came of a judgement: the entity's id from now on, and its members as this purpose sees them."""

    id: str
    verdict: str
    canonical: str
    members: list[str]


class Split(Out):
    """What this entity now stands apart from."""

    id: str
    apart: list[str]


class Named(Out):
    """An entity in a judgement; without caption where this purpose can't see it any more."""

    id: str
    caption: str
    schema_: str = Field(alias="schema")


class Judgement(Out):
    """One judgement. `counts` is false once the same pair was judged again."""

    id: str
    left: Named
    right: Named
    verdict: str
    reason: str
    score: float | None = None
    parts: list[Part]
    by: str
    at: str
    counts: bool


class History(Paged):
    """All judgements on an entity that this purpose may see, newest first."""

    id: str
    members: list[Named]
    judgements: list[Judgement]


class Side(Out):
    """One of the two that are compared."""

    schema_: str = Field(alias="schema")
    schema_label: str
    caption: str
    sources: list[str]
    properties: dict[str, list[Any]]


class Candidate(Side):
    """Who might be the same. The score orders the list and decides nothing."""

    id: str
    score: float
    parts: list[Part]
    judged: str | None = None


class Candidates(Out):
    """An entity beside those that share an identifier or two words of a name with it."""

    id: str
    subject: Side
    candidates: list[Candidate]
    total: int | None = None
    capped: bool = False
