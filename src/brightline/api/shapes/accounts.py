"""Accounts, units, roles and authorities."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from brightline.api.shapes.common import In, Line, Out, Passage, Secret, Shown
from brightline.api.shapes.session import Regime

AccountState = Literal["active", "disabled"]
Role = Literal["agent", "analyst", "supervisor", "steward", "vetter", "approver", "overseer", "admin"]


class RoleGrant(Shown):
    """A role in a unit, its desk, from when to when."""

    account: str | None = None
    title: str | None = None
    unit: str
    role: str
    purpose: str | None = None
    proposal: str | None = Field(default=None, description="Given when another person accepts this.")
    supervisor: str | None = None
    from_: datetime | None = Field(default=None, alias="from", serialization_alias="from")
    to: datetime | None = None


class Account(Shown):
    """A person who may sign in."""

    name: str
    title: str = ""
    state: str = "active"
    must_change: bool = False
    supervisor: str | None = None
    created: datetime | None = None
    roles: list[RoleGrant] = []


class AccountFull(Account):
    """An account with what hangs on it, as counts."""

    locked_until: datetime | None = None
    sessions: int = 0
    cases: int = 0


class AccountMade(Out):
    """A new account or password. A password that was made here is shown once."""

    name: str
    id: UUID | None = None
    title: str | None = None
    purpose: str | None = None
    proposal: str | None = Field(default=None, description="The role is given when another person accepts this.")
    password: str | None = None


class AccountEnabled(Out):
    """An account that lives again; `password` for a local one, shown once, and the roles that it held."""

    name: str
    state: str
    federated: bool
    roles_then: list[str] = []
    password: str | None = None


class AccountDisabled(Out):
    """The account's state, and how many sessions ended with it."""

    name: str
    state: str = "disabled"
    sessions_ended: int = 0


class AccountWanted(In):
    """An account and, at once, its first role. Without a password one is made."""

    name: Line = Field(min_length=1, max_length=100, examples=["dana.whitlock"])
    title: Line = Field(min_length=1, examples=["Dana Whitlock"])
    unit: Line | None = None
    role: Role | None = None
    supervisor: Line | None = None
    authority: Line | None = Field(default=None, description="Under which the desk works.")
    password: Secret | None = None


class Unit(Out):
    """A part of the organisation."""

    name: str
    title: str = ""
    parent: str | None = None
    regime: str | None = None
    contact: str = ""
    state: str = "active"


class UnitWanted(In):
    """A part of the organisation and, where it has one, the regime it works under."""

    name: Line = Field(min_length=1, max_length=60, examples=["fraud"])
    title: Line = Field(min_length=1)
    parent: Line | None = None
    regime: Regime | None = None
    contact: Line | None = Field(default=None, description="Whom others ask, in pointers and deconfliction.")


class RoleWanted(In):
    """Who gets which role where, under whom."""

    account: Line = Field(min_length=1)
    unit: Line = Field(min_length=1)
    role: Role
    supervisor: Line | None = None
    authority: Line | None = Field(default=None, description="Under which the desk works.")
    until: date | None = None
    reason: Passage | None = Field(default=None, description="Why, for whoever accepts a power.")


class RoleEnded(In):
    """Which role ends, and why."""

    account: Line = Field(min_length=1)
    unit: Line = Field(min_length=1)
    role: Role
    reason: Passage = Field(min_length=1)


class RoleHung(Out):
    """What ended with a role: memberships of cases, standing orders, service tokens."""

    cases: int = 0
    orders: int = 0
    tokens: int = 0


class RoleGone(Out):
    """The role that ended."""

    account: str
    unit: str
    role: str
    ended: datetime | None = None
    ended_with_it: RoleHung | None = None


class Authority(Out):
    """One statute section, its regime, the processes it permits, who approves."""

    code: str
    title: str = ""
    statute: str = ""
    regime: str
    processes: list[str] = []
    approver_role: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    in_force: bool | None = None


class AuthorityFull(Authority):
    """An authority and how much relies on it."""

    sources: int = 0
    cases: int = 0


class AuthorityWanted(In):
    """An authority. Its regime can never be changed: what was collected under it depends on it."""

    code: Line = Field(min_length=1, max_length=60, examples=["18-usc-1956"])
    title: Line = Field(min_length=1)
    statute: Line = Field(min_length=1, examples=["18 USC 1956"])
    regime: Regime
    processes: list[Line] = []
    approver_role: Role | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    reason: Passage | None = Field(default=None, description="Why, for whoever accepts it.")
