"""z3 at the edge: formulas, symbolic purposes and markings, one question to the solver."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import z3

from brightline.line import rules
from brightline.line.proof.model import STRANGE, Marking, Origin, Purpose, Truth
from brightline.line.rulebook import REGIMES, Rulebook
from brightline.line.rulebook_check import CATEGORIES, KINDS

PATIENCE_MS = 20_000


class Formulas:
    """z3's and, or, not."""

    def every(self, parts: Iterable[Truth]) -> Truth:
        return z3.And([_formula(part) for part in parts])

    def some(self, parts: Iterable[Truth]) -> Truth:
        return z3.Or([_formula(part) for part in parts])

    def no(self, part: Truth) -> Truth:
        return z3.Not(_formula(part))


def _formula(part: Truth) -> Any:
    return z3.BoolVal(part) if isinstance(part, bool) else part


def flag(name: str) -> Any:
    """A truth that may be either."""
    return z3.Bool(name)


def one_of(name: str, values: Sequence[str]) -> tuple[dict[str, Any], Any]:
    """Truths of which exactly one holds, with that condition."""
    made = {value: z3.Bool(f"{name}={value}") for value in values}
    return made, z3.PbEq([(one, 1) for one in made.values()], 1)


@dataclass(frozen=True, slots=True)
class Any_:
    """Something symbolic with the condition that makes it well formed."""

    it: Any
    formed: Any


def any_purpose(book: Rulebook) -> Any_:
    """Any purpose of any account."""
    kind, k = one_of("kind", KINDS)
    regime, r = one_of("regime", REGIMES)
    cleared = {caveat: flag(f"cleared={caveat}") for caveat in sorted(book.caveats)}
    papers = {caveat: flag(f"papers={caveat}") for caveat in sorted(book.caveats)}
    return Any_(Purpose(kind=kind, regime=regime, cleared=cleared, papers=papers), z3.And(k, r))


def any_marking(book: Rulebook, name: str, origins: int = 2) -> Any_:
    """Any marking: up to `origins` origins (a second like the first is one)."""
    category, c = one_of(f"{name}.category", CATEGORIES)
    caveats = {caveat: flag(f"{name}.{caveat}") for caveat in [*sorted(book.caveats), STRANGE, rules.CROSSED]}
    made = [_any_origin(f"{name}.{number}") for number in range(origins)]
    crossed = z3.Or([origin.it.crossed for origin in made]) == caveats[rules.CROSSED]
    formed = z3.And(c, crossed, *[origin.formed for origin in made])
    return Any_(Marking(category=category, caveats=caveats, origins=[origin.it for origin in made]), formed)


def _any_origin(name: str) -> Any_:
    regime, r = one_of(f"{name}.regime", REGIMES)
    agreed = {one: flag(f"{name}.agreed={one}") for one in REGIMES}
    origin = Origin(
        crossed=flag(f"{name}.crossed"),
        case=flag(f"{name}.case"),
        regime=regime,
        open=flag(f"{name}.open"),
        assessed=flag(f"{name}.assessed"),
        agreed=agreed,
    )
    # What crossed is neither born here nor asked of its source again; agreements name no oversight.
    formed = z3.And(
        r,
        z3.Not(z3.And(origin.crossed, origin.case)),
        z3.Implies(origin.crossed, z3.Not(origin.open)),
        z3.Not(agreed["oversight"]),
    )
    return Any_(origin, formed)


@dataclass(frozen=True, slots=True)
class Answer:
    """`holds`: no world makes the question true. Otherwise `world` tells of one, unless the solver gave up."""

    holds: bool
    gave_up: bool
    world: Mapping[str, bool]

    def chosen(self, truths: Mapping[str, Any]) -> list[str]:
        """Which of these hold in the world that was found."""
        return [name for name, truth in truths.items() if self.holds_in(truth)]

    def holds_in(self, truth: Any) -> bool:
        """Whether a single truth holds there."""
        return self.world.get(str(truth), False)


def ask(question: Any) -> Answer:
    """Whether some world makes this true."""
    solver = z3.Solver()
    solver.set("timeout", PATIENCE_MS)
    solver.add(question)
    found = solver.check()
    if found == z3.unsat:
        return Answer(True, False, {})
    if found != z3.sat:
        return Answer(False, True, {})
    model = solver.model()
    world = {str(one): bool(z3.is_true(model[one])) for one in model.decls()}
    return Answer(False, False, world)
