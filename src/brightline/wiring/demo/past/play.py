"""Plays all that happened: lives of cases, leads and operations beside one another, each act at its moment.

A life is a generator that yields the moment at which it goes on. The same seed gives the same past.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from datetime import datetime

from brightline.wiring.demo.past.hand import Hand

Life = Iterator[datetime]


class Past:
    """What goes on beside one another; a life may add others."""

    def __init__(self) -> None:
        self._waiting: list[tuple[datetime, int, Life]] = []
        self._begun = 0

    def add(self, *lives: Life) -> None:
        for life in lives:
            self._begun += 1
            self._go_on(self._begun, life)

    def play(self, hand: Hand, *, until: datetime, say: Callable[[datetime], None]) -> int:
        """Let all of it happen in the order of the moments, as far as `until`; how many acts it took."""
        while self._waiting and self._waiting[0][0] <= until:
            moment, n, life = heapq.heappop(self._waiting)
            if moment > hand.now:
                hand.at(moment)
            say(moment)
            self._go_on(n, life)
        return hand.acts

    def _go_on(self, n: int, life: Life) -> None:
        moment = next(life, None)
        if moment is not None:
            heapq.heappush(self._waiting, (moment, n, life))
