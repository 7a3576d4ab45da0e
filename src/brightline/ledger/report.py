"""What a verification found."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from brightline.ledger.tree import EMPTY_ROOT

MAX_PROBLEMS = 1000
MAX_NOTES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that doesn't hold. `index` and `entry` name the entry, where it is of an entry."""

    index: int | None
    entry: UUID | None
    kind: str
    detail: str

    def json(self) -> dict[str, object]:
        """As it is printed."""
        entry = None if self.entry is None else str(self.entry)
        return {"index": self.index, "entry": entry, "kind": self.kind, "detail": self.detail}


@dataclass(slots=True, kw_only=True)
class Report:
    """The outcome. `bodies` says whether heads and bodies were there to be checked; `checkpoints` counts the
    earlier ones that the tree was compared with; `found` counts problems beyond those listed, too.

    `keys` are the log's keys over time, `receipt_keys` those that its entries introduce for receipts; `witnessed` is
    the largest size that a quorum of the given witnesses cosigned, None when none were given; `stamps` are the
    time-stamps that hold; `notes` is what isn't a fault but should be asked about, such as a clock that went back;
    `continued` says of which former log this one goes on, and what of that isn't in it.
    """

    size: int = 0
    root: bytes = EMPTY_ROOT
    checked_entries: int = 0
    problems: list[Problem] = field(default_factory=list)
    found: int = 0
    origin: str = ""
    key: str = ""
    key_source: str = "given"
    bodies: str = "absent"
    checkpoints: int = 0
    keys: list[str] = field(default_factory=list)
    receipt_keys: list[str] = field(default_factory=list)
    witnesses: list[dict[str, object]] = field(default_factory=list)
    quorum: int = 0
    witnessed: int | None = None
    stamps: list[dict[str, object]] = field(default_factory=list)
    stamps_checked: bool = False
    notes: list[Problem] = field(default_factory=list)
    continued: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether everything holds."""
        return not self.found

    def say(self, kind: str, detail: str, *, index: int | None = None, entry: UUID | None = None) -> None:
        """Add a problem."""
        self.found += 1
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem(index=index, entry=entry, kind=kind, detail=detail))

    def note(self, kind: str, detail: str, *, index: int, entry: UUID | None = None) -> None:
        """Add what isn't a fault."""
        if len(self.notes) < MAX_NOTES:
            self.notes.append(Problem(index=index, entry=entry, kind=kind, detail=detail))

    def json(self) -> dict[str, Any]:
        """The document of `ledger verify --json`."""
        return {
            "ok": self.ok,
            "size": self.size,
            "root": base64.b64encode(self.root).decode(),
            "checked_entries": self.checked_entries,
            "problems": [problem.json() for problem in self.problems],
            "problems_found": self.found,
            "origin": self.origin,
            "key": self.key,
            "key_source": self.key_source,
            "keys": self.keys,
            "receipt_keys": self.receipt_keys,
            "bodies": self.bodies,
            "checkpoints": self.checkpoints,
            "quorum": self.quorum,
            "witnessed": self.witnessed,
            "witnesses": self.witnesses,
            "stamps": self.stamps,
            "stamps_checked": self.stamps_checked,
            "notes": [note.json() for note in self.notes],
            "continued": self.continued,
        }
