"""The registry of figures and reports, read strictly: a word that isn't known stops the program."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from brightline.model import yml
from brightline.model.errors import BadInput, Missing

SHIPPED = "figures.yml"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Figure(_Strict):
    """What is counted, in words for people and in terms for the database."""

    title: str = Field(min_length=1)
    wording: str = Field(min_length=20)
    formula: str = Field(min_length=20)
    acts: tuple[str, ...] | None = None
    names: tuple[str, ...] | None = None
    outcomes: tuple[str, ...] = ("ok",)
    where: Mapping[str, str] = {}
    by: tuple[str, ...] = Field(default=(), max_length=3)
    spread: str | None = None
    measure: Literal["count", "sum", "median", "last"]
    value: str | None = None
    divide: int | None = None
    unit: str = ""
    people: bool = False

    @model_validator(mode="after")
    def _whole(self) -> Figure:
        if self.measure != "count" and self.value is None and self.spread is None:
            raise ValueError(f"{self.measure} needs a value")
        if self.spread and self.measure != "sum":
            raise ValueError("what is spread is summed")
        return self

    def terms(self, key: str) -> dict[str, Any]:
        """As the database takes it."""
        given = self.model_dump(mode="json", exclude={"title", "wording", "formula", "unit"}, exclude_none=True)
        return {"key": key, **given}


class Report(_Strict):
    """A list of figures under one title."""

    title: str
    figures: tuple[str, ...] = Field(min_length=1)


class Registry(_Strict):
    """All of it, with the version that reports state."""

    version: str
    figures: Mapping[str, Figure]
    reports: Mapping[str, Report]

    @model_validator(mode="after")
    def _known(self) -> Registry:
        for name, report in self.reports.items():
            unknown = set(report.figures) - set(self.figures)
            if unknown:
                raise ValueError(f"report {name} names unknown figures: {sorted(unknown)}")
        return self

    def sha256(self) -> str:
        """Of the canonical JSON of all definitions: a changed word is another registry."""
        text = json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def report(self, name: str) -> Report:
        """By name; Missing names those that there are."""
        if name not in self.reports:
            raise Missing(f"There is no report {name}.", hint=f"One of: {', '.join(self.reports)}.")
        return self.reports[name]

    def figure(self, key: str) -> Figure:
        """By key."""
        if key not in self.figures:
            raise BadInput("figure", "is none of the registry", "See report list.")
        return self.figures[key]


@cache
def registry() -> Registry:
    """The definitions as shipped."""
    return Registry.model_validate(yml.read(resources.files(__package__).joinpath(SHIPPED).read_text("utf-8")))
