"""One world: a size, a seed, its population, the players of the plots and what they leave in each source."""

from __future__ import annotations

from brightline.wiring.demo.chance import Stream
from brightline.wiring.demo.people import Population
from brightline.wiring.demo.plots.cast import Cast
from brightline.wiring.demo.plots.words import Planted
from brightline.wiring.demo.sizes import Size


class World:
    """Everything that sources draw from. The same seed and size give the same world, in any order of asking."""

    def __init__(self, size: Size, seed: int, cast: Cast, planted: Planted) -> None:
        self.size, self.seed = size, seed
        self.cast, self.planted = cast, planted
        self.population: Population = cast.population

    def stream(self, name: str) -> Stream:
        """A stream of chance of this world's seed."""
        return Stream(self.seed, name)

    def other(self, chance: Stream, i: int, j: int, but: int) -> int:
        """The index of an ordinary person, not `but`."""
        found = chance.below(self.size.people, i, j)
        return found if found != but else (found + 1) % self.size.people
