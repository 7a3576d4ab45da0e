"""Sessions, service tokens, the confirmation of roles, break-glass."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from brightline.api.shapes.common import Code, In, Line, Out, Passage, Shown


class Session(Out):
    """A live session of one's own. `bound`: to the browser it was opened in; `recheck_by`: dead then unless the
    provider is asked again."""

    id: UUID
    opened: datetime
    seen: datetime
    expires: datetime
    client: str = ""
    bound: bool = False
    current: bool = False
    second: str = ""
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
    password: str | None = Field(default=None, max_length=1024, description="One's password, shown anew; or a code.")
    code: str | None = Field(default=None, max_length=60, description="A one-time or recovery code instead.")


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


class RoleDue(Shown):
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


class Glass(Shown):
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


class Factor(Out):
    """A second factor of one's own."""

    id: UUID
    kind: Literal["totp", "webauthn"]
    title: str
    made: datetime
    used: datetime | None = None


class Factors(Out):
    """One's second factors, whether one's role needs one, and how many recovery codes are left."""

    wanted: bool = False
    waits: str = ""
    recovery_left: int = 0
    factors: list[Factor] = []


class FactorWanted(In):
    """What one calls it."""

    title: Line = Field(default="Authenticator", min_length=1, max_length=100)


class TotpBegun(Out):
    """What the authenticator needs; told once. `picture` is an SVG as a data address, drawn here."""

    id: UUID
    title: str
    secret: str
    address: str
    picture: str


class TotpConfirm(In):
    """The code that the authenticator shows now."""

    id: UUID
    code: Code


class FactorMade(Factor):
    """A factor that was set up. The recovery codes are told in this answer only; none where there were some."""

    recovery_codes: list[str] = []
    sessions_ended: int = 0


class FactorEnded(Out):
    """Which factor, since when."""

    id: UUID
    ended: datetime


class FactorsReset(Out):
    """Whose factors were taken away, and how many."""

    name: str
    factors_ended: int


class GroupWanted(In):
    """A provider's group, by the provider's issuer, and the role in a unit that it gives."""

    issuer: Line = Field(min_length=1, examples=["https://id.agency.example"])
    group: Line = Field(min_length=1, examples=["investigators"])
    unit: Line = Field(min_length=1)
    role: Line = Field(min_length=1)
    reason: Line | None = Field(default=None, description="Why, for whoever accepts a group that gives a power.")


class Group(Out):
    """One mapping. A group that isn't mapped gives nothing; one that gives a power waits for `proposal` first."""

    id: UUID | None = None
    proposal: str | None = None
    issuer: str
    group: str
    unit: str
    role: str
    made_by: str
    made: datetime | None = None
    ended: datetime | None = None
    roles_ended: int = 0


class SyncUser(In):
    """An account as the provider lists it."""

    subject: Line = Field(min_length=1)
    active: bool
    groups: list[Line] | None = None


class SyncWanted(In):
    """The provider's list. `complete`: whoever isn't in it has left."""

    issuer: Line = Field(min_length=1)
    users: list[SyncUser] = Field(max_length=5_000)
    complete: bool = False


class SyncChange(Out):
    """Whose roles changed, and how."""

    account: str
    given: list[str] = []
    taken: list[str] = []


class Leavers(Shown):
    """Accounts that a provider's list would end, waiting for a second person; `known` is how many it had here."""

    id: UUID
    issuer: str
    accounts: list[str]
    known: int
    state: Literal["asked", "done", "refused"]
    asked_by: str
    asked: datetime
    decided_by: str | None = None
    decided: datetime | None = None
    reason: str = ""
    mine: bool = False
    left: list[str] = []
    sessions_ended: int = 0


class SyncDone(Out):
    """How many were listed and are known here, who left, whose roles changed."""

    issuer: str
    listed: int
    known: int
    left: list[str] = []
    sessions_ended: int = 0
    changed: list[SyncChange] = []
    waits: Leavers | None = None
