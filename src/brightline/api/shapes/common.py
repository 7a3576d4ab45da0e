"""Bases, lists, markings and the problem document that every room's shapes share."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from brightline.model.characters import NOT_IN_A_LINE, NOT_IN_A_PASSAGE, named, plain

T = TypeVar("T")

MAX_LIMIT = 200
MAX_OFFSET = 10_000


def storable(text: str) -> str:
    """Refuse what PostgreSQL can't hold as text, so that it is a clear word here and no error there."""
    if "\x00" in text:
        raise ValueError("holds a NUL character")
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise ValueError("holds half of a surrogate pair")
    return text


def one_line(text: str) -> str:
    """Refuse what rewrites a screen: control characters, line ends, bidirectional controls."""
    found = NOT_IN_A_LINE.search(storable(text))
    if found:
        raise ValueError(f"holds {named(found[0])}, which nobody can see; leave it out")
    return text


def several_lines(text: str) -> str:
    """As one_line, but line ends (of one kind), tabs, and the marks of right-to-left writing may stand in it."""
    text = plain(storable(text))
    found = NOT_IN_A_PASSAGE.search(text)
    if found:
        raise ValueError(f"holds {named(found[0])}, which nobody can see; leave it out")
    return text


Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500), AfterValidator(one_line)]
"""One line of text: a title, a code, a name."""
Passage = Annotated[str, StringConstraints(strip_whitespace=True, max_length=20_000), AfterValidator(several_lines)]
"""Several lines: a predicate, a note, a necessity."""
Secret = Annotated[str, StringConstraints(max_length=1_000), AfterValidator(storable)]
Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60), AfterValidator(one_line)]
"""A one-time or recovery code as somebody types it."""
Handle = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(storable)
]
"""An id as lists print it."""


class In(BaseModel):
    """A request body. An unknown field is refused: a misspelt guard must not be dropped in silence."""

    # No NaN, no infinity: JSON has none, and neither has the database.
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class Out(BaseModel):
    """An answer. What a room returns beyond these fields never leaves the house."""

    model_config = ConfigDict(extra="ignore", from_attributes=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _absent_is_default(cls, given: Any) -> Any:
        """SQL's null stands for "none of it": a list is empty then, a text '', where the shape says so."""
        return {key: part for key, part in given.items() if part is not None} if isinstance(given, dict) else given


class Shown(Out):
    """Something that can be decided or changed, as it stands."""

    revision: str | None = Field(
        default=None, description="Sent back as X-Seen, it makes sure that nobody has changed it since it was read."
    )


class Paged(Out):
    """Which part of a list an answer holds. `total` is null where counting would cost more than it tells."""

    total: int | None = None
    limit: int = 50
    offset: int = 0
    more: bool = False


class Listed(Paged, Generic[T]):
    """One page of a list."""

    items: list[T]


class Problem(Out):
    """RFC 9457. `code` is for machines, `detail` says what is so, `hint` what to do about it."""

    type: str = Field(examples=["/errors/refused"])
    title: str = Field(examples=["Refused by the line"])
    status: int = Field(examples=[403])
    detail: str
    hint: str = ""
    code: str = Field(examples=["refused"])
    request_id: str
    entry: UUID | None = Field(default=None, description="The ledger entry of the refusal, where there is one.")
    field: str | None = Field(default=None, description="The field at fault, for code bad_input.")


class Origin(Out):
    """Where a datum comes from and under which authority it was collected."""

    source: str
    authority: str


class Marking(Out):
    """What may be done with a datum, as far as its viewer may know it."""

    origins: list[Origin] = []
    regimes: list[str] = []
    category: str | None = None
    caveats: list[str] = []
    retention: str | None = None
    crossed: bool = False


class SourceRef(Out):
    """A source by name and title."""

    name: str
    title: str = ""


class Step(Out):
    """One step in the life of a case or a crossing."""

    step: str
    by: str | None = None
    at: datetime | None = None
    reason: str | None = None


class Reason(In):
    """A decision's reason."""

    reason: Passage = Field(min_length=1, examples=["The predicate names no statute that covers the facts."])


class Nothing(In):
    """An act that needs no words. The body may be empty."""
