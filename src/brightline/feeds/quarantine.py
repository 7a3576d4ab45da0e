"""What was set aside, where, and why: a row, a value, or a note about one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

TRAIT = "A value of this kind may not be kept on file (rule 2); it was dropped unread."
AGGREGATED = frozenset({"trait", "formula", "identical", "footer", "entities"})
LISTED = 200
"""How many notes of an aggregated kind are listed row by row; the others are counted in one line."""

ROW_REASONS = frozenset(
    {
        "encoding",
        "nul",
        "columns",
        "quote",
        "too_long",
        "key",
        "duplicate",
        "json",
        "caveat",
        "total",
        "shifted",
        "many",
    }
)
"""What keeps a whole row out; feed.row_reasons() in the database says the same of what is open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """`reason` is a code (see README.md), `detail` a sentence; a trait's value is never kept. `row` counts records,
    from the heading on as 1: a record over several lines is one."""

    row: int | None
    key: str | None
    column: str | None
    reason: str
    detail: str
    value: str | None = None
    state: str = "open"
    entity: str | None = None
    prop: str | None = None
    """Of a value that can't be taken: whose it is, so that the one of before stays."""

    @property
    def rejects_row(self) -> bool:
        return self.reason in ROW_REASONS


@dataclass(slots=True)
class Faults:
    """Collects faults; kinds that may come with every row are cut short and counted, never dropped in silence."""

    rows: int = 0
    values: int = 0
    notes: int = 0
    _pending: list[Fault] = field(default_factory=list)
    _counts: Counter[tuple[str, str | None]] = field(default_factory=Counter)

    def add(self, fault: Fault) -> None:
        if fault.rejects_row:
            self.rows += 1
        elif fault.state == "noted":
            self.notes += 1
        else:
            self.values += 1
        if fault.reason in AGGREGATED:
            self._counts[fault.reason, fault.column] += 1
            if self._counts[fault.reason, fault.column] > LISTED:
                return
        self._pending.append(fault)

    def take(self) -> list[Fault]:
        """The faults since the last call."""
        taken, self._pending = self._pending, []
        return taken

    def rest(self) -> Iterator[Fault]:
        """One line for each kind that was cut short."""
        for (reason, column), count in self._counts.items():
            if count > LISTED:
                yield Fault(
                    row=None,
                    key=None,
                    column=column,
                    reason=reason,
                    state="noted",
                    detail=f"{count - LISTED} more rows with the same.",
                )
