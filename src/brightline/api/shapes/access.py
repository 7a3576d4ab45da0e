"""Sessions, service tokens, the confirmation of roles, break-glass."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from brightline.api.shapes.common import In, Line, Out, Passage


class Session(Out):
    """A live session of one's own. `bound`: to the browser it was opened in; `recheck_by`: dead then unless the
    provider is asked again."""

    id: UUID
    opened: datetime
    seen: datetime
    expires: datetime
    client: str = ""
    bound: bool = False
    recheck_by: datetime | None = None


class SessionEnded(Out):
    """Which session, since when."""

    session: UUID
    ended: datetime


class TokenWanted(In):
    """A service token: what it is for, the acts it may call (operations by name), under which purpose, until when."""

    title: Line = Field(min_length=3, examples=["Nightly list for the duty desk"])
    acts: list[Line] = Field(min_length=1, max_length=50, examples=[["case_list"]])
    purpose: Line = Field(min_length=1, examples=["fraud/agent"])
    expires: Line = Field(min_length=10, examples=["2026-12-31"])


class Token(Out):
    """A service token, without itself."""

    id: UUID
    title: str
    account: str
    acts: list[str]
    purpose: str
    made: datetime
    expires: datetime
    ended: datetime | None = None
    state: Literal["live", "expired", "revoked"]


class TokenMade(Token):
    """A new one: `token` is told in this answer only."""

    token: str


class RoleDue(Out):
    """A grant and the day by which somebody else confirms it."""

    account: str
    title: str = ""
    unit: str
    role: str
    from_: datetime | None = Field(default=None, alias="from", serialization_alias="from")
    due: datetime
    confirmed: datetime | None = None
    confirmed_by: str | None = None
    origin: str = "hand"
    lapsed: bool = False


class RoleConfirm(In):
    """Whose role, and whether it goes on; with `keep: false` it ends at once and a reason is needed."""

    account: Line = Field(min_length=1)
    unit: Line = Field(min_length=1)
    role: Line = Field(min_length=1)
    keep: bool = True
    reason: Passage | None = None


class GlassWanted(In):
    """A case of one's own regime that one isn't a member of, and why it can't wait."""

    case: Line = Field(min_length=1, examples=["C-2026-4711"])
    reason: Passage = Field(min_length=1)


class GlassDecision(In):
    """Why it is right, or wrong; for how many hours it opens, four at most."""

    reason: Passage = Field(min_length=1)
    hours: int | None = Field(default=None, ge=1, le=4)


class GlassReview(In):
    """What a third person found afterwards."""

    review: Passage = Field(min_length=1)


class Glass(Out):
    """A request to break the glass. Whoever asked can't tell from it whether such a case exists until it opens."""

    glass: str
    case: str
    asker: str
    asker_title: str = ""
    unit: str
    reason: str
    asked: datetime
    state: Literal["asked", "open", "denied", "ended", "expired", "lapsed"]
    decided_by: str | None = None
    decided: datetime | None = None
    words: str = ""
    expires: datetime | None = None
    ended: datetime | None = None
    reviewed_by: str | None = None
    reviewed: datetime | None = None
    review: str = ""
    mine: bool = False
    review_due: bool = False
    may_decide: bool = False
    may_review: bool = False
