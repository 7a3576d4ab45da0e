"""A lane of its own for signing in: few places, a short queue, and an answer at once for whoever finds it full.

Each proof of a password takes 64 MB and a tenth of a second. Without a lane, a hundred strangers' sign-ins would hold
the threads that everybody else's requests run in. Waiting costs no thread here.
"""

from __future__ import annotations

import asyncio
import ipaddress
import os
import time
from collections import Counter, OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import Scope

from brightline.model.errors import Busy, TooOften

_HINT = "Try again in a moment."


@dataclass(frozen=True, slots=True, kw_only=True)
class Width:
    """How much of everything: places at once, who may wait, seconds of waiting, and what one address may take.

    `share` of one address bounds places and queue together, `burst` and `per_second` its attempts over time. An
    office behind one address signs in at two a second; a guesser isn't stopped by this but by the lock of the name.
    """

    places: int = max(1, min(4, (os.cpu_count() or 2) // 2))
    waiting: int = 12
    patience: float = 10.0
    share: int = 8
    burst: int = 200
    per_second: float = 2.0


class Lane:
    """Who is in it now, and how often each address came."""

    def __init__(self, width: Width | None = None) -> None:
        self._width = width or Width()
        self._places = asyncio.Semaphore(self._width.places)
        self._inside: Counter[str] = Counter()
        self._purses: OrderedDict[str, tuple[float, float]] = OrderedDict()

    @asynccontextmanager
    async def place(self, address: str) -> AsyncIterator[None]:
        """A place, or at once TooOften for this address, or Busy for everybody."""
        self._admit(address)
        self._inside[address] += 1
        try:
            await self._sit()
            try:
                yield
            finally:
                self._places.release()
        finally:
            self._inside[address] -= 1
            self._inside += Counter()  # forgets addresses that are out again

    def _admit(self, address: str) -> None:
        width = self._width
        if self._inside[address] >= width.share:
            raise TooOften("Too many sign-ins from this address are going on.", hint=_HINT, retry_after=2)
        if self._inside.total() >= width.places + width.waiting:
            raise Busy("Too many people are signing in just now.", hint=_HINT, retry_after=2)
        if not self._paid(address):
            raise TooOften("Too many sign-ins came from this address.", hint="Wait half a minute.", retry_after=30)

    def _paid(self, address: str) -> bool:
        """A purse that fills by time. The oldest are forgotten, so that addresses made up can't fill the memory."""
        now = time.monotonic()
        left, at = self._purses.pop(address, (float(self._width.burst), now))
        left = min(self._width.burst, left + (now - at) * self._width.per_second)
        self._purses[address] = (left - 1 if left >= 1 else left, now)
        if len(self._purses) > 10_000:
            self._purses.popitem(last=False)
        return left >= 1

    async def _sit(self) -> None:
        try:
            async with asyncio.timeout(self._width.patience):
                await self._places.acquire()
        except TimeoutError:
            raise Busy("Signing in takes too long just now.", hint=_HINT, retry_after=5) from None


def address_of(scope: Scope) -> str:
    """Where a request comes from. A proxy on this machine is asked for whom: its own last word, not the sender's."""
    peer = str((scope.get("client") or ("unknown", 0))[0])
    told = Headers(scope=scope).get("x-forwarded-for", "").rpartition(",")[2].strip()
    if told and peer in {"127.0.0.1", "::1"}:
        peer = told
    try:
        given = ipaddress.ip_address(peer)
    except ValueError:
        return "unknown"
    # One subscriber of IPv6 has 2^64 addresses at least.
    return str(ipaddress.ip_network((given, 64), strict=False)) if given.version == 6 else str(given)
