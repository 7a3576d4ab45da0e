"""A version of the rulebook and its steps, and the judgement of one: does it hold together, is it proved, what weakens?

unchecked ─prove→ proposed ─approve→ approved ─begin→ in_force ─end→ past
    │                 ├─reject→ rejected
    ├─refute→ broken  └─withdraw→ withdrawn  (from unchecked, proposed, approved)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from brightline.line import rulebook_check, rulebook_diff
from brightline.line.proof import prove
from brightline.line.rulebook_check import Door
from brightline.model.errors import BadInput


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What was found of a rulebook. `broken`: why it is refused, '' when it isn't."""

    changes: tuple[rulebook_diff.Change, ...]
    proof: tuple[Mapping[str, Any], ...]
    broken: str
    effective: datetime | None

    @property
    def weakens(self) -> bool:
        """Whether a guard becomes weaker."""
        return any(change.weakens for change in self.changes)

    def document(self) -> dict[str, Any]:
        """As it is stored and sent."""
        return {
            "holds": not self.broken,
            "broken": self.broken,
            "changes": [change.document() for change in self.changes],
            "weakens": self.weakens,
            "proof": list(self.proof),
            "effective": self.effective.isoformat() if self.effective else None,
        }


def judge(facts: Mapping[str, Any], doors: Sequence[Door]) -> Judgement:
    """The judgement of a version by what `line.policy_version` tells of it. Never raises for its faults."""
    book, old = facts["book"], facts["old"]
    changes = tuple(rulebook_diff.changes(old, book))
    wanted = datetime.fromisoformat(facts["effective"]) if facts.get("effective") else None
    try:
        rulebook_check.check(book, doors=doors, units=facts["units"])
        _known_sources(book, facts)
        effective = moment(changes, wanted, datetime.fromisoformat(facts["now"]), days=_days(old, book))
    except BadInput as error:
        return Judgement(changes=changes, proof=(), broken=str(error), effective=wanted)
    proof = prove(book, doors)
    broken = " ".join(f"{one.promise} Broken: {one.counter.words()}" for one in proof.broken if one.counter)
    return Judgement(changes=changes, proof=tuple(proof.documents()), broken=broken, effective=effective)


def moment(
    changes: Sequence[rulebook_diff.Change], wanted: datetime | None, now: datetime, *, days: int
) -> datetime | None:
    """From when a version may hold: a weaker guard waits until overseers have had their notice (rule 47)."""
    if wanted is not None and wanted < now:
        raise BadInput("effective", "lies in the past", "Name a moment to come, or leave it out.")
    weaker = [change.key for change in changes if change.weakens]
    if not weaker:
        return wanted
    first = now + timedelta(days=days)
    if wanted is None:
        return first + timedelta(hours=1)
    if wanted < first:
        raise BadInput(
            "effective",
            f"is too soon: {', '.join(weaker[:5])} becomes weaker, and overseers have {days} days' notice",
            f"Name a moment after {first:%Y-%m-%d %H:%M} UTC, or leave it out.",
        )
    return wanted


def _days(old: Mapping[str, Any], book: Mapping[str, Any]) -> int:
    """The longer notice of both: a book can't shorten the notice of its own weakening."""
    return max(int(one.get("notice", {}).get("weakening_days", 7)) for one in (old, book))


def _known_sources(book: Mapping[str, Any], facts: Mapping[str, Any]) -> None:
    for name, given in book["agreements"].items():
        if given["source"] not in facts["sources"] or given["source"] == "case":
            raise BadInput(f"rulebook.agreements.{name}.source", f"names {given['source']!r}, which is no source here")
        if facts["agreements"].get(name, given["source"]) != given["source"]:
            raise BadInput(f"rulebook.agreements.{name}.source", "can't be changed: the agreement is another source's")
        unknown = sorted({*given.get("units", ())} - {*facts["units"], *book["units"]})
        if unknown:
            raise BadInput(f"rulebook.agreements.{name}.units", f"names {', '.join(unknown)}, which is no unit")
