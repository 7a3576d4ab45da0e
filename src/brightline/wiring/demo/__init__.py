"""The demo world: an invented region with planted investigations, written as feeds and loaded as users load them."""

from __future__ import annotations

from brightline.wiring.demo.generate import Written, generate, make_world
from brightline.wiring.demo.sizes import SIZES

__all__ = ["SIZES", "Written", "generate", "make_world"]
