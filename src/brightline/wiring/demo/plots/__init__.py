"""The three investigations hidden in the demo world. Each plot has the same doors: rows for each source, answers."""

from __future__ import annotations

from brightline.wiring.demo.plots import ferry, pier, works
from brightline.wiring.demo.plots.cast import Cast
from brightline.wiring.demo.plots.words import Answer, Planted

PLOTS = (works, pier, ferry)

__all__ = ["PLOTS", "Answer", "Cast", "Planted", "answers", "plant"]


def plant(cast: Cast) -> Planted:
    """What all plots together add to the sources."""
    together = Planted()
    for plot in PLOTS:
        together.take(plot.plant(cast))
    return together


def answers(cast: Cast) -> list[Answer]:
    """The planted answers of all plots."""
    return [answer for plot in PLOTS for answer in plot.answers(cast)]
