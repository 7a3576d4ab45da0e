"""Signing in, who one is, and the inquiry one works under."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from brightline.api.shapes.common import Code, In, Line, Out, Passage, Secret

Regime = Literal["criminal", "civil", "regulatory", "oversight"]


class SignIn(In):
    """Who, and the password. With `cookie` the token is set as a cookie that scripts can't read."""

    account: Line = Field(min_length=1, examples=["dana.whitlock"])
    password: Secret = Field(min_length=1)
    cookie: bool = True


class SignedIn(Out):
    """A session. `token` is null when it went into the cookie."""

    token: str | None = None
    expires: datetime
    account: str
    must_change: bool = Field(default=False, description="The password was given by somebody else: change it first.")
    waits: Literal["", "second", "enrol"] = Field(
        default="", description="second: show a second factor now; enrol: set one up, nothing else is open before."
    )
    kinds: list[str] = Field(default=[], description="Which second factors the account has: totp, webauthn.")


class SecondStep(In):
    """A code of an authenticator, or one of the recovery codes."""

    kind: Literal["totp", "recovery"] = "totp"
    code: Code = Field(examples=["492039"])


class KeyAnswer(In):
    """What navigator.credentials gave, as its toJSON() says it."""

    credential: dict[str, Any]


class KeyOptions(Out):
    """What navigator.credentials takes as `publicKey`, in JSON."""

    options: dict[str, Any]


class ProviderName(Out):
    """A provider that people may sign in with."""

    name: str
    title: str


class Providers(Out):
    """All of them; none where accounts are local."""

    providers: list[ProviderName] = []


class FederatedWanted(In):
    """Which provider."""

    provider: Line = Field(min_length=1, examples=["agency"])


class FederatedBegun(Out):
    """Where to send the browser."""

    url: str


class FederatedBack(In):
    """What the provider sent the browser back with."""

    state: Line = Field(min_length=1)
    code: Passage = Field(min_length=1)


class LoggedOut(Out):
    """How many sessions ended."""

    sessions_ended: int


class PasswordChange(In):
    """The old password and the new one, of at least twelve characters."""

    old: Secret = Field(min_length=1)
    new: Secret = Field(min_length=1)


class PasswordChanged(Out):
    """Whose password, and how many sessions ended with the old one."""

    account: str
    sessions_ended: int = 0


class Person(Out):
    """A colleague."""

    name: str
    title: str = ""
    unit: str | None = None
    roles: list[str] = []


class UnitName(Out):
    """A unit by name and title."""

    name: str
    title: str = ""


class RoleHeld(Out):
    """A role in a unit, the desk that goes with it, and who supervises it."""

    unit: str
    unit_title: str = ""
    role: str
    purpose: str | None = None
    supervisor: str | None = None


class Inquiry(Out):
    """One stated reason within a purpose. It ends on a switch of purpose and after the rulebook's hours or acts."""

    id: UUID
    purpose: str | None = None
    reason: str = ""
    aim: str | None = None
    prompt: str | None = Field(default=None, description="Version of the question that the reason answers.")
    opened: datetime | None = None
    expires: datetime | None = None
    ended: datetime | None = None
    acts_left: int | None = None
    acts_max: int


class Purpose(Out):
    """What somebody may work under: a case, a desk or an oversight task, with one authority."""

    key: str
    kind: str
    title: str = ""
    regime: str | None = None
    authority: str | None = None
    authority_title: str | None = None
    statute: str | None = None
    unit: str | None = None
    unit_title: str | None = None
    case: str | None = None
    state: str = "active"
    expires: datetime | None = None
    role: str | None = None
    inquiry: Inquiry | None = None


class Me(Out):
    """The signed-in account, its roles and what it may work under."""

    account: str
    id: UUID
    title: str = ""
    must_change: bool = False
    waits: str = Field(default="", description="enrol: a second factor has to be set up before any work.")
    supervisor: str | None = None
    units: list[UnitName] = []
    roles: list[RoleHeld] = []
    purposes: list[Purpose] = []


class InquiryWanted(In):
    """Opens an inquiry. The reason is one sentence that says why here and now, as long as the rulebook asks."""

    purpose: Line = Field(min_length=1, examples=["C-2026-0001"])
    reason: Passage = Field(
        min_length=1,
        examples=["Check whether the two staffing firms share an account named in the audit of May."],
    )
    aim: Line | None = Field(default=None, description="The kind of act, one of GET /prompts.", examples=["connect"])
    prompt: Line | None = Field(default=None, description="Version of the question that was shown, of GET /prompts.")


class Prompt(Out):
    """A question that people answer with a reason, word for word."""

    name: str
    version: str
    text: str


class Limits(Out):
    """The rulebook's figures, for texts and counters; the database judges by its own. Lengths are in characters."""

    shortest_reason: int = Field(description="Of an inquiry, a validation, a restriction, a broken glass.")
    own_words: int = Field(description="Distinct words of a reason that are no stock words.")
    inquiry_hours: int
    inquiry_acts: int
    crossing_days: int = Field(description="Days until a crossing's last day, at most.")
    shortest_necessity: int
    shortest_alternatives: int
    shortest_decision: int = Field(description="Of the reason by which a crossing is approved, denied or revoked.")
    emergency_hours: int
    emergency_items: int
    glass_hours: int
    recertify_days: int
    review_percent: int = Field(description="Of inquiries whose reasons are sampled.")
    review_least: int = Field(description="Inquiries in a sample, at least.")


class Prompts(Out):
    """The questions in force, the kinds of act that an inquiry may state, and the figures that reasons are held to."""

    prompts: list[Prompt]
    aims: list[str]
    limits: Limits


class State(Out):
    """What anybody may know: whether the installation waits for its first administrator."""

    initialised: bool
    setup: bool
    version: str = Field(default="", description="Of the product; empty without a session.")


class Setup(In):
    """The first administrator, made once with the code that `brightline init` printed."""

    code: Line = Field(min_length=1)
    account: Line = Field(min_length=1)
    title: Line = Field(min_length=1)
    password: Secret = Field(min_length=1)
    unit: Line = "hq"
    unit_title: Line = "Headquarters"


class SetupDone(Out):
    """The account that was made."""

    account: str
    unit: str | None = None
    purpose: str | None = None
