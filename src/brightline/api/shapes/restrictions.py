"""Restrictions: protected persons, rows that were obtained unlawfully."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from brightline.api.shapes.common import Handle, In, Line, Passage, Shown


class RestrictionWanted(In):
    """What should be out of sight, and on which ground. It holds from the moment it is asked for."""

    about: Handle = Field(description="A person's id, as the case sees it; or a source's row as SOURCE:KEY.")
    kind: Literal["protected", "unlawful"]
    basis: Line = Field(min_length=5, examples=["8 USC 1367"], description="Statute or order.")
    reason: Passage


class RestrictionDecision(In):
    """An approver's decision, never on one's own request."""

    decision: Literal["confirm", "lift"]
    reason: Passage


class Restriction(Shown):
    """One restriction. Never whom or what it hides."""

    restriction: str
    kind: str
    state: str
    unit: str
    of: str
    basis: str
    reason: str | None = None
    asked_by: str
    asked: datetime
    decided_by: str | None = None
    decided: datetime | None = None
    decision_reason: str | None = None
    counts: dict[str, Any] = Field(
        default={},
        description="aspects, links, records re-marked; recalled, cases_told, exports_told when unlawful. Told at "
        "desks and to oversight: a case doesn't learn how much others hold.",
    )
    may: list[str] = []
    others: list[str] = Field(default=[], description="Further restrictions, of the ids that were joined into one.")
