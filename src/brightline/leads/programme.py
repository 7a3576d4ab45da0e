"""A lead programme as configuration: read from YAML, checked, and brought into the form that the database keeps.

    programme, title, description, unit, authority, source     who may do this, under what, from where
    checks: [{name, title, system, required, ends?}]           what somebody consults; ends: {confirmed: departed}
    priorities: [{name, hours}]                                by when an answer is promised
    identifiers_needed, close_codes, refer_to, cross_to        guards, ends, recipients
    outcomes                                                    by what a recipient may end a referral
    keep_days, closed_keep_days                                 how long a lead lives
    stale_days                                                  after how long untouched it ends as insufficient
    intake: {key, title, received, ..., identifiers: {...}}    columns of the CSV

Protected traits are refused here, wherever they appear (RULES.md 2): no check, column or identifier may be one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator, model_validator

from brightline.model import yml
from brightline.model.errors import BadInput
from brightline.model.schemata import TRAITS, schema_of, trait_column

CLOSE_CODES = frozenset(
    {"departed", "in_status", "pending_benefit", "duplicate", "insufficient", "wrong_person", "unfounded"}
)

TRAIT_CHECK = "no-protected-trait"
"""Required of every programme: somebody confirms that no protected trait was a basis (rule 2)."""

WEAK_IDENTIFIERS = frozenset({"name", "birthDate"})
"""Shared by thousands of people: alone they never make a match (rules 29 and 41)."""

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,39}$")]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
SHIPPED = Path(__file__).parent / "programmes"
_LARGEST = 100_000


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CheckWanted(_Part):
    """One system or question to consult."""

    name: Name
    title: Words
    system: Words
    required: bool = True
    ends: dict[Literal["confirmed", "refuted", "nothing"], str] | None = None


class Priority(_Part):
    """How soon somebody answers."""

    name: Name
    hours: int = Field(ge=1, le=2_160)


class Columns(_Part):
    """Which column of the CSV holds what. `associates` is written `name (relation); name (relation)`."""

    key: Words
    title: Words
    received: Words
    name: Words
    narrative: Words | None = None
    birth_date: Words | None = None
    priority: Words | None = None
    claim: Words | None = None
    associates: Words | None = None
    identifiers: dict[str, Words] = Field(min_length=1, max_length=20)

    def named(self) -> Iterator[str]:
        """Every column that is read."""
        plain = (self.key, self.title, self.received, self.name, self.narrative, self.birth_date, self.priority)
        yield from (one for one in (*plain, self.claim, self.associates) if one)
        yield from self.identifiers.values()


class Programme(_Part):
    """One programme, checked."""

    programme: Name
    title: Words
    description: Annotated[str, StringConstraints(strip_whitespace=True, max_length=4_000)] = ""
    unit: Name
    authority: Words
    source: Name
    schema_: Literal["Person", "Company", "LegalEntity", "Organization"] = Field(default="Person", alias="schema")
    identifiers_needed: int = Field(default=2, ge=2, le=5)
    checks: tuple[CheckWanted, ...] = Field(min_length=1, max_length=40)
    priorities: tuple[Priority, ...] = Field(min_length=1, max_length=10)
    close_codes: tuple[str, ...] = Field(min_length=1)
    refer_to: tuple[Name, ...] = ()
    cross_to: tuple[Name, ...] = ()
    outcomes: tuple[Code, ...] | None = Field(default=None, min_length=1, max_length=30)
    keep_days: int = Field(default=180, ge=1, le=730)
    closed_keep_days: int = Field(default=90, ge=1, le=365)
    stale_days: int | None = Field(default=None, ge=7, le=730)
    intake: Columns

    @field_validator("close_codes")
    @classmethod
    def _known_codes(cls, codes: tuple[str, ...]) -> tuple[str, ...]:
        unknown = sorted(set(codes) - CLOSE_CODES)
        if unknown:
            raise ValueError(f"unknown: {', '.join(unknown)}; known are {', '.join(sorted(CLOSE_CODES))}")
        if "wrong_person" not in codes:
            raise ValueError("wrong_person is missing: an error must have a way out")
        return codes

    @model_validator(mode="after")
    def _guards(self) -> Programme:
        trait = next((one for one in _announced(self) if _is_trait(one)), None)
        if trait is not None:
            raise ValueError(f"{trait} is a protected trait; no programme may ask for it")
        if not any(check.name == TRAIT_CHECK and check.required for check in self.checks):
            raise ValueError(f"the required check {TRAIT_CHECK} is missing")
        names = [check.name for check in self.checks]
        if len(set(names)) < len(names):
            raise ValueError("two checks have one name")
        self._known_identifiers()
        for check in self.checks:
            foreign = sorted(set((check.ends or {}).values()) - set(self.close_codes))
            if foreign:
                raise ValueError(f"the check {check.name} ends a lead as {foreign[0]}, which is no close code here")
        return self

    def _known_identifiers(self) -> None:
        schema = schema_of(self.schema_)
        for identifier in self.intake.identifiers:
            if identifier in WEAK_IDENTIFIERS or schema is None or identifier not in schema.properties:
                raise ValueError(f"{identifier} is no identifier of {self.schema_}")

    def config(self) -> dict[str, Any]:
        """As the database keeps it."""
        return self.model_dump(mode="json", by_alias=True)


def _announced(given: Programme) -> Iterator[str]:
    """Every heading and name under which a value would be asked for."""
    yield from given.intake.named()
    yield from given.intake.identifiers
    for check in given.checks:
        if check.name != TRAIT_CHECK:
            yield from (check.name, check.title)


def _is_trait(heading: str) -> bool:
    return heading in TRAITS or trait_column(heading)


def parse(given: Mapping[str, Any]) -> Programme:
    """A programme from its mapping; BadInput names the first field at fault."""
    try:
        return Programme.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "programme"
        raise BadInput(
            place,
            str(first["msg"]).removeprefix("Value error, "),
            "Compare with docs/how-to/vet-leads.md or a shipped programme.",
        ) from error


def read(text: str) -> Programme:
    """A programme from YAML."""
    if len(text) > _LARGEST:
        raise BadInput("programme", "is too long", "A programme is one page.")
    try:
        given = yml.read(text)
    except yaml.YAMLError as error:
        raise BadInput("programme", "is no YAML", str(error).splitlines()[0]) from error
    if not isinstance(given, dict):
        raise BadInput("programme", "is no mapping", "Begin from one of the shipped programmes.")
    return parse(given)
