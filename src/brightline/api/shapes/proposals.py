"""Proposals: what one person wants changed of sight or powers, and another decides."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import Field

from brightline.api.shapes.common import In, Passage, Shown
from brightline.api.shapes.feeds import AgreementWanted, AssessmentWanted

Kind = Literal[
    "authority_add",
    "authority_extend",
    "authority_end",
    "source_add",
    "source_renew",
    "agreement_extend",
    "agreement_end",
    "power",
    "group",
]
State = Literal["proposed", "notice", "in_force", "refused", "withdrawn", "lapsed"]


class Proposal(Shown):
    """What is proposed, by whom, and how it stands. `terms` are what will hold, word for word; `widens`: somebody would
    see more, so it waits for the notice to overseers after it was accepted. `may`: what you can do with it."""

    proposal: str = Field(examples=["PR-2026-004711"])
    kind: Kind
    about: str
    unit: str | None = None
    regimes: list[str] = []
    terms: dict[str, Any] = {}
    widens: bool = False
    state: State
    author: str
    author_title: str | None = None
    author_unit: str
    reason: str = ""
    proposed: datetime
    effective: datetime | None = None
    decided_by: str | None = None
    decided_title: str | None = None
    decided: datetime | None = None
    decision: str = ""
    began: datetime | None = None
    ended: datetime | None = None
    may: list[str] = []


class AuthorityExtended(In):
    """A later last day, or none, and why."""

    valid_to: date | None = None
    reason: Passage = Field(min_length=1)


class AgreementExtended(In):
    """A later last day, and why."""

    expires: date
    reason: Passage = Field(min_length=1)


class SourceRenewed(In):
    """A further agreement, a further assessment, or both, and why. An assessment of the same id gets the later day."""

    agreement: AgreementWanted | None = None
    assessment: AssessmentWanted | None = None
    reason: Passage = Field(min_length=1)
