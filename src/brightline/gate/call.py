"""What a call is made of, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """Who asks (a session's token), under which purpose (`CASE`, `CASE@CODE`, `unit/role`) and inquiry."""

    token: str | None = field(default=None, repr=False)
    purpose: str | None = None
    inquiry: UUID | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """Proof that an act was entered: the entry's id, its RFC 6962 leaf hash (hex), the time, a signed note or ''."""

    entry: UUID
    leaf: str
    at: str
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What an installed function answered, with the receipt of its entry."""

    result: Any
    receipt: Receipt
