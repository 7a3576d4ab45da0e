"""The visibility rules as formulas: one text, read by z3 for all worlds and by Python for a single one.

The formulas are written a second time here, apart from `rules.py`, on purpose: `rules.py` compiles visible sets, this
says what they ought to be. Tests compare the two, and what PostgreSQL shows, on random worlds.

Finite: regimes, kinds of purposes, categories and caveats are the rulebook's own. A marking's origins are few: every
formula is a conjunction over origins, so that a counter-example with many origins holds one with the origin that fails.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from brightline.line import rules
from brightline.line.rulebook import REGIMES, Rulebook
from brightline.line.rulebook_check import CATEGORIES, KINDS

STRANGE = "(unknown to the rulebook)"
Truth = Any
"""A Python bool, or a z3 formula."""


class Logic(Protocol):
    """And, or, not: of formulas or of truth values."""

    def every(self, parts: Iterable[Truth]) -> Truth:
        """True when all are."""

    def some(self, parts: Iterable[Truth]) -> Truth:
        """True when one is."""

    def no(self, part: Truth) -> Truth:
        """True when it isn't."""


class Plain:
    """Truth values of one world."""

    def every(self, parts: Iterable[Truth]) -> Truth:
        return all(list(parts))

    def some(self, parts: Iterable[Truth]) -> Truth:
        return any(list(parts))

    def no(self, part: Truth) -> Truth:
        return not part


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """Which kind and regime (one of each is true), what it is cleared for, and for which caveats a crossing's order or
    form (`papers`) stands for a clearance."""

    kind: Mapping[str, Truth]
    regime: Mapping[str, Truth]
    cleared: Mapping[str, Truth]
    papers: Mapping[str, Truth]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a datum comes from. `agreed`: an agreement in force names that regime and the purpose's unit."""

    crossed: Truth
    case: Truth
    regime: Mapping[str, Truth]
    open: Truth
    assessed: Truth
    agreed: Mapping[str, Truth]


@dataclass(frozen=True, slots=True, kw_only=True)
class Marking:
    """One category is true; any caveats."""

    category: Mapping[str, Truth]
    caveats: Mapping[str, Truth]
    origins: Sequence[Origin]


def visible(logic: Logic, book: Rulebook, purpose: Purpose, marking: Marking) -> Truth:
    """Whether the purpose sees the marking; a crossed copy's compartment is asked besides (`row_visible`)."""
    return logic.every(
        [
            logic.some(purpose.kind[kind] for kind in sorted(rules.CONTENT_KINDS)),
            _caveats_open(logic, book, purpose, marking),
            _category_open(logic, book, purpose, marking),
            *(origin_open(logic, book, purpose, origin) for origin in marking.origins),
        ]
    )


def row_visible(logic: Logic, book: Rulebook, purpose: Purpose, marking: Marking, opened: Truth) -> Truth:
    """Whether a row is seen: what crossed lies in a compartment, which must be open to the purpose."""
    crossed = logic.some(origin.crossed for origin in marking.origins)
    return logic.every([visible(logic, book, purpose, marking), logic.some([logic.no(crossed), opened])])


def _caveats_open(logic: Logic, book: Rulebook, purpose: Purpose, marking: Marking) -> Truth:
    parts = []
    # Papers open copies: what is made of a copy and of something else is opened by a clearance alone.
    copy = logic.every(origin.crossed for origin in marking.origins)
    for caveat, there in marking.caveats.items():
        if caveat in book.open_caveats or caveat == rules.CROSSED:
            continue
        cleared: Truth = False
        if caveat in book.caveats:
            may = logic.some(purpose.regime[regime] for regime in sorted(book.clearable.get(caveat, frozenset())))
            papers = logic.every([copy, purpose.papers[caveat]])
            cleared = logic.every([logic.some([purpose.cleared[caveat], papers]), may])
        parts.append(logic.some([logic.no(there), cleared]))
    return logic.every(parts)


def _category_open(logic: Logic, book: Rulebook, purpose: Purpose, marking: Marking) -> Truth:
    plain = logic.some(logic.no(logic.some([o.crossed, o.case])) for o in marking.origins)
    parts = []
    for category, it_is in marking.category.items():
        asked = True if category in book.protected_categories else plain
        may = logic.some(purpose.regime[regime] for regime in sorted(book.categories.get(category, frozenset())))
        parts.append(logic.some([logic.no(it_is), logic.no(asked), may]))
    return logic.every(parts)


def origin_open(logic: Logic, book: Rulebook, purpose: Purpose, origin: Origin) -> Truth:
    """L7, L6, or L2 and L3."""
    born = logic.some(
        logic.every([origin.regime[birth], purpose.regime[reader]])
        for birth, readers in book.case_born.items()
        for reader in sorted(readers)
    )
    return logic.some([origin.crossed, logic.every([origin.case, born]), lawful_source(logic, purpose, origin)])


def lawful_source(logic: Logic, purpose: Purpose, origin: Origin) -> Truth:
    """An open, assessed source whose agreement names the purpose's regime."""
    agreed = logic.some(logic.every([purpose.regime[r], origin.agreed[r]]) for r in REGIMES)
    return logic.every([logic.no(origin.case), origin.open, origin.assessed, agreed])


# ----------------------------------------------------------------------------------------- one world of rules.Facts


def purpose_of(facts: rules.Facts) -> Purpose:
    """The purpose of one compilation, as truth values."""
    caveats = {*facts.rulebook.caveats, *facts.purpose.clearances, *facts.purpose.instruments}
    return Purpose(
        kind={kind: facts.purpose.kind == kind for kind in KINDS},
        regime={regime: facts.purpose.regime == regime for regime in REGIMES},
        cleared={caveat: caveat in facts.purpose.clearances for caveat in caveats},
        papers={caveat: caveat in facts.purpose.instruments for caveat in caveats},
    )


def marking_of(facts: rules.Facts, marking: rules.Marking) -> Marking:
    """One marking, as truth values."""
    known = {*facts.rulebook.caveats, *marking.caveats}
    return Marking(
        category={category: marking.category == category for category in {*CATEGORIES, marking.category}},
        caveats={caveat: caveat in marking.caveats for caveat in known},
        origins=[_origin_of(facts, origin) for origin in marking.origins],
    )


def _origin_of(facts: rules.Facts, origin: tuple[str, ...]) -> Origin:
    source, today, unit = facts.sources.get(origin[0]), facts.today, facts.purpose.unit
    named = facts.regimes.get(origin[1], "")
    live = [a for a in source.agreements if a.in_force(today)] if source else []
    crossed = len(origin) == 3 and origin[2] == rules.CROSSED
    known = len(origin) == 2
    return Origin(
        crossed=crossed,
        case=known and origin[0] == rules.CASE_SOURCE,
        regime={regime: named == regime for regime in REGIMES},
        open=known and source is not None and source.open,
        assessed=source is not None and any(first <= today <= last for first, last in source.assessed),
        agreed={
            regime: any(regime in a.regimes and (not a.units or unit in a.units) for a in live) for regime in REGIMES
        },
    )
