"""The demo world: an invented region with planted investigations, written as feeds and loaded as users load them."""

from __future__ import annotations

from brightline.wiring.demo.generate import Written, generate, make_world
from brightline.wiring.demo.past import Making, begins
from brightline.wiring.demo.run import run
from brightline.wiring.demo.sizes import SIZES
from brightline.wiring.demo.tour import Report, Step, render

__all__ = ["SIZES", "Making", "Report", "Step", "Written", "begins", "generate", "make_world", "render", "run"]
