"""What a call is made of, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """Who asks (a session's token), under which purpose (`CASE`, `CASE@CODE`, `unit/role`) and inquiry.

    `key` makes a command that is sent twice be done once; `seen` is the revision of the thing that was read.
    """

    token: str | None = field(default=None, repr=False)
    purpose: str | None = None
    inquiry: UUID | None = None
    key: str | None = None
    seen: str | None = None

    def beside(self) -> dict[str, str]:
        """What travels beside a function's parameters, and is none of them."""
        return {name: said for name, said in (("_key", self.key), ("_seen", self.seen)) if said is not None}


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """Proof that an act was entered: the entry's id, its RFC 6962 leaf hash (hex), the time, a signed note or ''."""

    entry: UUID
    leaf: str
    at: str
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What an installed function answered, with the receipt of its entry, and how many acts its inquiry has left."""

    result: Any
    receipt: Receipt
    acts_left: int | None = None
