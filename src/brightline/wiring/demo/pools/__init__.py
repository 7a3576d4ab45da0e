"""Pools of words that the demo world draws names from; one text file each, words or lines."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).parent


def words(name: str) -> tuple[str, ...]:
    """The words of a pool, in the file's order: the order is part of what a seed means."""
    return tuple((_HERE / f"{name}.txt").read_text("utf-8").split())


def lines(name: str) -> tuple[str, ...]:
    """The lines of a pool whose entries hold spaces."""
    return tuple((_HERE / f"{name}.txt").read_text("utf-8").splitlines())
