"""Stateless chance: the n-th draw of a named stream is a pure function of seed, stream and n.

A sequential generator would tie every value to the order of all draws before it: a row added to one source would
change the names in another. Here any person, company or payment can be computed alone, in any order, without memory;
that is what lets the large size stream. Streams with different names are independent: what somebody is called comes
from one stream, what they do from another.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")

_MASK = (1 << 64) - 1
_STEP_I = 0x9E3779B97F4A7C15  # the golden-ratio increment of splitmix64
_STEP_J = 0xD1B54A32D192ED03  # an odd constant of its own, so that (i, j) and (j, i) differ


class Stream:
    """One named stream of a seed; `i` is the thing drawn for, `j` the question about it."""

    __slots__ = ("_base",)

    def __init__(self, seed: int, name: str) -> None:
        self._base = int.from_bytes(blake2b(f"{seed}/{name}".encode(), digest_size=8).digest(), "big")

    def bits(self, i: int, j: int = 0) -> int:
        """64 even bits: the finaliser of splitmix64 (Steele, Lea, Flood 2014)."""
        x = (self._base + i * _STEP_I + j * _STEP_J) & _MASK
        x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & _MASK
        return x ^ (x >> 31)

    def below(self, n: int, i: int, j: int = 0) -> int:
        """An even whole number in [0, n)."""
        return (self.bits(i, j) * n) >> 64

    def pick(self, things: Sequence[T], i: int, j: int = 0) -> T:
        return things[(self.bits(i, j) * len(things)) >> 64]

    def happens(self, per_cent: int, i: int, j: int = 0) -> bool:
        return self.below(100, i, j) < per_cent
