"""The six sources of the demo world: what each knows, in its own columns and its own handwriting."""

from __future__ import annotations

from brightline.wiring.demo.sources import bank, companies, harbour, phones, tips, wages

SOURCES = (companies, bank, phones, wages, harbour, tips)

__all__ = ["SOURCES"]
