"""The rulebook: versions, what changes, what was proved, notices of weaker guards."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints

from brightline.api.shapes.common import In, Out, Passage, Shown, storable

Yaml = Annotated[str, StringConstraints(max_length=500_000), AfterValidator(storable)]
State = Literal["unchecked", "broken", "proposed", "approved", "in_force", "past", "rejected", "withdrawn"]


class RuleChange(Out):
    """One key that differs. `weakens`: a guard becomes weaker by it, as far as anybody can tell."""

    key: str
    old: Any = None
    new: Any = None
    weakens: bool = False
    words: str = ""


class Promise(Out):
    """One promise of the rulebook, shown for all accounts, purposes, markings and sequences of acts, or refuted."""

    name: str
    promise: str
    holds: bool
    counter: str | None = Field(default=None, description="Who would see or do what, by which keys.")
    seconds: float = 0.0


class RulebookHead(Shown):
    """A version in one line."""

    version: int
    state: State
    hash: str
    base: int | None = None
    author: str | None = None
    author_title: str = ""
    reason: str = ""
    proposed: datetime
    effective: datetime | None = None
    weakens: bool = False
    changes: int = 0
    decided_by: str | None = None
    decided_title: str = ""
    decided: datetime | None = None
    decision: str = ""
    began: datetime | None = None
    ended: datetime | None = None
    may: list[str] = []


class NoticeSeen(Out):
    """Which overseer saw it, with a remark."""

    by: str
    at: datetime
    remark: str = ""


class RulebookNotice(Out):
    """A weaker guard, told to overseers before it holds."""

    version: int
    made: datetime
    effective: datetime | None = None
    state: State
    changes: list[RuleChange] = []
    author_title: str = ""
    reason: str = ""
    seen: list[NoticeSeen] = []
    may: list[str] = []


class RulebookVersion(RulebookHead):
    """A version whole: `book` is what holds, `yaml` what its author wrote."""

    book: dict[str, Any] = {}
    yaml: str = ""
    difference: list[RuleChange] = []
    proof: list[Promise] = []
    notice: RulebookNotice | None = None
    registered: dict[str, Any] = Field(default={}, description="Authorities, agreements and units as they stand.")


class RulebookDifference(Out):
    """What a text would change in version `version`, which is in force, and whether the result keeps its promises."""

    version: int
    difference: list[RuleChange] = []
    weakens: bool = False
    holds: bool = True
    proof: list[Promise] = []


class RulebookText(In):
    """A site's YAML: what differs from the shipped rulebook."""

    yaml: Yaml = Field(examples=["bulk_threshold: 20\n"])


class RulebookWanted(RulebookText):
    """A proposal. Without `effective` it holds from its approval, or, where it weakens a guard, after the notice."""

    reason: Passage = Field(min_length=1, examples=["The regional court asks for it in its letter of May."])
    effective: datetime | None = None


class Remark(In):
    """An overseer's remark on a notice; may be empty."""

    remark: Passage = ""
