"""A demo with a past: eighteen months of an invented organisation's work, played on a clock that only a demo has."""

from __future__ import annotations

from brightline.wiring.demo.past.making import Making, begins, make

__all__ = ["Making", "begins", "make"]
