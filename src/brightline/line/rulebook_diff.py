"""What changes between two rulebooks, and which change weakens a guard (rule 47).

A change counts as weakening unless it is known to be stricter or neutral: a key that nobody has placed here is a guard.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LESS = "less is stricter"
MORE = "more is stricter"
FEWER = "fewer is stricter"
LONGER = "a longer list is stricter"
EARLIER = "earlier is stricter"
NEUTRAL = "neutral"
GUARD = "any change weakens"

SENSES: tuple[tuple[str, str], ...] = (
    ("version", NEUTRAL),
    ("bulk_threshold", LESS),
    ("second_approver_above", LESS),
    ("bulk.sample_*", MORE),
    ("bulk.*", LESS),
    ("misuse.zone", GUARD),
    ("misuse.night_units", FEWER),
    ("misuse.day_from", MORE),
    ("misuse.burst_minutes", MORE),
    ("misuse.*", LESS),
    ("accounts.second_factor", LONGER),
    ("accounts.over", GUARD),
    ("accounts.young_days", MORE),
    ("accounts.*", LESS),
    ("inquiry.shortest_reason", MORE),
    ("inquiry.aims", NEUTRAL),
    ("inquiry.*", LESS),
    ("prompts.*", NEUTRAL),
    ("review.*", MORE),
    ("reason.stock", LONGER),
    ("reason.most_alike", LESS),
    ("reason.*", MORE),
    ("crossing.longest_days", LESS),
    ("crossing.shortest_*", MORE),
    ("crossing.emergency_*", LESS),
    ("retention.longest_years", LESS),
    ("notice.weakening_days", MORE),
    ("categories.*", FEWER),
    ("protected.*", LONGER),
    ("caveats", FEWER),
    ("open_caveats", FEWER),
    ("clearable.*", FEWER),
    ("case_born.*", FEWER),
    ("silent_caveats", LONGER),
    ("pointers.highest_tier", LESS),
    ("roles.*", FEWER),
    ("chains.*.decides", FEWER),
    ("chains.*.outside", LONGER),
    ("chains.*.checked", LONGER),
    ("chains.*.hears", LONGER),
    ("mandatory.*", LONGER),
    ("crossing_ends", LONGER),
    ("authorities.*.title", NEUTRAL),
    ("authorities.*.processes", FEWER),
    ("authorities.*.valid_to", EARLIER),
    ("agreements.*.regimes", FEWER),
    ("agreements.*.pointer_tier", LESS),
    ("agreements.*.expires", EARLIER),
    ("units.*.title", NEUTRAL),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One key's change. `old` or `new` is None where the key is on one side only."""

    key: str
    old: Any
    new: Any
    weakens: bool
    sense: str

    def words(self) -> str:
        """The change in a sentence."""
        said = f"{self.key}: {_said(self.old)} → {_said(self.new)}"
        return f"{said} (weaker: {self.sense})" if self.weakens else said

    def document(self) -> dict[str, Any]:
        """As it is stored and sent."""
        return {"key": self.key, "old": self.old, "new": self.new, "weakens": self.weakens, "words": self.words()}


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """Every key that differs, in the new book's order, then what is gone."""
    before, after = flat(old), flat(new)
    found = []
    for key in [*after, *(key for key in before if key not in after)]:
        was, now = before.get(key), after.get(key)
        if was != now:
            sense = sense_of(key)
            found.append(Change(key=key, old=was, new=now, weakens=_weaker(key, was, now, sense), sense=sense))
    return found


def flat(book: Mapping[str, Any], path: str = "") -> dict[str, Any]:
    """Dotted keys with their values; lists are values."""
    found: dict[str, Any] = {}
    for key, value in book.items():
        name = f"{path}.{key}" if path else key
        if isinstance(value, Mapping):
            found.update(flat(value, name))
        else:
            found[name] = value
    return found


def sense_of(key: str) -> str:
    """Which way is stricter for this key."""
    return next((sense for pattern, sense in SENSES if fnmatch.fnmatchcase(key, pattern)), GUARD)


def _weaker(key: str, old: Any, new: Any, sense: str) -> bool:
    if sense == NEUTRAL:
        return False
    if key.startswith("agreements.") and key.endswith(".regimes"):
        return bool(set(new or ()) - set(old or ()))
    if sense == LESS:
        return old is None or new is None or new > old
    if sense == MORE:
        return old is None or new is None or new < old
    if sense == FEWER:
        return bool(set(new or ()) - set(old or ()))
    if sense == LONGER:
        return bool(set(old or ()) - set(new or ()))
    if sense == EARLIER:
        return old is not None and (new is None or new > old)
    return True


def _said(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, list):
        return f"[{', '.join(map(str, value))}]" if len(value) <= 12 else f"a list of {len(value)}"
    return str(value)
