"""The six promises, each an invariant that every act keeps: it holds at the beginning, and one step can't break it.

No unrolling of sequences: what one step preserves, all sequences preserve. A solver that gives up proves nothing, and a
rulebook that isn't proved is refused.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from brightline.line.rulebook import parse
from brightline.line.rulebook_check import Door


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """A world in which the promise is broken: who, what, by which rules."""

    who: str
    what: str
    rules: str

    def words(self) -> str:
        """The counter-example in a sentence."""
        return f"{self.who} {self.what}, by {self.rules}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One promise, kept or broken."""

    name: str
    promise: str
    holds: bool
    counter: Counter | None = None
    seconds: float = field(default=0.0, compare=False)

    def document(self) -> dict[str, Any]:
        """As it is stored and sent."""
        return {
            "name": self.name,
            "promise": self.promise,
            "holds": self.holds,
            "counter": self.counter.words() if self.counter else None,
            "who": self.counter.who if self.counter else None,
            "what": self.counter.what if self.counter else None,
            "rules": self.counter.rules if self.counter else None,
            "seconds": round(self.seconds, 3),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """All promises of one rulebook."""

    results: tuple[Result, ...]

    @property
    def holds(self) -> bool:
        """Whether every promise is kept."""
        return all(result.holds for result in self.results)

    @property
    def broken(self) -> tuple[Result, ...]:
        """The promises that aren't."""
        return tuple(result for result in self.results if not result.holds)

    def documents(self) -> list[dict[str, Any]]:
        """As they are stored and sent."""
        return [result.document() for result in self.results]


Prover = Callable[[Mapping[str, Any], Sequence[Door]], Counter | None]


def prove(book: Mapping[str, Any], doors: Sequence[Door]) -> Proof:
    """Show every promise for a checked rulebook (`rulebook_check`), or tell how it is broken. About a second."""
    # Loaded here: z3 is 30 MB, and the rules themselves never need it.
    from brightline.line.proof import acting, seeing  # noqa: PLC0415

    parse(book)
    provers: tuple[tuple[str, str, Prover], ...] = (
        (
            "regimes",
            "No datum of another regime is visible without an active crossing for that purpose.",
            seeing.regimes,
        ),
        ("derived", "A derived datum is at least as strict as each of its parents.", seeing.derived),
        (
            "approvals",
            "Nobody approves what they requested or gain from, joining a side later included.",
            acting.approvals,
        ),
        ("protected", "Protected persons never reach civil enforcement.", seeing.protected),
        ("roles", "No role sees everything.", acting.roles),
        ("entries", "Every visible act has an entry.", acting.entries),
    )
    return Proof(results=tuple(_one(name, promise, prover, book, doors) for name, promise, prover in provers))


def _one(name: str, promise: str, prover: Prover, book: Mapping[str, Any], doors: Sequence[Door]) -> Result:
    begun = time.perf_counter()
    counter = prover(book, doors)
    return Result(
        name=name, promise=promise, holds=counter is None, counter=counter, seconds=time.perf_counter() - begun
    )


GAVE_UP = Counter(who="Nobody", what="could show that this holds: the solver gave up", rules="its limit of time")
